package authority

import (
	"encoding/hex"
	"errors"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Mark is what an authority's approved-routers file says of a relay, as bits. The zero Mark says nothing.
//
// C: src/feature/dirauth/process_descs.c, rtr_flags_t.
type Mark uint8

// The marks, each with the directive that sets it.
const (
	MarkReject     Mark = 1 << iota // !reject: refused
	MarkInvalid                     // !invalid: not Valid
	MarkBadExit                     // !badexit
	MarkMiddleOnly                  // !middleonly. Since: 0.4.7.2-alpha
	MarkStripGuard                  // !stripguard. Since: 0.4.8.15
	MarkStripHSDir                  // !striphsdir. Since: 0.4.8.15
	MarkStripV2Dir                  // !stripv2dir. Since: 0.4.8.15
)

var markDirectives = map[string]Mark{
	"!reject": MarkReject, "!invalid": MarkInvalid, "!badexit": MarkBadExit, "!middleonly": MarkMiddleOnly,
	"!stripguard": MarkStripGuard, "!striphsdir": MarkStripHSDir, "!stripv2dir": MarkStripV2Dir,
}

// Lists is the marks of the relays in an approved-routers file. The nil Lists marks nobody.
type Lists map[consensus.Fingerprint]Mark

// The sentinels of ParseLists's warnings, beside consensus.ErrFingerprint and consensus.ErrTooFew.
var (
	// ErrDirective: a word before a fingerprint that is no directive. Tor takes it for an approved nickname, which has
	// had no effect since 0.2.8.
	ErrDirective = errors.New("not a directive")
	// ErrTooManyWarnings: the last warning where there would be more than a thousand.
	ErrTooManyWarnings = errors.New("further warnings left out")
)

// maxWarnings bounds how many warnings about one text are kept.
const maxWarnings = 1000

// ParseLists reads an approved-routers file: a directive of Mark and a fingerprint of 40 hexadecimal digits a line, in
// which blanks do not count. Directives of one relay add up. What cannot be read is passed over and told by a warning.
//
// C: src/feature/dirauth/process_descs.c, dirserv_load_fingerprint_file.
func ParseLists(text []byte) (Lists, []*consensus.SyntaxError) {
	lists := make(Lists)
	var warnings []*consensus.SyntaxError
	for l := range configLines(text) {
		warn := func(value string, err error) {
			if len(warnings) < maxWarnings {
				warnings = append(warnings, &consensus.SyntaxError{Line: l.number, Keyword: cut(l.key), Value: cut(value), Err: err})
			} else {
				warnings[maxWarnings-1] = &consensus.SyntaxError{Line: l.number, Err: ErrTooManyWarnings}
			}
		}
		digits := strings.ReplaceAll(l.value, " ", "")
		var id consensus.Fingerprint
		if n, err := hex.Decode(id[:], []byte(digits[:min(len(digits), 40)])); len(digits) != 40 || err != nil || n != len(id) {
			warn(l.value, consensus.ErrFingerprint)
			continue
		}
		mark, ok := markDirectives[strings.ToLower(l.key)]
		if !ok {
			warn("", ErrDirective)
			continue
		}
		lists[id] |= mark
	}
	return lists, warnings
}

// cut bounds how much of the input a warning or an error repeats.
func cut(text string) string { return text[:min(len(text), 80)] }
