//go:build tor

package torlab

import "testing"

func TestOptionsThatOlderVersionsDoNotHave(t *testing.T) {
	for _, test := range []struct {
		said, line string
		want       bool
	}{
		{"Tor version 0.4.9.11.", "AuthDirVoteGuard x", true},
		{"Tor version 0.4.7.9 (git-abc).", "AuthDirVoteGuardGuaranteeWFU 0.9", true},
		{"Tor version 0.4.5.16.", "AuthDirVoteGuardGuaranteeWFU 0.9", false},
		{"Tor version 0.4.5.16.", "AuthDirTestReachability 0", true},
		{"Tor version 0.3.5.18.", "AuthDirTestReachability 0", false},
		{"Tor version 0.3.5.18.", "AuthDirListBadExits 1", true},
		{"", "AuthDirVoteGuard x", true},
	} {
		if got := hasOption(versionOf(test.said), test.line); got != test.want {
			t.Errorf("%q has %q: %v, want %v", test.said, test.line, got, test.want)
		}
	}
}
