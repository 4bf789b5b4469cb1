package foresight_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
	"github.com/seed-84712aaa/guardmath/internal/torlab"
)

// contains reports whether a value is among the estimate's.
func contains(e foresight.Estimate, value float64) bool {
	if value < 1 && (e.Constant == foresight.FastGuarantee || e.Constant == foresight.GuardBandwidth) {
		return e.None
	}
	return e.Low <= value && value <= e.High
}

// inferred is what is inferred from a bundle's vote by somebody who expects every option at its default. What is public
// is known of the truth: consensus parameters, and, of a testing network, the floor of bandwidths that count.
func inferred(t *testing.T, b torlab.Bundle, truth guard.Rules) foresight.Inference {
	t.Helper()
	expected := guard.Latest()
	expected.FastMin, expected.FastMax, expected.MinCounted = truth.FastMin, truth.FastMax, truth.MinCounted
	review, err := expected.ReviewVote(b.Vote, guard.Published)
	if err != nil {
		t.Fatal(err)
	}
	return foresight.Infer(expected, review)
}

// remade is the vote that the library makes of the bundle's files, which is the one that tor made, and tells what that
// does not show.
func remade(t *testing.T, b torlab.Bundle) authority.Vote {
	t.Helper()
	vote, _, err := b.Remake()
	if err != nil {
		t.Fatal(err)
	}
	return vote
}

// accused are the misfits by relay and flag, "$… Guard".
func accused(inference foresight.Inference) (all []string) {
	for _, m := range inference.Unexplained {
		all = append(all, m.Identity.String()+" "+m.Flag.String())
	}
	slices.Sort(all)
	return all
}

// listed are the decisions of an authority that came of its lists, or of another measurement than it printed, and
// can be seen to: the rules it had, without the lists, would have decided otherwise.
func listed(vote authority.Vote) (all []string) {
	for _, e := range vote.Entries {
		shown := e.Relay
		shown.Strip, shown.Pin = 0, 0
		if e.Relay.Strip&consensus.V2Dir != 0 {
			shown.Facts = shown.Facts.Without(consensus.V2Dir)
		}
		if e.Weight.HasMeasured {
			shown.Measured = e.Weight.Measured
		}
		d := vote.Rules.Decide(shown, vote.Thresholds)
		for _, flag := range []consensus.Flag{consensus.Guard, consensus.HSDir} {
			has := e.Flags.Has(flag)
			if has == d.Flags.Has(flag) || flag == consensus.HSDir && !has {
				continue // whether HSDir was stripped no vote shows
			}
			if flag == consensus.HSDir && d.Against.Of(flag)&^(guard.ShortUptime|guard.NotOffered) == 0 {
				continue // nor what this was against
			}
			all = append(all, shown.Identity.String()+" "+flag.String())
		}
	}
	slices.Sort(all)
	return all
}

// bundlesIn are the bundles in a folder's subfolders whose votes have stats lines.
func bundlesIn(t *testing.T, dir string) map[string]torlab.Bundle {
	t.Helper()
	bundles := map[string]torlab.Bundle{}
	folders, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		b := torlab.ReadBundle(t, filepath.Join(dir, folder.Name()))
		if strings.Contains(string(b.Vote), "\nstats ") {
			bundles[folder.Name()] = b
		}
	}
	return bundles
}

// planted are the bundles whose authority had options that its vote shows: then their defaults are ruled out.
var planted = map[string]struct {
	why      string
	ruledOut []foresight.Constant
}{
	"opt-fast1m": {"an eighth of the relays is slower than 373 KB/s, which is more than 102", []foresight.Constant{foresight.FastGuarantee}},
	"opt-frac50-gbw0": {"the two bandwidths stand in the middle, and relays of 2097 KB/s and more are refused",
		[]foresight.Constant{foresight.GuardBandwidth, foresight.GuardFraction}},
	"opt-gbw0":     {"relays of 2097 KB/s and more are refused", []foresight.Constant{foresight.GuardBandwidth}},
	"opt-mtbf1d":   {"relays of less than 5 days are Stable", []foresight.Constant{foresight.StableMTBF}},
	"opt-tk2d":     {"it is less than an eighth of the relays have, and so published", []foresight.Constant{foresight.GuardTimeKnown}},
	"opt-wfu50":    {"it is less than the median, and so published", []foresight.Constant{foresight.GuardWFU}},
	"opt-peraddr1": {"addresses are not looked at", nil},
	"opt-nolist":   {"nothing is set that is estimated", nil},
	"fastmin":      {"Fast takes 900 KB/s, by the parameter that is known, which is above the guarantee's 102", []foresight.Constant{foresight.FastGuarantee}},
}

// TestInferenceOfRealVotes: whatever the options of a real authority, they are among those that are inferred; what was set
// and shows is told from the default, and nothing else is; and those on its lists are named, where that shows, and nobody
// else is.
func TestInferenceOfRealVotes(t *testing.T) {
	t.Parallel()
	for name, b := range bundlesIn(t, corpus.Shared(t, "oracle", "bundles")) {
		vote := remade(t, b)
		inference := inferred(t, b, vote.Rules)
		var ruledOut []foresight.Constant
		for _, e := range inference.Estimates {
			if value := e.Constant.Of(vote.Rules); !contains(e, value) {
				t.Errorf("%s: it was %v, inferred is %v", name, value, e)
			}
			taken := e.Constant.Of(inference.Rules)
			if !contains(e, taken) || e.Fits && taken != e.Expected {
				t.Errorf("%s: taken is %v, inferred %v", name, taken, e)
			}
			if !e.Fits {
				ruledOut = append(ruledOut, e.Constant)
			}
		}
		if want := planted[name]; !slices.Equal(ruledOut, want.ruledOut) {
			t.Errorf("%s: %v do not fit, want %v: %s", name, ruledOut, want.ruledOut, want.why)
		}
		if diff := cmp.Diff(listed(vote), accused(inference), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: unexplained (-listed +said):\n%s", name, diff)
		}
	}
}
