package guard_test

import (
	"math"
	"slices"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"pgregory.net/rapid"
)

const day = 24 * 3600

// edgy draws one of the edges half of the time, else what the generator makes.
func edgy[T any](edges []T, other *rapid.Generator[T]) *rapid.Generator[T] {
	return rapid.OneOf(rapid.SampledFrom(edges), other)
}

var (
	someKB = edgy([]bandwidth.KB{0, 1, 3, 4, 5, 37, 38, 39, 101, 102, 103, 2096, 2097, 2098, 10000, math.MaxUint32},
		rapid.Custom(func(t *rapid.T) bandwidth.KB { return bandwidth.KB(rapid.Uint32Range(0, 20000).Draw(t, "KB")) }))

	someSeconds = edgy([]int64{0, 1, 4*day - 1, 4 * day, 8*day - 1, 8 * day, 8*day + 1, 30*day - 1, 30 * day, 1<<32 - 1},
		rapid.Int64Range(0, 60*day))

	// Descriptors may declare more than 32 bits hold, which the median of uptimes does not.
	someUptime = rapid.OneOf(someSeconds, rapid.SampledFrom([]int64{1 << 32, 1<<32 + day, 1 << 62}))

	someWFU = edgy([]float64{0, 0.5, math.Nextafter(0.98, 0), 0.98, math.Nextafter(0.98, 1), 1}, rapid.Float64Range(0, 1))

	someMTBF = edgy([]float64{0, day, math.Nextafter(5*day, 0), 5 * day, math.Nextafter(5*day, 6*day)},
		rapid.Float64Range(0, 60*day))
)

// factFlags are the flags that Relay.Facts may hold.
var factFlags = []consensus.Flag{consensus.Authority, consensus.BadExit, consensus.Exit, consensus.MiddleOnly,
	consensus.Running, consensus.StaleDesc, consensus.Sybil, consensus.V2Dir, consensus.Valid}

var allFacts = []guard.Unknowns{guard.UnknownHistory, guard.UnknownUptime, guard.UnknownBandwidth, guard.UnknownActivity,
	guard.UnknownOffer, guard.UnknownSybil, guard.UnknownV2Dir}

// rarely is true one time in about n.
func rarely(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(0, n-1).Draw(t, label) == n-1
}

// someRelay draws a relay, mostly one that counts, now and then one with lists, marks or things unknown.
var someRelay = rapid.Custom(func(t *rapid.T) guard.Relay {
	r := guard.Relay{
		Facts:       consensus.FlagsOf(consensus.Running, consensus.V2Dir, consensus.Valid),
		Active:      !rarely(t, 6, "inactive"),
		OffersHSDir: !rarely(t, 6, "offers no HSDir"),
		Advertised:  someKB.Draw(t, "advertised"),
		IsMeasured:  rapid.Bool().Draw(t, "measured"),
		Uptime:      someUptime.Draw(t, "uptime"),
		HSDirUptime: someUptime.Draw(t, "HSDir uptime"),
		WFU:         someWFU.Draw(t, "WFU"),
		TimeKnown:   someSeconds.Draw(t, "time known"),
		MTBF:        someMTBF.Draw(t, "MTBF"),
	}
	r.Identity[0] = byte(rapid.IntRange(0, 255).Draw(t, "identity"))
	if r.IsMeasured {
		r.Measured = someKB.Draw(t, "measured as")
	}
	if rapid.Bool().Draw(t, "exit") {
		r.Facts = r.Facts.With(consensus.Exit)
	}
	r.AdvertisedBytes = edgy([]uint32{0, 1, 4095, 4096, 4097, 10239, 10240, 102_400, 256_000, math.MaxUint32},
		rapid.Uint32Range(0, 20_000_000)).Draw(t, "advertised bytes")
	r.HasDirPort = rapid.Bool().Draw(t, "directory port")
	r.Buggy, r.Vulnerable = rarely(t, 4, "buggy"), rarely(t, 4, "vulnerable")
	if rarely(t, 3, "unusual") {
		r.Facts = consensus.FlagsOf(rapid.SliceOfN(rapid.SampledFrom(factFlags), 0, 6).Draw(t, "facts")...)
	}
	if rarely(t, 3, "lists") {
		lists := rapid.SampledFrom([]consensus.Flag{0, consensus.Guard, consensus.HSDir, consensus.V2Dir, consensus.Exit,
			consensus.Guard | consensus.HSDir, guard.Decided})
		r.Strip, r.Pin = lists.Draw(t, "strip"), lists.Draw(t, "pin")
	}
	if rarely(t, 3, "unknown") {
		for _, fact := range rapid.SliceOfN(rapid.SampledFrom(allFacts), 1, 3).Draw(t, "what") {
			r.Unknown |= fact
		}
	}
	return r
})

