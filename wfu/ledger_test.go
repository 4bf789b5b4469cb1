package wfu

import (
	"bytes"
	"maps"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// written is a history as it is after being written and read: of the count of
// runs five decimals are left, read in Tor's way.
func written(h History) History {
	digits := strconv.AppendFloat(nil, h.TotalRunWeights, 'f', 5, 64)
	h.TotalRunWeights, _, _ = scanDecimal(digits)
	return h
}

func ids() *rapid.Generator[[20]byte] {
	return rapid.Custom(func(t *rapid.T) (id [20]byte) {
		// Few, so that events meet.
		id[rapid.IntRange(0, 3).Draw(t, "byte")] = rapid.SampledFrom([]byte{1, 0x7f, 0x80, 0xff}).Draw(t, "value")
		return id
	})
}

// A ledger is a machine of events, discounts, saving and loading; a map of slow
// histories beside it says what must be in it.
func propLedgerIsItsRelays(t *rapid.T) {
	now := noon
	begun := noon - 2000 // no event is noted before
	l := Ledger{}.Tracking(begun)
	model := map[[20]byte]*slow{}
	clock := int64(0)
	t.Repeat(map[string]func(*rapid.T){
		"wait": func(t *rapid.T) { now = now.Add(rapid.Int64Range(0, 2*days).Draw(t, "seconds")) },
		"event": func(t *rapid.T) {
			id := ids().Draw(t, "id")
			at := now.Add(-rapid.Int64Range(0, 2000).Draw(t, "ago"))
			s := model[id]
			if s == nil {
				s = &slow{}
				model[id] = s
			}
			l = l.Tracking(now)
			switch rapid.IntRange(0, 2).Draw(t, "event") {
			case 0:
				l.Relays[id] = l.Relays[id].Reachable(at)
				s.reachable(int64(at))
			case 1:
				l.Relays[id] = l.Relays[id].Unreachable(at)
				s.unreachable(int64(at))
			case 2:
				l.Relays[id] = l.Relays[id].Pessimal(at)
				s.unreachable(int64(at))
				s.weightedRunLength, s.weightedUptime = 0, 0
			}
		},
		"discount": func(t *rapid.T) {
			before := l.Clone()
			after := l.Discount(now)
			if diff := cmp.Diff(before, l); diff != "" {
				t.Fatalf("Discount changed its receiver:\n%s", diff)
			}
			l = after
			for _, s := range model {
				s.lastDownrated = clock
				s.discount(int64(now))
			}
			if clock == 0 {
				clock = int64(now)
			}
			for clock+12*hours <= int64(now) {
				clock += 12 * hours
			}
		},
		"forget": func(*rapid.T) {
			l = l.Forget()
			maps.DeleteFunc(model, func(_ [20]byte, s *slow) bool { return s.totalRunWeights < 0.0001 && s.startOfRun == 0 })
		},
		"save, be off, and load": func(t *rapid.T) {
			l.StoredAt = now
			text, _ := l.AppendText(nil)
			read, warnings, err := ParseLedger(text)
			if err != nil || len(warnings) > 0 {
				t.Fatalf("%v, %v\n%s", warnings, err, text)
			}
			if again, _ := read.AppendText(nil); !bytes.Equal(text, again) {
				t.Fatalf("%s\nis written again as\n%s", text, again)
			}
			off := rapid.Int64Range(0, 3*days).Draw(t, "off")
			now = now.Add(off)
			l = read.Load(now)
			if diff := cmp.Diff(l, l.Load(now)); diff != "" {
				t.Fatalf("loading again changes:\n%s", diff)
			}
			for _, s := range model {
				*s = *slowly(written(s.history()), 0)
				if s.startOfRun != 0 {
					s.startOfRun = max(s.startOfRun+off, int64(l.TrackedSince))
				}
				if s.startOfDowntime != 0 {
					s.startOfDowntime = max(s.startOfDowntime+off, int64(l.TrackedSince))
				}
			}
		},
		"": func(t *rapid.T) {
			want := map[[20]byte]History{}
			for id, s := range model {
				want[id] = s.history()
			}
			if diff := cmp.Diff(want, l.Relays); diff != "" {
				t.Fatal(diff)
			}
			if int64(l.LastDownrated) != clock || l.TrackedSince != begun {
				t.Fatalf("clocks %v and %v", l.LastDownrated, l.TrackedSince)
			}
		},
	})
}

func TestLedgerIsItsRelays(t *testing.T) { rapid.Check(t, propLedgerIsItsRelays) }
func FuzzLedger(f *testing.F)            { f.Fuzz(rapid.MakeFuzz(propLedgerIsItsRelays)) }

func TestLoad(t *testing.T) {
	const year = 365 * days
	stored, tracked, now := noon, noon-100*days, noon+10*days
	for _, c := range []struct {
		why      string
		in, want Instant
	}{
		{"none", 0, 0},
		{"as long before now as before the file was stored", stored - 5*days, now - 5*days},
		{"the moment of storing", stored, now},
		{"after it was stored", stored + 1, 0},
		{"the beginning of tracking", tracked, tracked + 10*days},
		{"before tracking", tracked - 1, tracked},
		{"a year before", tracked - year, tracked},
		{"longer before", tracked - year - 1, 0},
	} {
		l := Ledger{StoredAt: stored, TrackedSince: tracked, LastDownrated: now + 5,
			Relays: map[[20]byte]History{{1}: {StartOfRun: c.in}, {2}: {StartOfDowntime: c.in}}}
		before := l.Clone()
		got := l.Load(now)
		if got.Relays[[20]byte{1}].StartOfRun != c.want || got.Relays[[20]byte{2}].StartOfDowntime != c.want {
			t.Errorf("%s: %v, want %v", c.why, got.Relays, c.want)
		}
		if got.LastDownrated != now || got.TrackedSince != tracked || got.StoredAt != now {
			t.Errorf("%s: clocks %+v", c.why, got)
		}
		if diff := cmp.Diff(before, l); diff != "" {
			t.Errorf("%s: Load changed its receiver:\n%s", c.why, diff)
		}
	}
	// An authority that starts before the file was stored: its clock went back.
	l := Ledger{StoredAt: stored, TrackedSince: stored - 5, Relays: map[[20]byte]History{{1}: {StartOfRun: stored - 3}}}
	if got := l.Load(stored - 20); got.TrackedSince != stored-20 || got.Relays[[20]byte{1}].StartOfRun != stored-20 {
		t.Errorf("clock gone back: %+v", got)
	}
	if got := (Ledger{Relays: map[[20]byte]History{{1}: {StartOfRun: 5}}}).Load(now); got.TrackedSince != 0 || got.Relays[[20]byte{1}].StartOfRun != 5 {
		t.Errorf("a ledger never stored: %+v", got)
	}
}

func TestEnoughMTBF(t *testing.T) {
	for _, c := range []struct {
		why     string
		tracked Instant
		want    bool
	}{
		{"nothing tracked yet", 0, true},
		{"4 hours are not more than 4 hours", noon - 4*hours, false},
		{"a second more is", noon - 4*hours - 1, true},
		{"just begun", noon, false},
	} {
		if got := (Ledger{TrackedSince: c.tracked}).EnoughMTBF(noon); got != c.want {
			t.Errorf("%s: %v", c.why, got)
		}
	}
}

func TestTracking(t *testing.T) {
	l := Ledger{}.Tracking(noon)
	if l.TrackedSince != noon || l.Relays == nil {
		t.Errorf("from nothing: %+v", l)
	}
	if again := l.Tracking(noon + 5); again.TrackedSince != noon {
		t.Errorf("tracking again: %+v", again)
	}
}

func TestAllIsInOrder(t *testing.T) {
	l := Ledger{Relays: map[[20]byte]History{{2}: {}, {0xff}: {}, {1, 0xff}: {}, {1}: {}}}
	var got [][20]byte
	for id := range l.All() {
		got = append(got, id)
	}
	if want := [][20]byte{{1}, {1, 0xff}, {2}, {0xff}}; !slices.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
	for range l.All() {
		break
	}
}

func TestLedgerTextOfEdges(t *testing.T) {
	l := Ledger{StoredAt: noon, Relays: map[[20]byte]History{
		{1}: {},
		{2}: {math.MaxUint64, math.Inf(1), math.MaxUint64, math.MaxUint64, -5, -5},
		{3}: {1, math.Inf(-1), 2, 3, 1, 2},
		{4}: {1, 0.000015, 2, 3, 0, 0}, // half of the last digit, on the exact binary value
	}}
	const want = `format 2
stored-at 2026-01-15 00:00:00
data
R 0100000000000000000000000000000000000000
+MTBF 0 0.00000
+WFU 0 0
R 0200000000000000000000000000000000000000
+MTBF 18446744073709551615 inf
+WFU 18446744073709551615 18446744073709551615
R 0300000000000000000000000000000000000000
+MTBF 1 -inf S=1970-01-01 00:00:01
+WFU 2 3 S=1970-01-01 00:00:02
R 0400000000000000000000000000000000000000
+MTBF 1 0.00002
+WFU 2 3
.
`
	text, err := l.AppendText([]byte("before\n"))
	if diff := cmp.Diff("before\n"+want, string(text)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
