package guard_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"pgregory.net/rapid"
)

// withoutName is what columns keep of a relay.
func withoutName(r guard.Relay) guard.Relay {
	r.Identity, r.Nickname, r.Facts = consensus.Fingerprint{}, "", consensus.FlagsOf(r.Facts.Known())
	return r
}

// someColumns are columns of which now and then one is missing.
var someColumns = rapid.Custom(func(t *rapid.T) guard.Columns {
	c := guard.ColumnsOf(someRelays.Draw(t, "relays"))
	fields := reflect.ValueOf(&c).Elem()
	if rapid.Bool().Draw(t, "complete") {
		return c
	}
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, fields.NumField()-1), 0, 6).Draw(t, "missing") {
		fields.Field(i).SetZero()
	}
	return c
})

// relaysOf are the relays of columns.
func relaysOf(c guard.Columns) []guard.Relay {
	relays := make([]guard.Relay, c.Len())
	for i := range relays {
		relays[i] = c.At(i)
	}
	return relays
}

func columnsKeepWhatDecides(t *rapid.T) {
	relays := someRelays.Draw(t, "relays")
	c := guard.ColumnsOf(relays)
	if err := c.Check(); err != nil || c.Len() != len(relays) {
		t.Fatalf("%d columns of %d relays: %v", c.Len(), len(relays), err)
	}
	for i, relay := range relays {
		if diff := cmp.Diff(withoutName(relay), c.At(i), cmp.Comparer(sameFlags)); diff != "" {
			t.Fatalf("relay %d (-before +after):\n%s", i, diff)
		}
	}
}

func TestColumnsKeepWhatDecides(t *testing.T) { rapid.Check(t, columnsKeepWhatDecides) }
func FuzzColumnsKeepWhatDecides(f *testing.F) { f.Fuzz(rapid.MakeFuzz(columnsKeepWhatDecides)) }

func thresholdsOfColumnsAreThoseOfTheirRelays(t *rapid.T) {
	rules, c := someRules.Draw(t, "rules"), someColumns.Draw(t, "columns")
	workers := rapid.IntRange(0, 3).Draw(t, "workers")
	scratch := rapid.SampledFrom([]*guard.Scratch{nil, usedScratch}).Draw(t, "scratch")
	want := slowThresholds(rules, relaysOf(c))
	if diff := cmp.Diff(want, rules.ThresholdsOf(c, workers, scratch)); diff != "" {
		t.Fatalf("thresholds of %d relays (-slow +columns):\n%s", c.Len(), diff)
	}
}

// usedScratch has seen other populations.
var usedScratch = new(guard.Scratch)

func TestThresholdsOfColumnsAreThoseOfTheirRelays(t *testing.T) {
	rapid.Check(t, thresholdsOfColumnsAreThoseOfTheirRelays)
}
func FuzzThresholdsOfColumnsAreThoseOfTheirRelays(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(thresholdsOfColumnsAreThoseOfTheirRelays))
}

func decisionsOnColumnsAreThoseOnTheirRelays(t *rapid.T) {
	rules, c := someRules.Draw(t, "rules"), someColumns.Draw(t, "columns")
	th := rules.ThresholdsOf(c, 1, nil)
	th.EnoughMTBF = rapid.Bool().Draw(t, "enough MTBF")
	got := guard.MakeDecisions(c.Len())
	rules.DecideAll(c, th, got, rapid.IntRange(0, 3).Draw(t, "workers"))
	for i, relay := range relaysOf(c) {
		if diff := cmp.Diff(rules.Decide(relay, th), got.At(i), cmp.Comparer(sameFlags)); diff != "" {
			t.Fatalf("relay %d (-alone +among all):\n%s", i, diff)
		}
	}

	flagsOnly := guard.Decisions{Flags: make([]consensus.Flag, c.Len())}
	rules.DecideAll(c, th, flagsOnly, 1)
	if !slices.Equal(flagsOnly.Flags, got.Flags) {
		t.Fatal("without reasons asked for the flags differ")
	}
}

func TestDecisionsOnColumnsAreThoseOnTheirRelays(t *testing.T) {
	rapid.Check(t, decisionsOnColumnsAreThoseOnTheirRelays)
}
func FuzzDecisionsOnColumnsAreThoseOnTheirRelays(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(decisionsOnColumnsAreThoseOnTheirRelays))
}

