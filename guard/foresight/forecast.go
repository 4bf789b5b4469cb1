package foresight

import (
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Never is the moment of what does not happen however long a relay stays up: in 68 years, 2^31 seconds, which is how far
// all forecasts look.
const Never wfu.Instant = math.MaxInt64

// horizon is how far forecasts look, in seconds. The past has lost all weight long before; but real uptimes, which tor
// compares as 32-bit numbers, begin anew after twice that time, so that beyond it even what stays up would come and go.
const horizon = 1 << 31

// Forecast is a moment and the criterion that it is about: the first second in which that one is met, unless said
// otherwise, if the relay is up from now on and nothing else changes that is not said to.
type Forecast struct {
	// Criterion is how it stands now, unless said otherwise.
	Criterion guard.Criterion

	// Earliest and Latest bound the moment, both included: they are equal where everything needed is known; now, where
	// it has come already; Never, where time does not bring it. From now to Never says that nothing is known.
	Earliest, Latest wfu.Instant
}

// Exact reports whether the moment is known.
func (f Forecast) Exact() bool { return f.Earliest == f.Latest }

// Due is when the last of a flag's criteria is met, at the earliest and at the latest; where an authority's list settles
// the flag, only the list counts. By then each has been met, though one may have fallen back for some hours, as said of
// Outlook.Criteria. Where there are no criteria of that flag it is Never.
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

// meet notes which criteria are met at a moment.
func meet(forecasts []Forecast, criteria []guard.Criterion, at wfu.Instant) {
	for i := range min(len(forecasts), len(criteria)) {
		f := &forecasts[i]
		if criteria[i].Met != guard.No {
			f.Earliest = min(f.Earliest, at)
		}
		if criteria[i].Met == guard.Yes {
			f.Latest = min(f.Latest, at)
		}
	}
}

// unmet is a forecast for each criterion that nothing is known of yet.
func unmet(criteria []guard.Criterion) []Forecast {
	forecasts := make([]Forecast, len(criteria))
	for i, c := range criteria {
		forecasts[i] = Forecast{Criterion: c, Earliest: Never, Latest: Never}
	}
	return forecasts
}
