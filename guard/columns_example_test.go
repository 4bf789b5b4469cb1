package guard_test

import (
	"fmt"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// A population is decided in columns: a slice for each fact, a nil one for what is not known or matters to nobody.
func ExampleRules_DecideAll() {
	const day = 24 * 3600
	ordinary := consensus.Running | consensus.V2Dir | consensus.Valid
	relays := guard.Columns{
		Facts:     []consensus.Flag{ordinary, ordinary, ordinary | consensus.Exit, ordinary},
		Active:    []bool{true, true, true, true},
		Measured:  []bandwidth.KB{9000, 8000, 7000, 20},
		WFU:       []float64{0.999, 0.91, 0.995, 0.99},
		TimeKnown: []int64{60 * day, 50 * day, 3 * day, 70 * day},
		MTBF:      []float64{40 * day, 6 * day, 3 * day, 50 * day},
	}
	rules := guard.Latest()
	var scratch guard.Scratch // to be passed again where there is a next time
	t := rules.ThresholdsOf(relays, 1, &scratch)

	decisions := guard.MakeDecisions(relays.Len())
	rules.DecideAll(relays, t, decisions, 1)
	for i := range relays.Len() {
		d := decisions.At(i)
		fmt.Printf("%v; against Guard: %q\n", d.Flags, d.Against.Of(consensus.Guard))
	}
	// Output:
	// Fast Guard Running Stable V2Dir Valid; against Guard: ""
	// Fast Running Stable V2Dir Valid; against Guard: "low WFU"
	// Exit Fast Running V2Dir Valid; against Guard: "not Stable"
	// Running Stable V2Dir Valid; against Guard: "not Fast, low bandwidth"
}

// Relays that are there one by one become columns for the work on all of them.
func ExampleColumnsOf() {
	rules := guard.Latest()
	columns := guard.ColumnsOf(network())
	fmt.Println(columns.Len(), columns.Check())
	fmt.Println(rules.ThresholdsOf(columns, 2, nil) == rules.Thresholds(network()))
	// Output:
	// 100 <nil>
	// true
}
