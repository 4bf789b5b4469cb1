package consensus_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"pgregory.net/rapid"
)

func TestDocuments(t *testing.T) {
	type part struct {
		line  int
		first string // the document's first line
	}
	vote := voteHeader + voteFooter
	for _, tt := range []struct {
		reason, text string
		want         []part
	}{
		{"nothing", "", nil},
		{"blank", "\n \n", nil},
		{"one", vote, []part{{1, "network-status-version 3"}}},
		{"two without annotations", vote + vote, []part{{1, "network-status-version 3"}, {33, "network-status-version 3"}}},
		{"two with annotations", "@type a 1.0\n" + vote + "@type a 1.0\n@more\n" + vote, []part{{1, "@type a 1.0"}, {34, "@type a 1.0"}}},
		{"an annotation for one of two", vote + "@type a 1.0\n" + vote, []part{{1, "network-status-version 3"}, {33, "@type a 1.0"}}},
		{"blank lines about an annotation", "\n@type a 1.0\n\nrouter a\nx\n", []part{{2, "@type a 1.0"}}},
		{"kinds mixed", "router a\nx\nextra-info a\ny\nrouter b\n" + vote,
			[]part{{1, "router a"}, {3, "extra-info a"}, {5, "router b"}, {6, "network-status-version 3"}}},
		{"something before the first", "<html>\nrouter a\n", []part{{1, "<html>"}, {2, "router a"}}},
		{"a kind it does not know", "@type m 1.0\nonion-key\nx\n@type m 1.0\nonion-key\n", []part{{1, "@type m 1.0"}, {4, "@type m 1.0"}}},
		{"no newline at the end", "router a\nrouter b", []part{{1, "router a"}, {2, "router b"}}},
		{"a keyword that only begins alike", "router a\nrouter-signature\nrouters\n", []part{{1, "router a"}}},
	} {
		var got []part
		for line, doc := range consensus.Documents([]byte(tt.text)) {
			first, _, _ := strings.Cut(string(doc), "\n")
			got = append(got, part{line, first})
		}
		if len(got) != len(tt.want) {
			t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
			}
		}
	}
	for line := range consensus.Documents([]byte("router a\nrouter b\nrouter c\n")) {
		if line == 2 {
			break
		}
	}
}

// documentsLoseNothing says that the documents of a text are the text, but for blanks, each at the line it names.
func documentsLoseNothing(t *rapid.T) {
	line := rapid.SampledFrom([]string{"", " ", "router a", "routers", "@type x", "@", "extra-info y", "network-status-version 3", "r x",
		"-----BEGIN X-----", "\r"})
	text := strings.Join(rapid.SliceOfN(line, 0, 12).Draw(t, "lines"), "\n")
	var joined []byte
	for number, doc := range consensus.Documents([]byte(text)) {
		joined = append(joined, doc...)
		if number < 1 || !bytes.HasPrefix([]byte(strings.Join(strings.SplitAfter(text, "\n")[number-1:], "")), doc) {
			t.Fatalf("document %q is not at line %d of %q", doc, number, text)
		}
		if len(bytes.TrimSpace(doc)) == 0 {
			t.Fatalf("blank document in %q", text)
		}
	}
	if strings.TrimSpace(string(joined)) != strings.TrimSpace(text) {
		t.Fatalf("documents of %q are %q", text, joined)
	}
}

func TestDocumentsLoseNothing(t *testing.T) { rapid.Check(t, documentsLoseNothing) }
func FuzzDocumentsLoseNothing(f *testing.F) { f.Fuzz(rapid.MakeFuzz(documentsLoseNothing)) }
