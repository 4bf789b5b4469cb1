package consensus

import (
	"math/bits"
	"net/netip"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// longestR is more than the length of the longest r line that is read quickly, 126 bytes, and of the words that are
// loaded at its end.
const longestR = 160

// r reads the r line that text begins with and tells its size, 0 if it has to be read otherwise.
func (q *quickReader) r(e *Entry, text []byte) int {
	if len(text) < longestR {
		return 0
	}
	const name = len("r ")
	n := bits.TrailingZeros32(notAlphanumerics(word(text[name:])) | notAlphanumerics(word(text[name+8:]))<<8 |
		notAlphanumerics(word(text[name+16:]))<<16 | 1<<24)
	at := name + n
	if n == 0 || n > 19 || text[at] != ' ' {
		return 0
	}
	e.Nickname = text[name:at]

	// From here on all widths are known, but for the digest that the microdesc flavour lacks.
	const digest = 27
	rest := text[at+1:]
	if !decode27((*[20]byte)(&e.Identity), (*[digest]byte)(rest)) || rest[digest] != ' ' {
		return 0
	}
	rest = rest[digest+1:]
	if !q.header.microdesc {
		if !decode27(&e.Digest, (*[digest]byte)(rest)) || rest[digest] != ' ' {
			return 0
		}
		rest = rest[digest+1:]
	}
	moment, ok := q.moment(rest)
	if !ok {
		return 0
	}
	e.Published = moment
	rest = rest[len("2006-01-02 15:04:05 "):]
	size := quickAddress(e, rest)
	if size == 0 {
		return 0
	}
	return len(text) - len(rest) + size
}

// moment reads a date and a time, and the blanks behind either. It remembers dates by their last digit, so that the two
// or three of a document do not push each other out.
func (q *quickReader) moment(text []byte) (wfu.Instant, bool) {
	date := [11]byte(text)
	day := &q.days[date[9]&7]
	if day.text != date {
		midnight, ok := parseDate(&date)
		if !ok {
			return 0, false
		}
		day.text, day.start = date, midnight
	}
	seconds, ok := parseClock((*[8]byte)(text[len(date):]))
	return wfu.Instant(day.start + seconds), ok && text[len("2006-01-02 15:04:05")] == ' '
}

// quickAddress reads the address and the two ports that end an r line, and tells the size of them and of the line's end.
// One look at 32 bytes finds where all six numbers end.
func quickAddress(e *Entry, text []byte) int {
	t := (*[40]byte)(text)
	ends := notDigits(word(t[:])) | notDigits(word(t[8:]))<<8 | notDigits(word(t[16:]))<<16 | notDigits(word(t[24:]))<<24
	a, ends := bits.TrailingZeros32(ends), ends&(ends-1)
	b, ends := bits.TrailingZeros32(ends), ends&(ends-1)
	c, ends := bits.TrailingZeros32(ends), ends&(ends-1)
	d, ends := bits.TrailingZeros32(ends), ends&(ends-1)
	p, ends := bits.TrailingZeros32(ends), ends&(ends-1)
	q := bits.TrailingZeros32(ends)
	if q > 31 || t[a&31] != '.' || t[b&31] != '.' || t[c&31] != '.' || t[d&31] != ' ' || t[p&31] != ' ' || t[q&31] != '\n' {
		return 0
	}
	a0, ok0 := quickOctet(t, 0, a)
	a1, ok1 := quickOctet(t, a+1, b)
	a2, ok2 := quickOctet(t, b+1, c)
	a3, ok3 := quickOctet(t, c+1, d)
	orPort, okOR := quickPort(t, d+1, p)
	dirPort, okDir := quickPort(t, p+1, q)
	if !(ok0 && ok1 && ok2 && ok3 && okOR && okDir) {
		return 0
	}
	e.Address = netip.AddrFrom4([4]byte{a0, a1, a2, a3})
	e.ORPort, e.DirPort = orPort, dirPort
	return q + 1
}

// quickOctet is the number between two indices, of digits alone, if it is a part of an address: without zeros in front.
func quickOctet(t *[40]byte, start, end int) (byte, bool) {
	n := end - start
	v := octet(word(t[start&31:]), n)
	return byte(v), uint(n-1) < 3 && v <= 255 && v >= leastOctet[n&3]
}

// leastOctet is the least number of so many digits that has no zeros in front.
var leastOctet = [4]uint32{0, 0, 10, 100}

func quickPort(t *[40]byte, start, end int) (uint16, bool) {
	n := end - start
	v := decimal(word(t[start&31:]), n)
	return uint16(v), uint(n-1) < 5 && v <= 65535
}
