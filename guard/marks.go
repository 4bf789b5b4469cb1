package guard

import (
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// marks are rules and thresholds as what a relay is held against: numbers to reach, and for each flag what speaks against
// it. Everything that is decided or explained comes of [marks.hold], one relay at a time.
type marks struct {
	rules      *Rules
	thresholds Thresholds // in the rules' unit

	// asks are the reasons that each flag of Decided falls by, as far as they lie in the relay: all but lists, and being a
	// sybil.
	asks [flagCount]Reasons
	any  Reasons // those of all flags
	open Reasons // what cannot be told of any relay
	exit Reasons // what stands against an exit

	fast           bandwidth.KB
	guardBandwidth uint64 // of type KB, but for what is above the largest
	byUptime       bool   // whether Stable goes by that
	mtbf           float64
}

// The flags of Decided, in the order in which they are explained.
const (
	isFast = iota
	isStable
	isGuard
	isHSDir
	flagCount
)

var flagsInOrder = [flagCount]consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir}

// marksOf is the marks of rules and thresholds.
func marksOf(r *Rules, given *Thresholds) (m marks) {
	m.rules, m.thresholds = r, given.inUnitOf(r)
	t := &m.thresholds

	m.fast = t.Fast
	m.guardBandwidth, _ = r.guardBandwidth(t)
	m.byUptime = !t.EnoughMTBF || r.StableByUptime
	m.mtbf = min(t.StableMTBF, float64(r.StableMTBF))

	for i, flag := range flagsInOrder {
		m.asks[i] = m.needs(flag).reasons(flag)
	}
	m.asks[isFast] |= Slow
	if m.byUptime {
		m.asks[isStable] |= LowUptime
	} else {
		m.asks[isStable] |= LowMTBF
	}
	m.asks[isGuard] |= LowBandwidth | LowWFU | ShortTimeKnown
	if t.ScarceExits && r.exitsMatter() {
		m.exit = IsScarceExit
		m.asks[isGuard] |= IsScarceExit
	}
	m.asks[isHSDir] |= ShortUptime
	for i, flag := range flagsInOrder {
		if r.Votes&flag == 0 {
			m.asks[i] = 0
		}
		m.any |= m.asks[i]
	}
	// Whether a relay would be what nobody votes on it is not told.
	if r.Votes&consensus.Fast == 0 {
		m.open |= NotFast
	}
	if r.Votes&consensus.Stable == 0 {
		m.open |= NotStable
	}
	return m
}

// answers are what came of holding a relay against marks. What is in neither speaks for it.
type answers struct {
	against Reasons // what stands against it, whichever flag asks
	open    Reasons // what cannot be told
}

// met is the answer to a condition that fails for that reason.
func (a answers) met(against Reasons) Answer {
	switch {
	case a.against&against != 0:
		return No
	case a.open&against != 0:
		return CannotTell
	}
	return Yes
}

// marked is what stands against a relay by its marks of yes or no.
func (m *marks) marked(active, offersHSDir, hasDirPort, buggy, vulnerable bool) Reasons {
	against := reasonIf(!active, NotActive|IsInactive) | reasonIf(!offersHSDir, NotOffered)
	if m.any&(NoDirPort|IsBuggy|IsVulnerable) != 0 { // under old rules
		against |= reasonIf(!hasDirPort, NoDirPort) | reasonIf(buggy, IsBuggy) | reasonIf(vulnerable, IsVulnerable)
	}
	return against
}

// hold holds a relay against the marks, which for all relays alike are these steps, without a branch that depends on how a
// comparison ends. What it takes fits into registers.
func (m *marks) hold(marked Reasons, facts consensus.Flag, kb bandwidth.KB, uptime, hsdirUptime, timeKnown int64, wfu, mtbf float64,
	unknown Unknowns) answers {
	r, t := m.rules, &m.thresholds
	a := answers{against: marked, open: m.open}
	a.against |= reasonIf(facts&consensus.V2Dir == 0, NotV2Dir) |
		reasonIf(facts&consensus.Running == 0, NotRunning) |
		reasonIf(facts&consensus.Exit != 0, m.exit) |
		reasonIf(kb < m.fast, Slow) |
		reasonIf(uint64(kb) < m.guardBandwidth, LowBandwidth) |
		reasonIf(!(wfu >= t.GuardWFU), LowWFU) |
		reasonIf(timeKnown < t.GuardTimeKnown, ShortTimeKnown) |
		reasonIf(hsdirUptime < r.HSDirUptime, ShortUptime)
	if m.byUptime {
		// The median is of 32-bit numbers and compared with one, the guarantee is not; as in tor.
		a.against |= reasonIf(uint32(uptime) < t.StableUptime, LowUptime) & reasonIf(uptime < r.StableUptime, LowUptime)
	} else {
		a.against |= reasonIf(!(mtbf >= m.mtbf), LowMTBF)
	}
	if unknown != 0 {
		a.open |= unknown.reasons()
		if facts&consensus.Sybil != 0 {
			a.open &^= IsSybil
		}
	}
	a.against &^= a.open

	// Guard and HSDir ask for Fast and Stable as they stand before any list: only being a sybil touches those two, and
	// it takes all four away.
	fast, stable := m.asks[isFast], m.asks[isStable]
	against := reasonIf(a.against&fast != 0, NotFast) | reasonIf(a.against&stable != 0, NotStable)
	a.open |= (reasonIf(a.open&fast != 0, NotFast) | reasonIf(a.open&stable != 0, NotStable)) &^ against
	a.against |= against
	return a
}

