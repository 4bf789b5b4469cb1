package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/examples/internal/clitest"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// call runs the program, with stdin for its standard input if that is not nil.
func call(t *testing.T, stdin []byte, args ...string) (code int, out, errOut string) {
	t.Helper()
	return clitest.Call(t, run, stdin, args...)
}

// edited is the sample with the first occurrence of old replaced.
func edited(t *testing.T, old, new string) []byte {
	t.Helper()
	text := strings.Replace(string(sample), old, new, 1)
	if text == string(sample) {
		t.Fatalf("the sample has no %q", old)
	}
	return []byte(text)
}

func TestOutput(t *testing.T) {
	differing := clitest.Write(t, "vote", edited(t, "\ns Fast Running V2Dir Valid\n", "\ns Fast Guard Running V2Dir Valid\n"))
	for _, test := range []struct {
		why, golden string
		code        int
		args        []string
	}{
		{"the README's command", "none", cli.OK, nil},
		{"for machines", "lines", cli.OK, []string{"-lines"}},
		{"one relay by the vote's own thresholds", "explain-vote", cli.OK, []string{"-thresholds", "vote", "-explain", "r000000"}},
		{"a flag that was given for nothing, for machines", "differs-lines", cli.Differs, []string{"-vote", differing, "-lines"}},
	} {
		code, out, errOut := call(t, nil, test.args...)
		if code != test.code || errOut != "" {
			t.Errorf("%s: exit status %d, %s", test.why, code, errOut)
		}
		corpus.Golden(t, test.golden+".golden", out)
	}
}

// TestLinesAreTheOnesPromised holds -lines to its form, whatever the vote.
func TestLinesAreTheOnesPromised(t *testing.T) {
	forms := []*regexp.Regexp{
		regexp.MustCompile(`^flag-thresholds stable-uptime=\d+ stable-mtbf=\d+ fast-speed=\d+ guard-wfu=\d+\.\d{3}% guard-tk=\d+ guard-bw-inc-exits=\d+ guard-bw-exc-exits=\d+ enough-mtbf=[01] ignoring-advertised-bws=[01]$`),
		regexp.MustCompile(`^agree Fast \d+ within \d+ disagree \d+ unknown \d+$`),
		regexp.MustCompile(`^agree Guard \d+ within \d+ disagree \d+ unknown \d+$`),
		regexp.MustCompile(`^agree Stable \d+ within \d+ disagree \d+ unknown \d+$`),
		regexp.MustCompile(`^agree HSDir \d+ within \d+ disagree \d+ unknown \d+$`),
	}
	differ := regexp.MustCompile(`^disagree (Fast|Guard|Stable|HSDir) [0-9A-F]{40} vote=([01]) ours=([01]) \S.*$`)
	vote := edited(t, "guard-tk=691200", "guard-tk=99999999")
	code, out, errOut := call(t, vote, "-vote", "-", "-thresholds", "vote", "-lines")
	if code != cli.Differs || errOut != "" {
		t.Fatalf("exit status %d, %s", code, errOut)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) <= len(forms) {
		t.Fatalf("no guard was refused:\n%s", out)
	}
	for i, line := range lines {
		if i < len(forms) {
			if !forms[i].MatchString(line) {
				t.Errorf("line %d: %s", i+1, line)
			}
		} else if m := differ.FindStringSubmatch(line); m == nil || m[2] == m[3] {
			t.Errorf("line %d: %s", i+1, line)
		}
	}
	if !strings.HasSuffix(lines[len(lines)-1], "vote=1 ours=0 short time known") {
		t.Errorf("the reason is another: %s", lines[len(lines)-1])
	}
}

func TestFlagsThatTheVoteDoesNotKnowAreLeftOut(t *testing.T) {
	vote := bytes.ReplaceAll(edited(t, "Fast Guard HSDir MiddleOnly", "Fast Guard MiddleOnly"), []byte(" HSDir "), []byte(" "))
	code, out, _ := call(t, vote, "-vote", "-", "-lines")
	if code != cli.OK || strings.Contains(out, "HSDir") {
		t.Errorf("exit status %d:\n%s", code, out)
	}
}

func TestTheSameVoteFromEverywhereIsTheSame(t *testing.T) {
	_, want, _ := call(t, nil, "-lines")
	for _, test := range []struct {
		why   string
		stdin []byte
		vote  string
	}{
		{"a file", nil, clitest.Write(t, "vote", sample)},
		{"a compressed file, whatever its name", nil, clitest.Write(t, "vote", clitest.Zip(t, sample))},
		{"standard input", sample, "-"},
		{"compressed standard input", clitest.Zip(t, sample), "-"},
		{"as CollecTor has it", append([]byte("@type network-status-vote-3 1.0\n"), sample...), "-"},
	} {
		code, out, errOut := call(t, test.stdin, "-vote", test.vote, "-lines")
		if code != cli.OK || out != want || errOut != "" {
			t.Errorf("%s: exit status %d, %s\n%s", test.why, code, errOut, out)
		}
	}
}

