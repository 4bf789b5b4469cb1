package foresight

import (
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// FromStats forecasts every criterion of rules.Explain, in that order, from no more than a vote shows of a relay's
// history: its WFU (rounded to six decimals), TimeKnown, and MTBF (rounded to seconds), as guard.FromVote has them. Now is
// when the vote was made. Where history is unknown, so is the forecast: from now to Never.
//
// Two things that matter for the future a vote does not show: how much of the time known is of the run that is open,
// which is not discounted, and when the discount ticks next. So there are bounds: Earliest is for a relay whose whole
// uptime is one open run, Latest for one whose run has just begun, each at that phase of the clock which is best or worst
// for it. A relay that is not Running has no open run, and is taken to come back at now.
//
// MTBF adds the number of runs to what is not shown, yet it can be told: uptime is WFU times time known, and an
// authority counts it in runs as well, so that uptime by MTBF is the discounted number of runs. This fails for the rare
// relay whose uptime and run lengths its authority has lost separately.
//
// The bounds hold for every history that prints these stats, with a second to spare, except that a criterion that is met
// by a rounded number counts as met.
func FromStats(rules guard.Rules, relay guard.Relay, t guard.Thresholds, now wfu.Instant) []Forecast {
	all := unmet(slices.Collect(rules.Explain(relay, t)))
	// First as if its history stood still, which is right for all but what depends on it.
	f := Future{Rules: rules, Thresholds: t, Relay: present(relay), Now: now}
	for p := range f.phases(f.standingStill()) {
		meet(all, p.criteria, p.from)
	}

	s := seenIn(relay)
	for i := range all {
		f := &all[i]
		switch {
		case f.Criterion.Met == guard.CannotTell:
		case f.Criterion.Reason == guard.NotFast:
			f.Earliest, f.Latest = Due(beforeLists(all[:i]), consensus.Fast)
		case f.Criterion.Reason == guard.NotStable:
			f.Earliest, f.Latest = Due(beforeLists(all[:i]), consensus.Stable)
		case f.Criterion.Met == guard.No:
			if best, worst := s.measure(f.Criterion); best != nil {
				// It is not met now, and so not before the next second.
				f.Earliest, f.Latest = after(now, max(1, first(best, math.Min)-1)), after(now, first(worst, math.Max)+1)
			}
		case f.Criterion.Reason == guard.LowMTBF && !relay.Facts.Has(consensus.Running):
			// It is met until the relay comes back, which is one more run.
			best, worst := s.mtbf(f.Criterion.Need)
			f.Earliest, f.Latest = after(now, max(0, first(best, math.Min)-1)), after(now, max(0, first(worst, math.Max)+1))
		}
	}
	return all
}

// beforeLists is the forecasts of what is asked for before any list is looked at, and before sybils are.
func beforeLists(forecasts []Forecast) []Forecast {
	return slices.DeleteFunc(slices.Clone(forecasts), func(f Forecast) bool {
		return f.Criterion.Bound == guard.Override || f.Criterion.Reason == guard.IsSybil
	})
}

// after is the first second at least so long after now, Never if it is beyond the horizon.
func after(now wfu.Instant, seconds float64) wfu.Instant {
	seconds = math.Ceil(seconds)
	if !(seconds <= horizon) || now > now.Add(horizon) {
		return Never
	}
	return now.Add(int64(max(seconds, 0)))
}

// seen is what stats say of the time behind them, in seconds: each number between a low and a high bound.
type seen struct {
	known             float64 // up or down, the open run included
	upLow, upHigh     float64 // up, the open run included
	open              float64 // the longest that the open run can be; the shortest is 0
	runsLow, runsHigh float64 // the discounted number of runs that have ended
}

func seenIn(relay guard.Relay) seen {
	const halfWFU, halfMTBF = 0.5e-6, 0.5
	fraction := math.Min(plausible(relay.WFU), 1)
	s := seen{known: plausible(float64(relay.TimeKnown))}
	s.upLow = float64(s.known * math.Max(0, fraction-halfWFU))
	s.upHigh = float64(s.known * math.Min(1, fraction+halfWFU))
	if s.known == 0 {
		return s
	}
	running := 0.0
	if relay.Facts.Has(consensus.Running) {
		s.open, running = s.upHigh, 1 // the open run is one of the MTBF's
	}
	mtbf := plausible(relay.MTBF)
	s.runsLow = math.Max(0, s.upLow/(mtbf+halfMTBF)-running)
	s.runsHigh = math.Inf(1)
	if mtbf > halfMTBF {
		s.runsHigh = math.Max(0, s.upHigh/(mtbf-halfMTBF)-running)
	}
	return s
}

// plausible is a number that no history can have below 0; no number counts as 0.
func plausible(v float64) float64 {
	if v > 0 {
		return v
	}
	return 0
}

// measure is how many seconds a relay must have been up since now to meet a criterion of its history, at best and at worst,
// when all that had ended by now is discounted by the factor x, and up to lost seconds of each sum went by truncation. It
// is nil for other criteria.
func (s seen) measure(c guard.Criterion) (best, worst func(x, lost float64) float64) {
	switch c.Reason {
	case guard.ShortTimeKnown:
		return s.timeKnown(c.Need)
	case guard.LowWFU:
		return s.wfu(c.Need)
	case guard.LowMTBF:
		return s.mtbf(c.Need)
	}
	return nil, nil
}

// timeKnown: time up and down must be need.
func (s seen) timeKnown(need float64) (best, worst func(x, lost float64) float64) {
	best = func(x, lost float64) float64 { return need - s.open - float64((s.known-s.open)*x) }
	worst = func(x, lost float64) float64 { return need - float64(s.known*x) + lost }
	return best, worst
}

// wfu: downtime over time known must be at most 1 - need.
func (s seen) wfu(need float64) (best, worst func(x, lost float64) float64) {
	best = func(x, lost float64) float64 {
		down := math.Max(0, float64((s.known-s.upHigh)*x)-lost)
		return over(down, 1-need) - s.open - float64((s.known-s.open)*x)
	}
	worst = func(x, lost float64) float64 {
		down := float64((s.known-s.upLow)*x) + lost
		return over(down, 1-need) - float64(s.known*x) + lost
	}
	return best, worst
}

// over is part/share, where nothing is any share of nothing.
func over(part, share float64) float64 {
	switch {
	case part == 0:
		return 0
	case share <= 0:
		return math.Inf(1)
	}
	return part / share
}

// mtbf: run length must be at least need times the number of runs, the open one included.
func (s seen) mtbf(need float64) (best, worst func(x, lost float64) float64) {
	best = func(x, lost float64) float64 {
		return float64(need*(1+float64(s.runsLow*x))) - s.open - float64((s.upHigh-s.open)*x)
	}
	worst = func(x, lost float64) float64 {
		return float64(need*(1+float64(s.runsHigh*x))) - float64(s.upLow*x) + lost
	}
	return best, worst
}

// first is the least number of seconds from now at which needed is reached. In the i-th half day from now there have been
// i or i+1 ticks; better, Min or Max, chooses between the two. Infinity is never.
func first(needed func(x, lost float64) float64, better func(a, b float64) float64) float64 {
	const interval = float64(wfu.DiscountInterval)
	x := 1.0
	at := func(x float64) float64 { return needed(x, 20*(1-x)) } // each tick loses less than 1, discounted by those after it
	from := 0.0
	for ; x > 1e-15; from += interval {
		next := float64(x * wfu.DiscountFactor)
		if seconds := math.Max(from, better(at(x), at(next))); seconds < from+interval {
			return seconds
		}
		x = next
	}
	// By now, a year from the beginning, what had ended weighs nothing any more.
	return math.Max(at(0), from)
}
