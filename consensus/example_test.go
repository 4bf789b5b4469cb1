package consensus_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// vote is what an authority said, shortened to two relays, the second of which is spoilt.
const vote = `@type network-status-vote-3 1.0
network-status-version 3
vote-status vote
consensus-methods 32 33 34 35
published 2026-01-15 00:20:16
valid-after 2026-01-15 00:20:20
fresh-until 2026-01-15 00:25:20
valid-until 2026-01-15 00:35:20
voting-delay 20 20
known-flags Exit Fast Guard Running Stable V2Dir Valid
params AuthDirMaxServersPerAddr=8 bwweightscale=10000
dir-source auth0 62859794ECC78DBE2729FEECFC480ED090723CEF example.org 198.18.255.1 7000 5000
contact none@example.invalid
r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28 9002 0
s Fast Guard Running Stable V2Dir Valid
w Bandwidth=6526 Measured=7000
stats wfu=0.998860 tk=773337 mtbf=1463400
r second Bl9ebAiHX+DaFcZPoC5sqBDCFwE tdaHqkE0Cw85j1+rpsbTUQar5zk 2026-01-14 15:25:51 198.18.0.59 9001 0
s Fast Running Valid
w Bandwidth=slow
directory-footer
directory-signature 62859794ECC78DBE2729FEECFC480ED090723CEF A0072D9B9E5885934EBB7A5F7F2B4F12C42FDC6A
-----BEGIN SIGNATURE-----
a2ix6/lBxQKIlswPTC7tCwXrJTpD9pAkkTdydzv3pYIIxcOIe7vVK6l0OPf0+Yq6
-----END SIGNATURE-----
`

// A vote is read relay by relay. One that cannot be read is reported, and the next is read all the same.
func Example() {
	r := consensus.NewReader([]byte(vote))
	h, err := r.Header()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(h.Sources[0].Nickname, "voted at", h.Published)
	for e, err := range r.Entries() {
		if err != nil {
			fmt.Println("passed over:", err)
			continue
		}
		fmt.Printf("%s %s: %s; measured %d KB/s, up %.2f %% of its time\n",
			e.Nickname, e.Identity, e.Flags, e.Weight.Measured, 100*e.Stats.WFU)
	}
	if _, err := r.Footer(); err != nil {
		fmt.Println("the vote is cut off:", err)
	}
	// Output:
	// auth0 voted at 2026-01-15 00:20:16
	// first 02624CAA1A2DF882D8D955960734BD70CC6D07E1: Fast Guard Running Stable V2Dir Valid; measured 7000 KB/s, up 99.89 % of its time
	// passed over: line 20: w: argument cannot be read: "Bandwidth=slow"
}

// Parse wants a document without a fault. Its error says where the first one is, and of which kind.
func ExampleParse() {
	_, err := consensus.Parse([]byte(vote))
	var syntax *consensus.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Println(syntax.Line, syntax.Keyword, errors.Is(err, consensus.ErrBadValue))
	}
	_, err = consensus.Parse([]byte("<html>"))
	fmt.Println(err)
	// Output:
	// 20 w true
	// line 1: <html>: not a document of this kind
}

// Years of hourly documents are read with one reader and one slice, which after the first document allocate nothing. Here
// the hours are two, and the second has one relay less.
func ExampleReader_Reset() {
	good := strings.Replace(vote, "Bandwidth=slow", "Bandwidth=500", 1)
	i, j := strings.Index(good, "r second"), strings.Index(good, "directory-footer")
	hours := []string{good, good[:i] + good[j:]}

	var r consensus.Reader
	var entries []consensus.Entry
	for _, hour := range hours {
		r.Reset([]byte(hour))
		var err error
		if entries, err = r.AppendEntries(entries[:0]); err != nil {
			fmt.Println(err)
			return
		}
		total := uint64(0)
		for i := range entries {
			total += entries[i].Weight.Bandwidth.Bytes()
		}
		fmt.Printf("%d relays advertise %d bytes per second\n", len(entries), total)
	}
	// Output:
	// 2 relays advertise 7026000 bytes per second
	// 1 relays advertise 6526000 bytes per second
}

// ParseAsTor goes on behind what cannot be read, and tells of it.
func ExampleParseAsTor() {
	d, passedOver, err := consensus.ParseAsTor([]byte(vote))
	fmt.Println(len(d.Entries), "relay,", len(passedOver), "passed over,", err)
	fmt.Println(passedOver[0])
	// Output:
	// 1 relay, 1 passed over, <nil>
	// line 20: w: argument cannot be read: "Bandwidth=slow"
}

