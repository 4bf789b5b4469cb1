package foresight

import (
	"fmt"
	"math"
	"strconv"
)

// Values are the estimate's values in words, in the constant's unit: "2097000 to 2097999", "373000 or more, or 0",
// "0.977 or more", "172800", "any". Fractions are rounded away from the middle, to six decimals.
func (e Estimate) Values() string {
	s := scaleOf(e.Constant)
	any, open := e.Low <= s.at(0), math.IsInf(e.High, 1) || e.High >= s.at(s.top) && s.isFloat
	switch {
	case any && open:
		return "any"
	case math.IsInf(e.Low, 1):
		return "0"
	}
	words := e.Constant.text(e.Low, math.Floor)
	switch {
	case open:
		words += " or more"
	case any:
		words = e.Constant.text(e.High, math.Ceil) + " or less"
	case e.Low != e.High:
		words += " to " + e.Constant.text(e.High, math.Ceil)
	}
	if e.None {
		words += ", or 0"
	}
	return words
}

// text is a value in digits, with the sixth decimal rounded as round does.
func (c Constant) text(value float64, round func(float64) float64) string {
	if scaleOf(c).isFloat {
		value = round(value*1e6) / 1e6
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

// String is one line of words: "AuthDirGuardBWGuarantee: 2097000 to 2097999, as expected (2097152)".
func (e Estimate) String() string {
	expected := "as expected"
	if !e.Fits {
		expected = "not as expected"
	}
	return fmt.Sprintf("%s: %s, %s (%s)", e.Constant.Option(), e.Values(), expected, e.Constant.text(e.Expected, math.Round))
}

// String is one line of words: "$… moria: Guard not voted: Guard stripped (!stripguard)".
func (m Misfit) String() string {
	voted := "not voted"
	if m.Voted {
		voted = "voted"
		if m.Against != 0 {
			voted += " despite " + m.Against.String()
		}
	}
	return fmt.Sprintf("$%v %s: %v %s: %s", m.Identity, m.Nickname, m.Flag, voted, m.Because)
}
