package order

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func BenchmarkMedian(b *testing.B) {
	for _, n := range []int{7_000, 1_000_000, 10_000_000} {
		r := rand.New(rand.NewPCG(1, 2))
		values := make([]float64, n)
		for i := range values {
			values[i] = r.NormFloat64()
		}
		room := make([]float64, 0, roomFor(n))
		b.Run(fmt.Sprintf("values=%d/by=Nth", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Nth(values, (n-1)/2, room)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/value")
		})
		b.Run(fmt.Sprintf("values=%d/by=sorting", n), func(b *testing.B) {
			copied := make([]float64, n)
			for b.Loop() {
				copy(copied, values)
				slices.Sort(copied)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/value")
		})
	}
}
