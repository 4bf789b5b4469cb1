package wfu

// WFU is the weighted fractional uptime at t: the part of the discounted time
// known during which the relay was up, from 0 to 1 for any history that real
// events made. It is 0 for a relay never seen. An open run or downtime counts
// with its full length; one that began after t counts negative.
//
// Spec: dir-spec, "Assigning flags in a vote", Guard.
// C: src/feature/stats/rephist.c, get_weighted_fractional_uptime.
// Since: 0.2.0.7-alpha.
func (h History) WFU(t Instant) float64 {
	return ratio(h.fraction(t))
}

// fraction is the two sums that WFU divides, in seconds.
func (h History) fraction(t Instant) (up, total int64) {
	return add(h.WeightedUptime, h.StartOfRun, t), h.TimeKnown(t)
}

// TimeKnown is the discounted time the relay has been known at t, up or down,
// in seconds: the denominator of WFU. Within the bounds of History it is negative
// only when an open interval began after t.
//
// A relay that stays up from the start is known for exactly the time it has
// been there, since an open run is not discounted. One whose runs end is known
// for less: with all time finished and discounted, for 10 to 10.5 days at most.
// A comment in the C, that it takes about 20 days to be known for 8, holds only
// for discounted time.
//
// dir-spec tells how long a relay has been around by the calendar, in weeks; C
// tells by this measure, and so does this library.
//
// Spec: dir-spec, "Assigning flags in a vote", Guard (familiar relays).
// C: src/feature/stats/rephist.c, get_total_weighted_time.
func (h History) TimeKnown(t Instant) int64 {
	return known(h.TotalWeightedTime, h.StartOfRun, h.StartOfDowntime, t)
}

// MTBF is the weighted mean time between failures at t, in seconds: the
// discounted length of the runs by their discounted number, an open run
// counting in full. It is 0 where the runs weigh less than Epsilon.
//
// Spec: dir-spec, "Assigning flags in a vote", Stable.
// C: src/feature/stats/rephist.c, get_stability.
// Since: 0.2.0.5-alpha.
func (h History) MTBF(t Instant) float64 {
	return mean(add(h.WeightedRunLength, h.StartOfRun, t), count(h.TotalRunWeights, h.StartOfRun))
}

// Uptime is how long the open run has lasted at t as the authority saw it, in
// seconds; 0 when no run is open or it began after t. Unlike the relay's own
// claim, it can be believed.
//
// C: src/feature/stats/rephist.c, rep_hist_get_uptime.
func (h History) Uptime(t Instant) int64 {
	return uptime(h.StartOfRun, t)
}

// The measures of a History and those of Columns are the same few sums.

// add is a finished sum and the open interval that began at start, if there is one, in seconds.
func add(finished uint64, start, t Instant) int64 {
	sum := int64(finished)
	if start != 0 {
		sum += t.Sub(start)
	}
	return sum
}

// known is a finished total and whichever interval is open.
func known(finished uint64, run, down, t Instant) int64 {
	if run == 0 {
		run = down
	}
	return add(finished, run, t)
}

// count is the finished runs and the open one.
func count(finished float64, run Instant) float64 {
	if run != 0 {
		finished++
	}
	return finished
}

// ratio is up of total.
func ratio(up, total int64) float64 {
	if total == 0 {
		return 0
	}
	return float64(up) / float64(total)
}

// mean is the length of each run.
func mean(length int64, runs float64) float64 {
	// Asked this way round, a count that is no number has no mean either.
	if !(runs >= Epsilon) {
		return 0
	}
	return float64(length) / runs
}

// uptime is the time since the start of a run.
func uptime(run, t Instant) int64 {
	if run == 0 || t < run {
		return 0
	}
	return t.Sub(run)
}
