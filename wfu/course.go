package wfu

// Advance is the history at a later moment if no event comes, as an authority
// that keeps running has it: every tick of the discount due until then is
// applied in its turn. clock is when the discount last ticked (the ledger's
// LastDownrated), and ticked is when it last has by then. A clock that was never
// set is set to now.
//
// Ticks already due at now are applied at now by one multiplication, like those
// an authority finds due when it starts. So to advance in steps is the same as
// to advance at once.
//
// Taken from the state before an outage to the present, this also tells what the
// history would be had the outage not happened.
func (h History) Advance(now, clock, until Instant) (later History, ticked Instant) {
	n, clock := Ticks(clock, now)
	h = h.Discount(n)
	n, clock = Ticks(clock, until)
	for range min(n, mostTicks) {
		h = h.Discount(1)
	}
	return h, clock
}

// mostTicks is more than it takes to bring the largest float64 to where its
// product with DiscountFactor is itself again. More ticks change nothing.
const mostTicks = 30000

// endOfTime is how far the questions look, some 146 billion years. It leaves
// room for the sums of a history within its bounds.
const endOfTime Instant = 1 << 62

// course goes through the future of a relay to which nothing happens, stretch
// by stretch: from one tick of the discount to the second before the next the
// six numbers stay as they are. The number of stretches is bounded: some 900
// ticks bring any sum of seconds to 0, and 15,000 any count of runs to where it
// no longer shows beside the 1 of an open run.
type course struct {
	h        History
	runs     bool    // the question depends on the count of runs
	clock    Instant // the latest tick
	from, to Instant // the stretch, both seconds included
	settled  bool    // the stretch is the last
}

// course begins at now, with the ticks due then, and what the event makes of the
// history.
func (h History) course(now, clock Instant, event func(History, Instant) History) course {
	n, clock := Ticks(clock, now)
	c := course{h: event(h.Discount(n), now), clock: clock, from: now}
	c.setEnd()
	return c
}

// courseOfRuns is a course for a question that depends on the count of runs, too.
// It may take more ticks to settle.
func (h History) courseOfRuns(now, clock Instant, event func(History, Instant) History) course {
	c := h.course(now, clock, event)
	c.runs = true
	c.setEnd()
	return c
}

// setEnd finds the last second of the stretch.
func (c *course) setEnd() {
	next := c.h.Discount(1)
	changes := next.WeightedUptime != c.h.WeightedUptime ||
		next.TotalWeightedTime != c.h.TotalWeightedTime
	if c.runs {
		// Asked this way round, counts that are no numbers do not change.
		before, after := c.h.TotalRunWeights+1, next.TotalRunWeights+1
		changes = changes || next.WeightedRunLength != c.h.WeightedRunLength || after < before || after > before
	}
	c.settled = !changes || c.clock > endOfTime-Instant(DiscountInterval)
	c.to = max(c.from, endOfTime)
	if !c.settled {
		// A clock ahead of now has its first tick later still.
		c.to = c.clock.Add(DiscountInterval - 1)
	}
}

// next goes on to the stretch that begins with the next tick; it reports false
// when there is none.
func (c *course) next() bool {
	if c.settled {
		return false
	}
	c.clock = c.clock.Add(DiscountInterval)
	c.from = c.clock
	c.h = c.h.Discount(1)
	c.setEnd()
	return true
}

// A piece is part of a stretch in which WFU only rises or only falls.
type piece struct{ from, to Instant }

// pieces cuts the stretch where the denominator of WFU is 0, which no real
// history's is after its first second: there WFU is 0 by definition, and the
// quotient turns from one infinity to the other.
func (c *course) pieces(cut *[3]piece) []piece {
	all := append(cut[:0], piece{c.from, c.to})
	known := c.h.TimeKnown(c.from)
	if !c.h.Running() && c.h.StartOfDowntime == 0 || known > 0 {
		return all
	}
	zero := c.from.Add(-known)
	if zero < c.from || zero > c.to {
		return all
	}
	all = all[:0]
	if zero > c.from {
		all = append(all, piece{c.from, zero - 1})
	}
	all = append(all, piece{zero, zero})
	if zero < c.to {
		all = append(all, piece{zero + 1, c.to})
	}
	return all
}

// first is the first moment of the piece at which something holds that, once it
// holds, does so to the end; or that, if it ends, held from the beginning.
func (p piece) first(holds func(Instant) bool) (Instant, bool) {
	if holds(p.from) {
		return p.from, true
	}
	if !holds(p.to) {
		return 0, false
	}
	no, yes := p.from, p.to
	for no.before(yes) {
		if t := no.middle(yes); holds(t) {
			yes = t
		} else {
			no = t
		}
	}
	return yes, true
}

// last is the last moment of the piece at which the like holds.
func (p piece) last(holds func(Instant) bool) (Instant, bool) {
	if holds(p.to) {
		return p.to, true
	}
	if !holds(p.from) {
		return 0, false
	}
	yes, no := p.from, p.to
	for yes.before(no) {
		if t := yes.middle(no); holds(t) {
			yes = t
		} else {
			no = t
		}
	}
	return yes, true
}

// before reports whether there is a moment between t and a later one.
func (t Instant) before(later Instant) bool { return uint64(later-t) > 1 }

// middle is the moment halfway to a later one, even from end to end of int64.
func (t Instant) middle(later Instant) Instant { return t + Instant(uint64(later-t)/2) }
