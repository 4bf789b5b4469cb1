package consensus

import (
	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// Kind is what the flags make of a relay as far as bandwidth weights go: an exit is one that has Exit and not BadExit.
//
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_consensus.
func (f Flags) Kind() bandwidth.Kind {
	var k bandwidth.Kind
	if f.Has(Guard) {
		k |= bandwidth.KindGuard
	}
	if f.Has(Exit) && !f.Has(BadExit) {
		k |= bandwidth.KindExit
	}
	if f.Has(V2Dir) {
		k |= bandwidth.KindDir
	}
	return k
}

// Totals are the bandwidths of a consensus, summed by kind of relay as the authorities did: relays without a w line do
// not count, guards count by their guard fraction where they have one, and from method 26 on the sums start at 1.
//
// A consensus of the microdesc flavour leaves out relays that the authorities had counted, those whose microdescriptor
// they did not know; there are hardly ever any.
//
// Spec: dir-spec, "Computing bandwidth weights".
// C: src/feature/dirauth/dirvote.c, update_total_bandwidth_weights.
func (d Document) Totals() bandwidth.Totals {
	t := bandwidth.StartTotals(d.Header.Method)
	for i := range d.Entries {
		e := &d.Entries[i]
		flags := e.Flags
		if d.Header.Method < methodBadExit {
			flags = flags.Without(BadExit)
		}
		t = addTo(t, flags, e.Weight)
	}
	return t
}

// methodBadExit is the method from which on a BadExit is no exit in the totals. Since: 0.2.2.23-alpha.
const methodBadExit = 11

// Weights computes the bandwidth weights of a consensus again from its relays and parameters, with the case they come
// from. The errors are those of [bandwidth.Solve], and mean that there is no bandwidth-weights line.
//
// Consensuses of method 9, made for some weeks of 2010, have weights by other formulas, which this does not know.
//
// Spec: dir-spec, "Computing bandwidth weights".
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_bw_weights_v10.
// Since: 0.2.2.17-alpha (consensus method 10).
func (d Document) Weights() (bandwidth.Weights, bandwidth.Case, error) {
	return bandwidth.Solve(d.Totals(), d.Header.Params.weightScale(d.Header.Method))
}

// addTo is the totals with one more relay of a consensus.
func addTo(t bandwidth.Totals, flags Flags, w Weight) bandwidth.Totals {
	switch {
	case !w.HasBandwidth:
		return t
	case w.HasGuardFraction:
		return t.AddFraction(flags.Kind(), w.Bandwidth, uint32(w.GuardFraction))
	}
	return t.Add(flags.Kind(), w.Bandwidth)
}
