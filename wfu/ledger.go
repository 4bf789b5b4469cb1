package wfu

import (
	"iter"
	"maps"
	"math"
	"slices"
)

// Ledger is all that an authority remembers of relays' reliability: its
// router-stability file, read or about to be written. The zero Ledger is that
// of an authority which has seen nothing yet.
//
// No method writes through its receiver: Load, Forget and Discount, which concern
// all relays, return a Ledger with a map of its own. Noting what happened to one
// relay would be too dear that way, so Relays is an ordinary map that its owner
// assigns to:
//
//	l = l.Tracking(now)
//	l.Relays[id] = l.Relays[id].Unreachable(at)
//
// and who wants to keep the state before takes a Clone first. A relay that is
// not in the map reads as the zero History, which is just what Tor makes of it.
//
// C: src/feature/stats/rephist.c, history_map.
type Ledger struct {
	// StoredAt is when the ledger was written to disk, which is what the
	// times in it are relative to; see Load. Zero: never. Set it to the
	// present before AppendText.
	StoredAt Instant
	// TrackedSince is when the authority began to note events; zero: not yet.
	TrackedSince Instant
	// LastDownrated is the discount clock: when the latest tick fell due. The
	// next is DiscountInterval later. Zero: the clock was never set.
	LastDownrated Instant
	// Relays is the history of each relay known, by identity digest. May be
	// nil in the zero Ledger.
	Relays map[[20]byte]History
}

// Clone is a copy of the ledger that shares nothing with it. Its Relays is
// never nil.
func (l Ledger) Clone() Ledger {
	// maps.Clone copies the map's memory as it is, which takes a fifth of the time of filling another.
	if l.Relays = maps.Clone(l.Relays); l.Relays == nil {
		l.Relays = make(map[[20]byte]History)
	}
	return l
}

// Tracking is the ledger as it is when an event is noted at now: if it was
// tracking nothing, it tracks from now on. Relays is still the same map, or made
// if it was nil, so that the event can be assigned to it.
//
// C: src/feature/stats/rephist.c, started_tracking_stability.
func (l Ledger) Tracking(now Instant) Ledger {
	if l.TrackedSince == 0 {
		l.TrackedSince = now
	}
	if l.Relays == nil {
		l.Relays = make(map[[20]byte]History)
	}
	return l
}

// All is every relay and its history, in the order of identity digests, as they are when the loop begins.
func (l Ledger) All() iter.Seq2[[20]byte, History] {
	return func(yield func([20]byte, History) bool) {
		for _, r := range l.inOrder() {
			if !yield(r.id, r.History) {
				return
			}
		}
	}
}

// AppendColumns appends the relays' identity digests to ids and their histories to dst, both in the order of identities.
// A Ledger is made of columns again by assigning to Relays:
//
//	for i, id := range ids {
//		l.Relays[id] = columns.At(i)
//	}
func (l Ledger) AppendColumns(ids [][20]byte, dst Columns) ([][20]byte, Columns) {
	from, n := dst.Len(), len(l.Relays)
	ids, dst = slices.Grow(ids, n), dst.grow(n).Slice(0, from)
	for id, h := range l.All() {
		ids, dst = append(ids, id), dst.Append(h)
	}
	return ids, dst
}

