package bandwidth_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

func TestTotals(t *testing.T) {
	const guard, exit, dir = bandwidth.KindGuard, bandwidth.KindExit, bandwidth.KindDir
	start := bandwidth.StartTotals(35)
	for _, tt := range []struct {
		reason string
		got    bandwidth.Totals
		want   bandwidth.Totals
	}{
		{"before method 26 sums start at nothing", bandwidth.StartTotals(25), bandwidth.Totals{}},
		{"from method 26 on each kind starts at 1", bandwidth.StartTotals(26), bandwidth.Totals{G: 1, M: 1, E: 1, D: 1, T: 4}},
		{"guard", start.Add(guard, 10), bandwidth.Totals{G: 11, M: 1, E: 1, D: 1, T: 14}},
		{"exit", start.Add(exit, 10), bandwidth.Totals{G: 1, M: 1, E: 11, D: 1, T: 14}},
		{"both", start.Add(guard|exit, 10), bandwidth.Totals{G: 1, M: 1, E: 1, D: 11, T: 14}},
		{"neither", start.Add(0, 10), bandwidth.Totals{G: 1, M: 11, E: 1, D: 1, T: 14}},
		{"serving directory documents changes nothing", start.Add(guard|dir, 10), start.Add(guard, 10)},
		{"guard for a quarter of the time: the rest is middle, and not in T", start.AddFraction(guard, 1000, 25),
			bandwidth.Totals{G: 251, M: 751, E: 1, D: 1, T: 254}},
		{"both for a quarter of the time: the rest is exit, and not in T", start.AddFraction(guard|exit, 1000, 25),
			bandwidth.Totals{G: 1, M: 1, E: 751, D: 251, T: 254}},
		{"a fraction means nothing without Guard", start.AddFraction(exit, 1000, 25), start.Add(exit, 1000)},
		{"guard all the time", start.AddFraction(guard, 1000, 100), start.Add(guard, 1000)},
		{"2^31 is negative in C's int", bandwidth.Totals{}.Add(0, 1<<31), bandwidth.Totals{M: math.MinInt32, T: math.MinInt32}},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.reason, tt.got, tt.want)
		}
	}
}

func TestSplitGuardFraction(t *testing.T) {
	for _, tt := range []struct {
		reason      string
		b           bandwidth.KB
		percent     uint32
		guard, rest bandwidth.KB
	}{
		{"Tor's own test", 1000, 25, 250, 750},
		{"none", 1000, 0, 0, 1000},
		{"all", 1000, 100, 1000, 0},
		{"more than all", 1000, 166, 1000, 0},
		{"a half goes up", 10, 5, 1, 9},
		{"below a half goes down", 10, 4, 0, 10},
		{"a half that float64 takes for less", 50, 29, 14, 36},
	} {
		if guard, rest := bandwidth.SplitGuardFraction(tt.b, tt.percent); guard != tt.guard || rest != tt.rest {
			t.Errorf("%s: %d %% of %d: got %d and %d, want %d and %d",
				tt.reason, tt.percent, tt.b, guard, rest, tt.guard, tt.rest)
		}
	}
}

// A split loses nothing, and its part is within a half of the exact fraction.
func propSplitKeepsAll(t *rapid.T) {
	b := rapid.Uint32().Draw(t, "b")
	percent := rapid.Uint32Range(0, 100).Draw(t, "percent")
	guard, rest := bandwidth.SplitGuardFraction(bandwidth.KB(b), percent)
	if uint64(guard)+uint64(rest) != uint64(b) {
		t.Fatalf("%d + %d is not %d", guard, rest, b)
	}
	// 100·guard against percent·b: the part is off by a half at most, so this by 50, and by rounding of float64.
	if off := 100*int64(guard) - int64(percent)*int64(b); off > 51 || off < -51 {
		t.Fatalf("%d %% of %d is not %d", percent, b, guard)
	}
}

func TestSplitKeepsAll(t *testing.T) { rapid.Check(t, propSplitKeepsAll) }
func FuzzSplitKeepsAll(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propSplitKeepsAll)) }
