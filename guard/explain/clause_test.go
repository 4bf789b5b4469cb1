package explain_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/explain"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

const day = 24 * 3600

// clausesAreWhatTheRuleSays compares with the slow way, over networks of no, one, few and many relays; the thresholds
// having been printed on a vote's line and read again half of the time.
func clausesAreWhatTheRuleSays(t *rapid.T) {
	rules := someRules(t)
	relays := rapid.SliceOfN(rapid.Custom(aRelay), 0, 20).Draw(t, "relays")
	th := rules.Thresholds(relays)
	th.EnoughMTBF = rapid.Bool().Draw(t, "enough MTBF")
	before := slices.Clone(relays)
	got := explain.Clauses(rules, relays, th)
	if diff := cmp.Diff(inOrder(slow(rules, relays, th)), inOrder(got), cmpopts.EquateNaNs()); diff != "" {
		t.Fatalf("(-slow +fast):\n%s", diff)
	}
	if !slices.Equal(before, relays) {
		t.Fatal("the relays were disturbed")
	}
	for _, c := range got {
		if c.Passing < max(c.ByPercentile, c.ByGuarantee) || c.Passing > c.ByPercentile+c.ByGuarantee {
			t.Fatalf("%v: more pass by a part of the rule, or fewer by both parts", c)
		}
	}
}

func TestClausesAreWhatTheRuleSays(t *testing.T) { rapid.Check(t, clausesAreWhatTheRuleSays) }

func FuzzClausesAreWhatTheRuleSays(f *testing.F) { f.Fuzz(rapid.MakeFuzz(clausesAreWhatTheRuleSays)) }

// whatPassesIsWhatIsDecided holds the counts against the decisions: a relay is Fast exactly if it passes Fast's only
// threshold.
func whatPassesIsWhatIsDecided(t *rapid.T) {
	rules := someRules(t)
	relays := rapid.SliceOfN(rapid.Custom(aRelay), 0, 20).Draw(t, "relays")
	for i := range relays {
		if rapid.IntRange(0, 4).Draw(t, "known") == 0 {
			relays[i].Unknown = rapid.SampledFrom([]guard.Unknowns{guard.UnknownBandwidth, guard.UnknownHistory, guard.UnknownUptime}).Draw(t, "unknown")
		}
	}
	th := rules.Thresholds(relays)
	th.EnoughMTBF = rapid.Bool().Draw(t, "enough MTBF")
	for _, c := range explain.Clauses(rules, relays, th) {
		if c.Flag == consensus.Guard || !c.InUse {
			continue
		}
		yes, unknown := 0, 0
		for _, r := range relays {
			switch rules.Decide(r, th).Answer(c.Flag) {
			case guard.Yes:
				yes++
			case guard.CannotTell:
				unknown++
			}
		}
		if c.Passing != yes || c.Unknown != unknown {
			t.Fatalf("%v: %d have the flag, of %d it is unknown", c, yes, unknown)
		}
	}
}

func TestWhatPassesIsWhatIsDecided(t *testing.T) { rapid.Check(t, whatPassesIsWhatIsDecided) }

func FuzzWhatPassesIsWhatIsDecided(f *testing.F) { f.Fuzz(rapid.MakeFuzz(whatPassesIsWhatIsDecided)) }

// underAllRulesEachClauseAdmitsWhoHasEnough goes through the rules of every version: whoever has what a clause asks is
// counted for it, and whoever has what is asked in fact passes.
func underAllRulesEachClauseAdmitsWhoHasEnough(t *rapid.T) {
	rules := rapid.SampledFrom(append(guard.Releases(), guard.Article2013())).Draw(t, "rules")
	relays := rapid.SliceOfN(rapid.Custom(aRelay), 1, 20).Draw(t, "relays")
	th := rules.Thresholds(relays)
	if rapid.Bool().Draw(t, "printed and read") {
		printed, err := guard.ParseThresholds(th.String())
		if err != nil {
			t.Fatal(err)
		}
		th = printed
	}
	clauses := explain.Clauses(rules, relays, th)
	if len(clauses) < 5 {
		t.Fatalf("%s: only %d clauses", rules.Name, len(clauses))
	}
	for _, c := range clauses {
		if !c.InUse {
			continue
		}
		var passing, byPercentile, byGuarantee int
		for _, r := range relays {
			for criterion := range rules.Explain(r, th) {
				if criterion.Flag != c.Flag || criterion.Name != c.Name {
					continue
				}
				if criterion.Need != c.Need || criterion.Bound != c.Bound || criterion.Unit != c.Unit {
					t.Fatalf("%s: %v, but a relay is held against %v", rules.Name, c, criterion)
				}
				if criterion.Met == guard.Yes {
					passing++
				}
				if criterion.Have >= c.Percentile {
					byPercentile++
				}
				if criterion.Have >= c.Guarantee {
					byGuarantee++
				}
			}
		}
		if c.Passing != passing || c.ByPercentile != byPercentile || c.ByGuarantee != byGuarantee {
			t.Fatalf("%s: %v; want %d, %d, %d", rules.Name, c, passing, byPercentile, byGuarantee)
		}
		switch {
		case c.Bound == guard.Percentile && (c.Percentile != c.Need || c.Guarantee < c.Need),
			c.Bound == guard.Guarantee && c.Guarantee != c.Need,
			c.Guarantee > 1<<61,
			c.Name == "bandwidth" && !sameGuarantee(rules, c):
			t.Fatalf("%s: %v", rules.Name, c)
		}
	}
}

