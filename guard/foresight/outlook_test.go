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

// longUp is a relay up for a hundred days that has all flags.
func longUp() foresight.Future {
	f := foresight.Future{
		Rules: guard.Latest(), Thresholds: marks(), Relay: hopeful(),
		History: wfu.History{}.Reachable(start - 100*day), Clock: start - 5*hour, Now: start,
	}
	f.Relay.Uptime, f.Relay.HSDirUptime = 100*day, 100*day
	return f
}

func TestOutlookBesideTime(t *testing.T) {
	const never = foresight.Never
	for _, tt := range []struct {
		reason           string
		change           func(*foresight.Future)
		flag             consensus.Flag
		has              guard.Answer
		earliest, latest wfu.Instant // gained
		by               guard.Reasons
		survives         int64
		breaks           guard.Reasons
	}{
		{reason: "has it by bandwidth alone", flag: consensus.Fast, has: guard.Yes, earliest: start, latest: start, by: guard.Slow, survives: math.MaxInt64},
		{reason: "has it", flag: consensus.Guard, has: guard.Yes, earliest: start, latest: start, by: guard.LowWFU, survives: 151_177, breaks: guard.LowWFU},
		{reason: "uptime starts anew after any outage", flag: consensus.HSDir, has: guard.Yes, earliest: start, latest: start, by: guard.ShortUptime, survives: -1,
			breaks: guard.ShortUptime},
		{reason: "too slow", change: func(f *foresight.Future) { f.Relay.Advertised = 500 }, flag: consensus.Guard, has: guard.No,
			earliest: never, latest: never, by: guard.LowBandwidth, survives: -1},
		{reason: "stripped", change: func(f *foresight.Future) { f.Relay.Strip = consensus.Guard }, flag: consensus.Guard, has: guard.No,
			earliest: never, latest: never, by: guard.GuardStripped, survives: -1},
		{reason: "pinned, though it has nothing else", change: func(f *foresight.Future) { f.Relay, f.History = guard.Relay{Pin: consensus.Guard}, wfu.History{} },
			flag: consensus.Guard, has: guard.Yes, earliest: start, latest: start, survives: math.MaxInt64},
		{reason: "a sybil", change: func(f *foresight.Future) { f.Relay.Facts = f.Relay.Facts.With(consensus.Sybil) }, flag: consensus.Stable, has: guard.No,
			earliest: never, latest: never, by: guard.IsSybil, survives: -1},
		{reason: "bandwidth unknown", change: func(f *foresight.Future) { f.Relay.Unknown = guard.UnknownBandwidth }, flag: consensus.Guard, has: guard.CannotTell,
			earliest: start, latest: never, by: guard.NotFast, survives: -1},
		{reason: "bandwidth unknown, and new", change: func(f *foresight.Future) {
			f.Relay.Unknown, f.History = guard.UnknownBandwidth, wfu.History{}
		}, flag: consensus.Guard, has: guard.No, earliest: start + 8*day, latest: never, by: guard.NotFast, survives: -1},
		{reason: "uptime unknown, until an outage ends it", change: func(f *foresight.Future) { f.Relay.Unknown = guard.UnknownUptime }, flag: consensus.HSDir,
			has: guard.CannotTell, earliest: start, latest: never, by: guard.ShortUptime, survives: -1},
		{reason: "the relay's own numbers are not looked at", change: func(f *foresight.Future) { f.Relay.Unknown = guard.UnknownHistory }, flag: consensus.Guard,
			has: guard.Yes, earliest: start, latest: start, by: guard.LowWFU, survives: 151_177, breaks: guard.LowWFU},
		{reason: "not Running, and so not active until it is back", change: func(f *foresight.Future) {
			f.Relay.Facts, f.Relay.Active = f.Relay.Facts.Without(consensus.Running), false
		}, flag: consensus.HSDir, has: guard.No, earliest: start, latest: start, by: guard.NotActive, survives: -1, breaks: guard.ShortUptime},
		{reason: "Running, but its descriptor is too old", change: func(f *foresight.Future) { f.Relay.Active = false }, flag: consensus.HSDir, has: guard.No,
			earliest: never, latest: never, by: guard.NotActive, survives: -1},
		{reason: "real uptime is counted modulo 2^32, and begins anew in an hour", change: func(f *foresight.Future) {
			f.Thresholds.EnoughMTBF, f.Rules.StableUptime, f.Relay.Uptime = false, math.MaxInt64, 1<<32-hour
		}, flag: consensus.Stable, has: guard.Yes, earliest: start, latest: start, by: guard.LowUptime, survives: -1, breaks: guard.LowUptime},
	} {
		f := longUp()
		if tt.change != nil {
			tt.change(&f)
		}
		o := f.Outlook(tt.flag)
		if o.Flag != tt.flag || o.Has != tt.has || o.Gained.Earliest != tt.earliest || o.Gained.Latest != tt.latest || o.Gained.Criterion.Reason != tt.by {
			t.Errorf("%s: %v, gained from %v to %v by %v", tt.reason, o.Has, o.Gained.Earliest, o.Gained.Latest, o.Gained.Criterion)
		}
		if o.Survives != tt.survives || o.Breaks.Reason != tt.breaks {
			t.Errorf("%s: survives %d s, until %v", tt.reason, o.Survives, o.Breaks)
		}
		wantLost := never
		if tt.flag == consensus.Stable && tt.has == guard.Yes {
			wantLost = start + hour
		}
		if o.Lost.Latest != wantLost {
			t.Errorf("%s: lost at %v", tt.reason, o.Lost)
		}
	}
}

