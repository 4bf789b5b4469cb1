package wfu_test

import (
	"fmt"
	"slices"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// A relay is seen coming up, goes down for an hour after ten days, and is
// looked at two days after it went down. The authority's clock ticked 20 times
// during the first run, which did not touch it while it was open, and 4 times
// since.
func Example() {
	up, _ := wfu.ParseInstant("2026-01-01 00:00:00")
	const hour, day = 60 * 60, 24 * 60 * 60

	h := wfu.History{}.Reachable(up).Discount(20).
		Unreachable(up.Add(10 * day)).
		Reachable(up.Add(10*day + hour)).
		Discount(4)
	now := up.Add(12 * day)

	fmt.Printf("%.6f\n", h.WFU(now))
	fmt.Println(h.TimeKnown(now))
	fmt.Printf("%.0f\n", h.MTBF(now))
	fmt.Println(h.Stats(now)) // as in the authority's vote
	// Output:
	// 0.996652
	// 875865
	// 481086
	// wfu=0.996652 tk=875865 mtbf=481086
}

// A file is read as by an authority that starts with it 12 hours later.
func ExampleParseLedger() {
	l, warnings, err := wfu.ParseLedger([]byte(`format 2
stored-at 2026-01-15 08:00:00
tracked-since 2025-01-01 00:00:00
last-downrated 2026-01-15 05:30:00
data
R 336A75808B96A1ACB7C2CDD8E3EEF9040F1A2530
+MTBF 1269713 1.82935 S=2026-01-15 07:00:00
+WFU 1269713 1283576
R 44DFEAF5000B16212C37424D58636E79848F9AA5
+MTBF a lot
+WFU 5283167 5684405
.
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range warnings {
		fmt.Println(w)
	}
	now, _ := wfu.ParseInstant("2026-01-15 20:00:00")
	l = l.Load(now).Forget().Discount(now)
	for id, h := range l.All() {
		fmt.Printf("%X is up since %v: %v\n", id[:4], h.StartOfRun, h.Stats(now))
	}
	// Output:
	// wfu: line 10: +MTBF: line cannot be scanned: "+MTBF a lot"
	// 336A7580 is up since 2026-01-15 19:00:00: wfu=0.989231 tk=1222997 mtbf=441884
}

// An authority notes events in a ledger and writes it to disk.
func ExampleLedger_Tracking() {
	now, _ := wfu.ParseInstant("2026-01-15 08:00:00")
	id := [20]byte{0x33, 0x6A, 0x75}

	var l wfu.Ledger
	l = l.Tracking(now)
	l.Relays[id] = l.Relays[id].Reachable(now)

	now = now.Add(1000)
	l = l.Tracking(now)
	l.Relays[id] = l.Relays[id].Unreachable(now)

	l.StoredAt = now
	text, _ := l.AppendText(nil)
	fmt.Printf("%s", text)
	// Output:
	// format 2
	// stored-at 2026-01-15 08:16:40
	// tracked-since 2026-01-15 08:00:00
	// data
	// R 336A750000000000000000000000000000000000
	// +MTBF 1000 1.00000
	// +WFU 1000 1000 S=2026-01-15 08:16:40
	// .
}

func ExampleHistory_Discount() {
	h := wfu.History{WeightedUptime: 101}
	fmt.Println(h.Discount(2).WeightedUptime)
	fmt.Println(h.Discount(1).Discount(1).WeightedUptime)
	// Output:
	// 91
	// 90
}

// A relay that has been up for ten days without a break changes its address.
func ExampleHistory_AddressChanged() {
	const day = 24 * 60 * 60
	now := wfu.Instant(1768464000)
	h := wfu.History{}.Reachable(now - 10*day)
	fmt.Println(h.Stats(now))

	penalty := wfu.AddressPenalty(3600, 10800) // on the public network
	fmt.Println(penalty, "seconds:", h.AddressChanged(now, penalty).Stats(now))
	// Output:
	// wfu=1.000000 tk=864000 mtbf=864000
	// 7200 seconds: wfu=0.991667 tk=864000 mtbf=428400
}

// A relay is up since yesterday. In two days, if it stays up, the open run will
// have grown, and the time before it will weigh less by four ticks.
func ExampleHistory_Advance() {
	const day = 24 * 60 * 60
	now, clock := wfu.Instant(1768464000), wfu.Instant(1768455000)
	h := wfu.History{WeightedUptime: 400000, TotalWeightedTime: 500000, StartOfRun: now - day}
	fmt.Printf("%.6f\n", h.WFU(now))

	later, ticked := h.Advance(now, clock, now.Add(2*day))
	fmt.Printf("%.6f, last tick at %v\n", later.WFU(now.Add(2*day)), ticked)
	// Output:
	// 0.829468
	// 0.877786, last tick at 2026-01-17 05:30:00
}

// The stats line of a vote, read strictly: the error shows the word.
func ExampleParseStats() {
	s, err := wfu.ParseStats([]byte("wfu=0.999216 tk=2283021 mtbf=1070114"))
	fmt.Printf("%.6f %d %.0f %v\n", s.WFU, s.TimeKnown, s.MTBF, err)
	_, err = wfu.ParseStats([]byte("wfu=0.999216 tk=long mtbf=1070114"))
	fmt.Println(err)
	// Output:
	// 0.999216 2283021 1070114 <nil>
	// wfu: stats: not of the form wfu=N tk=N mtbf=N: "tk=long"
}

// A relay that lost its good name by four days of outage a week ago: when will
// it have it back?
func ExampleHistory_ReachWFU() {
	h := wfu.History{WeightedUptime: 5283167, TotalWeightedTime: 5684405, StartOfRun: 1768118400}
	now := wfu.Instant(1768464000)
	clock := wfu.Instant(1768455000) // the ledger's LastDownrated

	at, ok := h.ReachWFU(now, clock, 0.98)
	fmt.Println(at, ok)
	// Output:
	// 2026-02-03 17:30:00 true
}

func ExampleHistory_ReachTimeKnown() {
	now := wfu.Instant(1768464000)
	clock := now - 9000

	// New, and with a week of earlier time that is wasting away.
	for _, h := range []wfu.History{{}, {WeightedUptime: 604800, TotalWeightedTime: 604800}} {
		at, _ := h.ReachTimeKnown(now, clock, 8*24*60*60)
		fmt.Printf("%.2f days\n", float64(at.Sub(now))/86400)
	}
	// Output:
	// 8.00 days
	// 2.30 days
}

func ExampleHistory_ReachMTBF() {
	// Two runs of a week each, and a third that begins.
	h := wfu.History{WeightedRunLength: 1200000, TotalRunWeights: 2, StartOfRun: 1768464000}
	at, _ := h.ReachMTBF(1768464000, 1768455000, 5*24*60*60)
	fmt.Println(at)
	// Output:
	// 2026-01-16 23:58:42
}

// How long may a relay be down that has been up for a year? It depends on where
// the authority's discount clock stands, and authorities differ.
func ExampleHistory_OutageBudget() {
	now := wfu.Instant(1768464000)
	h := wfu.History{StartOfRun: now - 365*86400}
	for hour := wfu.Instant(0); hour < 12; hour += 3 {
		budget, _ := h.OutageBudget(now, now-hour*3600, 0.98)
		fmt.Printf("ticked %d hours ago: %.1f hours\n", hour, float64(budget)/3600)
	}
	// Output:
	// ticked 0 hours ago: 112.7 hours
	// ticked 3 hours ago: 112.7 hours
	// ticked 6 hours ago: 112.7 hours
	// ticked 9 hours ago: 111.0 hours
}

// The longest outage ends 8 seconds before a tick, whose truncation would leave
// WFU a hair below 98 % for some seconds.
func ExampleHistory_LastingOutageBudget() {
	h := wfu.History{WeightedUptime: 59403, TotalWeightedTime: 60003}
	now := wfu.Instant(1768464000)
	clock := now + 620 - 12*60*60

	fmt.Println(h.OutageBudget(now, clock, 0.98))
	fmt.Println(h.LastingOutageBudget(now, clock, 0.98))
	// Output:
	// 612 true
	// 611 true
}

func ExampleHistory_Recover() {
	now := wfu.Instant(1768464000)
	h := wfu.History{StartOfRun: now - 30*86400}
	back, _ := h.Recover(now, now, 24*60*60, 0.98)
	fmt.Printf("%.1f days after the end of the outage\n", float64(back.Sub(now.Add(24*60*60)))/86400)
	// Output:
	// 9.0 days after the end of the outage
}

// Three models of one relay, up for a year in one run: how it stands, and how
// many hours it may be down with WFU at 98 % or above. Only the first is what
// authorities do.
func ExampleSampled() {
	const hour, year = 60 * 60, 365 * 24
	now := wfu.Instant(1768464000)

	tor := wfu.History{StartOfRun: now - year*hour}
	budget, _ := tor.OutageBudget(now, now, 0.98)
	fmt.Printf("Tor: known for %.2f days, %d hours\n", float64(tor.TimeKnown(now))/24/hour, budget/hour)

	var sampled wfu.Sampled
	for range year {
		sampled = sampled.Sample(true)
	}
	known, hours := sampled.Time, 0
	for sampled = sampled.Sample(false); sampled.WFU() >= 0.98; sampled = sampled.Sample(false) {
		hours++
	}
	fmt.Printf("sampled: known for %.2f days, %d hours\n", float64(known)/24/hour, hours)

	continuous := wfu.Continuous{}.After(year*hour, true)
	for hours = 0; continuous.After(float64(hours+1)*hour, false).WFU() >= 0.98; {
		hours++
	}
	fmt.Printf("continuous: known for %.2f days, %d hours\n", continuous.Time/24/hour, hours)
	// Output:
	// Tor: known for 365.00 days, 112 hours
	// sampled: known for 9.54 days, 4 hours
	// continuous: known for 9.75 days, 4 hours
}

// Two outages, of which an authority notices one; and what its view of the relay
// would be had that one not happened.
func ExampleObserver_Replay() {
	const hour, day = 60 * 60, 24 * 60 * 60
	start := wfu.Instant(1767225600) // 2026-01-01
	truth := []wfu.Observation{
		{At: start, Running: true},
		{At: start + 9*day, Running: false},
		{At: start + 9*day + 600, Running: true}, // ten minutes
		{At: start + 11*day, Running: false},
		{At: start + 11*day + 6*hour, Running: true},
	}
	now := start.Add(12 * day)

	o := wfu.LiveObserver()
	h, clock := o.Replay(slices.Values(truth), 0, now)
	fmt.Println(h.Stats(now), clock)

	h, clock = o.Replay(wfu.Without(slices.Values(truth), start+11*day, start+12*day), 0, now)
	fmt.Println(h.Stats(now), clock)
	// Output:
	// wfu=0.979151 tk=941952 mtbf=484790 2026-01-13 00:00:00
	// wfu=1.000000 tk=1036800 mtbf=1036800 2026-01-13 00:00:00
}
