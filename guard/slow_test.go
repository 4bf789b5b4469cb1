package guard_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"pgregory.net/rapid"
)

// The rules once more, as one would write them down from dir-spec and voteflags.c with a sorted list at hand and no
// thought of speed: what the package does is held against this.

// slowThresholds is Rules.Thresholds.
func slowThresholds(r guard.Rules, relays []guard.Relay) guard.Thresholds {
	measured := 0
	for _, relay := range relays {
		if relay.Unknown&guard.UnknownBandwidth == 0 && relay.IsMeasured {
			measured++
		}
	}
	required := measured > r.MinMeasured && !r.InBytes && !r.IgnoreMeasured

	var uptimes, timesKnown, bandwidths, nonExits []int64
	var total, ofExits int64
	var mtbfs []float64
	for _, relay := range relays {
		if !slowCounts(r, relay, required) {
			continue
		}
		bw := slowCredible(r, relay, required)
		bandwidths = append(bandwidths, bw)
		total += bw
		if relay.Facts.Has(consensus.Exit) {
			ofExits += bw
		}
		if !relay.Facts.Has(consensus.Exit) || relay.Facts.Has(consensus.BadExit) {
			nonExits = append(nonExits, bw)
		}
		if relay.Unknown&guard.UnknownUptime == 0 {
			uptimes = append(uptimes, relay.Uptime&0xffffffff)
		}
		if relay.Unknown&guard.UnknownHistory == 0 {
			mtbfs = append(mtbfs, relay.MTBF)
			timesKnown = append(timesKnown, relay.TimeKnown)
		}
	}
	slices.Sort(uptimes)
	slices.Sort(timesKnown)
	slices.Sort(bandwidths)
	slices.Sort(nonExits)
	slices.Sort(mtbfs)

	median := func(n int) int {
		if r.HighMedian {
			return n / 2
		}
		return (n - 1) / 2
	}
	guardIndex := func(n int) int {
		if r.GuardMedian {
			return median(n)
		}
		return int(math.Trunc(float64(n) * r.GuardFraction))
	}
	t := guard.Thresholds{EnoughMTBF: !r.StableByUptime, InBytes: r.InBytes, IgnoringAdvertised: required}
	if r.GuardExits == guard.ExitsIfPlentiful || r.GuardExits == guard.ExitsIfPlentifulOneThreshold {
		t.ScarceExits = ofExits <= total/3
	}
	if n := len(uptimes); n > 0 {
		t.StableUptime = uint32(uptimes[median(n)])
	}
	if n := len(mtbfs); n > 0 {
		t.StableMTBF = mtbfs[median(n)]
		t.GuardTimeKnown = timesKnown[n/8]
	}
	if t.GuardTimeKnown > r.GuardTimeKnown {
		t.GuardTimeKnown = r.GuardTimeKnown
	}
	if n := len(bandwidths); n > 0 {
		t.GuardIncludingExits = bandwidth.KB(bandwidths[guardIndex(n)])
	}
	if m := len(nonExits); m > 0 {
		t.GuardExcludingExits = bandwidth.KB(nonExits[guardIndex(m)])
	}
	t.Fast = slowFast(r, bandwidths)

	var familiar []float64
	for _, relay := range relays {
		if slowCounts(r, relay, required) && relay.Unknown&guard.UnknownHistory == 0 && relay.TimeKnown >= t.GuardTimeKnown {
			familiar = append(familiar, relay.WFU)
		}
	}
	slices.Sort(familiar)
	if n := len(familiar); n > 0 {
		t.GuardWFU = familiar[median(n)]
	}
	if t.GuardWFU > r.GuardWFU {
		t.GuardWFU = r.GuardWFU
	}
	return t
}

func slowCredible(r guard.Rules, relay guard.Relay, required bool) int64 {
	if r.InBytes {
		return int64(relay.AdvertisedBytes)
	}
	if r.IgnoreMeasured {
		return int64(relay.Advertised)
	}
	if relay.IsMeasured {
		return int64(relay.Measured)
	}
	if required {
		return 0
	}
	return int64(relay.Advertised)
}

