package authority

import (
	"cmp"
	"encoding/hex"
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
	const longest = 126 // the size of a buffer of tor's
	text, isTor := strings.CutPrefix(platform, "Tor ")
	if !isTor {
		return false
	}
	begin := skipBlank(text)
	text = text[begin:]
	end := wordEnd(text)
	if behind := end + skipBlank(text[end:]); strings.HasPrefix(text[behind:], "(r") || strings.HasPrefix(text[behind:], "(git-") {
		end = behind + wordEnd(text[behind:])
	}
	if end > longest {
		return true
	}
	v, ok := parseVersion(text[:end])
	return !ok || v.compare(oldest) < 0
}

// wordEnd is the index of the end of the word that text begins with.
func wordEnd(text string) int {
	if i := strings.IndexAny(text, " \t\r\n#"); i >= 0 {
		return i
	}
	return len(text)
}

// parseVersion reads NUM.NUM, .NUM, then .NUM, preNUM or rcNUM, then a tag, and a revision in brackets; all but the first
// two may be missing. Of the revision it only finds out whether it can be read: what would compare it has none.
//
// C: src/core/or/versions.c, tor_version_parse.
func parseVersion(text string) (v version, ok bool) {
	v.status = 2
	number := func(to *int, before string) bool {
		rest, ok := strings.CutPrefix(text, before)
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.ParseUint(rest[:digits], 10, 31)
		*to, text = int(n), rest[digits:]
		return ok && err == nil
	}
	if !number(&v.major, "") || !number(&v.minor, ".") {
		return version{}, false
	}
	if text == "" {
		return v, true
	}
	if text[0] != '-' {
		if !number(&v.micro, ".") {
			return version{}, false
		}
		mark := ""
		switch {
		case text == "":
			return v, true
		case text[0] == '.':
			mark = "."
		case strings.HasPrefix(text, "pre"):
			v.status, mark = 0, "pre"
		case strings.HasPrefix(text, "rc"):
			v.status, mark = 1, "rc"
		case text[0] != '-':
			return version{}, false
		}
		if mark != "" && !number(&v.patch, mark) {
			return version{}, false
		}
	}
	if text != "" && (text[0] == '-' || text[0] == '.') {
		text = text[1:]
	}
	end := wordEnd(text)
	v.tag = text[:end]
	return v, validRevision(text[end+skipBlank(text[end:]):])
}

// validRevision reports whether a revision, which begins with (r or (git- if there is one, can be read.
func validRevision(text string) bool {
	if number, ok := strings.CutPrefix(text, "(r"); ok {
		return !strings.HasPrefix(strings.TrimLeft(number, whiteSpace), "-")
	}
	if digest, ok := strings.CutPrefix(text, "(git-"); ok {
		digits, _, closed := strings.Cut(digest, ")")
		_, err := hex.DecodeString(digits)
		return closed && err == nil && digits != "" && len(digits) <= 40
	}
	return true
}

// compare is negative if v is older than w.
//
// C: src/core/or/versions.c, tor_version_compare.
func (v version) compare(w version) int {
	return cmp.Or(cmp.Compare(v.major, w.major), cmp.Compare(v.minor, w.minor), cmp.Compare(v.micro, w.micro),
		cmp.Compare(v.status, w.status), cmp.Compare(v.patch, w.patch), strings.Compare(v.tag, w.tag))
}
