package explain

import (
	"errors"
	"math"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// Votes are several authorities' votes, reviewed. The zero Votes are none.
type Votes struct {
	// Rules are those the votes are explained by; the Reviews were made by the same.
	Rules guard.Rules
	// Reviews are the votes, in any order: those of guard.Rules.ReviewVote, by whichever thresholds. [Votes.Read] adds
	// some.
	Reviews []guard.Review
	// Authorities is the number of authorities that could have voted, at least as many as did; 0 stands for as many as
	// there are Reviews. More than half of them have to list a relay.
	Authorities int
}

// Read is the votes with those added that are in the text, one or several, as consensus.Documents finds them. Each is
// reviewed by recomputed thresholds or, if source is guard.Published, by those that it published, which are what its
// authority went by; one without them is reviewed by recomputed ones all the same.
//
// The error is a *consensus.SyntaxError, its line that of the text: for a vote that cannot be read, for a consensus, and
// for a text without any document.
func (v Votes) Read(text []byte, source guard.Source) (Votes, error) {
	read := v
	read.Reviews = slices.Clip(v.Reviews)
	for line, vote := range consensus.Documents(text) {
		review, err := v.Rules.ReviewVote(vote, source)
		if source == guard.Published && errors.Is(err, consensus.ErrMissing) {
			review, err = v.Rules.ReviewVote(vote, guard.Recomputed)
		}
		if err != nil {
			return v, atLine(err, line)
		}
		read.Reviews = append(read.Reviews, review)
	}
	if len(read.Reviews) == len(v.Reviews) {
		_, err := v.Rules.ReviewVote(text, source) // says what is missing
		return v, err
	}
	return read, nil
}

// atLine is the error of a document that begins at that line.
func atLine(err error, line int) error {
	if syntax := new(consensus.SyntaxError); errors.As(err, &syntax) {
		syntax.Line += line - 1
	}
	return err
}

// Find is every relay that some vote calls by that name, a fingerprint or a nickname as consensus.Called has it, in
// ascending order; nil if there is none. Votes may call one relay by several nicknames, and by one nickname several
// relays.
func (v Votes) Find(name string) []consensus.Fingerprint {
	called := consensus.Called(name)
	return v.listed(func(r *guard.Relay) bool { return called(r.Identity, r.Nickname) })
}

// listed is every relay of which some vote's view is such.
func (v Votes) listed(such func(*guard.Relay) bool) []consensus.Fingerprint {
	var found []consensus.Fingerprint
	for i := range v.Reviews {
		relays := v.Reviews[i].Relays
		for j := range relays {
			if r := &relays[j]; such(r) {
				found = append(found, r.Identity)
			}
		}
	}
	slices.SortFunc(found, consensus.Fingerprint.Compare)
	return slices.Compact(found)
}

// Closest is the relay that lacks the fewest votes for the flag to have it, at least one; among several the first. It
// reports false where every relay that is listed has the flag, and where the votes cannot be counted together.
func (v Votes) Closest(flag consensus.Flag) (relay consensus.Fingerprint, ok bool) {
	least := math.MaxInt
	for _, id := range v.Relays() {
		t := v.Of(id, flag)
		if t.Err != nil {
			return consensus.Fingerprint{}, false
		}
		if t.Standing == consensus.Included && 0 < t.Poll.Short && t.Poll.Short < least {
			relay, least, ok = id, t.Poll.Short, true
		}
	}
	return relay, ok
}

// Relays is every relay that some vote lists, in ascending order.
func (v Votes) Relays() []consensus.Fingerprint {
	return v.listed(func(*guard.Relay) bool { return true })
}

// tally counts what the votes say of that one relay: of it alone, for its flags do not depend on what they say of others,
// but for the flags Named and Unnamed, which nobody votes any more.
func (v Votes) tally(places []int) (consensus.Outcome, error) {
	votes := make([]consensus.Document, len(v.Reviews))
	for i := range votes {
		votes[i].Header = v.Reviews[i].Header
		if at := places[i]; at >= 0 {
			votes[i].Entries = v.Reviews[i].Entries[at : at+1]
		}
	}
	authorities := v.Authorities
	if authorities == 0 {
		authorities = len(votes)
	}
	return consensus.Tally(votes, authorities)
}

// place is where a review has that relay, -1 if nowhere. Votes list their relays in ascending order of identities, and
// no reader takes another one.
func place(v *guard.Review, id consensus.Fingerprint) int {
	at, ok := slices.BinarySearchFunc(v.Entries, id,
		func(e consensus.Entry, id consensus.Fingerprint) int { return e.Identity.Compare(id) })
	if !ok {
		return -1
	}
	return at
}
