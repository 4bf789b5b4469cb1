package wfu

import (
	"bytes"

	"github.com/seed-84712aaa/guardmath/internal/digits"
)

// Files that Tor wrote hold thousands of relays of one and the same form, which is read here in one go: no lines are cut
// out, nothing is looked for twice, nothing is trimmed. Whatever differs in the least is left to the reader that follows
// Tor line by line; what this one takes it reads as that one does.

// usual reads a relay of format 2 as Tor writes it, three lines without anything more or less, and reports whether there
// was one. If not, nothing has happened.
func (p *parser) usual() bool {
	const name = len("R ") + hexLength
	text := p.lines.rest
	if len(text) < name+1 || text[0] != 'R' || text[1] != ' ' || text[name] != '\n' {
		return false
	}
	id, ok := digits.Identity((*[hexLength]byte)(text[len("R "):]))
	if !ok || id == [20]byte{} {
		return false
	}
	var h History
	if text, ok = bytes.CutPrefix(text[name+1:], mtbfPrefix); !ok {
		return false
	}
	if h.WeightedRunLength, text, ok = usualNumber(text); !ok || text[0] != ' ' {
		return false
	}
	if h.TotalRunWeights, text, ok = usualDecimal(text[1:]); !ok {
		return false
	}
	if h.StartOfRun, text, ok = usualStart(text); !ok {
		return false
	}
	if text, ok = bytes.CutPrefix(text, wfuPrefix); !ok {
		return false
	}
	if h.WeightedUptime, text, ok = usualNumber(text); !ok || text[0] != ' ' {
		return false
	}
	if h.TotalWeightedTime, text, ok = usualNumber(text[1:]); !ok {
		return false
	}
	if h.StartOfDowntime, text, ok = usualStart(text); !ok {
		return false
	}

	p.flush()
	// Whether the relay was there already shows in the map's size: to ask first would cost as much again. Nothing of what
	// was there stays, for both lines are here.
	before := len(p.ledger.Relays)
	p.ledger.Relays[id] = h
	if len(p.ledger.Relays) == before {
		p.warn.add(p.lines.number+1, "R", p.lines.rest[len("R "):name], ErrDuplicate)
	}
	p.lines.rest = text
	p.lines.number += 3
	return true
}

// usualNumber reads a number of 1 to 16 digits that something follows.
func usualNumber(text []byte) (n uint64, rest []byte, ok bool) {
	n, length := digits.Leading(text)
	if length == 8 {
		more, longer := digits.Leading(text[8:])
		n, length = n*tenTo[longer]+more, 8+longer
	}
	return n, text[length:], 0 < length && length < 16 && length < len(text)
}

// tenTo are powers of ten.
var tenTo = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8}

// usualDecimal reads a number of up to 15 digits and up to 7 decimals that something follows. Both parts and the power of
// ten are exact in float64, so that they are what scanDecimal has before it divides and adds.
func usualDecimal(text []byte) (x float64, rest []byte, ok bool) {
	whole, rest, ok := usualNumber(text)
	if !ok || rest[0] != '.' {
		return 0, text, false
	}
	fraction, length := digits.Leading(rest[1:])
	rest = rest[1+length:]
	return float64(whole) + float64(fraction)/float64(tenTo[length]), rest, 0 < length && length < 8 && len(rest) > 0
}

// usualStart reads the end of a line, with a time before it or none.
func usualStart(text []byte) (start Instant, rest []byte, ok bool) {
	if text[0] == '\n' {
		return 0, text[1:], true
	}
	const form = len(" S=") + len(instantLayout)
	if len(text) <= form || text[0] != ' ' || text[1] != 'S' || text[2] != '=' || text[form] != '\n' {
		return 0, text, false
	}
	start, ok = usualInstant((*[len(instantLayout)]byte)(text[len(" S="):]))
	return start, text[form+1:], ok
}

// usualInstant is parseInstant for times of exactly the form that is written, since 1970.
func usualInstant(text *[len(instantLayout)]byte) (Instant, bool) {
	var bad byte
	digit := func(at int) uint32 {
		d := text[at] - '0'
		// Whatever is no digit has one of the bits of the upper half set after this.
		bad |= d | (d + 6)
		return uint32(d)
	}
	two := func(at int) uint32 { return digit(at)*10 + digit(at+1) }
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	ends := text[4] == '-' && text[7] == '-' && text[10] == ' ' && text[13] == ':' && text[16] == ':'
	if bad > 15 || !ends || year < 1970 || month-1 > 11 || day-1 > 30 || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	days := daysBefore(int64(year), int64(month)) + int64(day) - 1
	return Instant(days*86400 + int64(hour*3600+minute*60+second)), true
}
