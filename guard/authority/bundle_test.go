package authority_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
	"github.com/seed-84712aaa/guardmath/internal/torlab"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// remade is the vote that the library makes of a bundle's inputs.
func remade(t testing.TB, b torlab.Bundle) authority.Vote {
	t.Helper()
	options, err := authority.ParseTorrc(b.Torrc)
	if err != nil {
		t.Fatal(err)
	}
	lists, _ := authority.ParseLists(b.Lists)
	var params consensus.Params
	for name, value := range b.Meta.Params {
		params = append(params, consensus.Param{Name: name, Value: int32(value)})
	}
	a := authority.Authority{Options: options.WithParams(params), Lists: lists}

	var ledger wfu.Ledger
	if b.Stability != nil {
		if ledger, _, err = wfu.ParseLedger(b.Stability); err != nil {
			t.Fatal(err)
		}
	}
	var file *bandwidth.File
	if b.Bandwidth != nil {
		f, err := bandwidth.ParseFile(b.Bandwidth)
		if err != nil {
			t.Fatal(err)
		}
		file = &f
	}
	started := wfu.Instant(b.Meta.Start)
	relays, _ := a.Admit(consensus.Descriptors(b.Descriptors), started)
	atStart := relays
	if b.Meta.LatePost {
		atStart = nil
	}
	state := a.Start(ledger, atStart, file, started)
	var vote authority.Vote
	for _, at := range b.Meta.Votes {
		uptime := b.Meta.Uptime - (b.Meta.Now - at)
		vote, state = a.Vote(state, authority.Input{Relays: relays, Bandwidth: file, Now: wfu.Instant(at), Uptime: uptime})
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
