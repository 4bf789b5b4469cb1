// Command bench measures how fast this library is, beside what else there is: the floor that memory sets, sorting as tor
// does it, Go's statistics packages, and stem. All contenders take turns within one run, so that whatever the machine is
// busy with besides slows them down alike; what counts are the ratios.
//
// It is a module of its own, since its peers are no business of the library's.
package main

import (
	"flag"
	"fmt"
	"io"
	"regexp"

	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
)

const about = `
Usage: go run . [-consensus FILE] [-vote FILE] [-descriptors FILE] [-bandwidth FILE] [-stability FILE]
           [-only REGEXP] [-rounds N] [-linear] [-markdown | -lines]

Measures how fast documents are read, thresholds and flags are decided, histories discounted and relays drawn, each
beside its peers. Contenders take turns, round by round; the table has the median of each, and for each peer how many times
longer it takes. Documents are made up, with as much repetition as real ones have, unless files are given. Nothing is
asserted: no figure makes the command fail. Progress goes to standard error.`

const notes = `
Peers
  IndexByte   finding each line end, and nothing else: what any reader of lines must do
  memory      reading each byte once, eight at a time
  sorting     as tor does it: sort whole columns, then index
  gonum       gonum.org/v1/gonum/stat on a copy, sorted, which it asks for
  montanaflynn, moremath
              github.com/montanaflynn/stats and github.com/aclements/go-moremath/stats
  stem        if python3 can import it (Debian: python3-stem): three attributes of each relay
  strconv     what writes the same numbers without thinking

With -lines, a line a measurement and peer, in nanoseconds for the whole of it:
  NAME ours_ns=N peer=PEER peer_ns=N ratio=R        where R is peer_ns/ours_ns
Standard error has the units (bytes, relays) that a measurement is over.`

// options are the command's arguments.
type options struct {
	consensus, vote, descriptors, bandwidth, stability string
	only                                               string
	rounds                                             int
	linear, markdown, lines                            bool
}

func main() { cli.Main(run) }

func run(args []string, out, errOut io.Writer) int {
	var o options
	fs := cli.Flags("bench", about, notes)
	o.register(fs)
	if code, ok := cli.Parse(fs, args, out, errOut); !ok {
		return code
	}
	only, err := regexp.Compile(o.only)
	switch {
	case err != nil:
		return cli.Fail("bench", errOut, fmt.Errorf("-only: %w", err))
	case fs.NArg() > 0:
		return cli.Fail("bench", errOut, fmt.Errorf("%q: there are no arguments but flags", fs.Arg(0)))
	case o.rounds < 1:
		return cli.Fail("bench", errOut, fmt.Errorf("-rounds: %d is less than 1", o.rounds))
	case o.markdown && o.lines:
		return cli.Fail("bench", errOut, fmt.Errorf("-markdown and -lines do not go together"))
	}
	results, err := measureAll(o, only, errOut)
	if err != nil {
		return cli.Fail("bench", errOut, err)
	}
	switch {
	case o.lines:
		printLines(out, results)
	case o.markdown:
		printMarkdown(out, results, args)
	default:
		printTable(out, results)
	}
	return cli.OK
}

func (o *options) register(fs *flag.FlagSet) {
	fs.StringVar(&o.consensus, "consensus", "", "read this consensus, unpacked or gzip, instead of a made-up one of 7000 relays")
	fs.StringVar(&o.vote, "vote", "", "read this vote")
	fs.StringVar(&o.descriptors, "descriptors", "", "read these server descriptors")
	fs.StringVar(&o.bandwidth, "bandwidth", "", "read this bandwidth file")
	fs.StringVar(&o.stability, "stability", "", "read this router-stability file")
	fs.StringVar(&o.only, "only", "", "measure only what matches this regular expression")
	fs.IntVar(&o.rounds, "rounds", 15, "take turns this often")
	fs.BoolVar(&o.linear, "linear", false, "also show that cost grows linearly, up to 10,000,000 relays (takes 4 GB)")
	fs.BoolVar(&o.markdown, "markdown", false, "print the table for a README")
	fs.BoolVar(&o.lines, "lines", false, "print lines for machines")
}

// measureAll runs what matches.
func measureAll(o options, only *regexp.Regexp, progress io.Writer) ([]result, error) {
	var results []result
	for _, b := range benchmarks(o) {
		if !only.MatchString(b.name) {
			continue
		}
		c, err := b.prepare()
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(progress, "bench: %s: %s, %d rounds of %d contenders\n", b.name, c.unit(), o.rounds, 1+len(c.peers))
		r := measure(c, o.rounds)
		r.name = b.name
		results = append(results, r)
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("-only: nothing matches %q", o.only)
	}
	return results, nil
}
