package authority

import (
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Authority is what an authority is told once: its options, its lists, and who it is.
type Authority struct {
	// Options are those of its torrc.
	Options Options

	// Lists is its approved-routers file.
	Lists Lists

	// Self is its own identity as a relay, which it takes to be running whatever happens; zero stands for
	// Options.Identity().
	Self consensus.Fingerprint
}

// self is the authority's identity.
func (a Authority) self() consensus.Fingerprint {
	if a.Self != (consensus.Fingerprint{}) {
		return a.Self
	}
	return a.Options.Identity()
}

// State is what an authority remembers from one moment to the next. It is made by Start and by each Vote; nothing writes
// through it. The zero State is that of an authority that was started at no time and knows nothing.
type State struct {
	// Started is when the authority was started, and Now up to when the State tells what happened.
	Started, Now wfu.Instant

	// Ledger is the histories of relays.
	Ledger wfu.Ledger

	// Measured is the cache of measured bandwidths.
	Measured bandwidth.Measured

	// Reached is when, and at which address, relays were last found reachable since the start. See State.Reach.
	Reached map[consensus.Fingerprint]Reached

	// Exits are the relays that were exits when it was last found out whether they are; nil under rules that find it out
	// for each vote. See guard.Rules.ExitIfCounted.
	Exits map[consensus.Fingerprint]bool
}

// Input is what reaches an authority for a vote.
type Input struct {
	// Relays are the descriptors it holds, of [Authority.Admit]: one a relay.
	Relays []consensus.Descriptor

	// Bandwidth is its bandwidth file; nil if its configuration names none.
	Bandwidth *bandwidth.File

	// Consensus are the relays of the consensus in force. They matter only for relays of which the authority has no
	// descriptor: it goes on believing that those of the consensus are up.
	Consensus []consensus.Fingerprint

	// Now is the moment of the vote, its published time.
	Now wfu.Instant

	// Uptime is for how long the authority has worked, in seconds: not what the clock says, but the seconds it has
	// counted. Once it exceeds 1.1 times Rules.HSDirUptime the authority believes its own eyes about HSDirs.
	Uptime int64
}

// The intervals of an authority's work, in seconds.
const (
	// halfHour is how often it drops relays it has no more reason to remember, and how often it saves its histories.
	halfHour = 30 * 60
	// reachableSeconds is how long a relay is taken to be running after it was last reached.
	// C: src/feature/dirauth/voteflags.c, REACHABLE_TIMEOUT.
	reachableSeconds = 45 * 60
	// testSeconds is how often each relay is tested, so that it may have been down since that long after its last
	// success. C: src/feature/dirauth/reachability.h, REACHABILITY_TEST_CYCLE_PERIOD.
	testSeconds = 1280
	// hibernationSkew is how much later than its descriptor a hibernating relay must have been reached to count as
	// running. C: src/feature/dirauth/voteflags.c, HIBERNATION_PUBLICATION_SKEW.
	hibernationSkew = 60 * 60
	// maxTicks is a number of discounts after which nothing finished is left, so that one step does for all.
	maxTicks = 1 << 14
)

// Start is the state of an authority that starts at started with the given history file (the zero Ledger if it has
// none), descriptors and bandwidth file (nil if its configuration names none).
//
// It loads the histories, forgets, discounts what fell due while it was off, and then saves them; at that, relays that
// are up according to their history but of which it has no descriptor are noted unreachable. Descriptors that arrive
// only later come too late for that: then relays is to be empty here. A real process comes to its first save a second or
// so after its start, which shows only in relays whose descriptors arrive later still; for that see Files.Saved.
// Before 0.3.4.1-alpha it discounts and then forgets, and before 0.2.8.1-alpha it saves only half an hour later.
//
// C: src/feature/stats/rephist.c, rep_hist_load_mtbf_data, rep_hist_record_mtbf_data; src/core/mainloop/mainloop.c for
// the order.
func (a Authority) Start(ledger wfu.Ledger, relays []consensus.Descriptor, file *bandwidth.File, started wfu.Instant) State {
	return a.start(ledger, relays, file, started, started)
}

// start is Start with a first save at saved.
func (a Authority) start(ledger wfu.Ledger, relays []consensus.Descriptor, file *bandwidth.File, started, saved wfu.Instant) State {
	r := a.Options.Release
	discounted := started
	if !r.has(ticksAtOnce) {
		// It comes to its first discount a second later, so that a tick at the start is not due alone after all others.
		discounted = max(saved, started.Add(1))
	}
	ledger = ledger.Load(started)
	if r.has(forgetsFirst) {
		ledger = r.discount(ledger.Forget(), discounted)
	} else {
		ledger = r.discount(ledger, discounted).Forget()
	}
	s := State{
		Started:  started,
		Now:      started,
		Ledger:   ledger,
		Measured: readBandwidths(bandwidth.Measured{}, file, started),
	}
	if !r.has(savesAtOnce) {
		return s
	}
	return s.save(heldBy(Input{Relays: relays}), saved)
}

// discount is the ledger with every discount applied that the release finds due at now.
func (r Release) discount(l wfu.Ledger, now wfu.Instant) wfu.Ledger {
	if r.has(ticksAtOnce) {
		return l.Discount(now)
	}
	return l.DiscountBefore(now)
}

// tickDelay is how long after its tick a discount is due, in seconds.
func (r Release) tickDelay() int64 {
	if r.has(ticksAtOnce) {
		return 0
	}
	return 1
}

// readBandwidths is the cache after the bandwidth file was read.
func readBandwidths(m bandwidth.Measured, file *bandwidth.File, now wfu.Instant) bandwidth.Measured {
	if file == nil {
		return bandwidth.Measured{}
	}
	return m.Read(*file, int64(now))
}

// heldBy is the relays that the authority takes to exist.
func heldBy(in Input) map[consensus.Fingerprint]bool {
	held := make(map[consensus.Fingerprint]bool, len(in.Relays)+len(in.Consensus))
	for i := range in.Relays {
		held[in.Relays[i].Identity] = true
	}
	for _, id := range in.Consensus {
		held[id] = true
	}
	return held
}

// save is the state after the histories were written to disk at that moment: just before, the runs of relays that are
// not held end.
//
// C: src/feature/stats/rephist.c, rep_hist_record_mtbf_data with missing_means_down.
func (s State) save(held map[consensus.Fingerprint]bool, at wfu.Instant) State {
	l := s.Ledger.Clone()
	for id, history := range l.Relays {
		if history.Running() && !held[id] {
			l = l.Tracking(at)
			l.Relays[id] = history.Unreachable(at)
		}
	}
	s.Ledger = l
	return s
}

// advance is the state at in.Now, after the work that falls due until then: a discount at each tick of the clock, that
// of in.Now included (before 0.4.7.1-alpha in the second after the tick); forgetting and saving each half hour after the
// start.
//
// C: src/feature/dirauth/dirauth_periodic.c, downrate_stability_callback, save_stability_callback;
// src/core/mainloop/mainloop.c, clean_caches_callback.
func (r Release) advance(s State, in Input) State {
	if ticks, _ := wfu.Ticks(s.Ledger.LastDownrated, in.Now); s.Ledger.LastDownrated.IsZero() || ticks > maxTicks {
		s.Ledger = r.discount(s.Ledger, in.Now)
	}
	held := heldBy(in)
	for changed := true; ; {
		tick := s.Ledger.LastDownrated.Add(wfu.DiscountInterval)
		due := tick.Add(r.tickDelay())
		from := due // without a discount since the last one there is nothing to forget or to save
		if changed {
			from = min(due, s.Now.Add(1))
		}
		half := from.Add(halfHour - 1 - (from.Sub(s.Started)+halfHour-1)%halfHour)
		next := min(due, half)
		if next > in.Now {
			break
		}
		s.Now = max(s.Now, next)
		if next == due {
			s.Ledger = s.Ledger.Discount(tick)
			changed = true
		}
		if next == half {
			s.Ledger = s.Ledger.Forget()
			s = s.save(held, half)
			changed = false
		}
	}
	s.Now = max(s.Now, in.Now)
	s.Ledger = s.Ledger.Clone()
	return s
}
