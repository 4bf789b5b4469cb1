package authority

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Mark is what an authority's approved-routers file says of a relay, as bits. The zero Mark says nothing.
//
// C: src/feature/dirauth/process_descs.h, rtr_flags_t.
type Mark uint8

// The marks, each with the directive that sets it.
const (
	MarkReject     Mark = 1 << iota // !reject: refused
	MarkInvalid                     // !invalid: not Valid
	MarkBadExit                     // !badexit
	MarkMiddleOnly                  // !middleonly. Since: 0.4.7.2-alpha
	MarkStripGuard                  // !stripguard. Since: 0.4.8.15 and 0.4.9.2-alpha
	MarkStripHSDir                  // !striphsdir. Since: 0.4.8.15 and 0.4.9.2-alpha
	MarkStripV2Dir                  // !stripv2dir. Since: 0.4.8.15 and 0.4.9.2-alpha
)

var markDirectives = map[string]Mark{
	"!reject": MarkReject, "!invalid": MarkInvalid, "!badexit": MarkBadExit, "!middleonly": MarkMiddleOnly,
	"!stripguard": MarkStripGuard, "!striphsdir": MarkStripHSDir, "!stripv2dir": MarkStripV2Dir,
}

// Lists is the marks of the relays in an approved-routers file. The zero Lists marks nobody.
type Lists struct {
	// Relays are the marks by fingerprint.
	Relays map[consensus.Fingerprint]Mark

	// Ed25519 are the marks by the relay's ed25519 identity.
	Ed25519 map[[32]byte]Mark
}

// Mark is all that the lists say of a relay. An authority of an older Tor heeds only what it knows.
func (l Lists) Mark(d *consensus.Descriptor) Mark { return l.Relays[d.Identity] | l.Ed25519[d.Ed25519] }

// marks are what the release knows of what the lists say of a relay; other directives it passes over.
func (r Release) marks(l Lists, d *consensus.Descriptor) Mark {
	if !r.has(hasEd25519Lists) {
		l.Ed25519 = nil
	}
	mark := l.Mark(d)
	if !r.has(hasMiddleOnly) {
		mark &^= MarkMiddleOnly
	}
	if !r.has(hasStripLists) {
		mark &^= MarkStripGuard | MarkStripHSDir | MarkStripV2Dir
	}
	return mark
}

// The sentinels of ParseLists's warnings, beside consensus.ErrFingerprint.
var (
	// ErrDirective: a word before an identity that is no directive. Tor takes it for an approved nickname, which has
	// had no effect since 0.2.8.
	ErrDirective = errors.New("not a directive")
	// ErrTooManyWarnings: the last warning where there would be more than a thousand.
	ErrTooManyWarnings = errors.New("further warnings left out")
)

// maxWarnings bounds how many warnings about one text are kept.
const maxWarnings = 1000

// ParseLists reads an approved-routers file: a directive of [Mark] and an identity a line, which is a fingerprint of 40
// hexadecimal digits or an ed25519 key of 43 base64 digits; blanks in it do not count. Directives of one relay add up.
// What cannot be read is passed over and told by a warning. The error, a *consensus.SyntaxError that wraps ErrQuotes, is
// for a file that tor would not read at all.
//
// C: src/feature/dirauth/process_descs.c, dirserv_load_fingerprint_file.
func ParseLists(text []byte) (Lists, []*consensus.SyntaxError, error) {
	lists := Lists{Relays: make(map[consensus.Fingerprint]Mark), Ed25519: make(map[[32]byte]Mark)}
	var warnings []*consensus.SyntaxError
	for l := range configLines(text) {
		if l.err != nil {
			return Lists{}, nil, l.fault(l.err)
		}
		if err := lists.add(l); err != nil {
			if len(warnings) < maxWarnings {
				warnings = append(warnings, l.fault(err))
			} else {
				warnings[maxWarnings-1] = &consensus.SyntaxError{Line: l.number, Err: ErrTooManyWarnings}
			}
		}
	}
	return lists, warnings, nil
}

// add takes in a line.
func (l Lists) add(line configLine) error {
	digits := strings.ReplaceAll(line.value, " ", "")
	mark, ok := markDirectives[lower(line.key)]
	switch len(digits) {
	case hex.EncodedLen(20):
		id, err := consensus.ParseFingerprint(digits)
		if err != nil {
			return consensus.ErrFingerprint
		}
		l.Relays[id] |= mark
	case base64.RawStdEncoding.EncodedLen(32):
		key, err := base64.RawStdEncoding.DecodeString(digits)
		if err != nil || len(key) != 32 {
			return consensus.ErrFingerprint
		}
		l.Ed25519[[32]byte(key)] |= mark
	default:
		return consensus.ErrFingerprint
	}
	if !ok {
		return ErrDirective
	}
	return nil
}

// cut bounds how much of the input a warning or an error repeats.
func cut(text string) string { return text[:min(len(text), 80)] }