// someLargeColumns are long enough for a sample to be taken: a few relays again and again, as they are or changed a
// little, now and then with numbers that no relay has.
var someLargeColumns = rapid.Custom(func(t *rapid.T) guard.Columns {
	few := guard.ColumnsOf(rapid.SliceOfN(someRelay, 1, 30).Draw(t, "few"))
	n := rapid.IntRange(2000, 6000).Draw(t, "n")
	c := guard.Columns{
		Facts: make([]consensus.Flag, n), Active: make([]bool, n), Advertised: make([]bandwidth.KB, n),
		Measured: make([]bandwidth.KB, n), IsMeasured: make([]bool, n), AdvertisedBytes: make([]uint32, n),
		Uptime: make([]int64, n), WFU: make([]float64, n), TimeKnown: make([]int64, n), MTBF: make([]float64, n),
		Unknown: make([]guard.Unknowns, n),
	}
	step := rapid.SampledFrom([]int{0, 1, 1000}).Draw(t, "step")
	odd := rapid.SampledFrom([]float64{1, 1, -1, math.NaN(), math.Inf(1), 0}).Draw(t, "odd")
	every := rapid.IntRange(2, 50).Draw(t, "every")
	sorted := rapid.Bool().Draw(t, "sorted")
	for i := range n {
		from := i * 7 % few.Len()
		if sorted {
			from = i * few.Len() / n
		}
		r, change := few.At(from), i%97*step
		c.Facts[i], c.Active[i], c.IsMeasured[i], c.Unknown[i] = r.Facts.Known(), r.Active, r.IsMeasured, r.Unknown
		c.Advertised[i], c.Measured[i] = r.Advertised+bandwidth.KB(change), r.Measured+bandwidth.KB(change)
		c.AdvertisedBytes[i], c.Uptime[i], c.TimeKnown[i] = r.AdvertisedBytes+uint32(change), r.Uptime+int64(change), r.TimeKnown-int64(change)
		c.WFU[i], c.MTBF[i] = r.WFU-float64(float64(change)*1e-6), r.MTBF+float64(change)
		if i%every == 0 {
			c.WFU[i], c.MTBF[i] = c.WFU[i]*odd, c.MTBF[i]*odd
		}
	}
	return c
})

func sameFloats(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func thresholdsOfManyAreThoseOfSortedLists(t *rapid.T) {
	rules, c := someRules.Draw(t, "rules"), someLargeColumns.Draw(t, "columns")
	relays := relaysOf(c)
	want := slowThresholds(rules, relays)
	workers := rapid.IntRange(1, 3).Draw(t, "workers")
	if diff := cmp.Diff(want, rules.ThresholdsOf(c, workers, usedScratch), cmp.Comparer(sameFloats)); diff != "" {
		t.Fatalf("thresholds of %d columns (-slow +fast):\n%s", c.Len(), diff)
	}
	if diff := cmp.Diff(want, rules.Thresholds(relays), cmp.Comparer(sameFloats)); diff != "" {
		t.Fatalf("thresholds of %d relays (-slow +fast):\n%s", c.Len(), diff)
	}
}

func TestThresholdsOfManyAreThoseOfSortedLists(t *testing.T) {
	rapid.Check(t, thresholdsOfManyAreThoseOfSortedLists)
}
func FuzzThresholdsOfManyAreThoseOfSortedLists(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(thresholdsOfManyAreThoseOfSortedLists))
}

// Every set of rules there was, with the population of the benchmarks: large enough for every way that thresholds are
// found in.
func TestColumnsUnderTheRulesOfAllVersions(t *testing.T) {
	relays := aNetwork(20_000)
	for i := range relays {
		relays[i].AdvertisedBytes = uint32(relays[i].Advertised) * 999
		relays[i].HSDirUptime = relays[i].Uptime / 2
	}
	c := guard.ColumnsOf(relays)
	d := guard.MakeDecisions(c.Len())
	for _, rules := range guard.Releases() {
		want := slowThresholds(rules, relays)
		for _, workers := range []int{1, 4} {
			if diff := cmp.Diff(want, rules.ThresholdsOf(c, workers, usedScratch)); diff != "" {
				t.Fatalf("%s, %d workers (-slow +columns):\n%s", rules.Name, workers, diff)
			}
		}
		if rules.InBytes {
			byKB := c
			byKB.AdvertisedBytes = nil
			if diff := cmp.Diff(slowThresholds(rules, relaysOf(byKB)), rules.ThresholdsOf(byKB, 1, usedScratch)); diff != "" {
				t.Fatalf("%s, bytes from KB (-slow +columns):\n%s", rules.Name, diff)
			}
		}
		rules.DecideAll(c, want, d, 2)
		for i := 0; i < len(relays); i += 7 {
			if diff := cmp.Diff(rules.Decide(relays[i], want), d.At(i), cmp.Comparer(sameFlags)); diff != "" {
				t.Fatalf("%s, relay %d (-alone +among all):\n%s", rules.Name, i, diff)
			}
		}
	}
}

