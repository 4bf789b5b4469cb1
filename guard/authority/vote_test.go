package authority_test

import (
	"maps"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/wfu"
	"pgregory.net/rapid"
)

// start is when the authorities of these tests come up.
const start wfu.Instant = 1768435200 // 2026-01-15 00:00:00

// network is what an authority of these tests has.
type network struct {
	authority authority.Authority
	ledger    wfu.Ledger
	input     authority.Input
}

// genNetwork draws one whose relays stand on the edges of what a vote looks at.
func genNetwork(t *rapid.T) network {
	release, _ := authority.ParseRelease(rapid.SampledFrom(releases).Draw(t, "release"))
	o := release.Defaults(rapid.Bool().Draw(t, "testing"))
	o.TestReachability = rapid.Bool().Draw(t, "tests reachability")
	o.LearnSeconds = rapid.SampledFrom([]int64{0, 60, 1800}).Draw(t, "learns for")
	o.Rules.MaxPerAddress = rapid.IntRange(0, 3).Draw(t, "per address")
	o.Rules.MinMeasured = rapid.SampledFrom([]int{-1, 0, 3, 500}).Draw(t, "measured")
	o.ListBadExits, o.ListMiddleOnly = rapid.Bool().Draw(t, "bad exits"), rapid.Bool().Draw(t, "middle only")
	n := network{
		authority: authority.Authority{Options: o, Lists: authority.Lists{Relays: map[consensus.Fingerprint]authority.Mark{}}},
		ledger:    wfu.Ledger{TrackedSince: start - 40*86400, LastDownrated: start - 7*3600, StoredAt: start - 60, Relays: map[[20]byte]wfu.History{}},
	}
	file := bandwidth.File{Timestamp: int64(start) - 3600}
	relays := rapid.IntRange(0, 20).Draw(t, "relays")
	for i := range relays {
		d := consensus.Descriptor{
			Identity: consensus.Fingerprint{rapid.Byte().Draw(t, "identity"), byte(i)},
			Ed25519:  [32]byte{1, rapid.ByteRange(0, 60).Draw(t, "ed25519")},
			Address:  netip.AddrFrom4([4]byte{198, 18, 0, rapid.ByteRange(0, 9).Draw(t, "address")}), ORPort: 9001,
			Published:          start - wfu.Instant(rapid.SampledFrom([]int64{-3600, 0, 64800, 64801, 86400, 86401}).Draw(t, "age")),
			Uptime:             rapid.Int64Range(0, 60*86400).Draw(t, "uptime"),
			Rate:               1 << 30,
			Observed:           rapid.Uint64Range(0, 4000).Draw(t, "observed") * 1000,
			Hibernating:        rapid.IntRange(0, 9).Draw(t, "hibernates") == 0,
			TunnelledDirServer: rapid.IntRange(0, 9).Draw(t, "directory") > 0,
			HiddenServiceDir:   true,
			Policy:             consensus.Policy{{Prefix: netip.MustParsePrefix("0.0.0.0/0"), MinPort: 1, MaxPort: 65535, Accept: rapid.Bool().Draw(t, "exit")}},
			Text:               []byte{byte(i)},
		}
		n.input.Relays = append(n.input.Relays, d)
		if rapid.IntRange(0, 3).Draw(t, "history") > 0 {
			since := start - wfu.Instant(rapid.Int64Range(0, 30*86400).Draw(t, "since"))
			h := wfu.History{}.Reachable(since)
			if rapid.Bool().Draw(t, "down") {
				h = h.Unreachable(since + (start-since)/2)
			}
			n.ledger.Relays[d.Identity] = h
		}
		if rapid.Bool().Draw(t, "measured") {
			file.Relays = append(file.Relays, bandwidth.Line{NodeID: d.Identity, BW: bandwidth.KB(rapid.Uint32Range(0, 9000).Draw(t, "measurement"))})
		}
		n.authority.Lists.Relays[d.Identity] = authority.Mark(rapid.SampledFrom([]uint8{0, 0, 0, 2, 4, 8, 16, 32, 64}).Draw(t, "mark"))
	}
	n.ledger.Relays[[20]byte{0xff}] = wfu.History{}.Reachable(start - 5000) // of no descriptor
	if rapid.Bool().Draw(t, "bandwidth file") {
		n.input.Bandwidth = &file
	}
	return n
}

