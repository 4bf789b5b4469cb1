package guard_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// newcomer is a fast relay that has been up without a break for six days.
func newcomer() guard.Relay {
	const days = 6 * 24 * 3600
	return guard.Relay{
		Nickname:    "newcomer",
		Facts:       consensus.FlagsOf(consensus.Running, consensus.V2Dir, consensus.Valid),
		Active:      true,
		OffersHSDir: true,
		Advertised:  bandwidth.FromBytes(3_000_000),
		Uptime:      days,
		HSDirUptime: days,
		WFU:         1,
		TimeKnown:   days,
		MTBF:        days,
	}
}

// network is a hundred relays like that, one a day older than the other.
func network() []guard.Relay {
	var relays []guard.Relay
	for age := range int64(100) {
		relay := newcomer()
		relay.TimeKnown, relay.MTBF = age*24*3600, float64(age*24*3600)
		relays = append(relays, relay)
	}
	return relays
}

// A network's relays set the marks, and one of them is held against these.
func Example() {
	rules := guard.Latest()
	t := rules.Thresholds(network())
	d := rules.Decide(newcomer(), t)
	fmt.Println("flags:", d.Flags)
	fmt.Println("Guard:", d.Answer(consensus.Guard), "for", d.Against.Of(consensus.Guard))
	// Output:
	// flags: Fast HSDir Running Stable V2Dir Valid
	// Guard: no for short time known
}

// The thresholds print as the line of a vote.
func ExampleRules_Thresholds() {
	fmt.Println(guard.Latest().Thresholds(network()))
	// Output:
	// flag-thresholds stable-uptime=518400 stable-mtbf=4233600 fast-speed=102000 guard-wfu=98.000% guard-tk=691200 guard-bw-inc-exits=3000000 guard-bw-exc-exits=3000000 enough-mtbf=1 ignoring-advertised-bws=0
}

// Another rule is a field set otherwise: who would be a Guard if three days of being known were enough?
func ExampleRules_Decide() {
	rules := guard.Latest()
	rules.GuardTimeKnown = 3 * 24 * 3600
	t := rules.Thresholds(network())
	fmt.Println(rules.Decide(newcomer(), t).Answer(consensus.Guard))
	// Output: yes
}

// Every criterion comes with what the relay has, what it needs, and what made the need what it is.
func ExampleRules_Explain() {
	rules := guard.Latest()
	t := rules.Thresholds(network())
	for c := range rules.Explain(newcomer(), t) {
		if c.Flag == consensus.Guard {
			fmt.Println(c)
		}
	}
	// Output:
	// Guard: Fast: yes
	// Guard: Stable: yes
	// Guard: V2Dir: yes
	// Guard: bandwidth 3000 KB/s of 2097 KB/s (guarantee): yes
	// Guard: WFU 1 of 0.98 (guarantee): yes
	// Guard: time known 6 d of 8 d (guarantee): no
}

// What a relay lacks most, and what it would lose a flag by first.
func ExampleWeakest() {
	rules := guard.Latest()
	t := rules.Thresholds(network())
	for _, flag := range []consensus.Flag{consensus.Guard, consensus.HSDir} {
		c, _ := guard.Weakest(rules.Explain(newcomer(), t), flag)
		fmt.Printf("%v: %s, %s\n", flag, c.Name, c.MarginText())
	}
	// Output:
	// Guard: time known, -2 d
	// HSDir: uptime, +2 d
}

// A whole vote decided again: this one is of nine relays, made by Tor 0.4.9.11 over a made-up network.
func ExampleRules_ReviewVote() {
	doc, err := os.ReadFile("testdata/tiny9-vote")
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := guard.Latest().ReviewVote(doc, guard.Recomputed)
	if err != nil {
		fmt.Println(err)
		return
	}
	agree, within, disagree, unknown := v.Count(consensus.Guard)
	fmt.Println(len(v.Relays), "relays:", agree, "agree,", within, "within rounding,", disagree, "disagree,", unknown, "unknown")
	for i, c := range v.Comparisons {
		if against := c.Decision.Against.Of(consensus.Guard); against.Has(guard.LowWFU) {
			fmt.Println(v.Relays[i].Nickname, "is no Guard:", against)
		}
	}
	// Output:
	// 9 relays: 9 agree, 0 within rounding, 0 disagree, 0 unknown
	// r000001 is no Guard: not Stable, low WFU, short time known
}

