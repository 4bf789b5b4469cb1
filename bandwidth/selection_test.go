package bandwidth_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

var positions = []bandwidth.Position{
	bandwidth.PositionGuard, bandwidth.PositionMiddle, bandwidth.PositionExit, bandwidth.PositionDirectory,
}

// numbered are weights of which each has a value of its own, so that none can stand in for another.
func numbered(t testing.TB) (w bandwidth.Weights, byName map[string]int64) {
	t.Helper()
	byName = map[string]int64{}
	var line strings.Builder
	for i, word := range strings.Fields(line2017)[1:] {
		name := word[:3]
		byName[name] = int64(101 + i)
		fmt.Fprintf(&line, "%s=%d ", name, byName[name])
	}
	w, err := bandwidth.ParseWeights(line.String())
	if err != nil {
		t.Fatal(err)
	}
	return w, byName
}

// A weight's name says where it applies: W, the position's letter, the kind's letter.
func TestFactorGoesByTheNames(t *testing.T) {
	w, byName := numbered(t)
	scale := float64(byName["Wmm"])
	kinds := map[string]bandwidth.Kind{
		"g": bandwidth.KindGuard, "m": 0, "e": bandwidth.KindExit, "d": bandwidth.KindGuard | bandwidth.KindExit,
	}
	for p, letter := range map[bandwidth.Position]string{
		bandwidth.PositionGuard: "g", bandwidth.PositionMiddle: "m", bandwidth.PositionExit: "e", bandwidth.PositionDirectory: "b",
	} {
		for kindLetter, k := range kinds {
			want := float64(byName["W"+letter+kindLetter]) / scale
			if letter+kindLetter == "ge" {
				want = 0 // there is no Wge
			}
			if got := w.Factor(p, k); got != want {
				t.Errorf("%v, kind %s: got %v, want %v", p, kindLetter, got, want)
			}
			dir := want * (float64(byName["W"+kindLetter+"b"]) / scale)
			if letter == "b" {
				dir = want
			}
			if got := w.Factor(p, k|bandwidth.KindDir); got != dir {
				t.Errorf("%v, kind %s with V2Dir: got %v, want %v", p, kindLetter, got, dir)
			}
		}
	}
}

// The weights arti's own tests use: a relay with Guard and V2Dir and a measured bandwidth of 7777.
func TestWeighAsArti(t *testing.T) {
	w := bandwidth.Weights{
		Wbd: 0, Wbe: 0, Wbg: 4096, Wbm: 10000, Wdb: 10000, Web: 10000, Wed: 10000, Wee: 10000, Weg: 10000, Wem: 10000,
		Wgb: 10000, Wgd: 0, Wgg: 5904, Wgm: 5904, Wmb: 10000, Wmd: 0, Wme: 0, Wmg: 4096, Wmm: 10000,
	}
	for i, want := range []float64{7777 * 5904, 7777 * 4096, 7777 * 10000, 7777 * 4096} {
		got := w.Weigh(positions[i], bandwidth.KindGuard|bandwidth.KindDir, 7777) * 10000
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%v: got %v, want %v", positions[i], got, want)
		}
		if got := w.Weigh(positions[i], bandwidth.KindGuard|bandwidth.KindDir, 0); got != 0 {
			t.Errorf("%v: a bandwidth of zero weighs %v", positions[i], got)
		}
	}
}

func TestUselessWeights(t *testing.T) {
	w, _ := numbered(t)
	negative := w
	negative.Wgd = -1
	for _, tt := range []struct {
		reason string
		w      bandwidth.Weights
		p      bandwidth.Position
		k      bandwidth.Kind
		want   float64
	}{
		{"no line: everyone counts in full", bandwidth.Weights{}, bandwidth.PositionGuard, bandwidth.KindExit, 1},
		{"a negative weight voids its position", negative, bandwidth.PositionGuard, bandwidth.KindGuard, 1},
		{"a negative weight leaves other positions alone", negative, bandwidth.PositionMiddle, 0, 1},
		{"there is no such position", w, 4, 0, 0},
	} {
		if got := tt.w.Factor(tt.p, tt.k); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.reason, got, tt.want)
		}
	}
	names := []string{"guard", "middle", "exit", "directory", "unknown position"}
	for i, want := range names {
		if got := bandwidth.Position(i).String(); got != want {
			t.Errorf("position %d is called %q, want %q", i, got, want)
		}
	}
}

