package foresight_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

const start wfu.Instant = 1_700_000_000

// past is a history that real events made, the moment it has come to, and when its clock last ticked.
func past(t *rapid.T) (h wfu.History, clock, now wfu.Instant) {
	now = start
	clock = start - wfu.Instant(rapid.Int64Range(0, wfu.DiscountInterval-1).Draw(t, "phase"))
	lengths := rapid.OneOf(rapid.Int64Range(1, 2*hour), rapid.Int64Range(1, 3*day), rapid.Int64Range(1, 60*day))
	for i := range rapid.IntRange(0, 8).Draw(t, "events") {
		if i%2 == 0 {
			h = h.Reachable(now)
		} else {
			h = h.Unreachable(now)
		}
		until := now.Add(lengths.Draw(t, "length"))
		h, clock = h.Advance(now, clock, until)
		now = until
	}
	return h, clock, now
}

// marks are the thresholds of a network of veterans: everything is set by the guarantees.
func marks() guard.Thresholds {
	return guard.Thresholds{
		StableUptime: 30 * day, StableMTBF: 40 * day, Fast: 102, GuardWFU: 0.98, GuardTimeKnown: 8 * day,
		GuardIncludingExits: 9000, GuardExcludingExits: 8000, EnoughMTBF: true,
	}
}

// hopeful has all that time does not bring.
func hopeful() guard.Relay {
	return guard.Relay{Facts: present, Active: true, OffersHSDir: true, HasDirPort: true, Advertised: 5000, AdvertisedBytes: 5_000_000}
}

// releases are drawn with the latest most often.
var releases = append(guard.Releases(), slices.Repeat([]guard.Rules{guard.Latest()}, 20)...)

// moments are those between now and at around which anything can change: the ticks, the seconds before them, the second
// before at, and some between.
func moments(clock, now, at wfu.Instant) []wfu.Instant {
	all := []wfu.Instant{now, at - 1}
	for tick := clock; tick < at; tick = tick.Add(wfu.DiscountInterval) {
		all = append(all, tick-1, tick, tick+wfu.Instant(wfu.DiscountInterval/2))
	}
	var before []wfu.Instant
	for _, m := range all {
		if m >= now && m < at {
			before = append(before, m)
		}
	}
	return before
}

// farFuture is one of a history of weeks, held against the guarantees of some version.
func farFuture(t *rapid.T) foresight.Future {
	f := foresight.Future{Rules: rapid.SampledFrom(releases).Draw(t, "rules"), Relay: hopeful(), Thresholds: marks()}
	f.History, f.Clock, f.Now = past(t)
	f.Thresholds.EnoughMTBF = rapid.Bool().Draw(t, "enough MTBF")
	return f
}

func everyCriterionIsMetAtItsMomentAndNotBefore(t *rapid.T) {
	f := farFuture(t)
	for _, flag := range []consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir} {
		o := f.Outlook(flag)
		criterion := func(i int, at wfu.Instant) guard.Criterion {
			f := f.At(at)
			for c := range f.Rules.Explain(f.Relay, f.Thresholds) {
				if c.Flag == flag {
					if i--; i < 0 {
						return c
					}
				}
			}
			panic("no such criterion")
		}
		for i, c := range o.Criteria {
			if !c.Exact() {
				t.Fatalf("%v: %v to %v", c.Criterion, c.Earliest, c.Latest)
			}
			if c.Latest == foresight.Never {
				if c := criterion(i, f.Now+1000*day); c.Met != guard.No {
					t.Fatalf("never, and yet %v", c)
				}
				continue
			}
			if c := criterion(i, c.Earliest); c.Met != guard.Yes {
				t.Fatalf("at its moment: %v", c)
			}
			if c.Earliest > f.Now {
				if was := criterion(i, c.Earliest-1); was.Met == guard.Yes {
					t.Fatalf("the second before its moment %v: %v", c.Earliest, was)
				}
			}
		}

		has := func(at wfu.Instant) bool {
			f := f.At(at)
			return f.Rules.Decide(f.Relay, f.Thresholds).Answer(flag) == guard.Yes
		}
		if o.Gained.Latest == foresight.Never {
			if len(o.Criteria) > 0 && o.Gained.Criterion.Met != guard.No || has(f.Now+1000*day) {
				t.Fatalf("%v never comes, for %v", flag, o.Gained.Criterion)
			}
			continue
		}
		if !o.Gained.Exact() || !has(o.Gained.Latest) {
			t.Fatalf("%v is gained at %v", flag, o.Gained)
		}
		if o.Gained.Latest > f.Now+1000*day {
			t.Fatalf("%v is gained at %v: %+v", flag, o.Gained, f)
		}
		for _, m := range moments(f.Clock, f.Now, o.Gained.Latest) {
			if has(m) {
				t.Fatalf("%v at %v, before its moment %v", flag, m, o.Gained)
			}
		}
		if lost := o.Lost.Latest; lost != foresight.Never && (has(lost) || !has(lost-1) || o.Lost.Criterion.Met != guard.No) {
			t.Fatalf("%v is lost at %v", flag, o.Lost)
		}
		if o.ForGood == foresight.Never || o.ForGood < o.Gained.Latest || !has(o.ForGood) ||
			(o.ForGood == o.Gained.Latest) != (o.Lost.Latest == foresight.Never) {
			t.Fatalf("%v is had for good from %v on: %+v", flag, o.ForGood, o)
		}
		for _, m := range moments(f.Clock, o.ForGood, o.ForGood.Add(30*day)) {
			if !has(m) {
				t.Fatalf("%v is had for good from %v on, but not at %v", flag, o.ForGood, m)
			}
		}
	}
}