// someRelays draws a network: of a handful of relays, of sizes where an eighth or a quarter becomes one more, and of
// about as many measured ones as switch advertised bandwidths off.
var someRelays = rapid.Custom(func(t *rapid.T) []guard.Relay {
	n := edgy([]int{0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17}, rapid.IntRange(0, 30)).Draw(t, "relays")
	shape := rapid.SampledFrom([]string{"mixed", "mixed", "mixed", "equal", "exits", "unmeasured", "500", "501"}).Draw(t, "shape")
	if shape == "equal" {
		return slices.Repeat([]guard.Relay{someRelay.Draw(t, "relay")}, n)
	}
	relays := rapid.SliceOfN(someRelay, n, n).Draw(t, "network")
	switch shape {
	case "exits":
		for i := range relays {
			relays[i].Facts = relays[i].Facts.With(consensus.Exit).Without(consensus.BadExit)
		}
	case "unmeasured":
		for i := range relays {
			relays[i].IsMeasured, relays[i].Measured = false, 0
		}
	case "500", "501":
		if n == 0 {
			return relays
		}
		few := relays
		for len(relays) < 520 {
			relays = append(relays, few[len(relays)%len(few)])
		}
		measured := map[string]int{"500": 500, "501": 501}[shape]
		for i := range relays {
			relays[i].IsMeasured = i < measured
			relays[i].Unknown &^= guard.UnknownBandwidth
		}
	}
	return relays
})

// someRules draws the newest rules, half of the time older ones, half of the time with options changed.
var someRules = rapid.Custom(func(t *rapid.T) guard.Rules {
	r := guard.Latest()
	if rapid.Bool().Draw(t, "older") {
		r = rapid.SampledFrom(releases).Draw(t, "release")
	}
	if rapid.Bool().Draw(t, "defaults") {
		return r
	}
	bytes := edgy([]int64{-1, 0, 1, 999, 1000, 38_000, 102_400, 256_000, 2_097_152, 1 << 40}, rapid.Int64Range(0, 20_000_000))
	r.MinMeasured = rapid.SampledFrom([]int{500, 0, 1, 8}).Draw(t, "MinMeasured")
	r.FastGuarantee = bytes.Draw(t, "FastGuarantee")
	r.GuardBandwidth = bytes.Draw(t, "GuardBandwidth")
	r.FastMin = rapid.SampledFrom([]int32{4, 0, 999, 1000, 38_000, 900_000, math.MaxInt32}).Draw(t, "FastMin")
	r.FastMax = rapid.SampledFrom([]int32{math.MaxInt32, 0, 37_999, 100_000, 1_000_000}).Draw(t, "FastMax")
	r.GuardFraction = rapid.SampledFrom([]float64{0.75, 0, 0.1, 0.5, 0.7, math.Nextafter(1, 0)}).Draw(t, "GuardFraction")
	r.GuardWFU = rapid.SampledFrom([]float64{0.98, 0, 0.5, 1}).Draw(t, "GuardWFU")
	r.GuardTimeKnown = rapid.SampledFrom([]int64{8 * day, 0, 2 * day, 1 << 40}).Draw(t, "GuardTimeKnown")
	r.StableMTBF = rapid.SampledFrom([]int64{5 * day, 0, day, 1 << 40}).Draw(t, "StableMTBF")
	r.StableUptime = rapid.SampledFrom([]int64{30 * day, 0, day, 1 << 40}).Draw(t, "StableUptime")
	r.HSDirUptime = rapid.SampledFrom([]int64{4 * day, 0, 240}).Draw(t, "HSDirUptime")
	if rapid.Bool().Draw(t, "no version's") {
		needs := rapid.Map(rapid.Uint16Range(0, 1<<9-1), func(n uint16) guard.Needs { return guard.Needs(n) })
		r.FastNeeds, r.StableNeeds = needs.Draw(t, "Fast needs"), needs.Draw(t, "Stable needs")
		r.GuardNeeds, r.HSDirNeeds = needs.Draw(t, "Guard needs"), needs.Draw(t, "HSDir needs")
		r.GuardExits = guard.GuardExits(rapid.IntRange(0, 3).Draw(t, "exits"))
		r.GuardAbove = rapid.Bool().Draw(t, "above")
		r.SybilsKeep = rapid.SampledFrom([]consensus.Flag{0, consensus.V2Dir, consensus.BadExit}).Draw(t, "sybils keep")
	}
	return r
})

