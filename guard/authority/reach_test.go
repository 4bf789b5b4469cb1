package authority_test

import (
	"math"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/wfu"
)

var (
	relayID = consensus.Fingerprint{1}
	over4   = netip.MustParseAddrPort("192.0.2.1:9001")
	over6   = netip.MustParseAddrPort("[2001:db8::1]:9001")
)

func TestWhoIsRunning(t *testing.T) {
	const now = 100000 // seconds since the start
	type change = func(*authority.Authority, *consensus.Descriptor)
	same := func(*authority.Authority, *consensus.Descriptor) {}
	hibernates := func(_ *authority.Authority, d *consensus.Descriptor) { d.Hibernating = true }
	asks6 := func(a *authority.Authority, d *consensus.Descriptor) { a.Options.IPv6, d.IPv6 = true, over6 }
	for _, test := range []struct {
		name       string
		change     change
		four, six  int64 // when it was reached; 0: never
		want       bool
		downSince  int64 // of those not running
		reachedNot bool
	}{
		{name: "never reached", change: same, downSince: now},
		{name: "reached now", change: same, four: now, want: true},
		{name: "reached less than 45 minutes ago", change: same, four: now - 2699, want: true},
		{name: "reached 45 minutes ago", change: same, four: now - 2700, downSince: now - 2700 + 1280},
		{name: "reached long ago", change: same, four: 1, downSince: 1281},
		{name: "reachability is not tested", change: func(a *authority.Authority, _ *consensus.Descriptor) { a.Options.TestReachability = false }, want: true},
		{name: "it is the authority itself", change: func(a *authority.Authority, _ *consensus.Descriptor) { a.Self = relayID }, want: true},
		{name: "it is the authority itself, by its options", change: func(a *authority.Authority, _ *consensus.Descriptor) {
			a.Options.Authorities = []authority.Known{{Identity: relayID}}
		}, want: true},
		{name: "the authority hibernates, and knows better", change: func(a *authority.Authority, d *consensus.Descriptor) { a.Self, d.Hibernating = relayID, true }, want: true},
		{name: "hibernates", change: hibernates, downSince: now},
		{name: "hibernates, and was reached an hour after it said so", change: hibernates, four: now - 1000, want: true},
		{name: "hibernates, and was reached less than an hour after it said so", change: hibernates, four: now - 1001, downSince: now},
		{name: "hibernates where reachability is not tested", change: func(a *authority.Authority, d *consensus.Descriptor) {
			a.Options.TestReachability, d.Hibernating = false, true
		}, downSince: now},
		{name: "not reached over IPv6", change: asks6, four: now, downSince: now},
		{name: "reached over both", change: asks6, four: now, six: now - 2699, want: true},
		{name: "reached over IPv6 45 minutes ago", change: asks6, four: now, six: now - 2700, downSince: now},
		{name: "reached over IPv6 only", change: asks6, six: now, downSince: now},
		{name: "has no IPv6 address", change: func(a *authority.Authority, _ *consensus.Descriptor) { a.Options.IPv6 = true }, four: now, want: true},
		{name: "has an IPv6 address that is none", change: func(a *authority.Authority, d *consensus.Descriptor) {
			a.Options.IPv6, d.IPv6 = true, netip.MustParseAddrPort("[::]:1")
		}, four: now, want: true},
		{name: "IPv6 is not asked for", change: func(_ *authority.Authority, d *consensus.Descriptor) { d.IPv6 = over6 }, four: now, want: true},
	} {
		a := authority.Authority{Options: authority.Defaults(false)}
		d := consensus.Descriptor{Identity: relayID, Published: start.Add(now - 4600), Address: over4.Addr(), ORPort: over4.Port()}
		test.change(&a, &d)
		in := authority.Input{Relays: []consensus.Descriptor{d}, Now: start.Add(now), Uptime: now}
		state := a.Start(wfu.Ledger{Relays: map[[20]byte]wfu.History{relayID: wfu.History{}.Reachable(start - 5000)}}, in.Relays, nil, start)
		if test.four != 0 {
			state = state.Reach(relayID, start.Add(test.four), over4, 0)
		}
		if test.six != 0 {
			state = state.Reach(relayID, start.Add(test.six), over6, 0)
		}
		vote, state := a.Vote(state, in)
		e := vote.Entries[0]
		if e.Flags.Has(consensus.Running) != test.want {
			t.Errorf("%s: running %v", test.name, !test.want)
		}
		want := start.Add(test.downSince)
		if test.want {
			want = 0
		}
		if e.History.StartOfDowntime != want || state.Ledger.Relays[relayID] != e.History {
			t.Errorf("%s: down since %v, want %v", test.name, e.History.StartOfDowntime, want)
		}
	}
}

