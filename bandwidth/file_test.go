package bandwidth_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// nodeID is the identity in the lines of these tests.
var nodeID = [20]byte{0xA0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}

const nodeHex = "A00102030405060708090A0B0C0D0E0F10111213"

// fill puts the identity for every @ of a line.
func fill(line string) string { return strings.ReplaceAll(line, "@", nodeHex) }

// Each form was given to tor 0.4.9.11 in a bandwidth file, which took it.
func TestRelayLineForms(t *testing.T) {
	for _, tt := range []struct {
		reason, line string
		bw           bandwidth.KB
	}{
		{"bandwidth first", "bw=1024 node_id=$@", 1024},
		{"identity first", "node_id=$@ bw=1024", 1024},
		{"no dollar sign", "node_id=@ bw=1024", 1024},
		{"small letters", "node_id=$" + strings.ToLower(nodeHex) + " bw=1024", 1024},
		{"blanks and tabs all over", " \tbw=1024\t  node_id=$@ \t", 1024},
		{"words nobody knows", "nick=Test unknown bw=1024 =x measured_at=523911725 node_id=$@ updated_at=523911725 x=", 1024},
		{"to be voted on, it says", "bw=1024 node_id=$@ vote=1", 1024},
		{"vote without a value", "bw=1024 node_id=$@ vote=", 1024},
		{"vote of minus zero", "bw=1024 node_id=$@ vote=-0", 1024},
		{"another key that ends in vote", "bw=1024 node_id=$@ revote=0", 1024},
		{"keys are of small letters", "bw=1024 node_id=$@ Vote=0 BW=5", 1024},
		{"unmeasured, it says", "bw=1024 node_id=$@ unmeasured=1", 1024},
		{"unmeasured but to be voted on", "bw=1024 node_id=$@ unmeasured=1 vote=1", 1024},
		{"nothing", "bw=0 node_id=$@", 0},
		{"a plus sign", "bw=+1024 node_id=$@", 1024},
		{"minus zero", "bw=-0 node_id=$@", 0},
		{"zeros before", "bw=00000000000000000000000001024 node_id=$@", 1024},
		{"white space before the number", "bw=\v\f\r1024 node_id=$@", 1024},
		{"white space ends the number", "bw=1024\vjunk node_id=$@", 1024},
		{"carriage return behind the number", "node_id=$@ bw=1024\r", 1024},
		{"31 bits and one", "bw=2147483648 node_id=$@", 1 << 31},
		{"32 bits and one are one bit", "bw=4294967297 node_id=$@", 1},
		{"63 bits", "bw=9223372036854775807 node_id=$@", math.MaxUint32},
		{"a long line", "bw=1024 node_id=$@ " + strings.Repeat("x", 100000), 1024},
		{"what is no text", "bw=1024 node_id=$@ \xff\xfe", 1024},
	} {
		f, err := bandwidth.ParseFile([]byte("1523911758\n=====\n" + fill(tt.line) + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		want := []bandwidth.Line{{NodeID: nodeID, BW: tt.bw, Number: 3, Text: []byte(fill(tt.line))}}
		if diff := cmp.Diff(want, f.Relays); diff != "" || f.SkippedTotal != 0 {
			t.Errorf("%s: %v\n%s", tt.reason, f.Skipped, diff)
		}
	}
}

// Each form was given to tor 0.4.9.11 in a bandwidth file, which refused it.
func TestRelayLinesRefused(t *testing.T) {
	for _, tt := range []struct {
		reason, line, keyword string
		err                   error
	}{
		{"no identity", "bw=1024", "node_id", bandwidth.ErrMissing},
		{"no bandwidth", "node_id=$@", "bw", bandwidth.ErrMissing},
		{"neither", "nick=Test", "node_id", bandwidth.ErrMissing},
		{"key in capitals", "BW=1024 node_id=$@", "bw", bandwidth.ErrMissing},
		{"no blank between", "bw=1024\vnode_id=$@", "node_id", bandwidth.ErrMissing},
		{"not a key's beginning", "\xffbw=1024 node_id=$@", "bw", bandwidth.ErrMissing},
		{"a second terminator", "=====", "node_id", bandwidth.ErrMissing},
		{"identity None", "node_id=None bw=1024", "node_id", bandwidth.ErrNodeID},
		{"identity $None", "node_id=$None bw=1024", "node_id", bandwidth.ErrNodeID},
		{"identity too short", "node_id=$A001 bw=1024", "node_id", bandwidth.ErrNodeID},
		{"identity too long", "node_id=$@1 bw=1024", "node_id", bandwidth.ErrNodeID},
		{"identity with something behind", "bw=1024 node_id=$@\r", "node_id", bandwidth.ErrNodeID},
		{"identity empty", "node_id= bw=1024", "node_id", bandwidth.ErrNodeID},
		{"identity a dollar sign", "node_id=$ bw=1024", "node_id", bandwidth.ErrNodeID},
		{"two dollar signs", "node_id=$$@ bw=1024", "node_id", bandwidth.ErrNodeID},
		{"two equal signs before the identity", "node_id==$@ bw=1024", "node_id", bandwidth.ErrNodeID},
		{"a blank before the identity", "node_id= $@ bw=1024", "node_id", bandwidth.ErrNodeID},
		{"white space before the identity", "node_id=\v@ bw=1024", "node_id", bandwidth.ErrNodeID},
		{"hexadecimal prefix", "node_id=0x@ bw=1024", "node_id", bandwidth.ErrNodeID},
		{"40 characters, not all digits", "node_id=$" + nodeHex[:39] + "g bw=1024", "node_id", bandwidth.ErrNodeID},
		{"identity twice", "node_id=$@ bw=1024 node_id=$@", "node_id", bandwidth.ErrTwice},
		{"bandwidth None", "node_id=$@ bw=None", "bw", bandwidth.ErrNumber},
		{"bandwidth empty", "node_id=$@ bw=", "bw", bandwidth.ErrNumber},
		{"bandwidth with a fraction", "node_id=$@ bw=1024.0", "bw", bandwidth.ErrNumber},
		{"bandwidth a fraction", "node_id=$@ bw=.1024", "bw", bandwidth.ErrNumber},
		{"bandwidth with points", "node_id=$@ bw=1.024", "bw", bandwidth.ErrNumber},
		{"bandwidth below one", "node_id=$@ bw=0.23", "bw", bandwidth.ErrNumber},
		{"bandwidth negative", "node_id=$@ bw=-1024", "bw", bandwidth.ErrNumber},
		{"bandwidth a sign", "node_id=$@ bw=+", "bw", bandwidth.ErrNumber},
		{"bandwidth with two signs", "node_id=$@ bw=+-5", "bw", bandwidth.ErrNumber},
		{"bandwidth in hexadecimal", "node_id=$@ bw=0x10", "bw", bandwidth.ErrNumber},
		{"two equal signs before the bandwidth", "node_id=$@ bw==1024", "bw", bandwidth.ErrNumber},
		{"letters behind the bandwidth", "node_id=$@ bw=1024kb", "bw", bandwidth.ErrNumber},
		{"a comma between", "bw=1024,node_id=$@", "bw", bandwidth.ErrNumber},
		{"64 bits", "node_id=$@ bw=9223372036854775808", "bw", bandwidth.ErrNumber},
		{"a thousand digits", "node_id=$@ bw=" + strings.Repeat("9", 1000), "bw", bandwidth.ErrNumber},
		{"bandwidth twice", "bw=1024 node_id=$@ bw=1024", "bw", bandwidth.ErrTwice},
		{"bandwidth twice, broken the second time", "bw=1024 node_id=$@ bw=x", "bw", bandwidth.ErrTwice},
		{"empty", "", "", bandwidth.ErrBlank},
		{"blank", " \t ", "", bandwidth.ErrBlank},
		{"not to be voted on", "bw=1024 node_id=$@ vote=0", "vote", bandwidth.ErrNotVoted},
		{"not to be voted on, said first", "vote=0 bw=x", "vote", bandwidth.ErrNotVoted},
		{"not to be voted on, though measured", "bw=1024 node_id=$@ vote=0 unmeasured=0", "vote", bandwidth.ErrNotVoted},
		{"votes that begin with a zero", "bw=1024 node_id=$@ vote=01", "vote", bandwidth.ErrNotVoted},
		{"broken before the vote", "bw=x vote=0", "bw", bandwidth.ErrNumber},
		{"a NUL byte behind", "bw=1024 node_id=$@\x00", "", bandwidth.ErrNUL},
		{"a NUL byte before", "\x00bw=1024 node_id=$@", "", bandwidth.ErrNUL},
		{"a NUL byte in another word", "bw=1024 nick=\x00 node_id=$@", "", bandwidth.ErrNUL},
	} {
		line := fill(tt.line)
		f, err := bandwidth.ParseFile([]byte("1523911758\nversion=1.4.0\n=====\n" + line + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Relays) != 0 || len(f.Skipped) != 1 || f.SkippedTotal != 1 {
			t.Errorf("%s: read %v, skipped %v", tt.reason, f.Relays, f.Skipped)
			continue
		}
		got := f.Skipped[0]
		if got.Line != 4 || got.Keyword != tt.keyword || !errors.Is(got, tt.err) || len(got.Value) > 100 {
			t.Errorf("%s: got %v, want line 4, %q, %v", tt.reason, got, tt.keyword, tt.err)
		}
	}
}

func TestTimestamp(t *testing.T) {
	for _, tt := range []struct {
		reason, doc string
		want        int64
		err         error
	}{
		{"a time", "1523911758\n", 1523911758, nil},
		{"a plus sign", "+1523911758\n", 1523911758, nil},
		{"white space before", "\t\v 1523911758\n", 1523911758, nil},
		{"a far future", "9999999999\n", 9999999999, nil},
		{"negative, as strtoul has it", "-1\n", -1, nil},
		{"64 bits", "18446744073709551615\n", -1, nil},
		{"64 bits taken from zero", "-18446744071914206217\n", 1795345399, nil},
		{"65 bits", "18446744073709551616\n", 0, bandwidth.ErrTimestamp},
		{"a blank behind", "1523911758 \n", 0, bandwidth.ErrTimestamp},
		{"a carriage return", "1523911758\r\n", 0, bandwidth.ErrTimestamp},
		{"hexadecimal", "0x5\n", 0, bandwidth.ErrTimestamp},
		{"empty", "\n", 0, bandwidth.ErrTimestamp},
		{"a header", "timestamp=1523911758\n", 0, bandwidth.ErrTimestamp},
		{"a NUL byte", "1523911758\x00\n", 0, bandwidth.ErrNUL},
		{"no newline", "1523911758", 0, bandwidth.ErrNoNewline},
		{"no file", "", 0, bandwidth.ErrNoNewline},
	} {
		got, err := bandwidth.Timestamp([]byte(tt.doc))
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %d, %v; want %d, %v", tt.reason, got, err, tt.want, tt.err)
		}
		f, err := bandwidth.ParseFile([]byte(tt.doc))
		if f.Timestamp != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: the file is of %d, %v; want %d, %v", tt.reason, f.Timestamp, err, tt.want, tt.err)
		}
		var lines []error
		for _, err := range bandwidth.Lines([]byte(tt.doc)) {
			lines = append(lines, err)
		}
		if tt.err == nil && len(lines) != 0 || tt.err != nil && (len(lines) != 1 || !errors.Is(lines[0], tt.err)) {
			t.Errorf("%s: lines yield %v", tt.reason, lines)
		}
		var syntax *bandwidth.SyntaxError
		if tt.err != nil && (!errors.As(err, &syntax) || syntax.Line != 1) {
			t.Errorf("%s: %#v", tt.reason, err)
		}
	}
}

// The vote that tor 0.4.9.11 made with this file had these headers, but for the two lines of which it cut off the end.
func TestHeaders(t *testing.T) {
	const relayLine = "bw=5 node_id=$" + nodeHex + "\n"
	doc := "1795347779\nversion=1.4.0\nsoftware=sbws\na=\nb=c=d\nhas blank=1\nnoequals\n=x\ntab\t=1\nbw=7\nnode_id=$00\n" +
		"vote=0\ncr=1\r\nnul=1\x00x\nbw=x\tnode_id=$00\n=====\r\naftercr=1\n" + relayLine + "late=1\n=====\n====\n" + relayLine + "end=1"
	f, err := bandwidth.ParseFile([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"version=1.4.0", "software=sbws", "a=", "b=c=d", "tab\t=1", "bw=7", "node_id=$00", "vote=0", "cr=1\r",
		"bw=x\tnode_id=$00", "aftercr=1"}
	if diff := cmp.Diff(want, f.Headers); diff != "" {
		t.Error(diff)
	}
	var skipped []string
	for _, err := range f.Skipped {
		skipped = append(skipped, fmt.Sprint(err.Line, " ", err.Err))
	}
	wantSkipped := []string{
		"6 word is missing", "7 word is missing", "8 word is missing", "14 line holds a NUL byte", "16 word is missing",
		"19 word is missing", "20 word is missing", "21 word is missing", "23 line is not ended by a newline",
	}
	if diff := cmp.Diff(wantSkipped, skipped); diff != "" {
		t.Error(diff)
	}
	if f.Terminator != "" || len(f.Relays) != 2 || f.Relays[1].Number != 22 {
		t.Errorf("terminator %q, relays %v", f.Terminator, f.Relays)
	}
	for key, want := range map[string]string{"version": "1.4.0", "a": "", "b": "c=d", "cr": "1\r"} {
		if got, ok := f.Header(key); got != want || !ok {
			t.Errorf("header %s is %q, %v", key, got, ok)
		}
	}
	if _, ok := f.Header("late"); ok {
		t.Error("a header behind a relay line")
	}
}

func TestTerminators(t *testing.T) {
	const relayLine = "bw=5 node_id=$" + nodeHex + "\n"
	for _, tt := range []struct {
		reason, doc, terminator string
		headers                 []string
		relays, skipped         int
	}{
		{"version 1.0.0", relayLine, "", nil, 1, 0},
		{"version 1.0.0, nobody measured", "", "", nil, 0, 0},
		{"version 1.1.0", "version=1.1.0\n=====\n" + relayLine, "=====", []string{"version=1.1.0"}, 1, 0},
		{"four characters", "version=1.1.0\n====\nx=1\n" + relayLine, "====", []string{"version=1.1.0"}, 1, 1},
		{"no terminator", "version=1.1.0\n" + relayLine + "x=1\n", "", []string{"version=1.1.0"}, 1, 1},
		{"relays before the terminator", "version=1.1.0\n" + relayLine + "=====\n" + relayLine, "", []string{"version=1.1.0"}, 2, 1},
		{"headers alone", "version=1.1.0\n", "", []string{"version=1.1.0"}, 0, 0},
		{"six characters", "======\nversion=1.1.0\n", "", []string{"version=1.1.0"}, 0, 1},
	} {
		f, err := bandwidth.ParseFile([]byte("1\n" + tt.doc))
		if err != nil {
			t.Fatal(err)
		}
		if f.Terminator != tt.terminator || !slices.Equal(f.Headers, tt.headers) ||
			len(f.Relays) != tt.relays || f.SkippedTotal != tt.skipped {
			t.Errorf("%s: %+v", tt.reason, f)
		}
	}
}

func TestLineValue(t *testing.T) {
	line := bandwidth.Line{Text: []byte("bw=5 nick=a=b \tempty= nick=c word")}
	for key, want := range map[string]string{"bw": "5", "nick": "a=b", "empty": ""} {
		if got, ok := line.Value(key); string(got) != want || !ok {
			t.Errorf("%s is %q, %v", key, got, ok)
		}
	}
	if got, ok := line.Value("word"); ok {
		t.Errorf("a word without a value has %q", got)
	}
}

// A file owns its text, a clone owns its own, and a line of the iterator is lent.
func TestOwnership(t *testing.T) {
	doc := []byte("1\nversion=1.1.0\n=====\nbw=5 node_id=$" + nodeHex + " nick=a\nbad\n")
	f, err := bandwidth.ParseFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	clone := f.Clone()
	var lent, kept bandwidth.Line
	for line, err := range bandwidth.Lines(doc) {
		if err == nil {
			lent, kept = line, line.Clone()
		}
	}
	for i := range doc {
		doc[i] = 'x'
	}
	if nick, ok := f.Relays[0].Value("nick"); string(nick) != "a" || !ok {
		t.Error("the file changed with the document")
	}
	if nick, ok := kept.Value("nick"); string(nick) != "a" || !ok {
		t.Error("the cloned line changed with the document")
	}
	if !bytes.Equal(lent.Text, bytes.Repeat([]byte("x"), len(lent.Text))) {
		t.Error("the line was not lent")
	}
	want := clone.Clone()
	f.Headers[0], f.Relays[0].Text[0], f.Skipped[0].Line = "x=1", 'x', 99
	f.Relays[0].BW = 99
	if diff := cmp.Diff(want, clone, cmp.Comparer(func(a, b *bandwidth.SyntaxError) bool { return *a == *b })); diff != "" {
		t.Errorf("the clone changed with the file:\n%s", diff)
	}
}

// However many lines are skipped, no more than so many are remembered, and all are counted.
func TestSkippedIsBounded(t *testing.T) {
	f, err := bandwidth.ParseFile([]byte("1\n" + strings.Repeat("\n", 100000)))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Skipped) != 65536 || f.SkippedTotal != 100000 {
		t.Errorf("remembers %d of %d", len(f.Skipped), f.SkippedTotal)
	}
}

func TestLinesStopsWhenAsked(t *testing.T) {
	doc := []byte("1\nbad line\nbw=5 node_id=$" + nodeHex + "\nbad\n")
	for stop := range 3 {
		n := 0
		for range bandwidth.Lines(doc) {
			if n == stop {
				break
			}
			n++
		}
		if n != stop {
			t.Errorf("%d lines before the stop at %d", n, stop)
		}
	}
}
