package guard_test

import (
	"bytes"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"pgregory.net/rapid"
)

// The votes in testdata were made by the tor that their names end in, 0.4.9.11 if in none, over networks made up for
// this project.
func testdata(t testing.TB, name string) []byte {
	t.Helper()
	doc, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestReviewVote(t *testing.T) {
	type tally struct{ agree, within, disagree, unknown int }
	for _, test := range []struct {
		why, name string
		source    guard.Source
		carried   guard.Unknowns
		want      map[consensus.Flag]tally
	}{
		{
			"an eighth of nine is one more than of seven", "tiny9-vote", guard.Recomputed, guard.UnknownUptime,
			map[consensus.Flag]tally{consensus.Fast: {9, 0, 0, 0}, consensus.Stable: {9, 0, 0, 0}, consensus.Guard: {9, 0, 0, 0}, consensus.HSDir: {4, 0, 0, 5}},
		}, {
			"one relay has its own medians", "tiny1-vote", guard.Recomputed, guard.UnknownUptime,
			map[consensus.Flag]tally{consensus.Fast: {1, 0, 0, 0}, consensus.Stable: {1, 0, 0, 0}, consensus.Guard: {1, 0, 0, 0}, consensus.HSDir: {1, 0, 0, 0}},
		}, {
			"1000.2 seconds are printed as 1000, the median 1000.1 too", "edge-mtbf-vote", guard.Recomputed, guard.UnknownUptime,
			map[consensus.Flag]tally{consensus.Fast: {3, 0, 0, 0}, consensus.Stable: {2, 1, 0, 0}, consensus.Guard: {2, 1, 0, 0}, consensus.HSDir: {2, 0, 0, 1}},
		}, {
			"and so in the published threshold", "edge-mtbf-vote", guard.Published, guard.UnknownUptime,
			map[consensus.Flag]tally{consensus.Fast: {3, 0, 0, 0}, consensus.Stable: {2, 1, 0, 0}, consensus.Guard: {2, 1, 0, 0}, consensus.HSDir: {2, 0, 0, 1}},
		}, {
			"without stats lines a bandwidth too low can still refuse", "tiny9-vote-0.4.5", guard.Recomputed, guard.UnknownUptime | guard.UnknownHistory,
			map[consensus.Flag]tally{consensus.Fast: {9, 0, 0, 0}, consensus.Stable: {0, 0, 0, 9}, consensus.Guard: {4, 0, 0, 5}, consensus.HSDir: {2, 0, 0, 7}},
		},
	} {
		v, err := guard.Latest().ReviewVote(testdata(t, test.name), test.source)
		if err != nil {
			t.Errorf("%s: %v", test.why, err)
			continue
		}
		for flag, want := range test.want {
			var got tally
			got.agree, got.within, got.disagree, got.unknown = v.Count(flag)
			if got != want {
				t.Errorf("%s: %v: %+v, want %+v", test.why, flag, got, want)
			}
		}
		if v.Carried != test.carried || v.Known != guard.Decided || v.Disagrees() || len(v.Relays) != len(v.Comparisons) {
			t.Errorf("%s: carried %b, known %v, disagrees %v", test.why, v.Carried, v.Known, v.Disagrees())
		}
	}
}

// A review keeps what it was made of: the entries, and the thresholds that it decided by.
func TestReviewVoteKeepsWhatItDecidedBy(t *testing.T) {
	for _, source := range []guard.Source{guard.Recomputed, guard.Published} {
		v, err := guard.Latest().ReviewVote(testdata(t, "tiny9-vote"), source)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[guard.Source]guard.Thresholds{guard.Recomputed: v.Recomputed, guard.Published: v.Published}[source]; v.Source != source || v.Thresholds() != want {
			t.Errorf("%v: decided by %v %v", source, v.Source, v.Thresholds())
		}
		for i, e := range v.Entries {
			if v.Relays[i] != guard.FromVote(v.Header, e) || v.Comparisons[i].Voted != e.Flags {
				t.Errorf("%v: relay %d is not that of its entry", source, i)
			}
		}
	}
}

func TestReviewVoteErrors(t *testing.T) {
	vote := string(testdata(t, "tiny1-vote"))
	lineOf := func(start string) int { return strings.Count(vote[:strings.Index(vote, "\n"+start)+1], "\n") + 1 }
	for _, test := range []struct {
		why, doc string
		source   guard.Source
		sentinel error
		line     int
		keyword  string
	}{
		{"nothing", "", guard.Recomputed, consensus.ErrMissing, 1, "network-status-version"},
		{"a consensus", strings.Replace(strings.Replace(vote, "vote-status vote", "vote-status consensus", 1), "consensus-methods 32 33 34 35", "consensus-method 35", 1),
			guard.Recomputed, consensus.ErrNotThis, 2, "vote-status"},
		{"a threshold that cannot be read", strings.Replace(vote, "guard-tk=", "guard-tk=x", 1),
			guard.Recomputed, consensus.ErrBadValue, lineOf("flag-thresholds"), "flag-thresholds"},
		{"no thresholds where they are asked for", strings.Replace(vote, "\nflag-thresholds ", "\nnothing-known ", 1),
			guard.Published, consensus.ErrMissing, 1, "flag-thresholds"},
		{"a relay without a flags line", strings.Replace(vote, "\ns ", "\nq ", 1),
			guard.Recomputed, consensus.ErrMissing, lineOf("directory-footer") - 1, "s"},
		{"a WFU that is no number", strings.Replace(vote, "stats wfu=", "stats wfu=x", 1),
			guard.Recomputed, consensus.ErrBadValue, lineOf("stats"), "stats"},
		{"cut off behind the last relay", vote[:strings.Index(vote, "directory-footer")],
			guard.Recomputed, consensus.ErrMissing, lineOf("directory-footer") - 1, "directory-footer"},
	} {
		v, err := guard.Latest().ReviewVote([]byte(test.doc), test.source)
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) || !errors.Is(err, test.sentinel) || syntax.Line != test.line || syntax.Keyword != test.keyword {
			t.Errorf("%s: %v, want line %d: %s: %v", test.why, err, test.line, test.keyword, test.sentinel)
		}
		if v.Relays != nil {
			t.Errorf("%s: there is a review of %d relays beside the error", test.why, len(v.Relays))
		}
	}
}

