package guard

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// Difference is one field in which two sets of rules differ, in words.
type Difference struct {
	// Field is the field's name in Rules.
	Field string

	// Option is the torrc option or consensus parameter that sets it; empty where none does.
	Option string

	// Words says what the field is about.
	Words string

	// Old and New are its values in the one and in the other rules, with units.
	Old, New string
}

// String is one line of words: "bandwidth that is enough for Guard (AuthDirGuardBWGuarantee): 256000 B/s, then 2097152 B/s".
func (d Difference) String() string {
	option := ""
	if d.Option != "" {
		option = " (" + d.Option + ")"
	}
	return fmt.Sprintf("%s%s: %s, then %s", d.Words, option, d.Old, d.New)
}

// Differences yields what is different in other, in the order of the fields; nothing if the two decide alike for all that
// their fields say. Names do not count.
func (r Rules) Differences(other Rules) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		for _, f := range fields {
			d := Difference{Field: f.name, Option: f.option, Words: f.words, Old: f.value(r), New: f.value(other)}
			if d.Old != d.New && !yield(d) {
				return
			}
		}
	}
}

// field is a field of Rules as something to speak of.
type field struct {
	name, option, words string
	value               func(Rules) string
}

var fields = [...]field{
	{"InBytes", "", "bandwidths are counted", choice(func(r Rules) bool { return r.InBytes }, "in bytes", "in kilobytes")},
	{"MinCounted", "TestingMinExitFlagThreshold", "bandwidth that counts toward thresholds", func(r Rules) string { return r.bandwidthUnit().text(float64(r.MinCounted)) }},
	{"CountSybils", "", "sybils count toward thresholds", yesNo(func(r Rules) bool { return r.CountSybils })},
	{"IgnoreMeasured", "", "measured bandwidths", choice(func(r Rules) bool { return r.IgnoreMeasured }, "are not looked at", "come first")},
	{"HighMedian", "", "index of a median of n values", choice(func(r Rules) bool { return r.HighMedian }, "n/2", "(n-1)/2")},
	{"MinMeasured", "MinMeasuredBWsForAuthToIgnoreAdvertised", "relays that may be measured before others stop counting", func(r Rules) string { return strconv.Itoa(r.MinMeasured) }},
	{"StableNeeds", "", "Stable needs", needs(func(r Rules) Needs { return r.StableNeeds })},
	{"StableByUptime", "", "Stable goes by", choice(func(r Rules) bool { return r.StableByUptime }, "uptime alone", "MTBF")},
	{"StableMTBF", "AuthDirVoteStableGuaranteeMTBF", "MTBF that is enough for Stable", duration(func(r Rules) int64 { return r.StableMTBF })},
	{"StableUptime", "AuthDirVoteStableGuaranteeMinUptime", "uptime that is enough for Stable", duration(func(r Rules) int64 { return r.StableUptime })},
	{"FastNeeds", "", "Fast needs", needs(func(r Rules) Needs { return r.FastNeeds })},
	{"FastCrummy", "", "bandwidth below which an eighth is too poor to be Fast", func(r Rules) string { return r.bandwidthUnit().text(float64(r.FastCrummy)) }},
	{"FastMin", "FastFlagMinThreshold", "least threshold of Fast", bytesPerSecond(func(r Rules) int64 { return int64(r.FastMin) })},
	{"FastMax", "FastFlagMaxThreshold", "greatest threshold of Fast", bytesPerSecond(func(r Rules) int64 { return int64(r.FastMax) })},
	{"FastGuarantee", "AuthDirFastGuarantee", "bandwidth that is enough for Fast", guarantee(func(r Rules) int64 { return r.FastGuarantee })},
	{"GuardNeeds", "", "Guard needs", needs(func(r Rules) Needs { return r.GuardNeeds })},
	{"GuardMedian", "", "bandwidth threshold of Guard", choice(func(r Rules) bool { return r.GuardMedian }, "the median", "a percentile")},
	{"GuardFraction", "AuthDirVoteGuardBwThresholdFraction", "share of relays slower than a guard", func(r Rules) string {
		if r.GuardMedian {
			return "half"
		}
		return number(r.GuardFraction)
	}},
	{"GuardAbove", "", "bandwidth of a guard", choice(func(r Rules) bool { return r.GuardAbove }, "above the threshold", "at least the threshold")},
	{"GuardExits", "", "exits", func(r Rules) string { return r.GuardExits.String() }},
	{"GuardBandwidth", "AuthDirGuardBWGuarantee", "bandwidth that is enough for Guard", guarantee(func(r Rules) int64 { return r.GuardBandwidth })},
	{"GuardTimeKnown", "AuthDirVoteGuardGuaranteeTimeKnown", "time known that is enough for Guard", duration(func(r Rules) int64 { return r.GuardTimeKnown })},
	{"GuardWFU", "AuthDirVoteGuardGuaranteeWFU", "WFU that is enough for Guard", func(r Rules) string { return number(r.GuardWFU) }},
	{"HSDirNeeds", "", "HSDir needs", needs(func(r Rules) Needs { return r.HSDirNeeds })},
	{"HSDirUptime", "MinUptimeHidServDirectoryV2", "uptime for HSDir", duration(func(r Rules) int64 { return r.HSDirUptime })},
	{"HSDirClaimed", "", "uptime for HSDir goes by", choice(func(r Rules) bool { return r.HSDirClaimed }, "the relay's word", "what the authority saw")},
	{"MaxPerAddress", "AuthDirMaxServersPerAddr", "relays on one address", func(r Rules) string {
		if r.MaxPerAddress == 0 {
			return "any number"
		}
		return strconv.Itoa(r.MaxPerAddress)
	}},
	{"MaxPerAuthorityAddress", "AuthDirMaxServersPerAuthAddr", "relays on the address of an authority", func(r Rules) string {
		if r.MaxPerAuthorityAddress == 0 {
			return "as on others"
		}
		return strconv.Itoa(r.MaxPerAuthorityAddress)
	}},
	{"SybilsBy", "", "sybils share", func(r Rules) string { return r.SybilsBy.String() }},
	{"SybilsKeepHistory", "", "sybils keep their history", yesNo(func(r Rules) bool { return r.SybilsKeepHistory })},
	{"SybilsKeep", "", "flags that a sybil keeps", func(r Rules) string {
		if r.SybilsKeep == 0 {
			return "none"
		}
		return r.SybilsKeep.String()
	}},
	{"ExitOfThree", "", "ports of an exit", choice(func(r Rules) bool { return r.ExitOfThree }, "two of 80, 443 and 6667", "80 and 443")},
	{"ExitNeverPrivate", "DirAllowPrivateAddresses", "private networks can make an exit", choice(func(r Rules) bool { return r.ExitNeverPrivate }, "never", "if the option is set")},
	{"ExitIfCounted", "", "exits are found among", choice(func(r Rules) bool { return r.ExitIfCounted }, "relays that count", "all relays")},
	{"V2DirByPort", "", "V2Dir takes", choice(func(r Rules) bool { return r.V2DirByPort }, "a directory port", "a directory port or answering over the ORPort")},
	{"ActiveIfObserved", "", "a relay that saw no traffic", choice(func(r Rules) bool { return r.ActiveIfObserved }, "is not active", "can be active")},
	{"Votes", "", "flags voted on", func(r Rules) string { return r.Votes.String() }},
}

