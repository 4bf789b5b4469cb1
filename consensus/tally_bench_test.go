package consensus_test

import (
	"fmt"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// largeVotes are the votes of nine authorities on so many relays, as alike as those of real authorities.
func largeVotes(relays int) []consensus.Document {
	votes := make([]consensus.Document, 9)
	for i := range votes {
		votes[i] = made(i + 1)
		for id := range relays {
			if (id+i)%50 == 0 {
				continue // does not know it
			}
			flags := "Fast V2Dir"
			switch id % 4 {
			case 0:
				flags += " Guard Stable HSDir"
			case 1:
				flags += " Exit"
			}
			w := fmt.Sprintf("Bandwidth=%d Measured=%d", id*7%10000, id*13%9000+i)
			votes[i].Entries = append(votes[i].Entries, relayNo(id, flags, w))
		}
	}
	return votes
}

func BenchmarkTally(b *testing.B) {
	for _, relays := range []int{1000, 7000} {
		votes := largeVotes(relays)
		b.Run(fmt.Sprintf("9 votes of %d relays", relays), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := consensus.Tally(votes, 9); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
