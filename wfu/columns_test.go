package wfu

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// Whatever is asked of columns is what each history answers, forged ones among them, and leaves them as they were.
func propColumnsAreTheirHistories(t *rapid.T) {
	all := rapid.SliceOfN(rapid.OneOf(histories(400*days), oddHistories(400*days), anyHistories()), 0, 12).Draw(t, "histories")
	var c Columns
	for _, h := range all {
		c = c.Append(h)
	}
	at, ticks := rapid.OneOf(rapid.Just(noon), anyInstants()).Draw(t, "at"), rapid.OneOf(rapid.Int64Range(-1, 4), rapid.Int64()).Draw(t, "ticks")
	fractions, known := c.AppendWFU([]float64{7}, at), c.AppendTimeKnown([]int64{7}, at)
	means, up := c.AppendMTBF([]float64{7}, at), c.AppendUptime([]int64{7}, at)
	later := c.AppendDiscount(Columns{}.Append(History{WeightedUptime: 7}), ticks)
	for i, h := range all {
		s := slowly(h, 0)
		if got, want := fractions[1+i], s.wfu(int64(at)); got != want {
			t.Fatalf("%+v: WFU %v, want %v", h, got, want)
		}
		if got, want := known[1+i], s.known(int64(at)); got != want {
			t.Fatalf("%+v: known for %d, want %d", h, got, want)
		}
		if got, want := means[1+i], s.mtbf(int64(at)); got != want {
			t.Fatalf("%+v: MTBF %v, want %v", h, got, want)
		}
		if got, want := up[1+i], h.Uptime(at); got != want {
			t.Fatalf("%+v: uptime %d, want %d", h, got, want)
		}
		if got, want := later.At(1+i), h.Discount(ticks); got != want {
			t.Fatalf("%+v: after %d ticks %+v, want %+v", h, ticks, got, want)
		}
		if got := c.At(i); got != h {
			t.Fatalf("%+v became %+v", h, got)
		}
	}
	if fractions[0] != 7 || known[0] != 7 || means[0] != 7 || up[0] != 7 || later.At(0).WeightedUptime != 7 || later.Len() != 1+len(all) {
		t.Fatal("what was in dst before has changed")
	}
	if over := c.AppendDiscount(c.Slice(0, 0), ticks); !cmp.Equal(over, later.Slice(1, later.Len()), cmpopts.EquateEmpty()) {
		t.Fatalf("overwriting gives %+v", over)
	}
}

func TestColumnsAreTheirHistories(t *testing.T) { rapid.Check(t, propColumnsAreTheirHistories) }
func FuzzColumns(f *testing.F)                  { f.Fuzz(rapid.MakeFuzz(propColumnsAreTheirHistories)) }

// The identities are those of the ledger in the order of bytes.Compare, however much they have in common, and each comes
// with its history.
func propLedgerColumnsAreInOrder(t *rapid.T) {
	id := rapid.Custom(func(t *rapid.T) (id [20]byte) {
		// The first bytes few of them share decide on the bucket.
		for i := range id {
			id[i] = rapid.SampledFrom([]byte{0, 1, 0x7f, 0x80, 0xff}).Draw(t, "byte")
			if rapid.IntRange(0, 5).Draw(t, "end") == 0 {
				break
			}
		}
		return id
	})
	relays := rapid.MapOfN(id, histories(days), 0, 60).Draw(t, "relays")
	var want [][20]byte
	for id := range relays {
		want = append(want, id)
	}
	slices.SortFunc(want, func(a, b [20]byte) int { return bytes.Compare(a[:], b[:]) })

	some := History{WeightedUptime: 7}
	ids, c := Ledger{Relays: relays}.AppendColumns([][20]byte{{9}}, Columns{}.Append(some))
	if ids[0] != [20]byte{9} || c.At(0) != some || c.Len() != 1+len(want) || !slices.Equal(ids[1:], want) {
		t.Fatalf("%x, want %x", ids, want)
	}
	for i, id := range want {
		if got := c.At(1 + i); got != relays[id] {
			t.Fatalf("%x has %+v, want %+v", id, got, relays[id])
		}
	}
}

func TestLedgerColumnsAreInOrder(t *testing.T) { rapid.Check(t, propLedgerColumnsAreInOrder) }
func FuzzLedgerColumns(f *testing.F)           { f.Fuzz(rapid.MakeFuzz(propLedgerColumnsAreInOrder)) }

// A column shorter than the others is a mistake of the caller that is not passed over.
func TestColumnsOfDifferentLengthsPanic(t *testing.T) {
	c := Columns{}.Append(History{}).Append(History{})
	c.TotalRunWeights, c.TotalWeightedTime = c.TotalRunWeights[:1:1], c.TotalWeightedTime[:1:1]
	for name, ask := range map[string]func(){
		"discount": func() { c.AppendDiscount(Columns{}, 1) },
		"WFU":      func() { c.AppendWFU(nil, noon) },
		"known":    func() { c.AppendTimeKnown(nil, noon) },
		"MTBF":     func() { c.AppendMTBF(nil, noon) },
		"slice":    func() { c.Slice(0, 2) },
		"history":  func() { c.At(1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			ask()
		}()
	}
}

func TestColumnsAllocateNothing(t *testing.T) {
	c := column(1000)
	floats, ints := make([]float64, 1000), make([]int64, 1000)
	d := c.AppendDiscount(Columns{}, 0)
	for name, ask := range map[string]func(){
		"discount":   func() { d = c.AppendDiscount(d.Slice(0, 0), 3) },
		"overwrite":  func() { d = d.AppendDiscount(d.Slice(0, 0), 1) },
		"WFU":        func() { floats = c.AppendWFU(floats[:0], noon) },
		"time known": func() { ints = c.AppendTimeKnown(ints[:0], noon) },
		"MTBF":       func() { floats = c.AppendMTBF(floats[:0], noon) },
		"uptime":     func() { ints = c.AppendUptime(ints[:0], noon) },
	} {
		if n := testing.AllocsPerRun(10, ask); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
