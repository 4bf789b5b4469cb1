//go:build tor

package torlab

import (
	"fmt"
	"strings"

	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

// torrc is the options text of an authority of a network: first what makes it a private authority at all, then what
// makes a testing network vote as a live one, then the network's own choice. Paths are not among them, so that the
// same text serves a bundle. Options that the version of Tor does not have are left out, for it would not start.
func torrc(version string, a Authority, all []Authority, s Scenario, when schedule, options []string) string {
	var b strings.Builder
	line := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); hasOption(version, text) {
			b.WriteString(text + "\n")
		}
	}
	line("Nickname %s", a.Nickname)
	line("ContactInfo none@example.invalid")
	line("Address %s", a.Address)
	line("ORPort %s:%d", a.Address, a.ORPort)
	line("DirPort %s:%d", a.Address, a.DirPort)
	line("SocksPort 0")
	line("ExitPolicy reject *:*")
	line("AuthoritativeDirectory 1")
	line("V3AuthoritativeDirectory 1")
	line("AuthDirTestReachability 0")
	line("AuthDirListBadExits 1")
	line("AuthDirListMiddleOnly 1")
	line("AssumeReachable 1")
	line("__DisablePredictedCircuits 1")
	line("ShutdownWaitLength 0")
	line("SafeLogging 0")
	for _, other := range all {
		line("%s", other.Line())
	}
	if !s.Live {
		line("TestingTorNetwork 1")
		line("TestingMinExitFlagThreshold 4000 bytes")
		line("TestingMinFastFlagThreshold 4 bytes")
		line("DirAllowPrivateAddresses 0")
		line("AuthDirMaxServersPerAddr 2")
		line("MinUptimeHidServDirectoryV2 96 hours")
		line("TestingV3AuthInitialVotingInterval %d", when.interval)
		line("TestingV3AuthInitialVoteDelay %d", when.delay)
		line("TestingV3AuthInitialDistDelay %d", when.delay)
		line("V3AuthVotingInterval %d seconds", when.interval)
		line("V3AuthVoteDelay %d", when.delay)
		line("V3AuthDistDelay %d", when.delay)
	}
	for _, option := range options {
		line("%s", option)
	}
	line("PublishServerDescriptor 0")
	return b.String()
}

// optionsSince are the first versions of Tor that have the options which begin so. All others are older than any tor that
// can be had.
var optionsSince = map[string]string{
	"AuthDirListMiddleOnly": "0.4.7.2-alpha", "AuthDirTestReachability": "0.4.5.1-alpha",
	"AuthDirVoteGuard": "0.4.7.9", "AuthDirVoteStable": "0.4.7.9",
}

// hasOption reports whether that version of Tor has the option of a line.
func hasOption(version, line string) bool {
	v, ok := tortext.ParseVersion(version)
	for beginning, since := range optionsSince {
		if first, _ := tortext.ParseVersion(since); ok && strings.HasPrefix(line, beginning) && !v.Has(first) {
			return false
		}
	}
	return true
}