// All that time does not bring is there already, whichever version is asked.
func TestOfHistory(t *testing.T) {
	for _, rules := range releases {
		f := foresight.OfHistory(rules, wfu.History{}, 0, start)
		for c := range f.Rules.Explain(f.Relay, f.Thresholds) {
			if c.Met != guard.Yes && c.Unit != guard.Seconds && c.Unit != guard.Fraction && c.Reason != guard.NotStable {
				t.Errorf("%s: %v", rules.Name, c)
			}
		}
		if rules.StableMTBF > 1000*day || rules.StableUptime > 1000*day {
			continue // nothing is enough there whatever the others have
		}
		if o := f.Outlook(consensus.Guard); o.ForGood == foresight.Never {
			t.Errorf("%s: Guard is never had for good: %+v", rules.Name, o)
		}
	}
}

// The authority began to track relays two hours ago: in two more it goes by MTBF, which is not long yet.
func TestFromUptimeToMTBF(t *testing.T) {
	f := longUp()
	f.History = wfu.History{}.Reachable(start - 2*hour)
	f.Changes = foresight.Follow(func(at wfu.Instant) guard.Thresholds {
		m := marks()
		m.EnoughMTBF = at > start+2*hour
		return m
	}, start, hour, start.Add(day))
	o := f.Outlook(consensus.Stable)
	if o.Has != guard.Yes || o.Lost.Latest != start+3*hour || o.Lost.Criterion.Reason != guard.LowMTBF || o.ForGood != start-2*hour+5*day {
		t.Errorf("%+v", o)
	}
}

