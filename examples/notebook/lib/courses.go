package main

import (
	"iter"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// courses are what each model makes of a relay hour by hour: WFU and time known at the end of each.
var courses = map[int]func(ups []bool, begin, clock wfu.Instant) iter.Seq2[float64, float64]{
	0: authorityCourse, 1: sampledCourse, 2: continuousCourse,
}

// authorityCourse is the model of an authority: events, and a clock that last ticked at clock.
func authorityCourse(ups []bool, begin, clock wfu.Instant) iter.Seq2[float64, float64] {
	return func(yield func(float64, float64) bool) {
		var h wfu.History
		for i, up := range ups {
			now := begin.Add(int64(i) * 3600)
			if up {
				h = h.Reachable(now)
			} else {
				h = h.Unreachable(now)
			}
			h, clock = h.Advance(now, clock, now.Add(3600))
			if !yield(h.WFU(now.Add(3600)), float64(h.TimeKnown(now.Add(3600)))) {
				return
			}
		}
	}
}

func sampledCourse(ups []bool, _, _ wfu.Instant) iter.Seq2[float64, float64] {
	return func(yield func(float64, float64) bool) {
		var s wfu.Sampled
		for _, up := range ups {
			if s = s.Sample(up); !yield(s.WFU(), float64(s.Time)) {
				return
			}
		}
	}
}

func continuousCourse(ups []bool, _, _ wfu.Instant) iter.Seq2[float64, float64] {
	return func(yield func(float64, float64) bool) {
		var c wfu.Continuous
		for _, up := range ups {
			if c = c.After(3600, up); !yield(c.WFU(), c.Time) {
				return
			}
		}
	}
}