func TestEveryMoment(t *testing.T) { rapid.Check(t, everyCriterionIsMetAtItsMomentAndNotBefore) }
func FuzzEveryMoment(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(everyCriterionIsMetAtItsMomentAndNotBefore))
}

// Of one measure alone, wfu answers too.
func momentsAreThoseOfWfu(t *rapid.T) {
	f := farFuture(t)
	f.Rules, f.Thresholds.EnoughMTBF = guard.Latest(), true
	h, clock := f.History.Advance(f.Now, f.Clock, f.Now)
	if !h.Running() {
		h = h.Reachable(f.Now)
	}
	o := f.Outlook(consensus.Guard)
	for _, c := range append(o.Criteria, f.Outlook(consensus.Stable).Criteria...) {
		var want wfu.Instant
		switch c.Criterion.Reason {
		case guard.LowWFU:
			want, _ = h.ReachWFU(f.Now, clock, 0.98)
		case guard.ShortTimeKnown:
			want, _ = h.ReachTimeKnown(f.Now, clock, 8*day)
		case guard.LowMTBF:
			want, _ = h.ReachMTBF(f.Now, clock, 5*day)
		default:
			continue
		}
		if c.Latest != want {
			t.Fatalf("%v at %v, wfu says %v", c.Criterion, c.Latest, want)
		}
	}

	// As many runs as never end anything else leave only WFU to break.
	f.History.WeightedRunLength += 1000 * day
	f.Thresholds.GuardTimeKnown = 0
	if o = f.Outlook(consensus.Guard); o.Has != guard.Yes {
		return
	}
	if budget, _ := f.History.OutageBudget(f.Now, f.Clock, 0.98); o.Survives > budget || o.Survives < budget-60 || o.Breaks.Reason != guard.LowWFU {
		t.Fatalf("survives %d s, until %v; the budget of WFU is %d", o.Survives, o.Breaks, budget)
	}
	outage := rapid.Int64Range(0, 5*day).Draw(t, "outage")
	back := f.After(outage).Outlook(consensus.Guard).Gained
	if want, _ := f.History.Recover(f.Now, f.Clock, outage, 0.98); back.Latest != want {
		t.Fatalf("back at %v after an outage of %d s; WFU recovers at %v", back, outage, want)
	}
}

func TestMomentsAreThoseOfWfu(t *testing.T) { rapid.Check(t, momentsAreThoseOfWfu) }
func FuzzMomentsOfWfu(f *testing.F)         { f.Fuzz(rapid.MakeFuzz(momentsAreThoseOfWfu)) }

func theTruthLiesWithinTheBoundsOfItsStats(t *rapid.T) {
	h, clock, now := past(t)
	h, clock = h.Advance(now, clock, now)
	relay := hopeful()
	if !h.Running() {
		relay.Facts = relay.Facts.Without(consensus.Running)
	}
	printed, err := wfu.ParseStats([]byte(h.Stats(now).String()))
	if err != nil {
		t.Fatal(err)
	}
	relay.WFU, relay.TimeKnown, relay.MTBF = printed.WFU, printed.TimeKnown, printed.MTBF

	rules, marks := rapid.SampledFrom(releases).Draw(t, "rules"), marks()
	future := foresight.Future{Rules: rules, Relay: relay, Thresholds: marks, History: h, Clock: clock, Now: now}
	var truth []foresight.Forecast
	for _, flag := range []consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir} {
		truth = append(truth, future.Outlook(flag).Criteria...)
	}
	for i, f := range foresight.FromStats(rules, relay, marks, now) {
		if f.Criterion.Met == guard.Yes && truth[i].Criterion.Met != guard.Yes && f.Criterion.Unit != guard.YesNo {
			continue // met by a rounded number
		}
		if f.Criterion.Reason == guard.NotStable && f.Criterion.Met == guard.Yes && truth[i].Criterion.Met != guard.Yes {
			continue // the same, once removed
		}
		at := truth[i].Earliest
		if f.Earliest > at || f.Latest < at {
			t.Fatalf("%v: %v of %+v at %v: between %v and %v, in truth %v", rules.Name, f.Criterion, printed, now, f.Earliest.Sub(now), f.Latest.Sub(now), at.Sub(now))
		}
	}
}

