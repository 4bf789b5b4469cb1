package guard

import (
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Comparison holds the decision on a relay of a vote against the flags that it was voted. Each flag of Decided is in
// exactly one of the four sets.
type Comparison struct {
	// Decision is ours.
	Decision Decision

	// Agree are the flags on which we and the vote say the same.
	Agree consensus.Flag

	// Within are those on which we do not, but would if the numbers before rounding lay elsewhere within what the vote
	// printed.
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
	c := Comparison{Decision: r.Decide(relay, t)}
	c.Unknown = c.Decision.CannotTell
	c.Agree = Decided &^ (c.Decision.Flags.Known() ^ voted.Known()) &^ c.Unknown
	c.Disagree = Decided &^ c.Agree &^ c.Unknown
	if c.Disagree != 0 {
		lenient := r.Decide(nudged(relay, t, source, +1))
		strict := r.Decide(nudged(relay, t, source, -1))
		c.Within = c.Disagree & (lenient.Flags.Known() ^ strict.Flags.Known())
		c.Disagree &^= c.Within
	}
	return c
}

// nudged is relay and thresholds as they may have been before rounding, moved by all that rounding allows in the
// relay's favour (direction +1) or against it (-1).
func nudged(relay Relay, t Thresholds, source Source, direction float64) (Relay, Thresholds) {
	const halfWFU, halfMTBF = 0.5e-6, 0.5
	relay.WFU += float64(direction * halfWFU)
	relay.MTBF += float64(direction * halfMTBF)
	switch {
	case source == Recomputed:
		t.GuardWFU -= float64(direction * halfWFU)
		t.StableMTBF -= float64(direction * halfMTBF)
	case direction > 0:
		t.GuardWFU -= 0.5e-5
	default:
		t.GuardWFU += 0.5e-5
		t.StableMTBF = math.Nextafter(t.StableMTBF+1, 0)
	}
	return relay, t
}
