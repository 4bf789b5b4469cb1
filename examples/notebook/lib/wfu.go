package main

/*
#include "types.h"
*/
import "C"

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// histories are the caller's columns of histories; all must be there.
func histories(n C.int64_t, h *C.gm_wfu_histories) (wfu.Columns, error) {
	length, err := checked(n)
	if err != nil {
		return wfu.Columns{}, err
	}
	if h == nil {
		return wfu.Columns{}, fmt.Errorf("%w: histories", errNull)
	}
	c := wfu.Columns{
		WeightedRunLength: column[uint64](h.weighted_run_length, length),
		TotalRunWeights:   column[float64](h.total_run_weights, length),
		WeightedUptime:    column[uint64](h.weighted_uptime, length),
		TotalWeightedTime: column[uint64](h.total_weighted_time, length),
		StartOfRun:        column[wfu.Instant](h.start_of_run, length),
		StartOfDowntime:   column[wfu.Instant](h.start_of_downtime, length),
	}
	if c.WeightedRunLength == nil || c.TotalRunWeights == nil || c.WeightedUptime == nil || c.TotalWeightedTime == nil ||
		c.StartOfRun == nil || c.StartOfDowntime == nil {
		return wfu.Columns{}, fmt.Errorf("%w: a column of histories", errNull)
	}
	return c, nil
}

// gm_wfu_measure tells each relay's WFU (0 to 1), time known, MTBF and uptime (seconds) at now; what is null is not wanted.
//
//export gm_wfu_measure
func gm_wfu_measure(n C.int64_t, h *C.gm_wfu_histories, now C.int64_t, fraction *C.double, timeKnown *C.int64_t, mtbf *C.double, uptime *C.int64_t) status {
	return try(func() error {
		c, err := histories(n, h)
		if err != nil {
			return err
		}
		length := c.Len()
		at := wfu.Instant(now)
		if fraction != nil {
			c.AppendWFU(column[float64](fraction, length)[:0], at)
		}
		if timeKnown != nil {
			c.AppendTimeKnown(column[int64](timeKnown, length)[:0], at)
		}
		if mtbf != nil {
			c.AppendMTBF(column[float64](mtbf, length)[:0], at)
		}
		if uptime != nil {
			c.AppendUptime(column[int64](uptime, length)[:0], at)
		}
		return nil
	})
}

// gm_wfu_discount writes the histories after so many ticks of the discount into those of to, which may be the same arrays
// or wholly others.
//
//export gm_wfu_discount
func gm_wfu_discount(n C.int64_t, h *C.gm_wfu_histories, ticks C.int64_t, to *C.gm_wfu_histories) status {
	return try(func() error {
		c, err := histories(n, h)
		if err != nil {
			return err
		}
		dst, err := histories(n, to)
		if err != nil {
			return err
		}
		c.AppendDiscount(dst.Slice(0, 0), int64(ticks))
		return nil
	})
}

// gm_wfu_ticks tells how many ticks are due at now on a clock that last ticked at last, and when the latest was.
//
//export gm_wfu_ticks
func gm_wfu_ticks(last, now C.int64_t, ticks, latest *C.int64_t) status {
	return try(func() error {
		if ticks == nil || latest == nil {
			return fmt.Errorf("%w: ticks or latest", errNull)
		}
		n, at := wfu.Ticks(wfu.Instant(last), wfu.Instant(now))
		*ticks, *latest = C.int64_t(n), C.int64_t(at)
		return nil
	})
}

// each asks the same of every history, and writes one answer a relay.
func each(n C.int64_t, h *C.gm_wfu_histories, name string, answers *C.int64_t, ask func(wfu.History) int64) status {
	return try(func() error {
		c, err := histories(n, h)
		if err != nil {
			return err
		}
		to, err := needed[int64](name, answers, c.Len())
		if err != nil {
			return err
		}
		for i := range to {
			to[i] = ask(c.At(i))
		}
		return nil
	})
}

// orNever is a moment, or GM_NEVER.
func orNever(at wfu.Instant, ever bool) int64 {
	if !ever {
		return math.MaxInt64
	}
	return int64(at)
}

