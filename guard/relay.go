package guard

import (
	"strings"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/tortext"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Relay is what an authority knows of one relay when it decides, as plain numbers. The zero Relay is one of which the
// authority has a descriptor without any merit, and no history.
type Relay struct {
	// Identity is the relay's fingerprint. It decides nothing.
	Identity consensus.Fingerprint

	// Nickname is the name the relay gave itself. It decides nothing, and need not be its alone.
	Nickname string

	// Facts are the flags that no threshold decides: Authority, BadExit, Exit, MiddleOnly, Running, StaleDesc, Sybil,
	// V2Dir and Valid. BadExit is the authority's mark, listed or not, for the thresholds look at it; MiddleOnly is
	// set only where the authority lists it. Fast, Stable, Guard and HSDir are ignored here.
	Facts consensus.Flags

	// Active says that the descriptor is no older than MaxAge and the relay Running, Valid and not hibernating; under rules
	// with ActiveIfObserved, also that it has seen itself carry traffic.
	Active bool

	// OffersHSDir says that the descriptor has the line hidden-service-dir.
	OffersHSDir bool
	// HasDirPort says that the descriptor names a directory port. Only rules before 0.2.8.1-alpha ask for it.
	HasDirPort bool
	// Buggy and Vulnerable say that the relay runs a Tor that was barred from flags once: see [VersionFaults].
	Buggy, Vulnerable bool

	// Advertised is the bandwidth by the relay's own word, capped as [bandwidth.Advertised] has it, Measured that of a
	// bandwidth file; both in KB.
	Advertised, Measured bandwidth.KB
	// IsMeasured says that there is a Measured, be it 0.
	IsMeasured bool
	// AdvertisedBytes is the bandwidth by the relay's own word in bytes/s, without the cap: the smaller of rate and observed.
	// Only rules that count in bytes look at it, those before 0.2.4.12-alpha.
	AdvertisedBytes uint32

	// Uptime is the real uptime in seconds, of [RealUptime]; HSDirUptime the one that counts for HSDir, of
	// [Rules.UptimeForHSDir].
	Uptime, HSDirUptime int64

	// WFU is the weighted fractional uptime, 0 to 1; 0 for a relay without history.
	WFU float64
	// TimeKnown is the weighted time known, in seconds; 0 for a relay without history.
	TimeKnown int64
	// MTBF is the mean time between failures, in seconds; 0 for a relay without history.
	MTBF float64

	// Strip are flags that the authority's operator takes away, whatever the decision: Guard, HSDir, V2Dir, and in a
	// testing network Exit. Pin are flags given whatever the decision: Guard, and in a testing network Exit and HSDir.
	// Pin wins over Strip, and being a sybil over both. Fast and Stable cannot be listed and are ignored in both.
	// Lists: !stripguard, !striphsdir, !stripv2dir of approved-routers, since 0.4.8.15 and 0.4.9.2-alpha.
	// Options: AuthDirVoteGuard, since 0.4.7.9, and the TestingDirAuthVote ones.
	Strip, Pin consensus.Flag

	// Unknown names what the source of this Relay did not show. The zero value: everything is known.
	Unknown Unknowns
}

// Unknowns is a set of things that may be unknown of a relay. A field whose fact is unknown is not looked at.
type Unknowns uint8

// What may be unknown.
const (
	UnknownHistory   Unknowns = 1 << iota // WFU, TimeKnown and MTBF
	UnknownUptime                         // Uptime and HSDirUptime
	UnknownBandwidth                      // Advertised, Measured and IsMeasured
	UnknownActivity                       // Active
	UnknownOffer                          // OffersHSDir
	UnknownSybil                          // whether it is a sybil, where Facts does not say so
	UnknownV2Dir                          // whether Facts should hold V2Dir
)

// Credible is the bandwidth that the relay is decided by, where ignoring says whether advertised bandwidths are ignored:
// see [bandwidth.Credible]. Under rules that count in bytes it is not KB but the relay's AdvertisedBytes.
func (r Rules) Credible(relay Relay, ignoring bool) bandwidth.KB { return r.credible(&relay, ignoring) }

func (r *Rules) credible(relay *Relay, ignoring bool) bandwidth.KB {
	switch {
	case r.InBytes:
		return bandwidth.KB(relay.AdvertisedBytes)
	case r.IgnoreMeasured:
		return relay.Advertised
	}
	return bandwidth.Credible(relay.Advertised, relay.Measured, relay.IsMeasured, ignoring)
}

// VersionFaults reports which of two faults, for which relays were once barred from flags, a version of Tor has, given as
// in a vote's v line or at the beginning of a descriptor's platform line: "Tor 0.2.1.29". A buggy one failed circuits, from
// 0.1.1.10-alpha to 0.1.1.16-rc. A vulnerable one is open to CVE-2011-2768: older than 0.2.1.31, 0.2.2.34 and
// 0.2.3.6-alpha, each in its series. What is no Tor, or cannot be read, is neither.
//
// C: src/or/dirserv.c, is_router_version_good_for_possible_guard.
// Since: 0.1.1.17-rc (buggy), 0.2.2.34 and 0.2.3.6-alpha (vulnerable). Until: 0.2.4.2-alpha, 0.2.6.1-alpha.
func VersionFaults(platform string) (buggy, vulnerable bool) {
	text, isTor := strings.CutPrefix(platform, "Tor ")
	if !isTor {
		return false, false
	}
	v, ok := tortext.ParseVersion(text[:tortext.WordEnd(text)])
	if !ok {
		return false, false
	}
	buggy = v.Compare(faulty.buggyFrom) >= 0 && v.Compare(faulty.buggyBefore) < 0
	for i, good := range faulty.patched {
		if last := i == len(faulty.patched)-1; (last || v.SameSeries(good)) && v.Compare(good) >= 0 {
			return buggy, false
		}
	}
	return buggy, true
}

// faulty are the versions between which faults were.
var faulty = struct {
	buggyFrom, buggyBefore tortext.Version
	patched                [3]tortext.Version // in each series, and in all later ones
}{
	tortext.Version{Minor: 1, Micro: 1, Status: tortext.Dot, Patch: 10, Tag: "alpha"},
	tortext.Version{Minor: 1, Micro: 1, Status: tortext.Dot, Patch: 16, Tag: "rc-cvs"},
	[3]tortext.Version{
		{Minor: 2, Micro: 1, Status: tortext.Dot, Patch: 31},
		{Minor: 2, Micro: 2, Status: tortext.Dot, Patch: 34},
		{Minor: 2, Micro: 3, Status: tortext.Dot, Patch: 6, Tag: "alpha"},
	},
}

// RealUptime is the uptime a relay has at now if it has run on since its descriptor was published, in seconds: the
// declared uptime, plus the descriptor's age unless published lies in the future.
//
// C: src/feature/dirauth/voteflags.c, real_uptime.
func RealUptime(declared int64, published, now wfu.Instant) int64 {
	if now < published {
		return declared
	}
	return declared + int64(now) - int64(published)
}

// UptimeForHSDir is the uptime that counts for HSDir: real (see [RealUptime]), until the authority has itself worked
// for more than 1.1 times the uptime asked for; from then on the smaller of real and observed, the current run as the
// authority saw it (see wfu.History.Uptime). All are in seconds. dir-spec asks for an uptime that the authority believes,
// and does not say when it does; this follows C.
//
// Spec: dir-spec, "Assigning flags in a vote", HSDir.
// C: src/feature/dirauth/voteflags.c, dirserv_thinks_router_is_hs_dir.
// Since: 0.2.2.24-alpha.
func (r Rules) UptimeForHSDir(real, observed, authorityUptime int64) int64 {
	if !r.HSDirClaimed && float64(authorityUptime) > float64(r.HSDirUptime)*1.1 {
		return min(real, observed)
	}
	return real
}

// Stale reports whether a descriptor published at that moment makes its relay StaleDesc at now.
//
// Spec: dir-spec, "Assigning flags in a vote", StaleDesc.
// C: src/feature/dirauth/voteflags.c, dirauth_set_routerstatus_from_routerinfo.
// Since: 0.4.0.1-alpha.
func Stale(published, now wfu.Instant) bool { return int64(published)+StaleAge < int64(now) }
