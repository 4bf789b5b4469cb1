package bandwidth_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

func TestFileAppendText(t *testing.T) {
	lower := "node_id=" + strings.ToLower(nodeHex)
	f := bandwidth.File{
		Timestamp:  1523911758,
		Headers:    []string{"version=1.4.0", "software=sbws"},
		Terminator: bandwidth.Terminator,
		Relays: []bandwidth.Line{
			{NodeID: nodeID, BW: 5},
			{NodeID: nodeID, BW: 5, Text: []byte(" nick=a\tbw=+5 " + lower + " ")},
			{NodeID: nodeID, BW: 7, Text: []byte("bw=5 " + lower + " nick=a")},
			{NodeID: [20]byte{1}, BW: 5, Text: []byte("nick=a bw=5 " + lower)},
			{NodeID: [20]byte{1}, BW: 5, Text: []byte("bw=5 node_id=$" + nodeHex)},
			{NodeID: nodeID, BW: 5, Text: []byte("nick=a")},
		},
	}
	const one = "0100000000000000000000000000000000000000"
	want := "before\n1523911758\nversion=1.4.0\nsoftware=sbws\n=====\n" +
		"node_id=$" + nodeHex + " bw=5\n" + // made to be written
		" nick=a\tbw=+5 " + lower + " \n" + // only read: as it was
		"bw=7 " + lower + " nick=a\n" + // another bandwidth
		"nick=a bw=5 node_id=" + one + "\n" + // another relay
		"bw=5 node_id=$" + one + "\n" +
		"nick=a node_id=$" + nodeHex + " bw=5\n" // words missing
	got, err := f.AppendText([]byte("before\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestFileAppendTextErrors(t *testing.T) {
	relay := bandwidth.Line{NodeID: nodeID, BW: 5}
	with := func(text string) []bandwidth.Line {
		return []bandwidth.Line{relay, {NodeID: nodeID, BW: 5, Text: []byte(text)}}
	}
	for _, tt := range []struct {
		reason string
		f      bandwidth.File
		line   int
		err    error
	}{
		{"a header without a value", bandwidth.File{Headers: []string{"a=1", "word"}}, 3, bandwidth.ErrWord},
		{"a header without a key", bandwidth.File{Headers: []string{"=1"}}, 2, bandwidth.ErrWord},
		{"a header with a blank", bandwidth.File{Headers: []string{"a=1 2"}}, 2, bandwidth.ErrWord},
		{"a header of two lines", bandwidth.File{Headers: []string{"a=1\nb=2"}}, 2, bandwidth.ErrWord},
		{"a header with a NUL byte", bandwidth.File{Headers: []string{"a=\x00"}}, 2, bandwidth.ErrWord},
		{"a header that is a relay", bandwidth.File{Headers: []string{"bw=5\tnode_id=" + nodeHex}}, 2, bandwidth.ErrWord},
		{"another terminator", bandwidth.File{Headers: []string{"a=1"}, Terminator: "======"}, 3, bandwidth.ErrWord},
		{"a relay not to be voted on", bandwidth.File{Relays: with("vote=0")}, 3, bandwidth.ErrNotVoted},
		{"a relay with two bandwidths", bandwidth.File{Relays: with("bw=5 bw=6")}, 3, bandwidth.ErrTwice},
		{"a relay on two lines", bandwidth.File{Relays: with("nick=a\nnick=b")}, 3, bandwidth.ErrWord},
		{"a relay with a NUL byte", bandwidth.File{Relays: with("nick=\x00")}, 3, bandwidth.ErrWord},
	} {
		got, err := tt.f.AppendText([]byte("before"))
		var syntax *bandwidth.SyntaxError
		if !errors.Is(err, tt.err) || !errors.As(err, &syntax) || syntax.Line != tt.line || string(got) != "before" {
			t.Errorf("%s: got %q, %v; want line %d, %v", tt.reason, got, err, tt.line, tt.err)
		}
	}
}

// sameFile compares what a file says, not where and what it left out.
var sameFile = cmp.Options{
	cmpopts.IgnoreFields(bandwidth.File{}, "Skipped", "SkippedTotal"),
	cmpopts.IgnoreFields(bandwidth.Line{}, "Number"),
	cmpopts.EquateEmpty(),
}

// genDoc is a bandwidth file with all sorts of lines, good and bad, in all places.
var genDoc = rapid.Custom(func(t *rapid.T) []byte {
	word := rapid.OneOf(
		rapid.SampledFrom([]string{"bw=5", "bw=0", "bw=4294967296", "bw=-1", "bw=x", "bw=+7\r", "vote=0", "vote=1", "nick=a", "x", "="}),
		rapid.SampledFrom([]string{"node_id=$" + nodeHex, "node_id=" + nodeHex, "node_id=$0", "node_id=\v" + nodeHex}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 20, 20), func(id []byte) string { return "node_id=$" + hex.EncodeToString(id) }),
		rapid.Map(rapid.Uint64(), func(n uint64) string { return fmt.Sprint("bw=", n) }),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) string { return string(b) }),
	)
	line := rapid.OneOf(
		rapid.SampledFrom([]string{"=====", "====", "", "version=1.4.0", "a=b c", "bw=5 node_id=" + nodeHex, "bw=5\tnode_id=" + nodeHex}),
		rapid.Custom(func(t *rapid.T) string {
			words := rapid.SliceOfN(word, 0, 4).Draw(t, "words")
			return strings.Join(words, rapid.SampledFrom([]string{" ", "\t", "  "}).Draw(t, "blank"))
		}),
	)
	first := rapid.SampledFrom([]string{"1523911758", "0", "-1", "18446744073709551615", " +5", "x", ""}).Draw(t, "first")
	lines := append([]string{first}, rapid.SliceOfN(line, 0, 12).Draw(t, "lines")...)
	doc := strings.Join(lines, "\n")
	if rapid.IntRange(0, 4).Draw(t, "ended") > 0 {
		doc += "\n"
	}
	return []byte(doc)
})

