package guard_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// sizes are those of today's network and of what is simulated.
var sizes = []int{7_000, 1_000_000, 10_000_000}

// aPopulation is n relays in columns with plausible numbers, the same at every call.
func aPopulation(n int) guard.Columns {
	r := rand.New(rand.NewPCG(1, 2))
	c := guard.Columns{
		Facts: make([]consensus.Flag, n), Active: make([]bool, n), OffersHSDir: make([]bool, n),
		Advertised: make([]bandwidth.KB, n), Measured: make([]bandwidth.KB, n), IsMeasured: make([]bool, n),
		Uptime: make([]int64, n), HSDirUptime: make([]int64, n),
		WFU: make([]float64, n), TimeKnown: make([]int64, n), MTBF: make([]float64, n),
	}
	for i := range n {
		c.Facts[i] = consensus.Running | consensus.V2Dir | consensus.Valid
		if r.IntN(5) == 0 {
			c.Facts[i] |= consensus.Exit
		}
		if r.IntN(1000) == 0 {
			c.Facts[i] |= consensus.BadExit | consensus.Sybil
		}
		c.Active[i], c.OffersHSDir[i], c.IsMeasured[i] = r.IntN(20) > 0, r.IntN(10) > 0, r.IntN(10) > 0
		c.Advertised[i], c.Measured[i] = bandwidth.KB(r.IntN(10_000)), bandwidth.KB(r.ExpFloat64()*10_000)
		c.Uptime[i] = r.Int64N(60 * day)
		c.HSDirUptime[i] = c.Uptime[i] / 2
		c.WFU[i], c.TimeKnown[i], c.MTBF[i] = 1-r.Float64()*r.Float64()/10, r.Int64N(200*day), r.ExpFloat64()*20*day
	}
	return c
}

// byTorsWay is the thresholds as tor works them out, and with the memory it works in: it collects the numbers of the
// relays that count, and sorts each of the lists.
type byTorsWay struct {
	uptimes                         []uint32
	bandwidths, nonExits            []bandwidth.KB
	mtbfs, wfus                     []float64
	timesKnown                      []int64
	uptime                          uint32
	mtbf, wfu                       float64
	timeKnown                       int64
	fast, includingExits, excluding bandwidth.KB
}

func (s *byTorsWay) run(rules guard.Rules, c guard.Columns) {
	*s = byTorsWay{uptimes: s.uptimes[:0], bandwidths: s.bandwidths[:0], nonExits: s.nonExits[:0], mtbfs: s.mtbfs[:0],
		wfus: s.wfus[:0], timesKnown: s.timesKnown[:0]}
	for i, facts := range c.Facts {
		if !c.Active[i] || facts&consensus.Sybil != 0 || !c.IsMeasured[i] || c.Measured[i] < rules.MinCounted {
			continue
		}
		s.uptimes = append(s.uptimes, uint32(c.Uptime[i]))
		s.mtbfs = append(s.mtbfs, c.MTBF[i])
		s.timesKnown = append(s.timesKnown, c.TimeKnown[i])
		s.bandwidths = append(s.bandwidths, c.Measured[i])
		if facts&(consensus.Exit|consensus.BadExit) != consensus.Exit {
			s.nonExits = append(s.nonExits, c.Measured[i])
		}
	}
	slices.Sort(s.uptimes)
	slices.Sort(s.mtbfs)
	slices.Sort(s.timesKnown)
	slices.Sort(s.bandwidths)
	slices.Sort(s.nonExits)
	n := len(s.uptimes)
	s.uptime, s.mtbf, s.fast = s.uptimes[(n-1)/2], s.mtbfs[(n-1)/2], min(s.bandwidths[n/8], 102)
	s.includingExits, s.excluding = s.bandwidths[n*3/4], s.nonExits[len(s.nonExits)*3/4]
	s.timeKnown = min(s.timesKnown[n/8], rules.GuardTimeKnown)
	for i, facts := range c.Facts {
		if c.Active[i] && facts&consensus.Sybil == 0 && c.IsMeasured[i] && c.Measured[i] >= rules.MinCounted &&
			c.TimeKnown[i] >= s.timeKnown {
			s.wfus = append(s.wfus, c.WFU[i])
		}
	}
	slices.Sort(s.wfus)
	s.wfu = min(s.wfus[(len(s.wfus)-1)/2], rules.GuardWFU)
}

func perRelay(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/relay")
}

func BenchmarkThresholds(b *testing.B) {
	rules := guard.Latest()
	for _, n := range sizes {
		c := aPopulation(n)
		var sorted byTorsWay
		b.Run(fmt.Sprintf("relays=%d/by=brackets", n), func(b *testing.B) {
			var scratch guard.Scratch
			rules.ThresholdsOf(c, 1, &scratch)
			b.ReportAllocs()
			for b.Loop() {
				rules.ThresholdsOf(c, 1, &scratch)
			}
			perRelay(b, n)
		})
		b.Run(fmt.Sprintf("relays=%d/by=sorting", n), func(b *testing.B) {
			for b.Loop() {
				sorted.run(rules, c)
			}
			perRelay(b, n)
		})
	}
}

// The whole decision: thresholds, then every relay's flags and reasons.
func BenchmarkWholeDecision(b *testing.B) {
	rules := guard.Latest()
	for _, n := range sizes {
		c, d := aPopulation(n), guard.MakeDecisions(n)
		for workers := 1; workers <= runtime.GOMAXPROCS(0); workers *= 2 {
			b.Run(fmt.Sprintf("relays=%d/workers=%d", n, workers), func(b *testing.B) {
				var scratch guard.Scratch
				b.ReportAllocs()
				for b.Loop() {
					rules.DecideAll(c, rules.ThresholdsOf(c, workers, &scratch), d, workers)
				}
				perRelay(b, n)
			})
		}
	}
}

func TestThresholdsAndDecisionsOfColumnsDoNotAllocate(t *testing.T) {
	rules, c := guard.Latest(), aPopulation(10_000)
	d := guard.MakeDecisions(c.Len())
	var scratch guard.Scratch
	rules.ThresholdsOf(c, 1, &scratch)
	if n := testing.AllocsPerRun(20, func() {
		rules.DecideAll(c, rules.ThresholdsOf(c, 1, &scratch), d, 1)
	}); n != 0 {
		t.Errorf("%v allocations for thresholds and decisions with reused memory", n)
	}
}
