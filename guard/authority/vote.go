package authority

import (
	"bytes"
	"maps"
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Vote is what an authority votes, as far as flags go. The zero Vote is that of an authority that knows no relay.
type Vote struct {
	// KnownFlags are the flags it votes on.
	KnownFlags consensus.Flags

	// Release is the version of Tor that it runs, which decides what AppendLines prints.
	Release Release
	// Rules are those it decided by: its options.
	Rules guard.Rules
	// Thresholds are the marks it held relays against.
	Thresholds guard.Thresholds

	// Entries are the relays it votes on, in the order of their identities.
	Entries []Entry
}

// Entry is what an authority votes of one relay.
type Entry struct {
	// Relay is what the decision was made of, for guard.Rules.Explain.
	Relay guard.Relay

	// Flags are those of the s line: the decision's, of the vote's known flags.
	Flags consensus.Flags

	// Weight is the w line.
	Weight consensus.Weight

	// Stats is the stats line, before rounding.
	Stats wfu.Stats

	// History is what Stats was taken of. Tor formats each line with the time at that moment, so where making the vote
	// took it into the next second some lines are History.Stats of that second.
	History wfu.History
}

// Vote is what the authority votes at in.Now, and its state thereafter. The state must be that of Start or of the vote
// before. What fell due since then is done first: discounting at the ticks of the clock, forgetting and saving each half
// hour.
//
// In this order: the bandwidth file is read; who is running is found out, and who is not is noted unreachable, if the
// authority has been up for long enough to know; of relays that share an ed25519 identity all but the newest are passed
// over from here on, except that they still count toward thresholds; sybils lose what they had; thresholds are taken over
// all relays; and each relay with a descriptor of the last day is decided on.
//
// Spec: dir-spec, "Assigning flags in a vote".
// C: src/feature/dirauth/dirvote.c, dirserv_generate_networkstatus_vote_obj.
func (a Authority) Vote(s State, in Input) (Vote, State) {
	release := a.Options.Release
	s = release.advance(s, in)
	s.Measured = readBandwidths(s.Measured, in.Bandwidth, in.Now)

	knows := s.Started.Add(a.Options.LearnSeconds) < in.Now
	relays := make([]guard.Relay, len(in.Relays))
	for i := range in.Relays {
		d := &in.Relays[i]
		relays[i] = a.facts(d, s, in.Now)
		if !relays[i].Facts.Has(consensus.Running) && knows {
			s.note(d.Identity, in.Now, func(h wfu.History) wfu.History {
				return h.Unreachable(downSince(s.Reached[d.Identity], in.Now))
			})
		}
	}
	omitted := map[int]bool{}
	if release.has(readsEd25519) {
		omitted = sharers(in.Relays)
	}
	a.markSybils(&s, in, relays, omitted)

	rules := a.Options.Rules
	for i := range relays {
		relay := &relays[i]
		history := s.Ledger.Relays[relay.Identity]
		relay.WFU, relay.TimeKnown, relay.MTBF = history.WFU(in.Now), history.TimeKnown(in.Now), history.MTBF(in.Now)
		relay.HSDirUptime = rules.UptimeForHSDir(relay.Uptime, history.Uptime(in.Now), in.Uptime)
	}
	v := Vote{KnownFlags: a.knownFlags(knows), Release: release, Rules: rules, Thresholds: thresholds(rules, relays, omitted)}
	v.Thresholds.EnoughMTBF = s.Ledger.EnoughMTBF(in.Now)
	if rules.ExitIfCounted {
		s.Exits = stillExits(s.Exits, rules, relays, v.Thresholds.IgnoringAdvertised)
	}

	var printed bandwidth.Measured
	if in.Bandwidth != nil {
		printed = in.Bandwidth.Printed(int64(in.Now))
	}
	for i := range in.Relays {
		d, relay := &in.Relays[i], relays[i]
		listed := !omitted[i] && d.Published >= in.Now.Add(-guard.MaxAge) && release.validProtocols(d.Protocols)
		if _, known := s.Ledger.Relays[d.Identity]; !known && a.asks(relay, v.Thresholds, in, listed) {
			s.Ledger.Relays[d.Identity] = wfu.History{}
		}
		if !listed {
			continue
		}
		flags := rules.Decide(relay, v.Thresholds).Flags.Intersect(v.KnownFlags)
		history := s.Ledger.Relays[d.Identity]
		v.Entries = append(v.Entries, Entry{
			Relay:   relay,
			Flags:   flags,
			Weight:  release.weight(relay, flags, printed),
			Stats:   history.Stats(in.Now),
			History: history,
		})
	}
	slices.SortFunc(v.Entries, func(e, f Entry) int { return e.Relay.Identity.Compare(f.Relay.Identity) })
	return v, s
}

// stillExits leaves the relays that do not count the Exit they had, and is all that are exits now.
//
// C: src/or/dirserv.c, dirserv_compute_performance_thresholds. Until: 0.3.3.1-alpha.
func stillExits(exits map[consensus.Fingerprint]bool, rules guard.Rules, relays []guard.Relay, ignoring bool) map[consensus.Fingerprint]bool {
	next := make(map[consensus.Fingerprint]bool, len(relays))
	maps.Copy(next, exits)
	for i := range relays {
		relay := &relays[i]
		if rules.Counts(*relay, ignoring) {
			next[relay.Identity] = relay.Facts.Has(consensus.Exit)
			continue
		}
		relay.Facts = relay.Facts.Without(consensus.Exit)
		if exits[relay.Identity] {
			relay.Facts = relay.Facts.With(consensus.Exit)
		}
	}
	return next
}

// note writes an event into the state's histories, which must be the state's own.
func (s *State) note(id consensus.Fingerprint, now wfu.Instant, event func(wfu.History) wfu.History) {
	s.Ledger = s.Ledger.Tracking(now)
	s.Ledger.Relays[id] = event(s.Ledger.Relays[id])
}

// facts is the relay as far as neither its history nor its neighbours matter.
func (a Authority) facts(d *consensus.Descriptor, s State, now wfu.Instant) guard.Relay {
	o := &a.Options
	mark := a.marks(d)
	r := guard.Relay{
		Identity:        d.Identity,
		Nickname:        string(d.Nickname),
		OffersHSDir:     d.HiddenServiceDir,
		HasDirPort:      d.DirPort != 0,
		Advertised:      bandwidth.Advertised(d.Rate, d.Observed),
		AdvertisedBytes: uint32(min(d.Rate, d.Observed, math.MaxUint32)),
		Uptime:          guard.RealUptime(d.Uptime, d.Published, now),
	}
	r.Buggy, r.Vulnerable = guard.VersionFaults(string(d.Platform))
	r.Measured, r.IsMeasured = s.Measured.Lookup(d.Identity)

	set := func(flag consensus.Flag, has bool) {
		if has {
			r.Facts = r.Facts.With(flag)
		}
	}
	set(consensus.Authority, slices.ContainsFunc(o.Authorities, func(k Known) bool { return k.Identity == d.Identity }))
	set(consensus.BadExit, mark&MarkBadExit != 0)
	exit := consensus.ExitBothPorts
	if o.Rules.ExitOfThree {
		exit = consensus.ExitTwoPorts
	}
	set(consensus.Exit, d.IsExitBy(exit, o.AllowPrivate && !o.Rules.ExitNeverPrivate))
	set(consensus.MiddleOnly, mark&MarkMiddleOnly != 0 && o.ListMiddleOnly)
	set(consensus.Running, a.running(d, s.Reached[d.Identity], now))
	set(consensus.StaleDesc, guard.Stale(d.Published, now))
	set(consensus.V2Dir, r.HasDirPort || !o.Rules.V2DirByPort && d.IsDirectory())
	set(consensus.Valid, mark&MarkInvalid == 0)
	r.Active = d.Published >= now.Add(-guard.MaxAge) && r.Facts.Has(consensus.Running|consensus.Valid) && !d.Hibernating &&
		(d.Observed > 0 || !o.Rules.ActiveIfObserved)

	r.Strip = mark.strips()
	if !o.Testing && o.VoteGuard.Contains(d) {
		r.Pin |= consensus.Guard
	}
	for _, force := range o.Force { // after all other lists
		switch {
		case force.Nodes.Contains(d):
			r.Pin |= force.Flag
		case force.Strict:
			r.Pin &^= force.Flag
			r.Strip |= force.Flag
		}
	}
	return r
}

// strips is the flags that the mark takes away.
func (m Mark) strips() (flags consensus.Flag) {
	if m&MarkStripGuard != 0 {
		flags |= consensus.Guard
	}
	if m&MarkStripHSDir != 0 {
		flags |= consensus.HSDir
	}
	if m&MarkStripV2Dir != 0 {
		flags |= consensus.V2Dir
	}
	return flags
}

// marks is what lists and address patterns say of a relay.
func (a Authority) marks(d *consensus.Descriptor) Mark {
	mark := a.Options.Release.marks(a.Lists, d)
	if a.Options.Invalid.ContainsAddr(d.Address, d.ORPort) {
		mark |= MarkInvalid
	}
	if a.Options.BadExit.ContainsAddr(d.Address, d.ORPort) {
		mark |= MarkBadExit
	}
	if a.Options.MiddleOnly.ContainsAddr(d.Address, d.ORPort) {
		mark |= MarkMiddleOnly
	}
	return mark
}

// sharers is the places of the relays that share their ed25519 identity with another that is newer, or of two equally new
// ones has the smaller digest.
//
// C: src/feature/dirauth/dirvote.c, routers_make_ed_keys_unique.
func sharers(relays []consensus.Descriptor) map[int]bool {
	omitted := make(map[int]bool)
	best := make(map[[32]byte]int, len(relays))
	for i := range relays {
		d := &relays[i]
		j, shared := best[d.Ed25519]
		switch {
		case d.Ed25519 == [32]byte{}: // it has none
		case !shared:
			best[d.Ed25519] = i
		case isBetter(d, &relays[j]):
			best[d.Ed25519] = i
			omitted[j] = true
		default:
			omitted[i] = true
		}
	}
	return omitted
}

// isBetter reports whether d is newer than e, or as new and of a smaller digest.
func isBetter(d, e *consensus.Descriptor) bool {
	if d.Published != e.Published {
		return d.Published > e.Published
	}
	a, b := d.Digest(), e.Digest()
	return bytes.Compare(a[:], b[:]) < 0
}

// thresholds is those of the rules, but that relays which are passed over are not counted as measured ones.
func thresholds(rules guard.Rules, relays []guard.Relay, omitted map[int]bool) guard.Thresholds {
	uncounted := 0
	for i := range omitted {
		if relays[i].IsMeasured {
			uncounted++
		}
	}
	rules.MinMeasured = min(rules.MinMeasured, math.MaxInt32-uncounted) + uncounted
	return rules.Thresholds(relays)
}

// markSybils finds the relays that are too many on their address, and takes their credit away.
func (a Authority) markSybils(s *State, in Input, relays []guard.Relay, omitted map[int]bool) {
	rules := a.Options.Rules
	tenants := make([]Tenant, 0, len(relays))
	for i, relay := range relays {
		if omitted[i] {
			continue
		}
		d := &in.Relays[i]
		t := Tenant{
			Identity:    relay.Identity,
			IPv4:        d.Address,
			IPv6:        d.IPv6.Addr(),
			AtAuthority: slices.Contains(a.Options.AuthorityAddresses, d.Address),
			Authority:   relay.Facts.Has(consensus.Authority),
			Running:     relay.Facts.Has(consensus.Running),
			Bandwidth:   bandwidth.KB(relay.AdvertisedBytes),
		}
		if !rules.InBytes {
			t.Bandwidth = bandwidth.Credible(bandwidth.AdvertisedUncapped(d.Rate, d.Observed), relay.Measured, relay.IsMeasured, false)
		}
		tenants = append(tenants, t)
	}
	sybils := Sybils(tenants, rules)
	for i := range relays {
		id := relays[i].Identity
		if !sybils[id] {
			continue
		}
		relays[i].Facts = relays[i].Facts.With(consensus.Sybil)
		if !rules.SybilsKeepHistory {
			s.note(id, in.Now, func(h wfu.History) wfu.History { return h.Pessimal(in.Now) })
		}
	}
}

// knownFlags is what the authority votes on; it keeps silent about Running until it knows.
func (a Authority) knownFlags(knows bool) consensus.Flags {
	known := consensus.FlagsOf(a.Options.Rules.Votes)
	if !knows {
		known = known.Without(consensus.Running)
	}
	if !a.Options.ListBadExits {
		known = known.Without(consensus.BadExit)
	}
	if !a.Options.ListMiddleOnly {
		known = known.Without(consensus.MiddleOnly)
	}
	return known
}

// weight is the w line. What was measured of an authority is shown under another name, so that nobody votes on it.
func (r Release) weight(relay guard.Relay, flags consensus.Flags, printed bandwidth.Measured) consensus.Weight {
	w := consensus.Weight{Bandwidth: relay.Advertised, HasBandwidth: true}
	if kb, ok := printed.Lookup(relay.Identity); ok {
		if flags.Has(consensus.Authority) && r.has(printsAuthorities) {
			w.MeasuredButAuthority, w.HasMeasuredButAuthority = kb, true
		} else {
			w.Measured, w.HasMeasured = kb, true
		}
	}
	return w
}
