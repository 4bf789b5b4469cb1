package guard_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

func TestRealUptime(t *testing.T) {
	for _, test := range []struct {
		why            string
		declared       int64
		published, now wfu.Instant
		want           int64
	}{
		{"what it declared and the time since", 100, 1000, 1050, 150},
		{"published this second", 100, 1000, 1000, 100},
		{"published in the future: what it declared, not less", 100, 1000, 999, 100},
	} {
		if got := guard.RealUptime(test.declared, test.published, test.now); got != test.want {
			t.Errorf("%s: %d, want %d", test.why, got, test.want)
		}
	}
}

func TestUptimeForHSDir(t *testing.T) {
	rules := guard.Latest()
	rules.HSDirUptime = 1000
	for _, test := range []struct {
		why                              string
		real, observed, authority, wants int64
	}{
		{"an authority that is young itself believes the relay", 500, 20, 0, 500},
		{"1.1 times is not more than that", 500, 20, 1100, 500},
		{"one that has worked for longer believes the smaller", 500, 20, 1101, 20},
		{"and so never more than the relay claims", 500, 700, 1101, 500},
	} {
		if got := rules.UptimeForHSDir(test.real, test.observed, test.authority); got != test.wants {
			t.Errorf("%s: %d, want %d", test.why, got, test.wants)
		}
	}
}

