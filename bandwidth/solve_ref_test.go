package bandwidth

import "math/big"

// refSolve is Solve as the rule states it, on integers that cannot overflow: the seven weights in the order Wgg Wgd Wmg
// Wme Wmd Wee Wed, the case, and whether they may be published.
func refSolve(t Totals, scale int64) (weights [7]*big.Int, c string, ok bool) {
	n := big.NewInt
	G, M, E, D, T, s := n(t.G), n(t.M), n(t.E), n(t.D), n(t.T), n(max(scale, 1))
	for _, total := range []*big.Int{G, M, E, D} {
		if total.Sign() <= 0 {
			return weights, "none", false
		}
	}
	zero := n(0)
	sub := func(a, b *big.Int) *big.Int { return new(big.Int).Sub(a, b) }
	half := func(a *big.Int) *big.Int { return new(big.Int).Quo(a, n(2)) }
	// frac is s·(sum of factor·total)/(d·total), truncated.
	frac := func(divisor int64, of *big.Int, terms ...any) *big.Int {
		sum := new(big.Int)
		for i := 0; i < len(terms); i += 2 {
			sum.Add(sum, new(big.Int).Mul(n(int64(terms[i].(int))), terms[i+1].(*big.Int)))
		}
		sum.Mul(sum, s)
		return sum.Quo(sum, new(big.Int).Mul(n(divisor), of))
	}
	third := func(a *big.Int) int { return new(big.Rat).SetInt(a).Cmp(new(big.Rat).SetFrac(T, n(3))) }
	least := func(a, b *big.Int) *big.Int {
		if a.Cmp(b) < 0 {
			return a
		}
		return b
	}
	most := func(a, b *big.Int) *big.Int {
		if a.Cmp(b) > 0 {
			return a
		}
		return b
	}
	var gg, gd, mg, me, md, ee, ed *big.Int
	done := func(c string, ok bool) ([7]*big.Int, string, bool) {
		return [7]*big.Int{gg, gd, mg, me, md, ee, ed}, c, ok
	}
	fault := func() string { return refFault([5]*big.Int{G, M, E, D, T}, s, [7]*big.Int{gg, gd, mg, me, md, ee, ed}) }

	switch {
	case third(E) >= 0 && third(G) >= 0:
		gd = new(big.Int).Quo(s, n(3))
		ed, md = gd, gd
		ee = frac(3, E, 1, E, 1, G, 1, M)
		me = sub(s, ee)
		mg = frac(3, G, 2, G, -1, E, -1, M)
		gg = sub(s, mg)
		return done("1", fault() == "")

	case third(E) < 0 && third(G) < 0:
		if new(big.Int).Add(least(E, G), D).Cmp(most(E, G)) < 0 {
			gg, ee, mg, me, md = s, s, zero, zero, zero
			if E.Cmp(G) < 0 {
				ed, gd = s, zero
			} else {
				ed, gd = zero, s
			}
			return done("2a", true)
		}
		ee = frac(1, E, 1, E, -1, G, 1, M)
		ed = frac(3, D, 1, D, -2, E, 4, G, -2, M)
		me = frac(1, E, 1, G, -1, M)
		mg, gg = zero, s
		md = half(sub(s, ed))
		gd = md
		if fault() == "" {
			return done("2b1", true)
		}
		gg, ee = s, s
		ed = frac(3, D, 1, D, -2, E, 1, G, 1, M)
		md = frac(3, D, 1, D, -2, M, 1, G, 1, E)
		me, mg = zero, zero
		c := "2b2"
		if md.Sign() < 0 {
			md, c = zero, "2b3"
		}
		gd = sub(sub(s, ed), md)
		return done(c, fault() == "" || fault() == "middle")

	default:
		if third(new(big.Int).Add(least(E, G), D)) < 0 {
			if G.Cmp(E) < 0 {
				gg, gd, md, ed, mg, me = s, s, zero, zero, zero, zero
				if E.Cmp(M) >= 0 {
					me = frac(2, E, 1, E, -1, M)
				}
				ee = sub(s, me)
				return done("3a", true)
			}
			ee, ed, md, gd, me, mg = s, s, zero, zero, zero, zero
			if G.Cmp(M) >= 0 {
				mg = frac(2, G, 1, G, -1, M)
			}
			gg = sub(s, mg)
			return done("3a", true)
		}
		if G.Cmp(E) < 0 {
			gg, mg = s, zero
			gd = frac(3, D, 1, D, -2, G, 1, E, 1, M)
			ee = frac(2, E, 1, E, 1, M)
			me = sub(s, ee)
			md = half(sub(s, gd))
			ed = md
			return done("3b", fault() == "")
		}
		ee, me = s, zero
		ed = frac(3, D, 1, D, -2, E, 1, G, 1, M)
		gg = frac(2, G, 1, G, 1, M)
		mg = sub(s, gg)
		md = half(sub(s, ed))
		gd = md
		return done("3b", fault() == "")
	}
}

// refFault is the first equation that the weights Wgg Wgd Wmg Wme Wmd Wee Wed fail for the totals G M E D T, or "".
func refFault(t [5]*big.Int, s *big.Int, w [7]*big.Int) string {
	G, M, E, D, T := t[0], t[1], t[2], t[3], t[4]
	gg, gd, mg, me, md, ee, ed := w[0], w[1], w[2], w[3], w[4], w[5], w[6]
	add := func(terms ...*big.Int) *big.Int {
		sum := new(big.Int)
		for _, term := range terms {
			sum.Add(sum, term)
		}
		return sum
	}
	mul := func(a, b *big.Int) *big.Int { return new(big.Int).Mul(a, b) }
	near := func(a, b, margin *big.Int) bool {
		off := new(big.Int).Sub(a, b)
		return off.Abs(off).Cmp(margin) <= 0
	}
	ten := big.NewInt(10)
	switch {
	case !near(add(ed, md, gd), s, ten):
		return "both"
	case !near(add(mg, gg), s, ten):
		return "guards"
	case !near(add(me, ee), s, ten):
		return "exits"
	}
	for _, weight := range w {
		if weight.Sign() < 0 || weight.Cmp(s) > 0 {
			return "range"
		}
	}
	wide := new(big.Int).Quo(mul(ten, T), big.NewInt(3))
	guards := add(mul(gg, G), mul(gd, D))
	switch {
	case !near(guards, add(mul(ee, E), mul(ed, D)), wide):
		return "guards to exits"
	case !near(guards, add(mul(M, s), mul(md, D), mul(me, E), mul(mg, G)), wide):
		return "middle"
	}
	return ""
}
