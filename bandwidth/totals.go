package bandwidth

import "math"

// Kind is what flags make of a relay as far as bandwidth weights go: a set of the Kind constants. The zero Kind is a
// relay that is neither guard nor exit, which the rules call middle.
type Kind uint8

// The kinds, to be joined with |.
const (
	// KindGuard: the relay has Guard.
	KindGuard Kind = 1 << iota
	// KindExit: the relay has Exit and not BadExit.
	KindExit
	// KindDir: the relay has V2Dir, so that the weights Wgb, Wmb, Web and Wdb apply to it. Totals do not depend on it.
	KindDir
)

// Totals are the bandwidths of all relays in a consensus, summed by kind, in the consensus's own unit (kilobytes per
// second, or whatever its scanners scale to). The zero Totals are those of an empty consensus before method 26; start
// with [StartTotals].
//
// Spec: dir-spec, "Computing bandwidth weights".
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_bw_weights_v10.
type Totals struct {
	// G is the sum over guards that are not exits.
	G int64
	// M is the sum over relays that are neither, and the part of guards without exit that a guard fraction sets free.
	M int64
	// E is the sum over exits that are not guards, and the part of exits with Guard that a guard fraction sets free.
	E int64
	// D is the sum over relays that are both.
	D int64
	// T is the total the cases are told apart by. It is G+M+E+D only while no relay has a guard fraction: the part
	// that one sets free is not in it.
	T int64
}

// StartTotals is what the sums start from under a consensus method: 1 for each kind from method 26 on, so that a kind
// nobody has does not void the weights, and 0 before.
//
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_consensus.
// Since: 0.3.0.1-alpha (consensus method 26).
func StartTotals(method int) Totals {
	if method < 26 {
		return Totals{}
	}
	return Totals{G: 1, M: 1, E: 1, D: 1, T: 4}
}

// Add is the totals with one more relay of the consensus, one that has no guard fraction. C keeps a relay's bandwidth
// in an int here, so that 2,147,483,648 KB and more count as negative; so does this.
//
// C: src/feature/dirauth/dirvote.c, update_total_bandwidth_weights.
func (t Totals) Add(k Kind, b KB) Totals {
	return t.add(k, int64(int32(b)), 0)
}

// AddFraction is the totals with one more guard that has been one for percent of the time, of which only that part of
// its bandwidth counts as a guard's; see [SplitGuardFraction]. A relay that is no guard has no such fraction, and is
// added whole.
//
// Spec: prop236; dir-spec, "Computing bandwidth weights".
// C: src/feature/dirauth/dirvote.c, update_total_bandwidth_weights.
// Since: 0.2.6.3-alpha (consensus method 20).
func (t Totals) AddFraction(k Kind, b KB, percent uint32) Totals {
	if k&KindGuard == 0 {
		return t.Add(k, b)
	}
	guard, rest := split(int64(int32(b)), percent)
	return t.add(k, guard, rest)
}

// add counts whole for the kind k and free, a guard fraction's other part, for the same kind without Guard.
func (t Totals) add(k Kind, whole, free int64) Totals {
	t.T += whole
	switch k & (KindGuard | KindExit) {
	case KindGuard | KindExit:
		t.D += whole
		t.E += free
	case KindGuard:
		t.G += whole
		t.M += free
	case KindExit:
		t.E += whole
	default:
		t.M += whole
	}
	return t
}

// SplitGuardFraction is the part of a guard's bandwidth b that counts as a guard's, and the rest, when the guard has
// been seen as one for percent of the time (0 ≤ percent ≤ 100; more counts as 100). The part is rounded to the nearest
// integer, halves away from zero. It is computed in float64 as in C, (percent/100)·b, so that a half may come out just
// below: 29 % of 50 is 14.
//
// Spec: prop236.
// C: src/feature/client/entrynodes.c, guard_get_guardfraction_bandwidth.
// Since: 0.2.6.3-alpha.
func SplitGuardFraction(b KB, percent uint32) (guard, rest KB) {
	g, r := split(int64(b), percent)
	return KB(g), KB(r)
}

func split(b int64, percent uint32) (guard, rest int64) {
	fraction := float64(min(percent, 100)) / 100
	guard = int64(math.Round(fraction * float64(b)))
	return guard, b - guard
}