// The weights of a consensus, from nothing but the flags and bandwidths of its relays.
func ExampleDocument_Weights() {
	entry := func(flags consensus.Flag, kb bandwidth.KB) consensus.Entry {
		return consensus.Entry{Flags: consensus.FlagsOf(flags), Weight: consensus.Weight{Bandwidth: kb, HasBandwidth: true}}
	}
	d := consensus.Document{
		Header: consensus.Header{Method: 35},
		Entries: []consensus.Entry{
			entry(consensus.Guard, 50_000),
			entry(consensus.Exit, 15_000),
			entry(consensus.Guard|consensus.Exit, 20_000),
			entry(0, 15_000),
		},
	}
	weights, which, err := d.Weights()
	fmt.Println("case", which, err)
	fmt.Println(weights.Wgg, weights.Wmg, weights.Wgd)
	// Output:
	// case 3b <nil>
	// 6500 3500 417
}

// A file may join many descriptors. Those that Tor would not take are reported with their place in the file.
func ExampleDescriptors() {
	text := sampleDescriptor + "router cut 192.0.2.1 9001 0 0\nbandwidth 1 1 1\n" + sampleDescriptor
	for d, err := range consensus.Descriptors([]byte(text)) {
		if err != nil {
			fmt.Println("passed over:", err)
			continue
		}
		fmt.Printf("line %d: %s at %s:%d, exit: %v, directory: %v\n",
			d.Line, d.Nickname, d.Address, d.ORPort, d.IsExit(false), d.IsDirectory())
	}
	// Output:
	// line 2: r000000 at 198.18.0.10:9001, exit: true, directory: true
	// passed over: line 33: published: required line is missing
	// line 35: r000000 at 198.18.0.10:9001, exit: true, directory: true
}

// The order of the rules decides: what is rejected first, even a part of a network, stays rejected.
func ExamplePolicy_IsGeneralExit() {
	for _, text := range []string{
		"accept *:80\naccept *:443\nreject *:*",
		"accept *:80\nreject *:*",
		"reject 11.5.0.0/16:*\naccept 11.0.0.0/8:*",
		"accept 11.0.0.0/8:*\nreject 11.5.0.0/16:*",
	} {
		p, err := consensus.ParsePolicy([]byte(text))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.IsGeneralExit(false))
	}
	// Output:
	// true
	// false
	// false
	// true
}

// The low median is always one of the values, and the slice stays as it was.
func ExampleMedian() {
	bandwidths := []int{300, 20, 1000, 40}
	fmt.Println(consensus.Median(bandwidths), bandwidths)
	// Output: 40 [300 20 1000 40]
}

// An authority's threshold at three quarters is the element at index n*3/4 of the sorted values.
func ExampleNth() {
	bandwidths := []int{300, 20, 1000, 40}
	fmt.Println(consensus.Nth(bandwidths, len(bandwidths)*3/4))
	// Output: 1000
}

// Flags nobody knows are kept by name.
func ExampleParseFlags() {
	f := consensus.ParseFlags([]byte("Fast Valid Sparkling Guard"))
	fmt.Println(f.Has(consensus.Fast|consensus.Guard), f.HasName("Sparkling"), f.Known())
	fmt.Println(f.Without(consensus.Guard))
	// Output:
	// true true Fast Guard Valid
	// Fast Sparkling Valid
}

func ExampleParseFingerprint() {
	f, err := consensus.ParseFingerprint("8598 809A 9606 8648 48FA 038A 0A3D 9104 5EC4 AF7C")
	fmt.Println(f, err)
	_, err = consensus.ParseFingerprint("moria1")
	fmt.Println(err)
	// Output:
	// 8598809A9606864848FA038A0A3D91045EC4AF7C <nil>
	// "moria1": not a fingerprint of 40 hexadecimal digits
}

// A consensus parameter counts only within its range.
func ExampleParams_Clamped() {
	p, err := consensus.ParseParams([]byte("bwweightscale=10000 maxunmeasuredbw=0"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Clamped("bwweightscale", 10000, 1, 1<<31-1), p.Clamped("maxunmeasuredbw", 20, 1, 1<<31-1),
		p.Clamped("guard-lifetime-days", 120, 1, 3650))
	// Output: 10000 1 120
}

// Votes are often handed about joined in one file.
func ExampleDocuments() {
	for line, doc := range consensus.Documents([]byte(vote + vote)) {
		h, err := consensus.NewReader(doc).Header()
		fmt.Println("line", line, h.Published, err)
	}
	// Output:
	// line 1 2026-01-15 00:20:16 <nil>
	// line 26 2026-01-15 00:20:16 <nil>
}
