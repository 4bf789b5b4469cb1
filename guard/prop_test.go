package guard_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"pgregory.net/rapid"
)

// decidedFlags are the flags of guard.Decided, one by one.
var decidedFlags = []consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir}

// counted are the numbers of those relays that count.
func counted(r guard.Rules, relays []guard.Relay) (timesKnown []int64, known []guard.Relay) {
	ignoring := r.Thresholds(relays).IgnoringAdvertised
	for _, relay := range relays {
		if r.Counts(relay, ignoring) && relay.Unknown&guard.UnknownHistory == 0 {
			timesKnown = append(timesKnown, relay.TimeKnown)
			known = append(known, relay)
		}
	}
	slices.Sort(timesKnown)
	return timesKnown, known
}

func guardTimeKnownIsTheEighthAtMostEightDays(t *rapid.T) {
	relays := someRelays.Draw(t, "relays")
	rules := guard.Latest()
	want := int64(0)
	if timesKnown, _ := counted(rules, relays); len(timesKnown) > 0 {
		want = min(timesKnown[len(timesKnown)/8], 8*day)
	}
	if got := rules.Thresholds(relays).GuardTimeKnown; got != want {
		t.Fatalf("guard time known %d, want %d", got, want)
	}
}

func TestGuardTimeKnownIsTheEighthAtMostEightDays(t *testing.T) {
	rapid.Check(t, guardTimeKnownIsTheEighthAtMostEightDays)
}
func FuzzGuardTimeKnownIsTheEighthAtMostEightDays(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(guardTimeKnownIsTheEighthAtMostEightDays))
}

func guardWFUIsTheMedianOfFamiliarRelaysAtMost98Percent(t *rapid.T) {
	relays := someRelays.Draw(t, "relays")
	rules := guard.Latest()
	got := rules.Thresholds(relays)
	var wfus []float64
	_, known := counted(rules, relays)
	for _, relay := range known {
		if relay.TimeKnown >= got.GuardTimeKnown {
			wfus = append(wfus, relay.WFU)
		}
	}
	slices.Sort(wfus)
	want := 0.0
	if len(wfus) > 0 {
		want = min(wfus[(len(wfus)-1)/2], 0.98)
	}
	if got.GuardWFU != want {
		t.Fatalf("guard WFU %v, want %v", got.GuardWFU, want)
	}
}

func TestGuardWFUIsTheMedianOfFamiliarRelaysAtMost98Percent(t *testing.T) {
	rapid.Check(t, guardWFUIsTheMedianOfFamiliarRelaysAtMost98Percent)
}
func FuzzGuardWFUIsTheMedianOfFamiliarRelaysAtMost98Percent(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(guardWFUIsTheMedianOfFamiliarRelaysAtMost98Percent))
}

func thresholdsDoNotDependOnTheOrderOfRelays(t *rapid.T) {
	rules, relays := someRules.Draw(t, "rules"), someRelays.Draw(t, "relays")
	before := slices.Clone(relays)
	want := rules.Thresholds(relays)
	if diff := cmp.Diff(before, relays, cmp.Comparer(sameFlags)); diff != "" {
		t.Fatalf("the caller's relays were disturbed:\n%s", diff)
	}
	shuffled := rapid.Permutation(relays).Draw(t, "shuffled")
	if diff := cmp.Diff(want, rules.Thresholds(shuffled)); diff != "" {
		t.Fatalf("thresholds (-as given +shuffled):\n%s", diff)
	}
}

func TestThresholdsDoNotDependOnTheOrderOfRelays(t *testing.T) {
	rapid.Check(t, thresholdsDoNotDependOnTheOrderOfRelays)
}
func FuzzThresholdsDoNotDependOnTheOrderOfRelays(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(thresholdsDoNotDependOnTheOrderOfRelays))
}

