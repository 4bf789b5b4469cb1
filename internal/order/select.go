package order

import (
	"cmp"
	"math"
	"slices"
)

// short is how many values are partitioned at once; of more a sample is taken first.
const short = 2048

// Nth is the k-th smallest value, counting from 0, of values that it leaves as they are. The room's capacity is used as far
// as it goes, its contents are not. NaNs come before all other values.
func Nth[T cmp.Ordered](values []T, k int, room []T) T {
	if len(values) > short {
		if v, ok := bracketed(values, k, room); ok {
			return v
		}
	}
	return quickselect(append(room[:0], values...), k)
}

// bracketed is Nth by a bracket for values of any type, and whether that was of use.
func bracketed[T cmp.Ordered](values []T, k int, room []T) (nth T, ok bool) {
	var array [short / 4]T
	sample, step := array[:], len(values)/len(array)
	for i := range sample {
		sample[i] = values[Spread(i, step)]
	}
	// Without a lower bound every value is one of those from there on, without an upper one none is above.
	var lo, hi T
	noLo, noHi := 1, 1
	least, most := around(len(sample), k, len(values))
	if least >= 0 {
		lo, noLo = quickselect(sample, least), 0
	}
	if from := max(least, 0); most < len(sample) {
		hi, noHi = quickselect(sample[from:], most-from), 0
	}
	if lo != lo || hi != hi { // not comparable with numbers
		return nth, false
	}

	// If half of the values would be kept there are many equal ones, and sampling again would do no better.
	kept := slices.Grow(room[:0], roomFor(len(values)))
	kept = kept[:cap(kept)]
	from, n := 0, 0 // values from lo on, and how many of those are kept
	for rest := values; len(rest) > 0; {
		part := rest[:min(chunk, len(rest))]
		rest = rest[len(part):]
		if n > len(values)/2 {
			return nth, false
		}
		for _, v := range part {
			kept[n] = v // kept only if n goes on
			atLeast := int(bit(v >= lo)) | noLo
			from += atLeast
			n += atLeast &^ (int(bit(v > hi)) &^ noHi)
		}
	}
	below := len(values) - from
	if k < below || k-below >= n {
		return nth, false
	}
	return Nth(kept[:n], k-below, kept[n:]), true
}

// Spread is a place for element i of a sample that takes one of every so many: somewhere in the i-th stretch, as if at random
// and yet always the same. Always in its middle, a sample would see little of a population that repeats itself.
func Spread(i, step int) int {
	const golden = 0x9E3779B97F4A7C15 // multiples of which are spread evenly
	return i*step + int(uint64(i+1)*golden>>33%uint64(step))
}

// chunk is how many values are looked at before it is seen to that there is room for more.
const chunk = 512

// roomFor is how much room Nth takes for n values.
func roomFor(n int) int {
	if n <= short {
		return n
	}
	return n/2 + chunk + 1
}

// around is the indexes in a sample of s values between which the k-th of n values is all but sure to be: -1 for lower than
// the least of the sample, s for higher than the greatest.
//
// The place of the value in the sample scatters by sqrt(s·p·(1-p)). These are 3.5 times that away: one bracket in a few
// thousand misses, and costs another pass.
func around(s, k, n int) (least, most int) {
	p := (float64(k) + 0.5) / float64(max(n, 1))
	at := float64(float64(s) * p)
	away := 3.5*math.Sqrt(at*max(0, 1-p)) + 1
	return int(max(-1, math.Floor(at-away))), int(min(float64(s), at+away))
}

// quickselect puts the k-th smallest value in its place, what is less before and what is more behind it, and returns it. Its cost
// is linear on average; where the middle of three as the pivot makes no headway, as hostile input could arrange, what is
// left is sorted.
func quickselect[T cmp.Ordered](values []T, k int) T {
	for budget := 64; budget > 0 && len(values) > 16; budget-- {
		pivot := middle(values[0], values[len(values)/2], values[len(values)-1])
		below := partition(values, pivot)
		if k < below {
			values = values[:below]
			continue
		}
		values, k = values[below:], k-below
		if below > 0 {
			continue
		}
		// The pivot is the least of them: go past all that equal it, so that what is left shrinks however many do.
		equal := partitionEqual(values, pivot)
		if k < equal {
			return pivot
		}
		values, k = values[equal:], k-equal
	}
	slices.Sort(values)
	return values[k]
}

// partition puts the values less than the pivot first, and returns how many there are. It moves every value, asked or not,
// for a branch that half of the values take would be mispredicted half of the time.
func partition[T cmp.Ordered](values []T, pivot T) (below int) {
	for i, v := range values {
		values[i] = values[below]
		values[below] = v
		below += int(bit(cmp.Less(v, pivot)))
	}
	return below
}

// partitionEqual is partition by what equals the pivot, of values none of which is less.
func partitionEqual[T cmp.Ordered](values []T, pivot T) (equal int) {
	for i, v := range values {
		values[i] = values[equal]
		values[equal] = v
		equal += int(bit(!cmp.Less(pivot, v)))
	}
	return equal
}

func middle[T cmp.Ordered](a, b, c T) T {
	if cmp.Less(b, a) {
		a, b = b, a
	}
	if cmp.Less(c, b) {
		b = c
		if cmp.Less(b, a) {
			b = a
		}
	}
	return b
}
