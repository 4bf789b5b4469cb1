package consensus

import (
	"bytes"
	"iter"
	"net/netip"
	"strconv"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Entry is what a vote or a consensus says of one relay. Its byte slices are borrowed from the document: they are empty
// where the line is missing, must not be written to, and are good as long as the document is; [Entry.Clone] makes an
// entry that may be kept without it. The zero Entry belongs to no relay.
//
// Spec: dir-spec, "Vote and consensus status document formats", from r on.
// C: src/feature/dirparse/ns_parse.c, routerstatus_parse_entry_from_string.
type Entry struct {
	// Line is the number of the entry's r line in the document, counting from 1.
	Line int
	// Text is the entry as it stands in the document, all its lines.
	Text []byte

	// Nickname is the name the relay gave itself, 1 to 19 letters and digits. It identifies nobody.
	Nickname []byte
	// Identity identifies the relay.
	Identity Fingerprint
	// Digest is the digest of the server descriptor that the entry describes; zero in the microdesc flavour.
	Digest [20]byte
	// Published is the moment that descriptor was made. Newer consensuses show an arbitrary moment in its place.
	Published wfu.Instant
	// Address is the relay's IPv4 address.
	Address netip.Addr
	// ORPort is the port for relays and clients.
	ORPort uint16
	// DirPort is the port for directory requests, 0 if it has none.
	DirPort uint16

	// Flags are the flags of the s line. In a vote they are among the header's KnownFlags; in a consensus they need not be.
	Flags Flags
	// Version is the v line: "Tor" and a version number, for relays that are Tor.
	Version []byte
	// Protocols is the pr line: the protocol versions the relay speaks. Since: 0.2.9.4-alpha.
	Protocols []byte
	// Weight is the w line.
	Weight Weight
	// Policy is the p line, a summary of the exit policy: "accept" or "reject" and a list of ports.
	Policy []byte
	// Microdesc is the SHA-256 digest on the m line of the microdesc flavour; zero where it is missing, and elsewhere.
	// For the m lines of votes see MicrodescFor.
	Microdesc [32]byte
	// HasEd25519 reports whether there is an id line for an ed25519 key; only in votes. Since: 0.2.7.2-alpha.
	HasEd25519 bool
	// Ed25519 is the relay's ed25519 identity; zero where the line says that it has none.
	Ed25519 [32]byte
	// Stats is the stats line: the history behind the flags, rounded as the line shows it; only in votes. Since:
	// 0.4.6.1-alpha.
	Stats wfu.Stats
	// HasStats reports whether there is such a line.
	HasStats bool
}

// Weight is the w line of an entry. The zero Weight is that of an entry without one.
//
// Spec: dir-spec, "Vote and consensus status document formats", w.
type Weight struct {
	// Bandwidth is, in a vote, what the relay advertises, capped; in a consensus, what it is weighed with.
	Bandwidth bandwidth.KB
	// Measured is what the bandwidth file of the vote's authority says; only in votes.
	Measured bandwidth.KB
	// MeasuredButAuthority stands in place of Measured for a relay with the Authority flag, so that it is shown and not
	// voted on. Since: 0.4.7.11.
	MeasuredButAuthority bandwidth.KB
	// GuardFraction is the percentage of its time, 0 to 100, for which the relay has been a guard (prop236). Authorities
	// print it only if told to. Since: 0.2.6.3-alpha.
	GuardFraction uint8
	// HasBandwidth reports whether Bandwidth is there.
	HasBandwidth bool
	// HasMeasured reports whether Measured is there.
	HasMeasured bool
	// HasMeasuredButAuthority reports whether MeasuredButAuthority is there.
	HasMeasuredButAuthority bool
	// HasGuardFraction reports whether GuardFraction is there.
	HasGuardFraction bool
	// Unmeasured reports whether a consensus says that fewer than three authorities have measured the relay.
	Unmeasured bool
}

// Clone is a copy of the entry that owns its text.
func (e Entry) Clone() Entry {
	e.Text = bytes.Clone(e.Text)
	e.Nickname = bytes.Clone(e.Nickname)
	e.Version = bytes.Clone(e.Version)
	e.Protocols = bytes.Clone(e.Protocols)
	e.Policy = bytes.Clone(e.Policy)
	return e
}

// Addresses yields the further addresses of the entry's a lines. Those it cannot read are passed over, as in Tor.
func (e Entry) Addresses() iter.Seq[netip.AddrPort] {
	return func(yield func(netip.AddrPort) bool) {
		for args := range e.all("a") {
			word, _ := field(args)
			addr, err := netip.ParseAddrPort(string(word))
			if err == nil && addr.Addr().Zone() == "" && !yield(addr) {
				return
			}
		}
	}
}

// IPv6 is the first IPv6 address of the entry's a lines, and reports whether there is one: the only one Tor uses.
//
// C: src/feature/dirparse/routerparse.c, find_single_ipv6_orport.
func (e Entry) IPv6() (netip.AddrPort, bool) {
	for addr := range e.Addresses() {
		if addr.Addr().Is6() {
			return addr, true
		}
	}
	return netip.AddrPort{}, false
}

// MicrodescFor is the digest of the microdescriptor that a vote's authority makes for this relay under a consensus
// method, and reports whether there is one. Where several m lines name the method, the last one decides, even if it
// has no digest that can be read.
//
// Spec: dir-spec, "Vote and consensus status document formats", m.
// C: src/feature/dirauth/dirvote.c, vote_routerstatus_find_microdesc_hash.
func (e Entry) MicrodescFor(method int) (digest [32]byte, ok bool) {
	var buffer [20]byte
	number := strconv.AppendInt(buffer[:0], int64(method), 10)
	for args := range e.all("m") {
		if listsMethod(args, number) {
			_, value, _ := bytes.Cut(args, []byte(" sha256="))
			digest, ok = parseBase64Digest256(value[:min(43, len(value))])
		}
	}
	return digest, ok
}

// listsMethod reports whether a list of numbers joined by commas holds that one, spelled the same. As in C, the list
// ends where something else begins.
func listsMethod(list, number []byte) bool {
	for {
		n := 0
		for n < len(list) && '0' <= list[n] && list[n] <= '9' {
			n++
		}
		if bytes.Equal(list[:n], number) {
			return true
		}
		if n == 0 || n == len(list) || list[n] != ',' {
			return false
		}
		list = list[n+1:]
	}
}

// all yields the arguments of the entry's lines of that keyword.
func (e Entry) all(keyword string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		l := lines{rest: e.Text}
		for {
			k, args, ok, err := l.next()
			if !ok || err != nil {
				return
			}
			if string(k) == keyword && !yield(args) {
				return
			}
		}
	}
}
