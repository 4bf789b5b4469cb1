package authority_test

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/internal/torlab"
	"github.com/seed-84712aaa/guardmath/wfu"
)

func TestParametersBoundTheFastThreshold(t *testing.T) {
	param := func(name string, value int32) consensus.Params { return consensus.Params{{Name: name, Value: value}} }
	for _, test := range []struct {
		torrc    string
		params   consensus.Params
		min, max int32
	}{
		{"", nil, 4, math.MaxInt32},
		{"", param("FastFlagMinThreshold", 3), 4, math.MaxInt32},
		{"", param("FastFlagMinThreshold", -5), 4, math.MaxInt32},
		{"", param("FastFlagMinThreshold", 37000), 37000, math.MaxInt32},
		{"", param("FastFlagMaxThreshold", 50000), 4, 50000},
		{"", param("fastflagmaxthreshold", 50000), 4, math.MaxInt32},
		{"TestingTorNetwork 1", param("FastFlagMinThreshold", 37000), 0, math.MaxInt32},
		{"TestingTorNetwork 1\nTestingMinFastFlagThreshold 5 KB", param("FastFlagMaxThreshold", 50000), 5120, 50000},
	} {
		o := options(t, test.torrc).WithParams(test.params)
		if o.Rules.FastMin != test.min || o.Rules.FastMax != test.max {
			t.Errorf("%q, %v: %d to %d, want %d to %d", test.torrc, test.params, o.Rules.FastMin, o.Rules.FastMax, test.min, test.max)
		}
	}
}

