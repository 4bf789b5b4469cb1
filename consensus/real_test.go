package consensus_test

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// realDocuments are the paths of all votes and consensuses beside the checkout.
func realDocuments(t testing.TB) []string {
	var paths []string
	for _, dir := range []string{"data", "oracle"} {
		err := filepath.WalkDir(corpus.Shared(t, dir), func(path string, d fs.DirEntry, err error) error {
			name := d.Name()
			if err == nil && !d.IsDir() && !strings.Contains(name, ".tar") &&
				(strings.Contains(name, "vote") || strings.Contains(name, "consensus")) {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(paths) < 200 {
		t.Fatalf("found only %d votes and consensuses", len(paths))
	}
	return paths
}

// countLines is the number of lines with that beginning.
func countLines(text []byte, prefix string) int {
	n := bytes.Count(text, []byte("\n"+prefix))
	if bytes.HasPrefix(text, []byte(prefix)) {
		n++
	}
	return n
}

func TestEveryRealDocumentIsReadWhole(t *testing.T) {
	for _, path := range realDocuments(t) {
		text := corpus.Read(t, path)
		d, err := consensus.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got, want := len(d.Entries), countLines(text, "r "); got != want {
			t.Errorf("%s: %d entries, %d r lines", path, got, want)
		}
	}
}
