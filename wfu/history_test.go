package wfu

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestEvents(t *testing.T) {
	const t0 = noon
	up := History{StartOfRun: t0}
	for _, c := range []struct {
		why       string
		got, want History
	}{
		{"a run opens", History{}.Reachable(t0), up},
		{"an open run stays", up.Reachable(t0 + 5), up},
		{"a run ends and a downtime opens", up.Unreachable(t0 + 5),
			History{WeightedRunLength: 5, TotalRunWeights: 1, WeightedUptime: 5, TotalWeightedTime: 5, StartOfDowntime: t0 + 5}},
		{"an open downtime stays", History{StartOfDowntime: t0}.Unreachable(t0 + 5), History{StartOfDowntime: t0}},
		{"a downtime ends and a run opens", History{StartOfDowntime: t0}.Reachable(t0 + 5),
			History{TotalWeightedTime: 5, StartOfRun: t0 + 5}},
		{"a downtime that began later is taken off", History{TotalWeightedTime: 7, StartOfDowntime: t0}.Reachable(t0 - 5),
			History{TotalWeightedTime: 2, StartOfRun: t0 - 5}},
		{"and wraps", History{TotalWeightedTime: 2, StartOfDowntime: t0}.Reachable(t0 - 5),
			History{TotalWeightedTime: math.MaxUint64 - 2, StartOfRun: t0 - 5}},
		{"a run that began later is taken off but for the total",
			History{WeightedRunLength: 9, WeightedUptime: 8, TotalWeightedTime: 7, StartOfRun: t0}.Unreachable(t0 - 5),
			History{WeightedRunLength: 4, TotalRunWeights: 1, WeightedUptime: 3, TotalWeightedTime: 7, StartOfDowntime: t0 - 5}},
		{"and stops at 0", History{WeightedRunLength: 4, WeightedUptime: 5, StartOfRun: t0}.Unreachable(t0 - 5),
			History{TotalRunWeights: 1, StartOfDowntime: t0 - 5}},
		{"even by the longest there is", History{WeightedRunLength: 1 << 63, WeightedUptime: 1<<63 + 1, StartOfRun: math.MinInt64}.Unreachable(0),
			History{TotalRunWeights: 1, WeightedUptime: 1}},
		{"both open: both end", History{StartOfRun: t0, StartOfDowntime: t0 + 2}.Unreachable(t0 + 5),
			History{WeightedRunLength: 5, TotalRunWeights: 1, WeightedUptime: 5, TotalWeightedTime: 5, StartOfDowntime: t0 + 2}},
		{"both open: the run goes on", History{StartOfRun: t0, StartOfDowntime: t0 + 2}.Reachable(t0 + 5),
			History{TotalWeightedTime: 3, StartOfRun: t0}},
		{"a new address costs the penalty", up.AddressChanged(t0+9000, 7200),
			History{WeightedRunLength: 1800, TotalRunWeights: 1, WeightedUptime: 1800, TotalWeightedTime: 9000, StartOfRun: t0 + 9000}},
		{"more than there was", up.AddressChanged(t0+10, 7200),
			History{TotalRunWeights: 1, TotalWeightedTime: 7200, StartOfRun: t0 + 10}},
		{"nothing after a downtime", History{StartOfDowntime: t0}.AddressChanged(t0+5, 7200),
			History{TotalWeightedTime: 5, StartOfRun: t0 + 5}},
		{"of one unseen, with a run of its own", History{}.AddressChanged(t0, 7200),
			History{TotalRunWeights: 1, TotalWeightedTime: 7200, StartOfRun: t0}},
		{"a pessimal relay keeps its time", up.Pessimal(t0 + 5),
			History{TotalRunWeights: 1, TotalWeightedTime: 5, StartOfDowntime: t0 + 5}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", c.why, c.got, c.want)
		}
	}
	if got := AddressPenalty(3600, 3*3600); got != 7200 {
		t.Errorf("penalty of the public network is %d", got)
	}
}

