package foresight

import (
	"iter"
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Outlook is all that a [Future] tells of one flag. What is said of now is so before a relay that is down comes back; all
// that follows is of a relay that is up from now on.
type Outlook struct {
	// Flag is the flag, one of guard.Decided.
	Flag consensus.Flag

	// Has is whether the relay has it now.
	Has guard.Answer

	// Criteria are those of the flag, in the order of guard.Rules.Explain, each with when it is first met. Such a moment
	// is no promise: a time known just reached falls back at the next tick if most of it is of runs that have ended, and
	// is reached again hours later. Where Changes put another criterion in the place of one, as MTBF in that of uptime, it
	// is when the one in that place is met.
	Criteria []Forecast

	// Gained is when the flag is first given, and the one of Criteria that comes last. Where that is now, it is the
	// criterion by which the flag is closest to being lost (guard.Weakest); where the flag never comes, one that does not.
	Gained Forecast

	// Lost is when the relay, having gained the flag, is first without it again though it stays up: thresholds change, or
	// a tick of the discount takes more from the past than the present has brought. Never, where that does not happen or
	// the flag is not gained for certain. The criterion is the one that fails, as it then stands.
	Lost Forecast

	// ForGood is from when on the relay has the flag for ever; Never, if it does not keep it.
	ForGood wfu.Instant

	// Survives is the longest outage from now on that does not cost the flag, in seconds: a relay that goes down now, and
	// is back so many seconds later or at any second before, has the flag in the second in which it is back. Whether it
	// keeps it then, up, is After(d).Outlook(flag).Lost: a tick soon after may still take it, outage or not. What counts
	// as an outage is said at [Future.After].
	//
	// It is -1 where there is no such outage, not even of 0 seconds, or the flag is not given for certain;
	// math.MaxInt64 where no outage is too long, of the 68 years that forecasts look.
	Survives int64

	// Breaks is the criterion that fails after an outage of one second more than Survives, as it then stands; the zero
	// Criterion where there is no such outage.
	Breaks guard.Criterion
}

// Outlook tells of a flag, one of guard.Decided. It goes from tick to tick and from one change of thresholds to the next,
// until all that is past has lost its weight, which takes some milliseconds.
//
// Survives is to all criteria what wfu.History.OutageBudget is to WFU alone, but for some seconds in rare cases: the
// truncation at a tick may lift a WFU that fell below the threshold just above it again, which counts there and not here.
func (f Future) Outlook(flag consensus.Flag) Outlook {
	f = f.ticked()
	f.Relay = measured(f.Relay, f.History, f.Now)
	t := f.marks()[0].thresholds
	o := Outlook{
		Flag:     flag,
		Has:      f.Rules.Decide(f.Relay, t).Answer(flag),
		Criteria: unmet(of(flag, slices.Collect(f.Rules.Explain(f.Relay, t)))),
		Gained:   Forecast{Earliest: Never, Latest: Never},
		Lost:     Forecast{Earliest: Never, Latest: Never},
		ForGood:  Never,
		Survives: -1,
	}
	o.stayUp(f.up())
	if o.Gained.Latest == f.Now {
		o.goDown(f)
	}
	return o
}

// stayUp finds what comes of staying up.
func (o *Outlook) stayUp(f Future) {
	var failing []int // the criteria that stood against the flag in the phase before
	for p := range f.phases(f.stayingUp()) {
		own, answer := of(o.Flag, p.criteria), p.decide(f.Rules, o.Flag)
		meet(o.Criteria, own, p.from)
		if answer != guard.No {
			o.Gained.Earliest = min(o.Gained.Earliest, p.from)
		}
		gained := o.Gained.Latest != Never
		if answer == guard.Yes {
			o.ForGood = min(o.ForGood, p.from)
			if !gained {
				o.Gained.Latest = p.from
				o.Gained.Criterion = o.last(failing)
			}
			continue
		}
		o.ForGood = Never
		failing = appendFailing(failing[:0], own)
		if gained && o.Lost.Latest == Never {
			o.Lost = Forecast{Earliest: p.from, Latest: p.from}
			if len(failing) > 0 {
				o.Lost.Criterion = own[failing[0]]
			}
		}
	}
	switch o.Gained.Latest {
	case f.Now:
		o.Gained.Criterion, _ = guard.Weakest(criteriaOf(o.Criteria), o.Flag)
	case Never:
		last, _ := Last(o.Criteria, o.Flag)
		o.Gained.Criterion = last.Criterion
	}
}

// last is the one of these criteria that was met last, as it stands now.
func (o *Outlook) last(which []int) guard.Criterion {
	var last Forecast
	for _, i := range which {
		if i < len(o.Criteria) && o.Criteria[i].Latest >= last.Latest {
			last = o.Criteria[i]
		}
	}
	return last.Criterion
}

// goDown finds how long an outage is survived.
func (o *Outlook) goDown(f Future) {
	for p := range f.phases(f.comingBack()) {
		if p.decide(f.Rules, o.Flag) == guard.Yes {
			continue
		}
		o.Survives = p.from.Sub(f.Now) - 1
		own := of(o.Flag, p.criteria)
		if failing := appendFailing(nil, own); len(failing) > 0 {
			o.Breaks = own[failing[0]]
		}
		return
	}
	o.Survives = math.MaxInt64
}

// of is those of the criteria that are a flag's.
func of(flag consensus.Flag, criteria []guard.Criterion) []guard.Criterion {
	var own []guard.Criterion
	for _, c := range criteria {
		if c.Flag == flag {
			own = append(own, c)
		}
	}
	return own
}

// decide is the answer on a flag.
func (p *phase) decide(rules guard.Rules, flag consensus.Flag) guard.Answer {
	return rules.Decide(p.relay, p.thresholds).Answer(flag)
}

// appendFailing appends which of a flag's criteria stand against it: those not met, but of an Override that one alone.
func appendFailing(dst []int, own []guard.Criterion) []int {
	for i, c := range own {
		switch {
		case c.Bound == guard.Override && c.Met == guard.Yes:
			return dst[:0]
		case c.Bound == guard.Override:
			return append(dst[:0], i)
		case c.Met != guard.Yes:
			dst = append(dst, i)
		}
	}
	return dst
}

// criteriaOf is the criteria of forecasts.
func criteriaOf(forecasts []Forecast) iter.Seq[guard.Criterion] {
	return func(yield func(guard.Criterion) bool) {
		for _, f := range forecasts {
			if !yield(f.Criterion) {
				return
			}
		}
	}
}
