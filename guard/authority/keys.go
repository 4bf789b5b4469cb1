package authority

import (
	"bytes"
	"encoding/base64"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// needs are the lines without which an authority of the release takes no descriptor that has the lines seen, beside those
// without which consensus.Descriptors lends none. The lines of ed25519 keys come together or not at all, and so do an
// onion-key and its certificate where it may be left out.
//
// C: src/feature/dirparse/routerparse.c, routerdesc_token_table, router_parse_entry_from_string.
func (r Release) needs(seen map[string]bool) []string {
	var needed []string
	hasEd25519 := seen["identity-ed25519"] || seen["master-key-ed25519"] || seen["router-sig-ed25519"] ||
		seen["ntor-onion-key-crosscert"] || seen["onion-key-crosscert"]
	switch {
	case r.has(needsAllKeys):
		needed = append(needed, "identity-ed25519", "master-key-ed25519", "proto", "ntor-onion-key", "ntor-onion-key-crosscert",
			"router-sig-ed25519")
	case r.has(readsEd25519) && hasEd25519:
		needed = append(needed, "identity-ed25519", "ntor-onion-key", "ntor-onion-key-crosscert", "router-sig-ed25519",
			"onion-key-crosscert")
	case r.has(needsNtor):
		needed = append(needed, "ntor-onion-key")
	}
	switch {
	case !r.has(needsAllKeys):
		needed = append(needed, "onion-key")
	case !r.has(needsNoOnionKey) || seen["onion-key"] || seen["onion-key-crosscert"]:
		needed = append(needed, "onion-key", "onion-key-crosscert")
	}
	return needed
}

// reads reports whether that line of a descriptor means anything to the release.
func (r Release) reads(keyword string) bool {
	switch keyword {
	case "ntor-onion-key":
		return r.has(readsNtor)
	case "identity-ed25519", "master-key-ed25519", "router-sig-ed25519", "ntor-onion-key-crosscert", "onion-key-crosscert":
		return r.has(readsEd25519)
	}
	return true
}

// missing is a *consensus.SyntaxError about the first line that a descriptor needs and does not have, about a line that
// lacks the object it needs, or about an ntor key that is none; nil if all is there.
func (r Release) missing(d *consensus.Descriptor) error {
	seen := make(map[string]bool)
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
		keyword := line[:end]
		if !r.reads(string(keyword)) {
			continue
		}
		switch string(keyword) {
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
	for _, keyword := range r.needs(seen) {
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
