package explain_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/explain"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// checkAgainst holds every table of the votes against the consensus that tor made of them: a relay that is in it has the
// flag exactly if its votes are not short of any, unless MiddleOnly takes the flag away.
func checkAgainst(t *testing.T, dir string, v explain.Votes, made consensus.Document) (compared int) {
	t.Helper()
	entries := map[consensus.Fingerprint]consensus.Entry{}
	for _, e := range made.Entries {
		entries[e.Identity] = e
	}
	for _, id := range listed(v) {
		e, in := entries[id]
		for _, flag := range decided {
			table := v.Of(id, flag)
			if table.Err != nil {
				t.Fatalf("%s: %v", dir, table.Err)
			}
			if in != (table.Standing == consensus.Included) {
				t.Errorf("%s: %v is in the consensus: %v, but %v", dir, id, in, table.Standing)
			}
			if !in {
				continue
			}
			compared++
			takenAway := e.Flags.Has(consensus.MiddleOnly) && flag&(consensus.Guard|consensus.HSDir) != 0
			if e.Flags.Has(flag) != (table.Poll.Short == 0 && !takenAway) || e.Flags.Has(flag) != table.Poll.Given {
				t.Errorf("%s: %v has %v: %v, but %v", dir, id, flag, e.Flags.Has(flag), table)
			}
			if table.Nickname != string(e.Nickname) {
				t.Errorf("%s: %v is %s, not %s", dir, id, e.Nickname, table.Nickname)
			}
		}
	}
	return compared
}

func TestNoVoteIsMissingExactlyWhereTorsConsensusHasTheFlag(t *testing.T) {
	compared := 0
	for _, dir := range rounds(t, filepath.Join(corpus.Root(t), "consensus", "testdata", "rounds"), 6) {
		v, made := round(t, dir)
		compared += checkAgainst(t, dir, v, made)
	}
	v := three(t)
	made, err := consensus.Parse(corpus.Read(t, filepath.Join("testdata", "consensus")))
	if err != nil {
		t.Fatal(err)
	}
	compared += checkAgainst(t, "testdata", v, made)
	if compared < 200 {
		t.Errorf("only %d flags were compared", compared)
	}
}

func TestNoVoteIsMissingExactlyWhereTheSharedConsensusesHaveTheFlag(t *testing.T) {
	compared := 0
	for _, dir := range rounds(t, corpus.Shared(t, "oracle", "consensuses"), 23) {
		v, made := round(t, dir)
		compared += checkAgainst(t, dir, v, made)
	}
	if compared < 5000 {
		t.Errorf("only %d flags were compared", compared)
	}
}

// slowRow is what can be said of a row straight from the review.
func slowRow(rules guard.Rules, review guard.Review, id consensus.Fingerprint, flag consensus.Flag) (lists, decides, voted bool, criteria []guard.Criterion) {
	for name := range review.Header.KnownFlags.Names() {
		decides = decides || name == flag.String()
	}
	for i, e := range review.Entries {
		if e.Identity != id {
			continue
		}
		lists = true
		for name := range e.Flags.Names() {
			voted = voted || name == flag.String()
		}
		t := review.Recomputed
		if review.HasPublished {
			t = review.Published
		}
		for c := range rules.Explain(review.Relays[i], t) {
			below := flag == consensus.Guard || flag == consensus.HSDir
			if c.Flag == flag || below && (c.Flag == consensus.Fast || c.Flag == consensus.Stable) {
				criteria = append(criteria, c)
			}
		}
	}
	return lists, decides, voted, criteria
}

