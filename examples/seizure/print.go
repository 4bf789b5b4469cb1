package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard/exposure"
)

// printLines prints the shares and exposures for machines.
func printLines(out io.Writer, s seizure) {
	six := func(p float64) string { return strconv.FormatFloat(p, 'g', 6, 64) }
	for _, m := range exposure.Models() {
		shares := s.before.shares(m)
		for i, name := range s.names {
			fmt.Fprintf(out, "share %s %s %s\n", m.Name, name, six(shares[s.set[i]]))
		}
		fmt.Fprintf(out, "share %s total %s\n", m.Name, six(exposure.AnyOf(shares, s.set, 1)))
		for _, guards := range []int{1, 3} {
			fmt.Fprintf(out, "exposed %s %d %s\n", m.Name, guards, six(s.exposed(shares, guards)))
		}
	}
}

// printStory prints everything for people.
func printStory(out io.Writer, s seizure, clients int64) {
	fmt.Fprintf(out, "The consensus of %v UTC, from %s\n", s.before.Header.ValidAfter, s.source)
	printShares(out, s)
	printExposure(out, s, clients)
	printNetwork(out, s)
	printRest(out, s)
}

func printShares(out io.Writer, s seizure) {
	fmt.Fprint(out, "\nShare of guard selection, by kind of client\n\n")
	rows := [][]string{{"relay"}}
	for i := range s.names {
		e := s.before.Entries[s.set[i]]
		rows = append(rows, []string{fmt.Sprintf("%s (%d)", s.names[i], e.Weight.Bandwidth)})
	}
	rows = append(rows, []string{"together"})
	for _, m := range exposure.Models() {
		shares := s.before.shares(m)
		rows[0] = append(rows[0], m.Name)
		for i, at := range s.set {
			rows[i+1] = append(rows[i+1], percent(shares[at]))
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], percent(exposure.AnyOf(shares, s.set, 1)))
	}
	cli.Table(out, rows)
}

func printExposure(out io.Writer, s seizure, clients int64) {
	fmt.Fprintf(out, "\nOf %d clients, those that had one of them for a guard\n\n", clients)
	rows := [][]string{{"client", "with 1 guard", "clients", "with 3 guards", "clients", "within a year, with 1"}}
	for _, m := range exposure.Models() {
		shares := s.before.shares(m)
		row := []string{m.Name}
		for _, guards := range []int{1, 3} {
			p := s.exposed(shares, guards)
			mean, deviation := exposure.Clients(p, clients)
			row = append(row, percent(p), fmt.Sprintf("%.0f ± %.0f", mean, deviation))
		}
		const year = 365 * 24 * 60 * 60
		fewest, most := m.Terms(s.before.Header.Params).Choices(year)
		one := s.exposed(shares, 1)
		rows = append(rows, append(row, percents(exposure.AtLeastOnce(one, fewest), exposure.AtLeastOnce(one, most))))
	}
	cli.Table(out, rows)
}

func printNetwork(out io.Writer, s seizure) {
	fmt.Fprint(out, "\nThe network before and after\n\n")
	rows := [][]string{{"", "before", "after"}}
	add := func(name string, of func(network) any) {
		rows = append(rows, []string{name, fmt.Sprint(of(s.before)), fmt.Sprint(of(s.after))})
	}
	add("G, guards", func(n network) any { return n.Totals().G })
	add("M, neither", func(n network) any { return n.Totals().M })
	add("E, exits", func(n network) any { return n.Totals().E })
	add("D, both", func(n network) any { return n.Totals().D })
	add("weights", func(n network) any { return n.reason })
	add("Wgg", func(n network) any { return n.weights.Wgg })
	add("Wgd", func(n network) any { return n.weights.Wgd })
	add("Wmg", func(n network) any { return n.weights.Wmg })
	add("Wmd", func(n network) any { return n.weights.Wmd })
	add("Wme", func(n network) any { return n.weights.Wme })
	add("Wee", func(n network) any { return n.weights.Wee })
	add("Wed", func(n network) any { return n.weights.Wed })
	if !s.sketch {
		diversity := func(n network) exposure.Diversity { return exposure.DiversityOf(n.shares(exposure.TorSince030())) }
		add("guards, tor-since-0.3.0", func(n network) any { return diversity(n).Guards })
		add("effective guards", func(n network) any { return fmt.Sprintf("%.1f", diversity(n).Effective) })
		add("entropy, bits", func(n network) any { return fmt.Sprintf("%.3f", diversity(n).Entropy) })
	}
	cli.Table(out, rows)
}

// printRest prints who has the largest shares once the others are gone.
func printRest(out io.Writer, s seizure) {
	const most = 8
	m := exposure.TorSince030()
	fmt.Fprintf(out, "\nThe largest guards that are left, for %s\n\n", m.Name)
	after := s.after.shares(m)
	var left []int
	for i, p := range after {
		if p > 0 {
			left = append(left, i)
		}
	}
	slices.SortStableFunc(left, func(i, j int) int { return cmp.Compare(after[j], after[i]) })

	before := map[[20]byte]float64{}
	for i, p := range s.before.shares(m) {
		before[s.before.Entries[i].Identity] = p
	}
	rows := [][]string{{"relay", "before", "after"}}
	for _, i := range left[:min(most, len(left))] {
		e := s.after.Entries[i]
		name := string(e.Nickname)
		if !s.sketch {
			name = fmt.Sprintf("$%v %s", e.Identity, name)
		}
		rows = append(rows, []string{name, percent(before[e.Identity]), percent(after[i])})
	}
	cli.Table(out, rows)
}

func percent(p float64) string { return strconv.FormatFloat(100*p, 'f', 6, 64) + "%" }

// percents is a range, or its one value.
func percents(low, high float64) string {
	if low == high {
		return percent(low)
	}
	return percent(low) + " to " + percent(high)
}