// atEveryThreshold is a relay that has exactly what each criterion asks for, and no more.
func atEveryThreshold(rules guard.Rules, t guard.Thresholds) guard.Relay {
	r := guard.Relay{
		Facts:  consensus.FlagsOf(consensus.Running, consensus.V2Dir, consensus.Valid),
		Active: true, OffersHSDir: true, HasDirPort: true, IsMeasured: true,
	}
	for c := range rules.Explain(r, t) {
		switch {
		case c.Unit == guard.KBs || c.Unit == guard.BytesPerSecond:
			r.Measured = max(r.Measured, bandwidth.KB(min(c.Need, math.MaxUint32)))
			r.Advertised, r.AdvertisedBytes = r.Measured, uint32(r.Measured)
		case c.Name == "WFU":
			r.WFU = c.Need
		case c.Name == "time known":
			r.TimeKnown = int64(c.Need)
		case c.Name == "MTBF":
			r.MTBF = c.Need
		case c.Name == "uptime" && c.Flag == consensus.Stable:
			r.Uptime = int64(c.Need)
		case c.Name == "uptime":
			r.HSDirUptime = int64(c.Need)
		}
	}
	return r
}

func aRelayAtEveryThresholdHasAllFlagsAndABetterOneToo(t *rapid.T) {
	c := someCases.Draw(t, "case")
	relay := atEveryThreshold(c.rules, c.thresholds)
	all := guard.Decided & c.rules.Votes
	if got := c.rules.Decide(relay, c.thresholds).Flags.Known() & guard.Decided; got != all && relay.Measured < math.MaxUint32 {
		t.Fatalf("at the thresholds it has only %v", got)
	}

	better := relay
	better.Measured += bandwidth.KB(rapid.Uint32Range(0, math.MaxUint32-uint32(relay.Measured)).Draw(t, "more KB"))
	better.Advertised, better.AdvertisedBytes = better.Measured, uint32(better.Measured)
	better.WFU += rapid.Float64Range(0, 1).Draw(t, "more WFU")
	better.TimeKnown += someSeconds.Draw(t, "more time known")
	better.MTBF += someMTBF.Draw(t, "more MTBF")
	better.Uptime += rapid.Int64Range(0, max(0, 1<<32-1-relay.Uptime)).Draw(t, "more uptime")
	better.HSDirUptime += someSeconds.Draw(t, "more HSDir uptime")
	if got := c.rules.Decide(better, c.thresholds).Flags.Known() & guard.Decided; got != all && relay.Measured < math.MaxUint32 {
		t.Fatalf("better than a Guard in everything it has only %v", got)
	}
}

func TestARelayAtEveryThresholdHasAllFlagsAndABetterOneToo(t *testing.T) {
	rapid.Check(t, aRelayAtEveryThresholdHasAllFlagsAndABetterOneToo)
}
func FuzzARelayAtEveryThresholdHasAllFlagsAndABetterOneToo(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(aRelayAtEveryThresholdHasAllFlagsAndABetterOneToo))
}

func aRelayBetterThanAGuardIsAGuard(t *rapid.T) {
	c := someCases.Draw(t, "case")
	c.relay.Unknown = 0
	before := c.rules.Decide(c.relay, c.thresholds).Flags.Known() & guard.Decided
	better := c.relay
	better.Advertised = max(better.Advertised, someKB.Draw(t, "advertised"))
	better.Measured = max(better.Measured, someKB.Draw(t, "measured"))
	better.AdvertisedBytes = max(better.AdvertisedBytes, uint32(someKB.Draw(t, "advertised bytes")))
	better.WFU = max(better.WFU, someWFU.Draw(t, "WFU"))
	better.TimeKnown = max(better.TimeKnown, someSeconds.Draw(t, "time known"))
	better.MTBF = max(better.MTBF, someMTBF.Draw(t, "MTBF"))
	if uptime := someSeconds.Draw(t, "uptime"); better.Uptime < 1<<32 {
		better.Uptime = max(better.Uptime, uptime)
	}
	better.HSDirUptime = max(better.HSDirUptime, someSeconds.Draw(t, "HSDir uptime"))
	better.Active, better.OffersHSDir = true, true
	better.Facts = better.Facts.With(consensus.V2Dir)
	if after := c.rules.Decide(better, c.thresholds).Flags.Known(); before&^after != 0 {
		t.Fatalf("better in every criterion, it lost %v", before&^after)
	}
}

