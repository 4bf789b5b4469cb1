package order

import (
	"math"
	"math/bits"
)

// Size is how many values a word is about.
const Size = 64

// Value is the types of the columns.
type Value interface {
	~uint32 | ~int64 | ~uint64 | ~float64
}

// First is the bit of the first value of a word, First>>i that of value i.
const First uint64 = 1 << (Size - 1)

// Head is the word of the first n values, 0 ≤ n ≤ Size.
func Head(n int) uint64 { return ^(^uint64(0) >> n) }

// The keys of values: unsigned numbers in the order of the values themselves. They are added rather than chosen, for that
// is one instruction.

// Key32 is the key of a number without sign.
func Key32(v uint32) uint64 { return uint64(v) }

// KeyInt is the key of a number with sign: moved up, so that the least is 0.
func KeyInt(v int64) uint64 { return uint64(v) + 1<<63 }

// OfKeyInt is the inverse of KeyInt.
func OfKeyInt(key uint64) int64 { return int64(key - 1<<63) }

// KeyFloat is the key of a float. Those from 0 on have bits that rise with them. The addition wraps what comes after
// +Inf, which is all that is no number and all that is negative, round to the bottom: there its order is not that of the
// values, but it is below ZeroFloat, where it belongs, numbers or not. Who is led there by a hostile column has to look
// at the values again.
func KeyFloat(v float64) uint64 { return math.Float64bits(v) + ZeroFloat }

// OfKeyFloat is the inverse of KeyFloat.
func OfKeyFloat(key uint64) float64 { return math.Float64frombits(key - ZeroFloat) }

// ZeroFloat is the key of 0: the number of bit patterns after that of +Inf.
const ZeroFloat = 1<<64 - (0x7FF0_0000_0000_0000 + 1)

// Below32 is the word of the values whose keys are less than key; so are BelowInt and BelowFloat.
func Below32[T ~uint32](values *[Size]T, key uint64) (below uint64) {
	for _, v := range values {
		_, less := bits.Sub64(uint64(v), key, 0)
		below, _ = bits.Add64(below, below, less)
	}
	return below
}

// BelowInt: see Below32.
func BelowInt(values *[Size]int64, key uint64) (below uint64) {
	for _, v := range values {
		_, less := bits.Sub64(KeyInt(v), key, 0)
		below, _ = bits.Add64(below, below, less)
	}
	return below
}

// BelowFloat: see Below32.
func BelowFloat(values *[Size]float64, key uint64) (below uint64) {
	for _, v := range values {
		_, less := bits.Sub64(KeyFloat(v), key, 0)
		below, _ = bits.Add64(below, below, less)
	}
	return below
}

// True is the word of the values that are true.
func True(values *[Size]bool) (word uint64) {
	for _, v := range values {
		word += word + bit(v)
	}
	return word
}

// bit is 1 for true: the compiler makes a move of it.
func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
