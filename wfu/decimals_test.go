package wfu

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Counts are written as strconv writes any float64 with 5 decimals: those that relays have, those with the sixth decimal a 5
// and little or nothing after it, those at the ends of what is written by hand, and any bits at all.
func propRunWeightsAreStrconvs(t *rapid.T) {
	x := rapid.OneOf(
		rapid.Float64Range(0, 100),
		rapid.Map(rapid.Uint64Range(0, 1<<40), func(n uint64) float64 { return (float64(n) + 0.5) / 100_000 }),
		rapid.Map(rapid.Uint64Range(0, 1<<50), func(n uint64) float64 { return float64(n) / (1 << 18) }), // exact halves
		rapid.Map(rapid.IntRange(-1100, 1100), func(e int) float64 { return math.Ldexp(1, e) }),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 0x1p-10, math.Nextafter(0x1p-10, 0), math.Nextafter(0x1p32, 0), 0x1p32,
			999.99999, 999.999995, 1000, 0.000005}),
		rapid.Map(rapid.Uint64(), math.Float64frombits),
	).Draw(t, "x")
	if rapid.Bool().Draw(t, "next") {
		x = math.Nextafter(x, rapid.SampledFrom([]float64{math.Inf(-1), math.Inf(1)}).Draw(t, "to"))
	}
	want := fmt.Sprintf("%.5f", x)
	switch {
	case math.IsInf(x, 1):
		want = "inf"
	case math.IsInf(x, -1):
		want = "-inf"
	}
	if got := string(appendRunWeights([]byte("x"), x)); got != "x"+want {
		t.Fatalf("%v is written %q, want %q", x, got, want)
	}
}

func TestRunWeightsAreStrconvs(t *testing.T) { rapid.Check(t, propRunWeightsAreStrconvs) }
func FuzzRunWeights(f *testing.F)            { f.Fuzz(rapid.MakeFuzz(propRunWeightsAreStrconvs)) }
