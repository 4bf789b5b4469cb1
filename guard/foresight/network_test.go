package foresight_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
)

const (
	hour = 3600
	day  = 24 * hour
)

var present = consensus.FlagsOf(consensus.Running, consensus.Valid, consensus.V2Dir)

// veteran is a relay that has all that Guard asks for but perhaps bandwidth.
func veteran(id byte, kb bandwidth.KB) guard.Relay {
	return guard.Relay{
		Identity: consensus.Fingerprint{id}, Nickname: string(rune('a' + id)), Facts: present, Active: true, OffersHSDir: true,
		Advertised: kb, Uptime: 100 * day, HSDirUptime: 100 * day, WFU: 1, TimeKnown: 100 * day, MTBF: 100 * day,
	}
}

func TestOutcome(t *testing.T) {
	exit := veteran(3, 3000)
	exit.Facts = present.With(consensus.Exit)
	badExit := veteran(4, 3000)
	badExit.Facts = present.With(consensus.Exit | consensus.BadExit)
	down := veteran(5, 3000)
	down.Facts, down.Active = down.Facts.Without(consensus.Running), false
	unknown := veteran(6, 3000)
	unknown.Unknown = guard.UnknownBandwidth
	measured := veteran(7, 3000)
	measured.Measured, measured.IsMeasured = 5000, true

	for _, tt := range []struct {
		reason string
		relays []guard.Relay
		totals bandwidth.Totals // less the 1 that each sum starts at
		shares []float64
	}{
		{reason: "nobody"},
		{reason: "guards share by bandwidth", relays: []guard.Relay{veteran(1, 3000), veteran(2, 9000)},
			totals: bandwidth.Totals{G: 12000, T: 12000}, shares: []float64{0.25, 0.75}},
		{reason: "too slow for a guard", relays: []guard.Relay{veteran(1, 30), veteran(2, 9000)},
			totals: bandwidth.Totals{G: 9000, M: 30, T: 9030}, shares: []float64{0, 1}},
		{reason: "a guard that is an exit, one whose exit is bad, one that is down", relays: []guard.Relay{exit, badExit, down},
			totals: bandwidth.Totals{G: 3000, D: 3000, T: 6000}, shares: []float64{0.5, 0.5, 0}},
		{reason: "what is not known has no weight", relays: []guard.Relay{veteran(1, 3000), unknown},
			totals: bandwidth.Totals{G: 3000, T: 3000}, shares: []float64{1, 0}},
		{reason: "beside a measured relay the unmeasured count 20", relays: []guard.Relay{veteran(1, 9000), measured},
			totals: bandwidth.Totals{G: 5020, T: 5020}, shares: []float64{20. / 5020, 5000. / 5020}},
	} {
		o := foresight.Network{Rules: guard.Latest(), Relays: tt.relays}.Outcome()
		want := bandwidth.Totals{G: tt.totals.G + 1, M: tt.totals.M + 1, E: tt.totals.E + 1, D: tt.totals.D + 1, T: tt.totals.T + 4}
		if o.Totals != want {
			t.Errorf("%s: totals %+v, want %+v", tt.reason, o.Totals, want)
		}
		// The weights of so small a network are not the point here: shares are checked with them taken out.
		var shares []float64
		for i, p := range o.Shares {
			if f := o.Weights.Factor(bandwidth.PositionGuard, o.Decisions[i].Flags.Kind()); f > 0 {
				p /= f
			}
			shares = append(shares, p)
		}
		if diff := cmp.Diff(tt.shares, normal(shares), cmpopts.EquateApprox(0, 1e-9), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: shares (-want +got):\n%s", tt.reason, diff)
		}
	}
}

func normal(shares []float64) []float64 {
	total := 0.0
	for _, p := range shares {
		total += p
	}
	for i := range shares {
		if total > 0 {
			shares[i] /= total
		}
	}
	return shares
}

func TestOutcomeOptions(t *testing.T) {
	n := foresight.Network{Rules: guard.Latest(), Relays: []guard.Relay{veteran(1, 3000)}}
	if !n.Outcome().Thresholds.EnoughMTBF {
		t.Error("an authority without more said about it decides Stable by uptime")
	}
	n.ByUptime = true
	if n.Outcome().Thresholds.EnoughMTBF {
		t.Error("ByUptime has no effect")
	}
	n.WeightScale = 1000
	if got := n.Outcome().Weights.Wmm; got != 1000 {
		t.Errorf("at scale 1000 Wmm is %d", got)
	}
	n.WeightScale = math.MaxInt64
	if o := n.Outcome(); !errors.Is(o.Unweighed, bandwidth.ErrTooLarge) || o.Shares[0] != 1 {
		t.Errorf("a scale too large: %v, shares %v", o.Unweighed, o.Shares)
	}
}

