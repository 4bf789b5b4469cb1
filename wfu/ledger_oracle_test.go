package wfu

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// Every ledger that was given to a real authority, or written by one, reads
// without a warning and is written again as it was but for the order of relays.
func TestLedgerOfRealAuthoritiesSurvives(t *testing.T) {
	for _, path := range ledgers(t) {
		text := corpus.Read(t, path)
		l, warnings, err := ParseLedger(text)
		if err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v, %v", path, warnings, err)
			continue
		}
		again, _ := l.AppendText(nil)
		if diff := cmp.Diff(byRelay(string(text)), byRelay(string(again))); diff != "" {
			t.Errorf("%s (-file +ours):\n%s", path, diff)
		}
		l2, warnings, err := ParseLedger(again)
		if diff := cmp.Diff(l, l2); diff != "" || len(warnings) > 0 || err != nil {
			t.Errorf("%s: read again: %v, %v\n%s", path, warnings, err, diff)
		}
	}
}

// ledgers is every router-stability file of the present version, and one of each
// older one.
func ledgers(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, pattern := range []string{"bundles/*/router-stability*", "versions/*/t50/router-stability"} {
		paths, err := filepath.Glob(filepath.Join(corpus.Shared(t, "oracle"), pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(paths), err)
		}
		found = append(found, paths...)
	}
	return found
}

var relayLines = regexp.MustCompile(`(?m)^R .*\n\+MTBF .*\n\+WFU .*\n`)

// byRelay takes a ledger apart, so that the order of relays does not matter.
func byRelay(text string) map[string]string {
	parts := map[string]string{"": relayLines.ReplaceAllString(text, "")}
	for _, r := range relayLines.FindAllString(text, -1) {
		parts[r[:strings.IndexByte(r, '\n')]] = r
	}
	return parts
}
