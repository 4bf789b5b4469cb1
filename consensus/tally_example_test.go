package consensus_test

import (
	"fmt"
	"log"
	"os"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Three of five authorities vote, so a relay is in the consensus only if all three list it.
func ExampleTally() {
	var votes []consensus.Document
	for _, name := range []string{"vote-1", "vote-2", "vote-3"} {
		text, err := os.ReadFile("testdata/rounds/forged5-15/" + name)
		if err != nil {
			log.Fatal(err)
		}
		vote, err := consensus.Parse(text)
		if err != nil {
			log.Fatal(err)
		}
		votes = append(votes, vote)
	}
	outcome, err := consensus.Tally(votes, 5)
	if err != nil {
		log.Fatal(err)
	}
	for _, relay := range outcome.Relays {
		fmt.Printf("%s: %v\n", relay.Nickname, relay.Standing)
		if relay.Standing == consensus.Included {
			fmt.Printf("  s %v\n  w %v\n", relay.Flags, relay.Weight)
		}
	}
	fmt.Println("bandwidth weights by case", outcome.Case)
	// Output:
	// n3: in the consensus
	//   s Fast Guard HSDir Running Stable V2Dir Valid
	//   w Bandwidth=50 Unmeasured=1
	// n2: listed by too few
	// n5: not Valid
	// n6: in the consensus
	//   s Exit Fast Guard HSDir Running Stable V2Dir Valid
	//   w Bandwidth=178
	// n7: in the consensus
	//   s Exit Fast Guard HSDir Running Stable V2Dir Valid
	//   w Bandwidth=1778
	// n0: listed by too few
	// n4: listed by too few
	// n1: listed by too few
	// bandwidth weights by case 2b2
}

// One relay is kept out by two authorities that do not call it Valid.
func ExampleOutcome_Poll() {
	var votes []consensus.Document
	for _, name := range []string{"vote-1", "vote-2", "vote-3"} {
		text, err := os.ReadFile("testdata/rounds/forged5-15/" + name)
		if err != nil {
			log.Fatal(err)
		}
		vote, err := consensus.Parse(text)
		if err != nil {
			log.Fatal(err)
		}
		votes = append(votes, vote)
	}
	outcome, err := consensus.Tally(votes, 5)
	if err != nil {
		log.Fatal(err)
	}
	for _, relay := range outcome.Relays {
		if relay.Standing != consensus.NotValid {
			continue
		}
		poll := outcome.Poll(relay, "Valid")
		fmt.Printf("%s is short of %d for Valid; against:", relay.Nickname, poll.Short)
		for _, authority := range poll.Against {
			fmt.Print(" ", authority.Nickname)
		}
		fmt.Println()
	}
	// Output: n5 is short of 1 for Valid; against: auth5 auth2
}
