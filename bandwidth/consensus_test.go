package bandwidth_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// relay is what these tests read of a relay in a consensus.
type relay struct {
	nickname string
	kind     bandwidth.Kind
	kb       bandwidth.KB
	percent  uint32
	fraction bool
}

// scanned is what these tests read of a consensus. They search for lines by hand, so that they prove this package alone.
type scanned struct {
	method  int
	scale   int64
	weights string
	relays  []relay
}

func scan(t testing.TB, doc []byte) scanned {
	t.Helper()
	s := scanned{scale: 10000}
	for line := range strings.Lines(string(doc)) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "consensus-method":
			s.method, _ = strconv.Atoi(words[1])
		case "params":
			for _, word := range words[1:] {
				if value, ok := strings.CutPrefix(word, "bwweightscale="); ok {
					s.scale, _ = strconv.ParseInt(value, 10, 64)
				}
			}
		case "bandwidth-weights":
			s.weights = strings.TrimSuffix(line, "\n")
		case "r":
			s.relays = append(s.relays, relay{nickname: words[1]})
		case "s":
			r := &s.relays[len(s.relays)-1]
			if slices.Contains(words, "Guard") {
				r.kind |= bandwidth.KindGuard
			}
			if slices.Contains(words, "Exit") && !slices.Contains(words, "BadExit") {
				r.kind |= bandwidth.KindExit
			}
			if slices.Contains(words, "V2Dir") {
				r.kind |= bandwidth.KindDir
			}
		case "w":
			r := &s.relays[len(s.relays)-1]
			for _, word := range words[1:] {
				if value, ok := strings.CutPrefix(word, "Bandwidth="); ok {
					n, err := strconv.ParseUint(value, 10, 32)
					if err != nil {
						t.Fatal(err)
					}
					r.kb = bandwidth.KB(n)
				}
				if value, ok := strings.CutPrefix(word, "GuardFraction="); ok {
					n, err := strconv.ParseUint(value, 10, 32)
					if err != nil {
						t.Fatal(err)
					}
					r.percent, r.fraction = uint32(n), true
				}
			}
		}
	}
	return s
}

func (s scanned) totals() bandwidth.Totals {
	totals := bandwidth.StartTotals(s.method)
	for _, r := range s.relays {
		if r.fraction {
			totals = totals.AddFraction(r.kind, r.kb, r.percent)
		} else {
			totals = totals.Add(r.kind, r.kb)
		}
	}
	return totals
}

// solved are consensuses that tor 0.4.9.11 computed as an authority: what it logged of the totals and the case, and the
// line it wrote. One of a line: name, scale, G, M, E, D, T, case, weights, separated by tabs.
const solved = "testdata/solved-by-tor.txt"

// What tor logged of each consensus it computed, its case and totals, leads to the line in it.
func TestSolveAsTorDid(t *testing.T) {
	raw, err := os.ReadFile(solved)
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for row := range strings.Lines(string(raw)) {
		rows++
		cells := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		t.Run(cells[0], func(t *testing.T) {
			var n [6]int64
			for i := range n {
				if n[i], err = strconv.ParseInt(cells[1+i], 10, 64); err != nil {
					t.Fatal(err)
				}
			}
			w, c, err := bandwidth.Solve(bandwidth.Totals{G: n[1], M: n[2], E: n[3], D: n[4], T: n[5]}, n[0])
			if err != nil || c.TorName() != cells[7] || w.String() != cells[8] {
				t.Errorf("case %q, %v\ngot  %s\nwant %q\n     %s", c.TorName(), err, w, cells[7], cells[8])
			}
		})
	}
	if rows < 20 {
		t.Errorf("%d consensuses in %s", rows, solved)
	}
}