// A seizure, an attack and a change of rules, each with what it does to the others' flags.
func TestWhatIf(t *testing.T) {
	var relays []guard.Relay
	for i := range 8 {
		relays = append(relays, veteran(byte(i), bandwidth.KB(200+100*i))) // 200 to 900 KB/s
	}
	before := foresight.Network{Rules: guard.Latest(), Relays: relays}
	guards := func(n foresight.Network) (names string) {
		o := n.Outcome()
		for i, d := range o.Decisions {
			if d.Flags.Has(consensus.Guard) {
				names += o.Relays[i].Nickname
			}
		}
		return names
	}
	// Three quarters of 8 relays are below the 7th.
	if got := guards(before); got != "gh" {
		t.Fatalf("guards before: %s", got)
	}

	seized := before.Without(relays[7].Identity, consensus.Fingerprint{99})
	if got := guards(seized); got != "fg" {
		t.Errorf("without the fastest: %s", got)
	}
	var gained, lost consensus.Flag
	for c := range foresight.Changes(before.Outcome(), seized.Outcome()) {
		switch c.Nickname {
		case "f":
			gained = c.Gained()
		case "h":
			lost = c.Lost()
			if !c.WasThere || c.IsThere || c.ShareBefore == 0 || c.ShareAfter != 0 {
				t.Errorf("the seized relay: %+v", c)
			}
		default:
			if c.Gained() != 0 || c.Lost() != 0 {
				t.Errorf("%s gained %v and lost %v", c.Nickname, c.Gained(), c.Lost())
			}
		}
	}
	if gained != consensus.Guard || lost != guard.Decided {
		t.Errorf("f gained %v, h lost %v", gained, lost)
	}

	var attack []guard.Relay
	for i := range 24 {
		young := veteran(byte(100+i), 5000)
		young.TimeKnown, young.WFU = hour, 1
		attack = append(attack, young)
	}
	flooded := before.With(attack...)
	// They push the bandwidth of a guard above the veterans', and the time it must be known down to their own hour.
	o := flooded.Outcome()
	if got := guards(flooded); strings.ContainsAny(got, "abcdefgh") || o.Count(consensus.Guard) != 24 {
		t.Errorf("with 24 fast newcomers these are guards: %s", got)
	}
	if o.Thresholds.GuardTimeKnown != hour || o.Count(consensus.Fast) != 8+24 {
		t.Errorf("with them %d are Fast, and %d s known are enough", o.Count(consensus.Fast), o.Thresholds.GuardTimeKnown)
	}

	lenient := guard.Latest()
	lenient.GuardBandwidth = 500_000
	if got := guards(before.Under(lenient)); got != "defgh" {
		t.Errorf("under a guarantee of 500 KB/s: %s", got)
	}
	if got := guards(before); got != "gh" {
		t.Errorf("the network itself has changed: %s", got)
	}
}

func network(t *rapid.T) foresight.Network {
	small := rapid.SampledFrom([]int64{0, 1, 2, 300, 5000, 90000, 800000})
	n := foresight.Network{Rules: guard.Latest()}
	n.Rules.MinMeasured = rapid.SampledFrom([]int{0, 3, 500}).Draw(t, "measured before advertised is ignored")
	n.Rules.MinCounted = 0
	for i := range rapid.IntRange(0, 20).Draw(t, "relays") {
		r := veteran(byte(i), bandwidth.KB(small.Draw(t, "KB")))
		for _, f := range []consensus.Flag{consensus.Exit, consensus.BadExit, consensus.Sybil, consensus.MiddleOnly} {
			if rapid.IntRange(0, 5).Draw(t, "has") == 0 {
				r.Facts = r.Facts.With(f)
			}
		}
		if rapid.IntRange(0, 5).Draw(t, "lacks") == 0 {
			r.Facts = r.Facts.Without(consensus.Running)
		}
		r.Measured, r.IsMeasured = bandwidth.KB(small.Draw(t, "measured")), rapid.Bool().Draw(t, "is measured")
		r.WFU = rapid.Float64Range(0.9, 1).Draw(t, "WFU")
		r.TimeKnown, r.MTBF = small.Draw(t, "time known"), float64(small.Draw(t, "MTBF"))
		r.Unknown = guard.Unknowns(rapid.SampledFrom([]int{0, 0, 0, 0x3f}).Draw(t, "unknown"))
		n.Relays = append(n.Relays, r)
	}
	return n
}

var cmpOutcome = cmp.Options{
	cmp.Comparer(func(a, b consensus.Flags) bool { return a == b }), cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) }),
}

