package torlab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

func TestWritingABundleAndReadingItGivesTheSame(t *testing.T) {
	b := Bundle{
		Meta: Meta{
			Scenario: "x", Start: 5, Load: 5, Saved: 6, Now: 9, NowText: isoTime(9), Votes: []int64{7, 9},
			Params: map[string]int64{"FastFlagMinThreshold": 4}, LatePost: true, Uptime: 4, Tor: "Tor version 0", Seed: 3,
		},
		Torrc: []byte("Nickname x\n"), Descriptors: []byte("router …\n"), Vote: []byte("vote\n"),
		Lists: []byte{}, // empty is not the same as none
	}
	dir := filepath.Join(t.TempDir(), "x")
	full := b
	full.Stability, full.Consensus = []byte("format 2\n"), []byte("consensus\n")
	for _, want := range []Bundle{full, b} { // the second has fewer files, and none may be left over
		if err := want.Write(dir); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, ReadBundle(t, dir)); diff != "" {
			t.Errorf("read is not what was written (-want +got):\n%s", diff)
		}
	}
}

func TestReadsTheBundlesOfTheOracle(t *testing.T) {
	root := corpus.Shared(t, "oracle", "bundles")
	dirs, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		b := ReadBundle(t, filepath.Join(root, d.Name()))
		if m := b.Meta; m.Scenario != d.Name() || m.Start == 0 || len(m.Votes) == 0 || m.Votes[len(m.Votes)-1] != m.Now {
			t.Errorf("%s: meta %+v", d.Name(), m)
		}
	}
}
