package wfu

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// horizon is how far the slow reference walks: some ticks.
const horizon = noon + 36*hours

// agree compares a closed form with what the walk found, which knows nothing
// beyond the horizon.
func agree(t *rapid.T, got Instant, ok bool, want Instant, found bool) {
	t.Helper()
	if found && (!ok || got != want) || !found && ok && got <= horizon {
		t.Fatalf("%d, %v; the walk found %d, %v", int64(got), ok, int64(want), found)
	}
}

func propReachIsTheFirstSecondOfTheWalk(t *rapid.T) {
	h, clock := rapid.OneOf(histories(2*days), oddHistories(days)).Draw(t, "h"), clocks().Draw(t, "clock")
	back := func() *slow {
		s := slowly(h, clock)
		s.discount(int64(noon))
		if s.startOfRun == 0 {
			s.reachable(int64(noon))
		}
		return s
	}

	w := bounds().Draw(t, "w")
	s := back()
	want, found := s.walk(int64(noon), int64(horizon), func(t int64) bool { return s.wfu(t) >= w })
	got, ok := h.ReachWFU(noon, clock, w)
	agree(t, got, ok, want, found)

	known := rapid.Int64Range(0, 3*days).Draw(t, "known")
	s = back()
	want, found = s.walk(int64(noon), int64(horizon), func(t int64) bool { return s.known(t) >= known })
	got, ok = h.ReachTimeKnown(noon, clock, known)
	agree(t, got, ok, want, found)

	mtbf := rapid.Float64Range(0, 3*days).Draw(t, "mtbf")
	s = back()
	want, found = s.walk(int64(noon), int64(horizon), func(t int64) bool { return s.mtbf(t) >= mtbf })
	got, ok = h.ReachMTBF(noon, clock, mtbf)
	agree(t, got, ok, want, found)
}

func propOutageBudgetIsTheLastSecondOfTheWalk(t *rapid.T) {
	h, clock := rapid.OneOf(histories(2*days), oddHistories(days)).Draw(t, "h"), clocks().Draw(t, "clock")
	w := rapid.OneOf(rapid.Just(0.98), rapid.Float64Range(0.6, 1)).Draw(t, "w")
	s := slowly(h, clock)
	s.discount(int64(noon))
	already := s.wfu(int64(noon)) < w
	s.unreachable(int64(noon))
	var want int64
	found := false
	s.walk(int64(noon), int64(horizon), func(t int64) bool {
		if s.wfu(t) >= w && !already {
			want, found = t-int64(noon), true
		}
		return false
	})
	got, ok := h.OutageBudget(noon, clock, w)
	if got > int64(horizon-noon) {
		t.Skip("budget beyond the horizon")
	}
	if got != want || ok != found {
		t.Fatalf("%d, %v; the walk found %d, %v", got, ok, want, found)
	}
	if lasting, ok := h.LastingOutageBudget(noon, clock, w); ok && lasting > got {
		t.Fatalf("lasting budget %d is longer than %d", lasting, got)
	}
}

// lasts reports whether, after an outage from noon on, a walk through the next
// ticks never finds WFU below w.
func lasts(h History, clock Instant, outage int64, w float64) bool {
	s := slowly(h, clock)
	s.discount(int64(noon))
	s.unreachable(int64(noon))
	end := int64(noon) + outage
	s.walk(int64(noon), end, func(int64) bool { return false })
	s.reachable(end)
	_, below := s.walk(end, end+14*hours, func(t int64) bool { return s.wfu(t) < w })
	return !below
}

func propLastingOutageBudgetNeverFallsBelow(t *rapid.T) {
	h, clock := histories(3*days).Draw(t, "h"), clocks().Draw(t, "clock")
	w := rapid.OneOf(rapid.Just(0.98), rapid.Float64Range(0.95, 1)).Draw(t, "w")
	lastingOutageBudget(t, h, clock, w)
}

func lastingOutageBudget(t rapid.TB, h History, clock Instant, w float64) (shorter bool) {
	budget, _ := h.OutageBudget(noon, clock, w)
	got, ok := h.LastingOutageBudget(noon, clock, w)
	if budget > 10*hours {
		return false // too long for the walk
	}
	if ok && !lasts(h, clock, got, w) {
		t.Fatalf("%+v, %v: WFU falls below %v after an outage of %d", h, clock, w, got)
	}
	least := got + 1
	if !ok {
		least = 0
	}
	for _, outage := range []int64{least, least + 1, budget} {
		if outage >= least && outage <= budget && lasts(h, clock, outage, w) {
			t.Fatalf("%+v, %v: WFU does not fall below %v after an outage of %d, only %d, %v allowed", h, clock, w, outage, got, ok)
		}
	}
	return got < budget
}

