package guard

import (
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// GuardBandwidths are what the two bandwidth thresholds of Guard are order statistics of, each in rising order: the credible
// bandwidths of all relays that count, in the rules' unit, and of those among them that are no exits, or have BadExit. The
// thresholds are the elements at [Rules.GuardIndex]; so they can be told for every GuardFraction after one sort.
func (r Rules) GuardBandwidths(relays []Relay) (includingExits, excludingExits []bandwidth.KB) {
	p := population{relays: relays, n: len(relays)}
	ignoring := p.ignoresAdvertised(&r)
	for i := range relays {
		relay := &relays[i]
		if !r.counts(relay, ignoring) {
			continue
		}
		kb := r.credible(relay, ignoring)
		includingExits = append(includingExits, kb)
		if !relay.Facts.Has(consensus.Exit) || relay.Facts.Has(consensus.BadExit) {
			excludingExits = append(excludingExits, kb)
		}
	}
	slices.Sort(includingExits)
	slices.Sort(excludingExits)
	return includingExits, excludingExits
}

// GuardIndex is where among n bandwidths in rising order a threshold of Guard stands, counting from 0: at
// trunc(n·GuardFraction), computed as tor does it, in floating point; where GuardMedian, at the index of the median. It is 0
// for n = 0, where there is no threshold.
//
// C: src/feature/dirauth/voteflags.c, dirserv_compute_performance_thresholds; src/lib/container/order.h,
// find_nth_uint32.
func (r Rules) GuardIndex(n int) int { return r.guardIndex(n) }
