package foresight

import (
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// SurvivesFromStats bounds [Outlook.Survives] of a flag, both bounds included, from no more than a vote shows of a relay's
// history; see [FromStats] for that. Its least is what an operator may rely on at every authority that would print these
// numbers.
//
// An outage ends the open run, so that nothing remains unknown of the past but decimals, and when the discount ticks: the
// earlier, the worse. Least is for a tick in the next second, most for one just gone by. Of a relay that is not Running, and
// of one of unknown history, nothing is known: from -1 to math.MaxInt64.
func SurvivesFromStats(rules guard.Rules, relay guard.Relay, t guard.Thresholds, now wfu.Instant, flag consensus.Flag) (least, most int64) {
	if relay.Unknown&guard.UnknownHistory != 0 || !relay.Facts.Has(consensus.Running) {
		return -1, math.MaxInt64
	}
	s := seenIn(relay)
	f := Future{Rules: rules, Thresholds: t, Relay: relay, Now: now}

	f.History, f.Clock = ended(s.known, s.upLow-truncated, s.runsHigh+1), now.Add(1-wfu.DiscountInterval)
	least = f.Outlook(flag).Survives
	f.History, f.Clock = ended(s.known, s.upHigh+truncated, s.runsLow+1), now
	most = f.Outlook(flag).Survives
	return least, most
}

// truncated is more than all ticks to come can take from two sums by truncation, discounted by those after them, in
// seconds.
const truncated = 40

// ended is a history of so many seconds, and of these up so many in so many runs, the last of which ends just now.
func ended(known, up, runs float64) wfu.History {
	whole := func(seconds float64) uint64 { return uint64(min(max(seconds, 0), 1<<62)) }
	return wfu.History{
		WeightedRunLength: whole(up), TotalRunWeights: runs, WeightedUptime: whole(min(up, known)), TotalWeightedTime: whole(known),
	}
}
