package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
)

func printLines(out io.Writer, results []result) {
	for _, r := range results {
		for _, p := range r.peers {
			fmt.Fprintf(out, "%s ours_ns=%d peer=%s peer_ns=%d ratio=%.3f\n", r.name, r.ours.Nanoseconds(), p.name, p.took.Nanoseconds(), ratio(r, p))
		}
	}
}

func ratio(r result, p peerResult) float64 { return float64(p.took) / float64(max(r.ours, 1)) }

// rows is the table: a line a measurement, its peers in the last column.
func rows(results []result) [][]string {
	all := [][]string{{"what", "takes", "that is", "peers, in times of that"}}
	for _, r := range results {
		var peers []string
		for _, p := range r.peers {
			peers = append(peers, fmt.Sprintf("%s %s", p.name, times(ratio(r, p))))
		}
		all = append(all, []string{r.name, took(r.ours), r.rate(), strings.Join(peers, ", ")})
	}
	return all
}

// rate is what the time means for one byte or one relay.
func (r result) rate() string {
	switch {
	case r.bytes > 0:
		return fmt.Sprintf("%.2f GB/s", float64(r.bytes)/float64(max(r.ours, 1)))
	case r.relays > 0:
		return fmt.Sprintf("%.3g ns a relay", float64(r.ours)/float64(r.relays))
	}
	return ""
}

func took(d time.Duration) string {
	switch {
	case d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms", float64(d)/1e6)
	case d >= time.Microsecond:
		return fmt.Sprintf("%.3g µs", float64(d)/1e3)
	}
	return fmt.Sprintf("%d ns", d)
}

func times(ratio float64) string {
	if ratio >= 10 {
		return fmt.Sprintf("%.0f×", ratio)
	}
	return fmt.Sprintf("%.2g×", ratio)
}

func printTable(out io.Writer, results []result) { cli.Table(out, rows(results)) }

// printMarkdown prints the table as a README has it, with what it was made by.
func printMarkdown(out io.Writer, results []result, args []string) {
	for i, row := range rows(results) {
		fmt.Fprintf(out, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintln(out, "|---|---|---|---|")
		}
	}
	fmt.Fprintf(out, "\nMade by `go run . %s` in examples/bench, %s, %s/%s%s.\n", strings.Join(args, " "), runtime.Version(), runtime.GOOS, runtime.GOARCH, revision())
}

// revision is the commit that the command was built from, as far as it is known.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return ", commit " + s.Value[:min(len(s.Value), 12)]
		}
	}
	return ""
}
