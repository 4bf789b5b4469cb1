package torlab

import (
	"fmt"
	"strings"
)

// chooseOptions are torrc lines that change what the authority decides, in all the spellings tor takes.
func (n *Network) chooseOptions() []string {
	d := n.view("options")
	var out []string
	maybe := func(p float64, name string, values ...string) {
		// The throws do not depend on the outcome of others, so that one more option changes no other.
		yes, value := d.chance(p), pick(d, values...)
		if yes {
			out = append(out, name+" "+value)
		}
	}
	maybe(0.15, "AuthDirFastGuarantee", "0", "38 KB", "75 KBytes", "256 kilobytes", "1 MB", "102400", "800 kbits", "100000 bytes")
	maybe(0.15, "AuthDirGuardBWGuarantee", "0", "250 KB", "1 mbyte", "2 MBytes", "16 mbits", "10 MB", "2097151", "1 GB")
	maybe(0.15, "AuthDirVoteGuardBwThresholdFraction", "0.1", "0.25", "0.5", "0.75", "0.9", "0.99", "0.333333")
	maybe(0.15, "AuthDirVoteGuardGuaranteeTimeKnown", "1 day", "8 days", "691200", "691201 seconds", "192 hours", "2 weeks", "100 minutes")
	maybe(0.15, "AuthDirVoteGuardGuaranteeWFU", "0.5", "0.9", "0.98", "0.999", "1.0", "0")
	maybe(0.15, "AuthDirVoteStableGuaranteeMTBF", "1 day", "5 days", "432001", "120 hours", "10 days")
	maybe(0.15, "AuthDirVoteStableGuaranteeMinUptime", "30 days", "1 week", "3 days", "720 hours", "2592001 seconds")
	maybe(0.25, "MinMeasuredBWsForAuthToIgnoreAdvertised", "0", "1", "10", fmt.Sprint(n.Scenario.Relays-1), fmt.Sprint(n.Scenario.Relays/2))
	maybe(0.15, "MinUptimeHidServDirectoryV2", "0", "1 hour", "4 days", "25 hours", "96 hours", "345601 seconds")
	maybe(0.2, "AuthDirMaxServersPerAddr", "0", "1", "2", "3")
	maybe(0.15, "AuthDirListBadExits", "0", "1")
	maybe(0.15, "AuthDirListMiddleOnly", "0", "1")
	maybe(0.05, "AuthDirTestReachability", "1")
	maybe(0.1, "DirAllowPrivateAddresses", "1", "0")
	maybe(0.15, "AuthDirVoteGuard", n.names(d), n.names(d), n.names(d)+","+n.names(d), "198.18.0.0/28")
	if !n.Scenario.Live {
		maybe(0.15, "TestingMinExitFlagThreshold", "0", "4 KB", "100 KB", "4001 bytes")
		maybe(0.15, "TestingMinFastFlagThreshold", "0", "100 KB", "500 KB", "37000", "3000 kbits")
		for _, flag := range []string{"Guard", "Exit", "HSDir"} {
			maybe(0.1, "TestingDirAuthVote"+flag, n.names(d), n.names(d), "*", "198.18.0.0/29")
			maybe(0.05, "TestingDirAuthVote"+flag+"IsStrict", "1", "0")
		}
	}
	return out
}

// names are some relays as an option lists them.
func (n *Network) names(d dice) string {
	var out []string
	for range 1 + d.IntN(3) {
		r := &n.Relays[d.IntN(len(n.Relays))]
		out = append(out, pick(d, r.Fingerprint(), "$"+r.Fingerprint(), r.Address.String(), strings.ToLower(r.Fingerprint())))
	}
	return strings.Join(out, ",")
}
