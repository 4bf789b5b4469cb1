package guard

import (
	"math/bits"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/order"
)

// survey looks at a population for its thresholds: one pass over the columns, in which each order statistic waits in a
// bracket (see internal/order), and seldom another for what the brackets missed. Several surveys may each take a part of
// the population.
type survey struct {
	rules    Rules
	ignoring bool  // of advertised bandwidths
	seeks    seeks // what is still to be found

	counted, nonExits       int    // how many relays count, and are no exits or bad ones
	withUptime, withHistory int    // of how many of those it is known
	familiar                int    // how many of those surely have the time known that is asked for
	total, ofExits          uint64 // the sum of the bandwidths that count, and that of exits, marked bad or not

	brackets [statistics]order.Bracket
	opened   seeks        // the brackets that keep everything because of numbers that keys are in no order of
	eighth   bandwidth.KB // what ofEighth has found

	// Which relays are familiar is known only after the pass that is to find the median of their WFU. Those that may be, or
	// may not, wait here.
	unsure []unsureRelay

	rows    rows
	padding padding
	room    [width]bandwidth.KB
}

// unsureRelay is a relay's keys of two columns.
type unsureRelay struct{ timeKnown, wfu uint64 }

// The order statistics. Time known comes before WFU, which goes by it, and the eighth before the quarter.
const (
	ofTimeKnown = iota
	ofWFU
	ofUptime
	ofMTBF
	ofEighth  // of the bandwidths, for Fast
	ofQuarter // likewise, where the eighth is crummy
	ofIncluding
	ofExcluding
	statistics
)

// seeks is a set of order statistics.
type seeks uint8

func seek(statistic int) seeks { return 1 << statistic }

func (s seeks) has(statistic int) bool { return s&seek(statistic) != 0 }

// begin begins a pass; the brackets stay as they are.
func (s *survey) begin(r *Rules, ignoring bool, seeks seeks) {
	s.rules, s.ignoring, s.seeks = *r, ignoring, seeks
	s.counted, s.nonExits, s.withUptime, s.withHistory, s.familiar, s.total, s.ofExits = 0, 0, 0, 0, 0, 0, 0
	s.unsure = s.unsure[:0]
}

// beginLike begins a pass over a part of what another survey goes over.
func (s *survey) beginLike(other *survey) {
	s.begin(&other.rules, other.ignoring, other.seeks)
	for i := range s.brackets {
		s.brackets[i].Like(&other.brackets[i])
	}
}

// add takes in what another survey, of another part of the population, has seen.
func (s *survey) add(other *survey) {
	s.counted += other.counted
	s.nonExits += other.nonExits
	s.withUptime += other.withUptime
	s.withHistory += other.withHistory
	s.familiar += other.familiar
	s.total += other.total
	s.ofExits += other.ofExits
	s.unsure = append(s.unsure, other.unsure...)
	for i := range s.brackets {
		s.brackets[i].Add(&other.brackets[i])
	}
}

// take looks at the relays of the rows.
func (s *survey) take() {
	w, r := &s.rows, &s.rules

	// Of the facts mostly nothing but Exit matters: only where any of the 64 relays has the others are they looked for.
	var any consensus.Flag
	var exits uint64
	for _, facts := range w.facts {
		any |= facts
		exits += exits + uint64(facts/consensus.Exit&1)
	}
	counted, withUptime, withHistory, ordinary := w.all, w.all, w.all, ^exits
	if any&consensus.BadExit != 0 {
		ordinary |= have(w.facts, consensus.BadExit)
	}
	if any&consensus.Sybil != 0 && !r.CountSybils {
		counted &^= have(w.facts, consensus.Sybil)
	}
	active := order.True(w.active)
	if w.mayBeUnknown {
		active |= unknown(w.unknown, UnknownActivity)
		counted &^= unknown(w.unknown, UnknownBandwidth)
		withUptime &^= unknown(w.unknown, UnknownUptime)
		withHistory &^= unknown(w.unknown, UnknownHistory)
	}
	counted &= active

	kb := w.measured
	if s.ignoring {
		counted &= order.True(w.isMeasured) // and so it does not matter what is measured of the others
	} else {
		kb = w.credible(r, false, &s.room)
	}
	if r.MinCounted > 0 {
		counted &^= order.Below32(kb, order.Key32(uint32(r.MinCounted)))
	}
	ordinary &= counted
	withUptime &= counted
	withHistory &= counted

	if s.seeks.has(ofEighth) {
		order.Take32(&s.brackets[ofEighth], kb, counted)
	}
	if s.seeks.has(ofQuarter) {
		order.Take32(&s.brackets[ofQuarter], kb, counted)
	}
	switch including, excluding := &s.brackets[ofIncluding], &s.brackets[ofExcluding]; s.seeks & (seek(ofIncluding) | seek(ofExcluding)) {
	case seek(ofIncluding) | seek(ofExcluding):
		order.TakeBoth32(including, excluding, kb, counted, ordinary)
	case seek(ofIncluding):
		order.Take32(including, kb, counted)
	case seek(ofExcluding):
		order.Take32(excluding, kb, ordinary)
	}
	if s.seeks.has(ofUptime) {
		s.brackets[ofUptime].TakeLow32(w.uptime, withUptime)
	}
	if s.seeks.has(ofMTBF) {
		s.brackets[ofMTBF].TakeFloat(w.mtbf, withHistory)
	}
	if s.seeks.has(ofWFU) {
		s.takeFamiliar(withHistory)
	}
	s.counted += bits.OnesCount64(counted)
	s.nonExits += bits.OnesCount64(ordinary)
	s.withUptime += bits.OnesCount64(withUptime)
	s.withHistory += bits.OnesCount64(withHistory)
	if r.exitsMatter() {
		s.weigh(kb, counted, exits)
	}
}

// takeFamiliar takes the time known, and the WFU of those of which that is long enough.
func (s *survey) takeFamiliar(withHistory uint64) {
	sure, unsure := s.brackets[ofTimeKnown].TakeInt(s.rows.timeKnown, withHistory)
	s.brackets[ofWFU].TakeFloat(s.rows.wfu, sure)
	s.familiar += bits.OnesCount64(sure)
	for unsure != 0 {
		i := bits.LeadingZeros64(unsure) % width
		s.unsure = append(s.unsure, unsureRelay{order.KeyInt(s.rows.timeKnown[i]), order.KeyFloat(s.rows.wfu[i])})
		unsure &^= order.First >> i
	}
}

// learn takes the WFU of those unsure relays whose time known is at least this, as a key.
func (s *survey) learn(known uint64) {
	for _, u := range s.unsure {
		if u.timeKnown >= known {
			s.familiar++
			s.brackets[ofWFU].TakeKey(u.wfu)
		}
	}
	s.unsure = s.unsure[:0]
}

// weigh sums bandwidths, for rules to which it matters whether exits have much of them.
func (s *survey) weigh(kb *[width]bandwidth.KB, counted, exits uint64) {
	for ; counted != 0; counted &= counted - 1 {
		i := width - 1 - bits.TrailingZeros64(counted)
		s.total += uint64(kb[i])
		if exits&(order.First>>i) != 0 {
			s.ofExits += uint64(kb[i])
		}
	}
}

// have is the word of those that have a flag.
func have(facts *[width]consensus.Flag, flag consensus.Flag) (word uint64) {
	for _, f := range facts {
		word += word + uint64(f/flag&1)
	}
	return word
}

// unknown is the word of those of which that is unknown.
func unknown(all *[width]Unknowns, what Unknowns) (word uint64) {
	for _, u := range all {
		word += word + uint64(u/what&1)
	}
	return word
}
