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
	facts, strip, pin               *[width]consensus.Flag
	active, offersHSDir, hasDirPort *[width]bool
	buggy, vulnerable, isMeasured   *[width]bool
	advertised, measured            *[width]bandwidth.KB
	advertisedBytes                 *[width]uint32
	uptime, hsdirUptime, timeKnown  *[width]int64
	wfu, mtbf                       *[width]float64
	unknown                         *[width]Unknowns

	all                uint64 // the word of the relays there are
	mayBeUnknown       bool   // whether anything of any is
	hasAdvertisedBytes bool   // whether advertisedBytes is to be looked at
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

// begin makes the padding stand for what nil columns do.
func (p *padding) begin(c *Columns) {
	*p = padding{}
	unknown := c.unknown()
	for i := range width {
		p.isMeasured[i], p.unknown[i] = c.Measured != nil, unknown
	}
}

// rows are those of columns from there on.
func (p *padding) rows(c *Columns, from, n int) rows {
	w := rows{
		facts: see(c.Facts, &p.facts, from), strip: see(c.Strip, &p.strip, from), pin: see(c.Pin, &p.pin, from),
		active: see(c.Active, &p.active, from), offersHSDir: see(c.OffersHSDir, &p.offersHSDir, from),
		hasDirPort: see(c.HasDirPort, &p.hasDirPort, from),
		buggy:      see(c.Buggy, &p.buggy, from), vulnerable: see(c.Vulnerable, &p.vulnerable, from),
		isMeasured: &p.isMeasured,
		advertised: see(c.Advertised, &p.advertised, from), measured: see(c.Measured, &p.measured, from),
		advertisedBytes: see(c.AdvertisedBytes, &p.advertisedBytes, from),
		uptime:          see(c.Uptime, &p.uptime, from), timeKnown: see(c.TimeKnown, &p.timeKnown, from),
		wfu: see(c.WFU, &p.wfu, from), mtbf: see(c.MTBF, &p.mtbf, from),
		unknown: &p.unknown,

		all:                order.Head(min(n-from, width)),
		hasAdvertisedBytes: c.AdvertisedBytes != nil,
	}
	if c.Measured != nil {
		w.isMeasured = see(c.IsMeasured, &p.isMeasured, from)
	}
	if w.hsdirUptime = w.uptime; c.HSDirUptime != nil {
		w.hsdirUptime = see(c.HSDirUptime, &p.hsdirUptime, from)
	}
	unknown := c.unknown()
	w.mayBeUnknown = unknown != 0 || c.Unknown != nil
	if c.Unknown != nil {
		w.unknown = see(c.Unknown, &p.unknown, from)
		if unknown != 0 {
			for i, u := range w.unknown {
				p.unknown[i] = u | unknown
			}
			w.unknown = &p.unknown
		}
	}
	return w
}

// see is 64 elements of a column, or a copy of the rest, or the padding.
func see[T any](column []T, padding *[width]T, from int) *[width]T {
	switch {
	case column == nil:
		return padding
	case len(column)-from >= width:
		return (*[width]T)(column[from:])
	}
	copy(padding[:], column[from:])
	return padding
}

// fill is rows of relays, 64 at most.
func (p *padding) fill(relays []Relay) rows {
	w := rows{
		facts: &p.facts, strip: &p.strip, pin: &p.pin,
		active: &p.active, offersHSDir: &p.offersHSDir, hasDirPort: &p.hasDirPort,
		buggy: &p.buggy, vulnerable: &p.vulnerable, isMeasured: &p.isMeasured,
		advertised: &p.advertised, measured: &p.measured, advertisedBytes: &p.advertisedBytes,
		uptime: &p.uptime, hsdirUptime: &p.hsdirUptime, timeKnown: &p.timeKnown,
		wfu: &p.wfu, mtbf: &p.mtbf, unknown: &p.unknown,

		all:                order.Head(len(relays)),
		hasAdvertisedBytes: true,
	}
	for i := range relays {
		r := &relays[i]
		p.facts[i], p.strip[i], p.pin[i] = r.Facts.Known(), r.Strip, r.Pin
		p.active[i], p.offersHSDir[i], p.hasDirPort[i] = r.Active, r.OffersHSDir, r.HasDirPort
		p.buggy[i], p.vulnerable[i], p.isMeasured[i] = r.Buggy, r.Vulnerable, r.IsMeasured
		p.advertised[i], p.measured[i], p.advertisedBytes[i] = r.Advertised, r.Measured, r.AdvertisedBytes
		p.uptime[i], p.hsdirUptime[i], p.timeKnown[i] = r.Uptime, r.HSDirUptime, r.TimeKnown
		p.wfu[i], p.mtbf[i], p.unknown[i] = r.WFU, r.MTBF, r.Unknown
		w.mayBeUnknown = w.mayBeUnknown || r.Unknown != 0
	}
	return w
}

// credible are the bandwidths that the relays are decided by, as in [Rules.Credible]. They are in the room or in a column.
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
