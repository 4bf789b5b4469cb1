package exposure

import "math"

// AnyOf is the probability that at least one of a client's guards is in the set, when so many guards are drawn one after
// the other, each with a probability proportional to its share among those not drawn yet. With one guard that is the sum
// of the set's shares; with n it is a little more than that of n independent draws, since who was drawn is out of the way.
//
// The set is indexes into shares; one given twice counts once. Shares need not add up to 1: their proportions count, and
// those that are not positive and finite are taken for 0. A relay of share 0 is never drawn, so a client that runs out of
// others keeps fewer guards. With no guards, an empty set, or no share at all, the probability is 0. AnyOf panics if an
// index is out of range.
//
// It is exact but for rounding, for any shares and any number of guards: within 1e-12 of the true value, relative to it,
// for networks of some thousand relays. The cost grows with relays times guards, and with the square of guards beyond 20:
// it is some milliseconds for 2,600 relays and 3 guards.
//
// Spec: guard-spec, "The Sampled Guard Set", for the draws.
func AnyOf(shares []float64, set []int, guards int) float64 {
	others, inSet := split(shares, set)
	switch {
	case guards <= 0 || inSet == 0:
		return 0
	case guards > len(others):
		return 1
	}
	return race{others: others, set: inSet, guards: guards}.won()
}

// split is the positive shares outside of the set and the sum of those inside, normalised to a total of 1.
func split(shares []float64, set []int) (others []float64, inSet float64) {
	shares = normal(shares)
	others = make([]float64, 0, len(shares))
	for _, i := range set {
		inSet += shares[i]
		shares[i] = 0
	}
	for _, p := range shares {
		if p > 0 {
			others = append(others, p)
		}
	}
	return others, inSet
}

// race turns draws without replacement into a race, where nothing depends on anything else: give every relay a clock that
// rings once, at a random time, exponentially distributed at the rate of its share. The order of the rings is
// distributed as the order of draws is. The set wins if its first ring, at the rate of all its shares together, comes
// before fewer than so many of the others have rung, and those ring independently of each other. So with N(t) the number
// of others that have rung by t,
//
//	P(won) = set + the sum over j = 1 … guards-1 of the integral of set·exp(-set·t)·P(N(t) = j) dt,
//
// the term of each j being the probability that draw j+1 is the first to hit. The first draw, j = 0, needs no integral.
//
// The direct way, a sum over all orders of the first guards-1 draws, is what the tests compare with; it costs the number of
// relays to the power of guards-1.
type race struct {
	others []float64
	set    float64
	guards int
}

// won integrates by the trapezoid rule in x = log t, in steps of h. The integrand is analytic where |Im x| < π/2, and at a
// distance d off the real line at most cos(d)^-guards times what it is on it, since |1-exp(-z)| is at most |z|/Re z
// times 1-exp(-Re z). Hence the relative error of the rule is at most 2·cos(d)^-guards/(exp(2πd/h)-1) for any d: below
// 1e-16 at d = 1, for h = 1/8 and up to 20 guards, and at a proportionally smaller step for more.
func (r race) won() float64 {
	total := r.set
	if r.guards == 1 {
		return total
	}
	rung := make([]float64, r.guards)
	h := 1 / (8 * math.Ceil(float64(r.guards)/20))

	// Up to exp(-20) all integrals together come to less than exp(-40) times set: nothing that shows is left out.
	for k := math.Floor(-20 / h); ; k++ {
		t := math.Exp(float64(k * h))
		r.distribution(rung, t)
		alive := math.Exp(-r.set * t) // the probability that the set has not rung by t
		term := 0.0
		for _, p := range rung[1:] {
			term += p
		}
		total += float64(float64(h*r.set*t) * float64(alive*term))

		// All that is still to come is less than the probability that the race is not decided yet.
		if alive*(term+rung[0]) <= 1e-18*total {
			return min(total, 1)
		}
	}
}

// distribution fills rung[j] with the probability that j of the others have rung by t. All terms are positive, so nothing
// cancels.
func (r race) distribution(rung []float64, t float64) {
	clear(rung)
	rung[0] = 1
	for i, rate := range r.others {
		rang := -math.Expm1(-rate * t)
		not := 1 - rang
		for j := min(i+1, len(rung)-1); j > 0; j-- {
			rung[j] = float64(rung[j]*not) + float64(rung[j-1]*rang)
		}
		rung[0] *= not
	}
}

// normal is a copy of the shares that adds up to 1, or to 0 if none is positive and finite.
func normal(shares []float64) []float64 {
	normal := make([]float64, len(shares))
	largest := 0.0
	for i, p := range shares {
		if p > 0 && p <= math.MaxFloat64 {
			normal[i] = p
			largest = max(largest, p)
		}
	}
	if largest == 0 {
		return normal
	}
	total := 0.0
	for i := range normal {
		normal[i] /= largest // so that no sum overflows
		total += normal[i]
	}
	for i := range normal {
		normal[i] /= total
	}
	return normal
}
