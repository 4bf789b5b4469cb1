package guard

import (
	"iter"
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Explain yields the criteria of Fast, Stable, Guard and HSDir, in that order and each flag's in the order in which an
// authority looks at them; first the measured ones, then, only where one applies, the Override that settles the flag.
func (r Rules) Explain(relay Relay, t Thresholds) iter.Seq[Criterion] {
	return func(yield func(Criterion) bool) {
		m := marksOf(&r, &t)
		e := explanation{marks: &m, came: m.holdRelay(&relay), relay: &relay, yield: yield}
		for i, flag := range flagsInOrder {
			if r.Votes&flag != 0 && !e.explain(i) {
				return
			}
		}
	}
}

// explanation words the answers that decide.
type explanation struct {
	*marks
	came  answers
	relay *Relay
	yield func(Criterion) bool
}

// explain yields the criteria of one flag, and reports whether to go on.
func (e *explanation) explain(i int) bool {
	flag := flagsInOrder[i]
	order := &needsInOrder
	if flag == consensus.HSDir {
		order = &hsdirNeedsInOrder
	}
	needs := e.needs(flag)
	for _, need := range order {
		if needs&need != 0 && !e.fact(flag, needNames[need.index()], need.reason(flag)) {
			return false
		}
	}
	switch flag {
	case consensus.Fast:
		if !e.measured(flag, e.fastBandwidth()) {
			return false
		}
	case consensus.Stable:
		if !e.measured(flag, e.stability()) {
			return false
		}
	case consensus.Guard:
		if e.came.against&e.asks[i]&IsScarceExit != 0 && !e.fact(flag, "exits plentiful", IsScarceExit) ||
			!e.measured(flag, e.guardSpeed()) || !e.measured(flag, e.guardWFU()) || !e.measured(flag, e.guardTimeKnown()) {
			return false
		}
	case consensus.HSDir:
		if !e.measured(flag, Criterion{Name: "uptime", Have: float64(e.relay.HSDirUptime), Need: float64(e.rules.HSDirUptime),
			Unit: Seconds, Reason: ShortUptime}) {
			return false
		}
	}
	if e.came.open&IsSybil != 0 && !e.fact(flag, "no sybil", IsSybil) {
		return false
	}
	o, applies := e.came.override(flag, e.relay.Facts.Known(), e.relay.Strip, e.relay.Pin)
	if !applies {
		return true
	}
	c := Criterion{Flag: flag, Name: o.name, Need: 1, Bound: Override, Met: o.answer, Reason: o.against}
	if o.against == 0 { // pinned, whether or not that helps a sybil
		c.Have = 1
	}
	return e.yield(c)
}

// needs are the flag's conditions of yes or no.
func (m *marks) needs(flag consensus.Flag) Needs {
	switch flag {
	case consensus.Fast:
		return m.rules.FastNeeds &^ (NeedFast | NeedStable)
	case consensus.Stable:
		return m.rules.StableNeeds &^ (NeedFast | NeedStable)
	case consensus.Guard:
		return m.rules.GuardNeeds
	}
	return m.rules.HSDirNeeds
}

// fact yields a criterion of yes or no.
func (e *explanation) fact(flag consensus.Flag, name string, against Reasons) bool {
	c := Criterion{Flag: flag, Name: name, Need: 1, Met: e.came.met(against), Reason: against}
	if c.Met == Yes {
		c.Have = 1
	}
	return e.yield(c)
}

// measured yields a criterion, with its answer.
func (e *explanation) measured(flag consensus.Flag, c Criterion) bool {
	c.Flag, c.Met = flag, e.came.met(c.Reason)
	return e.yield(c)
}

// The measured criteria follow, one function each. Where a threshold and a guarantee are alternatives Need is the
// smaller of them, for a relay that has that has enough.

func (e *explanation) fastBandwidth() Criterion {
	r, t := e.rules, &e.thresholds
	bound := Percentile
	if guarantee, ok := r.guaranteed(r.FastGuarantee); ok && t.Fast == guarantee {
		bound = Guarantee
	} else if lowest, highest := r.fastBounds(); t.Fast == highest || lowest > 0 && t.Fast == lowest {
		bound = Parameter
	}
	return Criterion{Name: "bandwidth", Have: e.bandwidth(), Need: float64(t.Fast), Unit: r.bandwidthUnit(), Bound: bound, Reason: Slow}
}

// bandwidth is what the relay is decided by.
func (e *explanation) bandwidth() float64 {
	return float64(e.rules.credible(e.relay, e.thresholds.IgnoringAdvertised))
}

func (e *explanation) stability() Criterion {
	r, t := e.rules, &e.thresholds
	if e.byUptime {
		c := Criterion{Name: "uptime", Have: float64(e.relay.Uptime), Need: float64(t.StableUptime), Unit: Seconds, Bound: Percentile, Reason: LowUptime}
		if r.StableUptime < int64(t.StableUptime) {
			c.Need, c.Bound = float64(r.StableUptime), Guarantee
		}
		return c
	}
	c := Criterion{Name: "MTBF", Have: e.relay.MTBF, Need: e.mtbf, Unit: Seconds, Bound: Percentile, Reason: LowMTBF}
	if e.mtbf < t.StableMTBF {
		c.Bound = Guarantee
	}
	return c
}

func (e *explanation) guardSpeed() Criterion {
	need, bound := e.rules.guardBandwidth(&e.thresholds)
	return Criterion{Name: "bandwidth", Have: e.bandwidth(), Need: float64(need), Unit: e.rules.bandwidthUnit(), Bound: bound, Reason: LowBandwidth}
}

func (e *explanation) guardWFU() Criterion {
	c := Criterion{Name: "WFU", Have: e.relay.WFU, Need: e.thresholds.GuardWFU, Unit: Fraction, Bound: Percentile, Reason: LowWFU}
	if e.thresholds.GuardWFU == e.rules.GuardWFU {
		c.Bound = Guarantee
	}
	return c
}

func (e *explanation) guardTimeKnown() Criterion {
	c := Criterion{Name: "time known", Have: float64(e.relay.TimeKnown), Need: float64(e.thresholds.GuardTimeKnown), Unit: Seconds,
		Bound: Percentile, Reason: ShortTimeKnown}
	if e.thresholds.GuardTimeKnown == e.rules.GuardTimeKnown {
		c.Bound = Guarantee
	}
	return c
}

// Weakest is the criterion of one flag with the least Closeness: of a flag that is refused, the one furthest from being
// met; of one that is given, what the relay would lose it by first. Conditions of yes or no count only where they are not
// met. Where an Override decides the flag, it is that one. It reports false where there is none.
func Weakest(criteria iter.Seq[Criterion], flag consensus.Flag) (Criterion, bool) {
	weakest, found := Criterion{}, false
	least := math.Inf(1)
	for c := range criteria {
		if c.Flag != flag || c.Met == CannotTell {
			continue
		}
		if c.Bound == Override {
			return c, true
		}
		if c.Unit == YesNo && c.Met == Yes {
			continue
		}
		if closeness := c.Closeness(); !found || closeness < least {
			weakest, least, found = c, closeness, true
		}
	}
	return weakest, found
}
