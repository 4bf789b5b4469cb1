package cli

import (
	"bytes"
	"compress/gzip"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/wfu"
)

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	whole := zipped(t, "text")
	for _, test := range []struct {
		why  string
		file []byte
		want string
		err  string
	}{
		{"plain", []byte("text"), "text", ""},
		{"empty", nil, "", ""},
		{"gzip, whatever its name", whole, "text", ""},
		{"two gzips, one after the other", append(bytes.Clone(whole), whole...), "texttext", ""},
		{"gzip in gzip is unpacked once", zipped(t, string(whole)), string(whole), ""},
		{"gzip cut off", whole[:len(whole)-3], "", "unexpected EOF"},
		{"gzip that is none", []byte{0x1f, 0x8b, 1, 1, 1, 1, 1, 1, 1, 1, 1}, "", "gzip: invalid header"},
		{"xz", []byte("\xfd7zXZ\x00rest"), "", "is compressed with xz: unpack it first, or pipe it in with xz -dc FILE | … -"},
		{"xz in gzip", zipped(t, "\xfd7zXZ\x00rest"), "", "is compressed with xz: unpack it first, or pipe it in with xz -dc FILE | … -"},
	} {
		path := filepath.Join(dir, "file")
		if err := os.WriteFile(path, test.file, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		before := os.Stdin
		os.Stdin = file
		for name, shown := range map[string]string{path: path, "-": "standard input"} {
			got, err := Read(name)
			if test.err == "" {
				if err != nil || string(got) != test.want {
					t.Errorf("%s: %q, %v", test.why, got, err)
				}
			} else if err == nil || err.Error() != shown+": "+test.err || got != nil {
				t.Errorf("%s: %q, %v", test.why, got, err)
			}
		}
		os.Stdin = before
		file.Close()
	}
	if _, err := Read(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "none") {
		t.Errorf("no such file: %v", err)
	}
}

// endless is as many zeros as anybody wants: a file that never ends, or the inside of a gzip bomb.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read += int64(len(p))
	return len(p), nil
}

func TestReadAtMost(t *testing.T) {
	const limit = 1 << 20
	in := new(endless)
	if _, err := readAtMost(in, limit); err == nil || err.Error() != "is larger than 1048576 bytes" {
		t.Errorf("an endless file: %v", err)
	}
	if in.read > 2*limit {
		t.Errorf("read %d bytes of an endless file", in.read)
	}
	if text, err := readAtMost(strings.NewReader("1234"), 4); err != nil || string(text) != "1234" {
		t.Errorf("exactly as much as may be: %q, %v", text, err)
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		why     string
		args    []string
		code    int
		ok      bool
		out     string
		errOut  string
		content string
	}{
		{"nothing", nil, OK, true, "", "", ""},
		{"a flag", []string{"-text", "x"}, OK, true, "", "", "x"},
		{"help", []string{"-h"}, OK, false, "What it does.\n\nFlags:\n  -text string\n    \tsome text\n\nWhat else.\n", "", ""},
		{"help, spelled out", []string{"-text", "x", "--help"}, OK, false, "What it does.\n\nFlags:\n  -text string\n    \tsome text\n\nWhat else.\n", "", "x"},
		{"no such flag", []string{"-none"}, Unusable, false, "", "program: flag provided but not defined: -none; -h lists them\n", ""},
		{"no value", []string{"-text"}, Unusable, false, "", "program: flag needs an argument: -text; -h lists them\n", ""},
	} {
		var out, errOut bytes.Buffer
		fs := Flags("program", "\nWhat it does.\n", "\nWhat else.")
		text := fs.String("text", "", "some text")
		code, ok := Parse(fs, test.args, &out, &errOut)
		if code != test.code || ok != test.ok || out.String() != test.out || errOut.String() != test.errOut || *text != test.content {
			t.Errorf("%s: %d, %v\n%s\n%s\n%s", test.why, code, ok, out.String(), errOut.String(), *text)
		}
	}
}

func TestFailIsOneLine(t *testing.T) {
	var errOut bytes.Buffer
	if code := Fail("program", &errOut, errors.New("one\ntwo")); code != Unusable || errOut.String() != "program: one two\n" {
		t.Errorf("%d, %q", code, errOut.String())
	}
}

func TestAmbiguousListsAll(t *testing.T) {
	for n, want := range map[int]string{
		2: `nickname "cat" is that of 2 relays: A, B`,
		7: `nickname "cat" is that of 7 relays: A, B, C, D, E, F, G`,
	} {
		if err := Ambiguous("cat", strings.Split("ABCDEFG", "")[:n]); err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestTable(t *testing.T) {
	for _, test := range []struct {
		why  string
		rows [][]string
		want string
	}{
		{"nothing", nil, ""},
		{"numbers to the right, words to the left", [][]string{{"name", "n", "word"}, {"a", "10", "x"}, {"bcd", "9", "yz"}}, "name   n  word\na     10  x\nbcd    9  yz\n"},
		{"the first column to the left, whatever it holds", [][]string{{"name"}, {"1"}}, "name\n1\n"},
		{"runes count, not bytes", [][]string{{"a", "b"}, {"…é", "x"}, {"abc", "y"}}, "a    b\n…é   x\nabc  y\n"},
		{"rows may be short, and no line ends in blanks", [][]string{{"a", "b"}, {"c"}, {"d", ""}}, "a  b\nc\nd\n"},
	} {
		var out bytes.Buffer
		if Table(&out, test.rows); out.String() != test.want {
			t.Errorf("%s:\n%swant\n%s", test.why, out.String(), test.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for _, test := range []struct {
		seconds int64
		want    string
	}{
		{0, "0 s"},
		{59, "59 s"},
		{60, "1 min"},
		{3601, "1 h"},
		{3661, "1 h 1 min"},
		{86399, "23 h 59 min"},
		{8 * 86400, "8 d"},
		{90061, "1 d 1 h"},
		{-90061, "-1 d 1 h"},
		{math.MinInt64, "-0 s"},
	} {
		if got := Duration(test.seconds); got != test.want {
			t.Errorf("%d seconds: %q, want %q", test.seconds, got, test.want)
		}
	}
}

func TestTime(t *testing.T) {
	var unset Time
	if unset.IsSet || unset.String() != "" {
		t.Errorf("the zero Time: %v", unset)
	}
	for _, text := range []string{"1768436416", "2026-01-15 00:20:16"} {
		var at Time
		if err := at.Set(text); err != nil || !at.IsSet || at.At != 1768436416 || at.String() != "2026-01-15 00:20:16" {
			t.Errorf("%s: %v, %v", text, at, err)
		}
	}
	var at Time
	if err := at.Set("yesterday"); err == nil || at.IsSet {
		t.Errorf("yesterday: %v, %v", at, err)
	}
}

func TestWhen(t *testing.T) {
	const now = 1_768_436_416
	for _, test := range []struct {
		earliest, latest wfu.Instant
		want             string
	}{
		{now + 86400, now + 86400, "in 1 d"},
		{now + 60, now + 7200, "in 1 min to 2 h"},
		{now + 60, never, "in 1 min at the earliest"},
		{now, never, "cannot tell when"},
		{never, never, "never"},
		{now, now, "in 0 s"},
	} {
		if got := When(test.earliest, test.latest, now); got != test.want {
			t.Errorf("%d to %d: %q, want %q", test.earliest-now, test.latest-now, got, test.want)
		}
	}
}
