package foresight

import (
	"iter"
	"slices"

	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// phase is a time in which the answer to no criterion changes, and so none to any flag.
type phase struct {
	from, to wfu.Instant // both seconds included

	// The relay and thresholds at the first second.
	relay      guard.Relay
	thresholds guard.Thresholds

	// criteria are all of Explain then. They are lent until the next phase.
	criteria []guard.Criterion
}

// course is one of the ways that things may go on from now.
type course struct {
	stretches iter.Seq[wfu.Stretch]

	// relay is what is decided on at a moment, with the history of then.
	relay func(h wfu.History, at wfu.Instant) guard.Relay
}

// stayingUp is the course of f.up(): at each moment the relay as it has been up since now.
func (f *Future) stayingUp() course {
	return course{
		stretches: f.History.Stretches(f.Now, f.Clock),
		relay: func(h wfu.History, at wfu.Instant) guard.Relay {
			return measured(aged(f.Relay, at.Sub(f.Now)), h, at)
		},
	}
}

// comingBack is the course of an outage from now on: at each moment the relay as it is if it comes back just then.
func (f *Future) comingBack() course {
	h, clock := f.History.Advance(f.Now, f.Clock, f.Now)
	h = h.Unreachable(f.Now)
	return course{
		stretches: func(yield func(wfu.Stretch) bool) {
			for s := range h.Stretches(f.Now, clock) {
				if s.From >= clock.Add(wfu.DiscountInterval) && s.History.Forgotten() {
					s.History = wfu.History{}
				}
				if !yield(s) {
					return
				}
			}
		},
		relay: func(h wfu.History, at wfu.Instant) guard.Relay {
			return measured(restarted(present(f.Relay)), h.Reachable(at), at)
		},
	}
}

// standingStill is the course of a relay of which no history is known: only its uptimes grow.
func (f *Future) standingStill() course {
	return course{
		stretches: wfu.History{}.Stretches(f.Now, f.Now),
		relay:     func(_ wfu.History, at wfu.Instant) guard.Relay { return aged(f.Relay, at.Sub(f.Now)) },
	}
}

// phases goes through a course. Within a stretch, and between two changes of thresholds, every criterion changes at most
// once, since measures go one way. So where the answers at both ends are the same they are so throughout, and where they
// differ the first second of change is found by halving.
func (f *Future) phases(c course) iter.Seq[phase] {
	return func(yield func(phase) bool) {
		marks := f.marks()
		var first, last, probe []guard.Criterion
		for s := range c.stretches {
			for len(marks) > 1 && marks[1].from <= s.From {
				marks = marks[1:]
			}
			for i, mark := range marks {
				from, to := max(s.From, mark.from), s.To
				if from > to {
					break
				}
				if i+1 < len(marks) {
					to = min(to, marks[i+1].from-1)
				}
				explain := func(dst []guard.Criterion, at wfu.Instant) []guard.Criterion {
					return slices.AppendSeq(dst[:0], f.Rules.Explain(c.relay(s.History, at), mark.thresholds))
				}
				last = explain(last, to)
				for {
					first = explain(first, from)
					end := to
					if !sameAnswers(first, last) {
						end = lastBefore(from, to, func(at wfu.Instant) bool {
							probe = explain(probe, at)
							return !sameAnswers(first, probe)
						})
					}
					p := phase{from: from, to: end, relay: c.relay(s.History, from), thresholds: mark.thresholds, criteria: first}
					if !yield(p) {
						return
					}
					if end == to {
						break
					}
					from = end + 1
				}
			}
		}
	}
}

// mark is thresholds that hold from a moment on.
type mark struct {
	from       wfu.Instant
	thresholds guard.Thresholds
}

// marks are the thresholds from now on, the first those of now, no two from the same moment on.
func (f *Future) marks() []mark {
	marks := []mark{{f.Now, f.Thresholds}}
	if f.Changes == nil {
		return marks
	}
	for from, t := range f.Changes {
		latest := &marks[len(marks)-1]
		if from <= latest.from {
			latest.thresholds = t
		} else {
			marks = append(marks, mark{from, t})
		}
	}
	return marks
}

// sameAnswers reports whether the same criteria are met.
func sameAnswers(a, b []guard.Criterion) bool {
	return slices.EqualFunc(a, b, func(a, b guard.Criterion) bool { return a.Met == b.Met })
}

// lastBefore is the last second before something has changed that has at to and not at from.
func lastBefore(from, to wfu.Instant, changed func(wfu.Instant) bool) wfu.Instant {
	for uint64(to-from) > 1 { // even from end to end of int64
		if middle := from + wfu.Instant(uint64(to-from)/2); changed(middle) {
			to = middle
		} else {
			from = middle
		}
	}
	return from
}
