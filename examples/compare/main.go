// Command compare tells what several sets of rules make of one and the same network: whom each takes for a guard, against
// which thresholds, and how the rules differ, in words. It also moves one constant over a range, and finds out which options
// an authority must be using.
//
// Without arguments it takes the rule of 2013 as the public quotes it, that of 2017 and the newest, and a vote that tor made
// over a made-up network.
package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/examples/internal/samples"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
)

const about = `
Usage: go run ./examples/compare [-vote FILE] [-params "Name=value …"] [-lines] [RULES RULES …]
       go run ./examples/compare [-vote FILE] -sweep CONSTANT=FROM:TO:STEP [-params …] [-lines] [RULES]
       go run ./examples/compare [-vote FILE] -infer [-params …] [-lines] [RULES]

The first form takes the relays of a directory authority's vote and decides on them by each of the RULES, a version of Tor
such as 0.2.5.6-alpha, a series such as 0.2.9, a year, "article" or "now" (default: article 2017 now). Guards gained and lost
are counted against the first. The second moves one constant of the rules (default: now) and counts against its usual value.
The third finds out the values that the vote's authority must have set. Without -vote they work on a sample.`

const notes = `
CONSTANT is FastGuarantee, FastMin, FastMax, GuardBandwidth (in bytes/s), StableMTBF, StableUptime, GuardTimeKnown (in
seconds), GuardFraction, GuardWFU (of 1), MinMeasured (relays), or the name of the option. What a vote does not show counts as
unknown: uptimes, by which the oldest rules decided Stable; of votes before 0.4.6.1-alpha all histories.

-lines prints nothing but these lines. RULES is a name without blanks; Fast=N and the like count relays, -kb is KB/s:

    rules RULES Fast=N Stable=N Guard=N unknown=N guards-kb=N gained=N gained-kb=N lost=N lost-kb=N
        unknown are the relays of which Guard cannot be told
    thresholds RULES flag-thresholds KEY=VALUE …           as votes have them
    difference RULES RULES FIELD OPTION "OLD" "NEW"        of each but the first from the one before; OPTION may be -
    point CONSTANT VALUE Guard=N guards-kb=N gained=N gained-kb=N lost=N lost-kb=N
    option OPTION low=N high=N none=0|1 expected=N fits=0|1 for=N against=N
        the least and the greatest value that explain most decisions, high=inf if there is none; none=1 if 0, which is no
        guarantee at all, does so too; for and against, decisions that it explains, or does not
    unexplained FINGERPRINT FLAG voted=0|1 WHY             what no value of any option explains

Votes are at https://collector.torproject.org. Exit status: 0, or 2 for input or arguments of no use.`

func main() { cli.Main(run) }

// options are the program's arguments.
type options struct {
	vote, params, sweep string
	infer, lines        bool
	rules               []string
}

func run(args []string, out, errOut io.Writer) int {
	var o options
	fs := cli.Flags("compare", about, notes)
	fs.StringVar(&o.vote, "vote", "", "the vote: a `FILE`, plain or gzip, or - for standard input (default: the sample)")
	fs.StringVar(&o.params, "params", "", "the consensus parameters in force, \"`Name=value` …\": FastFlagMinThreshold, FastFlagMaxThreshold")
	fs.StringVar(&o.sweep, "sweep", "", "move a constant over a `RANGE`, CONSTANT=FROM:TO:STEP")
	fs.BoolVar(&o.infer, "infer", false, "find out the options of the vote's authority")
	fs.BoolVar(&o.lines, "lines", false, "print lines for machines, and nothing else")
	if code, ok := cli.Parse(fs, args, out, errOut); !ok {
		return code
	}
	o.rules = fs.Args()
	if err := answer(o, out); err != nil {
		return cli.Fail("compare", errOut, err)
	}
	return cli.OK
}

// answer does what the options ask for.
func answer(o options, out io.Writer) error {
	sets, err := ruleSets(o)
	if err != nil {
		return err
	}
	var constant foresight.Constant
	var values []float64
	if o.sweep != "" {
		if constant, values, err = parseSweep(o.sweep); err != nil {
			return fmt.Errorf("-sweep: %w", err)
		}
	}
	doc, name := samples.Vote(), "the sample vote"
	if o.vote != "" {
		name = cli.Shown(o.vote)
		if doc, err = cli.Read(o.vote); err != nil {
			return err
		}
	}
	review, err := sets[0].ReviewVote(doc, guard.Recomputed)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if !o.lines {
		fmt.Fprintf(out, "%s: %d relays, voted at %v UTC\n\n", name, len(review.Relays), review.Header.Published)
	}
	network := foresight.Network{Rules: sets[0], Relays: review.Relays, ByUptime: !review.Recomputed.EnoughMTBF}
	switch {
	case o.infer:
		printInference(out, foresight.Infer(sets[0], review), o.lines)
	case o.sweep != "":
		printSweep(out, network, constant, network.Sweep(constant, values), o.lines)
	default:
		printComparison(out, network, sets, o.lines)
	}
	return nil
}

// ruleSets are the rules that are asked for, under the parameters in force.
func ruleSets(o options) ([]guard.Rules, error) {
	names := o.rules
	switch {
	case o.infer && o.sweep != "":
		return nil, errors.New("-sweep and -infer do not go together")
	case (o.infer || o.sweep != "") && len(names) > 1:
		return nil, fmt.Errorf("more than one set of rules: %q and %q", names[0], names[1])
	case o.infer || o.sweep != "":
		names = append(names, "now")[:1]
	case len(names) == 0:
		names = []string{"article", "2017", "now"}
	}
	words := strings.Fields(o.params)
	slices.Sort(words) // the order that documents have them in
	params, err := consensus.ParseParams([]byte(strings.Join(words, " ")))
	if err != nil {
		return nil, fmt.Errorf("-params: %w", err)
	}
	var sets []guard.Rules
	for _, name := range names {
		rules, err := guard.RulesFor(name)
		if err != nil {
			return nil, err
		}
		rules.FastMin = params.Clamped("FastFlagMinThreshold", rules.FastMin, 4, 1<<31-1)
		rules.FastMax = params.Clamped("FastFlagMaxThreshold", rules.FastMax, 0, 1<<31-1)
		sets = append(sets, rules)
	}
	return sets, nil
}
