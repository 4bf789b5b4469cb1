package consensus_test

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// What follows reads descriptors as plainly as can be, a line and a word at a time, in strings, and is what the reader
// of the package is compared with.

// slowDescriptor is what Descriptors lends at once.
type slowDescriptor struct {
	consensus.Descriptor
	err *consensus.SyntaxError
}

// slowLine is a line of a text, without and with its end.
type slowLine struct {
	number      int
	text, whole string
}

func slowDescriptors(text []byte) (all []slowDescriptor) {
	for _, lines := range slowDocuments(string(text)) {
		for len(lines) > 0 && slowIsAnnotation(lines[0].text) {
			lines = lines[1:]
		}
		if len(lines) > 0 && strings.HasPrefix(lines[0].text, "extra-info ") {
			continue
		}
		for slices.ContainsFunc(lines, func(l slowLine) bool { return strings.TrimSpace(l.text) != "" }) {
			r := slowReader{lines: lines}
			err := r.descriptor()
			if err != nil && !r.ended {
				r.next = len(lines)
			}
			r.d.Line = lines[0].number
			for _, l := range lines[:r.next] {
				r.d.Text = append(r.d.Text, l.whole...)
			}
			all = append(all, slowDescriptor{r.d, err})
			lines = lines[r.next:]
		}
	}
	return all
}

func slowIsAnnotation(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '@'
}

// slowDocuments are the lines of each document that text joins.
func slowDocuments(text string) (documents [][]slowLine) {
	documents = [][]slowLine{nil}
	number, annotated := 0, false
	for whole := range strings.Lines(text) {
		number++
		line := slowLine{number, strings.TrimSuffix(whole, "\n"), whole}
		begins := whole[0] == '@'
		for _, keyword := range []string{"router ", "extra-info ", "network-status-version "} {
			begins = begins || strings.HasPrefix(whole, keyword)
		}
		if begins && !annotated {
			documents = append(documents, nil)
		}
		annotated = whole[0] == '@' || annotated && strings.TrimSpace(whole) == ""
		last := &documents[len(documents)-1]
		*last = append(*last, line)
	}
	return documents
}

// slowReader reads one descriptor.
type slowReader struct {
	lines       []slowLine
	next        int  // the line to look at next
	ended       bool // whether there was no fault up to the signature
	d           consensus.Descriptor
	seen        map[string]bool
	fingerprint string
	printedAt   int // its line
}

const slowMax = 128 * 1024

// fault is an error at the line looked at last.
func (r *slowReader) fault(keyword, value string, sentinel error) *consensus.SyntaxError {
	return slowFault(r.lines[r.next-1].number, keyword, value, sentinel)
}

func slowFault(line int, keyword, value string, sentinel error) *consensus.SyntaxError {
	clip := func(s string) string { return s[:min(len(s), 81)] }
	return &consensus.SyntaxError{Line: line, Keyword: clip(keyword), Value: clip(value), Err: sentinel}
}

func (r *slowReader) atObject() bool {
	return r.next < len(r.lines) && strings.HasPrefix(r.lines[r.next].text, "-----BEGIN ")
}

func (r *slowReader) object() (string, *consensus.SyntaxError) {
	begin := r.lines[r.next]
	r.next++
	label := strings.TrimRight(begin.text, "\r")
	var body strings.Builder
	for ; r.next < len(r.lines); r.next++ {
		line := strings.TrimRight(r.lines[r.next].text, "\r")
		if name, ok := strings.CutPrefix(line, "-----END "); ok {
			if name != label[len("-----BEGIN "):] {
				break
			}
			r.next++
			return body.String(), nil
		}
		if body.WriteString(r.lines[r.next].whole); body.Len() > slowMax {
			return "", slowFault(begin.number, "-----BEGIN", label, consensus.ErrTooLong)
		}
	}
	return "", slowFault(begin.number, "-----END", label, consensus.ErrMissing)
}

func isBlankOrTab(c rune) bool { return c == ' ' || c == '\t' }

// slowWord splits off the first word.
func slowWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, " \t")
	if i := strings.IndexFunc(s, isBlankOrTab); i >= 0 {
		return s[:i], strings.TrimLeft(s[i:], " \t")
	}
	return s, ""
}

