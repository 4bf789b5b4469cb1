package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/explain"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// printer prints one table, as options say.
type printer struct {
	options
	out   io.Writer
	votes explain.Votes
	table explain.Table
}

// forecasts are a row's, of all criteria.
func (p printer) forecasts(r explain.Row) []foresight.Forecast {
	return foresight.FromStats(p.votes.Rules, r.Relay, r.Thresholds, r.Made)
}

// due bounds the moment at which the authority of a row gives the flag.
func (p printer) due(r explain.Row) (earliest, latest wfu.Instant) {
	return foresight.Due(p.forecasts(r), p.table.Flag)
}

// printTables prints for people.
func (p printer) printTables() {
	t := p.table
	fmt.Fprintf(p.out, "$%v %s, by the rules of %s\n%v\n", t.Relay, t.Nickname, p.votes.Rules.Name, t)
	if p.forecast && t.Poll.Short > 0 {
		switch earliest, latest, ok := t.Due(p.due); {
		case !ok:
		case latest <= p.now():
			fmt.Fprintln(p.out, "by these rules enough authorities would give it now")
		default:
			fmt.Fprintf(p.out, "if it stays up, enough authorities will give it: %s\n", cli.When(earliest, latest, p.now()))
		}
	}
	fmt.Fprintln(p.out)

	rows := [][]string{{"authority", "voted", "rules say", "why"}}
	if p.forecast {
		rows[0] = append(rows[0], "if it stays up")
	}
	for _, r := range t.Rows {
		row := []string{author(r), "-", "-", t.Why(r)}
		if r.Lists {
			ours := r.Comparison.Decision.Answer(t.Flag)
			row[1], row[2] = word(r.Voted), ours.String()
			if p.forecast && ours == guard.No {
				earliest, latest := p.due(r)
				row = append(row, cli.When(earliest, latest, r.Made))
			}
		}
		rows = append(rows, row)
	}
	cli.Table(p.out, rows)
	if len(t.Columns()) > 0 {
		fmt.Fprintln(p.out)
		p.printCriteria()
	}
	if p.clauses {
		fmt.Fprintln(p.out)
		p.printClauses()
	}
}

// printCriteria prints what each authority asks for and finds, criterion by criterion; conditions of yes or no only where
// they are not met.
func (p printer) printCriteria() {
	rows := [][]string{{"criterion", "authority", "has", "needs", "margin", "set by", "met"}}
	if p.forecast {
		rows[0] = append(rows[0], "if it stays up")
	}
	for _, column := range p.table.Columns() {
		name := fmt.Sprintf("%v: %s", column.Flag, column.Name)
		for _, r := range p.table.Rows {
			c, ok := r.At(column)
			if !ok || c.Unit == guard.YesNo && c.Met == guard.Yes && c.Bound != guard.Override {
				continue
			}
			row := []string{name, author(r), c.HaveText(), c.NeedText(), c.MarginText(), c.Bound.String(), c.Met.String()}
			if p.forecast && c.Met == guard.No {
				for _, f := range p.forecasts(r) {
					if f.Criterion.Flag == c.Flag && f.Criterion.Name == c.Name {
						row = append(row, cli.When(f.Earliest, f.Latest, r.Made))
					}
				}
			}
			rows, name = append(rows, row), ""
		}
	}
	cli.Table(p.out, rows)
}

// printClauses prints which clause of each threshold binds at each authority.
func (p printer) printClauses() {
	rows := [][]string{{"threshold", "authority", "percentile", "guarantee", "binding", "relays pass", "by percentile", "by guarantee", "unknown"}}
	all := make([][]explain.Clause, len(p.votes.Reviews))
	for i, review := range p.votes.Reviews {
		all[i] = explain.Clauses(p.votes.Rules, review.Relays, review.Thresholds())
	}
	for _, head := range all[0] {
		name := fmt.Sprintf("%v: %s", head.Flag, head.Name)
		for i, clauses := range all {
			for _, c := range clauses {
				if c.Flag != head.Flag || c.Name != head.Name || !c.InUse {
					continue
				}
				rows = append(rows, []string{name, author(p.table.Rows[i]), text(c.Percentile, c.Unit), text(c.Guarantee, c.Unit),
					c.Bound.String(), strconv.Itoa(c.Passing), strconv.Itoa(c.ByPercentile), strconv.Itoa(c.ByGuarantee), strconv.Itoa(c.Unknown)})
				name = ""
			}
		}
	}
	cli.Table(p.out, rows)
}

