package foresight

import (
	"iter"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// Change is one relay in two outcomes. It need not have changed.
type Change struct {
	// Identity identifies the relay.
	Identity consensus.Fingerprint
	// Nickname is its name in the second outcome, or else in the first.
	Nickname string

	// WasThere and IsThere say which of the outcomes know the relay: one at least.
	WasThere, IsThere bool

	// Before and After are the decisions on it; the zero Decision where an outcome does not know it.
	Before, After guard.Decision

	// ShareBefore and ShareAfter are its shares of the guard position, 0 where an outcome does not know it.
	ShareBefore, ShareAfter float64
}

// Gained are the flags of guard.Decided that the relay has in the second outcome and did not have in the first, neither
// of which can be in doubt. A relay that was not there had none.
func (c Change) Gained() consensus.Flag { return gained(c.Before, c.After) }

// Lost are the flags of guard.Decided that the relay had and has no more, neither of which can be in doubt. A relay that
// is gone has none.
func (c Change) Lost() consensus.Flag { return gained(c.After, c.Before) }

func gained(without, with guard.Decision) consensus.Flag {
	return with.Flags.Known() &^ without.Flags.Known() &^ without.CannotTell & guard.Decided
}

// Changes yields every relay that is in one of the outcomes or in both, changed or not, in the order of identities.
func Changes(before, after Outcome) iter.Seq[Change] {
	return func(yield func(Change) bool) {
		b, a := byIdentity(before.Relays), byIdentity(after.Relays)
		for len(b) > 0 || len(a) > 0 {
			var c Change
			order := 0
			switch {
			case len(b) == 0:
				order = +1
			case len(a) == 0:
				order = -1
			default:
				order = before.Relays[b[0]].Identity.Compare(after.Relays[a[0]].Identity)
			}
			if order <= 0 {
				i := b[0]
				b = b[1:]
				c.Identity, c.Nickname = before.Relays[i].Identity, before.Relays[i].Nickname
				c.WasThere, c.Before, c.ShareBefore = true, before.Decisions[i], before.Shares[i]
			}
			if order >= 0 {
				i := a[0]
				a = a[1:]
				c.Identity, c.Nickname = after.Relays[i].Identity, after.Relays[i].Nickname
				c.IsThere, c.After, c.ShareAfter = true, after.Decisions[i], after.Shares[i]
			}
			if !yield(c) {
				return
			}
		}
	}
}

// byIdentity is the indexes of the relays in the order of their identities, the last one only of any identity.
func byIdentity(relays []guard.Relay) []int {
	order := make([]int, len(relays))
	for i := range order {
		order[i] = len(relays) - 1 - i // so that the last comes first among equals
	}
	slices.SortStableFunc(order, func(i, j int) int { return relays[i].Identity.Compare(relays[j].Identity) })
	return slices.CompactFunc(order, func(i, j int) bool { return relays[i].Identity == relays[j].Identity })
}
