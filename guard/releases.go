package guard

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

const (
	hour = 3600
	day  = 24 * hour
)

// first is the first rules of all: those of 0.1.1.13-alpha, which introduced the flag Guard for relays that are Fast and
// Stable, whatever their bandwidth. Stable asked for the median of uptimes.
//
// Left out, as not known here or as nothing that a Relay tells: what Fast asked for until 0.1.1.17-rc; that bandwidth was
// the capacity a relay claimed, whatever rate it was willing to sustain, until 0.1.1.18-rc (relays count here with the
// smaller of the two); that hibernating relays could be Fast and Stable until 0.2.0.1-alpha; and that a network of length 8
// counted for Exit in another way until 0.2.2.9-alpha.
func first() Rules {
	return Rules{
		InBytes:        true,
		CountSybils:    true,
		IgnoreMeasured: true,
		HighMedian:     true,
		MinMeasured:    500,
		StableNeeds:    NeedActive,
		StableByUptime: true,
		StableMTBF:     noGuarantee,
		StableUptime:   noGuarantee,
		FastNeeds:      NeedActive,
		FastMax:        1<<31 - 1,
		GuardNeeds:     NeedFast | NeedStable,
		GuardExits:     ExitsAlike,
		HSDirClaimed:   true,
		SybilsBy:       IPv4Only,

		SybilsKeepHistory: true,
		ExitOfThree:       true,
		ExitNeverPrivate:  true,
		ExitIfCounted:     true,
		V2DirByPort:       true,
		Votes: consensus.Authority | consensus.Exit | consensus.Fast | consensus.Guard | consensus.Running |
			consensus.Stable | consensus.V2Dir | consensus.Valid,
	}
}

// change is what one version of Tor changed in the rules.
type change struct {
	in    string // the first version that had it, of each series that got it, the oldest first
	apply func(*Rules)
}

