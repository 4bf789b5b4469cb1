package bandwidth

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// usualDocs are files of relay lines, of which some have a byte of another kind, a word more or a word less.
var usualDocs = rapid.Custom(func(t *rapid.T) []byte {
	relay := rapid.Custom(func(t *rapid.T) string {
		id := hex.EncodeToString(rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "id"))
		if rapid.Bool().Draw(t, "capitals") {
			id = strings.ToUpper(id)
		}
		words := []string{
			rapid.SampledFrom([]string{"node_id=$", "node_id=$", "node_id="}).Draw(t, "key") + id,
			fmt.Sprint("bw=", rapid.Uint64().Draw(t, "bw")>>rapid.IntRange(0, 63).Draw(t, "shift")),
		}
		words = append(words, rapid.SliceOfN(rapid.SampledFrom([]string{
			"nick=a", "time=2018-05-08T16:13:26", "vote=1", "vote=0", "vote=", "unmeasured=1", "bw_mean=5", "desc_bw=7", "node_id", "bw=5", "",
			"\v", "x\rbw=5", "\xa0", "\x01\x01\x01\x01\x01\x01\x01\x01\x01", "node_id=$0", "master_key_ed25519=YaqV4vbvPYKucElk297eVdNArDz9HtIwUoIeo0+cVIpQ",
		}), 0, 4).Draw(t, "words")...)
		words = rapid.Permutation(words).Draw(t, "order")
		line := strings.Join(words, rapid.SampledFrom([]string{" ", " ", "\t", "  "}).Draw(t, "blank"))
		line += strings.Repeat("x", rapid.SampledFrom([]int{0, 0, 0, 0, 400, 600}).Draw(t, "more"))
		if rapid.IntRange(0, 3).Draw(t, "damage") == 0 {
			at := rapid.IntRange(0, len(line)-1).Draw(t, "at")
			other := rapid.OneOf(rapid.SampledFrom([]byte(" \n\t\r\x00=$@G0:`g")), rapid.Byte()).Draw(t, "other")
			line = line[:at] + string([]byte{other}) + line[at+1:]
		}
		return line
	})
	line := rapid.OneOf(relay, relay, relay, rapid.SampledFrom([]string{"version=1.4.0", "=====", "====", "", " "}))
	return []byte("1523911758\n" + strings.Join(rapid.SliceOfN(line, 0, 6).Draw(t, "lines"), "\n") + rapid.SampledFrom([]string{"", "\n"}).Draw(t, "end"))
})

// What is read in one pass is read word by word, too, and the same.
func propUsualLinesAreReadAsAnyOther(t *rapid.T) {
	doc := usualDocs.Draw(t, "doc")
	as := Reading{
		DollarNeeded:   rapid.Bool().Draw(t, "dollar needed"),
		CountsNotVoted: rapid.Bool().Draw(t, "counts not voted"),
		ShortLines:     rapid.Bool().Draw(t, "short lines"),
		NotLast:        rapid.Bool().Draw(t, "not last"),
	}
	all, words := newReader(doc, as), newReader(doc, as)
	for {
		wantKind, want, wantErr := words.next()
		kind, got, err := lineRelay, Line{}, (*SyntaxError)(nil)
		if !all.usual(&got) {
			kind, got, err = all.next()
		}
		if diff := cmp.Diff(want, got); diff != "" || kind != wantKind || fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("kind %d, %v; want %d, %v (-words +usual):\n%s", kind, err, wantKind, wantErr, diff)
		}
		if kind == lineEnd {
			return
		}
	}
}

func TestUsualLinesAreReadAsAnyOther(t *testing.T) { rapid.Check(t, propUsualLinesAreReadAsAnyOther) }
func FuzzUsualLines(f *testing.F)                  { f.Fuzz(rapid.MakeFuzz(propUsualLinesAreReadAsAnyOther)) }

// A file such as scanners write has relay lines of the usual kind, but for the last, which is too near to the end.
func TestScannersLinesAreUsual(t *testing.T) {
	const line = "bw=760 error_circ=0 nick=Test node_id=$68A483E05A2ABDCA6DA5A3EF8DB5177638A27F80 rtt=380 success=1 time=2018-05-08T16:13:26\n"
	r := newReader([]byte("1\n"+strings.Repeat(line, 100)), Reading{})
	n := 0
	for relay := (Line{}); r.usual(&relay); {
		n++
	}
	if n < 99 {
		t.Errorf("%d of 100 are", n)
	}
}
