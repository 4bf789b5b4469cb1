package authority_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// releases are versions on either side of each change.
var releases = []string{
	"0.2.3.25", "0.2.4.9-alpha", "0.2.4.10-alpha", "0.2.4.11-alpha", "0.2.4.12-alpha", "0.2.4.29", "0.2.5.1-alpha", "0.2.5.16",
	"0.2.6.1-alpha", "0.2.6.7", "0.2.6.12", "0.2.7.2-alpha", "0.2.8.1-alpha", "0.2.9.9", "0.2.9.17", "0.3.0.2-alpha", "0.3.2.4-alpha",
	"0.3.3.4-alpha", "0.3.5.18", "0.4.2.8", "0.4.5.1-alpha", "0.4.5.16", "0.4.6.1-alpha", "0.4.7.1-alpha", "0.4.7.9", "0.4.8.1-alpha",
	"0.4.8.15", "latest",
}

func release(t testing.TB, name string) authority.Release {
	t.Helper()
	r, err := authority.ParseRelease(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// optionsOf is those of an authority of that version.
func optionsOf(t testing.TB, version, torrc string) authority.Options {
	t.Helper()
	o, err := release(t, version).ParseTorrc([]byte(torrc))
	if err != nil {
		t.Fatalf("%s: %q: %v", version, torrc, err)
	}
	return o
}

func TestReleasesAreNamed(t *testing.T) {
	for _, name := range []string{"latest", "now", "0.4.9.11", "0.4.9", "tor-0.4.9.12", "7.0.0.1"} {
		if r := release(t, name); r != (authority.Release{}) || r.Rules() != guard.Latest() || r.String() != "latest" {
			t.Errorf("%s is %v", name, r)
		}
	}
	for name, want := range map[string]string{"tor-0.2.5.6-alpha": "0.2.5.6-alpha", "0.2.9": "0.2.9", "2014": "0.2.4", "Tor 0.4.9.5": "0.4.9.5"} {
		rules, err := guard.RulesFor(name)
		if r := release(t, name); err != nil || r.String() != want || r.Rules() != rules {
			t.Errorf("%s is %v, with the rules %s", name, r, r.Rules().Name)
		}
	}
	if r := release(t, "article"); r.String() != "latest" || r.Rules() != guard.Article2013() {
		t.Errorf("article is %v, with the rules %s", r, r.Rules().Name)
	}
	for _, name := range []string{"", "0.0.9", "yesterday"} {
		if _, err := authority.ParseRelease(name); !errors.Is(err, guard.ErrNoRules) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Torrc lines mean something to the versions that have the option, and nothing to others.
func TestOptionsComeAndGo(t *testing.T) {
	for _, test := range []struct {
		line, before, with string // the last version where it means something else, and the first
		same               func(o, defaults authority.Options) bool
	}{
		{"AuthDirTestReachability 0", "0.4.4.6", "0.4.5.1-alpha", func(o, d authority.Options) bool { return o.TestReachability == d.TestReachability }},
		{"AuthDirListMiddleOnly 1", "0.4.7.1-alpha", "0.4.7.2-alpha", func(o, d authority.Options) bool { return o.ListMiddleOnly == d.ListMiddleOnly }},
		{"AuthDirHasIPv6Connectivity 1", "0.2.3.25", "0.2.4.1-alpha", func(o, d authority.Options) bool { return o.IPv6 == d.IPv6 }},
		{"AuthDirVoteGuardBwThresholdFraction 0.5", "0.4.7.8", "0.4.7.9", func(o, d authority.Options) bool { return o.Rules == d.Rules }},
		{"AuthDirVoteStableGuaranteeMTBF 1 day", "0.4.7.8", "0.4.7.9", func(o, d authority.Options) bool { return o.Rules == d.Rules }},
		{"AuthDirVoteGuard aGuard", "0.4.7.8", "0.4.7.9", func(o, d authority.Options) bool {
			return cmp.Equal(o.VoteGuard, d.VoteGuard, cmp.AllowUnexported(o.VoteGuard))
		}},
		{"MinMeasuredBWsForAuthToIgnoreAdvertised 3", "0.2.4.11-alpha", "0.2.4.12-alpha", func(o, d authority.Options) bool { return o.Rules == d.Rules }},
		{"TestingTorNetwork 1\nTestingMinExitFlagThreshold 9 KB", "0.2.4.11-alpha", "0.2.4.12-alpha", func(o, d authority.Options) bool { return o.Rules.MinCounted == d.Rules.MinCounted }},
		{"TestingTorNetwork 1\nTestingMinFastFlagThreshold 9 KB", "0.2.4.11-alpha", "0.2.4.12-alpha", func(o, d authority.Options) bool { return o.Rules.FastMin == d.Rules.FastMin }},
	} {
		for version, want := range map[string]bool{test.before: true, test.with: false} {
			o := optionsOf(t, version, test.line)
			if got := test.same(o, release(t, version).Defaults(o.Testing)); got != want {
				t.Errorf("%s: %q means nothing: %v, want %v", version, test.line, got, want)
			}
		}
	}
	for version, want := range map[string]int{"0.2.9.17": 7, "0.3.0.1-alpha": 0} {
		if got := optionsOf(t, version, "AuthDirMaxServersPerAuthAddr 7").Rules.MaxPerAuthorityAddress; got != want {
			t.Errorf("%s: %d relays on an authority's address, want %d", version, got, want)
		}
	}
}

// Before AuthDirTestReachability, AssumeReachable did its work; a testing network implied it.
func TestAssumeReachable(t *testing.T) {
	for _, test := range []struct {
		version, torrc string
		tests          bool
	}{
		{"0.4.4.6", "", true},
		{"0.4.4.6", "AssumeReachable 1", false},
		{"0.4.4.6", "TestingTorNetwork 1", false},
		{"0.4.4.6", "TestingTorNetwork 1\nAssumeReachable 0", true},
		{"0.4.4.6", "TestingTorNetwork 1\n/AssumeReachable", true},
		{"0.4.5.1-alpha", "AssumeReachable 1", true},
		{"0.4.5.1-alpha", "TestingTorNetwork 1", true},
	} {
		if got := optionsOf(t, test.version, test.torrc).TestReachability; got != test.tests {
			t.Errorf("%s: %q: tests reachability %v, want %v", test.version, test.torrc, got, test.tests)
		}
	}
}

// The floors of a testing network were those of the public one, until options of its own replaced them.
func TestFloorsOfTestingNetworks(t *testing.T) {
	params := consensus.Params{{Name: "FastFlagMinThreshold", Value: 900000}}
	for _, test := range []struct {
		version          string
		counted          bandwidth.KB
		fast, withParams int32
	}{
		{"0.2.3.25", 0, 0, 900000},
		{"0.2.4.9-alpha", 0, 0, 900000},
		{"0.2.4.10-alpha", 4096, 4096, 900000},
		{"0.2.4.12-alpha", 0, 0, 0},
		{"latest", 0, 0, 0},
	} {
		o := release(t, test.version).Defaults(true)
		got := []int64{int64(o.Rules.MinCounted), int64(o.Rules.FastMin), int64(o.WithParams(params).Rules.FastMin)}
		if want := []int64{int64(test.counted), int64(test.fast), int64(test.withParams)}; !slices.Equal(got, want) {
			t.Errorf("%s: counts from, fast from, with parameters: %v, want %v", test.version, got, want)
		}
	}
	for version, least := range map[string]int32{"0.2.4.9-alpha": 1, "0.2.4.11-alpha": 4096, "0.2.4.12-alpha": 4, "latest": 4} {
		o := release(t, version).Defaults(false).WithParams(consensus.Params{{Name: "FastFlagMinThreshold", Value: 1}})
		if o.Rules.FastMin != least {
			t.Errorf("%s: a parameter of 1 becomes %d, want %d", version, o.Rules.FastMin, least)
		}
	}
}

// A relay that has seen itself carry nothing is not active in some versions, except in a testing network without a floor.
func TestIdleRelaysAreActive(t *testing.T) {
	const testing0, testing4k = "TestingTorNetwork 1", "TestingTorNetwork 1\nTestingMinExitFlagThreshold 500"
	for _, test := range []struct {
		version, torrc string
		active         bool
	}{
		{"0.2.5.16", "", true}, {"0.2.6.1-alpha", "", false}, {"0.4.8.1-alpha", "", false}, {"latest", "", true},
		{"0.2.6.1-alpha", testing0, false}, {"0.2.6.2-alpha", testing0, true}, {"0.4.8.1-alpha", testing0, true},
		{"0.2.6.2-alpha", testing4k, false}, {"0.4.8.1-alpha", testing4k, false}, {"latest", testing4k, true},
	} {
		o := optionsOf(t, test.version, test.torrc)
		o.TestReachability = false
		vote := voteOf(o, start+2, consensus.Descriptor{Identity: consensus.Fingerprint{1}, Published: start, Rate: 1e6})
		if got := vote.Entries[0].Relay.Active; got != test.active {
			t.Errorf("%s: %q: active %v, want %v", test.version, test.torrc, got, test.active)
		}
	}
}

// voteOf is the first vote of an authority over those relays.
func voteOf(o authority.Options, now wfu.Instant, relays ...consensus.Descriptor) authority.Vote {
	a := authority.Authority{Options: o}
	vote, _ := a.Vote(a.Start(wfu.Ledger{}, relays, nil, start), authority.Input{Relays: relays, Now: now})
	return vote
}

// The lines of a vote, and the flags it speaks of, became more.
func TestVotesBecameLonger(t *testing.T) {
	for _, test := range []struct {
		version             string
		thresholds, ignores bool
		stats               bool
		flags               string
	}{
		{"0.2.4.10-alpha", false, false, false, "Authority Exit Fast Guard HSDir Stable V2Dir Valid"},
		{"0.2.4.11-alpha", true, false, false, "Authority Exit Fast Guard HSDir Stable V2Dir Valid"},
		{"0.2.4.13-alpha", true, true, false, "Authority Exit Fast Guard HSDir Stable V2Dir Valid"},
		{"0.4.0.1-alpha", true, true, false, "Authority Exit Fast Guard HSDir Stable StaleDesc V2Dir Valid"},
		{"0.4.6.1-alpha", true, true, true, "Authority Exit Fast Guard HSDir Stable StaleDesc Sybil V2Dir Valid"},
	} {
		vote := voteOf(optionsOf(t, test.version, "AuthDirListMiddleOnly 1"), start+2, consensus.Descriptor{Published: start})
		text := vote.String()
		if strings.Contains(text, "flag-thresholds ") != test.thresholds || strings.Contains(text, "ignoring-advertised-bws=") != test.ignores ||
			strings.Contains(text, "\nstats ") != test.stats || !strings.Contains(text, "\nw Bandwidth=0\n") {
			t.Errorf("%s votes\n%s", test.version, text)
		}
		if got := vote.KnownFlags.String(); got != test.flags {
			t.Errorf("%s knows %s, want %s", test.version, got, test.flags)
		}
	}
	if flags := voteOf(optionsOf(t, "0.4.7.2-alpha", "AuthDirListMiddleOnly 1"), start+2).KnownFlags; !flags.Has(consensus.MiddleOnly) {
		t.Errorf("0.4.7.2-alpha knows %v", flags)
	}
}

// What was measured of an authority was voted on until 0.4.7.11.
func TestMeasurementsOfAuthorities(t *testing.T) {
	id := consensus.Fingerprint{1}
	file := bandwidth.File{Timestamp: int64(start), Relays: []bandwidth.Line{{NodeID: id, BW: 7}}}
	for version, want := range map[string]string{"0.4.7.10": "Bandwidth=0 Measured=7", "0.4.7.11": "Bandwidth=0 MeasuredButAuthority=7"} {
		a := authority.Authority{Options: release(t, version).Defaults(false)}
		a.Options.Authorities = []authority.Known{{Identity: id}}
		in := authority.Input{Relays: []consensus.Descriptor{{Identity: id, Published: start}}, Bandwidth: &file, Now: start + 2}
		vote, _ := a.Vote(a.Start(wfu.Ledger{}, in.Relays, &file, start), in)
		if got := vote.Entries[0].Weight.String(); got != want {
			t.Errorf("%s: %s, want %s", version, got, want)
		}
	}
}

// Marks of a later version are passed over.
func TestMarksComeWithVersions(t *testing.T) {
	relay := consensus.Descriptor{
		Identity: consensus.Fingerprint{1}, Published: start, TunnelledDirServer: true, DirPort: 80,
		Policy: consensus.Policy{{Prefix: prefix("0.0.0.0/0"), MinPort: 1, MaxPort: 65535, Accept: true}},
	}
	for _, test := range []struct {
		version string
		mark    authority.Mark
		gone    bool // V2Dir
	}{
		{"0.4.7.1-alpha", authority.MarkMiddleOnly, false}, {"0.4.7.2-alpha", authority.MarkMiddleOnly, true},
		{"0.4.8.14", authority.MarkStripV2Dir, false}, {"0.4.8.15", authority.MarkStripV2Dir, true},
		{"0.4.9.1-alpha", authority.MarkStripV2Dir, false}, {"0.4.9.2-alpha", authority.MarkStripV2Dir, true},
	} {
		a := authority.Authority{Options: optionsOf(t, test.version, "AuthDirListMiddleOnly 1")}
		a.Lists.Relays = map[consensus.Fingerprint]authority.Mark{relay.Identity: test.mark}
		in := authority.Input{Relays: []consensus.Descriptor{relay}, Now: start + 2}
		vote, _ := a.Vote(a.Start(wfu.Ledger{}, in.Relays, nil, start), in)
		if got := !vote.Entries[0].Flags.Has(consensus.V2Dir); got != test.gone {
			t.Errorf("%s: %v", test.version, vote.Entries[0].Flags)
		}
	}
}

// Until 0.3.3.1-alpha only of relays that count is it found out whether they are exits; the others stay what they were.
func TestExitsStayWhatTheyWere(t *testing.T) {
	exits := consensus.Policy{{Prefix: prefix("0.0.0.0/0"), MinPort: 1, MaxPort: 65535, Accept: true}}
	relay := func(hibernates, exit bool) consensus.Descriptor {
		d := consensus.Descriptor{Identity: consensus.Fingerprint{1}, Published: start, Rate: 1e6, Observed: 1e6, Hibernating: hibernates}
		d.Policy = consensus.Policy{{Prefix: prefix("0.0.0.0/0"), MinPort: 1, MaxPort: 65535}}
		if exit {
			d.Policy = exits
		}
		return d
	}
	for _, test := range []struct {
		name         string
		votes        []consensus.Descriptor
		before, with bool // whether it has Exit at last, before 0.3.3.1-alpha and since
	}{
		{"it counts", []consensus.Descriptor{relay(false, true)}, true, true},
		{"it never counted", []consensus.Descriptor{relay(true, true)}, false, true},
		{"it counted once", []consensus.Descriptor{relay(false, true), relay(true, true)}, true, true},
		{"and then its policy changed", []consensus.Descriptor{relay(false, true), relay(true, false)}, true, false},
		{"and then it counted again", []consensus.Descriptor{relay(false, true), relay(true, false), relay(false, false)}, false, false},
	} {
		for version, want := range map[string]bool{"0.3.2.12": test.before, "0.3.3.1-alpha": test.with} {
			a := authority.Authority{Options: optionsOf(t, version, "TestingTorNetwork 1\nAssumeReachable 1")}
			state := a.Start(wfu.Ledger{}, test.votes[:1], nil, start)
			var vote authority.Vote
			for i, d := range test.votes {
				vote, state = a.Vote(state, authority.Input{Relays: []consensus.Descriptor{d}, Now: start.Add(int64(i) + 1)})
			}
			if got := vote.Entries[0].Flags.Has(consensus.Exit); got != want {
				t.Errorf("%s: %s: Exit %v, want %v", version, test.name, got, want)
			}
		}
	}
}

// What is done at the start, and in which order, changed; so did the second of a discount.
func TestStartsOfOlderVersions(t *testing.T) {
	id := consensus.Fingerprint{1}
	up := wfu.History{}.Reachable(start - 50000)
	down := wfu.History{WeightedRunLength: 1000, WeightedUptime: 1000, TotalRunWeights: 1, TotalWeightedTime: 2000}
	dim := wfu.History{WeightedRunLength: 10, TotalRunWeights: 0.000104, TotalWeightedTime: 20} // one discount below what is kept
	for _, test := range []struct {
		name, version string
		history       wfu.History
		clock         wfu.Instant // of the last discount
		at            int64
		want          wfu.History // zero: forgotten
	}{
		{"nothing is saved for half an hour", "0.2.7.6", up, start, 1799, up},
		{"and then it is", "0.2.7.6", up, start, 1800, up.Unreachable(start + 1800)},
		{"it is saved at once", "0.2.8.1-alpha", up, start, 0, up.Unreachable(start)},
		{"a discount, and then what it made dim is forgotten", "0.3.3.12", dim, start - 50000, 0, wfu.History{}},
		{"what is dim is forgotten, and then a discount", "0.3.4.1-alpha", dim, start - 50000, 0, dim.Discount(1)},
		{"a tick at the start is taken with those before", "0.4.6.12", down, start - 2*43200, 0, down.Discount(2)},
		{"a tick the second after waits", "0.4.6.12", down, start - 43199, 1, down},
		{"and no longer", "0.4.6.12", down, start - 43199, 2, down.Discount(1)},
		{"a later tick waits too", "0.4.6.12", down, start - 43100, 100, down},
		{"and no longer", "0.4.6.12", down, start - 43100, 101, down.Discount(1)},
		{"a tick is not waited for", "0.4.7.1-alpha", down, start - 43100, 100, down.Discount(1)},
	} {
		a := authority.Authority{Options: release(t, test.version).Defaults(false)}
		l := wfu.Ledger{StoredAt: start, TrackedSince: start - 100000, LastDownrated: test.clock, Relays: map[[20]byte]wfu.History{id: test.history}}
		_, state := a.Vote(a.Start(l, nil, nil, start), authority.Input{Now: start.Add(test.at)})
		if diff := cmp.Diff(test.want, state.Ledger.Relays[id]); diff != "" {
			t.Errorf("%s: %s:\n%s", test.version, test.name, diff)
		}
	}
}

// Bandwidth files are read as the version reads them, beginning with the dollar sign of an identity.
func TestBandwidthFilesOfOlderVersions(t *testing.T) {
	text := strings.Join([]string{
		"1768435200",
		"node_id=$" + fp1 + " bw=1",
		"node_id=" + fp2 + " bw=2",
		"bw=3 vote=0 node_id=$7A5FC72C21A4F864F6632696E3FF86A8198CD8CE x=1",
		"bw=4 node_id=$AAAAC72C21A4F864F6632696E3FF86A8198CD8CE",
		strings.Repeat("x", 600) + " bw=5 node_id=$BBBBC72C21A4F864F6632696E3FF86A8198CD8CE x=1", "",
	}, "\n")
	for version, want := range map[string][]bandwidth.KB{
		"0.3.3.12":      {1, 3, 5}, // a long line's last piece can be read
		"0.3.4.1-alpha": {1, 3, 4, 5},
		"0.3.5.8":       {1, 3, 4, 5},
		"0.3.5.9":       {1, 4, 5},
		"0.4.0.3-alpha": {1, 3, 4, 5},
		"0.4.8.10":      {1, 4, 5},
		"0.4.8.11":      {1, 2, 4, 5},
	} {
		booted, err := authority.Files{Release: release(t, version), Bandwidth: []byte(text)}.Boot(start, consensus.Fingerprint{})
		if err != nil {
			t.Fatal(err)
		}
		var got []bandwidth.KB
		for _, line := range booted.Input.Bandwidth.Relays {
			got = append(got, line.BW)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s reads %v, want %v", version, got, want)
		}
	}
}

// A vote makes relays known whose history it asks for, which all votes with stats lines do of all in them.
func TestRelaysBecomeKnownByBeingAskedFor(t *testing.T) {
	for _, test := range []struct {
		name, version string
		kb            uint64
		directory     bool
		tracked       int64 // for how many seconds
		uptime        int64
		want          bool
	}{
		{"stats are printed", "0.4.6.1-alpha", 3, false, 100, 2, true},
		{"it counts", "0.4.5.16", 4, false, 100, 2, true},
		{"too slow to count, and no directory and so no guard", "0.4.5.16", 3, false, 100, 2, false},
		{"Guard comes to it", "0.4.5.16", 3, true, 100, 2, true},
		{"Stable goes by the MTBF", "0.4.5.16", 3, false, 4*3600 + 1, 2, true},
		{"of active relays only", "0.2.6.12", 3, false, 4*3600 + 1, 2, true},
		{"and this one is not", "0.2.6.12", 0, false, 4*3600 + 1, 2, false},
		{"HSDir goes by what was seen", "0.4.5.16", 3, false, 100, 500000, true},
	} {
		a := authority.Authority{Options: release(t, test.version).Defaults(false)}
		a.Options.TestReachability = false
		relay := consensus.Descriptor{
			Identity: consensus.Fingerprint{1}, Published: start, Rate: 1e9, Observed: test.kb * 1000,
			TunnelledDirServer: test.directory, Uptime: 31 * 86400,
		}
		in := authority.Input{Relays: []consensus.Descriptor{relay}, Now: start + 1, Uptime: test.uptime}
		l := wfu.Ledger{StoredAt: start, TrackedSince: start.Add(-test.tracked), LastDownrated: start}
		_, state := a.Vote(a.Start(l, in.Relays, nil, start), in)
		if _, known := state.Ledger.Relays[relay.Identity]; known != test.want {
			t.Errorf("%s: known %v, want %v", test.name, known, test.want)
		}
	}
}
