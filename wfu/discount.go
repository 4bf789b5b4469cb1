package wfu

// The discount: at every tick of the authority's clock all finished time loses
// a twentieth of its weight. "Discounting values by 95% every 12 hours", as it
// is often put, means multiplying by 0.95.
//
// C: src/feature/stats/rephist.c, STABILITY_INTERVAL, STABILITY_ALPHA and
// STABILITY_EPSILON.
const (
	// DiscountInterval is the time between two ticks, in seconds.
	DiscountInterval int64 = 12 * 60 * 60
	// DiscountFactor is what finished time is multiplied by at a tick.
	DiscountFactor = 0.95
	// Epsilon is the discounted count of runs below which there is nothing to
	// divide by, and a relay that is down is forgotten.
	Epsilon = 0.0001
)

// Discount applies n ticks of the discount at once, as an authority does that
// was off while they fell due. Time in an open run or downtime keeps its full
// weight until it ends.
//
// The n factors are multiplied first, in float64, and the sums once, each
// truncated to whole seconds. So Discount(2) is not Discount(1).Discount(1),
// which truncates twice. n of 0 or less changes nothing; a large n costs no
// more than some 15,000 multiplications.
//
// dir-spec says only that past days count for less. The factor, the 12 hours, and
// that open time is spared are C's, which this follows.
//
// Spec: dir-spec, "Assigning flags in a vote", Stable and Guard.
// C: src/feature/stats/rephist.c, rep_hist_downrate_old_runs.
// Since: 0.2.0.6-alpha (before, 0.9 in place of 0.95).
func (h History) Discount(n int64) History {
	if n <= 0 {
		return h
	}
	return h.scale(accumulated(n))
}

// scale multiplies the finished sums by alpha < 1. The products are below 2^64,
// so the conversions back are defined: float64 of the largest uint64 is 2^64,
// and alpha is at most 0.95.
func (h History) scale(alpha float64) History {
	return History{
		WeightedRunLength: uint64(float64(h.WeightedRunLength) * alpha),
		TotalRunWeights:   h.TotalRunWeights * alpha,
		WeightedUptime:    uint64(float64(h.WeightedUptime) * alpha),
		TotalWeightedTime: uint64(float64(h.TotalWeightedTime) * alpha),
		StartOfRun:        h.StartOfRun,
		StartOfDowntime:   h.StartOfDowntime,
	}
}

// accumulated is 0.95 multiplied n times, one rounding a factor, which
// math.Pow would not reproduce. Near the smallest float64 the product rounds
// to itself; from there on, after some 14,500 steps, more ticks change nothing
// and the loop can stop with the exact result.
func accumulated(n int64) float64 {
	alpha := 1.0
	for ; n > 0; n-- {
		next := alpha * DiscountFactor
		if next == alpha {
			break
		}
		alpha = next
	}
	return alpha
}

// Ticks is how many ticks of the discount are due at now on a clock that last
// ticked at last, and when the latest of them was. A tick is due from its own
// second on. A clock that was never set (zero) is set to now, with no tick
// due; one that is ahead of now stays as it is.
//
// C: src/feature/stats/rephist.c, rep_hist_downrate_old_runs.
// Since: 0.4.7.1-alpha; for the versions before see [TicksBefore].
func Ticks(last, now Instant) (n int64, latest Instant) {
	if last == 0 {
		return 0, now
	}
	if now < last {
		return 0, last
	}
	// As unsigned the difference is right even between the ends of int64.
	n = int64(uint64(now-last) / uint64(DiscountInterval))
	return n, last.Add(n * DiscountInterval)
}

// TicksBefore is [Ticks] as older versions count them: a tick is due from the
// second after its own on, so that one which falls on now waits. The clock is set
// to the second of the tick all the same.
//
// The questions asked of a History ([History.ReachWFU] and its like) reckon with
// ticks in their own second. To ask them of an older authority, give them a clock
// one second later.
//
// C: src/or/rephist.c, rep_hist_downrate_old_runs.
// Since: 0.2.0.6-alpha, until 0.4.7.1-alpha.
func TicksBefore(last, now Instant) (n int64, latest Instant) {
	if n, latest = Ticks(last, now); n > 0 && latest == now {
		n, latest = n-1, latest.Add(-DiscountInterval)
	}
	return n, latest
}

// Forgotten reports whether an authority drops the relay at its next clean-up:
// no run is open, and the finished ones weigh less than Epsilon. One run is
// forgotten 180 ticks, or 90 days, after it ended. A comment in the C says half a
// year; this follows its arithmetic.
//
// C: src/feature/stats/rephist.c, rep_history_clean.
func (h History) Forgotten() bool {
	return h.TotalRunWeights < Epsilon && !h.Running()
}
