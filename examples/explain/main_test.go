package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/examples/internal/clitest"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// call runs the program, with stdin for its standard input if that is not nil.
func call(t *testing.T, stdin []byte, args ...string) (code int, out, errOut string) {
	t.Helper()
	return clitest.Call(t, run, stdin, args...)
}

// votes are the sample's, one by one.
func votes() (all [][]byte) {
	for _, vote := range consensus.Documents(sample) {
		all = append(all, vote)
	}
	return all
}

// edited is a text with the first occurrence of old replaced.
func edited(t *testing.T, text []byte, old, new string) []byte {
	t.Helper()
	changed := strings.Replace(string(text), old, new, 1)
	if changed == string(text) {
		t.Fatalf("the text has no %q", old)
	}
	return []byte(changed)
}

func TestOutput(t *testing.T) {
	for _, test := range []struct {
		why, golden string
		args        []string
	}{
		{"the README's command", "none", nil},
		{"when, and by which clause", "forecast-clauses", []string{"-forecast", "-clauses", "r000029"}},
		{"for machines", "lines", []string{"-lines", "-forecast", "-clauses"}},
		{"a flag that votes do not show in full", "hsdir", []string{"r000049", "-flag", "HSDir"}},
		{"a relay that has the flag, by old rules", "old-rules", []string{"-rules", "0.2.3.25", "-thresholds", "recomputed", "r000059"}},
		{"one vote of nine", "one-vote", []string{"-authorities", "9", "-vote", clitest.Write(t, "vote", votes()[0]), "r000021"}},
	} {
		code, out, errOut := call(t, nil, test.args...)
		if code != cli.OK || errOut != "" {
			t.Errorf("%s: exit status %d, %s", test.why, code, errOut)
		}
		corpus.Golden(t, test.golden+".golden", out)
	}
}

// linesPromised are the forms of the lines for machines, by their first word.
var linesPromised = map[string]*regexp.Regexp{
	"relay": regexp.MustCompile(`^relay [0-9A-F]{40} [0-9A-Za-z]{1,19} (Fast|Guard|HSDir|Stable)$`),
	"vote":  regexp.MustCompile(`^vote [0-9A-F]{40} \S+ made=\d+ lists=[01] decides=[01] counts=[01] voted=[01] ours=(yes|no|unknown) \S.*$`),
	"criterion": regexp.MustCompile(`^criterion [0-9A-F]{40} (Fast|Guard|HSDir|Stable) \S+ has=(unknown|[\d.]+) needs=[\d.]+ ` +
		`margin=(unknown|-?[\d.]+) set-by=(percentile|guarantee|parameter|fixed|override) met=(yes|no|unknown)$`),
	"due": regexp.MustCompile(`^due ([0-9A-F]{40} (Fast|Guard|HSDir|Stable) \S+|(Fast|Guard|HSDir|Stable)) earliest=(never|\d+) latest=(never|\d+)$`),
	"clause": regexp.MustCompile(`^clause [0-9A-F]{40} (Fast|Guard|Stable) \S+ percentile=(unknown|[\d.]+) guarantee=(unknown|[\d.]+) needs=[\d.]+ ` +
		`set-by=(percentile|guarantee|parameter) in-use=[01] passing=\d+ by-percentile=\d+ by-guarantee=\d+ unknown=\d+$`),
	"sum":       regexp.MustCompile(`^sum (Fast|Guard|HSDir|Stable) deciding=\d+ for=\d+ needed=\d+ short=\d+ given=[01] \S.*$`),
	"uncounted": regexp.MustCompile(`^uncounted (Fast|Guard|HSDir|Stable) \S.*$`),
}

// checkLines holds -lines to their form, and counts them by their first word.
func checkLines(t *testing.T, out string) map[string]int {
	t.Helper()
	n := map[string]int{}
	for line := range strings.Lines(out) {
		word, _, _ := strings.Cut(line, " ")
		form, ok := linesPromised[word]
		if !ok || !form.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("not as promised: %s", line)
		}
		n[word]++
	}
	return n
}

func TestLinesAreTheOnesPromised(t *testing.T) {
	for _, flag := range []string{"Fast", "Guard", "HSDir", "Stable"} {
		for _, rules := range []string{"latest", "0.2.3.25"} {
			code, out, errOut := call(t, nil, "-lines", "-forecast", "-clauses", "-flag", flag, "-rules", rules)
			n := checkLines(t, out)
			if code != cli.OK || errOut != "" || n["relay"] != 1 || n["vote"] != 9 || n["sum"] != 1 || n["criterion"] < 5 || n["clause"] != 54 || n["due"] < 10 {
				t.Errorf("%s: exit status %d, %s, %v", flag, code, errOut, n)
			}
		}
	}
}

