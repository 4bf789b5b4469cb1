package explain_test

import (
	"math"
	"slices"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/explain"
)

// slow is the clauses of the newest rules straight from the rule, for relays of which everything is known.
func slow(rules guard.Rules, relays []guard.Relay, t guard.Thresholds) []explain.Clause {
	credible := func(r guard.Relay) float64 {
		return float64(bandwidth.Credible(r.Advertised, r.Measured, r.IsMeasured, t.IgnoringAdvertised))
	}
	var bandwidths, others, mtbfs, known, uptimes []float64
	for _, r := range relays {
		if !rules.Counts(r, t.IgnoringAdvertised) {
			continue
		}
		bandwidths = append(bandwidths, credible(r))
		if !r.Facts.Has(consensus.Exit) || r.Facts.Has(consensus.BadExit) {
			others = append(others, credible(r))
		}
		mtbfs, known, uptimes = append(mtbfs, r.MTBF), append(known, float64(r.TimeKnown)), append(uptimes, float64(r.Uptime))
	}
	nth := func(values []float64, k int) float64 {
		if len(values) == 0 {
			return 0
		}
		slices.Sort(values)
		return values[max(k, 0)]
	}
	n := len(bandwidths)
	fast := nth(bandwidths, n/8)
	if fast < float64(rules.FastCrummy) {
		fast = nth(bandwidths, n/4)
	}
	eighth := nth(known, n/8)
	enough := math.Min(eighth, float64(rules.GuardTimeKnown))
	var familiar []float64
	for _, r := range relays {
		if rules.Counts(r, t.IgnoringAdvertised) && float64(r.TimeKnown) >= enough {
			familiar = append(familiar, r.WFU)
		}
	}
	index := func(n int) int { return int(float64(n) * rules.GuardFraction) }
	slowest := math.Min(nth(bandwidths, index(n)), nth(others, index(len(others))))

	clause := func(flag consensus.Flag, name string, unit guard.Unit, percentile, guarantee float64, inUse bool, of func(guard.Relay) float64) explain.Clause {
		c := explain.Clause{Flag: flag, Name: name, Unit: unit, Percentile: percentile, Guarantee: guarantee, InUse: inUse,
			Need: percentile, Bound: guard.Percentile}
		if guarantee < percentile {
			c.Need, c.Bound = guarantee, guard.Guarantee
		}
		for _, r := range relays {
			if of(r) >= percentile {
				c.ByPercentile++
			}
			if of(r) >= guarantee {
				c.ByGuarantee++
			}
			if of(r) >= c.Need {
				c.Passing++
			}
		}
		return c
	}
	kb := func(bytes int64) float64 {
		if bytes <= 0 {
			return math.NaN()
		}
		return float64(bytes / 1000)
	}
	middle := func(values []float64) float64 { return nth(values, (len(values)-1)/2) }
	return []explain.Clause{
		clause(consensus.Fast, "bandwidth", guard.KBs, fast, kb(rules.FastGuarantee), true, credible),
		clause(consensus.Stable, "MTBF", guard.Seconds, middle(mtbfs), float64(rules.StableMTBF), t.EnoughMTBF, func(r guard.Relay) float64 { return r.MTBF }),
		clause(consensus.Stable, "uptime", guard.Seconds, middle(uptimes), float64(rules.StableUptime), !t.EnoughMTBF, func(r guard.Relay) float64 { return float64(r.Uptime) }),
		clause(consensus.Guard, "bandwidth", guard.KBs, slowest, kb(rules.GuardBandwidth), true, credible),
		clause(consensus.Guard, "WFU", guard.Fraction, middle(familiar), rules.GuardWFU, true, func(r guard.Relay) float64 { return r.WFU }),
		clause(consensus.Guard, "time known", guard.Seconds, eighth, float64(rules.GuardTimeKnown), true, func(r guard.Relay) float64 { return float64(r.TimeKnown) }),
	}
}

// inOrder are the clauses by flag and name, since which of Stable's two comes first depends on which is in use; and a
// threshold equal to its guarantee may be said to come from either.
func inOrder(clauses []explain.Clause) []explain.Clause {
	clauses = slices.Clone(clauses)
	slices.SortFunc(clauses, func(a, b explain.Clause) int {
		return cmpInt(int(a.Flag), int(b.Flag))*4 + cmpInt(int(a.Name[0]), int(b.Name[0]))*2 + cmpInt(len(a.Name), len(b.Name))
	})
	for i := range clauses {
		if c := &clauses[i]; c.Percentile == c.Guarantee {
			c.Bound = guard.Guarantee
		}
	}
	return clauses
}

func cmpInt(a, b int) int { return min(max(a-b, -1), 1) }

func aRelay(t *rapid.T) guard.Relay {
	r := guard.Relay{
		Facts:      consensus.FlagsOf(consensus.Running, consensus.V2Dir, consensus.Valid),
		Active:     rapid.IntRange(0, 5).Draw(t, "active") > 0,
		Advertised: bandwidth.KB(rapid.SampledFrom([]uint32{0, 3, 4, 37, 38, 101, 102, 103, 2096, 2097, 2098, 9000}).Draw(t, "advertised")),
		IsMeasured: rapid.Bool().Draw(t, "measured"),
		Uptime:     rapid.Int64Range(0, 60*day).Draw(t, "uptime"),
		WFU:        rapid.SampledFrom([]float64{0, 0.5, 0.9, math.Nextafter(0.98, 0), 0.98, 0.99, 1}).Draw(t, "WFU"),
		TimeKnown:  rapid.SampledFrom([]int64{0, day, 8*day - 1, 8 * day, 8*day + 1, 90 * day}).Draw(t, "time known"),
		MTBF:       rapid.SampledFrom([]float64{0, day, math.Nextafter(5*day, 0), 5 * day, 6 * day, 60 * day}).Draw(t, "MTBF"),
	}
	r.AdvertisedBytes = uint32(r.Advertised) * 1000
	if r.IsMeasured {
		r.Measured = bandwidth.KB(rapid.Uint32Range(0, 20000).Draw(t, "measured as"))
	}
	if rapid.IntRange(0, 3).Draw(t, "exit") == 0 {
		r.Facts = r.Facts.With(consensus.Exit)
	}
	return r
}

func someRules(t *rapid.T) guard.Rules {
	r := guard.Latest()
	r.MinMeasured = rapid.SampledFrom([]int{500, 0, 3}).Draw(t, "MinMeasured")
	r.FastGuarantee = rapid.SampledFrom([]int64{102_400, 0, 1000, 1 << 40}).Draw(t, "FastGuarantee")
	r.GuardBandwidth = rapid.SampledFrom([]int64{2_097_152, 0, 4000}).Draw(t, "GuardBandwidth")
	r.GuardFraction = rapid.SampledFrom([]float64{0.75, 0, 0.5}).Draw(t, "GuardFraction")
	r.GuardTimeKnown = rapid.SampledFrom([]int64{8 * day, 0, 1 << 40}).Draw(t, "GuardTimeKnown")
	r.GuardWFU = rapid.SampledFrom([]float64{0.98, 0, 1}).Draw(t, "GuardWFU")
	r.StableMTBF = rapid.SampledFrom([]int64{5 * day, 0, 1 << 40}).Draw(t, "StableMTBF")
	return r
}
