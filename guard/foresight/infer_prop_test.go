package foresight_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// plantedRules draws options as operators set them, FastMin and FastMax left alone.
func plantedRules(t *rapid.T) guard.Rules {
	rules := guard.Latest()
	set := func(c foresight.Constant, values ...float64) {
		if rapid.Bool().Draw(t, c.String()+" is set") {
			rules = c.Set(rules, rapid.SampledFrom(values).Draw(t, c.String()))
		}
	}
	set(foresight.FastGuarantee, 0, 1, 999, 38*1024, 256_000, 1<<20)
	set(foresight.GuardBandwidth, 0, 1, 256_000, 1<<20, 5_000_000, 10<<20)
	set(foresight.GuardFraction, 0, 0.1, 0.333333, 0.5, 0.7, 0.9, 0.99)
	set(foresight.GuardTimeKnown, 0, 1, day, 2*day, 8*day+1, 30*day)
	set(foresight.GuardWFU, 0, 0.5, 0.9, 0.975, 0.999, 1)
	set(foresight.StableMTBF, 0, 1, day, 5*day-1, 10*day)
	set(foresight.MinMeasured, 0, 1, 5, 12, 13, 40)
	return rules
}

// ballot draws a network, has an authority with these rules vote on it, and returns what its vote shows, to six decimals,
// some lines a second late.
func ballot(t *rapid.T, rules guard.Rules) guard.Review {
	knowsRunning := rapid.IntRange(0, 4).Draw(t, "knows who is running") > 0
	listsBad := rapid.Bool().Draw(t, "lists bad exits")
	enough := rapid.IntRange(0, 4).Draw(t, "enough MTBF") > 0
	allMeasured := rapid.SampledFrom([]int{0, 1, 3}).Draw(t, "measured, of 3")

	var relays []guard.Relay
	var late []wfu.Stats
	kb := rapid.SampledFrom([]uint32{0, 3, 4, 37, 38, 50, 101, 102, 103, 400, 1000, 2096, 2097, 2098, 3000, 6000, 10000})
	for i := range rapid.IntRange(0, 40).Draw(t, "relays") {
		r := guard.Relay{Identity: consensus.Fingerprint{byte(i)}, Facts: present, Active: true, OffersHSDir: rapid.Bool().Draw(t, "offers")}
		r.Advertised = bandwidth.KB(kb.Draw(t, "KB"))
		if r.IsMeasured = rapid.IntRange(0, 2).Draw(t, "is measured") < allMeasured; r.IsMeasured {
			r.Measured = bandwidth.KB(kb.Draw(t, "measured"))
		}
		some := func(flag consensus.Flag, oneIn int) {
			if rapid.IntRange(1, oneIn).Draw(t, flag.String()) == 1 {
				r.Facts = r.Facts.With(flag)
			}
		}
		some(consensus.Exit, 2)
		some(consensus.BadExit, 6)
		some(consensus.MiddleOnly, 8)
		some(consensus.Sybil, 10)
		if rapid.IntRange(0, 9).Draw(t, "is down") == 0 {
			r.Facts, r.Active = r.Facts.Without(consensus.Running), false
		}
		if rapid.IntRange(0, 9).Draw(t, "no directory") == 0 {
			r.Facts = r.Facts.Without(consensus.V2Dir)
		}
		known := rapid.OneOf(rapid.SampledFrom([]int64{0, 1, day, 2*day - 1, 2 * day, 8*day - 1, 8 * day}), rapid.Int64Range(0, 30*day)).Draw(t, "time known")
		down := rapid.OneOf(rapid.SampledFrom([]int64{0, known / 50, known / 40, known / 10}), rapid.Int64Range(0, known/10)).Draw(t, "down")
		runs := rapid.SampledFrom([]float64{1, 1.95, 3, 7.5}).Draw(t, "runs")
		length := rapid.OneOf(rapid.SampledFrom([]int64{0, day, 5*day - 1, 5 * day}), rapid.Int64Range(0, 40*day)).Draw(t, "run length")
		stats := func(later int64) (s wfu.Stats) {
			s.TimeKnown, s.MTBF = known+later, float64(length+later)/runs
			if s.TimeKnown > 0 {
				s.WFU = float64(known-down+later) / float64(s.TimeKnown)
			}
			return s
		}
		now := stats(0)
		r.WFU, r.TimeKnown, r.MTBF = now.WFU, now.TimeKnown, now.MTBF
		r.Uptime = rapid.SampledFrom([]int64{0, 10 * day, 29 * day, 30 * day, 60 * day}).Draw(t, "uptime")
		r.HSDirUptime = r.Uptime
		relays = append(relays, r)
		late = append(late, stats(int64(rapid.IntRange(0, 1).Draw(t, "late"))))
	}

	known := consensus.FlagsOf(consensus.Authority, consensus.Exit, consensus.Fast, consensus.Guard, consensus.HSDir,
		consensus.MiddleOnly, consensus.Stable, consensus.StaleDesc, consensus.Sybil, consensus.V2Dir, consensus.Valid)
	if knowsRunning {
		known = known.With(consensus.Running)
	}
	if listsBad {
		known = known.With(consensus.BadExit)
	}
	return voteOf(t, rules, relays, late, enough, known)
}

