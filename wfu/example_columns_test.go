package wfu_test

import (
	"fmt"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// A whole network is asked at once, before and after a tick of the discount.
func ExampleColumns() {
	const day = 24 * 60 * 60
	now, _ := wfu.ParseInstant("2026-01-15 00:00:00")

	var c wfu.Columns
	c = c.Append(wfu.History{}.Reachable(now.Add(-30 * day)))
	c = c.Append(wfu.History{}.Reachable(now.Add(-9 * day)).Unreachable(now.Add(-day)))

	var fractions []float64
	var known []int64
	fractions, known = c.AppendWFU(fractions[:0], now), c.AppendTimeKnown(known[:0], now)
	fmt.Printf("%.4f %d\n", fractions, known)

	c = c.AppendDiscount(c.Slice(0, 0), 1) // in the same memory
	fractions, known = c.AppendWFU(fractions[:0], now), c.AppendTimeKnown(known[:0], now)
	fmt.Printf("%.4f %d\n", fractions, known)
	// Output:
	// [1.0000 0.8889] [2592000 777600]
	// [1.0000 0.8837] [2592000 743040]
}

// A ledger goes into columns, and what became of them back into the ledger.
func ExampleLedger_AppendColumns() {
	l := wfu.Ledger{}.Tracking(1_000_000)
	l.Relays[[20]byte{2}] = wfu.History{WeightedUptime: 2000, TotalWeightedTime: 4000}
	l.Relays[[20]byte{1}] = wfu.History{WeightedUptime: 1000, TotalWeightedTime: 4000}

	ids, c := l.AppendColumns(nil, wfu.Columns{})
	c = c.AppendDiscount(c.Slice(0, 0), 1)
	for i, id := range ids {
		l.Relays[id] = c.At(i)
	}
	for id, h := range l.All() {
		fmt.Println(id[0], h.WeightedUptime, h.TotalWeightedTime)
	}
	// Output:
	// 1 950 3800
	// 2 1900 3800
}

// A vote made in the very second of a tick has it applied; an older version's has not.
func ExampleTicksBefore() {
	last, _ := wfu.ParseInstant("2026-01-15 00:00:00")
	now := last.Add(2 * wfu.DiscountInterval)
	fmt.Println(wfu.Ticks(last, now))
	fmt.Println(wfu.TicksBefore(last, now))
	fmt.Println(wfu.TicksBefore(last, now.Add(1)))
	// Output:
	// 2 2026-01-16 00:00:00
	// 1 2026-01-15 12:00:00
	// 2 2026-01-16 00:00:00
}
