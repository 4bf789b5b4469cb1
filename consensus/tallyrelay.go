package consensus

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// Candidate is a relay that some vote lists, and what the votes make of it. It borrows from the votes. The zero
// Candidate is nobody's.
type Candidate struct {
	// Identity identifies the relay.
	Identity Fingerprint
	// Nickname is the name the consensus shows: that of the descriptor chosen, unless votes give it with Named.
	Nickname []byte
	// Standing is whether the consensus has the relay and, if not, why.
	Standing Standing
	// Flags are those that the consensus gives it. Where the relay is left out for not being Running or Valid, they are
	// those it would have had; where too few votes list it, there are none.
	Flags Flags
	// Weight is the w line of the consensus, if it has Bandwidth: see HasBandwidth there. It is zero for a relay that
	// the consensus does not have.
	Weight Weight
	// Digest is that of the server descriptor whose address and policy the consensus shows; zero where too few votes
	// list the relay.
	Digest [20]byte
	// Microdesc is the digest of its microdescriptor; zero where no vote for that descriptor has one for the method,
	// and the microdesc flavour leaves the relay out.
	Microdesc [32]byte
	// Entries are the entries counted, one for each of the Outcome's votes: nil where a vote does not list the relay, or
	// lists it with an ed25519 identity other than the one that more than half of the authorities agree on.
	Entries []*Entry
}

// Standing is whether a consensus has a relay and, if not, why. The zero Standing is Unlisted.
type Standing uint8

// The standings, in the order in which they are found out.
const (
	Unlisted   Standing = iota // no more than half of the authorities list it
	NotRunning                 // it does not get Running
	NotValid                   // it does not get Valid, which matters from method 24 on
	Included                   // it is in the consensus
)

// String is the standing in a few words.
func (s Standing) String() string {
	names := [...]string{"listed by too few", "not Running", "not Valid", "in the consensus"}
	if int(s) < len(names) {
		return names[s]
	}
	return "unknown standing"
}

// In reports whether the consensus of that flavour, empty or "microdesc", has the relay. The microdesc flavour leaves
// out a relay whose microdescriptor is not known; its bandwidth is in the totals all the same.
func (r Candidate) In(flavour string) bool {
	return r.Standing == Included && (flavour != "microdesc" || r.Microdesc != [32]byte{})
}

// counter counts relay after relay.
type counter struct {
	*Outcome
	flags     flagCounter
	names     names
	measuring bool         // whether three votes hold measurements
	cap       bandwidth.KB // on unmeasured bandwidths

	// For reuse from relay to relay.
	same                []*Entry
	measured, announced []bandwidth.KB
	fractions           []uint8
	digests             [][32]byte
}

func newCounter(o *Outcome) *counter {
	c := &counter{Outcome: o, flags: newFlagCounter(o), names: namesOf(o.Votes), cap: o.Params.unmeasuredCap(o.Method)}
	n := 0
	for _, v := range o.Votes {
		for i := range v.Entries {
			if v.Entries[i].Weight.HasMeasured {
				n++
				break
			}
		}
	}
	c.measuring = n > 2
	return c
}

// count is the relay that one vote's entry each are about, nil where there is none. It takes the slice over.
func (c *counter) count(entries []*Entry) Candidate {
	edConsensus := c.Method >= methodEd25519 && collate(entries, c.Authorities)
	r := Candidate{Entries: entries}
	c.same = c.same[:0]
	for _, e := range entries {
		if e != nil {
			r.Identity = e.Identity
			c.same = append(c.same, e)
		}
	}
	if len(c.same) <= c.Authorities/2 {
		r.Nickname = c.same[0].Nickname
		return r
	}

	shown := mostAgreed(c.same)
	r.Digest = shown[0].Digest
	r.Microdesc = c.microdesc(shown)
	r.Nickname = nameOf(entries, shown[0].Nickname)
	r.Flags = c.flags.count(entries)
	named, unnamed := c.names.of(r.Nickname, r.Identity)
	r.Flags = r.Flags.Without(Named | Unnamed)
	if named && c.KnownFlags.Has(Named) {
		r.Flags = r.Flags.With(Named)
	}
	if unnamed && c.KnownFlags.Has(Unnamed) {
		r.Flags = r.Flags.With(Unnamed)
	}
	if c.Method >= methodEd25519 {
		r.Flags = r.Flags.Without(NoEdConsensus)
		if !edConsensus {
			r.Flags = r.Flags.With(NoEdConsensus)
		}
	}

	if c.Method >= methodMiddleOnly && r.Flags.Has(MiddleOnly) {
		r.Flags = r.Flags.Without(Exit | V2Dir | Guard | HSDir)
		if c.KnownFlags.Has(BadExit) {
			r.Flags = r.Flags.With(BadExit)
		}
	}

	switch {
	case !r.Flags.Has(Running):
		r.Standing = NotRunning
	case c.Method >= methodValidOnly && !r.Flags.Has(Valid):
		r.Standing = NotValid
	default:
		r.Standing = Included
		r.Weight = c.weigh(entries, r.Flags.Has(Guard))
	}
	return r
}

