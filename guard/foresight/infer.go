package foresight

import (
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// Inference is what a vote tells of the options of the authority that made it.
type Inference struct {
	// Rules explain the vote as well as any: each constant has the value that was expected of it, if that is one of those
	// that explain most, and else the least that does.
	Rules guard.Rules

	// Estimates are what is known of each Constant, in the order of the constants.
	Estimates []Estimate

	// Unexplained are the decisions that no value of any constant explains, in the order of the vote's relays.
	Unexplained []Misfit
}

// Estimate is what a vote tells of one constant: the values of it that explain most.
type Estimate struct {
	// Constant is which.
	Constant Constant

	// Low and High are the least and the greatest of the values, both among them. High is +Inf where however great a
	// value explains as much. Where the values are several stretches, these are the ends of the first and the last.
	Low, High float64

	// None says, of FastGuarantee and GuardBandwidth, that 0 explains as much as well, which is no guarantee at all.
	None bool

	// Expected is the value that was expected, and Fits reports whether it is one of those that explain most.
	Expected float64
	Fits     bool

	// For and Against are how many decisions depend on the constant and are explained by those values, or are not. Both
	// are 0 where the vote's thresholds tell the constant, or nothing does.
	For, Against int

	// LowBy and HighBy are the relays that the ends rest on: less than Low, or more than High, would leave them
	// unexplained. They are zero where no relay does.
	LowBy, HighBy consensus.Fingerprint

	// Because says in words what the estimate rests on.
	Because string
}

// Misfit is a decision of an authority that its rules do not explain, whatever its options.
type Misfit struct {
	// Identity and Nickname say which relay it is about.
	Identity consensus.Fingerprint
	Nickname string

	// Flag is which flag, one of guard.Decided.
	Flag consensus.Flag

	// Voted reports whether the authority gave it.
	Voted bool

	// Against is what stands against a flag that was given.
	Against guard.Reasons

	// Because says in words what it may come from: an operator's list, numbers other than those in the vote, other rules.
	Because string
}

// Infer finds out what options an authority must be using, from one vote with stats lines. Rules are those of its version
// of Tor, with every constant at the value that is expected of it; the consensus parameters FastMin and FastMax are public,
// and best set to what was in force. The review may be by any rules.
//
// What the authority's thresholds show is taken from them: FastGuarantee, GuardTimeKnown and GuardWFU wherever they are
// less than the order statistic, GuardFraction by the bandwidths it leads to, MinMeasured by whether advertised bandwidths
// are ignored. The rest shows in decisions alone: StableMTBF, GuardBandwidth, and StableUptime where uptimes are known,
// which no vote shows. Each is estimated with those of the order statistics and flags that the vote has, so that a
// wrong guess at one does no harm to the others.
//
// Of a constant that decisions tell, those values are taken that explain the most of them: a single relay that is pinned or
// stripped is outvoted, and ends up among the Unexplained. Where one relay alone speaks it is believed. Several stretches of
// values that explain equally many are all taken, and the estimate reaches from the lowest to the highest. It reaches to
// the expected value as well, and that is said to fit, where that leaves no more decisions to lists than these are seen to
// have made: an authority that pins many slow relays has not lowered its guarantee for them.
//
// Numbers in a vote are rounded, and stats lines may be of the next second; relays may be inactive, or exits, without the
// vote saying so. Estimates are wide enough for all that, as they are for relays that the authority knows and does not
// vote on, for MinMeasured: as many as a tenth of those it does, and three more. One in forty of the measured, and two, may
// have another bandwidth than is printed, as happens where a bandwidth file has two lines about a relay. Where more of
// them do, as when the file went stale, which shows in who is Fast, nothing is said that rests on bandwidths.
//
// Of a vote that lists but some of the relays that its thresholds come of, as one that was cropped, which shows in the
// median of MTBF, and of one without stats lines, only the least is told that a constant can be.
//
// Not estimated are MaxPerAddress, which takes addresses to tell, and HSDirUptime, which takes uptimes.
func Infer(rules guard.Rules, review guard.Review) Inference {
	q := newInquiry(rules, review)
	q.askThresholds()
	q.askDecisions(StableMTBF, consensus.Stable)
	q.askDecisions(StableUptime, consensus.Stable)
	q.askDecisions(GuardBandwidth, consensus.Guard)
	return Inference{Rules: q.fitted, Estimates: q.estimates[:], Unexplained: q.misfits()}
}

// inquiry is an inference under way.
type inquiry struct {
	review   guard.Review
	expected guard.Rules
	fitted   guard.Rules // as far as known

	// t are the thresholds that the authority went by.
	t      guard.Thresholds
	source guard.Source

	// blind says that the vote does not print the bandwidths it was made by.
	blind bool

	// crummy is, for the relays taken as good and as bad as they may be, below what bandwidth the eighth is too poor.
	crummy map[bool]bandwidth.KB

	estimates [len(constants)]Estimate
}

func newInquiry(rules guard.Rules, review guard.Review) *inquiry {
	q := &inquiry{review: review, expected: rules, fitted: rules, t: review.Published, source: guard.Published}
	if !review.HasPublished {
		q.t, q.source = review.Recomputed, guard.Recomputed
	}
	q.forgetBandwidths()
	for c := range Constant(len(constants)) {
		q.settle(c, 0, scaleOf(c).top, true)
		q.estimates[c].Because = "nothing in the vote depends on it"
		if q.blind && bandwidthDecides(c) {
			q.estimates[c].Because = "the vote does not print the bandwidths that it was made by"
		}
	}
	return q
}

// forgetBandwidths takes the bandwidths of all relays to be unknown if those that the vote prints are not those it was made
// by, as where a bandwidth file has gone stale: then Fast does not follow from them.
func (q *inquiry) forgetBandwidths() {
	astray := 0
	for i, r := range q.review.Relays {
		if !r.Active && r.Unknown&guard.UnknownActivity == 0 {
			continue // older rules did not go by bandwidth alone
		}
		if q.judge(i, q.expected, consensus.Fast).Disagree&consensus.Fast != 0 {
			astray++
		}
	}
	if q.blind = astray > q.misprints(); !q.blind {
		return
	}
	q.review.Relays = slices.Clone(q.review.Relays)
	for i := range q.review.Relays {
		q.review.Relays[i].Unknown |= guard.UnknownBandwidth
	}
}

// settle puts down an estimate between two positions on the constant's scale, and goes on with a value that fits.
func (q *inquiry) settle(c Constant, low, high int64, fits bool) *Estimate {
	s := scaleOf(c)
	e := &q.estimates[c]
	*e = Estimate{Constant: c, Low: s.at(low), High: s.at(high), Expected: c.Of(q.expected), Fits: fits}
	if high == s.top {
		e.None = s.none
		if s.endless {
			e.High = math.Inf(1)
		}
		if low == s.top && s.none {
			e.Low = math.Inf(1)
		}
	}
	q.fitted = c.Set(q.fitted, e.Expected)
	if !fits {
		q.fitted = c.Set(q.fitted, s.at(low))
	}
	return e
}

// bandwidthDecides reports whether it takes bandwidths to tell the constant.
func bandwidthDecides(c Constant) bool {
	return c == FastGuarantee || c == FastMin || c == FastMax || c == GuardBandwidth || c == GuardFraction || c == MinMeasured
}

// scale is the values of a constant in their order, from the one that lets most relays pass to the one that lets fewest
// pass, by positions 0 to top. On the scale of a guarantee of bandwidth 0 comes last: it guarantees nothing.
type scale struct {
	top     int64
	none    bool // the last position is 0
	endless bool // the last position stands for all that lies beyond
	isFloat bool // all numbers from 0 on, rather than whole ones
}

func scaleOf(c Constant) scale {
	const exact = 1 << 53 // up to here a float64 holds all whole numbers
	switch c {
	case GuardWFU:
		return scale{top: int64(math.Float64bits(1)), isFloat: true}
	case GuardFraction:
		return scale{top: int64(math.Float64bits(1)) - 1, isFloat: true}
	case FastGuarantee, GuardBandwidth:
		return scale{top: exact, none: true, endless: true}
	case FastMin, FastMax:
		return scale{top: math.MaxInt32, endless: true}
	}
	return scale{top: exact, endless: true}
}

// at is the value at a position.
func (s scale) at(position int64) float64 {
	switch {
	case s.isFloat:
		return math.Float64frombits(uint64(position)) // the bits of positive numbers are in the order of the numbers
	case s.none && position == s.top:
		return 0
	case s.none:
		return float64(position + 1)
	}
	return float64(position)
}

// of is the position of a value, or of the nearest that the scale has.
func (s scale) of(value float64) int64 {
	switch {
	case s.none && value < 1:
		return s.top
	case !(value > 0):
		return 0
	case s.isFloat:
		return min(s.top, int64(math.Float64bits(value)))
	}
	whole := int64(math.Min(value, float64(s.top)))
	if s.none {
		whole--
	}
	return whole
}

// first is the first position at which something is so that once it is so remains so; top+1 if it never is.
func (s scale) first(is func(position int64) bool) int64 {
	low, high := int64(0), s.top+1
	for low < high {
		if middle := low + (high-low)/2; is(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}
