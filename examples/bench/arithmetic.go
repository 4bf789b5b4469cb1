package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/internal/synth"
	"github.com/seed-84712aaa/guardmath/wfu"
)

const million = 1_000_000

// benchmarks are all there are, in the order in which they run.
func benchmarks(o options) []benchmark {
	all := []benchmark{
		statusBenchmark("consensus", o.consensus, func() []byte { return network(relaysInNetwork).Consensus() }),
		parseBenchmark(o.consensus),
		statusBenchmark("vote", o.vote, func() []byte { return network(relaysInNetwork).Vote() }),
		descriptorsBenchmark(o.descriptors),
		bandwidthBenchmark(o.bandwidth),
	}
	all = append(all, stabilityBenchmarks(o.stability)...)
	for _, n := range []int{relaysInNetwork, million} {
		all = append(all, percentileBenchmark(n), thresholdsBenchmark(n), decisionsBenchmark(n, 1))
	}
	all = append(all, decisionsBenchmark(million, runtime.GOMAXPROCS(0)), discountBenchmark(million), probabilitiesBenchmark(relaysInNetwork),
		pickBenchmark(relaysInNetwork))
	if o.linear {
		for _, n := range []int{10_000, 100_000, 10 * million} {
			all = append(all, thresholdsBenchmark(n), decisionsBenchmark(n, 1), discountBenchmark(n))
		}
		all = append(all, probabilitiesBenchmark(million), pickBenchmark(million))
	}
	return all
}

// population is what an authority knows of n relays: the network's, and behind them some drawn from it and given other
// numbers.
func population(n int) []guard.Relay {
	rng := rand.New(rand.NewPCG(2, uint64(n)))
	base := network(relaysInNetwork).Relays
	relays := make([]guard.Relay, n)
	for i := range relays {
		if i < len(base) {
			relays[i] = relayOf(&base[i])
		} else {
			relays[i] = relayOf(&base[rng.IntN(len(base))])
			r := &relays[i]
			r.Measured = bandwidth.KB(float64(r.Measured) * (0.5 + rng.Float64()))
			r.Uptime += int64(rng.IntN(86400))
			r.TimeKnown += int64(rng.IntN(86400))
			r.MTBF *= 0.5 + rng.Float64()
			r.WFU *= 1 - rng.Float64()/50
		}
	}
	return relays
}

func relayOf(r *synth.Relay) guard.Relay {
	relay := guard.Relay{
		Identity:    r.Identity,
		Facts:       consensus.FlagsOf(consensus.Running, consensus.Valid, consensus.V2Dir),
		Active:      true,
		OffersHSDir: true,
		Advertised:  bandwidth.KB(r.Bandwidth),
		Measured:    bandwidth.KB(r.Measured),
		IsMeasured:  r.Measured > 0,
		Uptime:      r.Uptime,
		HSDirUptime: r.Uptime,
		WFU:         r.WFU,
		TimeKnown:   r.TimeKnown,
		MTBF:        r.MTBF,
	}
	if r.Policy != "reject 1-65535" {
		relay.Facts = relay.Facts.With(consensus.Exit)
	}
	return relay
}

func percentileBenchmark(n int) benchmark {
	return benchmark{fmt.Sprintf("percentile-%d", n), func() (contest, error) {
		values := make([]float64, n)
		for i, r := range population(n) {
			values[i] = r.MTBF
		}
		return contest{
			relays: n, peers: append(percentiles(values), everyNumber(values)),
			ours: func() { keep(uint64(consensus.Nth(values, n*3/4))) },
		}, nil
	}}
}

func thresholdsBenchmark(n int) benchmark {
	return benchmark{fmt.Sprintf("thresholds-%d", n), func() (contest, error) {
		rules, relays := guard.Latest(), population(n)
		columns, scratch := guard.ColumnsOf(relays), new(guard.Scratch)
		return contest{
			relays: n, peers: []peer{sorted(rules, relays), everyNumber(columns.WFU, columns.MTBF)},
			ours: func() { keep(uint64(rules.ThresholdsOf(columns, 1, scratch).Fast)) },
		}, nil
	}}
}

