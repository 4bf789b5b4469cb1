package wfu

import (
	"bytes"
	"encoding/hex"
	"math"
)

// ParseLedger reads a router-stability file of format 1 or 2 as Tor does, which
// is leniently: it skips what it cannot read, and says so by a warning each.
// Most are those that Tor would log; for lines and relays that Tor drops without
// a word (ErrIgnored, ErrDuplicate, ErrZeroFingerprint) there is a warning too.
// The error is a *ParseError, with ErrFormat or ErrStoredAt, when the file as a
// whole is unusable.
//
// The times are those of the file. An authority that starts with this file
// shifts them: see [Ledger.Load].
//
// Lines may be indented and may end in CRLF; blank ones do not count. A NUL byte
// ends the text. The work is linear in its length and the memory bounded by it,
// whatever the text says.
//
// C: src/feature/stats/rephist.c, rep_hist_load_mtbf_data.
// Since: 0.2.0.8-alpha (format 2).
func ParseLedger(text []byte) (Ledger, []*ParseError, error) {
	// Of a relay's three lines two begin with a plus sign, and none has another. No relay as Tor writes it is shorter than
	// the shortest, so that a text of plus signs gets no more room than one of as many bytes of relays.
	const shortest = len("R \n+MTBF 0 0.00000\n+WFU 0 0\n") + hexLength
	room := min(bytes.Count(text, []byte("+"))/2, len(text)/shortest)
	p := parser{ledger: Ledger{Relays: make(map[[20]byte]History, room)}}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		p.warn.add(1+bytes.Count(text[:i], newline), "", []byte{0}, ErrIgnored)
		text = text[:i]
	}
	p.lines = lines{rest: text}

	format, err := p.format()
	if err == nil {
		err = p.header()
	}
	if err != nil {
		return Ledger{}, p.warn.all(), err
	}
	if format == 1 {
		p.data1()
	} else {
		p.data2()
	}
	return p.ledger, p.warn.all(), nil
}

// parser reads one file.
type parser struct {
	lines  lines
	ledger Ledger
	warn   warnings
	// dot is whether the last line taken was the final one.
	dot bool
	// ignored is the first line of a run of lines that mean nothing, which
	// make one warning.
	ignored    line
	ignoredAny bool
}

// format reads the first line. A file needs five lines, the empty one after the
// last newline counted.
func (p *parser) format() (int64, error) {
	ahead := p.lines
	for range 4 {
		ahead.next()
	}
	_, five := ahead.next()
	first, _ := p.lines.next()
	value, ok := bytes.CutPrefix(first.text, []byte("format "))
	if ok && five {
		value = bytes.TrimLeft(value, space)
		value = bytes.TrimPrefix(value, []byte("+"))
		if n, rest, ok := scanUint(value); ok && len(rest) == 0 && (n == 1 || n == 2) {
			return int64(n), nil
		}
	}
	return 0, newParseError(first.number, "format", first.text, ErrFormat)
}

// header reads up to and with the line "data". A time that cannot be read
// leaves the field as it was.
func (p *parser) header() error {
	var end line
	for {
		l, ok := p.lines.next()
		end = l
		if !ok {
			break
		}
		if string(l.text) == "data" {
			p.dot = false
			break
		}
		p.dot = string(l.text) == "."
		value, known := bytes.CutPrefix(l.text, []byte("stored-at "))
		field, keyword := &p.ledger.StoredAt, "stored-at"
		if !known {
			value, known = bytes.CutPrefix(l.text, []byte("tracked-since "))
			field, keyword = &p.ledger.TrackedSince, "tracked-since"
		}
		if !known {
			value, known = bytes.CutPrefix(l.text, []byte("last-downrated "))
			field, keyword = &p.ledger.LastDownrated, "last-downrated"
		}
		if !known {
			p.ignore(l)
			continue
		}
		if t, ok := parseInstant(string(value[:min(len(value), longestTime)])); ok {
			*field = t
		} else {
			p.warn.add(l.number, keyword, value, ErrTime)
		}
	}
	p.flush()
	if p.ledger.StoredAt == 0 {
		return newParseError(end.number, "stored-at", nil, ErrStoredAt)
	}
	return nil
}

// longestTime is longer than any time: what is cut there is no time anyway, and
// a very long line is not copied. It leaves room for zeros before the year.
const longestTime = 10000

// run is what a line says of a relay's runs.
type run struct {
	length  uint64
	weights float64
	start   []byte
}

// data1 reads the lines of format 1, one a relay.
func (p *parser) data1() {
	for {
		l, ok := p.lines.next()
		if !ok {
			p.end()
			return
		}
		if string(l.text) == "." {
			p.trailer()
			return
		}
		name, rest := scanWord(l.text, hexLength)
		var r run
		if rest, ok = bytes.CutPrefix(rest, blank); ok {
			// A signed number here, kept as an unsigned one.
			if r.length, rest, ok = scanInt(rest); ok {
				ok = p.runs(l, "", rest, &r)
			}
		}
		if !ok {
			p.warn.add(l.number, "", l.text, ErrLine)
			continue
		}
		if id, ok := p.identity(l, name); ok {
			p.ledger.Relays[id] = History{
				WeightedRunLength: r.length,
				TotalRunWeights:   r.weights,
				StartOfRun:        p.time(l, "", r.start),
			}
		}
	}
}

