package consensus

import (
	"bytes"
	"encoding/hex"
	"math"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// headerParser is a header being read.
type headerParser struct {
	lines
	keep    bool // whether to keep what the entries do not need
	header  Header
	brief   brief
	seen    headerLines
	sources int    // how many there are
	second  []byte // what the second is called
	contact bool   // whether the last one has a contact line
	digest  bool   // whether it has a digest
}

// brief is what the entries and the footer need to know of the header. To find it, the whole header is looked at, but
// nothing of it kept, so that a reader of many documents leaves no garbage where nobody asks for the rest.
type brief struct {
	vote, microdesc bool
	known           Flags
	newest          int // the newest consensus method: of a vote, that its authority knows
}

// headerLines is a set of lines that a header may have only once.
type headerLines uint32

const (
	lineVersion headerLines = 1 << iota
	lineStatus
	lineMethods
	lineMethod
	lineDelay
	lineKnownFlags
	lineParams
	lineParticipate
	lineLegacyKey
	linePublished
	lineValidAfter
	lineFreshUntil
	lineValidUntil
	lineText // the first of those that are kept as they are
)

// parseHeader reads the lines before the first relay, and keeps all of them.
func parseHeader(text []byte) (Header, *SyntaxError) {
	p := headerParser{lines: lines{rest: text}, keep: true}
	if err := p.parse(); err != nil {
		return Header{}, err
	}
	return p.header, nil
}

// parseBrief reads the lines before the first relay for what has to be known of them.
func parseBrief(text []byte) (brief, *SyntaxError) {
	p := headerParser{lines: lines{rest: text}}
	if err := p.parse(); err != nil {
		return brief{}, err
	}
	return p.brief, nil
}

func (p *headerParser) parse() *SyntaxError {
	for {
		keyword, args, ok, err := p.next()
		switch {
		case err != nil:
			return err
		case !ok:
			return p.finish()
		case keyword[0] == '@' && p.seen == 0:
			continue // CollecTor's @type line
		}
		if p.seen == 0 && string(keyword) != "network-status-version" {
			return p.fault(keyword, args, ErrNotThis)
		}
		bit, err := p.value(keyword, args)
		if err != nil {
			return err
		}
		if p.seen&bit != 0 {
			return p.fault(keyword, args, ErrTwice)
		}
		p.seen |= bit
	}
}

// own is a text as a header keeps it.
func (p *headerParser) own(text []byte) string {
	if !p.keep {
		return ""
	}
	return string(text)
}

// value reads the arguments of a line into its place. It returns the bit of a line that may stand only once.
func (p *headerParser) value(keyword, args []byte) (headerLines, *SyntaxError) {
	h := &p.header
	first, rest := field(args)
	bad := func(value []byte) (headerLines, *SyntaxError) {
		if len(value) == 0 {
			return 0, p.fault(keyword, value, ErrTooFew)
		}
		return 0, p.fault(keyword, value, ErrBadValue)
	}
	if text, bit := p.text(keyword); text != nil {
		*text = p.own(args)
		return bit, nil
	}
	if moment, bit := p.moment(keyword); moment != nil {
		t, ok := parseInstant(args)
		if !ok {
			return bad(args)
		}
		*moment = t
		return bit, nil
	}
	switch string(keyword) {
	case "network-status-version":
		flavour, _ := field(rest)
		if string(first) != "3" || len(flavour) > 0 && string(flavour) != "microdesc" {
			return 0, p.fault(keyword, args, ErrNotThis)
		}
		if p.brief.microdesc = len(flavour) > 0; p.brief.microdesc {
			h.Flavour = "microdesc"
		}
		return lineVersion, nil
	case "vote-status":
		if h.Vote = string(first) == "vote"; !h.Vote && string(first) != "consensus" {
			return bad(first)
		}
		p.brief.vote = h.Vote
		return lineStatus, nil
	case "consensus-methods":
		if len(first) == 0 {
			return bad(first)
		}
		for word, rest := field(args); len(word) > 0; word, rest = field(rest) {
			n, ok := parseUint(word, math.MaxInt32)
			if !ok {
				return bad(word)
			}
			p.brief.newest = max(p.brief.newest, int(n))
			if p.keep {
				h.Methods = append(h.Methods, int(n))
			}
		}
		return lineMethods, nil
	case "consensus-method":
		n, ok := parseUint(first, math.MaxInt32)
		if !ok || n == 0 {
			return bad(first)
		}
		h.Method = int(n)
		p.brief.newest = max(p.brief.newest, h.Method)
		return lineMethod, nil
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
		return lineDelay, nil
	case "known-flags":
		return lineKnownFlags, p.knownFlags(args)
	case "params":
		var err *SyntaxError
		h.Params, err = parseParams(&p.lines, args, p.keep)
		return lineParams, err
	case "shared-rand-participate":
		h.SharedRandParticipate = true
		return lineParticipate, nil
	case "shared-rand-commit":
		if p.keep {
			h.SharedRandCommits = append(h.SharedRandCommits, string(args))
		}
	case "dir-source":
		return 0, p.source(args)
	case "contact", "vote-digest":
		return 0, p.ofSource(keyword, args)
	case "legacy-dir-key":
		return lineLegacyKey, p.ofSource(keyword, args)
	}
	return 0, nil
}

// text is the place of a line whose arguments are kept as they are, or nil.
func (p *headerParser) text(keyword []byte) (*string, headerLines) {
	h := &p.header
	switch string(keyword) {
	case "client-versions":
		return &h.ClientVersions, lineText
	case "server-versions":
		return &h.ServerVersions, lineText << 1
	case "recommended-client-protocols":
		return &h.RecommendedClientProtocols, lineText << 2
	case "recommended-relay-protocols":
		return &h.RecommendedRelayProtocols, lineText << 3
	case "required-client-protocols":
		return &h.RequiredClientProtocols, lineText << 4
	case "required-relay-protocols":
		return &h.RequiredRelayProtocols, lineText << 5
	case "flag-thresholds":
		return &h.FlagThresholds, lineText << 6
	case "bandwidth-file-headers":
		return &h.BandwidthFileHeaders, lineText << 7
	case "bandwidth-file-digest":
		return &h.BandwidthFileDigest, lineText << 8
	case "shared-rand-previous-value":
		return &h.SharedRandPrevious, lineText << 9
	case "shared-rand-current-value":
		return &h.SharedRandCurrent, lineText << 10
	}
	return nil, 0
}

// moment is the place of a line that holds a time, or nil.
func (p *headerParser) moment(keyword []byte) (*wfu.Instant, headerLines) {
	h := &p.header
	switch string(keyword) {
	case "published":
		return &h.Published, linePublished
	case "valid-after":
		return &h.ValidAfter, lineValidAfter
	case "fresh-until":
		return &h.FreshUntil, lineFreshUntil
	case "valid-until":
		return &h.ValidUntil, lineValidUntil
	}
	return nil, 0
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
	p.brief.known = ParseFlags(args)
	p.header.KnownFlags = p.brief.known
	if p.header.Vote && p.brief.known.Len() > maxKnownFlags {
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
	s := Source{Nickname: p.own(words[0]), Hostname: p.own(words[2])}
	bad := func(value []byte) *SyntaxError { return p.fault([]byte("dir-source"), value, ErrBadValue) }
	if !isNickname(bytes.TrimSuffix(words[0], []byte("-legacy"))) {
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
	if p.sources++; p.sources == 2 {
		p.second = words[0]
	}
	p.contact, p.digest = false, false
	if p.keep {
		p.header.Sources = append(p.header.Sources, s)
	}
	return nil
}

// ofSource reads a line that belongs to the dir-source line before it.
func (p *headerParser) ofSource(keyword, args []byte) *SyntaxError {
	if p.sources == 0 {
		return p.fault(keyword, args, ErrOrder)
	}
	s := new(Source)
	if p.keep {
		s = &p.header.Sources[p.sources-1]
	}
	word, _ := field(args)
	switch string(keyword) {
	case "contact":
		if p.contact {
			return p.fault(keyword, args, ErrTwice)
		}
		s.Contact, p.contact = p.own(args), len(args) > 0
	case "vote-digest":
		if p.digest {
			return p.fault(keyword, args, ErrTwice)
		}
		if !parseHex(s.VoteDigest[:], word) {
			return p.fault(keyword, word, ErrBadValue)
		}
		p.digest = s.VoteDigest != [20]byte{}
	case "legacy-dir-key":
		if !parseHex(s.LegacyKey[:], word) {
			return p.fault(keyword, word, ErrBadValue)
		}
	}
	return nil
}

// finish looks for what is missing once all lines are read.
func (p *headerParser) finish() *SyntaxError {
	h := &p.header
	if p.seen == 0 {
		return &SyntaxError{Line: 1, Keyword: "network-status-version", Err: ErrMissing}
	}
	for _, needed := range []struct {
		keyword string
		bit     headerLines
		always  bool // or only in votes
	}{
		{"network-status-version", lineVersion, true},
		{"vote-status", lineStatus, true},
		{"valid-after", lineValidAfter, true},
		{"fresh-until", lineFreshUntil, true},
		{"valid-until", lineValidUntil, true},
		{"voting-delay", lineDelay, true},
		{"known-flags", lineKnownFlags, true},
		{"published", linePublished, false},
		{"consensus-methods", lineMethods, false},
	} {
		if p.seen&needed.bit == 0 && (needed.always || h.Vote) {
			return p.fault([]byte(needed.keyword), nil, ErrMissing)
		}
	}
	switch {
	case p.sources == 0:
		return p.fault([]byte("dir-source"), nil, ErrMissing)
	case h.Vote && p.sources > 1:
		return p.fault([]byte("dir-source"), p.second, ErrTwice)
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
