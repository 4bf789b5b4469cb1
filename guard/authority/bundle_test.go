package authority_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
	"github.com/seed-84712aaa/guardmath/internal/torlab"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// boot starts the authority of a bundle.
func boot(t testing.TB, b torlab.Bundle) authority.Booted {
	t.Helper()
	booted, err := b.Boot()
	if err != nil {
		t.Fatal(err)
	}
	return booted
}

// remade is the vote that the library makes of a bundle's inputs, and the state after it.
func remade(t testing.TB, b torlab.Bundle) (authority.Vote, authority.State) {
	t.Helper()
	vote, state, err := b.Remake()
	if err != nil {
		t.Fatal(err)
	}
	return vote, state
}

// compare holds the library's vote of every bundle in a folder against the real one's, and the histories it leaves
// against those that tor saved.
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
			vote, state := remade(t, b)
			for d := range vote.Compare(want) {
				t.Errorf("$%v\n tor %s\nours %s", d.Relay, d.Theirs, d.Ours)
			}
			if diff := cmp.Diff(string(want), vote.String()); diff != "" && !t.Failed() {
				t.Errorf("the lines are the same but not their order:\n%.3000s", diff)
			}
			if b.Meta.Cutoffs != "" {
				compareCutoffs(t, b.Meta.Cutoffs, vote)
			}
			if b.After != nil {
				compareAfter(t, b.After, state.Ledger)
			}
		})
	}
}

// compareAfter holds histories against the file that tor wrote of them when it was stopped. Between the vote and that,
// nothing happens to them: their times do not move, only that of the file does.
func compareAfter(t *testing.T, after []byte, ours wfu.Ledger) {
	t.Helper()
	saved, warnings, err := wfu.ParseLedger(after)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	ours.StoredAt = saved.StoredAt
	text, _ := ours.AppendText(nil)
	if diff := cmp.Diff(inOrder(after), inOrder(text)); diff != "" {
		t.Errorf("the histories after the vote differ (-tor +ours):\n%.3000s", diff)
	}
}

// inOrder is the header of a history file and then its relays in the order of their identities; tor's is that of a hash
// table.
func inOrder(file []byte) []string {
	parts := strings.Split(strings.TrimSuffix(string(file), ".\n"), "\nR ")
	for i := range parts {
		parts[i] = strings.TrimSuffix(parts[i], "\n")
	}
	slices.Sort(parts[1:])
	return parts
}

func TestEveryLineOfEveryOracleVoteIsRemade(t *testing.T) {
	compare(t, corpus.Shared(t, "oracle", "bundles"))
}

func TestEveryLineOfTheVotesInTestdataIsRemade(t *testing.T) {
	compare(t, filepath.Join("testdata", "bundles"))
}