// reasonIf is the reasons, or none. It is free of branches, as the compiler has it.
func reasonIf(is bool, reasons Reasons) Reasons {
	var mask Reasons
	if is {
		mask = 1
	}
	return -mask & reasons
}

// reasons are those that what is unknown leaves open.
func (u Unknowns) reasons() Reasons {
	return reasonIf(u&UnknownHistory != 0, LowWFU|ShortTimeKnown|LowMTBF) |
		reasonIf(u&UnknownUptime != 0, LowUptime|ShortUptime) |
		reasonIf(u&UnknownBandwidth != 0, Slow|LowBandwidth) |
		reasonIf(u&UnknownActivity != 0, NotActive|IsInactive|NotRunning) |
		reasonIf(u&UnknownOffer != 0, NotOffered) |
		reasonIf(u&UnknownSybil != 0, IsSybil) |
		reasonIf(u&UnknownV2Dir != 0, NotV2Dir)
}

// decide is the decision on a relay of given facts and lists, of which that came.
func (m *marks) decide(a answers, facts, strip, pin consensus.Flag) (flags, cannotTell consensus.Flag, against Reasons) {
	if facts&(consensus.Sybil|consensus.MiddleOnly)|strip|pin != 0 {
		return m.decideListed(a, facts, strip, pin)
	}
	refused := flagIf(a.against&NotFast != 0, consensus.Fast) |
		flagIf(a.against&NotStable != 0, consensus.Stable) |
		flagIf(a.against&m.asks[isGuard] != 0, consensus.Guard) |
		flagIf(a.against&m.asks[isHSDir] != 0, consensus.HSDir)
	if a.open != 0 {
		for i, flag := range flagsInOrder {
			cannotTell |= flagIf(a.open&(m.asks[i]|IsSybil) != 0, flag)
		}
		cannotTell &= m.rules.Votes &^ refused
	}
	return facts&^Decided | m.rules.Votes&Decided&^refused&^cannotTell, cannotTell, a.against & m.any
}

// decideListed is decide where lists may settle flags.
func (m *marks) decideListed(a answers, facts, strip, pin consensus.Flag) (flags, cannotTell consensus.Flag, against Reasons) {
	flags = m.rules.afterLists(facts&^Decided, strip, pin)
	for i, flag := range flagsInOrder {
		if m.rules.Votes&flag == 0 {
			continue
		}
		answer, reasons := a.met(m.asks[i]|IsSybil), a.against&m.asks[i]
		if o, applies := a.override(flag, facts, strip, pin); applies {
			answer, reasons = o.answer, o.against
		}
		switch answer {
		case Yes:
			flags |= flag
		case No:
			against |= reasons
		case CannotTell:
			cannotTell |= flag
		}
	}
	return flags, cannotTell, against
}

// listed are the flags of Decided that an operator's list can give or take away.
const listed = consensus.Guard | consensus.HSDir

// override is a list, or being a sybil, that settles a flag.
type override struct {
	name    string
	answer  Answer
	against Reasons
}

// override is the one that settles a flag, the last one that applies.
func (a answers) override(flag, facts, strip, pin consensus.Flag) (o override, applies bool) {
	switch {
	case facts&consensus.Sybil != 0:
		return override{"no sybil", No, IsSybil}, true
	case pin&flag&listed != 0:
		return override{"pinned", a.met(IsSybil), 0}, true
	case strip&flag == consensus.Guard:
		return override{"not stripped", No, GuardStripped}, true
	case strip&flag == consensus.HSDir:
		return override{"not stripped", No, HSDirStripped}, true
	case facts&consensus.MiddleOnly != 0 && flag&listed != 0:
		return override{"not MiddleOnly", No, IsMiddleOnly}, true
	}
	return override{}, false
}

// flagIf is the flag, or none.
func flagIf(is bool, flag consensus.Flag) consensus.Flag {
	var mask consensus.Flag
	if is {
		mask = 1
	}
	return -mask & flag
}