func TestARelayBetterThanAGuardIsAGuard(t *testing.T) { rapid.Check(t, aRelayBetterThanAGuardIsAGuard) }
func FuzzARelayBetterThanAGuardIsAGuard(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(aRelayBetterThanAGuardIsAGuard))
}

func decideAndExplainNeverContradictEachOther(t *rapid.T) {
	c := someCases.Draw(t, "case")
	d := c.rules.Decide(c.relay, c.thresholds)
	criteria := slices.Collect(c.rules.Explain(c.relay, c.thresholds))
	var named guard.Reasons
	for _, crit := range criteria {
		if crit.Met == guard.No {
			named |= crit.Reason
		}
	}
	for _, flag := range decidedFlags {
		want, override := guard.Yes, false
		if c.rules.Votes&flag == 0 {
			if d.Answer(flag) != guard.No || slices.ContainsFunc(criteria, func(crit guard.Criterion) bool { return crit.Flag == flag }) {
				t.Fatalf("%v is not voted on, and yet decided %v", flag, d.Answer(flag))
			}
			continue
		}
		var against guard.Reasons
		for _, crit := range criteria {
			if crit.Flag != flag {
				continue
			}
			if override {
				t.Fatalf("%v: %v comes after an override", flag, crit)
			}
			if override = crit.Bound == guard.Override; override {
				want, against = crit.Met, crit.Reason
				continue
			}
			switch {
			case crit.Met == guard.No:
				want = guard.No
				against |= crit.Reason
			case crit.Met == guard.CannotTell && want == guard.Yes:
				want = guard.CannotTell
			}
		}
		if got := d.Answer(flag); got != want {
			t.Fatalf("%v: decided %v, explained %v", flag, got, want)
		}
		if of := d.Against.Of(flag); want == guard.No && (against == 0 || !of.Has(against.Of(flag)) || !named.Has(of)) {
			t.Fatalf("%v: against it %q, explained %q", flag, of, against)
		}
	}
	if d.CannotTell&^guard.Decided != 0 {
		t.Fatalf("cannot tell %v", d.CannotTell)
	}
}

func TestDecideAndExplainNeverContradictEachOther(t *testing.T) {
	rapid.Check(t, decideAndExplainNeverContradictEachOther)
}
func FuzzDecideAndExplainNeverContradictEachOther(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(decideAndExplainNeverContradictEachOther))
}

func aCriterionIsMetIfAndOnlyIfThereIsEnough(t *rapid.T) {
	c := someCases.Draw(t, "case")
	for crit := range c.rules.Explain(c.relay, c.thresholds) {
		known := crit.Met != guard.CannotTell
		if known == math.IsNaN(crit.Margin()) || known == math.IsNaN(crit.Closeness()) {
			t.Fatalf("%v: margin %v, closeness %v", crit, crit.Margin(), crit.Closeness())
		}
		wraps := crit.Name == "uptime" && crit.Flag == consensus.Stable && crit.Have >= 1<<32
		if !known || wraps {
			continue
		}
		if met := crit.Met == guard.Yes; met != (crit.Have >= crit.Need) || met != (crit.Margin() >= 0) || met != (crit.Closeness() >= 0) {
			t.Fatalf("%v: margin %v, closeness %v", crit, crit.Margin(), crit.Closeness())
		}
		if crit.Unit == guard.YesNo && crit.Have != 0 && crit.Have != 1 {
			t.Fatalf("%v: has %v", crit, crit.Have)
		}
	}
	if c.relay.Unknown == 0 && c.rules.Decide(c.relay, c.thresholds).CannotTell != 0 {
		t.Fatal("everything is known, and yet it cannot be told")
	}
}

