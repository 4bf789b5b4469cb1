package wfu

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// watch is Replay second by second: at each the discount, then a test if one is
// due, then a vote if one is.
func (o Observer) watch(observations []Observation, clock, until Instant) (History, Instant) {
	s := &slow{lastDownrated: int64(clock)}
	if len(observations) == 0 || observations[0].At > until {
		s.discount(int64(until))
		return s.history(), Instant(s.lastDownrated)
	}
	var last int64
	running := false
	s.walk(int64(observations[0].At), int64(until), func(t int64) bool {
		for len(observations) > 0 && int64(observations[0].At) <= t {
			running = observations[0].Running
			observations = observations[1:]
			if o.Cycle == 0 && running {
				s.reachable(t)
			} else if o.Cycle == 0 {
				s.unreachable(t)
			}
		}
		if o.Cycle > 0 && running && (t-o.CycleOffset)%o.Cycle == 0 {
			s.reachable(t)
			last = t
		}
		if o.Cycle > 0 && (t-o.VoteOffset)%o.VoteInterval == 0 && t >= last+o.Timeout {
			when := t
			if last != 0 && last+o.Cycle < t {
				when = last + o.Cycle
			}
			s.unreachable(when)
		}
		return false
	})
	return s.history(), Instant(s.lastDownrated)
}

func observations() *rapid.Generator[[]Observation] {
	return rapid.Custom(func(t *rapid.T) []Observation {
		wait := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 3*hours), rapid.SampledFrom([]int64{600, 1280, 2700, 3600, days}))
		at := noon
		var all []Observation
		for range rapid.IntRange(0, 12).Draw(t, "observations") {
			at = at.Add(wait.Draw(t, "wait"))
			all = append(all, Observation{at, rapid.Bool().Draw(t, "running")})
		}
		return all
	})
}

func observers() *rapid.Generator[Observer] {
	return rapid.Custom(func(t *rapid.T) Observer {
		switch rapid.IntRange(0, 2).Draw(t, "observer") {
		case 0:
			return Observer{}
		case 1:
			o := LiveObserver()
			o.CycleOffset = rapid.Int64Range(0, 1279).Draw(t, "cycle offset")
			return o
		}
		o := Observer{
			Cycle:        rapid.Int64Range(1, 3000).Draw(t, "cycle"),
			CycleOffset:  rapid.Int64Range(-5000, 5000).Draw(t, "cycle offset"),
			VoteInterval: rapid.Int64Range(1, 8000).Draw(t, "vote interval"),
			VoteOffset:   rapid.Int64Range(-5000, 5000).Draw(t, "vote offset"),
		}
		o.Timeout = o.Cycle + rapid.Int64Range(0, 3000).Draw(t, "timeout beyond cycle")
		return o
	})
}

func propReplayIsTheWatch(t *rapid.T) {
	o, all := observers().Draw(t, "observer"), observations().Draw(t, "observations")
	clock := clocks().Draw(t, "clock")
	until := noon.Add(rapid.Int64Range(0, 2*days).Draw(t, "until"))
	want, wantTick := o.watch(all, clock, until)
	got, tick := o.Replay(slices.Values(all), clock, until)
	if got != want || tick != wantTick {
		t.Fatalf("%+v at %v, the watch comes to %+v at %v", got, tick, want, wantTick)
	}
}

func TestReplayIsTheWatch(t *testing.T) { rapid.Check(t, propReplayIsTheWatch) }
func FuzzReplay(f *testing.F)           { f.Fuzz(rapid.MakeFuzz(propReplayIsTheWatch)) }

// Times at the ends of int64 and observers with absurd numbers neither panic nor
// take long.
func propReplayEnds(t *rapid.T) {
	o := Observer{rapid.Int64().Draw(t, "c"), rapid.Int64().Draw(t, "co"), rapid.Int64().Draw(t, "t"), rapid.Int64().Draw(t, "v"), rapid.Int64().Draw(t, "vo")}
	var all []Observation
	for range rapid.IntRange(0, 5).Draw(t, "observations") {
		all = append(all, Observation{anyInstants().Draw(t, "at"), rapid.Bool().Draw(t, "running")})
	}
	o.Replay(slices.Values(all), anyInstants().Draw(t, "clock"), anyInstants().Draw(t, "until"))
}

func TestReplayEnds(t *testing.T) { rapid.Check(t, propReplayEnds) }

func TestWithout(t *testing.T) {
	up, down := true, false
	for _, c := range []struct {
		why         string
		from, until Instant
		in, want    []Observation
	}{
		{"nothing known", 20, 30, nil, nil},
		{"the whole outage", 20, 30, []Observation{{10, up}, {20, down}, {30, up}}, []Observation{{10, up}, {20, up}, {30, up}}},
		{"part of it", 22, 28, []Observation{{10, up}, {20, down}, {30, up}}, []Observation{{10, up}, {20, down}, {22, up}, {28, down}, {30, up}}},
		{"one that lasts", 22, 28, []Observation{{10, up}, {20, down}}, []Observation{{10, up}, {20, down}, {22, up}, {28, down}}},
		{"several", 20, 40, []Observation{{10, up}, {20, down}, {25, up}, {30, down}, {50, up}}, []Observation{{10, up}, {20, up}, {40, down}, {50, up}}},
		{"before anything is known", 1, 5, []Observation{{10, up}}, []Observation{{10, up}}},
		{"from before anything is known", 1, 15, []Observation{{10, down}}, []Observation{{10, up}, {15, down}}},
		{"after all", 20, 30, []Observation{{10, down}}, []Observation{{10, down}, {20, up}, {30, down}}},
		{"no time", 20, 20, []Observation{{10, up}, {20, down}, {30, up}}, []Observation{{10, up}, {20, down}, {30, up}}},
	} {
		got := slices.Collect(Without(slices.Values(c.in), c.from, c.until))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.why, diff)
		}
		for n := range got {
			i := 0
			for range Without(slices.Values(c.in), c.from, c.until) {
				if i++; i > n {
					break
				}
			}
		}
	}
}

// The rules of observation: what authorities see of an outage.
func TestWhatAuthoritiesSeeOfAnOutage(t *testing.T) {
	o := LiveObserver()
	start := next(noon.Add(-30*days), o.Cycle, 0) // tested at once, as new relays are
	for _, c := range []struct {
		why         string
		outage      int64 // s
		least, most int64 // s of downtime noted, over all moments it may begin
	}{
		{"one failed test at most", 1280, 0, 0},
		{"two or three, if a vote is made meanwhile", 44 * 60, 0, 3 * 1280},
		{"the same", 60 * 60, 0, 3 * 1280},
		{"eleven or twelve, and always a vote", 4 * 3600, 11 * 1280, 12 * 1280},
	} {
		least, most := int64(1<<62), int64(0)
		for phase := int64(0); phase < 4000; phase += 7 {
			down := noon.Add(phase)
			all := []Observation{{start, true}, {down, false}, {down.Add(c.outage), true}}
			// A clock ahead keeps the discount out of it.
			h, _ := o.Replay(slices.Values(all), noon.Add(days), noon.Add(days))
			known := h.TimeKnown(noon.Add(days))
			up := int64(h.WeightedUptime) + noon.Add(days).Sub(h.StartOfRun)
			least, most = min(least, known-up), max(most, known-up)
		}
		if least != c.least || most != c.most {
			t.Errorf("%s: of an outage of %d s, %d to %d s are noted, want %d to %d", c.why, c.outage, least, most, c.least, c.most)
		}
	}
}