// sameGuarantee reports whether a bandwidth's guarantee is that of the rules, in their unit.
func sameGuarantee(rules guard.Rules, c explain.Clause) bool {
	want := float64(rules.FastGuarantee)
	if c.Flag == consensus.Guard {
		want = float64(rules.GuardBandwidth)
	}
	if want == 0 {
		return math.IsNaN(c.Guarantee)
	}
	if !rules.InBytes {
		want = math.Trunc(want / 1000)
	}
	if rules.GuardAbove && c.Flag == consensus.Guard {
		want++
	}
	return c.Guarantee == want
}

func TestUnderAllRulesEachClauseAdmitsWhoHasEnough(t *testing.T) {
	rapid.Check(t, underAllRulesEachClauseAdmitsWhoHasEnough)
}

func FuzzUnderAllRulesEachClauseAdmitsWhoHasEnough(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(underAllRulesEachClauseAdmitsWhoHasEnough))
}

// A published threshold at its guarantee hides the order statistic, which comes back from the relays.
func TestClausesOfPublishedThresholdsAreThoseOfRecomputedOnes(t *testing.T) {
	hidden := 0
	for _, review := range three(t).Reviews {
		rules := guard.Latest()
		published, recomputed := explain.Clauses(rules, review.Relays, review.Published), explain.Clauses(rules, review.Relays, review.Recomputed)
		roughly := cmp.Comparer(func(a, b float64) bool {
			return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1 && a > 2 || math.Abs(a-b) < 1e-5
		})
		// Right at a threshold rounding decides.
		byOne := cmp.Comparer(func(a, b int) bool { return max(a-b, b-a) <= 1 })
		if diff := cmp.Diff(recomputed, published, roughly, byOne); diff != "" {
			t.Errorf("%s (-recomputed +published):\n%s", review.Header.Sources[0].Nickname, diff)
		}
		for _, c := range published {
			if c.Bound == guard.Guarantee && c.Percentile > c.Guarantee && c.Name != "MTBF" {
				hidden++
			}
		}
	}
	if hidden < 3 {
		t.Errorf("only %d order statistics were hidden", hidden)
	}
}

func TestClausesOfRealVotes(t *testing.T) {
	type row struct {
		bound                      guard.Bound
		percentile                 float64
		byPercentile, byG, passing int
		unknown                    int
	}
	for _, test := range []struct {
		why, file string
		want      map[string]row
	}{
		{
			"dannenberg in 2016, under today's rules: an eighth was just as fast as the guarantee, and no history is in the vote",
			"2016-10-01-16-00-00-vote-dannenberg.xz", map[string]row{
				"Fast bandwidth":  {guard.Guarantee, 102, 6795, 6795, 6795, 0},
				"Guard bandwidth": {guard.Guarantee, 4113, 2017, 2971, 2971, 0},
				"Guard WFU":       {guard.Guarantee, math.NaN(), 0, 0, 0, 7961},
			},
		}, {
			"longclaw in 2019: measured bandwidths only, 75 of them not printed",
			"2019-02-05-10-00-00-vote-longclaw.xz", map[string]row{
				"Fast bandwidth":  {guard.Guarantee, 1000, 5054, 5054, 5054, 75},
				"Guard bandwidth": {guard.Guarantee, 15000, 1406, 3441, 3441, 75},
				"Stable MTBF":     {guard.Guarantee, math.NaN(), 0, 0, 0, 7645},
			},
		},
	} {
		review := votesOf(t, corpus.Shared(t, "data", "votes", test.file)).Reviews[0]
		for _, c := range explain.Clauses(guard.Latest(), review.Relays, review.Thresholds()) {
			want, ok := test.want[c.Flag.String()+" "+c.Name]
			got := row{c.Bound, c.Percentile, c.ByPercentile, c.ByGuarantee, c.Passing, c.Unknown}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{}), cmpopts.EquateNaNs()); ok && diff != "" {
				t.Errorf("%s: %v (-want +got):\n%s", test.why, c, diff)
			}
		}
	}
}

