package wfu

// AppendWFU appends each relay's weighted fractional uptime at t; see [History.WFU].
//
// C: src/feature/stats/rephist.c, get_weighted_fractional_uptime.
func (c Columns) AppendWFU(dst []float64, t Instant) []float64 {
	from, n := len(dst), c.Len()
	dst = grow(dst, n)
	out := dst[from:][:n]
	up, total, run, down := c.WeightedUptime[:n], c.TotalWeightedTime[:n], c.StartOfRun[:n], c.StartOfDowntime[:n]
	for i := range out {
		out[i] = ratio(add(up[i], run[i], t), known(total[i], run[i], down[i], t))
	}
	return dst
}

// AppendTimeKnown appends each relay's weighted time known at t, in seconds; see [History.TimeKnown].
//
// C: src/feature/stats/rephist.c, get_total_weighted_time.
func (c Columns) AppendTimeKnown(dst []int64, t Instant) []int64 {
	from, n := len(dst), c.Len()
	dst = grow(dst, n)
	out := dst[from:][:n]
	total, run, down := c.TotalWeightedTime[:n], c.StartOfRun[:n], c.StartOfDowntime[:n]
	for i := range out {
		out[i] = known(total[i], run[i], down[i], t)
	}
	return dst
}

// AppendMTBF appends each relay's mean time between failures at t, in seconds; see [History.MTBF].
//
// C: src/feature/stats/rephist.c, get_stability.
func (c Columns) AppendMTBF(dst []float64, t Instant) []float64 {
	from, n := len(dst), c.Len()
	dst = grow(dst, n)
	out := dst[from:][:n]
	length, runs, run := c.WeightedRunLength[:n], c.TotalRunWeights[:n], c.StartOfRun[:n]
	for i := range out {
		out[i] = mean(add(length[i], run[i], t), count(runs[i], run[i]))
	}
	return dst
}

// AppendUptime appends how long each relay's open run has lasted at t, in seconds; see [History.Uptime].
//
// C: src/feature/stats/rephist.c, rep_hist_get_uptime.
func (c Columns) AppendUptime(dst []int64, t Instant) []int64 {
	from, n := len(dst), c.Len()
	dst = grow(dst, n)
	out := dst[from:][:n]
	for i, run := range c.StartOfRun[:n] {
		out[i] = uptime(run, t)
	}
	return dst
}
