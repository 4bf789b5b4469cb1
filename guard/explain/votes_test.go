package explain_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/explain"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

func TestFind(t *testing.T) {
	v, id := edited(t, 1, func(_ *guard.Review, e *consensus.Entry) { e.Nickname = []byte("r000016") })
	other := v.Find("r000001")[0]
	for _, test := range []struct {
		why, name string
		want      int
	}{
		{"a nickname in whichever case", "R000018", 1},
		{"a fingerprint", "$" + id.String(), 1},
		{"the nickname of two, of one of them in a single vote", "r000016", 2},
		{"a relay that only one vote lists", other.String(), 1},
		{"nobody's nickname", "nobody", 0},
		{"nobody's fingerprint", strings.Repeat("0", 40), 0},
		{"no name", "", 0},
	} {
		found := v.Find(test.name)
		if len(found) != test.want || !slices.IsSortedFunc(found, consensus.Fingerprint.Compare) {
			t.Errorf("%s: %v", test.why, found)
		}
	}
}

// A vote that publishes no thresholds is reviewed by recomputed ones; what else is wrong with it is told, with its line.
func TestRead(t *testing.T) {
	vote := string(corpus.Read(t, filepath.Join("testdata", "vote-1")))
	lines := strings.Count(vote, "\n")
	lineOf := func(start string) int { return strings.Count(vote[:strings.Index(vote, "\n"+start)+1], "\n") + 1 }
	for _, test := range []struct {
		why, text string
		source    guard.Source
		votes     int
		made      guard.Source
		sentinel  error
		line      int
	}{
		{"as it is", vote, guard.Published, 1, guard.Published, nil, 0},
		{"recomputed, because that was asked for", vote, guard.Recomputed, 1, guard.Recomputed, nil, 0},
		{"recomputed, because it publishes none", strings.Replace(vote, "\nflag-thresholds ", "\nnothing-known ", 1), guard.Published, 1, guard.Recomputed, nil, 0},
		{"two of them", "@type network-status-vote-3 1.0\n" + vote + vote, guard.Published, 2, guard.Published, nil, 0},
		{"blank lines", "\n\n", guard.Published, 0, 0, consensus.ErrMissing, 1},
		{"no document", "nothing known\n", guard.Published, 0, 0, consensus.ErrNotThis, 1},
		{"cut off", strings.Replace(vote, "\ndirectory-footer\n", "\nnothing-known\n", 1), guard.Published, 0, 0, consensus.ErrMissing, 0},
		{"thresholds that cannot be read", strings.Replace(vote, "guard-tk=", "guard-tk=x", 1), guard.Published, 0, 0, consensus.ErrBadValue, lineOf("flag-thresholds")},
		{"the same in the second", vote + strings.Replace(vote, "guard-tk=", "guard-tk=x", 1), guard.Recomputed, 0, 0, consensus.ErrBadValue, lines + lineOf("flag-thresholds")},
	} {
		before := explain.Votes{Rules: guard.Latest(), Authorities: 9}
		v, err := before.Read([]byte(test.text), test.source)
		var syntax *consensus.SyntaxError
		if !errors.Is(err, test.sentinel) || err != nil && (!errors.As(err, &syntax) || test.line != 0 && syntax.Line != test.line) {
			t.Errorf("%s: %v, want line %d: %v", test.why, err, test.line, test.sentinel)
		}
		if len(v.Reviews) != test.votes || v.Authorities != 9 {
			t.Errorf("%s: %d votes", test.why, len(v.Reviews))
		}
		for _, review := range v.Reviews {
			if review.Source != test.made {
				t.Errorf("%s: %v", test.why, review.Source)
			}
		}
	}
}

// Votes are values: adding some to the same twice makes two that know nothing of each other.
func TestReadLeavesTheVotesAsTheyAre(t *testing.T) {
	base := three(t)
	base.Reviews = base.Reviews[:1:3]
	one, err := base.Read(corpus.Read(t, filepath.Join("testdata", "vote-2")), guard.Published)
	if err != nil {
		t.Fatal(err)
	}
	two, err := base.Read(corpus.Read(t, filepath.Join("testdata", "vote-3")), guard.Published)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := one.Reviews[1].Header.Sources[0].Nickname, two.Reviews[1].Header.Sources[0].Nickname; a == b || len(base.Reviews) != 1 {
		t.Errorf("both are of %s", a)
	}
}
