package wfu

import (
	"bytes"
	"math"
)

// What Tor's own small scanf reads, so that lines mean here what they mean
// there. A number takes no space before it, and no more than mostDigits.
//
// C: src/lib/string/scanf.c, tor_sscanf.

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
// the next relay's.
func find(from lines, prefix []byte) (l line, ok bool) {
	for {
		if l, ok = from.next(); !ok {
			return line{}, false
		}
		if bytes.HasPrefix(l.text, prefix) {
			return l, true
		}
		if bytes.HasPrefix(l.text, relayPrefix) {
			return line{}, false
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

// scanInt reads a decimal number of 64 bits with a sign, as the unsigned number
// of the same bits.
func scanInt(text []byte) (n uint64, rest []byte, ok bool) {
	digits, negative := bytes.CutPrefix(text, []byte("-"))
	most := uint64(math.MaxInt64)
	if negative {
		most++
	}
	if n, rest, ok = scanUint(digits); !ok || n > most {
		return 0, text, false
	}
	if negative {
		n = -n
	}
	return n, rest, true
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
		if math.IsNaN(x) {
			x = math.Inf(1)
		}
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

// scanStart reads the " S=date time" that may end a line, and gives back the two
// words with one blank between. Without it, whatever else the line ends with is
// passed over, as is what follows it.
func scanStart(text []byte) (start []byte, ok bool) {
	text, ok = bytes.CutPrefix(text, startPrefix)
	if !ok {
		return nil, true
	}
	const date, clock = len("YYYY-MM-DD"), len("HH:MM:SS")
	first, rest := scanWord(text, date)
	if rest, ok = bytes.CutPrefix(rest, blank); !ok {
		return nil, false
	}
	// Tor reads the words into the places they have in the full form, so that a
	// date of fewer characters ends the text.
	if len(first) < date {
		return first, true
	}
	second, _ := scanWord(rest, clock)
	return text[:date+len(blank)+len(second)], true
}
