package bandwidth_test

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// A network of four relays: what authorities make of its bandwidths, and whom a client then picks as its guard.
func Example() {
	relays := []struct {
		name string
		kind bandwidth.Kind
		kb   bandwidth.KB
	}{
		{"amber", bandwidth.KindGuard, 9000},
		{"beryl", bandwidth.KindGuard, 3000},
		{"coral", 0, 2000},
		{"drift", bandwidth.KindGuard | bandwidth.KindExit, 1000},
	}

	totals := bandwidth.StartTotals(35)
	for _, r := range relays {
		totals = totals.Add(r.kind, r.kb)
	}
	weights, which, err := bandwidth.Solve(totals, 10000)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("case", which)

	var guards []float64
	for _, r := range relays {
		if r.kind&bandwidth.KindGuard != 0 {
			guards = append(guards, weights.Weigh(bandwidth.PositionGuard, r.kind, r.kb))
		}
	}
	fmt.Printf("%.4f\n", bandwidth.AppendProbabilities(nil, guards))
	// Output:
	// case 3a
	// [0.7500 0.2500 0.0000]
}

func ExampleCredible() {
	advertised := bandwidth.Advertised(20_000_000, 12_345_678) // bytes per second, from a descriptor
	fmt.Println(advertised)
	fmt.Println(bandwidth.Credible(advertised, 0, false, false))
	fmt.Println(bandwidth.Credible(advertised, 4100, true, false))
	fmt.Println(bandwidth.Credible(advertised, 0, false, true))
	// Output:
	// 10000
	// 10000
	// 4100
	// 0
}

// The totals of the public network on 2017-04-15, and the line that its consensus of 00:00 had.
func ExampleSolve() {
	totals := bandwidth.Totals{G: 28045630, M: 4774561, E: 1733570, D: 8003370, T: 42557131}
	weights, which, err := bandwidth.Solve(totals, 10000)
	fmt.Println(which.TorName(), err)
	fmt.Println(weights.Wgg, weights.Wmg, weights.Wgd)
	fmt.Println(weights)
	// Output:
	// Case 3a (E scarce) <nil>
	// 5852 4148 0
	// bandwidth-weights Wbd=0 Wbe=0 Wbg=4148 Wbm=10000 Wdb=10000 Web=10000 Wed=10000 Wee=10000 Weg=10000 Wem=10000 Wgb=10000 Wgd=0 Wgg=5852 Wgm=5852 Wmb=10000 Wmd=0 Wme=0 Wmg=4148 Wmm=10000
}

// So much middle bandwidth that the consensus has no weights.
func ExampleBalanceError() {
	_, _, err := bandwidth.Solve(bandwidth.Totals{G: 30, M: 80, E: 30, D: 30, T: 170}, 10000)
	var unbalanced *bandwidth.BalanceError
	if errors.As(err, &unbalanced) {
		fmt.Println(unbalanced.Equation, "is off by", unbalanced.Off())
	}
	// Output:
	// Wgg*G+Wgd*D = Wee*E+Wed*D is off by 233280
}

func ExampleWeights_Factor() {
	weights, err := bandwidth.ParseWeights(line2017)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(weights.Factor(bandwidth.PositionGuard, bandwidth.KindGuard))
	fmt.Println(weights.Factor(bandwidth.PositionGuard, bandwidth.KindGuard|bandwidth.KindExit))
	fmt.Println(weights.Factor(bandwidth.PositionMiddle, bandwidth.KindGuard|bandwidth.KindDir))
	// Output:
	// 0.5852
	// 0
	// 0.4148
}

// A line is read strictly: the error names the weight.
func ExampleParseWeights() {
	weights, err := bandwidth.ParseWeights(line2017)
	fmt.Println(weights.Wgg, weights.Wgd, weights.Wmm, err)
	_, err = bandwidth.ParseWeights("bandwidth-weights Wbd=0 Wbe=much")
	fmt.Println(err)
	// Output:
	// 5852 0 10000 <nil>
	// line 1: Wbe: value is not a number in range: "much"
}

// Shares of three relays, one of which is not eligible.
func ExampleAppendProbabilities() {
	fmt.Println(bandwidth.AppendProbabilities(nil, []float64{600, 0, 200}))
	// Output: [0.75 0 0.25]
}

