package guard_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

// review reviews a vote by the newest rules and counts its relays by other means.
func review(t *testing.T, path string, source guard.Source) guard.Review {
	t.Helper()
	return reviewBy(t, "latest", path, source)
}

// reviewBy reviews a vote by the rules of a version.
func reviewBy(t *testing.T, version, path string, source guard.Source) guard.Review {
	t.Helper()
	rules, err := guard.RulesFor(version)
	if err != nil {
		t.Fatal(err)
	}
	doc := corpus.Read(t, path)
	v, err := rules.ReviewVote(doc, source)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if want := bytes.Count(doc, []byte("\nr ")); len(v.Relays) != want || len(v.Comparisons) != want {
		t.Fatalf("%s: %d relays and %d comparisons of %d relays", path, len(v.Relays), len(v.Comparisons), want)
	}
	return v
}

// disagreements counts what stands between us and a vote: the flag, whether it was voted, and our reasons.
func disagreements(v guard.Review) map[string]int {
	found := map[string]int{}
	for _, c := range v.Comparisons {
		for _, flag := range decidedFlags {
			if c.Disagree&flag == 0 {
				continue
			}
			key := flag.String() + " voted"
			if !c.Voted.Has(flag) {
				key = flag.String() + " not voted"
			} else if against := c.Decision.Against.Of(flag); against != 0 {
				key += ", ours: " + against.String()
			}
			found[key]++
		}
	}
	return found
}

func checkDisagreements(t *testing.T, path string, v guard.Review, want map[string]int) {
	t.Helper()
	found := disagreements(v)
	for key, n := range want {
		if found[key] != n {
			t.Errorf("%s: %s: %d relays, want %d", path, key, found[key], n)
		}
		delete(found, key)
	}
	for key, n := range found {
		t.Errorf("%s: %s: %d relays, want none", path, key, n)
	}
}

// TestVotesOfTheNetwork holds votes of the public network against the rules of their day.
func TestVotesOfTheNetwork(t *testing.T) {
	t.Parallel()
	const dannenberg, longclaw = "2016-10-01-16-00-00-vote-dannenberg.xz", "2019-02-05-10-00-00-vote-longclaw.xz"
	for _, test := range []struct {
		why, version, file string
		source             guard.Source
		same               bool // whether the recomputed flag-thresholds line is the published one
		known              int  // how many Guard decisions can be told
		want               map[string]int
	}{
		{"dannenberg of 2016", "0.2.6.12", dannenberg, guard.Recomputed, true, 5032, nil},
		{"by the thresholds it published", "0.2.6.12", dannenberg, guard.Published, true, 5032, nil},
		{"as 0.2.8 had it, Fast asks for no running relay, and HSDir for Fast", "0.2.8.17", dannenberg, guard.Recomputed, true, 4990,
			map[string]int{"Fast not voted": 178, "HSDir voted, ours: not Fast": 118}},
		{"as 0.4.9 has it, Guard asks for V2Dir too", "latest", dannenberg, guard.Recomputed, true, 5650,
			map[string]int{"Fast not voted": 178, "HSDir voted, ours: not Fast": 118, "Guard voted, ours: not V2Dir": 518}},
		{"longclaw of 2019", "0.3.5.7", longclaw, guard.Recomputed, true, 4408, nil},
		{"by its own thresholds too", "0.3.5.7", longclaw, guard.Published, true, 4408, nil},
		{"for which today's rules do as well", "latest", longclaw, guard.Recomputed, true, 4408, nil},
		{"tor26 in June 2026", "latest", "2026-06-16-11-00-00-vote-tor26-cropped", guard.Published, false, 5, nil},
		{"tor26 in July 2026", "latest", "2026-07-27-10-00-00-vote-tor26-cropped", guard.Published, false, 5, nil},
	} {
		v := reviewBy(t, test.version, corpus.Shared(t, "data", "votes", test.file), test.source)
		checkDisagreements(t, test.why, v, test.want)
		if same := v.Recomputed.String() == v.Published.String(); same != test.same {
			t.Errorf("%s: recomputed\n%v\npublished\n%v", test.why, v.Recomputed, v.Published)
		}
		agree, within, disagree, _ := v.Count(consensus.Guard)
		if agree+within+disagree != test.known {
			t.Errorf("%s: Guard can be told of %d relays, want %d", test.why, agree+within+disagree, test.known)
		}
		for i, c := range v.Comparisons {
			if c.Disagree&consensus.Fast != 0 && v.Relays[i].Facts.Has(consensus.Running) {
				t.Errorf("%s: $%v is Running and yet not Fast", test.why, v.Relays[i].Identity)
			}
		}
	}
}

