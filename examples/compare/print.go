package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
)

// verdict is what one set of rules makes of the network.
type verdict struct {
	rules   guard.Rules
	outcome foresight.Outcome
	point   foresight.Point // against the first set
	unknown int             // relays of which Guard cannot be told
}

// printComparison prints what each set of rules makes of the network, and how they differ.
func printComparison(out io.Writer, n foresight.Network, sets []guard.Rules, lines bool) {
	var all []verdict
	for _, rules := range sets {
		v := verdict{rules: rules, outcome: n.Under(rules).Outcome(), point: n.Compare(rules)}
		for _, d := range v.outcome.Decisions {
			if d.Answer(consensus.Guard) == guard.CannotTell {
				v.unknown++
			}
		}
		all = append(all, v)
	}
	if lines {
		printVerdictLines(out, all)
		return
	}
	printVerdicts(out, all)
	for i := 1; i < len(all); i++ {
		fmt.Fprintf(out, "\nFrom %s to %s:\n", all[i-1].rules.Name, all[i].rules.Name)
		for d := range all[i-1].rules.Differences(all[i].rules) {
			fmt.Fprintf(out, "  %v\n", d)
		}
	}
}

// printVerdicts prints a column for each set of rules.
func printVerdicts(out io.Writer, all []verdict) {
	number := func(of func(verdict) uint64) func(verdict) string {
		return func(v verdict) string { return strconv.FormatUint(of(v), 10) }
	}
	count := func(flag consensus.Flag) func(verdict) string {
		return number(func(v verdict) uint64 { return uint64(v.outcome.Count(flag)) })
	}
	type row struct {
		name string
		cell func(verdict) string
	}
	rows := []row{
		{"", func(v verdict) string { return v.rules.Name }},
		{"Fast", count(consensus.Fast)},
		{"Stable", count(consensus.Stable)},
		{"Guard", count(consensus.Guard)},
		{"  cannot tell", number(func(v verdict) uint64 { return uint64(v.unknown) })},
		{"  KB/s", number(func(v verdict) uint64 { return v.point.Guards.Bandwidth })},
		{"  gained", number(func(v verdict) uint64 { return uint64(v.point.Gained.Relays) })},
		{"    KB/s", number(func(v verdict) uint64 { return v.point.Gained.Bandwidth })},
		{"  lost", number(func(v verdict) uint64 { return uint64(v.point.Lost.Relays) })},
		{"    KB/s", number(func(v verdict) uint64 { return v.point.Lost.Bandwidth })},
	}
	for i, pair := range strings.Fields(all[0].point.Thresholds.String())[1:] {
		key, _, _ := strings.Cut(pair, "=")
		if key == "stable-uptime" {
			continue // no vote shows what it is made of
		}
		rows = append(rows, row{key, func(v verdict) string {
			_, value, _ := strings.Cut(strings.Fields(v.point.Thresholds.String())[1+i], "=")
			return value
		}})
	}
	var table [][]string
	for _, r := range rows {
		cells := []string{r.name}
		for _, v := range all {
			cells = append(cells, r.cell(v))
		}
		table = append(table, cells)
	}
	cli.Table(out, table)
}

// printVerdictLines prints the same for machines.
func printVerdictLines(out io.Writer, all []verdict) {
	for i, v := range all {
		fmt.Fprintf(out, "rules %s Fast=%d Stable=%d Guard=%d unknown=%d %s\n", v.rules.Name, v.outcome.Count(consensus.Fast),
			v.outcome.Count(consensus.Stable), v.point.Guards.Relays, v.unknown, tallies(v.point))
		fmt.Fprintf(out, "thresholds %s %v\n", v.rules.Name, v.point.Thresholds)
		if i == 0 {
			continue
		}
		for d := range all[i-1].rules.Differences(v.rules) {
			option := d.Option
			if option == "" {
				option = "-"
			}
			fmt.Fprintf(out, "difference %s %s %s %s %q %q\n", all[i-1].rules.Name, v.rules.Name, d.Field, option, d.Old, d.New)
		}
	}
}

// tallies are the tallies of a point for machines.
func tallies(p foresight.Point) string {
	return fmt.Sprintf("guards-kb=%d gained=%d gained-kb=%d lost=%d lost-kb=%d", p.Guards.Bandwidth, p.Gained.Relays,
		p.Gained.Bandwidth, p.Lost.Relays, p.Lost.Bandwidth)
}

// printSweep prints a row for each point.
func printSweep(out io.Writer, n foresight.Network, constant foresight.Constant, points []foresight.Point, lines bool) {
	text := func(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }
	if !lines {
		fmt.Fprintf(out, "%s (%s) under %s, against its %s\n\n", constant, constant.Option(), n.Rules.Name, text(constant.Of(n.Rules)))
	}
	table := [][]string{{constant.String(), "Guard", "KB/s", "gained", "KB/s", "lost", "KB/s"}}
	for _, p := range points {
		if lines {
			fmt.Fprintf(out, "point %s %s Guard=%d %s\n", constant, text(p.Value), p.Guards.Relays, tallies(p))
			continue
		}
		row := []string{text(p.Value)}
		for _, t := range []foresight.Tally{p.Guards, p.Gained, p.Lost} {
			row = append(row, strconv.Itoa(t.Relays), strconv.FormatUint(t.Bandwidth, 10))
		}
		table = append(table, row)
	}
	if !lines {
		cli.Table(out, table)
	}
}

// printInference prints what is known of each option, and what no option explains.
func printInference(out io.Writer, inference foresight.Inference, lines bool) {
	if lines {
		printInferenceLines(out, inference)
		return
	}
	table := [][]string{{"option", "values", "expected", "", "because"}}
	for _, e := range inference.Estimates {
		fits := ""
		if !e.Fits {
			fits = "differs"
		}
		table = append(table, []string{e.Constant.Option(), e.Values(), expected(e.Expected), fits, e.Because})
	}
	cli.Table(out, table)
	if len(inference.Unexplained) == 0 {
		fmt.Fprintln(out, "\nThat explains every decision that can be told.")
		return
	}
	fmt.Fprintln(out, "\nWhat no value of any option explains:")
	for _, m := range inference.Unexplained {
		fmt.Fprintf(out, "  %v\n", m)
	}
}

// expected is a constant's usual value; one that nobody reaches guarantees nothing.
func expected(value float64) string {
	if value >= 1<<62 {
		return "none"
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

func printInferenceLines(out io.Writer, inference foresight.Inference) {
	number := func(value float64) string {
		if math.IsInf(value, 1) {
			return "inf"
		}
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	for _, e := range inference.Estimates {
		fmt.Fprintf(out, "option %s low=%s high=%s none=%d expected=%s fits=%d for=%d against=%d\n", e.Constant.Option(), number(e.Low),
			number(e.High), bit(e.None), number(e.Expected), bit(e.Fits), e.For, e.Against)
	}
	for _, m := range inference.Unexplained {
		fmt.Fprintf(out, "unexplained %v %v voted=%d %s\n", m.Identity, m.Flag, bit(m.Voted), m.Because)
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
