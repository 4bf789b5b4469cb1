// Command forecast tells a relay's operator from a directory authority's router-stability file how the relay stands:
// its WFU, time known and MTBF, when each will be enough for the flags Guard and Stable, and how long the relay may be
// down.
//
// Without arguments it shows some relays of a made-up file.
package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/wfu"
)

//go:embed sample-router-stability
var sample []byte

const about = `
Usage: go run ./examples/forecast [-stability FILE] [-relay FINGERPRINT] [-now T] [-loaded T] [-lines]

Reads a directory authority's file router-stability and tells of a relay in it

    WFU           weighted fractional uptime: how much of the time it was up, the past counting less
    time known    how long the authority has known it, likewise
    MTBF          weighted mean time between failures: how long its runs last

at one moment; when each will be enough if the relay stays up; and how long it may be down before WFU is too low. A
relay that is down is taken to come back at that moment. Without -relay it lists all relays, without -stability those
of a sample.

A time T is YYYY-MM-DD HH:MM:SS in UTC, or seconds since 1970.`

const notes = `
Enough is what always is: WFU of 98 % and 8 days known for Guard, MTBF of 5 days for Stable. If most relays are worse,
less will do, and Guard and Stable ask for more than these: see ./examples/flags.

With -lines there is one key=value a line: wfu, tk (seconds) and mtbf (seconds) at the moment; wfu-reached-at,
tk-reached-at and mtbf-reached-at, each the first second since 1970 at which it is enough, or "now", or "never"; and
outage-budget, the most seconds the relay may be down from that moment on with WFU still enough at the end.

Exit status: 0, or 2 for input or arguments of no use.`

// What authorities always take to be enough, by their default options.
const (
	enoughWFU   = 0.98
	enoughKnown = 8 * 24 * 60 * 60
	enoughMTBF  = 5 * 24 * 60 * 60
)

func main() { cli.Main(run) }

// options are the program's arguments.
type options struct {
	stability, relay string
	now, loaded      cli.Time
	lines            bool
}

func run(args []string, out, errOut io.Writer) int {
	var o options
	fs := cli.Flags("forecast", about, notes)
	fs.StringVar(&o.stability, "stability", "", "the router-stability `FILE`, plain or gzip, or - for standard input (default: a sample)")
	fs.StringVar(&o.relay, "relay", "", "tell of the relay with this `FINGERPRINT`, 40 hexadecimal digits with or without $")
	fs.Var(&o.now, "now", "tell how it is at `T` (default: when the file was stored, even with -loaded)")
	fs.Var(&o.loaded, "loaded", "take times to be those of an authority that started with the file at `T`,\nwhich does not count the time it was off (default: as they are in the file)")
	fs.BoolVar(&o.lines, "lines", false, "print lines for machines, and nothing else")
	if code, ok := cli.Parse(fs, args, out, errOut); !ok {
		return code
	}
	err := forecast(o, fs.Args(), out, errOut)
	if err != nil {
		return cli.Fail("forecast", errOut, err)
	}
	return cli.OK
}

// forecast does what the options ask for.
func forecast(o options, rest []string, out, errOut io.Writer) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q; -h lists the flags", rest[0])
	}
	if o.lines && o.relay == "" {
		return errors.New("-lines needs -relay")
	}
	text, name := sample, "the sample"
	if o.stability != "" {
		var err error
		if text, err = cli.Read(o.stability); err != nil {
			return err
		}
		name = cli.Shown(o.stability)
	}
	ledger, warnings, err := wfu.ParseLedger(text)
	tell(errOut, name, warnings)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}

	now := ledger.StoredAt
	if o.now.IsSet {
		now = o.now.At
	}
	if o.loaded.IsSet {
		// An authority that starts discounts at once.
		ledger = ledger.Load(o.loaded.At).Discount(o.loaded.At)
	}
	// Ticks due since the file was stored are applied together, too.
	ledger = ledger.Discount(now)

	if o.relay == "" {
		overview(out, name, ledger, now)
		return nil
	}
	id, err := consensus.ParseFingerprint(o.relay)
	if err != nil {
		return fmt.Errorf("-relay: %w", err)
	}
	h, ok := ledger.Relays[id]
	if !ok {
		return fmt.Errorf("%s: no relay %v in it", name, id)
	}
	if o.lines {
		printLines(out, outlookOf(h, now, ledger.LastDownrated))
	} else {
		explain(out, id, h, now, ledger.LastDownrated)
	}
	return nil
}

// tell warns of what is wrong with a file that can be used all the same.
func tell(errOut io.Writer, name string, warnings []*wfu.ParseError) {
	const most = 10
	for i, w := range warnings {
		if i == most {
			fmt.Fprintf(errOut, "forecast: %s: and %d more warnings\n", name, len(warnings)-i)
			return
		}
		fmt.Fprintf(errOut, "forecast: %s: %v\n", name, w)
	}
}
