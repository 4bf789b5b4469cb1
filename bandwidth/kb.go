package bandwidth

import "math"

// KB is a bandwidth in kilobytes per second, where one kilobyte is 1000 bytes. Authorities compute in this unit and
// votes print it; descriptors and torrc options are in bytes. The zero KB is no bandwidth at all.
//
// C: the uint32_t variables named *_kb.
// Since: 0.2.4.12-alpha (before, authorities computed in bytes).
type KB uint32

// MaxAdvertised is the most that an authority believes a relay's own word, in bytes per second. Beyond it only a
// measurement counts.
//
// C: src/feature/nodelist/routerlist.c, DEFAULT_MAX_BELIEVABLE_BANDWIDTH.
const MaxAdvertised = 10_000_000

// FromBytes is a number of bytes per second as KB, truncated. More than KB can hold, from 4,294,967,296,000 bytes per
// second on, gives the largest KB; no descriptor states as much, for Tor reads those numbers into 31 bits.
func FromBytes(bytesPerSecond uint64) KB {
	return KB(min(bytesPerSecond/1000, math.MaxUint32))
}

// Bytes is the bandwidth in bytes per second: what a vote's flag-thresholds line prints.
func (k KB) Bytes() uint64 { return uint64(k) * 1000 }

// Advertised is what a relay offers by its own word: the smaller of the sustained rate and the observed capacity of its
// descriptor's bandwidth line, both in bytes per second, at most [MaxAdvertised], in KB and truncated. It is the number
// a vote prints as Bandwidth=, for measured relays too.
//
// Spec: dir-spec, "Server descriptor format", bandwidth; "Vote and consensus status document formats", w.
// C: src/feature/nodelist/routerlist.c, router_get_advertised_bandwidth_capped.
func Advertised(rate, observed uint64) KB {
	return FromBytes(min(rate, observed, MaxAdvertised))
}

// AdvertisedUncapped is [Advertised] without its ceiling. Only one rule wants it: where too many relays share an
// address, the ones to keep are chosen by measured bandwidth or, for want of that, by this.
//
// C: src/feature/nodelist/routerlist.c, router_get_advertised_bandwidth; src/feature/dirauth/dirvote.c,
// compare_routerinfo_usefulness.
func AdvertisedUncapped(rate, observed uint64) KB {
	return FromBytes(min(rate, observed))
}

// Credible is the bandwidth an authority decides flags with: the measured one where isMeasured, else the advertised
// one, else zero where ignoreAdvertised. An authority ignores advertised bandwidths once more relays are measured than
// MinMeasuredBWsForAuthToIgnoreAdvertised says (500 by default, strictly more). A measured bandwidth of zero is a
// measurement like any other.
//
// Spec: dir-spec, "Assigning flags in a vote", on bandwidths.
// C: src/feature/dirauth/bwauth.c, dirserv_get_credible_bandwidth_kb.
// Since: 0.2.4.12-alpha.
func Credible(advertised, measured KB, isMeasured, ignoreAdvertised bool) KB {
	switch {
	case isMeasured:
		return measured
	case ignoreAdvertised:
		return 0
	default:
		return advertised
	}
}