func slowCounts(r guard.Rules, relay guard.Relay, required bool) bool {
	active := relay.Active || relay.Unknown&guard.UnknownActivity != 0
	return active && (r.CountSybils || !relay.Facts.Has(consensus.Sybil)) &&
		relay.Unknown&guard.UnknownBandwidth == 0 &&
		slowCredible(r, relay, required) >= int64(r.MinCounted) &&
		(relay.IsMeasured || !required)
}

func slowFast(r guard.Rules, sorted []int64) bandwidth.KB {
	var fast int64
	if n := len(sorted); n > 0 {
		fast = sorted[n/8]
		if fast < int64(r.FastCrummy) {
			fast = sorted[n/4]
		}
	}
	unit := slowUnit(r)
	lowest, highest := int64(r.FastMin)/unit, int64(r.FastMax)/unit
	if highest < lowest {
		highest = lowest
	}
	if fast < lowest {
		fast = lowest
	}
	if fast > highest {
		fast = highest
	}
	if r.FastGuarantee > 0 && fast > r.FastGuarantee/unit {
		fast = r.FastGuarantee / unit
	}
	return bandwidth.KB(fast)
}

// slowUnit is how many bytes are one of what the rules count in.
func slowUnit(r guard.Rules) int64 {
	if r.InBytes {
		return 1
	}
	return 1000
}

// slowFlags are the flags of a relay in the vote, if whatever is unknown of it speaks for it, or against it.
func slowFlags(r guard.Rules, relay guard.Relay, t guard.Thresholds, favourably bool) consensus.Flags {
	holds := func(fact guard.Unknowns, known bool) bool {
		if relay.Unknown&fact != 0 {
			return favourably
		}
		return known
	}
	bw := slowCredible(r, relay, t.IgnoringAdvertised)
	var isFast, isStable bool
	needs := func(needs guard.Needs) bool {
		ok := true
		for need, met := range map[guard.Needs]bool{
			guard.NeedFast:    isFast,
			guard.NeedStable:  isStable,
			guard.NeedV2Dir:   holds(guard.UnknownV2Dir, relay.Facts.Has(consensus.V2Dir)),
			guard.NeedDirPort: relay.HasDirPort,
			guard.NeedOffer:   holds(guard.UnknownOffer, relay.OffersHSDir),
			guard.NeedActive:  holds(guard.UnknownActivity, relay.Active),
			guard.NeedRunning: holds(guard.UnknownActivity, relay.Facts.Has(consensus.Running)),
			guard.NeedSound:   !relay.Buggy,
			guard.NeedPatched: !relay.Vulnerable,
		} {
			if needs.Has(need) && !met {
				ok = false
			}
		}
		return ok
	}

	if t.EnoughMTBF && !r.StableByUptime {
		isStable = holds(guard.UnknownHistory, relay.MTBF >= t.StableMTBF || relay.MTBF >= float64(r.StableMTBF))
	} else {
		isStable = holds(guard.UnknownUptime, uint32(relay.Uptime) >= t.StableUptime || relay.Uptime >= r.StableUptime)
	}
	isStable = isStable && needs(r.StableNeeds&^(guard.NeedFast|guard.NeedStable))
	isFast = holds(guard.UnknownBandwidth, bw >= int64(t.Fast)) && needs(r.FastNeeds&^(guard.NeedFast|guard.NeedStable))
	stable, fast := isStable, isFast

	asked := int64(min(t.GuardIncludingExits, t.GuardExcludingExits))
	switch r.GuardExits {
	case guard.ExitsAlike, guard.ExitsIfPlentifulOneThreshold:
		asked = int64(t.GuardIncludingExits)
	case guard.ExitsIfPlentiful:
		asked = int64(t.GuardIncludingExits)
		if t.ScarceExits {
			asked = int64(t.GuardExcludingExits)
		}
	}
	if r.GuardAbove {
		asked++
	}
	guarantee := r.GuardBandwidth / slowUnit(r)
	if r.GuardAbove {
		guarantee++
	}
	fastForGuard := holds(guard.UnknownBandwidth, r.GuardBandwidth > 0 && bw >= guarantee || bw >= asked)
	exitsMatter := r.GuardExits == guard.ExitsIfPlentiful || r.GuardExits == guard.ExitsIfPlentifulOneThreshold
	barred := exitsMatter && t.ScarceExits && relay.Facts.Has(consensus.Exit)
	reliable := holds(guard.UnknownHistory, relay.WFU >= t.GuardWFU && relay.TimeKnown >= t.GuardTimeKnown)
	isGuard := needs(r.GuardNeeds) && fastForGuard && reliable && !barred
	hsdir := needs(r.HSDirNeeds) && holds(guard.UnknownUptime, relay.HSDirUptime >= r.HSDirUptime)

	flags := relay.Facts.Without(guard.Decided)
	for flag, given := range map[consensus.Flag]bool{consensus.Stable: stable, consensus.Fast: fast,
		consensus.Guard: isGuard, consensus.HSDir: hsdir} {
		if given {
			flags = flags.With(flag)
		}
	}
	if relay.Facts.Has(consensus.MiddleOnly) {
		flags = flags.Without(consensus.Exit | consensus.Guard | consensus.HSDir | consensus.V2Dir).With(consensus.BadExit)
	}
	const neverListed = consensus.Fast | consensus.Stable
	flags = flags.Without(relay.Strip &^ neverListed).With(relay.Pin &^ neverListed)
	if relay.Facts.Has(consensus.Sybil) || relay.Unknown&guard.UnknownSybil != 0 && !favourably {
		flags = flags.Without(consensus.Authority | consensus.Exit | consensus.Stable | consensus.Fast | consensus.Running |
			consensus.Valid | consensus.HSDir | consensus.V2Dir | consensus.Guard | consensus.BadExit)
		listed := relay.Facts.Known()&^middleOnlyLoses(relay)&^relay.Strip | relay.Pin
		flags = flags.With(listed & consensus.V2Dir & r.SybilsKeep)
		if bad := relay.Facts.With(relay.Pin &^ neverListed); bad.Has(consensus.BadExit) || relay.Facts.Has(consensus.MiddleOnly) {
			flags = flags.With(consensus.BadExit & r.SybilsKeep)
		}
	}
	return flags.Without(guard.Decided &^ r.Votes)
}

