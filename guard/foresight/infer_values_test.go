package foresight_test

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// forty is a vote over relays of 100 to 4000 KB/s that have all else, under rules that guarantee 1500 KB/s or what is
// said, after change has changed them.
func forty(t *testing.T, change func(relays []guard.Relay, rules *guard.Rules)) guard.Review {
	rules := guard.Latest()
	rules.GuardBandwidth = 1_500_000
	var relays []guard.Relay
	var stats []wfu.Stats
	for i := range 40 {
		relays = append(relays, veteran(byte(i), bandwidth.KB(100*(i+1))))
	}
	change(relays, &rules)
	for _, r := range relays {
		stats = append(stats, wfu.Stats{WFU: r.WFU, TimeKnown: r.TimeKnown, MTBF: r.MTBF})
	}
	return voteOf(t, rules, relays, stats, true, present.With(guard.Decided|consensus.BadExit|consensus.Sybil|consensus.Exit))
}

// TestInferenceOfGuardBandwidth: who decides, who is outvoted, and who is believed.
func TestInferenceOfGuardBandwidth(t *testing.T) {
	pin := func(relays []guard.Relay, kb ...int) {
		for _, k := range kb {
			relays[k/100-1].Pin = consensus.Guard
		}
	}
	strip := func(relays []guard.Relay, kb ...int) {
		for _, k := range kb {
			relays[k/100-1].Strip = consensus.Guard
		}
	}
	for _, test := range []struct {
		why         string
		change      func([]guard.Relay, *guard.Rules)
		values      string
		fits        bool
		unexplained string // nicknames
	}{
		{"1400 KB/s are too little, 1500 enough", func([]guard.Relay, *guard.Rules) {}, "1401000 to 1500999", false, ""},
		{"a pinned relay is outvoted", func(r []guard.Relay, _ *guard.Rules) { pin(r, 500) }, "1401000 to 1500999", false, "500"},
		{"a stripped one, too", func(r []guard.Relay, _ *guard.Rules) { strip(r, 2500) }, "1401000 to 1500999", false, "2500"},
		{"one that is fast enough for a guard anyway says nothing of it", func(r []guard.Relay, _ *guard.Rules) { strip(r, 3900) },
			"1401000 to 1500999", false, "3900"},
		{"a stripped one at the edge is believed", func(r []guard.Relay, _ *guard.Rules) { strip(r, 1500) }, "1501000 to 1600999", false, ""},
		{"equally many for either: 1500 given and 1600 refused", func(r []guard.Relay, _ *guard.Rules) { strip(r, 1600) },
			"1401000 to 1700999", false, "1600"},
		{"no guarantee at all", func(_ []guard.Relay, rules *guard.Rules) { rules.GuardBandwidth = 0 }, "3001000 or more, or 0", false, ""},
		{"nothing is too slow", func(_ []guard.Relay, rules *guard.Rules) { rules.GuardBandwidth = 1000 }, "200999 or less", false, ""},
		{"as expected", func(_ []guard.Relay, rules *guard.Rules) { rules.GuardBandwidth = 2 << 20 }, "2001000 to 2100999", true, ""},
		{"pinned, beside others that no bandwidth can have made guards",
			func(r []guard.Relay, rules *guard.Rules) {
				rules.GuardBandwidth = 2 << 20
				pin(r, 100, 200, 1900, 2000)
				r[0].WFU, r[1].WFU = 0.5, 0.5
				for i := 2; i < 18; i++ {
					r[i].Facts = r[i].Facts.Without(consensus.V2Dir) // so that nobody else is slow and otherwise fine
				}
			}, "2100999 or less", true, "100 200 1900 2000"},
	} {
		v := forty(t, test.change)
		inference := foresight.Infer(guard.Latest(), v)
		e := inference.Estimates[foresight.GuardBandwidth]
		var unexplained []string
		for _, m := range inference.Unexplained {
			unexplained = append(unexplained, strconv.FormatUint(uint64(v.Relays[m.Identity[0]].Advertised), 10))
		}
		if e.Values() != test.values || e.Fits != test.fits || strings.Join(unexplained, " ") != test.unexplained {
			t.Errorf("%s: %v; unexplained %v", test.why, e, unexplained)
		}
	}
}

