package consensus

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"
)

// flagCounter counts flags, relay after relay. Those known by name to this library are counted by their bits, the
// others by their place among the names.
type flagCounter struct {
	others       []string            // the unknown flags, in ascending order
	needed       [len(flagNames)]int // by flag, how many entries have to have it
	neededOthers []int               // the same for others
	counts       [len(flagNames)]int // by flag, how many entries of a relay have it
	countsOthers []int
}

func newFlagCounter(o *Outcome) flagCounter {
	c := flagCounter{others: strings.Fields(o.KnownFlags.others)}
	c.neededOthers = make([]int, len(c.others))
	c.countsOthers = make([]int, len(c.others))
	for i := range c.needed {
		c.needed[i] = majority(o.Votes, flagNames[i])
	}
	for i, name := range c.others {
		c.neededOthers[i] = majority(o.Votes, name)
	}
	return c
}

// majority is how many entries have to have a flag: more than half of the votes that know it, also of those that do not
// list the relay.
func majority(votes []Document, name string) int {
	n := 0
	for _, v := range votes {
		if v.Header.KnownFlags.HasName(name) {
			n++
		}
	}
	return n/2 + 1
}

// count is the flags that enough of the entries have.
func (c *flagCounter) count(entries []*Entry) Flags {
	c.counts = [len(flagNames)]int{}
	clear(c.countsOthers)
	for _, e := range entries {
		if e == nil {
			continue
		}
		for known := e.Flags.known; known != 0; known &= known - 1 {
			c.counts[bits.TrailingZeros32(uint32(known))]++
		}
		for name := range strings.FieldsSeq(e.Flags.others) {
			if i, ok := slices.BinarySearch(c.others, name); ok {
				c.countsOthers[i]++
			}
		}
	}
	var f Flags
	for i, n := range c.counts {
		if n >= c.needed[i] {
			f.known |= 1 << i
		}
	}
	for i, n := range c.countsOthers {
		if n < c.neededOthers[i] {
			continue
		}
		if f.others != "" {
			f.others += " "
		}
		f.others += c.others[i]
	}
	return f
}

// names says whose each nickname is, by the flags Named and Unnamed of all votes: a historical rule, since no authority
// gives them any more. The keys are nicknames in lower case.
//
// C: src/feature/dirauth/dirvote.c, name_to_id_map of networkstatus_compute_consensus.
type names map[string]owner

// owner is whom the votes call by a nickname, if they agree: more than one relay makes it disputed, and none at all,
// while someone else is Unnamed for it, leaves it unclaimed.
type owner struct {
	id                  Fingerprint
	disputed, unclaimed bool
}

func namesOf(votes []Document) names {
	all := names{}
	with := func(flag Flag, do func(name string, id Fingerprint)) {
		for _, v := range votes {
			for i := range v.Entries {
				if e := &v.Entries[i]; e.Flags.Has(flag) {
					do(string(bytes.ToLower(e.Nickname)), e.Identity)
				}
			}
		}
	}
	with(Named, func(name string, id Fingerprint) {
		o, ok := all[name]
		all[name] = owner{id: id, disputed: ok && (o.disputed || o.id != id)}
	})
	with(Unnamed, func(name string, id Fingerprint) {
		switch o, ok := all[name]; {
		case !ok:
			all[name] = owner{unclaimed: true}
		case !o.disputed && !o.unclaimed && o.id == id:
			all[name] = owner{disputed: true}
		}
	})
	return all
}

// of reports whether a relay of that nickname is Named, or Unnamed since the nickname is another's, or nobody's who can
// be told.
func (all names) of(nickname []byte, id Fingerprint) (named, unnamed bool) {
	if len(all) == 0 {
		return false, false
	}
	o, ok := all[string(bytes.ToLower(nickname))]
	named = ok && !o.disputed && !o.unclaimed && o.id == id
	return named, ok && !named
}

// nameOf is the nickname that the entries with Named agree on, letter by letter, or otherwise the fallback.
func nameOf(entries []*Entry, fallback []byte) []byte {
	var name []byte
	for _, e := range entries {
		switch {
		case e == nil || !e.Flags.Has(Named):
		case name == nil:
			name = e.Nickname
		case !bytes.Equal(name, e.Nickname):
			return fallback
		}
	}
	if name == nil {
		return fallback
	}
	return name
}