func TestExplainTakesEveryNameOfARelay(t *testing.T) {
	const fp = "02624CAA1A2DF882D8D955960734BD70CC6D07E1"
	_, want, _ := call(t, nil, "-explain", fp)
	if !strings.Contains(want, "$"+fp+" r000018\n") {
		t.Fatalf("does not explain $%s:\n%s", fp, want)
	}
	for _, name := range []string{"$" + fp, strings.ToLower(fp), "r000018", "R000018"} {
		if code, out, errOut := call(t, nil, "-explain", name); code != cli.OK || out != want {
			t.Errorf("%s: exit status %d, %s\n%s", name, code, errOut, out)
		}
	}
}

func TestUnusable(t *testing.T) {
	namesakes := bytes.ReplaceAll(sample, []byte("\nr r000018 "), []byte("\nr r000019 "))
	truncated := sample[:bytes.Index(sample, []byte("directory-footer"))]
	directory := t.TempDir()
	for _, test := range []struct {
		why   string
		stdin []byte
		args  []string
		says  string // a regular expression
	}{
		{"no such file", nil, []string{"-vote", "no-such-vote"}, `^flags: open no-such-vote: `},
		{"a folder", nil, []string{"-vote", directory}, `^flags: .*directory`},
		{"nothing", []byte{}, []string{"-vote", "-"}, `^flags: standard input: line 1: network-status-version: required line is missing`},
		{"a vote cut off", truncated, []string{"-vote", "-"}, `^flags: standard input: line \d+: directory-footer: required line is missing`},
		{"gzip cut off", clitest.Zip(t, sample)[:100], []string{"-vote", "-"}, `^flags: standard input: unexpected EOF`},
		{"xz", []byte("\xfd7zXZ\x00..."), []string{"-vote", "-"}, `^flags: standard input: is compressed with xz`},
		{"a consensus", edited(t, "vote-status vote\nconsensus-methods 32 33 34 35", "vote-status consensus\nconsensus-method 35"),
			[]string{"-vote", "-"}, `^flags: standard input: line 2: vote-status: not a document of this kind: "consensus"`},
		{"a number that is none", edited(t, "guard-tk=691200", "guard-tk=long"), []string{"-vote", "-"},
			`^flags: standard input: line 14: flag-thresholds: argument cannot be read: "guard-tk=long"`},
		{"no thresholds to decide with", edited(t, "\nflag-thresholds ", "\nlost "), []string{"-vote", "-", "-thresholds", "vote"},
			`^flags: standard input: line 1: flag-thresholds: required line is missing`},
		{"no such relay", nil, []string{"-explain", "nobody"}, `^flags: the sample vote: no relay "nobody"`},
		{"no such relay, for machines", nil, []string{"-explain", "nobody", "-lines"}, `^flags: the sample vote: no relay "nobody"`},
		{"several of that name", namesakes, []string{"-vote", "-", "-explain", "r000019"},
			`^flags: standard input: nickname "r000019" is that of 2 relays: 02624CAA1A2DF882D8D955960734BD70CC6D07E1, [0-9A-F]{40}$`},
		{"no such relay in a vote made from files", []byte("@type server-descriptor 1.0\n"), []string{"-descriptors", "-", "-now", "1768436416", "-explain", "nobody"}, `^flags: `},
		{"no moment to make a vote at", nil, []string{"-descriptors", "-"}, `^flags: -descriptors needs -now, the moment of the vote$`},
		{"rules nobody had", nil, []string{"-rules", "0.0.9"}, `^flags: -rules: "0.0.9": no rules of that name`},
		{"neither of the two", nil, []string{"-thresholds", "mine"}, `^flags: -thresholds: "mine" is neither recomputed nor vote`},
		{"no such flag", nil, []string{"-frobnicate"}, `^flags: flag provided but not defined: -frobnicate; -h lists them`},
		{"a flag without its value", nil, []string{"-vote"}, `^flags: flag needs an argument: -vote; -h lists them`},
		{"a word too many", nil, []string{"vote"}, `^flags: unexpected argument "vote"; -h lists the flags`},
	} {
		code, out, errOut := call(t, test.stdin, test.args...)
		if code != cli.Unusable || out != "" {
			t.Errorf("%s: exit status %d, and %d bytes of output", test.why, code, len(out))
		}
		if said := strings.TrimSuffix(errOut, "\n"); !regexp.MustCompile(test.says).MatchString(said) || strings.Contains(said, "\n") {
			t.Errorf("%s: %q, want %s", test.why, errOut, test.says)
		}
	}
}

func TestHelpIsNoError(t *testing.T) {
	code, out, errOut := call(t, nil, "-h")
	if code != cli.OK || errOut != "" || !strings.HasPrefix(out, "Usage: go run ./examples/flags") {
		t.Errorf("exit status %d, %s\n%s", code, errOut, out)
	}
	for _, name := range []string{"-vote FILE", "-thresholds WHICH", "-explain RELAY", "-rules VERSION", "-lines"} {
		if !strings.Contains(out, "\n  "+name+"\n") {
			t.Errorf("%s is not explained:\n%s", name, out)
		}
	}
}
