package explain_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/explain"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// The flags that thresholds decide, one by one.
var decided = []consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir}

// votesOf are the votes of those files.
func votesOf(t testing.TB, paths ...string) explain.Votes {
	t.Helper()
	v := explain.Votes{Rules: guard.Latest()}
	for _, path := range paths {
		var err error
		if v, err = v.Read(corpus.Read(t, path), guard.Published); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return v
}

// three are the votes of three authorities that tor 0.4.9.11 was run as, in testdata.
func three(t testing.TB) explain.Votes {
	t.Helper()
	var paths []string
	for i := range 3 {
		paths = append(paths, filepath.Join("testdata", fmt.Sprintf("vote-%d", i+1)))
	}
	return votesOf(t, paths...)
}

// round is a folder with the votes of a consensus and the consensus that tor made of them.
func round(t testing.TB, dir string) (explain.Votes, consensus.Document) {
	t.Helper()
	meta, err := os.ReadFile(filepath.Join(dir, "meta.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m struct{ Authorities, Votes int }
	if err := json.Unmarshal(meta, &m); err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "vote-*"))
	if err != nil || len(paths) != m.Votes {
		t.Fatalf("%s: %d votes, want %d", dir, len(paths), m.Votes)
	}
	path, ok := corpus.Find(dir, "consensus")
	if !ok {
		t.Fatalf("%s: no consensus", dir)
	}
	made, err := consensus.Parse(corpus.Read(t, path))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	v := votesOf(t, paths...)
	v.Authorities = m.Authorities
	return v, made
}

// rounds are the folders in dir that hold one, of which there have to be at least so many.
func rounds(t testing.TB, dir string, atLeast int) []string {
	t.Helper()
	metas, err := filepath.Glob(filepath.Join(dir, "*", "meta.json"))
	if err != nil || len(metas) < atLeast {
		t.Fatalf("%s: %d folders, want %d or more", dir, len(metas), atLeast)
	}
	for i := range metas {
		metas[i] = filepath.Dir(metas[i])
	}
	return metas
}

// listed is every relay that a vote lists, once.
func listed(v explain.Votes) (relays []consensus.Fingerprint) {
	seen := map[consensus.Fingerprint]bool{}
	for _, review := range v.Reviews {
		for _, r := range review.Relays {
			if !seen[r.Identity] {
				seen[r.Identity] = true
				relays = append(relays, r.Identity)
			}
		}
	}
	return relays
}
