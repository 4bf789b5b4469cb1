package authority_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
	"github.com/seed-84712aaa/guardmath/internal/torlab"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// remade is the vote that the library makes of a bundle's inputs.
func remade(t testing.TB, b torlab.Bundle) authority.Vote {
	t.Helper()
	var params consensus.Params
	for name, value := range b.Meta.Params {
		params = append(params, consensus.Param{Name: name, Value: int32(value)})
	}
	booted, err := authority.Files{
		Torrc: b.Torrc, ApprovedRouters: b.Lists, Descriptors: b.Descriptors, Stability: b.Stability, Bandwidth: b.Bandwidth,
		Params: params, Late: b.Meta.LatePost,
	}.Boot(wfu.Instant(b.Meta.Start), consensus.Fingerprint{})
	if err != nil {
		t.Fatal(err)
	}
	var vote authority.Vote
	state, in := booted.State, booted.Input
	for _, at := range b.Meta.Votes {
		in.Now, in.Uptime = wfu.Instant(at), b.Meta.Uptime-(b.Meta.Now-at)
		vote, state = booted.Authority.Vote(state, in)
	}
	return vote
}

// compare holds the library's vote of every bundle in a folder against the real one's.
func compare(t *testing.T, dir string) {
	folders, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		t.Run(folder.Name(), func(t *testing.T) {
			b := torlab.ReadBundle(t, filepath.Join(dir, folder.Name()))
			want, err := authority.LinesOf(b.Vote)
			if err != nil {
				t.Fatal(err)
			}
			vote := remade(t, b)
			for d := range vote.Compare(want) {
				t.Errorf("$%v\n tor %s\nours %s", d.Relay, d.Theirs, d.Ours)
			}
			if diff := cmp.Diff(string(want), vote.String()); diff != "" && !t.Failed() {
				t.Errorf("the lines are the same but not their order:\n%.3000s", diff)
			}
		})
	}
}

func TestEveryLineOfEveryOracleVoteIsRemade(t *testing.T) {
	compare(t, corpus.Shared(t, "oracle", "bundles"))
}
