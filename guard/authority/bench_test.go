package authority_test

import (
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
	"github.com/seed-84712aaa/guardmath/internal/torlab"
	"github.com/seed-84712aaa/guardmath/wfu"
)

func BenchmarkVote(b *testing.B) {
	b.ReportAllocs()
	bundle := torlab.ReadBundle(b, corpus.Shared(b, "oracle", "bundles", "n1000-m300"))
	booted := boot(b, bundle)
	in := booted.Input
	in.Now = wfu.Instant(bundle.Meta.Now)
	relays := float64(len(in.Relays))
	b.Run("descriptors", func(b *testing.B) {
		for b.Loop() {
			booted.Authority.Admit(consensus.Descriptors(bundle.Descriptors), booted.State.Started)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/relays, "ns/relay")
	})
	b.Run("vote", func(b *testing.B) {
		for b.Loop() {
			booted.Authority.Vote(booted.State, in)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/relays, "ns/relay")
	})
	vote, _ := booted.Authority.Vote(booted.State, in)
	b.Run("text", func(b *testing.B) {
		var text []byte
		for b.Loop() {
			text = vote.AppendLines(text[:0])
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/relays, "ns/relay")
	})
}
