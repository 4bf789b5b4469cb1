package explain

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Table is one relay and one flag at several authorities, and what their votes add up to.
type Table struct {
	// Relay is the relay, and Flag the flag in question.
	Relay consensus.Fingerprint
	Flag  consensus.Flag
	// Nickname is the name that the consensus shows or would show; where nothing is counted, the first in the Rows.
	Nickname string

	// Rows are the authorities, one for each of the Reviews, in their order.
	Rows []Row

	// Poll is how the votes went on the flag: who gave it, how many are needed, how many it is short of. It is zero where
	// Err is not nil.
	Poll consensus.Poll
	// Standing is whether the consensus has the relay at all. It is zero where Err is not nil.
	Standing consensus.Standing
	// Err says why the votes cannot be counted together, a *consensus.TallyError: they are of different periods, say, or
	// two are of one authority.
	Err error
}

// Row is what one authority has to say of the relay.
type Row struct {
	// Authority is the author of the vote, as it introduces itself.
	Authority consensus.Source
	// Made is when the vote was made, by its own word.
	Made wfu.Instant

	// Decides reports whether the authority decides on the flag, as its known-flags say. If not, it is not asked, and its
	// vote counts neither for nor against.
	Decides bool
	// Lists reports whether the vote has the relay. If not, all fields that follow are zero.
	Lists bool
	// Counts reports whether what the vote says of the relay is counted. It is not where more than half of the authorities
	// list the relay with an ed25519 identity and this one with another; nor where nothing is counted at all.
	Counts bool
	// Voted reports whether the vote gives the relay the flag.
	Voted bool

	// Relay is what the vote shows of the relay, its nickname included, which is the authority's own view too.
	Relay guard.Relay
	// Thresholds are those it is held against.
	Thresholds guard.Thresholds
	// Comparison is what the rules make of the relay, and how that compares with what was voted. Where the two disagree,
	// the authority has options or lists of its own, or other rules.
	Comparison guard.Comparison
	// Criteria are those of guard.Rules.Explain for the flag, and before them those of the flags that it asks for itself:
	// a guard has to be Fast and Stable. They are guard.CannotTell where the vote does not show enough.
	Criteria []guard.Criterion
}

// Of is the table of that relay and that flag. Any flag can be asked for, but only those of guard.Decided have criteria.
//
// Spec: dir-spec, "Assigning flags in a vote", and "Computing a consensus from a set of votes", s.
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_consensus.
func (v Votes) Of(relay consensus.Fingerprint, flag consensus.Flag) Table {
	t := Table{Relay: relay, Flag: flag, Rows: make([]Row, len(v.Reviews))}
	places := make([]int, len(v.Reviews))
	for i := range v.Reviews {
		places[i] = place(&v.Reviews[i], relay)
		t.Rows[i] = v.row(i, places[i], flag)
		if t.Nickname == "" {
			t.Nickname = t.Rows[i].Relay.Nickname
		}
	}

	outcome, err := v.tally(places)
	if err != nil {
		t.Err = err
		return t
	}
	counted, found := outcome.Find(relay)
	if found {
		t.Nickname = string(counted.Nickname)
	}
	t.Standing, t.Poll = counted.Standing, outcome.Poll(counted, flag.String())
	for i, vote := range outcome.Votes {
		if !found || counted.Entries[i] == nil {
			continue
		}
		at := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Authority.Identity == vote.Header.Sources[0].Identity })
		t.Rows[at].Counts = true
	}
	return t
}

// row is what the i-th review says of the relay at that place.
func (v Votes) row(i, at int, flag consensus.Flag) Row {
	review := &v.Reviews[i]
	r := Row{Made: review.Header.Published, Decides: review.Header.KnownFlags.Has(flag)}
	if len(review.Header.Sources) > 0 {
		r.Authority = review.Header.Sources[0]
	}
	if at < 0 {
		return r
	}
	r.Lists = true
	r.Relay, r.Comparison, r.Thresholds = review.Relays[at], review.Comparisons[at], review.Thresholds()
	r.Voted = r.Comparison.Voted.Has(flag)
	all := slices.Collect(v.Rules.Explain(r.Relay, r.Thresholds))
	asked := flag
	for _, c := range all {
		if other, ok := consensus.ParseFlag(c.Name); ok && c.Flag == flag {
			asked |= other
		}
	}
	for _, c := range all {
		if c.Flag&asked != 0 {
			r.Criteria = append(r.Criteria, c)
		}
	}
	return r
}

