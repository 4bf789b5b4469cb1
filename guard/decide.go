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

// Of is the part of the reasons that can stand against that flag, one of Decided: all there are if it is refused.
func (r Reasons) Of(flag consensus.Flag) Reasons {
	var of Reasons
	switch flag {
	case consensus.Fast:
		of = Slow | IsSybil
	case consensus.Stable:
		of = LowMTBF | LowUptime | IsSybil
	case consensus.Guard:
		of = NotFast | NotStable | NotV2Dir | LowBandwidth | LowWFU | ShortTimeKnown | IsMiddleOnly | GuardStripped | IsSybil
	case consensus.HSDir:
		of = NotFast | NotStable | NotV2Dir | NotOffered | NotActive | ShortUptime | IsMiddleOnly | HSDirStripped | IsSybil
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
	for _, span := range e.spans {
		given, against := span.verdict(e.criteria[:])
		switch given {
		case Yes:
			d.Flags = d.Flags.With(span.flag)
		case No:
			d.Against |= against
		case CannotTell:
			d.CannotTell |= span.flag
		}
	}
	d.Flags = factsAfterLists(d.Flags, relay)
	return d
}

// factsAfterLists applies the lists to the flags that Explain says nothing of.
func factsAfterLists(flags consensus.Flags, relay Relay) consensus.Flags {
	if relay.Facts.Has(consensus.MiddleOnly) {
		flags = flags.Without(consensus.Exit | consensus.V2Dir).With(consensus.BadExit)
	}
	flags = flags.Without(relay.Strip &^ Decided).With(relay.Pin &^ Decided)
	if relay.Facts.Has(consensus.Sybil) {
		flags = flags.Without(consensus.Authority | consensus.Exit | consensus.Running | consensus.Valid | consensus.V2Dir)
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
	n        int
	spans    [4]span
}

// maxCriteria is the most there can be: 1 + 1 + 6 + 6 that are measured, for each of the four flags whether the relay is a
// sybil, where that is unknown, and a list's Override for two of them.
const maxCriteria = 20

// span is one flag's part of the criteria.
type span struct {
	flag     consensus.Flag
	from, to int
}

// verdict is the flag's answer, and what stands against it.
func (s span) verdict(criteria []Criterion) (given Answer, against Reasons) {
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
	fast := e.flag(0, consensus.Fast, relay, r.fast(relay, t))
	stable := e.flag(1, consensus.Stable, relay, r.stable(relay, t))

	// Guard and HSDir ask for Fast and Stable as they stand before any list: only being a sybil touches those two, and
	// it takes all four away.
	isFast := fact(consensus.Guard, "Fast", e.criteria[fast.from].Met, NotFast)
	isStable := fact(consensus.Guard, "Stable", e.criteria[stable.from].Met, NotStable)
	v2dir := fact(consensus.Guard, "V2Dir", answer(relay.Facts.Has(consensus.V2Dir)), NotV2Dir)
	v2dir.Met = unless(relay.Unknown&UnknownV2Dir != 0, v2dir.Met)

	e.flag(2, consensus.Guard, relay, isFast, isStable, v2dir,
		r.guardBandwidth(relay, t), r.guardWFU(relay, t), r.guardTimeKnown(relay, t))

	offers := fact(consensus.HSDir, "offered", answer(relay.OffersHSDir), NotOffered)
	offers.Met = unless(relay.Unknown&UnknownOffer != 0, offers.Met)
	active := fact(consensus.HSDir, "active", answer(relay.Active), NotActive)
	active.Met = unless(relay.Unknown&UnknownActivity != 0, active.Met)
	e.flag(3, consensus.HSDir, relay, offers, v2dir, isStable, isFast, active, r.hsdirUptime(relay))
}

// flag adds one flag's criteria, and the override that settles it if there is one.
func (e *evaluation) flag(i int, flag consensus.Flag, relay *Relay, criteria ...Criterion) span {
	s := span{flag: flag, from: e.n}
	for _, c := range criteria {
		e.add(flag, c)
	}
	if relay.Unknown&UnknownSybil != 0 && !relay.Facts.Has(consensus.Sybil) {
		e.add(flag, fact(flag, "no sybil", CannotTell, IsSybil))
	}
	if c, ok := override(flag, relay); ok {
		e.add(flag, c)
	}
	s.to = e.n
	e.spans[i] = s
	return s
}

func (e *evaluation) add(flag consensus.Flag, c Criterion) {
	c.Flag = flag
	e.criteria[e.n] = c
	e.n++
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
func fact(flag consensus.Flag, name string, met Answer, against Reasons) Criterion {
	c := Criterion{Flag: flag, Name: name, Need: 1, Met: met, Reason: against}
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
	kb := relay.Credible(t.IgnoringAdvertised)
	bound := Percentile
	if guarantee, ok := guaranteed(r.FastGuarantee); ok && t.Fast == guarantee {
		bound = Guarantee
	} else if lowest, highest := r.fastBounds(); t.Fast == highest || lowest > 0 && t.Fast == lowest {
		bound = Parameter
	}
	return Criterion{Name: "bandwidth", Have: float64(kb), Need: float64(t.Fast), Unit: KBs, Bound: bound, Reason: Slow,
		Met: unless(relay.Unknown&UnknownBandwidth != 0, answer(kb >= t.Fast))}
}

func (r *Rules) stable(relay *Relay, t *Thresholds) Criterion {
	c := Criterion{Unit: Seconds, Bound: Percentile}
	if !t.EnoughMTBF {
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
	kb := relay.Credible(t.IgnoringAdvertised)
	need, bound := min(t.GuardIncludingExits, t.GuardExcludingExits), Percentile
	if guarantee, ok := guaranteed(r.GuardBandwidth); ok && guarantee < need {
		need, bound = guarantee, Guarantee
	}
	return Criterion{Name: "bandwidth", Have: float64(kb), Need: float64(need), Unit: KBs, Bound: bound, Reason: LowBandwidth,
		Met: unless(relay.Unknown&UnknownBandwidth != 0, answer(kb >= need))}
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
