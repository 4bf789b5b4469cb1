package wfu

import "math"

// OutageBudget is how long a relay may be down from now on: the most seconds
// after which, had it gone down at now, its WFU would still be at least w. It
// reports false if WFU is below w at now already. A relay that is down at now
// stays down for that much longer.
//
// The answer depends on the phase of the discount clock, since a tick takes
// weight from the time before the outage and none from the outage itself while
// it lasts. At the end of the longest outage WFU is at w or just above; a tick
// soon after may still push it just below, for which see
// [History.LastingOutageBudget]. With w of 0 or less there is no bound, and the
// answer is the 146 billion years that questions look ahead.
func (h History) OutageBudget(now, clock Instant, w float64) (seconds int64, ok bool) {
	if h.below(now, clock, w) {
		return 0, false
	}
	c := h.course(now, clock, History.Unreachable)
	return c.outage(now, func(t Instant) bool { return c.h.WFU(t) >= w })
}

// LastingOutageBudget is the longest outage from now on after which, and ever
// after if the relay then stays up, WFU is at least w. It reports false if there
// is none, not even of 0 seconds, or if WFU is below w at now already. It is
// shorter than OutageBudget, if at all, by seconds.
func (h History) LastingOutageBudget(now, clock Instant, w float64) (seconds int64, ok bool) {
	if h.below(now, clock, w) {
		return 0, false
	}
	c := h.course(now, clock, History.Unreachable)
	return c.outage(now, func(t Instant) bool {
		return c.h.WFU(t) >= w && c.h.lastsFrom(t, c.clock, w)
	})
}

// below reports whether WFU is below w at now, before anything happens. Of a
// history that began after now it may be, and yet rise during an outage.
func (h History) below(now, clock Instant, w float64) bool {
	n, _ := Ticks(clock, now)
	return h.Discount(n).WFU(now) < w
}

// outage is the longest outage begun at now at whose end something holds.
// Within a piece that holds for all shorter ones or for all longer ones; from one
// to the next anything may be, so that each is looked at.
func (c *course) outage(now Instant, holds func(Instant) bool) (seconds int64, ok bool) {
	for {
		var cut [3]piece
		for _, p := range c.pieces(&cut) {
			if t, found := p.last(holds); found {
				// More than int64 has takes a now before 2^62 seconds ago.
				seconds, ok = int64(min(uint64(t-now), math.MaxInt64)), true
			}
		}
		if !c.next() {
			return seconds, ok
		}
	}
}

// lastsFrom reports whether WFU is at least w at t and for ever after, if the
// relay is back at t and stays up. A piece is lowest at one of its ends.
func (h History) lastsFrom(t, clock Instant, w float64) bool {
	c := h.course(t, clock, up)
	for {
		var cut [3]piece
		for _, p := range c.pieces(&cut) {
			if !(c.h.WFU(p.from) >= w && c.h.WFU(p.to) >= w) {
				return false
			}
		}
		if !c.next() {
			return true
		}
	}
}

// Recover is when the WFU of a relay that goes down at now, for so many seconds,
// is at least w again: the first moment from the end of the outage on. With an
// outage within OutageBudget that is its end. It reports false if it never
// happens, which for w of 1 or less cannot be. An outage of less than 0 seconds
// is one of 0.
func (h History) Recover(now, clock Instant, outage int64, w float64) (Instant, bool) {
	n, clock := Ticks(clock, now)
	end := max(now, now.Add(max(outage, 0)))
	down, clock := h.Discount(n).Unreachable(now).Advance(now, clock, end)
	return down.ReachWFU(end, clock, w)
}
