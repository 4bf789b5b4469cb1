package bandwidth

import (
	"bytes"
	"encoding/hex"
	"math"
	"slices"
)

// Line is a relay line of a bandwidth file.
//
// Spec: bandwidth-file-spec, "Relay Line format".
// C: src/feature/dirauth/bwauth.h, measured_bw_line_t.
type Line struct {
	// NodeID is the relay's identity digest: node_id.
	NodeID [20]byte
	// BW is the measured bandwidth, bw, in the scanner's scale, which is about kilobytes per second. On 64-bit machines
	// Tor reads 63 bits and then uses the low 32 of them; so does this.
	BW KB
	// Number is the line's number in the file, counting from 1; 0 in a line that was never in one.
	Number int
	// Text is the whole line without its newline, with all the words that authorities do not use. It may be nil in a
	// line made to be written.
	Text []byte
}

// Value is the value of the first word key=value on the line with the given key, such as nick or time, and whether there
// is one. It is a part of Text.
func (l Line) Value(key string) (value []byte, ok bool) {
	for word, rest := nextWord(l.Text); len(word) > 0; word, rest = nextWord(rest) {
		if k, v, found := bytes.Cut(word, []byte("=")); found && string(k) == key {
			return v, true
		}
	}
	return nil, false
}

// Clone is a copy of the line that owns its text.
func (l Line) Clone() Line {
	l.Text = slices.Clone(l.Text)
	return l
}

// Timestamp is the time that a bandwidth file is of, without reading the rest of it. An error is a [*SyntaxError] with
// [ErrTimestamp], [ErrNoNewline] or [ErrNUL].
//
// The number is read as C's strtoul reads it: white space and a sign may stand before it, nothing behind it, and what
// does not fit an int64 wraps around, so that 18446744073709551615 is the second before 1970.
//
// Spec: bandwidth-file-spec, "Header List format".
// C: src/feature/dirauth/bwauth.c, dirserv_read_measured_bandwidths.
func Timestamp(doc []byte) (int64, error) {
	text := firstLine(doc)
	fail := func(err error) (int64, error) {
		return 0, &SyntaxError{Line: 1, Value: excerpt(text), Err: err}
	}
	if len(text) == len(doc) {
		return fail(ErrNoNewline)
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return fail(ErrNUL)
	}
	digits, negative := signed(text)
	n, ok := decimal(digits, math.MaxUint64)
	if !ok {
		return fail(ErrTimestamp)
	}
	if negative {
		n = -n
	}
	return int64(n), nil
}

// firstLine is doc up to its first newline, or all of it.
func firstLine(doc []byte) []byte {
	line, _, _ := bytes.Cut(doc, []byte("\n"))
	return line
}

// What a line of a bandwidth file is.
const (
	lineEnd        = iota // there is none left
	lineHeader            // key=value before the relay lines
	lineTerminator        // the end of the headers
	lineRelay             // a relay that is voted on
	lineBad               // anything else
)

// reader walks over the lines of a bandwidth file.
type reader struct {
	rest   []byte
	number int  // of the last line read
	body   bool // past the headers
	within bool // the last was a piece of a line, and not the end of it
	as     Reading
}

// newReader is at the second line of doc.
func newReader(doc []byte, as Reading) reader {
	return reader{rest: doc[len(firstLine(doc))+1:], number: 1, as: as}
}

// next is the next line, as one of the kinds above. A bad line comes with an error and without NodeID and BW.
func (r *reader) next() (kind int, line Line, err *SyntaxError) {
	if len(r.rest) == 0 {
		return lineEnd, Line{}, nil
	}
	text := firstLine(r.rest)
	ended := len(text) < len(r.rest)
	if !r.within {
		r.number++
	}
	if r.within = r.as.ShortLines && len(text) >= shortLine; r.within {
		text, ended = text[:shortLine], false
		r.rest = r.rest[shortLine:]
	} else {
		r.rest = r.rest[min(len(text)+1, len(r.rest)):]
	}
	line = Line{Number: r.number, Text: text}
	bad := func(err error) (int, Line, *SyntaxError) {
		return lineBad, line, &SyntaxError{Line: r.number, Value: excerpt(text), Err: err}
	}
	switch {
	case !ended:
		return bad(ErrNoNewline)
	case bytes.IndexByte(text, 0) >= 0:
		return bad(ErrNUL)
	case !r.body && (string(text) == Terminator || string(text) == oldTerminator):
		r.body = true
		return lineTerminator, line, nil
	}
	id, bw, err := parseLine(text, r.as)
	switch {
	case err == nil:
		r.body = true
		line.NodeID, line.BW = id, bw
		return lineRelay, line, nil
	case !r.body && isHeader(text):
		return lineHeader, line, nil
	}
	err.Line = r.number
	return lineBad, line, err
}

