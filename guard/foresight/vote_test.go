package foresight_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// What is left as it is must come out as package guard has it.
func TestOutcomeOfVotes(t *testing.T) {
	votes, err := filepath.Glob(filepath.Join(corpus.Root(t), "guard", "testdata", "*-vote"))
	if err != nil || len(votes) == 0 {
		t.Fatalf("no votes in guard's testdata: %v", err)
	}
	for _, path := range votes {
		review, err := guard.Latest().ReviewVote(corpus.Read(t, path), guard.Recomputed)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		n := foresight.Network{Rules: guard.Latest(), Relays: review.Relays, ByUptime: !review.Recomputed.EnoughMTBF}
		o := n.Outcome()
		want := review.Recomputed
		want.StableUptime = o.Thresholds.StableUptime // no vote shows what it is made of
		if diff := cmp.Diff(want, o.Thresholds, cmp.AllowUnexported(guard.Thresholds{})); diff != "" {
			t.Errorf("%s: thresholds (-want +got):\n%s", path, diff)
		}
		for i, c := range review.Comparisons {
			if want.EnoughMTBF && c.Decision != o.Decisions[i] {
				t.Errorf("%s: %s is decided %v, want %v", path, review.Relays[i].Nickname, o.Decisions[i], c.Decision)
			}
		}

		// Each relay's forecast has met now exactly what it has.
		for i, relay := range review.Relays {
			forecasts := foresight.FromStats(n.Rules, relay, o.Thresholds, review.Header.Published)
			for _, flag := range []consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir} {
				_, latest := foresight.Due(forecasts, flag)
				if has := o.Decisions[i].Answer(flag) == guard.Yes; has != (latest == review.Header.Published) {
					t.Errorf("%s: %s has %v: %v; due %v", path, relay.Nickname, flag, has, latest)
				}
			}
		}
	}
}
