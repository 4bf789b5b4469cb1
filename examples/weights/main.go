// Command weights does the arithmetic between votes and paths: what the votes of several directory authorities add up
// to, and what bandwidth weights a consensus should have.
//
// Without arguments it counts three made-up votes and checks the consensus that the real tor made of them.
package main

import (
	"embed"
	"fmt"
	"io"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
)

//go:embed sample
var sample embed.FS

const about = `
Usage: go run ./examples/weights FILE…
       go run ./examples/weights -votes VOTE VOTE … -authorities N [-flavour ns|microdesc] [-explain RELAY]

The first form computes the bandwidth-weights line of each consensus again, from its relays, and prints

    FILE ok CASE    the case of the specification that the weights come from
    FILE differs    followed by the line in the consensus and the line computed
    FILE none       for a consensus that has no such line

A FILE is plain or compressed with gzip, or - for standard input. Where it is a directory, all files below it are
checked that hold a consensus.

The second form prints what the votes add up to where N authorities could have voted: the lines known-flags and params
of the consensus, for each relay its fingerprint and its lines s and w, and the line bandwidth-weights.`

const notes = `
Consensuses and votes are at https://collector.torproject.org.
Exit status: 0 if no weights differ, 1 if some do, 2 for input or arguments of no use.`

func main() { cli.Main(run) }

// options are the program's arguments.
type options struct {
	files       []string
	votes       bool
	authorities int
	flavour     string
	methods     string
	explain     string
}

func run(args []string, out, errOut io.Writer) int {
	var o options
	fs := cli.Flags("weights", about, notes)
	fs.Func("votes", "count the votes in this `VOTE` and in all files named, one vote in each", func(file string) error {
		o.votes, o.files = true, append(o.files, file)
		return nil
	})
	fs.IntVar(&o.authorities, "authorities", 0, "count as if `N` authorities could have voted (required with -votes)")
	fs.StringVar(&o.flavour, "flavour", "ns", "print the consensus of this flavour: `ns|microdesc`")
	fs.StringVar(&o.methods, "methods", "32-35", "count like a tor that knows the consensus methods `OLDEST-NEWEST`, within 17-35")
	fs.StringVar(&o.explain, "explain", "", "print instead how the votes on this `RELAY` went, a fingerprint or nickname, flag by flag")
	// Flags may stand before, between and behind the files, which the flag package alone does not allow.
	for rest := args; ; {
		if code, ok := cli.Parse(fs, rest, out, errOut); !ok {
			return code
		}
		if fs.NArg() == 0 {
			break
		}
		o.files, rest = append(o.files, fs.Arg(0)), fs.Args()[1:]
	}
	var code int
	var err error
	switch {
	case len(args) == 0:
		code, err = showSample(out, errOut)
	case o.votes:
		err = tally(o, out, errOut)
	case len(o.files) == 0:
		err = fmt.Errorf("no files; -h says how to name them")
	default:
		code = checkAll(o.files, out, errOut)
	}
	if err != nil {
		return cli.Fail("weights", errOut, err)
	}
	return code
}

// tally prints what votes add up to.
func tally(o options, out, errOut io.Writer) error {
	flavour, ok := map[string]string{"ns": "", "microdesc": "microdesc"}[o.flavour]
	if !ok {
		return fmt.Errorf("-flavour: %q is neither ns nor microdesc", o.flavour)
	}
	if o.authorities < 1 {
		return fmt.Errorf("-votes needs -authorities, the number of authorities that could have voted")
	}
	var oldest, newest int
	if _, err := fmt.Sscanf(o.methods, "%d-%d", &oldest, &newest); err != nil {
		return fmt.Errorf("-methods: %q is not of the form OLDEST-NEWEST", o.methods)
	}
	var votes []consensus.Document
	for _, file := range o.files {
		text, err := cli.Read(file)
		if err != nil {
			return err
		}
		vote, passedOver, err := consensus.ParseAsTor(text)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, err := range passedOver {
			fmt.Fprintf(errOut, "weights: %s: relay passed over: %v\n", file, err)
		}
		votes = append(votes, vote)
	}
	outcome, err := consensus.TallyMethods(votes, o.authorities, oldest, newest)
	if err != nil {
		return err
	}
	if o.explain != "" {
		r, err := find(outcome, o.explain)
		if err == nil {
			explain(outcome, r, out)
		}
		return err
	}
	_, err = out.Write(outcome.AppendLines(nil, flavour))
	return err
}

// sampleAuthorities is how many authorities could have voted in the sample.
const sampleAuthorities = 5

// showSample counts the sample's votes, says why they leave a relay out, and checks the consensus that tor made of them.
func showSample(out, errOut io.Writer) (code int, err error) {
	var votes []consensus.Document
	for _, name := range []string{"vote-1", "vote-2", "vote-3"} {
		text, err := sample.ReadFile("sample/" + name)
		if err != nil {
			return 0, err
		}
		vote, err := consensus.Parse(text)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		votes = append(votes, vote)
	}
	outcome, err := consensus.Tally(votes, sampleAuthorities)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(out, "The votes of %d of %d authorities on %d relays add up to:\n\n", len(votes), sampleAuthorities, len(outcome.Relays))
	out.Write(outcome.AppendLines(nil, ""))
	for _, r := range outcome.Relays {
		if r.Standing == consensus.NotValid {
			fmt.Fprint(out, "\nWhy a relay is left out:\n\n")
			explain(outcome, r, out)
			break
		}
	}
	text, err := sample.ReadFile("sample/consensus")
	if err != nil {
		return 0, err
	}
	fmt.Fprint(out, "\nThe weights of the consensus that tor made of these votes, computed again:\n\n")
	return checkText("sample/consensus", text, out, errOut)
}
