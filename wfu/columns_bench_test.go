package wfu

import (
	"fmt"
	"testing"
)

// column is so many relays with numbers such as live ones have.
func column(n int) Columns {
	var c Columns
	some := Columns{}
	for _, h := range crowd(1000).All() {
		some = some.Append(h)
	}
	c = c.grow(n).Slice(0, 0)
	for c.Len() < n {
		c = some.Slice(0, min(some.Len(), n-c.Len())).AppendDiscount(c, 0)
	}
	return c
}

func BenchmarkColumns(b *testing.B) {
	for _, n := range sizes {
		c := column(n)
		b.Run(fmt.Sprint("discount/", n), func(b *testing.B) {
			b.SetBytes(int64(32 * n))
			b.ReportAllocs()
			d := c.AppendDiscount(Columns{}, 0)
			for i := 1; b.Loop(); i++ {
				d = d.AppendDiscount(d.Slice(0, 0), 2)
				// Now and then from the start, lest run weights become so small that to multiply them takes the
				// processor a hundred times as long.
				if i%100 == 0 {
					d = c.AppendDiscount(d.Slice(0, 0), 0)
				}
			}
			perRelay(b, n)
		})
		floats, ints := make([]float64, n), make([]int64, n)
		for _, q := range []struct {
			name  string
			bytes int
			ask   func()
		}{
			{"WFU", 32, func() { floats = c.AppendWFU(floats[:0], noon) }},
			{"TimeKnown", 24, func() { ints = c.AppendTimeKnown(ints[:0], noon) }},
			{"MTBF", 24, func() { floats = c.AppendMTBF(floats[:0], noon) }},
		} {
			b.Run(fmt.Sprint(q.name, "/", n), func(b *testing.B) {
				b.SetBytes(int64(q.bytes * n))
				b.ReportAllocs()
				for b.Loop() {
					q.ask()
				}
				perRelay(b, n)
			})
		}
	}
}