// String is the sum in a sentence: "Guard: given by 4 of the 9 authorities that decide on it, 5 needed: 1 short".
func (t Table) String() string {
	if t.Err != nil {
		return fmt.Sprintf("%v: the votes cannot be counted together: %v", t.Flag, t.Err)
	}
	p := t.Poll
	deciding := len(p.For) + len(p.Against) + len(p.Absent)
	if deciding == 0 {
		return fmt.Sprintf("%v: no authority decides on it", t.Flag)
	}
	who := fmt.Sprintf("%d of the %d authorities that decide", len(p.For), deciding)
	if deciding == 1 {
		who = fmt.Sprintf("%d of the 1 authority that decides", len(p.For))
	}
	s := fmt.Sprintf("%v: given by %s on it, %d needed: ", t.Flag, who, p.Needed)
	switch {
	case p.Short > 0:
		s += fmt.Sprintf("%d short", p.Short)
	case p.Given || t.Standing == consensus.Unlisted:
		s += "enough"
	default:
		s += "enough, but another rule takes it away"
	}
	if t.Standing != consensus.Included {
		s += fmt.Sprintf(", and the consensus leaves the relay out: %v", t.Standing)
	}
	return s
}

// Why is what there is to say of a row of the table in a few words: what stands against the flag, "low WFU, short time
// known"; or what the relay would lose it by first; or that the authority does not say or does not count.
func (t Table) Why(r Row) string {
	against := r.Comparison.Decision.Against.Of(t.Flag)
	switch {
	case !r.Lists:
		return "does not list the relay"
	case !r.Decides:
		return fmt.Sprintf("does not decide on %v", t.Flag)
	case !r.Counts && t.Err == nil:
		return "does not count: lists it with another ed25519 identity"
	case r.Comparison.Unknown&t.Flag != 0:
		return "its vote does not show enough"
	case r.Comparison.Within&t.Flag != 0:
		return "cannot be told from its rounded numbers"
	case !r.Voted && against == 0:
		return "not given, though nothing known speaks against it"
	case r.Voted && against != 0:
		return fmt.Sprintf("given in spite of: %v", against)
	case !r.Voted:
		return against.String()
	}
	c, ok := guard.Weakest(slices.Values(r.Criteria), t.Flag)
	if !ok {
		return ""
	}
	return fmt.Sprintf("closest in %s: %s of %s", c.Name, c.HaveText(), c.NeedText())
}

// Due is when enough of the authorities will have given the flag, given when each of them will: a function that bounds
// the moment for a row, as foresight.Due does, with the greatest Instant for never. Those that have given it need not be
// asked, and have at the moment of their votes; those that do not decide on it, and those that do not list the relay or
// do not count, never will. An authority that does not give the flag, though the rules would, goes by what the function
// says, which then is now. Nobody can tell where nothing is counted: it reports false there.
func (t Table) Due(of func(Row) (earliest, latest wfu.Instant)) (earliest, latest wfu.Instant, ok bool) {
	if t.Err != nil {
		return 0, 0, false
	}
	var firsts, lasts []wfu.Instant
	for _, r := range t.Rows {
		first, last := wfu.Instant(math.MaxInt64), wfu.Instant(math.MaxInt64)
		switch {
		case !r.Decides || !r.Counts:
		case r.Voted:
			first, last = r.Made, r.Made
		default:
			first, last = of(r)
		}
		firsts, lasts = append(firsts, first), append(lasts, last)
	}
	slices.Sort(firsts)
	slices.Sort(lasts)
	return firsts[t.Poll.Needed-1], lasts[t.Poll.Needed-1], true
}

// Columns are the criteria that the rows have, each once and in the order of the rows: of each only Flag, Name and Unit
// are set. Rows need not have all of them: an authority that has not enough MTBF information decides by uptime, and
// another has the relay on a list.
func (t Table) Columns() []guard.Criterion {
	var columns []guard.Criterion
	for _, r := range t.Rows {
		after := 0
		for _, c := range r.Criteria {
			head := guard.Criterion{Flag: c.Flag, Name: c.Name, Unit: c.Unit}
			if at := slices.Index(columns, head); at >= 0 {
				after = at + 1
				continue
			}
			columns = slices.Insert(columns, after, head)
			after++
		}
	}
	return columns
}

// At is the row's criterion for that column of the table, and reports whether it has one.
func (r Row) At(column guard.Criterion) (guard.Criterion, bool) {
	at := slices.IndexFunc(r.Criteria, func(c guard.Criterion) bool { return c.Flag == column.Flag && c.Name == column.Name })
	if at < 0 {
		return guard.Criterion{}, false
	}
	return r.Criteria[at], true
}
