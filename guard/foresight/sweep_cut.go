package foresight

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// axis is a criterion of Guard whose mark a constant moves. Of two relays that have all else the one with more passes
// whenever the other does, which is all that is assumed of it: who passes is asked of guard.Rules.Decide.
type axis struct {
	// have is what the criterion looks at.
	have func(rules *guard.Rules, relay *guard.Relay, t *guard.Thresholds) float64
	// down and up put the mark where it shuts out the fewest and the most.
	down, up func(rules *guard.Rules, t *guard.Thresholds)
}

// axes are those of the constant. Time known has two, since who is familiar decides the median of WFU.
func axes(constant Constant) []axis {
	switch constant {
	case FastGuarantee, FastMin, FastMax:
		return []axis{{
			have: bandwidthOf,
			down: func(_ *guard.Rules, t *guard.Thresholds) { t.Fast = 0 },
			up:   func(_ *guard.Rules, t *guard.Thresholds) { t.Fast = math.MaxUint32 },
		}}
	case StableMTBF:
		return []axis{{
			have: func(_ *guard.Rules, r *guard.Relay, _ *guard.Thresholds) float64 { return r.MTBF },
			down: func(r *guard.Rules, _ *guard.Thresholds) { r.StableMTBF = math.MinInt64 },
			up:   func(r *guard.Rules, _ *guard.Thresholds) { r.StableMTBF = math.MaxInt64 },
		}}
	case StableUptime:
		return []axis{{
			have: func(_ *guard.Rules, r *guard.Relay, _ *guard.Thresholds) float64 { return float64(r.Uptime) },
			down: func(r *guard.Rules, _ *guard.Thresholds) { r.StableUptime = math.MinInt64 },
			up:   func(r *guard.Rules, _ *guard.Thresholds) { r.StableUptime = math.MaxInt64 },
		}}
	case GuardBandwidth:
		return []axis{{
			have: bandwidthOf,
			down: func(r *guard.Rules, _ *guard.Thresholds) { r.GuardBandwidth = 1 },
			up:   func(r *guard.Rules, _ *guard.Thresholds) { r.GuardBandwidth = 0 },
		}}
	case GuardFraction:
		return []axis{{
			have: bandwidthOf,
			down: func(_ *guard.Rules, t *guard.Thresholds) { t.GuardIncludingExits, t.GuardExcludingExits = 0, 0 },
			up: func(_ *guard.Rules, t *guard.Thresholds) {
				t.GuardIncludingExits, t.GuardExcludingExits = math.MaxUint32, math.MaxUint32
			},
		}}
	}
	wfu := axis{
		have: func(_ *guard.Rules, r *guard.Relay, _ *guard.Thresholds) float64 { return r.WFU },
		down: func(_ *guard.Rules, t *guard.Thresholds) { t.GuardWFU = math.Inf(-1) },
		up:   func(_ *guard.Rules, t *guard.Thresholds) { t.GuardWFU = math.Inf(1) },
	}
	known := axis{
		have: func(_ *guard.Rules, r *guard.Relay, _ *guard.Thresholds) float64 { return float64(r.TimeKnown) },
		down: func(_ *guard.Rules, t *guard.Thresholds) { t.GuardTimeKnown = math.MinInt64 },
		up:   func(_ *guard.Rules, t *guard.Thresholds) { t.GuardTimeKnown = math.MaxInt64 },
	}
	if constant == GuardWFU {
		return []axis{wfu}
	}
	return []axis{known, wfu}
}

// bandwidthOf is the bandwidth that the rules decide by.
func bandwidthOf(rules *guard.Rules, relay *guard.Relay, t *guard.Thresholds) float64 {
	return float64(rules.Credible(*relay, t.IgnoringAdvertised))
}

// sweep is a network's relays in the order in which a constant, growing or shrinking, makes guards of them.
type sweep struct {
	axes []axis

	// always are those that are guards wherever the marks stand. Those that never are have no place here.
	always Tally
	// relays are all others, and tallies each by itself.
	relays  []guard.Relay
	tallies []Tally
	// order is for each axis the indexes of the relays, rising by what they have; place, where in it each relay stands.
	order, place [2][]int
}

func (n Network) newSweep(constant Constant, base guard.Thresholds) *sweep {
	s := &sweep{axes: axes(constant)}
	lowRules, low := n.Rules, base
	highRules, high := n.Rules, base
	for _, a := range s.axes {
		a.down(&lowRules, &low)
		a.up(&highRules, &high)
	}
	var have [2][]float64
	for i := range n.Relays {
		relay := n.Relays[i]
		one := n.tallied(relay, base)
		switch {
		case !isGuard(&lowRules, &relay, &low):
			continue
		case isGuard(&highRules, &relay, &high):
			s.always = s.always.plus(one)
			continue
		}
		s.relays, s.tallies = append(s.relays, relay), append(s.tallies, one)
		for k, a := range s.axes {
			have[k] = append(have[k], a.have(&n.Rules, &relay, &base))
		}
	}
	for k := range s.order {
		s.order[k], s.place[k] = make([]int, len(s.relays)), make([]int, len(s.relays))
		for i := range s.relays {
			s.order[k][i] = i
		}
		if k < len(s.axes) {
			slices.SortFunc(s.order[k], func(i, j int) int {
				// Seconds beyond 2^53 may be equal as float64 and yet differ.
				return cmp.Or(cmp.Compare(have[k][i], have[k][j]), cmp.Compare(s.relays[i].TimeKnown, s.relays[j].TimeKnown),
					cmp.Compare(s.relays[i].Uptime, s.relays[j].Uptime))
			})
		}
		for place, i := range s.order[k] {
			s.place[k][i] = place
		}
	}
	return s
}

func isGuard(rules *guard.Rules, relay *guard.Relay, t *guard.Thresholds) bool {
	return rules.Decide(*relay, *t).Flags.Has(consensus.Guard)
}

// cut says for each axis how many relays, counted from those that have least, fail. Guards are the relays beyond on both.
type cut [2]int

// and is the cut beyond which are those that are beyond both.
func (c cut) and(d cut) cut { return cut{max(c[0], d[0]), max(c[1], d[1])} }

// cut is where rules and thresholds cut. Each axis is asked about with the other's mark out of the way.
func (s *sweep) cut(rules guard.Rules, t guard.Thresholds) (c cut) {
	for k := range s.axes {
		alone, marks := rules, t
		for other, a := range s.axes {
			if other != k {
				a.down(&alone, &marks)
			}
		}
		c[k], _ = slices.BinarySearchFunc(s.order[k], true, func(i int, _ bool) int {
			if isGuard(&alone, &s.relays[i], &marks) {
				return 1
			}
			return -1
		})
	}
	return c
}

// beyond is the relays beyond each of the cuts.
func (s *sweep) beyond(cuts []cut) []Tally {
	queries := make([]int, len(cuts))
	for q := range queries {
		queries[q] = q
	}
	slices.SortFunc(queries, func(p, q int) int { return cuts[q][0] - cuts[p][0] }) // the highest first

	tallies := make([]Tally, len(cuts))
	sums, in := newSums(len(s.relays)), Tally{}
	next := len(s.relays)
	for _, q := range queries {
		for ; next > cuts[q][0]; next-- {
			i := s.order[0][next-1]
			sums.add(s.place[1][i], s.tallies[i])
			in = in.plus(s.tallies[i])
		}
		tallies[q] = in.minus(sums.below(cuts[q][1]))
	}
	return tallies
}