// data2 reads the lines of format 2, three a relay: of the lines up to the next
// relay the first +MTBF and the first +WFU count, in either order.
func (p *parser) data2() {
	for {
		for p.usual() {
		}
		l, ok := p.lines.next()
		if !ok {
			p.flush()
			p.end()
			return
		}
		if string(l.text) == "." {
			p.flush()
			p.trailer()
			return
		}
		if !bytes.HasPrefix(l.text, relayPrefix) || len(l.text) < len(relayPrefix)+hexLength {
			p.ignore(l)
			continue
		}
		p.flush()
		p.relay(l)
	}
}

// relay reads the lines that belong to the relay of l.
func (p *parser) relay(l line) {
	mtbf, haveMTBF := find(p.lines, mtbfPrefix)
	wfu, haveWFU := find(p.lines, wfuPrefix)
	p.skip(mtbf.number, wfu.number)

	var r run
	if haveMTBF {
		var rest []byte
		if r.length, rest, haveMTBF = scanUint(mtbf.text[len(mtbfPrefix):]); haveMTBF {
			haveMTBF = p.runs(mtbf, "+MTBF", rest, &r)
		}
		if !haveMTBF {
			p.warn.add(mtbf.number, "+MTBF", mtbf.text, ErrLine)
		}
	}
	var up, total uint64
	var down []byte
	if haveWFU {
		rest, ok := wfu.text[len(wfuPrefix):], false
		if up, rest, ok = scanUint(rest); ok {
			if rest, ok = bytes.CutPrefix(rest, blank); ok {
				if total, rest, ok = scanUint(rest); ok {
					down, ok = scanStart(rest)
				}
			}
		}
		if !ok {
			p.warn.add(wfu.number, "+WFU", wfu.text, ErrLine)
		}
	}

	id, ok := p.identity(l, l.text[len(relayPrefix):][:hexLength])
	if !ok {
		return
	}
	// A relay that occurs again keeps the run it had unless there is a new one,
	// but never its uptime.
	h := p.ledger.Relays[id]
	if haveMTBF {
		h.WeightedRunLength, h.TotalRunWeights = r.length, r.weights
		h.StartOfRun = p.time(mtbf, "+MTBF", r.start)
	}
	h.WeightedUptime, h.TotalWeightedTime = up, total
	h.StartOfDowntime = p.time(wfu, "+WFU", down)
	p.ledger.Relays[id] = h
}

// skip goes on to after the later of two lines, if it is still ahead; what else
// lies between is passed over.
func (p *parser) skip(one, other int) {
	for p.lines.number < max(one, other) {
		if l, _ := p.lines.next(); l.number != one && l.number != other {
			p.ignore(l)
		}
	}
	p.flush()
}

// runs reads what follows a length: the count of runs and the start of the open
// one.
func (p *parser) runs(l line, keyword string, rest []byte, r *run) (ok bool) {
	if rest, ok = bytes.CutPrefix(rest, blank); !ok {
		return false
	}
	if r.weights, rest, ok = scanDecimal(rest); !ok {
		return false
	}
	if r.start, ok = scanStart(rest); ok && math.IsInf(r.weights, 0) {
		p.warn.add(l.number, keyword, l.text, ErrRunWeights)
	}
	return ok
}

// time reads the words after " S=". A year before 1970, or none, is no time,
// without a word.
func (p *parser) time(l line, keyword string, text []byte) Instant {
	year, rest, ok := scanUint(text[:min(len(text), 4)])
	if !ok || len(rest) > 0 || year < 1970 {
		return 0
	}
	t, ok := parseInstant(string(text))
	if !ok {
		p.warn.add(l.number, keyword, text, ErrTime)
	}
	return t
}

const hexLength = 2 * 20

// identity reads a relay's fingerprint.
func (p *parser) identity(l line, text []byte) (id [20]byte, ok bool) {
	if len(text) == hexLength {
		_, err := hex.Decode(id[:], text)
		ok = err == nil
	}
	_, twice := p.ledger.Relays[id]
	switch {
	case !ok:
		p.warn.add(l.number, "R", text, ErrFingerprint)
	case id == [20]byte{}:
		p.warn.add(l.number, "R", text, ErrZeroFingerprint)
		ok = false
	case twice:
		p.warn.add(l.number, "R", text, ErrDuplicate)
	}
	return id, ok
}

// end is the end of the text before a final dot. A file without the line "data"
// may have its dot among the header's lines.
func (p *parser) end() {
	if !p.dot {
		p.warn.add(0, ".", nil, ErrTruncated)
	}
}

// trailer says what stands after the final dot.
func (p *parser) trailer() {
	if l, ok := p.lines.next(); ok && len(l.text) > 0 {
		p.warn.add(l.number, "", l.text, ErrIgnored)
	}
}

// ignore notes a line without a meaning; the empty one at the end has none to
// miss.
func (p *parser) ignore(l line) {
	if !p.ignoredAny && len(l.text) > 0 {
		p.ignored, p.ignoredAny = l, true
	}
}

// flush makes one warning of the lines ignored since the last.
func (p *parser) flush() {
	if p.ignoredAny {
		p.warn.add(p.ignored.number, "", p.ignored.text, ErrIgnored)
		p.ignoredAny = false
	}
}
