package consensus_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// checkWeights computes the weights of a consensus again and holds them against its own.
func checkWeights(t *testing.T, name string, text []byte) consensus.Document {
	t.Helper()
	d, passedOver, err := consensus.ParseAsTor(text)
	if err != nil || len(passedOver) > 0 {
		t.Fatalf("%s: %v, passed over %v", name, err, passedOver)
	}
	w, _, err := d.Weights()
	if got, want := w.String(), "bandwidth-weights "+d.Footer.BandwidthWeights; err != nil || got != want {
		t.Errorf("%s: %v, %v, want %s", name, got, err, want)
	}
	return d
}

// The totals and cases are the published ones of these consensuses.
func TestWeightsOfRealConsensuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		want bandwidth.Totals
		c    bandwidth.Case
	}{
		// Method 25, whose sums start at 0.
		{"2017-04-15-00-00-00-consensus.xz", bandwidth.Totals{G: 28045630, M: 4774561, E: 1733570, D: 8003370, T: 42557131}, bandwidth.Case3aE},
		// Method 29, whose sums start at 1.
		{"2020-02-29-10-00-00-consensus.xz", bandwidth.Totals{G: 43164617, M: 5890256, E: 2012590, D: 17775004, T: 68842467}, bandwidth.Case3aE},
	} {
		d := checkWeights(t, tt.name, corpus.Read(t, corpus.Shared(t, "data", "consensuses", tt.name)))
		if got := d.Totals(); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
		if _, c, _ := d.Weights(); c != tt.c {
			t.Errorf("%s: case %v, want %v", tt.name, c.TorName(), tt.c.TorName())
		}
	}
	for _, elem := range [][]string{{"consensuses", "2016-12-10-21-00-00-consensus-microdesc.xz"}, {"testnet", "cached-consensus"},
		{"testnet", "cached-microdesc-consensus"}} {
		path := corpus.Shared(t, append([]string{"data"}, elem...)...)
		checkWeights(t, path, corpus.Read(t, path))
	}
	hours := 0
	archive := tar.NewReader(bytes.NewReader(corpus.Read(t, corpus.Shared(t, "data", "consensuses", "consensuses-2019-02-05.tar.xz"))))
	for {
		file, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(archive); err != nil {
			t.Fatal(err)
		} else if len(text) > 0 {
			checkWeights(t, file.Name, text)
			hours++
		}
	}
	if hours != 12 {
		t.Errorf("%d hours in the archive, want 12", hours)
	}
}

// Tor names the case in its log when it makes a consensus; where the line fails its checks, it names none.
func TestWeightsHaveTheCasesThatTorNames(t *testing.T) {
	dirs := rounds(t, filepath.Join("testdata", "rounds"), 6)
	cases := map[string]bool{}
	for _, dir := range dirs {
		meta, err := os.ReadFile(filepath.Join(dir, "meta.json"))
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			Case string `json:"weights_case"`
		}
		if err := json.Unmarshal(meta, &m); err != nil {
			t.Fatal(err)
		}
		path, _ := corpus.Find(dir, "consensus")
		d, err := consensus.Parse(corpus.Read(t, path))
		if err != nil {
			t.Fatal(err)
		}
		w, c, err := d.Weights()
		switch {
		case m.Case == "" && (err == nil || w != bandwidth.Weights{} || d.Footer.BandwidthWeights != ""):
			t.Errorf("%s: weights %v where tor found none", dir, w)
		case m.Case != "" && (err != nil || c.TorName() != m.Case):
			t.Errorf("%s: %s, %v, want %s", dir, c.TorName(), err, m.Case)
		}
		cases[m.Case] = true
	}
	if len(cases) < 4 || !cases[""] {
		t.Errorf("only the cases %v", cases)
	}
}

func TestTotalsLeaveOutWhatHasNoBandwidth(t *testing.T) {
	d := consensus.Document{Header: consensus.Header{Method: 35}, Entries: []consensus.Entry{
		relayNo(1, "Guard", ""), relayNo(2, "Exit BadExit", "Bandwidth=5"), relayNo(3, "Guard Exit", "Bandwidth=100 GuardFraction=30"),
	}}
	if got, want := d.Totals(), (bandwidth.Totals{G: 1, M: 6, E: 71, D: 31, T: 39}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	d.Header.Method = 10 // the last one by which BadExit did not matter
	if got, want := d.Totals(), (bandwidth.Totals{E: 75, D: 30, T: 35}); got != want {
		t.Errorf("method 10: %+v, want %+v", got, want)
	}
}

func TestKindOfFlags(t *testing.T) {
	for flags, want := range map[string]bandwidth.Kind{
		"":                  0,
		"Guard":             bandwidth.KindGuard,
		"Exit":              bandwidth.KindExit,
		"BadExit Exit":      0,
		"Exit Guard V2Dir":  bandwidth.KindGuard | bandwidth.KindExit | bandwidth.KindDir,
		"Fast Stable V2Dir": bandwidth.KindDir,
	} {
		if got := consensus.ParseFlags([]byte(flags)).Kind(); got != want {
			t.Errorf("%q: %v, want %v", flags, got, want)
		}
	}
}