func TestRowsAreWhatTheReviewsHold(t *testing.T) {
	v := three(t)
	nobody := consensus.Fingerprint{19: 1}
	for _, id := range append(listed(v), nobody) {
		for _, flag := range decided {
			table := v.Of(id, flag)
			if len(table.Rows) != len(v.Reviews) {
				t.Fatalf("%d rows of %d reviews", len(table.Rows), len(v.Reviews))
			}
			for i, r := range table.Rows {
				lists, decides, voted, criteria := slowRow(v.Rules, v.Reviews[i], id, flag)
				if r.Lists != lists || r.Decides != decides || r.Voted != voted {
					t.Errorf("%v, %v: lists %v, decides %v, voted %v; want %v, %v, %v", id, flag, r.Lists, r.Decides, r.Voted, lists, decides, voted)
				}
				if diff := cmp.Diff(criteria, r.Criteria); diff != "" {
					t.Errorf("%v, %v: criteria (-want +got):\n%s", id, flag, diff)
				}
				if r.Authority.Identity != v.Reviews[i].Header.Sources[0].Identity || r.Made != v.Reviews[i].Header.Published {
					t.Errorf("row %d is of %v, made %v", i, r.Authority, r.Made)
				}
				for _, c := range r.Criteria {
					if got, ok := r.At(guard.Criterion{Flag: c.Flag, Name: c.Name}); !ok || got != c {
						t.Errorf("column %v %s: %v", c.Flag, c.Name, got)
					}
				}
			}
		}
	}
	table := v.Of(nobody, consensus.Guard)
	if table.Standing != consensus.Unlisted || table.Nickname != "" || len(table.Columns()) != 0 || len(table.Poll.Absent) != 3 {
		t.Errorf("a relay nobody lists: %+v", table)
	}
}

// theSumIsThatOfTheRows draws some of the votes, in any order, and counts the rows.
func theSumIsThatOfTheRows(t *rapid.T, all explain.Votes, relays []consensus.Fingerprint) {
	v := explain.Votes{Rules: all.Rules}
	v.Reviews = rapid.Permutation(all.Reviews).Draw(t, "order")[:rapid.IntRange(1, len(all.Reviews)).Draw(t, "votes")]
	v.Authorities = rapid.SampledFrom([]int{0, len(v.Reviews), len(v.Reviews) + 1, 2*len(v.Reviews) + 1}).Draw(t, "authorities")
	id, flag := rapid.SampledFrom(relays).Draw(t, "relay"), rapid.SampledFrom(decided).Draw(t, "flag")
	table := v.Of(id, flag)
	if table.Err != nil {
		t.Fatal(table.Err)
	}
	deciding, given := 0, 0
	for _, r := range table.Rows {
		if r.Decides {
			deciding++
			if r.Counts && r.Voted {
				given++
			}
		}
		if r.Counts && !r.Lists {
			t.Fatalf("%s counts and does not list the relay", r.Authority.Nickname)
		}
	}
	p := table.Poll
	if len(p.For) != given || len(p.For)+len(p.Against)+len(p.Absent) != deciding || len(p.Silent) != len(table.Rows)-deciding {
		t.Fatalf("%d of %d gave it, the sum says %v", given, deciding, table)
	}
	if p.Needed != deciding/2+1 || p.Short != max(0, p.Needed-given) {
		t.Fatalf("%d of %d: needed %d, short %d", given, deciding, p.Needed, p.Short)
	}

	// So many of the other authorities have to change their minds, and not one fewer.
	changed := slices.Clone(v.Reviews)
	left := p.Short
	for i, r := range table.Rows {
		if left == 0 || !r.Decides || !r.Counts || r.Voted {
			continue
		}
		left--
		at := slices.IndexFunc(changed[i].Entries, func(e consensus.Entry) bool { return e.Identity == id })
		changed[i].Entries = slices.Clone(changed[i].Entries)
		changed[i].Entries[at].Flags = changed[i].Entries[at].Flags.With(flag)
		v.Reviews = changed
		if now := v.Of(id, flag).Poll.Short; now != left {
			t.Fatalf("after one more vote %d are missing, want %d", now, left)
		}
	}
}

func TestTheSumIsThatOfTheRows(t *testing.T) {
	v := three(t)
	relays := listed(v)
	rapid.Check(t, func(t *rapid.T) { theSumIsThatOfTheRows(t, v, relays) })
}

