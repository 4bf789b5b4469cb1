package consensus_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// A reader that is Reset reads document after document without allocating, whichever way the entries are asked for.
func TestReaderThatIsResetDoesNotAllocate(t *testing.T) {
	var r consensus.Reader
	var entries []consensus.Entry
	for kind := plainConsensus; kind <= voteWithStats; kind++ {
		doc := realisticDocument(kind, 100)
		for _, tt := range []struct {
			name string
			read func() (n int, err error)
		}{
			{"Entries", func() (n int, err error) {
				for _, err := range r.Entries() {
					if err != nil {
						return n, err
					}
					n++
				}
				return n, nil
			}},
			{"AppendEntries", func() (n int, err error) {
				entries, err = r.AppendEntries(entries[:0])
				return len(entries), err
			}},
		} {
			allocs := testing.AllocsPerRun(10, func() {
				r.Reset(doc)
				if n, err := tt.read(); n != 100 || err != nil {
					t.Fatalf("%s of a %s: %d, %v", tt.name, kind, n, err)
				}
			})
			if allocs != 0 {
				t.Errorf("%s of a %s: %v allocations", tt.name, kind, allocs)
			}
		}
	}
}

// Parse allocates for the header and the footer, and a few times for all entries together.
func TestParseAllocatesForNoEntry(t *testing.T) {
	allocs := func(n int) float64 {
		doc := realisticDocument(plainVote, n)
		return testing.AllocsPerRun(5, func() {
			if d, err := consensus.Parse(doc); err != nil || len(d.Entries) != n {
				t.Fatal(len(d.Entries), err)
			}
		})
	}
	if few, many := allocs(1), allocs(2000); many > few+8 {
		t.Errorf("%v allocations for one entry, %v for 2000", few, many)
	}
}

// Who reads documents into one buffer gets nothing of the one before, though its lines are remembered: so many lines, one
// after the other in the same place, that each shares whatever place in memory it has.
func TestReaderForgetsTheDocumentBefore(t *testing.T) {
	const placeholder = "Number0000"
	buffer := []byte(with(microdescConsensus, "NewFlag", placeholder))
	at := bytes.Index(buffer, []byte(placeholder))
	var r consensus.Reader
	for i := range 2000 {
		name := fmt.Sprintf("Number%04d", i)
		copy(buffer[at:], name)
		r.Reset(buffer)
		for e, err := range r.Entries() {
			if err != nil || !e.Flags.HasName(name) {
				t.Fatalf("%s: %v, %v", name, e.Flags, err)
			}
		}
	}
}
