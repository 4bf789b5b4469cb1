package authority

import (
	"slices"
	"strings"

	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

// refused are the versions of relays that authorities do not take in, by the version of the authority: the last entry that
// it has counts. Each span is from one version, inclusive, to another, exclusive. Between two versions that were run, as 0.2.9.9
// and 0.2.9.17 or 0.4.0.6 and 0.4.2.8, the place of a change is not certain where Tor's ChangeLog does not give it.
//
// C: src/feature/dirauth/process_descs.c, dirserv_rejects_tor_version; src/or/dirserv.c, dirserv_get_status_impl.
var refused = []struct {
	since change
	spans []span
}{
	{since("0.1.1.13-alpha"), []span{between("0.0.0", "0.2.1.30"), between("0.2.2.1-alpha", "0.2.2.21-alpha")}},
	{since("0.2.4.1-alpha"), []span{between("0.0.0", "0.2.2.35"), between("0.2.3.0-alpha", "0.2.3.10-alpha")}},
	{since("0.2.5.1-alpha"), []span{between("0.0.0", "0.2.3.16-alpha")}},
	{since("0.2.6.1-alpha"), []span{between("0.0.0", "0.2.4.18-rc")}},
	{since("0.2.9.13", "0.3.0.4-rc"), []span{between("0.0.0", "0.2.4.18-rc"), between("0.2.9.0-alpha-dev", "0.2.9.5-alpha")}},
	{since("0.4.1.1-alpha"), []span{between("0.0.0", "0.2.9.5-alpha"), between("0.3.0.0-alpha-dev", "0.3.5.7")}},
	{since("0.4.5.1-alpha"), []span{between("0.0.0", "0.3.5.7"), between("0.3.6.0-alpha-dev", "0.4.2.1-alpha")}},
	{since("0.4.7.1-alpha"), []span{between("0.0.0", "0.3.5.7"), between("0.3.6.0-alpha-dev", "0.4.5.6")}},
	{since("0.4.7.3-alpha"), []span{between("0.0.0", "0.4.5.6")}},
	{since("0.4.8.1-alpha"), []span{between("0.0.0", "0.4.7.0-alpha-dev")}},
	{since("0.4.9.1-alpha"), []span{between("0.0.0", "0.4.8.0-alpha-dev")}},
}

// span is versions at least from, and before another.
type span struct{ from, before tortext.Version }

// between is the span between two versions.
func between(from, before string) span {
	v := since(from, before)
	return span{v[0], v[1]}
}

// refusesPlatform reports whether a platform line names a version of Tor that authorities of the release refuse, or, where
// they look at that, one that cannot be read. A relay that does not say it is Tor, or says nothing, is not refused.
//
// C: src/core/or/versions.c, tor_version_parse_platform, tor_version_as_new_as.
func (r Release) refusesPlatform(platform string) bool {
	const longest = 126 // the size of a buffer of tor's
	text, isTor := strings.CutPrefix(platform, "Tor ")
	if !isTor {
		return false
	}
	text = text[tortext.SkipBlank(text):]
	end := tortext.WordEnd(text)
	if behind := end + tortext.SkipBlank(text[end:]); strings.HasPrefix(text[behind:], "(r") || strings.HasPrefix(text[behind:], "(git-") {
		end = behind + tortext.WordEnd(text[behind:])
	}
	v, ok := tortext.ParseVersion(text[:end])
	switch {
	case end == 0 || end > longest:
		return true
	case !ok:
		return r.has(refusesMalformed)
	}
	var spans []span
	for _, entry := range refused {
		if r.has(entry.since) {
			spans = entry.spans
		}
	}
	return slices.ContainsFunc(spans, func(s span) bool { return v.Compare(s.from) >= 0 && v.Compare(s.before) < 0 })
}
