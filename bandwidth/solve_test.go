package bandwidth

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Numbers of Tor's own unit test, and others published for real consensuses.
func TestSolve(t *testing.T) {
	for _, tt := range []struct {
		reason                            string
		g, m, e, d                        int64
		c                                 Case
		wgg, wgd, wmg, wme, wmd, wee, wed int64
	}{
		{"enough of both", 10, 1, 10, 1, Case1, 7000, 3333, 3000, 3000, 3333, 7000, 3333},
		{"both scarce, exits more", 20, 100, 5, 5, Case2aE, 10000, 0, 0, 0, 0, 10000, 10000},
		{"both scarce, guards more", 5, 100, 20, 5, Case2aG, 10000, 10000, 0, 0, 0, 10000, 0},
		{"both scarce, balanced by all", 10, 10, 30, 100, Case2b1, 10000, 4000, 0, 0, 4000, 10000, 2000},
		{"both scarce, each at its place", 10, 60, 30, 100, Case2b2, 10000, 5668, 0, 0, 666, 10000, 3666},
		{"guards scarce beyond help", 10, 10, 30, 5, Case3aG, 10000, 10000, 0, 3333, 0, 6667, 0},
		{"exits scarce beyond help", 30, 10, 10, 5, Case3aE, 6667, 0, 3333, 0, 0, 10000, 10000},
		{"guards scarce", 10, 10, 30, 10, Case3bG, 10000, 10000, 0, 3334, 0, 6666, 0},
		{"exits scarce", 30, 10, 10, 10, Case3bE, 6666, 0, 3334, 0, 0, 10000, 10000},
		{"the network of 2013-07-21", 5483409, 1455379, 980834, 3385803, Case3bE, 6327, 883, 3673, 0, 883, 10000, 8233},
		{"the network of 2016-10-04", 29322240, 4721546, 1522058, 9273571, Case3aE, 5806, 0, 4194, 0, 0, 10000, 10000},
		{"the network of 2013-09-04", 3091352, 1838837, 2109300, 2469369, Case2b1, 10000, 317, 0, 5938, 317, 4061, 9366},
		{"an empty consensus", 1, 1, 1, 1, Case2b1, 10000, 3333, 0, 0, 3333, 10000, 3333},
		{"the network of 2017-04-15", 28045630, 4774561, 1733570, 8003370, Case3aE, 5852, 0, 4148, 0, 0, 10000, 10000},
		{"the network of 2020-02-29", 43164616, 5890255, 2012589, 17775003, Case3aE, 5683, 0, 4317, 0, 0, 10000, 10000},
		{"the network of 2014-12-08", 16081676, 3700591, 1119516, 9337240, Case3bE, 6150, 202, 3850, 0, 202, 10000, 9596},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			totals := Totals{tt.g, tt.m, tt.e, tt.d, tt.g + tt.m + tt.e + tt.d}
			want := Weights{Wgg: tt.wgg, Wgd: tt.wgd, Wmg: tt.wmg, Wme: tt.wme, Wmd: tt.wmd, Wee: tt.wee, Wed: tt.wed}
			want.Wgm, want.Wem, want.Weg = tt.wgg, tt.wee, tt.wed
			want.Wbd, want.Wbe, want.Wbg = tt.wmd, tt.wme, tt.wmg
			want.Wbm, want.Wmm, want.Wdb, want.Web, want.Wgb, want.Wmb = 10000, 10000, 10000, 10000, 10000, 10000
			w, c, err := Solve(totals, 10000)
			if w != want || c != tt.c || err != nil {
				t.Errorf("got %v, case %v, error %v\nwant %v, case %v", w, c, err, want, tt.c)
			}
		})
	}
}

