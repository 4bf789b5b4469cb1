package guard

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// Rules are the constants of the decision: what an authority has compiled in, or set in its torrc, or learned from
// the consensus parameters. Rules are an argument to everything and change nothing behind the caller's back: take
// [Latest], alter a field, and pass it on. The zero Rules guarantee nothing, count every relay, and are of no use.
//
// Options that torrc gives in bytes stay in bytes here; the decision divides them by 1000, truncating, as tor does.
type Rules struct {
	// Name says which rules these are, such as "tor-0.4.9". It decides nothing.
	Name string

	// MinCounted is the credible bandwidth below which a relay does not count toward thresholds: 4 KB. In a testing
	// network it is TestingMinExitFlagThreshold/1000 instead.
	// C: src/feature/dirauth/voteflags.c, ABSOLUTE_MIN_BW_VALUE_TO_CONSIDER_KB. Since: 0.2.4.10-alpha (as 4096 bytes
	// until 0.2.4.12-alpha).
	MinCounted bandwidth.KB

	// MinMeasured is how many relays may be measured before advertised bandwidths are ignored: with more than this
	// many, an unmeasured relay has a credible bandwidth of 0 and does not count. 500.
	// Option: MinMeasuredBWsForAuthToIgnoreAdvertised. Since: 0.2.4.12-alpha.
	MinMeasured int

	// StableMTBF is the mean time between failures that is Stable whatever the others have: 5 days, in seconds.
	// dir-spec has 7 days, C has 5, and this follows C.
	// Option: AuthDirVoteStableGuaranteeMTBF, since 0.4.7.9. Since: 0.2.1.10-alpha.
	StableMTBF int64

	// StableUptime is the uptime that is Stable whatever the others have, where the authority has not enough MTBF
	// information: 30 days, in seconds. dir-spec does not mention it; this follows C.
	// Option: AuthDirVoteStableGuaranteeMinUptime, since 0.4.7.9. Since: 0.2.0.1-alpha.
	StableUptime int64

	// FastCrummy is the bandwidth below which the first eighth is thought too poor to be Fast, and the first quarter
	// is taken instead: 38 KB, half of what Tor asks of a relay, 75 KB in binary units: 75*1024/2000, truncated.
	// dir-spec knows nothing of the quarter; this follows C.
	// C: src/core/or/or.h, RELAY_REQUIRED_MIN_BANDWIDTH. Since: 0.2.6.3-alpha (10 KB before).
	FastCrummy bandwidth.KB

	// FastMin and FastMax bound the Fast threshold, in bytes/s, less than 0 counting as 0. The specification's least and
	// default of the first is 4; C divides by 1000 before it compares, so that this is a floor of 0, and this follows C.
	// A FastMax below FastMin counts as FastMin.
	// Parameters: FastFlagMinThreshold and FastFlagMaxThreshold of the consensus; in a testing network the option
	// TestingMinFastFlagThreshold takes the place of the first. Since: 0.2.3.11-alpha.
	FastMin, FastMax int32

	// FastGuarantee is the bandwidth that is Fast whatever the others have, in bytes/s: 100 KB in torrc's binary
	// units, 102,400, hence 102 KB. Zero or less guarantees nothing.
	// Option: AuthDirFastGuarantee, since 0.2.2.35 and 0.2.3.8-alpha. Since: 0.2.0.3-alpha (20 KB from 0.2.1.14-rc until
	// 0.2.3.8-alpha).
	FastGuarantee int64

	// GuardFraction is the share of relays that are slower than the Guard bandwidth thresholds: 0.75, so the index of
	// the order statistic is trunc(n*0.75). At least 0, less than 1: tor accepts 1 and then aborts, Check refuses it.
	// dir-spec has the 25 % as a constant and not the option.
	// Option: AuthDirVoteGuardBwThresholdFraction, since 0.4.7.9. Since: 0.2.5.6-alpha (the median before).
	GuardFraction float64

	// GuardBandwidth is the bandwidth that is enough for Guard whatever the others have, in bytes/s: 2 MB, which dir-spec
	// leaves at that and C takes in torrc's binary units, as this does: 2,097,152, hence 2097 KB. Zero or less guarantees
	// nothing.
	// Option: AuthDirGuardBWGuarantee, since 0.2.2.35 and 0.2.3.8-alpha. Since: 0.2.0.3-alpha (250 KB until 0.2.5.6-alpha).
	GuardBandwidth int64

	// GuardTimeKnown is the weighted time known that is enough for Guard whatever the others have: 8 days, in seconds.
	// dir-spec has "a few weeks"; this follows C.
	// Option: AuthDirVoteGuardGuaranteeTimeKnown, since 0.4.7.9. Since: 0.2.0.10-alpha.
	GuardTimeKnown int64

	// GuardWFU is the weighted fractional uptime that is enough for Guard whatever the others have: 0.98.
	// dir-spec knows only the median; this follows C.
	// Option: AuthDirVoteGuardGuaranteeWFU, since 0.4.7.9. Since: 0.2.2.15-alpha (0.995 before).
	GuardWFU float64

	// HSDirUptime is the uptime that HSDir asks for: 96 hours, in seconds. See UptimeForHSDir for whose word counts.
	// Option: MinUptimeHidServDirectoryV2. Since: 0.2.6.3-alpha (25 hours before; 24 until 0.2.2.33).
	HSDirUptime int64

	// MaxPerAddress is how many relays may share an address before the rest are sybils: 2. Zero or less: no limit.
	// Option: AuthDirMaxServersPerAddr. Since: 0.2.0.3-alpha; over IPv6 too since 0.4.5.1-alpha.
	MaxPerAddress int
}

