package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/examples/internal/samples"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// call runs the program.
func call(args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

// edited is a file of the sample with the first occurrence of old replaced.
func edited(t *testing.T, old, new string) string {
	t.Helper()
	text := strings.Replace(string(samples.Vote()), old, new, 1)
	if text == string(samples.Vote()) {
		t.Fatalf("the sample has no %q", old)
	}
	path := filepath.Join(t.TempDir(), "vote")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// runs are the calls whose output is kept.
func runs(t *testing.T) map[string][]string {
	given := edited(t, "\ns Fast Running V2Dir Valid\n", "\ns Fast Guard Running V2Dir Valid\n")
	return map[string][]string{
		"none":        nil,
		"lines":       {"-lines", "article", "0.2.9", "latest"},
		"sweep":       {"-sweep", "GuardBandwidth=0:5000000:500000"},
		"sweep-lines": {"-sweep", "AuthDirVoteGuardBwThresholdFraction=0.5:0.9:0.1", "-lines", "0.4.8"},
		"infer":       {"-infer", "-vote", given},
		"infer-lines": {"-infer", "-lines", "-vote", given, "-params", "FastFlagMinThreshold=5000 FastFlagMaxThreshold=200000"},
	}
}

var folder = regexp.MustCompile(`\S*/vote:`)

func TestOutput(t *testing.T) {
	for golden, args := range runs(t) {
		code, out, errOut := call(args...)
		if code != cli.OK || errOut != "" {
			t.Errorf("%s: exit status %d, %s", golden, code, errOut)
		}
		corpus.Golden(t, golden+".golden", folder.ReplaceAllString(out, "vote:"))
	}
}

// forms are those that -h promises.
var forms = []*regexp.Regexp{
	regexp.MustCompile(`^rules \S+ Fast=\d+ Stable=\d+ Guard=\d+ unknown=\d+ guards-kb=\d+ gained=\d+ gained-kb=\d+ lost=\d+ lost-kb=\d+$`),
	regexp.MustCompile(`^thresholds \S+ flag-thresholds stable-uptime=\d+ .* ignoring-advertised-bws=[01]$`),
	regexp.MustCompile(`^difference \S+ \S+ [A-Za-z0-9]+ \S+ "[^"]*" "[^"]*"$`),
	regexp.MustCompile(`^point [A-Za-z]+ [0-9.]+ Guard=\d+ guards-kb=\d+ gained=\d+ gained-kb=\d+ lost=\d+ lost-kb=\d+$`),
	regexp.MustCompile(`^option [A-Za-z]+ low=[0-9.]+ high=([0-9.]+|inf) none=[01] expected=[0-9.]+ fits=[01] for=\d+ against=\d+$`),
	regexp.MustCompile(`^unexplained [0-9A-F]{40} (Fast|Stable|Guard|HSDir) voted=[01] \S.*$`),
}

func TestLinesAreTheOnesPromised(t *testing.T) {
	seen := make([]int, len(forms))
	for name, args := range runs(t) {
		if !slices.Contains(args, "-lines") {
			continue
		}
		_, out, _ := call(args...)
		for line := range strings.Lines(out) {
			i := slices.IndexFunc(forms, func(form *regexp.Regexp) bool { return form.MatchString(strings.TrimSuffix(line, "\n")) })
			if i < 0 {
				t.Errorf("%s: %s", name, line)
				continue
			}
			seen[i]++
		}
	}
	for i, n := range seen {
		if n == 0 {
			t.Errorf("no line of the form %v", forms[i])
		}
	}
}

// TestInferNamesTheRelayThatWasGivenAFlag: it was given for nothing, in the edited vote.
func TestInferNamesTheRelayThatWasGivenAFlag(t *testing.T) {
	_, out, _ := call(runs(t)["infer-lines"]...)
	if n := strings.Count(out, "unexplained "); n != 1 || !strings.Contains(out, " Guard voted=1 Guard pinned (AuthDirVoteGuard)\n") {
		t.Errorf("%d unexplained:\n%s", n, out)
	}
}

func TestParseSweep(t *testing.T) {
	for _, test := range []struct {
		text string
		want []float64
	}{
		{"GuardWFU=0.5:0.9:0.1", []float64{0.5, 0.6, 0.7, 0.8, 0.9}},
		{"guardwfu=0.5:0.95:0.2", []float64{0.5, 0.7, 0.9}},
		{"AuthDirVoteGuardGuaranteeTimeKnown=0:2:1", []float64{0, 1, 2}},
		{"GuardBandwidth=7:7:1", []float64{7}},
	} {
		if _, got, err := parseSweep(test.text); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, %v, want %v", test.text, got, err, test.want)
		}
	}
}

func TestUnusable(t *testing.T) {
	for _, test := range []struct {
		why  string
		args []string
		says string // a regular expression
	}{
		{"no such file", []string{"-vote", "no-such-vote"}, `^compare: open no-such-vote: `},
		{"not a vote", []string{"-vote", edited(t, "vote-status vote\nconsensus-methods 32 33 34 35", "vote-status consensus\nconsensus-method 35")},
			`^compare: \S+: line 2: vote-status: not a document of this kind: "consensus"$`},
		{"rules nobody had", []string{"article", "7.x"}, `^compare: "7.x": no rules of that name`},
		{"two sets of rules to sweep under", []string{"-sweep", "GuardWFU=0:1:0.1", "now", "article"}, `^compare: more than one set of rules: "now" and "article"$`},
		{"two questions", []string{"-sweep", "GuardWFU=0:1:0.1", "-infer"}, `^compare: -sweep and -infer do not go together$`},
		{"no such constant", []string{"-sweep", "Luck=0:1:0.1"}, `^compare: -sweep: "Luck": no constant of that name; there are FastGuarantee, `},
		{"no range", []string{"-sweep", "GuardWFU"}, `^compare: -sweep: "" is not FROM:TO:STEP$`},
		{"no number", []string{"-sweep", "GuardWFU=0:all:1"}, `^compare: -sweep: "all" is no number$`},
		{"not a number", []string{"-sweep", "GuardWFU=0:NaN:1"}, `^compare: -sweep: "NaN" is no number$`},
		{"no step", []string{"-sweep", "GuardWFU=0:1:0"}, `^compare: -sweep: TO has to be at least FROM`},
		{"backwards", []string{"-sweep", "GuardWFU=1:0:0.1"}, `^compare: -sweep: TO has to be at least FROM`},
		{"a fraction at which tor aborts", []string{"-sweep", "GuardFraction=0:2:0.5"}, `^compare: -sweep: rules that no authority could work with: `},
		{"endless", []string{"-sweep", "GuardWFU=0:1e300:1e-300"}, `^compare: -sweep: more than 1000000 points$`},
		{"parameters that are none", []string{"-params", "FastFlagMinThreshold=some"}, `^compare: -params: `},
		{"no such flag", []string{"-frobnicate"}, `^compare: flag provided but not defined: -frobnicate; -h lists them`},
	} {
		code, out, errOut := call(test.args...)
		if code != cli.Unusable || out != "" {
			t.Errorf("%s: exit status %d, and %d bytes of output", test.why, code, len(out))
		}
		if said := strings.TrimSuffix(errOut, "\n"); !regexp.MustCompile(test.says).MatchString(said) || strings.Contains(said, "\n") {
			t.Errorf("%s: %q, want %s", test.why, errOut, test.says)
		}
	}
}

func TestHelpIsNoError(t *testing.T) {
	code, out, errOut := call("-h")
	if code != cli.OK || errOut != "" || !strings.HasPrefix(out, "Usage: go run ./examples/compare") {
		t.Errorf("exit status %d, %s\n%s", code, errOut, out)
	}
	for _, name := range []string{"-vote FILE", "-params Name=value", "-sweep RANGE", "-infer", "-lines"} {
		if !strings.Contains(out, "\n  "+name+"\n") {
			t.Errorf("%s is not explained:\n%s", name, out)
		}
	}
}
