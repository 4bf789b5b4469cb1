package guard

import (
	"fmt"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Decisions are what comes of many relays, a slice for each field of [Decision]: element i of every slice is of relay i.
// The slices are the caller's, who may use them again and again; a nil one is not asked for.
type Decisions struct {
	// Flags are Decision.Flags, as bits.
	Flags []consensus.Flag

	// CannotTell is Decision.CannotTell.
	CannotTell []consensus.Flag

	// Against is Decision.Against.
	Against []Reasons
}

// MakeDecisions is room for the decisions on n relays, all three columns.
func MakeDecisions(n int) Decisions {
	return Decisions{Flags: make([]consensus.Flag, n), CannotTell: make([]consensus.Flag, n), Against: make([]Reasons, n)}
}

// Check reports a column that is neither nil nor n long, wrapping ErrColumns; nil if there is none.
func (d Decisions) Check(n int) error {
	for _, column := range []struct {
		name   string
		length int
	}{{"Flags", lengthOf(d.Flags)}, {"CannotTell", lengthOf(d.CannotTell)}, {"Against", lengthOf(d.Against)}} {
		if column.length >= 0 && column.length != n {
			return fmt.Errorf("%w: %s has room for %d decisions, there are %d relays", ErrColumns, column.name, column.length, n)
		}
	}
	return nil
}

// At is the decision on relay i; what was not asked for is zero.
func (d Decisions) At(i int) Decision {
	return Decision{Flags: consensus.FlagsOf(at(d.Flags, i, 0)), CannotTell: at(d.CannotTell, i, 0), Against: at(d.Against, i, 0)}
}

// DecideAll holds all relays against the thresholds, as [Rules.Decide] does one, and writes what comes of them into the
// columns of d that are not nil. The work is shared out among so many workers; with 1, or less, the caller does it alone,
// and nothing is allocated.
//
// It panics where Check of c, or of d for as many relays, reports an error.
func (r Rules) DecideAll(c Columns, t Thresholds, d Decisions, workers int) {
	mustCheck(c.Check())
	mustCheck(d.Check(c.Len()))
	for i := range c.Len() {
		decision := r.Decide(c.At(i), t)
		if d.Flags != nil {
			d.Flags[i] = decision.Flags.Known()
		}
		if d.CannotTell != nil {
			d.CannotTell[i] = decision.CannotTell
		}
		if d.Against != nil {
			d.Against[i] = decision.Against
		}
	}
}

// mustCheck panics with the error of a Check.
func mustCheck(err error) {
	if err != nil {
		panic(err)
	}
}
