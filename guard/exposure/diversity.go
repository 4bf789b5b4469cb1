package exposure

import (
	"math"
	"slices"
)

// Diversity is how evenly something is spread. The zero Diversity is that of nothing at all.
type Diversity struct {
	// Entropy is Shannon's, in bits: the number of yes-or-no questions needed on average to name a client's guard.
	Entropy float64
	// Effective is the inverse of Simpson's index: so many guards of equal share would make it as likely that two
	// clients have the same one.
	Effective float64
	// Largest is the largest share, 0 to 1.
	Largest float64
	// Guards is how many have any share.
	Guards int
}

// DiversityOf is the diversity of shares, which are taken as by [AnyOf].
func DiversityOf(shares []float64) Diversity {
	var d Diversity
	simpson := 0.0
	for _, p := range normal(shares) {
		if p == 0 {
			continue
		}
		d.Guards++
		d.Largest = max(d.Largest, p)
		d.Entropy -= float64(p * math.Log2(p))
		simpson += float64(p * p)
	}
	if d.Guards > 0 {
		d.Entropy = max(d.Entropy, 0) // a single guard's is negative zero
		d.Effective = 1 / simpson
	}
	return d
}

// Group is some guards that have something in common, as the caller says.
type Group[K comparable] struct {
	// Key is what they have in common.
	Key K
	// Guards is how many of them have any share.
	Guards int
	// Share is their shares together, 0 to 1.
	Share float64
}

// Groups are the shares by a key of the caller's, such as family, network or country, the largest first and those of
// equal share in order of appearance. Shares are taken as by [AnyOf]; of is asked only for indexes of a positive one.
func Groups[K comparable](shares []float64, of func(i int) K) []Group[K] {
	var groups []Group[K]
	place := map[K]int{}
	for i, p := range normal(shares) {
		if p == 0 {
			continue
		}
		key := of(i)
		at, known := place[key]
		if !known {
			at = len(groups)
			place[key] = at
			groups = append(groups, Group[K]{Key: key})
		}
		groups[at].Guards++
		groups[at].Share += p
	}
	slices.SortStableFunc(groups, func(a, b Group[K]) int {
		switch {
		case a.Share > b.Share:
			return -1
		case a.Share < b.Share:
			return 1
		}
		return 0
	})
	return groups
}
