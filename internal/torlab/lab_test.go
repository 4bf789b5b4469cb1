//go:build tor

package torlab

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// width is how many authorities run at a time. They mostly wait for the moment to vote.
const width = 6

// A result is what came of one run.
type result[T any] struct {
	value T
	err   error
}

// atOnce runs all of them, as many at a time as there is width for, and has the results in their order.
func atOnce[S, T any](all []S, run func(S) (T, error)) []result[T] {
	results := make([]result[T], len(all))
	turns := make(chan struct{}, width)
	var wg sync.WaitGroup
	for i, s := range all {
		wg.Go(func() {
			turns <- struct{}{}
			results[i].value, results[i].err = run(s)
			<-turns
		})
	}
	wg.Wait()
	return results
}

// keep writes the bundle where the flag says.
func keep(t *testing.T, b Bundle) {
	t.Helper()
	if *keepFlag == "" {
		return
	}
	if err := b.Write(filepath.Join(*keepFlag, b.Meta.Scenario)); err != nil {
		t.Error(err)
	}
}

func TestTheLibraryVotesAsTorDoes(t *testing.T) {
	first := firstSeed(t)
	scenarios := fixtures()
	for i := range *networksFlag {
		scenarios = append(scenarios, RandomScenario(first+uint64(i)))
	}
	results := atOnce(scenarios, newLab(t).Run)
	for i, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			if results[i].err != nil {
				t.Fatal(results[i].err)
			}
			b := results[i].value
			keep(t, b)
			compare(t, b)
			checkRelays(t, b)
			if i < len(fixtures()) {
				updateFixture(t, b)
			}
		})
	}
}

// checkRelays fails where the vote leaves out so many relays that comparing it would prove little: then the network is
// not as it was meant to be, in its signatures, say.
func checkRelays(t *testing.T, b Bundle) {
	t.Helper()
	listed := bytes.Count(b.Vote, []byte("\nr "))
	given := bytes.Count(b.Descriptors, []byte("router r")) // the nicknames begin with r
	if listed < given/2 {
		t.Errorf("the vote lists %d of %d relays", listed, given)
	}
}

// fixtures are the bundles of testdata: small ones of each kind. They are run like any other, so that they can be
// written anew at any time.
func fixtures() []Scenario {
	return []Scenario{
		{Name: "testing", Special: "one vote of a testing network", Seed: 1, Relays: 12, Measured: 0.8},
		{Name: "live", Special: "options and parameters as on the public network", Seed: 2, Relays: 12, Live: true, Measured: 0.8},
		{Name: "three-votes", Special: "the third vote of three, and ConsensusParams in force from the second on", Seed: 3, Relays: 10, Votes: 3, Options: []string{"ConsensusParams FastFlagMaxThreshold=40000 FastFlagMinThreshold=20000"}},
		{Name: "late", Special: "descriptors that come after the first save", Seed: 4, Relays: 10, LatePost: true},
		{Name: "no-history", Special: "no history file", Seed: 5, Relays: 8, NoHistory: true, Votes: 2},
		{Name: "self", Special: "the authority is one of its relays and reaches no other", Seed: 6, Relays: 8, Self: true, Options: []string{"AuthDirTestReachability 1"}},
	}
}

// updateFixture writes the bundle to testdata where the flag says so, and wants it to be there.
func updateFixture(t *testing.T, b Bundle) {
	t.Helper()
	dir := filepath.Join("testdata", "bundles", b.Meta.Scenario)
	if corpus.Updating() && !t.Failed() {
		if err := b.Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("%v: write it with -update", err)
	}
}

func TestAuthoritiesAgreeAsTheLibrarySays(t *testing.T) {
	const authorities, down = 4, 1
	l, seed := newLab(t), firstSeed(t)
	said, err := torVersion()
	if err != nil {
		t.Fatal(err)
	}
	scenarios := []Scenario{
		{Name: "agree", Seed: seed, Relays: 40, Self: true},
		{Name: "diverge", Seed: seed + 1, Relays: 40, Diverge: true},
	}
	results := atOnce(scenarios, func(s Scenario) (Agreement, error) { return l.Agree(s, authorities, down, nil) })
	for i, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			if results[i].err != nil {
				t.Fatal(results[i].err)
			}
			a := results[i].value
			if len(a.Votes) < 2 {
				t.Fatalf("only %d votes were counted", len(a.Votes))
			}
			if *keepFlag != "" {
				if err := a.Write(filepath.Join(*keepFlag, s.Name)); err != nil {
					t.Error(err)
				}
			}
			if isNewest(t, versionOf(said)) {
				compareConsensus(t, a.Votes, authorities, map[string][]byte{"": a.Consensus, "microdesc": a.Microdesc})
			}
			for _, b := range a.Bundles {
				keep(t, b)
				compare(t, b)
			}
		})
	}
}
