package foresight_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// slow is one relay in the words of the rule, written apart on purpose: it steps through time second by second, looks at
// the clock at each, and knows of no stretch, no criterion and no other way to tell what will be.
type slow struct {
	runLength, up, known uint64
	runs                 float64
	upSince, downSince   int64 // 0: not
	ticked               int64
	uptime               int64 // the relay's own, and what counts for HSDir
}

func slowly(f foresight.Future) slow {
	h := f.History
	return slow{h.WeightedRunLength, h.WeightedUptime, h.TotalWeightedTime, h.TotalRunWeights,
		int64(h.StartOfRun), int64(h.StartOfDowntime), int64(f.Clock), f.Relay.Uptime}
}

func (s *slow) tick(now int64) {
	alpha := 1.0
	for s.ticked+43200 <= now {
		s.ticked += 43200
		alpha *= 0.95
	}
	if alpha < 1 {
		s.runLength, s.up, s.known = uint64(float64(s.runLength)*alpha), uint64(float64(s.up)*alpha), uint64(float64(s.known)*alpha)
		s.runs *= alpha
		if now > int64(start) && s.upSince == 0 && s.runs < 0.0001 { // it is forgotten
			*s = slow{ticked: s.ticked, uptime: s.uptime}
		}
	}
}

func (s *slow) reach(now int64) {
	if s.upSince == 0 {
		s.upSince = now
	}
	if s.downSince != 0 {
		s.known += uint64(now - s.downSince)
		s.downSince = 0
	}
}

func (s *slow) lose(now int64) {
	if s.upSince != 0 {
		length := uint64(now - s.upSince)
		s.runLength, s.up, s.known, s.runs, s.upSince = s.runLength+length, s.up+length, s.known+length, s.runs+1, 0
	}
	if s.downSince == 0 {
		s.downSince = now
	}
}

// flags is what the running relay is given at a moment that has all that time does not bring.
func (s *slow) flags(now int64, t *guard.Thresholds) consensus.Flag {
	run := int64(0)
	runs := s.runs
	if s.upSince != 0 {
		run = now - s.upSince
		runs++
	}
	total := int64(s.known) + run
	if s.upSince == 0 && s.downSince != 0 {
		total += now - s.downSince
	}
	wfu, mtbf := 0.0, 0.0
	if total != 0 {
		wfu = float64(int64(s.up)+run) / float64(total)
	}
	if runs >= 0.0001 {
		mtbf = float64(int64(s.runLength)+run) / runs
	}
	flags := consensus.Fast
	if t.EnoughMTBF && (mtbf >= t.StableMTBF || mtbf >= 432000) ||
		!t.EnoughMTBF && (s.uptime >= int64(t.StableUptime) || s.uptime >= 2592000) {
		flags |= consensus.Stable
		if wfu >= t.GuardWFU && total >= t.GuardTimeKnown {
			flags |= consensus.Guard
		}
		if s.uptime >= 345600 {
			flags |= consensus.HSDir
		}
	}
	return flags
}

// walk goes second by second from now on to the horizon; see is told of each, and says whether it has seen enough.
func (s *slow) walk(now, horizon int64, see func(at int64) bool) {
	for at := now; at <= horizon; at++ {
		s.tick(at)
		if see(at) {
			return
		}
		s.uptime++
	}
}

// within is how far the slow reference walks: past a tick at least.
const within = 13 * hour

// nearFuture is one in which much happens within the horizon: times of hours, thresholds of hours, some that change.
func nearFuture(t *rapid.T) foresight.Future {
	f := foresight.Future{Rules: guard.Latest(), Relay: hopeful(), Thresholds: nearMarks(t), Now: start}
	f.Clock = start - wfu.Instant(rapid.Int64Range(0, 2*wfu.DiscountInterval).Draw(t, "phase"))
	f.Relay.Uptime = rapid.OneOf(rapid.Int64Range(0, day), rapid.Int64Range(4*day-day, 4*day)).Draw(t, "uptime")
	f.Relay.HSDirUptime = f.Relay.Uptime
	length := rapid.OneOf(rapid.Just[int64](0), rapid.Int64Range(0, 600), rapid.Int64Range(0, day))
	sum := func(name string) uint64 { return uint64(length.Draw(t, name)) }
	h := &f.History
	h.WeightedRunLength, h.TotalRunWeights = sum("run length"), rapid.SampledFrom([]float64{0, 0.3, 1, 1, 2, 5.5}).Draw(t, "runs")
	h.WeightedUptime = sum("uptime")
	h.TotalWeightedTime = h.WeightedUptime + sum("downtime")/uint64(rapid.SampledFrom([]int{1, 20, 400}).Draw(t, "part"))
	switch since := start.Add(-length.Draw(t, "since")); rapid.IntRange(0, 3).Draw(t, "open") {
	case 0:
		h.StartOfDowntime = since
	case 1, 2:
		h.StartOfRun = since
	}
	if rapid.Bool().Draw(t, "change") {
		a, b, c := nearMarks(t), nearMarks(t), nearMarks(t)
		interval := rapid.Int64Range(500, 10*hour).Draw(t, "interval")
		from := start.Add(rapid.Int64Range(-hour, hour).Draw(t, "from"))
		f.Changes = foresight.Follow(func(at wfu.Instant) guard.Thresholds {
			return [...]guard.Thresholds{a, b, c}[at.Sub(from)/interval%3]
		}, from, interval, start.Add(day))
	}
	return f
}

