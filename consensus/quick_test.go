package consensus_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
	"pgregory.net/rapid"
)

// checkReaderAgainstSlow fails unless a reader finds in doc what the slow one does: entries, errors and their lines, footer.
func checkReaderAgainstSlow(t rapid.TB, r *consensus.Reader, doc []byte) {
	t.Helper()
	r.Reset(doc)
	slow := consensus.NewSlowReader(doc)
	type step struct {
		Entry consensus.Entry
		Err   error
	}
	var want, got []step
	for e, err := range slow.Entries() {
		want = append(want, step{e, err})
	}
	wantFooter, wantErr := slow.Footer()
	early, earlyErr := r.Footer() // while it is not known where it is
	for e, err := range r.Entries() {
		got = append(got, step{e, err})
	}
	footer, err := r.Footer()
	compareErrors := cmp.Comparer(func(a, b error) bool {
		var x, y *consensus.SyntaxError
		return a == nil && b == nil || errors.As(a, &x) && errors.As(b, &y) && *x == *y
	})
	if !reflect.DeepEqual(want, got) { // much faster than what tells the difference
		t.Fatalf("entries of %q (-slow +quick):\n%s", doc, cmp.Diff(want, got, compareAddrs, compareFlags, compareErrors))
	}
	for _, f := range []struct {
		footer consensus.Footer
		err    error
	}{{early, earlyErr}, {footer, err}} {
		if diff := cmp.Diff(wantFooter, f.footer); diff != "" || !cmp.Equal(wantErr, f.err, compareErrors) {
			t.Fatalf("footer of %q: %v, slow %v\n%s", doc, f.err, wantErr, diff)
		}
	}
	some := slices.IndexFunc(want, func(s step) bool { return s.Err != nil })
	if some < 0 {
		some = len(want)
	}
	entries, err := r.AppendEntries(nil)
	if len(entries) != some || (err != nil) != (some < len(want)) {
		t.Fatalf("AppendEntries of %q: %d and %v, want %d", doc, len(entries), err, some)
	}
	for i, e := range entries {
		if !reflect.DeepEqual(want[i].Entry, e) {
			t.Fatalf("AppendEntries of %q: entry %d is %+v", doc, i, e)
		}
	}
}

// nearly draws a document that is nearly as authorities print it: a few bytes, anywhere, are changed, put in or taken
// out.
var nearly = func() *rapid.Generator[[]byte] {
	var docs [][]byte
	for kind := plainConsensus; kind <= voteWithStats; kind++ {
		docs = append(docs, realisticDocument(kind, 3))
	}
	docs = append(docs, []byte(voteHeader+voteEntry+laterEntry+voteFooter), []byte(microdescConsensus))
	some := []byte(" \t\r\n\x00\x7f\x80\xff0123456789=.,:-+/_AFZaemnoprsvwz\x0b\x19")
	return rapid.Custom(func(t *rapid.T) []byte {
		doc := bytes.Clone(rapid.SampledFrom(docs).Draw(t, "document"))
		first, last := bytes.Index(doc, []byte("\nr ")), bytes.Index(doc, []byte("directory-footer"))
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			at := rapid.OneOf(rapid.IntRange(first, last), rapid.IntRange(0, len(doc)-9)).Draw(t, "place")
			c := rapid.SampledFrom(some).Draw(t, "byte")
			switch rapid.IntRange(0, 4).Draw(t, "change") {
			case 0, 1:
				doc[at] = c
			case 2:
				doc = slices.Insert(doc, at, c)
			case 3:
				doc = slices.Delete(doc, at, at+rapid.IntRange(1, 8).Draw(t, "length"))
			case 4:
				n := rapid.IntRange(1, 90).Draw(t, "length")
				doc = slices.Insert(doc, at, doc[max(0, at-n):at]...)
			}
		}
		return doc
	})
}()

