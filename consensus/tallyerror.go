package consensus

import (
	"errors"
	"strconv"
)

// TallyError says why votes cannot be counted. It wraps one of this package's sentinel errors, for errors.Is.
type TallyError struct {
	Vote      int         // index of the vote in the argument, or -1 where it is none of them in particular
	Authority string      // nickname of the vote's authority; may be empty
	Relay     Fingerprint // relay it is about; may be zero
	Value     string      // what is wrong; may be empty
	Err       error       // the sentinel
}

// The sentinels that a TallyError wraps. It may also wrap [ErrTwice], for a parameter that a vote has twice.
var (
	// ErrMethods says that the methods asked for are not within OldestMethod and NewestMethod, or out of order.
	ErrMethods = errors.New("consensus methods cannot be counted by")
	// ErrQuorum says that the number of votes makes no sense beside that of authorities.
	ErrQuorum = errors.New("no votes, or more votes than authorities")
	// ErrNotVote says that a document is a consensus, or a vote without its author.
	ErrNotVote = errors.New("not a vote of one authority")
	// ErrSameAuthority says that an authority's identity stands on two votes.
	ErrSameAuthority = errors.New("second vote of one authority")
	// ErrOtherPeriod says that votes differ in valid-after.
	ErrOtherPeriod = errors.New("vote for another period than the first")
	// ErrTooManyFlags says that a vote has more known-flags than Tor has room for.
	ErrTooManyFlags = errors.New("vote knows more than 64 flags")
	// ErrUnknownFlag says that an entry has a flag that is not among its vote's known-flags.
	ErrUnknownFlag = errors.New("relay has a flag that its vote does not know")
	// ErrSameRelay says that a vote has two entries of one fingerprint.
	ErrSameRelay = errors.New("vote lists a relay twice")
	// ErrSameKey says that a vote has two entries of one ed25519 identity.
	ErrSameKey = errors.New("vote lists an ed25519 identity twice")
)

// Error is one sentence: vote, authority, relay, what is wrong, and the value.
func (e *TallyError) Error() string {
	msg := "tally"
	if e.Vote >= 0 {
		msg = "vote " + strconv.Itoa(e.Vote+1)
		if e.Authority != "" {
			msg += " (" + e.Authority + ")"
		}
	}
	if e.Relay != (Fingerprint{}) {
		msg += ": " + e.Relay.String()
	}
	msg += ": " + e.Err.Error()
	if e.Value != "" {
		msg += ": " + quote([]byte(e.Value))
	}
	return msg
}

// Unwrap is the sentinel.
func (e *TallyError) Unwrap() error { return e.Err }

// maxKnownFlags is how many flags a vote may know.
//
// C: src/feature/nodelist/vote_routerstatus_st.h, MAX_KNOWN_FLAGS_IN_VOTE.
const maxKnownFlags = 64

// checkVotes finds what Tor would not have taken as votes to be counted together. Votes that were read by this package
// can fail only in the ways that take more than one of them, or all of one vote, to see.
//
// C: src/feature/dirauth/dirvote.c, dirvote_add_vote; src/feature/dirparse/ns_parse.c,
// networkstatus_parse_vote_from_string.
func checkVotes(votes []Document, authorities int) error {
	if len(votes) == 0 || len(votes) > authorities {
		return &TallyError{Vote: -1, Value: strconv.Itoa(len(votes)) + " votes of " + strconv.Itoa(authorities), Err: ErrQuorum}
	}
	seen := make(map[Fingerprint]bool, len(votes))
	for i, v := range votes {
		fail := func(err TallyError) error {
			err.Vote = i
			if len(v.Header.Sources) > 0 {
				err.Authority = v.Header.Sources[0].Nickname
			}
			return &err
		}
		switch {
		case !v.Header.Vote || len(v.Header.Sources) != 1:
			return fail(TallyError{Err: ErrNotVote})
		case seen[v.identity()]:
			return fail(TallyError{Value: v.identity().String(), Err: ErrSameAuthority})
		case v.Header.ValidAfter != votes[0].Header.ValidAfter:
			return fail(TallyError{Value: v.Header.ValidAfter.String(), Err: ErrOtherPeriod})
		case v.Header.KnownFlags.Len() > maxKnownFlags:
			return fail(TallyError{Err: ErrTooManyFlags})
		}
		seen[v.identity()] = true
		if err := checkEntries(v); err != (TallyError{}) {
			return fail(err)
		}
	}
	return nil
}

// checkEntries is the error of a vote's parameters and relays, or the zero TallyError.
func checkEntries(v Document) TallyError {
	params := make(map[string]bool, len(v.Header.Params))
	for _, p := range v.Header.Params {
		if params[p.Name] {
			return TallyError{Value: p.Name, Err: ErrTwice}
		}
		params[p.Name] = true
	}
	relays := make(map[Fingerprint]bool, len(v.Entries))
	keys := make(map[[32]byte]bool, len(v.Entries))
	for i := range v.Entries {
		e := &v.Entries[i]
		switch {
		case relays[e.Identity]:
			return TallyError{Relay: e.Identity, Err: ErrSameRelay}
		case e.Ed25519 != [32]byte{} && keys[e.Ed25519]:
			return TallyError{Relay: e.Identity, Err: ErrSameKey}
		case e.Flags.Union(v.Header.KnownFlags) != v.Header.KnownFlags:
			return TallyError{Relay: e.Identity, Value: e.Flags.String(), Err: ErrUnknownFlag}
		}
		relays[e.Identity] = true
		if e.Ed25519 != [32]byte{} {
			keys[e.Ed25519] = true
		}
	}
	return TallyError{}
}
