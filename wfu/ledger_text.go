package wfu

import (
	"bytes"
	"encoding/hex"
	"math"
	"strconv"
)

// AppendText appends the ledger as a router-stability file of format 2, relays
// in the order of their identity digests, and implements encoding.TextAppender;
// the error is always nil. Tor writes the same text, in the order of its hash
// table.
//
// Run weights are written with 5 decimals, so they alone do not survive being
// written and read. Starts before 1970 are not written, nor are a TrackedSince
// and a LastDownrated that are zero.
//
// C: feature/stats/rephist.c, rep_hist_record_mtbf_data.
func (l Ledger) AppendText(dst []byte) ([]byte, error) {
	dst = append(dst, "format 2\nstored-at "...)
	dst = append(l.StoredAt.append(dst), '\n')
	if l.TrackedSince != 0 {
		dst = append(dst, "tracked-since "...)
		dst = append(l.TrackedSince.append(dst), '\n')
	}
	if l.LastDownrated != 0 {
		dst = append(dst, "last-downrated "...)
		dst = append(l.LastDownrated.append(dst), '\n')
	}
	dst = append(dst, "data\n"...)
	for id, h := range l.All() {
		dst = append(dst, "R "...)
		for _, b := range id {
			const digits = "0123456789ABCDEF"
			dst = append(dst, digits[b>>4], digits[b&15])
		}
		dst = append(dst, "\n+MTBF "...)
		dst = strconv.AppendUint(dst, h.WeightedRunLength, 10)
		dst = append(dst, ' ')
		dst = strconv.AppendFloat(dst, h.TotalRunWeights, 'f', 5, 64)
		dst = appendStart(dst, h.StartOfRun)
		dst = append(dst, "\n+WFU "...)
		dst = strconv.AppendUint(dst, h.WeightedUptime, 10)
		dst = append(dst, ' ')
		dst = strconv.AppendUint(dst, h.TotalWeightedTime, 10)
		dst = appendStart(dst, h.StartOfDowntime)
		dst = append(dst, '\n')
	}
	return append(dst, ".\n"...), nil
}

func appendStart(dst []byte, t Instant) []byte {
	if t <= 0 {
		return dst
	}
	return t.append(append(dst, " S="...))
}

// ParseLedger reads a router-stability file of format 1 or 2 as Tor does, which
// is leniently: it skips what it cannot read, and says so by a warning each.
// Most are those that Tor would log; for lines and relays that Tor drops without
// a word (ErrIgnored, ErrDuplicate, ErrZeroFingerprint) there is a warning too.
// The error is a *ParseError, with ErrFormat or ErrStoredAt, when the file as a
// whole is unusable.
//
// The times are those of the file. An authority that starts with this file
// shifts them: see Ledger.Load.
//
// Lines may be indented and may end in CRLF; blank ones do not count. A NUL byte
// ends the text. The work is linear in its length and the memory bounded by it,
// whatever the text says.
//
// C: feature/stats/rephist.c, rep_hist_load_mtbf_data.
// Since: 0.2.0.8-alpha (format 2).
func ParseLedger(text []byte) (Ledger, []*ParseError, error) {
	p := parser{ledger: Ledger{Relays: make(map[[20]byte]History)}}
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
	for {
		l, ok := p.lines.next()
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
			if len(l.text) > 0 {
				p.ignore(l)
			}
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
		return newParseError(0, "stored-at", nil, ErrStoredAt)
	}
	return nil
}

// longestTime is longer than any time: what is cut there is no time anyway, and
// a very long line is not copied. It leaves room for zeros before the year.
const longestTime = 10000

// numbers is what one relay's lines say of the run (a, runs, start) or of the
// uptime (a, b, start).
type numbers struct {
	a, b  uint64
	runs  float64
	start Instant
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
		name, rest := scanWord(l.text, 2*20)
		rest, ok = bytes.CutPrefix(rest, blank)
		if !ok {
			p.bad(l, "", ErrLine)
			continue
		}
		negative := len(rest) > 0 && rest[0] == '-'
		if negative {
			rest = rest[1:]
		}
		length, rest, ok := scanUint(rest)
		if bound := uint64(math.MaxInt64); !ok || length > bound && !(negative && length == bound+1) {
			p.bad(l, "", ErrLine)
			continue
		}
		if negative {
			// Tor reads a signed number here and keeps an unsigned one.
			length = -length
		}
		n := numbers{a: length}
		if rest, ok = bytes.CutPrefix(rest, blank); !ok || !p.runs(l, "", rest, &n) {
			if !ok {
				p.bad(l, "", ErrLine)
			}
			continue
		}
		if id, ok := p.identity(l, name); ok {
			p.ledger.Relays[id] = History{WeightedRunLength: n.a, TotalRunWeights: n.runs, StartOfRun: n.start}
		}
	}
}

// data2 reads the lines of format 2, three a relay: of the lines up to the next
// relay the first +MTBF and the first +WFU count, in either order.
func (p *parser) data2() {
	for {
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
		if !bytes.HasPrefix(l.text, relayPrefix) || len(l.text) < len(relayPrefix)+2*20 {
			if len(l.text) > 0 {
				p.ignore(l)
			}
			continue
		}
		p.flush()
		p.relay(l)
	}
}

