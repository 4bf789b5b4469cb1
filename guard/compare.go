package guard

import (
	"math"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// Comparison holds the decision on a relay of a vote against the flags that it was voted. Each flag of Decided is in
// exactly one of the four sets.
type Comparison struct {
	// Decision is what the rules make of the relay.
	Decision Decision

	// Voted are all flags that the vote gave the relay.
	Voted consensus.Flags

	// Agree are the flags on which we and the vote say the same.
	Agree consensus.Flag

	// Within are those on which we do not, but might if we had the numbers that the authority decided by: those in the
	// vote are rounded, and a stats line may be of the second after the decision.
	Within consensus.Flag

	// Disagree are those on which we do not.
	Disagree consensus.Flag

	// Unknown are those for which the vote does not show enough.
	Unknown consensus.Flag
}

// Source says where the thresholds of a comparison come from, which is how exact they are.
type Source uint8

// The sources.
const (
	// Recomputed thresholds are order statistics over the rounded numbers of the vote's stats lines.
	Recomputed Source = iota
	// Published thresholds were read off the vote's flag-thresholds line, which prints the WFU to five decimals and
	// truncates the MTBF.
	Published
)

// String is "recomputed" or "published".
func (s Source) String() string {
	if s == Published {
		return "published"
	}
	return "recomputed"
}

// Compare decides the relay again and holds the result against the flags it was voted. The relay is one of FromVote.
func (r Rules) Compare(relay Relay, t Thresholds, source Source, voted consensus.Flags) Comparison {
	c := Comparison{Decision: r.Decide(relay, t), Voted: voted}
	c.Unknown = c.Decision.CannotTell
	c.Agree = Decided &^ (c.Decision.Flags.Known() ^ voted.Known()) &^ c.Unknown
	c.Disagree = Decided &^ c.Agree &^ c.Unknown
	if c.Disagree != 0 {
		lenient := r.Decide(r.nudged(relay, t, source, true))
		strict := r.Decide(r.nudged(relay, t, source, false))
		c.Within = c.Disagree & (lenient.Flags.Known() ^ strict.Flags.Known())
		c.Disagree &^= c.Within
	}
	return c
}

// nudged is relay and thresholds as they may have been when the authority decided, moved by all that rounding, and a
// second gone by before the stats lines were written, allow: in the relay's favour if lenient, else against it.
//
// In a second time known grows by one, the MTBF of a running relay by at most one, and its WFU by less than
// 1/(time known); that of a relay not running shrinks by less than that, and its MTBF stays.
//
// Votes print whole KB, so that bandwidths of rules that count in bytes may be up to 999 more, and thresholds recomputed
// from such bandwidths as well.
func (r Rules) nudged(relay Relay, t Thresholds, source Source, lenient bool) (Relay, Thresholds) {
	const halfWFU, halfMTBF, restOfKB = 0.5e-6, 0.5, 999
	switch {
	case !r.InBytes:
	case lenient:
		relay.AdvertisedBytes = min(relay.AdvertisedBytes, math.MaxUint32-restOfKB) + restOfKB
	case source == Recomputed:
		for _, threshold := range []*bandwidth.KB{&t.Fast, &t.GuardIncludingExits, &t.GuardExcludingExits} {
			*threshold = min(*threshold, math.MaxUint32-restOfKB) + restOfKB
		}
	}
	if wfu := halfWFU + inverse(relay.TimeKnown); lenient {
		relay.WFU += wfu
		relay.MTBF += halfMTBF
	} else {
		relay.WFU -= wfu
		relay.MTBF -= halfMTBF + 1
		relay.TimeKnown = max(0, relay.TimeKnown-1)
	}

	wfu := halfWFU + inverse(t.GuardTimeKnown)
	switch {
	case source == Published && lenient:
		t.GuardWFU -= 0.5e-5
	case source == Published:
		t.GuardWFU += 0.5e-5
		t.StableMTBF = math.Nextafter(t.StableMTBF+1, 0)
	case lenient:
		t.GuardWFU -= wfu
		t.StableMTBF -= halfMTBF + 1
		t.GuardTimeKnown--
	default:
		t.GuardWFU += wfu
		t.StableMTBF += halfMTBF
	}
	return relay, t
}

// inverse is 1/seconds, or 0 where there are none: what is not known at all was not known better before.
func inverse(seconds int64) float64 {
	if seconds <= 0 {
		return 0
	}
	return 1 / float64(seconds)
}
