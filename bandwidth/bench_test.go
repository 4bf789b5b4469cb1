package bandwidth_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// sizes are how many relays the benchmarks take: the network, a simulated one, and ten times that, to show that cost
// grows no faster than they do.
var sizes = []int{7_000, 1_000_000, 10_000_000}

// perRelay reports the time for each of n relays.
func perRelay(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/relay")
}

// benchmarkFile is a file of n relays with the words that scanners write, and not many more.
func benchmarkFile(n int) []byte {
	var doc bytes.Buffer
	doc.WriteString("1523911758\nversion=1.4.0\nsoftware=sbws\n=====\n")
	for i := range n {
		fmt.Fprintf(&doc, "bw=%d error_circ=0 node_id=$%040X nick=relay%d time=2018-04-16T21:49:18\n", i, i*7919, i)
	}
	return doc.Bytes()
}

// sbwsFile is one with all words that sbws writes.
func sbwsFile(n int) []byte {
	r := rand.New(rand.NewPCG(3, 4))
	doc := []byte("1523911758\nversion=1.4.0\nsoftware=sbws\n=====\n")
	for i := range n {
		var id [20]byte
		for j := range id {
			id[j] = byte(r.Uint32())
		}
		doc = fmt.Appendf(doc, "bw=%d error_circ=0 error_destination=0 error_misc=0 error_second_relay=0 error_stream=0 "+
			"master_key_ed25519=YaqV4vbvPYKucElk297eVdNArDz9HtIwUoIeo0+cVIpQ nick=Relay%d node_id=$%X rtt=380 success=1 "+
			"time=2018-05-08T16:13:26 bw_mean=%d bw_median=%d consensus_bandwidth=%d consensus_bandwidth_is_unmeasured=False "+
			"desc_bw_avg=%d desc_bw_bur=%d desc_bw_obs_last=%d desc_bw_obs_mean=%d relay_in_recent_consensus_count=%d "+
			"relay_recent_measurement_attempt_count=3 relay_recent_priority_list_count=3\n",
			r.IntN(100000), i, id, r.IntN(1e7), r.IntN(1e7), r.IntN(1e8), r.IntN(1e9), r.IntN(1e9), r.IntN(1e7), r.IntN(1e7), r.IntN(50))
	}
	return doc
}

// Reading a bandwidth file, beside the least it can cost: to find the ends of its lines.
func BenchmarkParseFile(b *testing.B) {
	for _, n := range sizes[:2] {
		for _, form := range []struct {
			name string
			doc  []byte
		}{{"few words", benchmarkFile(n)}, {"sbws", sbwsFile(n)}} {
			for _, read := range []struct {
				name string
				work func()
			}{
				{"newlines", func() {
					for rest := form.doc; len(rest) > 0; {
						rest = rest[bytes.IndexByte(rest, '\n')+1:]
					}
				}},
				{"whole", func() { bandwidth.ParseFile(form.doc) }},
				{"lines", func() {
					for _, err := range bandwidth.Lines(form.doc) {
						if err != nil {
							b.Fatal(err)
						}
					}
				}},
			} {
				b.Run(fmt.Sprintf("%s/%s/%d", read.name, form.name, n), func(b *testing.B) {
					b.SetBytes(int64(len(form.doc)))
					b.ReportAllocs()
					for b.Loop() {
						read.work()
					}
					perRelay(b, n)
				})
			}
		}
	}
}

func BenchmarkFileAppendText(b *testing.B) {
	doc := benchmarkFile(sizes[0])
	f, err := bandwidth.ParseFile(doc)
	if err != nil {
		b.Fatal(err)
	}
	out := slices.Clone(doc)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		out, _ = f.AppendText(out[:0])
	}
	perRelay(b, sizes[0])
}

func BenchmarkMeasuredRead(b *testing.B) {
	f, err := bandwidth.ParseFile(benchmarkFile(10000))
	if err != nil {
		b.Fatal(err)
	}
	m := bandwidth.Measured{}.Read(f, f.Timestamp)
	f.Timestamp++
	b.ReportAllocs()
	for b.Loop() {
		m.Read(f, f.Timestamp)
	}
}

// From kinds and bandwidths to probabilities and draws.
func BenchmarkSelection(b *testing.B) {
	w, _ := numbered(b)
	for _, n := range sizes {
		kinds, kbs := make([]bandwidth.Kind, n), make([]bandwidth.KB, n)
		r := rand.New(rand.NewPCG(5, 6))
		for i := range kinds {
			kinds[i], kbs[i] = bandwidth.Kind(r.IntN(8)), bandwidth.KB(r.IntN(100_000))
		}
		var weights, p []float64
		weights = w.AppendWeights(weights, bandwidth.PositionGuard, kinds, kbs)
		s, source := bandwidth.NewSampler(weights), rand.NewPCG(1, 2)
		for _, do := range []struct {
			name string
			work func()
		}{
			{"weights", func() { weights = w.AppendWeights(weights[:0], bandwidth.PositionGuard, kinds, kbs) }},
			{"probabilities", func() {
				weights = w.AppendWeights(weights[:0], bandwidth.PositionGuard, kinds, kbs)
				p = bandwidth.AppendProbabilities(p[:0], weights)
			}},
			{"sampler", func() { bandwidth.NewSampler(weights) }},
			{"draws", func() { // one for each relay
				for range n {
					s.Draw(source)
				}
			}},
		} {
			b.Run(fmt.Sprint(do.name, "/", n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					do.work()
				}
				perRelay(b, n)
			})
		}
	}
}