// Votes that cannot be counted together are explained all the same: of different hours, one authority's twice, and with
// neither thresholds nor stats lines, as votes had before 0.2.4.11-alpha.
func TestVotesThatDoNotBelongTogether(t *testing.T) {
	later := edited(t, votes()[1], "valid-after 2026-01-15 00:20:20", "valid-after 2026-01-15 00:20:19")
	old := regexp.MustCompile(`(?m)^(stats|flag-thresholds) .*\n`).ReplaceAll(votes()[2], nil)
	for _, test := range []struct {
		why  string
		args []string
		says string
	}{
		{"two hours", []string{"-vote", clitest.Write(t, "a", votes()[0]), "-vote", clitest.Write(t, "b", later)}, `uncounted Guard vote 2 \(auth5\): vote for another period than the first`},
		{"one twice", []string{"-vote", clitest.Write(t, "a", votes()[0]), "-vote", clitest.Write(t, "b", votes()[0])}, `uncounted Guard vote 2 \(auth9\): second vote of one authority`},
		{"an old one", []string{"-vote", clitest.Write(t, "a", votes()[0]), "-vote", clitest.Write(t, "b", old)}, `sum Guard deciding=2 for=0 needed=2 short=2 given=0 in the consensus`},
	} {
		code, out, errOut := call(t, nil, append(test.args, "-lines", "-forecast", "-clauses", "r000021")...)
		n := checkLines(t, out)
		if code != cli.OK || errOut != "" || n["vote"] != 2 || n["criterion"] != 16 || n["clause"] != 12 || !regexp.MustCompile(test.says).MatchString(out) {
			t.Errorf("%s: exit status %d, %s, %v:\n%s", test.why, code, errOut, n, out)
		}
		if code, out, errOut = call(t, nil, append(test.args, "-forecast", "-clauses", "r000021")...); code != cli.OK || errOut != "" || !strings.Contains(out, "Guard: WFU") {
			t.Errorf("%s, for people: exit status %d, %s\n%s", test.why, code, errOut, out)
		}
	}
}

func TestTheSameVotesFromEverywhereAreTheSame(t *testing.T) {
	_, want, _ := call(t, nil, "-lines")
	var apart []string
	for _, vote := range votes() {
		apart = append(apart, "-vote", clitest.Write(t, "vote", append([]byte("@type network-status-vote-3 1.0\n"), vote...)))
	}
	for _, test := range []struct {
		why   string
		stdin []byte
		args  []string
	}{
		{"a file of all", nil, []string{"-vote", clitest.Write(t, "votes", sample)}},
		{"a compressed file of all", nil, []string{"-vote", clitest.Write(t, "votes", clitest.Zip(t, sample))}},
		{"standard input", sample, []string{"-vote", "-"}},
		{"a file each, as CollecTor has them", nil, apart},
		{"by the relay's fingerprint", nil, []string{"$1D84E617E7713B4D01352AB7FB59A4B7106CF15E"}},
		{"by its nickname, in front of the flags", nil, []string{"R000021", "-vote", clitest.Write(t, "votes", sample)}},
	} {
		code, out, errOut := call(t, test.stdin, append(test.args, "-lines")...)
		if code != cli.OK || out != want || errOut != "" {
			t.Errorf("%s: exit status %d, %s\n%s", test.why, code, errOut, out)
		}
	}
}

