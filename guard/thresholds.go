package guard

import (
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// Thresholds are the marks that an authority holds each relay against, as its vote's flag-thresholds line gives them.
// The zero Thresholds are those of an authority that knows no relay and has tracked none for long.
//
// dir-spec gives the unit of guard-wfu as seconds; C prints a percentage, which is what is read and written here.
//
// Spec: dir-spec, "Vote and consensus status document formats", flag-thresholds.
// C: src/feature/dirauth/voteflags.c, dirserv_get_flag_thresholds_line.
// Since: 0.2.4.11-alpha.
type Thresholds struct {
	// StableUptime is the median of real uptimes, in seconds; it decides Stable where EnoughMTBF is false.
	StableUptime uint32

	// StableMTBF is the median of mean times between failures, in seconds; it decides Stable where EnoughMTBF is true.
	StableMTBF float64

	// Fast is the least credible bandwidth that is Fast, all bounds applied.
	Fast bandwidth.KB

	// GuardWFU is the least weighted fractional uptime of a guard, 0 to 1: the median of familiar relays, at most
	// Rules.GuardWFU.
	GuardWFU float64

	// GuardTimeKnown is the least weighted time known of a guard, in seconds: what an eighth of the relays stay
	// below, at most Rules.GuardTimeKnown.
	GuardTimeKnown int64

	// GuardIncludingExits and GuardExcludingExits are the bandwidths that three quarters of all relays, or of those
	// that are no exits, stay below. The smaller of the two is enough for Guard.
	GuardIncludingExits, GuardExcludingExits bandwidth.KB

	// EnoughMTBF says that the authority has tracked relays for long enough, 4 hours, to decide Stable by MTBF.
	// dir-spec speaks of 4 days; this follows C.
	EnoughMTBF bool

	// IgnoringAdvertised says that only measured bandwidths are believed.
	// Since: 0.2.4.13-alpha.
	IgnoringAdvertised bool

	// Others holds what else stood on the line, "key=value" in its order, separated by single blanks: some authorities
	// publish keys of their own. It decides nothing.
	Others string
}

// Counts reports whether a relay counts toward thresholds: it is active, no sybil, and believed to carry at least
// MinCounted; where advertised bandwidths are ignored, only if it is measured. What is unknown of a relay that counts
// otherwise is taken to speak for it, except its bandwidth.
//
// Spec: dir-spec, "Assigning flags in a vote".
// C: src/feature/dirauth/voteflags.c, router_counts_toward_thresholds.
// Since: 0.2.4.10-alpha (in this form).
func (r Rules) Counts(relay Relay, ignoringAdvertised bool) bool {
	switch {
	case relay.Facts.Has(consensus.Sybil):
		return false
	case !relay.Active && relay.Unknown&UnknownActivity == 0:
		return false
	case relay.Unknown&UnknownBandwidth != 0:
		return false
	case ignoringAdvertised && !relay.IsMeasured:
		return false
	}
	return relay.Credible(ignoringAdvertised) >= r.MinCounted
}

// Thresholds are the order statistics over all relays that count, with guarantees and bounds applied. The relays must
// be all those of which the authority holds a descriptor, for it is over these that measured ones are counted; their
// order does not matter.
//
// Relays of which history, uptime or bandwidth is unknown are left out of the statistics over it. EnoughMTBF is a
// matter of the authority's history, not of its relays: it comes back true, and a caller who knows better sets it.
//
// Where dir-spec is rougher than C or says otherwise, this follows C:
//   - Fast. dir-spec: the upper seven eighths, or 100 KB/s. C: the value at index n/8, or n/4 where that is less than
//     FastCrummy; then no less than FastMin and no more than FastMax; then no more than FastGuarantee.
//   - Guard, familiar. dir-spec: known for longer than an eighth of the active relays, or for a few weeks. C: weighted
//     time known of at least the value at index n/8, or GuardTimeKnown if that is less.
//   - Guard, WFU. dir-spec: the median of familiar relays. C: that, or GuardWFU if that is less.
//   - Guard, bandwidth. dir-spec: among the fastest quarter. C: at least the smaller of two values, each at index
//     trunc(n·GuardFraction), one among all that count and one among those that are no exits, where an exit with BadExit
//     is none. Relays equal to the value pass, so that more than a quarter may.
//
// Spec: dir-spec, "Assigning flags in a vote".
// C: src/feature/dirauth/voteflags.c, dirserv_compute_performance_thresholds.
func (r Rules) Thresholds(relays []Relay) Thresholds {
	t := Thresholds{EnoughMTBF: true, IgnoringAdvertised: r.ignoresAdvertised(relays)}
	s := r.sample(relays, t.IgnoringAdvertised)

	t.StableUptime = consensus.Median(s.uptimes)
	t.StableMTBF = consensus.Median(s.mtbfs)
	t.Fast = r.fastThreshold(s.bandwidths)
	t.GuardIncludingExits = nthOr0(s.bandwidths, r.guardIndex(len(s.bandwidths)))
	t.GuardExcludingExits = nthOr0(s.nonExits, r.guardIndex(len(s.nonExits)))
	t.GuardTimeKnown = min(nthOr0(s.timesKnown, len(s.timesKnown)/8), r.GuardTimeKnown)

	// Familiar relays are those that pass the time-known threshold just found.
	familiar := s.wfus[:0]
	for i, tk := range s.timesKnown {
		if tk >= t.GuardTimeKnown {
			familiar = append(familiar, s.wfus[i])
		}
	}
	t.GuardWFU = min(consensus.Median(familiar), r.GuardWFU)
	return t
}

// ignoresAdvertised reports whether so many relays are measured that advertised bandwidths are not believed.
func (r Rules) ignoresAdvertised(relays []Relay) bool {
	measured := 0
	for i := range relays {
		if relays[i].IsMeasured && relays[i].Unknown&UnknownBandwidth == 0 {
			measured++
		}
	}
	return measured > r.MinMeasured
}

// sample is what the thresholds are statistics of, over the relays that count.
type sample struct {
	bandwidths, nonExits []bandwidth.KB
	uptimes              []uint32
	mtbfs                []float64
	timesKnown           []int64 // timesKnown[i] and wfus[i] are of one relay
	wfus                 []float64
}

func (r Rules) sample(relays []Relay, ignoring bool) sample {
	n := len(relays)
	s := sample{
		bandwidths: make([]bandwidth.KB, 0, n), nonExits: make([]bandwidth.KB, 0, n), uptimes: make([]uint32, 0, n),
		mtbfs: make([]float64, 0, n), timesKnown: make([]int64, 0, n), wfus: make([]float64, 0, n),
	}
	for i := range relays {
		relay := &relays[i]
		if !r.Counts(*relay, ignoring) {
			continue
		}
		kb := relay.Credible(ignoring)
		s.bandwidths = append(s.bandwidths, kb)
		if !relay.Facts.Has(consensus.Exit) || relay.Facts.Has(consensus.BadExit) {
			s.nonExits = append(s.nonExits, kb)
		}
		if relay.Unknown&UnknownUptime == 0 {
			s.uptimes = append(s.uptimes, uint32(relay.Uptime))
		}
		if relay.Unknown&UnknownHistory == 0 {
			s.mtbfs = append(s.mtbfs, relay.MTBF)
			s.timesKnown = append(s.timesKnown, relay.TimeKnown)
			s.wfus = append(s.wfus, relay.WFU)
		}
	}
	return s
}

// fastThreshold is the bandwidth that an eighth of the relays stay below; a quarter, where that is crummy; then bounded
// by the parameters, and last of all by the guarantee.
func (r Rules) fastThreshold(bandwidths []bandwidth.KB) bandwidth.KB {
	n := len(bandwidths)
	fast := nthOr0(bandwidths, n/8)
	if fast < r.FastCrummy {
		fast = nthOr0(bandwidths, n/4)
	}
	lowest, highest := r.fastBounds()
	fast = min(max(fast, lowest), highest)
	if guarantee, ok := guaranteed(r.FastGuarantee); ok {
		fast = min(fast, guarantee)
	}
	return fast
}

// fastBounds is what the parameters keep the Fast threshold between.
func (r Rules) fastBounds() (lowest, highest bandwidth.KB) {
	return bandwidth.KB(max(r.FastMin, 0) / 1000), bandwidth.KB(max(r.FastMax, r.FastMin, 0) / 1000)
}

// guardIndex is where among n sorted bandwidths the Guard threshold stands. Rules that Check refuses cannot lead out
// of the slice.
func (r Rules) guardIndex(n int) int {
	return max(0, min(int(float64(n)*r.GuardFraction), n-1))
}

// guaranteed is an option in bytes/s as KB, and whether it guarantees anything.
func guaranteed(bytesPerSecond int64) (bandwidth.KB, bool) {
	if bytesPerSecond <= 0 {
		return 0, false
	}
	return bandwidth.FromBytes(uint64(bytesPerSecond)), true
}

// nthOr0 is the k-th smallest value, or 0 of none.
func nthOr0[T bandwidth.KB | int64](values []T, k int) T {
	if len(values) == 0 {
		return 0
	}
	return consensus.Nth(values, k)
}
