package wfu

// slow is one relay's history in the words of the rule, kept apart from History
// on purpose: it steps through time second by second, looks at the clock at each
// and knows of no closed form.
type slow struct {
	weightedRunLength, weightedUptime, totalWeightedTime uint64
	totalRunWeights                                      float64
	startOfRun, startOfDowntime                          int64
	lastDownrated                                        int64
}

func slowly(h History, clock Instant) *slow {
	return &slow{
		h.WeightedRunLength, h.WeightedUptime, h.TotalWeightedTime, h.TotalRunWeights,
		int64(h.StartOfRun), int64(h.StartOfDowntime), int64(clock),
	}
}

func (s *slow) history() History {
	return History{
		s.weightedRunLength, s.totalRunWeights, s.weightedUptime, s.totalWeightedTime,
		Instant(s.startOfRun), Instant(s.startOfDowntime),
	}
}

func (s *slow) reachable(when int64) {
	if s.startOfRun == 0 {
		s.startOfRun = when
	}
	if s.startOfDowntime != 0 {
		s.totalWeightedTime += uint64(when - s.startOfDowntime)
		s.startOfDowntime = 0
	}
}

func (s *slow) unreachable(when int64) {
	if s.startOfRun != 0 {
		s.totalRunWeights += 1
		length := when - s.startOfRun
		s.startOfRun = 0
		if length >= 0 {
			s.weightedRunLength += uint64(length)
			s.weightedUptime += uint64(length)
			s.totalWeightedTime += uint64(length)
		} else {
			clamp := func(x *uint64) {
				if *x < uint64(-length) {
					*x = 0
				} else {
					*x -= uint64(-length)
				}
			}
			clamp(&s.weightedRunLength)
			clamp(&s.weightedUptime)
		}
	}
	if s.startOfDowntime == 0 {
		s.startOfDowntime = when
	}
}

func (s *slow) discount(now int64) {
	if s.lastDownrated == 0 {
		s.lastDownrated = now
	}
	alpha := 1.0
	for s.lastDownrated+12*60*60 <= now {
		s.lastDownrated += 12 * 60 * 60
		alpha *= 0.95
	}
	if alpha < 1 {
		for _, x := range []*uint64{&s.weightedRunLength, &s.weightedUptime, &s.totalWeightedTime} {
			*x = uint64(float64(*x) * alpha)
		}
		s.totalRunWeights *= alpha
	}
}

func (s *slow) known(t int64) int64 {
	switch total := int64(s.totalWeightedTime); {
	case s.startOfRun != 0:
		return total + t - s.startOfRun
	case s.startOfDowntime != 0:
		return total + t - s.startOfDowntime
	default:
		return total
	}
}

func (s *slow) wfu(t int64) float64 {
	up := int64(s.weightedUptime)
	if s.startOfRun != 0 {
		up += t - s.startOfRun
	}
	if s.known(t) == 0 {
		return 0
	}
	return float64(up) / float64(s.known(t))
}

func (s *slow) mtbf(t int64) float64 {
	length, weights := int64(s.weightedRunLength), s.totalRunWeights
	if s.startOfRun != 0 {
		length += t - s.startOfRun
		weights += 1
	}
	if weights < 0.0001 {
		return 0
	}
	return float64(length) / weights
}

// walk steps through the seconds from now to end, with the discounts that fall
// due, until see says that it has seen enough; it is the second at which it did,
// or none.
func (s *slow) walk(now, end int64, see func(t int64) bool) (at Instant, ok bool) {
	for t := now; t <= end; t++ {
		s.discount(t)
		if see(t) {
			return Instant(t), true
		}
	}
	return 0, false
}
