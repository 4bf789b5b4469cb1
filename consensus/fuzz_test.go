package consensus_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/wfu"
	"pgregory.net/rapid"
)

// checkError fails unless an error of this package can be told by its type, names a line of the text, and is short.
func checkError(t *testing.T, text []byte, err error) {
	t.Helper()
	var syntax *consensus.SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatalf("error %v is no SyntaxError", err)
	}
	if syntax.Line < 1 || syntax.Line > bytes.Count(text, []byte("\n"))+1 {
		t.Fatalf("%v: the text has %d lines", err, bytes.Count(text, []byte("\n")))
	}
	if len(err.Error()) > 800 {
		t.Fatalf("message of %d bytes", len(err.Error()))
	}
	for _, sentinel := range []error{consensus.ErrMissing, consensus.ErrTooFew, consensus.ErrBadValue, consensus.ErrTwice,
		consensus.ErrOrder, consensus.ErrTooLong, consensus.ErrNotThis} {
		if errors.Is(err, sentinel) {
			return
		}
	}
	t.Fatalf("%v wraps no sentinel", err)
}

// No input makes the reader panic, and what it says of one is consistent.
func FuzzReader(f *testing.F) {
	f.Add([]byte(voteHeader + voteEntry + laterEntry + voteFooter))
	f.Add([]byte(microdescConsensus))
	f.Add([]byte(voteHeader + voteEntry))
	f.Fuzz(func(t *testing.T, doc []byte) { checkReader(t, doc) })
}

func checkReader(t *testing.T, doc []byte) {
	r := consensus.NewReader(doc)
	if _, err := r.Header(); err != nil {
		checkError(t, doc, err)
	}
	total, bad := 0, 0
	for e, err := range r.Entries() {
		total++
		if err != nil {
			bad++
			checkError(t, doc, err)
			continue
		}
		if !bytes.Contains(doc, e.Text) || e.Line < 1 {
			t.Fatalf("entry %q is not in the document", e.Text)
		}
		for range e.Addresses() {
		}
		e.MicrodescFor(34)
		if again := consensus.ParseFlags([]byte(e.Flags.String())); again != e.Flags {
			t.Fatalf("flags %q read as %q", e.Flags, again)
		}
		if again, err := consensus.ParseWeight([]byte(e.Weight.String())); err != nil || again != e.Weight {
			t.Fatalf("weight %q reads as %q, %v", e.Weight, again, err)
		}
	}
	_, footerErr := r.Footer()
	if footerErr != nil {
		checkError(t, doc, footerErr)
	}
	d, err := consensus.Parse(doc)
	if (err == nil) != (bad == 0 && footerErr == nil) {
		t.Fatalf("Parse says %v, the reader has %d bad entries and %v", err, bad, footerErr)
	}
	if err == nil && len(d.Entries) != total {
		t.Fatalf("Parse has %d entries, the reader %d", len(d.Entries), total)
	}
}

// No input makes the reader of descriptors panic, and it loses none in silence.
func FuzzDescriptors(f *testing.F) {
	f.Add([]byte(sampleDescriptor + sampleDescriptor))
	f.Add([]byte("router a\nrouter b\n"))
	f.Fuzz(func(t *testing.T, text []byte) { checkDescriptors(t, text) })
}

func checkDescriptors(t *testing.T, text []byte) {
	n := 0
	for d, err := range consensus.Descriptors(text) {
		n++
		if err != nil {
			checkError(t, text, err)
			continue
		}
		if !bytes.Contains(text, d.Text) || !bytes.HasPrefix(d.Text, []byte("router ")) {
			t.Fatalf("descriptor %q is not in the text", d.Text)
		}
		if len(d.Policy) == 0 || d.ORPort == 0 || d.Rate == 0 {
			t.Fatalf("descriptor without what it needs: %+v", d)
		}
		if d.IsExit(false) && d.RejectsAll() {
			t.Fatalf("an exit that rejects all: %s", d.Policy)
		}
		d.Digest()
	}
	if want := countLines(text, "router "); n < want {
		t.Fatalf("%d descriptors and errors, %d router lines", n, want)
	}
}

// No input makes the reader of policies panic, and what it reads it prints so that it reads the same.
func FuzzPolicy(f *testing.F) {
	f.Add([]byte(defaultPolicy))
	f.Add([]byte("accept6 [2001:db8::]/32:80-443\nreject private:*\nreject 1.2.3.4/255.255.0.0\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := consensus.ParsePolicy(text)
		if err != nil {
			checkError(t, text, err)
			return
		}
		again, err := consensus.ParsePolicy([]byte(p.String()))
		if err != nil || again.String() != p.String() {
			t.Fatalf("%q reads as %q, %v", p, again, err)
		}
		if p.IsGeneralExit(false) != again.IsGeneralExit(false) || p.RejectsAll() != again.RejectsAll() {
			t.Fatalf("%q and %q differ in what they allow", p, again)
		}
	})
}