// decisionsBenchmark is the thresholds and then every relay's flags, on so many cores.
func decisionsBenchmark(n, cores int) benchmark {
	name := fmt.Sprintf("decisions-%d", n)
	if cores > 1 {
		name += fmt.Sprintf("-on-%d", cores)
	}
	return benchmark{name, func() (contest, error) {
		rules, relays := guard.Latest(), population(n)
		columns, scratch := guard.ColumnsOf(relays), new(guard.Scratch)
		decisions := guard.MakeDecisions(n)
		return contest{
			relays: n, peers: []peer{sorted(rules, relays), everyNumber(columns.WFU, columns.MTBF)},
			ours: func() {
				t := rules.ThresholdsOf(columns, cores, scratch)
				rules.DecideAll(columns, t, decisions, cores)
			},
		}, nil
	}}
}

func discountBenchmark(n int) benchmark {
	return benchmark{fmt.Sprintf("discount-%d", n), func() (contest, error) {
		var columns wfu.Columns
		base := network(relaysInNetwork).Relays
		for i := range n {
			columns = columns.Append(historyOf(&base[i%len(base)]))
		}
		histories, turn := columns.AppendDiscount(wfu.Columns{}, 0), 0
		return contest{
			relays: n,
			peers:  []peer{everyNumber(columns.WeightedRunLength, columns.WeightedUptime, columns.TotalWeightedTime)},
			ours: func() {
				// Now and then from the start: numbers so small that the processor has to take pains with them, no authority has.
				if turn++; turn%100 == 0 {
					histories = columns.AppendDiscount(histories.Slice(0, 0), 0)
				}
				histories = histories.AppendDiscount(histories.Slice(0, 0), 1)
			},
		}, nil
	}}
}

// probabilitiesBenchmark is each relay's chance to be drawn as a guard, from its bandwidth and kind.
func probabilitiesBenchmark(n int) benchmark {
	return benchmark{fmt.Sprintf("probabilities-%d", n), func() (contest, error) {
		// The totals of the network in April 2017.
		weights, _, err := bandwidth.Solve(bandwidth.Totals{G: 28045630, M: 4774561, E: 1733570, D: 8003370, T: 42557131}, 10000)
		if err != nil {
			return contest{}, err
		}
		kinds, bandwidths := kindsOf(n)
		buffer := make([]float64, 0, n)
		return contest{
			relays: n, peers: []peer{everyNumber(bandwidths)},
			ours: func() {
				buffer = weights.AppendWeights(buffer[:0], bandwidth.PositionGuard, kinds, bandwidths)
				buffer = bandwidth.AppendProbabilities(buffer[:0], buffer)
			},
		}, nil
	}}
}

// kindsOf is what a population's relays count as, and with how much.
func kindsOf(n int) (kinds []bandwidth.Kind, bandwidths []bandwidth.KB) {
	for _, r := range population(n) {
		flags := r.Facts
		if r.WFU >= 0.98 {
			flags = flags.With(consensus.Guard)
		}
		kinds = append(kinds, flags.Kind())
		bandwidths = append(bandwidths, r.Measured)
	}
	return kinds, bandwidths
}

func pickBenchmark(n int) benchmark {
	return benchmark{fmt.Sprintf("pick-of-%d", n), func() (contest, error) {
		weights := weighed(n)
		sampler := bandwidth.NewSampler(weights)
		source := rand.NewPCG(3, 4)
		rng := rand.New(source)
		var sums []float64
		total := 0.0
		for _, w := range weights {
			total += w
			sums = append(sums, total)
		}
		return contest{
			relays: 1,
			peers: []peer{{name: "bisection", run: func() {
				i, _ := slices.BinarySearch(sums, rng.Float64()*total)
				keep(uint64(i))
			}}},
			ours: func() { keep(uint64(sampler.Draw(source))) },
		}, nil
	}}
}

// weighed is the relays' weights for the guard position.
func weighed(n int) []float64 {
	relays := population(n)
	weights := make([]float64, n)
	for i, r := range relays {
		if r.WFU >= 0.98 {
			weights[i] = float64(r.Measured)
		}
	}
	return weights
}
