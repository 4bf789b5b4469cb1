package foresight_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
)

var allConstants = []foresight.Constant{foresight.FastGuarantee, foresight.FastMin, foresight.FastMax, foresight.StableMTBF,
	foresight.StableUptime, foresight.GuardBandwidth, foresight.GuardFraction, foresight.GuardTimeKnown, foresight.GuardWFU,
	foresight.MinMeasured}

// crowd draws a network under the rules of any version, of relays that differ in little, so that marks fall on and
// between them, and whose constants were moved.
func crowd(t *rapid.T) foresight.Network {
	n := network(t)
	n.Rules = rapid.SampledFrom(append(guard.Releases(), guard.Article2013(), guard.Latest(), guard.Latest())).Draw(t, "rules")
	n.ByUptime = rapid.Bool().Draw(t, "by uptime")
	seconds := rapid.SampledFrom([]int64{0, 1, 2, 3, day, 8 * day, 30 * day, 1<<32 + 5, 1<<53 + 1, 1<<53 + 2})
	for i := range n.Relays {
		r := &n.Relays[i]
		r.AdvertisedBytes = uint32(min(r.Advertised.Bytes()+uint64(rapid.IntRange(0, 999).Draw(t, "bytes")), math.MaxUint32))
		r.HasDirPort = rapid.Bool().Draw(t, "directory port")
		r.WFU = rapid.SampledFrom([]float64{0, 0.5, 0.97, 0.98, 0.99, 1}).Draw(t, "WFU")
		r.Uptime, r.MTBF = seconds.Draw(t, "uptime"), float64(seconds.Draw(t, "MTBF"))
		if rapid.IntRange(0, 9).Draw(t, "listed") == 0 {
			list := rapid.SampledFrom([]*consensus.Flag{&r.Strip, &r.Pin}).Draw(t, "list")
			*list = consensus.Guard
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "options set") {
		c := rapid.SampledFrom(allConstants).Draw(t, "option")
		n.Rules = c.Set(n.Rules, someValue(c).Draw(t, "set to"))
	}
	return n
}

// someValue draws a value of the constant: one that is an edge for some relay of a crowd, or next to one, or beyond all.
func someValue(c foresight.Constant) *rapid.Generator[float64] {
	switch c {
	case foresight.GuardFraction:
		return rapid.OneOf(rapid.SampledFrom([]float64{0, 0.1, 0.5, 0.75, 0.9, math.Nextafter(1, 0)}), rapid.Float64Range(0, 1))
	case foresight.GuardWFU:
		return rapid.OneOf(rapid.SampledFrom([]float64{0, 0.5, 0.98, math.Nextafter(0.98, 0), math.Nextafter(0.98, 1), 1, 2, -1}),
			rapid.Float64Range(0, 1))
	case foresight.MinMeasured:
		return rapid.Float64Range(-1, 25)
	case foresight.StableMTBF, foresight.StableUptime, foresight.GuardTimeKnown:
		return rapid.OneOf(rapid.SampledFrom([]float64{-1, 0, 1, 2, 3, day, 8*day - 1, 8 * day, 30 * day, 1 << 32, 1 << 53, 1<<53 + 2, 1e300}),
			rapid.Float64Range(0, 1e6))
	}
	return rapid.OneOf(rapid.SampledFrom([]float64{-1e300, -1, 0, 0.5, 1, 999, 1000, 1001, 2000, 3000, 300e3, 301e3, 5e6, 5001e3, 90e6, 800e6, 1e300}),
		rapid.Float64Range(0, 1e9))
}

func aSweepIsOneComparisonForEachPoint(t *rapid.T) {
	n := crowd(t)
	c := rapid.SampledFrom(allConstants).Draw(t, "constant")
	values := rapid.SliceOfN(someValue(c), 0, 12).Draw(t, "values")
	given := slices.Clone(n.Relays)
	got := n.Sweep(c, values)
	if diff := cmp.Diff(given, n.Relays, cmpOutcome); diff != "" {
		t.Fatalf("the network was changed:\n%s", diff)
	}
	if len(got) != len(values) {
		t.Fatalf("%d points of %d values", len(got), len(values))
	}
	for i, v := range values {
		if want := slowPoint(n, c, v); got[i] != want {
			t.Fatalf("%v %v under %s:\n got %+v\nwant %+v", c, v, n.Rules.Name, got[i], want)
		}
	}
}

// slowPoint is the point by two whole outcomes.
func slowPoint(n foresight.Network, c foresight.Constant, value float64) foresight.Point {
	rules := c.Set(n.Rules, value)
	before, after := n.Outcome(), n.Under(rules).Outcome()
	p := foresight.Point{Value: value, Thresholds: after.Thresholds}
	add := func(to *foresight.Tally, r guard.Relay) {
		to.Relays++
		if r.Unknown&guard.UnknownBandwidth == 0 {
			kb := n.Rules.Credible(r, before.Thresholds.IgnoringAdvertised)
			if n.Rules.InBytes {
				kb /= 1000
			}
			to.Bandwidth += uint64(kb)
		}
	}
	for i, r := range n.Relays {
		was, is := before.Decisions[i].Answer(consensus.Guard), after.Decisions[i].Answer(consensus.Guard)
		if is == guard.Yes {
			add(&p.Guards, r)
		}
		if was == guard.No && is == guard.Yes {
			add(&p.Gained, r)
		}
		if was == guard.Yes && is == guard.No {
			add(&p.Lost, r)
		}
	}
	return p
}

func TestSweep(t *testing.T) { rapid.Check(t, aSweepIsOneComparisonForEachPoint) }
func FuzzSweep(f *testing.F) { f.Fuzz(rapid.MakeFuzz(aSweepIsOneComparisonForEachPoint)) }

func comparingRulesIsComparingOutcomes(t *rapid.T) {
	n := crowd(t)
	other := crowd(t).Rules
	p := n.Compare(other)
	before, after := n.Outcome(), n.Under(other).Outcome()
	var gained, lost int
	for i := range n.Relays {
		was, is := before.Decisions[i].Answer(consensus.Guard), after.Decisions[i].Answer(consensus.Guard)
		if was == guard.No && is == guard.Yes {
			gained++
		}
		if was == guard.Yes && is == guard.No {
			lost++
		}
	}
	if p.Value != 0 || p.Thresholds != after.Thresholds || p.Guards.Relays != after.Count(consensus.Guard) ||
		p.Gained.Relays != gained || p.Lost.Relays != lost {
		t.Fatalf("%+v; %d guards, %d gained, %d lost", p, after.Count(consensus.Guard), gained, lost)
	}
	if same := n.Compare(n.Rules); same.Gained != (foresight.Tally{}) || same.Lost != (foresight.Tally{}) {
		t.Fatalf("against itself: %+v", same)
	}
}

func TestCompare(t *testing.T) { rapid.Check(t, comparingRulesIsComparingOutcomes) }
func FuzzCompare(f *testing.F) { f.Fuzz(rapid.MakeFuzz(comparingRulesIsComparingOutcomes)) }

// TestSweepOfTen sweeps ten relays of 100 to 1000 KB/s, on which every number can be told by hand.
func TestSweepOfTen(t *testing.T) {
	n := foresight.Network{Rules: guard.Latest()}
	n.Rules.GuardBandwidth = 0
	for i := range 10 {
		r := veteran(byte(i), bandwidth.KB(100*(i+1)))
		r.TimeKnown, r.WFU, r.MTBF = int64(i+1)*day, 0.9+float64(i)/100, float64(i+1)*day
		n.Relays = append(n.Relays, r)
	}
	// Its own guards: of 800 KB/s on (index 7), known for at least 2 days, with the WFU 0.95 of the sixth of them.
	for _, test := range []struct {
		why                  string
		constant             foresight.Constant
		value                float64
		guards, gained, lost foresight.Tally
	}{
		{"as it is", foresight.GuardFraction, 0.75, foresight.Tally{3, 2700}, foresight.Tally{}, foresight.Tally{}},
		{"faster than half", foresight.GuardFraction, 0.5, foresight.Tally{5, 4000}, foresight.Tally{2, 1300}, foresight.Tally{}},
		{"faster than nine tenths", foresight.GuardFraction, 0.9, foresight.Tally{1, 1000}, foresight.Tally{}, foresight.Tally{2, 1700}},
		{"or of 650 KB/s", foresight.GuardBandwidth, 650_000, foresight.Tally{4, 3400}, foresight.Tally{1, 700}, foresight.Tally{}},
		{"or of any bandwidth", foresight.GuardBandwidth, 1, foresight.Tally{5, 4000}, foresight.Tally{2, 1300}, foresight.Tally{}},
	} {
		got := n.Sweep(test.constant, []float64{test.value})[0]
		if got.Guards != test.guards || got.Gained != test.gained || got.Lost != test.lost {
			t.Errorf("%s: %+v", test.why, got)
		}
	}
}

func BenchmarkSweep(b *testing.B) {
	b.ReportAllocs()
	n := foresight.Network{Rules: guard.Latest()}
	for i := range 7000 {
		r := veteran(0, bandwidth.KB(i))
		r.Identity = consensus.Fingerprint{byte(i), byte(i >> 8)}
		r.WFU, r.TimeKnown, r.MTBF = 1-float64(i*7919%7000)/1e5, int64(i*104729%7000)*300, float64(i*1299709%7000)*500
		n.Relays = append(n.Relays, r)
	}
	for _, c := range []foresight.Constant{foresight.GuardBandwidth, foresight.GuardFraction, foresight.GuardTimeKnown, foresight.GuardWFU} {
		values := make([]float64, 1000)
		for i := range values {
			values[i] = 2 * c.Of(n.Rules) * float64(i) / float64(len(values))
		}
		b.Run(c.String(), func(b *testing.B) {
			for b.Loop() {
				n.Sweep(c, values)
			}
		})
	}
	b.Run("one comparison", func(b *testing.B) {
		for b.Loop() {
			n.Compare(n.Rules)
		}
	})
}
