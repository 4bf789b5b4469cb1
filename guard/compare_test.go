package guard_test

import (
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// TestCompareAllowsForWhatAVoteRoundsAndNotMore has one number of a relay just above its threshold, in a vote that does not
// call it a Guard, or just below, in one that does.
func TestCompareAllowsForWhatAVoteRoundsAndNotMore(t *testing.T) {
	rules := guard.Latest()
	th := guard.Thresholds{
		StableMTBF: 1000, Fast: 102, GuardWFU: 0.97, GuardTimeKnown: 600_000, EnoughMTBF: true,
		GuardIncludingExits: 3000, GuardExcludingExits: 3000,
	}
	const second = 1.0 / 600_000 // what one is to the WFU of a relay known for that long
	wfu := func(d float64) func(*guard.Relay) { return func(r *guard.Relay) { r.WFU = 0.97 + d } }
	known := func(d int64) func(*guard.Relay) { return func(r *guard.Relay) { r.TimeKnown = 600_000 + d } }
	mtbf := func(d float64) func(*guard.Relay) { return func(r *guard.Relay) { r.MTBF = 1000 + d } }
	for _, test := range []struct {
		why    string
		source guard.Source
		change func(*guard.Relay)
		voted  bool
		within bool
	}{
		{"WFU at the threshold, not voted", guard.Recomputed, wfu(0), false, true},
		{"two roundings and two seconds above", guard.Recomputed, wfu(0.9e-6 + 1.9*second), false, true},
		{"more than that", guard.Recomputed, wfu(1.1e-6 + 2.1*second), false, false},
		{"two roundings and two seconds below", guard.Recomputed, wfu(-0.9e-6 - 1.9*second), true, true},
		{"more than that", guard.Recomputed, wfu(-1.1e-6 - 2.1*second), true, false},
		{"the published threshold has five decimals", guard.Published, wfu(5.4e-6 + 0.9*second), false, true},
		{"more than that above", guard.Published, wfu(5.6e-6 + 1.1*second), false, false},
		{"more than that below", guard.Published, wfu(-5.6e-6 - 1.1*second), true, false},
		{"time known of the next second", guard.Published, known(0), false, true},
		{"of the one after", guard.Published, known(1), false, false},
		{"of the second before", guard.Published, known(-1), true, false},
		{"where the threshold is recomputed, it too may be of the next second", guard.Recomputed, known(-1), true, true},
		{"but not of the one after", guard.Recomputed, known(-2), true, false},
		{"two roundings of the MTBF, and a second, above", guard.Recomputed, mtbf(1.9), false, true},
		{"more than that", guard.Recomputed, mtbf(2.1), false, false},
		{"two roundings of the MTBF, and a second, below", guard.Recomputed, mtbf(-1.9), true, true},
		{"more than that", guard.Recomputed, mtbf(-2.1), true, false},
		{"a rounding, a second, and the fraction that the published threshold lost", guard.Published, mtbf(2.4), false, true},
		{"more than that", guard.Published, mtbf(2.6), false, false},
		{"a rounding below", guard.Published, mtbf(-0.4), true, true},
		{"more than that", guard.Published, mtbf(-0.6), true, false},
	} {
		relay := guard.Relay{
			Facts:  consensus.FlagsOf(consensus.Running, consensus.V2Dir, consensus.Valid),
			Active: true, Advertised: 3000, WFU: 1, TimeKnown: 600_001, MTBF: 2000,
		}
		test.change(&relay)
		voted := consensus.FlagsOf(consensus.Fast)
		if test.voted {
			voted = voted.With(consensus.Guard | consensus.Stable)
		}
		c := rules.Compare(relay, th, test.source, voted)
		if got := c.Within&consensus.Guard != 0; got != test.within || c.Agree&consensus.Guard != 0 {
			t.Errorf("%s (%v): within %v, disagree %v, agree %v", test.why, test.source, c.Within, c.Disagree, c.Agree)
		}
	}
}

// TestUptimesWrapAround: tor compares 32 bits of an uptime with the median, and all of it with the guarantee.
func TestUptimesWrapAround(t *testing.T) {
	rules := guard.Latest()
	relay := guard.Relay{Uptime: 1<<32 + 5}
	th := guard.Thresholds{StableUptime: 6}
	if got := rules.Decide(relay, th).Answer(consensus.Stable); got != guard.Yes {
		t.Errorf("above 30 days: %v", got)
	}
	rules.StableUptime = 1 << 40
	if got := rules.Decide(relay, th).Answer(consensus.Stable); got != guard.No {
		t.Errorf("5 seconds in 32 bits: %v", got)
	}
	th.StableUptime = 5
	if got := rules.Decide(relay, th).Answer(consensus.Stable); got != guard.Yes {
		t.Errorf("5 seconds in 32 bits, 5 needed: %v", got)
	}
}
