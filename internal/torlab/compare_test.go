//go:build tor

package torlab

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// compare holds the library's vote of a bundle's inputs against tor's, and the histories it leaves against those tor
// saved, line by line.
func compare(t *testing.T, b Bundle) {
	t.Helper()
	vote, state, err := b.Remake()
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := authority.LinesOf(b.Vote)
	if err != nil {
		t.Fatal(err)
	}
	laterStats(&vote, theirs, b.Meta)
	for d := range vote.Compare(theirs) {
		t.Errorf("relay %v\n tor: %s\nours: %s", d.Relay, d.Theirs, d.Ours)
	}
	if b.After != nil {
		compareAfter(t, state.Ledger, b)
	}
	if b.Consensus != nil && isNewest(t, b.Meta.Version) {
		compareConsensus(t, [][]byte{b.Vote}, 1, map[string][]byte{"": b.Consensus})
	}
}

// isNewest reports whether that is the newest version of Tor that the library knows. How an older one makes a consensus it
// does not say.
func isNewest(t *testing.T, version string) bool {
	t.Helper()
	if version == "" { // of a bundle that does not say
		return true
	}
	release, err := authority.ParseRelease(version)
	if err != nil {
		t.Fatal(err)
	}
	return release == authority.Release{}
}

// laterStats gives stats lines the second at which tor wrote them, where that was after the vote's.
func laterStats(vote *authority.Vote, theirs []byte, m Meta) {
	var stats []string
	for line := range strings.Lines(string(theirs)) {
		if rest, ok := strings.CutPrefix(line, "stats "); ok {
			stats = append(stats, strings.TrimSpace(rest))
		}
	}
	if m.StatsUntil <= m.Now || len(stats) != len(vote.Entries) {
		return
	}
	at := wfu.Instant(m.Now)
	for i := range vote.Entries {
		e := &vote.Entries[i]
		for at < wfu.Instant(m.StatsUntil) && e.History.Stats(at).String() != stats[i] {
			at++ // and never back
		}
		e.Stats = e.History.Stats(at)
	}
}

// compareAfter holds the library's histories after the vote against those that tor saved when it was stopped.
func compareAfter(t *testing.T, l wfu.Ledger, b Bundle) {
	t.Helper()
	stored, err := headerTime(b.After, "stored-at")
	if err != nil {
		t.Fatal(err)
	}
	l.StoredAt = wfu.Instant(stored)
	// A clock that was never set is set at the first discount, which comes with the first save.
	if at, err := headerTime(b.After, "last-downrated"); err == nil && at > b.Meta.Start && l.LastDownrated == wfu.Instant(b.Meta.Start) {
		if at > b.Meta.Saved {
			t.Errorf("tor set its clock at %d, after its first save at %d", at, b.Meta.Saved)
		}
		l.LastDownrated = wfu.Instant(at)
	}
	ours, err := l.AppendText(nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(inOrder(b.After), inOrder(ours)); diff != "" {
		t.Errorf("the histories after the vote differ (-tor +ours):\n%.3000s", diff)
	}
}

// inOrder are the header of a history file and then its relays, each with its lines, in the order of their identities:
// tor's is that of its hash table.
func inOrder(file []byte) []string {
	parts := strings.Split(string(file), "\nR ")
	last := len(parts) - 1
	parts[last] = strings.TrimSuffix(parts[last], "\n.\n")
	slices.Sort(parts[1:])
	return parts
}

// compareConsensus holds what the library makes of votes against tor's consensuses, by flavour.
func compareConsensus(t *testing.T, votes [][]byte, authorities int, consensuses map[string][]byte) {
	t.Helper()
	var docs []consensus.Document
	for _, vote := range votes {
		doc, passedOver, err := consensus.ParseAsTor(vote)
		if err != nil || len(passedOver) > 0 {
			t.Fatalf("tor's own vote: %v %v", err, passedOver)
		}
		docs = append(docs, doc)
	}
	outcome, err := consensus.Tally(docs, authorities)
	if err != nil {
		t.Fatal(err)
	}
	for flavour, text := range consensuses {
		theirs, err := settledLines(text)
		if err != nil {
			t.Fatal(err)
		}
		ours := strings.Split(string(outcome.AppendLines(nil, flavour)), "\n")
		if diff := cmp.Diff(theirs, ours); diff != "" {
			t.Errorf("the %s consensus differs (-tor +ours):\n%.3000s", flavour, diff)
		}
	}
}

// settledLines are the lines of a consensus that the library computes, in the form of its Outcome.
func settledLines(doc []byte) ([]string, error) {
	var b bytes.Buffer
	for line := range strings.Lines(string(doc)) {
		switch words := strings.Fields(line); words[0] {
		case "r":
			id, err := base64.RawStdEncoding.DecodeString(words[2])
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&b, "r %X\n", id)
		case "known-flags", "params", "s", "w", "bandwidth-weights":
			b.WriteString(line)
		}
	}
	return strings.Split(b.String(), "\n"), nil
}