// What is promised of Changes and Follow.
func TestChangesOfThresholds(t *testing.T) {
	asked := []wfu.Instant(nil)
	note := func(at wfu.Instant) guard.Thresholds {
		asked = append(asked, at)
		return marks()
	}
	count := func(from wfu.Instant, interval int64, until wfu.Instant) int {
		asked = nil
		for at := range foresight.Follow(note, from, interval, until) {
			if at != asked[len(asked)-1] {
				t.Errorf("%v holds from %v on", asked, at)
			}
		}
		return len(asked)
	}
	for _, tt := range []struct {
		reason      string
		from, until wfu.Instant
		interval    int64
		want        int
	}{
		{"both ends included", 100, 200, 50, 3},
		{"the end between two", 100, 199, 50, 2},
		{"only once", 100, 100, 50, 1},
		{"never", 100, 99, 50, 0},
		{"an interval of none is one of a second", 100, 103, 0, 4},
		{"to the end of time", math.MaxInt64 - 1, math.MaxInt64, 1, 2},
		{"past the end of time", math.MaxInt64 - 10, math.MaxInt64, 7, 2},
	} {
		if got := count(tt.from, tt.interval, tt.until); got != tt.want {
			t.Errorf("%s: asked %d times, want %d", tt.reason, got, tt.want)
		}
	}
	for range foresight.Follow(note, 0, 1, 10) {
		break // stopping early is no fault
	}

	low, high := marks(), marks()
	high.Fast = 1e6
	f := longUp()
	f.Thresholds = high
	f.Changes = func(yield func(wfu.Instant, guard.Thresholds) bool) {
		_ = yield(start-hour, high) && yield(start, low) && yield(start+hour, high) && yield(start+hour/2, low) && yield(start+2*hour, high) &&
			yield(start+3*hour, low)
	}
	o := f.Outlook(consensus.Fast)
	if o.Has != guard.Yes || o.Lost.Latest != start+2*hour || o.ForGood != start+3*hour || o.Survives != 2*hour-1 || o.Breaks.Reason != guard.Slow {
		t.Errorf("%+v", o)
	}
}

// A future has ends, whatever its numbers.
func everyOutlookEnds(t *rapid.T) {
	instants := rapid.Map(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-3, 3), rapid.Int64Range(0, 4e9),
		rapid.SampledFrom([]int64{-1 << 63, 1<<63 - 1, 1 << 62, 1<<62 - 1})), func(t int64) wfu.Instant { return wfu.Instant(t) })
	sum := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 3), rapid.SampledFrom([]uint64{1<<63 - 1, 1 << 63, 1<<64 - 1}))
	number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, 1, math.Inf(1), math.NaN(), -1}))
	f := foresight.Future{Rules: rapid.SampledFrom(releases).Draw(t, "rules"), Relay: hopeful(), Thresholds: marks()}
	f.Relay.Uptime, f.Relay.HSDirUptime = int64(instants.Draw(t, "uptime")), int64(instants.Draw(t, "HSDir uptime"))
	f.Thresholds.GuardWFU, f.Thresholds.StableMTBF = number.Draw(t, "WFU"), number.Draw(t, "MTBF")
	f.Thresholds.GuardTimeKnown, f.Thresholds.EnoughMTBF = int64(instants.Draw(t, "time known")), rapid.Bool().Draw(t, "enough")
	f.History = wfu.History{
		WeightedRunLength: sum.Draw(t, "run length"), TotalRunWeights: number.Draw(t, "runs"), WeightedUptime: sum.Draw(t, "uptime"),
		TotalWeightedTime: sum.Draw(t, "total"), StartOfRun: instants.Draw(t, "run"), StartOfDowntime: instants.Draw(t, "downtime"),
	}
	f.Clock, f.Now = instants.Draw(t, "clock"), instants.Draw(t, "now")
	f = f.After(int64(instants.Draw(t, "outage")))
	f = f.At(instants.Draw(t, "later"))
	o := f.Outlook(rapid.SampledFrom([]consensus.Flag{consensus.Stable, consensus.Guard, consensus.HSDir}).Draw(t, "flag"))
	if o.Gained.Earliest > o.Gained.Latest || o.Gained.Latest < f.Now || o.Lost.Latest < o.Gained.Latest || o.ForGood < o.Gained.Latest || o.Survives < -1 {
		t.Fatalf("%+v", o)
	}
}

func TestEveryOutlookEnds(t *testing.T) { rapid.Check(t, everyOutlookEnds) }
func FuzzEveryOutlook(f *testing.F)     { f.Fuzz(rapid.MakeFuzz(everyOutlookEnds)) }

func BenchmarkOutlook(b *testing.B) {
	b.ReportAllocs()
	f := longUp().After(hour).At(start + 50*day)
	for b.Loop() {
		f.Outlook(consensus.Guard)
	}
}
