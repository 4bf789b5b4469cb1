package consensus

// Footer is what a vote or a consensus says behind its last relay. It owns its text and may be kept. The
// zero Footer is that of a document without signatures.
//
// Spec: dir-spec, "Vote and consensus status document formats".
// C: src/feature/dirparse/ns_parse.c, networkstatus_parse_vote_from_string.
type Footer struct {
	// BandwidthWeights are the arguments of the bandwidth-weights line, which package bandwidth reads. It is empty in
	// votes, and in a consensus whose relays are so distributed that no weights come out. Since: 0.2.2.10-alpha.
	BandwidthWeights string
	// Signatures are those at the end of the document, in its order: one in a vote, none in a consensus that has been
	// computed but not signed yet.
	Signatures []Signature
}

// Signature is a directory-signature line. What it signs with is passed over: signatures are not checked.
type Signature struct {
	// Algorithm is the digest that was signed: "sha1" where the line names none, or "sha256".
	Algorithm string
	// Identity is that of the authority, as its dir-source line has it.
	Identity Fingerprint
	// SigningKey is the digest of the key it signed with.
	SigningKey [20]byte
}

// footerMethod is the first consensus method whose documents have a directory-footer line.
const footerMethod = 9

// parseFooter reads the lines behind the last relay, the first of which has the number line. Without that first line
// the document was cut off, and so it was where it ends, without a signature, in the middle of a line.
func (h brief) parseFooter(text []byte, line int) (Footer, *SyntaxError) {
	var f Footer
	l := lines{rest: text, number: line - 1}
	sawFooter, sawWeights := false, false
	for {
		keyword, args, ok, err := l.next()
		if err != nil {
			return Footer{}, err
		}
		if !ok {
			break
		}
		fail := func(value []byte, sentinel error) (Footer, *SyntaxError) {
			return Footer{}, l.fault(keyword, value, sentinel)
		}
		switch string(keyword) {
		case "directory-footer":
			if sawFooter {
				return fail(nil, ErrTwice)
			}
			if len(f.Signatures) > 0 {
				return fail(nil, ErrOrder)
			}
			sawFooter = true
		case "bandwidth-weights":
			if sawWeights {
				return fail(nil, ErrTwice)
			}
			if len(f.Signatures) > 0 {
				return fail(nil, ErrOrder)
			}
			sawWeights = true
			f.BandwidthWeights = string(args)
		case "directory-signature":
			s, value := parseSignature(args)
			if value.sentinel != nil {
				return fail(value.value, value.sentinel)
			}
			if !l.atObject() {
				return fail(args, ErrMissing)
			}
			f.Signatures = append(f.Signatures, s)
		}
	}
	if !sawFooter && h.newest >= footerMethod {
		return Footer{}, l.fault([]byte("directory-footer"), nil, ErrMissing)
	}
	if len(f.Signatures) == 0 && (!sawFooter || text[len(text)-1] != '\n') {
		return Footer{}, l.fault([]byte("directory-signature"), nil, ErrMissing)
	}
	return f, nil
}

// parseSignature reads the arguments of a directory-signature line.
func parseSignature(args []byte) (Signature, fault) {
	s := Signature{Algorithm: "sha1"}
	identity, rest := field(args)
	key, rest := field(rest)
	if third, _ := field(rest); len(third) > 0 {
		s.Algorithm = string(identity)
		identity, key = key, third
	}
	if !parseHex(s.Identity[:], identity) {
		return s, bad(identity)
	}
	if !parseHex(s.SigningKey[:], key) {
		return s, bad(key)
	}
	return s, fault{}
}
