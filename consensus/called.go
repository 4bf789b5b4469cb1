package consensus

import "strings"

// Called is the test whether a relay is called by that name: by its fingerprint, if name is one as [ParseFingerprint]
// reads it, or else by its nickname, in whichever case. Nicknames need not be one relay's alone, and an empty name is
// nobody's.
func Called(name string) func(id Fingerprint, nickname string) bool {
	if id, err := ParseFingerprint(name); err == nil {
		return func(other Fingerprint, _ string) bool { return other == id }
	}
	return func(_ Fingerprint, nickname string) bool { return name != "" && strings.EqualFold(nickname, name) }
}
