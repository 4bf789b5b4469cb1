package wfu

import "slices"

// Columns is the histories of many relays, a slice for each number of [History]: element i of every slice is of the same
// relay. It is for those who have very many and ask the same of all, such as simulations, or notebooks whose arrays these
// slices can be. Which relay is which the caller keeps beside it. Who has a few hundred does better with a History each.
//
// The slices are the caller's, of one length; the zero Columns is of no relays. Nothing is copied unasked. Results are
// appended to dst, and nowhere else is anything written; a dst with room enough makes the methods allocate nothing. Questions about the future are asked of each history by itself, which is At. Methods panic when a slice they need
// is shorter than the first.
//
// C: src/feature/stats/rephist.c, or_history_t.
type Columns struct {
	// WeightedRunLength is that of each relay, in seconds.
	WeightedRunLength []uint64
	// TotalRunWeights is that of each relay, a count.
	TotalRunWeights []float64
	// WeightedUptime is that of each relay, in seconds.
	WeightedUptime []uint64
	// TotalWeightedTime is that of each relay, in seconds.
	TotalWeightedTime []uint64
	// StartOfRun is that of each relay; zero while no run is open.
	StartOfRun []Instant
	// StartOfDowntime is that of each relay; zero while no downtime is open.
	StartOfDowntime []Instant
}

// Len is the number of relays.
func (c Columns) Len() int { return len(c.WeightedRunLength) }

// At is the history of relay i.
func (c Columns) At(i int) History {
	return History{
		WeightedRunLength: c.WeightedRunLength[i],
		TotalRunWeights:   c.TotalRunWeights[i],
		WeightedUptime:    c.WeightedUptime[i],
		TotalWeightedTime: c.TotalWeightedTime[i],
		StartOfRun:        c.StartOfRun[i],
		StartOfDowntime:   c.StartOfDowntime[i],
	}
}

// Append is the columns with one more relay, as the built-in append has it.
func (c Columns) Append(h History) Columns {
	return Columns{
		WeightedRunLength: append(c.WeightedRunLength, h.WeightedRunLength),
		TotalRunWeights:   append(c.TotalRunWeights, h.TotalRunWeights),
		WeightedUptime:    append(c.WeightedUptime, h.WeightedUptime),
		TotalWeightedTime: append(c.TotalWeightedTime, h.TotalWeightedTime),
		StartOfRun:        append(c.StartOfRun, h.StartOfRun),
		StartOfDowntime:   append(c.StartOfDowntime, h.StartOfDowntime),
	}
}

// Slice is the relays from i to before j, in the same memory, as slicing has it: for a part of the work, or with
// Slice(0, 0) for a dst that overwrites.
func (c Columns) Slice(i, j int) Columns {
	return Columns{
		WeightedRunLength: c.WeightedRunLength[i:j],
		TotalRunWeights:   c.TotalRunWeights[i:j],
		WeightedUptime:    c.WeightedUptime[i:j],
		TotalWeightedTime: c.TotalWeightedTime[i:j],
		StartOfRun:        c.StartOfRun[i:j],
		StartOfDowntime:   c.StartOfDowntime[i:j],
	}
}

// grow is the columns with n more relays of any contents.
func (c Columns) grow(n int) Columns {
	return Columns{
		WeightedRunLength: grow(c.WeightedRunLength, n),
		TotalRunWeights:   grow(c.TotalRunWeights, n),
		WeightedUptime:    grow(c.WeightedUptime, n),
		TotalWeightedTime: grow(c.TotalWeightedTime, n),
		StartOfRun:        grow(c.StartOfRun, n),
		StartOfDowntime:   grow(c.StartOfDowntime, n),
	}
}

func grow[S ~[]E, E any](s S, n int) S { return slices.Grow(s, n)[:len(s)+n] }

// AppendDiscount appends each relay's history after n ticks of the discount at once; see [History.Discount]. dst may be
// c.Slice(0, 0), to overwrite, and may not overlap c otherwise:
//
//	c = c.AppendDiscount(c.Slice(0, 0), 2)
//
// C: src/feature/stats/rephist.c, rep_hist_downrate_old_runs.
func (c Columns) AppendDiscount(dst Columns, n int64) Columns {
	from := dst.Len()
	dst = dst.grow(c.Len())
	d := dst.Slice(from, dst.Len())
	copy(d.StartOfRun, c.StartOfRun)
	copy(d.StartOfDowntime, c.StartOfDowntime)
	if n > 0 {
		d.scale(c, accumulated(n))
		return dst
	}
	copy(d.WeightedRunLength, c.WeightedRunLength)
	copy(d.TotalRunWeights, c.TotalRunWeights)
	copy(d.WeightedUptime, c.WeightedUptime)
	copy(d.TotalWeightedTime, c.TotalWeightedTime)
	return dst
}

// scale sets the finished sums to those of c times alpha < 1: as History.scale, for all. One loop over all four
// numbers keeps four streams of memory going at once, which a loop for each does not.
func (d Columns) scale(c Columns, alpha float64) {
	// Of one length, which the compiler then need not check at every element.
	n := c.Len()
	length, up, total, runs := c.WeightedRunLength[:n], c.WeightedUptime[:n], c.TotalWeightedTime[:n], c.TotalRunWeights[:n]
	toLength, toUp, toTotal, toRuns := d.WeightedRunLength[:n], d.WeightedUptime[:n], d.TotalWeightedTime[:n], d.TotalRunWeights[:n]
	for i := range n {
		toRuns[i] = runs[i] * alpha
		x, y, z := length[i], up[i], total[i]
		// Sums below 2^63, as all but forged ones are, convert as signed numbers with the same result: that is one
		// instruction each way, and several for unsigned ones.
		if int64(x|y|z) < 0 {
			toLength[i] = uint64(float64(x) * alpha)
			toUp[i] = uint64(float64(y) * alpha)
			toTotal[i] = uint64(float64(z) * alpha)
			continue
		}
		toLength[i] = uint64(int64(float64(int64(x)) * alpha))
		toUp[i] = uint64(int64(float64(int64(y)) * alpha))
		toTotal[i] = uint64(int64(float64(int64(z)) * alpha))
	}
}
