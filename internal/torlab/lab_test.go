//go:build tor

package torlab

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// width is how many authorities run at a time. They mostly wait for the moment to vote.
const width = 6

// runAll runs each scenario and has every result checked, in the order of the scenarios.
func runAll(t *testing.T, scenarios []Scenario, check func(*testing.T, Bundle)) {
	l := newLab(t)
	type result struct {
		bundle Bundle
		err    error
	}
	results := make([]result, len(scenarios))
	var wg sync.WaitGroup
	turns := make(chan struct{}, width)
	for i, s := range scenarios {
		wg.Go(func() {
			turns <- struct{}{}
			results[i].bundle, results[i].err = l.Run(s)
			<-turns
		})
	}
	wg.Wait()
	for i, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			if results[i].err != nil {
				t.Fatal(results[i].err)
			}
			keep(t, results[i].bundle)
			check(t, results[i].bundle)
		})
	}
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
	var scenarios []Scenario
	for i := range *networksFlag {
		scenarios = append(scenarios, RandomScenario(first+uint64(i)))
	}
	runAll(t, scenarios, func(t *testing.T, b Bundle) {
		compare(t, b)
		checkRelays(t, b)
	})
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

func TestFixtures(t *testing.T) {
	runAll(t, fixtures(), func(t *testing.T, b Bundle) {
		compare(t, b)
		dir := filepath.Join("testdata", "bundles", b.Meta.Scenario)
		if *updateFlag {
			if err := b.Write(dir); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("%v: write it with -update", err)
		}
	})
}

func TestAuthoritiesAgreeAsTheLibrarySays(t *testing.T) {
	l := newLab(t)
	seed := firstSeed(t)
	for _, s := range []Scenario{
		{Name: "agree", Seed: seed, Relays: 40, Self: true},
		{Name: "diverge", Seed: seed + 1, Relays: 40, Diverge: true},
	} {
		a, err := l.Agree(s, 4, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Votes) < 2 {
			t.Fatalf("only %d votes were counted", len(a.Votes))
		}
		if *keepFlag != "" {
			if err := a.Write(filepath.Join(*keepFlag, s.Name)); err != nil {
				t.Error(err)
			}
		}
		compareConsensus(t, a.Votes, 4, map[string][]byte{"": a.Consensus, "microdesc": a.Microdesc})
		for _, b := range a.Bundles {
			t.Run(b.Meta.Scenario, func(t *testing.T) {
				keep(t, b)
				compare(t, b)
			})
		}
	}
}
