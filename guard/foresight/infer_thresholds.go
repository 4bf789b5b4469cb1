package foresight

import (
	"fmt"
	"math"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/guard"
)

// published is one of the thresholds, and what it is a statistic of.
type published struct {
	key  string // on the flag-thresholds line
	of   func(guard.Thresholds) float64
	have func(*inquiry, *guard.Relay) float64
	// slack is how far the published threshold may be from the real one.
	slack       float64
	isBandwidth bool
}

var (
	fastMark      = published{"fast-speed", func(t guard.Thresholds) float64 { return float64(t.Fast) }, (*inquiry).bandwidth, 0, true}
	includingMark = published{"guard-bw-inc-exits", func(t guard.Thresholds) float64 { return float64(t.GuardIncludingExits) }, (*inquiry).bandwidth, 0, true}
	excludingMark = published{"guard-bw-exc-exits", func(t guard.Thresholds) float64 { return float64(t.GuardExcludingExits) }, (*inquiry).bandwidth, 0, true}
	knownMark     = published{"guard-tk", func(t guard.Thresholds) float64 { return float64(t.GuardTimeKnown) },
		func(_ *inquiry, r *guard.Relay) float64 { return float64(r.TimeKnown) }, 0, false}
	mtbfMark = published{"stable-mtbf", func(t guard.Thresholds) float64 { return t.StableMTBF },
		func(_ *inquiry, r *guard.Relay) float64 { return r.MTBF }, 1, false}
	wfuMark = published{"guard-wfu", func(t guard.Thresholds) float64 { return t.GuardWFU },
		func(_ *inquiry, r *guard.Relay) float64 { return r.WFU }, halfThreshold + 1e-9, false}
)

func (q *inquiry) bandwidth(r *guard.Relay) float64 {
	return float64(q.expected.Credible(*r, q.t.IgnoringAdvertised))
}

// askThresholds estimates what the thresholds tell that the vote published.
func (q *inquiry) askThresholds() {
	if !q.review.HasPublished {
		return
	}
	whole, known := q.isWhole(), q.review.Carried&guard.UnknownHistory == 0
	switch {
	case whole && !q.blind:
		q.askMeasured()
		q.askFast()
		q.askFraction()
	case !whole:
		q.askLeast(FastGuarantee, fastMark, 1000*fastMark.of(q.t))
	}
	if whole && known {
		q.ask(GuardTimeKnown, knownMark)
		q.ask(GuardWFU, wfuMark)
	} else {
		q.askLeast(GuardTimeKnown, knownMark, knownMark.of(q.t))
		q.askLeast(GuardWFU, wfuMark, wfuMark.of(q.t)-wfuMark.slack)
	}
}

// isWhole reports whether the vote lists the relays that its thresholds come of, rather than some of them, as far as the
// one threshold tells that no constant moves.
func (q *inquiry) isWhole() bool {
	rules := func(good bool) guard.Thresholds {
		return q.under(StableMTBF, 0, mtbfMark, good).Thresholds(q.population(mtbfMark, good))
	}
	return q.review.Carried&guard.UnknownHistory != 0 ||
		mtbfMark.of(rules(true)) >= mtbfMark.of(q.t) && mtbfMark.of(rules(false)) <= mtbfMark.of(q.t)+mtbfMark.slack
}

// askLeast estimates a guarantee where nothing is known but the mark that it sets: it is no less than that.
func (q *inquiry) askLeast(c Constant, m published, least float64) {
	s := scaleOf(c)
	low := s.of(math.Max(least, s.at(0)))
	q.settle(c, low, s.top, low <= s.of(c.Of(q.expected))).Because = m.key + " is no more than it; what else it comes of, the vote does not show"
}

// ask estimates a constant by the one mark that it sets.
func (q *inquiry) ask(c Constant, m published) {
	low, high := q.between(c, m)
	if low > high {
		q.settle(c, 0, scaleOf(c).top, true).Because = m.key + " does not come of the relays in the vote, whatever it is"
		return
	}
	position := scaleOf(c).of(c.Of(q.expected))
	e := q.settle(c, low, high, low <= position && position <= high)
	switch top := scaleOf(c).top; {
	case low == 0 && high == top:
		e.Because = m.key + " is the same whatever it is"
	case high == top:
		e.Because = "with less, " + m.key + " would be less"
	case low == 0:
		e.Because = "with more, " + m.key + " would be more"
	default:
		e.Because = m.key + " is set by it"
	}
}

