package bandwidth_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

const day = 24 * 60 * 60

// file is a bandwidth file of the given lines, identity by its first byte and bandwidth.
func file(timestamp int64, lines ...[2]uint32) bandwidth.File {
	f := bandwidth.File{Timestamp: timestamp}
	for _, line := range lines {
		f.Relays = append(f.Relays, bandwidth.Line{NodeID: [20]byte{byte(line[0])}, BW: bandwidth.KB(line[1])})
	}
	return f
}

func TestMeasured(t *testing.T) {
	const now = 100 * day
	first := bandwidth.Measured{}.Read(file(now, [2]uint32{2, 20}, [2]uint32{1, 10}, [2]uint32{2, 21}), now)
	for _, tt := range []struct {
		reason string
		m      bandwidth.Measured
		want   map[byte]bandwidth.KB
	}{
		{"nothing was ever read", bandwidth.Measured{}, nil},
		{"the first line of a relay counts", first, map[byte]bandwidth.KB{1: 10, 2: 20}},
		{"a newer file replaces, and leaves the others",
			first.Read(file(now+1, [2]uint32{2, 5}, [2]uint32{3, 30}), now+1), map[byte]bandwidth.KB{1: 10, 2: 5, 3: 30}},
		{"a file as old replaces nothing, but adds",
			first.Read(file(now, [2]uint32{2, 5}, [2]uint32{0, 1}), now+1), map[byte]bandwidth.KB{0: 1, 1: 10, 2: 20}},
		{"an older file likewise",
			first.Read(file(now-day, [2]uint32{2, 5}, [2]uint32{3, 30}), now+1), map[byte]bandwidth.KB{1: 10, 2: 20, 3: 30}},
		{"a file of three days counts", bandwidth.Measured{}.Read(file(now-3*day, [2]uint32{1, 10}), now), map[byte]bandwidth.KB{1: 10}},
		{"one a second older does not", bandwidth.Measured{}.Read(file(now-3*day-1, [2]uint32{1, 10}), now), nil},
		{"what is three days old stays", first.Read(file(now+day), now+3*day), map[byte]bandwidth.KB{1: 10, 2: 20}},
		{"what is a second older is forgotten", first.Read(file(now+day, [2]uint32{2, 5}), now+3*day+1), map[byte]bandwidth.KB{2: 5}},
		{"a stale file forgets nothing", first.Read(file(now, [2]uint32{3, 30}), now+50*day), map[byte]bandwidth.KB{1: 10, 2: 20}},
		{"a file of the future counts, and stays",
			bandwidth.Measured{}.Read(file(now+9*day, [2]uint32{1, 10}), now).Read(file(now+6*day), now+9*day), map[byte]bandwidth.KB{1: 10}},
		{"the ends of time", bandwidth.Measured{}.Read(file(math.MaxInt64, [2]uint32{1, 10}), math.MinInt64), map[byte]bandwidth.KB{1: 10}},
		{"the ends of time, the other way", bandwidth.Measured{}.Read(file(math.MinInt64, [2]uint32{1, 10}), math.MaxInt64), nil},
		{"what is printed is of the last line", file(now, [2]uint32{2, 20}, [2]uint32{1, 10}, [2]uint32{2, 21}).Printed(now),
			map[byte]bandwidth.KB{1: 10, 2: 21}},
		{"nothing is printed of a stale file", file(now-3*day-1, [2]uint32{1, 10}).Printed(now), nil},
	} {
		if tt.m.Len() != len(tt.want) {
			t.Errorf("%s: %d relays, want %d", tt.reason, tt.m.Len(), len(tt.want))
		}
		for id := range byte(5) {
			kb, ok := tt.m.Lookup([20]byte{id})
			if want, known := tt.want[id]; kb != want || ok != known {
				t.Errorf("%s: relay %d has %d, %v; want %d, %v", tt.reason, id, kb, ok, want, known)
			}
		}
	}
	if at, ok := first.AsOf([20]byte{1}); at != now || !ok {
		t.Errorf("as of %d, %v", at, ok)
	}
	if at, ok := first.AsOf([20]byte{9}); at != 0 || ok {
		t.Errorf("an unknown relay's is as of %d, %v", at, ok)
	}
}

// refMeasured is the same by a map, as C does it.
type refMeasured map[[20]byte]struct {
	kb   bandwidth.KB
	asOf int64
}

func (m refMeasured) read(f bandwidth.File, now int64) {
	if now-f.Timestamp > 3*day {
		return
	}
	for _, line := range f.Relays {
		e, known := m[line.NodeID]
		if !known || f.Timestamp > e.asOf {
			e.kb, e.asOf = line.BW, f.Timestamp
			m[line.NodeID] = e
		}
	}
	for id, e := range m {
		if now > e.asOf+3*day {
			delete(m, id)
		}
	}
}

