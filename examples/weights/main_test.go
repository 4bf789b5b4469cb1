package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// try runs the program.
func try(args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

func TestWithoutArgumentsTheSampleIsShown(t *testing.T) {
	code, out, errOut := try()
	if code != 0 || errOut != "" {
		t.Errorf("exit %d, %q", code, errOut)
	}
	corpus.Golden(t, "sample.golden", out)
}

// The form in which the program is called puts several files behind one flag, and flags anywhere between them.
func TestFlagsMayStandAnywhere(t *testing.T) {
	votes := []string{"sample/vote-1", "sample/vote-2", "sample/vote-3"}
	_, want, _ := try("-votes", votes[0], votes[1], votes[2], "-authorities", "5")
	if !strings.HasPrefix(want, "known-flags ") || !strings.Contains(want, "\nr 15A8B84A2AA0EE601F2C0E4F2F7F56A7690281EC\ns ") {
		t.Fatalf("%q", want)
	}
	for _, args := range [][]string{
		{"-authorities", "5", "-votes", votes[2], votes[1], votes[0]},
		{"-authorities=5", "-flavour", "ns", "-votes", votes[0], votes[1], votes[2]},
		{"-votes", votes[0], "-authorities", "5", votes[1], "-flavour=ns", votes[2]},
		{"-votes", votes[0], "-votes", votes[1], "-votes", votes[2], "--authorities", "5"},
	} {
		if code, got, errOut := try(args...); code != 0 || got != want || errOut != "" {
			t.Errorf("%q: exit %d, %q\n%s", args, code, errOut, cmp.Diff(want, got))
		}
	}
}

func TestExplain(t *testing.T) {
	votes := []string{"-votes", "sample/vote-1", "sample/vote-2", "sample/vote-3", "-authorities", "5", "-explain"}
	_, byName, _ := try(append(votes, "N5")...)
	_, byIdentity, _ := try(append(votes, "70BFD253DA79BE15A69DAB10729697FC08A4CD16")...)
	if byName != byIdentity || !strings.Contains(byName, "n5: not Valid\n") || !strings.Contains(byName, "auth5,auth2") {
		t.Errorf("%s\n%s", byName, byIdentity)
	}
}

// files writes texts into a folder of their own.
func files(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestConsensusesAreChecked(t *testing.T) {
	good, vote := read(t, "sample/consensus"), read(t, "sample/vote-1")
	weights := good[strings.Index(good, "bandwidth-weights"):]
	weights = weights[:strings.Index(weights, "\n")+1]
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(good))
	z.Close()
	dir := files(t, map[string]string{
		"day/good": good, "day/good.gz": zipped.String(), "two": good + good,
		"day/wrong":   strings.Replace(good, "Wgd=3164", "Wgd=3165", 1),
		"day/without": strings.Replace(good, weights, "", 1),
		"day/void":    strings.NewReplacer("s Exit", "s", weights, weights).Replace(good),
		"day/vote":    vote, "day/notes": "nothing to do with Tor\n", "day/empty": "",
		"cut": good[:len(good)/2],
	})
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for link, to := range map[string]string{"days": "day", "links/good": "day/good", "broken/good": "day/nowhere"} {
		if err := os.MkdirAll(filepath.Dir(at(link)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(at(to), at(link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		about string
		args  []string
		code  int
		want  string
		says  string // on standard error
	}{
		{"a good one", []string{"day/good"}, 0, "DIR/day/good ok 2b2\n", ""},
		{"compressed", []string{"day/good.gz"}, 0, "DIR/day/good.gz ok 2b2\n", ""},
		{"several in a file have line numbers", []string{"two"}, 0, "DIR/two:1 ok 2b2\nDIR/two:46 ok 2b2\n", ""},
		{"wrong", []string{"day/wrong", "day/good"}, 1, "DIR/day/wrong differs\n  voted     " + strings.Replace(weights, "Wgd=3164", "Wgd=3165", 1) +
			"  computed  " + weights + "DIR/day/good ok 2b2\n", ""},
		{"without a line", []string{"day/without"}, 0, "DIR/day/without none\n", "has no weights where we find bandwidth-weights "},
		{"a folder", []string{"day"}, 1, "DIR/day/good ok 2b2\nDIR/day/good.gz ok 2b2\nDIR/day/void differs\n", "day/without: has no weights"},
		{"a link to a folder", []string{"days"}, 1, "DIR/days/good ok 2b2\nDIR/days/good.gz ok 2b2\nDIR/days/void differs\n", "days/without: has no weights"},
		{"a link in a folder", []string{"links"}, 0, "DIR/links/good ok 2b2\n", ""},
		{"a link to nothing in a folder", []string{"broken"}, 2, "", "no such file"},
		{"a vote", []string{"day/vote", "day/good"}, 2, "DIR/day/good ok 2b2\n", "day/vote: holds no consensus: is a vote, to be counted with -votes"},
		{"something else", []string{"day/notes"}, 2, "", "holds no consensus"},
		{"nothing", []string{"day/empty"}, 2, "", "day/empty: is empty: holds no consensus"},
		{"a cut one", []string{"cut"}, 2, "", "cut: line 24: vote-digest: argument cannot be read"},
		{"no such file", []string{"day/nowhere"}, 2, "", "no such file"},
		{"what differs comes first", []string{"day/wrong", "day/nowhere"}, 1, "DIR/day/wrong differs\n", "no such file"},
	} {
		var args []string
		for _, name := range tt.args {
			args = append(args, at(name))
		}
		code, out, errOut := try(args...)
		out = strings.ReplaceAll(filepath.ToSlash(out), filepath.ToSlash(dir), "DIR")
		if code != tt.code || !strings.HasPrefix(out, tt.want) || !strings.Contains(errOut, tt.says) || tt.says == "" && errOut != "" {
			t.Errorf("%s: exit %d, want %d\n%s\n%s", tt.about, code, tt.code, cmp.Diff(tt.want, out), errOut)
		}
		if tt.code == 2 && strings.Count(errOut, "\n") != 1 {
			t.Errorf("%s: not one sentence: %q", tt.about, errOut)
		}
	}
}

func TestArgumentsOfNoUse(t *testing.T) {
	votes := []string{"-votes", "sample/vote-1", "sample/vote-2", "sample/vote-3"}
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"-votes"}, "flag needs an argument: -votes"},
		{[]string{"-lots"}, "flag provided but not defined: -lots"},
		{[]string{"-authorities", "5"}, "no files"},
		{votes, "-votes needs -authorities"},
		{append(votes, "-authorities", "2"), "no votes, or more votes than authorities"},
		{append(votes, "-authorities", "3", "-flavour", "vanilla"), `"vanilla" is neither ns nor microdesc`},
		{append(votes, "-authorities", "3", "-methods", "new"), `"new" is not of the form OLDEST-NEWEST`},
		{append(votes, "-authorities", "3", "-methods", "1-35"), "consensus methods cannot be counted by"},
		{append(votes, "-authorities", "3", "-explain", "nobody"), `0 relays have the nickname "nobody"`},
		{append(votes, "-authorities", "3", "-explain", strings.Repeat("A", 40)), "no vote lists the relay"},
		{append(votes, "-authorities", "4", "sample/vote-1"), "second vote of one authority"},
		{append(votes, "-authorities", "4", "sample/consensus"), "not a vote of one authority"},
		{append(votes, "-authorities", "4", "sample/none"), "no such file"},
		{append(votes, "-authorities", "4", "main.go"), "not a document of this kind"},
	} {
		code, out, errOut := try(tt.args...)
		if code != 2 || out != "" || !strings.Contains(errOut, tt.says) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%q: exit %d, %q, %q; want %q", tt.args, code, out, errOut, tt.says)
		}
	}
	if code, out, errOut := try("-h"); code != 0 || !strings.Contains(out, "-authorities N") || errOut != "" {
		t.Errorf("-h: exit %d, %q, %q", code, out, errOut)
	}
}

// A relay that tor cannot read in a vote is passed over, and said to be.
func TestBadEntriesArePassedOver(t *testing.T) {
	vote := read(t, "sample/vote-1")
	dir := files(t, map[string]string{"vote": strings.Replace(vote, "\ns ", "\ns Unheard ", 1)})
	code, out, errOut := try("-votes", filepath.Join(dir, "vote"), "-authorities", "1")
	if code != 0 || strings.Count(out, "\nr ") >= strings.Count(vote, "\nr ") || !strings.Contains(errOut, "relay passed over: line 60: s: argument cannot be read") {
		t.Errorf("exit %d, %q\n%s", code, errOut, out)
	}
}
