package exposure_test

import (
	"math"
	"testing"

	"github.com/seed-84712aaa/guardmath/guard/exposure"
)

// Seeds are fixed: what does not deviate once does not deviate ever.
func TestSimulateAgreesWithAnyOf(t *testing.T) {
	uneven := make([]float64, 200)
	for i := range uneven {
		uneven[i] = math.Pow(1.05, float64(i))
	}
	for i, tt := range []struct {
		reason string
		shares []float64
		set    []int
		guards int
	}{
		{reason: "one guard", shares: uneven, set: []int{150, 190}, guards: 1},
		{reason: "three guards", shares: uneven, set: []int{150, 190}, guards: 3},
		{reason: "a whole sample", shares: uneven, set: []int{3, 100}, guards: 20},
		{reason: "drawn twice nearly always, so that the rest is looked at", shares: []float64{1e12, 1, 2, 4}, set: []int{2}, guards: 2},
		{reason: "nobody is left but the set", shares: []float64{1, 2, 3}, set: []int{0}, guards: 3},
		{reason: "never", shares: uneven, set: nil, guards: 3},
	} {
		const trials = 100_000
		got := exposure.Simulate(tt.shares, tt.set, tt.guards, trials, newSource(uint64(i)))
		want := exposure.AnyOf(tt.shares, tt.set, tt.guards)
		if math.Abs(got.P-want) > 4*got.StdErr {
			t.Errorf("%s: %v, exactly %v: more than 4 standard errors apart", tt.reason, got, want)
		}
		if spread := math.Sqrt(want * (1 - want) / trials); math.Abs(got.StdErr-spread) > 0.1*spread+2/float64(trials) {
			t.Errorf("%s: the standard error is %v, want about %v", tt.reason, got.StdErr, spread)
		}
		if again := exposure.Simulate(tt.shares, tt.set, tt.guards, trials, newSource(uint64(i))); again != got {
			t.Errorf("%s: %v and then %v from the same seed", tt.reason, got, again)
		}
	}
	if got := exposure.Simulate(uneven, []int{1}, 1, 0, nil); got != (exposure.Estimate{}) {
		t.Errorf("no trials: %v", got)
	}
}

func TestSimulateTheSeizure(t *testing.T) {
	relays, w, kittens := consensusOf2017(t)
	shares := exposure.TorSince030().AppendShares(nil, relays, w)
	got := exposure.Simulate(shares, kittens, 3, 200_000, newSource(2017))
	if want := exposure.AnyOf(shares, kittens, 3); math.Abs(got.P-want) > 4*got.StdErr {
		t.Errorf("%+v, exactly %v", got, want)
	}
}
