// Command flags decides a vote again: a directory authority's vote goes in, and for every relay in it the flags Fast,
// Guard, HSDir and Stable come out, decided by this library's arithmetic and held against what the authority said.
//
// Without arguments it works on a vote that tor made over a made-up network.
package main

import (
	"flag"
	"fmt"
	"io"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/examples/internal/samples"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

var sample = samples.Vote()

const about = `
Usage: go run ./examples/flags [-vote FILE] [-explain RELAY] [-thresholds recomputed|vote] [-rules VERSION] [-lines]
       go run ./examples/flags -descriptors FILE -now TIME [-stability FILE] [-bandwidth FILE] [-torrc FILE]
           [-approved-routers FILE] [-self FILE] [-params "Name=value …"] [-started TIME] [-voted TIME …]
           [-uptime SECONDS] [-late] [-identity FINGERPRINT] [-rules VERSION] [-vote FILE] [-explain RELAY] [-lines]

The first form decides the flags Fast, Guard, HSDir and Stable of every relay in a directory authority's vote again, and
holds the result against the vote; without -vote it works on a sample. The second makes the vote of an authority that has
the given files, started at one moment and voting at another, and holds it line by line against -vote, if there is one.

-rules names a version of Tor, such as 0.2.5.6-alpha, a series, such as 0.2.9, a year, or article for the rules as an
article of 2013 has them. In the first form it decides by the rules of that version; in the second the authority is of that
version in all it does, and prints what such a one prints: no stats lines before 0.4.6.1-alpha, no flag-thresholds before
0.2.4.11-alpha. Held against votes of the real thing are versions from 0.2.3.25 on.`

const notes = `
Authorities' votes are at https://collector.torproject.org, and each authority serves its own.
Exit status: 0 if no flag differs, 1 if some do, 2 for input or arguments of no use.`

func main() { cli.Main(run) }

// options are the program's arguments.
type options struct {
	vote, thresholds, explain, rules string
	lines                            bool
}

func run(args []string, out, errOut io.Writer) int {
	var o options
	var f files
	fs := cli.Flags("flags", about, notes)
	fs.StringVar(&o.vote, "vote", "", "the vote: a `FILE`, plain or gzip, or - for standard input (default: the sample)")
	fs.StringVar(&o.thresholds, "thresholds", "recomputed", "decide by `WHICH` thresholds: recomputed from the vote's relays, or vote for those it published")
	fs.StringVar(&o.explain, "explain", "", "explain this `RELAY`, a fingerprint or nickname, criterion by criterion")
	fs.StringVar(&o.rules, "rules", "latest", "the `VERSION` of Tor, see above")
	fs.BoolVar(&o.lines, "lines", false, "print lines for machines, and nothing else")
	fs.StringVar(&f.descriptors, "descriptors", "", "make the vote of an authority that holds the server descriptors of this `FILE`")
	fs.StringVar(&f.stability, "stability", "", "its histories: router-stability `FILE`")
	fs.StringVar(&f.bandwidth, "bandwidth", "", "its bandwidth `FILE`")
	fs.StringVar(&f.torrc, "torrc", "", "its options: torrc `FILE`")
	fs.StringVar(&f.approved, "approved-routers", "", "its lists: approved-routers `FILE`")
	fs.StringVar(&f.self, "self", "", "its own descriptor, which it lists too: a `FILE`")
	fs.StringVar(&f.params, "params", "", "the consensus parameters in force, \"`Name=value` …\"")
	fs.Var(&f.now, "now", "the `TIME` of the vote, as Unix seconds or \"YYYY-MM-DD HH:MM:SS\"")
	fs.Var(&f.started, "started", "the `TIME` the authority was started (default: that of -now)")
	fs.Func("voted", "the `TIME` of a vote between -started and -now, for votes change what an authority remembers; repeated, of several", f.addVoted)
	fs.BoolVar(&f.late, "late", false, "take the descriptors to have arrived only after the authority's start")
	fs.StringVar(&f.uptime, "uptime", "", "the `SECONDS` it has worked (default: from -started to -now)")
	fs.StringVar(&f.identity, "identity", "", "its own `FINGERPRINT` as a relay (default: that of torrc's DirAuthority line)")
	if code, ok := cli.Parse(fs, args, out, errOut); !ok {
		return code
	}
	if fs.NArg() > 0 {
		return cli.Fail("flags", errOut, fmt.Errorf("unexpected argument %q; -h lists the flags", fs.Arg(0)))
	}
	err := misplaced(fs)
	code := cli.Unusable
	switch {
	case err != nil:
	case f.descriptors != "":
		code, err = decide(f, o, out, errOut)
	default:
		code, err = review(o, out)
	}
	if err != nil {
		return cli.Fail("flags", errOut, err)
	}
	return code
}

// misplaced is an error for an argument of the one form given with the other, rather than passing over it.
func misplaced(fs *flag.FlagSet) (err error) {
	fromFiles := fs.Lookup("descriptors").Value.String() != ""
	fs.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "vote", "explain", "lines", "descriptors", "rules":
		case "thresholds":
			if fromFiles {
				err = fmt.Errorf("-%s does not go with -descriptors", f.Name)
			}
		default:
			if !fromFiles {
				err = fmt.Errorf("-%s needs -descriptors", f.Name)
			}
		}
	})
	return err
}