// quickReaderReadsWhatTheSlowOneReads uses one reader for two documents, so that it must not mix them up.
func quickReaderReadsWhatTheSlowOneReads(t *rapid.T) {
	var r consensus.Reader
	for range 2 {
		checkReaderAgainstSlow(t, &r, nearly.Draw(t, "document"))
	}
}

func TestQuickReaderReadsWhatTheSlowOneReads(t *testing.T) {
	rapid.Check(t, quickReaderReadsWhatTheSlowOneReads)
}
func FuzzQuickReaderReadsWhatTheSlowOneReads(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(quickReaderReadsWhatTheSlowOneReads))
}

// FuzzQuickReader is the same for any text.
func FuzzQuickReader(f *testing.F) {
	for kind := plainConsensus; kind <= voteWithStats; kind++ {
		f.Add(realisticDocument(kind, 2))
	}
	f.Add([]byte(voteHeader + voteEntry + laterEntry + voteFooter))
	f.Fuzz(func(t *testing.T, doc []byte) { checkReaderAgainstSlow(t, new(consensus.Reader), doc) })
}

// Each of these is a trap for a reader that looks at eight bytes at once.
func TestQuickReaderIsNotFooled(t *testing.T) {
	doc := string(realisticDocument(voteWithStats, 3))
	doc = with(doc, doc[len(voteHeader):len(voteHeader)+bytes.IndexByte([]byte(doc[len(voteHeader):]), '\n')],
		"r Nickname0123456789 AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28 9002 80")
	for _, tt := range []struct{ reason, old, new string }{
		{"a nickname too long", "Nickname0123456789", "Nickname012345678901"},
		{"the longest nickname", "Nickname0123456789", "Nickname01234567890"},
		{"no nickname", "r Nickname0123456789 ", "r  "},
		{"the byte before the digits", "Nickname0123456789", "Nickname/123456789"},
		{"the byte behind the digits", "Nickname0123456789", "Nickname:123456789"},
		{"a letter of another alphabet", "Nickname0123456789", "Nicknam\xc3\xa9"},
		{"a letter with its highest bit set", "Nickname0123456789", "Nicknam\xe5"},
		{"base64 for addresses", "AmJMqhot+", "AmJMqhot-"},
		{"base64 too long", "cMxtB+E ", "cMxtB+EA "},
		{"base64 too short", "cMxtB+E ", "cMxtB+ "},
		{"hour 24", "06:57:51", "24:57:51"},
		{"minute 60", "06:57:51", "06:60:51"},
		{"second 60", "06:57:51", "06:57:60"},
		{"second 61", "06:57:51", "06:57:61"},
		{"a time with letters", "06:57:51", "0:6:57:5"},
		{"a byte above 9 in a time", "06:57:51", "06:5::51"},
		{"the last day of a short month", "2026-01-14 06", "2026-02-30 06"},
		{"no day", "2026-01-14 06", "2026-01-00 06"},
		{"before 1970", "2026-01-14 06", "1969-12-31 06"},
		{"a leap day", "2026-01-14 06", "2024-02-29 06"},
		{"a zero in front", "198.18.0.28", "198.18.0.028"},
		{"two zeros", "198.18.0.28", "198.18.00.28"},
		{"256", "198.18.0.28", "198.256.0.28"},
		{"three numbers", "198.18.0.28", "198.18.0"},
		{"five numbers", "198.18.0.28", "198.18.0.28.1"},
		{"an empty number", "198.18.0.28", "198..0.28"},
		{"the longest address and ports", "198.18.0.28 9002 80", "255.255.255.255 65535 65535"},
		{"port 65536", " 9002 80", " 65536 80"},
		{"a port with zeros in front", " 9002 80", " 09002 00080"},
		{"a port with many", " 9002 80", " 0000009002 80"},
		{"an empty port", " 9002 80", "  80"},
		{"a sign", " 9002 80", " +9002 80"},
		{"further words", " 9002 80", " 9002 80 90"},
		{"a blank at the end", " 9002 80", " 9002 80 "},
		{"flags unannounced", "\ns ", "\ns Unannounced "},
		{"a bandwidth of ten digits", "\nw Bandwidth=", "\nw Bandwidth=4294967295 Bandwidth="},
		{"one too large", "\nw Bandwidth=", "\nw Bandwidth=4294967296 Bandwidth="},
		{"one with zeros in front", "\nw Bandwidth=", "\nw Bandwidth=00000000000000000000"},
		{"no number", "\nw Bandwidth=", "\nw Bandwidth= Bandwidth="},
		{"a negative one", "\nw Bandwidth=", "\nw Bandwidth=-"},
		{"Measured twice", " Measured=", " Measured=1 Measured="},
		{"two points", "wfu=0.", "wfu=0.."},
		{"seven digits behind the point", "wfu=0.", "wfu=0.1"},
		{"two digits before it", "wfu=0.", "wfu=10."},
		{"a negative share", "wfu=0.", "wfu=-0."},
		{"a long time known", "tk=", "tk=1234567890123"},
		{"one that is too long for a float64", "mtbf=", "mtbf=12345678901234567"},
		{"another order", "stats wfu=", "stats mtbf=1 wfu="},
		{"an empty s line", "\ns ", "\ns\nx "},
		{"an s line of a blank", "\ns ", "\ns \nx "},
		{"a carriage return", "\nv ", "\r\nv "},
		{"a byte of zero in an unread line", "\nm ", "\nm 30 \x00\nm "},
		{"an a line of nothing", "\nm ", "\na\nm "},
		{"a policy of nothing", "\np ", "\np accept \nx "},
		{"an object", "\nm ", "\nm 30\n-----BEGIN X-----\nr \n-----END X-----\nm "},
		{"a keyword of blanks", "\nm ", "\n m "},
		{"a long line", "\nm ", "\nm " + string(bytes.Repeat([]byte("x"), 128*1024-2)) + "\nm "},
		{"one byte more", "\nm ", "\nm " + string(bytes.Repeat([]byte("x"), 128*1024-1)) + "\nm "},
		{"keys of two kinds", "\nid ", "\nid rsa1024 AAAA\nid "},
		{"no key", "\nid ", "\nid ed25519 none\nid "},
		{"another document", "\nm ", "\nnetwork-status-version 3\nm "},
		{"its beginning indented", "network-status-version 3\n", " network-status-version 3\n"},
		{"a signature among the relays", "\nm ", "\ndirectory-signatures\nm "},
		{"a keyword like the footer's", "\nm ", "\ndirectory\nm "},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			checkReaderAgainstSlow(t, new(consensus.Reader), []byte(with(doc, tt.old, tt.new)))
		})
	}
}

// What authorities print has to be read quickly, or all that speed is for nothing.
func TestQuickReaderTakesWhatAuthoritiesPrint(t *testing.T) {
	docs := map[string][]byte{}
	for kind := plainConsensus; kind <= voteWithStats; kind++ {
		docs[kind.String()] = realisticDocument(kind, 300)
	}
	t.Run("made", func(t *testing.T) { checkAllQuick(t, docs) })
	t.Run("real", func(t *testing.T) {
		docs := map[string][]byte{}
		for _, path := range filesIn(t, "data", isStatusDocument) {
			docs[path] = corpus.Read(t, path)
		}
		checkAllQuick(t, docs)
	})
}

func checkAllQuick(t *testing.T, docs map[string][]byte) {
	for name, doc := range docs {
		at := bytes.Index(doc, []byte("\nr ")) + 1
		header := doc[:at]
		quick, all := 0, 0
		for e := range consensus.NewReader(doc).Entries() {
			if all++; consensus.QuickEntry(header, doc[at:]) {
				quick++
			}
			at += len(e.Text)
		}
		if quick*1000 < all*995 {
			t.Errorf("%s: only %d of %d entries are read quickly", name, quick, all)
		}
	}
}
