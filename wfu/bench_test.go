package wfu

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

// crowd is a ledger of so many relays with numbers such as live ones have.
func crowd(relays int) Ledger {
	r := rand.New(rand.NewPCG(1, 2))
	l := Ledger{StoredAt: noon, LastDownrated: noon - 5*hours}.Tracking(noon - 400*days)
	for range relays {
		var id [20]byte
		for i := 0; i < 16; i += 8 {
			binary.BigEndian.PutUint64(id[i:], r.Uint64())
		}
		h := History{
			WeightedRunLength: r.Uint64N(2e6), TotalRunWeights: 20 * r.Float64(),
			WeightedUptime: r.Uint64N(2e6), StartOfRun: noon.Add(-r.Int64N(100 * days)),
		}
		h.TotalWeightedTime = h.WeightedUptime + r.Uint64N(1e5)
		if r.IntN(5) == 0 {
			h.StartOfRun, h.StartOfDowntime = 0, h.StartOfRun
		}
		l.Relays[id] = h
	}
	return l
}

func BenchmarkDiscountHistories(b *testing.B) {
	const n = 1_000_000
	histories := make([]History, n)
	for b.Loop() {
		for i := range histories {
			histories[i] = histories[i].Discount(2)
		}
	}
	perRelay(b, n)
}

// What is done with a ledger, beside the least it can cost: to find the lines of its text, and to copy it.
func BenchmarkLedger(b *testing.B) {
	for _, n := range sizes[:2] {
		l := crowd(n)
		text, _ := l.AppendText(nil)
		into := make([]byte, 0, len(text))
		for _, do := range []struct {
			name string
			work func()
		}{
			{"lines", func() {
				for rest := text; len(rest) > 0; {
					rest = rest[bytes.IndexByte(rest, '\n')+1:]
				}
			}},
			{"copy", func() { into = append(into[:0], text...) }},
			{"parse", func() { ParseLedger(text) }},
			{"append", func() { into, _ = l.AppendText(into[:0]) }},
			{"discount", func() { l.Discount(noon + 3*days) }},
		} {
			b.Run(fmt.Sprint(do.name, "/", n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					do.work()
				}
				perRelay(b, n)
			})
		}
	}
}

// sizes are how many relays the benchmarks take: the network, a simulated one, and ten times that, to show that cost
// grows no faster than they do.
var sizes = []int{7_000, 1_000_000, 10_000_000}

// perRelay reports the time for each of n relays.
func perRelay(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/relay")
}

func BenchmarkQuestions(b *testing.B) {
	h := History{WeightedUptime: 5283167, TotalWeightedTime: 5684405, WeightedRunLength: 5283167, TotalRunWeights: 20, StartOfRun: noon}
	for name, ask := range map[string]func(){
		"ReachWFU":            func() { h.ReachWFU(noon, noon, 0.98) },
		"ReachMTBF":           func() { h.ReachMTBF(noon, noon, 5*days) },
		"OutageBudget":        func() { h.OutageBudget(noon, noon, 0.9) },
		"LastingOutageBudget": func() { h.LastingOutageBudget(noon, noon, 0.9) },
		"Recover":             func() { h.Recover(noon, noon, days, 0.98) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ask()
			}
		})
	}
}
