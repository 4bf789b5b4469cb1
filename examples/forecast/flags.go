package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// flags are those that are told of.
var flags = []consensus.Flag{consensus.Stable, consensus.Guard}

// explainFlags tells when a relay has its flags, and what outages do to them.
func explainFlags(out io.Writer, future foresight.Future, outage int64) {
	after := future.After(outage)
	rows := [][]string{{"", "now", "if it stays up", "waits for", "may be down for", "then fails", "after " + cli.Duration(outage) + " down"}}
	for _, flag := range flags {
		o := future.Outlook(flag)
		rows = append(rows, []string{
			flag.String(), o.Has.String(), course(o, future.Now), waitsFor(o, future.Now, ""), survives(o), o.Breaks.Name,
			course(after.Outlook(flag), after.Now),
		})
	}
	cli.Table(out, rows)
	fmt.Fprintln(out, "The last column counts from the end of the outage.")
}

// course is when the relay has a flag, in words.
func course(o foresight.Outlook, now wfu.Instant) string {
	when := func(at wfu.Instant) string {
		switch at {
		case foresight.Never:
			return "never"
		case now:
			return "has it"
		}
		return in(at.Sub(now))
	}
	if o.ForGood == o.Gained.Latest {
		return when(o.Gained.Latest)
	}
	return when(o.Gained.Latest) + ", for good " + when(o.ForGood)
}

// waitsFor is the criterion that comes last, or else nothing.
func waitsFor(o foresight.Outlook, now wfu.Instant, nothing string) string {
	if o.Gained.Latest == now {
		return nothing
	}
	return o.Gained.Criterion.Name
}

// survives is the longest outage that leaves the flag, in words.
func survives(o foresight.Outlook) string {
	switch {
	case o.Survives == math.MaxInt64:
		return "ever"
	case o.Survives >= 0:
		return cli.Duration(o.Survives)
	case o.Breaks.Name == "":
		return "" // it has nothing to lose
	}
	return "not at all"
}

// printFlagLines prints the same as key=value lines.
func printFlagLines(out io.Writer, future foresight.Future, outage int64) {
	after := future.After(outage)
	for _, flag := range flags {
		o, back := future.Outlook(flag), after.Outlook(flag)
		line := func(key, value string) { fmt.Fprintf(out, "%s%s=%s\n", strings.ToLower(flag.String()), key, value) }
		moment := func(at wfu.Instant) string { return momentLine(at, future.Now) }

		line("", o.Has.String())
		line("-gained-at", moment(o.Gained.Latest))
		line("-waits-for", waitsFor(o, future.Now, "nothing"))
		line("-lost-at", moment(o.Lost.Latest))
		line("-for-good-at", moment(o.ForGood))
		if o.Survives == math.MaxInt64 {
			line("-survives", "any")
		} else {
			line("-survives", fmt.Sprint(o.Survives))
		}
		line("-breaks", cmp.Or(o.Breaks.Name, "nothing"))
		line("-back-at", moment(back.Gained.Latest))
		line("-back-lost-at", moment(back.Lost.Latest))
		line("-back-for-good-at", moment(back.ForGood))
	}
}

// momentLine is a moment for machines.
func momentLine(at, now wfu.Instant) string {
	switch at {
	case foresight.Never:
		return "never"
	case now:
		return "now"
	}
	return fmt.Sprint(int64(at))
}
