package consensus_test

import (
	"math"
	"slices"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"pgregory.net/rapid"
)

// The numbers are those of Tor's own unit tests.
func TestOrderStatisticsOfTorsOwnTests(t *testing.T) {
	for _, tt := range []struct {
		values []int32
		median int32
	}{
		{[]int32{12}, 12},
		{[]int32{12, 77}, 12},
		{[]int32{12, 77, 77}, 77},
		{[]int32{12, 77, 77, 24}, 24},
		{[]int32{12, 77, 77, 24, 60, 12, 25}, 25},
		{[]int32{-5, -10, -50, 100}, -10},
		{nil, 0},
	} {
		if got := consensus.Median(tt.values); got != tt.median {
			t.Errorf("Median(%v) = %d, want %d", tt.values, got, tt.median)
		}
	}
	for _, tt := range []struct {
		values   []int
		k, value int
		reason   string
	}{
		{[]int{1}, 3 * 1 / 4, 1, "third quartile of one"},
		{[]int{2, 1}, 3 * 2 / 4, 2, "third quartile of two"},
		{[]int{5, 4, 3, 2, 1}, 3 * 5 / 4, 4, "third quartile of five"},
		{[]int{9, 1, 8, 2, 7, 3, 6, 4, 5}, 3 * 9 / 4, 7, "third quartile of nine"},
		{[]int{-30, 30, 100, -100, 7}, 2, 7, "the middle one"},
	} {
		if got := consensus.Nth(tt.values, tt.k); got != tt.value {
			t.Errorf("%s: Nth(%v, %d) = %d, want %d", tt.reason, tt.values, tt.k, got, tt.value)
		}
	}
}

func TestNthPanicsOutside(t *testing.T) {
	for _, k := range []int{-1, 3, math.MaxInt} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Nth of three values at %d does not panic", k)
				}
			}()
			consensus.Nth([]int{1, 2, 3}, k)
		}()
	}
}

// genValues draws values among which equal ones are common.
func genValues(t *rapid.T) []float64 {
	value := rapid.OneOf(rapid.Map(rapid.IntRange(-3, 3), func(n int) float64 { return float64(n) }), rapid.Float64())
	n := rapid.OneOf(rapid.IntRange(1, 5), rapid.IntRange(15, 18), rapid.IntRange(100, 300)).Draw(t, "n")
	values := rapid.SliceOfN(value, n, n).Draw(t, "values")
	switch rapid.IntRange(0, 3).Draw(t, "shape") {
	case 0:
		slices.Sort(values)
	case 1:
		slices.SortFunc(values, func(a, b float64) int { return -1 * compare(a, b) })
	}
	return values
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func nthIsTheElementOfTheSortedValues(t *rapid.T) {
	values := genValues(t)
	before := slices.Clone(values)
	k := rapid.IntRange(0, len(values)-1).Draw(t, "k")
	slow := slices.Clone(values)
	slices.Sort(slow)
	if got := consensus.Nth(values, k); got != slow[k] {
		t.Fatalf("Nth(%v, %d) = %v, want %v", values, k, got, slow[k])
	}
	if !slices.Equal(values, before) {
		t.Fatalf("the caller's slice became %v, was %v", values, before)
	}
}

func TestNthIsTheElementOfTheSortedValues(t *testing.T) {
	rapid.Check(t, nthIsTheElementOfTheSortedValues)
}
func FuzzNthIsTheElementOfTheSortedValues(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(nthIsTheElementOfTheSortedValues))
}

// A low median is an element with at least (n-1)/2 elements not above it and n/2 not below it.
func medianHasHalfOnEitherSide(t *rapid.T) {
	values := genValues(t)
	before := slices.Clone(values)
	median, n := consensus.Median(values), len(values)
	if !slices.Contains(values, median) {
		t.Fatalf("median %v is none of %v", median, values)
	}
	notAbove, notBelow := -1, -1 // the median itself counts on neither side
	for _, v := range values {
		if v <= median {
			notAbove++
		}
		if v >= median {
			notBelow++
		}
	}
	if notAbove < (n-1)/2 || notBelow < n/2 {
		t.Fatalf("median %v of %v has %d not above and %d not below", median, values, notAbove, notBelow)
	}
	if !slices.Equal(values, before) {
		t.Fatalf("the caller's slice became %v, was %v", values, before)
	}
}

func TestMedianHasHalfOnEitherSide(t *testing.T) { rapid.Check(t, medianHasHalfOnEitherSide) }
func FuzzMedianHasHalfOnEitherSide(f *testing.F) { f.Fuzz(rapid.MakeFuzz(medianHasHalfOnEitherSide)) }

// Selection by a pivot is quadratic on some inputs. None is known that makes this one slow, but the bound on it holds
// for all: here are the classic ones, long enough to be felt.
func TestNthOfAwkwardOrders(t *testing.T) {
	const n = 20000
	orders := map[string]func(i int) int{
		"ascending":  func(i int) int { return i },
		"descending": func(i int) int { return n - i },
		"equal":      func(int) int { return 7 },
		"organ pipe": func(i int) int { return min(i, n-i) },
		"sawtooth":   func(i int) int { return i % 17 },
	}
	for name, value := range orders {
		values := make([]int, n)
		for i := range values {
			values[i] = value(i)
		}
		slow := slices.Clone(values)
		slices.Sort(slow)
		for _, k := range []int{0, 1, n / 8, (n - 1) / 2, n * 3 / 4, n - 1} {
			if got := consensus.Nth(values, k); got != slow[k] {
				t.Errorf("%s: Nth at %d = %d, want %d", name, k, got, slow[k])
			}
		}
	}
	if got := consensus.Median([]float64{math.NaN(), 1, math.NaN(), 2, 3}); got != 1 {
		t.Errorf("median among values that are no numbers = %v, want 1", got)
	}
}
