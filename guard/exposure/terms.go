package exposure

import (
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Terms are how many guards a client has, and for how long. The zero Terms are of one that has none and keeps them for
// ever.
type Terms struct {
	// Circuits is how many guards it builds its circuits through.
	Circuits int
	// Directory is how many guards it asks for directory documents, those of its circuits among them.
	Directory int
	// Primary is how many guards it has ready, all of the above among them: it uses others only while these are
	// unreachable.
	Primary int

	// Shortest and Longest are the bounds of the time for which a guard is used, in seconds, if it stays in the consensus
	// and reachable. Clients choose the moment at random to hide when they started.
	Shortest, Longest int64
}

const day = 24 * 60 * 60

// Terms are those of such a client under the parameters of a consensus, with no option set in its torrc.
//
// Tor since 0.3.0 gives up a guard once it was sampled at least guard-lifetime-days (120) ago and confirmed at least
// guard-confirmed-min-lifetime-days (60) ago, each date being put back at random by up to a tenth of that time. So a guard
// used since it was sampled is used for 108 to 120 days, and one first used at the end of that time for 54 to 60; Shortest
// and Longest are the least and the most of these. Arti looks at the second date alone: 54 to 60 days. Circuits,
// Directory and Primary are guard-n-primary-guards-to-use (1), guard-n-primary-dir-guards-to-use (3) and
// guard-n-primary-guards (3).
//
// Before, a guard was given up after GuardLifetime (60 days) and 30 days more, less up to 30 days at random. There were
// NumEntryGuards of them (1; 3 in versions before the parameter was common), and NumDirectoryGuards (as many as the
// former).
//
// Spec: guard-spec, "Parameters with suggested values"; param-spec, "Guard-related parameters".
// C: src/feature/client/entrynodes.c, sampled_guards_prune_obsolete_entries, get_n_primary_guards_to_use; before 0.3.0,
// src/or/entrynodes.c, decide_num_guards, guards_get_lifetime.
func (m Model) Terms(params consensus.Params) Terms {
	number := func(name string, fallback, low, high int32) int {
		return int(params.Clamped(name, fallback, low, high))
	}
	days := func(name string, fallback int32) int64 { return int64(params.Clamped(name, fallback, 1, 3650)) * day }

	if m.Keeps == KeepsChosen {
		t := Terms{Circuits: number("NumEntryGuards", 1, 1, 10), Directory: number("NumDirectoryGuards", 0, 0, 10)}
		if t.Directory == 0 {
			t.Directory = t.Circuits
		}
		t.Primary = max(t.Circuits, t.Directory)
		t.Shortest = int64(params.Clamped("GuardLifetime", 60*day, 30*day, 1826*day))
		t.Longest = t.Shortest + 30*day
		return t
	}
	t := Terms{Primary: number("guard-n-primary-guards", 3, 1, math.MaxInt32)}
	t.Circuits = min(t.Primary, number("guard-n-primary-guards-to-use", 1, 1, math.MaxInt32))
	t.Directory = min(t.Primary, number("guard-n-primary-dir-guards-to-use", 3, 1, math.MaxInt32))
	confirmed := days("guard-confirmed-min-lifetime-days", 60)
	t.Shortest, t.Longest = confirmed-confirmed/10, confirmed
	if m.Keeps == KeepsSampled {
		t.Longest = max(confirmed, days("guard-lifetime-days", 120))
	}
	return t
}

// Choices is how often a client has chosen each of its guards after so many seconds, the first choice at their beginning
// included: the fewest times, if every guard is kept for the longest time, and the most. It is once at least.
func (t Terms) Choices(seconds int64) (fewest, most int64) {
	return chosen(seconds, t.Longest), chosen(seconds, t.Shortest)
}

// chosen counts the multiples of every up to and including seconds, 0 among them.
func chosen(seconds, every int64) int64 {
	if seconds <= 0 || every <= 0 {
		return 1
	}
	return 1 + seconds/every
}

// AtLeastOnce is the probability that what happens with probability p happens at least once in so many independent
// choices: with [AnyOf] for p and [Terms.Choices], the probability that a client has met a set of relays by then. A p
// outside of 0 to 1 is taken for the nearer of the two. It is 0 for less than one choice.
func AtLeastOnce(p float64, choices int64) float64 {
	if !(p > 0) || choices <= 0 {
		return 0
	}
	return -math.Expm1(float64(choices) * math.Log1p(-min(p, 1)))
}

// Clients is how many of n clients are to be expected to have something that each has with probability p: the mean and
// the standard deviation of their number.
func Clients(p float64, n int64) (mean, deviation float64) {
	mean = p * float64(n)
	return mean, math.Sqrt(max(0, mean*(1-p)))
}
