package authority

import (
	"math"
	"net/netip"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// Options are the options of an authority's torrc that its votes' flags depend on. The zero Options are of no use: begin
// with [Defaults] or [ParseTorrc].
type Options struct {
	// Release is the version of Tor that it runs.
	Release Release

	// Rules are the constants of the decision, with what torrc changed in them.
	Rules guard.Rules

	// Nickname is the authority's name, by which it finds itself among Authorities. Option: Nickname.
	Nickname string

	// Authorities are the authorities it knows, by their identity as relays: those have the flag Authority.
	// Option: DirAuthority.
	Authorities []Known

	// AuthorityAddresses are the addresses on which more relays than elsewhere are no sybils; see
	// guard.Rules.MaxPerAuthorityAddress. They are those that authorities' certificates name, or else their DirAuthority
	// lines, so no torrc tells them, and ParseTorrc leaves them out. Until: 0.3.0.1-alpha.
	AuthorityAddresses []netip.Addr

	// ListBadExits and ListMiddleOnly say whether it votes on those two flags. Default false.
	// Options: AuthDirListBadExits; AuthDirListMiddleOnly, since 0.4.7.2-alpha.
	ListBadExits, ListMiddleOnly bool

	// TestReachability says whether it finds out itself who is running. Where it is false all relays count as running
	// but those that hibernate. Default true. Option: AuthDirTestReachability; before 0.4.5.1-alpha the contrary of
	// AssumeReachable, and false by default in a testing network.
	TestReachability bool

	// IPv6 says whether it can reach IPv6 addresses, and asks of a relay that has one to be reachable there too. Default
	// false. Option: AuthDirHasIPv6Connectivity.
	IPv6 bool

	// AllowPrivate takes relays at internal addresses, and counts 0/8, 10/8 and 127/8 for the Exit flag. Default false,
	// true in a testing network. Option: DirAllowPrivateAddresses.
	AllowPrivate bool

	// LearnSeconds is how long after its start the authority does not yet trust its view of who is running, in seconds.
	// Default 1800; 0 in a testing network. Option: TestingAuthDirTimeToLearnReachability.
	LearnSeconds int64

	// Testing says that the network is a testing one. Then, since 0.2.4.12-alpha, Rules.MinCounted and Rules.FastMin are
	// TestingMinExitFlagThreshold/1000 and TestingMinFastFlagThreshold, and parameters do not touch the latter.
	// Option: TestingTorNetwork.
	Testing bool

	// VoteGuard are the relays that are given Guard whatever the decision. In a testing network it has no effect: tor
	// looks at Force there, and at this elsewhere.
	// Option: AuthDirVoteGuard, since 0.4.7.9. C: src/feature/dirauth/voteflags.c, dirserv_set_routerstatus_flags.
	VoteGuard NodeSet

	// Force are the flags forced in a testing network: Exit, Guard or HSDir.
	// Options: TestingDirAuthVoteExit, TestingDirAuthVoteGuard, TestingDirAuthVoteHSDir, since 0.2.6.1-alpha; each with its
	// IsStrict, since 0.2.7.3-rc.
	Force []Forced

	// Reject, Invalid, BadExit and MiddleOnly are address patterns of relays that are refused, not Valid, or marked so.
	// Options: AuthDirReject, AuthDirInvalid, AuthDirBadExit, AuthDirMiddleOnly.
	Reject, Invalid, BadExit, MiddleOnly NodeSet
}

// Known is an authority as a DirAuthority line names it.
type Known struct {
	// Nickname is its name, empty if the line gives none.
	Nickname string
	// Identity is its identity as a relay, not the one that signs votes.
	Identity consensus.Fingerprint
}

// Forced is a flag that an authority of a testing network gives to the Nodes whatever the decision, and, where Strict,
// to no others.
type Forced struct {
	// Flag is one of Exit, Guard and HSDir.
	Flag consensus.Flag
	// Nodes are the relays that are given it.
	Nodes NodeSet
	// Strict says that no others are.
	Strict bool
}

// Defaults is the options of an authority with an empty torrc, or, where testing, with nothing but TestingTorNetwork 1.
// Those of another version of Tor are [Release.Defaults].
func Defaults(testing bool) Options { return Release{}.Defaults(testing) }

// Defaults is the function [Defaults] for an authority of the release.
func (r Release) Defaults(testing bool) Options {
	o := Options{Release: r, Rules: r.Rules(), TestReachability: true, LearnSeconds: 30 * 60, Testing: testing}
	if testing {
		o.AllowPrivate = true
		o.LearnSeconds = 0
		o.TestReachability = r.has(hasTestReachability)
		o.Rules.HSDirUptime = 0
		o.Rules.MaxPerAddress = 0
		if o.Rules.MaxPerAuthorityAddress > 0 {
			o.Rules.MaxPerAuthorityAddress = math.MaxInt32
		}
		if r.has(hasThresholdOptions) {
			o.Rules.MinCounted, o.Rules.FastMin = 0, 0
		}
		if r.has(exemptsIdle) {
			o.Rules.ActiveIfObserved = false
		}
	}
	return o
}

// WithParams is the options with the consensus parameters in force that matter: FastFlagMinThreshold, at least 4, which
// a testing network ignores since 0.2.4.12-alpha, and FastFlagMaxThreshold. Those that params lacks have their defaults.
//
// An authority takes them from the latest consensus of the microdesc flavour.
//
// Spec: param-spec.
// C: src/feature/dirauth/voteflags.c, dirserv_compute_performance_thresholds.
func (o Options) WithParams(params consensus.Params) Options {
	if !o.Testing || !o.Release.has(hasThresholdOptions) {
		o.Rules.FastMin = o.Release.Rules().FastMin // the least is the default: 4, or once 4096, or 0
		if v, ok := params.Value("FastFlagMinThreshold"); ok {
			o.Rules.FastMin = max(v, o.Rules.FastMin)
		}
	}
	o.Rules.FastMax = math.MaxInt32
	if v, ok := params.Value("FastFlagMaxThreshold"); ok {
		o.Rules.FastMax = v
	}
	return o
}

// Identity is the authority's own identity as a relay: that of the entry of Authorities that has its Nickname, or, if
// none does, of the first. It is zero where there is none.
func (o Options) Identity() consensus.Fingerprint {
	for _, known := range o.Authorities {
		if known.Nickname != "" && known.Nickname == o.Nickname {
			return known.Identity
		}
	}
	if len(o.Authorities) > 0 {
		return o.Authorities[0].Identity
	}
	return consensus.Fingerprint{}
}

// kilobytes is an option in bytes/s as what the decision compares, truncated.
func kilobytes(bytesPerSecond int64) bandwidth.KB {
	return bandwidth.FromBytes(uint64(max(bytesPerSecond, 0)))
}
