package wfu

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// started is the ledger of a real authority's run as it is once it has started
// with the file it was given, and the seconds at which it started and voted.
func started(t *testing.T, bundle string) (l Ledger, start, now Instant) {
	t.Helper()
	var meta struct {
		Start, Now Instant
		LatePost   bool `json:"late_post"`
	}
	if err := json.Unmarshal(corpus.Read(t, filepath.Join(bundle, "meta.json")), &meta); err != nil {
		t.Fatal(err)
	}
	if path, ok := corpus.Find(bundle, "router-stability"); ok {
		var err error
		if l, _, err = ParseLedger(corpus.Read(t, path)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		l = l.Load(meta.Start)
	}
	l = l.Forget().Discount(meta.Start)
	if meta.LatePost {
		// Its first save found open runs of relays it had no descriptor of.
		for id, h := range l.Relays {
			if h.Running() {
				l.Relays[id] = h.Unreachable(meta.Start)
			}
		}
	}
	return l, meta.Start, meta.Now
}

// What real authorities voted of relays that were up all the time, to the
// digit. The stats of a vote are those of its second or of the next.
func TestStatsOfRealVotes(t *testing.T) {
	votes, err := filepath.Glob(filepath.Join(corpus.Shared(t, "oracle"), "bundles", "*"))
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, bundle := range votes {
		l, _, now := started(t, bundle)
		path, ok := corpus.Find(bundle, "vote")
		if !ok {
			t.Fatalf("%s: no vote", bundle)
		}
		var id [20]byte
		var up bool
		for s := range strings.Lines(string(corpus.Read(t, path))) {
			word := strings.Fields(s)
			switch {
			case len(word) == 0:
			case word[0] == "r" && len(word) > 2:
				digest, err := base64.RawStdEncoding.DecodeString(word[2])
				if err != nil {
					t.Fatalf("%s: %v", bundle, err)
				}
				copy(id[:], digest)
			case word[0] == "s":
				up = strings.Contains(s, " Running") && !strings.Contains(s, " Sybil")
			case word[0] == "stats" && up:
				got := strings.TrimPrefix(strings.TrimSpace(s), "stats ")
				h := l.Relays[id]
				if want, later := h.Stats(now).String(), h.Stats(now+1).String(); got != want && got != later {
					t.Errorf("%s: %X: voted %s, want %s (%+v)", filepath.Base(bundle), id, got, want, h)
				}
				read, err := ParseStats([]byte(got))
				if err != nil || read.String() != got {
					t.Errorf("%s: ParseStats(%q) = %v, %v", bundle, got, read, err)
				}
				compared++
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d stats compared", compared)
	}
}

// What real authorities wrote back, number by number. Which relays they had
// found missing or too many on one address, and at which second of their short
// run, is not for this package to know.
func TestLedgersWrittenBackByRealAuthorities(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(corpus.Shared(t, "oracle"), "bundles", "*", "router-stability.after*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	// Only the printed digits of the run weights survive in the file.
	printed := func(h History) History {
		h.TotalRunWeights, _ = strconv.ParseFloat(strconv.FormatFloat(h.TotalRunWeights, 'f', 5, 64), 64)
		return h
	}
	for _, path := range paths {
		l, start, _ := started(t, filepath.Dir(path))
		after, warnings, err := ParseLedger(corpus.Read(t, path))
		if err != nil || len(warnings) > 0 {
			t.Fatalf("%s: %v, %v", path, warnings, err)
		}
		if after.LastDownrated != l.LastDownrated || after.TrackedSince != l.TrackedSince {
			t.Errorf("%s: clocks %v and %v, want %v and %v", path,
				after.LastDownrated, after.TrackedSince, l.LastDownrated, l.TrackedSince)
		}
		for id, got := range after.Relays {
			h := l.Relays[id]
			got = printed(got)
			same := got == printed(h)
			for at := start; at <= after.StoredAt && !same; at++ {
				same = got == printed(h.Unreachable(at)) || got == printed(h.Pessimal(at))
			}
			if !same {
				t.Errorf("%s: %s: %+v, want %+v as it is or made unreachable or pessimal", path, hex.EncodeToString(id[:]), got, h)
			}
		}
		for id := range l.Relays {
			if _, ok := after.Relays[id]; !ok {
				t.Errorf("%s: %X is not there", path, id)
			}
		}
	}
}
