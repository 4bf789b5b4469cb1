package consensus

import (
	"cmp"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// Outcome is what the votes of several authorities add up to. It borrows from the votes it was made of, and the zero
// Outcome is that of no votes.
//
// Spec: dir-spec, "Computing a consensus from a set of votes".
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_consensus.
type Outcome struct {
	// Votes are the votes counted, in the order of their authorities' identities.
	Votes []Document
	// Authorities is the number of authorities that could have voted. More than half of them have to list a relay.
	Authorities int
	// Method is the consensus method the votes were counted by.
	Method int
	// KnownFlags are the flags that any vote knows and, from method 22 on, NoEdConsensus.
	KnownFlags Flags
	// Params are the parameters that enough votes have, in the order of the consensus.
	Params Params
	// Relays are all that any vote lists, in ascending order of their identities, whether the consensus has them or
	// not: see [Candidate.In].
	Relays []Candidate
	// Totals are the bandwidths of the relays in the consensus, summed by kind.
	Totals bandwidth.Totals
	// Weights are the bandwidth weights made of the totals; zero where the consensus has no such line.
	Weights bandwidth.Weights
	// Case is the situation the weights come from, or the one they failed in.
	Case bandwidth.Case
	// WeightsErr says why there are no weights, as [bandwidth.Solve] does; nil where there are.
	WeightsErr error
}

// The consensus methods that this package can count by.
const (
	OldestMethod = 17 // of 0.2.4.11-alpha
	NewestMethod = 35 // of 0.4.9
)

// The consensus methods that Tor 0.4.9 knows.
const (
	oldestOf049 = 32
	newestOf049 = 35
)

// Tally counts votes as an authority that runs Tor 0.4.9 does: the method is the newest that more than two thirds of the
// votes list, and where that is none of 32 to 35, it is 35. The number of authorities is that of all who could have
// voted: a relay has to be listed by more than half of those, and a flag to be given by more than half of the votes that
// know it. Neither the order of the votes nor that of the relays in a vote matters. The votes are not changed.
//
// Flags and bandwidths are counted apart from each other. So a relay can be Guard in a consensus whose bandwidth for it
// is below what any authority asks of a guard, and without meeting all of any one authority's criteria. Neither dir-spec
// nor C has a rule against it.
//
// Votes of no more than half of the authorities come to an Outcome without relays; Tor would make no consensus of them.
//
// An error is a [*TallyError] and says which vote cannot be counted: Tor would not have taken it. Signatures are not
// checked, nor is it checked whether anyone recognises the authorities.
//
// Where dir-spec and C differ about the cap on unmeasured bandwidths: dir-spec caps always, C only while at least three
// votes hold measurements, and this follows C. dir-spec lets the parameter maxunmeasuredbw set the cap, and so does this;
// from 0.4.6.1-alpha to 0.4.8.7 authorities misspelt its name in methods from 31 on and never found it, so consensuses of
// theirs may differ from this where it was set.
//
// Spec: dir-spec, "Computing a consensus from a set of votes".
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_consensus.
func Tally(votes []Document, authorities int) (Outcome, error) {
	return TallyMethods(votes, authorities, oldestOf049, newestOf049)
}

// TallyMethods is [Tally] for an authority whose Tor knows the consensus methods from oldest to newest, which have to be
// within [OldestMethod] and [NewestMethod]: 28 and 31 for 0.4.6, say. If the votes agree on a method outside of oldest to
// newest, or on none, it is newest.
//
// Of what the methods brought, only what touches flags, parameters, bandwidths and weights is here: the cap on unmeasured
// bandwidths (from method 17), guard fractions (20), ed25519 identities (22), leaving out relays that are not Valid (24),
// totals that start at 1 (26), correct reading of the parameters bwweightscale and maxunmeasuredbw (31), and MiddleOnly
// (32).
//
// Spec: dir-spec, "Computing a consensus from a set of votes".
// C: src/feature/dirauth/dirvote.c, compute_consensus_method, networkstatus_compute_consensus.
func TallyMethods(votes []Document, authorities, oldest, newest int) (Outcome, error) {
	if oldest < OldestMethod || newest > NewestMethod || newest < oldest {
		return Outcome{}, &TallyError{Vote: -1, Err: ErrMethods}
	}
	if err := checkVotes(votes, authorities); err != nil {
		return Outcome{}, err
	}
	votes = slices.Clone(votes)
	slices.SortFunc(votes, func(a, b Document) int { return a.identity().Compare(b.identity()) })

	o := Outcome{Votes: votes, Authorities: authorities, Method: chooseMethod(votes, oldest, newest)}
	for _, v := range votes {
		o.KnownFlags = o.KnownFlags.Union(v.Header.KnownFlags)
	}
	if o.Method >= methodEd25519 {
		o.KnownFlags = o.KnownFlags.With(NoEdConsensus)
	}
	o.Params = tallyParams(votes, authorities)

	c := newCounter(&o)
	o.Totals = bandwidth.StartTotals(o.Method)
	for _, entries := range byIdentity(votes) {
		r := c.count(entries)
		if r.Standing == Included {
			o.Totals = addTo(o.Totals, r.Flags, r.Weight)
		}
		o.Relays = append(o.Relays, r)
	}
	o.Weights, o.Case, o.WeightsErr = bandwidth.Solve(o.Totals, o.Params.weightScale(o.Method))
	return o, nil
}

// The methods from which on something is counted in another way.
const (
	methodGuardFraction = 20
	methodEd25519       = 22
	methodValidOnly     = 24
	methodRightParams   = 31
	methodMiddleOnly    = 32
)

// identity is that of a vote's authority.
func (d Document) identity() Fingerprint { return d.Header.Sources[0].Identity }

// chooseMethod is the newest method that more than two thirds of the votes list, a vote that lists one twice counting
// once; newest, if that is not known.
//
// C: src/feature/dirauth/dirvote.c, compute_consensus_method.
func chooseMethod(votes []Document, oldest, newest int) int {
	var all []int
	for _, v := range votes {
		methods := slices.Clone(v.Header.Methods)
		slices.Sort(methods)
		all = append(all, slices.Compact(methods)...)
	}
	slices.Sort(all)
	method := 1
	for i, run := 0, 0; i < len(all); i++ {
		if i > 0 && all[i] != all[i-1] {
			run = 0
		}
		if run++; run > 2*len(votes)/3 {
			method = all[i]
		}
	}
	if method < oldest || method > newest {
		return newest
	}
	return method
}

// byIdentity gathers what the votes say of one relay each, in ascending order of the relays: one entry a vote, nil where
// it has none.
func byIdentity(votes []Document) [][]*Entry {
	sorted := make([][]*Entry, len(votes))
	most := 0
	for i, v := range votes {
		sorted[i] = make([]*Entry, len(v.Entries))
		for j := range v.Entries {
			sorted[i][j] = &v.Entries[j]
		}
		if compare := func(a, b *Entry) int { return a.Identity.Compare(b.Identity) }; !slices.IsSortedFunc(sorted[i], compare) {
			slices.SortFunc(sorted[i], compare)
		}
		most = max(most, len(v.Entries))
	}
	relays := make([][]*Entry, 0, most)
	for {
		var next *Entry
		for _, entries := range sorted {
			if len(entries) > 0 && (next == nil || entries[0].Identity.Compare(next.Identity) < 0) {
				next = entries[0]
			}
		}
		if next == nil {
			return relays
		}
		relay := make([]*Entry, len(votes))
		for i, entries := range sorted {
			if len(entries) > 0 && entries[0].Identity == next.Identity {
				relay[i], sorted[i] = entries[0], entries[1:]
			}
		}
		relays = append(relays, relay)
	}
}

// Find is the relay with that identity, and reports whether any vote lists it.
func (o Outcome) Find(id Fingerprint) (Candidate, bool) {
	i, ok := slices.BinarySearchFunc(o.Relays, id, func(r Candidate, id Fingerprint) int { return r.Identity.Compare(id) })
	if !ok {
		return Candidate{}, false
	}
	return o.Relays[i], true
}

// lowMedian is the low median of the few values, of which there is at least one. It sorts them.
func lowMedian[T cmp.Ordered](values []T) T {
	slices.Sort(values)
	return values[(len(values)-1)/2]
}