func TestFilesThatMakeNoSenseAreErrorsThatNameThem(t *testing.T) {
	good := torlab.ReadBundle(t, filepath.Join("testdata", "bundles", "tiny3"))
	for name, test := range map[string]struct {
		change func(*authority.Files)
		want   error
	}{
		"torrc":            {func(f *authority.Files) { f.Torrc = []byte("AuthDirListBadExits x") }, consensus.ErrBadValue},
		"approved-routers": {func(f *authority.Files) { f.ApprovedRouters = []byte("!reject \"") }, authority.ErrQuotes},
		"descriptors":      {func(f *authority.Files) { f.Descriptors = []byte("hello\n") }, consensus.ErrNotThis},
		"router-stability": {func(f *authority.Files) { f.Stability = []byte("format 3\n") }, wfu.ErrFormat},
		"bandwidth":        {func(f *authority.Files) { f.Bandwidth = []byte("hello\n") }, nil},
	} {
		files := authority.Files{Torrc: good.Torrc, Descriptors: good.Descriptors, Stability: good.Stability}
		test.change(&files)
		_, err := files.Boot(start, consensus.Fingerprint{})
		var fault authority.FileError
		var syntax *bandwidth.SyntaxError
		if !errors.As(err, &fault) || fault.File != name || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s: %v", name, err)
		}
		if test.want != nil && !errors.Is(err, test.want) || test.want == nil && !errors.As(err, &syntax) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestWhatIsPassedOverIsTold(t *testing.T) {
	good := torlab.ReadBundle(t, filepath.Join("testdata", "bundles", "tiny3"))
	booted, err := authority.Files{
		Torrc:           good.Torrc,
		ApprovedRouters: []byte("!badexit x\n"),
		Descriptors:     append([]byte("junk\n"), good.Descriptors...),
		Stability:       append(good.Stability[:len(good.Stability)-2:len(good.Stability)-2], "junk\n.\n"...),
		Bandwidth:       []byte("1768430000\nversion=1.4.0\n=====\nbw=5\n"),
	}.Boot(wfu.Instant(good.Meta.Start), consensus.Fingerprint{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, notice := range booted.Notices {
		got = append(got, notice.File)
	}
	if diff := cmp.Diff([]string{"approved-routers", "router-stability", "bandwidth"}, got); diff != "" {
		t.Error(diff)
	}
	if len(booted.Refused) != 1 || !errors.Is(booted.Refused[0].Err, consensus.ErrNotThis) || len(booted.Input.Relays) != 3 {
		t.Errorf("%v", booted.Refused)
	}
}

func TestNoFilesAreAnAuthorityOfNothing(t *testing.T) {
	booted, err := authority.Files{}.Boot(start, consensus.Fingerprint{})
	if err != nil {
		t.Fatal(err)
	}
	booted.Input.Now = start + 5
	vote, _ := booted.Authority.Vote(booted.State, booted.Input)
	const want = "flag-thresholds stable-uptime=0 stable-mtbf=0 fast-speed=0 guard-wfu=0.000% guard-tk=0 guard-bw-inc-exits=0 " +
		"guard-bw-exc-exits=0 enough-mtbf=1 ignoring-advertised-bws=0\n"
	if vote.String() != want {
		t.Errorf("%s", vote)
	}
}

func TestLateDescriptorsCannotSaveARun(t *testing.T) {
	b := torlab.ReadBundle(t, filepath.Join("testdata", "bundles", "tiny3"))
	files := authority.Files{Torrc: b.Torrc, Descriptors: b.Descriptors, Stability: b.Stability}
	early, err := files.Boot(wfu.Instant(b.Meta.Start), consensus.Fingerprint{})
	if err != nil {
		t.Fatal(err)
	}
	files.Late = true
	late, err := files.Boot(wfu.Instant(b.Meta.Start), consensus.Fingerprint{})
	if err != nil {
		t.Fatal(err)
	}
	ended := 0
	for id, h := range early.State.Ledger.Relays {
		want := h
		if h.Running() {
			want = h.Unreachable(wfu.Instant(b.Meta.Start))
			ended++
		}
		if late.State.Ledger.Relays[id] != want {
			t.Errorf("%x: %+v, want %+v", id, late.State.Ledger.Relays[id], want)
		}
	}
	if ended == 0 {
		t.Error("no relay has an open run")
	}
}

func TestLinesOfAVote(t *testing.T) {
	b := torlab.ReadBundle(t, filepath.Join("testdata", "bundles", "tiny3"))
	lines, err := authority.LinesOf(b.Vote)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(lines)) {
		if !strings.HasPrefix(line, "r ") && !strings.Contains(string(b.Vote), "\n"+line) {
			t.Errorf("%q is not in the vote", line)
		}
	}
	if _, err := authority.LinesOf([]byte(strings.Replace(string(b.Vote), "vote-status vote", "vote-status consensus", 1))); err == nil {
		t.Error("a consensus is taken for a vote")
	}
	if _, err := authority.LinesOf(nil); err == nil {
		t.Error("nothing is taken for a vote")
	}
}

func TestDifferencesAreToldRelayByRelay(t *testing.T) {
	vote, _ := remade(t, torlab.ReadBundle(t, filepath.Join("testdata", "bundles", "tiny3")))
	text := vote.String()
	first, second := vote.Entries[0].Relay.Identity, vote.Entries[1].Relay.Identity
	theirs := strings.Replace(text, "enough-mtbf=1", "enough-mtbf=0", 1)
	theirs = strings.Replace(theirs, "r "+first.String()+"\ns ", "r "+first.String()+"\ns Authority ", 1)
	at := strings.Index(theirs, "r "+second.String())
	theirs = theirs[:at] // the others are not there
	var got []string
	for d := range vote.Compare([]byte(theirs)) {
		line := d.Ours
		if line == "" {
			line = d.Theirs
		}
		word, _, _ := strings.Cut(line, " ")
		got = append(got, d.Relay.String()[:4]+" "+word)
	}
	third := vote.Entries[2].Relay.Identity.String()[:4]
	want := []string{"0000 flag-thresholds", first.String()[:4] + " s"}
	for _, relay := range []string{second.String()[:4], third} {
		want = append(want, relay+" r", relay+" s", relay+" w", relay+" stats")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for range vote.Compare([]byte(theirs)) {
		break // and may be left at any time
	}
}