// What is written of a file reads back as that file.
func propFileRoundTrip(t *rapid.T) {
	checkRoundTrip(t, genDoc.Draw(t, "doc"))
}

func checkRoundTrip(t interface{ Fatalf(string, ...any) }, doc []byte) {
	f, err := bandwidth.ParseFile(doc)
	if err != nil {
		return
	}
	text, err := f.AppendText(nil)
	if err != nil {
		t.Fatalf("a file that was read cannot be written: %v", err)
	}
	again, err := bandwidth.ParseFile(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if diff := cmp.Diff(f, again, sameFile); diff != "" || again.SkippedTotal != 0 {
		t.Fatalf("%q\nskipped %v\n%s", text, again.Skipped, diff)
	}
}

func TestFileRoundTrip(t *testing.T) { rapid.Check(t, propFileRoundTrip) }
func FuzzFileRoundTrip(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propFileRoundTrip)) }

// A file is read as Tor's rules, one after the other, say; the iterator gives the same lines and errors.
func propFileFollowsTheRule(t *rapid.T) {
	checkAgainstRule(t, genDoc.Draw(t, "doc"))
}

func TestFileFollowsTheRule(t *testing.T) { rapid.Check(t, propFileFollowsTheRule) }
func FuzzFileFollowsTheRule(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propFileFollowsTheRule)) }

// FuzzParseFile: on no input does the reader panic, lose a line, or disagree with the rule.
func FuzzParseFile(f *testing.F) {
	f.Add([]byte("1523911758\nversion=1.4.0\n=====\nbw=5 node_id=$" + nodeHex + " nick=a\nbw=5 vote=0\n"))
	f.Add([]byte("1\nbw=5 node_id=" + nodeHex))
	f.Fuzz(func(t *testing.T, doc []byte) {
		checkAgainstRule(t, doc)
		checkRoundTrip(t, doc)
		file, err := bandwidth.ParseFile(doc)
		if err != nil {
			return
		}
		n := 1 + len(file.Headers) + len(file.Relays) + file.SkippedTotal
		if file.Terminator != "" {
			n++
		}
		if lines := strings.Count(strings.TrimSuffix(string(doc), "\n"), "\n") + 1; n != lines {
			t.Fatalf("%d of %d lines are accounted for", n, lines)
		}
	})
}

