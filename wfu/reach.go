package wfu

// Between two ticks of the discount a measure only rises or only falls, so where
// it crosses a bound is found by halving the interval, with the very comparison an
// authority makes. A formula for the second would have to be put right by that
// comparison anyway.

// ReachWFU is the first moment, from now on, at which the WFU of a relay that
// stays up is at least w; now, if it is that already. A relay that is down is
// taken to come back at now. It reports false if that never happens, which for
// w of 1 or less cannot be.
//
// It is the first such moment, not the first for good: the truncation at a tick
// may push a WFU just above w just below it again for some seconds. See
// [History.Advance] for how ticks already due are treated.
func (h History) ReachWFU(now, clock Instant, w float64) (Instant, bool) {
	c := h.course(now, clock, up)
	for {
		var cut [3]piece
		for _, p := range c.pieces(&cut) {
			if t, ok := p.first(func(t Instant) bool { return c.h.WFU(t) >= w }); ok {
				return t, true
			}
		}
		if !c.next() {
			return 0, false
		}
	}
}

// ReachTimeKnown is the first moment, from now on, at which the time known of a
// relay that stays up is at least so many seconds. A relay that is down is taken
// to come back at now. A relay new at now needs just as long as it must be known;
// one with finished time somewhat longer, since that time loses weight. It reports
// false only where the answer lies beyond the end of int64.
func (h History) ReachTimeKnown(now, clock Instant, seconds int64) (Instant, bool) {
	return h.reach(now, clock, func(h History, t Instant) bool { return h.TimeKnown(t) >= seconds })
}

// ReachMTBF is the first moment, from now on, at which the MTBF of a relay that
// stays up is at least so many seconds. A relay that is down is taken to come
// back at now. It reports false if that never happens.
//
// There is no outage budget of MTBF: an outage lowers it by ending a run, and
// but for the ticks meanwhile by as much however long it is. When it is made good,
// tells h.Unreachable(now) advanced to the end of the outage.
func (h History) ReachMTBF(now, clock Instant, seconds float64) (Instant, bool) {
	return h.reach(now, clock, func(h History, t Instant) bool { return h.MTBF(t) >= seconds })
}

// reach is for a measure that rises through every stretch.
func (h History) reach(now, clock Instant, holds func(History, Instant) bool) (Instant, bool) {
	c := h.courseOfRuns(now, clock, up)
	for {
		if t, ok := (piece{c.from, c.to}).first(func(t Instant) bool { return holds(c.h, t) }); ok {
			return t, true
		}
		if !c.next() {
			return 0, false
		}
	}
}

// up is the history of a relay found reachable at t unless it was up already.
func up(h History, t Instant) History {
	if h.Running() {
		return h
	}
	return h.Reachable(t)
}
