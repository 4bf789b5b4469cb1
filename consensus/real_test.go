package consensus_test

import (
	"archive/tar"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// filesIn are the paths of all files below a folder beside the checkout that wanted chooses by name.
func filesIn(t testing.TB, dir string, wanted func(name string) bool) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(corpus.Shared(t, dir), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && wanted(d.Name()) {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("nothing to test with in %s", dir)
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

func checkDocument(t *testing.T, name string, text []byte) {
	t.Helper()
	d, err := consensus.Parse(text)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if got, want := len(d.Entries), countLines(text, "r "); got != want {
		t.Errorf("%s: %d entries, %d r lines", name, got, want)
	}
	if got, want := d.Header.Vote, bytes.Contains(text, []byte("\nvote-status vote\n")); got != want {
		t.Errorf("%s: read as a vote: %v", name, got)
	}
	for _, e := range d.Entries {
		weight, stats := lineOf(e.Text, "w "), lineOf(e.Text, "stats ")
		if got := e.Weight.String(); got != weight {
			t.Errorf("%s: %s: w line %q comes out as %q", name, e.Identity, weight, got)
		}
		if got := e.Stats.String(); e.HasStats && got != stats {
			t.Errorf("%s: %s: stats line %q comes out as %q", name, e.Identity, stats, got)
		}
		if got, want := e.Flags.String(), lineOf(e.Text, "s "); got != want {
			t.Errorf("%s: %s: s line %q comes out as %q", name, e.Identity, want, got)
		}
	}
}

// lineOf is the rest of the first line of text that begins with prefix.
func lineOf(text []byte, prefix string) string {
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			return strings.TrimSuffix(rest, "\n")
		}
	}
	return ""
}

func isStatusDocument(name string) bool {
	return !strings.Contains(name, ".tar") && (strings.Contains(name, "vote") || strings.Contains(name, "consensus"))
}

func TestRealVotesAndConsensusesAreReadWhole(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"data", "oracle"} {
		for _, path := range filesIn(t, dir, isStatusDocument) {
			checkDocument(t, path, corpus.Read(t, path))
		}
	}
}

// The archive of CollecTor's holds twelve hours.
func TestArchivedConsensusesAreReadWhole(t *testing.T) {
	t.Parallel()
	archive := tar.NewReader(bytes.NewReader(
		corpus.Read(t, corpus.Shared(t, "data", "consensuses", "consensuses-2019-02-05.tar.xz"))))
	documents := 0
	for {
		file, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 0 {
			documents++
			checkDocument(t, file.Name, text)
		}
	}
	if documents != 12 {
		t.Errorf("%d documents, want 12", documents)
	}
}

// A document cut off anywhere before its footer is noticed. The cuts are at twenty places of a real consensus, in the
// middle of lines and at their ends.
func TestCutOffConsensusIsNoticed(t *testing.T) {
	t.Parallel()
	text := corpus.Read(t, corpus.Shared(t, "data", "consensuses", "2020-02-29-10-00-00-consensus.xz"))
	footer := bytes.Index(text, []byte("directory-footer"))
	for i := range 10 {
		cut := footer * i / 10
		for _, at := range []int{cut, cut + bytes.IndexByte(text[cut:], '\n') + 1} {
			if _, err := consensus.Parse(text[:at]); err == nil {
				t.Errorf("cut at byte %d of %d: no error", at, len(text))
			}
		}
	}
}

func isDescriptorFile(name string) bool {
	return strings.Contains(name, "descriptor") && !strings.Contains(name, "microdesc")
}

// readDescriptors reads a file of descriptors, each of which has to be good.
func readDescriptors(t *testing.T, path string) []consensus.Descriptor {
	t.Helper()
	text := corpus.Read(t, path)
	var all []consensus.Descriptor
	for d, err := range consensus.Descriptors(text) {
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if again, err := consensus.ParsePolicy([]byte(d.Policy.String())); err != nil || !slices.Equal(again, d.Policy) {
			t.Errorf("%s: %s: policy does not come back: %v", path, d.Nickname, err)
		}
		all = append(all, d)
	}
	if want := countLines(text, "router "); len(all) != want {
		t.Errorf("%s: %d descriptors, %d router lines", path, len(all), want)
	}
	return all
}

// Those of the oracle's bundles are read, and held against votes, by the next test.
func TestRealDescriptorsAreAllRead(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"data", "oracle/versions"} {
		for _, path := range filesIn(t, dir, isDescriptorFile) {
			readDescriptors(t, path)
		}
	}
}

