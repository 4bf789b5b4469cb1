package guard

import (
	"math"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/order"
)

// width is how many relays are looked at together: as many as a word has bits. What 64 relays have fits the nearest cache
// many times over, and one column after the other goes through it in a loop of its own, short enough for the compiler to
// keep all of it in registers.
const width = order.Size

// rows are 64 relays side by side, or fewer at the end. They are pointers to arrays, for loops over arrays need no
// bounds checks, and into the caller's columns where those have 64 left: then nothing is copied.
type rows struct {
	facts, strip, pin                             *[width]consensus.Flag
	active, offersHSDir, hasDirPort               *[width]bool
	buggy, vulnerable, isMeasured                 *[width]bool
	advertised, measured                          *[width]bandwidth.KB
	advertisedBytes                               *[width]uint32
	uptime, hsdirUptime, timeKnown                *[width]int64
	wfu, mtbf                                     *[width]float64
	unknown                                       *[width]Unknowns
	all                                           uint64 // the word of the relays there are
	mayBeUnknown, mayBeListed, hasAdvertisedBytes bool   // whether it is worth looking at unknown, at strip and pin, at advertisedBytes
}

// padding is what rows point to where a column is nil, or has fewer than 64 left. There are some 4 KB of it.
type padding struct {
	facts, strip, pin               [width]consensus.Flag
	active, offersHSDir, hasDirPort [width]bool
	buggy, vulnerable, isMeasured   [width]bool
	advertised, measured            [width]bandwidth.KB
	advertisedBytes                 [width]uint32
	uptime, hsdirUptime, timeKnown  [width]int64
	wfu, mtbf                       [width]float64
	unknown                         [width]Unknowns
}

// begin makes rows ready to walk over columns.
func (w *rows) begin(c *Columns, p *padding) {
	*p = padding{}
	if c.Measured != nil && c.IsMeasured == nil {
		for i := range p.isMeasured {
			p.isMeasured[i] = true
		}
	}
	unknown := c.unknown()
	for i := range p.unknown {
		p.unknown[i] = unknown
	}
	w.pointTo(p)
	w.mayBeUnknown = unknown != 0 || c.Unknown != nil
	w.mayBeListed = c.Strip != nil || c.Pin != nil
	w.hasAdvertisedBytes = c.AdvertisedBytes != nil
}

func (w *rows) pointTo(p *padding) {
	*w = rows{
		facts: &p.facts, strip: &p.strip, pin: &p.pin,
		active: &p.active, offersHSDir: &p.offersHSDir, hasDirPort: &p.hasDirPort,
		buggy: &p.buggy, vulnerable: &p.vulnerable, isMeasured: &p.isMeasured,
		advertised: &p.advertised, measured: &p.measured, advertisedBytes: &p.advertisedBytes,
		uptime: &p.uptime, hsdirUptime: &p.hsdirUptime, timeKnown: &p.timeKnown,
		wfu: &p.wfu, mtbf: &p.mtbf, unknown: &p.unknown,
	}
}

// turn points the rows to the relays from there on.
func (w *rows) turn(c *Columns, p *padding, from, n int) {
	w.all = order.Head(min(n-from, width))
	see(&w.facts, &p.facts, c.Facts, from)
	see(&w.active, &p.active, c.Active, from)
	see(&w.offersHSDir, &p.offersHSDir, c.OffersHSDir, from)
	see(&w.hasDirPort, &p.hasDirPort, c.HasDirPort, from)
	see(&w.buggy, &p.buggy, c.Buggy, from)
	see(&w.vulnerable, &p.vulnerable, c.Vulnerable, from)
	see(&w.advertised, &p.advertised, c.Advertised, from)
	see(&w.measured, &p.measured, c.Measured, from)
	if c.Measured != nil {
		see(&w.isMeasured, &p.isMeasured, c.IsMeasured, from)
	}
	see(&w.advertisedBytes, &p.advertisedBytes, c.AdvertisedBytes, from)
	see(&w.uptime, &p.uptime, c.Uptime, from)
	see(&w.hsdirUptime, &p.hsdirUptime, c.HSDirUptime, from)
	if c.HSDirUptime == nil {
		w.hsdirUptime = w.uptime
	}
	see(&w.timeKnown, &p.timeKnown, c.TimeKnown, from)
	see(&w.wfu, &p.wfu, c.WFU, from)
	see(&w.mtbf, &p.mtbf, c.MTBF, from)
	see(&w.strip, &p.strip, c.Strip, from)
	see(&w.pin, &p.pin, c.Pin, from)
	if c.Unknown != nil {
		see(&w.unknown, &p.unknown, c.Unknown, from)
		if unknown := c.unknown(); unknown != 0 {
			for i, u := range w.unknown {
				p.unknown[i] = u | unknown
			}
			w.unknown = &p.unknown
		}
	}
}

// see points to 64 elements of a column, or to a copy of the rest.
func see[T any](to **[width]T, padding *[width]T, column []T, from int) {
	switch {
	case column == nil:
	case len(column)-from >= width:
		*to = (*[width]T)(column[from:])
	default:
		copy(padding[:], column[from:])
		*to = padding
	}
}

// fill makes rows of relays, 64 at most.
func (w *rows) fill(p *padding, relays []Relay) {
	w.pointTo(p)
	w.all = order.Head(len(relays))
	w.hasAdvertisedBytes = true
	var unknown Unknowns
	var listed consensus.Flag
	for i := range relays {
		r := &relays[i]
		p.facts[i], p.strip[i], p.pin[i] = r.Facts.Known(), r.Strip, r.Pin
		p.active[i], p.offersHSDir[i], p.hasDirPort[i] = r.Active, r.OffersHSDir, r.HasDirPort
		p.buggy[i], p.vulnerable[i], p.isMeasured[i] = r.Buggy, r.Vulnerable, r.IsMeasured
		p.advertised[i], p.measured[i], p.advertisedBytes[i] = r.Advertised, r.Measured, r.AdvertisedBytes
		p.uptime[i], p.hsdirUptime[i], p.timeKnown[i] = r.Uptime, r.HSDirUptime, r.TimeKnown
		p.wfu[i], p.mtbf[i], p.unknown[i] = r.WFU, r.MTBF, r.Unknown
		unknown |= r.Unknown
		listed |= r.Strip | r.Pin
	}
	w.mayBeUnknown, w.mayBeListed = unknown != 0, listed != 0
}

// credible are the bandwidths that the relays are decided by, as in [Rules.Credible]. They are in the room or in a column.
// Of an unmeasured relay it may be anything where those count for nothing anyway.
func (w *rows) credible(r *Rules, ignoring bool, room *[width]bandwidth.KB) *[width]bandwidth.KB {
	switch {
	case r.InBytes && w.hasAdvertisedBytes:
		for i, b := range w.advertisedBytes {
			room[i] = bandwidth.KB(b)
		}
	case r.InBytes:
		for i, kb := range w.advertised {
			room[i] = bandwidth.KB(min(kb.Bytes(), math.MaxUint32))
		}
	case r.IgnoreMeasured:
		return w.advertised
	case ignoring:
		for i, kb := range w.measured {
			if !w.isMeasured[i] {
				kb = 0
			}
			room[i] = kb
		}
	default:
		for i, kb := range w.advertised {
			if w.isMeasured[i] {
				kb = w.measured[i]
			}
			room[i] = kb
		}
	}
	return room
}
