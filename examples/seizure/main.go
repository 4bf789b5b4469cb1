// Command seizure tells how many of Tor's clients had one of some seized relays for a guard, and what became of the
// network without them.
//
// It is the story this project comes from: in May 2017 the French police seized the guards kitten1 and kitten2. Without
// arguments the program works from the published figures of the consensus of 2017-04-15 00:00, a month before.
package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard/exposure"
)

const about = `
Usage: go run ./examples/seizure [-clients N] [-lines]
       go run ./examples/seizure -consensus FILE -relays A,B,… [-clients N] [-lines]

Tells how many of Tor's clients had one of some relays for a guard: the relays' shares of guard selection, the clients
exposed if each keeps 1 guard or 3, and the network before and after the relays are gone.

The first form works from the published figures of the consensus of 2017-04-15 00:00, a month before the guards kitten1
and kitten2 were seized: four totals, the guards' part that has V2Dir, and the weights of the two. Those figures do not say
how the rest is spread, so 3 guards are counted as if nobody else had a notable share, and arti's as if all guards were
measured. The second form counts exactly.`

const notes = `
Clients differ in whom they take for a guard, so each figure is given for each of these:

    tor-before-0.3.0  any guard by its bandwidth and the weight of its kind
    onionoo           the formula behind guard_probability on Relay Search
    tor-since-0.3.0   guards that are Stable, Fast and V2Dir only
    arti              of those, the ones that are measured

-lines prints nothing but these lines, where P is a probability of 0 to 1 with 6 significant digits, MODEL one of the
names above, and RELAY is written as it was in -relays:

    share MODEL RELAY P      that a client's first guard is this relay
    share MODEL total P      that it is one of them
    exposed MODEL GUARDS P   that one of so many guards is one of them

Consensuses are at https://collector.torproject.org.
Exit status: 0, or 2 for input or arguments of no use.`

func main() { cli.Main(run) }

// options are the program's arguments.
type options struct {
	consensus, relays string
	clients           int64
	lines             bool
}

func run(args []string, out, errOut io.Writer) int {
	var o options
	fs := cli.Flags("seizure", about, notes)
	fs.StringVar(&o.consensus, "consensus", "", "the consensus: a `FILE`, plain or gzip, or - for standard input (default: the figures of 2017)")
	fs.StringVar(&o.relays, "relays", "", "the relays that are seized: fingerprints or nicknames `A,B,…` (default: kitten1,kitten2)")
	fs.Int64Var(&o.clients, "clients", 2_000_000, "expect figures for `N` clients")
	fs.BoolVar(&o.lines, "lines", false, "print lines for machines, and nothing else")
	if code, ok := cli.Parse(fs, args, out, errOut); !ok {
		return code
	}
	if fs.NArg() > 0 {
		return cli.Fail("seizure", errOut, fmt.Errorf("unexpected argument %q; -h lists the flags", fs.Arg(0)))
	}
	s, err := open(o)
	if err != nil {
		return cli.Fail("seizure", errOut, err)
	}
	if o.lines {
		printLines(out, s)
	} else {
		printStory(out, s, o.clients)
	}
	return cli.OK
}

// seizure is the network before and after, and which relays are gone.
type seizure struct {
	source        string
	before, after network
	names         []string // of the seized relays, as the user calls them
	set           []int    // the same as indexes into the entries before
	sketch        bool     // the entries are sums of many relays
}

// open reads what the options name.
func open(o options) (seizure, error) {
	if o.clients < 0 {
		return seizure{}, fmt.Errorf("-clients: %d is less than 0", o.clients)
	}
	if o.consensus == "" {
		if o.relays != "" {
			return seizure{}, errors.New("-relays needs -consensus: the published figures are of kitten1 and kitten2 alone")
		}
		s, err := newSeizure(figuresOf2017(), "kitten1,kitten2")
		s.source, s.sketch = "its published figures", true
		return s, err
	}
	if o.relays == "" {
		return seizure{}, errors.New("-consensus needs -relays, the relays to be asked about")
	}
	text, err := cli.Read(o.consensus)
	if err != nil {
		return seizure{}, err
	}
	doc, err := consensus.Parse(text)
	switch {
	case err != nil:
		return seizure{}, fmt.Errorf("%s: %w", o.consensus, err)
	case doc.Header.Vote:
		return seizure{}, fmt.Errorf("%s: is a vote, not a consensus", o.consensus)
	}
	s, err := newSeizure(doc, o.relays)
	if err != nil {
		return seizure{}, fmt.Errorf("%s: %w", o.consensus, err)
	}
	s.source = o.consensus
	return s, nil
}

// newSeizure takes the relays, named in a list with commas, from the consensus.
func newSeizure(doc consensus.Document, relays string) (seizure, error) {
	var s seizure
	gone := map[int]string{}
	for name := range strings.SplitSeq(relays, ",") {
		name = strings.TrimSpace(name)
		found := exposure.Find(doc.Entries, name)
		switch len(found) {
		case 0:
			return seizure{}, fmt.Errorf("no relay %q in it", name)
		case 1:
		default:
			var list []string
			for _, i := range found {
				list = append(list, doc.Entries[i].Identity.String())
			}
			return seizure{}, cli.Ambiguous(name, list)
		}
		if twin, known := gone[found[0]]; known {
			return seizure{}, fmt.Errorf("%s and %s are the same relay", twin, name)
		}
		gone[found[0]] = name
		s.names, s.set = append(s.names, name), append(s.set, found[0])
	}

	rest := doc
	rest.Entries = nil
	for i, e := range doc.Entries {
		if _, is := gone[i]; !is {
			rest.Entries = append(rest.Entries, e)
		}
	}
	var err error
	if s.before, err = asPublished(doc); err != nil {
		return seizure{}, err
	}
	s.after = solved(rest)
	return s, nil
}

// exposed is the probability that one of a client's guards was seized.
func (s seizure) exposed(shares []float64, guards int) float64 {
	if s.sketch {
		return exposure.AtLeastOnce(exposure.AnyOf(shares, s.set, 1), int64(guards))
	}
	return exposure.AnyOf(shares, s.set, guards)
}
