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
// Spec: dir-spec, "Vote and consensus status document formats", w.
// C: src/feature/dirparse/ns_parse.c, routerstatus_parse_entry_from_string.
func ParseWeight(text []byte) (Weight, error) {
	var w Weight
	if f := w.parse(text); f.sentinel != nil {
		return Weight{}, (&lines{number: 1}).fault([]byte("w"), f.value, f.sentinel)
	}
	return w, nil
}

// AppendText appends the arguments of a w line to dst: the inverse of [ParseWeight]. It implements
// encoding.TextAppender; the error is always nil.
//
// Spec: dir-spec, "Vote and consensus status document formats", w.
// C: src/feature/nodelist/fmt_routerstatus.c, routerstatus_format_entry.
func (w Weight) AppendText(dst []byte) ([]byte, error) { return w.append(dst), nil }

func (w Weight) append(dst []byte) []byte {
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
func (w Weight) String() string { return string(w.append(nil)) }

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
