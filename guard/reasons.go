package guard

import (
	"iter"
	"math/bits"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Reasons is a set of things that stand against a relay's flags. The zero value is the empty set: nothing does.
type Reasons uint32

// The reasons, each with the flags it stands against.
const (
	Slow           Reasons = 1 << iota // credible bandwidth below the Fast threshold: against Fast
	LowMTBF                            // mean time between failures too low: against Stable
	LowUptime                          // up for too short, where there is not enough MTBF information: against Stable
	IsInactive                         // as NotActive, of the flags that needed it until 0.2.7.2-alpha: against Fast, Stable
	NotFast                            // and so against Guard, HSDir
	NotStable                          // and so against Guard, HSDir
	NotV2Dir                           // answers no directory requests: against Guard, HSDir
	NoDirPort                          // no directory port: until 0.2.8.1-alpha against HSDir
	IsBuggy                            // a buggy version of Tor: until 0.2.4.2-alpha against Stable, and at first Guard
	IsVulnerable                       // open to CVE-2011-2768: until 0.2.6.1-alpha against Guard
	IsScarceExit                       // an exit while those have too little of the bandwidth: until 0.2.2.15-alpha against Guard
	LowBandwidth                       // too slow for a guard: against Guard
	LowWFU                             // weighted fractional uptime too low: against Guard
	ShortTimeKnown                     // known for too short a time: against Guard
	NotOffered                         // does not offer to be one: against HSDir
	NotRunning                         // not Running: until 0.2.6.1-alpha against HSDir
	NotActive                          // descriptor too old, or not Running, not Valid, or hibernating: against HSDir
	ShortUptime                        // not up for long enough: against HSDir
	IsMiddleOnly                       // the authority's list: against Guard, HSDir
	GuardStripped                      // the authority's list takes Guard away
	HSDirStripped                      // the authority's list takes HSDir away
	IsSybil                            // one too many on its address: against all
)

var reasonNames = [...]string{"slow", "low MTBF", "low uptime", "inactive", "not Fast", "not Stable", "not V2Dir", "no DirPort",
	"buggy version", "vulnerable version", "exits are scarce", "low bandwidth", "low WFU", "short time known",
	"HSDir not offered", "not Running", "not active", "short uptime", "MiddleOnly", "Guard stripped", "HSDir stripped",
	"Sybil"}

// Has reports whether all of the given reasons, one or several or-ed together, are in the set.
func (r Reasons) Has(reason Reasons) bool { return r&reason == reason }

// Each yields the reasons one by one, in the order of the constants.
func (r Reasons) Each() iter.Seq[Reasons] {
	return func(yield func(Reasons) bool) {
		for rest := r & (1<<len(reasonNames) - 1); rest != 0; rest &= rest - 1 {
			if !yield(rest & -rest) {
				return
			}
		}
	}
}

// String is the reasons in words, separated by commas: "low WFU, short time known". The empty set is the empty string.
func (r Reasons) String() string {
	var words []string
	for reason := range r.Each() {
		words = append(words, reasonNames[bits.TrailingZeros32(uint32(reason))])
	}
	return strings.Join(words, ", ")
}

// Decided are the flags that thresholds decide, or-ed together: those that Decide answers.
const Decided = consensus.Fast | consensus.Guard | consensus.HSDir | consensus.Stable
