package foresight

import "math/bits"

// sums adds up tallies by place, and tells what lies below any place: a binary indexed tree, in which element i-1 holds
// the sum of as many places up to i as the lowest bit of i says. So both cost the logarithm of the number of places.
type sums []Tally

func newSums(places int) sums { return make(sums, places) }

// add adds to a place.
func (s sums) add(place int, t Tally) {
	for i := place + 1; i <= len(s); i += i & -i {
		s[i-1] = s[i-1].plus(t)
	}
}

// below is the sum of the places before that one.
func (s sums) below(place int) (sum Tally) {
	for i := place; i > 0; i -= i & -i {
		sum = sum.plus(s[i-1])
	}
	return sum
}

// find is the place of the k-th relay, counting from 0 from the lowest place on. There must be more than k.
func (s sums) find(k int) int {
	at := 0
	for step := 1 << bits.Len(uint(len(s))); step > 0; step >>= 1 {
		if next := at + step; next <= len(s) && s[next-1].Relays <= k {
			at = next
			k -= s[next-1].Relays
		}
	}
	return at
}
