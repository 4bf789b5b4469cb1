package consensus

import (
	"bytes"
	"math"
	"net/netip"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// once are the keywords of a descriptor that may stand only once, by their bits.
const once = 1<<kwAllowSingleHopExits | 1<<kwBandwidth | 1<<kwCachesExtraInfo | 1<<kwContact | 1<<kwExtraInfoDigest |
	1<<kwFamily | 1<<kwFingerprint | 1<<kwHibernating | 1<<kwHiddenServiceDir | 1<<kwIdentityEd25519 | 1<<kwIPv6Policy |
	1<<kwMasterKeyEd25519 | 1<<kwNtorOnionKey | 1<<kwNtorOnionKeyCrosscert | 1<<kwOnionKey | 1<<kwOnionKeyCrosscert |
	1<<kwOverloadGeneral | 1<<kwPlatform | 1<<kwProto | 1<<kwPublished | 1<<kwReadHistory | 1<<kwRouter |
	1<<kwRouterSigEd25519 | 1<<kwRouterSignature | 1<<kwSigningKey | 1<<kwTunnelledDirServer | 1<<kwUptime | 1<<kwWriteHistory

// needed are the lines without which Tor takes no descriptor, besides that of an exit policy and, as far as the version
// of Tor asks for them, of keys that are of no concern here.
var needed = [...]keyword{kwRouter, kwPublished, kwBandwidth, kwSigningKey, kwRouterSignature}

const allNeeded = 1<<kwRouter | 1<<kwPublished | 1<<kwBandwidth | 1<<kwSigningKey | 1<<kwRouterSignature

// descriptorReader reads joined descriptors, one after the other.
type descriptorReader struct {
	scanner
	policyReader
	d           Descriptor // the one being read
	seen        uint64     // bits of the keywords it had so far
	fingerprint []byte     // the arguments of its fingerprint line
	printedAt   int        // the number of that line
	wrong       []byte     // the value that cannot be read, if one cannot
}

// descriptor reads the descriptor that begins at the next line. With an error comes as much of it as was read before.
func (r *descriptorReader) descriptor() *SyntaxError {
	r.d = Descriptor{Line: r.number + 1}
	r.seen = 0
	r.start = r.at
	r.policyReader.begin()
	err := r.lines()
	r.d.Policy = r.policy()
	if err != nil {
		r.skipDocument()
	}
	r.d.Text = r.text[r.start:r.at:r.at]
	if err == nil {
		err = r.finish()
	}
	return err
}

// lines reads the lines of a descriptor up to and with its signature.
func (r *descriptorReader) lines() *SyntaxError {
	for r.seen&(1<<kwRouterSignature) == 0 {
		if r.seen != 0 && r.at < len(r.text) && (r.text[r.at] == 'a' || r.text[r.at] == 'r') {
			if n, lines := r.quick(r.rest()); n > 0 {
				r.at += n
				r.number += lines
				continue
			}
		}
		k, word, args, err := r.next()
		if k == noKeyword {
			return err
		}
		if r.seen == 0 && k != kwRouter {
			return r.fault(word, args, ErrNotThis)
		}
		bit := uint64(1) << k
		if r.seen&bit&once != 0 {
			return r.fault(word, args, ErrTwice)
		}
		r.seen |= bit
		if sentinel := r.value(k, word, args); sentinel != nil {
			return r.fault(word, r.wrong, sentinel)
		}
		if k == kwSigningKey || k == kwRouterSignature {
			if err := r.objectOf(k, word); err != nil {
				return err
			}
		}
	}
	return nil
}

// value reads the arguments of a line into its place. The error is a sentinel, and nearly always nil; the value it is about
// is left in r.wrong.
func (r *descriptorReader) value(k keyword, word, args []byte) error {
	d := &r.d
	ok := true
	switch k {
	case kwRouter:
		if !d.quickRouter(args) {
			return r.blame(d.router(args))
		}
	case kwPublished:
		if d.Published, ok = quickInstant(args); !ok {
			t, err := wfu.ParseInstant(string(args))
			d.Published, ok = t, err == nil
		}
	case kwBandwidth:
		if !d.quickBandwidth(args) {
			return r.blame(d.bandwidth(args))
		}
	case kwUptime:
		var n [1]uint64
		if !quickNumbers(args, n[:]) {
			first, _ := field(args)
			n[0], ok = parseLong(first, math.MaxInt64)
		}
		d.Uptime = int64(n[0])
	case kwHibernating:
		first, _ := field(args)
		if len(first) == 0 {
			return r.blame(faultOf(nil, ErrTooFew))
		}
		n, _ := parseLong(first, math.MaxInt64) // what is no number is no, as in Tor
		d.Hibernating = n != 0
	case kwPlatform:
		d.Platform = args
	case kwProto:
		d.Protocols = args
	case kwFingerprint:
		r.fingerprint, r.printedAt = args, r.number
	case kwFamily:
		d.Family = args
		return r.blame(checkFamily(args))
	case kwOverloadGeneral:
		d.OverloadGeneral = args
	case kwTunnelledDirServer:
		d.TunnelledDirServer = true
		ok = len(args) == 0
	case kwHiddenServiceDir:
		d.HiddenServiceDir = true
		ok = len(args) == 0
	case kwCachesExtraInfo:
		d.CachesExtraInfo = true
		ok = len(args) == 0
	case kwAllowSingleHopExits, kwSigningKey, kwOnionKey, kwIdentityEd25519, kwOnionKeyCrosscert, kwRouterSignature:
		ok = len(args) == 0
	case kwMasterKeyEd25519:
		var key [32]byte
		if key, ok = parseBase64Digest256(args); !ok {
			first, _ := field(args)
			key, ok = parseBase64Digest256(first)
		}
		if ok { // half a key would be another relay's
			d.Ed25519 = key
		}
	case kwORAddress:
		first, _ := field(args)
		if len(first) == 0 {
			return r.blame(faultOf(nil, ErrTooFew))
		}
		addr, ok := quickORAddress(first)
		if !ok {
			addr, ok = parseORAddress(first)
		}
		if ok && !d.IPv6.IsValid() {
			d.IPv6 = addr
		}
	case kwIPv6Policy:
		d.IPv6Policy = args
		ok, _ = parsePolicySummary(args)
	case kwAccept, kwReject:
		return r.blame(r.rule(word, args))
	case kwIPv6Rule:
		return r.blame(faultOf(args, ErrBadValue)) // Tor takes no descriptor that has one
	}
	if !ok {
		return r.blame(bad(args))
	}
	return nil
}

// blame keeps the value of a fault and gives its sentinel.
func (r *descriptorReader) blame(f fault) error {
	r.wrong = f.value
	return f.sentinel
}

// router reads the arguments of a router line.
func (d *Descriptor) router(args []byte) fault {
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

// bandwidth reads the three numbers of a bandwidth line.
func (d *Descriptor) bandwidth(args []byte) fault {
	rest := args
	for i, place := range [...]*uint64{&d.Rate, &d.Burst, &d.Observed} {
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
func (r *descriptorReader) rule(keyword, args []byte) fault {
	if bytes.HasPrefix(args, []byte("*4")) || bytes.HasPrefix(args, []byte("*6")) {
		return bad(args)
	}
	rule, fault := parseRule(keyword, args)
	if fault.sentinel == nil {
		r.add(rule)
	}
	return fault
}

// objectOf walks over the object that has to follow a line: the signature, which has to be there, whole, but is not
// looked at, or the signing key, which is read into the identity.
func (r *descriptorReader) objectOf(k keyword, word []byte) *SyntaxError {
	if r.atEnd() || !r.atObject() {
		return r.fault(word, nil, ErrMissing)
	}
	body, err := r.object()
	if err != nil || k != kwSigningKey {
		return err
	}
	if len(body) > longestKey {
		return r.fault(word, body, ErrTooLong)
	}
	var ok bool
	if r.d.Identity, ok = identityOf(body); !ok {
		return r.fault(word, body, ErrBadValue)
	}
	return nil
}

// finish looks for what is missing once all lines are read, and whether the fingerprint is the right one.
func (r *descriptorReader) finish() *SyntaxError {
	if r.seen&allNeeded != allNeeded {
		for _, k := range needed {
			if r.seen>>k&1 == 0 {
				return &SyntaxError{Line: r.number, Keyword: keywordNames[k], Err: ErrMissing}
			}
		}
	}
	if len(r.d.Policy) == 0 {
		return &SyntaxError{Line: r.number, Keyword: "reject", Err: ErrMissing}
	}
	if r.seen>>kwFingerprint&1 != 0 && !isFingerprintOf(r.fingerprint, r.d.Identity) {
		fault := bad(r.fingerprint)
		return &SyntaxError{Line: r.printedAt, Keyword: "fingerprint", Value: clip(fault.value), Err: fault.sentinel}
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
	const member = len("$0123456789ABCDEF0123456789ABCDEF01234567 ")
	for len(args) > 0 {
		if len(args) >= member && args[0] == '$' && args[member-1] == ' ' && areHexDigits((*[40]byte)(args[1:])) {
			args = skipBlanks(args[member:])
			continue
		}
		var word []byte
		word, args = field(args)
		hex, ok := bytes.CutPrefix(word, []byte("$"))
		if !ok {
			if !isNickname(word) {
				return bad(word)
			}
			continue
		}
		if len(hex) < 40 || !areHexDigits((*[40]byte)(hex)) {
			return bad(word)
		}
		if name := hex[40:]; len(name) > 0 && (name[0] != '=' && name[0] != '~' || !isNickname(name[1:])) {
			return bad(word)
		}
	}
	return fault{}
}
