package consensus

import (
	"cmp"

	"github.com/seed-84712aaa/guardmath/internal/order"
)

// Nth is the k-th smallest of values, counting from 0: the element at index k once they are sorted. The caller's slice
// is left as it was, and nothing is sorted: the cost is little more than that of one pass over the values. NaNs count as less
// than all other values. Nth panics unless 0 <= k < len(values).
//
// C: src/lib/container/order.c, find_nth_uint32 and its like.
func Nth[T cmp.Ordered](values []T, k int) T {
	if k < 0 || k >= len(values) {
		panic("consensus: Nth: index out of range")
	}
	return order.Nth(values, k, nil)
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
