package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/exposure"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/internal/synth"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// many is how many relays most questions are about, few how many the slow ones are.
const (
	many = 3000
	few  = 150
)

func answer(to *folder) {
	relays := population(many)
	writeRelays(to, "relays", relays)
	histories := past(many)
	writeHistories(to, "past", histories)
	answerHistories(to, histories)
	answerRules(to, relays)
	answerForesight(to, relays, histories)
	network := synth.New(1000, 7)
	answerDocument(to, "vote", network.Vote())
	answerDocument(to, "consensus", network.Consensus())
	answerLedger(to, histories)
}

func writeRelays(to *folder, name string, relays []guard.Relay) {
	type relay = guard.Relay
	column(to, name+".facts", relays, func(r relay) consensus.Flag { return r.Facts.Known() })
	column(to, name+".active", relays, func(r relay) bool { return r.Active })
	column(to, name+".offers_hsdir", relays, func(r relay) bool { return r.OffersHSDir })
	column(to, name+".has_dir_port", relays, func(r relay) bool { return r.HasDirPort })
	column(to, name+".buggy", relays, func(r relay) bool { return r.Buggy })
	column(to, name+".vulnerable", relays, func(r relay) bool { return r.Vulnerable })
	column(to, name+".advertised", relays, func(r relay) bandwidth.KB { return r.Advertised })
	column(to, name+".measured", relays, func(r relay) bandwidth.KB { return r.Measured })
	column(to, name+".is_measured", relays, func(r relay) bool { return r.IsMeasured })
	column(to, name+".advertised_bytes", relays, func(r relay) uint32 { return r.AdvertisedBytes })
	column(to, name+".uptime", relays, func(r relay) int64 { return r.Uptime })
	column(to, name+".hsdir_uptime", relays, func(r relay) int64 { return r.HSDirUptime })
	column(to, name+".wfu", relays, func(r relay) float64 { return r.WFU })
	column(to, name+".time_known", relays, func(r relay) int64 { return r.TimeKnown })
	column(to, name+".mtbf", relays, func(r relay) float64 { return r.MTBF })
	column(to, name+".strip", relays, func(r relay) consensus.Flag { return r.Strip })
	column(to, name+".pin", relays, func(r relay) consensus.Flag { return r.Pin })
	column(to, name+".unknown", relays, func(r relay) guard.Unknowns { return r.Unknown })
}

func writeHistories(to *folder, name string, histories []wfu.History) {
	type history = wfu.History
	column(to, name+".weighted_run_length", histories, func(h history) uint64 { return h.WeightedRunLength })
	column(to, name+".total_run_weights", histories, func(h history) float64 { return h.TotalRunWeights })
	column(to, name+".weighted_uptime", histories, func(h history) uint64 { return h.WeightedUptime })
	column(to, name+".total_weighted_time", histories, func(h history) uint64 { return h.TotalWeightedTime })
	column(to, name+".start_of_run", histories, func(h history) wfu.Instant { return h.StartOfRun })
	column(to, name+".start_of_downtime", histories, func(h history) wfu.Instant { return h.StartOfDowntime })
}

// orNever is a moment, or what stands for none.
func orNever(at wfu.Instant, ever bool) int64 {
	if !ever {
		return math.MaxInt64
	}
	return int64(at)
}

