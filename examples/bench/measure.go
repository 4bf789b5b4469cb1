package main

import (
	"fmt"
	"runtime"
	"slices"
	"time"
)

// benchmark is a thing to measure. What it takes is made only once it is its turn, and let go afterwards.
type benchmark struct {
	name    string
	prepare func() (contest, error)
}

// contest is us and our peers at the same work.
type contest struct {
	bytes, relays int // the size of the work; 0 where that is no measure of it
	ours          func()
	peers         []peer
	done          []func() // to be called when it is over
}

// peer is somebody else at the work, or at a part of it that bounds it from below.
type peer struct {
	name string
	run  func()
	// took is instead of run for one that takes its own time.
	took func() time.Duration
}

// unit is what the work is over, in words.
func (c contest) unit() string {
	switch {
	case c.bytes > 0 && c.relays > 0:
		return fmt.Sprintf("%d bytes, %d relays", c.bytes, c.relays)
	case c.bytes > 0:
		return fmt.Sprintf("%d bytes", c.bytes)
	}
	return fmt.Sprintf("%d relays", c.relays)
}

// result is a contest's medians.
type result struct {
	name          string
	bytes, relays int
	ours          time.Duration
	peers         []peerResult
}

type peerResult struct {
	name string
	took time.Duration
}

// least is how long a turn lasts at least, in which the work is repeated as often as it takes: the clock costs, and caches that
// another contender has filled with its own take a while.
const least = 10 * time.Millisecond

// measure lets all take turns. The order changes from round to round, lest one always come after the same other.
func measure(c contest, rounds int) result {
	contenders := []func() time.Duration{repeated(c.ours)}
	for _, p := range c.peers {
		if p.took != nil {
			contenders = append(contenders, p.took)
		} else {
			contenders = append(contenders, repeated(p.run))
		}
	}
	runtime.GC()
	times := make([][]time.Duration, len(contenders))
	for round := range rounds {
		for i := range contenders {
			j := (i + round) % len(contenders)
			times[j] = append(times[j], contenders[j]())
		}
	}
	r := result{bytes: c.bytes, relays: c.relays, ours: median(times[0])}
	for i, p := range c.peers {
		r.peers = append(r.peers, peerResult{p.name, median(times[i+1])})
	}
	for _, done := range c.done {
		done()
	}
	return r
}

// repeated is a turn of a contender: the mean of as many repetitions as fill it. The first call finds out how many.
func repeated(run func()) func() time.Duration {
	run() // to warm up
	n := 1
	for {
		start := time.Now()
		for range n {
			run()
		}
		took := time.Since(start)
		if took >= least {
			break
		}
		n = max(2*n, int(float64(n)*1.2*float64(least)/float64(max(took, 1))))
	}
	return func() time.Duration {
		start := time.Now()
		for range n {
			run()
		}
		return time.Since(start) / time.Duration(n)
	}
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
