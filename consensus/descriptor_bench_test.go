package consensus_test

import (
	"bytes"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// BenchmarkDescriptors reads descriptors, made and real, and beside them looks for nothing but the ends of their lines,
// which no reader can do without.
func BenchmarkDescriptors(b *testing.B) {
	b.Run("made", func(b *testing.B) { benchDescriptors(b, manyDescriptors(5000)) })
	b.Run("real", func(b *testing.B) {
		benchDescriptors(b, corpus.Read(b, corpus.Shared(b, "data", "descriptors", "2020-02-29-10-05-00-server-descriptors.xz")))
	})
}

func benchDescriptors(b *testing.B, text []byte) {
	relays := countLines(text, "router ")
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for _, err := range consensus.Descriptors(text) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != relays {
				b.Fatalf("%d descriptors, want %d", n, relays)
			}
		}
	})
	b.Run("lines", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		want := bytes.Count(text, []byte("\n"))
		for b.Loop() {
			n := 0
			for rest := text; ; n++ {
				i := bytes.IndexByte(rest, '\n')
				if i < 0 {
					break
				}
				rest = rest[i+1:]
			}
			if n != want {
				b.Fatal(n)
			}
		}
	})
}
