package consensus_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// electionGen makes votes with all that can make them disagree, and the number of authorities.
var electionGen = rapid.Custom(func(t *rapid.T) election {
	n := rapid.IntRange(1, 9).Draw(t, "votes")
	e := election{authorities: n + rapid.SampledFrom([]int{0, 0, 0, 1, 2, 5}).Draw(t, "silent authorities")}
	// Flags that change much, or that conflict when many have them, are left to some of the relays.
	rare := rapid.SliceOfN(rapid.SampledFrom([]consensus.Flag{
		0, consensus.MiddleOnly | consensus.Named | consensus.Unnamed, consensus.MiddleOnly | consensus.Named, consensus.MiddleOnly | consensus.Unnamed,
	}), 0, 5).Draw(t, "flags that a relay never has")
	for i := range n {
		v := made(i + 1)
		v.Header.KnownFlags = flagsGen(usualFlags+" Named Unnamed NoEdConsensus Aardvark Foo Zap", 4).Draw(t, "known")
		v.Header.Methods = rapid.SliceOfN(rapid.SampledFrom([]int{9, 31, 32, 33, 33, 34, 34, 35, 35, 35, 36, 40}), 1, 8).Draw(t, "methods")
		v.Header.Params = paramsGen.Draw(t, "params")
		for id, never := range rare {
			if rapid.IntRange(0, 9).Draw(t, "lists it") > 0 {
				v.Entries = append(v.Entries, drawEntry(t, id, v.Header.KnownFlags.Without(never)))
			}
		}
		e.votes = append(e.votes, v)
	}
	return e
})

type election struct {
	votes       []consensus.Document
	authorities int
}

// flagsGen makes sets of the flags that names lists: half of them for one layer, three quarters for two, and so on.
func flagsGen(names string, layers int) *rapid.Generator[consensus.Flags] {
	return rapid.Custom(func(t *rapid.T) consensus.Flags {
		bits := uint32(0)
		for range layers {
			bits |= rapid.Uint32().Draw(t, "flags")
		}
		var chosen []string
		for i, name := range strings.Fields(names) {
			if bits>>i&1 == 1 {
				chosen = append(chosen, name)
			}
		}
		return consensus.ParseFlags([]byte(strings.Join(chosen, " ")))
	})
}

var paramsGen = rapid.Custom(func(t *rapid.T) consensus.Params {
	var p consensus.Params
	for _, name := range []string{"ab1", "ab", "ab_", "bwweightscale", "maxunmeasuredbw"} {
		if rapid.Bool().Draw(t, name) {
			value := rapid.OneOf(rapid.Int32Range(-2, 60), rapid.SampledFrom([]int32{math.MinInt32, math.MaxInt32, 10000})).Draw(t, "value")
			p = append(p, consensus.Param{Name: name, Value: value})
		}
	}
	return p
})

var kbGen = rapid.OneOf(rapid.Uint32Range(0, 60), rapid.Uint32Range(0, 200_000),
	rapid.SampledFrom([]uint32{0, math.MaxInt32, math.MaxInt32 + 1, math.MaxUint32}))

func drawEntry(t *rapid.T, id int, known consensus.Flags) consensus.Entry {
	oneOf := func(n int, label string) int { return max(0, rapid.IntRange(-4, n-1).Draw(t, label)) }
	rarely := func(label string) bool { return rapid.IntRange(0, 5).Draw(t, label) == 0 }

	var weight consensus.Weight
	if !rarely("no Bandwidth") && id != 3 {
		weight.Bandwidth, weight.HasBandwidth = bandwidth.KB(kbGen.Draw(t, "Bandwidth")), true
	}
	if !rarely("no Measured") && id%2 == 0 {
		weight.Measured, weight.HasMeasured = bandwidth.KB(kbGen.Draw(t, "Measured")), true
	}
	if !rarely("no GuardFraction") {
		weight.GuardFraction, weight.HasGuardFraction = rapid.Uint8Range(0, 100).Draw(t, "GuardFraction"), true
	}
	e := relayNo(id, "", "")
	e.Weight = weight
	names := strings.Join(slices.Collect(known.Names()), " ")
	e.Flags = flagsGen(names, rapid.IntRange(1, 4).Draw(t, "layers")).Draw(t, "flags")
	e.Nickname = []byte([]string{"one", "ONE", "two"}[oneOf(3, "nickname")])
	e.Digest = identityNo(200 + oneOf(3, "digest"))
	if oneOf(2, "published") == 1 {
		e.Published += 3600
	}
	e.Address = netip.AddrFrom4([4]byte{192, 0, 2, byte(oneOf(2, "address"))})
	e.ORPort, e.DirPort = 9001+uint16(oneOf(2, "ORPort")), uint16(oneOf(2, "DirPort"))
	switch oneOf(4, "ed25519") {
	case 1:
		e.Ed25519 = keyNo(500 + id)
	case 2:
		e.Ed25519 = [32]byte{} // "none"
	case 3:
		e.HasEd25519, e.Ed25519 = false, [32]byte{}
	}
	if rarely("no m line") {
		e.Text = nil
	} else {
		e = withMicrodesc(e, oneOf(3, "microdescriptor"))
	}
	return e
}

