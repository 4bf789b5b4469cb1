package consensus

import (
	"bytes"
	"math"
	"strconv"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// ParseWeight reads the arguments of a w line: numbers by name, of which unknown names are passed over and the last of
// equal names counts. The error is a [*SyntaxError] whose line number is 1.
//
// C: src/feature/dirparse/ns_parse.c, routerstatus_parse_entry_from_string.
func ParseWeight(text []byte) (Weight, error) {
	var w Weight
	if f := w.parse(text); f.sentinel != nil {
		return Weight{}, (&lines{number: 1}).fault([]byte("w"), f.value, f.sentinel)
	}
	return w, nil
}

// AppendText appends the arguments of a w line to dst: the inverse of [ParseWeight].
//
// C: src/feature/nodelist/fmt_routerstatus.c, routerstatus_format_entry.
func (w Weight) AppendText(dst []byte) []byte {
	start := len(dst)
	number := func(there bool, name string, n uint64) {
		if !there {
			return
		}
		if len(dst) > start {
			dst = append(dst, ' ')
		}
		dst = strconv.AppendUint(append(dst, name...), n, 10)
	}
	number(w.HasBandwidth, "Bandwidth=", uint64(w.Bandwidth))
	number(w.HasMeasured, "Measured=", uint64(w.Measured))
	number(w.HasMeasuredButAuthority, "MeasuredButAuthority=", uint64(w.MeasuredButAuthority))
	number(w.Unmeasured, "Unmeasured=", 1)
	number(w.HasGuardFraction, "GuardFraction=", uint64(w.GuardFraction))
	return dst
}

// String is the arguments of a w line.
func (w Weight) String() string { return string(w.AppendText(nil)) }

// parse reads the arguments of a w line. A name given twice has its last value, as in Tor.
func (w *Weight) parse(args []byte) fault {
	for word, rest := field(args); len(word) > 0; word, rest = field(rest) {
		name, value, _ := bytes.Cut(word, []byte("="))
		var ok bool
		switch string(name) {
		case "Bandwidth":
			w.Bandwidth, ok = parseKB(value)
			w.HasBandwidth = true
		case "Measured":
			w.Measured, ok = parseKB(value)
			w.HasMeasured = true
		case "MeasuredButAuthority":
			w.MeasuredButAuthority, ok = parseKB(value)
			w.HasMeasuredButAuthority = true
		case "GuardFraction":
			var percent uint64
			percent, ok = parseUint(value, 100)
			w.GuardFraction, w.HasGuardFraction = uint8(percent), true
		case "Unmeasured":
			w.Unmeasured, ok = w.Unmeasured || bytes.HasPrefix(value, []byte("1")), true
		default:
			ok = true
		}
		if !ok {
			return bad(word)
		}
	}
	return fault{}
}

func parseKB(text []byte) (bandwidth.KB, bool) {
	n, ok := parseUint(text, math.MaxUint32)
	return bandwidth.KB(n), ok
}

// ParseStats reads the arguments of a stats line, all three of which are needed; unknown names are passed over. The
// error is a [*SyntaxError] whose line number is 1.
func ParseStats(text []byte) (Stats, error) {
	var s Stats
	if f := s.parse(text); f.sentinel != nil {
		return Stats{}, (&lines{number: 1}).fault([]byte("stats"), f.value, f.sentinel)
	}
	return s, nil
}

// AppendText appends the arguments of a stats line to dst, whether it is Present or not: WFU with six decimals, MTBF
// with none. Both are rounded to the nearest, and from exactly half way to the even digit, as C does. Up to that
// rounding it is the inverse of [ParseStats].
//
// C: src/feature/nodelist/fmt_routerstatus.c, routerstatus_format_entry.
func (s Stats) AppendText(dst []byte) []byte {
	dst = strconv.AppendFloat(append(dst, "wfu="...), s.WFU, 'f', 6, 64)
	dst = strconv.AppendInt(append(dst, " tk="...), s.TimeKnown, 10)
	return strconv.AppendFloat(append(dst, " mtbf="...), s.MTBF, 'f', 0, 64)
}

// String is the arguments of a stats line.
func (s Stats) String() string { return string(s.AppendText(nil)) }

// parse reads the arguments of a stats line.
func (s *Stats) parse(args []byte) fault {
	const wfuThere, tkThere, mtbfThere = 1, 2, 4
	there := 0
	for word, rest := field(args); len(word) > 0; word, rest = field(rest) {
		name, value, _ := bytes.Cut(word, []byte("="))
		ok := true
		switch string(name) {
		case "wfu":
			s.WFU, ok = parseDecimal(value)
			there |= wfuThere
		case "tk":
			var n uint64
			n, ok = parseUint(value, math.MaxInt64)
			s.TimeKnown = int64(n)
			there |= tkThere
		case "mtbf":
			s.MTBF, ok = parseDecimal(value)
			there |= mtbfThere
		}
		if !ok {
			return bad(word)
		}
	}
	if there != wfuThere|tkThere|mtbfThere {
		return faultOf(args, ErrTooFew)
	}
	s.Present = true
	return fault{}
}

// parseDecimal reads digits with or without a decimal point among them: no sign, exponent or name of a number.
func parseDecimal(text []byte) (float64, bool) {
	for _, c := range text {
		if (c < '0' || c > '9') && c != '.' {
			return 0, false
		}
	}
	x, err := strconv.ParseFloat(string(text), 64)
	return x, err == nil
}
