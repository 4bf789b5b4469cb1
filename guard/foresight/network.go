package foresight

import (
	"cmp"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// Network is what one authority knows of all relays, and the rules it goes by. Its methods return another Network and
// leave this one and its relays as they are; a field may be altered in a copy. The zero Network has neither relays nor
// rules of any use.
type Network struct {
	// Rules are those the authority decides by.
	Rules guard.Rules

	// Relays are all of which it has a descriptor, in any order. Identities have to differ; of several relays with one
	// identity the last counts in comparisons.
	Relays []guard.Relay

	// ByUptime says that the authority has tracked relays for 4 hours at most, and so decides Stable by uptime. A
	// network read from a vote must not set it: votes do not show uptimes.
	ByUptime bool

	// WeightScale is the consensus parameter bwweightscale; 0 stands for its default, 10000.
	WeightScale int64
}

// Without is the network from which the relays with these identities are gone: a seizure, an outage, a rejection.
// Identities that it does not have are passed over.
func (n Network) Without(ids ...consensus.Fingerprint) Network {
	gone := make(map[consensus.Fingerprint]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	n.Relays = slices.DeleteFunc(slices.Clone(n.Relays), func(r guard.Relay) bool { return gone[r.Identity] })
	return n
}

// With is the network to which these relays have come, each in place of the one with its identity if there is such a
// one: relays that are new, as in an attack by many, or that have changed. Whether there are too many on one address
// is not looked at: the authority's mark is Sybil among the relay's Facts.
func (n Network) With(relays ...guard.Relay) Network {
	place := make(map[consensus.Fingerprint]int, len(n.Relays)+len(relays))
	all := make([]guard.Relay, len(n.Relays), len(n.Relays)+len(relays))
	for i, r := range n.Relays {
		all[i], place[r.Identity] = r, i
	}
	for _, r := range relays {
		i, known := place[r.Identity]
		if !known {
			i = len(all)
			place[r.Identity] = i
			all = append(all, guard.Relay{})
		}
		all[i] = r
	}
	n.Relays = all
	return n
}

// Under is the network under other rules.
func (n Network) Under(rules guard.Rules) Network {
	n.Rules = rules
	return n
}

// Outcome is what comes of a Network: what its authority decides, and what weights and shares a consensus of nothing but
// that authority's opinion would give.
//
// Spec: dir-spec, "Assigning flags in a vote", "Computing bandwidth weights"; path-spec, "Weighting node selection".
type Outcome struct {
	// Thresholds are the marks relays are held against.
	Thresholds guard.Thresholds

	// Relays are the network's, in its order; they are not to be changed. Decisions and Shares go with them.
	Relays []guard.Relay

	// Decisions are on each of the relays.
	Decisions []guard.Decision

	// Totals are the bandwidths of all that are Running and Valid. A relay counts with its measured bandwidth, or, where
	// it has none, with what it advertises; no more than 20 KB/s of that where any relay is measured, as consensuses cap
	// it. A relay of unknown bandwidth does not count.
	Totals bandwidth.Totals

	// Weights are those that follow from the totals; the zero Weights where none do.
	Weights bandwidth.Weights
	// Case is the situation they come from, or the one they failed in.
	Case bandwidth.Case
	// Unweighed says why there are no weights, as bandwidth.Solve does; nil where there are.
	Unweighed error

	// Shares is the probability of each relay to be drawn for the guard position, for a client that takes any Guard. Their
	// sum is 1, or 0 where there is no Guard with any weight.
	Shares []float64
}

// unmeasuredCap is the default of the consensus parameter maxunmeasuredbw. By dir-spec it caps always, in C only if three
// votes hold measurements; here one authority stands for all, so that it caps if that one has any.
//
// C: src/feature/dirauth/dirvote.h, DEFAULT_MAX_UNMEASURED_BW_KB.
// Since: 0.2.4.11-alpha (consensus method 17).
const unmeasuredCap bandwidth.KB = 20

// newestMethod stands for all consensus methods from 26 on: the totals start at 1 each.
const newestMethod = 26

// Outcome decides everything anew.
func (n Network) Outcome() Outcome {
	o := Outcome{
		Thresholds: n.thresholds(),
		Relays:     n.Relays,
		Decisions:  make([]guard.Decision, len(n.Relays)),
		Totals:     bandwidth.StartTotals(newestMethod),
		Shares:     make([]float64, len(n.Relays)),
	}

	anyMeasured := slices.ContainsFunc(n.Relays, func(r guard.Relay) bool { return r.IsMeasured })
	for i := range n.Relays {
		d := n.Rules.Decide(n.Relays[i], o.Thresholds)
		o.Decisions[i] = d
		if inConsensus(d.Flags) {
			o.Totals = o.Totals.Add(d.Flags.Kind(), consensusBandwidth(&n.Relays[i], anyMeasured))
		}
	}
	o.Weights, o.Case, o.Unweighed = bandwidth.Solve(o.Totals, cmp.Or(n.WeightScale, 10000))

	total := 0.0
	for i, d := range o.Decisions {
		if inConsensus(d.Flags) && d.Flags.Has(consensus.Guard) {
			kb := consensusBandwidth(&n.Relays[i], anyMeasured)
			o.Shares[i] = o.Weights.Weigh(bandwidth.PositionGuard, d.Flags.Kind(), kb)
			total += o.Shares[i]
		}
	}
	if total > 0 {
		bandwidth.AppendProbabilities(o.Shares[:0], o.Shares)
	}
	return o
}

func inConsensus(flags consensus.Flags) bool { return flags.Has(consensus.Running | consensus.Valid) }

// consensusBandwidth is what a relay counts with in a consensus.
func consensusBandwidth(r *guard.Relay, anyMeasured bool) bandwidth.KB {
	switch {
	case r.Unknown&guard.UnknownBandwidth != 0:
		return 0
	case r.IsMeasured:
		return r.Measured
	case anyMeasured:
		return min(r.Advertised, unmeasuredCap)
	}
	return r.Advertised
}

// Count is the number of relays that have the flag.
func (o Outcome) Count(flag consensus.Flag) int {
	n := 0
	for _, d := range o.Decisions {
		if d.Flags.Has(flag) {
			n++
		}
	}
	return n
}
