package bandwidth

import "math"

// Weigh is how much a relay of kind k and consensus bandwidth b counts when a client picks one for position p: the
// bandwidth times [Weights.Factor]. Only the proportions between such weights mean anything. For a client that takes the
// bandwidth of some relays to be zero, as arti does with unmeasured ones, b is 0 for those.
//
// C computes in bytes per second, of which it knows no more than 2^31-1, and so takes any relay above 2,147,483 KB for
// one of 2,147,483,647 bytes; this does not.
//
// Spec: path-spec, "Weighting node selection".
// C: src/feature/nodelist/node_select.c, compute_weighted_bandwidths.
func (w Weights) Weigh(p Position, k Kind, b KB) float64 {
	return float64(b) * w.Factor(p, k)
}

// WeighFraction is [Weights.Weigh] for a guard that has been one for percent of the time, in the eyes of a client that
// heeds guard fractions (consensus parameter UseGuardFraction, 0 by default): that part of the bandwidth, split as by
// [SplitGuardFraction], counts as a guard's, and the rest as that of a relay without Guard. For relays without Guard it
// is Weigh.
//
// The proposal has the fraction apply at every position; C leaves it out at the guard's own, and so does this.
//
// Spec: prop236, "Guardfraction information in clients".
// C: src/feature/nodelist/node_select.c, compute_weighted_bandwidths.
// Since: 0.2.6.3-alpha.
func (w Weights) WeighFraction(p Position, k Kind, b KB, percent uint32) float64 {
	if k&KindGuard == 0 || p == PositionGuard {
		return w.Weigh(p, k, b)
	}
	guard, rest := SplitGuardFraction(b, percent)
	return float64(w.Weigh(p, k, guard)) + float64(w.Weigh(p, k&^KindGuard, rest))
}

// AppendProbabilities appends the probability of each weight to dst: its part of their sum. Where that sum is zero, all
// are equally likely, as in C and arti. Weights that are negative, infinite or not a number count as zero. The weights
// are not changed; dst may be weights[:0], to overwrite them.
//
// The probabilities add up to 1 but for rounding, which is less than one unit in the last place of 1 for each weight.
//
// Spec: path-spec, "Weighting node selection".
// C: src/feature/nodelist/node_select.c, choose_array_element_by_weight.
func AppendProbabilities(dst, weights []float64) []float64 {
	total, unit := sum(weights)
	if total == 0 {
		for range weights {
			dst = append(dst, 1/float64(len(weights)))
		}
		return dst
	}
	for _, w := range weights {
		dst = append(dst, usable(w)*unit/total)
	}
	return dst
}

// sum is the sum of the weights, each times unit, a power of two that is 1 unless the sum would overflow.
func sum(weights []float64) (total, unit float64) {
	for _, w := range weights {
		total += usable(w)
	}
	if !math.IsInf(total, 1) {
		return total, 1
	}
	// No slice has 2^64 elements, so the sum of so much smaller ones is finite.
	const small = 0x1p-64
	total = 0
	for _, w := range weights {
		total += float64(usable(w) * small)
	}
	return total, small
}

// usable is a weight made fit for summing: not negative, and a finite number.
func usable(w float64) float64 {
	if w > 0 && w <= math.MaxFloat64 {
		return w
	}
	return 0
}