// genDamage draws a document with some lines taken out, doubled, swapped, cut or overwritten: nearly right input, which
// reaches what random bytes do not.
func genDamage(samples ...string) *rapid.Generator[[]byte] {
	return rapid.Custom(func(t *rapid.T) []byte {
		lines := strings.SplitAfter(rapid.SampledFrom(samples).Draw(t, "sample"), "\n")
		for range rapid.IntRange(0, 4).Draw(t, "damages") {
			i := rapid.IntRange(0, len(lines)-1).Draw(t, "line")
			switch rapid.IntRange(0, 5).Draw(t, "damage") {
			case 0:
				lines[i] = ""
			case 1:
				lines[i] += lines[i]
			case 2:
				j := rapid.IntRange(0, len(lines)-1).Draw(t, "other line")
				lines[i], lines[j] = lines[j], lines[i]
			case 3:
				lines[i] = lines[i][:rapid.IntRange(0, len(lines[i])).Draw(t, "cut")]
			case 4:
				if len(lines[i]) > 0 {
					b := []byte(lines[i])
					b[rapid.IntRange(0, len(b)-1).Draw(t, "place")] = rapid.Byte().Draw(t, "byte")
					lines[i] = string(b)
				}
			case 5:
				lines[i] = rapid.SampledFrom([]string{"s", "w", "p ", "-----BEGIN X-----\n", "opt\n", "opt r \n", "@\n", "#\n", "r \n",
					"router \n", "directory-footer\n", "id ed25519 none\n", "stats\n", "m\n"}).Draw(t, "put")
			}
		}
		return []byte(strings.Join(lines, ""))
	})
}

func TestDamagedDocumentsAreReadConsistently(t *testing.T) {
	gen := genDamage(voteHeader+voteEntry+laterEntry+voteFooter, microdescConsensus)
	rapid.Check(t, func(rt *rapid.T) { checkReader(t, gen.Draw(rt, "document")) })
}

func TestDamagedDescriptorsAreReadConsistently(t *testing.T) {
	gen := genDamage(sampleDescriptor, sampleDescriptor+sampleDescriptor)
	rapid.Check(t, func(rt *rapid.T) { checkDescriptors(t, gen.Draw(rt, "descriptors")) })
}

// entriesReadWhatTheyMean writes entries from drawn values and reads them back.
func entriesReadWhatTheyMean(t *rapid.T) {
	ids := rapid.SliceOfNDistinct(rapid.Custom(genFingerprint), 0, 5, rapid.ID).Draw(t, "identities")
	sortFingerprints(ids)
	doc := voteHeader
	var want []consensus.Entry
	for i, id := range ids {
		e := consensus.Entry{Identity: id, ORPort: rapid.Uint16().Draw(t, "port"), Weight: genWeight(t), Stats: genStats(t), HasStats: true}
		e.Stats, _ = wfu.ParseStats([]byte(e.Stats.String())) // as rounded as its line
		e.Flags = consensus.FlagsOf(rapid.SliceOf(rapid.SampledFrom([]consensus.Flag{consensus.Exit, consensus.Fast,
			consensus.Guard, consensus.Valid})).Draw(t, "flags")...)
		doc += fmt.Sprintf("r n%d %s %s 2026-01-14 06:57:51 192.0.2.1 %d 0\ns %s\nw %s\nstats %s\n", i, base64Of(id), base64Of(id),
			e.ORPort, e.Flags, e.Weight, e.Stats)
		want = append(want, e)
	}
	d, err := consensus.Parse([]byte(doc + voteFooter))
	if err != nil {
		t.Fatal(err)
	}
	var got []consensus.Entry
	for _, e := range d.Entries {
		got = append(got, consensus.Entry{Identity: e.Identity, ORPort: e.ORPort, Weight: e.Weight, Stats: e.Stats, HasStats: e.HasStats,
			Flags: e.Flags})
	}
	if diff := cmp.Diff(want, got, compareAddrs, compareFlags); diff != "" {
		t.Fatalf("entries (-want +got):\n%s", diff)
	}
}

func TestEntriesReadWhatTheyMean(t *testing.T) { rapid.Check(t, entriesReadWhatTheyMean) }
func FuzzEntriesReadWhatTheyMean(f *testing.F) { f.Fuzz(rapid.MakeFuzz(entriesReadWhatTheyMean)) }

// A line of a gigabyte is not tried here; one of 64 MiB shows that no memory goes into it.
func TestHugeLinesAreErrors(t *testing.T) {
	huge := bytes.Repeat([]byte("x"), 64<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := consensus.Parse(huge); !errors.Is(err, consensus.ErrTooLong) {
		t.Errorf("vote: %v", err)
	}
	for _, err := range consensus.Descriptors(huge) {
		if !errors.Is(err, consensus.ErrTooLong) {
			t.Errorf("descriptor: %v", err)
		}
	}
	if _, err := consensus.ParsePolicy(huge); !errors.Is(err, consensus.ErrTooLong) {
		t.Errorf("policy: %v", err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes allocated for lines that are errors", n)
	}
}
