package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/internal/synth"
)

func call(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

// Every benchmark can be run, and each of its lines has the form that the help promises.
func TestLinesHaveTheFormThatIsPromised(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9-]+ ours_ns=[0-9]+ peer=[A-Za-z]+ peer_ns=[0-9]+ ratio=[0-9]+\.[0-9]{3}$`)
	code, out, errOut := call(t, "-rounds", "1", "-lines", "-only", "^(consensus.*|vote|descriptors|bandwidth-file|stability.*|.*-7000)$")
	if code != cli.OK {
		t.Fatalf("exit %d: %s", code, errOut)
	}
	names := map[string]bool{}
	for line := range strings.Lines(out) {
		if !form.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("%q", line)
		}
		name, _, _ := strings.Cut(line, " ")
		names[name] = true
	}
	for _, want := range []string{"consensus", "vote", "descriptors", "bandwidth-file", "stability-read", "stability-write", "percentile-7000",
		"thresholds-7000", "decisions-7000", "probabilities-7000", "pick-of-7000"} {
		if !names[want] {
			t.Errorf("no line of %s", want)
		}
		if !strings.Contains(errOut, "bench: "+want+": ") {
			t.Errorf("no progress of %s", want)
		}
	}
}

// Documents can be given.
func TestDocumentsOfTheUsers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "consensus")
	doc := synth.New(123, 9).Consensus()
	if err := os.WriteFile(path, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := call(t, "-rounds", "1", "-consensus", path, "-only", "^consensus", "-markdown")
	if code != cli.OK || !strings.HasPrefix(out, "| what | takes |") || !strings.Contains(errOut, "123 relays") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	if err := os.WriteFile(path, doc[:len(doc)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := call(t, "-consensus", path, "-only", "^consensus"); code != cli.Unusable || strings.Count(errOut, "\n") != 1 {
		t.Errorf("half a consensus: exit %d: %s", code, errOut)
	}
}

func TestUnusableArguments(t *testing.T) {
	for _, args := range [][]string{{"-rounds", "0"}, {"-only", "("}, {"-only", "nothing"}, {"-lines", "-markdown"}, {"x"}, {"-vote", "no-such-file", "-only", "vote"}} {
		if code, out, errOut := call(t, args...); code != cli.Unusable || out != "" || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%v: exit %d, %q, %q", args, code, out, errOut)
		}
	}
}

func TestMedian(t *testing.T) {
	if got := median([]time.Duration{5, 1, 3}); got != 3 {
		t.Error(got)
	}
}
