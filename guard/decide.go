package guard

import (
	"iter"
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Decision is what an authority votes of one relay.
type Decision struct {
	// Flags are all flags of the relay in the vote: its Facts, less what the lists take away, with those of Decided that
	// it gets.
	Flags consensus.Flags

	// CannotTell are those of Decided for which too little is known of the relay; they are not in Flags.
	CannotTell consensus.Flag

	// Against is everything that stands against the flags of Decided that are neither given nor in CannotTell.
	Against Reasons
}

// Of is the part of the reasons that can stand against that flag, one of Decided, by the rules of any version of Tor: all
// there are if it is refused.
func (r Reasons) Of(flag consensus.Flag) Reasons {
	var of Reasons
	switch flag {
	case consensus.Fast:
		of = Slow | IsInactive | IsSybil
	case consensus.Stable:
		of = LowMTBF | LowUptime | IsInactive | IsBuggy | IsSybil
	case consensus.Guard:
		of = NotFast | NotStable | NotV2Dir | LowBandwidth | LowWFU | ShortTimeKnown | IsBuggy | IsVulnerable | IsScarceExit |
			IsMiddleOnly | GuardStripped | IsSybil
	case consensus.HSDir:
		of = NotFast | NotStable | NotV2Dir | NoDirPort | NotOffered | NotActive | NotRunning | ShortUptime |
			IsMiddleOnly | HSDirStripped | IsSybil
	}
	return r & of
}

// Answer is whether the decision gives that flag, one of Decided.
func (d Decision) Answer(flag consensus.Flag) Answer {
	if d.CannotTell&flag != 0 {
		return CannotTell
	}
	return answer(d.Flags.Has(flag))
}

// Decide holds one relay against the thresholds. A flag of Decided is given if every criterion of it that Explain yields
// is met, refused if one is not, and left open otherwise; where the last criterion is an Override, that one alone
// decides.
//
// A flag that the rules do not vote on is not given, and has no criteria. Thresholds in another unit than the rules' are
// converted, truncating.
//
// The lists come last, in this order: MiddleOnly, Strip, Pin, Sybil. So a relay stripped of V2Dir can still be a Guard.
// MiddleOnly adds BadExit; an authority that does not vote on BadExit, as its known-flags show, leaves that out.
//
// dir-spec has Fast and Stable for active relays only; C, since 0.2.7.2-alpha, for any, and so has this. For HSDir
// dir-spec still has the words of version 2 onion services; C, and this, ask for V2Dir, for being active, and for the
// offer as well.
//
// Spec: dir-spec, "Assigning flags in a vote".
// C: src/feature/dirauth/voteflags.c, dirauth_set_routerstatus_from_routerinfo; for sybils
// src/feature/dirauth/dirvote.c, clear_status_flags_on_sybil.
func (r Rules) Decide(relay Relay, t Thresholds) Decision {
	var e evaluation
	e.evaluate(&r, &relay, &t)

	d := Decision{Flags: relay.Facts.Without(Decided)}
	for _, span := range e.spans[:e.flags] {
		given, against := span.verdict(&e.criteria)
		switch given {
		case Yes:
			d.Flags = d.Flags.With(span.flag)
		case No:
			d.Against |= against
		case CannotTell:
			d.CannotTell |= span.flag
		}
	}
	d.Flags = r.factsAfterLists(d.Flags, &relay)
	return d
}

// factsAfterLists applies the lists to the flags that Explain says nothing of.
func (r *Rules) factsAfterLists(flags consensus.Flags, relay *Relay) consensus.Flags {
	if relay.Facts.Has(consensus.MiddleOnly) {
		flags = flags.Without(consensus.Exit | consensus.V2Dir).With(consensus.BadExit)
	}
	flags = flags.Without(relay.Strip &^ Decided).With(relay.Pin &^ Decided)
	if relay.Facts.Has(consensus.Sybil) {
		const lost = consensus.Authority | consensus.BadExit | consensus.Exit | consensus.Running | consensus.Valid | consensus.V2Dir
		flags = flags.Without(lost &^ r.SybilsKeep)
	}
	return flags
}

// Explain yields the criteria of Fast, Stable, Guard and HSDir, in that order and each flag's in the order in which an
// authority looks at them; first the measured ones, then, only where one applies, the Override that settles the flag.
func (r Rules) Explain(relay Relay, t Thresholds) iter.Seq[Criterion] {
	return func(yield func(Criterion) bool) {
		var e evaluation
		e.evaluate(&r, &relay, &t)
		for _, c := range e.criteria[:e.n] {
			if !yield(c) {
				return
			}
		}
	}
}

// evaluation is all criteria of a relay: the one thing that both Decide and Explain are made of.
type evaluation struct {
	criteria [maxCriteria]Criterion
	n        int // of the criteria, how many there are
	spans    [4]span
	flags    int // of the spans, how many there are
}

// maxCriteria is the most there can be: 1 + 1 + 4 + 1 that are measured, for two flags 7 and for two others 9 conditions of
// yes or no, for each of the four whether the relay is a sybil, where that is unknown, and an Override.
const maxCriteria = 47

// span is one flag's part of the criteria.
type span struct {
	flag     consensus.Flag
	from, to int
}

// met is whether all criteria so far are.
func (s *span) met(criteria *[maxCriteria]Criterion) Answer {
	all := Yes
	for i := s.from; i < s.to; i++ {
		all = all.and(criteria[i].Met)
	}
	return all
}

// verdict is the flag's answer, and what stands against it.
func (s span) verdict(criteria *[maxCriteria]Criterion) (given Answer, against Reasons) {
	given = Yes
	for _, c := range criteria[s.from:s.to] {
		if c.Bound == Override {
			return c.Met, c.Reason
		}
		given = given.and(c.Met)
		if c.Met == No {
			against |= c.Reason
		}
	}
	return given, against
}

func (e *evaluation) evaluate(r *Rules, relay *Relay, t *Thresholds) {
	if t.InBytes != r.InBytes {
		converted := t.inUnitOf(r)
		t = &converted
	}
	// Guard and HSDir ask for Fast and Stable as they stand before any list: only being a sybil touches those two, and
	// it takes all four away.
	var fast, stable Answer
	if s, ok := e.begin(consensus.Fast, r); ok {
		e.needs(s, r.FastNeeds&^(NeedFast|NeedStable), relay, fast, stable)
		e.add(s, r.fast(relay, t))
		fast = s.met(&e.criteria)
		e.end(s, relay)
	}
	if s, ok := e.begin(consensus.Stable, r); ok {
		e.needs(s, r.StableNeeds&^(NeedFast|NeedStable), relay, fast, stable)
		e.add(s, r.stable(relay, t))
		stable = s.met(&e.criteria)
		e.end(s, relay)
	}
	if s, ok := e.begin(consensus.Guard, r); ok {
		e.needs(s, r.GuardNeeds, relay, fast, stable)
		if t.ScarceExits && r.exitsMatter() && relay.Facts.Has(consensus.Exit) {
			e.add(s, fact("exits plentiful", No, IsScarceExit))
		}
		e.add(s, r.guardBandwidth(relay, t))
		e.add(s, r.guardWFU(relay, t))
		e.add(s, r.guardTimeKnown(relay, t))
		e.end(s, relay)
	}
	if s, ok := e.begin(consensus.HSDir, r); ok {
		e.needs(s, r.HSDirNeeds, relay, fast, stable)
		e.add(s, r.hsdirUptime(relay))
		e.end(s, relay)
	}
}

// begin begins a flag, if the rules vote on it.
func (e *evaluation) begin(flag consensus.Flag, r *Rules) (*span, bool) {
	if r.Votes&flag == 0 {
		return nil, false
	}
	s := &e.spans[e.flags]
	*s = span{flag: flag, from: e.n, to: e.n}
	e.flags++
	return s, true
}

func (e *evaluation) add(s *span, c Criterion) {
	c.Flag = s.flag
	e.criteria[e.n] = c
	e.n++
	s.to = e.n
}

// needs adds the conditions of yes or no.
func (e *evaluation) needs(s *span, needs Needs, relay *Relay, fast, stable Answer) {
	order := &needsInOrder
	if s.flag == consensus.HSDir {
		order = &hsdirNeedsInOrder
	}
	for _, need := range order {
		if needs&need != 0 {
			e.add(s, need.criterion(s.flag, relay, fast, stable))
		}
	}
}

// end adds what stands outside of the rules: being a sybil, and the list that settles the flag.
func (e *evaluation) end(s *span, relay *Relay) {
	if relay.Unknown&UnknownSybil != 0 && !relay.Facts.Has(consensus.Sybil) {
		e.add(s, fact("no sybil", CannotTell, IsSybil))
	}
	if c, ok := override(s.flag, relay); ok {
		e.add(s, c)
	}
}

// listed are the flags of Decided that an operator's list can give or take away.
const listed = consensus.Guard | consensus.HSDir

// override is the list that settles a flag, the last one that applies.
func override(flag consensus.Flag, relay *Relay) (Criterion, bool) {
	c := Criterion{Flag: flag, Need: 1, Bound: Override, Met: No}
	switch {
	case relay.Facts.Has(consensus.Sybil):
		c.Name, c.Reason = "no sybil", IsSybil
	case relay.Pin&flag&listed != 0:
		c.Name, c.Met, c.Have = "pinned", unless(relay.Unknown&UnknownSybil != 0, Yes), 1
	case relay.Strip&flag == consensus.Guard:
		c.Name, c.Reason = "not stripped", GuardStripped
	case relay.Strip&flag == consensus.HSDir:
		c.Name, c.Reason = "not stripped", HSDirStripped
	case relay.Facts.Has(consensus.MiddleOnly) && flag&listed != 0:
		c.Name, c.Reason = "not MiddleOnly", IsMiddleOnly
	default:
		return Criterion{}, false
	}
	return c, true
}

// fact is a criterion of yes or no.
func fact(name string, met Answer, against Reasons) Criterion {
	c := Criterion{Name: name, Need: 1, Met: met, Reason: against}
	if met == Yes {
		c.Have = 1
	}
	return c
}

// unless is the answer, or CannotTell where what it rests on is unknown.
func unless(unknown bool, a Answer) Answer {
	if unknown {
		return CannotTell
	}
	return a
}

// The measured criteria follow, one function each. Where a threshold and a guarantee are alternatives Need is the
// smaller of them, for a relay that has that has enough.

func (r *Rules) fast(relay *Relay, t *Thresholds) Criterion {
	kb := r.credible(relay, t.IgnoringAdvertised)
	bound := Percentile
	if guarantee, ok := r.guaranteed(r.FastGuarantee); ok && t.Fast == guarantee {
		bound = Guarantee
	} else if lowest, highest := r.fastBounds(); t.Fast == highest || lowest > 0 && t.Fast == lowest {
		bound = Parameter
	}
	return Criterion{Name: "bandwidth", Have: float64(kb), Need: float64(t.Fast), Unit: r.bandwidthUnit(), Bound: bound, Reason: Slow,
		Met: unless(relay.Unknown&UnknownBandwidth != 0, answer(kb >= t.Fast))}
}

func (r *Rules) stable(relay *Relay, t *Thresholds) Criterion {
	c := Criterion{Unit: Seconds, Bound: Percentile}
	if !t.EnoughMTBF || r.StableByUptime {
		c.Name, c.Reason, c.Have, c.Need = "uptime", LowUptime, float64(relay.Uptime), float64(t.StableUptime)
		if r.StableUptime < int64(t.StableUptime) {
			c.Need, c.Bound = float64(r.StableUptime), Guarantee
		}
		// The median is of 32-bit numbers and compared with one, the guarantee is not; as in tor.
		c.Met = unless(relay.Unknown&UnknownUptime != 0,
			answer(uint32(relay.Uptime) >= t.StableUptime || relay.Uptime >= r.StableUptime))
		return c
	}
	c.Name, c.Reason, c.Have, c.Need = "MTBF", LowMTBF, relay.MTBF, t.StableMTBF
	if float64(r.StableMTBF) < t.StableMTBF {
		c.Need, c.Bound = float64(r.StableMTBF), Guarantee
	}
	c.Met = unless(relay.Unknown&UnknownHistory != 0, answer(relay.MTBF >= c.Need))
	return c
}

func (r *Rules) guardBandwidth(relay *Relay, t *Thresholds) Criterion {
	kb := r.credible(relay, t.IgnoringAdvertised)
	percentile, bound := r.guardPercentile(t), Percentile
	if guarantee, ok := r.guaranteed(r.GuardBandwidth); ok && guarantee < percentile {
		percentile, bound = guarantee, Guarantee
	}
	need := uint64(percentile)
	if r.GuardAbove {
		need++
	}
	return Criterion{Name: "bandwidth", Have: float64(kb), Need: float64(need), Unit: r.bandwidthUnit(), Bound: bound,
		Reason: LowBandwidth, Met: unless(relay.Unknown&UnknownBandwidth != 0, answer(uint64(kb) >= need))}
}

func (r *Rules) guardWFU(relay *Relay, t *Thresholds) Criterion {
	c := Criterion{Name: "WFU", Have: relay.WFU, Need: t.GuardWFU, Unit: Fraction, Bound: Percentile, Reason: LowWFU,
		Met: unless(relay.Unknown&UnknownHistory != 0, answer(relay.WFU >= t.GuardWFU))}
	if t.GuardWFU == r.GuardWFU {
		c.Bound = Guarantee
	}
	return c
}

func (r *Rules) guardTimeKnown(relay *Relay, t *Thresholds) Criterion {
	c := Criterion{Name: "time known", Have: float64(relay.TimeKnown), Need: float64(t.GuardTimeKnown), Unit: Seconds,
		Bound: Percentile, Reason: ShortTimeKnown,
		Met: unless(relay.Unknown&UnknownHistory != 0, answer(relay.TimeKnown >= t.GuardTimeKnown))}
	if t.GuardTimeKnown == r.GuardTimeKnown {
		c.Bound = Guarantee
	}
	return c
}

func (r *Rules) hsdirUptime(relay *Relay) Criterion {
	return Criterion{Name: "uptime", Have: float64(relay.HSDirUptime), Need: float64(r.HSDirUptime), Unit: Seconds,
		Reason: ShortUptime, Met: unless(relay.Unknown&UnknownUptime != 0, answer(relay.HSDirUptime >= r.HSDirUptime))}
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
