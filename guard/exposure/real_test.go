package exposure_test

import (
	"math"
	"slices"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/exposure"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// consensusOf2017 is the consensus of 2017-04-15 00:00, a month before kitten1 and kitten2 were seized, with its weights
// and the two relays' indexes.
func consensusOf2017(t testing.TB) (relays []consensus.Entry, w bandwidth.Weights, kittens []int) {
	t.Helper()
	doc, err := consensus.Parse(corpus.Read(t, corpus.Shared(t, "data", "consensuses", "2017-04-15-00-00-00-consensus.xz")))
	if err != nil {
		t.Fatal(err)
	}
	w, err = bandwidth.ParseWeights(doc.Footer.BandwidthWeights)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Entries, w, slices.Concat(exposure.Find(doc.Entries, "kitten1"), exposure.Find(doc.Entries, "KITTEN2"))
}

// The figures were computed from the document by others before this package existed.
func TestTheSeizureOf2017(t *testing.T) {
	relays, w, kittens := consensusOf2017(t)
	tests := []struct {
		model     exposure.Model
		hit, all  float64 // the kittens' weight and everybody's, in units of 1/10000 KB/s
		guards    int     // with any share: those that are no exits, for Wgd is 0
		entropy   float64 // bits, to three decimals; 0: nobody published it
		effective float64 // to one decimal
	}{
		{model: exposure.TorBefore030(), hit: 450018800, all: 164123026760, guards: 2195, entropy: 10.517, effective: 1007.9},
		{model: exposure.Onionoo(), hit: 450018800, all: 164123026760, guards: 2195, entropy: 10.517, effective: 1007.9},
		{model: exposure.TorSince030(), hit: 450018800, all: 151658266760, guards: 1948},
		// One BadExit that is an exit by its flags has no weight with arti: 7850 KB/s at Wgg.
		{model: exposure.Arti(), hit: 450018800, all: 151658266760 - 7850*5852, guards: 1947},
	}
	for _, tt := range tests {
		shares := tt.model.AppendShares(nil, relays, w)
		if got, want := exposure.AnyOf(shares, kittens, 1), tt.hit/tt.all; math.Abs(got/want-1) > 1e-12 {
			t.Errorf("%s: the two have %v of all guards, want %v", tt.model.Name, got, want)
		}
		d := exposure.DiversityOf(shares)
		if d.Guards != tt.guards {
			t.Errorf("%s: %d guards, want %d", tt.model.Name, d.Guards, tt.guards)
		}
		if tt.entropy != 0 && (math.Abs(d.Entropy-tt.entropy) > 0.0005 || math.Abs(d.Effective-tt.effective) > 0.05) {
			t.Errorf("%s: entropy %v bits and %v effective guards, want %v and %v", tt.model.Name, d.Entropy, d.Effective, tt.entropy, tt.effective)
		}
	}

	// kitten2 is the 110th and kitten1 the 111th of the guards by their shares.
	shares := exposure.TorBefore030().AppendShares(nil, relays, w)
	for i, want := range []int{111, 110} {
		larger := 0
		for _, p := range shares {
			if p > shares[kittens[i]] {
				larger++
			}
		}
		if larger+1 != want {
			t.Errorf("kitten%d is number %d, want %d", i+1, larger+1, want)
		}
	}
}

func TestThreeGuardsInTheSeizureOf2017(t *testing.T) {
	relays, w, kittens := consensusOf2017(t)
	shares := exposure.TorSince030().AppendShares(nil, relays, w)
	if got, want := exposure.AnyOf(shares, kittens, 3), byOrder3(shares, kittens); math.Abs(got/want-1) > 1e-11 {
		t.Errorf("%v of clients with three guards have one of the two, want %v", got, want)
	}
}

// byOrder3 is AnyOf for three guards, straight from the meaning: the sum over whom the first and the second draw hit.
func byOrder3(shares []float64, set []int) float64 {
	inSet, hit := make([]bool, len(shares)), 0.0
	for _, i := range set {
		inSet[i] = true
		hit += shares[i]
	}
	all := hit
	for i, p := range shares {
		if inSet[i] || p == 0 {
			continue
		}
		all += p * hit / (1 - p)
		for j, q := range shares {
			if q > 0 && !inSet[j] && j != i {
				all += p * q / (1 - p) * hit / (1 - p - q)
			}
		}
	}
	return all
}

// The largest network of the consensus by IPv4 /16, computed apart.
func TestGroupsByNetwork(t *testing.T) {
	relays, w, _ := consensusOf2017(t)
	shares := exposure.TorSince030().AppendShares(nil, relays, w)
	groups := exposure.Groups(shares, func(i int) [2]byte {
		a := relays[i].Address.As4()
		return [2]byte{a[0], a[1]}
	})
	sums := map[[2]byte]float64{}
	for i, p := range shares {
		a := relays[i].Address.As4()
		sums[[2]byte{a[0], a[1]}] += p
	}
	for i, g := range groups {
		if math.Abs(g.Share-sums[g.Key]) > 1e-12 || i > 0 && g.Share > groups[i-1].Share {
			t.Errorf("group %d, %v, has %v; its relays have %v", i, g.Key, g.Share, sums[g.Key])
		}
	}
	if d := exposure.DiversityOf(shares); groups[0].Share <= d.Largest {
		t.Errorf("the largest network has no more than the largest guard: %v, %v", groups[0].Share, d.Largest)
	}
}

func BenchmarkAnyOf(b *testing.B) {
	b.ReportAllocs()
	relays, w, kittens := consensusOf2017(b)
	shares := exposure.TorSince030().AppendShares(nil, relays, w)
	for b.Loop() {
		exposure.AnyOf(shares, kittens, 3)
	}
}

func BenchmarkAppendShares(b *testing.B) {
	b.ReportAllocs()
	relays, w, _ := consensusOf2017(b)
	var shares []float64
	for b.Loop() {
		shares = exposure.TorSince030().AppendShares(shares[:0], relays, w)
	}
}

func BenchmarkSimulate(b *testing.B) {
	b.ReportAllocs()
	relays, w, kittens := consensusOf2017(b)
	shares := exposure.TorSince030().AppendShares(nil, relays, w)
	for b.Loop() {
		exposure.Simulate(shares, kittens, 3, 1000, newSource(1))
	}
}
