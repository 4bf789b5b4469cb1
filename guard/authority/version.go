package authority

import (
	"strings"

	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

// oldest is the oldest version an authority of 0.4.9 takes.
//
// C: src/feature/dirauth/process_descs.c, dirserv_rejects_tor_version.
var oldest = tortext.Version{Minor: 4, Micro: 8, Status: tortext.Dot, Tag: "alpha-dev"}

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
	text = text[tortext.SkipBlank(text):]
	end := tortext.WordEnd(text)
	if behind := end + tortext.SkipBlank(text[end:]); strings.HasPrefix(text[behind:], "(r") || strings.HasPrefix(text[behind:], "(git-") {
		end = behind + tortext.WordEnd(text[behind:])
	}
	if end > longest {
		return true
	}
	v, ok := tortext.ParseVersion(text[:end])
	return !ok || v.Compare(oldest) < 0
}