func TestFromStats(t *testing.T) { rapid.Check(t, theTruthLiesWithinTheBoundsOfItsStats) }
func FuzzFromStats(f *testing.F) { f.Fuzz(rapid.MakeFuzz(theTruthLiesWithinTheBoundsOfItsStats)) }

func whatAnOutageCostsLiesWithinTheBoundsOfItsStats(t *rapid.T) {
	f := farFuture(t)
	f.History, f.Clock = f.History.Advance(f.Now, f.Clock, f.Now)
	if !f.History.Running() {
		f.History = f.History.Reachable(f.Now)
		f.Now += 10
	}
	f = f.At(f.Now.Add(rapid.Int64Range(0, 100*day).Draw(t, "later")))
	relay := f.Relay
	printed, err := wfu.ParseStats([]byte(f.History.Stats(f.Now).String()))
	if err != nil {
		t.Fatal(err)
	}
	relay.WFU, relay.TimeKnown, relay.MTBF = printed.WFU, printed.TimeKnown, printed.MTBF
	flag := rapid.SampledFrom([]consensus.Flag{consensus.Guard, consensus.Stable, consensus.Fast}).Draw(t, "flag")
	o := f.Outlook(flag)
	if least, most := foresight.SurvivesFromStats(f.Rules, relay, f.Thresholds, f.Now, flag); o.Survives < least || o.Survives > most {
		t.Fatalf("%v of %+v survives %d s, until %v; between %d and %d", flag, printed, o.Survives, o.Breaks, least, most)
	}
}

func TestSurvivesFromStats(t *testing.T) {
	rapid.Check(t, whatAnOutageCostsLiesWithinTheBoundsOfItsStats)
}
func FuzzSurvivesFromStats(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(whatAnOutageCostsLiesWithinTheBoundsOfItsStats))
}

// The bounds are half a day's discount apart, and not more.
func TestSurvivesFromStatsIsOfUse(t *testing.T) {
	f := longUp()
	f.History = f.History.Unreachable(start - 20*day).Reachable(start - 20*day + 6*hour)
	f = f.At(start)
	relay := f.Relay
	least, most := foresight.SurvivesFromStats(f.Rules, relay, f.Thresholds, f.Now, consensus.Guard)
	if truth := f.Outlook(consensus.Guard).Survives; truth < least || truth > most || least < 20*hour || most-least > 2*hour {
		t.Errorf("between %d and %d s, in truth %d", least, most, truth)
	}
	relay.Facts = relay.Facts.Without(consensus.Running)
	if least, most := foresight.SurvivesFromStats(f.Rules, relay, f.Thresholds, f.Now, consensus.Guard); least != -1 || most != math.MaxInt64 {
		t.Errorf("of one that is down, between %d and %d", least, most)
	}
}

// Where the discount has nothing to take from, the bounds are as narrow as rounding lets them be.
func TestFromStatsOfNewRelay(t *testing.T) {
	relay := hopeful()
	relay.WFU, relay.TimeKnown, relay.MTBF = 1, hour, hour
	for _, f := range foresight.FromStats(guard.Latest(), relay, marks(), start) {
		if f.Criterion.Reason != guard.ShortTimeKnown && f.Criterion.Reason != guard.LowMTBF {
			continue
		}
		want := start.Add(int64(f.Criterion.Need) - hour)
		if f.Earliest > want || f.Latest < want || f.Latest.Sub(f.Earliest) > 2*hour {
			t.Errorf("%v: between %v and %v, want about %v", f.Criterion, f.Earliest, f.Latest, want)
		}
	}
}