// mustTally is what the election comes to; the votes are as they are read, so they can be counted.
func (e election) mustTally(t *rapid.T) consensus.Outcome {
	o, err := consensus.Tally(e.votes, e.authorities)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func propTallyDoesWhatTheRuleSays(t *rapid.T) {
	e := electionGen.Draw(t, "election")
	o := e.mustTally(t)
	for _, flavour := range []string{"", "microdesc"} {
		if diff := cmp.Diff(slowTally(e.votes, e.authorities, flavour), string(o.AppendLines(nil, flavour))); diff != "" {
			t.Fatalf("flavour %q: the rule (-) and Tally (+) differ:\n%s", flavour, diff)
		}
	}
}

func propTallyDoesNotDependOnAnyOrder(t *rapid.T) {
	e := electionGen.Draw(t, "election")
	want := e.mustTally(t)
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	other := election{clone(e.votes), e.authorities}
	random.Shuffle(len(other.votes), func(i, j int) { other.votes[i], other.votes[j] = other.votes[j], other.votes[i] })
	for _, v := range other.votes {
		random.Shuffle(len(v.Entries), func(i, j int) { v.Entries[i], v.Entries[j] = v.Entries[j], v.Entries[i] })
		random.Shuffle(len(v.Header.Methods), func(i, j int) {
			v.Header.Methods[i], v.Header.Methods[j] = v.Header.Methods[j], v.Header.Methods[i]
		})
	}
	shuffled := clone(other.votes)
	got := other.mustTally(t)
	if !reflect.DeepEqual(want.Relays, got.Relays) {
		t.Fatalf("shuffled votes come to (+), others to (-):\n%s", cmp.Diff(string(want.AppendLines(nil, "")), string(got.AppendLines(nil, ""))))
	}
	if want.Method != got.Method || want.Totals != got.Totals || want.Weights != got.Weights ||
		!slices.Equal(want.Params, got.Params) || want.KnownFlags != got.KnownFlags {
		t.Fatalf("shuffled votes come to %v, others to %v", got.Totals, want.Totals)
	}
	if !reflect.DeepEqual(shuffled, other.votes) {
		t.Fatal("the votes were changed")
	}
}

func propOneVoteOfOneAuthorityTalliesToItselfMinusWhatIsNotRunningAndValid(t *rapid.T) {
	// MiddleOnly, Named, Unnamed and NoEdConsensus have rules of their own.
	v := made(1)
	v.Header.KnownFlags = flagsGen("Authority BadExit Exit Fast Foo Guard HSDir Stable V2Dir", 3).Draw(t, "known").
		With(consensus.Running | consensus.Valid)
	v.Header.Params = paramsGen.Draw(t, "params")
	for id := range rapid.IntRange(0, 8).Draw(t, "relays") {
		v.Entries = append(v.Entries, drawEntry(t, id, v.Header.KnownFlags))
	}
	o := election{[]consensus.Document{v}, 1}.mustTally(t)
	if o.KnownFlags != v.Header.KnownFlags.With(consensus.NoEdConsensus) || !slices.Equal(o.Params, v.Header.Params) {
		t.Fatalf("known flags %v, parameters %v", o.KnownFlags, o.Params)
	}
	i := 0
	for _, e := range v.Entries {
		r := o.Relays[i]
		i++
		if r.Identity != e.Identity || r.Digest != e.Digest || string(r.Nickname) != string(e.Nickname) {
			t.Fatalf("relay %v for entry %v", r.Identity, e.Identity)
		}
		flags := e.Flags
		if !e.HasEd25519 {
			flags = flags.With(consensus.NoEdConsensus)
		}
		if r.Flags != flags {
			t.Fatalf("flags %v, want %v", r.Flags, flags)
		}
		if included := flags.Has(consensus.Running | consensus.Valid); included != (r.Standing == consensus.Included) {
			t.Fatalf("flags %v: %v", flags, r.Standing)
		} else if !included {
			continue
		}
		// One measurement is not enough, one guard fraction neither.
		if want := (consensus.Weight{Bandwidth: e.Weight.Bandwidth, HasBandwidth: e.Weight.HasBandwidth, Unmeasured: e.Weight.HasBandwidth}); r.Weight != want {
			t.Fatalf("weight %v of %v", r.Weight, e.Weight)
		}
	}
	if i != len(o.Relays) {
		t.Fatalf("%d relays of %d entries", len(o.Relays), i)
	}
}

func propPollsExplainTheFlags(t *rapid.T) {
	e := electionGen.Draw(t, "election")
	o := e.mustTally(t)
	for _, r := range o.Relays {
		for flag := range o.KnownFlags.Names() {
			p := o.Poll(r, flag)
			if n := len(p.For) + len(p.Against) + len(p.Absent) + len(p.Silent); n != len(e.votes) {
				t.Fatalf("%s: %d opinions of %d votes", flag, n, len(e.votes))
			}
			if voters := len(e.votes) - len(p.Silent); 2*p.Needed <= voters || 2*(p.Needed-1) > voters {
				t.Fatalf("%s: %d needed of %d who know it", flag, p.Needed, voters)
			}
			if p.Short != max(0, p.Needed-len(p.For)) {
				t.Fatalf("%s: short of %d, with %d of %d", flag, p.Short, len(p.For), p.Needed)
			}
			known, _ := consensus.ParseFlag(flag)
			special := known&(consensus.Named|consensus.Unnamed|consensus.NoEdConsensus) != 0 || r.Standing == consensus.Unlisted ||
				r.Flags.Has(consensus.MiddleOnly) && known&(consensus.Exit|consensus.V2Dir|consensus.Guard|consensus.HSDir|consensus.BadExit) != 0
			if !special && p.Given != (p.Short == 0) {
				t.Fatalf("%s: given %v, short of %d", flag, p.Given, p.Short)
			}
			if p.Given != r.Flags.HasName(flag) {
				t.Fatalf("%s: given %v, flags %v", flag, p.Given, r.Flags)
			}
		}
	}
}

// The properties prove something only if the elections drawn bring up every part of the rule.
func TestElectionsDrawnBringUpAll(t *testing.T) {
	seen := map[string]int{}
	for seed := range 400 {
		e := electionGen.Example(seed)
		o, err := consensus.Tally(e.votes, e.authorities)
		if err != nil {
			t.Fatal(err)
		}
		seen[fmt.Sprintf("method %d", o.Method)]++
		seen[fmt.Sprintf("weights: %v", o.WeightsErr == nil)]++
		if len(o.Params) > 0 {
			seen["parameters"]++
		}
		for _, r := range o.Relays {
			seen[r.Standing.String()]++
			if r.Standing != consensus.Included {
				continue
			}
			for flag := range r.Flags.Names() {
				seen[flag]++
			}
			if !r.In("microdesc") {
				seen["without microdescriptor"]++
			}
			seen[fmt.Sprintf("Bandwidth %v Unmeasured %v GuardFraction %v", r.Weight.HasBandwidth, r.Weight.Unmeasured, r.Weight.HasGuardFraction)]++
		}
	}
	wanted := strings.Fields(usualFlags + " Named Unnamed NoEdConsensus Foo")
	wanted = append(wanted, "method 32", "method 33", "method 34", "method 35", "weights: true", "weights: false", "parameters",
		"listed by too few", "not Running", "not Valid", "in the consensus", "without microdescriptor",
		"Bandwidth false Unmeasured false GuardFraction false", "Bandwidth true Unmeasured false GuardFraction false",
		"Bandwidth true Unmeasured true GuardFraction false", "Bandwidth true Unmeasured false GuardFraction true",
		"Bandwidth true Unmeasured true GuardFraction true")
	for _, what := range wanted {
		if seen[what] < 5 {
			t.Errorf("%s: %d times", what, seen[what])
		}
	}
}

func TestTallyDoesWhatTheRuleSays(t *testing.T)     { rapid.Check(t, propTallyDoesWhatTheRuleSays) }
func TestTallyDoesNotDependOnAnyOrder(t *testing.T) { rapid.Check(t, propTallyDoesNotDependOnAnyOrder) }
func TestPollsExplainTheFlags(t *testing.T)         { rapid.Check(t, propPollsExplainTheFlags) }
func TestOneVoteOfOneAuthorityTalliesToItselfMinusWhatIsNotRunningAndValid(t *testing.T) {
	rapid.Check(t, propOneVoteOfOneAuthorityTalliesToItselfMinusWhatIsNotRunningAndValid)
}

func FuzzTallyDoesWhatTheRuleSays(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(propTallyDoesWhatTheRuleSays))
}
func FuzzTallyDoesNotDependOnAnyOrder(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(propTallyDoesNotDependOnAnyOrder))
}
func FuzzPollsExplainTheFlags(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propPollsExplainTheFlags)) }
func FuzzOneVoteOfOneAuthorityTalliesToItself(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(propOneVoteOfOneAuthorityTalliesToItselfMinusWhatIsNotRunningAndValid))
}
