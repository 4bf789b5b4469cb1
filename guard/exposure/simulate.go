package exposure

import (
	"math"
	"math/rand/v2"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// Estimate is a probability found by simulation.
type Estimate struct {
	// P is the part of the trials that had it, 0 to 1.
	P float64
	// StdErr is the standard error of P. It is computed as if there had been one more hit and one more miss, so that it
	// is positive even where P is 0 or 1.
	StdErr float64
	// Trials is how many there were.
	Trials int
}

// Simulate is [AnyOf] found by drawing the guards of so many clients. Everything is as said there; the randomness is the
// source's, and the same source in the same state gives the same estimate on every machine. With no trials it is the
// zero Estimate.
func Simulate(shares []float64, set []int, guards, trials int, source rand.Source) Estimate {
	others, inSet := split(shares, set)
	if trials <= 0 {
		return Estimate{}
	}
	hits := 0
	switch {
	case guards <= 0 || inSet == 0:
	case guards > len(others):
		hits = trials
	default:
		client := newClient(others, inSet, source)
		for range trials {
			if client.meetsSet(guards) {
				hits++
			}
		}
	}
	n := float64(trials)
	p := float64(hits+1) / (n + 2)
	return Estimate{P: float64(hits) / n, StdErr: math.Sqrt(p * (1 - p) / n), Trials: trials}
}

// client draws guards. The set is one more column behind the others: who in it was drawn does not matter.
type client struct {
	others  []float64
	inSet   float64
	sampler bandwidth.Sampler
	source  rand.Source
	drawn   []bool // scratch, by index into others
}

func newClient(others []float64, inSet float64, source rand.Source) *client {
	return &client{
		others:  others,
		inSet:   inSet,
		sampler: bandwidth.NewSampler(append(others[:len(others):len(others)], inSet)),
		source:  source,
		drawn:   make([]bool, len(others)),
	}
}

// meetsSet reports whether one of the guards drawn is in the set. The others must be at least as many as the guards.
func (c *client) meetsSet(guards int) bool {
	got := make([]int, 0, guards)
	defer func() {
		for _, i := range got {
			c.drawn[i] = false
		}
	}()
	for range guards {
		i := c.next()
		if i == len(c.others) {
			return true
		}
		c.drawn[i] = true
		got = append(got, i)
	}
	return false
}

// next draws again whenever it draws somebody twice. If that happens often, because those drawn already have nearly all
// of the weight, it looks at each of the rest instead; either way has the same distribution.
func (c *client) next() int {
	for range 16 {
		if i := c.sampler.Draw(c.source); i == len(c.others) || !c.drawn[i] {
			return i
		}
	}
	rest := make([]float64, len(c.others)+1)
	for i, p := range c.others {
		if !c.drawn[i] {
			rest[i] = p
		}
	}
	rest[len(c.others)] = c.inSet
	return bandwidth.NewSampler(rest).Draw(c.source)
}
