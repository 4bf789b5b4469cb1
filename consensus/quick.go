package consensus

import (
	"bytes"
	"math"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// quickReader reads entries in the one form in which authorities print them: every word where it belongs, one blank
// between two, nothing unheard-of, no fault. It says no to all else, and then the entry is read by parseEntry, which
// knows what Tor takes beside that form and what is wrong with the rest. So it has no errors to tell, and what it
// accepts is what parseEntry reads in it, which the tests hold it to.
//
// It gets by with one pass. What a line means it remembers, for lines repeat themselves: some six thousand relays share
// a few dozen s lines and two or three days.
type quickReader struct {
	header brief
	flags  [128]flagsSlot // by the hash of the line's beginning
	days   [8]struct {
		text  [11]byte // with the blank behind it
		start int64    // in seconds since 1970
	}
}

// reset forgets the flags of the document before, whose header may have announced others.
func (q *quickReader) reset(header brief) {
	q.header = header
	clear(q.flags[:])
}

// longestShort is the length of the longest line that is looked at without looking for its end first; so many bytes
// have to be there before any line is begun. An r line is longer: see longestR.
const longestShort = 80

// entry reads the entry that text begins with into e, which has to be zero, and leaves e in some state if it says no.
// It tells how many lines the entry has.
func (q *quickReader) entry(e *Entry, text []byte) (lines int, ok bool) {
	at := q.r(e, text)
	if at == 0 {
		return 0, false
	}
	seen := seenR
	for lines = 1; ; lines++ {
		rest := text[at:]
		if len(rest) < longestShort {
			return 0, false
		}
		size, bit := 0, 0 // of the line
		switch rest[0] {
		case 'r':
			if rest[1] == ' ' {
				return lines, q.finish(e, text[:at:at], seen)
			}
		case 'd':
			if beginsFooter(rest) {
				return lines, q.finish(e, text[:at:at], seen)
			}
		case 's':
			switch rest[1] {
			case ' ':
				size, bit = q.s(e, rest), seenS
			case '\n': // no flags
				size, bit = len("s\n"), seenS
			case 't':
				size, bit = quickStats(e, rest), seenStats
			}
		case 'v':
			size, bit = plainLine(rest, len("v ")), seenV
			if rest[1] == ' ' && size > 0 {
				e.Version = rest[2 : size-1]
			} else {
				size = 0
			}
		case 'p':
			switch {
			case string(rest[:9]) == "p reject " || string(rest[:9]) == "p accept ":
				if size, bit = plainLine(rest, len("p accept ")), seenP; size > 0 {
					e.Policy = rest[2 : size-1]
				}
			case string(rest[:3]) == "pr ":
				if size, bit = plainLine(rest, len("pr ")), seenPR; size > 0 {
					e.Protocols = rest[3 : size-1]
				}
			}
		case 'w':
			size, bit = quickW(e, rest), seenW
		case 'a':
			if rest[1] == ' ' {
				size = plainLine(rest, len("a "))
			}
		case 'm':
			switch {
			case rest[1] != ' ':
			case !q.header.microdesc:
				size = plainLine(rest, len("m "))
			case rest[len("m ")+43] == '\n' && decode43(&e.Microdesc, (*[43]byte)(rest[len("m "):])):
				size, bit = len("m ")+43+1, seenM
			}
		case 'i':
			size = quickID(e, rest)
		}
		if size == 0 || seen&bit != 0 {
			return 0, false
		}
		seen |= bit
		at += size
	}
}

// seenM goes with the other lines that may stand only once.
const seenM = seenStats << 1

// finish is the end of entry. A byte of zero is an error wherever it stands; to look for it once is cheaper than to do so
// in each line.
func (q *quickReader) finish(e *Entry, text []byte, seen int) bool {
	e.Text = text
	return seen&seenS != 0 && bytes.IndexByte(text, 0) < 0
}

// plainLine is the size of the line that text begins with, with its end, if what follows the first start bytes neither
// begins nor ends with blanks; otherwise 0.
func plainLine(text []byte, start int) int {
	end := bytes.IndexByte(text, '\n')
	if end <= start || end > maxLine || text[start] <= ' ' || text[end-1] <= ' ' {
		return 0
	}
	return end + 1
}

// quickW reads a w line. Those with more than Bandwidth, and Unmeasured or Measured behind it, are rare.
func quickW(e *Entry, text []byte) int {
	const start = len("w Bandwidth=")
	if string(text[:start]) != "w Bandwidth=" {
		return 0
	}
	number, n := leadingNumber(text[start:])
	size := start + n + 1
	if n == 0 || number > math.MaxUint32 {
		return 0
	}
	e.Weight.Bandwidth, e.Weight.HasBandwidth = bandwidth.KB(number), true
	if text[size-1] == '\n' {
		return size
	}
	const measured = "Measured="
	if text[size-1] == ' ' && string(text[size:size+len(measured)]) == measured {
		rest := text[size+len(measured):]
		number, n := leadingNumber(rest)
		if n > 0 && number <= math.MaxUint32 && rest[n] == '\n' {
			e.Weight.Measured, e.Weight.HasMeasured = bandwidth.KB(number), true
			return size + len(measured) + n + 1
		}
	}
	size = plainLine(text, len("w "))
	if size == 0 || e.Weight.parse(text[2:size-1]).sentinel != nil {
		return 0
	}
	return size
}

// quickID reads an id line.
func quickID(e *Entry, text []byte) int {
	const key, none = "id ed25519 ", "id ed25519 none\n"
	switch {
	case string(text[:len(none)]) == none:
		e.HasEd25519 = true
		return len(none)
	case string(text[:len(key)]) == key && text[len(key)+43] == '\n':
		e.HasEd25519 = decode43(&e.Ed25519, (*[43]byte)(text[len(key):]))
		if !e.HasEd25519 {
			return 0
		}
		return len(key) + 43 + 1
	}
	return 0
}

// quickStats reads a stats line. The share is one digit and six behind the point, as an integer exact, and so is the
// million it is divided by: the quotient is the float64 next to the number, which strconv.ParseFloat gives, too.
func quickStats(e *Entry, text []byte) int {
	const wfu, tk, mtbf = "stats wfu=", " tk=", " mtbf="
	if string(text[:len(wfu)]) != wfu || text[len(wfu)+1] != '.' {
		return 0
	}
	at := len(wfu)
	whole := text[at] - '0'
	at += 2
	parts, n := leadingNumber(text[at:])
	at += n
	if whole > 9 || n != 6 || string(text[at:at+len(tk)]) != tk {
		return 0
	}
	at += len(tk)
	known, n := leadingNumber(text[at:])
	at += n
	if n == 0 || string(text[at:at+len(mtbf)]) != mtbf {
		return 0
	}
	at += len(mtbf)
	between, n := leadingNumber(text[at:])
	at += n
	if n == 0 || text[at] != '\n' {
		return 0
	}
	e.Stats.WFU = float64(uint64(whole)*1e6+parts) / 1e6
	e.Stats.TimeKnown = int64(known)
	e.Stats.MTBF = float64(between)
	e.HasStats = true
	return at + 1
}
