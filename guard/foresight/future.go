package foresight

import (
	"iter"
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Future is what is known of a relay at one moment, and with it all that will become of the relay: [Future.Outlook] tells.
// Its fields are the model, under which every answer is exact to the second: the authority keeps running and goes by Rules;
// of the relay only History and uptimes change; thresholds stay what they are, but for Changes; ticks of the discount fall
// every 12 hours from Clock on.
//
// Flags are decided anew at every second. An authority does so when it votes, each hour: a flag gained between two votes
// shows in the next, and one that is lost and gained again between them shows no gap.
//
// The zero Future has no rules and is of no use.
type Future struct {
	// Rules are those the authority decides by.
	Rules guard.Rules

	// Thresholds are what the relay is held against.
	Thresholds guard.Thresholds

	// Changes are the later thresholds, each with the moment from which on it holds, in order of time; nil: there are
	// none. One that is earlier than its predecessor holds from the same moment on. Of those not after Now the last
	// takes the place of Thresholds. The sequence must end, and be the same each time. [Follow] makes one of a function
	// of time; the thresholds of a series of votes are one already.
	Changes iter.Seq2[wfu.Instant, guard.Thresholds]

	// Relay is the relay at Now. Its WFU, TimeKnown and MTBF are not looked at: they are the History's. One that is not
	// Running is taken to come back at Now, and to be Active then if it is Valid.
	Relay guard.Relay

	// History is the relay's in the authority's ledger. One that is down is taken to come back at Now.
	History wfu.History

	// Clock is when the discount last ticked, the ledger's LastDownrated; answers depend on its phase by hours. Ticks
	// that are due at Now are applied then. For an authority before 0.4.7.1-alpha it is a second later: see
	// wfu.TicksBefore.
	Clock wfu.Instant

	// Now is the moment at which all this is so. The best one is that of a vote.
	Now wfu.Instant
}

// OfHistory is the future of a relay as far as an authority's ledger alone tells: it has all that time does not bring,
// bandwidth and the rest, and its uptime is what the authority has seen of it. It is held against the guarantees, which
// are enough whatever the other relays have; where most of these are worse, less will do.
func OfHistory(rules guard.Rules, h wfu.History, clock, now wfu.Instant) Future {
	seen := h.Uptime(now)
	return Future{
		Rules: rules,
		Thresholds: guard.Thresholds{
			StableUptime: uint32(min(max(rules.StableUptime, 0), math.MaxUint32)), StableMTBF: float64(rules.StableMTBF),
			GuardWFU: rules.GuardWFU, GuardTimeKnown: rules.GuardTimeKnown, EnoughMTBF: true,
		},
		Relay: guard.Relay{
			Facts:  consensus.FlagsOf(consensus.Running, consensus.Valid, consensus.V2Dir),
			Active: true, OffersHSDir: true, HasDirPort: true,
			Advertised: math.MaxInt32, AdvertisedBytes: math.MaxInt32,
			Uptime: seen, HSDirUptime: seen,
		},
		History: h, Clock: clock, Now: now,
	}
}

// Follow is the Changes of a Future whose thresholds are a function of time. The function is asked at from, and every so
// many seconds (at least 1) thereafter until until; what it says holds until it is asked next, and the last for ever. So
// with from the moment of a vote and an interval of 3600 it is followed exactly, whatever it is, for an authority has
// new thresholds only when it votes. It need not be monotone or continuous, but has to say the same of a moment each time,
// and soon: it is asked for each moment in each question.
func Follow(thresholds func(at wfu.Instant) guard.Thresholds, from wfu.Instant, interval int64, until wfu.Instant) iter.Seq2[wfu.Instant, guard.Thresholds] {
	interval = max(interval, 1)
	return func(yield func(wfu.Instant, guard.Thresholds) bool) {
		for at := from; at <= until; at = at.Add(interval) {
			if !yield(at, thresholds(at)) || at > until.Add(-interval) {
				return
			}
		}
	}
}

// At is the future as it will be at a later moment, the relay having stayed up until then. A moment before Now counts
// as Now.
func (f Future) At(later wfu.Instant) Future {
	f = f.up()
	later = max(later, f.Now)
	f.History, f.Clock = f.History.Advance(f.Now, f.Clock, later)
	f.Relay, f.Now = measured(aged(f.Relay, later.Sub(f.Now)), f.History, later), later
	return f
}

// After is the future of a relay that goes down at Now, or stays down if it is, and is back so many seconds later: its
// Now is the moment of return. [Outlook.Gained] then is when the relay has a flag again, Outlook.Lost whether the outage
// still costs it the flag later. An outage of less than 0 seconds is one of 0, which ends a run and begins another.
//
// The outage is what the authority notes: it begins with the first test that fails, up to 1280 seconds after the relay is
// gone, and ends with the first that succeeds; and it is noted by the first vote from 45 minutes after the last success
// on, so that an outage of less leaves no trace. wfu.Observer tells what is seen of which. Here it is noted when it begins.
// A tick between the beginning and that vote finds the run still open and spares it: where that matters, ask the future at
// the vote, its History made Unreachable as of the beginning, for After with the rest.
//
// The relay is taken to start anew, with uptimes of 0, and with its Facts and bandwidth as before. If it is gone for so long
// that its past runs have lost all weight (wfu.History.Forgotten), it is back as one never seen; authorities forget at the
// tick that does it or up to half an hour later, here it is at the tick.
func (f Future) After(outage int64) Future {
	f = f.ticked()
	back, clock := max(f.Now, f.Now.Add(max(outage, 0))), f.Clock
	f.History, f.Clock = f.History.Unreachable(f.Now).Advance(f.Now, clock, back)
	if f.Clock != clock && f.History.Forgotten() {
		f.History = wfu.History{}
	}
	f.History, f.Relay, f.Now = f.History.Reachable(back), restarted(present(f.Relay)), back
	return f.up()
}

// ticked is the future with the ticks applied that are due.
func (f Future) ticked() Future {
	f.History, f.Clock = f.History.Advance(f.Now, f.Clock, f.Now)
	return f
}

// up is the future of a relay that is up, with the ticks due.
func (f Future) up() Future {
	f = f.ticked()
	if !f.History.Running() {
		f.History = f.History.Reachable(f.Now)
	}
	f.Relay = measured(present(f.Relay), f.History, f.Now)
	return f
}

// present is the relay now that it is reached.
func present(relay guard.Relay) guard.Relay {
	if !relay.Facts.Has(consensus.Running) {
		relay.Facts = relay.Facts.With(consensus.Running)
		relay.Active = relay.Facts.Has(consensus.Valid)
	}
	return relay
}

// restarted is the relay that has just been started.
func restarted(relay guard.Relay) guard.Relay {
	relay.Uptime, relay.HSDirUptime = 0, 0
	relay.Unknown &^= guard.UnknownUptime
	return relay
}

// measured is the relay with the history it has at that moment.
func measured(relay guard.Relay, h wfu.History, at wfu.Instant) guard.Relay {
	stats := h.Stats(at)
	relay.WFU, relay.TimeKnown, relay.MTBF = stats.WFU, stats.TimeKnown, stats.MTBF
	relay.Unknown &^= guard.UnknownHistory
	return relay
}

// aged is the relay after some more seconds of being up; uptimes end with int64.
func aged(relay guard.Relay, seconds int64) guard.Relay {
	longer := func(uptime int64) int64 {
		if seconds < 0 || uptime > math.MaxInt64-seconds { // from end to end of int64 it wraps
			return math.MaxInt64
		}
		return uptime + seconds
	}
	relay.Uptime, relay.HSDirUptime = longer(relay.Uptime), longer(relay.HSDirUptime)
	return relay
}
