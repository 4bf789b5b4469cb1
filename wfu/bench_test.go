package wfu

import (
	"encoding/binary"
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

func BenchmarkDiscountMillionHistories(b *testing.B) {
	histories := make([]History, 1e6)
	for b.Loop() {
		for i := range histories {
			histories[i] = histories[i].Discount(2)
		}
	}
}

func BenchmarkDiscountLedger(b *testing.B) {
	l := crowd(7000)
	for b.Loop() {
		l.Discount(noon + 3*days)
	}
}

func BenchmarkParseLedger(b *testing.B) {
	text, _ := crowd(7000).AppendText(nil)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, err := ParseLedger(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendLedger(b *testing.B) {
	l := crowd(7000)
	text, _ := l.AppendText(nil)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		text, _ = l.AppendText(text[:0])
	}
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
