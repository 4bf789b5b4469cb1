package consensus

import (
	"bytes"
	"crypto/sha1"
	"iter"
	"net/netip"
	"slices"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// Descriptor is a server descriptor: what a relay says of itself. Its byte slices are borrowed from the text it was read
// from: they are the arguments of the line of that name, empty where the line is missing, must not be written to, and
// are good as long as the text is; [Descriptor.Clone] makes a descriptor that may be kept without it. The zero
// Descriptor belongs to no relay.
//
// Keys and certificates other than the two identities, signatures, and the numbers of the histories are neither read
// nor checked. A descriptor whose signature is wrong, which Tor would refuse, is lent like any other.
//
// Spec: dir-spec, "Server descriptor format".
// C: src/feature/dirparse/routerparse.c, router_parse_entry_from_string.
type Descriptor struct {
	// Line is the number of the router line in the text, counting from 1.
	Line int
	// Text is the descriptor as it stands in the text, from the router line to the end of the signature. Annotations
	// before it do not belong to it.
	Text []byte

	// Nickname is the name the relay gives itself, 1 to 19 letters and digits. It identifies nobody.
	Nickname []byte
	// Identity identifies the relay: the digest of its signing key. The fingerprint line, where there is one, agrees.
	Identity Fingerprint
	// Ed25519 is the relay's ed25519 identity, from the master-key-ed25519 line; zero if it has none. Since:
	// 0.2.7.2-alpha.
	Ed25519 [32]byte
	// Address is the relay's IPv4 address.
	Address netip.Addr
	// ORPort is the port for relays and clients, never 0.
	ORPort uint16
	// DirPort is the port for directory requests, 0 if it has none.
	DirPort uint16
	// IPv6 is the first IPv6 address of the or-address lines, with its port; the zero AddrPort if there is none that can
	// be read.
	IPv6 netip.AddrPort

	// Published is the moment the descriptor was made.
	Published wfu.Instant
	// Uptime is the time, in seconds, that the relay had been running then, by its own word; 0 if it does not say.
	Uptime int64
	// Rate is the bandwidth, in bytes per second, it is willing to sustain: 1 to 2147483647.
	Rate uint64
	// Burst is the bandwidth, in bytes per second, it is willing to bear for a short time: 0 to 2147483647.
	Burst uint64
	// Observed is the bandwidth, in bytes per second, that it has seen itself carry: 0 to 2147483647.
	Observed uint64

	// Platform is the software and the system it runs on: "Tor", a version, "on" and the system.
	Platform []byte
	// Protocols are the protocol versions it speaks, from the proto line. Since: 0.2.9.4-alpha.
	Protocols []byte
	// Family names the relays it says are run by the same people.
	Family []byte
	// OverloadGeneral is the version of that line and the moment the relay was last overloaded. Since: 0.4.6.1-alpha.
	OverloadGeneral []byte

	// Hibernating reports whether the relay says that it does not want traffic for now.
	Hibernating bool
	// TunnelledDirServer reports whether it answers directory requests over its ORPort, by the line of that name.
	// Since: 0.2.8.1-alpha.
	TunnelledDirServer bool
	// HiddenServiceDir reports whether it wants to store onion-service descriptors.
	HiddenServiceDir bool
	// CachesExtraInfo reports whether it stores extra-info documents.
	CachesExtraInfo bool

	// Policy is the exit policy: IPv4 rules, at least one. It must not be written to either: the descriptors of one text
	// share it where they have the same.
	Policy Policy
	// IPv6Policy is the exit policy for IPv6 in summary: "accept" or "reject" and a list of ports. Since: 0.2.4.7-alpha.
	IPv6Policy []byte
}

// Clone is a copy of the descriptor that owns its text.
func (d Descriptor) Clone() Descriptor {
	d.Text = bytes.Clone(d.Text)
	d.Nickname = bytes.Clone(d.Nickname)
	d.Platform = bytes.Clone(d.Platform)
	d.Protocols = bytes.Clone(d.Protocols)
	d.Family = bytes.Clone(d.Family)
	d.OverloadGeneral = bytes.Clone(d.OverloadGeneral)
	d.Policy = slices.Clone(d.Policy)
	d.IPv6Policy = bytes.Clone(d.IPv6Policy)
	return d
}

// Digest is the SHA-1 digest of the descriptor, by which a vote and a consensus refer to it: [Entry.Digest]. It is
// computed anew at each call.
//
// C: src/feature/dirparse/routerparse.c, router_get_router_hash.
func (d Descriptor) Digest() [20]byte {
	const last = "\nrouter-signature\n"
	signed := d.Text
	if i := bytes.Index(signed, []byte(last)); i >= 0 {
		signed = signed[:i+len(last)]
	}
	return sha1.Sum(signed)
}

// IsDirectory reports whether the relay answers directory requests in one way or another, which is what the V2Dir flag
// says.
//
// Spec: dir-spec, "Assigning flags in a vote", V2Dir.
// Since: 0.2.8.1-alpha (before, only a directory port counted).
func (d Descriptor) IsDirectory() bool { return d.TunnelledDirServer || d.DirPort != 0 }

// RejectsAll reports whether the relay lets no traffic out, over IPv4 or over IPv6.
//
// C: src/feature/nodelist/routerlist.c, router_exit_policy_rejects_all.
func (d Descriptor) RejectsAll() bool {
	if !d.Policy.RejectsAll() {
		return false
	}
	if len(d.IPv6Policy) == 0 {
		return true
	}
	_, all := parsePolicySummary(d.IPv6Policy)
	return all
}

// IsExit reports whether an authority whose option DirAllowPrivateAddresses is allowPrivate gives the relay the Exit
// flag: whether it does not reject everything, and its policy is that of a general exit.
//
// By dir-spec, the flag of a relay that does not count toward the thresholds stays what it was. C decides it anew for
// every relay with a descriptor, and so does this.
//
// Spec: dir-spec, "Assigning flags in a vote", Exit.
// C: src/feature/dirauth/voteflags.c, dirserv_compute_performance_thresholds.
// Since: 0.3.3.1-alpha (for every relay).
func (d Descriptor) IsExit(allowPrivate bool) bool {
	return !d.RejectsAll() && d.Policy.IsGeneralExit(allowPrivate)
}

// IsExitBy is [Descriptor.IsExit] by the rule of another version of Tor; see [Policy.IsGeneralExitBy].
func (d Descriptor) IsExitBy(rule ExitRule, allowPrivate bool) bool {
	return !d.RejectsAll() && d.Policy.IsGeneralExitBy(rule, allowPrivate)
}

// Descriptors yields the server descriptors that text joins, with or without annotations between them, as CollecTor's
// archives and Tor's own cache files do. A descriptor that Tor would not take, for want of a needed line, for a number
// or a policy that cannot be read, or because a line stands twice, comes with a [*SyntaxError] that has the line number
// in text; it holds what was read of it. Whoever goes on gets the next one.
//
// The text is read in one pass. Memory is taken for a policy that comes for the first time or names an address of its
// own, for errors, and for what is not spelled as Tor spells it; nothing else of a descriptor needs any.
//
// Extra-info documents are passed over, as in Tor. Other text that belongs to no descriptor, which Tor passes over too,
// is an error that wraps [ErrNotThis]. Behind a descriptor that was cut off before its signature, Tor loses the next
// one; here it is read.
//
// C: src/feature/dirparse/routerparse.c, router_parse_list_from_string.
func Descriptors(text []byte) iter.Seq2[Descriptor, error] {
	return func(yield func(Descriptor, error) bool) {
		r := descriptorReader{scanner: scanner{text: text}}
		for r.skipAnnotations() {
			if bytes.HasPrefix(r.rest(), []byte("extra-info ")) {
				r.skipDocument()
				continue
			}
			// What follows a signature is no descriptor; the second round says so.
			for more := true; more; more = !r.skipBlank() {
				fault := r.descriptor()
				var err error
				if fault != nil { // a nil *SyntaxError would be an error all the same
					err = fault
				}
				if !yield(r.d, err) {
					return
				}
			}
		}
	}
}