func FuzzTheSumIsThatOfTheRows(f *testing.F) {
	v := three(f)
	relays := listed(v)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { theSumIsThatOfTheRows(t, v, relays) }))
}

// edited is the votes with the entry of r000018 changed in one of them.
func edited(t *testing.T, vote int, edit func(*guard.Review, *consensus.Entry)) (explain.Votes, consensus.Fingerprint) {
	t.Helper()
	v := three(t)
	found := v.Find("r000018")
	if len(found) != 1 {
		t.Fatalf("r000018 is %v", found)
	}
	review := &v.Reviews[vote]
	at := slices.IndexFunc(review.Entries, func(e consensus.Entry) bool { return e.Identity == found[0] })
	edit(review, &review.Entries[at])
	review.Relays[at].Nickname = string(review.Entries[at].Nickname)
	return v, found[0]
}

func TestAuthoritiesNeedNotAgreeAboutARelay(t *testing.T) {
	var theirs = [32]byte{1}
	for _, test := range []struct {
		why   string
		votes int // by how many authorities that could vote
		edit  func(*guard.Review, *consensus.Entry)
		says  string
		check func(explain.Table) bool
	}{
		{
			"as it is, one of three votes for it", 3, func(*guard.Review, *consensus.Entry) {},
			"Guard: given by 1 of the 3 authorities that decide on it, 2 needed: 1 short",
			func(t explain.Table) bool { return t.Rows[1].Counts && len(t.Poll.For) == 1 },
		}, {
			"another ed25519 identity than the other two see, and its vote for it does not count", 3,
			func(_ *guard.Review, e *consensus.Entry) { e.Ed25519 = theirs },
			"Guard: given by 0 of the 3 authorities that decide on it, 2 needed: 2 short",
			func(t explain.Table) bool {
				return t.Rows[1].Lists && t.Rows[1].Voted && !t.Rows[1].Counts && t.Rows[0].Counts && len(t.Poll.Absent) == 1
			},
		}, {
			"another nickname: that of the descriptor most agree on is shown, and every row has its own", 3,
			func(_ *guard.Review, e *consensus.Entry) { e.Nickname, e.Digest = []byte("renamed"), [20]byte{1} },
			"Guard: given by 1 of the 3 authorities that decide on it, 2 needed: 1 short",
			func(t explain.Table) bool { return t.Nickname == "r000018" && t.Rows[1].Relay.Nickname == "renamed" },
		}, {
			"an authority that does not decide on Guard is not asked", 3,
			func(r *guard.Review, e *consensus.Entry) {
				r.Header.KnownFlags = r.Header.KnownFlags.Without(consensus.Guard)
				for i := range r.Entries {
					r.Entries[i].Flags = r.Entries[i].Flags.Without(consensus.Guard)
				}
			},
			"Guard: given by 0 of the 2 authorities that decide on it, 2 needed: 2 short",
			func(t explain.Table) bool { return !t.Rows[1].Decides && t.Rows[1].Counts && len(t.Poll.Silent) == 1 },
		}, {
			"of nine authorities only three voted: none of this comes to a consensus", 9, func(*guard.Review, *consensus.Entry) {},
			"Guard: given by 1 of the 3 authorities that decide on it, 2 needed: 1 short, and the consensus leaves the relay out: listed by too few",
			func(t explain.Table) bool { return t.Standing == consensus.Unlisted },
		},
	} {
		v, id := edited(t, 1, test.edit)
		v.Authorities = test.votes
		table := v.Of(id, consensus.Guard)
		if table.Err != nil || table.String() != test.says || !test.check(table) {
			t.Errorf("%s: %v\n%+v", test.why, table, table)
		}
	}
}

