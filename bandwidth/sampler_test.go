package bandwidth

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// counted is how often each index was drawn.
func counted(s Sampler, source rand.Source, draws int) []int {
	counts := make([]int, s.Len())
	for range draws {
		counts[s.Draw(source)]++
	}
	return counts
}

// chiSquared is the statistic of the counts against the probabilities, and the degrees of freedom.
func chiSquared(counts []int, p []float64, draws int) (statistic, freedom float64) {
	freedom = -1
	for i, n := range counts {
		if p[i] == 0 {
			continue
		}
		want := p[i] * float64(draws)
		statistic += (float64(n) - want) * (float64(n) - want) / want
		freedom++
	}
	return statistic, freedom
}

// chiSquaredBound is what the statistic stays below in all but one of 30,000 tests (Wilson and Hilferty, four standard
// deviations).
func chiSquaredBound(freedom float64) float64 {
	x := 2 / (9 * freedom)
	return freedom * math.Pow(1-x+4*math.Sqrt(x), 3)
}

func TestSamplerChiSquared(t *testing.T) {
	network := make([]float64, 3000)
	for i := range network {
		network[i] = math.Exp(float64(i) / 400) // over three orders of magnitude, as relays are
	}
	network[17] = 0
	for _, tt := range []struct {
		reason  string
		weights []float64
		draws   int
	}{
		{"Tor's own test", []float64{3, 1, 2, 4, 6, 0, 7, 5, 8, 9}, 50000},
		{"all equal", []float64{1, 1, 1, 1, 1, 1, 1}, 50000},
		{"all zero: all equal", make([]float64, 49), 50000},
		{"one outweighs all", []float64{1, 1e4, 1, 1}, 200000},
		{"a network", network, 1000000},
	} {
		s := NewSampler(tt.weights)
		p := AppendProbabilities(nil, tt.weights)
		for seed := range uint64(3) {
			counts := counted(s, rand.NewPCG(seed, 1), tt.draws)
			statistic, freedom := chiSquared(counts, p, tt.draws)
			if bound := chiSquaredBound(freedom); statistic > bound {
				t.Errorf("%s, seed %d: chi squared %.1f of %.0f degrees, above %.1f", tt.reason, seed, statistic, freedom, bound)
			}
			for i, n := range counts {
				if p[i] == 0 && n > 0 {
					t.Errorf("%s: index %d of weight zero was drawn", tt.reason, i)
				}
			}
		}
		// The test can fail: draws by other weights do not pass it.
		wrong := slices.Clone(p)
		slices.Reverse(wrong)
		if slices.Equal(wrong, p) || slices.Contains(p, 0) {
			continue
		}
		if statistic, freedom := chiSquared(counted(s, rand.NewPCG(0, 1), tt.draws), wrong, tt.draws); statistic < chiSquaredBound(freedom) {
			t.Errorf("%s: the test does not tell the weights from their reverse", tt.reason)
		}
	}
}

func TestSamplerEdges(t *testing.T) {
	source := rand.NewPCG(1, 2)
	for _, s := range []Sampler{{}, NewSampler(nil)} {
		if s.Len() != 0 || s.Draw(source) != -1 {
			t.Error("something was drawn from nothing")
		}
	}
	one := NewSampler([]float64{0})
	for range 100 {
		if i := one.Draw(source); i != 0 {
			t.Fatalf("index %d of one", i)
		}
	}
}

// fixed is a source that always gives the same.
type fixed uint64

func (f fixed) Uint64() uint64 { return uint64(f) }

// Each index has the share of draws that its weight has of the sum, and one of weight zero has none: not by counting
// draws, but by adding up the columns.
func propSamplerSharesAreExact(t *rapid.T) {
	weights := rapid.SliceOfN(rapid.OneOf(
		rapid.Just(0.0), rapid.Just(1.0), rapid.Float64Range(0, 1e6), rapid.Float64(),
	), 1, 80).Draw(t, "weights")
	s := NewSampler(weights)
	shares := make([]float64, len(weights))
	for i, c := range s.columns {
		// A column kept whole by an index of its own has 2^64-1 of 2^64, and the other index the one that is missing.
		own := float64(uint64(c.height)<<32|uint64(s.low[i])) / 0x1p64
		shares[i] += own / float64(len(weights))
		shares[c.other] += (1 - own) / float64(len(weights))
	}
	total, _ := sum(weights)
	for i, p := range AppendProbabilities(nil, weights) {
		if math.Abs(shares[i]-p) > 0x1p-40 {
			t.Fatalf("index %d has a share of %v, want %v", i, shares[i], p)
		}
		if total > 0 && p == 0 && shares[i] != 0 {
			t.Fatalf("index %d of weight %v has a share of %v", i, weights[i], shares[i])
		}
	}
	// The lowest and highest numbers a source can give stay inside.
	for _, u := range []uint64{0, math.MaxUint64, rapid.Uint64().Draw(t, "u")} {
		if i := s.Draw(fixed(u)); i < 0 || i >= len(weights) || (total > 0 && usable(weights[i]) == 0) {
			t.Fatalf("%d gave index %d", u, i)
		}
	}
}

func TestSamplerSharesAreExact(t *testing.T) { rapid.Check(t, propSamplerSharesAreExact) }
func FuzzSamplerSharesAreExact(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propSamplerSharesAreExact)) }

// A column's own index is drawn below its height, to the last of 64 bits.
func propHeightsAreCompared(t *rapid.T) {
	keep, u := rapid.Uint64().Draw(t, "height"), rapid.Uint64().Draw(t, "u")
	if rapid.Bool().Draw(t, "near") {
		u = keep + rapid.Uint64Range(0, 4).Draw(t, "above") - 2
	}
	const other = 7
	s := Sampler{make([]column, 1), make([]uint32, 1)} // of one column the whole number is the height
	s.set(0, keep, other)
	want := other
	if u < keep {
		want = 0
	}
	if got := s.Draw(fixed(u)); got != want {
		t.Fatalf("%#x of a column of %#x gave index %d", u, keep, got)
	}
}

func TestHeightsAreCompared(t *testing.T) { rapid.Check(t, propHeightsAreCompared) }
func FuzzHeights(f *testing.F)            { f.Fuzz(rapid.MakeFuzz(propHeightsAreCompared)) }

// A sampler of these weights drew so in the first version of this package; researchers who note a seed rely on it.
func TestSamplerDrawsStayTheSame(t *testing.T) {
	s := NewSampler([]float64{3, 1, 2, 4, 6, 0, 7, 5, 8, 9})
	source := rand.NewPCG(1, 2)
	var got []int
	for range 16 {
		got = append(got, s.Draw(source))
	}
	want := []int{6, 6, 6, 6, 2, 0, 4, 4, 8, 8, 6, 4, 9, 1, 9, 6}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDrawAllocatesNothing(t *testing.T) {
	s, source := NewSampler([]float64{1, 2, 3}), rand.NewPCG(1, 2)
	if n := testing.AllocsPerRun(100, func() { s.Draw(source) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
