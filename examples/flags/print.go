package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// order is that in which the flags are shown.
var order = []consensus.Flag{consensus.Fast, consensus.Guard, consensus.Stable, consensus.HSDir}

// printLines prints the review for machines.
func printLines(out io.Writer, v guard.Review) {
	fmt.Fprintln(out, v.Recomputed)
	for _, flag := range order {
		if v.Known&flag != 0 {
			agree, within, disagree, unknown := v.Count(flag)
			fmt.Fprintf(out, "agree %v %d within %d disagree %d unknown %d\n", flag, agree, within, disagree, unknown)
		}
	}
	for _, flag := range order {
		for i, c := range v.Comparisons {
			if c.Disagree&v.Known&flag == 0 {
				continue
			}
			ours, against := 1, "none"
			if c.Decision.Answer(flag) == guard.No {
				ours, against = 0, c.Decision.Against.Of(flag).String()
			}
			fmt.Fprintf(out, "disagree %v %v vote=%d ours=%d %s\n", flag, v.Relays[i].Identity, 1-ours, ours, against)
		}
	}
}

// printThresholds prints what was recomputed beside what the vote published.
func printThresholds(out io.Writer, v guard.Review) {
	published := map[string]string{}
	if v.HasPublished {
		for pair := range strings.FieldsSeq(v.Published.String()) {
			key, value, _ := strings.Cut(pair, "=")
			published[key] = value
		}
	}
	carried := carriedKeys(v.Carried)
	rows := [][]string{{"threshold", "recomputed", "published", "unit", ""}}
	for _, pair := range strings.Fields(v.Recomputed.String())[1:] {
		key, value, _ := strings.Cut(pair, "=")
		row := []string{key, value, published[key], units[key], ""}
		switch {
		case carried[key]:
			row[1], row[4] = "-", "the vote does not show what it is made of"
		case row[2] == "":
			row[2], row[4] = "-", "not in the vote"
		case row[1] != row[2]:
			row[4] = "differs"
		}
		rows = append(rows, row)
	}
	cli.Table(out, rows)
	fmt.Fprintln(out)
}

// units are those in which the flag-thresholds line counts, where it does not show them itself.
var units = map[string]string{
	"stable-uptime": "seconds", "stable-mtbf": "seconds", "guard-tk": "seconds",
	"fast-speed": "bytes/s", "guard-bw-inc-exits": "bytes/s", "guard-bw-exc-exits": "bytes/s",
}

// carriedKeys are the thresholds that no vote, or not this one, lets anyone recompute.
func carriedKeys(carried guard.Unknowns) map[string]bool {
	keys := map[string]bool{}
	if carried&guard.UnknownUptime != 0 {
		keys["stable-uptime"], keys["enough-mtbf"] = true, true
	}
	if carried&guard.UnknownHistory != 0 {
		keys["stable-mtbf"], keys["guard-wfu"], keys["guard-tk"] = true, true, true
	}
	return keys
}

// printTallies prints, flag by flag, how the decisions compare, and the relays on which they differ.
func printTallies(out io.Writer, v guard.Review) {
	rows := [][]string{{"flag", "agree", "within rounding", "disagree", "cannot tell"}}
	for _, flag := range order {
		if v.Known&flag == 0 {
			continue
		}
		row := []string{flag.String()}
		agree, within, disagree, unknown := v.Count(flag)
		for _, n := range []int{agree, within, disagree, unknown} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	cli.Table(out, rows)
	fmt.Fprintln(out)

	const most = 10
	n := 0
	for i, c := range v.Comparisons {
		if c.Disagree&v.Known == 0 {
			continue
		}
		if n++; n <= most {
			fmt.Fprintf(out, "differs: $%v %s: %v\n", v.Relays[i].Identity, v.Relays[i].Nickname, c.Disagree&v.Known)
		}
	}
	if n > most {
		fmt.Fprintf(out, "and %d more: -lines lists all\n", n-most)
	}
	if n > 0 {
		fmt.Fprintln(out)
	}
}

// printExplanation prints one relay's criteria, and when those that it fails, and each flag, will be met. Due bounds the
// moment of a flag.
func printExplanation(out io.Writer, relay guard.Relay, d guard.Decision, forecasts []foresight.Forecast,
	due func(consensus.Flag) (earliest, latest wfu.Instant), now wfu.Instant) {
	fmt.Fprintf(out, "$%v %s\n\n", relay.Identity, relay.Nickname)
	rows := [][]string{{"flag", "criterion", "has", "needs", "margin", "set by", "met", "if it stays up"}}
	flag := consensus.Flag(0)
	for _, f := range forecasts {
		c := f.Criterion
		row := []string{"", c.Name, c.HaveText(), c.NeedText(), c.MarginText(), c.Bound.String(), c.Met.String(), ""}
		if c.Flag != flag {
			flag = c.Flag
			row[0] = flag.String()
		}
		if c.Met == guard.No {
			row[7] = cli.When(f.Earliest, f.Latest, now)
		}
		rows = append(rows, row)
	}
	cli.Table(out, rows)
	fmt.Fprintln(out)

	for _, flag := range order {
		switch d.Answer(flag) {
		case guard.Yes:
			fmt.Fprintf(out, "%v: yes%s\n", flag, weakestWords(forecasts, flag))
		case guard.No:
			fmt.Fprintf(out, "%v: no, for: %v; ", flag, d.Against.Of(flag))
			if earliest, latest := due(flag); earliest == foresight.Never {
				fmt.Fprintln(out, "staying up will not change that")
			} else {
				fmt.Fprintf(out, "if it stays up, %s\n", cli.When(earliest, latest, now))
			}
		default:
			fmt.Fprintf(out, "%v: cannot be told from a vote\n", flag)
		}
	}
}

// weakestWords is the criterion that a relay would lose the flag by first.
func weakestWords(forecasts []foresight.Forecast, flag consensus.Flag) string {
	c, ok := guard.Weakest(func(yield func(guard.Criterion) bool) {
		for _, f := range forecasts {
			if !yield(f.Criterion) {
				return
			}
		}
	}, flag)
	if !ok {
		return ""
	}
	return fmt.Sprintf(", closest in %s: %s of %s", c.Name, c.HaveText(), c.NeedText())
}