func TestVotesThatDoNotBelongTogetherStillHaveTheirRows(t *testing.T) {
	for _, test := range []struct {
		why      string
		edit     func(*explain.Votes)
		sentinel error
		rows     int
	}{
		{"no votes", func(v *explain.Votes) { v.Reviews = nil }, consensus.ErrQuorum, 0},
		{"more votes than authorities", func(v *explain.Votes) { v.Authorities = 2 }, consensus.ErrQuorum, 3},
		{"a number of authorities below zero", func(v *explain.Votes) { v.Authorities = -1 }, consensus.ErrQuorum, 3},
		{"one authority twice", func(v *explain.Votes) { v.Reviews[2] = v.Reviews[0] }, consensus.ErrSameAuthority, 3},
		{"votes of two hours", func(v *explain.Votes) { v.Reviews[2].Header.ValidAfter += 3600 }, consensus.ErrOtherPeriod, 3},
		{"a vote without an author", func(v *explain.Votes) { v.Reviews[2].Header.Sources = nil }, consensus.ErrNotVote, 3},
	} {
		v := three(t)
		id := v.Reviews[0].Relays[0].Identity
		test.edit(&v)
		table := v.Of(id, consensus.Guard)
		var tally *consensus.TallyError
		if !errors.As(table.Err, &tally) || !errors.Is(table.Err, test.sentinel) || !strings.HasPrefix(table.String(), "Guard: the votes cannot be counted together: ") {
			t.Errorf("%s: %v", test.why, table)
		}
		if table.Poll.Needed != 0 || table.Standing != 0 || len(table.Rows) != test.rows {
			t.Errorf("%s: there is a sum of %d rows", test.why, len(table.Rows))
		}
		for _, r := range table.Rows {
			if r.Counts || !r.Lists || len(r.Criteria) == 0 {
				t.Errorf("%s: %s counts: %v, lists: %v, has %d criteria", test.why, r.Authority.Nickname, r.Counts, r.Lists, len(r.Criteria))
			}
		}
	}
}

func TestStringWhereAnotherRuleDecides(t *testing.T) {
	middle := func(_ *guard.Review, e *consensus.Entry) {
		e.Flags = e.Flags.With(consensus.MiddleOnly | consensus.Guard)
	}
	v, id := edited(t, 0, middle)
	for i := 1; i < 3; i++ {
		at := slices.IndexFunc(v.Reviews[i].Entries, func(e consensus.Entry) bool { return e.Identity == id })
		middle(nil, &v.Reviews[i].Entries[at])
	}
	for i := range v.Reviews {
		v.Reviews[i].Header.KnownFlags = v.Reviews[i].Header.KnownFlags.With(consensus.MiddleOnly)
	}
	const want = "Guard: given by 3 of the 3 authorities that decide on it, 2 needed: enough, but another rule takes it away"
	if got := v.Of(id, consensus.Guard).String(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	for i := range v.Reviews {
		v.Reviews[i].Header.KnownFlags = consensus.Flags{}
		for j := range v.Reviews[i].Entries {
			v.Reviews[i].Entries[j].Flags = consensus.Flags{}
		}
	}
	if got := v.Of(id, consensus.Guard).String(); got != "Guard: no authority decides on it" {
		t.Error(got)
	}
}

func TestColumnsAreInTheRowsOrder(t *testing.T) {
	v, id := edited(t, 1, func(r *guard.Review, _ *consensus.Entry) { r.Published.EnoughMTBF = false })
	v.Reviews[2].Relays[slices.IndexFunc(v.Reviews[2].Relays, func(r guard.Relay) bool { return r.Identity == id })].Strip = consensus.Guard
	var got []string
	for _, c := range v.Of(id, consensus.Guard).Columns() {
		got = append(got, c.Flag.String()+" "+c.Name)
	}
	want := []string{"Fast bandwidth", "Stable uptime", "Stable MTBF", "Guard Fast", "Guard Stable", "Guard V2Dir", "Guard bandwidth",
		"Guard WFU", "Guard time known", "Guard not stripped"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

func BenchmarkOf(b *testing.B) {
	b.ReportAllocs()
	v := three(b)
	id := listed(v)[0]
	for b.Loop() {
		v.Of(id, consensus.Guard)
	}
}
