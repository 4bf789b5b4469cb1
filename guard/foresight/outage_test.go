package foresight_test

import (
	"fmt"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// The figures here are those that another program computed from the arithmetic of tor's rephist.c, over all phases of the
// discount clock. They are of WFU alone: it is asked as Guard, by rules that do not ask for Stable, where all are familiar.

// unbroken is a relay up for so long, at phases twenty minutes apart and a minute before the tick.
func unbroken(run int64) (phases []foresight.Future) {
	f := foresight.Future{
		Rules: guard.Latest(), Thresholds: marks(), Relay: hopeful(), History: wfu.History{}.Reachable(start.Add(-run)), Now: start,
	}
	f.Rules.GuardNeeds &^= guard.NeedStable
	f.Thresholds.GuardTimeKnown = 0
	for phase := int64(0); phase < wfu.DiscountInterval; phase += 1200 {
		f.Clock = start.Add(-phase)
		phases = append(phases, f)
	}
	f.Clock = start.Add(60 - wfu.DiscountInterval)
	return append(phases, f)
}

// spread is the least and the most of a figure over some futures, in a unit of seconds, as printed.
func spread(decimals int, unit float64, futures []foresight.Future, figure func(foresight.Future) int64) (least, most string) {
	var low, high int64
	for i, f := range futures {
		x := figure(f)
		if i == 0 {
			low, high = x, x
		}
		low, high = min(low, x), max(high, x)
	}
	return fmt.Sprintf("%.*f", decimals, float64(low)/unit), fmt.Sprintf("%.*f", decimals, float64(high)/unit)
}

func TestLongestOutages(t *testing.T) {
	for _, row := range []struct {
		days        int64
		least, most string // hours
		decimals    int
	}{
		{8, "3.7", "3.9", 1},
		{14, "6.5", "6.9", 1},
		{30, "13.3", "14.0", 1},
		{60, "25.2", "26.5", 1},
		{90, "36.0", "37.8", 1},
		{180, "65", "68", 0},
		{365, "108", "113", 0},
		{730, "168", "174", 0},
	} {
		least, most := spread(row.decimals, hour, unbroken(row.days*day), func(f foresight.Future) int64 {
			o := f.Outlook(consensus.Guard)
			if o.Breaks.Reason != guard.LowWFU {
				t.Errorf("%d days: broken by %v", row.days, o.Breaks)
			}
			return o.Survives
		})
		if least != row.least || most != row.most {
			t.Errorf("%d days: %s to %s hours, want %s to %s", row.days, least, most, row.least, row.most)
		}
	}
}

func TestRecoveries(t *testing.T) {
	for _, row := range []struct {
		outage, days int64         // hours down after so many days up
		least, most  string        // days of being up until the flag is back
		what         guard.Reasons // what it waits for
	}{
		{24, 30, "8.7", "9.0", guard.LowWFU},
		{24, 90, "0.0", "0.0", 0}, // WFU is 0.9878 at the end
		{48, 30, "15.0", "15.5", guard.LowWFU},
		{48, 90, "9.3", "9.5", guard.LowWFU},
		{48, 365, "0.0", "0.0", 0},
		{168, 30, "25.0", "25.3", guard.LowWFU},
		{168, 90, "24.2", "24.5", guard.LowWFU},
		{168, 365, "20.1", "20.5", guard.LowWFU},
	} {
		least, most := spread(1, day, unbroken(row.days*day), func(f foresight.Future) int64 {
			f = f.After(row.outage * hour)
			gained := f.Outlook(consensus.Guard).Gained
			if gained.Latest > f.Now && gained.Criterion.Reason != row.what {
				t.Errorf("%d h after %d days: waits for %v", row.outage, row.days, gained.Criterion)
			}
			return gained.Latest.Sub(f.Now)
		})
		if least != row.least || most != row.most {
			t.Errorf("%d h after %d days: %s to %s days, want %s to %s", row.outage, row.days, least, most, row.least, row.most)
		}
	}
}

// weekly is a relay just back from the last of half a year's outages, one a week.
func weekly(outage int64) (phases []foresight.Future) {
	for _, f := range unbroken(0) {
		for range 26 {
			f = f.At(f.Now.Add(7*day - outage)).After(outage)
		}
		phases = append(phases, f)
	}
	return phases
}

// "Loses Guard every week": four hours a week are too many, two are not.
func TestWeeklyOutages(t *testing.T) {
	for _, row := range []struct {
		outage      int64
		least, most string // days of each week that it is up without the flag
	}{
		{2 * hour, "0.0", "0.0"},
		{4 * hour, "2.0", "2.5"}, // seen hourly, 2.1 to 2.6
	} {
		least, most := spread(1, day, weekly(row.outage), func(f foresight.Future) int64 {
			return f.Outlook(consensus.Guard).Gained.Latest.Sub(f.Now)
		})
		if least != row.least || most != row.most {
			t.Errorf("%d s a week: %s to %s days, want %s to %s", row.outage, least, most, row.least, row.most)
		}
	}
}

// A restart that is noticed, each week, costs Stable for a day and a half and more, however short it is; and by today's
// rules Guard with it.
func TestWeeklyRestarts(t *testing.T) {
	for _, flag := range []consensus.Flag{consensus.Stable, consensus.Guard} {
		least, most := spread(1, day, weekly(1), func(f foresight.Future) int64 {
			f.Rules = guard.Latest()
			gained := f.Outlook(flag).Gained
			if r := gained.Criterion.Reason; r != guard.LowMTBF && r != guard.NotStable {
				t.Errorf("%v waits for %v", flag, gained.Criterion)
			}
			if f.Clock.Sub(start)%hour != 0 { // one in three is enough to walk through
				return gained.Latest.Sub(f.Now)
			}
			s := slowly(f)
			s.walk(int64(f.Now), int64(gained.Latest), func(at int64) bool {
				if has := s.flags(at, &f.Thresholds)&flag != 0; has != (at == int64(gained.Latest)) {
					t.Fatalf("%v after %d s: %v; it was to be gained after %d", flag, at-int64(f.Now), has, gained.Latest.Sub(f.Now))
				}
				return false
			})
			return gained.Latest.Sub(f.Now)
		})
		if least != "1.5" || most != "1.8" {
			t.Errorf("without %v for %s to %s days of each week, want 1.5 to 1.8", flag, least, most)
		}
	}
}

// A relay up for just eight days has the flag, an hour before a tick. After an outage what had been an open run loses a
// twentieth at each tick: of 691,800 s, if the outage is of ten minutes, 657,210 are left at the first, and time known is
// too short until the new run has come to 33,990. It loses the flag at the next two ticks as well. And any outage halves
// its mean time between failures.
func TestOutageOfANewGuard(t *testing.T) {
	f := unbroken(8 * day)[0]
	f.Thresholds, f.Clock = marks(), start.Add(hour-wfu.DiscountInterval)
	if o := f.Outlook(consensus.Guard); o.Has != guard.Yes || o.Lost.Latest != foresight.Never || o.ForGood != start {
		t.Errorf("up, it is %v, lost at %v, had for good from %v on", o.Has, o.Lost, o.ForGood)
	}
	if o := f.Outlook(consensus.Guard); o.Survives != hour-1 || o.Breaks.Reason != guard.ShortTimeKnown {
		t.Errorf("survives %d s, until %v", o.Survives, o.Breaks)
	}
	after := f.After(600).Outlook(consensus.Guard)
	if after.Has != guard.Yes || after.Lost.Latest != start+hour || after.Lost.Criterion.Reason != guard.ShortTimeKnown {
		t.Errorf("after ten minutes it is %v, and lost at %v for %v", after.Has, after.Lost.Latest, after.Lost.Criterion)
	}
	if again := f.After(600).At(after.Lost.Latest).Outlook(consensus.Guard); again.Gained.Latest != start+600+33_990 {
		t.Errorf("again %d s from now", again.Gained.Latest.Sub(start))
	}
	// 593,131 are left after three ticks.
	if after.ForGood != start+600+98_069 {
		t.Errorf("for good %d s from now", after.ForGood.Sub(start))
	}
	f.Rules = guard.Latest()
	if o := f.Outlook(consensus.Guard); o.Has != guard.Yes || o.Survives != -1 || o.Breaks.Reason != guard.NotStable {
		t.Errorf("by rules that ask for Stable it survives %d s, until %v", o.Survives, o.Breaks)
	}
}

// Gone for more than a quarter, a relay is a new one: no downtime is held against it, and eight days bring Guard.
func TestForgottenRelay(t *testing.T) {
	f := unbroken(365 * day)[7]
	f.Thresholds = marks()
	remembered, forgotten := f.After(80*day).Outlook(consensus.Guard), f.After(91*day).Outlook(consensus.Guard)
	if got := forgotten.Gained.Latest.Sub(start) - 91*day; got != 8*day || forgotten.Gained.Criterion.Reason != guard.ShortTimeKnown {
		t.Errorf("a relay that was forgotten is a guard after %d s, for %v", got, forgotten.Gained.Criterion)
	}
	if got := remembered.Gained.Latest.Sub(start) - 80*day; got < 30*day || remembered.Gained.Criterion.Reason != guard.LowWFU {
		t.Errorf("one that was not is after %d s, for %v", got, remembered.Gained.Criterion)
	}
}