func TestNilColumns(t *testing.T) {
	allUnknown := guard.UnknownActivity | guard.UnknownOffer | guard.UnknownBandwidth | guard.UnknownUptime | guard.UnknownHistory
	for _, test := range []struct {
		why  string
		c    guard.Columns
		want guard.Relay
	}{
		{"facts alone: nothing else is known", guard.Columns{Facts: []consensus.Flag{consensus.Exit}},
			guard.Relay{Facts: consensus.FlagsOf(consensus.Exit), Unknown: allUnknown}},
		{"measured, all of them", guard.Columns{Measured: []bandwidth.KB{7}},
			guard.Relay{Measured: 7, IsMeasured: true, Unknown: allUnknown &^ guard.UnknownBandwidth}},
		{"nothing to be measured as", guard.Columns{IsMeasured: []bool{true}}, guard.Relay{Unknown: allUnknown}},
		{"bytes are made of KB", guard.Columns{Advertised: []bandwidth.KB{7}},
			guard.Relay{Advertised: 7, AdvertisedBytes: 7000, Unknown: allUnknown &^ guard.UnknownBandwidth}},
		{"as far as they hold", guard.Columns{Advertised: []bandwidth.KB{math.MaxUint32}},
			guard.Relay{Advertised: math.MaxUint32, AdvertisedBytes: math.MaxUint32, Unknown: allUnknown &^ guard.UnknownBandwidth}},
		{"one uptime for both", guard.Columns{Uptime: []int64{9}},
			guard.Relay{Uptime: 9, HSDirUptime: 9, Unknown: allUnknown &^ guard.UnknownUptime}},
		{"half a history is none", guard.Columns{WFU: []float64{1}, MTBF: []float64{1}},
			guard.Relay{WFU: 1, MTBF: 1, Unknown: allUnknown}},
		{"what is said to be unknown comes on top", guard.Columns{Active: []bool{true}, Unknown: []guard.Unknowns{guard.UnknownV2Dir}},
			guard.Relay{Active: true, Unknown: allUnknown&^guard.UnknownActivity | guard.UnknownV2Dir}},
	} {
		if got := test.c.At(0); test.c.Len() != 1 || got != test.want {
			t.Errorf("%s: %+v, want %+v", test.why, got, test.want)
		}
	}
	if n := (guard.Columns{}).Len(); n != 0 {
		t.Errorf("no columns of %d relays", n)
	}
}

func TestColumnsOfDifferentLengths(t *testing.T) {
	rules := guard.Latest()
	full := guard.ColumnsOf(aNetwork(9))
	fields := reflect.ValueOf(full)
	for i := range fields.NumField() {
		c := full
		f := reflect.ValueOf(&c).Elem().Field(i)
		f.Set(reflect.MakeSlice(f.Type(), 10, 10))
		err := c.Check()
		if !errors.Is(err, guard.ErrColumns) {
			t.Errorf("%s one longer: %v", fields.Type().Field(i).Name, err)
		}
		panics(t, "thresholds", func() { rules.ThresholdsOf(c, 1, nil) })
		panics(t, "decisions", func() { rules.DecideAll(c, guard.Thresholds{}, guard.Decisions{}, 1) })
	}
	short := full
	short.MTBF = short.MTBF[:8]
	if err := short.Check(); err == nil || err.Error() != "columns of different lengths: MTBF has 8 relays, the first column 9" {
		t.Error(err)
	}
	for _, d := range []guard.Decisions{{Flags: make([]consensus.Flag, 8)}, {CannotTell: make([]consensus.Flag, 10)},
		{Against: make([]guard.Reasons, 0)}} {
		if err := d.Check(9); !errors.Is(err, guard.ErrColumns) {
			t.Errorf("%+v: %v", d, err)
		}
		panics(t, "room", func() { rules.DecideAll(full, guard.Thresholds{}, d, 1) })
	}
	if err := (guard.Decisions{}).Check(9); err != nil {
		t.Error(err)
	}
}

func panics(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", what)
		}
	}()
	f()
}

func TestSlicesOfColumns(t *testing.T) {
	relays := aNetwork(9)
	c := guard.ColumnsOf(relays).Slice(2, 5)
	if c.Len() != 3 || c.Check() != nil || c.At(1) != withoutName(relays[3]) || c.Strip != nil {
		t.Errorf("%d relays, the second %+v", c.Len(), c.At(1))
	}
}
