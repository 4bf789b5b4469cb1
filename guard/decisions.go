package guard

import (
	"fmt"
	"sync"

	"github.com/seed-84712aaa/guardmath/bandwidth"
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
	n := c.Len()
	if workers = min(workers, (n+width-1)/width); workers <= 1 {
		r.decideRange(&c, &t, d, 0, n)
		return
	}
	share(r, c, t, d, workers)
}

// share is DecideAll by several workers. It takes everything by value, for what other goroutines see is allocated.
func share(r Rules, c Columns, t Thresholds, d Decisions, workers int) {
	from := parts(c.Len(), workers)
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() { r.decideRange(&c, &t, d, from(i), from(i+1)) })
	}
	group.Wait()
}

// parts is where the part of each of so many workers begins, and that of one more would.
func parts(n, workers int) func(worker int) int {
	words := int64(n+width-1) / width
	return func(worker int) int { return min(n, int(words*int64(worker)/int64(workers))*width) }
}

// decideRange decides the relays of a range, the begin of which is a multiple of width.
func (r *Rules) decideRange(c *Columns, t *Thresholds, d Decisions, from, to int) {
	m := marksOf(r, t)
	var p padding
	var room [width]bandwidth.KB
	var flags, cannotTell [width]consensus.Flag
	var against [width]Reasons
	p.begin(c)
	for ; from < to; from += width {
		w := p.rows(c, from, to)
		kb := w.credible(r, m.thresholds.IgnoringAdvertised, &room)
		for i := range width { // whether or not there are as many: what comes of the padding is left there
			facts := w.facts[i]
			a := m.hold(m.marked(w.active[i], w.offersHSDir[i], w.hasDirPort[i], w.buggy[i], w.vulnerable[i]), facts,
				kb[i], w.uptime[i], w.hsdirUptime[i], w.timeKnown[i], w.wfu[i], w.mtbf[i], w.unknown[i])
			flags[i], cannotTell[i], against[i] = m.decide(a, facts, w.strip[i], w.pin[i])
		}
		n := min(width, to-from)
		if d.Flags != nil {
			copy(d.Flags[from:], flags[:n])
		}
		if d.CannotTell != nil {
			copy(d.CannotTell[from:], cannotTell[:n])
		}
		if d.Against != nil {
			copy(d.Against[from:], against[:n])
		}
	}
}

// mustCheck panics with the error of a Check.
func mustCheck(err error) {
	if err != nil {
		panic(err)
	}
}