// isHeader reports whether a line that is no relay line is a header when it stands before the relay lines.
func isHeader(text []byte) bool {
	return bytes.IndexByte(text, '=') > 0 && bytes.IndexByte(text, ' ') < 0
}

// parseLine reads a relay line, word by word as Tor does, so that the first thing wrong is the one reported. The words
// it looks for are known by their beginnings alone: vote=01 is a vote=0.
func parseLine(text []byte, as Reading) (id [20]byte, bw KB, err *SyntaxError) {
	var hasID, hasBW, hasWord bool
	for word, rest := nextWord(text); len(word) > 0; word, rest = nextWord(rest) {
		hasWord = true
		if bytes.HasPrefix(word, []byte("vote=0")) && !as.CountsNotVoted {
			return id, 0, &SyntaxError{Keyword: "vote", Value: excerpt(text), Err: ErrNotVoted}
		}
		if value, ok := bytes.CutPrefix(word, []byte("bw=")); ok {
			if hasBW {
				return id, 0, &SyntaxError{Keyword: "bw", Value: excerpt(value), Err: ErrTwice}
			}
			if bw, hasBW = parseBW(value); !hasBW {
				return id, 0, &SyntaxError{Keyword: "bw", Value: excerpt(value), Err: ErrNumber}
			}
		}
		value, ok := bytes.CutPrefix(word, []byte("node_id="))
		if as.DollarNeeded {
			ok = ok && len(value) > 0 && value[0] == '$'
		}
		if ok {
			if hasID {
				return id, 0, &SyntaxError{Keyword: "node_id", Value: excerpt(value), Err: ErrTwice}
			}
			if id, hasID = parseNodeID(value); !hasID || as.NotLast && len(rest) == 0 {
				return id, 0, &SyntaxError{Keyword: "node_id", Value: excerpt(value), Err: ErrNodeID}
			}
		}
	}
	switch {
	case !hasWord:
		return id, 0, &SyntaxError{Value: excerpt(text), Err: ErrBlank}
	case !hasID:
		return id, 0, &SyntaxError{Keyword: "node_id", Value: excerpt(text), Err: ErrMissing}
	case !hasBW:
		return id, 0, &SyntaxError{Keyword: "bw", Value: excerpt(text), Err: ErrMissing}
	}
	return id, bw, nil
}

// parseBW reads a number as C's strtol does, of which the first white space ends what is looked at. The number is of 63
// bits, of which 32 are kept.
func parseBW(text []byte) (KB, bool) {
	digits, negative := signed(text)
	if end := bytes.IndexFunc(digits, func(c rune) bool { return c < 0x80 && isSpace(byte(c)) }); end >= 0 {
		digits = digits[:end]
	}
	n, ok := decimal(digits, math.MaxInt64)
	return KB(n & math.MaxUint32), ok && (!negative || n == 0)
}

// parseNodeID reads an identity in hexadecimal, with or without a dollar sign.
func parseNodeID(text []byte) (id [20]byte, ok bool) {
	text = bytes.TrimPrefix(text, []byte("$"))
	if len(text) != hex.EncodedLen(len(id)) {
		return id, false
	}
	if _, err := hex.Decode(id[:], text); err != nil {
		return [20]byte{}, false
	}
	return id, true
}

// signed cuts off what C's strtol and strtoul allow before the digits: white space and then a sign.
func signed(text []byte) (digits []byte, negative bool) {
	for len(text) > 0 && isSpace(text[0]) {
		text = text[1:]
	}
	if len(text) > 0 && (text[0] == '+' || text[0] == '-') {
		return text[1:], text[0] == '-'
	}
	return text, false
}

// isSpace is C's isspace in the plain locale.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