func TestMeasures(t *testing.T) {
	const t0 = noon
	h := History{WeightedRunLength: 900, TotalRunWeights: 0.5, WeightedUptime: 90, TotalWeightedTime: 100}
	down, up, both := h, h, h
	down.StartOfDowntime, up.StartOfRun = t0, t0
	both.StartOfRun, both.StartOfDowntime = t0, t0-50
	for _, c := range []struct {
		why    string
		h      History
		at     Instant
		want   Stats
		uptime int64
	}{
		{"a relay never seen", History{}, t0, Stats{}, 0},
		{"nothing open", h, t0, Stats{0.9, 100, 1800}, 0},
		{"an open run", up, t0 + 100, Stats{190.0 / 200, 200, 1000 / 1.5}, 100},
		{"an open downtime", down, t0 + 100, Stats{90.0 / 200, 200, 1800}, 0},
		{"both: the run counts", both, t0 + 100, Stats{190.0 / 200, 200, 1000 / 1.5}, 100},
		{"a run that begins later counts negative", up, t0 - 10, Stats{80.0 / 90, 90, 890 / 1.5}, 0},
		{"a downtime that begins later", down, t0 - 10, Stats{1, 90, 1800}, 0},
		{"a total of 0", up, t0 - 100, Stats{0, 0, 800 / 1.5}, 0},
		{"a negative total", down, t0 - 190, Stats{-1, -90, 1800}, 0},
		{"a weight just below the least", History{WeightedRunLength: 5, TotalRunWeights: 0.00009999}, t0, Stats{}, 0},
		{"a weight just there", History{WeightedRunLength: 5, TotalRunWeights: Epsilon}, t0, Stats{0, 0, 5 / Epsilon}, 0},
		{"a weight that is no number", History{WeightedRunLength: 5, TotalRunWeights: math.NaN()}, t0, Stats{}, 0},
	} {
		if got := c.h.Stats(c.at); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.why, got, c.want)
		}
		if got := c.h.Uptime(c.at); got != c.uptime {
			t.Errorf("%s: up for %d, want %d", c.why, got, c.uptime)
		}
	}
}

func TestDiscount(t *testing.T) {
	h := History{WeightedRunLength: 101, TotalRunWeights: 2, WeightedUptime: 19, TotalWeightedTime: 1, StartOfRun: 5, StartOfDowntime: 7}
	want := History{WeightedRunLength: 95, TotalRunWeights: 1.9, WeightedUptime: 18, TotalWeightedTime: 0, StartOfRun: 5, StartOfDowntime: 7}
	if got := h.Discount(1); got != want {
		t.Errorf("discounted: %+v, want %+v", got, want)
	}
	if h.Discount(0) != h || h.Discount(-1) != h {
		t.Error("no ticks change something")
	}
	// 101 * 0.95 is 95.95, cut to 95; 95 * 0.95 is 90.25, cut to 90. But 101 *
	// 0.9025 is 91.1525.
	if at, by := h.Discount(2).WeightedRunLength, h.Discount(1).Discount(1).WeightedRunLength; at != 91 || by != 90 {
		t.Errorf("101 discounted twice is %d, and %d one by one", at, by)
	}
	if got := (History{TotalRunWeights: 1.0}).Discount(180).TotalRunWeights; got >= Epsilon {
		t.Errorf("one run weighs %v after 90 days", got)
	}
	if got := (History{TotalRunWeights: 1.0}).Discount(179).TotalRunWeights; got < Epsilon {
		t.Errorf("one run weighs %v half a day before", got)
	}
	big := History{WeightedRunLength: math.MaxUint64, WeightedUptime: math.MaxUint64, TotalWeightedTime: math.MaxUint64, TotalRunWeights: math.MaxFloat64}
	if got := big.Discount(1).WeightedUptime; got != 17524406870024073216 {
		t.Errorf("the largest sum becomes %d", got)
	}
	if got := big.Discount(math.MaxInt64); got.WeightedUptime != 0 || got.Forgotten() != true {
		t.Errorf("after all time there is left: %+v", got)
	}
}

// Stopping early is no shortcut: the product has come to where it stays.
func TestAccumulatedDiscountStays(t *testing.T) {
	alpha := 1.0
	for n := range int64(20000) {
		if got := accumulated(n); n%997 == 0 && got != alpha {
			t.Fatalf("after %d ticks %g, want %g", n, got, alpha)
		}
		alpha *= 0.95
	}
	if got := accumulated(math.MaxInt64); got != alpha {
		t.Errorf("after all ticks %g, want %g", got, alpha)
	}
}

func TestTicks(t *testing.T) {
	const i = Instant(DiscountInterval)
	for _, c := range []struct {
		why       string
		last, now Instant
		n         int64
		latest    Instant
	}{
		{"an unset clock is set", 0, noon, 0, noon},
		{"none due yet", noon, noon + i - 1, 0, noon},
		{"due from its own second on", noon, noon + i, 1, noon + i},
		{"several", noon, noon + 3*i + 5, 3, noon + 3*i},
		{"a clock ahead stays", noon + 9, noon, 0, noon + 9},
		{"from end to end of int64", math.MinInt64, math.MaxInt64, 427007964669202, 9223372036854750592},
	} {
		n, latest := Ticks(c.last, c.now)
		if n != c.n || latest != c.latest {
			t.Errorf("%s: %d ticks to %d, want %d to %d", c.why, n, int64(latest), c.n, int64(c.latest))
		}
	}
}