func TestUnusable(t *testing.T) {
	namesakes := bytes.ReplaceAll(sample, []byte("\nr r000018 "), []byte("\nr r000019 "))
	second := bytes.Count(votes()[0], []byte("\n"))
	if second != 543 {
		t.Fatalf("the first vote has %d lines", second)
	}
	for _, test := range []struct {
		why   string
		stdin []byte
		args  []string
		says  string // a regular expression
	}{
		{"no such file", nil, []string{"-vote", "no-such-vote"}, `^explain: open no-such-vote: `},
		{"a folder", nil, []string{"-vote", t.TempDir()}, `^explain: .*directory`},
		{"nothing", []byte{}, []string{"-vote", "-"}, `^explain: standard input: line 1: network-status-version: required line is missing`},
		{"a vote cut off", votes()[0][:20000], []string{"-vote", "-"}, `^explain: standard input: line \d+: `},
		{"gzip cut off", clitest.Zip(t, sample)[:100], []string{"-vote", "-"}, `^explain: standard input: unexpected EOF`},
		{"xz", []byte("\xfd7zXZ\x00..."), []string{"-vote", "-"}, `^explain: standard input: is compressed with xz`},
		{"a consensus", edited(t, sample, "vote-status vote\nconsensus-methods 32 33 34 35", "vote-status consensus\nconsensus-method 35"),
			[]string{"-vote", "-"}, `^explain: standard input: line 2: vote-status: not a document of this kind: "consensus"`},
		{"a number that is none, in the second vote of a file", edited(t, sample, "guard-tk=690706", "guard-tk=long"), []string{"-vote", "-"},
			`^explain: standard input: line 55\d: flag-thresholds: argument cannot be read: "guard-tk=long"`},
		{"no such relay", nil, []string{"nobody"}, `^explain: no vote lists a relay "nobody"`},
		{"no such relay, for machines", nil, []string{"nobody", "-lines"}, `^explain: no vote lists a relay "nobody"`},
		{"several of that name", namesakes, []string{"-vote", "-", "r000019"}, `^explain: nickname "r000019" is that of 2 relays: [0-9A-F]{40}, [0-9A-F]{40}$`},
		{"two relays", nil, []string{"r000018", "r000021"}, `^explain: more than one relay: "r000018" and "r000021"; -h lists the flags$`},
		{"a relay without a name", nil, []string{""}, `^explain: no relay has an empty name; `},
		{"rules nobody had", nil, []string{"-rules", "7.x"}, `^explain: -rules: "7.x": `},
		{"a flag that no threshold decides", nil, []string{"-flag", "Exit"}, `^explain: -flag: "Exit" is none of Fast Guard HSDir Stable$`},
		{"a flag that there is not", nil, []string{"-flag", "Guards"}, `^explain: -flag: "Guards" is none of Fast Guard HSDir Stable$`},
		{"neither of the two", nil, []string{"-thresholds", "mine"}, `^explain: -thresholds: "mine" is neither vote nor recomputed$`},
		{"fewer authorities than votes", nil, []string{"-authorities", "8"}, `^explain: -authorities: 8 could have voted, but there are 9 votes$`},
		{"authorities below zero", nil, []string{"-authorities", "-1"}, `^explain: -authorities: -1 could have voted`},
		{"no such flag", nil, []string{"-frobnicate"}, `^explain: flag provided but not defined: -frobnicate; -h lists them`},
		{"a flag without its value", nil, []string{"-vote"}, `^explain: flag needs an argument: -vote; -h lists them`},
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

// By rules of other days a relay may have reason to have a flag that its authorities do not give it.
func TestRulesThatWouldGiveTheFlagNow(t *testing.T) {
	code, out, errOut := call(t, nil, "-forecast", "-rules", "0.2.0.10-alpha", "-thresholds", "recomputed")
	if code != cli.OK || errOut != "" || !strings.Contains(out, "\nby these rules enough authorities would give it now\n") {
		t.Errorf("exit status %d, %s\n%s", code, errOut, out)
	}
}

// A vote without relays has nothing to explain.
func TestNoRelays(t *testing.T) {
	vote := votes()[0]
	from, to := bytes.Index(vote, []byte("\nr "))+1, bytes.Index(vote, []byte("\ndirectory-footer"))+1
	empty := append(bytes.Clone(vote[:from]), vote[to:]...)
	if code, out, errOut := call(t, empty, "-vote", "-"); code != cli.Unusable || out != "" || errOut != "explain: no vote lists any relay\n" {
		t.Errorf("exit status %d, %s\n%s", code, errOut, out)
	}
}

func TestRealVotes(t *testing.T) {
	for _, test := range []struct{ file, relay, says string }{
		{"2016-10-01-16-00-00-vote-dannenberg.xz", "moria1", "dannenberg  no     no         low bandwidth\n"},
		{"2026-07-27-10-00-00-vote-tor26-cropped", "moria1", "tor26      no     no         not Fast, low bandwidth\n"},
	} {
		vote := corpus.Read(t, corpus.Shared(t, "data", "votes", test.file))
		code, out, errOut := call(t, vote, "-vote", "-", "-clauses", test.relay)
		if code != cli.OK || errOut != "" || !strings.Contains(out, test.says) {
			t.Errorf("%s: exit status %d, %s\n%s", test.file, code, errOut, out)
		}
	}
}

func TestHelpIsNoError(t *testing.T) {
	code, out, errOut := call(t, nil, "-h")
	if code != cli.OK || errOut != "" || !strings.HasPrefix(out, "Usage: go run ./examples/explain") {
		t.Errorf("exit status %d, %s\n%s", code, errOut, out)
	}
	for _, name := range []string{"-vote FILE", "-authorities N", "-flag FLAG", "-rules VERSION", "-thresholds WHICH", "-forecast", "-clauses", "-lines"} {
		if !strings.Contains(out, "\n  "+name+"\n") {
			t.Errorf("%s is not explained:\n%s", name, out)
		}
	}
	for word := range linesPromised {
		if !strings.Contains(out, "\n    "+word+" ") {
			t.Errorf("lines that begin with %s are not explained", word)
		}
	}
}
