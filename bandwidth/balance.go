package bandwidth

import "fmt"

// The equations that weights are held against, in this order, as [BalanceError] names them. Two sides are equal when they
// are no further apart than the margin.
const (
	SumOfBoth     = "Wed+Wmd+Wgd = scale"                     // relays that are guard and exit are used up
	SumOfGuards   = "Wmg+Wgg = scale"                         // guards are
	SumOfExits    = "Wme+Wee = scale"                         // exits are
	GuardsToExits = "Wgg*G+Wgd*D = Wee*E+Wed*D"               // guard and exit position have the same bandwidth
	MiddleBalance = "Wgg*G+Wgd*D = M*scale+Wmd*D+Wme*E+Wmg*G" // and the middle has as much
)

// BalanceError is the first equation that weights fail. It wraps [ErrUnbalanced].
type BalanceError struct {
	// Case is the one that Solve got the weights by; NoCase in errors of [Weights.Check].
	Case Case
	// Equation is one of the constants from SumOfBoth to MiddleBalance or, for a weight outside of 0 to scale, a sentence
	// like 0 <= Wgd <= scale.
	Equation string
	// Left and Right are the values of both sides; of a weight out of bounds, the weight and the bound it exceeds.
	Left, Right int64
	// Margin is how far apart the two may be.
	Margin int64
}

// Off is how far apart the two sides are. The margin is not taken off.
func (e *BalanceError) Off() uint64 {
	return uint64(max(e.Left, e.Right)) - uint64(min(e.Left, e.Right))
}

// Error names the equation, both sides, their difference and the margin.
func (e *BalanceError) Error() string {
	prefix := ""
	if e.Case != NoCase {
		prefix = "case " + e.Case.String() + ": "
	}
	return fmt.Sprintf("%s%v: %s is off by %d (%d and %d; margin %d)",
		prefix, ErrUnbalanced, e.Equation, e.Off(), e.Left, e.Right, e.Margin)
}

// Unwrap is [ErrUnbalanced].
func (e *BalanceError) Unwrap() error { return ErrUnbalanced }

// Check reports whether the weights balance a network of the given totals: that they add up, are within 0 and the
// scale (the value of Wmm), and give each position the same bandwidth, within the margins that authorities allow. The
// error is a [*BalanceError] with the first equation that fails, or ErrTooLarge. Weights of the cases 2a and 3a do not
// balance by their nature, and authorities publish them unchecked; those of 2b2 and 2b3 may miss the last equation.
//
// Only the seven weights in the equations are looked at, not the twelve that repeat them.
//
// Spec: dir-spec, "Computing bandwidth weights".
// C: src/feature/dirauth/dirvote.c, networkstatus_check_weights.
func (w Weights) Check(t Totals) error {
	if !fits(t, max(w.Wmm, 1)) {
		return ErrTooLarge
	}
	return balance(w, NoCase, t, w.Wmm)
}

// balance is the check, given that t fits s. The order of the equations matters: Solve forgives the last one alone, and
// weights out of bounds, whose sums may have wrapped around, get no further than the bounds.
func balance(w Weights, c Case, t Totals, s int64) error {
	const margin = 10
	fail := func(equation string, left, right, margin int64) error {
		return &BalanceError{Case: c, Equation: equation, Left: left, Right: right, Margin: margin}
	}
	off := func(left, right, margin int64) bool { return left-right > margin || right-left > margin }

	for _, sum := range [...]struct {
		equation string
		left     int64
	}{
		{SumOfBoth, w.Wed + w.Wmd + w.Wgd},
		{SumOfGuards, w.Wmg + w.Wgg},
		{SumOfExits, w.Wme + w.Wee},
	} {
		if off(sum.left, s, margin) {
			return fail(sum.equation, sum.left, s, margin)
		}
	}

	for _, part := range [...]struct {
		name  string
		value int64
	}{
		{"Wgg", w.Wgg}, {"Wgd", w.Wgd}, {"Wmg", w.Wmg}, {"Wme", w.Wme}, {"Wmd", w.Wmd}, {"Wee", w.Wee}, {"Wed", w.Wed},
	} {
		if part.value < 0 {
			return fail("0 <= "+part.name+" <= scale", part.value, 0, 0)
		}
		if part.value > s {
			return fail("0 <= "+part.name+" <= scale", part.value, s, 0)
		}
	}

	wide := margin * t.T / 3
	guards := w.Wgg*t.G + w.Wgd*t.D
	exits := w.Wee*t.E + w.Wed*t.D
	if off(guards, exits, wide) {
		return fail(GuardsToExits, guards, exits, wide)
	}
	middles := t.M*s + w.Wmd*t.D + w.Wme*t.E + w.Wmg*t.G
	if off(guards, middles, wide) {
		return fail(MiddleBalance, guards, middles, wide)
	}
	return nil
}