// The ages of a descriptor that the rules look at, in seconds; no option changes them.
const (
	// MaxAge is how old a descriptor may be for its relay to be active and in the vote: 24 hours, inclusive.
	// C: src/core/or/or.h, ROUTER_MAX_AGE_TO_PUBLISH.
	MaxAge = 24 * 3600

	// StaleAge is how old a descriptor may be before its relay is StaleDesc: 18 hours; exactly that is not yet stale.
	// C: src/feature/dirauth/voteflags.h, DESC_IS_STALE_INTERVAL. Since: 0.4.0.1-alpha.
	StaleAge = 18 * 3600
)

// Latest is the rules of the newest Tor this library was held against, 0.4.9.11, with every option at its default.
func Latest() Rules {
	const day = 24 * 3600
	return Rules{
		Name:           "tor-0.4.9",
		MinCounted:     4,
		MinMeasured:    500,
		StableMTBF:     5 * day,
		StableUptime:   30 * day,
		FastCrummy:     38,
		FastMin:        4,
		FastMax:        1<<31 - 1,
		FastGuarantee:  100 * 1024,
		GuardFraction:  0.75,
		GuardBandwidth: 2 * 1024 * 1024,
		GuardTimeKnown: 8 * day,
		GuardWFU:       0.98,
		HSDirUptime:    96 * 3600,
		MaxPerAddress:  2,
	}
}

// ErrNoRules is wrapped by RulesFor's error.
var ErrNoRules = errors.New("no rules of that name")

// RulesFor is the set of rules by its name or by a Tor version that had it: "tor-0.4.9", "0.4.9" and any "0.4.9.x" are
// [Latest], as is "latest". Only that set is here so far; any other name is an error that wraps ErrNoRules.
func RulesFor(version string) (Rules, error) {
	latest := Latest()
	v := strings.TrimPrefix(strings.TrimPrefix(version, "tor-"), "Tor ")
	if patch, of049 := strings.CutPrefix(v, "0.4.9."); v == "latest" || v == "0.4.9" || of049 && patch != "" {
		return latest, nil
	}
	return Rules{}, fmt.Errorf("%q: %w; there is %q", version, ErrNoRules, latest.Name)
}

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
