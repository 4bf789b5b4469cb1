package guard

import (
	"math"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// thresholdsKeyword starts the line in a vote.
const thresholdsKeyword = "flag-thresholds"

// ParseThresholds reads a vote's flag-thresholds line, with or without its keyword. Keys may come in any order; one
// that is missing leaves its zero value, one that nobody knows goes to Others. Numbers are read as they are printed:
// stable-mtbf without its fraction, guard-wfu as a percentage of three decimals, the bandwidths in bytes/s: into KB, or,
// where not all of them are whole KB, InBytes, as authorities of 0.2.4.11-alpha counted. The inverse is AppendText, up to
// what the line does not print.
//
// The error is a *consensus.SyntaxError, with Line 1: a key given twice, or a value that is no number of its kind.
//
// Spec: dir-spec, "Vote and consensus status document formats", flag-thresholds.
func ParseThresholds(line string) (Thresholds, error) {
	var t printed
	var others []string
	seen := make(map[string]bool)
	first := true
	for word := range strings.FieldsSeq(line) {
		isKeyword := first && word == thresholdsKeyword
		first = false
		if isKeyword {
			continue
		}
		key, value, hasValue := strings.Cut(word, "=")
		fail := func(err error) (Thresholds, error) {
			return Thresholds{}, &consensus.SyntaxError{Line: 1, Keyword: thresholdsKeyword, Value: word[:min(len(word), 80)], Err: err}
		}
		set, known := thresholdKeys[key]
		if !known {
			others = append(others, word)
			continue
		}
		if seen[key] {
			return fail(consensus.ErrTwice)
		}
		seen[key] = true
		if !hasValue || !set(&t, value) {
			return fail(consensus.ErrBadValue)
		}
	}
	t.Others = strings.Join(others, " ")
	return t.thresholds(), nil
}

// printed is thresholds as they are printed: bandwidths in bytes/s.
type printed struct {
	Thresholds
	fast, including, excluding uint64
}

// thresholds is the thresholds in the unit that they were counted in.
func (p printed) thresholds() Thresholds {
	t := p.Thresholds
	whole := p.fast%1000 == 0 && p.including%1000 == 0 && p.excluding%1000 == 0
	t.InBytes = !whole && max(p.fast, p.including, p.excluding) <= math.MaxUint32
	unit := uint64(1000)
	if t.InBytes {
		unit = 1
	}
	t.Fast, t.GuardIncludingExits, t.GuardExcludingExits =
		bandwidth.KB(p.fast/unit), bandwidth.KB(p.including/unit), bandwidth.KB(p.excluding/unit)
	return t
}

// thresholdKeys reads the value of each key, reporting whether it could.
var thresholdKeys = map[string]func(t *printed, value string) bool{
	"stable-uptime":           func(t *printed, v string) bool { return parseUint(v, &t.StableUptime) },
	"stable-mtbf":             func(t *printed, v string) bool { return parseSeconds(v, &t.StableMTBF) },
	"fast-speed":              func(t *printed, v string) bool { return parseBytes(v, &t.fast) },
	"guard-wfu":               func(t *printed, v string) bool { return parsePercent(v, &t.GuardWFU) },
	"guard-tk":                func(t *printed, v string) bool { return parseTimeKnown(v, &t.GuardTimeKnown) },
	"guard-bw-inc-exits":      func(t *printed, v string) bool { return parseBytes(v, &t.including) },
	"guard-bw-exc-exits":      func(t *printed, v string) bool { return parseBytes(v, &t.excluding) },
	"enough-mtbf":             func(t *printed, v string) bool { return parseBool(v, &t.EnoughMTBF) },
	"ignoring-advertised-bws": func(t *printed, v string) bool { return parseBool(v, &t.IgnoringAdvertised) },
}

// String is the line as a vote holds it, keyword included.
func (t Thresholds) String() string { return string(t.append(nil)) }

// AppendText appends the line as a vote holds it, keyword included and without a newline, to dst: the nine keys in tor's
// order, then Others. A negative guard-tk comes out as tor prints it, as the unsigned number of the same 64 bits. It is
// the inverse of ParseThresholds, and implements encoding.TextAppender; the error is always nil.
//
// dir-spec has guard-wfu in seconds; C prints a percentage of three decimals, and so does this.
//
// Spec: dir-spec, "Vote and consensus status document formats", flag-thresholds.
// C: src/feature/dirauth/voteflags.c, dirserv_get_flag_thresholds_line.
func (t Thresholds) AppendText(dst []byte) ([]byte, error) { return t.append(dst), nil }

func (t Thresholds) append(dst []byte) []byte {
	dst = append(dst, thresholdsKeyword+" stable-uptime="...)
	dst = strconv.AppendUint(dst, uint64(t.StableUptime), 10)
	dst = append(dst, " stable-mtbf="...)
	dst = strconv.AppendUint(dst, truncatedSeconds(t.StableMTBF), 10)
	dst = append(dst, " fast-speed="...)
	dst = strconv.AppendUint(dst, t.bytes(t.Fast), 10)
	dst = append(dst, " guard-wfu="...)
	dst = strconv.AppendFloat(dst, t.GuardWFU*100, 'f', 3, 64)
	dst = append(dst, "% guard-tk="...)
	dst = strconv.AppendUint(dst, uint64(t.GuardTimeKnown), 10)
	dst = append(dst, " guard-bw-inc-exits="...)
	dst = strconv.AppendUint(dst, t.bytes(t.GuardIncludingExits), 10)
	dst = append(dst, " guard-bw-exc-exits="...)
	dst = strconv.AppendUint(dst, t.bytes(t.GuardExcludingExits), 10)
	dst = append(dst, " enough-mtbf="...)
	dst = appendBool(dst, t.EnoughMTBF)
	dst = append(dst, " ignoring-advertised-bws="...)
	dst = appendBool(dst, t.IgnoringAdvertised)
	if t.Others != "" {
		dst = append(dst, ' ')
		dst = append(dst, t.Others...)
	}
	return dst
}

// bytes is one of the bandwidths in bytes/s.
func (t Thresholds) bytes(kb bandwidth.KB) uint64 {
	if t.InBytes {
		return uint64(kb)
	}
	return kb.Bytes()
}

// truncatedSeconds is what a C cast to unsigned long makes of a duration, for every value that one can be; beyond, the
// nearest that is.
func truncatedSeconds(seconds float64) uint64 {
	switch {
	case !(seconds > 0):
		return 0
	case seconds >= math.MaxUint64:
		return math.MaxUint64
	}
	return uint64(seconds)
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, '1')
	}
	return append(dst, '0')
}

