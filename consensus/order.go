package consensus

import (
	"cmp"
	"slices"
)

// Nth is the k-th smallest of values, counting from 0: the element at index k once they are sorted. The caller's slice
// is left as it was. NaNs sort before all other values. Nth panics unless 0 <= k < len(values).
//
// C: src/lib/container/order.c, find_nth_uint32 and its like.
func Nth[T cmp.Ordered](values []T, k int) T {
	if k < 0 || k >= len(values) {
		panic("consensus: Nth: index out of range")
	}
	return selectNth(slices.Clone(values), k)
}

// Median is the low median of values: the element at index (n-1)/2 of the n sorted ones, so always one of them, never a
// mean of the middle two. The caller's slice is left as it was. The median of no values is the zero value, as every
// threshold of an authority that knows no relay is zero.
//
// Spec: dir-spec, "Computing a consensus from a set of votes", low-median.
// C: src/lib/container/order.h, median_uint32 and its like.
func Median[T cmp.Ordered](values []T) T {
	if len(values) == 0 {
		var zero T
		return zero
	}
	return Nth(values, (len(values)-1)/2)
}

// selectNth puts the k-th smallest element of values in its place and returns it, disturbing the rest. Its cost is
// linear on average: quickselect with the middle of three as the pivot; where that makes no headway, as hostile input
// could arrange, what is left is sorted.
func selectNth[T cmp.Ordered](values []T, k int) T {
	lo, hi := 0, len(values)
	for budget := 64; budget > 0 && hi-lo > 16; budget-- {
		pivot := middleOf(values[lo], values[lo+(hi-lo)/2], values[hi-1])
		lt, gt := partition(values[lo:hi], pivot)
		switch {
		case k < lo+lt:
			hi = lo + lt
		case k >= lo+gt:
			lo += gt
		default:
			return values[k]
		}
	}
	slices.Sort(values[lo:hi])
	return values[k]
}

// partition reorders values so that those below the pivot come first, then those equal to it from index lt, then those
// above it from index gt.
func partition[T cmp.Ordered](values []T, pivot T) (lt, gt int) {
	gt = len(values)
	for i := 0; i < gt; {
		switch c := cmp.Compare(values[i], pivot); {
		case c < 0:
			values[i], values[lt] = values[lt], values[i]
			lt++
			i++
		case c > 0:
			gt--
			values[i], values[gt] = values[gt], values[i]
		default:
			i++
		}
	}
	return lt, gt
}

func middleOf[T cmp.Ordered](a, b, c T) T {
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
