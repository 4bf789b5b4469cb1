package exposure_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/exposure"
)

const fitFlags = consensus.Guard | consensus.Running | consensus.Valid | consensus.Stable | consensus.Fast | consensus.V2Dir

func relay(flags consensus.Flag, kb bandwidth.KB, unmeasured bool) consensus.Entry {
	return consensus.Entry{
		Flags:  consensus.FlagsOf(flags),
		Weight: consensus.Weight{Bandwidth: kb, HasBandwidth: true, Unmeasured: unmeasured},
	}
}

// scarceExits are the weights of 2017-04-15.
func scarceExits(t testing.TB) bandwidth.Weights {
	w, _, err := bandwidth.Solve(bandwidth.Totals{G: 28045630, M: 4774561, E: 1733570, D: 8003370, T: 42557131}, 10000)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAppendShares(t *testing.T) {
	measured, unmeasured := relay(fitFlags, 300, false), relay(fitFlags, 100, true)
	noDir := relay(fitFlags&^consensus.V2Dir, 100, false)
	noFast := relay(fitFlags&^consensus.Fast, 100, false)
	exit := relay(fitFlags|consensus.Exit, 100, false)
	badExit := relay(fitFlags|consensus.Exit|consensus.BadExit, 100, false)
	middle := relay(fitFlags&^consensus.Guard, 100, false)
	down := relay(fitFlags&^consensus.Running, 100, false)
	bare := consensus.Entry{Flags: consensus.FlagsOf(fitFlags)} // no w line
	zero, unmeasuredZero := relay(fitFlags, 0, false), relay(fitFlags, 0, true)

	old, since, arti, onionoo := exposure.TorBefore030(), exposure.TorSince030(), exposure.Arti(), exposure.Onionoo()
	for _, tt := range []struct {
		reason string
		model  exposure.Model
		relays []consensus.Entry
		want   []float64
	}{
		{reason: "nobody", model: since},
		{reason: "nobody eligible", model: since, relays: []consensus.Entry{middle, down, noDir, noFast}, want: []float64{0, 0, 0, 0}},
		{reason: "by bandwidth", model: since, relays: []consensus.Entry{measured, unmeasured}, want: []float64{0.75, 0.25}},
		{reason: "V2Dir is asked for since 0.3.0", model: since, relays: []consensus.Entry{measured, noDir}, want: []float64{1, 0}},
		{reason: "and not before", model: old, relays: []consensus.Entry{measured, noDir}, want: []float64{0.75, 0.25}},
		{reason: "nor by Onionoo", model: onionoo, relays: []consensus.Entry{measured, noDir}, want: []float64{0.75, 0.25}},
		{reason: "Fast was not asked for before", model: old, relays: []consensus.Entry{measured, noFast}, want: []float64{0.75, 0.25}},
		{reason: "arti passes over the unmeasured", model: arti, relays: []consensus.Entry{measured, unmeasured, bare}, want: []float64{1, 0, 0}},
		{reason: "even where only a middle is measured", model: arti, relays: []consensus.Entry{middle, unmeasured, unmeasured}, want: []float64{0, 0.5, 0.5}},
		{reason: "unless nobody is measured", model: arti, relays: []consensus.Entry{unmeasured, relay(fitFlags, 300, true)}, want: []float64{0.25, 0.75}},
		{reason: "or all are measured at nothing", model: arti, relays: []consensus.Entry{zero, unmeasured}, want: []float64{0.5, 0.5}},
		{reason: "with nothing everywhere all are equal", model: arti, relays: []consensus.Entry{zero, unmeasuredZero, bare}, want: []float64{1. / 3, 1. / 3, 1. / 3}},
		{reason: "for tor too", model: since, relays: []consensus.Entry{zero, unmeasuredZero}, want: []float64{0.5, 0.5}},
		{reason: "exits are no guards while Wgd is 0", model: since, relays: []consensus.Entry{measured, exit}, want: []float64{1, 0}},
		{reason: "unless there are no others", model: since, relays: []consensus.Entry{exit, exit}, want: []float64{0.5, 0.5}},
		{reason: "a BadExit is no exit", model: since, relays: []consensus.Entry{measured, badExit}, want: []float64{0.75, 0.25}},
		{reason: "but for arti", model: arti, relays: []consensus.Entry{measured, badExit}, want: []float64{1, 0}},
	} {
		got := tt.model.AppendShares([]float64{7}, tt.relays, scarceExits(t))
		if got[0] != 7 || !slices.EqualFunc(got[1:], tt.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-15 }) {
			t.Errorf("%s: %v, want 7 and %v", tt.reason, got, tt.want)
		}
	}
}

// population is a made-up consensus with every kind of relay.
func population(t *rapid.T) []consensus.Entry {
	kb := rapid.OneOf(rapid.Just(uint32(0)), rapid.Uint32Range(1, 50), rapid.Uint32Range(1, 300000), rapid.Just(uint32(math.MaxUint32)))
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) consensus.Entry {
		flags := fitFlags
		for _, f := range []consensus.Flag{consensus.Guard, consensus.V2Dir, consensus.Fast, consensus.Running} {
			if rapid.IntRange(0, 5).Draw(t, "lacks") == 0 {
				flags &^= f
			}
		}
		for _, f := range []consensus.Flag{consensus.Exit, consensus.BadExit} {
			if rapid.IntRange(0, 3).Draw(t, "has") == 0 {
				flags |= f
			}
		}
		return relay(flags, bandwidth.KB(kb.Draw(t, "KB")), rapid.Bool().Draw(t, "unmeasured"))
	}), 0, 30).Draw(t, "relays")
}

