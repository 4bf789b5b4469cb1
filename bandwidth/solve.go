package bandwidth

import (
	"errors"
	"math"
)

// Sentinels that errors of [Solve] and [Weights.Check] match with errors.Is.
var (
	// ErrNoBandwidth: one of the totals G, M, E and D is not positive, so that its share cannot be weighed.
	ErrNoBandwidth = errors.New("a kind of relay has no bandwidth")
	// ErrTooLarge: the totals times the scale are more than the equations can be computed with.
	ErrTooLarge = errors.New("totals times scale are too large")
	// ErrUnbalanced: the weights do not satisfy an equation they have to; the error is a [*BalanceError].
	ErrUnbalanced = errors.New("weights are not balanced")
)

// Solve is the bandwidth weights for the totals of a consensus, and the case the network is in. The scale is the
// consensus parameter bwweightscale, 10000 by default; less than 1 counts as 1. An error means that the consensus has
// no bandwidth-weights line: a [*BalanceError], which comes with its Case, where the equations have no valid solution,
// else ErrNoBandwidth or ErrTooLarge without one. The weights are the zero Weights then.
//
// All is int64 and divides with truncation. Nothing overflows while every total is at most 2^63/(16·scale), which is
// 57,646,075,230,342 for the default scale, a million times the guards of 2020; beyond that the result is ErrTooLarge where
// C goes on with whatever the overflow leaves.
//
// Where dir-spec and C differ, this follows C. In case 1 the formulas of dir-spec contradict the constraint Wmg = Wmd
// given with them; C has the formulas. In cases 2b2 and 2b3 dir-spec has the middle balanced; C accepts weights that fail
// only the last equation, MiddleBalance. (With the default scale no totals are known for which case 2b3, where Wmd is set
// to 0, satisfies that equation.)
//
// Spec: dir-spec, "Computing bandwidth weights".
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_bw_weights_v10.
// Since: 0.2.2.17-alpha (consensus method 10).
func Solve(t Totals, scale int64) (Weights, Case, error) {
	scale = max(scale, 1)
	if min(t.G, t.M, t.E, t.D) <= 0 {
		return Weights{}, NoCase, ErrNoBandwidth
	}
	if !fits(t, scale) {
		return Weights{}, NoCase, ErrTooLarge
	}
	// 3E >= T rather than E >= T/3, here and below: the division would truncate.
	scarceE, scarceG := 3*t.E < t.T, 3*t.G < t.T
	var w Weights
	var c Case
	var err error
	switch {
	case !scarceE && !scarceG:
		w, c = solve1(t, scale), Case1
		err = balance(w, c, t, scale)
	case scarceE && scarceG:
		w, c, err = solve2(t, scale)
	default:
		w, c, err = solve3(t, scale)
	}
	if err != nil {
		return Weights{}, c, err
	}
	return w.derive(scale), c, nil
}

// fits reports whether no intermediate of the equations can overflow. The largest is scale·(D-2E+4G-2M), whose terms
// make nine times scale times the largest total at most. A weight is multiplied by a total only after it has been found
// to be within 0 and the scale.
func fits(t Totals, scale int64) bool {
	if scale > math.MaxInt64/16 {
		return false
	}
	bound := math.MaxInt64 / (16 * scale)
	return max(t.G, t.M, t.E, t.D, t.T) <= bound && min(t.G, t.M, t.E, t.D, t.T) >= -bound
}

// solve1: there is enough of both, so relays that are both are spread evenly.
func solve1(t Totals, s int64) Weights {
	var w Weights
	w.Wgd, w.Wed, w.Wmd = s/3, s/3, s/3
	w.Wee = s * (t.E + t.G + t.M) / (3 * t.E)
	w.Wme = s - w.Wee
	w.Wmg = s * (2*t.G - t.E - t.M) / (3 * t.G)
	w.Wgg = s - w.Wmg
	return w
}

// solve2: guards and exits are both scarce.
func solve2(t Totals, s int64) (Weights, Case, error) {
	w := Weights{Wgg: s, Wee: s}
	if min(t.E, t.G)+t.D < max(t.E, t.G) {
		// Not checked, in C either: no weights could balance this.
		if t.E < t.G {
			w.Wed = s
			return w, Case2aE, nil
		}
		w.Wgd = s
		return w, Case2aG, nil
	}

	w.Wee = s * (t.E - t.G + t.M) / t.E
	w.Wed = s * (t.D - 2*t.E + 4*t.G - 2*t.M) / (3 * t.D)
	w.Wme = s * (t.G - t.M) / t.E
	w.Wmd = (s - w.Wed) / 2
	w.Wgd = w.Wmd
	if balance(w, Case2b1, t, s) == nil {
		return w, Case2b1, nil
	}

	w, c := Weights{Wgg: s, Wee: s}, Case2b2
	w.Wed = s * (t.D - 2*t.E + t.G + t.M) / (3 * t.D)
	w.Wmd = s * (t.D - 2*t.M + t.G + t.E) / (3 * t.D)
	if w.Wmd < 0 {
		w.Wmd, c = 0, Case2b3
	}
	w.Wgd = s - w.Wed - w.Wmd
	err := balance(w, c, t, s)
	var unbalanced *BalanceError
	if errors.As(err, &unbalanced) && unbalanced.Equation == MiddleBalance {
		err = nil
	}
	return w, c, err
}

// solve3: either guards or exits are scarce.
func solve3(t Totals, s int64) (Weights, Case, error) {
	var w Weights
	if 3*(min(t.E, t.G)+t.D) < t.T {
		// Not checked, as in case 2a.
		if t.G < t.E {
			w.Wgg, w.Wgd = s, s
			if t.E >= t.M {
				w.Wme = s * (t.E - t.M) / (2 * t.E)
			}
			w.Wee = s - w.Wme
			return w, Case3aG, nil
		}
		w.Wee, w.Wed = s, s
		if t.G >= t.M {
			w.Wmg = s * (t.G - t.M) / (2 * t.G)
		}
		w.Wgg = s - w.Wmg
		return w, Case3aE, nil
	}

	if t.G < t.E {
		w.Wgg = s
		w.Wgd = s * (t.D - 2*t.G + t.E + t.M) / (3 * t.D)
		w.Wee = s * (t.E + t.M) / (2 * t.E)
		w.Wme = s - w.Wee
		w.Wmd = (s - w.Wgd) / 2
		w.Wed = w.Wmd
		return w, Case3bG, balance(w, Case3bG, t, s)
	}
	w.Wee = s
	w.Wed = s * (t.D - 2*t.E + t.G + t.M) / (3 * t.D)
	w.Wgg = s * (t.G + t.M) / (2 * t.G)
	w.Wmg = s - w.Wgg
	w.Wmd = (s - w.Wed) / 2
	w.Wgd = w.Wmd
	return w, Case3bE, balance(w, Case3bE, t, s)
}