func nearMarks(t *rapid.T) guard.Thresholds {
	m := marks()
	m.EnoughMTBF = rapid.IntRange(0, 3).Draw(t, "enough MTBF") > 0
	m.StableMTBF = float64(rapid.Int64Range(0, 30*hour).Draw(t, "MTBF"))
	m.StableUptime = uint32(rapid.Int64Range(0, 30*hour).Draw(t, "uptime"))
	m.GuardWFU = rapid.OneOf(rapid.Just(0.98), rapid.Float64Range(0.7, 1)).Draw(t, "WFU")
	m.GuardTimeKnown = rapid.Int64Range(0, 30*hour).Draw(t, "time known")
	return m
}

func anOutlookIsWhatTheSecondsBring(t *rapid.T) {
	f := nearFuture(t)
	flag := rapid.SampledFrom([]consensus.Flag{consensus.Stable, consensus.Guard, consensus.HSDir}).Draw(t, "flag")
	o := f.Outlook(flag)
	const horizon = int64(start) + within
	s := slowly(f)
	s.tick(int64(start))
	s.reach(int64(start))
	never := int64(foresight.Never)
	gained, lost, since := never, never, never
	at := timeline(f)
	s.walk(int64(start), horizon, func(now int64) bool {
		switch has := s.flags(now, at(now))&flag != 0; {
		case has:
			gained, since = min(gained, now), min(since, now)
		case gained != never:
			lost, since = min(lost, now), never
		}
		return false
	})
	told := func(what string, got wfu.Instant, want int64) {
		if int64(got) != want && (want != never || int64(got) <= horizon) {
			t.Fatalf("%v %s after %d s, the seconds say %d", flag, what, got.Sub(start), want-int64(start))
		}
	}
	told("is gained", o.Gained.Latest, gained)
	told("is lost", o.Lost.Latest, lost)
	if o.ForGood != foresight.Never && int64(o.ForGood) <= horizon {
		told("is had for good", o.ForGood, since)
	}
	if !o.Gained.Exact() || !o.Lost.Exact() {
		t.Fatalf("all is known, and yet: %+v", o)
	}

	// Down from now on, and back at each second.
	s = slowly(f)
	s.tick(int64(start))
	s.lose(int64(start))
	survives := int64(-1)
	s.walk(int64(start), horizon, func(now int64) bool {
		back := s
		back.reach(now)
		back.uptime = 0
		if back.flags(now, at(now))&flag == 0 {
			return true
		}
		survives = now - int64(start)
		return false
	})
	if gained != int64(start) {
		survives = -1
	}
	if o.Survives != survives && (survives != within || o.Survives < within) {
		t.Fatalf("%v survives %d s, the seconds say %d", flag, o.Survives, survives)
	}

	// Down for some time.
	outage := rapid.OneOf(rapid.Int64Range(0, 10*hour), rapid.Just(max(o.Survives, 0)), rapid.Just(o.Survives+1)).Draw(t, "outage")
	if outage < 0 || outage > within {
		return
	}
	s = slowly(f)
	s.tick(int64(start))
	s.lose(int64(start))
	s.walk(int64(start), int64(start)+outage, func(int64) bool { return false })
	s.reach(int64(start) + outage)
	s.uptime = 0
	back := never
	s.walk(int64(start)+outage, horizon, func(now int64) bool {
		if s.flags(now, at(now))&flag != 0 {
			back = now
		}
		return back != never
	})
	told("is back", f.After(outage).Outlook(flag).Gained.Latest, back)
	if o.Survives >= 0 && outage <= o.Survives && back != int64(start)+outage {
		t.Fatalf("an outage of %d s is survived, but the flag is back after %d", outage, back-int64(start))
	}
}

// timeline is the thresholds at each second from now on.
func timeline(f foresight.Future) func(int64) *guard.Thresholds {
	all, from, i := []guard.Thresholds{f.Thresholds}, []int64{int64(start)}, 0
	if f.Changes != nil {
		for at, t := range f.Changes {
			all, from = append(all, t), append(from, int64(at))
		}
	}
	return func(now int64) *guard.Thresholds {
		if now < from[i] {
			i = 0
		}
		for i+1 < len(from) && from[i+1] <= now {
			i++
		}
		return &all[i]
	}
}

func TestOutlookAgainstSeconds(t *testing.T) { rapid.Check(t, anOutlookIsWhatTheSecondsBring) }
func FuzzOutlook(f *testing.F)               { f.Fuzz(rapid.MakeFuzz(anOutlookIsWhatTheSecondsBring)) }
