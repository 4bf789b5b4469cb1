package guard

import "github.com/seed-84712aaa/guardmath/consensus"

// Decision is what an authority votes of one relay.
type Decision struct {
	// Flags are all flags of the relay in the vote: its Facts, less what the lists take away, with those of Decided that
	// it gets.
	Flags consensus.Flags

	// CannotTell are those of Decided for which too little is known of the relay; they are not in Flags.
	CannotTell consensus.Flag

	// Against is everything that stands against the flags of Decided that are neither given nor in CannotTell.
	Against Reasons
}

// Of is the part of the reasons that can stand against that flag, one of Decided, by the rules of any version of Tor: all
// there are if it is refused.
func (r Reasons) Of(flag consensus.Flag) Reasons {
	var of Reasons
	switch flag {
	case consensus.Fast:
		of = Slow | IsInactive | IsSybil
	case consensus.Stable:
		of = LowMTBF | LowUptime | IsInactive | IsBuggy | IsSybil
	case consensus.Guard:
		of = NotFast | NotStable | NotV2Dir | LowBandwidth | LowWFU | ShortTimeKnown | IsBuggy | IsVulnerable | IsScarceExit |
			IsMiddleOnly | GuardStripped | IsSybil
	case consensus.HSDir:
		of = NotFast | NotStable | NotV2Dir | NoDirPort | NotOffered | NotActive | NotRunning | ShortUptime |
			IsMiddleOnly | HSDirStripped | IsSybil
	}
	return r & of
}

// Answer is whether the decision gives that flag, one of Decided.
func (d Decision) Answer(flag consensus.Flag) Answer {
	if d.CannotTell&flag != 0 {
		return CannotTell
	}
	return answer(d.Flags.Has(flag))
}

// Decide holds one relay against the thresholds. A flag of Decided is given if every criterion of it that Explain yields
// is met, refused if one is not, and left open otherwise; where the last criterion is an Override, that one alone
// decides.
//
// A flag that the rules do not vote on is not given, and has no criteria. Thresholds in another unit than the rules' are
// converted, truncating.
//
// The lists come last, in this order: MiddleOnly, Strip, Pin, Sybil. So a relay stripped of V2Dir can still be a Guard.
// MiddleOnly adds BadExit; an authority that does not vote on BadExit, as its known-flags show, leaves that out.
//
// dir-spec has Fast and Stable for active relays only; C, since 0.2.7.2-alpha, for any, and so has this. For HSDir
// dir-spec still has the words of version 2 onion services; C, and this, ask for V2Dir, for being active, and for the
// offer as well.
//
// Spec: dir-spec, "Assigning flags in a vote".
// C: src/feature/dirauth/voteflags.c, dirauth_set_routerstatus_from_routerinfo; for sybils
// src/feature/dirauth/dirvote.c, clear_status_flags_on_sybil.
func (r Rules) Decide(relay Relay, t Thresholds) Decision {
	m := marksOf(&r, &t)
	var d Decision
	var known consensus.Flag
	known, d.CannotTell, d.Against = m.decide(m.holdRelay(&relay), relay.Facts.Known(), relay.Strip, relay.Pin)
	d.Flags = relay.Facts.Without(^consensus.Flag(0)).With(known)
	return d
}

// holdRelay is hold of a relay by itself.
func (m *marks) holdRelay(relay *Relay) answers {
	return m.hold(m.marked(relay.Active, relay.OffersHSDir, relay.HasDirPort, relay.Buggy, relay.Vulnerable), relay.Facts.Known(),
		m.rules.credible(relay, m.thresholds.IgnoringAdvertised), relay.Uptime, relay.HSDirUptime, relay.TimeKnown,
		relay.WFU, relay.MTBF, relay.Unknown)
}

// afterLists applies the lists to the flags that Explain says nothing of.
func (r *Rules) afterLists(flags, strip, pin consensus.Flag) consensus.Flag {
	sybil := flags&consensus.Sybil != 0
	if flags&consensus.MiddleOnly != 0 {
		flags = flags&^(consensus.Exit|consensus.V2Dir) | consensus.BadExit
	}
	flags = flags&^(strip&^Decided) | pin&^Decided
	if sybil {
		const lost = consensus.Authority | consensus.BadExit | consensus.Exit | consensus.Running | consensus.Valid | consensus.V2Dir
		flags &^= lost &^ r.SybilsKeep
	}
	return flags
}