func TestMisfitsInWords(t *testing.T) {
	v := forty(t, func(relays []guard.Relay, _ *guard.Rules) {
		for i := 25; i < 35; i++ {
			relays[i].Nickname = string(rune('a' + i - 25))
		}
		relays[25].Pin, relays[25].WFU = consensus.Guard, 0.5
		relays[26].Strip = consensus.Guard
		relays[27].Strip, relays[27].Measured, relays[27].IsMeasured = consensus.Guard, 5000, true
		relays[28].Strip = consensus.V2Dir
		relays[29].Strip, relays[29].OffersHSDir = consensus.V2Dir, false
		relays[30].Pin, relays[30].Active = consensus.HSDir, false
		relays[30].Facts = relays[30].Facts.Without(consensus.Running)
		relays[32].MTBF, relays[33].MTBF = 200*day, 200*day
	})
	take := func(i int, flags consensus.Flag) {
		voted := &v.Comparisons[i].Voted
		*voted = voted.Without(flags)
	}
	take(31, consensus.Fast|consensus.Guard|consensus.HSDir)
	take(32, consensus.Stable|consensus.Guard|consensus.HSDir)
	take(33, guard.Decided|consensus.Running|consensus.Valid)
	got := map[string]string{}
	for _, m := range foresight.Infer(guard.Latest(), v).Unexplained {
		_, words, _ := strings.Cut(m.String(), " ")
		name, words, _ := strings.Cut(words, ": ")
		got[name] = strings.TrimSpace(got[name] + "; " + words)
	}
	for name, want := range map[string]string{
		"a": "Guard voted despite low WFU: Guard pinned (AuthDirVoteGuard)",
		"b": "Guard not voted: Guard stripped (!stripguard)",
		"c": "Guard not voted: Guard stripped (!stripguard), or another measurement than the vote prints",
		"d": "Guard voted despite not V2Dir: V2Dir stripped (!stripv2dir); HSDir voted despite not V2Dir: V2Dir stripped (!stripv2dir)",
		"e": "Guard voted despite not V2Dir: V2Dir stripped (!stripv2dir), or Guard pinned (AuthDirVoteGuard)",
		"f": "HSDir voted despite not active: HSDir pinned (TestingDirAuthVoteHSDir), or other rules",
		"g": "Fast not voted: other rules, or a bandwidth other than the vote prints",
		"h": "Stable not voted: other rules, or a history other than the vote prints",
		"i": "Fast not voted: without flags, as a sybil is; Stable not voted: without flags, as a sybil is",
	} {
		if strings.TrimPrefix(got[name], "; ") != want {
			t.Errorf("%s: %s\nwant %s", name, strings.TrimPrefix(got[name], "; "), want)
		}
	}
}

// Where most relays are Fast or not against the bandwidths that are printed, those tell nothing.
func TestInferenceWithoutBandwidths(t *testing.T) {
	v := forty(t, func(relays []guard.Relay, rules *guard.Rules) { rules.FastGuarantee = 1_000_000 })
	for i := range v.Relays {
		v.Relays[i].Advertised = 50
	}
	inference := foresight.Infer(guard.Latest(), v)
	for _, c := range []foresight.Constant{foresight.FastGuarantee, foresight.FastMin, foresight.GuardBandwidth, foresight.GuardFraction} {
		if e := inference.Estimates[c]; e.Values() != "any" || !strings.Contains(e.Because, "does not print") {
			t.Errorf("%v, because %s", e, e.Because)
		}
	}
	if len(inference.Unexplained) != 0 {
		t.Errorf("unexplained: %v", inference.Unexplained)
	}
}

