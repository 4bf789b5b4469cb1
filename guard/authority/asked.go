package authority

import (
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// asks reports whether making a vote asks for a relay's history. To be asked for is to be known from then on, as a relay of
// which there is nothing to tell. Votes with stats lines ask for that of every relay listed, as thresholds do for all that
// count; else it depends on what the decision comes to look at.
//
// C: src/or/rephist.c, get_or_history.
func (a Authority) asks(relay guard.Relay, t guard.Thresholds, in Input, listed bool) bool {
	rules := a.Options.Rules
	switch {
	case rules.Counts(relay, t.IgnoringAdvertised):
		return true
	case !listed:
		return false
	case a.Options.Release.has(printsStats), t.EnoughMTBF && (relay.Active || !rules.StableNeeds.Has(guard.NeedActive)):
		return true
	case rules.UptimeForHSDir(1, 0, in.Uptime) == 0: // it believes what it saw itself
		return true
	}
	const byHistory = guard.LowWFU | guard.ShortTimeKnown
	for c := range rules.Explain(relay, t) {
		if c.Flag == consensus.Guard && c.Bound != guard.Override && c.Met == guard.No && c.Reason&byHistory == 0 {
			return false // Guard looks at histories last of all
		}
	}
	return true
}
