package foresight

import (
	"math"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// How far a number in a vote may be from what the authority decided by.
const (
	halfWFU       = 0.5e-6 // half of the last decimal of a stats line's wfu
	halfMTBF      = 0.5    // half a second, to which its mtbf is rounded
	halfThreshold = 0.5e-5 // half of that of guard-wfu, as a fraction
	driftSeconds  = 1      // stats lines may be of the next second
)

// population is the relays that the mark is a statistic of, each as good as it may have been when the authority decided,
// and those of which it is not known whether they count only if that lifts the mark; or the other way round.
func (q *inquiry) population(m published, good bool) []guard.Relay {
	threshold, byBandwidth := m.of(q.t), m.isBandwidth
	nobody := !good && threshold == 0 // as where no relay counts, and lower than any that does
	misprints := q.misprints()
	var relays []guard.Relay
	for i := range q.review.Relays {
		r := q.review.Relays[i]
		optional := q.mayNotCount(i)
		if m.key == wfuMark.key {
			if r.TimeKnown < q.t.GuardTimeKnown {
				continue // not familiar
			}
			optional = optional || r.TimeKnown-driftSeconds < q.t.GuardTimeKnown
		}
		r = drifted(r, good)
		helps := m.have(q, &r) >= threshold-m.slack
		if !good {
			helps = m.have(q, &r) <= threshold+m.slack
		}
		if r.Unknown&guard.UnknownBandwidth != 0 {
			r = carrying(r, good, q.expected.MinCounted)
			if byBandwidth {
				helps = !nobody
			}
		}
		if optional && !helps {
			continue
		}
		if byBandwidth && !helps && misprints > 0 && !(m.key == excludingMark.key && isExit(&r)) {
			misprints--
			if nobody {
				continue
			}
			r, helps = carrying(r, good, q.expected.MinCounted), true
		}
		if m.key == excludingMark.key && q.exitOrNot(&r) {
			r.Facts = r.Facts.Without(consensus.BadExit).With(consensus.Exit)
			if helps {
				r.Facts = r.Facts.Without(consensus.Exit)
			}
		}
		relays = append(relays, r)
	}
	return relays
}

// representatives are relays that have the same mark as the population, under whatever guarantee and bounds: one or two,
// but for the marks that GuardFraction moves.
func (q *inquiry) representatives(m published, good bool) []guard.Relay {
	n := Network{Rules: q.under(FastGuarantee, 0, m, good), Relays: q.population(m, good)}
	switch m.key {
	case fastMark.key:
		return n.standForFast(q.t)
	case knownMark.key, wfuMark.key:
		f := n.newFamiliars(q.t.IgnoringAdvertised)
		f.admit(math.MinInt64) // those who are not familiar are not in the population
		return f.stand()
	}
	return n.Relays
}

// mayNotCount reports whether the vote leaves open if a relay counts that otherwise would. One that was voted HSDir is
// active.
func (q *inquiry) mayNotCount(i int) bool {
	const open = guard.UnknownSybil | guard.UnknownBandwidth
	r := &q.review.Relays[i]
	return r.Unknown&open != 0 || r.Unknown&guard.UnknownActivity != 0 && !q.review.Comparisons[i].Voted.Has(consensus.HSDir)
}

// drifted is the relay with the history it may have had before its numbers were rounded, and a second earlier.
func drifted(r guard.Relay, good bool) guard.Relay {
	drift := halfWFU + driftSeconds/math.Max(1, float64(r.TimeKnown))
	if good {
		r.WFU += drift
		r.MTBF += halfMTBF
	} else {
		r.WFU -= drift
		r.TimeKnown -= driftSeconds
		r.MTBF -= halfMTBF + driftSeconds
	}
	return r
}

// carrying is the relay measured at as much as can be, or as little as counts.
func carrying(r guard.Relay, much bool, least bandwidth.KB) guard.Relay {
	r.Unknown &^= guard.UnknownBandwidth
	r.IsMeasured, r.Measured = true, least
	if much {
		r.Measured = math.MaxUint32
	}
	return r
}

// misprints are how many relays may have another bandwidth than the vote prints: of two lines of a bandwidth file about one
// relay the first counts, and the last is printed.
func (q *inquiry) misprints() int {
	const oneIn, more = 40, 2
	measured := 0
	for i := range q.review.Relays {
		if q.review.Relays[i].IsMeasured {
			measured++
		}
	}
	if measured == 0 {
		return 0
	}
	return measured/oneIn + more
}

// isExit reports whether the relay is an exit as the thresholds see it.
func isExit(r *guard.Relay) bool {
	return r.Facts.Has(consensus.Exit) && !r.Facts.Has(consensus.BadExit)
}

// exitOrNot reports whether the vote leaves open if the relay counts as an exit: a MiddleOnly relay does not show that it
// is one, and an authority that does not vote on BadExit does not show that it marked one.
func (q *inquiry) exitOrNot(r *guard.Relay) bool {
	if r.Facts.Has(consensus.MiddleOnly) {
		return true
	}
	return r.Facts.Has(consensus.Exit) && !q.review.Header.KnownFlags.Has(consensus.BadExit)
}
