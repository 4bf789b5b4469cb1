package guard_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// review reviews a vote by the newest rules and counts its relays by other means.
func review(t *testing.T, path string, source guard.Source) guard.Review {
	t.Helper()
	doc := corpus.Read(t, path)
	v, err := guard.Latest().ReviewVote(doc, source)
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

// TestVotesOfTheNetwork holds votes of the public network against the newest rules.
func TestVotesOfTheNetwork(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why, file string
		source    guard.Source
		same      bool // whether the recomputed flag-thresholds line is the published one
		known     int  // how many Guard decisions can be told
		want      map[string]int
	}{
		{
			"dannenberg of 2016 ran a Tor older than 0.2.7.2: Fast asked for a running relay, HSDir did not ask for Fast, and Guard asked for no V2Dir",
			"2016-10-01-16-00-00-vote-dannenberg.xz", guard.Recomputed, true, 5650,
			map[string]int{"Fast not voted": 178, "HSDir voted, ours: not Fast": 118, "Guard voted, ours: not V2Dir": 518},
		}, {
			"and so it does by the thresholds it published",
			"2016-10-01-16-00-00-vote-dannenberg.xz", guard.Published, true, 5650,
			map[string]int{"Fast not voted": 178, "HSDir voted, ours: not Fast": 118, "Guard voted, ours: not V2Dir": 518},
		},
		{"longclaw of 2019 ran 0.3.5, whose rules are today's", "2019-02-05-10-00-00-vote-longclaw.xz", guard.Recomputed, true, 4408, nil},
		{"by its own thresholds too", "2019-02-05-10-00-00-vote-longclaw.xz", guard.Published, true, 4408, nil},
		{"tor26 in June 2026", "2026-06-16-11-00-00-vote-tor26-cropped", guard.Published, false, 5, nil},
		{"tor26 in July 2026", "2026-07-27-10-00-00-vote-tor26-cropped", guard.Published, false, 5, nil},
	} {
		v := review(t, corpus.Shared(t, "data", "votes", test.file), test.source)
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

// A change is a rule that some versions had otherwise, and by what a vote of those versions shows it.
type change struct {
	why         string
	from, until [4]int // the versions that had it otherwise: from inclusive, until exclusive
	flag        consensus.Flag
	voted       bool
	against     guard.Reasons // ours; none where we give the flag
}

var changes = []change{
	{"Guard asked for no V2Dir", [4]int{0, 2, 3}, [4]int{0, 3, 3, 5}, consensus.Guard, true, guard.NotV2Dir},
	{"the median was enough bandwidth for Guard, or 250 KB", [4]int{0, 2, 3}, [4]int{0, 2, 5, 6}, consensus.Guard, true, guard.LowBandwidth},
	{"Fast asked for an active relay", [4]int{0, 2, 3}, [4]int{0, 2, 7, 2}, consensus.Fast, false, 0},
	{"slow relays counted, which lowers the Fast threshold", [4]int{0, 2, 3}, [4]int{0, 2, 4, 10}, consensus.Fast, true, guard.Slow},
	{"HSDir did not ask for Fast", [4]int{0, 2, 3}, [4]int{0, 2, 7, 3}, consensus.HSDir, true, guard.NotFast},
	{"HSDir did not ask for an active relay", [4]int{0, 2, 3}, [4]int{0, 2, 6, 1}, consensus.HSDir, true, guard.NotActive},
	{"nor did it for a short while in 0.2.7", [4]int{0, 2, 7, 2}, [4]int{0, 2, 7, 3}, consensus.HSDir, true, guard.NotActive},
	{"HSDir asked for no directory port", [4]int{0, 2, 6, 3}, [4]int{0, 2, 6, 8}, consensus.HSDir, true, guard.NotV2Dir},
}

func versionOf(t *testing.T, name string) (v [4]int) {
	t.Helper()
	if _, err := fmt.Sscanf(name, "%d.%d.%d.%d", &v[0], &v[1], &v[2], &v[3]); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func before(v, w [4]int) bool { return slices.Compare(v[:], w[:]) < 0 }

// explain takes those changes away from a disagreement that this version explains it by, and reports whether nothing is
// left.
func explain(v [4]int, flag consensus.Flag, voted bool, against guard.Reasons, seen []int) bool {
	explained := false
	for i, c := range changes {
		if c.flag == flag && c.voted == voted && !before(v, c.from) && before(v, c.until) && against.Has(c.against) {
			against &^= c.against
			explained = true
			seen[i]++
		}
	}
	return explained && against == 0
}

// TestVotesOfOlderVersions reviews votes of 35 versions of tor. From 0.3.3.5-rc on nothing differs; before that only what
// the rules of the version say, and each of those rules shows.
func TestVotesOfOlderVersions(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(corpus.Shared(t, "oracle", "versions"), "*", "*", "vote*"))
	if err != nil || len(paths) < 35 {
		t.Fatalf("%d votes, %v", len(paths), err)
	}
	seen := make([]int, len(changes))
	for _, path := range paths {
		scenario := filepath.Dir(path)
		name := filepath.Base(filepath.Dir(scenario)) + "/" + filepath.Base(scenario)
		version := versionOf(t, name)
		v := review(t, path, guard.Recomputed)
		for i, c := range v.Comparisons {
			for _, flag := range decidedFlags {
				against := c.Decision.Against.Of(flag)
				if c.Decision.Answer(flag) == guard.Yes {
					against = 0
				}
				if c.Disagree&flag != 0 && !explain(version, flag, c.Voted.Has(flag), against, seen) {
					t.Errorf("%s: $%v: %v: voted %v, against it %q", name, v.Relays[i].Identity, flag, c.Voted.Has(flag), against)
				}
			}
		}

		if v.HasPublished == before(version, [4]int{0, 2, 4, 11}) {
			t.Errorf("%s: has a flag-thresholds line: %v", name, v.HasPublished)
		}
		hasStats := !before(version, [4]int{0, 4, 6, 1})
		if carried := v.Carried&guard.UnknownHistory != 0; carried == hasStats {
			t.Errorf("%s: carried over %b", name, v.Carried)
		}
		if hasStats {
			checkDisagreements(t, name+" by its own thresholds", review(t, path, guard.Published), nil)
		}
	}
	for i, c := range changes {
		if seen[i] == 0 {
			t.Errorf("no vote shows that %s", c.why)
		}
	}
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
