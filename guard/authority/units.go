package authority

import (
	"math"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

// The units of torrc, in lower case. Those of memory are binary, and those of a bit eight times smaller.
//
// C: src/lib/confmgt/unitparse.c.
var (
	memoryUnits = makeMemoryUnits()
	timeUnits   = map[string]int64{
		"": 1, "second": 1, "seconds": 1, "minute": 60, "minutes": 60, "hour": 3600, "hours": 3600,
		"day": 86400, "days": 86400, "week": 604800, "weeks": 604800,
		"month": 2629728, "months": 2629728, // a twelfth of 365.24 days
	}
)

func makeMemoryUnits() map[string]int64 {
	units := map[string]int64{"": 1, "b": 1, "byte": 1, "bytes": 1, "m": 1 << 20}
	for i, prefix := range []struct{ short, long string }{{"k", "kilo"}, {"m", "mega"}, {"g", "giga"}, {"t", "tera"}} {
		size := int64(1) << (10 * (i + 1))
		units[prefix.short+"b"] = size
		for _, name := range []string{prefix.short, prefix.long} {
			units[name+"byte"], units[name+"bytes"] = size, size
			units[name+"bit"], units[name+"bits"] = size/8, size/8
		}
	}
	return units
}

// parseUnits reads a number, blanks or none, and a unit or none. The product is cut down to a whole number, and may be
// at most most. The error is consensus.ErrBadValue.
//
// C: src/lib/confmgt/unitparse.c, config_parse_units.
func parseUnits(value string, units map[string]int64, most int64) (int64, error) {
	value = strings.TrimLeft(value, tortext.WhiteSpace)
	number, isDecimal := leadingNumber(value)
	size, known := units[lower(strings.TrimLeft(value[len(number):], " \t\n"))]
	if number == "" || !known {
		return 0, consensus.ErrBadValue
	}
	if !isDecimal {
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n < 0 || n > most/size {
			return 0, consensus.ErrBadValue
		}
		return n * size, nil
	}
	f, err := parseDouble(number)
	f *= float64(size)
	if err != nil || f < 0 || f >= math.MaxInt64 || int64(f) > most {
		return 0, consensus.ErrBadValue
	}
	return int64(f), nil
}

// leadingNumber is the number that text begins with, and whether it is one with a decimal point, which may have an
// exponent too; empty if there is none.
func leadingNumber(text string) (number string, isDecimal bool) {
	digits := func(at int) int {
		for at < len(text) && '0' <= text[at] && text[at] <= '9' {
			at++
		}
		return at
	}
	sign := 0
	if text != "" && (text[0] == '+' || text[0] == '-') {
		sign = 1
	}
	end := digits(sign)
	if end == len(text) || text[end] != '.' {
		if end == sign {
			return "", false
		}
		return text[:end], false
	}
	whole := end - sign
	if end = digits(end + 1); whole == 0 && end == sign+1 {
		return "", false // a point alone
	}
	if end < len(text) && (text[end] == 'e' || text[end] == 'E') {
		at := end + 1
		if at < len(text) && (text[at] == '+' || text[at] == '-') {
			at++
		}
		if after := digits(at); after > at {
			end = after
		}
	}
	return text[:end], true
}