func TestClauseString(t *testing.T) {
	for _, test := range []struct {
		why  string
		c    explain.Clause
		want string
	}{
		{"the guarantee binds", explain.Clause{Flag: consensus.Guard, Name: "bandwidth", Unit: guard.KBs, Percentile: 10000, Guarantee: 2097, Need: 2097,
			Bound: guard.Guarantee, ByPercentile: 12, ByGuarantee: 40, Passing: 40},
			"Guard bandwidth: 2097 KB/s by the guarantee; the percentile is 10000 KB/s; 40 relays pass, 12 by the percentile alone, 40 by the guarantee alone"},
		{"the percentile binds, and nothing is guaranteed", explain.Clause{Flag: consensus.Fast, Name: "bandwidth", Unit: guard.KBs, Percentile: 50,
			Guarantee: math.NaN(), Need: 50, ByPercentile: 3, Passing: 3, Unknown: 2, Bound: guard.Percentile},
			"Fast bandwidth: 50 KB/s by the percentile; nothing is guaranteed; 3 relays pass, 3 by the percentile alone, 2 unknown"},
		{"the percentile is hidden", explain.Clause{Flag: consensus.Guard, Name: "WFU", Unit: guard.Fraction, Percentile: math.NaN(), Guarantee: 0.98,
			Need: 0.98, Bound: guard.Guarantee, Unknown: 9},
			"Guard WFU: 0.98 by the guarantee; the percentile is unknown; 0 relays pass, 0 by the guarantee alone, 9 unknown"},
		{"a parameter binds", explain.Clause{Flag: consensus.Fast, Name: "bandwidth", Unit: guard.KBs, Percentile: 10, Guarantee: 102, Need: 20,
			Bound: guard.Parameter, ByPercentile: 5, ByGuarantee: 3, Passing: 4},
			"Fast bandwidth: 20 KB/s by the parameter; the percentile is 10 KB/s, the guarantee 102 KB/s; 4 relays pass, 5 by the percentile alone, 3 by the guarantee alone"},
	} {
		if got := test.c.String(); got != test.want {
			t.Errorf("%s: %s\nwant %s", test.why, got, test.want)
		}
	}
}

// Who is familiar depends on the time known in force, that of the guarantee, and not on the percentile behind it.
func TestTheMedianWFUIsOverRelaysFamiliarByTheTimeKnownInForce(t *testing.T) {
	relays := make([]guard.Relay, 9)
	for i := range relays {
		relays[i] = guard.Relay{Active: true, Advertised: 100, TimeKnown: 90 * day, WFU: 0.981 + float64(i)/1000}
	}
	relays[8].TimeKnown = 10 * day
	rules := guard.Latest()
	for _, c := range explain.Clauses(rules, relays, rules.Thresholds(relays)) {
		switch c.Name {
		case "time known":
			if c.Percentile != 90*day || c.Need != 8*day {
				t.Errorf("%v", c)
			}
		case "WFU":
			if c.Percentile != relays[4].WFU || c.ByPercentile != 5 {
				t.Errorf("%v, want the median of all nine, %v", c, relays[4].WFU)
			}
		}
	}
}

// Of relays whose history nobody knows there is no median, which is not one of 0.
func TestWhatNoRelayIsKnownByHasNoPercentile(t *testing.T) {
	relays := []guard.Relay{{Active: true, Advertised: 100, Unknown: guard.UnknownHistory | guard.UnknownUptime}}
	rules := guard.Latest()
	for _, c := range explain.Clauses(rules, relays, rules.Thresholds(relays)) {
		if known := c.Name == "bandwidth"; known == math.IsNaN(c.Percentile) {
			t.Errorf("%v", c)
		}
	}
}

func TestClausesOfAParameter(t *testing.T) {
	rules := guard.Latest()
	rules.FastMin = 50_000
	relays := make([]guard.Relay, 8)
	for i := range relays {
		relays[i] = guard.Relay{Active: true, Advertised: bandwidth.KB(40 + 20*i)}
	}
	got := explain.Clauses(rules, relays, rules.Thresholds(relays))[0]
	want := explain.Clause{Flag: consensus.Fast, Name: "bandwidth", Unit: guard.KBs, Percentile: 60, Guarantee: 102, Need: 60,
		Bound: guard.Percentile, InUse: true, ByPercentile: 7, ByGuarantee: 4, Passing: 7}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the floor is below (-want +got):\n%s", diff)
	}
	rules.FastMin = 80_000
	got = explain.Clauses(rules, relays, rules.Thresholds(relays))[0]
	want.Need, want.Bound, want.Passing = 80, guard.Parameter, 6
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the floor is above (-want +got):\n%s", diff)
	}
}

func BenchmarkClauses7645(b *testing.B) {
	b.ReportAllocs()
	review := votesOf(b, corpus.Shared(b, "data", "votes", "2019-02-05-10-00-00-vote-longclaw.xz")).Reviews[0]
	for b.Loop() {
		explain.Clauses(guard.Latest(), review.Relays, review.Published)
	}
}

func BenchmarkNineReviews7645(b *testing.B) {
	b.ReportAllocs()
	doc := corpus.Read(b, corpus.Shared(b, "data", "votes", "2019-02-05-10-00-00-vote-longclaw.xz"))
	nine := bytes.Repeat(doc, 9)
	for b.Loop() {
		if v, err := (explain.Votes{Rules: guard.Latest()}).Read(nine, guard.Published); err != nil || len(v.Reviews) != 9 {
			b.Fatal(len(v.Reviews), err)
		}
	}
}