func TestWeighFraction(t *testing.T) {
	w := bandwidth.Weights{Wgg: 5904, Wgm: 5904, Wmg: 4096, Wmm: 10000, Wme: 300, Wmd: 100, Wee: 10000, Wem: 10000, Weg: 7000, Wed: 7000}
	for _, tt := range []struct {
		reason  string
		p       bandwidth.Position
		k       bandwidth.Kind
		percent uint32
		want    float64
	}{
		{"middle position: part guard, part neither", bandwidth.PositionMiddle, bandwidth.KindGuard, 25, 250*4096 + 750*10000},
		{"middle position: part both, part exit", bandwidth.PositionMiddle, bandwidth.KindGuard | bandwidth.KindExit, 25, 250*100 + 750*300},
		{"exit position", bandwidth.PositionExit, bandwidth.KindGuard, 25, 250*7000 + 750*10000},
		{"guard all the time", bandwidth.PositionMiddle, bandwidth.KindGuard, 100, 1000 * 4096},
		{"guard position: C leaves it out", bandwidth.PositionGuard, bandwidth.KindGuard, 25, 1000 * 5904},
		{"no guard", bandwidth.PositionMiddle, bandwidth.KindExit, 25, 1000 * 300},
	} {
		if got := w.WeighFraction(tt.p, tt.k, 1000, tt.percent) * 10000; math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%s: got %v, want %v", tt.reason, got, tt.want)
		}
	}
}

func TestAppendProbabilities(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, tt := range []struct {
		reason        string
		weights, want []float64
	}{
		{"none", nil, []float64{9}},
		{"one", []float64{3}, []float64{9, 1}},
		{"parts of the sum", []float64{1, 0, 3}, []float64{9, .25, 0, .75}},
		{"nothing but zeros: all equal", []float64{0, 0}, []float64{9, .5, .5}},
		{"what is no weight counts as zero", []float64{-1, 2, nan, inf, -inf, 2}, []float64{9, 0, .5, 0, 0, 0, .5}},
		{"only what is no weight", []float64{-1, nan}, []float64{9, .5, .5}},
		{"a sum beyond float64", []float64{math.MaxFloat64, math.MaxFloat64}, []float64{9, .5, .5}},
		{"the smallest there are", []float64{5e-324, 5e-324}, []float64{9, .5, .5}},
	} {
		before := slices.Clone(tt.weights)
		got := bandwidth.AppendProbabilities([]float64{9}, tt.weights)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.reason, got, tt.want)
		}
		for i := range before {
			if math.Float64bits(before[i]) != math.Float64bits(tt.weights[i]) {
				t.Errorf("%s: the weights were changed", tt.reason)
			}
		}
	}
	overwritten := []float64{1, 1, 2}
	if got := bandwidth.AppendProbabilities(overwritten[:0], overwritten); !slices.Equal(got, []float64{.25, .25, .5}) {
		t.Errorf("in place: got %v", got)
	}
}

// genWeights is weights as relays have them, zeros among them.
var genWeights = rapid.SliceOfN(rapid.OneOf(
	rapid.Just(0.0),
	rapid.Float64Range(0, 1e6),
	rapid.Map(rapid.Uint32(), func(n uint32) float64 { return float64(n) }),
), 0, 60)

const ulp = 0x1p-52 // of numbers from 1 up

// Probabilities add up to 1, within a unit in the last place for each weight.
func propProbabilitiesAddUp(t *rapid.T) {
	weights := genWeights.Draw(t, "weights")
	p := bandwidth.AppendProbabilities(nil, weights)
	if len(p) != len(weights) {
		t.Fatalf("%d probabilities of %d weights", len(p), len(weights))
	}
	if len(p) == 0 {
		return
	}
	var sum float64
	for _, x := range p {
		if x < 0 || x > 1 {
			t.Fatalf("a probability of %v", x)
		}
		sum += x
	}
	if math.Abs(sum-1) > float64(len(p))*ulp {
		t.Fatalf("the sum is 1%+g", sum-1)
	}
}

func TestProbabilitiesAddUp(t *testing.T) { rapid.Check(t, propProbabilitiesAddUp) }
func FuzzProbabilitiesAddUp(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propProbabilitiesAddUp)) }

// Relays in another order have the same probabilities in that order, but for the rounding of the sum.
func propPermutingPermutes(t *rapid.T) {
	weights := genWeights.Draw(t, "weights")
	order := rapid.Permutation(indexes(len(weights))).Draw(t, "order")
	shuffled := make([]float64, len(weights))
	for to, from := range order {
		shuffled[to] = weights[from]
	}
	p, q := bandwidth.AppendProbabilities(nil, weights), bandwidth.AppendProbabilities(nil, shuffled)
	for to, from := range order {
		if math.Abs(p[from]-q[to]) > p[from]*float64(len(p)+1)*ulp {
			t.Fatalf("%v became %v", p[from], q[to])
		}
	}
}

