// Command explain tells why a relay has a flag or lacks it: at each of several directory authorities, criterion by
// criterion, from their votes, and how many votes it is short of.
//
// Without arguments it takes the votes of nine authorities over a made-up network, and the relay in them that is closest
// to being a guard without being one.
package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/explain"
)

//go:embed sample-votes
var sample []byte

const about = `
Usage: go run ./examples/explain [-vote FILE …] [-authorities N] [-flag FLAG] [-rules VERSION]
           [-thresholds vote|recomputed] [-forecast] [-clauses] [-lines] [RELAY]

Tells why RELAY, a fingerprint or nickname, has the flag Guard or lacks it at each of the authorities whose votes are given,
and how many votes it is short of. Without RELAY it is the one that lacks the fewest votes to have the flag; without -vote
the votes are those of a sample.`

const notes = `
Relays are held against the thresholds that votes publish, and against recomputed ones where they publish none. Published
ones come of the authority's own rules; under others recomputed ones go better with -rules. Votes need not belong together:
of different hours, or without numbers that newer ones have, each is explained as far as it goes. They are at
https://collector.torproject.org, and each authority serves its own.

With -lines every line begins with one of these words. AUTHORITY is the fingerprint of an authority's identity; 40 zeros
if the vote does not tell. Times are Unix seconds, durations seconds, bandwidths KB/s, or bytes/s by rules from before
0.2.4.12-alpha; what is not known is "unknown".

    relay FINGERPRINT NICKNAME FLAG
    vote AUTHORITY NICKNAME made=TIME lists=0|1 decides=0|1 counts=0|1 voted=0|1 ours=yes|no|unknown WHY
        whether the vote lists the relay, decides on the flag, counts for it and gives it, and what the rules give
    criterion AUTHORITY FLAG NAME has=N needs=N margin=N set-by=BOUND met=yes|no|unknown
        BOUND is percentile, guarantee, parameter, fixed or override; a blank in NAME is written as -
    due AUTHORITY FLAG NAME earliest=TIME latest=TIME      with -forecast, of each criterion; of the flag if NAME is all;
                                                           "never" if staying up does not bring it
    clause AUTHORITY FLAG NAME percentile=N guarantee=N needs=N set-by=BOUND in-use=0|1 passing=N by-percentile=N
        by-guarantee=N unknown=N                           with -clauses; all on one line
    sum FLAG deciding=N for=N needed=N short=N given=0|1 STANDING
    due FLAG earliest=TIME latest=TIME                     with -forecast, of the consensus
    uncounted FLAG WHY                                     in place of the last two, where votes do not belong together

Exit status: 0, or 2 for input or arguments of no use.`

func main() { cli.Main(run) }

// options are the program's arguments.
type options struct {
	votes                    []string
	relay, flag, rules       string
	thresholds               string
	authorities              int
	forecast, clauses, lines bool
}

func run(args []string, out, errOut io.Writer) int {
	var o options
	fs := cli.Flags("explain", about, notes)
	fs.Func("vote", "a vote: a `FILE`, plain or gzip, or - for standard input; repeated, of several authorities.\nA file may hold several votes, one behind the other (default: the sample)", func(name string) error {
		o.votes = append(o.votes, name)
		return nil
	})
	fs.IntVar(&o.authorities, "authorities", 0, "count as if `N` authorities could have voted (default: as many as there are votes)")
	fs.StringVar(&o.flag, "flag", "Guard", "explain this `FLAG`: Fast, Guard, HSDir or Stable")
	fs.StringVar(&o.rules, "rules", "latest", "explain by the rules of this Tor `VERSION`")
	fs.StringVar(&o.thresholds, "thresholds", "vote", "explain by `WHICH` thresholds: vote for those it published, if it did, or recomputed\nfrom its relays")
	fs.BoolVar(&o.forecast, "forecast", false, "tell when, if the relay stays up, each criterion is met and the flag is had")
	fs.BoolVar(&o.clauses, "clauses", false, "tell of each authority's thresholds which clause binds, the network's percentile\nor the guarantee, and how many relays each alone would admit")
	fs.BoolVar(&o.lines, "lines", false, "print lines for machines, and nothing else")
	// The relay may stand before, between and behind the flags, which the flag package alone does not allow.
	for rest := args; ; rest = fs.Args()[1:] {
		if code, ok := cli.Parse(fs, rest, out, errOut); !ok {
			return code
		}
		if fs.NArg() == 0 {
			break
		}
		switch {
		case o.relay != "":
			return cli.Fail("explain", errOut, fmt.Errorf("more than one relay: %q and %q; -h lists the flags", o.relay, fs.Arg(0)))
		case fs.Arg(0) == "": // most likely a variable that is not set
			return cli.Fail("explain", errOut, errors.New("no relay has an empty name; leave it out for one of the program's choice"))
		}
		o.relay = fs.Arg(0)
	}
	if err := answer(o, out); err != nil {
		return cli.Fail("explain", errOut, err)
	}
	return cli.OK
}

// answer does what the options ask for.
func answer(o options, out io.Writer) error {
	flag, known := consensus.ParseFlag(o.flag)
	if !known || flag&guard.Decided == 0 {
		return fmt.Errorf("-flag: %q is none of %v", o.flag, guard.Decided)
	}
	rules, err := guard.RulesFor(o.rules)
	if err != nil {
		return fmt.Errorf("-rules: %w", err)
	}
	source, ok := map[string]guard.Source{"vote": guard.Published, "recomputed": guard.Recomputed}[o.thresholds]
	if !ok {
		return fmt.Errorf("-thresholds: %q is neither vote nor recomputed", o.thresholds)
	}
	votes := explain.Votes{Rules: rules, Authorities: o.authorities}
	if len(o.votes) == 0 {
		if votes, err = votes.Read(sample, source); err != nil {
			return fmt.Errorf("the sample: %w", err)
		}
	}
	for _, name := range o.votes {
		text, err := cli.Read(name)
		if err != nil {
			return err
		}
		if votes, err = votes.Read(text, source); err != nil {
			return fmt.Errorf("%s: %w", cli.Shown(name), err)
		}
	}
	if o.authorities != 0 && o.authorities < len(votes.Reviews) {
		return fmt.Errorf("-authorities: %d could have voted, but there are %d votes", o.authorities, len(votes.Reviews))
	}
	relay, err := theRelay(votes, o.relay, flag)
	if err != nil {
		return err
	}
	p := printer{options: o, out: out, votes: votes, table: votes.Of(relay, flag)}
	if o.lines {
		p.printLines()
	} else {
		p.printTables()
	}
	return nil
}

// theRelay is the one relay of that name; without a name, the one closest to the flag, or else the first of all.
func theRelay(votes explain.Votes, name string, flag consensus.Flag) (consensus.Fingerprint, error) {
	if name == "" {
		if relay, ok := votes.Closest(flag); ok {
			return relay, nil
		}
		if relays := votes.Relays(); len(relays) > 0 {
			return relays[0], nil
		}
		return consensus.Fingerprint{}, errors.New("no vote lists any relay")
	}
	switch found := votes.Find(name); len(found) {
	case 1:
		return found[0], nil
	case 0:
		return consensus.Fingerprint{}, fmt.Errorf("no vote lists a relay %q", name)
	default:
		var list []string
		for _, id := range found {
			list = append(list, id.String())
		}
		return consensus.Fingerprint{}, cli.Ambiguous(name, list)
	}
}
