package consensus_test

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// The usual flags of a vote.
const usualFlags = "Authority BadExit Exit Fast Guard HSDir MiddleOnly Running Stable StaleDesc V2Dir Valid"

// made is a vote of the i-th authority with these relays.
func made(i int, entries ...consensus.Entry) consensus.Document {
	return consensus.Document{
		Header: consensus.Header{
			Vote:       true,
			Methods:    []int{32, 33, 34, 35},
			KnownFlags: consensus.ParseFlags([]byte(usualFlags)),
			ValidAfter: 1_700_000_000,
			Sources:    []consensus.Source{{Nickname: fmt.Sprintf("auth%d", i), Identity: identityNo(i)}},
		},
		Entries: entries,
	}
}

// relayNo is what a vote might say of the i-th relay: these flags beside Running and Valid, this w line, an ed25519
// identity and a microdescriptor.
func relayNo(i int, flags, w string) consensus.Entry {
	weight, err := consensus.ParseWeight([]byte(w))
	if err != nil {
		panic(err)
	}
	e := consensus.Entry{
		Nickname:   fmt.Appendf(nil, "relay%d", i),
		Identity:   identityNo(i),
		Digest:     identityNo(100 + i),
		Published:  1_699_990_000,
		Address:    netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}),
		ORPort:     9001,
		Flags:      consensus.ParseFlags([]byte("Running Valid " + flags)),
		Weight:     weight,
		HasEd25519: true,
		Ed25519:    keyNo(1000 + i),
	}
	return withMicrodesc(e, 1)
}

// withMicrodesc is the entry with an m line for all methods that names the n-th digest; 0 is the digest of zeros.
func withMicrodesc(e consensus.Entry, n int) consensus.Entry {
	digest := keyNo(n)
	e.Text = []byte("r …\nm 17,22,31,32,33,34,35 sha256=" + base64.RawStdEncoding.EncodeToString(digest[:]) + "\n")
	return e
}

// identityNo is an identity that begins with i, so that they sort like numbers.
func identityNo(i int) consensus.Fingerprint {
	return consensus.Fingerprint{byte(i >> 8), byte(i)}
}

func keyNo(i int) [32]byte { return [32]byte{byte(i >> 8), byte(i)} }

// changed is the entry after a change, which the caller's entry does not see.
func changed(e consensus.Entry, change func(*consensus.Entry)) consensus.Entry {
	change(&e)
	return e
}

// votesOf are the votes of as many authorities on one relay, each saying what it is given; an entry without an identity
// stands for a vote without the relay.
func votesOf(entries ...consensus.Entry) []consensus.Document {
	var votes []consensus.Document
	for i, e := range entries {
		if e.Identity == (consensus.Fingerprint{}) {
			votes = append(votes, made(i+1))
		} else {
			votes = append(votes, made(i+1, e))
		}
	}
	return votes
}

// clone is the votes with their own entries and parameters.
func clone(votes []consensus.Document) []consensus.Document {
	votes = slices.Clone(votes)
	for i := range votes {
		votes[i].Entries = slices.Clone(votes[i].Entries)
		votes[i].Header.Params = slices.Clone(votes[i].Header.Params)
		votes[i].Header.Methods = slices.Clone(votes[i].Header.Methods)
	}
	return votes
}