// A vote from before 0.2.4.11-alpha has no thresholds, one from before 0.4.6.1-alpha no stats: what is left is little, and
// nothing goes wrong.
func TestInferenceOfOlderVotes(t *testing.T) {
	v := forty(t, func([]guard.Relay, *guard.Rules) {})
	v.HasPublished, v.Recomputed = false, v.Published
	e := foresight.Infer(guard.Latest(), v).Estimates
	if e[foresight.GuardBandwidth].Values() != "1401000 to 1500999" || e[foresight.GuardFraction].Values() != "any" {
		t.Errorf("without thresholds: %v", e)
	}
	v = forty(t, func([]guard.Relay, *guard.Rules) {})
	v.Carried = guard.UnknownHistory
	for i := range v.Relays {
		v.Relays[i].Unknown |= guard.UnknownHistory
	}
	e = foresight.Infer(guard.Latest(), v).Estimates
	if e[foresight.GuardWFU].Values() != "0.979994 or more" || e[foresight.GuardTimeKnown].Values() != "691200 or more" ||
		e[foresight.GuardFraction].Values() != "0.75 to 0.775" {
		t.Errorf("without stats: %v", e)
	}

	// One that was cropped shows that by its median of MTBF.
	v = forty(t, func(relays []guard.Relay, _ *guard.Rules) {
		for i := range relays {
			relays[i].MTBF = float64(1+i) * 10 * day
		}
	})
	if e = foresight.Infer(guard.Latest(), v).Estimates; e[foresight.GuardFraction].Values() != "0.75 to 0.775" {
		t.Errorf("before it was cropped: %v", e)
	}
	v.Relays, v.Comparisons = v.Relays[:7], v.Comparisons[:7]
	e = foresight.Infer(guard.Latest(), v).Estimates
	if e[foresight.FastGuarantee].Values() != "102000 or more, or 0" || e[foresight.GuardTimeKnown].Values() != "691200 or more" ||
		e[foresight.GuardFraction].Values() != "any" || e[foresight.MinMeasured].Values() != "any" {
		t.Errorf("cropped: %v", e)
	}
	none := foresight.Infer(guard.Latest(), guard.Review{})
	if none.Rules != guard.Latest() || len(none.Unexplained) != 0 {
		t.Errorf("of no vote: %+v", none)
	}
}

func TestConstants(t *testing.T) {
	for _, c := range allConstants {
		for _, name := range []string{c.String(), c.Option(), strings.ToUpper(c.Option())} {
			if got, err := foresight.ParseConstant(name); got != c || err != nil {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
		value := 7.0
		if c == foresight.GuardWFU || c == foresight.GuardFraction {
			value = 0.7
		}
		rules := c.Set(guard.Latest(), value)
		if got := c.Of(rules); got != value {
			t.Errorf("%v: set to %v, it is %v", c, value, got)
		}
		if c.Set(rules, c.Of(guard.Latest())) != guard.Latest() {
			t.Errorf("%v: setting it changes something else", c)
		}
	}
	if _, err := foresight.ParseConstant("Luck"); !errors.Is(err, foresight.ErrConstant) {
		t.Errorf("Luck: %v", err)
	}
	beyond := foresight.Constant(99)
	if beyond.String() != "Constant(99)" || beyond.Option() != "" || beyond.Of(guard.Latest()) != 0 || beyond.Set(guard.Latest(), 1) != guard.Latest() {
		t.Error("a number that is no constant does something")
	}
	for _, test := range []struct {
		value float64
		want  int64
	}{
		{2.9, 2}, {-2.9, -2}, {1e300, math.MaxInt64}, {-1e300, math.MinInt64}, {math.Inf(1), math.MaxInt64}, {math.NaN(), 0},
	} {
		if got := foresight.StableMTBF.Set(guard.Rules{}, test.value).StableMTBF; got != test.want {
			t.Errorf("%v seconds: %d, want %d", test.value, got, test.want)
		}
	}
	if got := foresight.FastMin.Set(guard.Rules{}, 1e10).FastMin; got != math.MaxInt32 {
		t.Errorf("1e10 bytes/s in 32 bits: %d", got)
	}
}
