package wfu

import "iter"

// Stretch is a time in which nothing happens to a history: no event comes, no tick
// falls. Each measure only rises in it, or only falls, or stays as it is. So
// whatever changes once as a measure crosses a bound can be found by halving the
// stretch.
type Stretch struct {
	// History is the history throughout, the ticks until From applied.
	History History
	// From and To are the first second of the stretch and the last.
	From, To Instant
}

// Stretches yields the future of a history if no event comes, from now on and
// without gap: from tick to tick of the discount, until past time has lost its
// weight and no further tick changes any measure. The last stretch goes on through
// such ticks to the 146 billion years that questions look ahead. A relay that is
// up stays up, one that is down stays down.
//
// It is for questions that depend on more than one measure; those of this package
// go through the same stretches. Ticks already due at now are applied as
// [History.Advance] does. There are some 900 stretches at most for any history of
// a real relay.
func (h History) Stretches(now, clock Instant) iter.Seq[Stretch] {
	return func(yield func(Stretch) bool) {
		c := h.courseOfRuns(now, clock, func(h History, _ Instant) History { return h })
		for {
			var cut [3]piece
			for _, p := range c.pieces(&cut) {
				if !yield(Stretch{History: c.h, From: p.from, To: p.to}) {
					return
				}
			}
			if !c.next() {
				return
			}
		}
	}
}
