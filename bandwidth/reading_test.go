package bandwidth_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

func TestReadings(t *testing.T) {
	newest := bandwidth.Reading{}
	dollar := bandwidth.Reading{DollarNeeded: true}
	votes := bandwidth.Reading{CountsNotVoted: true}
	short := bandwidth.Reading{ShortLines: true}
	notLast := bandwidth.Reading{NotLast: true}
	const relay = "node_id=$@ bw=1024"
	pad := func(length int) string { return relay + " " + strings.Repeat("x", length-len(fill(relay))-1) }
	for _, tt := range []struct {
		reason, line string
		as           bandwidth.Reading
		relays       int
		err          error // of the first line skipped
	}{
		{"a dollar sign, needed", relay, dollar, 1, nil},
		{"none, though needed", "node_id=@ bw=1024", dollar, 0, bandwidth.ErrMissing},
		{"one with and one without, which is no node_id then", "node_id=@ bw=1024 node_id=$@", dollar, 1, nil},
		{"two where either is one", "node_id=@ bw=1024 node_id=$@", newest, 0, bandwidth.ErrTwice},
		{"two dollar signs are still one too many", "node_id=$$@ bw=1024", dollar, 0, bandwidth.ErrNodeID},
		{"not to be voted on", relay + " vote=0", newest, 0, bandwidth.ErrNotVoted},
		{"the word is not known", relay + " vote=0", votes, 1, nil},
		{"the line is wrong anyway", "bw=x vote=0", votes, 0, bandwidth.ErrNumber},
		{"510 bytes fit", pad(510), short, 1, nil},
		{"511 do not", pad(511), short, 0, bandwidth.ErrNoNewline},
		{"nor do more", pad(5000), short, 0, bandwidth.ErrNoNewline},
		{"but now they do", pad(5000), newest, 1, nil},
		{"a relay at the end of a long line", strings.Repeat("x", 511) + relay, short, 1, bandwidth.ErrNoNewline},
		{"the last word is cut", strings.Repeat("x", 500) + " " + relay, short, 0, bandwidth.ErrNoNewline},
		{"the identity last", "bw=1024 node_id=$@", notLast, 0, bandwidth.ErrNodeID},
		{"last but for a blank", "bw=1024 node_id=$@ ", notLast, 1, nil},
		{"not last", relay, notLast, 1, nil},
		{"last, and it matters no more", "bw=1024 node_id=$@", newest, 1, nil},
	} {
		f, err := tt.as.ParseFile([]byte("1523911758\n=====\n" + fill(tt.line) + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		var first error
		if len(f.Skipped) > 0 {
			first = f.Skipped[0]
		}
		if len(f.Relays) != tt.relays || !errors.Is(first, tt.err) {
			t.Errorf("%s: %d relays, skipped %v; want %d, %v", tt.reason, len(f.Relays), f.Skipped, tt.relays, tt.err)
		}
		for _, line := range f.Relays {
			if line.NodeID != nodeID || line.BW != 1024 || line.Number != 3 {
				t.Errorf("%s: read %+v", tt.reason, line)
			}
		}
		for _, err := range f.Skipped {
			if err.Line != 3 {
				t.Errorf("%s: %v, want line 3", tt.reason, err)
			}
		}
	}
}

func TestReadingShortTimestamp(t *testing.T) {
	long := []byte(strings.Repeat("0", 511) + "1\n")
	var syntax *bandwidth.SyntaxError
	if _, err := (bandwidth.Reading{ShortLines: true}).ParseFile(long); !errors.Is(err, bandwidth.ErrNoNewline) || !errors.As(err, &syntax) || syntax.Line != 1 {
		t.Errorf("got %v", err)
	}
	for line, err := range (bandwidth.Reading{ShortLines: true}).Lines(long) {
		if !errors.Is(err, bandwidth.ErrNoNewline) || line.Number != 1 {
			t.Errorf("got %v, %v", line, err)
		}
	}
	if f, err := bandwidth.ParseFile(long); f.Timestamp != 1 || err != nil {
		t.Errorf("the newest reads %d, %v", f.Timestamp, err)
	}
}

// genReading is any Reading.
var genReading = rapid.Custom(func(t *rapid.T) bandwidth.Reading {
	return bandwidth.Reading{
		DollarNeeded:   rapid.Bool().Draw(t, "dollar needed"),
		CountsNotVoted: rapid.Bool().Draw(t, "counts not voted"),
		ShortLines:     rapid.Bool().Draw(t, "short lines"),
		NotLast:        rapid.Bool().Draw(t, "not last"),
	}
})

// Whichever version reads, relay lines and skipped ones are the same whether kept or lent.
func propReadingsAgree(t *rapid.T) {
	as, doc := genReading.Draw(t, "as"), genDoc.Draw(t, "doc")
	f, err := as.ParseFile(doc)
	if err != nil {
		return
	}
	relays, skipped := 0, 0
	for line, err := range as.Lines(doc) {
		if err != nil {
			if skipped >= len(f.Skipped) || err.Error() != f.Skipped[skipped].Error() {
				t.Fatalf("skipped %v", err)
			}
			skipped++
			continue
		}
		if relays >= len(f.Relays) || line.NodeID != f.Relays[relays].NodeID || line.BW != f.Relays[relays].BW || line.Number != f.Relays[relays].Number {
			t.Fatalf("lent %v", line)
		}
		relays++
	}
	if relays != len(f.Relays) || skipped != f.SkippedTotal {
		t.Fatalf("lent %d and %d, kept %d and %d", relays, skipped, len(f.Relays), f.SkippedTotal)
	}
}

func TestReadingsAgree(t *testing.T) { rapid.Check(t, propReadingsAgree) }
func FuzzReadings(f *testing.F)      { f.Fuzz(rapid.MakeFuzz(propReadingsAgree)) }
