package foresight

import (
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// Tally is some relays: how many they are, and what they carry together. The zero Tally is nobody.
type Tally struct {
	// Relays is their number.
	Relays int
	// Bandwidth is the sum of their credible bandwidths, in KB/s. A relay of unknown bandwidth adds nothing.
	Bandwidth uint64
}

func (t Tally) plus(u Tally) Tally { return Tally{t.Relays + u.Relays, t.Bandwidth + u.Bandwidth} }

// minus takes away some of those that are in t.
func (t Tally) minus(u Tally) Tally { return Tally{t.Relays - u.Relays, t.Bandwidth - u.Bandwidth} }

// Point is what becomes of a network's guards under other rules than its own. All bandwidths are those that are credible
// under its own, so that they can be added and compared from point to point.
type Point struct {
	// Value is the constant's, of a Sweep; 0 where whole rule sets were compared.
	Value float64

	// Thresholds are the marks relays are then held against.
	Thresholds guard.Thresholds

	// Guards are all relays that then have the flag Guard.
	Guards Tally

	// Gained and Lost are the guards that have come and gone against the network's own rules, as Change has it: what is
	// in doubt under either rules is neither.
	Gained, Lost Tally
}

// Compare is what becomes of the network's guards if it goes by other rules, which may differ in anything. [Changes] of
// two outcomes tells more, relay by relay.
func (n Network) Compare(rules guard.Rules) Point {
	before, after := n.thresholds(), n.Under(rules).thresholds()
	p := Point{Thresholds: after}
	for i := range n.Relays {
		was, is := n.Rules.Decide(n.Relays[i], before), rules.Decide(n.Relays[i], after)
		one := n.tallied(n.Relays[i], before)
		if is.Flags.Has(consensus.Guard) {
			p.Guards = p.Guards.plus(one)
		}
		if gained(was, is)&consensus.Guard != 0 {
			p.Gained = p.Gained.plus(one)
		}
		if gained(is, was)&consensus.Guard != 0 {
			p.Lost = p.Lost.plus(one)
		}
	}
	return p
}

// tallied is the relay by itself.
func (n Network) tallied(r guard.Relay, t guard.Thresholds) Tally {
	if r.Unknown&guard.UnknownBandwidth != 0 {
		return Tally{Relays: 1}
	}
	kb := n.Rules.Credible(r, t.IgnoringAdvertised)
	if n.Rules.InBytes {
		kb = bandwidth.FromBytes(uint64(kb))
	}
	return Tally{1, uint64(kb)}
}

// Sweep is what becomes of the guards as one constant takes each of the values, in the order given, while all other rules
// stay. Each point is that of Compare with rules that have the value, and none costs a look at every relay: the relays are
// sorted once, by what the constant asks of them, and of each value it is only sought where among them it cuts.
func (n Network) Sweep(constant Constant, values []float64) []Point {
	if constant == MinMeasured {
		return n.sweepMeasured(values)
	}
	base := n.thresholds()
	s := n.newSweep(constant, base)
	marks := n.along(constant, values, base)
	own := s.cut(n.Rules, base)

	// Of each point, what is beyond its cut, and what is beyond that and the network's own cut as well.
	cuts := []cut{own}
	for i, v := range values {
		c := s.cut(constant.Set(n.Rules, v), marks[i])
		cuts = append(cuts, c, c.and(own))
	}
	tallies := s.beyond(cuts)
	points := make([]Point, len(values))
	for i := range points {
		guards, both := tallies[1+2*i], tallies[2+2*i]
		points[i] = Point{
			Value:      values[i],
			Thresholds: marks[i],
			Guards:     guards.plus(s.always),
			Gained:     guards.minus(both),
			Lost:       tallies[0].minus(both),
		}
	}
	return points
}

// sweepMeasured is Sweep over the one constant that changes who counts, and all the rest with it. There are no more than
// two outcomes, below the number of measured relays and from there on.
func (n Network) sweepMeasured(values []float64) []Point {
	settings := make([]int, len(values))
	for i, v := range values {
		settings[i] = MinMeasured.Set(n.Rules, v).MinMeasured
	}
	under := func(setting int) guard.Rules { return MinMeasured.Set(n.Rules, float64(setting)) }

	rising := slices.Sorted(slices.Values(settings))
	from, _ := slices.BinarySearchFunc(rising, false, func(setting int, _ bool) int {
		if under(setting).Thresholds(n.Relays).IgnoringAdvertised {
			return -1
		}
		return 1
	})
	var below, above Point
	if from > 0 {
		below = n.Compare(under(rising[0]))
	}
	if from < len(rising) {
		above = n.Compare(under(rising[from]))
	}
	points := make([]Point, len(values))
	for i, setting := range settings {
		points[i] = above
		if from == len(rising) || setting < rising[from] {
			points[i] = below
		}
		points[i].Value = values[i]
	}
	return points
}