// changes are all that are known, in the order in which versions came out.
func changes() []change {
	return []change{
		{"0.1.1.13-alpha", func(*Rules) {}},
		{"0.1.1.17-rc", func(r *Rules) { // the eighth of Fast comes in too, which the first rules have already
			r.GuardMedian, r.GuardAbove = true, true
			r.GuardNeeds |= NeedSound
		}},
		{"0.1.1.18-rc", func(r *Rules) {
			r.GuardNeeds &^= NeedSound
			r.StableNeeds |= NeedSound
		}},
		{"0.1.1.23", func(r *Rules) { r.FastCrummy = 10 * 1024 }},
		{"0.1.2.3-alpha", func(r *Rules) { r.Votes |= consensus.BadExit }},
		// It is said to have worked no earlier than in 0.1.2.6-alpha; how it did before is not known here.
		{"0.1.2.5-alpha", func(r *Rules) { r.GuardExits = ExitsIfPlentifulOneThreshold }},
		{"0.1.2.7-alpha", func(r *Rules) { r.GuardExits, r.GuardAbove = ExitsIfPlentiful, false }},
		{"0.2.0.1-alpha", func(r *Rules) { r.StableUptime = 30 * day }},
		{"0.2.0.3-alpha", func(r *Rules) {
			r.GuardBandwidth, r.FastGuarantee = 250*1024, 100*1024
			r.MaxPerAddress = 3
		}},
		{"0.2.0.6-alpha", func(r *Rules) { r.StableByUptime, r.StableMTBF = false, 10*day }},
		{"0.2.0.7-alpha", func(r *Rules) { r.HighMedian = false }},
		{"0.2.0.8-alpha", func(r *Rules) { r.MaxPerAddress, r.MaxPerAuthorityAddress = 2, 5 }},
		{"0.2.0.10-alpha", func(r *Rules) {
			r.GuardNeeds &^= NeedStable
			r.GuardTimeKnown, r.GuardWFU = 8*day, 0.995
			r.StableMTBF = noGuarantee
			r.Votes |= consensus.HSDir
			r.HSDirNeeds, r.HSDirUptime = NeedOffer|NeedRunning, 24*hour
		}},
		{"0.2.1.10-alpha", func(r *Rules) { r.StableMTBF = 5 * day }},
		{"0.2.1.14-rc", func(r *Rules) { r.FastGuarantee = 20 * 1024 }},
		{"0.2.2.15-alpha", func(r *Rules) {
			r.GuardWFU, r.GuardExits = 0.98, ExitsAreGuards
			r.HSDirNeeds |= NeedDirPort
		}},
		{"0.2.2.24-alpha", func(r *Rules) { r.HSDirClaimed = false }},
		{"0.2.2.33 0.2.3.4-alpha", func(r *Rules) { r.HSDirUptime = 25 * hour }},
		{"0.2.2.34 0.2.3.6-alpha", func(r *Rules) { r.GuardNeeds |= NeedPatched }},
		{"0.2.3.8-alpha", func(r *Rules) { r.FastGuarantee = 100 * 1024 }},
		{"0.2.4.2-alpha", func(r *Rules) { r.StableNeeds &^= NeedSound }},
		{"0.2.4.10-alpha", func(r *Rules) {
			r.CountSybils, r.SybilsKeepHistory = false, false
			r.MinCounted, r.FastMin = 4096, 4096
		}},
		{"0.2.4.12-alpha", func(r *Rules) {
			r.InBytes, r.IgnoreMeasured = false, false
			r.MinCounted, r.FastMin, r.FastCrummy = 4, 4, 10
		}},
		{"0.2.5.2-alpha", func(r *Rules) { r.SybilsKeep = consensus.V2Dir }},
		{"0.2.5.6-alpha", func(r *Rules) {
			r.GuardMedian, r.GuardFraction = false, 0.75
			r.GuardBandwidth = 2 * 1024 * 1024
		}},
		{"0.2.6.1-alpha", func(r *Rules) {
			r.GuardNeeds &^= NeedPatched
			r.HSDirNeeds = r.HSDirNeeds&^NeedRunning | NeedActive
			r.ActiveIfObserved = true
		}},
		{"0.2.6.3-alpha", func(r *Rules) {
			r.FastCrummy = 38
			r.HSDirNeeds &^= NeedDirPort
			r.HSDirUptime = 96 * hour
		}},
		{"0.2.6.8", func(r *Rules) { r.HSDirNeeds |= NeedDirPort }},
		{"0.2.6.9 0.2.7.2-alpha", func(r *Rules) { r.HSDirNeeds |= NeedStable }},
		{"0.2.7.2-alpha", func(r *Rules) {
			r.StableNeeds, r.FastNeeds = 0, 0
			r.HSDirNeeds &^= NeedActive
		}},
		{"0.2.7.3-rc", func(r *Rules) { r.HSDirNeeds |= NeedActive | NeedFast }},
		{"0.2.8.1-alpha", func(r *Rules) {
			r.V2DirByPort = false
			r.HSDirNeeds = r.HSDirNeeds&^NeedDirPort | NeedV2Dir
		}},
		{"0.2.9.1-alpha", func(r *Rules) { r.GuardNeeds |= NeedStable }},
		{"0.2.9.3-alpha", func(r *Rules) { r.ExitNeverPrivate = false }},
		{"0.3.0.1-alpha", func(r *Rules) { r.MaxPerAuthorityAddress = 0 }},
		{"0.2.9.10 0.3.0.3-alpha", func(r *Rules) { r.SybilsKeep = consensus.BadExit }},
		{"0.3.2.5-alpha", func(r *Rules) { r.ExitOfThree = false }},
		{"0.3.3.1-alpha", func(r *Rules) { r.ExitIfCounted = false }},
		{"0.3.3.5-rc", func(r *Rules) { r.GuardNeeds |= NeedV2Dir }},
		{"0.4.0.1-alpha", func(r *Rules) { r.Votes |= consensus.StaleDesc }},
		{"0.4.5.1-alpha", func(r *Rules) { r.SybilsBy = IPv6Net64 }},
		{"0.4.5.4-rc", func(r *Rules) { r.SybilsBy = WholeIPv6 }},
		{"0.4.6.1-alpha", func(r *Rules) { r.Votes |= consensus.Sybil }},
		{"0.4.7.2-alpha", func(r *Rules) { r.Votes |= consensus.MiddleOnly }},
		// 0.4.8.1-alpha still did that, 0.4.9.11 does not; between them no votes were looked at.
		{"0.4.9.1-alpha", func(r *Rules) { r.ActiveIfObserved = false }},
	}
}

