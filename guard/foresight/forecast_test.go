package foresight_test

import (
	"math"
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
	return guard.Relay{Facts: present, Active: true, OffersHSDir: true, Advertised: 5000}
}

// stands is how the relay stands at a moment, all its history's numbers and uptimes those of then.
func stands(relay guard.Relay, h wfu.History, clock, now, at wfu.Instant) guard.Relay {
	h, clock = h.Advance(now, clock, now)
	if !h.Running() {
		h = h.Reachable(now)
	}
	h, _ = h.Advance(now, clock, at)
	stats := h.Stats(at)
	relay.WFU, relay.TimeKnown, relay.MTBF = stats.WFU, stats.TimeKnown, stats.MTBF
	relay.Uptime += at.Sub(now)
	relay.HSDirUptime += at.Sub(now)
	return relay
}

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

func everyCriterionIsMetAtItsMomentAndNotBefore(t *rapid.T) {
	h, clock, now := past(t)
	rules, relay, marks := guard.Latest(), hopeful(), marks()
	marks.EnoughMTBF = rapid.Bool().Draw(t, "enough MTBF")
	criterion := func(i int, at wfu.Instant) guard.Criterion {
		j := 0
		for c := range rules.Explain(stands(relay, h, clock, now, at), marks) {
			if j == i {
				return c
			}
			j++
		}
		panic("no such criterion")
	}
	for i, f := range foresight.FromHistory(rules, relay, marks, h, clock, now) {
		if !f.Exact() || f.Earliest == foresight.Never {
			t.Fatalf("%v: %v to %v", f.Criterion, f.Earliest, f.Latest)
		}
		if c := criterion(i, f.Earliest); c.Met != guard.Yes {
			t.Fatalf("at its moment, %v: %v", f.Earliest, c)
		}
		for _, m := range moments(clock, now, f.Earliest) {
			if c := criterion(i, m); c.Met == guard.Yes {
				t.Fatalf("at %v, before its moment %v: %v", m, f.Earliest, c)
			}
		}
	}

	for _, flag := range []consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir} {
		at, ok := foresight.When(rules, relay, marks, h, clock, now, flag)
		if !ok || rules.Decide(stands(relay, h, clock, now, at), marks).Answer(flag) != guard.Yes {
			t.Fatalf("%v at %v, %v: %v", flag, at, ok, rules.Decide(stands(relay, h, clock, now, at), marks))
		}
		for _, m := range moments(clock, now, at) {
			if rules.Decide(stands(relay, h, clock, now, m), marks).Answer(flag) == guard.Yes {
				t.Fatalf("%v at %v, before its moment %v", flag, m, at)
			}
		}
	}
}

func TestFromHistory(t *testing.T) { rapid.Check(t, everyCriterionIsMetAtItsMomentAndNotBefore) }
func FuzzFromHistory(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(everyCriterionIsMetAtItsMomentAndNotBefore))
}

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

	rules, marks := guard.Latest(), marks()
	truth := foresight.FromHistory(rules, relay, marks, h, clock, now)
	for i, f := range foresight.FromStats(rules, relay, marks, now) {
		if f.Criterion.Met == guard.Yes && truth[i].Criterion.Met != guard.Yes && f.Criterion.Unit != guard.YesNo {
			continue // met by a rounded number
		}
		if f.Criterion.Name == "Stable" && truth[1].Criterion.Met != guard.Yes && f.Criterion.Met == guard.Yes {
			continue // the same, once removed
		}
		at := truth[i].Earliest
		if f.Earliest > at || f.Latest < at {
			t.Fatalf("%v of %+v at %v: between %v and %v, in truth %v", f.Criterion, printed, now, f.Earliest.Sub(now), f.Latest.Sub(now), at.Sub(now))
		}
	}
}

func TestFromStats(t *testing.T) { rapid.Check(t, theTruthLiesWithinTheBoundsOfItsStats) }
func FuzzFromStats(f *testing.F) { f.Fuzz(rapid.MakeFuzz(theTruthLiesWithinTheBoundsOfItsStats)) }

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

func TestWhenItNeverHappens(t *testing.T) {
	h := wfu.History{}.Reachable(start - 100*day)
	for reason, change := range map[string]func(*guard.Relay){
		"too slow":          func(r *guard.Relay) { r.Advertised = 0 },
		"bandwidth unknown": func(r *guard.Relay) { r.Unknown = guard.UnknownBandwidth },
		"stripped":          func(r *guard.Relay) { r.Strip = consensus.Guard },
	} {
		relay := hopeful()
		change(&relay)
		if at, ok := foresight.When(guard.Latest(), relay, marks(), h, start, start, consensus.Guard); ok {
			t.Errorf("%s: Guard at %v", reason, at)
		}
	}
}

// Time known reaches 8 days after 1190 s; at the tick after 2000 s WFU reaches 98 %, and the same tick takes a twentieth of
// the 690,000 s that had ended, so that the 8 days come only 33,690 s later.
func TestWhenACriterionFallsBack(t *testing.T) {
	const up, down = 676_159, 13_841
	h := wfu.History{WeightedRunLength: up, TotalRunWeights: 0.3, WeightedUptime: up, TotalWeightedTime: up + down, StartOfRun: start - 10}
	clock := start.Add(2000 - wfu.DiscountInterval)
	_, latest := foresight.Due(foresight.FromHistory(guard.Latest(), hopeful(), marks(), h, clock, start), consensus.Guard)
	if latest != start+2000 {
		t.Errorf("each criterion has been met by %d s from now, want 2000", latest.Sub(start))
	}
	at, ok := foresight.When(guard.Latest(), hopeful(), marks(), h, clock, start, consensus.Guard)
	if !ok || at != start+2000+33_690 {
		t.Errorf("Guard %d s from now, %v; want 35690", at.Sub(start), ok)
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
	relay := hopeful()
	relay.WFU, relay.TimeKnown, relay.MTBF = 0.9, 10*day, 2*day
	for b.Loop() {
		foresight.FromStats(guard.Latest(), relay, marks(), start)
	}
}