// What a vote shows of a relay is decided again. What HSDir takes it does not show in full.
func ExampleFromVote() {
	doc, err := os.ReadFile("testdata/tiny9-vote")
	if err != nil {
		fmt.Println(err)
		return
	}
	vote, err := consensus.Parse(doc)
	if err != nil {
		fmt.Println(err)
		return
	}
	t, err := guard.ParseThresholds(vote.Header.FlagThresholds)
	if err != nil {
		fmt.Println(err)
		return
	}
	relay := guard.FromVote(vote.Header, vote.Entries[2])
	d := guard.Latest().Decide(relay, t)
	fmt.Println(relay.Nickname, relay.WFU, relay.TimeKnown)
	fmt.Println("Guard:", d.Answer(consensus.Guard))
	fmt.Println("HSDir:", d.Answer(consensus.HSDir))
	// Output:
	// r000000 0.999696 2200895
	// Guard: yes
	// HSDir: cannot tell
}

// One relay held against what its vote says of it.
func ExampleRules_Compare() {
	rules := guard.Latest()
	t := rules.Thresholds(network())
	voted := consensus.FlagsOf(consensus.Fast, consensus.Guard, consensus.Stable)
	c := rules.Compare(newcomer(), t, guard.Recomputed, voted)
	fmt.Println("agree:", c.Agree)
	fmt.Println("disagree:", c.Disagree)
	// Output:
	// agree: Fast Stable
	// disagree: Guard HSDir
}

// Keys that this library does not know are kept.
func ExampleParseThresholds() {
	t, err := guard.ParseThresholds("flag-thresholds guard-wfu=98.000% guard-tk=691200 fast-speed=102000 weather=fine")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.GuardWFU, t.GuardTimeKnown, t.Fast, t.Others)
	_, err = guard.ParseThresholds("guard-tk=long")
	fmt.Println(err)
	// Output:
	// 0.98 691200 102 weather=fine
	// line 1: flag-thresholds: argument cannot be read: "guard-tk=long"
}

// Rules go by a version of Tor, and two sets of them can be compared.
func ExampleRulesFor() {
	old, err := guard.RulesFor("0.2.9.10")
	if err != nil {
		fmt.Println(err)
		return
	}
	for d := range guard.Article2013().Differences(old) {
		if strings.HasPrefix(d.Field, "Guard") {
			fmt.Println(d)
		}
	}
	_, err = guard.RulesFor("0.0.1")
	fmt.Println(errors.Is(err, guard.ErrNoRules))
	// Output:
	// Guard needs: Fast and no vulnerable version, then Fast and Stable
	// bandwidth threshold of Guard: the median, then a percentile
	// share of relays slower than a guard (AuthDirVoteGuardBwThresholdFraction): half, then 0.75
	// bandwidth that is enough for Guard (AuthDirGuardBWGuarantee): 256000 B/s, then 2097152 B/s
	// true
}

// The sets of rules in the order in which they came out.
func ExampleReleases() {
	for _, rules := range guard.Releases() {
		if rules.GuardNeeds.Has(guard.NeedStable | guard.NeedV2Dir) {
			fmt.Println(rules.Name, "was the first to need Stable and V2Dir")
			break
		}
	}
	// Output:
	// tor-0.3.3.5-rc was the first to need Stable and V2Dir
}

// A nickname may be that of several relays, a fingerprint is that of one.
func ExampleFind() {
	relays := network()[:2]
	relays[1].Identity[0] = 0xAB
	fmt.Println(len(guard.Find(relays, "Newcomer")))
	fmt.Println(len(guard.Find(relays, "$AB00000000000000000000000000000000000000")))
	// Output:
	// 2
	// 1
}