func TestSolveErrors(t *testing.T) {
	for _, tt := range []struct {
		reason string
		totals Totals
		scale  int64
		c      Case
		want   error
	}{
		{"no relays", Totals{}, 10000, NoCase, ErrNoBandwidth},
		{"no relay that is both", Totals{G: 5, M: 5, E: 5, T: 15}, 10000, NoCase, ErrNoBandwidth},
		{"a negative sum", Totals{G: 5, M: 5, E: -5, D: 5, T: 10}, 10000, NoCase, ErrNoBandwidth},
		{"a total beyond 2^63/(16·scale)", Totals{G: 57646075230343, M: 1, E: 1, D: 1, T: 4}, 10000, NoCase, ErrTooLarge},
		{"a scale that leaves no room", Totals{G: 1, M: 1, E: 1, D: 1, T: 4}, math.MaxInt64, NoCase, ErrTooLarge},
		{"too much in the middle", Totals{G: 30, M: 80, E: 30, D: 30, T: 170}, 10000, Case2b3, ErrUnbalanced},
	} {
		w, c, err := Solve(tt.totals, tt.scale)
		if w != (Weights{}) || c != tt.c || !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, case %v, error %v; want no weights, case %v, error %v", tt.reason, w, c, err, tt.c, tt.want)
		}
	}
	if _, _, err := Solve(Totals{G: 57646075230342, M: 1, E: 1, D: 1, T: 4}, 10000); errors.Is(err, ErrTooLarge) {
		t.Error("the largest total allowed is refused")
	}
	one, _, _ := Solve(Totals{G: 1, M: 3, E: 3, D: 4, T: 11}, 1)
	for _, scale := range []int64{0, -1, math.MinInt64} {
		if w, _, _ := Solve(Totals{G: 1, M: 3, E: 3, D: 4, T: 11}, scale); w != one || w.Wmm != 1 {
			t.Errorf("scale %d is not taken for 1: %v", scale, w)
		}
	}
}

func TestBalanceError(t *testing.T) {
	_, _, err := Solve(Totals{G: 30, M: 80, E: 30, D: 30, T: 170}, 10000)
	var got *BalanceError
	if !errors.As(err, &got) {
		t.Fatalf("%v is no BalanceError", err)
	}
	// Wed = 10000·(30-60+30+80)/90 = 8888, Wmd = 0, Wgd = 1112: Wgg·30 + Wgd·30 against Wee·30 + Wed·30.
	want := BalanceError{Case2b3, GuardsToExits, 333360, 566640, 566}
	if *got != want {
		t.Errorf("got %+v, want %+v", *got, want)
	}
	if got.Off() != 233280 {
		t.Errorf("off by %d", got.Off())
	}
	const message = "case 2b3: weights are not balanced: " +
		"Wgg*G+Wgd*D = Wee*E+Wed*D is off by 233280 (333360 and 566640; margin 566)"
	if err.Error() != message {
		t.Errorf("message %q", err)
	}
}

func TestCheck(t *testing.T) {
	totals := Totals{G: 30, M: 10, E: 10, D: 10, T: 60}
	good, _, err := Solve(totals, 10000)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		equation string
		change   func(*Weights)
	}{
		{"", func(*Weights) {}},
		{"", func(w *Weights) { w.Wed -= 10 }}, // within the margin
		{SumOfBoth, func(w *Weights) { w.Wed -= 11 }},
		{SumOfGuards, func(w *Weights) { w.Wgg += 11 }},
		{SumOfExits, func(w *Weights) { w.Wme += 11 }},
		{"0 <= Wmd <= scale", func(w *Weights) { w.Wmd, w.Wed = -1, w.Wed+1 }},
		{"0 <= Wee <= scale", func(w *Weights) { w.Wee++ }},
		{GuardsToExits, func(w *Weights) { w.Wgg, w.Wmg = w.Wmg, w.Wgg }},
		{MiddleBalance, func(w *Weights) { w.Wee, w.Wme, w.Wed, w.Wmd = 0, 10000, 10000, 0; w.Wgg, w.Wmg = 3333, 6667 }},
	} {
		w := good
		tt.change(&w)
		err := w.Check(totals)
		var unbalanced *BalanceError
		switch {
		case tt.equation == "" && err != nil:
			t.Errorf("balanced weights: %v", err)
		case tt.equation != "" && (!errors.As(err, &unbalanced) || unbalanced.Equation != tt.equation):
			t.Errorf("want %q to fail, got %v", tt.equation, err)
		}
	}
	if err := good.Check(Totals{G: math.MinInt64}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("totals far below zero: %v", err)
	}
}

