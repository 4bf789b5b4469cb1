package consensus

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"math"
	"net/netip"
)

// atMostOnce are the keywords of a descriptor that may stand only once, each of which is a bit.
var atMostOnce = map[string]uint32{
	"router": seenRouter, "published": seenPublished, "bandwidth": seenBandwidth, "signing-key": seenSigningKey,
	"router-signature": seenSignature, "fingerprint": 1 << 5, "uptime": 1 << 6, "hibernating": 1 << 7, "platform": 1 << 8,
	"proto": 1 << 9, "contact": 1 << 10, "read-history": 1 << 11, "write-history": 1 << 12, "extra-info-digest": 1 << 13,
	"hidden-service-dir": 1 << 14, "identity-ed25519": 1 << 15, "master-key-ed25519": 1 << 16,
	"router-sig-ed25519": 1 << 17, "onion-key-crosscert": 1 << 18, "ntor-onion-key-crosscert": 1 << 19,
	"allow-single-hop-exits": 1 << 20, "family": 1 << 21, "caches-extra-info": 1 << 22, "onion-key": 1 << 23,
	"ntor-onion-key": 1 << 24, "tunnelled-dir-server": 1 << 25, "ipv6-policy": 1 << 26, "overload-general": 1 << 27,
}

// The lines without which Tor takes no descriptor, besides that of an exit policy and, as far as the version of Tor
// asks for them, of keys that are of no concern here.
const (
	seenRouter = 1 << iota
	seenPublished
	seenBandwidth
	seenSigningKey
	seenSignature
)

// descriptorParser is a descriptor being read.
type descriptorParser struct {
	lines
	d           Descriptor
	seen        uint32
	fingerprint []byte // the arguments of the fingerprint line
	atPrint     lines  // where it stands
}

// parseDescriptor reads the descriptor that doc begins with, the first line of which has the number line. With an error
// comes as much of the descriptor as was read before it.
func parseDescriptor(doc []byte, line int) (Descriptor, *SyntaxError) {
	p := descriptorParser{lines: lines{rest: doc, number: line - 1}}
	p.d.Line, p.d.Text = line, doc[:len(doc):len(doc)]
	for p.seen&seenSignature == 0 {
		keyword, args, ok, err := p.next()
		if err != nil {
			return p.d, err
		}
		if !ok {
			break
		}
		if p.seen == 0 && string(keyword) != "router" {
			return p.d, p.fault(keyword, args, ErrNotThis)
		}
		bit := atMostOnce[string(keyword)]
		if p.seen&bit != 0 {
			return p.d, p.fault(keyword, args, ErrTwice)
		}
		p.seen |= bit
		fault := p.d.router(keyword, args)
		if fault.sentinel == nil && string(keyword) != "router" {
			fault = p.value(keyword, args)
		}
		if fault.sentinel != nil {
			return p.d, p.fault(keyword, fault.value, fault.sentinel)
		}
		switch string(keyword) {
		case "signing-key":
			err = p.signingKey()
		case "router-signature":
			err = p.signature()
		}
		if err != nil {
			return p.d, err
		}
	}
	p.d.Text = doc[: len(doc)-len(p.rest) : len(doc)-len(p.rest)]
	return p.d, p.finish()
}

// router reads the arguments of a router line, and nothing of any other.
func (d *Descriptor) router(keyword, args []byte) fault {
	if string(keyword) != "router" {
		return fault{}
	}
	var words [5][]byte
	rest := args
	for i := range words {
		if words[i], rest = field(rest); len(words[i]) == 0 {
			return faultOf(args, ErrTooFew)
		}
	}
	if !isNickname(words[0]) {
		return bad(words[0])
	}
	d.Nickname = words[0]
	var ok bool
	if d.Address, ok = parseIPv4(words[1]); !ok {
		return bad(words[1])
	}
	orPort, ok := parseLong(words[2], math.MaxUint16)
	if !ok || orPort == 0 {
		return bad(words[2])
	}
	dirPort, ok := parseLong(words[4], math.MaxUint16) // words[3] is a SOCKS port nobody has any more
	if !ok {
		return bad(words[4])
	}
	d.ORPort, d.DirPort = uint16(orPort), uint16(dirPort)
	return fault{}
}

// value reads the arguments of any other line into its place.
func (p *descriptorParser) value(keyword, args []byte) fault {
	d := &p.d
	first, _ := field(args)
	ok := true
	switch string(keyword) {
	case "published":
		d.Published, ok = parseInstant(args)
	case "bandwidth":
		return d.bandwidth(args)
	case "uptime":
		var n uint64
		n, ok = parseLong(first, math.MaxInt64)
		d.Uptime = int64(n)
	case "hibernating":
		if len(first) == 0 {
			return faultOf(nil, ErrTooFew)
		}
		n, _ := parseLong(first, math.MaxInt64) // what is no number is no, as in Tor
		d.Hibernating = n != 0
	case "platform":
		d.Platform = args
	case "proto":
		d.Protocols = args
	case "fingerprint":
		p.fingerprint, p.atPrint = args, p.lines
	case "family":
		d.Family = args
		return checkFamily(args)
	case "overload-general":
		d.OverloadGeneral = args
	case "tunnelled-dir-server":
		d.TunnelledDirServer = true
		return alone(args)
	case "hidden-service-dir":
		d.HiddenServiceDir = true
		return alone(args)
	case "caches-extra-info":
		d.CachesExtraInfo = true
		return alone(args)
	case "allow-single-hop-exits", "signing-key", "onion-key", "identity-ed25519", "onion-key-crosscert", "router-signature":
		return alone(args)
	case "master-key-ed25519":
		var key [32]byte
		if key, ok = parseBase64Digest256(first); ok { // half a key would be another relay's
			d.Ed25519 = key
		}
	case "or-address":
		if len(first) == 0 {
			return faultOf(nil, ErrTooFew)
		}
		if addr, ok := parseORAddress(first); ok && !d.IPv6.IsValid() {
			d.IPv6 = addr
		}
	case "ipv6-policy":
		d.IPv6Policy = args
		ok, _ = parsePolicySummary(args)
	case "accept", "reject":
		return d.rule(keyword, args)
	case "accept6", "reject6":
		return faultOf(args, ErrBadValue) // Tor takes no descriptor that has one
	}
	if !ok {
		return bad(args)
	}
	return fault{}
}

