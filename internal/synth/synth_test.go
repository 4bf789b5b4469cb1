package synth_test

import (
	"bytes"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/synth"
)

// All that it writes is read without an error, and belongs to the same relays.
func TestDocumentsCanBeRead(t *testing.T) {
	network := synth.New(2000, 1)
	for name, doc := range map[string][]byte{"consensus": network.Consensus(), "vote": network.Vote()} {
		reader := consensus.NewReader(doc)
		if _, err := reader.Header(); err != nil {
			t.Fatal(name, err)
		}
		i := 0
		for e, err := range reader.Entries() {
			if err != nil {
				t.Fatal(name, err)
			}
			if e.Identity != network.Relays[i].Identity {
				t.Fatalf("%s: relay %d is %v", name, i, e.Identity)
			}
			i++
		}
		if _, err := reader.Footer(); err != nil || i != 2000 {
			t.Errorf("%s: %d relays, %v", name, i, err)
		}
	}

	i := 0
	for d, err := range consensus.Descriptors(network.Descriptors()) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Identity != network.Relays[i].Identity || d.Ed25519 != network.Relays[i].Ed25519 {
			t.Fatalf("descriptor %d is of %v", i, d.Identity)
		}
		i++
	}
	if i != 2000 {
		t.Errorf("%d descriptors", i)
	}

	file, err := bandwidth.ParseFile(network.BandwidthFile())
	if err != nil || len(file.Skipped) > 0 {
		t.Errorf("bandwidth file: %v, %v", err, file.Skipped)
	}
	for _, r := range network.Relays {
		if kb, ok := file.Printed(synth.Now).Lookup(r.Identity); ok != (r.Measured > 0) || int64(kb) != r.Measured {
			t.Fatalf("%x: measured as %v, %v, not %d", r.Identity, kb, ok, r.Measured)
		}
	}
}

// Lines repeat themselves about as often as in the public network.
func TestLinesRepeatThemselves(t *testing.T) {
	distinct := map[string]map[string]bool{"s": {}, "v": {}, "pr": {}, "p": {}}
	for line := range bytes.Lines(synth.New(6433, 7).Consensus()) {
		keyword, rest, _ := bytes.Cut(line, []byte(" "))
		if lines, ok := distinct[string(keyword)]; ok {
			lines[string(rest)] = true
		}
	}
	for keyword, bounds := range map[string][2]int{"s": {20, 28}, "v": {30, 60}, "pr": {4, 9}, "p": {100, 289}} {
		if n := len(distinct[keyword]); n < bounds[0] || n > bounds[1] {
			t.Errorf("%d different %s lines, want %d to %d", n, keyword, bounds[0], bounds[1])
		}
	}
}

func TestTheSameSeedMakesTheSame(t *testing.T) {
	if !bytes.Equal(synth.New(50, 3).Vote(), synth.New(50, 3).Vote()) || bytes.Equal(synth.New(50, 3).Vote(), synth.New(50, 4).Vote()) {
		t.Error("seeds do not tell networks apart")
	}
}
