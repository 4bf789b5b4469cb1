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
	up, total := h.fraction(t)
	if total == 0 {
		return 0
	}
	return float64(up) / float64(total)
}

// fraction is the two sums that WFU divides, in seconds.
func (h History) fraction(t Instant) (up, total int64) {
	up = int64(h.WeightedUptime)
	if h.Running() {
		up += t.Sub(h.StartOfRun)
	}
	return up, h.TimeKnown(t)
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
	total := int64(h.TotalWeightedTime)
	switch {
	case h.StartOfRun != 0:
		total += t.Sub(h.StartOfRun)
	case h.StartOfDowntime != 0:
		total += t.Sub(h.StartOfDowntime)
	}
	return total
}

// MTBF is the weighted mean time between failures at t, in seconds: the
// discounted length of the runs by their discounted number, an open run
// counting in full. It is 0 where the runs weigh less than Epsilon.
//
// Spec: dir-spec, "Assigning flags in a vote", Stable.
// C: src/feature/stats/rephist.c, get_stability.
// Since: 0.2.0.5-alpha.
func (h History) MTBF(t Instant) float64 {
	length, runs := int64(h.WeightedRunLength), h.TotalRunWeights
	if h.Running() {
		length += t.Sub(h.StartOfRun)
		runs++
	}
	// Asked this way round, a count that is no number has no mean either.
	if !(runs >= Epsilon) {
		return 0
	}
	return float64(length) / runs
}

// Uptime is how long the open run has lasted at t as the authority saw it, in
// seconds; 0 when no run is open or it began after t. Unlike the relay's own
// claim, it can be believed.
//
// C: src/feature/stats/rephist.c, rep_hist_get_uptime.
func (h History) Uptime(t Instant) int64 {
	if !h.Running() || t < h.StartOfRun {
		return 0
	}
	return t.Sub(h.StartOfRun)
}
