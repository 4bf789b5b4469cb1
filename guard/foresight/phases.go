package foresight

import (
	"iter"
	"slices"

	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// phase is a time in which the answer to no criterion changes, and so none to any flag. It lasts until the next.
type phase struct {
	from wfu.Instant

	// The relay and thresholds in the first second.
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
		stretches: divided(f.History.Stretches(f.Now, f.Clock), f.overflow()),
		relay: func(h wfu.History, at wfu.Instant) guard.Relay {
			return measured(aged(f.Relay, at.Sub(f.Now)), h, at)
		},
	}
}

// comingBack is the course of an outage from now on, of f.ticked(): at each moment the relay as it is if it comes back just
// then, which is f.After.
func (f *Future) comingBack() course {
	return course{
		stretches: func(yield func(wfu.Stretch) bool) {
			for s := range f.History.Unreachable(f.Now).Stretches(f.Now, f.Clock) {
				if s.From >= f.Clock.Add(wfu.DiscountInterval) && s.History.Forgotten() {
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
		stretches: divided(wfu.History{}.Stretches(f.Now, f.Now), f.overflow()),
		relay:     func(_ wfu.History, at wfu.Instant) guard.Relay { return aged(f.Relay, at.Sub(f.Now)) },
	}
}

// overflow is when the relay's real uptime, compared modulo 2^32, begins anew: once at most within the horizon.
func (f *Future) overflow() wfu.Instant { return f.Now.Add(1<<32 - int64(uint32(f.Relay.Uptime))) }

// divided divides the stretch that a moment falls into before that moment.
func divided(stretches iter.Seq[wfu.Stretch], before wfu.Instant) iter.Seq[wfu.Stretch] {
	return func(yield func(wfu.Stretch) bool) {
		for s := range stretches {
			if s.From < before && before <= s.To {
				first := s
				first.To = before - 1
				if s.From = before; !yield(first) {
					return
				}
			}
			if !yield(s) {
				return
			}
		}
	}
}

// phases goes through a course. Within a stretch, and between two changes of thresholds, every criterion changes at most
// once, since measures go one way. So where the answers at both ends are the same they are so throughout, and where they
// differ the first second of change is found by halving.
func (f *Future) phases(c course) iter.Seq[phase] {
	return func(yield func(phase) bool) {
		var now, first, last, probe []guard.Criterion // now is the phase's, first and last those at the ends of a piece
		began := false
		for s := range f.pieces(c) {
			explain := func(dst []guard.Criterion, at wfu.Instant) []guard.Criterion {
				return slices.AppendSeq(dst[:0], f.Rules.Explain(c.relay(s.History, at), s.thresholds))
			}
			last = explain(last, s.To)
			for from := s.From; ; {
				first = explain(first, from)
				if !began || !sameAnswers(now, first) {
					began, now, first = true, first, now
					if !yield(phase{from: from, relay: c.relay(s.History, from), thresholds: s.thresholds, criteria: now}) {
						return
					}
				}
				if sameAnswers(now, last) {
					break
				}
				from = firstAfter(from, s.To, func(at wfu.Instant) bool {
					probe = explain(probe, at)
					return !sameAnswers(now, probe)
				})
			}
		}
	}
}

// piece is a stretch, or a part of it, with the thresholds that hold throughout.
type piece struct {
	wfu.Stretch
	thresholds guard.Thresholds
}

// pieces cuts the stretches of a course where thresholds change, and ends at the horizon.
func (f *Future) pieces(c course) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		marks := f.marks()
		last := max(f.Now, f.Now.Add(horizon)) // at the end of time it is that
		for s := range c.stretches {
			if s.From > last {
				return
			}
			for end := min(s.To, last); ; s.From = s.To + 1 {
				for len(marks) > 1 && marks[1].from <= s.From {
					marks = marks[1:]
				}
				s.To = end
				if len(marks) > 1 {
					s.To = min(end, marks[1].from-1)
				}
				if !yield(piece{s, marks[0].thresholds}) {
					return
				}
				if s.To == end {
					break
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

// firstAfter is the first second at which something has changed that has at to and not at from.
func firstAfter(from, to wfu.Instant, changed func(wfu.Instant) bool) wfu.Instant {
	for uint64(to-from) > 1 { // even from end to end of int64
		if middle := from + wfu.Instant(uint64(to-from)/2); changed(middle) {
			to = middle
		} else {
			from = middle
		}
	}
	return to
}