func TestPermutingPermutes(t *testing.T) { rapid.Check(t, propPermutingPermutes) }
func FuzzPermutingPermutes(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propPermutingPermutes)) }

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// A relay that disappears takes nothing from the share of another, as long as the consensus's weights stay.
func propRemovingNeverLowers(t *rapid.T) {
	weights := genWeights.Filter(func(w []float64) bool { return len(w) > 0 }).Draw(t, "weights")
	gone := rapid.IntRange(0, len(weights)-1).Draw(t, "gone")
	rest := slices.Delete(slices.Clone(weights), gone, gone+1)
	before := slices.Delete(bandwidth.AppendProbabilities(nil, weights), gone, gone+1)
	for i, after := range bandwidth.AppendProbabilities(nil, rest) {
		if after < before[i]*(1-float64(len(weights))*ulp) {
			t.Fatalf("%v fell to %v", before[i], after)
		}
	}
}

func TestRemovingNeverLowers(t *testing.T) { rapid.Check(t, propRemovingNeverLowers) }
func FuzzRemovingNeverLowers(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propRemovingNeverLowers)) }

func TestSelectionAllocatesNothing(t *testing.T) {
	w, _ := numbered(t)
	weights := make([]float64, 7000)
	p := make([]float64, 0, 7000)
	kinds, kbs := make([]bandwidth.Kind, 7000), make([]bandwidth.KB, 7000)
	if n := testing.AllocsPerRun(10, func() {
		for i := range weights {
			weights[i] = w.Weigh(bandwidth.PositionGuard, bandwidth.KindGuard, bandwidth.KB(i))
		}
		weights = w.AppendWeights(weights[:0], bandwidth.PositionGuard, kinds, kbs)
		p = bandwidth.AppendProbabilities(p[:0], weights)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Whole columns weigh what each relay does.
func propColumnsWeighAsRelaysDo(t *rapid.T) {
	w, err := bandwidth.ParseWeights(line2017)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.IntRange(0, 3).Draw(t, "none") == 0 {
		w = bandwidth.Weights{}
	}
	p := bandwidth.Position(rapid.IntRange(0, 5).Draw(t, "position"))
	kinds := rapid.SliceOf(rapid.Map(rapid.Byte(), func(k byte) bandwidth.Kind { return bandwidth.Kind(k) })).Draw(t, "kinds")
	kbs := make([]bandwidth.KB, len(kinds))
	want := []float64{7}
	for i, k := range kinds {
		kbs[i] = bandwidth.KB(rapid.Uint32().Draw(t, "bandwidth"))
		want = append(want, w.Weigh(p, k, kbs[i]))
	}
	if got := w.AppendWeights([]float64{7}, p, kinds, kbs); !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
}

func TestColumnsWeighAsRelaysDo(t *testing.T) { rapid.Check(t, propColumnsWeighAsRelaysDo) }
func FuzzAppendWeights(f *testing.F)          { f.Fuzz(rapid.MakeFuzz(propColumnsWeighAsRelaysDo)) }

// slowProbabilities is the rule: a weight's part of the sum, in the order of the weights.
func slowProbabilities(weights []float64) (p []float64) {
	for unit := 1.0; ; unit = 0x1p-64 {
		total := 0.0
		for _, w := range weights {
			if w > 0 && !math.IsInf(w, 1) {
				total += float64(w * unit)
			}
		}
		if math.IsInf(total, 1) {
			continue
		}
		for _, w := range weights {
			switch {
			case total == 0:
				p = append(p, 1/float64(len(weights)))
			case w > 0 && !math.IsInf(w, 1):
				p = append(p, w*unit/total)
			default:
				p = append(p, 0)
			}
		}
		return p
	}
}

// Whatever floats are given, the probabilities are those of the rule to the last bit.
func propProbabilitiesAreTheSlowOnes(t *rapid.T) {
	weights := rapid.SliceOf(rapid.OneOf(rapid.Float64(), rapid.Map(rapid.Uint64(), math.Float64frombits), rapid.Float64Range(0, 1e6),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.Inf(1), math.NaN(), math.MaxFloat64, 5e-324}))).Draw(t, "weights")
	got, want := bandwidth.AppendProbabilities(nil, weights), slowProbabilities(weights)
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
			t.Fatalf("weight %v of %v has %v, want %v", weights[i], weights, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d probabilities of %d weights", len(got), len(want))
	}
}

func TestProbabilitiesAreTheSlowOnes(t *testing.T) { rapid.Check(t, propProbabilitiesAreTheSlowOnes) }
func FuzzProbabilities(f *testing.F)               { f.Fuzz(rapid.MakeFuzz(propProbabilitiesAreTheSlowOnes)) }
