package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out, errOut strings.Builder
	if code := run(args, &out, &errOut); code != cli.OK || errOut.Len() > 0 {
		t.Fatalf("%q: exit code %d, %s", args, code, errOut.String())
	}
	return out.String()
}

// madeUp is a consensus of few relays, none of them real.
func madeUp(t *testing.T) string {
	var b strings.Builder
	b.WriteString("network-status-version 3\nvote-status consensus\nconsensus-method 33\n" +
		"valid-after 2030-01-01 00:00:00\nfresh-until 2030-01-01 01:00:00\nvalid-until 2030-01-01 03:00:00\nvoting-delay 300 300\n" +
		"known-flags Authority BadExit Exit Fast Guard HSDir Running Stable V2Dir Valid\nparams guard-lifetime-days=100\n" +
		"dir-source nobody 0101010101010101010101010101010101010101 host.invalid 192.0.2.9 80 443\ncontact nobody\n" +
		"vote-digest 0202020202020202020202020202020202020202\n")
	identities := []string{"AAAA", "BBBB", "CCCC", "DDDD", "EEEE", "FFFF"}
	for i, r := range []struct{ name, flags, weight string }{
		{"cat", "Fast Guard Running Stable V2Dir Valid", "Bandwidth=40"},
		{"dog", "Fast Guard Running Stable V2Dir Valid", "Bandwidth=50"},
		{"dog", "Fast Guard Running Stable Valid", "Bandwidth=60"},
		{"cow", "Fast Guard Running Stable V2Dir Valid", "Bandwidth=20 Unmeasured=1"},
		{"way", "Exit Fast Running Stable V2Dir Valid", "Bandwidth=25"},
		{"hub", "Fast Running Valid", "Bandwidth=30"},
	} {
		identity := strings.Repeat(identities[i], 6) + identities[i][:3]
		fmt.Fprintf(&b, "r %s %s AAAAAAAAAAAAAAAAAAAAAAAAAAA 2029-12-31 12:00:00 192.0.2.%d 9001 0\ns %s\nw %s\n", r.name, identity, i+1, r.flags, r.weight)
	}
	b.WriteString("directory-footer\n")
	path := filepath.Join(t.TempDir(), "consensus")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOutput(t *testing.T) {
	file := madeUp(t)
	hide := func(text string) string { return strings.ReplaceAll(text, file, "FILE") }
	corpus.Golden(t, "published", output(t))
	corpus.Golden(t, "published-lines", output(t, "-lines"))
	corpus.Golden(t, "consensus", hide(output(t, "-consensus", file, "-relays", "cat, cow", "-clients", "1000")))
	corpus.Golden(t, "consensus-lines", output(t, "-consensus", file, "-relays", "cat,$0410410410410410410410410410410410410410", "-lines"))
	corpus.Golden(t, "help", output(t, "-h"))
}

func TestGzipIsTheSame(t *testing.T) {
	file := madeUp(t)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file+".gz", packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	plain, unpacked := output(t, "-consensus", file, "-relays", "cat", "-lines"), output(t, "-consensus", file+".gz", "-relays", "cat", "-lines")
	if plain != unpacked {
		t.Errorf("plain:\n%s\nunpacked:\n%s", plain, unpacked)
	}
}

func TestBadInput(t *testing.T) {
	file := madeUp(t)
	vote := strings.Replace(readText(t, file), "vote-status consensus\nconsensus-method 33\n", "vote-status vote\nconsensus-methods 33\npublished 2029-12-31 23:50:00\n", 1)
	cut, _, _ := strings.Cut(readText(t, file), "directory-footer")
	weights := readText(t, file) + "bandwidth-weights Wbd=no\n"
	write := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, tt := range []struct {
		reason string
		args   []string
		want   string // in what is said
	}{
		{reason: "an argument too many", args: []string{"cat"}, want: `unexpected argument "cat"`},
		{reason: "no such flag", args: []string{"-cat"}, want: "-h lists them"},
		{reason: "fewer clients than none", args: []string{"-clients", "-1"}, want: "-clients: -1 is less than 0"},
		{reason: "relays without a consensus", args: []string{"-relays", "cat"}, want: "-relays needs -consensus"},
		{reason: "a consensus without relays", args: []string{"-consensus", file}, want: "-consensus needs -relays"},
		{reason: "no file", args: []string{"-consensus", file + "x", "-relays", "cat"}, want: "no such file"},
		{reason: "nobody of that name", args: []string{"-consensus", file, "-relays", "cat,cot"}, want: `no relay "cot"`},
		{reason: "an empty name", args: []string{"-consensus", file, "-relays", "cat,"}, want: `no relay ""`},
		{reason: "two of that name", args: []string{"-consensus", file, "-relays", "DOG"},
			want: `nickname "DOG" is that of 2 relays: 0410410410410410410410410410410410410410, 0820820820820820820820820820820820820820`},
		{reason: "one by two names", args: []string{"-consensus", file, "-relays", "cat,Cat"}, want: "cat and Cat are the same relay"},
		{reason: "a vote", args: []string{"-consensus", write("vote", vote), "-relays", "cat"}, want: "vote"},
		{reason: "cut off", args: []string{"-consensus", write("cut", cut), "-relays", "cat"}, want: "directory-footer"},
		{reason: "weights that are none", args: []string{"-consensus", write("weights", weights), "-relays", "cat"}, want: "bandwidth-weights"},
	} {
		var out, errOut strings.Builder
		code := run(tt.args, &out, &errOut)
		said := errOut.String()
		if code != cli.Unusable || out.Len() > 0 || !strings.Contains(said, tt.want) || strings.Count(said, "\n") != 1 {
			t.Errorf("%s: exit code %d, printed %q, said %q; want %q", tt.reason, code, out.String(), said, tt.want)
		}
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The figures were computed from the document by others before this program existed.
func TestTheRealConsensus(t *testing.T) {
	text := corpus.Read(t, corpus.Shared(t, "data", "consensuses", "2017-04-15-00-00-00-consensus.xz"))
	file := filepath.Join(t.TempDir(), "consensus")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	lines := output(t, "-consensus", file, "-relays", "kitten1,kitten2", "-lines")
	published := output(t, "-lines")
	for _, want := range []string{
		"share tor-before-0.3.0 total 0.00274196\n",
		"share onionoo total 0.00274196\n",
		"share tor-since-0.3.0 total 0.00296732\n",
	} {
		if !strings.Contains(lines, want) || !strings.Contains(published, want) {
			t.Errorf("%q is missing from\n%s\nor from\n%s", want, lines, published)
		}
	}
	if story := output(t, "-consensus", file, "-relays", "kitten1,kitten2"); !strings.Contains(story, "case 3a") || strings.Contains(story, "as published") {
		t.Errorf("the weights are not those of the document:\n%s", story)
	}
}
