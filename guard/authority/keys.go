package authority

import (
	"bytes"
	"encoding/base64"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// neededLines are the lines without which tor of 0.4.9 takes no descriptor, beside those without which
// consensus.Descriptors lends none; older relays did without them.
//
// C: src/feature/dirparse/routerparse.c, routerdesc_token_table.
var neededLines = []string{
	"identity-ed25519", "master-key-ed25519", "proto", "ntor-onion-key", "ntor-onion-key-crosscert", "router-sig-ed25519",
}

// missing is a *consensus.SyntaxError about the first line that a descriptor needs and does not have, about a line that
// lacks the object it needs, or about an ntor key that is none; nil if all is there. An onion-key may be left out, but not
// without its certificate, nor that without the key.
func missing(d *consensus.Descriptor) error {
	seen := make(map[string]bool, len(neededLines)+2)
	number := d.Line - 1
	var needsObject []byte // the keyword of the line before, if that does
	for line := range bytes.Lines(d.Text) {
		if needsObject != nil && !bytes.HasPrefix(line, []byte("-----BEGIN ")) {
			return &consensus.SyntaxError{Line: number, Keyword: string(needsObject), Err: consensus.ErrMissing}
		}
		needsObject = nil
		number++
		end := bytes.IndexAny(line, " \t\n")
		if end <= 0 {
			continue
		}
		switch keyword := line[:end]; string(keyword) {
		case "ntor-onion-key":
			key, _, _ := bytes.Cut(bytes.TrimSpace(line[end:]), []byte(" "))
			if !isCurveKey(key) {
				return &consensus.SyntaxError{Line: number, Keyword: string(keyword), Value: cut(string(key)), Err: consensus.ErrBadValue}
			}
			seen[string(keyword)] = true
		case "identity-ed25519", "ntor-onion-key-crosscert", "onion-key", "onion-key-crosscert":
			needsObject = keyword
			seen[string(keyword)] = true
		case "master-key-ed25519", "proto", "router-sig-ed25519":
			seen[string(keyword)] = true
		}
	}
	needed := neededLines
	if seen["onion-key"] || seen["onion-key-crosscert"] {
		needed = append(needed[:len(needed):len(needed)], "onion-key", "onion-key-crosscert")
	}
	for _, keyword := range needed {
		if !seen[keyword] {
			return &consensus.SyntaxError{Line: d.Line, Keyword: keyword, Err: consensus.ErrMissing}
		}
	}
	return nil
}

// isCurveKey reports whether the text is 32 bytes in base64, not all of them zero.
//
// C: src/feature/nodelist/routerinfo.c, routerinfo_has_curve25519_onion_key.
func isCurveKey(text []byte) bool {
	var key [33]byte
	digits := bytes.TrimSuffix(text, []byte("="))
	if len(digits) != base64.RawStdEncoding.EncodedLen(32) {
		return false
	}
	n, err := base64.RawStdEncoding.Decode(key[:], digits)
	return err == nil && n == 32 && key != [33]byte{}
}
