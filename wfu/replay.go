package wfu

import "iter"

// Observation says that a relay is running, or is not, from a moment on until the
// next observation.
type Observation struct {
	// At is when.
	At Instant
	// Running is whether the relay could be reached.
	Running bool
}

// Observer is how an authority finds out about relays. It tests each now and
// then, and asks itself only when it votes whether the last success is too long
// ago. So outages shorter than the cycle leave no trace, nor do many of up to an
// hour, and the length of the others is known to within a cycle.
//
// The zero Observer is one that misses nothing: every observation is an event
// at its own time. Take it when the observations are an authority's own, like
// the flag Running in a series of its votes.
type Observer struct {
	// Cycle is the time from one test of a relay to the next, in seconds. An
	// outage counts from the first test it made fail. 0: no tests, see Observer.
	Cycle int64
	// CycleOffset is when in the cycle the test of this relay falls: at every
	// Unix time that leaves this remainder. With Tor it is its own for each
	// group of relays with the same first byte of the identity, modulo 128.
	CycleOffset int64
	// Timeout is how long after the last success a relay counts as running, in
	// seconds; at least Cycle.
	Timeout int64
	// VoteInterval is the time from one vote to the next, in seconds; at least 1.
	VoteInterval int64
	// VoteOffset is when in the interval the vote is made, like CycleOffset.
	VoteOffset int64
}

// LiveObserver is an authority of the public network: tests every 1280 seconds,
// a timeout of 45 minutes, votes 10 minutes before each hour.
//
// C: src/feature/dirauth/reachability.h, REACHABILITY_TEST_CYCLE_PERIOD;
// src/feature/dirauth/voteflags.c, REACHABLE_TIMEOUT,
// dirserv_set_router_is_running.
// Since: 0.2.2.24-alpha (outages count from the failed test).
func LiveObserver() Observer {
	return Observer{Cycle: 1280, Timeout: 45 * 60, VoteInterval: 60 * 60, VoteOffset: 50 * 60}
}

// Replay is the history that the observer has of a relay at a moment, and when
// its discount clock then last ticked, from what truly happened to the relay
// until then. clock is when the discount last ticked before the first
// observation, or ticks later on; zero sets it at the first observation.
//
// Observations are in order of time; one that is earlier than its predecessor
// counts as at the same time. In a second that has several, ticks come first,
// then tests, then votes. Before the first observation nothing is known. The cost
// grows with the observations, whatever the time between them, and with the ticks.
func (o Observer) Replay(observations iter.Seq[Observation], clock, until Instant) (h History, ticked Instant) {
	o.Cycle = max(o.Cycle, 0)
	o.Timeout = max(o.Timeout, o.Cycle)
	o.VoteInterval = max(o.VoteInterval, 1)
	until = within(until)
	r := replay{Observer: o, clock: clock}
	for ob := range observations {
		at := within(ob.At)
		if at > until {
			break
		}
		if !r.seen {
			r.seen, r.now, r.noted = true, at, at
		}
		r.pass(at)
		r.running = ob.Running
		switch {
		case o.Cycle > 0:
		case ob.Running:
			r.note(r.now, History.Reachable, r.now)
		default:
			r.note(r.now, History.Unreachable, r.now)
		}
	}
	if !r.seen {
		_, ticked = Ticks(clock, until)
		return History{}, ticked
	}
	r.pass(until + 1)
	return r.h.Advance(r.noted, r.clock, until)
}

// within keeps times where the next test or vote after them is still a time.
func within(t Instant) Instant { return min(max(t, -endOfTime), endOfTime) }

// replay is an observer at work.
type replay struct {
	Observer
	h       History
	clock   Instant
	noted   Instant // the latest event of h and clock
	now     Instant // what is before has been replayed
	seen    bool    // there has been an observation
	running bool    // what is true since the latest
	last    Instant // the latest successful test
	reached bool    // there has been one
}

// pass replays the time before end, during which nothing changes.
func (r *replay) pass(end Instant) {
	if r.now >= end || r.Cycle == 0 {
		r.now = max(r.now, end)
		return
	}
	if first := next(r.now, r.Cycle, r.CycleOffset); r.running && first < end {
		r.votes(first)
		r.note(first, History.Reachable, first)
		// The tests between the first and the last come in time for all votes.
		r.reached, r.last = true, first.Add((end-1).Sub(first)/r.Cycle*r.Cycle)
		r.now = r.last
	}
	r.votes(end)
	r.now = end
}

// votes makes the votes until end, of which only the first that finds the relay
// down changes anything.
func (r *replay) votes(end Instant) {
	if !r.h.Running() && r.h.StartOfDowntime != 0 {
		return
	}
	from := r.now
	if r.reached {
		from = max(from, r.last.Add(r.Timeout))
	}
	vote := next(from, r.VoteInterval, r.VoteOffset)
	if vote >= end {
		return
	}
	when := vote
	if r.reached {
		when = min(when, r.last.Add(r.Cycle))
	}
	r.note(vote, History.Unreachable, when)
}

// note makes an event part of the history at the moment of noting, which is not
// always that of the event.
func (r *replay) note(at Instant, event func(History, Instant) History, when Instant) {
	r.h, r.clock = r.h.Advance(r.noted, r.clock, at)
	r.h = event(r.h, when)
	r.noted = at
}

// next is the first time from t on that leaves a remainder to an interval.
func next(t Instant, interval, offset int64) Instant {
	wait := (offset%interval - int64(t)%interval) % interval
	if wait < 0 {
		wait += interval
	}
	return t.Add(wait)
}

// Without is the observations as they would have been had the relay been running
// from a moment until another: what had its history been without last week's
// outage? Replay tells. Time before the first observation stays unknown.
func Without(observations iter.Seq[Observation], from, until Instant) iter.Seq[Observation] {
	return func(yield func(Observation) bool) {
		const before, during, after = 0, 1, 2
		phase, seen := before, false
		running := false // what was true at the latest observation
		for ob := range observations {
			if !seen {
				seen, from = true, max(from, ob.At)
			}
			if phase == before && ob.At >= from {
				if phase = during; from < until && !yield(Observation{from, true}) {
					return
				}
			}
			if phase == during && ob.At >= until {
				if phase = after; ob.At > until && from < until && !yield(Observation{until, running}) {
					return
				}
			}
			if phase != during && !yield(ob) {
				return
			}
			running = ob.Running
		}
		if !seen || from >= until || phase == after {
			return
		}
		if phase == before && !yield(Observation{from, true}) {
			return
		}
		yield(Observation{until, running})
	}
}
