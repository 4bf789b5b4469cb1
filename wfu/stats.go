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
// Spec: dir-spec, "Vote and consensus status documents" ("stats").
// C: feature/dirauth/dirvote.c, routerstatus_format_entry.
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

// ParseStats reads what AppendText writes: the three measures, in this order,
// with one blank between. Text of any other form is a *ParseError that wraps
// ErrStats. The measures are those printed: rounded.
//
// Spec: dir-spec, "Vote and consensus status documents" ("stats").
func ParseStats(text []byte) (Stats, error) {
	var s Stats
	var err [3]error
	rest, ok := bytes.CutPrefix(text, []byte("wfu="))
	wfu, rest, ok2 := bytes.Cut(rest, []byte(" tk="))
	known, mtbf, ok3 := bytes.Cut(rest, []byte(" mtbf="))
	const longest = 400 // digits of the largest float64, with some to spare
	if !ok || !ok2 || !ok3 || len(wfu) > longest || len(known) > longest || len(mtbf) > longest {
		return Stats{}, newParseError(0, "stats", text, ErrStats)
	}
	s.WFU, err[0] = strconv.ParseFloat(string(wfu), 64)
	unsigned, err1 := strconv.ParseUint(string(known), 10, 64)
	s.TimeKnown, err[1] = int64(unsigned), err1
	s.MTBF, err[2] = strconv.ParseFloat(string(mtbf), 64)
	if err != [3]error{} || !plain(wfu) || !plain(known) || !plain(mtbf) {
		return Stats{}, newParseError(0, "stats", text, ErrStats)
	}
	return s, nil
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