// line is the next line with a keyword; there is none where the keyword is empty.
func (r *slowReader) line() (keyword, args string, err *consensus.SyntaxError) {
	for r.next < len(r.lines) {
		if r.atObject() {
			if _, err := r.object(); err != nil {
				return "", "", err
			}
			continue
		}
		line := r.lines[r.next].text
		r.next++
		if len(line) > slowMax {
			keyword := line[:80]
			if i := strings.IndexFunc(keyword, isBlankOrTab); i >= 0 {
				keyword = keyword[:i]
			}
			return "", "", r.fault(keyword, "", consensus.ErrTooLong)
		}
		keyword, args := slowWord(strings.TrimRight(line, " \t\r"))
		if keyword == "opt" {
			keyword, args = slowWord(args)
		}
		if keyword == "" || keyword[0] == '#' {
			continue
		}
		if i := strings.IndexByte(line, 0); i >= 0 {
			return "", "", r.fault(keyword, line[i:], consensus.ErrBadValue)
		}
		return keyword, args, nil
	}
	return "", "", nil
}

// descriptor reads lines up to the signature.
func (r *slowReader) descriptor() *consensus.SyntaxError {
	once := strings.Fields(`router published bandwidth signing-key router-signature fingerprint uptime hibernating platform proto
		contact read-history write-history extra-info-digest hidden-service-dir identity-ed25519 master-key-ed25519
		router-sig-ed25519 onion-key-crosscert ntor-onion-key-crosscert allow-single-hop-exits family caches-extra-info
		onion-key ntor-onion-key tunnelled-dir-server ipv6-policy overload-general`)
	r.seen = map[string]bool{}
	for !r.seen["router-signature"] {
		keyword, args, err := r.line()
		if err != nil {
			return err
		}
		if keyword == "" {
			break
		}
		if !r.seen["router"] && keyword != "router" {
			return r.fault(keyword, args, consensus.ErrNotThis)
		}
		if r.seen[keyword] && slices.Contains(once, keyword) {
			return r.fault(keyword, args, consensus.ErrTwice)
		}
		r.seen[keyword] = true
		if value, sentinel := r.value(keyword, args); sentinel != nil {
			return r.fault(keyword, value, sentinel)
		}
		if keyword != "signing-key" && keyword != "router-signature" {
			continue
		}
		if !r.atObject() {
			return r.fault(keyword, "", consensus.ErrMissing)
		}
		body, err := r.object()
		if err != nil {
			return err
		}
		if keyword == "signing-key" {
			if len(body) > 512 {
				return r.fault(keyword, body, consensus.ErrTooLong)
			}
			key, err := base64.StdEncoding.DecodeString(body)
			if err != nil || len(key) == 0 {
				return r.fault(keyword, body, consensus.ErrBadValue)
			}
			r.d.Identity = sha1.Sum(key)
		}
	}
	r.ended = true
	return r.finish()
}

func (r *slowReader) finish() *consensus.SyntaxError {
	last := r.lines[max(r.next, 1)-1].number
	for _, needed := range []string{"router", "published", "bandwidth", "signing-key", "router-signature"} {
		if !r.seen[needed] {
			return slowFault(last, needed, "", consensus.ErrMissing)
		}
	}
	if len(r.d.Policy) == 0 {
		return slowFault(last, "reject", "", consensus.ErrMissing)
	}
	if r.seen["fingerprint"] {
		if digits := strings.ReplaceAll(r.fingerprint, " ", ""); strings.ToUpper(digits) != r.d.Identity.String() {
			value, sentinel := slowBad(r.fingerprint)
			return slowFault(r.printedAt, "fingerprint", value, sentinel)
		}
	}
	return nil
}

// slowBad is the fault of an argument that cannot be read, or is missing.
func slowBad(value string) (string, error) {
	if value == "" {
		return "", consensus.ErrTooFew
	}
	return value, consensus.ErrBadValue
}