// voteOf is the vote of an authority with these rules and relays, as far as reviews go: decided by exact numbers, shown with
// as many digits as tor prints. Late are the histories at the moment at which the stats lines are written.
func voteOf(t interface{ Fatal(...any) }, rules guard.Rules, relays []guard.Relay, late []wfu.Stats, enough bool, known consensus.Flags) guard.Review {
	th := rules.Thresholds(relays)
	th.EnoughMTBF = enough
	header := consensus.Header{Vote: true, FlagThresholds: th.String(), KnownFlags: known}
	v := guard.Review{Header: header, Known: guard.Decided, HasPublished: true, Source: guard.Published}
	var err error
	if v.Published, err = guard.ParseThresholds(header.FlagThresholds); err != nil {
		t.Fatal(err)
	}
	for i, r := range relays {
		text, _ := late[i].AppendText(nil)
		stats, err := wfu.ParseStats(text)
		if err != nil {
			t.Fatal(err)
		}
		flags := rules.Decide(r, th).Flags.Intersect(known)
		e := consensus.Entry{Identity: r.Identity, Nickname: []byte(r.Nickname), Flags: flags, Stats: stats, HasStats: true}
		e.Weight = consensus.Weight{Bandwidth: r.Advertised, HasBandwidth: true, Measured: r.Measured, HasMeasured: r.IsMeasured}
		v.Entries = append(v.Entries, e)
		v.Relays = append(v.Relays, guard.FromVote(header, e))
		v.Comparisons = append(v.Comparisons, guard.Comparison{Voted: flags})
	}
	return v
}

func whatIsInferredHoldsTheTruth(t *rapid.T) {
	rules := plantedRules(t)
	v := ballot(t, rules)
	inference := foresight.Infer(guard.Latest(), v)
	for _, e := range inference.Estimates {
		if value := e.Constant.Of(rules); !contains(e, value) {
			t.Fatalf("%v was %v: %+v\n%v", e.Constant, value, e, v.Published)
		}
	}
	if len(inference.Unexplained) > 0 {
		t.Fatalf("unexplained: %v", inference.Unexplained)
	}

	// Whoever knows already finds that it fits, and that nothing is unexplained.
	known := foresight.Infer(rules, v)
	for _, e := range known.Estimates {
		if !e.Fits {
			t.Fatalf("%v does not fit: %+v", e.Constant, e)
		}
	}
	if known.Rules != rules || len(known.Unexplained) > 0 {
		t.Fatalf("%+v, unexplained %v", known.Rules, known.Unexplained)
	}
}

func TestInferTruth(t *testing.T) { rapid.Check(t, whatIsInferredHoldsTheTruth) }
func FuzzInferTruth(f *testing.F) { f.Fuzz(rapid.MakeFuzz(whatIsInferredHoldsTheTruth)) }
