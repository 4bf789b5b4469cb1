package consensus_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"pgregory.net/rapid"
)

func TestParseFingerprint(t *testing.T) {
	const want = "8598809A9606864848FA038A0A3D91045EC4AF7C"
	for _, tt := range []struct{ in, reason string }{
		{want, "as votes and tools print it"},
		{strings.ToLower(want), "either case"},
		{"$" + want, "as family lines have it"},
		{"8598 809A 9606 8648 48FA 038A 0A3D 9104 5EC4 AF7C", "as descriptors have it"},
	} {
		f, err := consensus.ParseFingerprint(tt.in)
		if err != nil || f.String() != want {
			t.Errorf("%s: ParseFingerprint(%q) = %s, %v", tt.reason, tt.in, f, err)
		}
	}
	for _, tt := range []struct{ in, reason string }{
		{"", "nothing"},
		{"$", "a dollar sign alone"},
		{want[:39], "one digit short"},
		{want + "0", "one digit long"},
		{want[:39] + "G", "no digit"},
		{"$$" + want, "two dollar signs"},
		{strings.Repeat("é", 20), "40 bytes, but no digits"},
		{strings.Repeat("A", 1<<20), "far too long"},
	} {
		f, err := consensus.ParseFingerprint(tt.in)
		if !errors.Is(err, consensus.ErrFingerprint) || f != (consensus.Fingerprint{}) {
			t.Errorf("%s: ParseFingerprint = %s, %v", tt.reason, f, err)
		} else if len(err.Error()) > 500 {
			t.Errorf("%s: error of %d bytes", tt.reason, len(err.Error()))
		}
	}
}

func genFingerprint(t *rapid.T) consensus.Fingerprint {
	return consensus.Fingerprint(rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "fingerprint"))
}

func fingerprintReadsWhatItPrints(t *rapid.T) {
	f := genFingerprint(t)
	again, err := consensus.ParseFingerprint(f.String())
	if err != nil || again != f {
		t.Fatalf("%s reads as %s, %v", f, again, err)
	}
	g := genFingerprint(t)
	if got, want := f.Compare(g), strings.Compare(f.String(), g.String()); got != want {
		t.Fatalf("Compare(%s, %s) = %d, their texts compare as %d", f, g, got, want)
	}
}

func TestFingerprintReadsWhatItPrints(t *testing.T) { rapid.Check(t, fingerprintReadsWhatItPrints) }
func FuzzFingerprintReadsWhatItPrints(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(fingerprintReadsWhatItPrints))
}

// Packages wfu and bandwidth key by bare arrays; a fingerprint is one without a conversion.
func TestFingerprintIsAnArray(t *testing.T) {
	byArray := map[[20]byte]string{{1}: "one"}
	if f := (consensus.Fingerprint{1}); byArray[f] != "one" {
		t.Error("a fingerprint does not find what an array stored")
	}
}