func answerHistories(to *folder, histories []wfu.History) {
	type history = wfu.History
	to.column("now", []wfu.Instant{now, clock})
	column(to, "measure.wfu", histories, func(h history) float64 { return h.WFU(now) })
	column(to, "measure.time_known", histories, func(h history) int64 { return h.TimeKnown(now) })
	column(to, "measure.mtbf", histories, func(h history) float64 { return h.MTBF(now) })
	column(to, "measure.uptime", histories, func(h history) int64 { return h.Uptime(now) })

	up, noted, later := make([]bool, len(histories)), slices.Clone(histories), slices.Clone(histories)
	discounted, ticked := slices.Clone(histories), wfu.Instant(0)
	for i, h := range histories {
		if up[i] = i%3 > 0; up[i] {
			noted[i] = h.Reachable(now)
		} else {
			noted[i] = h.Unreachable(now)
		}
		discounted[i] = h.Discount(3)
		later[i], ticked = h.Advance(now, clock, now+10*day)
	}
	to.column("note.up", up)
	writeHistories(to, "note", noted)
	writeHistories(to, "discount", discounted)
	writeHistories(to, "advance", later)
	due, at := wfu.Ticks(clock, now+10*day)
	to.column("ticks", []int64{due, int64(at), int64(ticked)})

	column(to, "reach.wfu", histories, func(h history) int64 { return orNever(h.ReachWFU(now, clock, 0.97)) })
	column(to, "reach.time_known", histories, func(h history) int64 { return orNever(h.ReachTimeKnown(now, clock, 9*day)) })
	column(to, "reach.mtbf", histories, func(h history) int64 { return orNever(h.ReachMTBF(now, clock, 6*day)) })
	column(to, "outage_budget", histories, func(h history) int64 {
		if seconds, ok := h.OutageBudget(now, clock, 0.98); ok {
			return seconds
		}
		return -1
	})
	column(to, "recover", histories, func(h history) int64 { return orNever(h.Recover(now, clock, 2*day, 0.98)) })

	var h wfu.History
	var sampled wfu.Sampled
	var continuous wfu.Continuous
	tick := now - 7*hour // with a phase of 5 hours
	courses := map[string][]float64{}
	for i, is := range up {
		at := now + wfu.Instant(i*hour)
		if is {
			h = h.Reachable(at)
		} else {
			h = h.Unreachable(at)
		}
		h, tick = h.Advance(at, tick, at+hour)
		sampled, continuous = sampled.Sample(is), continuous.After(hour, is)
		for name, v := range map[string]float64{
			"authority.wfu": h.WFU(at + hour), "authority.time_known": float64(h.TimeKnown(at + hour)),
			"sampled.wfu": sampled.WFU(), "sampled.time_known": float64(sampled.Time),
			"continuous.wfu": continuous.WFU(), "continuous.time_known": continuous.Time,
		} {
			courses[name] = append(courses[name], v)
		}
	}
	for name, values := range courses {
		to.column("course."+name, values)
	}
}

// numbers are thresholds in the order of types.h.
func numbers(t guard.Thresholds) []float64 {
	number := func(is bool) float64 {
		if is {
			return 1
		}
		return 0
	}
	return []float64{t.StableMTBF, t.GuardWFU, float64(t.GuardTimeKnown), float64(t.StableUptime), float64(t.Fast),
		float64(t.GuardIncludingExits), float64(t.GuardExcludingExits),
		number(t.EnoughMTBF), number(t.IgnoringAdvertised), number(t.InBytes), number(t.ScarceExits)}
}

func answerRules(to *folder, relays []guard.Relay) {
	var names, differences []string
	for _, rules := range guard.Releases() {
		names = append(names, rules.Name)
	}
	to.lines("releases", names)
	latest := guard.Latest()
	for d := range guard.Article2013().Differences(latest) {
		differences = append(differences, d.String())
	}
	to.lines("differences", differences)
	to.column("values", []float64{latest.GuardWFU, float64(latest.GuardTimeKnown), float64(latest.GuardBandwidth), float64(latest.GuardNeeds)})
	strict := latest
	strict.GuardWFU, strict.GuardTimeKnown = 0.995, 20*day

	for name, rules := range map[string]guard.Rules{"latest": latest, "article": guard.Article2013(), "strict": strict, "first": guard.Releases()[0]} {
		t := rules.Thresholds(relays)
		to.column("thresholds."+name, numbers(t))
		column(to, "decide."+name+".flags", relays, func(r guard.Relay) consensus.Flag { return rules.Decide(r, t).Flags.Known() })
		column(to, "decide."+name+".cannot_tell", relays, func(r guard.Relay) consensus.Flag { return rules.Decide(r, t).CannotTell })
		column(to, "decide."+name+".against", relays, func(r guard.Relay) guard.Reasons { return rules.Decide(r, t).Against })
		var against, flags []string
		for _, r := range relays {
			d := rules.Decide(r, t)
			against, flags = append(against, d.Against.String()), append(flags, d.Flags.String())
		}
		to.lines("words."+name+".against", against)
		to.lines("words."+name+".flags", flags)
	}
}

// allWeights are weights in the order of their names.
func allWeights(w bandwidth.Weights) []int64 {
	return []int64{w.Wbd, w.Wbe, w.Wbg, w.Wbm, w.Wdb, w.Web, w.Wed, w.Wee, w.Weg, w.Wem,
		w.Wgb, w.Wgd, w.Wgg, w.Wgm, w.Wmb, w.Wmd, w.Wme, w.Wmg, w.Wmm}
}

