package consensus

import (
	"net/netip"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// Header is what a vote or a consensus says before its first relay. It owns its text and may be kept. Texts are the
// arguments of the line of that name as they stand there; an empty one says that the line is empty or missing.
// The zero Header is that of no document.
//
// Key certificates, package lines and keywords nobody knows are passed over.
//
// Spec: dir-spec, "Vote and consensus status document formats".
// C: src/feature/dirparse/ns_parse.c, networkstatus_parse_vote_from_string.
type Header struct {
	// Vote reports whether this is one authority's vote; otherwise it is a consensus.
	Vote bool
	// Flavour is empty or, for the consensus that most clients use, "microdesc". Since: 0.2.3.1-alpha.
	Flavour string

	// Methods are the consensus methods that a vote's authority knows, in the document's order; nil in a consensus.
	Methods []int
	// Method is the method a consensus was computed with, 1 where it does not say; 0 in a vote.
	Method int

	// Published is the moment a vote was made; never in a consensus.
	Published wfu.Instant
	// ValidAfter is the moment from which the consensus holds.
	ValidAfter wfu.Instant
	// FreshUntil is the moment the next one is due.
	FreshUntil wfu.Instant
	// ValidUntil is the moment from which clients should not use it any more.
	ValidUntil wfu.Instant
	// VoteSeconds is the time, in seconds, that authorities give each other to collect all votes.
	VoteSeconds int64
	// DistSeconds is the time, in seconds, that they give each other to collect all signatures.
	DistSeconds int64

	// ClientVersions lists the Tor versions recommended to clients, joined by commas.
	ClientVersions string
	// ServerVersions lists the Tor versions recommended to relays, joined by commas.
	ServerVersions string
	// RecommendedClientProtocols are the protocol versions a client should have. Since: 0.2.9.4-alpha.
	RecommendedClientProtocols string
	// RecommendedRelayProtocols are the protocol versions a relay should have. Since: 0.2.9.4-alpha.
	RecommendedRelayProtocols string
	// RequiredClientProtocols are the protocol versions a client must have. Since: 0.2.9.4-alpha.
	RequiredClientProtocols string
	// RequiredRelayProtocols are the protocol versions a relay must have. Since: 0.2.9.4-alpha.
	RequiredRelayProtocols string

	// KnownFlags are all flags that entries of this document may have: in a vote, those its authority decides on.
	KnownFlags Flags
	// FlagThresholds is the line on which an authority shows the thresholds it decided with; only in votes. Package
	// guard reads it. Since: 0.2.4.11-alpha.
	FlagThresholds string
	// Params are the numbers voted on or agreed on.
	Params Params

	// BandwidthFileHeaders are the key=value pairs that head the authority's bandwidth file; only in votes. Since:
	// 0.3.5.1-alpha.
	BandwidthFileHeaders string
	// BandwidthFileDigest names the bandwidth file by its digests; only in votes. Since: 0.4.0.4-alpha.
	BandwidthFileDigest string

	// SharedRandParticipate reports whether a vote's authority takes part in making the shared random value.
	SharedRandParticipate bool
	// SharedRandCommits are a vote's commitments, one a line, in the document's order.
	SharedRandCommits []string
	// SharedRandPrevious is the number of reveals and the value of the previous day.
	SharedRandPrevious string
	// SharedRandCurrent is the number of reveals and the value of the day.
	SharedRandCurrent string

	// Sources are the authorities whose votes were counted, in the document's order; in a vote, its one author.
	Sources []Source
}

// Source is an authority, as a dir-source line and those that follow it introduce it.
type Source struct {
	// Nickname is its name. One that ends in "-legacy" marks a second, older identity of an authority.
	Nickname string
	// Identity is the digest of the key that certifies its signing keys. It is not its fingerprint as a relay.
	Identity Fingerprint
	// Hostname is the host name or address it goes by.
	Hostname string
	// Address is its IPv4 address.
	Address netip.Addr
	// DirPort is its directory port.
	DirPort uint16
	// ORPort is its port for relays and clients.
	ORPort uint16
	// Contact says who runs it.
	Contact string
	// VoteDigest is the SHA-1 digest of its vote; zero in a vote, and for legacy identities.
	VoteDigest [20]byte
	// LegacyKey is the identity it had before, where a vote names one; else zero.
	LegacyKey Fingerprint
}
