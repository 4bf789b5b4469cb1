package authority_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/wfu"
	"pgregory.net/rapid"
)

// genLedger draws histories of relays of which there is no descriptor, and those that the consensus still lists.
func genLedger(t *rapid.T) (l wfu.Ledger, listed []consensus.Fingerprint) {
	l = wfu.Ledger{
		StoredAt: start - 1, TrackedSince: start - 400*86400, Relays: map[[20]byte]wfu.History{},
		LastDownrated: start - wfu.Instant(rapid.Int64Range(0, 43199).Draw(t, "clock")),
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "relays") {
		h := wfu.History{}.Reachable(start - wfu.Instant(rapid.Int64Range(1, 1000000).Draw(t, "up since")))
		if rapid.Bool().Draw(t, "down") {
			h = h.Unreachable(start - 1)
		}
		if rapid.Bool().Draw(t, "nearly forgotten") {
			h.TotalRunWeights = 0.00011
		}
		l.Relays[[20]byte{byte(i)}] = h
		if rapid.Bool().Draw(t, "listed") {
			listed = append(listed, consensus.Fingerprint{byte(i)})
		}
	}
	return l, listed
}

// Where relays give no cause, how often an authority votes does not change what it remembers.
func timePassesAlikeInOneStepAndInMany(t *rapid.T) {
	ledger, listed := genLedger(t)
	a := authority.Authority{Options: authority.Defaults(false)}
	steps := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 3600), rapid.SampledFrom([]int64{1799, 1800, 1801, 43199, 43200, 100000})), 1, 12).Draw(t, "steps")
	many := a.Start(ledger, nil, nil, start)
	one, at := many, start
	in := authority.Input{Consensus: listed}
	for _, seconds := range steps {
		at = at.Add(seconds)
		in.Now = at
		_, many = a.Vote(many, in)
	}
	_, one = a.Vote(one, in)
	if diff := cmp.Diff(one.Ledger, many.Ledger, values); diff != "" || one.Now != at || many.Now != at {
		t.Fatalf("-one step +many:\n%s", diff)
	}
}

func TestTimePassesAlikeInOneStepAndInMany(t *testing.T) {
	rapid.Check(t, timePassesAlikeInOneStepAndInMany)
}
func FuzzTimePassesAlikeInOneStepAndInMany(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(timePassesAlikeInOneStepAndInMany))
}

func TestWhatFallsDueBetweenVotes(t *testing.T) {
	up, id := wfu.History{}.Reachable(start-50000), consensus.Fingerprint{1}
	down := wfu.History{WeightedRunLength: 1000, WeightedUptime: 1000, TotalRunWeights: 1, TotalWeightedTime: 2000}
	dim := wfu.History{WeightedRunLength: 10, TotalRunWeights: 0.000104, TotalWeightedTime: 20} // one discount below what is kept
	a := authority.Authority{Options: authority.Defaults(false)}
	descriptor := []consensus.Descriptor{{Identity: id, Published: start}}
	for _, test := range []struct {
		name    string
		history wfu.History
		clock   wfu.Instant // of the last discount
		relays  []consensus.Descriptor
		listed  []consensus.Fingerprint
		at      int64
		want    wfu.History // zero: forgotten
	}{
		{"no discount the second before it is due", down, start - 40000, descriptor, nil, 3199, down},
		{"a discount the second it is due", down, start - 40000, descriptor, nil, 3200, down.Discount(1)},
		{"one at the start", down, start - 43200, descriptor, nil, 0, down.Discount(1)},
		{"several while it was off, by one multiplication", down, start - 5*43200, descriptor, nil, 0, down.Discount(5)},
		{"several while it runs, one by one", down, start, descriptor, nil, 2*43200 + 5, down.Discount(1).Discount(1)},
		{"what a discount made dim is remembered to the half hour", dim, start - 43000, descriptor, nil, 1799, dim.Discount(1)},
		{"and no longer", dim, start - 43000, nil, nil, 1800, wfu.History{}},
		{"a run of no descriptor ends at the start", up, start, nil, nil, 100, up.Unreachable(start)},
		{"with a descriptor it does not", up, start, descriptor, nil, 100, up},
	} {
		l := wfu.Ledger{StoredAt: start, TrackedSince: start - 100000, LastDownrated: test.clock, Relays: map[[20]byte]wfu.History{id: test.history}}
		state := a.Start(l, test.relays, nil, start)
		_, state = a.Vote(state, authority.Input{Now: start.Add(test.at), Consensus: test.listed})
		if diff := cmp.Diff(test.want, state.Ledger.Relays[id]); diff != "" {
			t.Errorf("%s:\n%s", test.name, diff)
		}
	}
}

// A descriptor may be gone between two votes, and the run ends when the histories are saved next, each half hour.
func TestRunsOfRelaysThatAreGoneEndAtTheNextSave(t *testing.T) {
	id := consensus.Fingerprint{1}
	up := wfu.History{}.Reachable(start - 50000)
	a := authority.Authority{Options: authority.Defaults(false)}
	a.Options.TestReachability = false
	relays := []consensus.Descriptor{{Identity: id, Published: start}}
	l := wfu.Ledger{StoredAt: start, TrackedSince: start - 100000, LastDownrated: start, Relays: map[[20]byte]wfu.History{id: up}}
	_, state := a.Vote(a.Start(l, relays, nil, start), authority.Input{Relays: relays, Now: start + 10})
	for _, test := range []struct {
		name string
		in   authority.Input
		want wfu.History
	}{
		{"before the save", authority.Input{Now: start + 1799}, up},
		{"at the save", authority.Input{Now: start + 1800}, up.Unreachable(start + 1800)},
		{"after it", authority.Input{Now: start + 3000}, up.Unreachable(start + 1800)},
		{"the consensus lists it still", authority.Input{Now: start + 3000, Consensus: []consensus.Fingerprint{id}}, up},
	} {
		_, after := a.Vote(state, test.in)
		if diff := cmp.Diff(test.want, after.Ledger.Relays[id]); diff != "" {
			t.Errorf("%s:\n%s", test.name, diff)
		}
	}
}

func TestLongTimesPassQuickly(t *testing.T) {
	a := authority.Authority{Options: authority.Defaults(false)}
	relays := []consensus.Descriptor{{Identity: consensus.Fingerprint{1}, Published: 1}}
	for _, now := range []wfu.Instant{0, 1, 1 << 33, 1 << 40, 1<<62 - 1, -1 << 40} {
		for _, clock := range []wfu.Instant{0, 1, 1 << 40, -1 << 40} {
			l := wfu.Ledger{LastDownrated: clock, Relays: map[[20]byte]wfu.History{{1}: wfu.History{}.Reachable(1), {2}: wfu.History{}.Reachable(1)}}
			in := authority.Input{Relays: relays, Now: now}
			vote, state := a.Vote(authority.State{Started: 1, Now: 1, Ledger: l}, in)
			if state.Now < now || len(vote.Entries) > 1 {
				t.Errorf("now %d, clock %d: %+v", now, clock, state)
			}
			a.Vote(a.Start(l, relays, nil, now), in)
			a.Vote(authority.State{}, in)
		}
	}
}