// A network in columns: a guard, an exit and a relay that is both, in the eyes of clients that pick a guard.
func ExampleWeights_AppendWeights() {
	w := bandwidth.Weights{Wgg: 5852, Wgd: 2000, Wgm: 5852, Wmm: 10000}
	kinds := []bandwidth.Kind{bandwidth.KindGuard, bandwidth.KindExit, bandwidth.KindGuard | bandwidth.KindExit}
	weights := w.AppendWeights(nil, bandwidth.PositionGuard, kinds, []bandwidth.KB{1000, 1000, 1000})
	fmt.Println(weights)
	fmt.Printf("%.4f\n", bandwidth.AppendProbabilities(weights[:0], weights))
	// Output:
	// [585.2 0 200]
	// [0.7453 0.0000 0.2547]
}

func ExampleSplitGuardFraction() {
	fmt.Println(bandwidth.SplitGuardFraction(1000, 25))
	// Output: 250 750
}

func ExampleSampler() {
	sampler := bandwidth.NewSampler([]float64{1, 0, 3})
	source := rand.NewPCG(1, 2)
	counts := make([]int, sampler.Len())
	for range 40000 {
		counts[sampler.Draw(source)]++
	}
	fmt.Println(counts)
	// Output: [10070 0 29930]
}

func ExampleParseFile() {
	file, err := bandwidth.ParseFile([]byte(`1523911758
version=1.4.0
software=sbws
=====
bw=38000 node_id=$68A483E05A2ABDCA6DA5A3EF8DB5177638A27F80 nick=Test
bw=189 node_id=$96C15995F30895689291F455587BD94CA427B6FC vote=0
bw=fast node_id=$96C15995F30895689291F455587BD94CA427B6FC
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	version, _ := file.Header("version")
	fmt.Println(file.Timestamp, version)
	for _, line := range file.Relays {
		nick, _ := line.Value("nick")
		fmt.Printf("%X %d %s\n", line.NodeID[:4], line.BW, nick)
	}
	for _, skipped := range file.Skipped {
		fmt.Println(skipped)
	}
	// Output:
	// 1523911758 1.4.0
	// 68A483E0 38000 Test
	// line 6: vote: line is not to be voted on: "bw=189 node_id=$96C15995F30895689291F455587BD94CA427B6FC vote=0"
	// line 7: bw: value is not a number in range: "fast"
}

// Tor 0.3.5.8 knows nothing of vote=0, and wants a dollar sign.
func ExampleReading() {
	doc := []byte(`1523911758
bw=38000 node_id=$68A483E05A2ABDCA6DA5A3EF8DB5177638A27F80 vote=0
bw=189 node_id=96C15995F30895689291F455587BD94CA427B6FC
`)
	for _, as := range []bandwidth.Reading{{}, {DollarNeeded: true, CountsNotVoted: true}} {
		file, err := as.ParseFile(doc)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, line := range file.Relays {
			fmt.Printf("line %d counts with %d\n", line.Number, line.BW)
		}
		fmt.Println(file.Skipped[0].Line, file.Skipped[0].Err)
	}
	// Output:
	// line 3 counts with 189
	// 2 line is not to be voted on
	// line 2 counts with 38000
	// 3 word is missing
}

func ExampleLines() {
	doc := []byte("1523911758\nbw=10 node_id=$68A483E05A2ABDCA6DA5A3EF8DB5177638A27F80\nbw=20\n")
	for line, err := range bandwidth.Lines(doc) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(line.Number, line.BW)
	}
	// Output:
	// 2 10
	// line 3: node_id: word is missing: "bw=20"
}

// A scanner that measured one relay.
func ExampleFile_AppendText() {
	file := bandwidth.File{
		Timestamp:  1523911758,
		Headers:    []string{"version=1.4.0"},
		Terminator: bandwidth.Terminator,
		Relays:     []bandwidth.Line{{NodeID: [20]byte{0xAB, 0xCD}, BW: 38000, Text: []byte("nick=Test")}},
	}
	text, err := file.AppendText(nil)
	fmt.Printf("%s%v\n", text, err)
	// Output:
	// 1523911758
	// version=1.4.0
	// =====
	// nick=Test node_id=$ABCD000000000000000000000000000000000000 bw=38000
	// <nil>
}

// An authority that read a file with two lines of one relay: flags go by the first, the vote prints the last.
func ExampleMeasured() {
	id := [20]byte{1}
	file := bandwidth.File{Timestamp: 1000, Relays: []bandwidth.Line{{NodeID: id, BW: 10}, {NodeID: id, BW: 20}}}
	now := int64(2000)

	cache := bandwidth.Measured{}.Read(file, now)
	fmt.Println(cache.Lookup(id))
	fmt.Println(file.Printed(now).Lookup(id))

	now += 30 * 24 * 60 * 60 // the scanner has stopped: the file is stale, and the authority remembers for ever
	fmt.Println(file.Stale(now), cache.Read(file, now).Len())
	// Output:
	// 10 true
	// 20 true
	// true 1
}
