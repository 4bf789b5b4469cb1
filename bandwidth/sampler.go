package bandwidth

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// Sampler draws indexes at random, each as likely as its weight says, in constant time whatever their number. It is
// made once for weights that stay the same; for a single draw a walk over [AppendProbabilities] does. A Sampler holds no
// randomness and is not changed by drawing, so it may be shared by goroutines that have a source each. The zero Sampler
// has nothing to draw.
//
// It is Walker's alias method, in Vose's form: n columns of equal height, each shared by at most two indexes.
type Sampler struct {
	keep  []uint64 // a column's own index is drawn below this height, of 2^64
	other []int    // the index drawn above it
}

// NewSampler makes a sampler of the weights, which are taken as [AppendProbabilities] takes them: where their sum is
// zero every index is equally likely. Otherwise an index of weight zero is never drawn.
//
// The probability of an index differs from its part of the sum by rounding alone, less than 2^-40 for up to 10,000
// weights.
func NewSampler(weights []float64) Sampler {
	n := len(weights)
	s := Sampler{keep: make([]uint64, n), other: make([]int, n)}
	height := AppendProbabilities(make([]float64, 0, n), weights)
	var tall, short []int
	heaviest := 0
	for i := range height {
		height[i] *= float64(n) // 1 on average
		if height[i] < 1 {
			short = append(short, i)
		} else {
			tall = append(tall, i)
		}
		if height[i] > height[heaviest] {
			heaviest = i
		}
	}
	for len(short) > 0 && len(tall) > 0 {
		low, high := short[len(short)-1], tall[len(tall)-1]
		short = short[:len(short)-1]
		s.keep[low], s.other[low] = threshold(height[low]), high
		height[high] -= 1 - height[low]
		if height[high] < 1 {
			tall = tall[:len(tall)-1]
			short = append(short, high)
		}
	}
	// What is left is of height 1 but for rounding. Rounding would have to be very bad for an index of weight zero to
	// be among it, but then it must not become likely.
	for _, i := range append(tall, short...) {
		s.keep[i], s.other[i] = math.MaxUint64, heaviest
		if usable(weights[i]) == 0 && usable(weights[heaviest]) > 0 {
			s.keep[i] = 0
		}
	}
	return s
}

// threshold is h, from 0 to 1, in units of 2^-64.
func threshold(h float64) uint64 {
	if h >= 1 {
		return math.MaxUint64
	}
	return uint64(max(h, 0) * 0x1p64)
}

// Len is the number of weights the sampler was made of.
func (s Sampler) Len() int { return len(s.keep) }

// Draw is an index at random, or -1 where there is none. It takes one number from the source, so the same source gives
// the same draws on every machine.
func (s Sampler) Draw(source rand.Source) int {
	if len(s.keep) == 0 {
		return -1
	}
	// The number times n: which column, and how high in it.
	column, height := bits.Mul64(source.Uint64(), uint64(len(s.keep)))
	if height < s.keep[column] {
		return int(column)
	}
	return s.other[column]
}
