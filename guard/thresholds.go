package guard

import (
	"math"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// Thresholds are the marks that an authority holds each relay against, as its vote's flag-thresholds line gives them.
// The zero Thresholds are those of an authority that knows no relay and has tracked none for long.
//
// dir-spec gives the unit of guard-wfu as seconds; C prints a percentage, which is what is read and written here.
//
// Spec: dir-spec, "Vote and consensus status document formats", flag-thresholds.
// C: src/feature/dirauth/voteflags.c, dirserv_get_flag_thresholds_line.
// Since: 0.2.4.11-alpha.
type Thresholds struct {
	// StableUptime is the median of real uptimes, in seconds; it decides Stable where EnoughMTBF is false.
	StableUptime uint32

	// StableMTBF is the median of mean times between failures, in seconds; it decides Stable where EnoughMTBF is true.
	StableMTBF float64

	// Fast is the least credible bandwidth that is Fast, all bounds applied.
	Fast bandwidth.KB

	// GuardWFU is the least weighted fractional uptime of a guard, 0 to 1: the median of familiar relays, at most
	// Rules.GuardWFU.
	GuardWFU float64

	// GuardTimeKnown is the least weighted time known of a guard, in seconds: what an eighth of the relays stay
	// below, at most Rules.GuardTimeKnown.
	GuardTimeKnown int64

	// GuardIncludingExits and GuardExcludingExits are the bandwidths that a share of Rules.GuardFraction of all relays, or
	// of those that are no exits, stay below; half of them under rules before 0.2.5.6-alpha. The smaller of the two is
	// enough for Guard, except as Rules.GuardExits says.
	GuardIncludingExits, GuardExcludingExits bandwidth.KB

	// EnoughMTBF says that the authority has tracked relays for long enough, 4 hours, to decide Stable by MTBF. Under
	// rules that never do so it is not looked at.
	// dir-spec speaks of 4 days; this follows C.
	EnoughMTBF bool

	// InBytes says that Fast, GuardIncludingExits and GuardExcludingExits are in bytes/s, as under rules before
	// 0.2.4.12-alpha, rather than in KB.
	InBytes bool

	// ScarceExits says that exits have too little of the bandwidth to be guards, under rules that ask for that; see
	// GuardExits. No flag-thresholds line has it.
	ScarceExits bool

	// IgnoringAdvertised says that only measured bandwidths are believed.
	// Since: 0.2.4.13-alpha.
	IgnoringAdvertised bool

	// Others holds what else stood on the line, "key=value" in its order, separated by single blanks: some authorities
	// publish keys of their own. It decides nothing.
	Others string
}

// Counts reports whether a relay counts toward thresholds: it is active, no sybil (unless CountSybils), and
// believed to carry at least MinCounted; where advertised bandwidths are ignored, only if it is measured. What is unknown of a relay that counts
// otherwise is taken to speak for it, except its bandwidth.
//
// Spec: dir-spec, "Assigning flags in a vote".
// C: src/feature/dirauth/voteflags.c, router_counts_toward_thresholds.
// Since: 0.2.4.10-alpha (in this form).
func (r Rules) Counts(relay Relay, ignoringAdvertised bool) bool {
	return r.counts(&relay, ignoringAdvertised)
}

func (r *Rules) counts(relay *Relay, ignoring bool) bool {
	switch {
	case !r.CountSybils && relay.Facts.Has(consensus.Sybil):
		return false
	case !relay.Active && relay.Unknown&UnknownActivity == 0:
		return false
	case relay.Unknown&UnknownBandwidth != 0:
		return false
	case ignoring && !relay.IsMeasured:
		return false
	}
	return r.credible(relay, ignoring) >= r.MinCounted
}

// Thresholds are the order statistics over all relays that count, with guarantees and bounds applied. The relays must
// be all those of which the authority holds a descriptor, for it is over these that measured ones are counted; their
// order does not matter.
//
// Relays of which history, uptime or bandwidth is unknown are left out of the statistics over it. EnoughMTBF is a
// matter of the authority's history, not of its relays: it comes back true, and a caller who knows better sets it. Under
// rules before 0.2.0.6-alpha, which do not know the MTBF, it comes back false.
//
// Where dir-spec is rougher than C or says otherwise, this follows C. As the latest rules have it:
//   - Fast. dir-spec: the upper seven eighths, or 100 KB/s. C: the value at index n/8, or n/4 where that is less than
//     FastCrummy; then no less than FastMin and no more than FastMax; then no more than FastGuarantee.
//   - Guard, familiar. dir-spec: known for longer than an eighth of the active relays, or for a few weeks. C: weighted
//     time known of at least the value at index n/8, or GuardTimeKnown if that is less.
//   - Guard, WFU. dir-spec: the median of familiar relays. C: that, or GuardWFU if that is less.
//   - Guard, bandwidth. dir-spec: among the fastest quarter. C: at least the smaller of two values, each at index
//     trunc(n·GuardFraction), one among all that count and one among those that are no exits, where an exit with BadExit
//     is none. Relays equal to the value pass, so that more than a quarter may.
//
// Spec: dir-spec, "Assigning flags in a vote".
// C: src/feature/dirauth/voteflags.c, dirserv_compute_performance_thresholds.
func (r Rules) Thresholds(relays []Relay) Thresholds {
	p := population{relays: relays, n: len(relays)}
	return p.thresholds(&r, 1, nil)
}

// fastThreshold is the bandwidth that an eighth of the relays stay below; or that a quarter do, where that is crummy; then
// bounded by the parameters, and last of all by the guarantee.
func (r *Rules) fastThreshold(eighth, quarter bandwidth.KB) bandwidth.KB {
	fast := eighth
	if fast < r.FastCrummy {
		fast = quarter
	}
	lowest, highest := r.fastBounds()
	fast = min(max(fast, lowest), highest)
	if guarantee, ok := r.guaranteed(r.FastGuarantee); ok {
		fast = min(fast, guarantee)
	}
	return fast
}

// fastBounds is what the parameters keep the Fast threshold between.
func (r Rules) fastBounds() (lowest, highest bandwidth.KB) {
	return r.fromBytes(int64(max(r.FastMin, 0))), r.fromBytes(int64(max(r.FastMax, r.FastMin, 0)))
}

// fromBytes is an amount of bytes/s, at least 0, in the unit that the rules count in.
func (r Rules) fromBytes(bytesPerSecond int64) bandwidth.KB {
	if r.InBytes {
		return bandwidth.KB(min(bytesPerSecond, math.MaxUint32))
	}
	return bandwidth.FromBytes(uint64(bytesPerSecond))
}

// bandwidthUnit is the unit that the rules count in.
func (r *Rules) bandwidthUnit() Unit {
	if r.InBytes {
		return BytesPerSecond
	}
	return KBs
}

// inUnitOf is the thresholds with bandwidths in the unit that the rules count in.
func (t Thresholds) inUnitOf(r *Rules) Thresholds {
	if t.InBytes == r.InBytes {
		return t
	}
	t.InBytes = r.InBytes
	for _, kb := range []*bandwidth.KB{&t.Fast, &t.GuardIncludingExits, &t.GuardExcludingExits} {
		if r.InBytes {
			*kb = bandwidth.KB(min(kb.Bytes(), math.MaxUint32))
		} else {
			*kb /= 1000
		}
	}
	return t
}

// exitsMatter reports whether exits can be too few to be guards.
func (r *Rules) exitsMatter() bool {
	return r.GuardExits == ExitsIfPlentiful || r.GuardExits == ExitsIfPlentifulOneThreshold
}

// guardPercentile is the percentile of bandwidths that Guard asks for.
func (r *Rules) guardPercentile(t *Thresholds) bandwidth.KB {
	switch r.GuardExits {
	case ExitsIfPlentiful:
		if t.ScarceExits {
			return t.GuardExcludingExits
		}
		return t.GuardIncludingExits
	case ExitsIfPlentifulOneThreshold, ExitsAlike:
		return t.GuardIncludingExits
	}
	return min(t.GuardIncludingExits, t.GuardExcludingExits)
}

// guardBandwidth is the least bandwidth of a guard, one more than KB can hold at most, and what made it that.
func (r *Rules) guardBandwidth(t *Thresholds) (uint64, Bound) {
	percentile, bound := r.guardPercentile(t), Percentile
	if guarantee, ok := r.guaranteed(r.GuardBandwidth); ok && guarantee < percentile {
		percentile, bound = guarantee, Guarantee
	}
	if r.GuardAbove {
		return uint64(percentile) + 1, bound
	}
	return uint64(percentile), bound
}

// guardIndex is where among n sorted bandwidths the Guard threshold stands. Rules that Check refuses cannot lead out
// of the slice.
func (r Rules) guardIndex(n int) int {
	if r.GuardMedian {
		return r.medianIndex(n)
	}
	return max(0, min(int(float64(n)*r.GuardFraction), n-1))
}

// medianIndex is where among n sorted values the median stands; 0 of none.
func (r Rules) medianIndex(n int) int {
	if r.HighMedian {
		return n / 2
	}
	return max(0, n-1) / 2
}

// guaranteed is an option in bytes/s in the rules' unit, and whether it guarantees anything.
func (r Rules) guaranteed(bytesPerSecond int64) (bandwidth.KB, bool) {
	if bytesPerSecond <= 0 {
		return 0, false
	}
	return r.fromBytes(bytesPerSecond), true
}
