package main

import (
	"math/rand/v2"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/internal/synth"
	"github.com/seed-84712aaa/guardmath/wfu"
)

const (
	hour = 3600
	day  = 24 * hour

	// now is the moment of all questions, clock the last tick before it.
	now   = wfu.Instant(synth.Now)
	clock = now - 5*hour
)

// past is the histories of relays that began within a year and were now up, now down.
func past(n int) []wfu.History {
	random := rand.New(rand.NewPCG(8, 1))
	histories := make([]wfu.History, n)
	for i := range histories {
		var h wfu.History
		at, ticked := now-wfu.Instant(random.Int64N(365*day)), wfu.Instant(0)
		for up := random.Float64() < 0.9; at < now; up = !up {
			if up {
				h = h.Reachable(at)
			} else {
				h = h.Unreachable(at)
			}
			length := 1 + random.Int64N(1+random.Int64N(60*day))
			if !up {
				length /= 20
			}
			later := min(at+wfu.Instant(length), now)
			h, ticked = h.Advance(at, ticked, later)
			if at = later + 1; i%50 == 49 {
				break // and was never heard of again
			}
		}
		histories[i] = h
	}
	return histories
}

// population is relays with such histories, and all that decides their flags.
func population(n int) []guard.Relay {
	random := rand.New(rand.NewPCG(8, 2))
	relays := make([]guard.Relay, n)
	for i, h := range past(n) {
		facts := consensus.Valid
		for _, maybe := range []struct {
			flag   consensus.Flag
			chance float64
		}{{consensus.Running, 0.95}, {consensus.V2Dir, 0.9}, {consensus.Exit, 0.2}, {consensus.BadExit, 0.01}, {consensus.MiddleOnly, 0.01}, {consensus.Sybil, 0.01}} {
			if random.Float64() < maybe.chance {
				facts |= maybe.flag
			}
		}
		carries := uint32(random.ExpFloat64() * 9e6)
		relays[i] = guard.Relay{
			Facts:       consensus.FlagsOf(facts),
			Active:      facts&consensus.Running != 0,
			OffersHSDir: random.Float64() < 0.95, HasDirPort: random.Float64() < 0.4,
			Buggy: random.Float64() < 0.01, Vulnerable: random.Float64() < 0.01,
			Advertised: bandwidth.KB(min(carries/1000, 10000)), AdvertisedBytes: carries,
			Measured: bandwidth.KB(random.Float64() * float64(carries) / 500), IsMeasured: random.Float64() < 0.9,
			Uptime: h.Uptime(now), HSDirUptime: min(h.Uptime(now), random.Int64N(40*day)),
			WFU: h.WFU(now), TimeKnown: h.TimeKnown(now), MTBF: h.MTBF(now),
		}
		if random.Float64() < 0.01 {
			relays[i].Strip, relays[i].Pin = consensus.HSDir, consensus.Guard
		}
		if random.Float64() < 0.02 {
			relays[i].Unknown = guard.UnknownHistory
		}
	}
	return relays
}