func TestForecastsThatTimeDoesNotChange(t *testing.T) {
	type span struct{ earliest, latest wfu.Instant }
	now, never, open := span{start, start}, span{foresight.Never, foresight.Never}, span{start, foresight.Never}
	for _, tt := range []struct {
		reason string
		change func(*guard.Relay)
		flag   consensus.Flag
		want   span
	}{
		{reason: "has it", flag: consensus.Guard, want: now},
		{reason: "too slow", change: func(r *guard.Relay) { r.Advertised = 500 }, flag: consensus.Guard, want: never},
		{reason: "too slow for Fast, and so for Guard", change: func(r *guard.Relay) { r.Advertised = 5 }, flag: consensus.Guard, want: never},
		{reason: "no directory", change: func(r *guard.Relay) { r.Facts = r.Facts.Without(consensus.V2Dir) }, flag: consensus.Guard, want: never},
		{reason: "stripped", change: func(r *guard.Relay) { r.Strip = consensus.Guard }, flag: consensus.Guard, want: never},
		{reason: "pinned, though it has nothing else", change: func(r *guard.Relay) { *r = guard.Relay{Pin: consensus.Guard} }, flag: consensus.Guard, want: now},
		{reason: "a sybil", change: func(r *guard.Relay) { r.Facts = r.Facts.With(consensus.Sybil) }, flag: consensus.Stable, want: never},
		{reason: "bandwidth unknown", change: func(r *guard.Relay) { r.Unknown = guard.UnknownBandwidth }, flag: consensus.Guard, want: open},
		{reason: "history unknown", change: func(r *guard.Relay) { r.Unknown = guard.UnknownHistory }, flag: consensus.Guard, want: open},
		{reason: "uptime unknown", change: func(r *guard.Relay) { r.Unknown = guard.UnknownUptime }, flag: consensus.HSDir, want: open},
		{reason: "uptime, to the second", change: func(r *guard.Relay) { r.HSDirUptime = 95 * hour }, flag: consensus.HSDir, want: span{start + hour, start + hour}},
		{reason: "no flag of thresholds", flag: consensus.Running, want: never},
	} {
		relay := veteran(1, 9000)
		if tt.change != nil {
			tt.change(&relay)
		}
		all := foresight.FromStats(guard.Latest(), relay, marks(), start)
		earliest, latest := foresight.Due(all, tt.flag)
		if got := (span{earliest, latest}); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
		}
		last, ok := foresight.Last(all, tt.flag)
		if ok != (tt.flag != consensus.Running) || ok && (span{last.Earliest, last.Latest}) != tt.want {
			t.Errorf("%s: the last is %+v, %v", tt.reason, last, ok)
		}
	}
}

// Time known reaches 8 days after 1190 s; at the tick after 2000 s WFU reaches 98 %, and the same tick takes a twentieth of
// the 690,000 s that had ended, so that the 8 days come only 33,690 s later.
func TestWhenACriterionFallsBack(t *testing.T) {
	const up, down = 676_159, 13_841
	f := foresight.Future{Rules: guard.Latest(), Relay: hopeful(), Thresholds: marks(), Now: start, Clock: start.Add(2000 - wfu.DiscountInterval)}
	f.History = wfu.History{WeightedRunLength: up, TotalRunWeights: 0.3, WeightedUptime: up, TotalWeightedTime: up + down, StartOfRun: start - 10}
	o := f.Outlook(consensus.Guard)
	if _, latest := foresight.Due(o.Criteria, consensus.Guard); latest != start+2000 {
		t.Errorf("each criterion has been met by %d s from now, want 2000", latest.Sub(start))
	}
	if o.Gained.Latest != start+2000+33_690 || o.Gained.Criterion.Reason != guard.ShortTimeKnown {
		t.Errorf("Guard %d s from now, for %v; want 35690, for time known", o.Gained.Latest.Sub(start), o.Gained.Criterion)
	}
}

// Numbers no authority prints must neither hang nor panic.
func TestHostileStats(t *testing.T) {
	for _, number := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, 0, 1e300, math.SmallestNonzeroFloat64} {
		for _, known := range []int64{math.MinInt64, -1, 0, 1, math.MaxInt64} {
			relay := hopeful()
			relay.WFU, relay.MTBF, relay.TimeKnown = number, number, known
			t1, t2 := marks(), marks()
			t2.GuardWFU, t2.StableMTBF, t2.GuardTimeKnown = 2, math.Inf(1), math.MaxInt64
			for _, marks := range []guard.Thresholds{t1, t2} {
				rules := guard.Latest()
				if marks == t2 {
					rules.StableMTBF, rules.GuardTimeKnown = math.MaxInt64, math.MaxInt64
				}
				for _, now := range []wfu.Instant{math.MinInt64, 0, start, math.MaxInt64} {
					for _, f := range foresight.FromStats(rules, relay, marks, now) {
						if f.Earliest > f.Latest {
							t.Errorf("%v, %v: %v is between %d and %d", number, known, f.Criterion, f.Earliest, f.Latest)
						}
					}
				}
			}
		}
	}
}

func BenchmarkFromStats(b *testing.B) {
	b.ReportAllocs()
	relay := hopeful()
	relay.WFU, relay.TimeKnown, relay.MTBF = 0.9, 10*day, 2*day
	for b.Loop() {
		foresight.FromStats(guard.Latest(), relay, marks(), start)
	}
}