func anyModel(t *rapid.T) exposure.Model {
	return rapid.SampledFrom(exposure.Models()).Draw(t, "model")
}

func sharesAreProbabilitiesThatGoWithTheRelays(t *rapid.T) {
	m, relays, w := anyModel(t), population(t), bandwidth.Weights{}
	if rapid.Bool().Draw(t, "with weights") {
		w = bandwidth.Weights{Wgg: 6000, Wgd: 2000, Wgm: 6000, Wmm: 10000, Wgb: 10000, Wdb: 10000, Wmb: 10000, Web: 10000}
	}
	shares := m.AppendShares(nil, relays, w)
	sum, eligible := 0.0, 0
	for i, p := range shares {
		if !(p >= 0 && p <= 1) || p > 0 && !m.Eligible(relays[i]) {
			t.Fatalf("relay %d has share %v", i, p)
		}
		if m.Eligible(relays[i]) {
			eligible++
		}
		sum += p
	}
	want := 1.0
	if eligible == 0 {
		want = 0
	}
	if math.Abs(sum-want) > float64(len(shares))*0x1p-52 {
		t.Fatalf("%d eligible relays' shares add up to %v", eligible, sum)
	}

	order := rapid.Permutation(indexes(len(relays))).Draw(t, "order")
	permuted := make([]consensus.Entry, len(relays))
	for to, from := range order {
		permuted[to] = relays[from]
	}
	for to, p := range m.AppendShares(nil, permuted, w) {
		if !close(p, shares[order[to]], 1e-12) {
			t.Fatalf("relay %d has share %v in one order and %v in another", order[to], shares[order[to]], p)
		}
	}
}

func TestShares(t *testing.T) { rapid.Check(t, sharesAreProbabilitiesThatGoWithTheRelays) }
func FuzzShares(f *testing.F) { f.Fuzz(rapid.MakeFuzz(sharesAreProbabilitiesThatGoWithTheRelays)) }

// Arti is left out, with which the last measured relay's going makes the unmeasured ones count.
func removingARelayNeverLowersAnothersShare(t *rapid.T) {
	models := slices.DeleteFunc(exposure.Models(), func(m exposure.Model) bool { return m.OnlyMeasured })
	m := rapid.SampledFrom(models).Draw(t, "model")
	relays := population(t)
	if len(relays) == 0 {
		return
	}
	w := bandwidth.Weights{Wgg: 6000, Wgd: 2000, Wgm: 6000, Wmm: 10000, Wgb: 10000, Wdb: 10000, Wmb: 10000, Web: 10000}
	before := m.AppendShares(nil, relays, w)
	gone := rapid.IntRange(0, len(relays)-1).Draw(t, "gone")
	after := m.AppendShares(nil, slices.Delete(slices.Clone(relays), gone, gone+1), w)
	for i, p := range slices.Delete(before, gone, gone+1) {
		if after[i] < p*(1-1e-12) {
			t.Fatalf("without relay %d the share of one of the rest falls from %v to %v", gone, p, after[i])
		}
	}
}

func TestRemovingARelay(t *testing.T) { rapid.Check(t, removingARelayNeverLowersAnothersShare) }
func FuzzRemovingARelay(f *testing.F) { f.Fuzz(rapid.MakeFuzz(removingARelayNeverLowersAnothersShare)) }

func TestModelNamed(t *testing.T) {
	for _, m := range exposure.Models() {
		if got, ok := exposure.ModelNamed(m.Name); !ok || got != m {
			t.Errorf("%q is %+v, %v", m.Name, got, ok)
		}
	}
	if _, ok := exposure.ModelNamed("tor"); ok {
		t.Error("there is a model named tor")
	}
}

func TestFind(t *testing.T) {
	relays := []consensus.Entry{{Nickname: []byte("Unnamed"), Identity: consensus.Fingerprint{1}}, {Nickname: []byte("kitten")}, {Nickname: []byte("unnamed")}}
	for _, tt := range []struct {
		name string
		want []int
	}{
		{name: "unnamed", want: []int{0, 2}},
		{name: "kitten", want: []int{1}},
		{name: "$0100000000000000000000000000000000000000", want: []int{0}},
		{name: "0000000000000000000000000000000000000000", want: []int{1, 2}},
		{name: "cat"},
	} {
		if got := exposure.Find(relays, tt.name); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestAppendSharesIntoARoomyBufferDoesNotAllocate(t *testing.T) {
	relays := []consensus.Entry{relay(fitFlags, 1, false), relay(fitFlags, 2, false)}
	w, buffer, m := scarceExits(t), make([]float64, 0, 2), exposure.Arti()
	if n := testing.AllocsPerRun(100, func() { m.AppendShares(buffer, relays, w) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
