package guard

import (
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// FromVote is what a vote shows of one relay, as a Relay, to be decided again. Its Facts are the entry's flags less
// those of Decided; bandwidths are those of the w line, history that of the stats line.
//
// What a vote cannot show is this; what matters for its decisions is in Relay.Unknown.
//   - Declared and observed uptime, and whether the relay offers to be an HSDir: so HSDir can be refused, not given.
//   - History, in votes before 0.4.6.1-alpha, which have no stats lines.
//   - Whether a relay is active, in the first minutes of an authority, when Running is no known flag; and whether it is
//     a sybil, in votes before 0.4.6.1-alpha, where those just lack their flags.
//   - Measurements that the authority used but did not print, for its latest bandwidth file no longer has them. They show
//     only where advertised bandwidths are ignored and the relay is Fast all the same: then its bandwidth is unknown.
//     Else a relay without a printed measurement is taken as unmeasured. And where a bandwidth file has two lines of one
//     relay, the first counts and the last is printed.
//   - Bandwidths of less than a KB, by which rules before 0.2.4.12-alpha still decided.
//   - More decimals than printed: six of the WFU, none of the MTBF. See [Comparison].
//   - The operator's lists: a Guard, HSDir or V2Dir stripped or pinned; BadExit marks where those are not listed; whether
//     a MiddleOnly relay would be an exit or a V2Dir.
//   - Relays whose descriptor is older than a day: not in the vote, and yet their measurements count toward MinMeasured.
func FromVote(h consensus.Header, e consensus.Entry) Relay {
	t, err := ParseThresholds(h.FlagThresholds)
	return fromVote(h, e, err == nil && t.IgnoringAdvertised)
}

// fromVote is FromVote where it is known whether the vote says that its authority believes measured bandwidths only:
// reading that anew for every entry would let a long line make a long vote slow.
func fromVote(h consensus.Header, e consensus.Entry, ignoring bool) Relay {
	w := e.Weight
	r := Relay{
		Identity:        e.Identity,
		Nickname:        string(e.Nickname),
		Facts:           e.Flags.Without(Decided),
		Active:          e.Flags.Has(consensus.Running|consensus.Valid) && int64(e.Published) >= int64(h.Published)-MaxAge,
		HasDirPort:      e.DirPort != 0,
		Advertised:      w.Bandwidth,
		AdvertisedBytes: uint32(min(w.Bandwidth.Bytes(), math.MaxUint32)),
		Measured:        max(w.Measured, w.MeasuredButAuthority),
		IsMeasured:      w.HasMeasured || w.HasMeasuredButAuthority,
		WFU:             e.Stats.WFU,
		TimeKnown:       e.Stats.TimeKnown,
		MTBF:            e.Stats.MTBF,
		Unknown:         UnknownUptime | UnknownOffer,
	}
	r.Buggy, r.Vulnerable = VersionFaults(string(e.Version))
	if !e.HasStats {
		r.Unknown |= UnknownHistory
	}
	if !w.HasBandwidth || !r.IsMeasured && e.Flags.Has(consensus.Fast) && ignoring {
		r.Unknown |= UnknownBandwidth
	}
	if !h.KnownFlags.Has(consensus.Running) && e.Flags.Has(consensus.Valid) {
		r.Unknown |= UnknownActivity
	}
	if !h.KnownFlags.Has(consensus.Sybil) && !hasWhatSybilsLose(e.Flags) {
		r.Unknown |= UnknownSybil
	}
	if e.Flags.Has(consensus.MiddleOnly) && !e.Flags.Has(consensus.V2Dir) {
		r.Unknown |= UnknownV2Dir
	}
	return r
}

// hasWhatSybilsLose reports whether the flags hold one that any authority takes away from sybils. V2Dir is none: they
// kept it from 0.2.5.2-alpha until 0.2.9.10.
func hasWhatSybilsLose(flags consensus.Flags) bool {
	return flags.Known()&(consensus.Authority|consensus.Exit|consensus.Fast|consensus.Guard|consensus.HSDir|
		consensus.Running|consensus.Stable|consensus.Valid) != 0
}

// Find is the relays of that name: the one with that fingerprint, given as 40 hexadecimal digits with or without a
// dollar sign, or else all of that nickname, in whichever case; nil if there is none.
func Find(relays []Relay, name string) []Relay {
	called := consensus.Called(name)
	var found []Relay
	for i := range relays {
		if r := &relays[i]; called(r.Identity, r.Nickname) {
			found = append(found, *r)
		}
	}
	return found
}