// So do the relays of the consensuses themselves, among them some without weights, of which tor logged nothing.
func TestSolveFromTorsConsensuses(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(corpus.Shared(t, "oracle", "consensuses"), "*"))
	if err != nil || len(folders) == 0 {
		t.Fatal("no consensuses", err)
	}
	var rows strings.Builder
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join(folder, "meta.json"))
			if err != nil {
				t.Fatal(err)
			}
			var meta struct {
				Case   string `json:"weights_case"`
				Totals string
			}
			if err := json.Unmarshal(raw, &meta); err != nil {
				t.Fatal(err)
			}
			doc := scan(t, corpus.Read(t, filepath.Join(folder, "consensus.xz")))
			totals := doc.totals()
			w, c, err := bandwidth.Solve(totals, doc.scale)
			line := ""
			if err == nil {
				line = w.String()
			}
			if line != doc.weights {
				t.Errorf("case %v, %v\ngot  %s\nwant %s", c, err, line, doc.weights)
			}
			if meta.Case == "" {
				return
			}
			if c.TorName() != meta.Case {
				t.Errorf("case %q, want %q", c.TorName(), meta.Case)
			}
			if got := fmt.Sprintf("G=%d M=%d E=%d D=%d T=%d", totals.G, totals.M, totals.E, totals.D, totals.T); got != meta.Totals {
				t.Errorf("totals %s, want %s", got, meta.Totals)
			}
			numbers := strings.NewReplacer("G=", "", "M=", "", "E=", "", "D=", "", "T=", "", " ", "\t").Replace(meta.Totals)
			fmt.Fprintf(&rows, "%s\t%d\t%s\t%s\t%s\n", filepath.Base(folder), doc.scale, numbers, meta.Case, doc.weights)
		})
	}
	if corpus.Updating() {
		if err := os.WriteFile(solved, []byte(rows.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if raw, err := os.ReadFile(solved); err != nil || string(raw) != rows.String() {
		t.Errorf("%s is not what these consensuses say (%v): run with -update", solved, err)
	}
}

// The consensuses of the public network have the weights that their relays lead to.
func TestSolveAsTheNetworkDid(t *testing.T) {
	check := func(name string, doc []byte) {
		t.Run(name, func(t *testing.T) {
			doc := scan(t, doc)
			w, c, err := bandwidth.Solve(doc.totals(), doc.scale)
			if err != nil || w.String() != doc.weights {
				t.Errorf("case %v, %v\ngot  %s\nwant %s", c, err, w, doc.weights)
			}
		})
	}
	folder := corpus.Shared(t, "data", "consensuses")
	files, err := filepath.Glob(filepath.Join(folder, "*-consensus*.xz"))
	if err != nil || len(files) == 0 {
		t.Fatal("no consensuses", err)
	}
	for _, file := range files {
		check(filepath.Base(file), corpus.Read(t, file))
	}
	archive := tar.NewReader(bytes.NewReader(corpus.Read(t, filepath.Join(folder, "consensuses-2019-02-05.tar.xz"))))
	hours := 0
	for {
		header, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		doc, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		check(filepath.Base(header.Name), doc)
		hours++
	}
	if hours != 12 {
		t.Errorf("%d consensuses in the archive, want 12", hours)
	}
}

// The seizure of 2017: what two guards of the public network were picked with, in exact parts of their sums.
func TestSeizedGuardsShare(t *testing.T) {
	doc := scan(t, corpus.Read(t, corpus.Shared(t, "data", "consensuses", "2017-04-15-00-00-00-consensus.xz")))
	w, err := bandwidth.ParseWeights(doc.weights)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		client string
		needs  bandwidth.Kind
		sum    float64
		share  float64
	}{
		{"any guard", bandwidth.KindGuard, 164123026760, 0.00274196},
		{"guards with V2Dir", bandwidth.KindGuard | bandwidth.KindDir, 151658266760, 0.00296732},
	} {
		var weights []float64
		var total, seized float64
		var at []int
		for _, r := range doc.relays {
			if r.kind&tt.needs != tt.needs {
				continue
			}
			if r.nickname == "kitten1" || r.nickname == "kitten2" {
				at = append(at, len(weights))
			}
			weights = append(weights, w.Weigh(bandwidth.PositionGuard, r.kind, r.kb))
			total += weights[len(weights)-1]
		}
		if math.Abs(total*10000-tt.sum) > 1 {
			t.Errorf("%s: weights add up to %.0f, want %.0f", tt.client, total*10000, tt.sum)
		}
		p := bandwidth.AppendProbabilities(nil, weights)
		for _, i := range at {
			seized += p[i]
		}
		if len(at) != 2 || math.Abs(seized-450018800/tt.sum) > 1e-15 || math.Abs(seized-tt.share) > 5e-9 {
			t.Errorf("%s: the share of %d seized guards is %.8f, want %.8f", tt.client, len(at), seized, tt.share)
		}
	}
}
