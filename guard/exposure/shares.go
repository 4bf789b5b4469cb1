package exposure

import (
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// Eligible reports whether such a client may pick the relay for a guard, whatever its bandwidth.
func (m Model) Eligible(relay consensus.Entry) bool { return relay.Flags.Has(m.Needs) }

// AppendShares appends to dst, for each relay of a consensus, the probability that it is the first guard such a client
// draws: 0 where it cannot be, and otherwise in proportion to its bandwidth and its weight in the guard position. The
// shares add up to 1 within one unit in the last place of 1 a relay, or are all 0 where nobody is eligible. Where all
// that are eligible weigh nothing, each is as likely as the next.
//
// The relays must be all those of the consensus, guards or not, since it depends on the others whether an unmeasured one
// counts. The weights are those of the bandwidth-weights line; the zero Weights stand for a consensus without one.
//
// C computes in bytes a second and takes any relay of more than 2,147,483 KB for one of that bandwidth; this does not.
//
// Spec: path-spec, "Weighting node selection".
// C: src/feature/nodelist/node_select.c, compute_weighted_bandwidths.
func (m Model) AppendShares(dst []float64, relays []consensus.Entry, w bandwidth.Weights) []float64 {
	from := len(dst)
	counts := m.counting(relays)
	total := 0.0
	for i := range relays {
		weight := 0.0
		if relays[i].Flags.Has(m.Needs) {
			weight = w.Weigh(bandwidth.PositionGuard, m.kind(relays[i].Flags), counts.of(relays[i].Weight))
		}
		dst = append(dst, weight)
		total += weight
	}
	shares := dst[from:]
	if total > 0 {
		bandwidth.AppendProbabilities(shares[:0], shares)
		return dst
	}
	for i := range relays {
		if relays[i].Flags.Has(m.Needs) {
			shares[i] = 1
			total++
		}
	}
	if total > 0 {
		bandwidth.AppendProbabilities(shares[:0], shares)
	}
	return dst
}

// kind is what the flags make of a relay in such a client's eyes.
func (m *Model) kind(flags consensus.Flags) bandwidth.Kind {
	if m.TrustsBadExit {
		flags = flags.Without(consensus.BadExit)
	}
	k := flags.Kind()
	if m.IgnoresDirWeights {
		k &^= bandwidth.KindDir
	}
	return k
}

// counting is which relays' bandwidths count.
type counting uint8

const (
	countAll counting = iota
	countMeasured
	countHeads // each relay as 1
)

func (m *Model) counting(relays []consensus.Entry) counting {
	if !m.OnlyMeasured {
		return countAll
	}
	anyMeasured, anyPositive, both := false, false, false
	for i := range relays {
		w := &relays[i].Weight
		measured, positive := w.HasBandwidth && !w.Unmeasured, w.Bandwidth > 0
		anyMeasured = anyMeasured || measured
		anyPositive = anyPositive || positive
		both = both || measured && positive
	}
	switch {
	case both:
		return countMeasured
	case anyPositive && !anyMeasured:
		return countAll
	}
	return countHeads
}

func (c counting) of(w consensus.Weight) bandwidth.KB {
	switch {
	case c == countHeads:
		return 1
	case c == countMeasured && (w.Unmeasured || !w.HasBandwidth):
		return 0
	}
	return w.Bandwidth
}

// Find is the indexes of the relays of that name: of the one with that fingerprint, given as 40 hexadecimal digits with
// or without a dollar sign before them, or else of all with that nickname, in whichever case. Nicknames need not be one
// relay's alone.
func Find(relays []consensus.Entry, name string) []int {
	called := consensus.Called(name)
	var found []int
	for i := range relays {
		if called(relays[i].Identity, string(relays[i].Nickname)) {
			found = append(found, i)
		}
	}
	return found
}