// now is the moment of the latest vote.
func (p printer) now() (now wfu.Instant) {
	for _, r := range p.table.Rows {
		now = max(now, r.Made)
	}
	return now
}

// author is the name of a row's authority.
func author(r explain.Row) string {
	if r.Authority.Nickname == "" {
		return "(unnamed)"
	}
	return r.Authority.Nickname
}

func word(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// text is a clause's value in its unit, "-" where there is none.
func text(v float64, unit guard.Unit) string {
	if math.IsNaN(v) {
		return "-"
	}
	return guard.Criterion{Need: v, Unit: unit}.NeedText()
}

// printLines prints for machines, as the notes have it.
func (p printer) printLines() {
	t := p.table
	fmt.Fprintf(p.out, "relay %v %s %v\n", t.Relay, t.Nickname, t.Flag)
	for i, r := range t.Rows {
		id := r.Authority.Identity
		ours := guard.CannotTell
		if r.Lists {
			ours = r.Comparison.Decision.Answer(t.Flag)
		}
		fmt.Fprintf(p.out, "vote %v %s made=%d lists=%d decides=%d counts=%d voted=%d ours=%s %s\n",
			id, author(r), r.Made, bit(r.Lists), bit(r.Decides), bit(r.Counts), bit(r.Voted), told(ours), t.Why(r))
		for _, c := range r.Criteria {
			fmt.Fprintf(p.out, "criterion %v %v %s has=%s needs=%s margin=%s set-by=%v met=%s\n", id, c.Flag, dashed(c.Name),
				number(c.Have, c.Met != guard.CannotTell), number(c.Need, true), number(c.Margin(), true), c.Bound,
				told(c.Met))
		}
		if p.forecast && r.Lists {
			for _, f := range p.forecasts(r) {
				if f.Criterion.Flag == t.Flag {
					fmt.Fprintf(p.out, "due %v %v %s earliest=%s latest=%s\n", id, t.Flag, dashed(f.Criterion.Name), moment(f.Earliest), moment(f.Latest))
				}
			}
			earliest, latest := p.due(r)
			fmt.Fprintf(p.out, "due %v %v all earliest=%s latest=%s\n", id, t.Flag, moment(earliest), moment(latest))
		}
		if p.clauses {
			review := p.votes.Reviews[i]
			for _, c := range explain.Clauses(p.votes.Rules, review.Relays, review.Thresholds()) {
				fmt.Fprintf(p.out, "clause %v %v %s percentile=%s guarantee=%s needs=%s set-by=%v in-use=%d passing=%d by-percentile=%d by-guarantee=%d unknown=%d\n",
					id, c.Flag, dashed(c.Name), number(c.Percentile, true), number(c.Guarantee, true), number(c.Need, true), c.Bound,
					bit(c.InUse), c.Passing, c.ByPercentile, c.ByGuarantee, c.Unknown)
			}
		}
	}
	if t.Err != nil {
		fmt.Fprintf(p.out, "uncounted %v %v\n", t.Flag, t.Err)
		return
	}
	poll := t.Poll
	fmt.Fprintf(p.out, "sum %v deciding=%d for=%d needed=%d short=%d given=%d %v\n", t.Flag,
		len(poll.For)+len(poll.Against)+len(poll.Absent), len(poll.For), poll.Needed, poll.Short, bit(poll.Given), t.Standing)
	if earliest, latest, ok := t.Due(p.due); p.forecast && ok {
		fmt.Fprintf(p.out, "due %v earliest=%s latest=%s\n", t.Flag, moment(earliest), moment(latest))
	}
}

// told is an answer in one word.
func told(a guard.Answer) string {
	if a == guard.CannotTell {
		return "unknown"
	}
	return a.String()
}

func dashed(name string) string { return strings.ReplaceAll(name, " ", "-") }

func bit(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// number is a number in full, "unknown" where it is not known.
func number(v float64, known bool) string {
	if !known || math.IsNaN(v) {
		return "unknown"
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// moment is one in Unix seconds, or "never".
func moment(at wfu.Instant) string {
	if at == foresight.Never {
		return "never"
	}
	return strconv.FormatInt(int64(at), 10)
}
