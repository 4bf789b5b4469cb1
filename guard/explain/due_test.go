package explain_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/explain"
	"github.com/seed-84712aaa/guardmath/wfu"
)

const never = wfu.Instant(math.MaxInt64)

// enoughHaveGivenItWhenItIsDue goes through all moments at which an authority gives the flag, and looks for the first at
// which enough have.
func enoughHaveGivenItWhenItIsDue(t *rapid.T, v explain.Votes, relays []consensus.Fingerprint) {
	table := v.Of(rapid.SampledFrom(relays).Draw(t, "relay"), rapid.SampledFrom(decided).Draw(t, "flag"))
	moments := rapid.SampledFrom([]wfu.Instant{table.Rows[0].Made + 1, table.Rows[0].Made + 7, table.Rows[0].Made + 7000, never})
	first, last := map[string]wfu.Instant{}, map[string]wfu.Instant{}
	for _, r := range table.Rows {
		a, b := moments.Draw(t, "moment"), moments.Draw(t, "moment")
		first[r.Authority.Nickname], last[r.Authority.Nickname] = min(a, b), max(a, b)
	}
	earliest, latest, ok := table.Due(func(r explain.Row) (wfu.Instant, wfu.Instant) {
		if !r.Lists || r.Voted {
			t.Fatalf("%s is asked, which need not be", r.Authority.Nickname)
		}
		return first[r.Authority.Nickname], last[r.Authority.Nickname]
	})
	if !ok {
		t.Fatal("nobody can tell")
	}
	given := func(at wfu.Instant, due map[string]wfu.Instant) (n int) {
		for _, r := range table.Rows {
			if r.Lists && r.Counts && r.Decides && (r.Voted && r.Made <= at || !r.Voted && due[r.Authority.Nickname] <= at) {
				n++
			}
		}
		return n
	}
	for _, test := range []struct {
		due wfu.Instant
		of  map[string]wfu.Instant
	}{{earliest, first}, {latest, last}} {
		if test.due != never && given(test.due, test.of) < table.Poll.Needed {
			t.Fatalf("at %d only %d have given it, %d are needed", test.due, given(test.due, test.of), table.Poll.Needed)
		}
		if before := given(test.due-1, test.of); before >= table.Poll.Needed {
			t.Fatalf("before %d already %d have given it, %d are needed", test.due, before, table.Poll.Needed)
		}
	}
}

func TestEnoughHaveGivenItWhenItIsDue(t *testing.T) {
	v := three(t)
	relays := listed(v)
	rapid.Check(t, func(t *rapid.T) { enoughHaveGivenItWhenItIsDue(t, v, relays) })
}

func FuzzEnoughHaveGivenItWhenItIsDue(f *testing.F) {
	v := three(f)
	relays := listed(v)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { enoughHaveGivenItWhenItIsDue(t, v, relays) }))
}

func TestNothingIsDueWhereNothingIsCounted(t *testing.T) {
	v := three(t)
	v.Reviews[2] = v.Reviews[0]
	if _, _, ok := v.Of(listed(v)[0], consensus.Guard).Due(nil); ok {
		t.Error("two votes of one authority are counted")
	}
}

func TestWhy(t *testing.T) {
	for _, test := range []struct {
		why  string
		vote int
		edit func(*guard.Review, *consensus.Entry, *guard.Comparison)
		want string
	}{
		{"refused", 2, nil, "low WFU, short time known"},
		{"given", 1, nil, "closest in WFU: 0.990846 of 0.98"},
		{"not asked", 1, func(r *guard.Review, e *consensus.Entry, _ *guard.Comparison) {
			r.Header.KnownFlags = r.Header.KnownFlags.Without(consensus.Guard)
			for i := range r.Entries {
				r.Entries[i].Flags = r.Entries[i].Flags.Without(consensus.Guard)
			}
		}, "does not decide on Guard"},
		{"another's", 1, func(_ *guard.Review, e *consensus.Entry, _ *guard.Comparison) { e.Ed25519 = [32]byte{1} },
			"does not count: lists it with another ed25519 identity"},
		{"unknown", 1, func(_ *guard.Review, _ *consensus.Entry, c *guard.Comparison) {
			c.Agree, c.Unknown = 0, consensus.Guard
		}, "its vote does not show enough"},
		{"rounded", 1, func(_ *guard.Review, _ *consensus.Entry, c *guard.Comparison) {
			c.Agree, c.Within = 0, consensus.Guard
		}, "cannot be told from its rounded numbers"},
		{"stripped", 1, func(_ *guard.Review, _ *consensus.Entry, c *guard.Comparison) {
			c.Voted = c.Voted.Without(consensus.Guard)
		}, "not given, though nothing known speaks against it"},
		{"pinned", 2, func(_ *guard.Review, _ *consensus.Entry, c *guard.Comparison) {
			c.Voted = c.Voted.With(consensus.Guard)
		}, "given in spite of: low WFU, short time known"},
	} {
		v, id := edited(t, test.vote, func(r *guard.Review, e *consensus.Entry) {
			at := slices.IndexFunc(r.Entries, func(other consensus.Entry) bool { return other.Identity == e.Identity })
			if test.edit != nil {
				test.edit(r, e, &r.Comparisons[at])
			}
		})
		table := v.Of(id, consensus.Guard)
		if got := table.Why(table.Rows[test.vote]); got != test.want {
			t.Errorf("%s: %q, want %q", test.why, got, test.want)
		}
	}
	v := three(t)
	table := v.Of(v.Find("r000001")[0], consensus.Guard)
	if got := table.Why(table.Rows[1]); got != "does not list the relay" {
		t.Errorf("not listed: %q", got)
	}
}

// The closest is found by looking at all.
func TestClosest(t *testing.T) {
	v := three(t)
	for _, flag := range decided {
		least := math.MaxInt
		for _, id := range listed(v) {
			if table := v.Of(id, flag); table.Standing == consensus.Included && table.Poll.Short > 0 {
				least = min(least, table.Poll.Short)
			}
		}
		id, ok := v.Closest(flag)
		if ok != (least < math.MaxInt) || ok && v.Of(id, flag).Poll.Short != least {
			t.Errorf("%v: %v, %v; the closest lacks %d", flag, id, ok, least)
		}
	}
	for i := range v.Reviews {
		for j := range v.Reviews[i].Entries {
			e := &v.Reviews[i].Entries[j]
			e.Flags = e.Flags.With(consensus.Fast)
		}
	}
	if id, ok := v.Closest(consensus.Fast); ok {
		t.Errorf("all are Fast, but %v is close to it", id)
	}
	v.Authorities = 1
	if _, ok := v.Closest(consensus.Guard); ok {
		t.Error("votes that cannot be counted have a closest relay")
	}
}

func TestRelaysAreAllThatAnyVoteLists(t *testing.T) {
	v := three(t)
	want := listed(v)
	slices.SortFunc(want, consensus.Fingerprint.Compare)
	if got := v.Relays(); !slices.Equal(got, want) {
		t.Errorf("%d relays, want %d", len(got), len(want))
	}
}
