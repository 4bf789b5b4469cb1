package torlab

import "fmt"

// A Scenario says which network to make. The zero value of every field but Seed leaves the choice to the seed.
type Scenario struct {
	// Name is that of the bundle, Special what is unusual about it, for people.
	Name, Special string
	// Seed decides everything that is not said here.
	Seed uint64
	// View tells apart the authorities of one network: each has histories, measurements, lists and options of its own.
	View int
	// Diverge: they hold different descriptors, too. They fetch from each other what they lack as soon as they have each
	// other's votes, so that nobody can say what each held when it made its own.
	Diverge bool
	// Relays is their number.
	Relays int
	// Live: without TestingTorNetwork, as the public network's authorities run.
	Live bool
	// Votes is how many the authority makes; the last one is kept. 0: one. A live one can make only one.
	Votes int
	// LatePost: the relays' descriptors reach the authority only after it has started.
	LatePost bool
	// Self: the authority is one of the relays.
	Self bool
	// Measured is the share of relays in the bandwidth file; below 0: there is no such file.
	Measured float64
	// NoHistory: the authority starts without a history file.
	NoHistory bool
	// Speed is the usual bandwidth of a relay in kB/s.
	Speed int64
	// Options are more torrc lines, after those the seed chose; Plain: the seed chooses none.
	Options []string
	Plain   bool
	// Params are consensus parameters in force when the authority starts.
	Params map[string]int64
}

// Settle fills in what the scenario leaves to the seed.
func (s Scenario) Settle() Scenario {
	d := newDice(s.Seed, fmt.Sprintf("scenario %d", s.View))
	relays := int64(pick(d, 1, 2, 3, 7, 8, 9)) + int64(d.ExpFloat64()*60)
	if s.Relays == 0 {
		s.Relays = int(min(relays, 400))
	}
	if speed := pick[int64](d, 40, 110, 300, 2000, 2100, 4000, 9000); s.Speed == 0 {
		s.Speed = speed
	}
	if share := pick(d, -1, -1, 0.1, 0.6, 0.9, 1); s.Measured == 0 {
		s.Measured = share
	}
	if none := d.chance(0.08); none {
		s.NoHistory = true
	}
	s.Votes = max(s.Votes, 1)
	return s
}

// RandomScenario is one of any kind that a single authority can run.
func RandomScenario(seed uint64) Scenario {
	d := newDice(seed, "kind")
	s := Scenario{Name: fmt.Sprintf("seed-%d", seed), Seed: seed}
	switch {
	case d.chance(0.25):
		s.Live = true
	case d.chance(0.3):
		s.Votes = 2 + d.IntN(2)
	case d.chance(0.15):
		s.LatePost = true
	}
	s.Self = d.chance(0.15)
	if d.chance(0.3) {
		// In bytes a second, and the least need not be less than the most.
		s.Params = map[string]int64{
			"FastFlagMinThreshold": d.around(pick[int64](d, 4, 37000, 100000), 1000),
			"FastFlagMaxThreshold": d.around(pick[int64](d, 30000, 38000, 90000, 1<<30), 1000),
		}
	}
	return s
}