func answerForesight(to *folder, relays []guard.Relay, histories []wfu.History) {
	var all, part foresight.Network
	all.Rules = guard.Latest()
	part.Rules = all.Rules
	keep := make([]bool, len(relays))
	for i, r := range relays {
		binary.BigEndian.PutUint32(r.Identity[:], uint32(i))
		all.Relays = append(all.Relays, r)
		if keep[i] = i%5 > 0; keep[i] {
			part.Relays = append(part.Relays, r)
		}
	}
	to.column("outcome.keep", keep)
	for name, network := range map[string]foresight.Network{"all": all, "part": part} {
		o := network.Outcome()
		flags, shares := make([]consensus.Flag, len(relays)), make([]float64, len(relays))
		for i, r := range o.Relays {
			at := binary.BigEndian.Uint32(r.Identity[:])
			flags[at], shares[at] = o.Decisions[i].Flags.Known(), o.Shares[i]
		}
		to.column("outcome."+name+".flags", flags)
		to.column("outcome."+name+".shares", shares)
		to.column("outcome."+name+".thresholds", numbers(o.Thresholds))
		to.column("outcome."+name+".weights", allWeights(o.Weights))
	}

	values := []float64{0.9, 0.95, 0.98, 0.999}
	which, err := foresight.ParseConstant("GuardWFU")
	to.note(err)
	points := all.Sweep(which, values)
	to.column("sweep.values", values)
	type point = foresight.Point
	column(to, "sweep.guards", points, func(p point) int64 { return int64(p.Guards.Relays) })
	column(to, "sweep.gained", points, func(p point) int64 { return int64(p.Gained.Relays) })
	column(to, "sweep.lost", points, func(p point) int64 { return int64(p.Lost.Relays) })
	column(to, "sweep.guards_kb", points, func(p point) int64 { return int64(p.Guards.Bandwidth) })
	column(to, "sweep.gained_kb", points, func(p point) int64 { return int64(p.Gained.Bandwidth) })
	column(to, "sweep.lost_kb", points, func(p point) int64 { return int64(p.Lost.Bandwidth) })

	t := all.Rules.Thresholds(relays)
	var outlooks []foresight.Outlook
	var back []int64
	for i := range few {
		f := foresight.Future{Rules: all.Rules, Thresholds: t, Relay: relays[i], History: histories[i], Clock: clock, Now: now}
		outlooks = append(outlooks, f.Outlook(consensus.Guard))
		back = append(back, int64(f.After(day).Outlook(consensus.Guard).Gained.Latest))
	}
	type outlook = foresight.Outlook
	column(to, "forecast.gained", outlooks, func(o outlook) int64 { return int64(o.Gained.Latest) })
	column(to, "forecast.for_good", outlooks, func(o outlook) int64 { return int64(o.ForGood) })
	column(to, "forecast.survives", outlooks, func(o outlook) int64 { return o.Survives })
	to.column("forecast.back", back)
}

func answerLedger(to *folder, histories []wfu.History) {
	l := wfu.Ledger{StoredAt: now, TrackedSince: now - 400*day, LastDownrated: clock, Relays: map[[20]byte]wfu.History{}}
	for i, h := range histories {
		l.Relays[[20]byte{0: byte(i), 1: byte(i >> 8), 19: byte(i % 2)}] = h
	}
	text, err := l.AppendText(nil)
	to.note(err)
	to.file("ledger.doc", text)
	read, _, err := wfu.ParseLedger(text)
	to.note(err)
	var ids [][20]byte
	for id := range read.Relays {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b [20]byte) int { return slices.Compare(a[:], b[:]) })
	var fingerprints []string
	var sorted []wfu.History
	for _, id := range ids {
		fingerprints, sorted = append(fingerprints, consensus.Fingerprint(id).String()), append(sorted, read.Relays[id])
	}
	to.lines("ledger.fingerprint", fingerprints)
	to.column("ledger.times", []wfu.Instant{read.StoredAt, read.TrackedSince, read.LastDownrated})
	writeHistories(to, "ledger", sorted)
}

