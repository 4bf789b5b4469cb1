package consensus

import (
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// Flag is a flag that Tor's authorities vote on, as one bit, so that several can be or-ed together where a set of known
// ones is asked for. The zero Flag is no flag.
//
// Spec: dir-spec, "Vote and consensus status document formats", s.
type Flag uint32

// The flags of all times, in the alphabetical order in which documents print them.
const (
	Authority     Flag = 1 << iota // a directory authority
	BadExit                        // believed to be useless or hostile as an exit
	Exit                           // lets traffic out to the ports 80 and 443
	Fast                           // has bandwidth enough for general-purpose circuits
	Guard                          // fit to be an entry guard
	HSDir                          // stores onion-service descriptors
	MiddleOnly                     // to be used neither as entry nor as exit. Since: 0.4.7.2-alpha
	Named                          // its nickname was bound to its key; historical
	NoEdConsensus                  // no majority agrees on its ed25519 identity; never voted, only in consensuses
	Running                        // reached within the last 45 minutes
	Stable                         // fit for long-lived circuits
	StaleDesc                      // its descriptor is older than 18 hours. Since: 0.4.0.1-alpha
	Sybil                          // one too many on its address. Since: 0.4.6.1-alpha
	Unnamed                        // another relay owned its nickname; historical
	V2Dir                          // answers directory requests
	Valid                          // not known to be broken
)

// flagNames holds the name of each bit; its order is the order of the constants.
var flagNames = [...]string{"Authority", "BadExit", "Exit", "Fast", "Guard", "HSDir", "MiddleOnly", "Named", "NoEdConsensus",
	"Running", "Stable", "StaleDesc", "Sybil", "Unnamed", "V2Dir", "Valid"}

// String is the flag's name as documents spell it; several or-ed together are separated by blanks, and the zero Flag is
// the empty string. Bits that are no flag are passed over.
func (f Flag) String() string { return FlagsOf(f).String() }

// ParseFlag is the flag of that name, spelled exactly as documents do, and reports whether there is one.
func ParseFlag(name string) (Flag, bool) {
	i, ok := slices.BinarySearch(flagNames[:], name)
	if !ok {
		return 0, false
	}
	return 1 << i, true
}

// Flags is a set of flags: those this library knows as bits, and any other by its name, so that none is lost. Values are
// comparable with ==, and equal if and only if they hold the same flags. The zero value is the empty set.
type Flags struct {
	known  Flag
	others string // names in ascending order, each once, separated by one blank
}

// everyFlag has the bits of all flags.
const everyFlag Flag = 1<<len(flagNames) - 1

// FlagsOf is the set of the given flags. Bits that are no flag are passed over.
func FlagsOf(flags ...Flag) Flags {
	var f Flags
	for _, flag := range flags {
		f.known |= flag & everyFlag
	}
	return f
}

// ParseFlags reads flag names separated by blanks: the arguments of an s or known-flags line. Names in any order are
// taken, and one given twice counts once. It is the inverse of String; it allocates only where a flag is unknown.
func ParseFlags(text []byte) Flags {
	var f Flags
	var others []string
	for len(text) > 0 {
		var name []byte
		name, text = nextWord(text)
		if len(name) == 0 {
			continue
		}
		if flag, ok := ParseFlag(string(name)); ok {
			f.known |= flag
		} else {
			others = append(others, string(name))
		}
	}
	if others != nil {
		slices.Sort(others)
		f.others = strings.Join(slices.Compact(others), " ")
	}
	return f
}

// Has reports whether every one of the given flags, one or several or-ed together, is in the set.
func (f Flags) Has(flag Flag) bool { return f.known&flag == flag }

// HasName reports whether the flag of that name, known or not, is in the set.
func (f Flags) HasName(name string) bool {
	if flag, ok := ParseFlag(name); ok {
		return f.Has(flag)
	}
	for other := range strings.FieldsSeq(f.others) {
		if other == name {
			return true
		}
	}
	return false
}

// With is the set with the given flags, one or several or-ed together, added.
func (f Flags) With(flag Flag) Flags {
	f.known |= flag & everyFlag
	return f
}

// Without is the set with the given flags, one or several or-ed together, removed.
func (f Flags) Without(flag Flag) Flags {
	f.known &^= flag
	return f
}

// Union is the set of the flags that are in f, in g, or in both.
func (f Flags) Union(g Flags) Flags {
	f.known |= g.known
	switch {
	case f.others == "":
		f.others = g.others
	case g.others != "" && f.others != g.others:
		f.others = ParseFlags([]byte(f.others + " " + g.others)).others
	}
	return f
}

// Intersect is the set of the flags that are in both f and g.
func (f Flags) Intersect(g Flags) Flags {
	both := Flags{known: f.known & g.known}
	switch {
	case f.others == g.others:
		both.others = f.others
	case f.others != "" && g.others != "":
		var names []string
		for name := range strings.FieldsSeq(f.others) {
			if g.HasName(name) {
				names = append(names, name)
			}
		}
		both.others = strings.Join(names, " ")
	}
	return both
}

// Len is the number of flags in the set.
func (f Flags) Len() int {
	n := bits.OnesCount32(uint32(f.known))
	if f.others != "" {
		n += 1 + strings.Count(f.others, " ")
	}
	return n
}

// Known is the part of the set that this library has names for, as bits.
func (f Flags) Known() Flag { return f.known }

// Names yields the flags' names in ascending order of their bytes, the order in which authorities print them.
func (f Flags) Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		others := f.others
		for known := f.known; known != 0; known &= known - 1 {
			name := flagNames[bits.TrailingZeros32(uint32(known))]
			for others != "" {
				other, rest, _ := strings.Cut(others, " ")
				if other > name {
					break
				}
				if !yield(other) {
					return
				}
				others = rest
			}
			if !yield(name) {
				return
			}
		}
		for other := range strings.FieldsSeq(others) {
			if !yield(other) {
				return
			}
		}
	}
}

// String is the names in ascending order, separated by blanks.
func (f Flags) String() string { return string(f.append(nil)) }

// AppendText appends the names in ascending order, separated by blanks, to dst: the arguments of an s line. It
// implements encoding.TextAppender; the error is always nil.
func (f Flags) AppendText(dst []byte) ([]byte, error) { return f.append(dst), nil }

func (f Flags) append(dst []byte) []byte {
	separate := false
	for name := range f.Names() {
		if separate {
			dst = append(dst, ' ')
		}
		dst = append(dst, name...)
		separate = true
	}
	return dst
}