// After any files, read at any times, what is remembered is what C's own map would hold; and what was remembered before
// is still so in the old value.
func propMeasuredFollowsTheRule(t *rapid.T) {
	m, ref := bandwidth.Measured{}, refMeasured{}
	now := int64(1e9)
	for range rapid.IntRange(1, 8).Draw(t, "files") {
		now += rapid.Int64Range(0, 2*day).Draw(t, "passed")
		age := rapid.OneOf(rapid.Int64Range(-day, 4*day), rapid.Int64Range(3*day-1, 3*day+1)).Draw(t, "age")
		f := file(now - age)
		for _, id := range rapid.SliceOfN(rapid.Uint32Range(0, 6), 0, 10).Draw(t, "lines") {
			f.Relays = append(f.Relays, bandwidth.Line{NodeID: [20]byte{byte(id)}, BW: bandwidth.KB(rapid.Uint32().Draw(t, "bw"))})
		}
		before := slices.Collect(keys(m))
		next := m.Read(f, now)
		if !slices.Equal(before, slices.Collect(keys(m))) {
			t.Fatalf("the old value changed")
		}
		m = next
		ref.read(f, now)
		if m.Len() != len(ref) {
			t.Fatalf("%d relays, want %d", m.Len(), len(ref))
		}
		for id, kb := range m.All() {
			asOf, _ := m.AsOf(id)
			if e := ref[id]; e.kb != kb || e.asOf != asOf {
				t.Fatalf("relay %d: %d of %d, want %d of %d", id[0], kb, asOf, e.kb, e.asOf)
			}
		}
		if !slices.IsSorted(slices.Collect(keys(m))) {
			t.Fatalf("not in order")
		}
	}
}

// keys is the first bytes of the identities.
func keys(m bandwidth.Measured) func(func(byte) bool) {
	return func(yield func(byte) bool) {
		for id := range m.All() {
			if !yield(id[0]) {
				return
			}
		}
	}
}

func TestMeasuredFollowsTheRule(t *testing.T) { rapid.Check(t, propMeasuredFollowsTheRule) }
func FuzzMeasuredFollowsTheRule(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propMeasuredFollowsTheRule)) }

// What tor printed as Measured= in its votes is what its bandwidth file says; of a stale file it printed nothing.
func TestPrintedAsTorDid(t *testing.T) {
	bundles, err := filepath.Glob(filepath.Join(corpus.Shared(t, "oracle", "bundles"), "*"))
	if err != nil || len(bundles) == 0 {
		t.Fatal("no bundles", err)
	}
	measuring := 0
	for _, bundle := range bundles {
		path, ok := corpus.Find(bundle, "bandwidth")
		if !ok {
			continue
		}
		measuring++
		t.Run(filepath.Base(bundle), func(t *testing.T) {
			var meta struct{ Start, Now int64 }
			raw, err := os.ReadFile(filepath.Join(bundle, "meta.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(raw, &meta); err != nil {
				t.Fatal(err)
			}
			f, err := bandwidth.ParseFile(corpus.Read(t, path))
			if err != nil {
				t.Fatal(err)
			}
			for _, skipped := range f.Skipped {
				if !errors.Is(skipped, bandwidth.ErrNotVoted) {
					t.Error(skipped)
				}
			}
			vote, ok := corpus.Find(bundle, "vote")
			if !ok {
				t.Fatal("no vote")
			}
			printed := f.Printed(meta.Now)
			remembered := bandwidth.Measured{}.Read(f, meta.Start).Read(f, meta.Now)
			// One file became stale between the start and the vote: it is remembered, and not printed any more. Another
			// is exactly three days old at the vote, which is not yet too old.
			if remembered.Len() == 0 {
				t.Error("nothing is remembered")
			}
			if f.Stale(meta.Now) != (filepath.Base(bundle) == "bwfile-stale") {
				t.Errorf("stale at the vote: %v", f.Stale(meta.Now))
			}
			seen := 0
			for id, want := range votedMeasurements(t, corpus.Read(t, vote)) {
				kb, ok := printed.Lookup(id)
				if got := measuredWord(kb, ok); got != want {
					t.Errorf("%X: printed %q, want %q", id, got, want)
				}
				if ok {
					seen++
				}
				if _, ok := remembered.Lookup(id); !ok && want != "" {
					t.Errorf("%X: printed but not remembered", id)
				}
			}
			if (seen == 0) != f.Stale(meta.Now) {
				t.Errorf("%d relays of the vote are measured", seen)
			}
		})
	}
	if measuring == 0 {
		t.Error("no bundle has a bandwidth file")
	}
}

func measuredWord(kb bandwidth.KB, ok bool) string {
	if !ok {
		return ""
	}
	return strconv.FormatUint(uint64(kb), 10)
}

// votedMeasurements is the value of Measured= or MeasuredButAuthority= for each relay of a vote, empty where it has none.
func votedMeasurements(t *testing.T, vote []byte) map[[20]byte]string {
	t.Helper()
	found := map[[20]byte]string{}
	var id [20]byte
	for line := range strings.Lines(string(vote)) {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "r "):
			raw, err := base64.RawStdEncoding.DecodeString(words[2])
			if err != nil || len(raw) != 20 {
				t.Fatalf("%q: %v", line, err)
			}
			id = [20]byte(raw)
			found[id] = ""
		case strings.HasPrefix(line, "w "):
			for _, word := range words {
				if key, value, _ := strings.Cut(word, "="); key == "Measured" || key == "MeasuredButAuthority" {
					found[id] = value
				}
			}
		}
	}
	return found
}

func TestLookupAllocatesNothing(t *testing.T) {
	m := bandwidth.Measured{}.Read(file(0, [2]uint32{1, 10}, [2]uint32{2, 20}), 0)
	if n := testing.AllocsPerRun(100, func() { m.Lookup([20]byte{2}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