// The two budgets differ only where a tick follows soon after the end of the
// longest outage: here it always does.
func TestLastingOutageBudgetNearATick(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	shorter := 0
	for range 200 {
		var h History
		h.TotalWeightedTime = r.Uint64N(3 * days)
		h.WeightedUptime = h.TotalWeightedTime - h.TotalWeightedTime/100
		if r.IntN(2) == 0 {
			h.StartOfRun = noon.Add(-r.Int64N(3 * days))
		}
		end, _ := h.OutageBudget(noon, noon+days, 0.98) // a clock ahead has no ticks
		clock := noon.Add(end%(12*hours) + r.Int64N(20) - 12*hours)
		if lastingOutageBudget(t, h, clock, 0.98) {
			shorter++
		}
	}
	if shorter < 10 {
		t.Errorf("shorter in %d cases only", shorter)
	}
}

func propRecoveryIsTheFirstSecondOfTheWalk(t *rapid.T) {
	h, clock := rapid.OneOf(histories(2*days), oddHistories(days)).Draw(t, "h"), clocks().Draw(t, "clock")
	w := bounds().Draw(t, "w")
	outage := rapid.OneOf(rapid.Int64Range(0, days), rapid.SampledFrom([]int64{0, 1, 12 * hours})).Draw(t, "outage")
	s := slowly(h, clock)
	s.discount(int64(noon))
	s.unreachable(int64(noon))
	end := int64(noon) + outage
	s.walk(int64(noon), end, func(int64) bool { return false })
	s.reachable(end)
	want, found := s.walk(end, int64(horizon), func(t int64) bool { return s.wfu(t) >= w })
	got, ok := h.Recover(noon, clock, outage, w)
	agree(t, got, ok, want, found)
}

func propAdvanceIsTheWalk(t *rapid.T) {
	h, clock := rapid.OneOf(histories(2*days), oddHistories(days)).Draw(t, "h"), clocks().Draw(t, "clock")
	until := noon.Add(rapid.Int64Range(0, 5*days).Draw(t, "until"))
	s := slowly(h, clock)
	s.walk(int64(noon), int64(until), func(int64) bool { return false })
	got, ticked := h.Advance(noon, clock, until)
	if got != s.history() || ticked != Instant(s.lastDownrated) {
		t.Fatalf("%+v at %v; the walk comes to %+v at %v", got, ticked, s.history(), Instant(s.lastDownrated))
	}
}

// Whatever the numbers, every question has an answer, and soon.
func propEveryQuestionEnds(t *rapid.T) {
	h := anyHistories().Draw(t, "h")
	now, clock := anyInstants().Draw(t, "now"), anyInstants().Draw(t, "clock")
	w := rapid.OneOf(bounds(), rapid.Float64()).Draw(t, "w")
	if at, ok := h.ReachWFU(now, clock, w); ok && at < now {
		t.Fatalf("ReachWFU is %d, before now", int64(at))
	}
	if at, ok := h.ReachMTBF(now, clock, w); ok && at < now {
		t.Fatalf("ReachMTBF is %d, before now", int64(at))
	}
	if at, ok := h.ReachTimeKnown(now, clock, rapid.Int64().Draw(t, "known")); ok && at < now {
		t.Fatalf("ReachTimeKnown is %d, before now", int64(at))
	}
	if d, _ := h.OutageBudget(now, clock, w); d < 0 {
		t.Fatalf("OutageBudget is %d", d)
	}
	if d, _ := h.LastingOutageBudget(now, clock, w); d < 0 {
		t.Fatalf("LastingOutageBudget is %d", d)
	}
	h.Recover(now, clock, rapid.Int64().Draw(t, "outage"), w)
	h.Advance(now, clock, anyInstants().Draw(t, "until"))
}

func TestReachIsTheFirstSecondOfTheWalk(t *testing.T) {
	rapid.Check(t, propReachIsTheFirstSecondOfTheWalk)
}

func TestOutageBudgetIsTheLastSecondOfTheWalk(t *testing.T) {
	rapid.Check(t, propOutageBudgetIsTheLastSecondOfTheWalk)
}

func TestLastingOutageBudgetNeverFallsBelow(t *testing.T) {
	rapid.Check(t, propLastingOutageBudgetNeverFallsBelow)
}

func TestRecoveryIsTheFirstSecondOfTheWalk(t *testing.T) {
	rapid.Check(t, propRecoveryIsTheFirstSecondOfTheWalk)
}

func TestAdvanceIsTheWalk(t *testing.T)  { rapid.Check(t, propAdvanceIsTheWalk) }
func TestEveryQuestionEnds(t *testing.T) { rapid.Check(t, propEveryQuestionEnds) }
func FuzzReach(f *testing.F)             { f.Fuzz(rapid.MakeFuzz(propReachIsTheFirstSecondOfTheWalk)) }
func FuzzOutageBudget(f *testing.F)      { f.Fuzz(rapid.MakeFuzz(propOutageBudgetIsTheLastSecondOfTheWalk)) }
func FuzzLastingOutageBudget(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(propLastingOutageBudgetNeverFallsBelow))
}
func FuzzRecovery(f *testing.F)          { f.Fuzz(rapid.MakeFuzz(propRecoveryIsTheFirstSecondOfTheWalk)) }
func FuzzAdvance(f *testing.F)           { f.Fuzz(rapid.MakeFuzz(propAdvanceIsTheWalk)) }
func FuzzEveryQuestionEnds(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propEveryQuestionEnds)) }