// runs are the folders of one run of tor each, below a folder of the oracle.
func runs(t *testing.T, elem ...string) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(corpus.Shared(t, append([]string{"oracle"}, elem...)...), "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatal(elem, err)
	}
	return dirs
}

// run is what such a folder holds.
type run struct {
	vote        consensus.Document
	descriptors map[consensus.Fingerprint]consensus.Descriptor
	torrc       string
}

func readRun(t *testing.T, dir string) run {
	t.Helper()
	r := run{descriptors: map[consensus.Fingerprint]consensus.Descriptor{}}
	votePath, ok := corpus.Find(dir, "vote")
	if !ok {
		t.Fatalf("%s: no vote", dir)
	}
	var err error
	if r.vote, err = consensus.Parse(corpus.Read(t, votePath)); err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	for _, name := range []string{"descriptors", "self-descriptor"} {
		path, ok := corpus.Find(dir, name)
		if !ok {
			continue
		}
		for _, d := range readDescriptors(t, path) {
			r.descriptors[d.Identity] = d
		}
	}
	r.torrc = string(corpus.Read(t, filepath.Join(dir, "torrc")))
	return r
}

// What a descriptor says decides two flags of tor's vote alone, and most of what else a vote's entry says comes from it.
func TestDescriptorsExplainTheVotesOfTor(t *testing.T) {
	t.Parallel()
	relays := 0
	for _, dir := range append(runs(t, "bundles"), runs(t, "versions", "0.4.9.11")...) {
		r := readRun(t, dir)
		for _, e := range r.vote.Entries {
			d, ok := r.descriptors[e.Identity]
			if !ok {
				continue // the authority's own, which not every folder has
			}
			relays++
			if d.Digest() != e.Digest || d.Published != e.Published || d.Address != e.Address || d.ORPort != e.ORPort ||
				d.DirPort != e.DirPort || !bytes.Equal(d.Nickname, e.Nickname) {
				t.Errorf("%s: %s: entry and descriptor are not of one relay", dir, e.Identity)
			}
			if !bytes.Equal(d.Protocols, e.Protocols) || d.Ed25519 != e.Ed25519 {
				t.Errorf("%s: %s: protocols or ed25519 identity differ", dir, e.Identity)
			}
			if e.Flags.Has(consensus.Sybil) || e.Flags.Has(consensus.MiddleOnly) {
				continue // these lose Exit and V2Dir, whatever their descriptor says
			}
			if got, want := d.IsExit(strings.Contains(r.torrc, "DirAllowPrivateAddresses 1")), e.Flags.Has(consensus.Exit); got != want {
				t.Errorf("%s: %s: exit by its policy: %v, by the vote: %v\n%s", dir, e.Identity, got, want, d.Policy)
			}
			stripped := strings.Contains(string(mayRead(t, filepath.Join(dir, "approved-routers"))), "!stripv2dir "+e.Identity.String())
			if got, want := d.IsDirectory() && !stripped, e.Flags.Has(consensus.V2Dir); got != want {
				t.Errorf("%s: %s: directory by its descriptor: %v, by the vote: %v", dir, e.Identity, got, want)
			}
		}
	}
	if relays < 10000 {
		t.Errorf("only %d relays compared", relays)
	}
}

// mayRead is the text of a file that may be missing.
func mayRead(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return text
}

// Before 0.3.2.5-alpha, any two of three ports made an exit.
func TestOlderExitRuleIsTwoOfThreePorts(t *testing.T) {
	t.Parallel()
	exits := 0
	for _, version := range []string{"0.3.2.4-alpha", "0.2.9.17"} {
		for _, dir := range runs(t, "versions", version) {
			r := readRun(t, dir)
			for _, e := range r.vote.Entries {
				d, ok := r.descriptors[e.Identity]
				if !ok {
					continue
				}
				n := 0
				for _, port := range []uint16{80, 443, 6667} {
					if d.Policy.AllowsNet8(port, false) {
						n++
					}
				}
				// Then only relays that count toward the thresholds could have Exit, so the rule binds one way.
				if exit := e.Flags.Has(consensus.Exit); exit {
					exits++
					if n < 2 || d.RejectsAll() {
						t.Errorf("%s: %s: Exit with %d of three ports", dir, e.Identity, n)
					}
				}
			}
		}
	}
	if exits == 0 {
		t.Error("no exits compared")
	}
}
