package guard

import (
	"math/bits"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Needs is a set of conditions of yes or no that a flag asks for. The zero value asks for nothing.
type Needs uint16

// The conditions. Flags count as they stand before any list takes one away. Which flag asks for what, and since when, is
// said at the fields of [Rules] that are Needs; the last three and NeedDirPort only older rules have.
const (
	NeedFast    Needs = 1 << iota // the flag Fast; Fast and Stable themselves cannot ask for it
	NeedStable                    // the flag Stable, likewise
	NeedV2Dir                     // V2Dir among Relay.Facts
	NeedDirPort                   // Relay.HasDirPort
	NeedOffer                     // Relay.OffersHSDir
	NeedActive                    // Relay.Active
	NeedRunning                   // Running among Relay.Facts
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

// index is where in needNames the name of one condition stands.
func (n Needs) index() int { return bits.TrailingZeros16(uint16(n)) }

// reason is what stands against a flag if one condition is not met.
func (n Needs) reason(flag consensus.Flag) Reasons {
	if n == NeedActive && flag&(consensus.Fast|consensus.Stable) != 0 {
		return IsInactive
	}
	return needReasons[n.index()]
}

var needReasons = [...]Reasons{NotFast, NotStable, NotV2Dir, NoDirPort, NotOffered, NotActive, NotRunning, IsBuggy, IsVulnerable}

// reasons are those of all conditions in the set.
func (n Needs) reasons(flag consensus.Flag) (all Reasons) {
	for rest := n & (1<<len(needNames) - 1); rest != 0; rest &= rest - 1 {
		all |= (rest & -rest).reason(flag)
	}
	return all
}
