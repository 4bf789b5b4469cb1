package order

import (
	"math"
	"slices"
)

// Select is the k-th smallest key, counting from 0. The keys are reordered. The room's capacity is used as far as it goes,
// its contents are not.
//
// What is long is narrowed down by brackets, as columns are. What is short, and what a bracket fails at, is partitioned
// about the middle of three; where that makes no headway, as hostile keys could arrange, the rest is sorted.
func Select(keys []uint64, k int, room []uint64) uint64 {
	const short = 2048
	if len(keys) > short {
		if key, ok := bracketed(keys, k, room); ok {
			return key
		}
	}
	for budget := 64; budget > 0 && len(keys) > 16; budget-- {
		pivot := middle(keys[0], keys[len(keys)/2], keys[len(keys)-1])
		below := partition(keys, pivot)
		if k < below {
			keys = keys[:below]
			continue
		}
		keys, k = keys[below:], k-below
		// The pivot itself is among what is left, so that it shrinks however many are equal.
		equal := partition(keys, pivot+1)
		if k < equal || pivot == math.MaxUint64 {
			return pivot
		}
		keys, k = keys[equal:], k-equal
	}
	slices.Sort(keys)
	return keys[k]
}

// bracketed is Select by a bracket, and whether it succeeded. It leaves the keys as they are.
func bracketed(keys []uint64, k int, room []uint64) (uint64, bool) {
	var sample [512]uint64
	step := len(keys) / len(sample)
	for i := range sample {
		sample[i] = keys[i*step+step/2]
	}
	b := Bracket{kept: room[:0]}
	b.Narrow(sample[:], k, len(keys), math.MaxUint64)
	whole := len(keys) / Size * Size
	for i := 0; i < whole; i += Size {
		b.takeKeys((*[Size]uint64)(keys[i:]), math.MaxUint64)
	}
	var tail [Size]uint64
	copy(tail[:], keys[whole:])
	b.takeKeys(&tail, Head(len(keys)-whole))
	if len(b.kept) > len(keys)/2 { // most are equal to one of the bounds, and the next bracket would do no better
		return 0, false
	}
	return b.Key(k)
}

// partition puts the keys less than the pivot first, and returns how many there are. It moves every key, asked or not, for
// a branch that half of the keys take would be mispredicted half of the time.
func partition(keys []uint64, pivot uint64) (below int) {
	for i, key := range keys {
		keys[i] = keys[below]
		keys[below] = key
		below += int(bit(key < pivot))
	}
	return below
}

func middle(a, b, c uint64) uint64 { return max(min(a, b), min(max(a, b), c)) }
