package wfu

import (
	"bytes"
	"strconv"
)

// Stats is what an authority's vote tells of one relay's history. The zero
// Stats is that of a relay never seen.
type Stats struct {
	// WFU is the weighted fractional uptime, 0 to 1.
	WFU float64
	// TimeKnown is the weighted time known, in seconds.
	TimeKnown int64
	// MTBF is the weighted mean time between failures, in seconds.
	MTBF float64
}

// Stats is the three measures at t.
func (h History) Stats(t Instant) Stats {
	return Stats{WFU: h.WFU(t), TimeKnown: h.TimeKnown(t), MTBF: h.MTBF(t)}
}

// AppendText appends the measures as a vote shows them after the keyword stats,
// for example "wfu=0.999216 tk=2283021 mtbf=1070114", and implements
// encoding.TextAppender; the error is always nil. WFU has 6 decimals and MTBF
// none, both rounded to the nearest, halves to even. Tor prints a negative time
// known as unsigned, so -1 is 18446744073709551615.
//
// Spec: dir-spec, "Vote and consensus status document formats", stats.
// C: src/feature/nodelist/fmt_routerstatus.c, routerstatus_format_entry.
// Since: 0.4.6.1-alpha.
func (s Stats) AppendText(dst []byte) ([]byte, error) {
	dst = append(dst, "wfu="...)
	dst = strconv.AppendFloat(dst, s.WFU, 'f', 6, 64)
	dst = append(dst, " tk="...)
	dst = strconv.AppendUint(dst, uint64(s.TimeKnown), 10)
	dst = append(dst, " mtbf="...)
	return strconv.AppendFloat(dst, s.MTBF, 'f', 0, 64), nil
}

// String is the text of AppendText.
func (s Stats) String() string {
	text, _ := s.AppendText(nil)
	return string(text)
}

// ParseStats reads the arguments of a stats line: the three measures by name, in
// any order, of which the last of equal names counts; other names are passed
// over. Text that lacks one of them, or has no number of its kind, is a
// *ParseError that wraps ErrStats. The measures are those printed: rounded. Up
// to that it is the inverse of AppendText. No version of Tor reads the line.
//
// Spec: dir-spec, "Vote and consensus status document formats", stats.
func ParseStats(text []byte) (Stats, error) {
	const hasWFU, hasKnown, hasMTBF = 1, 2, 4
	var s Stats
	has := 0
	for rest := text; len(rest) > 0; {
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte(" "))
		name, number, _ := bytes.Cut(word, []byte("="))
		ok := true
		switch string(name) {
		case "wfu":
			s.WFU, ok = parseDecimal(number)
			has |= hasWFU
		case "tk":
			var unsigned uint64
			var err error
			unsigned, err = strconv.ParseUint(string(number[:min(len(number), longestNumber)]), 10, 64)
			s.TimeKnown, ok = int64(unsigned), err == nil && len(number) <= longestNumber
			has |= hasKnown
		case "mtbf":
			s.MTBF, ok = parseDecimal(number)
			has |= hasMTBF
		}
		if !ok {
			return Stats{}, newParseError(0, "stats", word, ErrStats)
		}
	}
	if has != hasWFU|hasKnown|hasMTBF {
		return Stats{}, newParseError(0, "stats", text, ErrStats)
	}
	return s, nil
}

// longestNumber is more than the digits of the largest float64.
const longestNumber = 400

// parseDecimal reads a number as C's printf writes finite ones.
func parseDecimal(number []byte) (float64, bool) {
	if len(number) > longestNumber || !plain(number) {
		return 0, false
	}
	x, err := strconv.ParseFloat(string(number), 64)
	return x, err == nil
}

// plain reports whether a number is written the way C's printf writes finite
// ones; strconv takes more, such as 1e3, 0x1p4, 1_000, +1 and inf.
func plain(number []byte) bool {
	for i, c := range number {
		if !isDigit(c) && !(c == '-' && i == 0) && !(c == '.' && i > 0) {
			return false
		}
	}
	return true
}
