package explain_test

import (
	"fmt"
	"os"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/explain"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// votes are those of three authorities.
func votes() (explain.Votes, error) {
	v := explain.Votes{Rules: guard.Latest(), Authorities: 3}
	for i := range v.Authorities {
		doc, err := os.ReadFile(fmt.Sprintf("testdata/vote-%d", i+1))
		if err != nil {
			return v, err
		}
		if v, err = v.Read(doc, guard.Published); err != nil {
			return v, err
		}
	}
	return v, nil
}

// Why is this relay no guard? One authority has it as one, two have not, and these for different reasons.
func Example() {
	v, err := votes()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, id := range v.Find("r000018") {
		table := v.Of(id, consensus.Guard)
		fmt.Println(table)
		for _, r := range table.Rows {
			fmt.Printf("%s gave it: %v\n", r.Authority.Nickname, r.Voted)
			for _, c := range r.Criteria {
				if c.Flag == consensus.Guard && c.Met == guard.No {
					fmt.Println("   ", c, c.MarginText())
				}
			}
		}
	}
	// Output:
	// Guard: given by 1 of the 3 authorities that decide on it, 2 needed: 1 short
	// auth1 gave it: false
	//     Guard: bandwidth 1739 KB/s of 2097 KB/s (guarantee): no -358 KB/s
	// auth3 gave it: true
	// auth2 gave it: false
	//     Guard: WFU 0.379859 of 0.98 (guarantee): no -0.600141
	//     Guard: time known 1.66 d of 4.06 d (percentile): no -2.4 d
}

// When will it be one? Each authority for itself is asked of package foresight.
func ExampleTable_Due() {
	v, err := votes()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, id := range v.Find("r000018") {
		table := v.Of(id, consensus.Guard)
		earliest, latest, ok := table.Due(func(r explain.Row) (earliest, latest wfu.Instant) {
			return foresight.Due(foresight.FromStats(v.Rules, r.Relay, r.Thresholds, r.Made), consensus.Guard)
		})
		if ok {
			fmt.Println(table)
			fmt.Printf("it will be, if it stays up, between %v and %v\n", earliest, latest)
		}
	}
	// Output:
	// Guard: given by 1 of the 3 authorities that decide on it, 2 needed: 1 short
	// it will be, if it stays up, between 2026-01-27 16:50:48 and 2026-01-28 04:26:13
}

// A nickname need not be one relay's alone, nor a relay's only one.
func ExampleVotes_Find() {
	v, err := votes()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(v.Find("R000018"))
	fmt.Println(len(v.Find("nobody")))
	// Output:
	// [02624CAA1A2DF882D8D955960734BD70CC6D07E1]
	// 0
}

// Of what makes a guard at this authority, bandwidth and time known are bound by the guarantee, the WFU by the network's
// median.
func ExampleClauses() {
	v, err := votes()
	if err != nil {
		fmt.Println(err)
		return
	}
	review := v.Reviews[0]
	for _, c := range explain.Clauses(v.Rules, review.Relays, review.Thresholds()) {
		if c.Flag == consensus.Guard {
			fmt.Println(c)
		}
	}
	// Output:
	// Guard bandwidth: 2097 KB/s by the guarantee; the percentile is 10000 KB/s; 8 relays pass, 6 by the percentile alone, 8 by the guarantee alone
	// Guard WFU: 0.97647 by the percentile; the guarantee is 0.98; 8 relays pass, 8 by the percentile alone, 8 by the guarantee alone
	// Guard time known: 8 d by the guarantee; the percentile is 10.09 d; 17 relays pass, 15 by the percentile alone, 17 by the guarantee alone
}

// The table for a program's own layout: a line an authority, a column a criterion.
func ExampleTable_Columns() {
	v, err := votes()
	if err != nil {
		fmt.Println(err)
		return
	}
	table := v.Of(v.Find("r000015")[0], consensus.Guard)
	for _, r := range table.Rows {
		fmt.Print(r.Authority.Nickname)
		for _, column := range table.Columns() {
			if c, ok := r.At(column); ok && column.Unit != guard.YesNo {
				fmt.Printf("  %s %s", column.Name, c.MarginText())
			}
		}
		fmt.Println()
	}
	// Output:
	// auth1  bandwidth +14209 KB/s  MTBF +5.89 d  bandwidth +12214 KB/s  WFU +0.020581  time known +3.55 d
	// auth3  bandwidth +2860 KB/s  MTBF -2 d  bandwidth +865 KB/s  WFU +0.011787  time known +11.46 d
	// auth2  bandwidth +18393 KB/s  MTBF -1.06 d  bandwidth +16398 KB/s  WFU +0.002387  time known +15.7 d
}
