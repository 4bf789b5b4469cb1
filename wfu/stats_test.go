package wfu

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func TestStatsText(t *testing.T) {
	for _, c := range []struct {
		why  string
		s    Stats
		want string
	}{
		{"nothing", Stats{}, "wfu=0.000000 tk=0 mtbf=0"},
		{"as in a vote", Stats{0.9992164, 2283021, 1070114.4}, "wfu=0.999216 tk=2283021 mtbf=1070114"},
		{"halves to even", Stats{0.5, 1, 2.5}, "wfu=0.500000 tk=1 mtbf=2"},
		{"and up to even", Stats{0.5, 1, 3.5}, "wfu=0.500000 tk=1 mtbf=4"},
		{"a half that is none in binary", Stats{0.0000005, 1, 0}, "wfu=0.000000 tk=1 mtbf=0"},
		{"and one above", Stats{0.0000015, 1, 0}, "wfu=0.000002 tk=1 mtbf=0"},
		{"negative", Stats{-0.25, -1, -7}, "wfu=-0.250000 tk=18446744073709551615 mtbf=-7"},
		{"large", Stats{1e20, math.MaxInt64, 1e22}, "wfu=100000000000000000000.000000 tk=9223372036854775807 mtbf=10000000000000000000000"},
	} {
		if got := c.s.String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
		read, err := ParseStats([]byte(c.want))
		if err != nil || read.String() != c.want {
			t.Errorf("%s: read as %+v, %v", c.why, read, err)
		}
	}
}

// The line is a list of names with values, to which later versions may add.
func TestParseStatsTakesAnyOrder(t *testing.T) {
	for _, text := range []string{"wfu=1 tk=2 mtbf=3", "mtbf=3 new=x tk=2 wfu=1", " wfu=1  tk=2 mtbf=3 ", "wfu=9 wfu=1 tk=2 mtbf=3 word"} {
		if s, err := ParseStats([]byte(text)); err != nil || s != (Stats{1, 2, 3}) {
			t.Errorf("%q is read as %+v, %v", text, s, err)
		}
	}
}

func TestParseStatsRefuses(t *testing.T) {
	for _, text := range []string{
		"", "wfu=1 tk=1", "wfu= tk=1 mtbf=1", "wfu=1 tk= mtbf=1", "wfu=1 tk=1 mtbf=",
		"wfu=1e3 tk=1 mtbf=1", "wfu=inf tk=1 mtbf=1", "wfu=nan tk=1 mtbf=1", "wfu=0x1p4 tk=1 mtbf=1", "wfu=1_0 tk=1 mtbf=1", "wfu=+1 tk=1 mtbf=1",
		"wfu=1 tk=1.5 mtbf=1", "wfu=1 tk=-1 mtbf=1", "wfu=1 tk=18446744073709551616 mtbf=1", "wfu=x wfu=1 tk=1 mtbf=1",
		"wfu=1 tk=1 mtbf=" + strings.Repeat("9", 400), "wfu=1 tk=1 mtbf=" + strings.Repeat("9", 1<<20),
	} {
		var e *ParseError
		if s, err := ParseStats([]byte(text)); !errors.Is(err, ErrStats) || !errors.As(err, &e) || len(err.Error()) > 400 {
			t.Errorf("%.50q is read as %+v, %.500v", text, s, err)
		}
	}
}
