package authority

import (
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

// Release is a version of Tor that an authority runs, which decides how it does its work, as far as that changed with
// versions; what it decides flags by is guard.Rules. The zero Release is the newest that this library was held against.
// Releases are comparable.
//
// Versions from 0.2.3.25 on were held against votes of 35 of them. Of older ones only the rules are known here: they are
// taken to work as 0.2.3.25 does.
type Release struct {
	version tortext.Version
	isOlder bool        // than the newest
	rules   guard.Rules // the zero Rules stand for the latest
}

// ParseRelease reads the name of a version, or of other rules, as guard.RulesFor does. Rules that are of no version, such
// as article-2013, are those of an authority of the newest Release. The error wraps guard.ErrNoRules.
func ParseRelease(name string) (Release, error) {
	rules, err := guard.RulesFor(name)
	if err != nil {
		return Release{}, err
	}
	var r Release
	if rules != guard.Latest() {
		r.rules = rules
	}
	if version, ok := tortext.ParseRelease(name); ok && version.Compare(newest) < 0 {
		r.version, r.isOlder = version, true
	}
	return r, nil
}

// newest is the version of the zero Release.
var newest = tortext.Version{Minor: 4, Micro: 9, Status: tortext.Dot, Patch: 11}

// Rules is what an authority of the release decides by, with every option at its default.
func (r Release) Rules() guard.Rules {
	if r.rules == (guard.Rules{}) {
		return guard.Latest()
	}
	return r.rules
}

// A change is something that versions of Tor from some on do differently: the first of each series that has it, the oldest
// first.
type change []tortext.Version

// since is the change that came with these versions.
func since(versions ...string) change {
	c := make(change, len(versions))
	for i, text := range versions {
		v, ok := tortext.ParseVersion(text)
		if !ok {
			panic("authority: no version: " + text) // written below, so a test finds it
		}
		c[i] = v
	}
	return c
}

// has reports whether the release has the change.
func (r Release) has(c change) bool { return !r.isOlder || r.version.Has(c...) }

// What is printed in a vote.
var (
	// printsThresholds: there is a flag-thresholds line.
	printsThresholds = since("0.2.4.11-alpha")
	// printsIgnoring: it tells whether advertised bandwidths are ignored.
	printsIgnoring = since("0.2.4.13-alpha")
	// printsStats: each relay has a stats line.
	printsStats = since("0.4.6.1-alpha")
	// printsAuthorities: what was measured of an authority is printed under another name, so that nobody votes on it.
	printsAuthorities = since("0.4.7.11")
)

// What is in torrc and approved-routers. Names that a version does not know it refuses in torrc, and passes over in
// approved-routers; here they are passed over in both.
var (
	// hasThresholdOptions: TestingMinExitFlagThreshold and TestingMinFastFlagThreshold, and a testing network has no other
	// floors; before, it had those of the public one.
	hasThresholdOptions = since("0.2.4.12-alpha")
	// exemptsIdle: a testing network where TestingMinExitFlagThreshold is 0 has guard.Rules.ActiveIfObserved false.
	exemptsIdle       = since("0.2.6.2-alpha")
	hasMeasuredOption = since("0.2.4.12-alpha") // MinMeasuredBWsForAuthToIgnoreAdvertised
	hasIPv6Option     = since("0.2.4.1-alpha")  // AuthDirHasIPv6Connectivity
	// hasForcedFlags: TestingDirAuthVoteExit, Guard and HSDir. That of Guard is there since 0.2.5.2-alpha, but looks at relays
	// before they have an address.
	hasForcedFlags = since("0.2.6.1-alpha")
	hasStrictFlags = since("0.2.7.3-rc") // TestingDirAuthVoteExitIsStrict and its like
	// hasTestReachability: AuthDirTestReachability. Before, AssumeReachable did its work, and was 1 in a testing network.
	hasTestReachability = since("0.4.5.1-alpha")
	hasEd25519Lists     = since("0.4.5.1-alpha") // approved-routers names ed25519 keys too
	hasMiddleOnly       = since("0.4.7.2-alpha") // !middleonly, AuthDirListMiddleOnly, AuthDirMiddleOnly
	hasGuardOptions     = since("0.4.7.9")       // AuthDirVoteGuard and the options for constants of Guard and Stable
	hasStripLists       = since("0.4.8.15", "0.4.9.2-alpha")
)

// Which descriptors are taken in. No vote at hand reaches refusesMalformed, needsNtor, heedsProtocols, capsProtocols and
// refusesInternalIPv6: they rest on Tor's source and ChangeLog.
var (
	// refusesMalformed: a relay whose platform line begins with Tor and names no version that can be read is refused;
	// before, it was taken for a new one. C: tor_version_parse_platform.
	refusesMalformed = since("0.2.9.10", "0.3.0.4-rc")
	// needsNtor: relays without an ntor key are refused. C: routerinfo_has_curve25519_onion_key.
	needsNtor = since("0.2.9.3-alpha")
	// readsNtor and readsEd25519: lines about such keys have a meaning; before, they were unknown.
	readsNtor    = since("0.2.4.8-alpha")
	readsEd25519 = since("0.2.7.2-alpha")
	// heedsProtocols: a relay whose proto line cannot be read is not voted on. Before, such a line could be the end of tor.
	// C: src/or/protover.c.
	heedsProtocols = since("0.2.9.15", "0.3.1.10", "0.3.2.10", "0.3.3.3-alpha")
	// refusesInternalIPv6: an internal IPv6 address is refused, as one of IPv4 has always been. The source of 0.4.2 has it and
	// that of 0.2.8 has not.
	refusesInternalIPv6 = since("0.4.2.1-alpha")
	// needsAllKeys: no descriptor is taken without ed25519 keys, certificates and protocols (proposal 315).
	needsAllKeys = since("0.4.5.1-alpha")
	// needsNoOnionKey: an onion-key may be left out.
	needsNoOnionKey = since("0.4.9.1-alpha")
	// capsProtocols: versions of a protocol are at most 63; before, 32 bits.
	capsProtocols = since("0.3.5.12", "0.4.3.7", "0.4.4.6", "0.4.5.1-alpha")
)

// What is done when. That savesAtOnce is no older rests on Tor's source; it shows only in relays whose descriptors come late.
var (
	// savesAtOnce: histories are saved at the start for the first time, rather than half an hour later.
	// C: src/or/periodic.c.
	savesAtOnce = since("0.2.8.1-alpha")
	// forgetsFirst: at the start it forgets, and then discounts. C: src/core/mainloop/mainloop.c.
	forgetsFirst = since("0.3.4.1-alpha")
	// ticksAtOnce: a discount is due in the second of its tick, rather than in the one after.
	ticksAtOnce = since("0.4.7.1-alpha")
)

// How bandwidth files are read: see bandwidth.Reading.
var (
	readsLongLines = since("0.3.5.1-alpha")
	readsLastWord  = since("0.3.4.1-alpha")
	heedsVote      = since("0.3.5.9", "0.4.0.4-rc")
	needsNoDollar  = since("0.4.8.11")
)

// reading is how the release reads bandwidth files.
func (r Release) reading() bandwidth.Reading {
	return bandwidth.Reading{
		DollarNeeded:   !r.has(needsNoDollar),
		CountsNotVoted: !r.has(heedsVote),
		ShortLines:     !r.has(readsLongLines),
		NotLast:        !r.has(readsLastWord),
	}
}

// String is the version, or "latest".
func (r Release) String() string {
	if !r.isOlder {
		return "latest"
	}
	return r.version.String()
}