func TestAnAuthorityKeepsSilentUntilItKnows(t *testing.T) {
	for _, test := range []struct {
		learns, at int64
		knows      bool
	}{{1800, 1800, false}, {1800, 1801, true}, {0, 0, false}, {0, 1, true}, {math.MaxInt32, 1 << 31, true}, {math.MaxInt32, math.MaxInt32, false}} {
		a := authority.Authority{Options: authority.Defaults(false)}
		a.Options.LearnSeconds = test.learns
		in := authority.Input{
			Relays: []consensus.Descriptor{{Identity: relayID, Published: start.Add(test.at), Observed: 1e6, Rate: 1e6}},
			Now:    start.Add(test.at),
		}
		history := wfu.History{}.Reachable(start - 1000)
		state := a.Start(wfu.Ledger{Relays: map[[20]byte]wfu.History{relayID: history}}, in.Relays, nil, start)
		state = state.Reach(consensus.Fingerprint{2}, start, over4, 0)
		vote, _ := a.Vote(state, in)
		if vote.KnownFlags.Has(consensus.Running) != test.knows {
			t.Errorf("after %d of %d seconds: votes on Running: %v", test.at, test.learns, !test.knows)
		}
		if down := !vote.Entries[0].History.Running(); down != test.knows {
			t.Errorf("after %d of %d seconds: notes who is down: %v", test.at, test.learns, down)
		}
	}

	// Relays count as running for the thresholds all the same.
	a := authority.Authority{Options: authority.Defaults(false)}
	a.Options.TestReachability = false
	in := authority.Input{Relays: []consensus.Descriptor{{Identity: relayID, Published: start, Observed: 9e6, Rate: 9e6}}, Now: start}
	vote, _ := a.Vote(a.Start(wfu.Ledger{}, in.Relays, nil, start), in)
	if vote.Thresholds.GuardIncludingExits != 9000 || vote.Entries[0].Flags.Has(consensus.Running) || !vote.Entries[0].Relay.Active {
		t.Errorf("%v %v", vote.Thresholds, vote.Entries[0].Flags)
	}
}

func TestReachIsNotedInHistories(t *testing.T) {
	a := authority.Authority{Options: authority.Defaults(false)}
	state := a.Start(wfu.Ledger{}, nil, nil, start)
	if state.Ledger.TrackedSince != 0 {
		t.Fatal("tracks before anything has happened")
	}
	first := state.Reach(relayID, start+10, over4, 3600)
	again := first.Reach(relayID, start+1000, over4, 3600)
	moved := again.Reach(relayID, start+5000, netip.MustParseAddrPort("192.0.2.1:9002"), 3600)
	six := moved.Reach(relayID, start+6000, over6, 3600)
	for name, test := range map[string]struct {
		state authority.State
		want  wfu.History
	}{
		"never":      {state, wfu.History{}},
		"first":      {first, wfu.History{}.Reachable(start + 10)},
		"again":      {again, wfu.History{}.Reachable(start + 10)},
		"moved":      {moved, wfu.History{}.Reachable(start+10).AddressChanged(start+5000, 3600)},
		"over IPv6":  {six, wfu.History{}.Reachable(start+10).AddressChanged(start+5000, 3600)},
		"back again": {six.Reach(relayID, start+7000, over4, 3600), wfu.History{}.Reachable(start+10).AddressChanged(start+5000, 3600).AddressChanged(start+7000, 3600)},
	} {
		if diff := cmp.Diff(test.want, test.state.Ledger.Relays[relayID]); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if first.Ledger.TrackedSince != start+10 || moved.Ledger.TrackedSince != start+10 {
		t.Errorf("tracks since %v", moved.Ledger.TrackedSince)
	}
	want := authority.Reached{IPv4: start + 5000, IPv6: start + 6000, Address: netip.MustParseAddrPort("192.0.2.1:9002")}
	if six.Reached[relayID] != want || len(state.Reached) != 0 {
		t.Errorf("%+v", six.Reached[relayID])
	}
}
