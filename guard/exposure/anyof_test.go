package exposure_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/guard/exposure"
)

func newSource(seed uint64) rand.Source { return rand.NewPCG(seed, 0x67756172646d6174) }

// allOrders is AnyOf by its definition: the sum over all ordered draws.
func allOrders(shares []float64, inSet []bool, guards int) float64 {
	total := 0.0
	for _, p := range shares {
		total += p
	}
	if guards == 0 || total == 0 {
		return 0
	}
	hit := 0.0
	for i, p := range shares {
		switch {
		case p == 0:
		case inSet[i]:
			hit += p / total
		default:
			rest := slices.Clone(shares)
			rest[i] = 0
			hit += p / total * allOrders(rest, inSet, guards-1)
		}
	}
	return hit
}

// smallNetwork is some shares, with many ties, zeros and one giant now and then, and a set of them.
func smallNetwork(t *rapid.T, most int) (shares []float64, set []int, inSet []bool) {
	n := rapid.IntRange(0, most).Draw(t, "relays")
	size := rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 3), rapid.IntRange(1, 1000), rapid.Just(1_000_000_000))
	for i := range n {
		shares = append(shares, float64(size.Draw(t, "share")))
		inSet = append(inSet, rapid.IntRange(0, 3).Draw(t, "in the set") == 0)
		if inSet[i] {
			set = append(set, i)
		}
	}
	return shares, set, inSet
}

func equalsTheSumOverAllOrdersOfDraws(t *rapid.T) {
	shares, set, inSet := smallNetwork(t, 6)
	guards := rapid.IntRange(0, 5).Draw(t, "guards")
	want := allOrders(shares, inSet, guards)
	if got := exposure.AnyOf(shares, set, guards); !close(got, want, 1e-11) {
		t.Fatalf("AnyOf(%v, %v, %d) = %v, want %v", shares, set, guards, got, want)
	}
}

func close(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance*math.Abs(want) }

func TestAnyOfEqualsTheSumOverAllOrders(t *testing.T) {
	rapid.Check(t, equalsTheSumOverAllOrdersOfDraws)
}
func FuzzAnyOfEqualsTheSumOverAllOrders(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(equalsTheSumOverAllOrdersOfDraws))
}

// With equal shares the draws are those of an urn: 1 - C(n-m, k)/C(n, k).
func TestAnyOfEqualShares(t *testing.T) {
	for _, tt := range []struct{ relays, set, guards int }{
		{relays: 2, set: 1, guards: 1},
		{relays: 3, set: 2, guards: 2},       // one guard is outside at most
		{relays: 2600, set: 2, guards: 3},    // the public network's size
		{relays: 2600, set: 2, guards: 19},   // the largest number with the widest step
		{relays: 2600, set: 2, guards: 20},   // a sample
		{relays: 2600, set: 2, guards: 21},   // the step is halved
		{relays: 2600, set: 1300, guards: 7}, // half of everything
		{relays: 300, set: 2, guards: 60},    // the largest sample there is
		{relays: 150, set: 1, guards: 149},   // all but one
	} {
		shares := slices.Repeat([]float64{1e-3}, tt.relays)
		set := make([]int, tt.set)
		for i := range set {
			set[i] = i
		}
		miss := 1.0
		for i := range tt.guards {
			miss *= float64(tt.relays-tt.set-i) / float64(tt.relays-i)
		}
		if got, want := exposure.AnyOf(shares, set, tt.guards), 1-miss; !close(got, want, 1e-12) {
			t.Errorf("%d guards of %d, %d in the set: %v, want %v", tt.guards, tt.relays, tt.set, got, want)
		}
	}
}