func TestStale(t *testing.T) {
	const published = 1_750_000_000
	for age, want := range map[int64]bool{0: false, guard.StaleAge: false, guard.StaleAge + 1: true, -5: false} {
		if got := guard.Stale(published, wfu.Instant(published).Add(age)); got != want {
			t.Errorf("a descriptor of age %d: %v", age, got)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		why      string
		fraction float64
		wfu      float64
		message  string
	}{
		{"the defaults", 0.75, 0.98, ""},
		{"the ends that are allowed", 0, 1, ""},
		{"the index would be n: tor takes it and aborts", 1, 0.98, "rules that no authority could work with: AuthDirVoteGuardBwThresholdFraction 1 is not at least 0 and below 1"},
		{"an index before the first", -0.1, 0.98, "rules that no authority could work with: AuthDirVoteGuardBwThresholdFraction -0.1 is not at least 0 and below 1"},
		{"no number", math.NaN(), 0.98, "rules that no authority could work with: AuthDirVoteGuardBwThresholdFraction NaN is not at least 0 and below 1"},
		{"a percentage for a fraction", 0.75, 98, "rules that no authority could work with: AuthDirVoteGuardGuaranteeWFU 98 is not in 0 to 1"},
		{"no WFU", 0.75, math.NaN(), "rules that no authority could work with: AuthDirVoteGuardGuaranteeWFU NaN is not in 0 to 1"},
	} {
		rules := guard.Latest()
		rules.GuardFraction, rules.GuardWFU = test.fraction, test.wfu
		err := rules.Check()
		if (err == nil) != (test.message == "") || err != nil && (err.Error() != test.message || !errors.Is(err, guard.ErrRules)) {
			t.Errorf("%s: %v", test.why, err)
		}
		if err != nil {
			rules.Thresholds(aNetwork(9)) // rules that were not checked may be nonsense, but lead out of no slice
		}
	}
}

func TestRulesFor(t *testing.T) {
	for _, name := range []string{"latest", "now", "2026", "tor-0.4.9", "0.4.9", "0.4.9.11", "Tor 0.4.9.2-alpha", "0.5.0.1-alpha"} {
		if got, err := guard.RulesFor(name); err != nil || got != guard.Latest() {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "tor-", "0.1.1.12-alpha", "0.1.0", "2005", "0.2", "0.4", "nonsense"} {
		if got, err := guard.RulesFor(name); !errors.Is(err, guard.ErrNoRules) || got != (guard.Rules{}) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestReasons(t *testing.T) {
	all := guard.IsSybil<<1 - 1
	each := slices.Collect(all.Each())
	if len(each) != 22 || each[0] != guard.Slow || each[21] != guard.IsSybil || !slices.IsSorted(each) {
		t.Errorf("each reason: %v", each)
	}
	names := map[string]bool{}
	for _, r := range each {
		names[r.String()] = true
	}
	if len(names) != len(each) || names[""] {
		t.Errorf("their names: %v", names)
	}
	for range all.Each() {
		break // and nothing comes after it
	}
	if got := (guard.LowWFU | guard.ShortTimeKnown).String(); got != "low WFU, short time known" {
		t.Error(got)
	}
	if r := guard.Reasons(0); r.String() != "" || r.Has(guard.Slow) || !all.Has(guard.Slow|guard.IsSybil) || guard.Slow.Has(guard.Slow|guard.LowWFU) {
		t.Error("Has takes more or less than a subset")
	}
	of := map[consensus.Flag]guard.Reasons{
		consensus.Fast:                      guard.Slow | guard.IsInactive | guard.IsSybil,
		consensus.Stable:                    guard.LowMTBF | guard.LowUptime | guard.IsInactive | guard.IsBuggy | guard.IsSybil,
		consensus.Exit:                      0,
		consensus.Guard | consensus.Fast:    0,
		consensus.Authority | guard.Decided: 0,
	}
	for flag, want := range of {
		if got := all.Of(flag); got != want {
			t.Errorf("of %v: %v", flag, got)
		}
	}
}

func TestCriterionInWords(t *testing.T) {
	for _, test := range []struct {
		c                        guard.Criterion
		line, have, need, margin string
	}{
		{guard.Criterion{Flag: consensus.Guard, Name: "time known", Have: 276480, Need: 691200, Unit: guard.Seconds, Met: guard.No, Bound: guard.Guarantee},
			"Guard: time known 3.2 d of 8 d (guarantee): no", "3.2 d", "8 d", "-4.8 d"},
		{guard.Criterion{Flag: consensus.Guard, Name: "WFU", Have: 0.9712341, Need: 0.98, Unit: guard.Fraction, Met: guard.No, Bound: guard.Percentile},
			"Guard: WFU 0.971234 of 0.98 (percentile): no", "0.971234", "0.98", "-0.008766"},
		{guard.Criterion{Flag: consensus.Fast, Name: "bandwidth", Have: 1200, Need: 102, Unit: guard.KBs, Met: guard.Yes, Bound: guard.Parameter},
			"Fast: bandwidth 1200 KB/s of 102 KB/s (parameter): yes", "1200 KB/s", "102 KB/s", "+1098 KB/s"},
		{guard.Criterion{Flag: consensus.HSDir, Name: "uptime", Need: 5400, Unit: guard.Seconds},
			"HSDir: uptime unknown of 1.5 h (fixed): cannot tell", "unknown", "1.5 h", ""},
		{guard.Criterion{Flag: consensus.Stable, Name: "MTBF", Have: 59, Need: 90, Unit: guard.Seconds, Met: guard.No},
			"Stable: MTBF 59 s of 1.5 min (fixed): no", "59 s", "1.5 min", "-31 s"},
		{guard.Criterion{Flag: consensus.Guard, Name: "V2Dir", Need: 1, Met: guard.No},
			"Guard: V2Dir: no", "no", "yes", ""},
		{guard.Criterion{Flag: consensus.Guard, Name: "pinned", Have: 1, Need: 1, Met: guard.Yes, Bound: guard.Override},
			"Guard: pinned: yes", "yes", "yes", ""},
	} {
		c := test.c
		if c.String() != test.line || c.HaveText() != test.have || c.NeedText() != test.need || c.MarginText() != test.margin {
			t.Errorf("%q, %q, %q, %q; want %+v", c.String(), c.HaveText(), c.NeedText(), c.MarginText(), test)
		}
	}
}

func TestCloseness(t *testing.T) {
	for _, test := range []struct {
		why  string
		c    guard.Criterion
		want float64
	}{
		{"a tenth more than needed", guard.Criterion{Unit: guard.Seconds, Have: 110, Need: 100, Met: guard.Yes}, 0.1},
		{"a tenth less", guard.Criterion{Unit: guard.Seconds, Have: 90, Need: 100, Met: guard.No}, -0.1},
		{"nothing is needed", guard.Criterion{Unit: guard.Seconds, Met: guard.Yes}, math.Inf(1)},
		{"yes", guard.Criterion{Have: 1, Need: 1, Met: guard.Yes}, math.Inf(1)},
		{"no", guard.Criterion{Need: 1, Met: guard.No}, math.Inf(-1)},
	} {
		if got := test.c.Closeness(); got != test.want {
			t.Errorf("%s: %v", test.why, got)
		}
	}
	if got := (guard.Criterion{Unit: guard.Seconds, Need: 5}).Closeness(); !math.IsNaN(got) {
		t.Errorf("unknown: %v", got)
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		guard.CannotTell.String(): "cannot tell", guard.No.String(): "no", guard.Yes.String(): "yes",
		guard.Recomputed.String(): "recomputed", guard.Published.String(): "published",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestExplainStopsWhenTold(t *testing.T) {
	rules := guard.Latest()
	n := 0
	for range rules.Explain(guard.Relay{}, guard.Thresholds{}) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d criteria", n)
	}
}
