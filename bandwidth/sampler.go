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
	columns []column
	low     []uint32 // the lower halves of the columns' heights
}

// column is shared by the index of its place and another: the former is drawn below a height, of 2^64, the latter above it.
// The upper half of the height decides but once in 2^32 draws, so that the lower is kept elsewhere: what a draw has to find
// in memory is eight bytes in one place.
type column struct {
	height uint32 // the upper half
	other  uint32
}

// NewSampler makes a sampler of the weights, which are taken as [AppendProbabilities] takes them: where their sum is
// zero every index is equally likely. Otherwise an index of weight zero is never drawn.
//
// The probability of an index differs from its part of the sum by rounding alone, less than 2^-40 for up to 10,000
// weights. NewSampler panics if there are more than 2^32 weights.
func NewSampler(weights []float64) Sampler {
	n := len(weights)
	if uint64(n) > 1<<32 {
		panic("bandwidth: a Sampler of more than 2^32 weights")
	}
	s := Sampler{make([]column, n), make([]uint32, n)}
	height := AppendProbabilities(make([]float64, 0, n), weights)
	// Two stacks of indexes grow towards each other, those below the average and those above.
	stacks := make([]int, n)
	short, tall := 0, n // short ones are before, tall ones from there on
	heaviest := 0
	for i := range height {
		height[i] *= float64(n) // 1 on average
		if height[i] > height[heaviest] {
			heaviest = i
		}
	}
	for i, h := range height {
		if h < 1 {
			stacks[short] = i
			short++
		} else {
			tall--
			stacks[tall] = i
		}
	}
	for short > 0 && tall < n {
		low, high := stacks[short-1], stacks[tall]
		short--
		s.set(low, threshold(height[low]), high)
		height[high] -= 1 - height[low]
		if height[high] < 1 {
			tall++
			stacks[short] = high
			short++
		}
	}
	// What is left is of height 1 but for rounding. Rounding would have to be very bad for an index of weight zero to
	// be among it, but then it must not become likely.
	for at, i := range stacks {
		if at >= short && at < tall {
			continue
		}
		keep := uint64(math.MaxUint64)
		if usable(weights[i]) == 0 && usable(weights[heaviest]) > 0 {
			keep = 0
		}
		s.set(i, keep, heaviest)
	}
	return s
}

// set makes a column: its own index is drawn below the height.
func (s Sampler) set(i int, height uint64, other int) {
	s.columns[i], s.low[i] = column{uint32(height >> 32), uint32(other)}, uint32(height)
}

// threshold is h, from 0 to 1, in units of 2^-64.
func threshold(h float64) uint64 {
	if h >= 1 {
		return math.MaxUint64
	}
	return uint64(max(h, 0) * 0x1p64)
}

// Len is the number of weights the sampler was made of.
func (s Sampler) Len() int { return len(s.columns) }

// Draw is an index at random, or -1 where there is none. It takes one number from the source, so the same source gives
// the same draws on every machine.
func (s Sampler) Draw(source rand.Source) int {
	if len(s.columns) == 0 {
		return -1
	}
	// The number times n: which column, and how high in it.
	at, height := bits.Mul64(source.Uint64(), uint64(len(s.columns)))
	c := s.columns[at]
	// Set before the comparison, so that it becomes a choice and no branch: no processor foresees which way chance goes.
	index := int(c.other)
	if uint32(height>>32) < c.height {
		index = int(at)
	}
	if uint32(height>>32) == c.height && uint32(height) < s.low[at] {
		index = int(at)
	}
	return index
}
