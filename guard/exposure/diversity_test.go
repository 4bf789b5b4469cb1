package exposure_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/guard/exposure"
)

func TestDiversityOf(t *testing.T) {
	for _, tt := range []struct {
		reason string
		shares []float64
		want   exposure.Diversity
	}{
		{reason: "nobody"},
		{reason: "nobody with a share", shares: []float64{0, 0}},
		{reason: "one", shares: []float64{0, 3}, want: exposure.Diversity{Effective: 1, Largest: 1, Guards: 1}},
		{reason: "four equal", shares: []float64{2, 2, 2, 2}, want: exposure.Diversity{Entropy: 2, Effective: 4, Largest: 0.25, Guards: 4}},
		{reason: "half and quarters", shares: []float64{0.5, 0.25, 0.25}, want: exposure.Diversity{Entropy: 1.5, Effective: 1 / 0.375, Largest: 0.5, Guards: 3}},
	} {
		if diff := cmp.Diff(tt.want, exposure.DiversityOf(tt.shares)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
		}
	}
}

func diversityIsBoundedByItsParts(t *rapid.T) {
	shares, _, _ := smallNetwork(t, 40)
	d := exposure.DiversityOf(shares)
	n := float64(d.Guards)
	const slack = 1 + 1e-9
	if d.Guards == 0 {
		if d != (exposure.Diversity{}) {
			t.Fatalf("nobody: %+v", d)
		}
		return
	}
	// Simpson counts no more than Shannon, Shannon no more than heads; no share is above the largest.
	if d.Effective > math.Exp2(d.Entropy)*slack || math.Exp2(d.Entropy) > n*slack || d.Effective*slack < 1/d.Largest || d.Largest*n*slack < 1 {
		t.Fatalf("%v: %+v", shares, d)
	}
	groups := exposure.Groups(shares, func(i int) int { return i % 3 })
	sum, guards := 0.0, 0
	for i, g := range groups {
		sum += g.Share
		guards += g.Guards
		if i > 0 && g.Share > groups[i-1].Share {
			t.Fatalf("%+v is not sorted", groups)
		}
	}
	if math.Abs(sum-1) > 1e-12 || guards != d.Guards {
		t.Fatalf("groups of %v guards have %v: %+v", guards, sum, groups)
	}
}

func TestDiversity(t *testing.T) { rapid.Check(t, diversityIsBoundedByItsParts) }
func FuzzDiversity(f *testing.F) { f.Fuzz(rapid.MakeFuzz(diversityIsBoundedByItsParts)) }

func TestGroups(t *testing.T) {
	families := []string{"b", "a", "", "a", "c"}
	got := exposure.Groups([]float64{2, 1, 0, 1, 4}, func(i int) string { return families[i] })
	want := []exposure.Group[string]{
		{Key: "c", Guards: 1, Share: 0.5},
		{Key: "b", Guards: 1, Share: 0.25}, // as much as a, and seen first
		{Key: "a", Guards: 2, Share: 0.25},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := exposure.Groups(nil, func(int) string { panic("asked of nobody") }); len(got) != 0 {
		t.Errorf("nobody: %v", got)
	}
}