// The old condition, that a tick waits for the second after its own, in the words
// of the C: the clock goes on by an interval while that leaves it before now.
func propTicksBeforeWaitASecond(t *rapid.T) {
	last := rapid.SampledFrom([]Instant{0, noon, noon - 1}).Draw(t, "last")
	now := noon.Add(rapid.OneOf(rapid.Int64Range(-12*hours, 200*hours),
		rapid.Map(rapid.Int64Range(-1, 20), func(n int64) int64 { return n * 12 * hours })).Draw(t, "now"))
	wantN, want := int64(0), last
	if want == 0 {
		want = now
	}
	for ; want+12*hours < now; want += 12 * hours {
		wantN++
	}
	if n, latest := TicksBefore(last, now); n != wantN || latest != want {
		t.Fatalf("from %d to %d: %d ticks to %d, want %d to %d", last, now, n, latest, wantN, want)
	}
	h := History{WeightedUptime: 1e6, TotalRunWeights: 3}
	l := Ledger{LastDownrated: last, Relays: map[[20]byte]History{{1}: h}}.DiscountBefore(now)
	if got := l.Relays[[20]byte{1}]; l.LastDownrated != want || got != h.Discount(wantN) {
		t.Fatalf("from %d to %d: the ledger has %+v", last, now, l)
	}
	// As the doc comment promises of the questions: a clock one second later.
	if last != 0 && now > last {
		if n, latest := Ticks(last+1, now); n != wantN || latest != want+1 {
			t.Fatalf("from %d to %d: a clock one second later has %d ticks to %d", last, now, n, latest)
		}
	}
}

func TestTicksBeforeWaitASecond(t *testing.T) { rapid.Check(t, propTicksBeforeWaitASecond) }
func FuzzTicksBefore(f *testing.F)            { f.Fuzz(rapid.MakeFuzz(propTicksBeforeWaitASecond)) }

// Every method, on any bits and any time: no panic, and no measure that is no
// number.
func propNoMeasureIsNaN(t *rapid.T) {
	h := anyHistories().Draw(t, "h")
	at := anyInstants()
	for range rapid.IntRange(0, 4).Draw(t, "events") {
		when := at.Draw(t, "when")
		switch rapid.IntRange(0, 4).Draw(t, "event") {
		case 0:
			h = h.Reachable(when)
		case 1:
			h = h.Unreachable(when)
		case 2:
			h = h.AddressChanged(when, rapid.Int64().Draw(t, "penalty"))
		case 3:
			h = h.Pessimal(when)
		case 4:
			h = h.Discount(rapid.Int64().Draw(t, "ticks"))
		}
		s := h.Stats(at.Draw(t, "at"))
		if s.WFU != s.WFU || s.MTBF != s.MTBF {
			t.Fatalf("%+v: %+v", h, s)
		}
	}
}

func TestNoMeasureIsNaN(t *testing.T) { rapid.Check(t, propNoMeasureIsNaN) }
func FuzzHistory(f *testing.F)        { f.Fuzz(rapid.MakeFuzz(propNoMeasureIsNaN)) }

// Histories that events made have a WFU from 0 to 1.
func propWFUIsAFraction(t *rapid.T) {
	h, now := History{}, noon
	for range rapid.IntRange(0, 30).Draw(t, "events") {
		now = now.Add(rapid.Int64Range(0, 100000).Draw(t, "wait"))
		switch rapid.IntRange(0, 3).Draw(t, "event") {
		case 0:
			h = h.Reachable(now)
		case 1:
			h = h.Unreachable(now)
		case 2:
			h = h.Pessimal(now)
		case 3:
			h = h.Discount(rapid.Int64Range(1, 3).Draw(t, "ticks"))
		}
		if w := h.WFU(now); !(0 <= w && w <= 1) || h.TimeKnown(now) < 0 {
			t.Fatalf("%+v has a WFU of %v, known for %d", h, w, h.TimeKnown(now))
		}
	}
}

func TestWFUIsAFraction(t *testing.T) { rapid.Check(t, propWFUIsAFraction) }
func FuzzWFU(f *testing.F)            { f.Fuzz(rapid.MakeFuzz(propWFUIsAFraction)) }

func TestNoAllocations(t *testing.T) {
	h := History{WeightedRunLength: 1e6, TotalRunWeights: 3, WeightedUptime: 1e6, TotalWeightedTime: 11e5, StartOfRun: noon}
	var stats Stats
	var at Instant
	for name, f := range map[string]func(){
		"events":   func() { h = h.Unreachable(noon+5).Pessimal(noon+6).Reachable(noon+7).AddressChanged(noon+8, 7200) },
		"discount": func() { h = h.Discount(3) },
		"measures": func() { stats = h.Stats(noon + 9); at = Instant(h.Uptime(noon + 9)) },
		"advance":  func() { h, at = h.Advance(noon, noon, noon+100*86400) },
		"reach": func() {
			at, _ = h.ReachWFU(noon+9, noon, 0.98)
			at, _ = h.ReachTimeKnown(noon+9, noon, 8*days)
			at, _ = h.ReachMTBF(noon+9, noon, 5*days)
		},
		"outage": func() {
			h.OutageBudget(noon+9, noon, 0.98)
			h.LastingOutageBudget(noon+9, noon, 0.98)
			at, _ = h.Recover(noon+9, noon, days, 0.98)
		},
	} {
		if n := testing.AllocsPerRun(10, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	_, _ = stats, at
}
