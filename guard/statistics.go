package guard

import (
	"math"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/order"
)

// place is the index of a statistic among so many values.
func (s *survey) place(statistic int) (k, n int) {
	switch r := &s.rules; statistic {
	case ofTimeKnown:
		return s.withHistory / 8, s.withHistory
	case ofWFU:
		return r.medianIndex(s.familiar), s.familiar
	case ofUptime:
		return r.medianIndex(s.withUptime), s.withUptime
	case ofMTBF:
		return r.medianIndex(s.withHistory), s.withHistory
	case ofEighth:
		return s.counted / 8, s.counted
	case ofQuarter:
		return s.counted / 4, s.counted
	case ofIncluding:
		return r.guardIndex(s.counted), s.counted
	default:
		return r.guardIndex(s.nonExits), s.nonExits
	}
}

// limit is the key from which on it does not matter how large a statistic is, for a guarantee takes its place.
func (s *survey) limit(statistic int) uint64 {
	switch r := &s.rules; statistic {
	case ofTimeKnown:
		return order.KeyInt(r.GuardTimeKnown)
	case ofWFU:
		if r.GuardWFU >= 0 { // as those that Check refuses may not be
			return order.KeyFloat(r.GuardWFU + 0)
		}
	case ofEighth, ofQuarter:
		_, highest := r.fastBounds()
		if guarantee, ok := r.guaranteed(r.FastGuarantee); ok {
			highest = min(highest, guarantee)
		}
		return order.Key32(uint32(max(highest, r.FastCrummy)))
	}
	return math.MaxUint64
}

// atFirst is what is sought in the first pass.
const atFirst = 1<<statistics - 1 - 1<<ofQuarter

// open has all brackets keep everything.
func (s *survey) open() {
	for i := range s.brackets {
		s.brackets[i].Open()
	}
}

// narrow sets the brackets by what a survey of a sample of the population, in which they kept everything, has seen.
func (s *survey) narrow(sample *survey) {
	for i := range s.brackets {
		from := &sample.brackets[i]
		if i == ofQuarter {
			// Is it going to be asked for?
			if s.brackets[ofEighth].Least() >= order.Key32(uint32(s.rules.FastCrummy)) {
				continue
			}
			s.seeks |= seek(ofQuarter)
			from = &sample.brackets[ofEighth] // it is of the same values
		}
		k, n := sample.place(i)
		s.brackets[i].Narrow(from.Kept(), k, n, s.limit(i))
		if i == ofTimeKnown && n > 0 {
			known, _ := from.Key(k)
			sample.learn(min(known, s.limit(i)))
		}
	}
}

// conclude enters what the brackets have found into the thresholds. What they missed is what the survey seeks from then on,
// with brackets that are ready for another pass.
func (s *survey) conclude(t *Thresholds) {
	t.ScarceExits = s.rules.exitsMatter() && s.ofExits <= s.total/3
	var missed seeks
	for i := range s.brackets {
		b := &s.brackets[i]
		switch k, n := s.place(i); {
		case !s.seeks.has(i):
		case i == ofWFU && missed.has(ofTimeKnown), i == ofQuarter && missed.has(ofEighth):
			b.Like(b)
			missed |= seek(i)
		case n == 0:
			missed |= s.enter(t, i, zeroKey[i])
		default:
			key, found := b.Key(k)
			if found {
				missed |= s.enter(t, i, key)
			} else {
				b.Wider(k)
				missed |= seek(i)
			}
		}
	}
	s.seeks = missed
}

// zeroKey is the keys of 0, which is what statistics of nothing are.
var zeroKey = [statistics]uint64{ofTimeKnown: order.KeyInt(0), ofWFU: order.ZeroFloat, ofMTBF: order.ZeroFloat}

// enter enters a statistic, and returns what has to be sought because of it.
func (s *survey) enter(t *Thresholds, statistic int, key uint64) seeks {
	r := &s.rules
	switch statistic {
	case ofTimeKnown:
		t.GuardTimeKnown = min(order.OfKeyInt(key), r.GuardTimeKnown)
		known := order.KeyInt(t.GuardTimeKnown)
		s.brackets[ofTimeKnown].At(known) // in case that there is a pass more for the WFU
		s.learn(known)
	case ofWFU, ofMTBF:
		v, ok := s.float(statistic, key)
		if !ok {
			return seek(statistic)
		}
		if statistic == ofMTBF {
			t.StableMTBF = v
		} else {
			t.GuardWFU = min(v, r.GuardWFU)
		}
	case ofUptime:
		t.StableUptime = uint32(key)
	case ofEighth:
		s.eighth = bandwidth.KB(key)
		switch {
		case s.eighth >= r.FastCrummy || s.counted == 0:
			t.Fast = r.fastThreshold(s.eighth, s.eighth)
			s.seeks &^= seek(ofQuarter)
		case !s.seeks.has(ofQuarter):
			s.brackets[ofQuarter].Open()
			return seek(ofQuarter)
		}
	case ofQuarter:
		t.Fast = r.fastThreshold(s.eighth, bandwidth.KB(key))
	case ofIncluding:
		t.GuardIncludingExits = bandwidth.KB(key)
	case ofExcluding:
		t.GuardExcludingExits = bandwidth.KB(key)
	}
	return 0
}

// float is the value of a key. Where it is no number, or less than 0, the keys are not in its order: then the value is
// looked for among the floats themselves, and it is not ok until all have been kept.
func (s *survey) float(statistic int, key uint64) (value float64, ok bool) {
	if key >= order.ZeroFloat {
		return order.OfKeyFloat(key), true
	}
	b := &s.brackets[statistic]
	if !s.opened.has(statistic) {
		s.opened |= seek(statistic)
		b.Open()
		return 0, false
	}
	values := make([]float64, 0, len(b.Kept()))
	for _, key := range b.Kept() {
		values = append(values, order.OfKeyFloat(key))
	}
	k, _ := s.place(statistic)
	return consensus.Nth(values, k), true
}