// gm_wfu_reach tells when each relay, if it stays up from now on, first has the given WFU, time known and MTBF, of which what
// is null is not wanted. Clock is when the discount last ticked. What never happens is at GM_NEVER.
//
//export gm_wfu_reach
func gm_wfu_reach(n C.int64_t, h *C.gm_wfu_histories, now, clock C.int64_t, fraction C.double, reachFraction *C.int64_t,
	timeKnown C.int64_t, reachTimeKnown *C.int64_t, mtbf C.double, reachMTBF *C.int64_t) status {
	at, ticked := wfu.Instant(now), wfu.Instant(clock)
	for _, question := range []struct {
		name    string
		answers *C.int64_t
		ask     func(wfu.History) int64
	}{
		{"reach_wfu", reachFraction, func(h wfu.History) int64 { return orNever(h.ReachWFU(at, ticked, float64(fraction))) }},
		{"reach_time_known", reachTimeKnown, func(h wfu.History) int64 { return orNever(h.ReachTimeKnown(at, ticked, int64(timeKnown))) }},
		{"reach_mtbf", reachMTBF, func(h wfu.History) int64 { return orNever(h.ReachMTBF(at, ticked, float64(mtbf))) }},
	} {
		if question.answers == nil {
			continue
		}
		if s := each(n, h, question.name, question.answers, question.ask); s != C.gm_ok {
			return s
		}
	}
	return C.gm_ok
}

// gm_wfu_budget tells how many seconds each relay may be down from now on and still have the given WFU at its return; -1
// where it has not now.
//
//export gm_wfu_budget
func gm_wfu_budget(n C.int64_t, h *C.gm_wfu_histories, now, clock C.int64_t, fraction C.double, seconds *C.int64_t) status {
	return each(n, h, "seconds", seconds, func(h wfu.History) int64 {
		budget, ok := h.OutageBudget(wfu.Instant(now), wfu.Instant(clock), float64(fraction))
		if !ok {
			return -1
		}
		return budget
	})
}

// gm_wfu_recover tells when each relay, having been down for outage seconds from now on, has the given WFU again.
//
//export gm_wfu_recover
func gm_wfu_recover(n C.int64_t, h *C.gm_wfu_histories, now, clock, outage C.int64_t, fraction C.double, at *C.int64_t) status {
	return each(n, h, "at", at, func(h wfu.History) int64 {
		return orNever(h.Recover(wfu.Instant(now), wfu.Instant(clock), int64(outage), float64(fraction)))
	})
}

// gm_wfu_note writes the histories after an authority found each relay running at now (1 in up), or not (0), into those of to,
// which may be the same arrays or wholly others. Ticks of the discount are another matter: gm_wfu_discount.
//
//export gm_wfu_note
func gm_wfu_note(n C.int64_t, h *C.gm_wfu_histories, up *C.uint8_t, now C.int64_t, to *C.gm_wfu_histories) status {
	return try(func() error {
		c, err := histories(n, h)
		if err != nil {
			return err
		}
		dst, err := histories(n, to)
		if err != nil {
			return err
		}
		running, err := needed[uint8]("up", up, c.Len())
		if err != nil {
			return err
		}
		for i, r := range running {
			h := c.At(i)
			if r != 0 {
				h = h.Reachable(wfu.Instant(now))
			} else {
				h = h.Unreachable(wfu.Instant(now))
			}
			dst.Slice(i, i).Append(h)
		}
		return nil
	})
}

// gm_wfu_advance writes the histories as they are at until, with what ticks from clock on take, into those of to, and when
// the last tick was. Relays stay up, or down, as they are.
//
//export gm_wfu_advance
func gm_wfu_advance(n C.int64_t, h *C.gm_wfu_histories, now, clock, until C.int64_t, to *C.gm_wfu_histories, ticked *C.int64_t) status {
	return try(func() error {
		c, err := histories(n, h)
		if err != nil {
			return err
		}
		dst, err := histories(n, to)
		if err != nil {
			return err
		}
		if ticked == nil {
			return fmt.Errorf("%w: ticked", errNull)
		}
		_, last := wfu.History{}.Advance(wfu.Instant(now), wfu.Instant(clock), wfu.Instant(until))
		*ticked = C.int64_t(last)
		for i := range c.Len() {
			h, _ := c.At(i).Advance(wfu.Instant(now), wfu.Instant(clock), wfu.Instant(until))
			dst.Slice(i, i).Append(h)
		}
		return nil
	})
}

