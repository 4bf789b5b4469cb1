package authority_test

import (
	"fmt"
	"log"
	"net/netip"
	"os"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// read is a file of an authority over three made-up relays.
func read(name string) []byte {
	text, err := os.ReadFile("testdata/bundles/tiny3/" + name)
	if err != nil {
		log.Fatal(err)
	}
	return text
}

// An authority comes up with the files on its disk, and votes two seconds later. The lines are those of tor's own vote.
func Example() {
	files := authority.Files{
		Torrc:       read("torrc"),
		Descriptors: read("descriptors"),
		Stability:   read("router-stability"),
	}
	const started = wfu.Instant(1768436414)
	booted, err := files.Boot(started, consensus.Fingerprint{})
	if err != nil {
		log.Fatal(err)
	}

	in := booted.Input
	in.Now, in.Uptime = started+2, 2
	vote, _ := booted.Authority.Vote(booted.State, in)
	fmt.Print(vote)

	lines, err := authority.LinesOf(read("vote"))
	if err != nil {
		log.Fatal(err)
	}
	for d := range vote.Compare(lines) {
		fmt.Printf("tor says %q, not %q\n", d.Theirs, d.Ours)
	}
	// Output:
	// flag-thresholds stable-uptime=887779 stable-mtbf=430236 fast-speed=102000 guard-wfu=98.000% guard-tk=0 guard-bw-inc-exits=2170000 guard-bw-exc-exits=2170000 enough-mtbf=1 ignoring-advertised-bws=0
	// r 33E862745C6C0BC0057CDDF7D085C8BE94B84673
	// s Fast HSDir Running Stable V2Dir Valid
	// w Bandwidth=260
	// stats wfu=0.988348 tk=602039 mtbf=430236
	// r 8598809A9606864848FA038A0A3D91045EC4AF7C
	// s Fast Guard HSDir Running Stable V2Dir Valid
	// w Bandwidth=2170
	// stats wfu=0.998736 tk=2200766 mtbf=482202
	// r 9A80913DED68851639F14A62907EE5D18CA0ED37
	// s Fast Running StaleDesc V2Dir Valid
	// w Bandwidth=902
	// stats wfu=0.000000 tk=0 mtbf=0
}

// An authority of an older Tor, with the same files, votes by the rules of its day, and prints what it knew to print.
func ExampleRelease() {
	release, err := authority.ParseRelease("0.2.4.11-alpha")
	if err != nil {
		log.Fatal(err)
	}
	files := authority.Files{
		Release:     release,
		Torrc:       append(read("torrc"), "\nAssumeReachable 1\n"...),
		Descriptors: read("descriptors"),
		Stability:   read("router-stability"),
	}
	const started = wfu.Instant(1768436414)
	booted, err := files.Boot(started, consensus.Fingerprint{})
	if err != nil {
		log.Fatal(err)
	}
	in := booted.Input
	in.Now, in.Uptime = started+2, 2
	vote, _ := booted.Authority.Vote(booted.State, in)
	fmt.Print(vote)
	// Output:
	// flag-thresholds stable-uptime=887779 stable-mtbf=430236 fast-speed=102400 guard-wfu=98.000% guard-tk=0 guard-bw-inc-exits=902305 guard-bw-exc-exits=902305 enough-mtbf=1
	// r 33E862745C6C0BC0057CDDF7D085C8BE94B84673
	// s Fast Guard Running Stable Valid
	// w Bandwidth=260
	// r 8598809A9606864848FA038A0A3D91045EC4AF7C
	// s Fast Guard Running Stable Valid
	// w Bandwidth=2170
	// r 9A80913DED68851639F14A62907EE5D18CA0ED37
	// s Fast Running Valid
	// w Bandwidth=902
}

func ExampleParseTorrc() {
	o, err := authority.ParseTorrc([]byte(`
Nickname moria1
AuthDirFastGuarantee 75 KBytes       # tor's KB are 1024 bytes
AuthDirVoteGuardGuaranteeTimeKnown 1 week
AuthDirListBadExits 1
SocksPort 0                          # is none of our business
`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(o.Nickname, o.Rules.FastGuarantee, o.Rules.GuardTimeKnown, o.ListBadExits)

	_, err = authority.ParseTorrc([]byte("AuthDirListBadExits 1\nAuthDirFastGuarantee 75 kib\n"))
	fmt.Println(err)
	// Output:
	// moria1 76800 604800 true
	// line 2: AuthDirFastGuarantee: argument cannot be read: "75 kib"
}

func ExampleParseLists() {
	lists, warnings, err := authority.ParseLists([]byte(`
# seen sniffing
!badexit EECA 4748 026B 1273 4D75 0982 07FC 5E2D 914A DDD2
!badexit moria1
`))
	if err != nil {
		log.Fatal(err)
	}
	for id, mark := range lists.Relays {
		fmt.Println(id, mark == authority.MarkBadExit)
	}
	for _, w := range warnings {
		fmt.Println(w)
	}
	// Output:
	// EECA4748026B12734D75098207FC5E2D914ADDD2 true
	// line 4: !badexit: not a fingerprint of 40 hexadecimal digits: "moria1"
}

func ExampleSybils() {
	address := netip.MustParseAddr("192.0.2.1")
	sybils := authority.Sybils([]authority.Tenant{
		{Identity: consensus.Fingerprint{0xAA}, IPv4: address, Running: true, Bandwidth: 100},
		{Identity: consensus.Fingerprint{0xBB}, IPv4: address, Running: true, Bandwidth: 300},
		{Identity: consensus.Fingerprint{0xCC}, IPv4: address, Running: false, Bandwidth: 900},
	}, guard.Latest())
	for id := range sybils {
		fmt.Println(id)
	}
	// Output:
	// CC00000000000000000000000000000000000000
}

// An authority that tests reachability itself finds a relay running for 45 minutes after it reached it.
func ExampleState_Reach() {
	a := authority.Authority{Options: authority.Defaults(false)}
	relay := consensus.Descriptor{Identity: consensus.Fingerprint{1}, Published: 1768436400, Rate: 1e6, Observed: 1e6}
	in := authority.Input{Relays: []consensus.Descriptor{relay}}

	state := a.Start(wfu.Ledger{}, in.Relays, nil, 1768436400)
	state = state.Reach(relay.Identity, 1768436410, netip.MustParseAddrPort("192.0.2.1:9001"), wfu.PenaltyWithoutConsensus)
	for _, minutes := range []int64{31, 44, 46} {
		in.Now = state.Started.Add(60 * minutes)
		vote, _ := a.Vote(state, in)
		fmt.Println(minutes, vote.Entries[0].Flags.Has(consensus.Running))
	}
	// Output:
	// 31 true
	// 44 true
	// 46 false
}