// noVoteMakesReviewVotePanic takes a real vote and does to its lines what damage and malice do.
func noVoteMakesReviewVotePanic(t *rapid.T, votes [][]byte) {
	lines := strings.SplitAfter(string(rapid.SampledFrom(votes).Draw(t, "vote")), "\n")
	for range rapid.IntRange(0, 4).Draw(t, "wounds") {
		i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
		switch rapid.SampledFrom([]string{"lost", "doubled", "moved", "cut", "other words", "other number"}).Draw(t, "wound") {
		case "lost":
			lines[i] = ""
		case "doubled":
			lines[i] += lines[i]
		case "moved":
			j := rapid.IntRange(0, len(lines)-1).Draw(t, "to")
			lines[i], lines[j] = lines[j], lines[i]
		case "cut":
			lines[i] = lines[i][:rapid.IntRange(0, len(lines[i])).Draw(t, "at")]
		case "other words":
			keyword, _, _ := strings.Cut(lines[i], " ")
			lines[i] = keyword + " " + rapid.String().Draw(t, "words") + "\n"
		case "other number":
			number := rapid.SampledFrom([]string{"-1", "0", "99999999999999999999", "1e308", "NaN"}).Draw(t, "number")
			lines[i] = strings.ReplaceAll(lines[i], "0", number)
		}
	}
	doc := []byte(strings.Join(lines, ""))
	before := bytes.Clone(doc)
	source := rapid.SampledFrom([]guard.Source{guard.Recomputed, guard.Published}).Draw(t, "source")
	v, err := guard.Latest().ReviewVote(doc, source)
	if !bytes.Equal(before, doc) {
		t.Fatal("the document was disturbed")
	}
	if err != nil {
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Keyword == "" && syntax.Err != consensus.ErrTooLong && syntax.Value == "" {
			t.Fatalf("%v says neither where nor what", err)
		}
		return
	}
	if entries := bytes.Count(doc, []byte("\nr ")); len(v.Relays) > entries || len(v.Comparisons) != len(v.Relays) {
		t.Fatalf("%d relays and %d comparisons of %d entries", len(v.Relays), len(v.Comparisons), entries)
	}
	for _, flag := range decidedFlags {
		if agree, within, disagree, unknown := v.Count(flag); agree+within+disagree+unknown != len(v.Relays) {
			t.Fatalf("%v: %d+%d+%d+%d are not the %d relays", flag, agree, within, disagree, unknown, len(v.Relays))
		}
	}
}

func smallVotes(t testing.TB) [][]byte {
	return [][]byte{testdata(t, "tiny1-vote"), testdata(t, "tiny9-vote"), testdata(t, "edge-mtbf-vote"), testdata(t, "tiny9-vote-0.4.5")}
}

func TestNoVoteMakesReviewVotePanic(t *testing.T) {
	votes := smallVotes(t)
	rapid.Check(t, func(t *rapid.T) { noVoteMakesReviewVotePanic(t, votes) })
}

func FuzzNoVoteMakesReviewVotePanic(f *testing.F) {
	votes := smallVotes(f)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { noVoteMakesReviewVotePanic(t, votes) }))
}