func whatIsTakenAwayAndPutBackChangesNothing(t *rapid.T) {
	n := network(t)
	original := slices.Clone(n.Relays)
	var taken []guard.Relay
	var ids []consensus.Fingerprint
	for _, r := range n.Relays {
		if rapid.Bool().Draw(t, "taken") {
			taken, ids = append(taken, r), append(ids, r.Identity)
		}
	}
	without := n.Without(ids...)
	for c := range foresight.Changes(n.Outcome(), without.With(taken...).Outcome()) {
		if c.Gained() != 0 || c.Lost() != 0 || !c.WasThere || !c.IsThere || math.Abs(c.ShareBefore-c.ShareAfter) > 1e-12 {
			t.Fatalf("changed: %+v", c)
		}
	}
	if diff := cmp.Diff(n.Outcome(), n.With(taken...).Outcome(), cmpOutcome); diff != "" {
		t.Fatalf("putting what is there in its own place changes the outcome:\n%s", diff)
	}
	if diff := cmp.Diff(original, n.Relays, cmpOutcome); diff != "" {
		t.Fatalf("the network was changed:\n%s", diff)
	}
}

func TestTakenAwayAndPutBack(t *testing.T) { rapid.Check(t, whatIsTakenAwayAndPutBackChangesNothing) }
func FuzzTakenAwayAndPutBack(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(whatIsTakenAwayAndPutBackChangesNothing))
}

func changesAreEveryRelayOnceAndMirrorWhenTurnedAround(t *rapid.T) {
	n := network(t)
	var gone []consensus.Fingerprint
	for _, r := range n.Relays {
		if rapid.IntRange(0, 3).Draw(t, "gone") == 0 {
			gone = append(gone, r.Identity)
		}
	}
	before, after := n.Outcome(), n.Without(gone...).With(veteran(200, 90000)).Outcome()
	forth := slices.Collect(foresight.Changes(before, after))
	back := slices.Collect(foresight.Changes(after, before))
	if len(forth) != len(n.Relays)+1 || len(back) != len(forth) {
		t.Fatalf("%d relays and one new: %d changes, %d turned around", len(n.Relays), len(forth), len(back))
	}
	sum := 0.0
	for i, c := range forth {
		if i > 0 && forth[i-1].Identity.Compare(c.Identity) >= 0 {
			t.Fatalf("%v comes after %v", c.Identity, forth[i-1].Identity)
		}
		if c.Identity != back[i].Identity || c.Gained() != back[i].Lost() || c.Lost() != back[i].Gained() || c.Gained()&c.Lost() != 0 {
			t.Fatalf("%+v is %+v turned around", c, back[i])
		}
		if c.WasThere == slices.Contains(gone, c.Identity) && c.IsThere == c.WasThere {
			t.Fatalf("%+v: was it there?", c)
		}
		sum += c.ShareAfter
	}
	if sum != 0 && math.Abs(sum-1) > 1e-12 {
		t.Fatalf("shares after add up to %v", sum)
	}
	if i := slices.IndexFunc(before.Decisions, func(d guard.Decision) bool { return d.CannotTell&d.Flags.Known() != 0 }); i >= 0 {
		t.Fatalf("decision %d both gives and leaves open", i)
	}
}

func TestChanges(t *testing.T) { rapid.Check(t, changesAreEveryRelayOnceAndMirrorWhenTurnedAround) }
func FuzzChanges(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(changesAreEveryRelayOnceAndMirrorWhenTurnedAround))
}

// Of several relays with one identity the last counts.
func TestChangesOfTwins(t *testing.T) {
	first, last := veteran(1, 10), veteran(1, 9000)
	last.Nickname = "last"
	o := foresight.Network{Rules: guard.Latest(), Relays: []guard.Relay{first, veteran(0, 5000), last}}.Outcome()
	changes := slices.Collect(foresight.Changes(o, foresight.Outcome{}))
	if len(changes) != 2 || changes[1].Nickname != "last" || changes[1].Lost() != guard.Decided {
		t.Errorf("%+v", changes)
	}
	for range foresight.Changes(o, o) {
		break // stopping early is no fault
	}
}

func BenchmarkOutcome(b *testing.B) {
	b.ReportAllocs()
	var relays []guard.Relay
	for i := range 7000 {
		r := veteran(0, bandwidth.KB(i))
		r.Identity = consensus.Fingerprint{byte(i), byte(i >> 8)}
		relays = append(relays, r)
	}
	n := foresight.Network{Rules: guard.Latest(), Relays: relays}
	for b.Loop() {
		n.Outcome()
	}
}
