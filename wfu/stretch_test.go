package wfu

import (
	"testing"

	"pgregory.net/rapid"
)

func propStretchesAreTheWalk(t *rapid.T) {
	h, clock := rapid.OneOf(histories(2*days), oddHistories(days)).Draw(t, "h"), clocks().Draw(t, "clock")
	s := slowly(h, clock)
	at := noon
	for stretch := range h.Stretches(noon, clock) {
		if stretch.From != at || stretch.To < stretch.From {
			t.Fatalf("%d to %d, want one from %d on", stretch.From, stretch.To, at)
		}
		last := min(stretch.To, horizon)
		if when, odd := s.walk(int64(at), int64(last), func(at int64) bool {
			return s.wfu(at) != stretch.History.WFU(Instant(at)) || s.known(at) != stretch.History.TimeKnown(Instant(at)) || s.mtbf(at) != stretch.History.MTBF(Instant(at))
		}); odd {
			t.Fatalf("%+v; the walk comes to %+v at %v", stretch, s.history(), when)
		}
		if at = stretch.To + 1; at > horizon {
			return
		}
	}
	if at != endOfTime+1 {
		t.Fatalf("the last stretch ends at %d", at-1)
	}
}

// A measure that is the same, or rises, from the first second of a stretch to some
// moment of it does not fall thereafter, and the other way round.
func propMeasuresOfAStretchGoOneWay(t *rapid.T) {
	h, clock := rapid.OneOf(histories(2*days), oddHistories(days)).Draw(t, "h"), clocks().Draw(t, "clock")
	skip := rapid.IntRange(0, 5).Draw(t, "skip")
	for s := range h.Stretches(noon, clock) {
		if skip--; skip >= 0 {
			continue
		}
		moment := rapid.Int64Range(0, min(s.To.Sub(s.From), 40*days))
		a, b, c := moment.Draw(t, "a"), moment.Draw(t, "b"), moment.Draw(t, "c")
		a, b, c = min(a, b, c), max(min(a, b), min(max(a, b), c)), max(a, b, c)
		for name, measure := range map[string]func(Instant) float64{
			"WFU":        s.History.WFU,
			"time known": func(t Instant) float64 { return float64(s.History.TimeKnown(t)) },
			"MTBF":       s.History.MTBF,
		} {
			x, y, z := measure(s.From.Add(a)), measure(s.From.Add(b)), measure(s.From.Add(c))
			if (y-x)*(z-y) < 0 {
				t.Fatalf("%s of %+v is %v, %v, %v after %d, %d, %d s", name, s, x, y, z, a, b, c)
			}
		}
		return
	}
}

func TestStretchesAreTheWalk(t *testing.T)        { rapid.Check(t, propStretchesAreTheWalk) }
func TestMeasuresOfAStretchGoOneWay(t *testing.T) { rapid.Check(t, propMeasuresOfAStretchGoOneWay) }
func FuzzStretches(f *testing.F)                  { f.Fuzz(rapid.MakeFuzz(propStretchesAreTheWalk)) }
func FuzzMeasuresOfAStretch(f *testing.F)         { f.Fuzz(rapid.MakeFuzz(propMeasuresOfAStretchGoOneWay)) }

// The bound that the doc comment gives, for a century up and for one of weekly
// outages; and stopping early is no fault.
func TestFewStretches(t *testing.T) {
	century := History{}.Reachable(noon - 36500*days).Unreachable(noon - 1).Reachable(noon)
	weekly, _, clock := steady(7*days, 3600, 5)
	for name, h := range map[string]History{"never seen": {}, "a century": century, "weekly": weekly} {
		n := 0
		for range h.Stretches(noon, clock) {
			n++
		}
		if n > 900 {
			t.Errorf("%s: %d stretches", name, n)
		}
	}
	for range century.Stretches(noon, clock) {
		break
	}
}