// Load is the ledger as an authority has it that starts at now with this file:
// the time during which the authority was off does not count.
//
// Clocks ahead of now are set to now. Every start of a run or downtime moves as
// much as now is past StoredAt, though not to before TrackedSince; one more
// than a year of 365 days before TrackedSince, or after StoredAt, is dropped.
// The result counts as stored at now, so loading it again at the same moment
// changes nothing. A ledger never stored is returned as it is.
//
// A ledger without TrackedSince, or with one before 1971, is taken to track
// since the earliest moment at which any run can have begun.
//
// Load is no part of parsing, so that a file can be read, looked at and
// written again unchanged.
//
// C: src/feature/stats/rephist.c, rep_hist_load_mtbf_data, correct_time.
func (l Ledger) Load(now Instant) Ledger {
	if l.StoredAt == 0 {
		return l.Clone()
	}
	l = l.Clone()
	l.LastDownrated = min(l.LastDownrated, now)
	l.TrackedSince = min(l.TrackedSince, now)

	earliest := now
	for id, h := range l.Relays {
		h.StartOfRun = l.shift(h.StartOfRun, now)
		h.StartOfDowntime = l.shift(h.StartOfDowntime, now)
		// Tor reads the length as signed. The smallest would wrap the
		// difference; it is as late as can be.
		if length := int64(h.WeightedRunLength); length != math.MinInt64 {
			earliest = min(earliest, h.StartOfRun.Add(-length))
		}
		l.Relays[id] = h
	}
	const year1971 = 365 * 24 * 60 * 60
	if l.TrackedSince < year1971 {
		l.TrackedSince = earliest
	}
	l.StoredAt = now
	return l
}

// shift is where a time of the file lies for an authority that starts at now.
// Tor asks this of times that are not there, too. With a TrackedSince after 1971
// they stay none; without one, every relay is found to have been up, and down,
// since the first seconds of 1970. That is of no use, but it is what a real
// authority goes on from.
func (l Ledger) shift(t, now Instant) Instant {
	const year = 365 * 24 * 60 * 60
	switch {
	case t < l.TrackedSince-year:
		return 0
	case t < l.TrackedSince:
		return l.TrackedSince
	case t > l.StoredAt:
		return 0
	}
	return max(now.Add(-l.StoredAt.Sub(t)), l.TrackedSince)
}

// Discount is the ledger at now with every tick of the discount applied that is
// due, all of them by one multiplication. A clock that was never set is set to
// now.
//
// C: src/feature/stats/rephist.c, rep_hist_downrate_old_runs.
// Since: 0.4.7.1-alpha; for the versions before see [Ledger.DiscountBefore].
func (l Ledger) Discount(now Instant) Ledger {
	return l.tick(Ticks(l.LastDownrated, now))
}

// DiscountBefore is [Ledger.Discount] as older versions do it: a tick that falls
// on now waits for the next second, as [TicksBefore] has it.
//
// C: src/or/rephist.c, rep_hist_downrate_old_runs.
// Since: 0.2.0.6-alpha, until 0.4.7.1-alpha.
func (l Ledger) DiscountBefore(now Instant) Ledger {
	return l.tick(TicksBefore(l.LastDownrated, now))
}

// tick is the ledger after n ticks, the latest of them at that moment.
func (l Ledger) tick(n int64, latest Instant) Ledger {
	l = l.Clone()
	l.LastDownrated = latest
	if n > 0 {
		alpha := accumulated(n)
		for id, h := range l.Relays {
			l.Relays[id] = h.scale(alpha)
		}
	}
	return l
}

// Forget is the ledger without the relays that [History.Forgotten] reports. An
// authority that starts forgets before its first discount from about 0.3.4.1-alpha
// on; earlier versions discount first, and so forget in the same second what the
// discount made dim.
//
// C: src/feature/stats/rephist.c, rep_history_clean.
func (l Ledger) Forget() Ledger {
	l = l.Clone()
	maps.DeleteFunc(l.Relays, func(_ [20]byte, h History) bool { return h.Forgotten() })
	return l
}

// EnoughMTBF reports whether the authority has tracked relays for long enough,
// more than 4 hours at now, to judge them by MTBF instead of by uptime. A ledger
// that tracks nothing yet has: its TrackedSince is zero, which is long ago. So an
// authority without a file calls every relay stable until it notes its first
// event, and uses uptime for 4 hours thereafter.
//
// dir-spec speaks of 4 days; C has 4 hours, and so has this.
//
// Spec: dir-spec, "Assigning flags in a vote", Stable.
// C: src/feature/stats/rephist.c, rep_hist_have_measured_enough_stability.
// Since: 0.2.0.6-alpha.
func (l Ledger) EnoughMTBF(now Instant) bool {
	const enough = 4 * 60 * 60
	return l.TrackedSince < now.Add(-enough)
}