// TestReviewVoteOfOneVastLine bounds what hostile input can make the reader take: a line of 16 MB is an error, and costs
// no copy of itself.
func TestReviewVoteOfOneVastLine(t *testing.T) {
	const size = 16 << 20
	vote := testdata(t, "tiny1-vote")
	for _, where := range []string{"flag-thresholds ", "s ", "stats ", "directory-footer"} {
		i := bytes.Index(vote, []byte("\n"+where)) + 1
		doc := slices.Concat(vote[:i], []byte(where+" "), bytes.Repeat([]byte("a=1 "), size/4), []byte("\n"), vote[i:])
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := guard.Latest().ReviewVote(doc, guard.Recomputed)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: a line of 16 MB was taken", where)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
			t.Errorf("%s: %d bytes were allocated", where, taken)
		}
	}
}

func TestFromVoteSaysWhatItCannotKnow(t *testing.T) {
	running := consensus.FlagsOf(consensus.Running, consensus.Valid)
	header := consensus.Header{KnownFlags: running.With(consensus.Sybil | guard.Decided)}
	measuredOnly := header
	measuredOnly.FlagThresholds = "ignoring-advertised-bws=1"
	young := consensus.Header{KnownFlags: header.KnownFlags.Without(consensus.Running)}
	old := consensus.Header{KnownFlags: header.KnownFlags.Without(consensus.Sybil)}
	weight := consensus.Weight{HasBandwidth: true}

	const always = guard.UnknownUptime | guard.UnknownOffer
	for _, test := range []struct {
		why    string
		header consensus.Header
		entry  consensus.Entry
		want   guard.Unknowns
	}{
		{"a vote of 2026", header, consensus.Entry{Flags: running, HasStats: true, Weight: weight}, always},
		{"no stats line", header, consensus.Entry{Flags: running, Weight: weight}, always | guard.UnknownHistory},
		{"no bandwidth on the w line", header, consensus.Entry{Flags: running, HasStats: true}, always | guard.UnknownBandwidth},
		{"Fast by a measurement that is not printed", measuredOnly, consensus.Entry{Flags: running.With(consensus.Fast), HasStats: true, Weight: weight}, always | guard.UnknownBandwidth},
		{"not Fast for want of a measurement", measuredOnly, consensus.Entry{Flags: running, HasStats: true, Weight: weight}, always},
		{"an authority that does not vote on Running yet", young, consensus.Entry{Flags: consensus.FlagsOf(consensus.Valid), HasStats: true, Weight: weight}, always | guard.UnknownActivity},
		{"and a relay of it that is not Valid is not active either", young, consensus.Entry{HasStats: true, Weight: weight}, always},
		{"before Sybil was a flag, a relay without any that sybils lose", old, consensus.Entry{Flags: consensus.FlagsOf(consensus.V2Dir, consensus.BadExit), HasStats: true, Weight: weight}, always | guard.UnknownSybil},
		{"and one that has such a flag", old, consensus.Entry{Flags: running, HasStats: true, Weight: weight}, always},
		{"MiddleOnly takes V2Dir away", header, consensus.Entry{Flags: running.With(consensus.MiddleOnly), HasStats: true, Weight: weight}, always | guard.UnknownV2Dir},
	} {
		if got := guard.FromVote(test.header, test.entry).Unknown; got != test.want {
			t.Errorf("%s: unknown %b, want %b", test.why, got, test.want)
		}
	}
}

func TestFromVoteTakesADescriptorOfADayAsActive(t *testing.T) {
	const now = 1_750_000_000
	header := consensus.Header{Published: now, KnownFlags: consensus.FlagsOf(consensus.Running)}
	entry := consensus.Entry{Flags: consensus.FlagsOf(consensus.Running, consensus.Valid, consensus.Guard, consensus.Exit)}
	for age, want := range map[int64]bool{0: true, guard.MaxAge: true, guard.MaxAge + 1: false, -5: true} {
		entry.Published = header.Published.Add(-age)
		r := guard.FromVote(header, entry)
		if r.Active != want {
			t.Errorf("a descriptor of age %d: active %v", age, r.Active)
		}
		if diff := cmp.Diff(consensus.FlagsOf(consensus.Running, consensus.Valid, consensus.Exit), r.Facts, cmp.Comparer(sameFlags)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestFind(t *testing.T) {
	relays := []guard.Relay{{Nickname: "one"}, {Nickname: "Two"}, {Nickname: "two"}, {}}
	for i := range relays {
		relays[i].Identity[19] = byte(i + 1)
	}
	for _, test := range []struct {
		why, name string
		want      []guard.Relay
	}{
		{"a fingerprint", "0000000000000000000000000000000000000001", relays[:1]},
		{"a fingerprint with its dollar", "$0000000000000000000000000000000000000002", relays[1:2]},
		{"a nickname that two relays have, in whichever case", "tWO", relays[1:3]},
		{"nobody's nickname", "three", nil},
		{"nobody's fingerprint", "0000000000000000000000000000000000000009", nil},
		{"no name is nobody's, not that of relays without one", "", nil},
	} {
		if diff := cmp.Diff(test.want, guard.Find(relays, test.name), cmp.Comparer(sameFlags)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.why, diff)
		}
	}
}
