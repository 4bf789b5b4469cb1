package explain

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// Clause is one threshold, its two clauses held apart: the order statistic over the network's relays, and the constant
// that is enough whatever the others have. As a rule the smaller one binds.
type Clause struct {
	Flag consensus.Flag // the flag it is a condition of: Fast, Stable, or Guard
	Name string         // of the criterion: "bandwidth", "MTBF", "WFU"
	Unit guard.Unit     // of Percentile, Guarantee and Need

	// Percentile is what the order statistic alone asks; NaN where it is unknown, which it is where a published threshold
	// is that of the guarantee and the relays' numbers are not known.
	Percentile float64
	// Guarantee is what is enough whatever the others have; NaN where nothing is.
	Guarantee float64
	// Need is what is asked in fact.
	Need float64
	// Bound says which of them Need comes from; of Fast it may be a consensus parameter instead.
	Bound guard.Bound
	// InUse reports whether the flag is decided by this: of Stable's two thresholds, over MTBF and over uptime, only one
	// is looked at.
	InUse bool

	// ByPercentile, ByGuarantee and Passing are how many relays meet the criterion by the order statistic alone, by the
	// guarantee alone, and as it is. A clause whose value is NaN admits none.
	ByPercentile, ByGuarantee, Passing int
	// Unknown are the relays of which the number in question is not known. They are in none of the other three.
	Unknown int
}

// Clauses are those thresholds over the given relays that have two clauses: of Fast, of Stable over MTBF and over uptime,
// and of Guard; in the order of guard.Rules.Explain. The thresholds are those the relays are held against, recomputed
// by the same rules or published by an authority that goes by them.
//
// A published threshold over which the guarantee prevails does not show the order statistic: flag-thresholds has
// guard-wfu, guard-tk and fast-speed with all bounds applied. It is then recomputed from the relays, as exactly as these
// are known. The median WFU is over relays that are familiar by the time-known threshold in force. Published thresholds
// are rounded as well, so that a relay right at one may fall on its other side.
//
// Spec: dir-spec, "Assigning flags in a vote".
// C: src/feature/dirauth/voteflags.c, dirserv_compute_performance_thresholds.
func Clauses(rules guard.Rules, relays []guard.Relay, t guard.Thresholds) []Clause {
	clauses := heads(rules, t)
	now := terms{rules, t}
	alone := orderStatistics(rules, relays, t)
	certain := guarantees(rules, t)

	passing, unknown := now.count(clauses, relays, t.EnoughMTBF)
	byPercentile, _ := alone.count(clauses, relays, t.EnoughMTBF)
	byGuarantee, _ := certain.count(clauses, relays, t.EnoughMTBF)
	for i := range clauses {
		c := &clauses[i]
		c.Passing, c.Unknown = passing[i], unknown[i]
		c.Percentile, c.Guarantee = math.NaN(), math.NaN()
		// Order statistics over no known number at all come out as 0, which then says nothing.
		value := alone.criterion(*c, t.EnoughMTBF).Need
		shown := c.Bound == guard.Percentile && value != 0
		if shown || c.Unknown < len(relays) || len(relays) == 0 {
			c.Percentile, c.ByPercentile = value, byPercentile[i]
		}
		if g := certain.criterion(*c, t.EnoughMTBF); g.Bound == guard.Guarantee && g.Need < noGuarantee {
			c.Guarantee, c.ByGuarantee = g.Need, byGuarantee[i]
		}
	}
	return clauses
}

// heads are the thresholds that have two clauses, with all that does not take relays to know.
func heads(rules guard.Rules, t guard.Thresholds) []Clause {
	var clauses []Clause
	add := func(t guard.Thresholds, inUse bool) {
		after := 0
		for c := range rules.Explain(guard.Relay{}, t) {
			head := Clause{Flag: c.Flag, Name: c.Name, Unit: c.Unit, Need: c.Need, Bound: c.Bound, InUse: inUse}
			at := indexOf(clauses, c)
			switch {
			case c.Unit == guard.YesNo || c.Bound == guard.Fixed || c.Bound == guard.Override:
			case at >= 0:
				after = at + 1
			default:
				for after < len(clauses) && clauses[after].Flag == c.Flag {
					after++
				}
				clauses = slices.Insert(clauses, after, head)
				after++
			}
		}
	}
	add(t, true)
	t.EnoughMTBF = !t.EnoughMTBF
	add(t, false)
	return clauses
}

// indexOf is where the clauses have that criterion, -1 if nowhere.
func indexOf(clauses []Clause, criterion guard.Criterion) int {
	for i := range clauses {
		if clauses[i].Flag == criterion.Flag && clauses[i].Name == criterion.Name {
			return i
		}
	}
	return -1
}

// terms are what relays are held against.
type terms struct {
	rules      guard.Rules
	thresholds guard.Thresholds
}

