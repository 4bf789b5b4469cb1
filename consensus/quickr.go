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
	const start = len("2006-01-02 ")
	date := [10]byte(text)
	day := &q.days[date[9]&7]
	if day.text != date {
		midnight, ok := parseInstant(append(append(make([]byte, 0, 19), date[:]...), " 00:00:00"...))
		if !ok {
			return 0, false
		}
		day.text, day.start = date, int64(midnight)
	}
	// The digits are 0 to 9 and the colons 0 in here, unless something is wrong.
	t := word(text[start:]) ^ 0x30303a30303a3030
	if (t|(t+0x0606000606000606))&0xf0f0fff0f0fff0f0 != 0 {
		return 0, false
	}
	hour, minute, second := (t&15)*10+t>>8&15, (t>>24&15)*10+t>>32&15, (t>>48&15)*10+t>>56
	if hour > 23 || minute > 59 || second > 59 || text[start-1] != ' ' || text[start+8] != ' ' {
		return 0, false
	}
	return wfu.Instant(day.start + int64(hour*3600+minute*60+second)), true
}

// quickAddress reads the address and the two ports that end an r line, and tells the size of them and of the line's end.
// One look at 32 bytes finds where all six numbers end.
func quickAddress(e *Entry, text []byte) int {
	ends := notDigits(word(text)) | notDigits(word(text[8:]))<<8 | notDigits(word(text[16:]))<<16 | notDigits(word(text[24:]))<<24
	var at [6]int // the ends of the numbers
	for i := range at {
		at[i] = bits.TrailingZeros32(ends | 1<<31)
		ends &= ends - 1
	}
	if string([]byte{text[at[0]], text[at[1]], text[at[2]], text[at[3]], text[at[4]], text[at[5]]}) != "...  \n" {
		return 0
	}
	a, okA := quickOctet(text, 0, at[0])
	b, okB := quickOctet(text, at[0]+1, at[1])
	c, okC := quickOctet(text, at[1]+1, at[2])
	d, okD := quickOctet(text, at[2]+1, at[3])
	orPort, okOR := quickPort(text, at[3]+1, at[4])
	dirPort, okDir := quickPort(text, at[4]+1, at[5])
	if !okA || !okB || !okC || !okD || !okOR || !okDir {
		return 0
	}
	e.Address = netip.AddrFrom4([4]byte{a, b, c, d})
	e.ORPort, e.DirPort = orPort, dirPort
	return at[5] + 1
}

// quickOctet is the number between two indices, of digits alone, if it is a part of an address: without zeros in front.
func quickOctet(text []byte, start, end int) (byte, bool) {
	n := end - start
	v := octet(word(text[start:]), n)
	return byte(v), uint(n-1) < 3 && v <= 255 && v >= [4]uint32{0, 0, 10, 100}[n&3]
}

func quickPort(text []byte, start, end int) (uint16, bool) {
	n := end - start
	v := decimal(word(text[start:]), n)
	return uint16(v), uint(n-1) < 5 && v <= 65535
}
