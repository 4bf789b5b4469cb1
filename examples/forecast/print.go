package main

import (
	"fmt"
	"io"

	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// outlook is what the library says of one relay.
type outlook struct {
	now              wfu.Instant
	stats            wfu.Stats
	wfu, known, mtbf reached
	budget           int64 // s
}

// reached is when a measure is enough, if ever.
type reached struct {
	at wfu.Instant
	ok bool
}

func outlookOf(h wfu.History, now, clock wfu.Instant) outlook {
	o := outlook{now: now, stats: h.Stats(now)}
	if !h.Running() {
		h = h.Reachable(now)
	}
	enough := guard.Latest()
	o.wfu.at, o.wfu.ok = h.ReachWFU(now, clock, enough.GuardWFU)
	o.known.at, o.known.ok = h.ReachTimeKnown(now, clock, enough.GuardTimeKnown)
	o.mtbf.at, o.mtbf.ok = h.ReachMTBF(now, clock, float64(enough.StableMTBF))
	o.budget, _ = h.OutageBudget(now, clock, enough.GuardWFU)
	return o
}

// printLines prints one key=value a line.
func printLines(out io.Writer, o outlook) {
	line := func(r reached) string {
		if !r.ok {
			return momentLine(foresight.Never, o.now)
		}
		return momentLine(r.at, o.now)
	}
	fmt.Fprintf(out, "wfu=%.6f\ntk=%d\nmtbf=%.0f\n", o.stats.WFU, o.stats.TimeKnown, o.stats.MTBF)
	fmt.Fprintf(out, "wfu-reached-at=%s\ntk-reached-at=%s\nmtbf-reached-at=%s\n", line(o.wfu), line(o.known), line(o.mtbf))
	fmt.Fprintf(out, "outage-budget=%d\n", o.budget)
}

// overview prints a line for each relay.
func overview(out io.Writer, name string, ledger wfu.Ledger, now wfu.Instant) {
	fmt.Fprintf(out, "%s: %d relays at %v UTC\n\n", name, len(ledger.Relays), now)
	rows := [][]string{{"relay", "is", "WFU", "98 %", "known", "8 d", "MTBF", "5 d", "may be down"}}
	for id, h := range ledger.All() {
		o := outlookOf(h, now, ledger.LastDownrated)
		rows = append(rows, []string{
			fmt.Sprintf("%X", id), upOrDown(h),
			percent(o.stats.WFU), o.in(o.wfu),
			cli.Duration(o.stats.TimeKnown), o.in(o.known),
			cli.Duration(int64(o.stats.MTBF)), o.in(o.mtbf),
			cli.Duration(o.budget),
		})
	}
	cli.Table(out, rows)
	fmt.Fprintf(out, "\nThe columns 98 %%, 8 d and 5 d tell when that is reached if the relay stays up. -relay tells more.\n")
}

// explain tells an operator about one relay.
func explain(out io.Writer, id [20]byte, future foresight.Future, outage int64) {
	h, now, clock := future.History, future.Now, future.Clock
	o := outlookOf(h, now, clock)
	fmt.Fprintf(out, "Relay %X\nat %v UTC, %s.\n\n", id, now, state(h, now))
	cli.Table(out, [][]string{
		{"", "now", "enough", "for", "reached, if it stays up"},
		{"WFU", percent(o.stats.WFU), "98 %", "Guard", o.when(o.wfu)},
		{"time known", cli.Duration(o.stats.TimeKnown), "8 d", "Guard", o.when(o.known)},
		{"MTBF", cli.Duration(int64(o.stats.MTBF)), "5 d", "Stable", o.when(o.mtbf)},
	})
	fmt.Fprintln(out)
	explainFlags(out, future, outage)

	fmt.Fprintln(out)
	if o.budget > 0 {
		fmt.Fprintf(out, "It may be down from now for %s (%.1f hours, %d s), then WFU falls below 98 %%.\n",
			cli.Duration(o.budget), float64(o.budget)/3600, o.budget)
	} else {
		fmt.Fprintln(out, "It has no time to be down: WFU is below 98 %, or just there.")
	}
	least, most := phases(h, now)
	next := clock.Add(wfu.DiscountInterval)
	fmt.Fprintf(out, "What is past loses 5 %% of its weight every 12 hours; next at %v UTC, %s.\n", next, in(next.Sub(now)))
	if least != most {
		fmt.Fprintf(out, "Were that at another hour, it could be %s to %s; authorities differ in it.\n", cli.Duration(least), cli.Duration(most))
	}
}

// phases is the least and the most time the relay may be down, over the hours at which the discount could be next.
func phases(h wfu.History, now wfu.Instant) (least, most int64) {
	for hour := range int64(12) {
		o := outlookOf(h, now, now.Add(-hour*60*60))
		if hour == 0 {
			least = o.budget
		}
		least, most = min(least, o.budget), max(most, o.budget)
	}
	return least, most
}

func upOrDown(h wfu.History) string {
	if h.Running() {
		return "up"
	}
	return "down"
}

func state(h wfu.History, now wfu.Instant) string {
	switch {
	case h.Running():
		return fmt.Sprintf("up for %s", cli.Duration(now.Sub(h.StartOfRun)))
	case h.StartOfDowntime != 0:
		return fmt.Sprintf("down for %s and taken to come back now", cli.Duration(now.Sub(h.StartOfDowntime)))
	}
	return "never seen up or down, and taken to come up now"
}

// when is the moment something is reached, for a sentence.
func (o outlook) when(r reached) string {
	if !r.ok || r.at == o.now {
		return o.in(r)
	}
	return fmt.Sprintf("%v UTC, %s", r.at, in(r.at.Sub(o.now)))
}

// in is how far ahead that moment is.
func (o outlook) in(r reached) string {
	switch {
	case !r.ok:
		return "never"
	case r.at == o.now:
		return "now"
	}
	return in(r.at.Sub(o.now))
}

func in(seconds int64) string { return "in " + cli.Duration(seconds) }

func percent(fraction float64) string { return fmt.Sprintf("%.3f %%", 100*fraction) }
