package guard_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"pgregory.net/rapid"
)

// printable draws thresholds all of which the line can show: whole seconds of MTBF, a WFU of three decimals of a percent.
var printable = rapid.Custom(func(t *rapid.T) guard.Thresholds {
	th := guard.Thresholds{
		StableUptime:        edgy([]uint32{0, 1, math.MaxUint32}, rapid.Uint32()).Draw(t, "uptime"),
		StableMTBF:          float64(edgy([]int64{0, 1, 1 << 53}, rapid.Int64Range(0, 1<<40)).Draw(t, "MTBF")),
		Fast:                someKB.Draw(t, "fast"),
		GuardWFU:            float64(edgy([]int{0, 1, 97_999, 98_000, 100_000}, rapid.IntRange(0, 100_000)).Draw(t, "WFU")) / 100_000,
		GuardTimeKnown:      edgy([]int64{0, 8 * day, math.MaxInt64}, rapid.Int64Min(0)).Draw(t, "time known"),
		GuardIncludingExits: someKB.Draw(t, "including"),
		GuardExcludingExits: bandwidth.KB(rapid.Uint32().Draw(t, "excluding")),
		EnoughMTBF:          rapid.Bool().Draw(t, "enough"),
		IgnoringAdvertised:  rapid.Bool().Draw(t, "ignoring"),
	}
	others := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,3}(-[a-z]{1,3})?(=[!-~]{0,5})?`), 0, 4).Draw(t, "others")
	th.Others = strings.Join(others, " ")
	return th
})

func parseAndAppendOfThresholdsAreInverses(t *rapid.T) {
	th := printable.Draw(t, "thresholds")
	line := th.String()
	got, err := guard.ParseThresholds(line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if diff := cmp.Diff(th, got); diff != "" {
		t.Fatalf("%s (-before +after):\n%s", line, diff)
	}
	if got, err := guard.ParseThresholds(strings.TrimPrefix(line, "flag-thresholds ")); err != nil || got != th {
		t.Fatalf("%s without its keyword: %+v, %v", line, got, err)
	}
	if again, err := th.AppendText([]byte("x ")); err != nil || string(again) != "x "+line {
		t.Fatalf("appended to x: %q", again)
	}
}

func TestParseAndAppendOfThresholdsAreInverses(t *testing.T) {
	rapid.Check(t, parseAndAppendOfThresholdsAreInverses)
}
func FuzzParseAndAppendOfThresholdsAreInverses(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(parseAndAppendOfThresholdsAreInverses))
}

func whatThePrintedLineLosesItLosesOnce(t *rapid.T) {
	rules := someRules.Draw(t, "rules")
	th := rules.Thresholds(someRelays.Draw(t, "relays"))
	line := th.String()
	read, err := guard.ParseThresholds(line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	if again := read.String(); again != line {
		t.Fatalf("read and printed again:\n%s\n%s", line, again)
	}
	if th.StableMTBF-read.StableMTBF >= 1 || read.StableMTBF > th.StableMTBF || math.Abs(read.GuardWFU-th.GuardWFU) > 0.5000001e-5 {
		t.Fatalf("%s: of MTBF %v, WFU %v", line, th.StableMTBF, th.GuardWFU)
	}
}

func TestWhatThePrintedLineLosesItLosesOnce(t *testing.T) {
	rapid.Check(t, whatThePrintedLineLosesItLosesOnce)
}
func FuzzWhatThePrintedLineLosesItLosesOnce(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(whatThePrintedLineLosesItLosesOnce))
}

// noTextMakesParseThresholdsPanic also holds what was read to being printable and readable again.
func noTextMakesParseThresholdsPanic(t *rapid.T) {
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"flag-thresholds", " ", "=", "\t", "stable-uptime=",
		"stable-mtbf=", "fast-speed=", "guard-wfu=", "%", "guard-tk=", "guard-bw-inc-exits=", "enough-mtbf=1", "-1", "1e9",
		"99999999999999999999", "4294967296", ".", "NaN", "+1"}))
	line := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
	th, err := guard.ParseThresholds(line)
	if err != nil {
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != 1 || syntax.Keyword != "flag-thresholds" || len(syntax.Value) > 80 || th != (guard.Thresholds{}) {
			t.Fatalf("%q: %#v, %+v", line, err, th)
		}
		return
	}
	if again, err := guard.ParseThresholds(th.String()); err != nil || again.String() != th.String() {
		t.Fatalf("%q was read as %q, and that as %q, %v", line, th, again, err)
	}
}

func TestNoTextMakesParseThresholdsPanic(t *testing.T) {
	rapid.Check(t, noTextMakesParseThresholdsPanic)
}
func FuzzNoTextMakesParseThresholdsPanic(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(noTextMakesParseThresholdsPanic))
}

func TestParseThresholds(t *testing.T) {
	for _, test := range []struct {
		why, line string
		want      guard.Thresholds
	}{
		{"nothing on the line is the zero value", "", guard.Thresholds{}},
		{"the keyword alone too", "flag-thresholds", guard.Thresholds{}},
		{"keys come in any order", "enough-mtbf=1 guard-tk=7", guard.Thresholds{EnoughMTBF: true, GuardTimeKnown: 7}},
		{"the percentage becomes the fraction the authority computes with, to the bit", "guard-wfu=98.000%", guard.Thresholds{GuardWFU: 0.98}},
		{"and the decimal fraction nearest to it is taken, as if the point had moved", "guard-wfu=97.719%", guard.Thresholds{GuardWFU: 0.97719}},
		{"decimals of a percentage may lack", "guard-wfu=98%", guard.Thresholds{GuardWFU: 0.98}},
		{"bytes that are no whole KB are those of 0.2.4.11-alpha", "fast-speed=102400", guard.Thresholds{Fast: 102400, InBytes: true}},
		{"bytes beyond what 0.2.4.11-alpha could have are truncated", "fast-speed=4294967295999", guard.Thresholds{Fast: math.MaxUint32}},
		{"the largest bandwidth there is", "fast-speed=4294967295000", guard.Thresholds{Fast: math.MaxUint32}},
		{"keys nobody knows stay, with or without a value, twice or not", "b=2 guard-tk=7 a a b=1", guard.Thresholds{GuardTimeKnown: 7, Others: "b=2 a a b=1"}},
		{"a keyword behind other words is none", "a=1 flag-thresholds", guard.Thresholds{Others: "a=1 flag-thresholds"}},
	} {
		got, err := guard.ParseThresholds(test.line)
		if err != nil {
			t.Errorf("%s: %v", test.why, err)
		} else if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.why, diff)
		}
	}
}

func TestParseThresholdsErrors(t *testing.T) {
	for _, test := range []struct {
		why, line string
		sentinel  error
		message   string
	}{
		{"twice, and the same", "guard-tk=1 guard-tk=1", consensus.ErrTwice, `line 1: flag-thresholds: line may stand only once: "guard-tk=1"`},
		{"no value", "flag-thresholds guard-tk", consensus.ErrBadValue, `line 1: flag-thresholds: argument cannot be read: "guard-tk"`},
		{"empty value", "guard-tk=", consensus.ErrBadValue, `line 1: flag-thresholds: argument cannot be read: "guard-tk="`},
		{"no number", "stable-mtbf=many", consensus.ErrBadValue, `line 1: flag-thresholds: argument cannot be read: "stable-mtbf=many"`},
		{"negative, where nothing is", "stable-mtbf=-1", consensus.ErrBadValue, `line 1: flag-thresholds: argument cannot be read: "stable-mtbf=-1"`},
		{"33 bits", "stable-uptime=4294967296", consensus.ErrBadValue, `line 1: flag-thresholds: argument cannot be read: "stable-uptime=4294967296"`},
		{"more than KB hold", "fast-speed=4294967296000", consensus.ErrBadValue, `line 1: flag-thresholds: argument cannot be read: "fast-speed=4294967296000"`},
		{"no percentage", "guard-wfu=0.98", consensus.ErrBadValue, `line 1: flag-thresholds: argument cannot be read: "guard-wfu=0.98"`},
		{"a percentage without digits", "guard-wfu=.%", consensus.ErrBadValue, `line 1: flag-thresholds: argument cannot be read: "guard-wfu=.%"`},
		{"neither 0 nor 1", "enough-mtbf=2", consensus.ErrBadValue, `line 1: flag-thresholds: argument cannot be read: "enough-mtbf=2"`},
	} {
		_, err := guard.ParseThresholds(test.line)
		if !errors.Is(err, test.sentinel) || err.Error() != test.message {
			t.Errorf("%s: %v", test.why, err)
		}
	}
}

func TestAppendTextOfWhatNoThresholdIs(t *testing.T) {
	for _, test := range []struct {
		why  string
		mtbf float64
		want string
	}{
		{"a fraction is cut off, not rounded", 0.999, "stable-mtbf=0 "},
		{"less than nothing is nothing", -5, "stable-mtbf=0 "},
		{"what is no number is nothing", math.NaN(), "stable-mtbf=0 "},
		{"more than there is is the most there is", math.Inf(1), "stable-mtbf=18446744073709551615 "},
	} {
		if got := (guard.Thresholds{StableMTBF: test.mtbf}).String(); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s", test.why, got)
		}
	}
}
