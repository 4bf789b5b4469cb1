package foresight_test

import (
	"fmt"
	"os"

	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
)

// The guarantee of bandwidth is moved from nothing to 2 MB/s.
func ExampleNetwork_Sweep() {
	n := foresight.Network{Rules: guard.Latest(), Relays: population()}
	for _, p := range n.Sweep(foresight.GuardBandwidth, []float64{0, 500_000, 1_000_000, 1_500_000, 2_000_000}) {
		fmt.Printf("%.0f bytes/s: %d guards, %d gained with %d KB/s\n", p.Value, p.Guards.Relays, p.Gained.Relays, p.Gained.Bandwidth)
	}
	// Output:
	// 0 bytes/s: 10 guards, 0 gained with 0 KB/s
	// 500000 bytes/s: 31 guards, 21 gained with 21000 KB/s
	// 1000000 bytes/s: 21 guards, 11 gained with 13750 KB/s
	// 1500000 bytes/s: 11 guards, 1 gained with 1500 KB/s
	// 2000000 bytes/s: 10 guards, 0 gained with 0 KB/s
}

// The same network by the rule of 2013.
func ExampleNetwork_Compare() {
	n := foresight.Network{Rules: guard.Latest(), Relays: population()}
	p := n.Compare(guard.Article2013())
	fmt.Printf("%d guards, %d gained with %d KB/s\n", p.Guards.Relays, p.Gained.Relays, p.Gained.Bandwidth)
	// Output:
	// 35 guards, 25 gained with 22500 KB/s
}

// A vote, and what it tells of its authority's options.
func ExampleInfer() {
	vote, err := os.ReadFile("../testdata/tiny9-vote")
	if err != nil {
		fmt.Println(err)
		return
	}
	review, err := guard.Latest().ReviewVote(vote, guard.Published)
	if err != nil {
		fmt.Println(err)
		return
	}
	inference := foresight.Infer(guard.Latest(), review)
	for _, c := range []foresight.Constant{foresight.FastGuarantee, foresight.GuardBandwidth, foresight.GuardTimeKnown} {
		e := inference.Estimates[c]
		fmt.Printf("%v: %s\n", e, e.Because)
	}
	fmt.Println("unexplained:", len(inference.Unexplained))
	// Output:
	// AuthDirFastGuarantee: 102000 to 102999, as expected (102400): fast-speed is set by it
	// AuthDirGuardBWGuarantee: 1835000 to 2529999, as expected (2097152): of 4 relays whose Guard depends on it, it explains 4
	// AuthDirVoteGuardGuaranteeTimeKnown: 691200, as expected (691200): guard-tk is set by it
	// unexplained: 0
}
