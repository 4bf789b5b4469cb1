package guard

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Criterion is one condition of one flag, held against one relay.
type Criterion struct {
	Flag       consensus.Flag // the flag it is a condition of, one of Decided
	Name       string         // in the field's words: "WFU", "time known", "Fast"
	Have, Need float64        // what the relay has, and the least it needs, in Unit; 0 or 1 where Unit is YesNo
	Unit       Unit           // of Have and Need
	Met        Answer         // whether Have is at least Need, compared exactly (an uptime modulo 2^32); CannotTell where Have is unknown
	Bound      Bound          // what made Need what it is
	Reason     Reasons        // what stands against the flag if the criterion is not met; 0 for a Pin
}

// Unit says in what Have and Need are counted.
type Unit uint8

// The units.
const (
	YesNo          Unit = iota // 1 or 0: has it or not
	Seconds                    // of time
	KBs                        // kilobytes per second, 1000 bytes each
	Fraction                   // 0 to 1
	BytesPerSecond             // under rules before 0.2.4.12-alpha
)

// Bound says what made a criterion's Need what it is.
type Bound uint8

// The bounds.
const (
	Fixed      Bound = iota // nothing moves it: a yes-or-no condition, or a constant without alternative
	Percentile              // the order statistic over the network's relays
	Guarantee               // the constant that is enough whatever the others have
	Parameter               // a consensus parameter, FastFlagMinThreshold or FastFlagMaxThreshold
	Override                // a list of the operator's: alone it decides the flag, and it comes after all others
)

// String is the bound in one word.
func (b Bound) String() string {
	return [...]string{"fixed", "percentile", "guarantee", "parameter", "override"}[min(b, Override)]
}

// Margin is Have minus Need: how much could be lost, or, if negative, what is lacking, in Unit. It is NaN where Have is
// unknown.
func (c Criterion) Margin() float64 {
	if c.Met == CannotTell {
		return math.NaN()
	}
	return c.Have - c.Need
}

// Closeness is Margin as a share of Need, to compare criteria of different units by: 0.1 is a tenth more than needed,
// -0.1 a tenth less. Where Need is 0, and where the condition is yes or no, it is +Inf if met and -Inf if not; NaN
// where Have is unknown.
func (c Criterion) Closeness() float64 {
	switch {
	case c.Met == CannotTell:
		return math.NaN()
	case c.Unit != YesNo && c.Need > 0:
		return c.Margin() / c.Need
	case c.Met == Yes:
		return math.Inf(1)
	}
	return math.Inf(-1)
}

// String is one line of words: "Guard: time known 3.2 d of 8 d (guarantee): no".
func (c Criterion) String() string {
	line := fmt.Sprintf("%v: %s", c.Flag, c.Name)
	if c.Unit != YesNo {
		line += fmt.Sprintf(" %s of %s (%v)", c.HaveText(), c.NeedText(), c.Bound)
	}
	return line + ": " + c.Met.String()
}

// HaveText is Have in its unit, for people: "3.2 d", "0.971234", "1200 KB/s", "yes"; "unknown" where it is.
func (c Criterion) HaveText() string {
	if c.Met == CannotTell {
		return "unknown"
	}
	return c.Unit.text(c.Have)
}

// NeedText is Need in its unit, for people.
func (c Criterion) NeedText() string { return c.Unit.text(c.Need) }

// MarginText is Margin in its unit, with its sign; empty for a condition of yes or no, and where Have is unknown.
func (c Criterion) MarginText() string {
	if c.Unit == YesNo || c.Met == CannotTell {
		return ""
	}
	text := c.Unit.text(math.Abs(c.Margin()))
	if c.Met == No {
		return "-" + text
	}
	return "+" + text
}

func (u Unit) text(v float64) string {
	switch u {
	case Seconds:
		return durationText(v)
	case KBs:
		return strconv.FormatFloat(v, 'f', 0, 64) + " KB/s"
	case BytesPerSecond:
		return strconv.FormatFloat(v, 'f', 0, 64) + " B/s"
	case Fraction:
		return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', 6, 64), "0"), ".")
	}
	if v != 0 {
		return "yes"
	}
	return "no"
}

// durationText is seconds in the largest of days, hours, minutes and seconds that leaves at least one, with at most two
// decimals.
func durationText(seconds float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"d", 86400}, {"h", 3600}, {"min", 60}} {
		if math.Abs(seconds) >= unit.size {
			text := strconv.FormatFloat(seconds/unit.size, 'f', 2, 64)
			return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " " + unit.name
		}
	}
	return strconv.FormatFloat(seconds, 'f', 0, 64) + " s"
}