func middleOnlyLoses(relay guard.Relay) consensus.Flag {
	if relay.Facts.Has(consensus.MiddleOnly) {
		return consensus.V2Dir
	}
	return 0
}

func thresholdsAreThoseOfSortedLists(t *rapid.T) {
	rules, relays := someRules.Draw(t, "rules"), someRelays.Draw(t, "relays")
	if diff := cmp.Diff(slowThresholds(rules, relays), rules.Thresholds(relays)); diff != "" {
		t.Fatalf("thresholds of %d relays (-slow +fast):\n%s", len(relays), diff)
	}
}

func TestThresholdsAreThoseOfSortedLists(t *testing.T) {
	rapid.Check(t, thresholdsAreThoseOfSortedLists)
}
func FuzzThresholdsAreThoseOfSortedLists(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(thresholdsAreThoseOfSortedLists))
}

func decisionsAreThoseOfTheRule(t *rapid.T) {
	c := someCases.Draw(t, "case")
	d := c.rules.Decide(c.relay, c.thresholds)
	best := slowFlags(c.rules, c.relay, c.thresholds, true)
	worst := slowFlags(c.rules, c.relay, c.thresholds, false)
	for _, flag := range decidedFlags {
		want := guard.CannotTell
		switch {
		case best.Has(flag) && worst.Has(flag):
			want = guard.Yes
		case !best.Has(flag) && !worst.Has(flag):
			want = guard.No
		}
		if got := d.Answer(flag); got != want {
			t.Fatalf("%v: %v, by the rule %v", flag, got, want)
		}
		if d.Flags.Has(flag) != (want == guard.Yes) {
			t.Fatalf("%v: answer %v, and yet the flags are %v", flag, want, d.Flags)
		}
	}
	if got, want := d.Flags.Without(guard.Decided), best.Without(guard.Decided); got != want {
		t.Fatalf("other flags: %v, by the rule %v", got, want)
	}
}

func TestDecisionsAreThoseOfTheRule(t *testing.T) { rapid.Check(t, decisionsAreThoseOfTheRule) }
func FuzzDecisionsAreThoseOfTheRule(f *testing.F) { f.Fuzz(rapid.MakeFuzz(decisionsAreThoseOfTheRule)) }
