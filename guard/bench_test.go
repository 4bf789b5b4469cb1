package guard_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// aNetwork is n relays with plausible numbers, the same at every call.
func aNetwork(n int) []guard.Relay {
	r := rand.New(rand.NewPCG(1, 2))
	relays := make([]guard.Relay, n)
	for i := range relays {
		relays[i] = guard.Relay{
			Facts:      consensus.FlagsOf(consensus.Running, consensus.V2Dir, consensus.Valid),
			Active:     true,
			Advertised: bandwidth.KB(r.IntN(10_000)),
			Measured:   bandwidth.KB(r.IntN(50_000)),
			IsMeasured: r.IntN(10) > 0,
			Uptime:     r.Int64N(60 * day),
			WFU:        1 - r.Float64()*r.Float64()/10,
			TimeKnown:  r.Int64N(200 * day),
			MTBF:       r.Float64() * 60 * day,
		}
		if r.IntN(5) == 0 {
			relays[i].Facts = relays[i].Facts.With(consensus.Exit)
		}
	}
	return relays
}

// aVote is tiny9-vote with its relays' entries replaced by n like its last one.
func aVote(tb testing.TB, n int) []byte {
	doc := testdata(tb, "tiny9-vote")
	first, last := bytes.Index(doc, []byte("\nr "))+1, bytes.LastIndex(doc, []byte("\nr "))+1
	end := bytes.Index(doc, []byte("\ndirectory-footer")) + 1
	words := bytes.SplitN(doc[last:end], []byte(" "), 4)
	vote := bytes.Clone(doc[:first])
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range n {
		vote = fmt.Appendf(vote, "r %s %c%cAAAAAAAAAAAAAAAAAAAAAAAAA %s", words[1], digits[i/64], digits[i%64], words[3])
	}
	return append(vote, doc[end:]...)
}

func TestDecideDoesNotAllocate(t *testing.T) {
	rules, relays := guard.Latest(), aNetwork(100)
	th := rules.Thresholds(relays)
	var d guard.Decision
	if n := testing.AllocsPerRun(100, func() {
		for i := range relays {
			d = rules.Decide(relays[i], th)
		}
	}); n != 0 {
		t.Errorf("%v allocations for 100 decisions, the last %v", n, d)
	}
}

func TestExplainDoesNotAllocateACriterion(t *testing.T) {
	rules, relays := guard.Latest(), aNetwork(1)
	th := rules.Thresholds(relays)
	met := 0
	if n := testing.AllocsPerRun(100, func() {
		for c := range rules.Explain(relays[0], th) {
			if c.Met == guard.Yes {
				met++
			}
		}
	}); n > 4 {
		t.Errorf("%v allocations for the %d criteria of one relay", n, met)
	}
}

func BenchmarkThresholds7000(b *testing.B) {
	rules, relays := guard.Latest(), aNetwork(7000)
	b.ReportAllocs()
	for b.Loop() {
		rules.Thresholds(relays)
	}
}

func BenchmarkDecide7000(b *testing.B) {
	rules, relays := guard.Latest(), aNetwork(7000)
	th := rules.Thresholds(relays)
	b.ReportAllocs()
	for b.Loop() {
		for i := range relays {
			rules.Decide(relays[i], th)
		}
	}
}

func BenchmarkReviewVote1000(b *testing.B) {
	rules, doc := guard.Latest(), aVote(b, 1000)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		v, err := rules.ReviewVote(doc, guard.Recomputed)
		if err != nil || len(v.Relays) != 1000 {
			b.Fatal(len(v.Relays), err)
		}
	}
}
