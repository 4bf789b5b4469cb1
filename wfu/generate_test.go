package wfu

import "pgregory.net/rapid"

// Generators. Their values are weighted to edges: nothing, one second, equal
// sums, a bound met to the second, both intervals open, clocks unset or ahead.

const (
	noon  = Instant(1768435200)
	hours = 3600
	days  = 24 * hours
)

// histories are those that real events could have made within some days, seen
// at a time not long after noon.
func histories(span int64) *rapid.Generator[History] {
	return rapid.Custom(func(t *rapid.T) History {
		sum := rapid.OneOf(rapid.Int64Range(0, span), rapid.Just(int64(0)), rapid.Int64Range(0, 100))
		var h History
		h.WeightedUptime = uint64(sum.Draw(t, "uptime"))
		h.TotalWeightedTime = h.WeightedUptime + uint64(rapid.OneOf(rapid.Just(int64(0)),
			rapid.Int64Range(0, 10), rapid.Int64Range(0, int64(h.WeightedUptime/20)), sum).Draw(t, "downtime"))
		h.WeightedRunLength = uint64(sum.Draw(t, "run length"))
		h.TotalRunWeights = rapid.OneOf(rapid.Just(0.0), rapid.Just(1.0), rapid.Float64Range(0, 20)).Draw(t, "runs")
		start := rapid.OneOf(rapid.Just(noon), rapid.Map(rapid.Int64Range(0, span), func(d int64) Instant { return noon.Add(-d) }))
		open := rapid.IntRange(0, 3).Draw(t, "open")
		if open == 1 || open == 3 {
			h.StartOfRun = start.Draw(t, "start of run")
		}
		if open == 2 || open == 3 {
			h.StartOfDowntime = start.Draw(t, "start of downtime")
		}
		return h
	})
}

// oddHistories are those that files can have and events cannot make: more time
// up than known, intervals that begin later on.
func oddHistories(span int64) *rapid.Generator[History] {
	return rapid.Custom(func(t *rapid.T) History {
		h := histories(span).Draw(t, "but for")
		later := rapid.OneOf(rapid.Int64Range(0, 100), rapid.Int64Range(0, span))
		if rapid.Bool().Draw(t, "more up") {
			h.WeightedUptime += uint64(later.Draw(t, "more uptime"))
		}
		if h.StartOfRun != 0 && rapid.Bool().Draw(t, "run later") {
			h.StartOfRun = noon.Add(later.Draw(t, "start of run"))
		}
		if h.StartOfDowntime != 0 && rapid.Bool().Draw(t, "downtime later") {
			h.StartOfDowntime = noon.Add(later.Draw(t, "start of downtime"))
		}
		return h
	})
}

// clocks are discount clocks at all phases to noon: unset, due, just ticked,
// ticking in a second, long due, ahead.
func clocks() *rapid.Generator[Instant] {
	return rapid.OneOf(
		rapid.Map(rapid.Int64Range(0, 12*hours-1), func(d int64) Instant { return noon.Add(-d) }),
		rapid.SampledFrom([]Instant{0, noon, noon - 12*hours, noon - 12*hours + 1, noon - 12*hours + 30, noon - 5*days, noon + 2*hours}),
	)
}

// bounds are values of WFU to reach.
func bounds() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Just(0.98), rapid.SampledFrom([]float64{0, 0.5, 1, 1.5, 0.995}), rapid.Float64Range(0.7, 1))
}

// anyHistories are those no event made: any bits, weighted to the ends.
func anyHistories() *rapid.Generator[History] {
	return rapid.Custom(func(t *rapid.T) History {
		sum := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 3), rapid.SampledFrom([]uint64{1<<63 - 1, 1 << 63, 1<<64 - 1}))
		return History{
			WeightedRunLength: sum.Draw(t, "run length"),
			TotalRunWeights:   rapid.Float64().Draw(t, "runs"),
			WeightedUptime:    sum.Draw(t, "uptime"),
			TotalWeightedTime: sum.Draw(t, "total"),
			StartOfRun:        anyInstants().Draw(t, "start of run"),
			StartOfDowntime:   anyInstants().Draw(t, "start of downtime"),
		}
	})
}

func anyInstants() *rapid.Generator[Instant] {
	return rapid.Map(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-3, 3), rapid.Int64Range(0, 4e9),
		rapid.SampledFrom([]int64{-1 << 63, 1<<63 - 1, 1 << 62, 1<<62 - 1})), func(t int64) Instant { return Instant(t) })
}