func TestACriterionIsMetIfAndOnlyIfThereIsEnough(t *testing.T) {
	rapid.Check(t, aCriterionIsMetIfAndOnlyIfThereIsEnough)
}
func FuzzACriterionIsMetIfAndOnlyIfThereIsEnough(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(aCriterionIsMetIfAndOnlyIfThereIsEnough))
}

func weakestIsTheCriterionOfLeastCloseness(t *rapid.T) {
	c := someCases.Draw(t, "case")
	criteria := slices.Collect(c.rules.Explain(c.relay, c.thresholds))
	d := c.rules.Decide(c.relay, c.thresholds)
	for _, flag := range decidedFlags {
		got, ok := guard.Weakest(slices.Values(criteria), flag)
		if !ok {
			if d.Answer(flag) == guard.No && c.rules.Votes&flag != 0 {
				t.Fatalf("%v is refused, and nothing is nearest", flag)
			}
			continue
		}
		if got.Flag != flag || !slices.Contains(criteria, got) {
			t.Fatalf("%v: %v is none of its criteria", flag, got)
		}
		if a := d.Answer(flag); a != guard.CannotTell && got.Met != a {
			t.Fatalf("%v: %v, and nearest is %v", flag, a, got)
		}
		for _, other := range criteria {
			if other.Flag == flag && got.Bound != guard.Override && other.Closeness() < got.Closeness() {
				t.Fatalf("%v: %v is nearer than %v", flag, other, got)
			}
		}
	}
}

func TestWeakestIsTheCriterionOfLeastCloseness(t *testing.T) {
	rapid.Check(t, weakestIsTheCriterionOfLeastCloseness)
}
func FuzzWeakestIsTheCriterionOfLeastCloseness(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(weakestIsTheCriterionOfLeastCloseness))
}

func compareSharesTheFlagsOutAmongFourSets(t *rapid.T) {
	c := someCases.Draw(t, "case")
	voted := consensus.FlagsOf(rapid.SliceOf(rapid.SampledFrom(append(factFlags, decidedFlags...))).Draw(t, "voted")...)
	source := rapid.SampledFrom([]guard.Source{guard.Recomputed, guard.Published}).Draw(t, "source")
	got := c.rules.Compare(c.relay, c.thresholds, source, voted)
	for _, flag := range decidedFlags {
		sets := 0
		for _, set := range []consensus.Flag{got.Agree, got.Within, got.Disagree, got.Unknown} {
			if set&flag != 0 {
				sets++
			}
		}
		if sets != 1 {
			t.Fatalf("%v is in %d sets: %+v", flag, sets, got)
		}
		if a := got.Decision.Answer(flag); (a == guard.CannotTell) != (got.Unknown&flag != 0) ||
			(a != guard.CannotTell && (a == guard.Yes) == voted.Has(flag)) != (got.Agree&flag != 0) {
			t.Fatalf("%v: decided %v, voted %v: %+v", flag, a, voted.Has(flag), got)
		}
	}
	if (got.Agree|got.Within|got.Disagree|got.Unknown)&^guard.Decided != 0 || got.Voted != voted {
		t.Fatalf("more than was asked for: %+v", got)
	}
	if diff := cmp.Diff(c.rules.Decide(c.relay, c.thresholds), got.Decision, cmp.Comparer(sameFlags)); diff != "" {
		t.Fatal(diff)
	}
}

func sameFlags(a, b consensus.Flags) bool { return a == b }

func TestCompareSharesTheFlagsOutAmongFourSets(t *testing.T) {
	rapid.Check(t, compareSharesTheFlagsOutAmongFourSets)
}
func FuzzCompareSharesTheFlagsOutAmongFourSets(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(compareSharesTheFlagsOutAmongFourSets))
}