func checkAgainstRule(t interface{ Fatalf(string, ...any) }, doc []byte) {
	f, err := bandwidth.ParseFile(doc)
	want, ok := refFile(doc)
	if (err == nil) != ok {
		t.Fatalf("error %v, want ok %v", err, ok)
	}
	if diff := cmp.Diff(want, f, sameFile); diff != "" {
		t.Fatalf("%q:\n%s", doc, diff)
	}
	next, stop := iter.Pull2(bandwidth.Lines(doc))
	defer stop()
	relays, skipped := f.Relays, f.Skipped
	for {
		line, err, more := next()
		if !more {
			break
		}
		var syntax *bandwidth.SyntaxError
		switch {
		case err == nil && len(relays) > 0 && cmp.Equal(line, relays[0]):
			relays = relays[1:]
		case errors.As(err, &syntax) && len(skipped) > 0 && *syntax == *skipped[0] && line.Number == syntax.Line:
			skipped = skipped[1:]
		case !ok && line.Number == 1 && err != nil:
		default:
			t.Fatalf("%q: the iterator gave %v, %v", doc, line, err)
		}
	}
	if len(relays) > 0 || len(skipped) > 0 {
		t.Fatalf("%q: the iterator left out %v and %v", doc, relays, skipped)
	}
}

var (
	refTime   = regexp.MustCompile(`^[\t\n\v\f\r ]*([+-]?[0-9]+)$`)
	refNumber = regexp.MustCompile(`^[\t\n\v\f\r ]*([+-]?[0-9]+)(?:[\t\n\v\f\r ](?s:.*))?$`)
)

// refFile is ParseFile by splitting and matching, for sameFile to compare.
func refFile(doc []byte) (f bandwidth.File, ok bool) {
	lines := strings.SplitAfter(string(doc), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 || !strings.HasSuffix(lines[0], "\n") {
		return f, false
	}
	first := strings.TrimSuffix(lines[0], "\n")
	digits := refTime.FindStringSubmatch(first)
	if digits == nil {
		return f, false
	}
	n, _ := new(big.Int).SetString(digits[1], 10)
	two64 := new(big.Int).Lsh(big.NewInt(1), 64)
	if new(big.Int).Abs(n).Cmp(two64) >= 0 {
		return f, false
	}
	f.Timestamp = int64(n.Mod(n, two64).Uint64())

	for _, line := range lines[1:] {
		text, ended := strings.CutSuffix(line, "\n")
		if !ended || strings.Contains(text, "\x00") {
			continue
		}
		inHead := f.Terminator == "" && len(f.Relays) == 0
		if inHead && (text == "=====" || text == "====") {
			f.Terminator = text
			continue
		}
		words := strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == '\t' })
		var ids, bws []string
		voted := true
		for _, word := range words {
			if strings.HasPrefix(word, "vote=0") {
				voted = false
			}
			if id, ok := strings.CutPrefix(word, "node_id="); ok {
				ids = append(ids, strings.TrimPrefix(id, "$"))
			}
			if bw, ok := strings.CutPrefix(word, "bw="); ok {
				bws = append(bws, bw)
			}
		}
		if voted && len(ids) == 1 && len(bws) == 1 {
			id, err := hex.DecodeString(ids[0])
			digits := refNumber.FindStringSubmatch(bws[0])
			if err == nil && len(id) == 20 && digits != nil {
				n, _ := new(big.Int).SetString(digits[1], 10)
				if n.Sign() >= 0 && n.IsInt64() {
					f.Relays = append(f.Relays, bandwidth.Line{
						NodeID: [20]byte(id), BW: bandwidth.KB(uint32(n.Int64())), Text: []byte(text),
					})
					continue
				}
			}
		}
		if key, _, found := strings.Cut(text, "="); inHead && found && key != "" && !strings.Contains(text, " ") {
			f.Headers = append(f.Headers, text)
		}
	}
	return f, true
}

// Walking over lines allocates nothing for a line.
func TestLinesAllocateNothing(t *testing.T) {
	few, many := benchmarkFile(1), benchmarkFile(1000)
	count := func(doc []byte) float64 {
		return testing.AllocsPerRun(10, func() {
			for _, err := range bandwidth.Lines(doc) {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if a, b := count(few), count(many); b > a {
		t.Errorf("%v allocations for a line, %v for a thousand", a, b)
	}
}

// A file takes the same few allocations however many relays are in it.
func TestParseFileAllocatesAFew(t *testing.T) {
	few, many := benchmarkFile(10), benchmarkFile(10_000)
	count := func(doc []byte) float64 {
		return testing.AllocsPerRun(5, func() {
			if _, err := bandwidth.ParseFile(doc); err != nil {
				t.Fatal(err)
			}
		})
	}
	if a, b := count(few), count(many); b > a {
		t.Errorf("%v allocations for ten lines, %v for ten thousand", a, b)
	}
}
