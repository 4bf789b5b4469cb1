package bandwidth

import (
	"math"
	"slices"
)

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
	return float64(b) * w.factor(p, k)
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

// AppendWeights appends [Weights.Weigh] for each relay to dst, of whose kind and bandwidth the slices tell: element i of
// both is of the same relay. It is for whole networks; a factor is found out once for each kind. It panics when there are
// fewer bandwidths than kinds.
//
// Spec: path-spec, "Weighting node selection".
// C: src/feature/nodelist/node_select.c, compute_weighted_bandwidths.
func (w Weights) AppendWeights(dst []float64, p Position, kinds []Kind, bandwidths []KB) []float64 {
	const all = KindGuard | KindExit | KindDir
	var factors [all + 1]float64
	for k := range factors {
		factors[k] = w.factor(p, Kind(k))
	}
	dst, out := extend(dst, len(kinds))
	bandwidths = bandwidths[:len(kinds)]
	for i, k := range kinds {
		out[i] = float64(bandwidths[i]) * factors[k&all]
	}
	return dst
}

// extend is dst with n more elements, and those.
func extend(dst []float64, n int) (longer, added []float64) {
	longer = slices.Grow(dst, n)[:len(dst)+n]
	return longer, longer[len(dst):]
}

// AppendProbabilities appends the probability of each weight to dst: its part of their sum. Where that sum is zero, all
// are equally likely, as in C and arti. Weights that are negative, infinite or not a number count as zero. The weights
// are not changed; dst may be weights[:0], to overwrite them.
//
// The probabilities add up to 1 but for rounding, which is less than one unit in the last place of 1 for each weight. The
// sum is of float64 in the order of the weights, and each probability one division by it, so that the same weights give
// the same probabilities everywhere; a multiplication by the sum's inverse, which would be faster, gives others.
//
// Spec: path-spec, "Weighting node selection".
// C: src/feature/nodelist/node_select.c, choose_array_element_by_weight.
func AppendProbabilities(dst, weights []float64) []float64 {
	total, unit := sum(weights)
	dst, out := extend(dst, len(weights))
	if total == 0 {
		for i := range out {
			out[i] = 1 / float64(len(out))
		}
		return dst
	}
	if unit == 1 {
		for i, w := range weights[:len(out)] {
			out[i] = usable(w) / total
		}
		return dst
	}
	for i, w := range weights[:len(out)] {
		out[i] = usable(w) * unit / total
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

// usable is a weight made fit for summing: not negative, and a finite number. Zeros, which are many and anywhere, go the
// way of the others, for the processor to foresee it; adding one leaves a negative zero positive.
func usable(w float64) float64 {
	if w >= 0 && w <= math.MaxFloat64 {
		return w + 0
	}
	return 0
}