// review does what the options ask for.
func review(o options, out io.Writer) (code int, err error) {
	rules, err := guard.RulesFor(o.rules)
	if err != nil {
		return 0, fmt.Errorf("-rules: %w", err)
	}
	source, ok := map[string]guard.Source{"recomputed": guard.Recomputed, "vote": guard.Published}[o.thresholds]
	if !ok {
		return 0, fmt.Errorf("-thresholds: %q is neither recomputed nor vote", o.thresholds)
	}
	doc, name := sample, "the sample vote"
	if o.vote != "" {
		name = cli.Shown(o.vote)
		if doc, err = cli.Read(o.vote); err != nil {
			return 0, err
		}
	}
	v, err := rules.ReviewVote(doc, source)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	var explained guard.Relay
	if o.explain != "" || !o.lines {
		if explained, err = relayToExplain(v, o.explain); err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
	}

	if o.lines {
		printLines(out, v)
	} else {
		fmt.Fprintf(out, "%s: %d relays, %s\ndecided again by the rules of %s and the %v thresholds\n\n", name, len(v.Relays), voteAuthor(v),
			rules.Name, source)
		printThresholds(out, v)
		printTallies(out, v)
		if len(v.Relays) > 0 {
			t := v.Recomputed
			if source == guard.Published {
				t = v.Published
			}
			forecasts := foresight.FromStats(rules, explained, t, v.Header.Published)
			due := func(flag consensus.Flag) (earliest, latest wfu.Instant) { return foresight.Due(forecasts, flag) }
			printExplanation(out, explained, rules.Decide(explained, t), forecasts, due, v.Header.Published)
			at := slices.IndexFunc(v.Relays, func(r guard.Relay) bool { return r.Identity == explained.Identity })
			fmt.Fprintf(out, "\nThe vote says: %v\n", v.Comparisons[at].Voted)
		}
	}
	if v.Disagrees() {
		return cli.Differs, nil
	}
	return cli.OK, nil
}

// relayToExplain is the one relay of that name; without a name, the vote's first that is refused Guard, or else its
// first.
func relayToExplain(v guard.Review, name string) (guard.Relay, error) {
	if name == "" {
		for i, c := range v.Comparisons {
			if c.Decision.Answer(consensus.Guard) == guard.No && c.Decision.Against.Of(consensus.Guard).Has(guard.LowWFU) {
				return v.Relays[i], nil
			}
		}
		if len(v.Relays) > 0 {
			return v.Relays[0], nil
		}
		return guard.Relay{}, nil
	}
	return one(v.Relays, name)
}

// one is the one relay of that name.
func one(relays []guard.Relay, name string) (guard.Relay, error) {
	switch found := guard.Find(relays, name); len(found) {
	case 1:
		return found[0], nil
	case 0:
		return guard.Relay{}, fmt.Errorf("no relay %q in it", name)
	default:
		var list []string
		for _, relay := range found {
			list = append(list, relay.Identity.String())
		}
		return guard.Relay{}, cli.Ambiguous(name, list)
	}
}

func voteAuthor(v guard.Review) string {
	if len(v.Header.Sources) == 0 {
		return "by an unnamed authority"
	}
	return fmt.Sprintf("voted by %s at %v UTC", v.Header.Sources[0].Nickname, v.Header.Published)
}