func parseUint(s string, to *uint32) bool {
	n, err := strconv.ParseUint(s, 10, 32)
	*to = uint32(n)
	return err == nil
}

// parseTimeKnown reads a duration that may be negative, which tor prints as the unsigned number of the same bits.
func parseTimeKnown(s string, to *int64) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	*to = int64(n)
	return err == nil
}

// parseSeconds reads whole seconds: ones beyond 2^53 lose digits as a float64 does.
func parseSeconds(s string, to *float64) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	*to = float64(n)
	return err == nil
}

func parseBytes(s string, to *uint64) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	*to = n
	return err == nil && n/1000 <= math.MaxUint32
}

// parsePercent reads digits, with or without decimals, and a percent sign. The point moves before anything is rounded, so
// that "96.889%" is 0.96889 to the bit; a percentage divided by 100 would now and then be the number next to it.
func parsePercent(s string, to *float64) bool {
	digits, found := strings.CutSuffix(s, "%")
	if !found || len(digits) == 0 || strings.Trim(digits, "0123456789.") != "" {
		return false
	}
	var err error
	*to, err = strconv.ParseFloat(digits+"e-2", 64)
	return err == nil
}

func parseBool(s string, to *bool) bool {
	*to = s == "1"
	return s == "0" || s == "1"
}