var releases = guard.Releases()

// someCase is rules, thresholds that come of a network under them, and one relay, half of the time of that network.
type someCase struct {
	rules      guard.Rules
	thresholds guard.Thresholds
	relay      guard.Relay
}

var someCases = rapid.Custom(func(t *rapid.T) someCase {
	c := someCase{rules: someRules.Draw(t, "rules")}
	relays := someRelays.Draw(t, "relays")
	c.thresholds = c.rules.Thresholds(relays)
	c.thresholds.EnoughMTBF = rapid.Bool().Draw(t, "enough MTBF")
	if len(relays) > 0 && rapid.Bool().Draw(t, "of the network") {
		c.relay = relays[rapid.IntRange(0, len(relays)-1).Draw(t, "which")]
	} else {
		c.relay = someRelay.Draw(t, "relay")
	}
	return c
})

// TestGeneratorsReachTheEdges holds the generators to what they are for: a property that holds on networks without edges
// says little.
func TestGeneratorsReachTheEdges(t *testing.T) {
	reached := map[string]int{}
	mark := func(name string, yes bool) {
		if yes {
			reached[name]++
		} else {
			reached[name] += 0
		}
	}
	for seed := range 1500 {
		relays, rules := someRelays.Example(seed), someRules.Example(seed)
		measured, exits := 0, 0
		for _, r := range relays {
			if r.IsMeasured {
				measured++
			}
			if r.Facts.Has(consensus.Exit) {
				exits++
			}
		}
		for _, n := range []int{0, 1, 7, 8, 9} {
			mark("n = "+string(rune('0'+n)), len(relays) == n)
		}
		mark("all equal", len(relays) > 3 && len(slices.Compact(slices.Clone(relays))) == 1)
		mark("all exits", len(relays) > 3 && exits == len(relays))
		mark("none measured", len(relays) > 3 && measured == 0)
		mark("500 measured", measured == 500)
		mark("501 measured", measured == 501)

		th := rules.Thresholds(relays)
		mark("Fast below the first crummy bound", len(relays) > 0 && th.Fast < rules.FastCrummy)
		mark("Fast at its guarantee", th.Fast == 102 && rules == guard.Latest())
		mark("FastMax below FastMin", rules.FastMax < rules.FastMin)
		mark("WFU at its guarantee", th.GuardWFU == rules.GuardWFU)
		mark("WFU at its median", th.GuardWFU > 0 && th.GuardWFU < rules.GuardWFU)
		mark("time known at its guarantee", th.GuardTimeKnown == rules.GuardTimeKnown)
		mark("time known below", th.GuardTimeKnown > 0 && th.GuardTimeKnown < rules.GuardTimeKnown)
		mark("non-exits are the slower ones", th.GuardExcludingExits < th.GuardIncludingExits)
		mark("exits are the slower ones", th.GuardExcludingExits > th.GuardIncludingExits)

		c := someCases.Example(seed)
		d := c.rules.Decide(c.relay, c.thresholds)
		for _, flag := range decidedFlags {
			for _, a := range []guard.Answer{guard.Yes, guard.No, guard.CannotTell} {
				mark(flag.String()+": "+a.String(), d.Answer(flag) == a)
			}
		}
		for reason := range (guard.IsSybil<<1 - 1).Each() {
			mark("against: "+reason.String(), d.Against.Has(reason))
		}
		for _, fact := range allFacts {
			mark("unknown: "+string(rune('0'+fact)), c.relay.Unknown&fact != 0)
		}
		for crit := range c.rules.Explain(c.relay, c.thresholds) {
			for _, b := range []guard.Bound{guard.Fixed, guard.Percentile, guard.Guarantee, guard.Parameter, guard.Override} {
				mark("bound: "+b.String(), crit.Bound == b)
			}
		}
	}
	for name, n := range reached {
		if n < 2 {
			t.Errorf("%s: reached %d times by 1500 examples", name, n)
		}
	}
}
