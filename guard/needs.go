package guard

import (
	"math/bits"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Needs is a set of conditions of yes or no that a flag asks for. The zero value asks for nothing.
type Needs uint16

// The conditions.
const (
	NeedFast    Needs = 1 << iota // Fast, as it stands before any list; Fast and Stable themselves cannot ask for it
	NeedStable                    // Stable, likewise
	NeedV2Dir                     // answers directory requests
	NeedDirPort                   // has a directory port: Relay.HasDirPort
	NeedOffer                     // Relay.OffersHSDir
	NeedActive                    // Relay.Active
	NeedRunning                   // the flag
	NeedSound                     // not Relay.Buggy
	NeedPatched                   // not Relay.Vulnerable
)

var needNames = [...]string{"Fast", "Stable", "V2Dir", "DirPort", "offered", "active", "Running", "no buggy version", "no vulnerable version"}

// Has reports whether all of the given conditions are in the set.
func (n Needs) Has(needs Needs) bool { return n&needs == needs }

// String is the conditions in words, separated by commas: "Fast, Stable, V2Dir"; "nothing" for the empty set.
func (n Needs) String() string {
	var words []string
	for rest := n & (1<<len(needNames) - 1); rest != 0; rest &= rest - 1 {
		words = append(words, needNames[bits.TrailingZeros16(uint16(rest))])
	}
	if words == nil {
		return "nothing"
	}
	return strings.Join(words, ", ")
}

// The conditions in the order in which an authority looks at them, of HSDir and of all other flags.
var (
	needsInOrder      = [...]Needs{NeedActive, NeedSound, NeedFast, NeedStable, NeedV2Dir, NeedDirPort, NeedOffer, NeedRunning, NeedPatched}
	hsdirNeedsInOrder = [...]Needs{NeedOffer, NeedV2Dir, NeedDirPort, NeedStable, NeedFast, NeedRunning, NeedActive, NeedSound, NeedPatched}
)

// criterion is one condition held against a relay of which it is known whether it is Fast and Stable.
func (n Needs) criterion(flag consensus.Flag, relay *Relay, fast, stable Answer) Criterion {
	switch n {
	case NeedFast:
		return fact("Fast", fast, NotFast)
	case NeedStable:
		return fact("Stable", stable, NotStable)
	case NeedV2Dir:
		return fact("V2Dir", unless(relay.Unknown&UnknownV2Dir != 0, answer(relay.Facts.Has(consensus.V2Dir))), NotV2Dir)
	case NeedDirPort:
		return fact("DirPort", answer(relay.HasDirPort), NoDirPort)
	case NeedOffer:
		return fact("offered", unless(relay.Unknown&UnknownOffer != 0, answer(relay.OffersHSDir)), NotOffered)
	case NeedActive:
		against := NotActive
		if flag&(consensus.Fast|consensus.Stable) != 0 {
			against = IsInactive
		}
		return fact("active", unless(relay.Unknown&UnknownActivity != 0, answer(relay.Active)), against)
	case NeedRunning:
		return fact("Running", unless(relay.Unknown&UnknownActivity != 0, answer(relay.Facts.Has(consensus.Running))), NotRunning)
	case NeedSound:
		return fact("no buggy version", answer(!relay.Buggy), IsBuggy)
	}
	return fact("no vulnerable version", answer(!relay.Vulnerable), IsVulnerable)
}