// genTotals is totals of which some are small, some equal, some just beside a third of the whole.
func genTotals(t *rapid.T, most int64) Totals {
	one := rapid.OneOf(rapid.Int64Range(1, 40), rapid.Int64Range(1, most), rapid.Int64Range(-1, 1))
	totals := Totals{G: one.Draw(t, "G"), M: one.Draw(t, "M"), E: one.Draw(t, "E"), D: one.Draw(t, "D")}
	switch rapid.IntRange(0, 7).Draw(t, "edge") {
	case 0:
		totals.E = totals.G
	case 1:
		totals.G = (totals.M + totals.E + totals.D + rapid.Int64Range(-2, 2).Draw(t, "off")) / 2
	case 2:
		totals.E = (totals.M + totals.G + totals.D + rapid.Int64Range(-2, 2).Draw(t, "off")) / 2
	case 3:
		totals.M = totals.G
	case 4:
		totals.M = totals.E
	}
	totals.T = totals.G + totals.M + totals.E + totals.D
	if rapid.IntRange(0, 3).Draw(t, "fractions") == 0 {
		totals.T -= rapid.Int64Range(0, max(totals.M, 0)+max(totals.E, 0)).Draw(t, "freed")
	}
	return totals
}

var genScale = rapid.OneOf(rapid.Just[int64](10000), rapid.Int64Range(1, 100), rapid.Int64Range(-1, math.MaxInt32))

// Solve gives what the rule gives, digit by digit, whatever the totals and the scale.
func propSolveFollowsTheRule(t *rapid.T) {
	scale := genScale.Draw(t, "scale")
	totals := genTotals(t, math.MaxInt64/(16*max(scale, 1))/4)
	w, c, err := Solve(totals, scale)
	want, name, ok := refSolve(totals, scale)
	if errors.Is(err, ErrTooLarge) {
		t.Skip("rounded up beyond the bound")
	}
	if c.String() != name || (err == nil) != ok {
		t.Fatalf("%+v: case %v, error %v; want case %s, ok %v", totals, c, err, name, ok)
	}
	if !ok {
		if w != (Weights{}) {
			t.Fatalf("weights beside an error: %v", w)
		}
		return
	}
	got := [7]int64{w.Wgg, w.Wgd, w.Wmg, w.Wme, w.Wmd, w.Wee, w.Wed}
	for i := range got {
		if !want[i].IsInt64() || want[i].Int64() != got[i] {
			t.Fatalf("%+v, case %v: Wgg Wgd Wmg Wme Wmd Wee Wed = %v, want %v", totals, c, got, want)
		}
	}
}

func TestSolveFollowsTheRule(t *testing.T) { rapid.Check(t, propSolveFollowsTheRule) }
func FuzzSolveFollowsTheRule(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propSolveFollowsTheRule)) }

