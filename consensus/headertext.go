package consensus

import (
	"bytes"
	"encoding/hex"
	"math"
	"strings"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// headerParser is a header being read.
type headerParser struct {
	lines
	header Header
	seen   map[string]bool // the keywords met that may stand only once
}

// parseHeader reads the lines before the first relay.
func parseHeader(text []byte) (Header, *SyntaxError) {
	p := headerParser{lines: lines{rest: text}, seen: map[string]bool{}}
	for {
		keyword, args, ok, err := p.next()
		switch {
		case err != nil:
			return Header{}, err
		case !ok:
			if err := p.finish(); err != nil {
				return Header{}, err
			}
			return p.header, nil
		case keyword[0] == '@' && len(p.seen) == 0:
			continue // CollecTor's @type line
		}
		if len(p.seen) == 0 && string(keyword) != "network-status-version" {
			return Header{}, p.fault(keyword, args, ErrNotThis)
		}
		if err := p.line(string(keyword), args); err != nil {
			return Header{}, err
		}
	}
}

// manyTimes are the keywords a header may repeat, beside those it does not know.
func manyTimes(keyword string) bool {
	switch keyword {
	case "dir-source", "contact", "vote-digest", "shared-rand-commit":
		return true
	}
	return false
}

// line takes in one line.
func (p *headerParser) line(keyword string, args []byte) *SyntaxError {
	known, err := p.value(keyword, args)
	if err != nil || !known || manyTimes(keyword) {
		return err
	}
	if p.seen[keyword] {
		return p.fault([]byte(keyword), args, ErrTwice)
	}
	p.seen[keyword] = true
	return nil
}

// value reads the arguments of a line into its place and reports whether its keyword is known.
func (p *headerParser) value(keyword string, args []byte) (known bool, err *SyntaxError) {
	h := &p.header
	first, rest := field(args)
	bad := func(value []byte) (bool, *SyntaxError) {
		if len(value) == 0 {
			return true, p.fault([]byte(keyword), value, ErrTooFew)
		}
		return true, p.fault([]byte(keyword), value, ErrBadValue)
	}
	if text := p.text(keyword); text != nil {
		*text = string(args)
		return true, nil
	}
	if moment := p.moment(keyword); moment != nil {
		t, ok := parseInstant(args)
		if !ok {
			return bad(args)
		}
		*moment = t
		return true, nil
	}
	switch keyword {
	case "network-status-version":
		flavour, _ := field(rest)
		if string(first) != "3" || len(flavour) > 0 && string(flavour) != "microdesc" {
			return true, p.fault([]byte(keyword), args, ErrNotThis)
		}
		h.Flavour = string(flavour)
	case "vote-status":
		if h.Vote = string(first) == "vote"; !h.Vote && string(first) != "consensus" {
			return bad(first)
		}
	case "consensus-methods":
		if len(first) == 0 {
			return bad(first)
		}
		for word, rest := field(args); len(word) > 0; word, rest = field(rest) {
			n, ok := parseUint(word, math.MaxInt32)
			if !ok {
				return bad(word)
			}
			h.Methods = append(h.Methods, int(n))
		}
	case "consensus-method":
		n, ok := parseUint(first, math.MaxInt32)
		if !ok || n == 0 {
			return bad(first)
		}
		h.Method = int(n)
	case "voting-delay":
		second, _ := field(rest)
		vote, ok := parseUint(first, math.MaxInt32)
		if !ok {
			return bad(first)
		}
		dist, ok := parseUint(second, math.MaxInt32)
		if !ok {
			return bad(second)
		}
		h.VoteSeconds, h.DistSeconds = int64(vote), int64(dist)
	case "known-flags":
		return true, p.knownFlags(args)
	case "params":
		h.Params, err = parseParams(&p.lines, args)
		return true, err
	case "shared-rand-participate":
		h.SharedRandParticipate = true
	case "shared-rand-commit":
		h.SharedRandCommits = append(h.SharedRandCommits, string(args))
	case "dir-source":
		return true, p.source(args)
	case "contact", "vote-digest", "legacy-dir-key":
		return true, p.ofSource(keyword, args)
	default:
		return false, nil
	}
	return true, nil
}

// text is the place of a line whose arguments are kept as they are, or nil.
func (p *headerParser) text(keyword string) *string {
	h := &p.header
	switch keyword {
	case "client-versions":
		return &h.ClientVersions
	case "server-versions":
		return &h.ServerVersions
	case "recommended-client-protocols":
		return &h.RecommendedClientProtocols
	case "recommended-relay-protocols":
		return &h.RecommendedRelayProtocols
	case "required-client-protocols":
		return &h.RequiredClientProtocols
	case "required-relay-protocols":
		return &h.RequiredRelayProtocols
	case "flag-thresholds":
		return &h.FlagThresholds
	case "bandwidth-file-headers":
		return &h.BandwidthFileHeaders
	case "bandwidth-file-digest":
		return &h.BandwidthFileDigest
	case "shared-rand-previous-value":
		return &h.SharedRandPrevious
	case "shared-rand-current-value":
		return &h.SharedRandCurrent
	}
	return nil
}

// moment is the place of a line that holds a time, or nil.
func (p *headerParser) moment(keyword string) *wfu.Instant {
	h := &p.header
	switch keyword {
	case "published":
		return &h.Published
	case "valid-after":
		return &h.ValidAfter
	case "fresh-until":
		return &h.FreshUntil
	case "valid-until":
		return &h.ValidUntil
	}
	return nil
}

// knownFlags reads the flags a document knows, which have to be in order: Tor refuses the whole document otherwise.
func (p *headerParser) knownFlags(args []byte) *SyntaxError {
	var last []byte
	for word, rest := field(args); len(word) > 0; word, rest = field(rest) {
		if last != nil && bytes.Compare(last, word) >= 0 {
			return p.fault([]byte("known-flags"), word, ErrOrder)
		}
		last = word
	}
	p.header.KnownFlags = ParseFlags(args)
	if p.header.Vote && p.header.KnownFlags.Len() > maxKnownFlags {
		return p.fault([]byte("known-flags"), args, ErrBadValue)
	}
	return nil
}

// source reads a dir-source line.
func (p *headerParser) source(args []byte) *SyntaxError {
	var words [6][]byte
	rest := args
	for i := range words {
		if words[i], rest = field(rest); len(words[i]) == 0 {
			return p.fault([]byte("dir-source"), args, ErrTooFew)
		}
	}
	s := Source{Nickname: string(words[0]), Hostname: string(words[2])}
	bad := func(value []byte) *SyntaxError { return p.fault([]byte("dir-source"), value, ErrBadValue) }
	if !isNickname([]byte(strings.TrimSuffix(s.Nickname, "-legacy"))) {
		return bad(words[0])
	}
	if !parseHex(s.Identity[:], words[1]) {
		return bad(words[1])
	}
	var ok bool
	if s.Address, ok = parseIPv4(words[3]); !ok {
		return bad(words[3])
	}
	if s.DirPort, ok = parsePort(words[4]); !ok {
		return bad(words[4])
	}
	if s.ORPort, ok = parsePort(words[5]); !ok {
		return bad(words[5])
	}
	p.header.Sources = append(p.header.Sources, s)
	return nil
}

// ofSource reads a line that belongs to the dir-source line before it.
func (p *headerParser) ofSource(keyword string, args []byte) *SyntaxError {
	if len(p.header.Sources) == 0 {
		return p.fault([]byte(keyword), args, ErrOrder)
	}
	s := &p.header.Sources[len(p.header.Sources)-1]
	word, _ := field(args)
	switch keyword {
	case "contact":
		if s.Contact != "" {
			return p.fault([]byte(keyword), args, ErrTwice)
		}
		s.Contact = string(args)
	case "vote-digest":
		if s.VoteDigest != [20]byte{} {
			return p.fault([]byte(keyword), args, ErrTwice)
		}
		if !parseHex(s.VoteDigest[:], word) {
			return p.fault([]byte(keyword), word, ErrBadValue)
		}
	case "legacy-dir-key":
		if !parseHex(s.LegacyKey[:], word) {
			return p.fault([]byte(keyword), word, ErrBadValue)
		}
	}
	return nil
}

// finish looks for what is missing once all lines are read.
func (p *headerParser) finish() *SyntaxError {
	h := &p.header
	if len(p.seen) == 0 {
		return &SyntaxError{Line: 1, Keyword: "network-status-version", Err: ErrMissing}
	}
	needed := []string{"network-status-version", "vote-status", "valid-after", "fresh-until", "valid-until",
		"voting-delay", "known-flags"}
	if h.Vote {
		needed = append(needed, "published", "consensus-methods")
	}
	for _, keyword := range needed {
		if !p.seen[keyword] {
			return p.fault([]byte(keyword), nil, ErrMissing)
		}
	}
	switch {
	case len(h.Sources) == 0:
		return p.fault([]byte("dir-source"), nil, ErrMissing)
	case h.Vote && len(h.Sources) > 1:
		return p.fault([]byte("dir-source"), []byte(h.Sources[1].Nickname), ErrTwice)
	case h.Vote && h.Flavour != "":
		return p.fault([]byte("network-status-version"), []byte(h.Flavour), ErrNotThis)
	case !h.Vote && h.Method == 0:
		h.Method = 1
	}
	return nil
}

// parseHex reads exactly the hexadecimal digits that fill dst.
func parseHex(dst, text []byte) bool {
	if len(text) != 2*len(dst) {
		return false
	}
	_, err := hex.Decode(dst, text)
	return err == nil
}
