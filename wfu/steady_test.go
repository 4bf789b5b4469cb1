package wfu

import (
	"fmt"
	"testing"
)

// A relay that is down again and again comes to a steady state: its measures as
// they were once computed, over all phases of the discount clock.
func TestSteadyStates(t *testing.T) {
	for _, c := range []struct {
		why            string
		period, outage int64
		least, most    string // WFU, just after an outage and just before the next
		decimals       int
	}{
		{"1 h a week", 7 * days, 1 * hours, "0.9937", "0.9971", 4},
		{"2 h a week", 7 * days, 2 * hours, "0.9875", "0.9942", 4},
		{"4 h a week", 7 * days, 4 * hours, "0.9750", "0.9882", 4},
		{"2 h a day", 1 * days, 2 * hours, "0.913", "0.924", 3},
	} {
		least, most := 2.0, 0.0
		for phase := int64(0); phase < 12*hours; phase += 600 {
			h, now, clock := steady(c.period, c.outage, phase)
			least = min(least, h.WFU(now))
			next := now.Add(c.period - c.outage)
			h, _ = h.Advance(now, clock, next)
			most = max(most, h.WFU(next))
		}
		shown := func(x float64) string { return fmt.Sprintf("%.*f", c.decimals, x) }
		if shown(least) != c.least || shown(most) != c.most {
			t.Errorf("%s: WFU from %s to %s, want %s to %s", c.why, shown(least), shown(most), c.least, c.most)
		}
	}
}

// Restarts every week that are noticed for a second: each time it takes more than
// a day and a half until MTBF is back at the 5 days that Stable asks for.
func TestWeeklyRestarts(t *testing.T) {
	for phase := int64(0); phase < 12*hours; phase += 600 {
		h, now, clock := steady(7*days, 1, phase)
		if mtbf := h.MTBF(now) / days; mtbf < 4.54 || mtbf > 4.63 {
			t.Errorf("phase %d: MTBF is %.3f d after a restart, want about 4.6", phase, mtbf)
		}
		back, _ := h.ReachMTBF(now, clock, 5*days)
		if took := float64(back.Sub(now)) / days; took < 1.4 || took > 1.9 {
			t.Errorf("phase %d: 5 days again after %.2f d, want about 1.7", phase, took)
		}
		next := now.Add(7*days - 1)
		if h, _ = h.Advance(now, clock, next); h.MTBF(next) < 6.99*days {
			t.Errorf("phase %d: MTBF is %.3f d before a restart, want 7", phase, h.MTBF(next)/days)
		}
	}
}

// steady is a relay just back from the last of many equal outages, and when the
// clock then last ticked.
func steady(period, outage, phase int64) (h History, now, clock Instant) {
	now, clock = noon, noon.Add(-phase)
	h = h.Reachable(now)
	for range 400 * days / period {
		down := now.Add(period - outage)
		h, clock = h.Advance(now, clock, down)
		h = h.Unreachable(down)
		now = down.Add(outage)
		h, clock = h.Advance(down, clock, now)
		h = h.Reachable(now)
	}
	return h, now, clock
}