func answerDocument(to *folder, name string, text []byte) {
	to.file(name+".doc", text)
	doc, err := consensus.Parse(text)
	to.note(err)
	type entry = consensus.Entry
	var fingerprints, nicknames []string
	for _, e := range doc.Entries {
		fingerprints, nicknames = append(fingerprints, e.Identity.String()), append(nicknames, string(e.Nickname))
	}
	to.lines(name+".fingerprint", fingerprints)
	to.lines(name+".nickname", nicknames)
	column(to, name+".address", doc.Entries, func(e entry) uint32 { four := e.Address.As4(); return binary.BigEndian.Uint32(four[:]) })
	column(to, name+".flags", doc.Entries, func(e entry) consensus.Flag { return e.Flags.Known() })
	column(to, name+".bandwidth", doc.Entries, func(e entry) bandwidth.KB { return e.Weight.Bandwidth })
	column(to, name+".measured", doc.Entries, func(e entry) bandwidth.KB { return e.Weight.Measured })
	column(to, name+".is_measured", doc.Entries, func(e entry) bool {
		return doc.Header.Vote && e.Weight.HasMeasured || !doc.Header.Vote && !e.Weight.Unmeasured
	})
	column(to, name+".published", doc.Entries, func(e entry) wfu.Instant { return e.Published })
	column(to, name+".or_port", doc.Entries, func(e entry) uint16 { return e.ORPort })
	column(to, name+".dir_port", doc.Entries, func(e entry) uint16 { return e.DirPort })
	column(to, name+".wfu", doc.Entries, func(e entry) float64 {
		if !e.HasStats {
			return math.NaN()
		}
		return e.Stats.WFU
	})
	column(to, name+".mtbf", doc.Entries, func(e entry) float64 {
		if !e.HasStats {
			return math.NaN()
		}
		return e.Stats.MTBF
	})
	column(to, name+".time_known", doc.Entries, func(e entry) int64 {
		if !e.HasStats {
			return -1
		}
		return e.Stats.TimeKnown
	})
	totals := doc.Totals()
	to.column(name+".header", []int64{int64(doc.Header.ValidAfter), int64(doc.Header.Published), totals.G, totals.M, totals.E, totals.D,
		totals.T, int64(doc.Header.Method)})
	if doc.Header.Vote {
		answerVote(to, doc)
	} else {
		answerConsensus(to, doc)
	}
}

func answerVote(to *folder, doc consensus.Document) {
	var relays []guard.Relay
	for _, e := range doc.Entries {
		relays = append(relays, guard.FromVote(doc.Header, e))
	}
	writeRelays(to, "vote.relays", relays)
	t, err := guard.ParseThresholds(doc.Header.FlagThresholds)
	to.note(err)
	to.column("vote.thresholds", numbers(t))
}

func answerConsensus(to *folder, doc consensus.Document) {
	w, err := bandwidth.ParseWeights(doc.Footer.BandwidthWeights)
	to.note(err)
	to.column("weights.published", allWeights(w))
	solved, _, err := bandwidth.Solve(bandwidth.Totals{G: 28045630, M: 4774561, E: 1733570, D: 8003370, T: 42557131}, 10000)
	to.note(err)
	to.column("weights.solved", allWeights(solved))
	var guards []float64
	for name, position := range map[string]bandwidth.Position{"guard": bandwidth.PositionGuard, "middle": bandwidth.PositionMiddle, "exit": bandwidth.PositionExit} {
		column(to, "weigh."+name, doc.Entries, func(e consensus.Entry) float64 { return w.Weigh(position, e.Flags.Kind(), e.Weight.Bandwidth) })
	}
	for _, e := range doc.Entries {
		guards = append(guards, w.Weigh(bandwidth.PositionGuard, e.Flags.Kind(), e.Weight.Bandwidth))
	}
	to.column("probabilities", bandwidth.AppendProbabilities(nil, guards))
	sampler, source := bandwidth.NewSampler(guards), rand.NewPCG(5, 0)
	drawn := make([]int64, 500)
	for i := range drawn {
		drawn[i] = int64(sampler.Draw(source))
	}
	to.column("draw", drawn)

	for _, m := range exposure.Models() {
		to.column("shares."+m.Name, m.AppendShares(nil, doc.Entries, w))
	}
	shares, set := exposure.TorSince030().AppendShares(nil, doc.Entries, w), []int{3, 14, 159, 265}
	e := exposure.Simulate(shares, set, 3, 20000, rand.NewPCG(9, 0))
	d := exposure.DiversityOf(shares)
	to.column("exposure", []float64{exposure.AnyOf(shares, set, 1), exposure.AnyOf(shares, set, 3), e.P, e.StdErr, d.Entropy, d.Effective, d.Largest})
	var found []int64
	for _, i := range exposure.Find(doc.Entries, string(doc.Entries[7].Nickname)) {
		found = append(found, int64(i))
	}
	to.column("find", found)
}