// noGuarantee is an amount of seconds that nobody has: what is compared with it never suffices.
const noGuarantee = 1<<63 - 1

// versions are those of a change.
func (c change) versions() []tortext.Version {
	var versions []tortext.Version
	for word := range strings.FieldsSeq(c.in) {
		v, _ := tortext.ParseVersion(word) // written above, and read by a test
		versions = append(versions, v)
	}
	return versions
}

// Releases are all sets of rules that versions of Tor had, in the order in which they came out: one for each version that
// changed something, on the line of development that today's Tor is of. What old series got later than newer ones is in
// RulesFor alone.
//
// From 0.2.3.25 on they were held against votes of 35 versions. Older ones rest on Tor's history alone, and what is left
// out of them their comments say: see RulesFor.
func Releases() []Rules {
	var all []Rules
	for _, c := range changes() {
		versions := c.versions()
		r, _ := rulesOf(versions[len(versions)-1])
		if n := len(all); n == 0 || all[n-1].Name != r.Name {
			all = append(all, r)
		}
	}
	return all
}

// Latest is the rules of the newest Tor this library was held against, 0.4.9.11, with every option at its default.
func Latest() Rules {
	r, _ := rulesOf(tortext.Version{Major: 1})
	return r
}

// Article2013 is the rule as the public quotes it, from an article of 2013 on the life of a new relay: known for longer
// than 12.5 % of relays or 8 days, faster than the median or 250 KB/s, a weighted fractional uptime of at least the median
// or 98 %. Those were the rules of 0.2.4.12-alpha to 0.2.5.5-alpha, and what the article does not mention is theirs.
func Article2013() Rules {
	v, _ := tortext.ParseVersion("0.2.4.12-alpha")
	r, _ := rulesOf(v)
	r.Name = "article-2013"
	return r
}

// rulesOf is the rules of a version, false if it had none.
func rulesOf(v tortext.Version) (Rules, bool) {
	r := first()
	for _, c := range changes() {
		versions := c.versions()
		if !v.Has(versions...) {
			continue
		}
		c.apply(&r)
		// The change is named by the first version of the series that v is of, or is later than.
		i := slices.IndexFunc(versions, v.SameSeries)
		if i < 0 {
			i = len(versions) - 1
		}
		r.Name = "tor-" + strings.Fields(c.in)[i]
	}
	return r, r.Name != ""
}

// ErrNoRules is wrapped by RulesFor's error.
var ErrNoRules = errors.New("no rules of that name")

// RulesFor is the rules that a version of Tor had, with every option at its default: of "0.2.5.6-alpha", or "tor-0.2.5.6",
// or the three numbers of a series, "0.2.9", for the last of that series. Versions are compared as Tor compares them, but
// that one without its tag stands for the release of its numbers; one newer than all that is known has the [Latest] rules.
// The Name of the result is that of the version that brought in the rules.
//
// Besides there are "latest", "now", "article-2013" and "article" (see [Article2013]), and a year from 2006 on, for the
// newest stable series in the middle of it.
//
// The rules of versions from 0.2.3.25 on were held against votes of 35 of them. Before, they go as far as they are known,
// and leave out this: what Fast asked for until 0.1.1.17-rc, for which the eighth of that version is taken; that bandwidth
// was what a relay claimed to be capable of rather than what it was willing to sustain, until 0.1.1.18-rc; that hibernating
// relays could be Fast and Stable, until 0.2.0.1-alpha; and how networks counted for Exit, until 0.2.2.9-alpha. An
// authority's histories, too, came about otherwise in versions that old. The error, for any other name and for versions
// before 0.1.1.13-alpha, wraps ErrNoRules.
func RulesFor(version string) (Rules, error) {
	switch version {
	case "latest", "now":
		return Latest(), nil
	case "article", "article-2013":
		return Article2013(), nil
	}
	v, ok := tortext.ParseRelease(version)
	if !ok {
		return Rules{}, fmt.Errorf("%q: %w", version, ErrNoRules)
	}
	r, ok := rulesOf(v)
	if !ok {
		return Rules{}, fmt.Errorf("%q: %w; the oldest are %q", version, ErrNoRules, "0.1.1.13-alpha")
	}
	return r, nil
}