// value reads the arguments of a line and gives what is wrong with them.
func (r *slowReader) value(keyword, args string) (string, error) {
	d := &r.d
	first, _ := slowWord(args)
	ok := true
	switch keyword {
	case "router":
		return r.router(args)
	case "published":
		t, err := wfu.ParseInstant(args)
		if ok = err == nil; ok {
			d.Published = t
		}
	case "bandwidth":
		rest := args
		for i, place := range []*uint64{&d.Rate, &d.Burst, &d.Observed} {
			var word string
			if word, rest = slowWord(rest); word == "" {
				return args, consensus.ErrTooFew
			}
			n, ok := slowLong(word, 1<<31-1)
			if !ok || i == 0 && n == 0 {
				return slowBad(word)
			}
			*place = n
		}
	case "uptime":
		var n uint64
		n, ok = slowLong(first, 1<<63-1)
		d.Uptime = int64(n)
	case "hibernating":
		if first == "" {
			return "", consensus.ErrTooFew
		}
		n, _ := slowLong(first, 1<<63-1)
		d.Hibernating = n != 0
	case "platform":
		d.Platform = []byte(args)
	case "proto":
		d.Protocols = []byte(args)
	case "fingerprint":
		r.fingerprint, r.printedAt = args, r.lines[r.next-1].number
	case "family":
		d.Family = []byte(args)
		for word, rest := slowWord(args); word != ""; word, rest = slowWord(rest) {
			if !slowIsMember(word) {
				return slowBad(word)
			}
		}
	case "overload-general":
		d.OverloadGeneral = []byte(args)
	case "tunnelled-dir-server", "hidden-service-dir", "caches-extra-info", "allow-single-hop-exits", "signing-key", "onion-key",
		"identity-ed25519", "onion-key-crosscert", "router-signature":
		d.TunnelledDirServer = d.TunnelledDirServer || keyword == "tunnelled-dir-server"
		d.HiddenServiceDir = d.HiddenServiceDir || keyword == "hidden-service-dir"
		d.CachesExtraInfo = d.CachesExtraInfo || keyword == "caches-extra-info"
		if args != "" {
			return args, consensus.ErrBadValue
		}
	case "master-key-ed25519":
		key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(first, "="))
		if ok = err == nil && len(key) == 32 && len(strings.TrimRight(first, "=")) == 43; ok {
			copy(d.Ed25519[:], key)
		}
	case "or-address":
		if first == "" {
			return "", consensus.ErrTooFew
		}
		if addr, ok := slowORAddress(first); ok && !d.IPv6.IsValid() {
			d.IPv6 = addr
		}
	case "ipv6-policy":
		d.IPv6Policy = []byte(args)
		ok = slowSummary(args)
	case "accept", "reject":
		if strings.HasPrefix(args, "*4") || strings.HasPrefix(args, "*6") {
			return slowBad(args)
		}
		rule, value, sentinel := slowRule(keyword, args)
		if sentinel != nil {
			return value, sentinel
		}
		d.Policy = append(d.Policy, rule)
	case "accept6", "reject6":
		return args, consensus.ErrBadValue
	}
	if !ok {
		return slowBad(args)
	}
	return "", nil
}

func (r *slowReader) router(args string) (string, error) {
	d := &r.d
	words := strings.FieldsFunc(args, isBlankOrTab)
	if len(words) < 5 {
		return args, consensus.ErrTooFew
	}
	if !slowIsNickname(words[0]) {
		return slowBad(words[0])
	}
	d.Nickname = []byte(words[0])
	addr, err := netip.ParseAddr(words[1])
	if err != nil || !addr.Is4() {
		return slowBad(words[1])
	}
	d.Address = addr
	orPort, ok := slowLong(words[2], 65535)
	if !ok || orPort == 0 {
		return slowBad(words[2])
	}
	dirPort, ok := slowLong(words[4], 65535)
	if !ok {
		return slowBad(words[4])
	}
	d.ORPort, d.DirPort = uint16(orPort), uint16(dirPort)
	return "", nil
}

// slowLong reads a number that may have a plus sign.
func slowLong(s string, limit uint64) (uint64, bool) {
	s = strings.TrimPrefix(s, "+")
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > limit {
		return 0, false
	}
	return n, true
}

func slowIsNickname(s string) bool {
	return 1 <= len(s) && len(s) <= 19 &&
		strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

func slowIsMember(s string) bool {
	digits, ok := strings.CutPrefix(s, "$")
	if !ok {
		return slowIsNickname(s)
	}
	if len(digits) < 40 {
		return false
	}
	if _, err := hex.DecodeString(digits[:40]); err != nil {
		return false
	}
	name := digits[40:]
	return name == "" || (name[0] == '=' || name[0] == '~') && slowIsNickname(name[1:])
}
