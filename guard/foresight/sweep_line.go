package foresight

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/guard"
)

// thresholds are those of the network.
func (n Network) thresholds() guard.Thresholds {
	t := n.Rules.Thresholds(n.Relays)
	if n.ByUptime {
		t.EnoughMTBF = false
	}
	return t
}

// along are the thresholds as one constant takes the values. Each is what guard.Rules makes of a network of one or two
// relays that stand for all of them: those that have the order statistic which the constant bounds.
func (n Network) along(constant Constant, values []float64, base guard.Thresholds) []guard.Thresholds {
	all := slices.Repeat([]guard.Thresholds{base}, len(values))
	switch constant {
	case FastGuarantee, FastMin, FastMax:
		few := n.standForFast(base)
		for i, v := range values {
			all[i].Fast = constant.Set(n.Rules, v).Thresholds(few).Fast
		}
	case GuardFraction:
		including, excluding := n.Rules.GuardBandwidths(n.Relays)
		for i, v := range values {
			rules := constant.Set(n.Rules, v)
			all[i].GuardIncludingExits, all[i].GuardExcludingExits = markAmong(rules, including), markAmong(rules, excluding)
		}
	case GuardTimeKnown, GuardWFU:
		n.alongHistory(constant, values, all)
	}
	return all
}

// markAmong is the threshold of Guard among sorted bandwidths.
func markAmong(rules guard.Rules, sorted []bandwidth.KB) bandwidth.KB {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[rules.GuardIndex(len(sorted))]
}

// standForFast is one relay, if any counts, that is as fast as the order statistic of Fast, or as the fastest that the
// bounds let pass.
func (n Network) standForFast(base guard.Thresholds) []guard.Relay {
	rules := n.Rules
	rules.FastGuarantee, rules.FastMin, rules.FastMax = 0, 0, math.MaxInt32
	unbounded := float64(rules.Thresholds(n.Relays).Fast)

	var found []guard.Relay
	least := math.Inf(1)
	for i := range n.Relays {
		relay := n.Relays[i]
		if !n.Rules.Counts(relay, base.IgnoringAdvertised) {
			continue
		}
		if kb := bandwidthOf(&n.Rules, &relay, &base); kb >= unbounded && kb < least {
			found, least = []guard.Relay{relay}, kb
		}
	}
	return found
}

// alongHistory fills in the marks of time known and WFU. Whoever passes the one is familiar, and the other is the median
// of the familiar; so with the highest mark first they only ever become more.
func (n Network) alongHistory(constant Constant, values []float64, all []guard.Thresholds) {
	if len(all) == 0 {
		return
	}
	f := n.newFamiliars(all[0].IgnoringAdvertised)
	queries := make([]int, len(values))
	for i, v := range values {
		queries[i] = i
		all[i].GuardTimeKnown = constant.Set(n.Rules, v).Thresholds(f.stand()).GuardTimeKnown
	}
	slices.SortFunc(queries, func(p, q int) int { return cmp.Compare(all[q].GuardTimeKnown, all[p].GuardTimeKnown) })
	for _, i := range queries {
		f.admit(all[i].GuardTimeKnown)
		all[i].GuardWFU = constant.Set(n.Rules, values[i]).Thresholds(f.stand()).GuardWFU
	}
}

// familiars are the relays whose time known and WFU count, and those among them that are familiar so far.
type familiars struct {
	relays []guard.Relay // those that are known longest first
	place  []int         // of each, among all WFUs
	wfus   []float64     // rising
	in     sums          // the familiar, by place
	n      int           // how many they are
	known  int64         // the order statistic of time known, unbounded
}

func (n Network) newFamiliars(ignoring bool) *familiars {
	rules := n.Rules
	rules.GuardTimeKnown = math.MaxInt64
	f := &familiars{known: rules.Thresholds(n.Relays).GuardTimeKnown}
	for _, relay := range n.Relays {
		if n.Rules.Counts(relay, ignoring) && relay.Unknown&guard.UnknownHistory == 0 {
			f.relays = append(f.relays, relay)
		}
	}
	slices.SortFunc(f.relays, func(r, s guard.Relay) int { return cmp.Compare(s.TimeKnown, r.TimeKnown) })

	byWFU := make([]int, len(f.relays))
	for i := range byWFU {
		byWFU[i] = i
	}
	slices.SortFunc(byWFU, func(i, j int) int { return cmp.Compare(f.relays[i].WFU, f.relays[j].WFU) })
	f.place, f.wfus, f.in = make([]int, len(f.relays)), make([]float64, len(f.relays)), newSums(len(f.relays))
	for place, i := range byWFU {
		f.place[i], f.wfus[place] = place, f.relays[i].WFU
	}
	return f
}

// admit makes familiar whoever is known for that long.
func (f *familiars) admit(known int64) {
	for ; f.n < len(f.relays) && f.relays[f.n].TimeKnown >= known; f.n++ {
		f.in.add(f.place[f.n], Tally{Relays: 1})
	}
}

// stand is two relays, if any count, that have the order statistic of time known, and the two middle WFUs of the familiar,
// so that which of them is the median is left to the rules.
func (f *familiars) stand() []guard.Relay {
	if len(f.relays) == 0 {
		return nil
	}
	low, high := f.relays[0], f.relays[0]
	low.TimeKnown, high.TimeKnown = f.known, f.known
	if f.n > 0 {
		low.WFU, high.WFU = f.wfus[f.in.find((f.n-1)/2)], f.wfus[f.in.find(f.n/2)]
	}
	return []guard.Relay{low, high}
}
