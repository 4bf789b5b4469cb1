package torlab

import (
	"fmt"
	"strings"
)

const (
	day  = 24 * 3600
	hour = 3600
)

// A past is one relay's line pair in the history file. Times of 0 are none.
type past struct {
	runLength     int64
	runWeights    float64
	uptime, total int64
	run, downtime int64 // when the open run or downtime began
}

// history is the authority's router-stability file.
func (n *Network) history() []byte {
	d := n.view("history")
	stored := n.Start - pick[int64](d, 0, 0, 0, 1, 2*hour, 3*day, 400*day)
	if d.chance(0.1) {
		stored = n.Start + d.between(1, 2*hour)
	}
	tracked := n.Start - pick[int64](d, 400*day, 400*day, 400*day, 30*day, 4*hour, 4*hour+20, 2*hour)
	discounted := n.Start - pick[int64](d, 2*hour, 2*hour, 11*hour, 12*hour+60, 36*hour+5, 10*day, 900*day)

	var b strings.Builder
	one := d.chance(0.05) // the older format, which knows no uptimes
	fmt.Fprintf(&b, "format %d\nstored-at %s\n", 2-btoi(one), isoTime(stored))
	switch d.IntN(20) {
	case 0: // not tracking
	case 1:
		fmt.Fprintf(&b, "tracked-since %s\n", isoTime(n.Start+day))
	case 2:
		fmt.Fprintf(&b, "tracked-since 1970-06-01 00:00:00\n")
	case 3:
		fmt.Fprintf(&b, "tracked-since some day\n")
	default:
		fmt.Fprintf(&b, "tracked-since %s\n", isoTime(tracked))
	}
	switch d.IntN(20) {
	case 0: // the clock was never set
	case 1:
		fmt.Fprintf(&b, "last-downrated %s\n", isoTime(n.Start+day))
	default:
		fmt.Fprintf(&b, "last-downrated %s\n", isoTime(discounted))
	}
	b.WriteString("data\n")

	known := pick(d, 1, 0.97, 0.9, 0.3)
	usual := pick[int64](d, 2*day, 8*day, 20*day, 100*day)
	for i := range n.Relays {
		if !d.chance(known) {
			continue
		}
		p := d.past(n.Now, usual)
		// Tor moves open intervals by the time between storing and loading; they are written so that they land
		// where they were wanted.
		if p.run != 0 {
			p.run -= n.Start - stored
		}
		if p.downtime != 0 {
			p.downtime -= n.Start - stored
		}
		d.sayTimes(&p, stored, tracked)
		writePast(&b, n.Relays[i].Fingerprint(), p, one)
		if d.chance(0.01) {
			b.WriteString(pick(d, "R 123\n", "+MTBF 1\n", "what is this\n", "R "+strings.Repeat("Z", 40)+"\n"))
		}
	}
	for range d.IntN(4) { // relays that are gone
		writePast(&b, fmt.Sprintf("%X", d.bytes(20)), d.past(n.Now, usual), one)
	}
	if !d.chance(0.05) {
		b.WriteString(".\n")
	}
	return []byte(b.String())
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sayTimes moves some open intervals to where loading treats them otherwise: after the file was stored, before
// tracking began, long before.
func (d dice) sayTimes(p *past, stored, tracked int64) {
	at := pick(d, stored, stored+1, stored+hour, tracked, tracked-1, tracked-365*day, tracked-365*day-1, tracked-500*day)
	if p.run != 0 && d.chance(0.03) {
		p.run = at
	}
	if p.downtime != 0 && d.chance(0.03) {
		p.downtime = at
	}
}

// past is a relay's history, such that at the vote it is on an edge in some way, or far from all of them.
func (d dice) past(now, usual int64) past {
	var p past
	known := int64(float64(usual) * (0.1 + d.ExpFloat64()))
	if d.chance(0.3) {
		known = d.around(8*day, 2*hour)
	}
	open := d.between(0, known)
	if d.chance(0.2) {
		open = pick(d, 0, known, known+d.between(0, 10*day))
	}
	down := d.chance(0.08)
	if down {
		open = min(open, d.between(0, 3*hour))
		p.downtime = now - open
	} else if !d.chance(0.02) {
		p.run = now - open
	} else {
		open = 0
	}
	p.total = max(0, known-open)

	// The share of time it was up.
	up := known
	switch d.IntN(4) {
	case 0:
		up = d.around(known*98/100, known/1000+1)
	case 1:
		up = known - int64(float64(known)*min(1, d.ExpFloat64()*0.05))
	case 2:
		up = known - d.between(0, 600)
	}
	p.uptime = up
	if !down {
		p.uptime -= open
	}
	p.uptime = min(max(0, p.uptime), p.total)

	// Runs: finished ones, and their mean length.
	p.runWeights = pick(d, 0, 0.0001, 0.00009, 0.5, 1, d.ExpFloat64()*4, d.ExpFloat64()*4, d.ExpFloat64()*12)
	p.runLength = int64(p.runWeights * d.ExpFloat64() * float64(usual))
	if d.chance(0.3) { // the edge of the Stable guarantee
		whole := float64(1)
		if down {
			whole, open = 0, 0
		}
		p.runWeights = float64(d.IntN(8))
		p.runLength = d.around(int64((p.runWeights+whole)*5*day)-open, 10)
	}
	p.runLength = max(0, p.runLength)
	if d.chance(0.02) {
		return past{}
	}
	return p
}

// writePast writes a relay's lines, in the format with uptimes or the one without.
func writePast(b *strings.Builder, fp string, p past, older bool) {
	since := func(t int64) string {
		if t == 0 {
			return ""
		}
		return " S=" + isoTime(t)
	}
	if older {
		fmt.Fprintf(b, "%s %d %.5f%s\n", fp, p.runLength, p.runWeights, since(p.run))
		return
	}
	fmt.Fprintf(b, "R %s\n+MTBF %d %.5f%s\n+WFU %d %d%s\n", fp, p.runLength, p.runWeights, since(p.run), p.uptime, p.total, since(p.downtime))
}
