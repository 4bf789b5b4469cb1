// Command forecast tells a relay's operator from a directory authority's router-stability file how the relay stands:
// its WFU, time known and MTBF, when each will be enough for the flags Guard and Stable, when the relay will have these,
// which outages it keeps them over, and when they are back after a longer one.
//
// Without arguments it shows some relays of a made-up file.
package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

//go:embed sample-router-stability
var sample []byte

const about = `
Usage: go run ./examples/forecast [-stability FILE] [-relay FINGERPRINT] [-now T] [-loaded T] [-outage D] [-lines]

Reads a directory authority's file router-stability and tells of a relay in it

    WFU           weighted fractional uptime: how much of the time it was up, the past counting less
    time known    how long the authority has known it, likewise
    MTBF          weighted mean time between failures: how long its runs last

at one moment; when each will be enough if the relay stays up; and how long it may be down before WFU is too low. Of
the flags Stable and Guard it tells when the relay has them and what they wait for, over which outage it keeps them, and
when they are back after one of a certain length. A relay that is down is taken to come back at that moment. Without
-relay it lists all relays, without -stability those of a sample.

A time T is YYYY-MM-DD HH:MM:SS in UTC, or seconds since 1970.`

const notes = `
Enough is what always is: WFU of 98 % and 8 days known for Guard, MTBF of 5 days for Stable. If most relays are worse,
less will do. Guard and Stable ask for more than these, such as bandwidth, which the relay is taken to have: see
./examples/flags and ./examples/explain for that.

An outage is what the authority notes of one. It tests each relay every 21 minutes and looks at the results when it
votes, each hour; less than 45 minutes leave no trace. Any that is noted ends a run, however short it is.

With -lines there is one key=value a line: wfu, tk (seconds) and mtbf (seconds) at the moment; wfu-reached-at,
tk-reached-at and mtbf-reached-at, each the first second since 1970 at which it is enough, or "now", or "never"; and
outage-budget, the most seconds the relay may be down from that moment on with WFU still enough at the end.

With -lines and -outage there follow ten lines on Stable and ten on Guard, those with moments as above:

    guard=                   whether the relay has the flag at the moment: yes or no
    guard-gained-at=         when it first has the flag if it stays up
    guard-waits-for=         the criterion that comes last, or "nothing"
    guard-lost-at=           when, having had the flag, it is first without it though it stays up
    guard-for-good-at=       from when on it keeps the flag
    guard-survives=          the most seconds it may be down from that moment on and, if it is back then or at any second
                             before, have the flag at once; -1 if none, "any" if all
    guard-breaks=            the criterion that fails after one second more, or "nothing"
    guard-back-at=           when it has the flag again after it was down for the -outage
    guard-back-lost-at=      when it then loses it once more though it stays up
    guard-back-for-good-at=  from when on it then keeps it

Exit status: 0, or 2 for input or arguments of no use.`

func main() { cli.Main(run) }

// options are the program's arguments.
type options struct {
	stability, relay string
	now, loaded      cli.Time
	outage           seconds
	lines            bool
}

// seconds is a flag.Value for a length of time in whole seconds.
type seconds struct {
	n     int64
	isSet bool
}

// Set reads a number of seconds, or a duration as Go writes it.
func (s *seconds) Set(text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		var d time.Duration
		d, err = time.ParseDuration(text)
		n = int64(d / time.Second)
	}
	if err != nil || n < 0 || n > 1<<31 {
		return errors.New("neither seconds nor a duration such as 36h or 1h30m, of up to 68 years")
	}
	*s = seconds{n, true}
	return nil
}

// String is the seconds as text.
func (s *seconds) String() string {
	if s == nil || !s.isSet {
		return ""
	}
	return strconv.FormatInt(s.n, 10)
}

func run(args []string, out, errOut io.Writer) int {
	var o options
	fs := cli.Flags("forecast", about, notes)
	fs.StringVar(&o.stability, "stability", "", "the router-stability `FILE`, plain or gzip, or - for standard input (default: a sample)")
	fs.StringVar(&o.relay, "relay", "", "tell of the relay with this `FINGERPRINT`, 40 hexadecimal digits with or without $")
	fs.Var(&o.now, "now", "tell how it is at `T` (default: when the file was stored, even with -loaded)")
	fs.Var(&o.loaded, "loaded", "take times to be those of an authority that started with the file at `T`,\nwhich does not count the time it was off (default: as they are in the file)")
	fs.Var(&o.outage, "outage", "tell when flags are back after an outage of `D`, in seconds or as 36h (default: 24h)")
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
	future := foresight.OfHistory(guard.Latest(), h, ledger.LastDownrated, now)
	switch {
	case !o.lines:
		if !o.outage.isSet {
			o.outage.n = 24 * 60 * 60
		}
		explain(out, id, future, o.outage.n)
	default:
		printLines(out, outlookOf(h, now, ledger.LastDownrated))
		if o.outage.isSet {
			printFlagLines(out, future, o.outage.n)
		}
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