// collate leaves of a relay's entries those that belong together, and reports whether more than half of the authorities
// list the same pair of RSA and ed25519 identity, the word "none" being an identity too. If they do, entries with
// another ed25519 identity go and those without an id line stay; otherwise all stay.
//
// C: src/feature/dirauth/dircollate.c, dircollator_collate_by_ed25519.
func collate(entries []*Entry, authorities int) bool {
	for i, e := range entries {
		if e == nil || !e.HasEd25519 {
			continue
		}
		n := 0
		for _, other := range entries[i:] {
			if other != nil && other.HasEd25519 && other.Ed25519 == e.Ed25519 {
				n++
			}
		}
		if n <= authorities/2 {
			continue
		}
		key := e.Ed25519
		for j, other := range entries {
			if other != nil && other.HasEd25519 && other.Ed25519 != key {
				entries[j] = nil
			}
		}
		return true
	}
	return false
}

// mostAgreed sorts entries of one relay and is the part of them that agree on the descriptor and what it says, the
// largest such part. Among equally large ones it is the one published last, then the first by compareEntries, so that the
// smallest descriptor digest wins.
//
// C: src/feature/dirauth/dirvote.c, compute_routerstatus_consensus.
func mostAgreed(entries []*Entry) []*Entry {
	slices.SortFunc(entries, compareEntries)
	var most []*Entry
	for len(entries) > 0 {
		n := 1
		for n < len(entries) && compareEntries(entries[0], entries[n]) == 0 {
			n++
		}
		if n > len(most) || n == len(most) && entries[0].Published > most[0].Published {
			most = entries[:n]
		}
		entries = entries[n:]
	}
	return most
}

// compareEntries orders entries of one relay by their descriptor digests, then by what the descriptor says, which only
// forged votes can disagree on.
//
// C: src/feature/dirauth/dirvote.c, compare_vote_rs.
func compareEntries(a, b *Entry) int {
	if c := bytes.Compare(a.Digest[:], b.Digest[:]); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(b.Published, a.Published),
		bytes.Compare(b.Nickname, a.Nickname),
		a.Address.Compare(b.Address),
		cmp.Compare(b.ORPort, a.ORPort),
		cmp.Compare(b.DirPort, a.DirPort),
	)
}

// microdesc is the digest that most of the entries have for the method, the greatest of equally frequent ones; zero
// where none has one.
func (c *counter) microdesc(entries []*Entry) (digest [32]byte) {
	c.digests = c.digests[:0]
	for _, e := range entries {
		if d, ok := e.MicrodescFor(c.Method); ok {
			c.digests = append(c.digests, d)
		}
	}
	slices.SortFunc(c.digests, func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) })
	most := 0
	for i, run := 0, 0; i < len(c.digests); i++ {
		if i > 0 && c.digests[i] != c.digests[i-1] {
			run = 0
		}
		if run++; run >= most {
			digest, most = c.digests[i], run
		}
	}
	return digest
}

// weigh is the w line of a relay that is in the consensus. At least three measurements decide, else what the relay
// advertises; where nobody says either, there is no line, and no guard fraction. What it advertises is capped as in C:
// only while at least three votes hold measurements.
func (c *counter) weigh(entries []*Entry, guard bool) Weight {
	c.measured, c.announced, c.fractions = c.measured[:0], c.announced[:0], c.fractions[:0]
	for _, e := range entries {
		if e == nil {
			continue
		}
		if e.Weight.HasMeasured {
			c.measured = append(c.measured, e.Weight.Measured)
		}
		if e.Weight.HasBandwidth {
			c.announced = append(c.announced, e.Weight.Bandwidth)
		}
		if e.Weight.HasGuardFraction {
			c.fractions = append(c.fractions, e.Weight.GuardFraction)
		}
	}
	var w Weight
	switch {
	case len(c.measured) > 2:
		w.Bandwidth, w.HasBandwidth = lowMedian(c.measured), true
	case len(c.announced) > 0:
		w.Bandwidth, w.HasBandwidth, w.Unmeasured = lowMedian(c.announced), true, true
		if c.measuring {
			w.Bandwidth = min(w.Bandwidth, c.cap)
		}
	default:
		return w
	}
	if guard && len(c.fractions) > 2 && c.Method >= methodGuardFraction {
		w.GuardFraction, w.HasGuardFraction = lowMedian(c.fractions), true
	}
	return w
}
