package wfu

import (
	"bytes"
	"math"
)

// What Tor's own small scanf reads, so that lines mean here what they mean
// there. A number takes no space before it, and no more than mostDigits.
//
// C: lib/string/scanf.c, tor_sscanf.

var (
	newline     = []byte("\n")
	blank       = []byte(" ")
	relayPrefix = []byte("R ")
	mtbfPrefix  = []byte("+MTBF ")
	wfuPrefix   = []byte("+WFU ")
	startPrefix = []byte(" S=")
)

const (
	space      = " \t\n\v\f\r"
	mostDigits = 9999
)

// line is one line without the space around it, and its number in the text,
// from 1.
type line struct {
	text   []byte
	number int
}

// lines goes through a text as Tor splits it: blank lines are skipped, except
// that a text ending in a newline has an empty line at its end.
type lines struct {
	rest   []byte
	number int // of lines taken or skipped
	ended  bool
}

// next is the next line; it reports false after the last.
func (s *lines) next() (l line, ok bool) {
	if s.ended {
		return line{number: s.number}, false
	}
	rest := bytes.TrimLeft(s.rest, space)
	s.number += 1 + bytes.Count(s.rest[:len(s.rest)-len(rest)], newline)
	text := rest
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		text, s.rest = rest[:i], rest[i+1:]
	} else {
		s.ended = true
	}
	return line{bytes.TrimRight(text, space), s.number}, true
}

// find is the first line from here on that begins with the prefix, none after
// the next relay's, and the place after it.
func find(from lines, prefix []byte) (l line, after lines, ok bool) {
	for {
		if l, ok = from.next(); !ok {
			return line{}, from, false
		}
		if bytes.HasPrefix(l.text, prefix) {
			return l, from, true
		}
		if bytes.HasPrefix(l.text, relayPrefix) {
			return line{}, from, false
		}
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// scanUint reads a decimal number of 64 bits.
func scanUint(text []byte) (n uint64, rest []byte, ok bool) {
	i := 0
	for i < len(text) && isDigit(text[i]) && i < mostDigits {
		digit := uint64(text[i] - '0')
		if n > (math.MaxUint64-digit)/10 {
			return 0, text, false
		}
		n = n*10 + digit
		i++
	}
	return n, text[i:], i > 0
}

// scanDecimal reads a decimal as the integer part plus the digits after the
// point over a power of ten. That is not always the float64 nearest to the
// decimal: 1.96870 comes out one unit in the last place away.
func scanDecimal(text []byte) (x float64, rest []byte, ok bool) {
	negative := len(text) > 0 && text[0] == '-'
	if negative {
		text = text[1:]
	}
	scanned := 0
	digits := func() (value, power float64) {
		power = 1
		for len(text) > 0 && isDigit(text[0]) && scanned < mostDigits {
			value = float64(value*10) + float64(text[0]-'0')
			power *= 10
			text = text[1:]
			scanned++
		}
		return value, power
	}
	x, _ = digits()
	if len(text) > 0 && text[0] == '.' {
		text = text[1:]
		scanned++
		fraction, power := digits()
		x += fraction / power
	}
	if negative {
		x = -x
	}
	return x, text, scanned > 0
}

// scanWord reads up to so many characters that are not space.
func scanWord(text []byte, most int) (word, rest []byte) {
	n := bytes.IndexAny(text[:min(len(text), most)], space)
	if n < 0 {
		n = min(len(text), most)
	}
	return text[:n], text[n:]
}
