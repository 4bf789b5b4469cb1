package exposure_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/exposure"
)

// madeUp is a consensus of a hundred guards of 100 to 10000 KB/s, every tenth of them without V2Dir.
func madeUp() (relays []consensus.Entry) {
	for i := range 100 {
		flags := consensus.Guard | consensus.Running | consensus.Valid | consensus.Stable | consensus.Fast | consensus.V2Dir
		if i%10 == 9 {
			flags &^= consensus.V2Dir
		}
		relays = append(relays, consensus.Entry{
			Nickname: fmt.Appendf(nil, "relay%d", i),
			Flags:    consensus.FlagsOf(flags),
			Weight:   consensus.Weight{Bandwidth: bandwidth.KB(100 * (i + 1)), HasBandwidth: true},
		})
	}
	return relays
}

// Two relays are seized. How many clients had one of them?
func Example() {
	relays := madeUp()
	seized := slices.Concat(exposure.Find(relays, "relay96"), exposure.Find(relays, "relay97"))

	for _, model := range []exposure.Model{exposure.TorBefore030(), exposure.TorSince030()} {
		shares := model.AppendShares(nil, relays, bandwidth.Weights{})
		one, three := exposure.AnyOf(shares, seized, 1), exposure.AnyOf(shares, seized, 3)
		mean, deviation := exposure.Clients(one, 1_000_000)
		fmt.Printf("%s: %.4f with one guard, %.4f with three; %.0f ± %.0f clients of a million\n",
			model.Name, one, three, mean, deviation)
	}
	// Output:
	// tor-before-0.3.0: 0.0386 with one guard, 0.1129 with three; 38614 ± 193 clients of a million
	// tor-since-0.3.0: 0.0433 with one guard, 0.1262 with three; 43333 ± 204 clients of a million
}

// Two guards are drawn without replacement, and so meet a small relay more often than two independent draws would.
func ExampleAnyOf() {
	shares := []float64{0.4, 0.3, 0.2, 0.1}
	smallest := []int{3}
	fmt.Printf("one guard %.4f, two %.4f\n", exposure.AnyOf(shares, smallest, 1), exposure.AnyOf(shares, smallest, 2))
	fmt.Printf("two independent draws %.4f\n", exposure.AtLeastOnce(0.1, 2))
	// Output:
	// one guard 0.1000, two 0.2345
	// two independent draws 0.1900
}

// How many guards a client has, and for how many days it keeps one.
func ExampleModel_Terms() {
	for _, model := range []exposure.Model{exposure.TorBefore030(), exposure.TorSince030()} {
		t := model.Terms(nil)
		fmt.Println(model.Name, t.Circuits, t.Directory, t.Primary, t.Shortest/86400, t.Longest/86400)
	}
	// Output:
	// tor-before-0.3.0 1 1 1 60 90
	// tor-since-0.3.0 1 3 3 54 120
}

// A year's worth of guards, for a client that keeps each as short or as long as clients do.
func ExampleTerms_Choices() {
	terms := exposure.TorSince030().Terms(nil)
	fewest, most := terms.Choices(365 * 24 * 3600)
	fmt.Printf("%d to %d guards: %.4f to %.4f\n", fewest, most,
		exposure.AtLeastOnce(0.003, fewest), exposure.AtLeastOnce(0.003, most))
	// Output:
	// 4 to 7 guards: 0.0119 to 0.0208
}

// The same question asked of chance, with how far chance may lead astray.
func ExampleSimulate() {
	shares := []float64{0.4, 0.3, 0.2, 0.1}
	estimate := exposure.Simulate(shares, []int{3}, 2, 10_000, rand.NewPCG(1, 2))
	fmt.Printf("exact %.4f, drawn %.4f ± %.4f\n", exposure.AnyOf(shares, []int{3}, 2), estimate.P, estimate.StdErr)
	// Output:
	// exact 0.2345, drawn 0.2333 ± 0.0042
}

func ExampleDiversityOf() {
	d := exposure.DiversityOf([]float64{0.5, 0.25, 0.125, 0.125})
	fmt.Printf("%.2f bits, as good as %.2f equal guards, the largest has %.0f %%\n", d.Entropy, d.Effective, d.Largest*100)
	// Output:
	// 1.75 bits, as good as 2.91 equal guards, the largest has 50 %
}

func ExampleGroups() {
	operators := []string{"A", "B", "A", "C"}
	for _, g := range exposure.Groups([]float64{0.25, 0.375, 0.25, 0.125}, func(i int) string { return operators[i] }) {
		fmt.Printf("%s: %d guards, %.1f %%\n", g.Key, g.Guards, g.Share*100)
	}
	// Output:
	// A: 2 guards, 50.0 %
	// B: 1 guards, 37.5 %
	// C: 1 guards, 12.5 %
}
