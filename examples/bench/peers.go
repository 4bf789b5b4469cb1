package main

import (
	"slices"

	moremath "github.com/aclements/go-moremath/stats"
	montanaflynn "github.com/montanaflynn/stats"
	"gonum.org/v1/gonum/stat"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// sorted is the thresholds of the latest rules as tor takes them: it fills a list for each number, and sorts each as often
// as it wants an order statistic of it, with a function that compares two. The guarantees cost nothing and are left out.
//
// C: src/feature/dirauth/voteflags.c, dirserv_compute_performance_thresholds; src/lib/container/order.c, where finding an
// order statistic is qsort.
func sorted(rules guard.Rules, relays []guard.Relay) peer {
	n := len(relays)
	uptimes, bandwidths, nonExits := make([]uint32, n), make([]bandwidth.KB, n), make([]bandwidth.KB, n)
	mtbfs, wfus, timesKnown := make([]float64, n), make([]float64, n), make([]int64, n)
	return peer{name: "sorting", run: func() {
		uptimes, bandwidths, nonExits = uptimes[:0], bandwidths[:0], nonExits[:0]
		mtbfs, wfus, timesKnown = mtbfs[:0], wfus[:0], timesKnown[:0]
		for i := range relays {
			r := &relays[i]
			if !r.Active || r.Facts.Has(consensus.Sybil) || !r.IsMeasured || r.Measured < rules.MinCounted {
				continue
			}
			uptimes = append(uptimes, uint32(r.Uptime))
			mtbfs = append(mtbfs, r.MTBF)
			timesKnown = append(timesKnown, r.TimeKnown)
			bandwidths = append(bandwidths, r.Measured)
			if !r.Facts.Has(consensus.Exit) || r.Facts.Has(consensus.BadExit) {
				nonExits = append(nonExits, r.Measured)
			}
		}
		n := len(uptimes)
		slices.SortFunc(uptimes, compare[uint32])
		slices.SortFunc(mtbfs, compare[float64])
		slices.SortFunc(bandwidths, compare[bandwidth.KB]) // for Fast
		slices.SortFunc(bandwidths, compare[bandwidth.KB]) // and for Guard
		slices.SortFunc(timesKnown, compare[int64])
		slices.SortFunc(nonExits, compare[bandwidth.KB])
		known := min(timesKnown[n/8], rules.GuardTimeKnown)
		for i := range relays {
			r := &relays[i]
			if r.Active && !r.Facts.Has(consensus.Sybil) && r.IsMeasured && r.Measured >= rules.MinCounted && r.TimeKnown >= known {
				wfus = append(wfus, r.WFU)
			}
		}
		slices.SortFunc(wfus, compare[float64])
		keep(uint64(uptimes[(n-1)/2]) + uint64(mtbfs[(n-1)/2]) + uint64(bandwidths[n/8]) + uint64(bandwidths[n*3/4]) +
			uint64(nonExits[len(nonExits)*3/4]) + uint64(1e6*wfus[(len(wfus)-1)/2]))
	}}
}

// compare is what qsort is given.
func compare[T uint32 | int64 | float64 | bandwidth.KB](a, b T) int {
	switch {
	case a < b:
		return -1
	case a == b:
		return 0
	}
	return 1
}

// percentiles are the statistics packages at the third quartile of numbers that are not theirs to disturb. What each of
// them takes for it differs by an interpolation between neighbours.
func percentiles(values []float64) []peer {
	return []peer{
		{name: "sorting", run: func() {
			own := slices.Clone(values)
			slices.Sort(own)
			keep(uint64(own[len(own)*3/4]))
		}},
		{name: "gonum", run: func() {
			own := slices.Clone(values)
			slices.Sort(own)
			keep(uint64(stat.Quantile(0.75, stat.Empirical, own, nil)))
		}},
		{name: "montanaflynn", run: func() {
			v, err := montanaflynn.Percentile(values, 75)
			if err != nil {
				panic(err)
			}
			keep(uint64(v))
		}},
		{name: "moremath", run: func() { keep(uint64(moremath.Sample{Xs: values}.Quantile(0.75))) }},
	}
}
