package authority

import (
	"cmp"
	"strconv"
	"strings"
)

// version is a Tor version as far as authorities compare it. The zero version is 0.0.0 before any release.
type version struct {
	major, minor, micro int
	status              int // 0 pre, 1 rc, 2 neither
	patch               int
	tag                 string
}

// oldest is the oldest version an authority of 0.4.9 takes.
//
// C: src/feature/dirauth/process_descs.c, dirserv_rejects_tor_version.
var oldest = version{0, 4, 8, 2, 0, "alpha-dev"}

// tooOld reports whether a platform line names a version of Tor that authorities refuse, or one that cannot be read. A
// relay that does not say it is Tor, or says nothing, is not too old.
//
// C: src/core/or/versions.c, tor_version_parse_platform, tor_version_as_new_as.
func tooOld(platform string) bool {
	text, isTor := strings.CutPrefix(platform, "Tor ")
	if !isTor {
		return false
	}
	text, _, _ = strings.Cut(strings.TrimLeft(text, " \t"), " ")
	v, ok := parseVersion(text)
	return !ok || v.compare(oldest) < 0
}

// parseVersion reads NUM.NUM.NUM, then .NUM, preNUM or rcNUM, then a tag after a hyphen; the last two may be missing.
//
// C: src/core/or/versions.c, tor_version_parse.
func parseVersion(text string) (v version, ok bool) {
	numbers, tag, _ := strings.Cut(text, "-")
	v.tag, v.status = tag, 2
	for _, mark := range []struct {
		text   string
		status int
	}{{"pre", 0}, {"rc", 1}} {
		if before, after, found := strings.Cut(numbers, mark.text); found {
			v.status = mark.status
			numbers = before + "." + after
			break
		}
	}
	parts := strings.Split(numbers, ".")
	if len(parts) < 2 || len(parts) > 4 {
		return version{}, false
	}
	for i, field := range []*int{&v.major, &v.minor, &v.micro, &v.patch}[:len(parts)] {
		n, err := strconv.ParseUint(parts[i], 10, 31)
		if err != nil {
			return version{}, false
		}
		*field = int(n)
	}
	return v, true
}

// compare is negative if v is older than w.
//
// C: src/core/or/versions.c, tor_version_compare.
func (v version) compare(w version) int {
	return cmp.Or(cmp.Compare(v.major, w.major), cmp.Compare(v.minor, w.minor), cmp.Compare(v.micro, w.micro),
		cmp.Compare(v.status, w.status), cmp.Compare(v.patch, w.patch), strings.Compare(v.tag, w.tag))
}
