package consensus_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// settledLines are the lines of a consensus that a tally settles, in the form of Outcome.AppendLines. They are picked out
// by hand, so that the comparison does not rest on the reader under test.
func settledLines(t testing.TB, doc []byte) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(string(doc)) {
		switch words := strings.Fields(line); words[0] {
		case "r":
			id, err := base64.RawStdEncoding.DecodeString(words[2])
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString("r " + consensus.Fingerprint(id).String() + "\n")
		case "known-flags", "params", "s", "w", "bandwidth-weights":
			b.WriteString(line)
		}
	}
	return b.String()
}

// round is a folder with votes and the consensuses that the real tor made of them.
type round struct {
	dir         string
	authorities int
	votes       []consensus.Document
}

func readRound(t testing.TB, dir string) round {
	t.Helper()
	meta, err := os.ReadFile(filepath.Join(dir, "meta.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m struct{ Authorities, Votes int }
	if err := json.Unmarshal(meta, &m); err != nil {
		t.Fatal(err)
	}
	r := round{dir: dir, authorities: m.Authorities}
	paths, err := filepath.Glob(filepath.Join(dir, "vote-*"))
	if err != nil || len(paths) != m.Votes {
		t.Fatalf("%s: %d votes, want %d", dir, len(paths), m.Votes)
	}
	for _, path := range paths {
		v, _, err := consensus.ParseAsTor(corpus.Read(t, path))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		r.votes = append(r.votes, v)
	}
	return r
}

// check holds what the votes add up to against tor's consensuses, line by line.
func (r round) check(t *testing.T) {
	t.Helper()
	o, err := consensus.Tally(r.votes, r.authorities)
	if err != nil {
		t.Fatalf("%s: %v", r.dir, err)
	}
	for flavour, name := range map[string]string{"": "consensus", "microdesc": "consensus-microdesc"} {
		path, ok := corpus.Find(r.dir, name)
		if !ok {
			t.Fatalf("%s: no %s", r.dir, name)
		}
		doc := corpus.Read(t, path)
		if diff := cmp.Diff(settledLines(t, doc), string(o.AppendLines(nil, flavour))); diff != "" {
			t.Errorf("%s: tor's consensus (-) and ours (+) differ:\n%s", path, diff)
		}
	}
}

// rounds are the folders in dir, of which there have to be at least so many.
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

func TestTallyMakesTheConsensusesOfTor(t *testing.T) {
	for _, dir := range rounds(t, filepath.Join("testdata", "rounds"), 6) {
		readRound(t, dir).check(t)
	}
}

func TestTallyMakesAllTheSharedConsensusesOfTor(t *testing.T) {
	for _, dir := range rounds(t, corpus.Shared(t, "oracle", "consensuses"), 23) {
		readRound(t, dir).check(t)
	}
}

// A lone authority's vote is enough for a consensus, and that is the vote again without what is not Running and Valid.
func TestTallyOfOneVoteMakesTheConsensusOfTor(t *testing.T) {
	found := 0
	for _, dir := range rounds(t, corpus.Shared(t, "oracle", "bundles"), 30) {
		path, ok := corpus.Find(dir, "consensus")
		if !ok {
			continue
		}
		found++
		votePath, _ := corpus.Find(dir, "vote")
		vote, err := consensus.Parse(corpus.Read(t, votePath))
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		o, err := consensus.Tally([]consensus.Document{vote}, 1)
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		if diff := cmp.Diff(settledLines(t, corpus.Read(t, path)), string(o.AppendLines(nil, ""))); diff != "" {
			t.Errorf("%s: tor's consensus (-) and ours (+) differ:\n%s", dir, diff)
		}
	}
	if found < 4 {
		t.Errorf("only %d bundles have a consensus", found)
	}
}