// alone is the fault of a line that has arguments though its keyword takes none.
func alone(args []byte) fault {
	if len(args) > 0 {
		return faultOf(args, ErrBadValue)
	}
	return fault{}
}

// bandwidth reads the three numbers of a bandwidth line.
func (d *Descriptor) bandwidth(args []byte) fault {
	rest := args
	for i, place := range []*uint64{&d.Rate, &d.Burst, &d.Observed} {
		var word []byte
		if word, rest = field(rest); len(word) == 0 {
			return faultOf(args, ErrTooFew)
		}
		n, ok := parseLong(word, math.MaxInt32)
		if !ok || i == 0 && n == 0 {
			return bad(word)
		}
		*place = n
	}
	return fault{}
}

// rule reads a line of the exit policy. Those that name a family are for configuration files.
func (d *Descriptor) rule(keyword, args []byte) fault {
	if bytes.HasPrefix(args, []byte("*4")) || bytes.HasPrefix(args, []byte("*6")) {
		return bad(args)
	}
	r, fault := parseRule(keyword, args)
	if fault.sentinel == nil {
		d.Policy = append(d.Policy, r)
	}
	return fault
}

// signingKey reads the key that follows the signing-key line into the identity.
func (p *descriptorParser) signingKey() *SyntaxError {
	if !p.atObject() {
		return p.fault([]byte("signing-key"), nil, ErrMissing)
	}
	body, err := p.object()
	if err != nil {
		return err
	}
	// A key of 1024 bits takes 140 bytes; Tor takes no other.
	var der [384]byte
	const longest = 4 * len(der) / 3
	if len(body) > longest {
		return p.fault([]byte("signing-key"), body, ErrTooLong)
	}
	n, decodeErr := base64.StdEncoding.Decode(der[:], body)
	if decodeErr != nil || n == 0 {
		return p.fault([]byte("signing-key"), body, ErrBadValue)
	}
	p.d.Identity = sha1.Sum(der[:n])
	return nil
}

// signature walks over the signature, which has to be there, whole, but is not looked at.
func (p *descriptorParser) signature() *SyntaxError {
	if !p.atObject() {
		return p.fault([]byte("router-signature"), nil, ErrMissing)
	}
	_, err := p.object()
	return err
}

// finish looks for what is missing once all lines are read, and whether the fingerprint is the right one.
func (p *descriptorParser) finish() *SyntaxError {
	for _, needed := range []string{"router", "published", "bandwidth", "signing-key", "router-signature"} {
		if p.seen&atMostOnce[needed] == 0 {
			return &SyntaxError{Line: max(p.number, p.d.Line), Keyword: needed, Err: ErrMissing}
		}
	}
	if len(p.d.Policy) == 0 {
		return &SyntaxError{Line: p.number, Keyword: "reject", Err: ErrMissing}
	}
	if p.seen&atMostOnce["fingerprint"] != 0 {
		var f Fingerprint
		digits := bytes.ReplaceAll(p.fingerprint, []byte(" "), nil)
		if !parseHex(f[:], digits) || f != p.d.Identity {
			fault := bad(p.fingerprint)
			return p.atPrint.fault([]byte("fingerprint"), fault.value, fault.sentinel)
		}
	}
	return nil
}

// parseORAddress reads an IPv6 address and a port. Tor reads a pattern of addresses and ports here, and passes over what
// is more than one of either.
//
// C: src/feature/dirparse/routerparse.c, find_single_ipv6_orport.
func parseORAddress(text []byte) (netip.AddrPort, bool) {
	addr, mask, ports, hasMask, ok := splitPattern(text)
	var r Rule
	if !ok || !r.parseNet(addr, mask, hasMask, true) || !r.parsePorts(ports) {
		return netip.AddrPort{}, false
	}
	plain := r.Prefix.Addr().Is6() && r.Prefix.IsSingleIP() && r.MinPort == r.MaxPort
	return netip.AddrPortFrom(r.Prefix.Addr(), r.MinPort), plain
}

// checkFamily looks at the members of a family line: each a nickname, or a dollar sign and a fingerprint that a nickname
// may follow.
//
// C: src/feature/nodelist/nickname.c, is_legal_nickname_or_hexdigest.
func checkFamily(args []byte) fault {
	for word, rest := field(args); len(word) > 0; word, rest = field(rest) {
		hex, ok := bytes.CutPrefix(word, []byte("$"))
		if !ok {
			if !isNickname(word) {
				return bad(word)
			}
			continue
		}
		var f Fingerprint
		if len(hex) < 40 || !parseHex(f[:], hex[:40]) {
			return bad(word)
		}
		if name := hex[40:]; len(name) > 0 && (name[0] != '=' && name[0] != '~' || !isNickname(name[1:])) {
			return bad(word)
		}
	}
	return fault{}
}
