package foresight

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/seed-84712aaa/guardmath/guard"
)

// Constant is one of the numbers in guard.Rules that an authority's operator can set, or, of FastMin and FastMax, all
// authorities together. Its value is a float64 whatever the field's type: in bytes/s, seconds, relays or as a fraction
// of 1, just as guard.Rules has it.
type Constant uint8

// The constants, each named as the field of guard.Rules that it is.
const (
	FastGuarantee  Constant = iota // bytes/s; 0 guarantees nothing
	FastMin                        // bytes/s
	FastMax                        // bytes/s
	StableMTBF                     // seconds
	StableUptime                   // seconds
	GuardBandwidth                 // bytes/s; 0 guarantees nothing
	GuardFraction                  // 0 to less than 1
	GuardTimeKnown                 // seconds
	GuardWFU                       // 0 to 1
	MinMeasured                    // relays
)

// constants are the fields' names and where their values are set.
var constants = [...]struct{ name, option string }{
	FastGuarantee:  {"FastGuarantee", "AuthDirFastGuarantee"},
	FastMin:        {"FastMin", "FastFlagMinThreshold"},
	FastMax:        {"FastMax", "FastFlagMaxThreshold"},
	StableMTBF:     {"StableMTBF", "AuthDirVoteStableGuaranteeMTBF"},
	StableUptime:   {"StableUptime", "AuthDirVoteStableGuaranteeMinUptime"},
	GuardBandwidth: {"GuardBandwidth", "AuthDirGuardBWGuarantee"},
	GuardFraction:  {"GuardFraction", "AuthDirVoteGuardBwThresholdFraction"},
	GuardTimeKnown: {"GuardTimeKnown", "AuthDirVoteGuardGuaranteeTimeKnown"},
	GuardWFU:       {"GuardWFU", "AuthDirVoteGuardGuaranteeWFU"},
	MinMeasured:    {"MinMeasured", "MinMeasuredBWsForAuthToIgnoreAdvertised"},
}

// String is the name of the field of guard.Rules: "GuardWFU".
func (c Constant) String() string {
	if int(c) < len(constants) {
		return constants[c].name
	}
	return fmt.Sprintf("Constant(%d)", uint8(c))
}

// Option is the torrc option that sets it, or, of FastMin and FastMax, the consensus parameter; empty for a number that is
// none of the constants.
func (c Constant) Option() string {
	if int(c) < len(constants) {
		return constants[c].option
	}
	return ""
}

// ErrConstant is wrapped by the error of ParseConstant.
var ErrConstant = errors.New("no constant of that name")

// ParseConstant is the constant with that name, or that option, in whichever case. The error wraps ErrConstant and lists
// the names.
func ParseConstant(name string) (Constant, error) {
	var names []string
	for c := range constants {
		if strings.EqualFold(name, constants[c].name) || strings.EqualFold(name, constants[c].option) {
			return Constant(c), nil
		}
		names = append(names, constants[c].name)
	}
	return 0, fmt.Errorf("%.80q: %w; there are %s", name, ErrConstant, strings.Join(names, ", "))
}

// Of is the constant's value in the rules; 0 for a number that is none of the constants.
func (c Constant) Of(rules guard.Rules) float64 {
	switch c {
	case FastGuarantee:
		return float64(rules.FastGuarantee)
	case FastMin:
		return float64(rules.FastMin)
	case FastMax:
		return float64(rules.FastMax)
	case StableMTBF:
		return float64(rules.StableMTBF)
	case StableUptime:
		return float64(rules.StableUptime)
	case GuardBandwidth:
		return float64(rules.GuardBandwidth)
	case GuardFraction:
		return rules.GuardFraction
	case GuardTimeKnown:
		return float64(rules.GuardTimeKnown)
	case GuardWFU:
		return rules.GuardWFU
	case MinMeasured:
		return float64(rules.MinMeasured)
	}
	return 0
}

// Set is the rules with that value of the constant. Where the field is a whole number the value is cut off to one, and to
// the nearest that the field can hold; a NaN becomes 0 there.
func (c Constant) Set(rules guard.Rules, value float64) guard.Rules {
	switch c {
	case FastGuarantee:
		rules.FastGuarantee = whole(value, math.MaxInt64)
	case FastMin:
		rules.FastMin = int32(whole(value, math.MaxInt32))
	case FastMax:
		rules.FastMax = int32(whole(value, math.MaxInt32))
	case StableMTBF:
		rules.StableMTBF = whole(value, math.MaxInt64)
	case StableUptime:
		rules.StableUptime = whole(value, math.MaxInt64)
	case GuardBandwidth:
		rules.GuardBandwidth = whole(value, math.MaxInt64)
	case GuardFraction:
		rules.GuardFraction = value
	case GuardTimeKnown:
		rules.GuardTimeKnown = whole(value, math.MaxInt64)
	case GuardWFU:
		rules.GuardWFU = value
	case MinMeasured:
		rules.MinMeasured = int(whole(value, math.MaxInt32)) // no network has as many relays
	}
	return rules
}

// whole is the value without its fraction, as a number of -largest-1 to largest.
func whole(value float64, largest int64) int64 {
	switch {
	case value >= float64(largest):
		return largest
	case value <= -float64(largest):
		return -largest - 1
	case value != value:
		return 0
	}
	return int64(value)
}