// TestNoGuardOf2016LacksFastOrBandwidth: under the rules of its day every guard of the vote of 2016 meets the two criteria
// that a vote without histories shows.
func TestNoGuardOf2016LacksFastOrBandwidth(t *testing.T) {
	const version = "0.2.6.12"
	rules, err := guard.RulesFor(version)
	if err != nil {
		t.Fatal(err)
	}
	v := reviewBy(t, version, corpus.Shared(t, "data", "votes", "2016-10-01-16-00-00-vote-dannenberg.xz"), guard.Recomputed)
	guards := 0
	for i, c := range v.Comparisons {
		if !c.Voted.Has(consensus.Guard) {
			continue
		}
		guards++
		for criterion := range rules.Explain(v.Relays[i], v.Recomputed) {
			if criterion.Flag == consensus.Guard && criterion.Met == guard.No {
				t.Errorf("$%v: %v", v.Relays[i].Identity, criterion)
			}
		}
	}
	if guards < 2000 {
		t.Errorf("%d guards", guards)
	}
}

// TestVotesOfATestNetwork: chutney gives Guard, HSDir and Exit to all by TestingDirAuthVote options, whatever they deserve,
// and so does not tell who is an exit by policy either.
func TestVotesOfATestNetwork(t *testing.T) {
	for name, want := range map[string]map[string]int{
		"vote-1": {"Guard voted, ours: low WFU": 1},
		"vote-2": {"Guard voted, ours: low WFU": 1},
		"vote-3": {"Guard voted, ours: low WFU": 1},
		"vote-4": {"Guard voted, ours: low WFU": 1},
	} {
		v := review(t, corpus.Shared(t, "data", "testnet", name), guard.Recomputed)
		checkDisagreements(t, name, v, want)
	}
}

// TestVotesOfOlderVersions reviews votes of 35 versions of tor by the rules of each: nothing differs.
func TestVotesOfOlderVersions(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(corpus.Shared(t, "oracle", "versions"), "*", "*", "vote*"))
	if err != nil || len(paths) < 35 {
		t.Fatalf("%d votes, %v", len(paths), err)
	}
	for _, path := range paths {
		scenario := filepath.Dir(path)
		version := filepath.Base(filepath.Dir(scenario))
		name := version + "/" + filepath.Base(scenario)
		v := reviewBy(t, version, path, guard.Recomputed)
		checkDisagreements(t, name, v, nil)
		if v.HasPublished != has(t, version, "0.2.4.11-alpha") {
			t.Errorf("%s: has a flag-thresholds line: %v", name, v.HasPublished)
		}
		hasStats := has(t, version, "0.4.6.1-alpha")
		if carried := v.Carried&guard.UnknownHistory != 0; carried == hasStats {
			t.Errorf("%s: carried over %b", name, v.Carried)
		}
		if v.HasPublished {
			checkDisagreements(t, name+" by its own thresholds", reviewBy(t, version, path, guard.Published), nil)
		}
	}
}

// has reports whether a version is one that has what came with another.
func has(t *testing.T, version, first string) bool {
	t.Helper()
	v, ok := tortext.ParseVersion(version)
	f, ok2 := tortext.ParseVersion(first)
	if !ok || !ok2 {
		t.Fatalf("%s or %s cannot be read", version, first)
	}
	return v.Has(f)
}

// TestVotesThatBecameConsensuses reviews all votes of the runs of several authorities. Those have lists and options that
// are not known here, so what is held against them is that every one is read and every relay accounted for.
func TestVotesThatBecameConsensuses(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(corpus.Shared(t, "oracle", "consensuses"), "*", "vote-*"))
	if err != nil || len(paths) < 23 {
		t.Fatalf("%d votes, %v", len(paths), err)
	}
	for _, path := range paths {
		v := review(t, path, guard.Recomputed)
		for _, flag := range decidedFlags {
			agree, within, disagree, unknown := v.Count(flag)
			if agree+within+disagree+unknown != len(v.Relays) {
				t.Errorf("%s: %v: %d+%d+%d+%d are not the %d relays", path, flag, agree, within, disagree, unknown, len(v.Relays))
			}
		}
		if strings.Contains(path, "forged") {
			continue // nobody decided what these say
		}
		// What of a real authority's vote can differ are its lists: nothing but Guard and HSDir.
		if _, _, disagree, _ := v.Count(consensus.Stable); disagree != 0 {
			t.Errorf("%s: Stable differs on %d relays", path, disagree)
		}
		if _, _, disagree, _ := v.Count(consensus.Fast); disagree != 0 {
			t.Errorf("%s: Fast differs on %d relays", path, disagree)
		}
	}
}

// TestConsensusesAreNoVotes: what is not a vote is refused by name, whatever its flavour.
func TestConsensusesAreNoVotes(t *testing.T) {
	for _, name := range []string{"consensus.xz", "consensus-microdesc.xz"} {
		doc := corpus.Read(t, corpus.Shared(t, "oracle", "consensuses", "a3-n20", name))
		_, err := guard.Latest().ReviewVote(doc, guard.Recomputed)
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) || !errors.Is(err, consensus.ErrNotThis) || syntax.Line != 2 || syntax.Keyword != "vote-status" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
