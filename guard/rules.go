package guard

import (
	"errors"
	"fmt"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// Rules are what an authority decides by: what it has compiled in, or set in its torrc, or learned from the consensus
// parameters. Rules are an argument to everything and change nothing behind the caller's back: take [Latest], or those of
// an older Tor from [RulesFor], alter a field, and pass them on. Rules can be compared with ==, and [Rules.Differences]
// says in words how two differ. The zero Rules vote on no flag, and are of no use.
//
// Each comment gives the value of the latest rules, which is the default of the option it names, and from which version of
// Tor on it holds; "until" names the first version without it. Fields that say how things used to be are false, or 0, in
// the latest rules.
//
// Options that torrc gives in bytes stay in bytes here; the decision divides them by 1000, truncating, as tor does. Of
// guarantees in seconds the greatest int64 guarantees nothing, for nobody has that many; what a version did not ask for yet
// is asked for as 0.
type Rules struct {
	// Name says which rules these are: "tor-" and the first version that had them, such as "tor-0.2.5.6-alpha". It
	// decides nothing.
	Name string

	// InBytes says that bandwidths are counted in bytes per second: then MinCounted, FastCrummy and the bandwidths of
	// Thresholds are in that unit rather than in KB, nothing is divided by 1000, and a relay counts with
	// Relay.AdvertisedBytes.
	// C: src/or/dirserv.c, dirserv_compute_performance_thresholds. Until: 0.2.4.12-alpha.
	InBytes bool

	// MinCounted is the credible bandwidth below which a relay does not count toward thresholds: 4 KB. At 0 none is too
	// slow. In a testing network it is TestingMinExitFlagThreshold/1000 instead.
	// C: src/feature/dirauth/voteflags.c, ABSOLUTE_MIN_BW_VALUE_TO_CONSIDER_KB. Since: 0.2.4.10-alpha (as 4096 bytes
	// until 0.2.4.12-alpha).
	MinCounted bandwidth.KB

	// CountSybils says that sybils count toward thresholds like other relays.
	// C: src/or/dirserv.c, router_counts_toward_thresholds. Until: 0.2.4.10-alpha.
	CountSybils bool

	// IgnoreMeasured says that relays count with what they advertise even where they are measured.
	// C: src/or/dirserv.c, dirserv_get_credible_bandwidth_kb. Until: 0.2.4.12-alpha.
	IgnoreMeasured bool

	// HighMedian says that of an even number of values the median is the upper of the two in the middle, at index n/2,
	// rather than the lower, at index (n-1)/2.
	// C: src/lib/container/order.h, median_uint32. Until: 0.2.0.7-alpha.
	HighMedian bool

	// MinMeasured is how many relays may be measured before advertised bandwidths are ignored: with more than this many,
	// an unmeasured relay has a credible bandwidth of 0 and does not count. 500 relays; at 0 one suffices, below 0 none is
	// needed.
	// Option: MinMeasuredBWsForAuthToIgnoreAdvertised. C: src/feature/dirauth/bwauth.c,
	// dirserv_get_credible_bandwidth_kb. Since: 0.2.4.12-alpha.
	MinMeasured int

	// StableNeeds is what Stable asks for beside the measured criteria: nothing. NeedFast and NeedStable have no effect
	// here. dir-spec still asks for active relays; this follows C.
	// C: src/feature/dirauth/voteflags.c, dirserv_thinks_router_is_unreliable. Since: 0.2.7.2-alpha (NeedActive before;
	// NeedSound too from 0.1.1.18-rc until 0.2.4.2-alpha).
	StableNeeds Needs

	// StableByUptime says that Stable goes by uptime alone, whatever is known of the MTBF.
	// C: src/or/dirserv.c, dirserv_thinks_router_is_unreliable. Until: 0.2.0.6-alpha.
	StableByUptime bool

	// StableMTBF is the mean time between failures that is Stable whatever the others have: 5 days, in seconds. At 0 every
	// relay has enough. dir-spec has 7 days, C has 5, and this follows C.
	// Option: AuthDirVoteStableGuaranteeMTBF, since 0.4.7.9. C: src/feature/dirauth/voteflags.c,
	// dirserv_thinks_router_is_unreliable. Since: 0.2.1.10-alpha (none since 0.2.0.10-alpha, 10 days since 0.2.0.6-alpha).
	StableMTBF int64

	// StableUptime is the uptime that is Stable whatever the others have, where the authority has not enough MTBF
	// information: 30 days, in seconds. At 0 every relay has enough. dir-spec does not mention it; this follows C.
	// Option: AuthDirVoteStableGuaranteeMinUptime, since 0.4.7.9. C: src/feature/dirauth/voteflags.c,
	// dirserv_thinks_router_is_unreliable. Since: 0.2.0.1-alpha (none before).
	StableUptime int64

	// FastNeeds is what Fast asks for beside the bandwidth: nothing. NeedFast and NeedStable have no effect here. dir-spec
	// still asks for active relays; this follows C.
	// C: src/feature/dirauth/voteflags.c, dirserv_thinks_router_is_unreliable. Since: 0.2.7.2-alpha (NeedActive before).
	FastNeeds Needs

	// FastCrummy is the bandwidth below which the first eighth is thought too poor to be Fast, and the first quarter
	// is taken instead: 38 KB, half of what Tor asks of a relay, 75 KB in binary units: 75*1024/2000, truncated. At 0 it is
	// always the eighth. dir-spec knows nothing of the quarter; this follows C.
	// C: src/core/or/or.h, RELAY_REQUIRED_MIN_BANDWIDTH. Since: 0.2.6.3-alpha (10 KB, or 10,240 bytes, since 0.1.1.23).
	FastCrummy bandwidth.KB

	// FastMin and FastMax bound the Fast threshold, in bytes/s: 4 and 2^31-1; less than 0 counts as 0, and a FastMax below
	// FastMin as FastMin. The specification's least and default of the first is 4; C divides by 1000 before it compares, so
	// that this is a floor of 0 KB, and this follows C.
	// Parameters: FastFlagMinThreshold and FastFlagMaxThreshold of the consensus; in a testing network the option
	// TestingMinFastFlagThreshold takes the place of the first. C: src/feature/dirauth/voteflags.c,
	// dirserv_compute_performance_thresholds. Since: 0.2.3.11-alpha (the first as 0 until 0.2.4.10-alpha, as 4096 until
	// 0.2.4.12-alpha).
	FastMin, FastMax int32

	// FastGuarantee is the bandwidth that is Fast whatever the others have, in bytes/s: 100 KB in torrc's binary
	// units, 102,400, hence 102 KB. Zero or less guarantees nothing.
	// Option: AuthDirFastGuarantee, since 0.2.2.35 and 0.2.3.8-alpha. C: src/feature/dirauth/voteflags.c,
	// dirserv_compute_performance_thresholds. Since: 0.2.0.3-alpha (20 KB from 0.2.1.14-rc until 0.2.3.8-alpha).
	FastGuarantee int64

	// GuardNeeds is what Guard asks for beside the measured criteria: Fast, Stable and V2Dir.
	// C: src/feature/dirauth/voteflags.c, dirauth_set_routerstatus_from_routerinfo. Since: 0.1.1.13-alpha (Fast),
	// 0.2.9.1-alpha (Stable, and before 0.2.0.10-alpha), 0.3.3.5-rc (V2Dir). Besides: NeedSound in 0.1.1.17-rc alone,
	// NeedPatched from 0.2.2.34 and 0.2.3.6-alpha until 0.2.6.1-alpha.
	GuardNeeds Needs

	// GuardMedian says that the Guard bandwidth thresholds are medians; GuardFraction is not looked at then.
	// C: src/or/dirserv.c, dirserv_compute_performance_thresholds. From 0.1.1.17-rc until 0.2.5.6-alpha.
	GuardMedian bool

	// GuardFraction is the share of relays that are slower than the Guard bandwidth thresholds: 0.75, so the index of
	// the order statistic is trunc(n*0.75). At least 0, which lets in the slowest that counts, and less than 1: tor accepts
	// 1 and then aborts, Check refuses it. dir-spec has the 25 % as a constant and not the option.
	// Option: AuthDirVoteGuardBwThresholdFraction, since 0.4.7.9. C: src/feature/dirauth/voteflags.c,
	// dirserv_compute_performance_thresholds. Since: 0.2.5.6-alpha (the median before).
	GuardFraction float64

	// GuardAbove says that a guard has to have more than the bandwidth threshold rather than at least as much.
	// C: src/or/dirserv.c, set_routerstatus_from_routerinfo. From 0.1.1.17-rc until 0.1.2.7-alpha.
	GuardAbove bool

	// GuardExits says how exits come into it: [ExitsAreGuards].
	// C: src/feature/dirauth/voteflags.c, dirauth_set_routerstatus_from_routerinfo. Since: 0.2.2.15-alpha.
	GuardExits GuardExits

	// GuardBandwidth is the bandwidth that is enough for Guard whatever the others have, in bytes/s: 2 MB, which dir-spec
	// leaves at that and C takes in torrc's binary units, as this does: 2,097,152, hence 2097 KB. Zero or less guarantees
	// nothing.
	// Option: AuthDirGuardBWGuarantee, since 0.2.2.35 and 0.2.3.8-alpha. C: src/feature/dirauth/voteflags.c,
	// dirauth_set_routerstatus_from_routerinfo. Since: 0.2.0.3-alpha (250 KB until 0.2.5.6-alpha).
	GuardBandwidth int64

	// GuardTimeKnown is the weighted time known that is enough for Guard whatever the others have: 8 days, in seconds. At 0
	// every relay has enough. dir-spec has "a few weeks"; this follows C.
	// Option: AuthDirVoteGuardGuaranteeTimeKnown, since 0.4.7.9. C: src/feature/dirauth/voteflags.c,
	// dirserv_compute_performance_thresholds. Since: 0.2.0.10-alpha (not asked for before).
	GuardTimeKnown int64

	// GuardWFU is the weighted fractional uptime that is enough for Guard whatever the others have: 0.98. From 0, at which
	// every relay has enough, to 1, which guarantees nothing. dir-spec knows only the median; this follows C.
	// Option: AuthDirVoteGuardGuaranteeWFU, since 0.4.7.9. C: src/feature/dirauth/voteflags.c,
	// dirserv_compute_performance_thresholds. Since: 0.2.2.15-alpha (0.995 since 0.2.0.10-alpha, not asked for before).
	GuardWFU float64

	// HSDirNeeds is what HSDir asks for beside the uptime: Offer, V2Dir, Stable, Fast and Active.
	// C: src/feature/dirauth/voteflags.c, dirserv_thinks_router_is_hs_dir. Since: 0.2.0.10-alpha (Offer), 0.2.6.1-alpha
	// (Active, not in 0.2.7.2-alpha; NeedRunning before), 0.2.6.9 and 0.2.7.2-alpha (Stable), 0.2.7.3-rc (Fast),
	// 0.2.8.1-alpha (V2Dir; NeedDirPort from 0.2.2.15-alpha, not from 0.2.6.3-alpha to 0.2.6.7).
	HSDirNeeds Needs

	// HSDirUptime is the uptime that HSDir asks for: 96 hours, in seconds. At 0 every relay has enough. See
	// [Rules.UptimeForHSDir] for whose word counts.
	// Option: MinUptimeHidServDirectoryV2. C: src/feature/dirauth/voteflags.c, dirserv_thinks_router_is_hs_dir.
	// Since: 0.2.6.3-alpha (25 hours before; 24 until 0.2.2.33 and 0.2.3.4-alpha).
	HSDirUptime int64

	// HSDirClaimed says that a relay's own word is believed about its uptime, however long the authority has watched.
	// C: src/or/dirserv.c, dirserv_thinks_router_is_hs_dir. Until: 0.2.2.24-alpha.
	HSDirClaimed bool

	// MaxPerAddress is how many relays may share an address before the rest are sybils: 2. Zero or less: no limit.
	// Option: AuthDirMaxServersPerAddr. C: src/feature/dirauth/dirvote.c, get_all_possible_sybil.
	// Since: 0.2.0.8-alpha (3 since 0.2.0.3-alpha).
	MaxPerAddress int

	// MaxPerAuthorityAddress is how many relays may share one with a directory authority: 0, which makes no difference
	// between that address and others.
	// Option: AuthDirMaxServersPerAuthAddr. C: src/or/dirserv.c, get_possible_sybil_list. From 0.2.0.8-alpha (5) until
	// 0.3.0.1-alpha.
	MaxPerAuthorityAddress int

	// SybilsBy says which IPv6 addresses are one: [WholeIPv6].
	// C: src/feature/dirauth/dirvote.c, get_all_possible_sybil. Since: 0.4.5.4-rc.
	SybilsBy SybilsBy

	// SybilsKeepHistory says that being a sybil does not touch a relay's history.
	// C: src/feature/stats/rephist.c, rep_hist_make_router_pessimal. Until: 0.2.4.10-alpha.
	SybilsKeepHistory bool

	// SybilsKeep are those of the flags Authority, BadExit, Exit, Running, Valid and V2Dir that a sybil keeps: BadExit. The
	// flag Sybil itself is voted on or not by Votes.
	// C: src/feature/dirauth/dirvote.c, clear_status_flags_on_sybil. Since: 0.2.9.10 and 0.3.0.3-alpha (V2Dir instead since
	// 0.2.5.2-alpha, none before).
	SybilsKeep consensus.Flag

	// ExitOfThree says that an exit policy is that of an exit if it lets out two of the ports 80, 443 and 6667, rather
	// than both 80 and 443.
	// C: src/or/policies.c, exit_policy_is_general_exit. Until: 0.3.2.5-alpha.
	ExitOfThree bool

	// ExitNeverPrivate says that the private networks never count for that, whatever DirAllowPrivateAddresses says.
	// C: src/or/policies.c, exit_policy_is_general_exit_helper. Until: 0.2.9.3-alpha.
	ExitNeverPrivate bool

	// ExitIfCounted says that only of relays which count toward thresholds it is found out anew whether they are exits;
	// the others stay what they were.
	// C: src/or/dirserv.c, dirserv_compute_performance_thresholds. Until: 0.3.3.1-alpha.
	ExitIfCounted bool

	// V2DirByPort says that only a directory port makes a V2Dir, and not answering over the ORPort too.
	// C: src/or/dirserv.c, set_routerstatus_from_routerinfo. Until: 0.2.8.1-alpha.
	V2DirByPort bool

	// ActiveIfObserved says that a relay is active only if it has seen itself carry any traffic. It is looked at where
	// Relay.Active is made, not here.
	// C: src/feature/dirauth/voteflags.c, router_is_active. From 0.2.6.1-alpha until some version after 0.4.8.1-alpha and no
	// later than 0.4.9.11: here 0.4.9.1-alpha.
	ActiveIfObserved bool

	// Votes are the flags that an authority votes on, whether or not its options let it: Authority, BadExit, Exit, Fast,
	// Guard, HSDir, MiddleOnly, Running, Stable, StaleDesc, Sybil, V2Dir and Valid. A flag that is missing is never given.
	// C: src/feature/dirauth/dirvote.c, dirserv_generate_networkstatus_vote_obj. Since: 0.1.2.3-alpha (BadExit),
	// 0.2.0.10-alpha (HSDir), 0.4.0.1-alpha (StaleDesc), 0.4.6.1-alpha (Sybil), 0.4.7.2-alpha (MiddleOnly); the first rules
	// have the others.
	Votes consensus.Flag
}

// GuardExits is how exits come into the bandwidth that Guard asks for. Bandwidth of exits is scarce when they have no more
// than a third of what all relays have that count.
type GuardExits uint8

// The ways of treating exits.
const (
	// ExitsAreGuards: the smaller of the two thresholds, one over all relays and one over those that are no exits, is
	// enough, for exits too.
	ExitsAreGuards GuardExits = iota
	// ExitsIfPlentiful: where exits are scarce they are no guards, and the threshold over the others is asked for; else the
	// one over all. From 0.1.2.7-alpha until 0.2.2.15-alpha.
	ExitsIfPlentiful
	// ExitsIfPlentifulOneThreshold: where exits are scarce they are no guards; the threshold over all is asked for. From
	// 0.1.2.5-alpha until 0.1.2.7-alpha.
	ExitsIfPlentifulOneThreshold
	// ExitsAlike: exits are relays like others; the threshold over all is asked for. Until 0.1.2.5-alpha.
	ExitsAlike
)

// SybilsBy is which IPv6 addresses count as one address.
type SybilsBy uint8

// The ways of looking at IPv6 addresses.
const (
	WholeIPv6 SybilsBy = iota // each for itself
	IPv6Net64                 // those of a network of length 64. From 0.4.5.1-alpha until 0.4.5.4-rc
	IPv4Only                  // none at all. Until 0.4.5.1-alpha
)

// The ages of a descriptor that the rules look at, in seconds; no option changes them.
const (
	// MaxAge is how old a descriptor may be for its relay to be active and in the vote: 24 hours, inclusive.
	// C: src/core/or/or.h, ROUTER_MAX_AGE_TO_PUBLISH.
	MaxAge = 24 * 3600

	// StaleAge is how old a descriptor may be before its relay is StaleDesc: 18 hours; exactly that is not yet stale.
	// C: src/feature/dirauth/voteflags.h, DESC_IS_STALE_INTERVAL. Since: 0.4.0.1-alpha.
	StaleAge = 18 * 3600
)

// ErrRules is wrapped by the errors of Check.
var ErrRules = errors.New("rules that no authority could work with")

// Check reports what is wrong with rules that came from outside, nil if nothing is: a GuardFraction that is not at least
// 0 and less than 1 (at 1 tor itself would abort), a GuardWFU outside of 0 to 1.
func (r Rules) Check() error {
	switch {
	case !(r.GuardFraction >= 0 && r.GuardFraction < 1):
		return fmt.Errorf("%w: AuthDirVoteGuardBwThresholdFraction %v is not at least 0 and below 1", ErrRules, r.GuardFraction)
	case !(r.GuardWFU >= 0 && r.GuardWFU <= 1):
		return fmt.Errorf("%w: AuthDirVoteGuardGuaranteeWFU %v is not in 0 to 1", ErrRules, r.GuardWFU)
	}
	return nil
}