// relay reads the two lines that belong to the relay of l.
func (p *parser) relay(l line) {
	mtbf, afterMTBF, haveMTBF := find(p.lines, mtbfPrefix)
	wfu, afterWFU, haveWFU := find(p.lines, wfuPrefix)

	// The lines between are passed over, as the later of the two says.
	last := p.lines
	if haveMTBF {
		last = afterMTBF
	}
	if haveWFU && afterWFU.number > last.number {
		last = afterWFU
	}
	for p.lines.number < last.number {
		between, _ := p.lines.next()
		if between.number != mtbf.number && between.number != wfu.number {
			p.ignore(between)
		}
	}
	p.flush()

	var run, up numbers
	if haveMTBF {
		rest := mtbf.text[len(mtbfPrefix):]
		if run.a, rest, haveMTBF = scanUint(rest); haveMTBF {
			rest, haveMTBF = bytes.CutPrefix(rest, blank)
		}
		if !haveMTBF {
			p.bad(mtbf, "+MTBF", ErrLine)
		} else {
			haveMTBF = p.runs(mtbf, "+MTBF", rest, &run)
		}
	}
	if haveWFU {
		rest := wfu.text[len(wfuPrefix):]
		if up.a, rest, haveWFU = scanUint(rest); haveWFU {
			if rest, haveWFU = bytes.CutPrefix(rest, blank); haveWFU {
				up.b, rest, haveWFU = scanUint(rest)
			}
		}
		if haveWFU {
			up.start, haveWFU = p.start(wfu, "+WFU", rest)
		} else {
			p.bad(wfu, "+WFU", ErrLine)
		}
	}

	id, ok := p.identity(l, l.text[len(relayPrefix):][:2*20])
	if !ok {
		return
	}
	// A relay that occurs again keeps the run it had unless there is a new one,
	// but never its uptime.
	h := p.ledger.Relays[id]
	if haveMTBF {
		h.WeightedRunLength, h.TotalRunWeights, h.StartOfRun = run.a, run.runs, run.start
	}
	h.WeightedUptime, h.TotalWeightedTime, h.StartOfDowntime = up.a, up.b, up.start
	p.ledger.Relays[id] = h
}

// runs reads the count of runs and the start of the open one.
func (p *parser) runs(l line, keyword string, text []byte, n *numbers) (ok bool) {
	var rest []byte
	if n.runs, rest, ok = scanDecimal(text); !ok {
		p.bad(l, keyword, ErrLine)
		return false
	}
	if math.IsInf(n.runs, 0) || math.IsNaN(n.runs) {
		p.bad(l, keyword, ErrRunWeights)
		return false
	}
	n.start, ok = p.start(l, keyword, rest)
	return ok
}

// start reads the " S=date time" that may end a line. Without it, whatever else
// the line ends with is passed over.
func (p *parser) start(l line, keyword string, text []byte) (t Instant, ok bool) {
	text, ok = bytes.CutPrefix(text, startPrefix)
	if !ok {
		return 0, true
	}
	date, rest := scanWord(text, len("YYYY-MM-DD"))
	if rest, ok = bytes.CutPrefix(rest, blank); !ok {
		p.bad(l, keyword, ErrLine)
		return 0, false
	}
	clock, _ := scanWord(rest, len("HH:MM:SS"))
	// Tor puts the two words where they belong in a buffer of the full form, so
	// that a date of fewer characters ends the text.
	if len(date) == 0 {
		return 0, true
	}
	when := date
	if len(date) == len("YYYY-MM-DD") {
		when = append(append(date[:len(date):len(date)], ' '), clock...)
	}
	if beforeEpoch(when) {
		return 0, true
	}
	if t, ok = parseInstant(string(when)); !ok {
		p.warn.add(l.number, keyword, when, ErrTime)
	}
	return t, true
}

// beforeEpoch reports whether the first four characters are a year before 1970
// or no number, which Tor reads as 0 without a word.
func beforeEpoch(when []byte) bool {
	year, rest, ok := scanUint(bytes.TrimLeft(when[:min(len(when), 4)], space))
	return !ok || len(rest) > 0 || year < 1970
}

// identity reads a relay's fingerprint.
func (p *parser) identity(l line, text []byte) (id [20]byte, ok bool) {
	if len(text) != 2*len(id) {
		p.warn.add(l.number, "R", text, ErrFingerprint)
		return id, false
	}
	if _, err := hex.Decode(id[:], text); err != nil {
		p.warn.add(l.number, "R", text, ErrFingerprint)
		return id, false
	}
	if id == [20]byte{} {
		p.warn.add(l.number, "R", text, ErrZeroFingerprint)
		return id, false
	}
	if _, twice := p.ledger.Relays[id]; twice {
		p.warn.add(l.number, "R", text, ErrDuplicate)
	}
	return id, true
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

func (p *parser) bad(l line, keyword string, err error) {
	p.warn.add(l.number, keyword, l.text, err)
}

func (p *parser) ignore(l line) {
	if !p.ignoredAny {
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