func TestAnyOfEdges(t *testing.T) {
	for _, tt := range []struct {
		reason string
		shares []float64
		set    []int
		guards int
		want   float64
	}{
		{reason: "nobody", want: 0, guards: 1},
		{reason: "no guards", shares: []float64{1}, set: []int{0}, want: 0},
		{reason: "less than no guards", shares: []float64{1}, set: []int{0}, guards: -1, want: 0},
		{reason: "an empty set", shares: []float64{1, 1}, guards: 1, want: 0},
		{reason: "a set without share", shares: []float64{0, 1}, set: []int{0}, guards: 9, want: 0},
		{reason: "no shares at all", shares: []float64{0, 0}, set: []int{0}, guards: 1, want: 0},
		{reason: "everybody", shares: []float64{1, 2}, set: []int{0, 1}, guards: 1, want: 1},
		{reason: "given twice", shares: []float64{1, 3}, set: []int{0, 0}, guards: 1, want: 0.25},
		{reason: "more guards than others", shares: []float64{1e-300, 1, 1}, set: []int{0}, guards: 3, want: 1},
		{reason: "others without share do not count", shares: []float64{1, 1, 0, 0}, set: []int{0}, guards: 2, want: 1},
		{reason: "negative, infinite and no number are 0", shares: []float64{1, -1, math.Inf(1), math.NaN(), 1}, set: []int{0}, guards: 1, want: 0.5},
		{reason: "a sum that overflows", shares: []float64{math.MaxFloat64, math.MaxFloat64}, set: []int{0}, guards: 1, want: 0.5},
		{reason: "the smallest there are", shares: []float64{5e-324, 5e-324, 5e-324}, set: []int{0}, guards: 2, want: 2.0 / 3},
		{reason: "one that has nearly all", shares: []float64{1e-9, 1, 1e-9}, set: []int{0}, guards: 2, want: 0.5},
	} {
		before := slices.Clone(tt.shares)
		if got := exposure.AnyOf(tt.shares, tt.set, tt.guards); !close(got, tt.want, 1e-8) || got > 1 {
			t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
		}
		for i := range before {
			if math.Float64bits(before[i]) != math.Float64bits(tt.shares[i]) {
				t.Errorf("%s: the caller's shares were changed", tt.reason)
			}
		}
	}
}

func growsWithTheSetAndTheGuardsAndExceedsIndependentDraws(t *rapid.T) {
	shares, set, inSet := smallNetwork(t, 40)
	guards := rapid.IntRange(1, 8).Draw(t, "guards")
	p := exposure.AnyOf(shares, set, guards)
	const slack = 1e-12
	if !(p >= 0 && p <= 1) {
		t.Fatalf("%v is no probability", p)
	}
	if more := exposure.AnyOf(shares, set, guards+1); more < p-slack {
		t.Fatalf("one guard more lowers it from %v to %v", p, more)
	}
	if i := slices.Index(inSet, false); i >= 0 {
		if more := exposure.AnyOf(shares, append(set, i), guards); more < p-slack {
			t.Fatalf("one relay more in the set lowers it from %v to %v", p, more)
		}
	}
	if apart := exposure.AtLeastOnce(exposure.AnyOf(shares, set, 1), int64(guards)); p < apart-slack {
		t.Fatalf("%v is less than %v of independent draws", p, apart)
	}
}

func TestAnyOfGrows(t *testing.T) {
	rapid.Check(t, growsWithTheSetAndTheGuardsAndExceedsIndependentDraws)
}
func FuzzAnyOfGrows(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(growsWithTheSetAndTheGuardsAndExceedsIndependentDraws))
}

func doesNotDependOnTheOrderOfRelays(t *rapid.T) {
	shares, set, _ := smallNetwork(t, 20)
	guards := rapid.IntRange(1, 5).Draw(t, "guards")
	order := rapid.Permutation(indexes(len(shares))).Draw(t, "order")
	permuted, place := make([]float64, len(shares)), make([]int, len(shares))
	for to, from := range order {
		permuted[to], place[from] = shares[from], to
	}
	var moved []int
	for _, i := range set {
		moved = append(moved, place[i])
	}
	if a, b := exposure.AnyOf(shares, set, guards), exposure.AnyOf(permuted, moved, guards); !close(a, b, 1e-12) {
		t.Fatalf("%v in one order, %v in another", a, b)
	}
}

func indexes(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestAnyOfOrder(t *testing.T) { rapid.Check(t, doesNotDependOnTheOrderOfRelays) }
func FuzzAnyOfOrder(f *testing.F) { f.Fuzz(rapid.MakeFuzz(doesNotDependOnTheOrderOfRelays)) }
