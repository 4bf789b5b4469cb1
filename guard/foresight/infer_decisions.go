package foresight

import (
	"fmt"
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// testimony is what one decision says of a constant: it is explained by the values from position low to position high.
type testimony struct {
	relay     consensus.Fingerprint
	low, high int64
}

// askDecisions estimates a constant by who has the flag and who has not. A relay has it up to the value that it just
// passes; one that lacks it does from the value that it just fails on. Where the flag does not depend on the constant the
// relay says nothing.
func (q *inquiry) askDecisions(c Constant, flag consensus.Flag) {
	all, pinned, stripped := q.testimonies(c, flag)
	if len(all) == 0 {
		return
	}
	top := scaleOf(c).top
	low, high, most, at := agreed(all, top)

	// Lists that are known to be there may have made the few decisions that the expected value leaves unexplained.
	expected := scaleOf(c).of(c.Of(q.expected))
	fits := at(expected) == most
	given, refused := unexplained(all, expected)
	if !fits && given <= pinned && refused <= stripped {
		from, to := around(all, expected, top)
		low, high, fits = min(low, from), max(high, to), true
	}

	e := q.settle(c, low, high, fits)
	e.For, e.Against = most, len(all)-most
	for _, said := range all {
		if said.low == low && low > 0 {
			e.LowBy = said.relay
		}
		if said.high == high && high < top {
			e.HighBy = said.relay
		}
	}
	e.Because = fmt.Sprintf("of %d relays whose %v depends on it, it explains %d", len(all), flag, most)
}

// testimonies are what decisions say of a constant; and how many relays have the flag, or lack it, whatever the constant,
// though they should not, as those on a list do.
func (q *inquiry) testimonies(c Constant, flag consensus.Flag) (all []testimony, pinned, stripped int) {
	s := scaleOf(c)
	for i := range q.review.Relays {
		at := func(position int64) guard.Comparison { return q.judge(i, c.Set(q.fitted, s.at(position)), flag) }
		explained := func(position int64) bool { return at(position).Disagree&flag == 0 }
		lenient, strict := explained(0), explained(s.top)
		said := testimony{q.review.Relays[i].Identity, 0, s.top}
		switch {
		case lenient && !strict:
			said.high = s.first(func(position int64) bool { return !explained(position) }) - 1
		case strict && !lenient:
			said.low = s.first(explained)
		case lenient && strict:
			continue
		case !q.review.Comparisons[i].Voted.Has(flag):
			stripped++
			continue
		case at(0).Decision.Against.Of(flag) != guard.NotV2Dir: // else V2Dir may have been stripped
			pinned++
			continue
		default:
			continue
		}
		all = append(all, said)
	}
	return all, pinned, stripped
}

// unexplained are how many of those who have the flag, and of those who lack it, a position does not explain.
func unexplained(all []testimony, position int64) (given, refused int) {
	for _, said := range all {
		if position > said.high {
			given++
		}
		if position < said.low {
			refused++
		}
	}
	return given, refused
}

// around are the ends of the stretch about a position in which no testimony begins or ends.
func around(all []testimony, position, top int64) (from, to int64) {
	to = top
	for _, said := range all {
		if said.low <= position {
			from = max(from, said.low)
		} else {
			to = min(to, said.low-1)
		}
		if said.high >= position {
			to = min(to, said.high)
		} else {
			from = max(from, said.high+1)
		}
	}
	return from, to
}

// agreed are the least and the greatest position that agree with most of what was said, how many that is, and with how many
// a position agrees.
func agreed(all []testimony, top int64) (low, high int64, most int, at func(int64) int) {
	lows, highs := []int64{0}, []int64{top}
	for _, said := range all {
		lows, highs = append(lows, said.low), append(highs, said.high)
	}
	slices.Sort(lows)
	slices.Sort(highs)
	at = func(position int64) int {
		begun, _ := slices.BinarySearch(lows, position+1)
		ended, _ := slices.BinarySearch(highs, position)
		return begun - 1 - ended
	}
	// It can only rise where something begins; from there it holds until something ends.
	for _, from := range lows {
		n := at(from)
		if n > most {
			low, most = from, n
		}
		if n == most {
			next, _ := slices.BinarySearch(highs, from)
			high = highs[next]
		}
	}
	return low, high, most, at
}

// judge compares a decision of the authority with that of the rules. Guard and HSDir are judged with the relay as Fast and
// as Stable as it was voted, and with an uptime that is enough if the vote has the flag: what is wrong with those is not
// held against these.
func (q *inquiry) judge(i int, rules guard.Rules, flag consensus.Flag) guard.Comparison {
	relay, t, voted := q.review.Relays[i], q.t, q.review.Comparisons[i].Voted
	if flag == consensus.Guard || flag == consensus.HSDir {
		t.Fast = math.MaxUint32
		if voted.Has(consensus.Fast) {
			t.Fast = 0
		}
		t.EnoughMTBF, t.StableUptime, rules.StableUptime = false, 1, math.MaxInt64
		relay.Uptime = 0
		if voted.Has(consensus.Stable) {
			relay.Uptime = 1
		}
		if relay.Unknown&guard.UnknownUptime != 0 {
			relay.Unknown &^= guard.UnknownUptime
			relay.HSDirUptime = math.MinInt64
			if voted.Has(consensus.HSDir) {
				relay.HSDirUptime = math.MaxInt64
			}
		}
	}
	return rules.Compare(relay, t, q.source, voted)
}

// misfits are the decisions that remain unexplained by the fitted rules.
func (q *inquiry) misfits() []Misfit {
	var all []Misfit
	for i := range q.review.Relays {
		relay, voted := q.review.Relays[i], q.review.Comparisons[i].Voted
		for _, flag := range []consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir} {
			c := q.judge(i, q.fitted, flag)
			if c.Disagree&q.review.Known&flag == 0 {
				continue
			}
			m := Misfit{Identity: relay.Identity, Nickname: relay.Nickname, Flag: flag, Voted: voted.Has(flag)}
			if m.Voted {
				m.Against = c.Decision.Against.Of(flag)
			}
			m.Because = m.because(relay, voted)
			all = append(all, m)
		}
	}
	return all
}

// because is what may be behind a misfit.
func (m Misfit) because(relay guard.Relay, voted consensus.Flags) string {
	switch {
	case m.Voted && m.Against == guard.NotV2Dir && m.Flag == consensus.Guard && !voted.Has(consensus.HSDir):
		return "V2Dir stripped (!stripv2dir), or Guard pinned (AuthDirVoteGuard)"
	case m.Voted && m.Against == guard.NotV2Dir:
		return "V2Dir stripped (!stripv2dir)"
	case m.Voted && m.Flag == consensus.Guard:
		return "Guard pinned (AuthDirVoteGuard)"
	case m.Voted && m.Flag == consensus.HSDir:
		return "HSDir pinned (TestingDirAuthVoteHSDir), or other rules"
	case m.Flag == consensus.Guard && relay.IsMeasured:
		return "Guard stripped (!stripguard), or another measurement than the vote prints"
	case m.Flag == consensus.Guard:
		return "Guard stripped (!stripguard)"
	case m.Flag == consensus.HSDir:
		return "HSDir stripped (!striphsdir)"
	case voted.Known()&(consensus.Fast|consensus.Stable|consensus.Running|consensus.Valid) == 0:
		return "without flags, as a sybil is"
	case m.Flag == consensus.Fast:
		return "other rules, or a bandwidth other than the vote prints"
	}
	return "other rules, or a history other than the vote prints"
}