func (n network) start() authority.State {
	return n.authority.Start(n.ledger, n.input.Relays, n.input.Bandwidth, start)
}

// at is the input of a vote at that many seconds after the start.
func (n network) at(seconds int64) authority.Input {
	n.input.Now, n.input.Uptime = start.Add(seconds), seconds
	return n.input
}

var values = cmp.Options{
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }), cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b }),
	cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }), cmp.Comparer(func(a, b consensus.Flags) bool { return a.String() == b.String() }),
	cmpopts.EquateNaNs(), cmpopts.EquateEmpty(),
}

func votingChangesNothingThatWasPassedIn(t *rapid.T) {
	n := genNetwork(t)
	ledger, relays := n.ledger.Clone(), slices.Clone(n.input.Relays)
	state := n.start()
	if diff := cmp.Diff(ledger, n.ledger, values); diff != "" {
		t.Fatalf("Start changed the ledger:\n%s", diff)
	}
	reached := state.Reach(consensus.Fingerprint{1}, start+1, netip.MustParseAddrPort("192.0.2.1:1"), 3600)
	before, reachedBefore := state.Ledger.Clone(), maps.Clone(reached.Reached)
	in := n.at(rapid.Int64Range(0, 90000).Draw(t, "seconds"))
	first, _ := n.authority.Vote(state, in)
	n.authority.Vote(reached, in)
	if diff := cmp.Diff(before, state.Ledger, values); diff != "" {
		t.Fatalf("Vote or Reach changed the state's ledger:\n%s", diff)
	}
	if !maps.Equal(reachedBefore, reached.Reached) || !cmp.Equal(relays, in.Relays, values) {
		t.Fatal("Vote changed who was reached, or the descriptors")
	}
	if again, _ := n.authority.Vote(state, in); again.String() != first.String() {
		t.Fatalf("the same vote is another the second time:\n%s", cmp.Diff(first.String(), again.String()))
	}
}

func TestVotingChangesNothingThatWasPassedIn(t *testing.T) {
	rapid.Check(t, votingChangesNothingThatWasPassedIn)
}
func FuzzVotingChangesNothingThatWasPassedIn(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(votingChangesNothingThatWasPassedIn))
}

func orderOfDescriptorsDoesNotMatter(t *rapid.T) {
	n := genNetwork(t)
	in := n.at(100)
	vote, state := n.authority.Vote(n.start(), in)
	n.input.Relays = rapid.Permutation(in.Relays).Draw(t, "order")
	again, stateAgain := n.authority.Vote(n.start(), n.at(100))
	if diff := cmp.Diff(vote.String(), again.String()); diff != "" {
		t.Fatal(diff)
	}
	if diff := cmp.Diff(state.Ledger, stateAgain.Ledger, values); diff != "" {
		t.Fatal(diff)
	}
}

func TestOrderOfDescriptorsDoesNotMatter(t *testing.T) {
	rapid.Check(t, orderOfDescriptorsDoesNotMatter)
}
func FuzzOrderOfDescriptorsDoesNotMatter(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(orderOfDescriptorsDoesNotMatter))
}

// Votes note who is down and who is a sybil. Where a vote has noted them, another in the same second finds nothing new.
func secondVoteOfASecondIsTheFirst(t *rapid.T) {
	n := genNetwork(t)
	in := n.at(rapid.Int64Range(0, 50000).Draw(t, "seconds"))
	first, state := n.authority.Vote(n.start(), in)
	second, after := n.authority.Vote(state, in)
	if diff := cmp.Diff(first.String(), second.String()); diff != "" {
		t.Fatal(diff)
	}
	if diff := cmp.Diff(state.Ledger, after.Ledger, values); diff != "" || state.Now != after.Now {
		t.Fatal(diff)
	}
}

func TestSecondVoteOfASecondIsTheFirst(t *testing.T) { rapid.Check(t, secondVoteOfASecondIsTheFirst) }
func FuzzSecondVoteOfASecondIsTheFirst(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(secondVoteOfASecondIsTheFirst))
}