// The ways of putting a value into words follow.

func choice(is func(Rules) bool, ifSo, ifNot string) func(Rules) string {
	return func(r Rules) string {
		if is(r) {
			return ifSo
		}
		return ifNot
	}
}

func yesNo(is func(Rules) bool) func(Rules) string { return choice(is, "yes", "no") }

func duration(of func(Rules) int64) func(Rules) string {
	return func(r Rules) string {
		switch seconds := of(r); {
		case seconds == noGuarantee:
			return "none"
		case seconds != 0 && seconds%day == 0:
			return strconv.FormatInt(seconds/day, 10) + " d"
		case seconds != 0 && seconds%hour == 0:
			return strconv.FormatInt(seconds/hour, 10) + " h"
		default:
			return strconv.FormatInt(seconds, 10) + " s"
		}
	}
}

// needs joins conditions by another word than a comma, which would run into the one between old and new.
func needs(of func(Rules) Needs) func(Rules) string {
	return func(r Rules) string { return strings.ReplaceAll(of(r).String(), ", ", " and ") }
}

// guarantee is a bandwidth that is enough, of which 0 is none.
func guarantee(of func(Rules) int64) func(Rules) string {
	return func(r Rules) string {
		if of(r) == 0 {
			return "none"
		}
		return bytesPerSecond(of)(r)
	}
}

func bytesPerSecond(of func(Rules) int64) func(Rules) string {
	return func(r Rules) string { return strconv.FormatInt(of(r), 10) + " B/s" }
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// String is what exits are, in words.
func (e GuardExits) String() string {
	return [...]string{"guards like others, by the smaller of two thresholds", "guards where they have more than a third of the bandwidth, by one of two thresholds",
		"guards where they have more than a third of the bandwidth", "guards like others"}[min(e, ExitsAlike)]
}

// String is what sybils share, in words.
func (s SybilsBy) String() string {
	return [...]string{"an IPv4 or IPv6 address", "an IPv4 address or an IPv6 network of length 64", "an IPv4 address"}[min(s, IPv4Only)]
}
