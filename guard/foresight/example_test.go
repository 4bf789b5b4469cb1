package foresight_test

import (
	"fmt"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// population is forty relays that have been up for long, of 50 to 2000 KB/s.
func population() (relays []guard.Relay) {
	for i := range 40 {
		r := veteran(byte(i), bandwidth.KB(50*(i+1)))
		r.Nickname = fmt.Sprintf("relay%d", i)
		relays = append(relays, r)
	}
	return relays
}

// The three fastest relays are seized.
func Example() {
	before := foresight.Network{Rules: guard.Latest(), Relays: population()}
	seized := []consensus.Fingerprint{before.Relays[37].Identity, before.Relays[38].Identity, before.Relays[39].Identity}
	was, is := before.Outcome(), before.Without(seized...).Outcome()

	fmt.Printf("guards: %d, then %d\n", was.Count(consensus.Guard), is.Count(consensus.Guard))
	fmt.Printf("bandwidth of a guard: %d KB/s, then %d\n", was.Thresholds.GuardIncludingExits, is.Thresholds.GuardIncludingExits)
	for c := range foresight.Changes(was, is) {
		switch {
		case c.WasThere && !c.IsThere:
			fmt.Printf("%s is gone, %.1f %% of guard selection with it\n", c.Nickname, 100*c.ShareBefore)
		case c.Gained() != 0:
			fmt.Printf("%s becomes %v, with %.1f %%\n", c.Nickname, c.Gained(), 100*c.ShareAfter)
		}
	}
	// Output:
	// guards: 10, then 10
	// bandwidth of a guard: 1550 KB/s, then 1400
	// relay27 becomes Guard, with 8.6 %
	// relay28 becomes Guard, with 8.9 %
	// relay29 becomes Guard, with 9.2 %
	// relay37 is gone, 10.7 % of guard selection with it
	// relay38 is gone, 11.0 % of guard selection with it
	// relay39 is gone, 11.3 % of guard selection with it
}

// One rule is changed: a guard of 1 MB/s is fast enough.
func ExampleNetwork_Under() {
	n := foresight.Network{Rules: guard.Latest(), Relays: population()}
	rules := n.Rules
	rules.GuardBandwidth = 1_000_000 // bytes a second
	fmt.Println(n.Outcome().Count(consensus.Guard), n.Under(rules).Outcome().Count(consensus.Guard))
	// Output:
	// 10 21
}

// A relay came back two days ago, after a day's outage. What does it lack, and when will it have it?
func Example_forecast() {
	const day = 24 * 3600
	const now = wfu.Instant(1_700_000_000)
	first, down, back := now-20*day, now-3*day, now-2*day
	h, clock := wfu.History{}.Reachable(first).Advance(first, first, down)
	h, clock = h.Unreachable(down).Advance(down, clock, back)
	h, clock = h.Reachable(back).Advance(back, clock, now)

	f := foresight.Future{
		Rules: guard.Latest(), Thresholds: marks(),
		Relay: veteran(0, 5000), History: h, Clock: clock, Now: now,
	}
	for _, flag := range []consensus.Flag{consensus.Stable, consensus.Guard} {
		o := f.Outlook(flag)
		fmt.Printf("%v: %v\n", flag, o.Has)
		fmt.Println("  waits for", o.Gained.Criterion)
		fmt.Println("  gained   ", o.Gained.Latest)
		fmt.Println("  survives ", o.Survives, "s")
	}
	// Output:
	// Stable: yes
	//   waits for Stable: MTBF 8.35 d of 5 d (guarantee): yes
	//   gained    2023-11-14 22:13:20
	//   survives  129599 s
	// Guard: no
	//   waits for Guard: WFU 0.946803 of 0.98 (guarantee): no
	//   gained    2023-11-23 22:13:20
	//   survives  -1 s
}

// All that an operator has is an authority's ledger. The relay has been up for ninety days: for how long may it be down, and
// when is it back after three days?
func ExampleOfHistory() {
	const day = 24 * 3600
	const now = wfu.Instant(1_700_000_000)
	h := wfu.History{}.Reachable(now - 90*day)
	f := foresight.OfHistory(guard.Latest(), h, now-3600, now)

	o := f.Outlook(consensus.Guard)
	fmt.Printf("%.1f hours, then it fails by %s\n", float64(o.Survives)/3600, o.Breaks.Name)
	f = f.After(3 * day)
	back := f.Outlook(consensus.Guard).Gained
	fmt.Printf("%.1f days after, having waited for: %v\n", float64(back.Latest.Sub(f.Now))/day, back.Criterion)
	// Output:
	// 37.8 hours, then it fails by WFU
	// 16.0 days after, having waited for: Guard: WFU 0.956621 of 0.98 (guarantee): no
}

// From tomorrow on the authority asks for a WFU of 99 %, and from next week on for 98 % again.
func ExampleFollow() {
	const hour, day = 3600, 24 * 3600
	const now = wfu.Instant(1_700_000_000)
	h := wfu.History{}.Reachable(now - 30*day).Unreachable(now - 9*hour).Reachable(now)
	f := foresight.OfHistory(guard.Latest(), h, now-hour, now)
	f.Changes = foresight.Follow(func(at wfu.Instant) guard.Thresholds {
		t := f.Thresholds
		if at >= now+day && at < now+7*day {
			t.GuardWFU = 0.99
		}
		return t
	}, now, hour, now+8*day)

	o := f.Outlook(consensus.Guard)
	fmt.Println(o.Has, "until", o.Lost.Latest)
	fmt.Println("for:", o.Lost.Criterion)
	fmt.Println("for good from", o.ForGood)
	// Output:
	// yes until 2023-11-15 22:13:20
	// for: Guard: WFU 0.987945 of 0.99 (percentile): no
	// for good from 2023-11-19 15:41:35
}

// From no more than a vote's stats line there are bounds.
func ExampleFromStats() {
	relay := veteran(0, 5000)
	relay.WFU, relay.TimeKnown, relay.MTBF = 0.9712, 12*24*3600, 6*24*3600
	const now = wfu.Instant(1_700_000_000)
	forecasts := foresight.FromStats(guard.Latest(), relay, marks(), now)
	last, _ := foresight.Last(forecasts, consensus.Guard)
	fmt.Println(last.Criterion)
	fmt.Println("at the earliest", last.Earliest)
	fmt.Println("at the latest  ", last.Latest)
	// Output:
	// Guard: WFU 0.9712 of 0.98 (guarantee): no
	// at the earliest 2023-11-16 22:13:19
	// at the latest   2023-11-18 14:48:23
}

// For how long may a relay be down of which a vote says this, and keep Guard?
func ExampleSurvivesFromStats() {
	relay := veteran(0, 5000)
	relay.WFU, relay.TimeKnown, relay.MTBF = 0.997204, 31*24*3600, 12*24*3600
	const now = wfu.Instant(1_700_000_000)
	least, most := foresight.SurvivesFromStats(guard.Latest(), relay, marks(), now, consensus.Guard)
	fmt.Printf("%.1f hours in any case, %.1f at most\n", float64(least)/3600, float64(most)/3600)
	// Output:
	// 12.0 hours in any case, 12.4 at most
}