// Every entry is what the public rules decide of the relay it shows, and its thresholds those of all relays.
func votesAreMadeOfThePublicFunctions(t *rapid.T) {
	n := genNetwork(t)
	in := n.at(100)
	vote, _ := n.authority.Vote(n.start(), in)
	for i, e := range vote.Entries {
		want := vote.Rules.Decide(e.Relay, vote.Thresholds).Flags.Intersect(vote.KnownFlags)
		if e.Flags.String() != want.String() || e.Stats != e.History.Stats(in.Now) || e.Relay.WFU != e.History.WFU(in.Now) {
			t.Fatalf("%v: %v, %v", e.Relay.Identity, e.Flags, e.Stats)
		}
		if i > 0 && vote.Entries[i-1].Relay.Identity.Compare(e.Relay.Identity) >= 0 {
			t.Fatal("not in the order of identities")
		}
	}
	knows := n.authority.Options.LearnSeconds < 100
	if vote.KnownFlags.Has(consensus.Running) != knows {
		t.Fatalf("votes on Running: %v", !knows)
	}
	for _, e := range vote.Entries {
		if e.Flags.Has(consensus.Sybil) && e.Flags.Has(consensus.Guard|consensus.Running) {
			t.Fatalf("a sybil with %v", e.Flags)
		}
	}
	text := vote.String()
	for d := range vote.Compare([]byte(text)) {
		t.Fatalf("differs from itself: %+v", d)
	}
}

func TestVotesAreMadeOfThePublicFunctions(t *testing.T) {
	rapid.Check(t, votesAreMadeOfThePublicFunctions)
}
func FuzzVotesAreMadeOfThePublicFunctions(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(votesAreMadeOfThePublicFunctions))
}

func TestRelaysThatShareAnEd25519IdentityAreVotedOnOnce(t *testing.T) {
	a := authority.Authority{Options: authority.Defaults(true)}
	a.Options.TestReachability = false
	a.Options.Rules.MinMeasured = 3
	relay := func(id byte, ed byte, published wfu.Instant) consensus.Descriptor {
		return consensus.Descriptor{
			Identity: consensus.Fingerprint{id}, Ed25519: [32]byte{ed}, Published: published, Rate: 1e6, Observed: uint64(id) * 10000,
			Address: netip.AddrFrom4([4]byte{198, 18, 0, id}), Text: []byte{id},
		}
	}
	in := authority.Input{Now: start + 10, Relays: []consensus.Descriptor{
		relay(1, 7, start-5), relay(2, 7, start-4), relay(3, 7, start-6), // the newest
		relay(4, 8, start), relay(5, 8, start), // SHA-1 of 05 begins with 8d, of 04 with c4
		relay(6, 0, start), relay(7, 0, start), // none at all
	}}
	file := bandwidth.File{Timestamp: int64(start)}
	for i := range in.Relays[:5] {
		file.Relays = append(file.Relays, bandwidth.Line{NodeID: in.Relays[i].Identity, BW: 50})
	}
	in.Bandwidth = &file
	vote, state := a.Vote(a.Start(wfu.Ledger{}, in.Relays, in.Bandwidth, start), in)
	var got []byte
	for _, e := range vote.Entries {
		got = append(got, '0'+e.Relay.Identity[0])
	}
	if string(got) != "2567" {
		t.Errorf("voted on %s", got)
	}
	if vote.Thresholds.IgnoringAdvertised {
		t.Error("five relays are measured, but only two of those that are left")
	}
	if want := guard.Latest(); vote.Rules.MinMeasured != 3 || want.MinMeasured != 500 {
		t.Error("the rules were changed")
	}
	// Those left out still count toward thresholds: of 50, 50, 50, 50, 50, 60 and 70 the three quarters are 60.
	if vote.Thresholds.GuardIncludingExits != 60 {
		t.Errorf("threshold %v", vote.Thresholds.GuardIncludingExits)
	}
	if len(state.Ledger.Relays) != 7 {
		t.Errorf("%d histories", len(state.Ledger.Relays))
	}
}
