package foresight

import (
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Never is the moment of what does not happen however long a relay stays up.
const Never wfu.Instant = math.MaxInt64

// Forecast is when one criterion is first met, if from now on the relay is up all the time, the authority votes all the
// time, and nothing else changes: thresholds, bandwidth and lists stay what they are.
type Forecast struct {
	// Criterion is how it stands now.
	Criterion guard.Criterion

	// Earliest and Latest bound the moment, both included: they are equal where everything needed is known; now, where
	// the criterion is met already; Never, where time does not help. From now to Never says that nothing is known.
	Earliest, Latest wfu.Instant
}

// Exact reports whether the moment is known.
func (f Forecast) Exact() bool { return f.Earliest == f.Latest }

// FromHistory forecasts every criterion of rules.Explain, in that order, from the relay's history. The clock is when the
// discount last ticked (wfu.Ledger.LastDownrated), and answers depend on its phase by hours. A relay that is down is
// taken to come back at now. The WFU, TimeKnown and MTBF of the relay are not looked at: they are the history's.
//
// A moment is the first one for its criterion: a time known just reached falls back by a tick's discount if most of it
// is of runs that have ended, and is reached again hours later. [When] is when all of a flag's criteria are met at once.
func FromHistory(rules guard.Rules, relay guard.Relay, t guard.Thresholds, h wfu.History, clock, now wfu.Instant) []Forecast {
	relay, h, clock = upAt(relay, h, clock, now)
	return forecasts(rules, relay, t, now, func(c guard.Criterion) (earliest, latest wfu.Instant) {
		at, ok := Never, false
		switch c.Reason {
		case guard.LowWFU:
			at, ok = h.ReachWFU(now, clock, c.Need)
		case guard.ShortTimeKnown:
			at, ok = h.ReachTimeKnown(now, clock, int64(c.Need))
		case guard.LowMTBF:
			at, ok = h.ReachMTBF(now, clock, c.Need)
		}
		if !ok {
			return Never, Never
		}
		return at, at
	})
}

// upAt is the relay and its history at now, the ticks of the discount applied that are due, the relay being back if it
// was down.
func upAt(relay guard.Relay, h wfu.History, clock, now wfu.Instant) (guard.Relay, wfu.History, wfu.Instant) {
	h, clock = h.Advance(now, clock, now)
	if !h.Running() {
		h = h.Reachable(now)
	}
	stats := h.Stats(now)
	relay.WFU, relay.TimeKnown, relay.MTBF = stats.WFU, stats.TimeKnown, stats.MTBF
	relay.Unknown &^= guard.UnknownHistory
	return relay, h, clock
}

// When is the first moment from now on at which the flag, one of guard.Decided, is given to a relay that stays up, as
// said of FromHistory. It reports false if that never happens, and where it cannot be told.
func When(rules guard.Rules, relay guard.Relay, t guard.Thresholds, h wfu.History, clock, now wfu.Instant, flag consensus.Flag) (wfu.Instant, bool) {
	relay, h, clock = upAt(relay, h, clock, now)
	for {
		_, at := Due(FromHistory(rules, relay, t, h, clock, now), flag)
		if at == Never {
			return 0, false
		}
		// All criteria have been met by then, but one of them may have fallen back.
		later, ticked := h.Advance(now, clock, at)
		relay.Uptime += at.Sub(now)
		relay.HSDirUptime += at.Sub(now)
		relay, h, clock = upAt(relay, later, ticked, at)
		if at == now || rules.Decide(relay, t).Answer(flag) == guard.Yes {
			return at, true
		}
		now = at
	}
}

// Due is when the last of a flag's criteria is met, at the earliest and at the latest; where an authority's list settles
// the flag, only the list counts. By then each has been met, though one may have fallen back for some hours, as said of
// FromHistory. Where there are no criteria of that flag it is Never.
func Due(forecasts []Forecast, flag consensus.Flag) (earliest, latest wfu.Instant) {
	earliest, latest = math.MinInt64, math.MinInt64
	any := false
	for _, f := range forecasts {
		switch {
		case f.Criterion.Flag != flag:
			continue
		case f.Criterion.Bound == guard.Override:
			return f.Earliest, f.Latest
		}
		any = true
		earliest, latest = max(earliest, f.Earliest), max(latest, f.Latest)
	}
	if !any {
		return Never, Never
	}
	return earliest, latest
}

// Last is the one of a flag's criteria that is met last, by the latest moment and then by the earliest; where an
// authority's list settles the flag, it is the list's. It reports false where there are no criteria of that flag.
func Last(forecasts []Forecast, flag consensus.Flag) (Forecast, bool) {
	var last Forecast
	found := false
	for _, f := range forecasts {
		switch {
		case f.Criterion.Flag != flag:
		case f.Criterion.Bound == guard.Override:
			return f, true
		case !found, f.Latest > last.Latest, f.Latest == last.Latest && f.Earliest > last.Earliest:
			last, found = f, true
		}
	}
	return last, found
}

// forecasts goes through the criteria; ofHistory answers for those of the relay's history that are known and not met.
func forecasts(rules guard.Rules, relay guard.Relay, t guard.Thresholds, now wfu.Instant,
	ofHistory func(guard.Criterion) (earliest, latest wfu.Instant)) []Forecast {
	var all []Forecast
	// Guard and HSDir ask for Fast and Stable as these stand before any list, which is their first criterion.
	var fast, stable Forecast
	for c := range rules.Explain(relay, t) {
		f := Forecast{Criterion: c, Earliest: now, Latest: now}
		switch {
		case c.Reason == guard.NotFast:
			f.Earliest, f.Latest = fast.Earliest, fast.Latest
		case c.Reason == guard.NotStable:
			f.Earliest, f.Latest = stable.Earliest, stable.Latest
		case c.Met == guard.CannotTell:
			f.Latest = Never
		case c.Met == guard.Yes:
		case c.Reason == guard.LowUptime || c.Reason == guard.ShortUptime:
			f.Earliest = after(now, c.Need-c.Have)
			f.Latest = f.Earliest
		case c.Reason == guard.LowWFU || c.Reason == guard.ShortTimeKnown || c.Reason == guard.LowMTBF:
			f.Earliest, f.Latest = ofHistory(c)
		default:
			f.Earliest, f.Latest = Never, Never
		}
		switch c.Reason {
		case guard.Slow:
			fast = f
		case guard.LowMTBF, guard.LowUptime:
			stable = f
		}
		all = append(all, f)
	}
	return all
}

// after is the first second at least so long after now, Never if it is beyond the end of time.
func after(now wfu.Instant, seconds float64) wfu.Instant {
	seconds = math.Ceil(seconds)
	if !(seconds < 1<<62) || now > 1<<62 {
		return Never
	}
	return now.Add(int64(max(seconds, 0)))
}