// The weights of a kind add up to the scale: exactly where the rule makes one the remainder of the other, within the
// margin elsewhere. None is negative or above the scale.
func propWeightsAddUp(t *rapid.T) {
	scale := max(genScale.Draw(t, "scale"), 1)
	totals := genTotals(t, 1<<26)
	w, c, err := Solve(totals, scale)
	if err != nil {
		return
	}
	for _, part := range []int64{w.Wgg, w.Wgd, w.Wmg, w.Wme, w.Wmd, w.Wee, w.Wed} {
		if part < 0 || part > scale {
			t.Fatalf("%+v, case %v: a weight of %d", totals, c, part)
		}
	}
	if w.Wgg+w.Wmg != scale {
		t.Fatalf("%+v, case %v: Wgg+Wmg = %d", totals, c, w.Wgg+w.Wmg)
	}
	var margin int64
	switch c {
	case Case2b1:
		margin = 1 // Wee and Wme are two quotients
	}
	if off := w.Wee + w.Wme - scale; off > margin || off < -margin {
		t.Fatalf("%+v, case %v: Wee+Wme is off by %d", totals, c, off)
	}
	switch c {
	case Case1:
		margin = 2 // three thirds
	case Case2b1, Case3bE, Case3bG:
		margin = 1 // two halves
	}
	if off := w.Wed + w.Wmd + w.Wgd - scale; off > margin || off < -margin {
		t.Fatalf("%+v, case %v: Wed+Wmd+Wgd is off by %d", totals, c, off)
	}
}

func TestWeightsAddUp(t *testing.T) { rapid.Check(t, propWeightsAddUp) }
func FuzzWeightsAddUp(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propWeightsAddUp)) }

// Whatever Solve is given, it does not panic, and Check finds its weights balanced in the cases that have to be.
func propSolveAndCheckAgree(t *rapid.T) {
	some := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-3, 100))
	totals := Totals{some.Draw(t, "G"), some.Draw(t, "M"), some.Draw(t, "E"), some.Draw(t, "D"), some.Draw(t, "T")}
	w, c, err := Solve(totals, some.Draw(t, "scale"))
	if err != nil {
		return
	}
	switch c {
	case Case1, Case2b1, Case3bE, Case3bG:
		if err := w.Check(totals); err != nil {
			t.Fatalf("%+v: case %v: %v", totals, c, err)
		}
	case Case2b2, Case2b3:
		var unbalanced *BalanceError
		if err := w.Check(totals); err != nil && (!errors.As(err, &unbalanced) || unbalanced.Equation != MiddleBalance) {
			t.Fatalf("%+v: case %v: %v", totals, c, err)
		}
	}
}

func TestSolveAndCheckAgree(t *testing.T) { rapid.Check(t, propSolveAndCheckAgree) }
func FuzzSolveAndCheckAgree(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propSolveAndCheckAgree)) }

func TestSolveAllocatesNothing(t *testing.T) {
	totals := Totals{G: 28045631, M: 4774562, E: 1733571, D: 8003371, T: 42557135}
	if n := testing.AllocsPerRun(100, func() { _, _, _ = Solve(totals, 10000) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSolve(b *testing.B) {
	for _, bb := range []struct {
		name   string
		totals Totals
	}{
		{"3a", Totals{G: 28045631, M: 4774562, E: 1733571, D: 8003371, T: 42557135}},
		{"2b2", Totals{G: 10, M: 60, E: 30, D: 100, T: 200}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _, _ = Solve(bb.totals, 10000)
			}
		})
	}
}

// The generator of totals reaches every case, and every way to have none.
func TestTotalsGeneratorReachesAllCases(t *testing.T) {
	totals := rapid.Custom(func(t *rapid.T) Totals { return genTotals(t, 1<<26) })
	seen := map[Case]int{}
	failed := map[Case]int{}
	const draws = 4000
	for seed := range draws {
		// A scale this small makes the margin of 10 wide enough for case 2b3 to pass at times; with the default scale it
		// is not known to.
		_, c, err := Solve(totals.Example(seed), 30)
		seen[c]++
		if err != nil {
			failed[c]++
		}
	}
	for c := NoCase; c <= Case3bG; c++ {
		if seen[c] < draws/200 {
			t.Errorf("%s: %d of %d", c.TorName(), seen[c], draws)
		}
	}
	if failed[Case2b3] == 0 || failed[Case2b3] == seen[Case2b3] {
		t.Errorf("%d of %d in case 2b3 fail: some should, some not", failed[Case2b3], seen[Case2b3])
	}
}