// between are the positions of the least and the greatest value of the constant under which the mark can be what the vote
// published: the least one's is not too low where the relays are taken to be as good as they may be, the greatest one's not
// too high where they are as bad. Where there is none, the least is beyond the greatest.
func (q *inquiry) between(c Constant, m published) (low, high int64) {
	s := scaleOf(c)
	good, bad := q.representatives(m, true), q.representatives(m, false)
	low = s.first(func(i int64) bool { return m.of(q.under(c, s.at(i), m, true).Thresholds(good)) >= m.of(q.t)-m.slack })
	high = s.first(func(i int64) bool { return m.of(q.under(c, s.at(i), m, false).Thresholds(bad)) > m.of(q.t)+m.slack }) - 1
	return low, high
}

// under are the rules to compute a mark by, with a value of the constant. Who counts as measured, and who as familiar, is
// settled already: the population says it; and so is whether an eighth of the relays may be too poor, which would lift the
// mark of Fast where the relays are worse.
func (q *inquiry) under(c Constant, value float64, m published, good bool) guard.Rules {
	rules := q.fitted
	if q.t.IgnoringAdvertised {
		rules.MinMeasured = -1
	} else {
		rules.MinMeasured = math.MaxInt32
	}
	if m.key == wfuMark.key {
		rules.GuardTimeKnown = math.MinInt64
	}
	if m.key == fastMark.key {
		rules.FastCrummy = q.crummy[good]
	}
	return c.Set(rules, value)
}

// askMeasured estimates MinMeasured by the number of relays that are measured, of which the vote may not show all.
func (q *inquiry) askMeasured() {
	const oneIn, more = 10, 3 // relays that are not in the vote
	measured, perhaps := int64(0), int64(0)
	for i := range q.review.Relays {
		if r := &q.review.Relays[i]; r.Unknown&guard.UnknownBandwidth != 0 {
			perhaps++
		} else if r.IsMeasured {
			measured++
		}
	}
	s := scaleOf(MinMeasured)
	low, high := measured, s.top
	because := fmt.Sprintf("advertised bandwidths count although %d relays are measured", measured)
	if q.t.IgnoringAdvertised {
		low, high = 0, measured+perhaps+int64(len(q.review.Relays)/oneIn)+more-1
		because = fmt.Sprintf("advertised bandwidths are ignored, with %d relays measured and perhaps some that the vote does not show", measured)
	}
	position := s.of(MinMeasured.Of(q.expected))
	q.settle(MinMeasured, low, high, low <= position && position <= high).Because = because
}

// askFast estimates the three constants that bound the Fast threshold. What is less than the order statistic is put down to
// the guarantee, unless FastMax is known to be that low. Of FastMin and FastMax no more can be said than that they let the
// threshold be as high as it is: the guarantee hides the rest.
func (q *inquiry) askFast() {
	q.crummy = map[bool]bandwidth.KB{}
	for _, good := range []bool{true, false} {
		rules := q.under(FastGuarantee, 0, fastMark, false)
		rules.FastMin, rules.FastMax = 0, math.MaxInt32
		if rules.Thresholds(q.population(fastMark, !good)).Fast < q.expected.FastCrummy {
			q.crummy[good] = math.MaxUint32
		}
	}
	least := func(c Constant) int64 {
		s, good := scaleOf(c), q.representatives(fastMark, true)
		unguaranteed := q.under(FastGuarantee, 0, fastMark, true)
		return s.first(func(i int64) bool {
			return fastMark.of(c.Set(unguaranteed, s.at(i)).Thresholds(good)) >= fastMark.of(q.t)
		})
	}
	for _, c := range []Constant{FastMax, FastMin} {
		s := scaleOf(c)
		low := min(least(c), s.top)
		e := q.settle(c, low, s.top, low <= s.of(c.Of(q.expected)))
		e.Because = fastMark.key + " is the same whatever it is"
		if low > 0 {
			e.Because = "with less, " + fastMark.key + " would be less"
		}
	}
	q.ask(FastGuarantee, fastMark)
}

// askFraction estimates GuardFraction by both its marks.
func (q *inquiry) askFraction() {
	s := scaleOf(GuardFraction)
	low, high := q.between(GuardFraction, includingMark)
	low2, high2 := q.between(GuardFraction, excludingMark)
	switch {
	case low > high && low2 > high2, max(low, low2) > min(high, high2):
		q.settle(GuardFraction, 0, s.top, true).Because = "the bandwidths of Guard that were published are not those of the relays in the vote"
		return
	}
	low, high = max(low, low2), min(high, high2)
	position := s.of(q.expected.GuardFraction)
	e := q.settle(GuardFraction, low, high, low <= position && position <= high)
	e.Because = fmt.Sprintf("%s and %s stand there among the relays", includingMark.key, excludingMark.key)
}