// gm_wfu_course tells what three models make of one relay that was up, or not, in each of hours hours from begin on: the
// authority's own (0), the sampled (1) and the continuous one (2). WFU, and in seconds the time known, are those at the
// end of each hour; what is null is not wanted. The authority's clock ticks at begin plus phase seconds and every 12
// hours.
//
//export gm_wfu_course
func gm_wfu_course(model C.int32_t, hours C.int64_t, up *C.uint8_t, begin, phase C.int64_t, fraction, timeKnown *C.double) status {
	return try(func() error {
		n, err := checked(hours)
		if err != nil {
			return err
		}
		ups, err := needed[bool]("up", up, n)
		if err != nil {
			return err
		}
		if phase < 0 || int64(phase) >= wfu.DiscountInterval {
			return fmt.Errorf("%w: a phase of %d s", errValue, int64(phase))
		}
		course, ok := courses[int(model)]
		if !ok {
			return fmt.Errorf("%w: model %d", errValue, int(model))
		}
		fractions, known := column[float64](fraction, n), column[float64](timeKnown, n)
		i := 0
		for w, t := range course(ups, wfu.Instant(begin), wfu.Instant(begin)+wfu.Instant(phase)-wfu.Instant(wfu.DiscountInterval)) {
			if fractions != nil {
				fractions[i] = w
			}
			if known != nil {
				known[i] = t
			}
			i++
		}
		return nil
	})
}

// gm_wfu_open reads a router-stability file. Its relays stand in the order of their identities.
//
//export gm_wfu_open
func gm_wfu_open(document *C.char, length C.int64_t, handle *C.uint64_t, relays *C.int64_t) status {
	return try(func() error {
		doc, err := text(document, length)
		if err != nil {
			return err
		}
		if relays == nil {
			return fmt.Errorf("%w: relays", errNull)
		}
		l, _, err := wfu.ParseLedger(doc)
		if err != nil {
			return err
		}
		b := book{Ledger: l}
		for id := range l.Relays {
			b.order = append(b.order, id)
		}
		slices.SortFunc(b.order, func(a, b [20]byte) int { return slices.Compare(a[:], b[:]) })
		*relays = C.int64_t(len(b.order))
		return hold(&b, handle)
	})
}

// book is a ledger whose relays are in order.
type book struct {
	wfu.Ledger
	order [][20]byte
}

// gm_wfu_read writes the histories of a router-stability file and, unless they are null, the relays' identities (20 bytes
// each) and the moments when it was stored, tracking began and the discount last ticked.
//
//export gm_wfu_read
func gm_wfu_read(handle C.uint64_t, n C.int64_t, identities *C.uint8_t, to *C.gm_wfu_histories, stored, tracked, clock *C.int64_t) status {
	return try(func() error {
		b, err := held[*book](handle)
		if err != nil {
			return err
		}
		if int64(n) != int64(len(b.order)) {
			return fmt.Errorf("%w: %d, of %d relays", errLength, int64(n), len(b.order))
		}
		dst, err := histories(n, to)
		if err != nil {
			return err
		}
		ids := column[[20]byte](identities, len(b.order))
		for i, id := range b.order {
			dst.Slice(i, i).Append(b.Relays[id])
			if ids != nil {
				ids[i] = id
			}
		}
		for _, moment := range []struct {
			to *C.int64_t
			at wfu.Instant
		}{{stored, b.StoredAt}, {tracked, b.TrackedSince}, {clock, b.LastDownrated}} {
			if moment.to != nil {
				*moment.to = C.int64_t(moment.at)
			}
		}
		return nil
	})
}
