package consensus_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Tor drops an entry that it cannot read, and counts the rest of the vote; so does ParseAsTor, where Parse gives up.
func TestParseAsTorPassesOverBadEntries(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "rounds", "forged5-15", "vote-1"))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := consensus.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	first := strings.Index(string(text), "\ns ") + 1
	bad := string(text[:first]) + "s Unheard Running\n" + string(text[first+1+strings.Index(string(text[first:]), "\n"):])
	d, passedOver, err := consensus.ParseAsTor([]byte(bad))
	if err != nil || len(passedOver) != 1 || len(d.Entries) != len(whole.Entries)-1 || d.Entries[0].Identity != whole.Entries[1].Identity {
		t.Errorf("%d of %d entries, passed over %v, %v", len(d.Entries), len(whole.Entries), passedOver, err)
	}
	var syntax *consensus.SyntaxError
	if !errors.As(passedOver[0], &syntax) || syntax.Keyword != "s" || !errors.Is(syntax, consensus.ErrBadValue) {
		t.Errorf("passed over: %v", passedOver[0])
	}

	// Relays out of order spoil the vote, and so does what comes before and behind them.
	second := whole.Entries[1].Text
	for _, tt := range []struct {
		about, text string
		sentinel    error
	}{
		{"out of order", strings.Replace(string(text), string(whole.Entries[0].Text), string(second)+string(whole.Entries[0].Text), 1), consensus.ErrOrder},
		{"no header", string(second), consensus.ErrMissing},
		{"no footer", string(text[:strings.Index(string(text), "directory-footer")]), consensus.ErrMissing},
	} {
		if d, passedOver, err := consensus.ParseAsTor([]byte(tt.text)); !errors.Is(err, tt.sentinel) || d.Entries != nil || passedOver != nil {
			t.Errorf("%s: %v, want %v", tt.about, err, tt.sentinel)
		}
	}
}

func TestFindCandidate(t *testing.T) {
	o := mustTally(t, []consensus.Document{made(1, relayNo(3, "", ""), relayNo(5, "", ""))}, 1)
	for id, want := range map[int]bool{2: false, 3: true, 4: false, 5: true, 6: false} {
		if r, ok := o.Find(identityNo(id)); ok != want || ok && r.Identity != identityNo(id) {
			t.Errorf("relay %d: found %v", id, ok)
		}
	}
}