// orderStatistics are the terms without any guarantee. Guarantees are applied to some thresholds, to be taken away there,
// and to others not before a relay is held against them; so either goes.
func orderStatistics(rules guard.Rules, relays []guard.Relay, t guard.Thresholds) terms {
	free := rules
	free.FastMin, free.FastMax, free.FastGuarantee = 0, math.MaxInt32, 0
	free.StableMTBF, free.StableUptime = math.MaxInt64, math.MaxInt64
	free.GuardBandwidth, free.GuardTimeKnown, free.GuardWFU = 0, math.MaxInt64, math.Inf(1)
	if free.MinMeasured = math.MaxInt; t.IgnoringAdvertised {
		free.MinMeasured = -1
	}
	familiar := free
	familiar.GuardTimeKnown = t.GuardTimeKnown

	alone := free.Thresholds(relays)
	alone.GuardWFU = familiar.Thresholds(relays).GuardWFU
	alone.StableMTBF, alone.StableUptime, alone.ScarceExits = t.StableMTBF, t.StableUptime, t.ScarceExits
	sameUnit := t.InBytes == alone.InBytes
	if sameUnit {
		alone.GuardIncludingExits, alone.GuardExcludingExits = t.GuardIncludingExits, t.GuardExcludingExits
	}
	for c := range rules.Explain(guard.Relay{}, t) {
		// Where no guarantee prevails what is in force is the order statistic.
		switch {
		case c.Bound != guard.Percentile:
		case c.Reason == guard.Slow && sameUnit:
			alone.Fast = t.Fast
		case c.Reason == guard.LowWFU:
			alone.GuardWFU = t.GuardWFU
		case c.Reason == guard.ShortTimeKnown:
			alone.GuardTimeKnown = t.GuardTimeKnown
		}
	}
	return terms{free, alone}
}

// guarantees are the terms where all order statistics are beyond reach, so that only a guarantee can be met.
func guarantees(rules guard.Rules, t guard.Thresholds) terms {
	t.InBytes = rules.InBytes
	t.StableMTBF, t.StableUptime = math.Inf(1), math.MaxUint32
	t.GuardIncludingExits, t.GuardExcludingExits = math.MaxUint32, math.MaxUint32
	t.Fast, t.GuardWFU, t.GuardTimeKnown = math.MaxUint32, rules.GuardWFU, rules.GuardTimeKnown
	switch {
	case rules.FastGuarantee <= 0:
	case rules.InBytes:
		t.Fast = bandwidth.KB(min(rules.FastGuarantee, math.MaxUint32))
	default:
		t.Fast = bandwidth.FromBytes(uint64(rules.FastGuarantee))
	}
	return terms{rules, t}
}

// noGuarantee is what rules without one may have in its place: more seconds than anybody has.
const noGuarantee = 1 << 62

// criterion is that of the clause under these terms, for no relay in particular.
func (s terms) criterion(clause Clause, enoughMTBF bool) guard.Criterion {
	s.thresholds.EnoughMTBF = enoughMTBF == clause.InUse
	for c := range s.rules.Explain(guard.Relay{}, s.thresholds) {
		if c.Flag == clause.Flag && c.Name == clause.Name {
			return c
		}
	}
	return guard.Criterion{}
}

// count is, for each of the clauses, how many relays meet its criterion under these terms, and of how many that is not
// known.
func (s terms) count(clauses []Clause, relays []guard.Relay, enoughMTBF bool) (met, unknown []int) {
	met, unknown = make([]int, len(clauses)), make([]int, len(clauses))
	for _, inUse := range []bool{true, false} {
		s.thresholds.EnoughMTBF = enoughMTBF == inUse
		for _, relay := range relays {
			for c := range s.rules.Explain(relay, s.thresholds) {
				at := indexOf(clauses, c)
				if at < 0 || clauses[at].InUse != inUse {
					continue
				}
				switch c.Met {
				case guard.Yes:
					met[at]++
				case guard.CannotTell:
					unknown[at]++
				}
			}
		}
	}
	return met, unknown
}

// String is the clause in words: "Guard bandwidth: 2097 KB/s by the guarantee; the percentile is 10000 KB/s; 40 relays
// pass, 12 by the percentile alone, 40 by the guarantee alone".
func (c Clause) String() string {
	s := fmt.Sprintf("%v %s: %s by the %v; ", c.Flag, c.Name, c.text(c.Need), c.Bound)
	switch {
	case c.Bound == guard.Guarantee:
		s += "the percentile is " + c.text(c.Percentile)
	case math.IsNaN(c.Guarantee):
		s += "nothing is guaranteed"
	case c.Bound == guard.Percentile:
		s += "the guarantee is " + c.text(c.Guarantee)
	default:
		s += fmt.Sprintf("the percentile is %s, the guarantee %s", c.text(c.Percentile), c.text(c.Guarantee))
	}
	s += fmt.Sprintf("; %d relays pass", c.Passing)
	if !math.IsNaN(c.Percentile) {
		s += fmt.Sprintf(", %d by the percentile alone", c.ByPercentile)
	}
	if !math.IsNaN(c.Guarantee) {
		s += fmt.Sprintf(", %d by the guarantee alone", c.ByGuarantee)
	}
	if c.Unknown > 0 {
		s += fmt.Sprintf(", %d unknown", c.Unknown)
	}
	return s
}

func (c Clause) text(v float64) string {
	if math.IsNaN(v) {
		return "unknown"
	}
	return guard.Criterion{Need: v, Unit: c.Unit}.NeedText()
}
