package wfu

// History is what an authority remembers of one relay's reliability: the six
// numbers Tor keeps, under Tor's names. The zero History is a relay never seen;
// all its measures are 0.
//
// A History is a comparable value. Its methods return the new value and leave
// the old one alone, so h.Unreachable(t).WFU(t) asks what would be.
//
// The integers wrap around like C's. Nothing wraps while instants stay within
// 2^61 seconds of 0 and the sums below 2^61, which is 73 billion years; beyond
// that the results are those of 64-bit two's complement arithmetic. Nothing
// panics and no measure is NaN, for any contents.
//
// C: src/feature/stats/rephist.c, or_history_t.
// Since: 0.2.0.5-alpha (run length), 0.2.0.7-alpha (uptime).
type History struct {
	// WeightedRunLength is the discounted sum of the lengths of finished runs,
	// in seconds. The mean time between failures divides it.
	WeightedRunLength uint64
	// TotalRunWeights is the discounted count of finished runs.
	TotalRunWeights float64
	// WeightedUptime is the discounted sum of finished time up, in seconds.
	// Events change it just as they change WeightedRunLength; the two differ
	// where a file of format 1 was read, which has no uptime.
	WeightedUptime uint64
	// TotalWeightedTime is the discounted sum of finished time up and down, in
	// seconds: what WeightedUptime is a fraction of.
	TotalWeightedTime uint64
	// StartOfRun is when the relay was first found reachable in the current
	// run; zero while no run is open.
	StartOfRun Instant
	// StartOfDowntime is when the relay was found unreachable; zero while no
	// downtime is open.
	StartOfDowntime Instant
}

// Running reports whether a run is open.
func (h History) Running() bool { return h.StartOfRun != 0 }

// Reachable notes that the relay was reached at t: a run opens if none is open,
// and an open downtime ends. A downtime that began after t counts negative.
//
// C: src/feature/stats/rephist.c, rep_hist_note_router_reachable.
func (h History) Reachable(t Instant) History {
	if h.StartOfRun == 0 {
		h.StartOfRun = t
	}
	if h.StartOfDowntime != 0 {
		h.TotalWeightedTime += uint64(t.Sub(h.StartOfDowntime))
		h.StartOfDowntime = 0
	}
	return h
}

// Unreachable notes that the relay was found unreachable at t: an open run
// ends, and a downtime opens if none is open. A run that began after t is taken
// off the sums of uptime and run length, which stop at 0, and leaves the total
// alone.
//
// C: src/feature/stats/rephist.c, rep_hist_note_router_unreachable.
func (h History) Unreachable(t Instant) History {
	if h.StartOfRun != 0 {
		run := t.Sub(h.StartOfRun)
		h.TotalRunWeights++
		h.StartOfRun = 0
		if run < 0 {
			// Negating as unsigned keeps the most negative length apart.
			penalty := -uint64(run)
			h.WeightedRunLength -= min(h.WeightedRunLength, penalty)
			h.WeightedUptime -= min(h.WeightedUptime, penalty)
		} else {
			h.WeightedRunLength += uint64(run)
			h.WeightedUptime += uint64(run)
			h.TotalWeightedTime += uint64(run)
		}
	}
	if h.StartOfDowntime == 0 {
		h.StartOfDowntime = t
	}
	return h
}

// AddressChanged notes that the relay was reached at t, at another address or
// port than the last time. Unless a downtime is open, which then simply ends,
// the change costs as much as having been down for the penalty, in seconds,
// before t; see [AddressPenalty]. Which address is the earlier one is for the
// caller to remember: Tor keeps it in memory only, so the first time after an
// authority's restart is no change.
//
// C: src/feature/stats/rephist.c, rep_hist_note_router_reachable.
// Since: 0.2.2.23-alpha.
func (h History) AddressChanged(t Instant, penalty int64) History {
	if h.StartOfDowntime != 0 {
		return h.Reachable(t)
	}
	if h.StartOfRun == 0 {
		h.StartOfRun = t
	}
	return h.Unreachable(t.Add(-penalty)).Reachable(t)
}

// What a change of address costs while the authority has no consensus.
//
// C: src/feature/stats/rephist.c, rep_hist_note_router_reachable.
const (
	// PenaltyWithoutConsensus is that on the public network, in seconds.
	PenaltyWithoutConsensus int64 = 3600
	// PenaltyWithoutConsensusTesting is that in a testing network, in seconds.
	PenaltyWithoutConsensusTesting int64 = 240
)

// AddressPenalty is what a change of address costs while a consensus is known,
// in seconds: on average half an interval passes until the new address is in a
// consensus, and half of a consensus's life until clients have it. fresh and
// live are the consensus's fresh-until and valid-until less its valid-after, in
// seconds; on the public network, where they are 3600 and 10800, it is 7200.
//
// C: src/feature/stats/rephist.c, rep_hist_note_router_reachable.
func AddressPenalty(fresh, live int64) int64 { return (fresh + live) / 2 }

// Pessimal notes that the relay is not to be trusted at t, being one too many
// on its address: it becomes unreachable and loses all credit for having been
// up. The time it has been known stays.
//
// C: src/feature/stats/rephist.c, rep_hist_make_router_pessimal.
// Since: 0.2.4.10-alpha.
func (h History) Pessimal(t Instant) History {
	h = h.Unreachable(t)
	h.WeightedRunLength = 0
	h.WeightedUptime = 0
	return h
}
