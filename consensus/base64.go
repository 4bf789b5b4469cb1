package consensus

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
)

// parseBase64Digest reads the 27 characters of base64 in which r lines carry 20 bytes, as Tor does: with padding or
// without, and whatever the last character's surplus bits are.
func parseBase64Digest(text []byte) (digest [20]byte, ok bool) {
	if len(text) == 27 && decode27(&digest, (*[27]byte)(text)) {
		return digest, true
	}
	text = bytes.TrimRight(text, "=")
	if len(text) != 27 {
		return [20]byte{}, false
	}
	if n, err := base64.RawStdEncoding.Decode(digest[:], text); err != nil || n != len(digest) {
		return [20]byte{}, false
	}
	return digest, true
}

// parseBase64Digest256 reads the 43 characters of base64 in which documents carry 32 bytes, like parseBase64Digest.
func parseBase64Digest256(text []byte) (digest [32]byte, ok bool) {
	if len(text) == 43 && decode43(&digest, (*[43]byte)(text)) {
		return digest, true
	}
	text = bytes.TrimRight(text, "=")
	if len(text) != 43 {
		return [32]byte{}, false
	}
	if n, err := base64.RawStdEncoding.Decode(digest[:], text); err != nil || n != len(digest) {
		return [32]byte{}, false
	}
	return digest, true
}

// base64Pairs holds the 12 bits of each pair of characters, the first of which is the low byte of the index, and
// base64Bad for what is no pair of base64. Of its 128 KiB only a tenth is ever touched by good text.
var base64Pairs [1 << 16]uint16

const base64Bad = 1 << 15

func init() {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range base64Pairs {
		base64Pairs[i] = base64Bad
	}
	for i := range len(alphabet) {
		for j := range len(alphabet) {
			base64Pairs[int(alphabet[i])|int(alphabet[j])<<8] = uint16(i<<6 | j)
		}
	}
}

// decode8 is the 48 bits of eight characters, and base64Bad among others if one is none of base64.
func decode8(t *[8]byte) (bits uint64, bad uint16) {
	a, b := base64Pairs[uint16(t[0])|uint16(t[1])<<8], base64Pairs[uint16(t[2])|uint16(t[3])<<8]
	c, d := base64Pairs[uint16(t[4])|uint16(t[5])<<8], base64Pairs[uint16(t[6])|uint16(t[7])<<8]
	return uint64(a)<<36 | uint64(b)<<24 | uint64(c)<<12 | uint64(d), a | b | c | d
}

// decode27 reads the 27 characters that carry 20 bytes, and reports whether they are of base64 alone. The surplus bits of
// the last one may be anything.
func decode27(digest *[20]byte, t *[27]byte) bool {
	a, badA := decode8((*[8]byte)(t[0:]))
	b, badB := decode8((*[8]byte)(t[8:]))
	c, badC := decode8((*[8]byte)(t[16:]))
	d, e := base64Pairs[uint16(t[24])|uint16(t[25])<<8], base64Pairs[uint16(t[26])|'A'<<8]
	// Each store is of six bytes, and of two more that the next one overwrites.
	binary.BigEndian.PutUint64(digest[0:], a<<16)
	binary.BigEndian.PutUint64(digest[6:], b<<16)
	binary.BigEndian.PutUint64(digest[12:], c<<16|uint64(d)<<4|uint64(e)>>8)
	return (badA|badB|badC|d|e)&base64Bad == 0
}

// decode43 is decode27 for the 43 characters that carry 32 bytes.
func decode43(digest *[32]byte, t *[43]byte) bool {
	a, badA := decode8((*[8]byte)(t[0:]))
	b, badB := decode8((*[8]byte)(t[8:]))
	c, badC := decode8((*[8]byte)(t[16:]))
	d, badD := decode8((*[8]byte)(t[24:]))
	e, badE := decode8((*[8]byte)(t[32:]))
	f, g := base64Pairs[uint16(t[40])|uint16(t[41])<<8], base64Pairs[uint16(t[42])|'A'<<8]
	binary.BigEndian.PutUint64(digest[0:], a<<16)
	binary.BigEndian.PutUint64(digest[6:], b<<16)
	binary.BigEndian.PutUint64(digest[12:], c<<16)
	binary.BigEndian.PutUint64(digest[18:], d<<16)
	binary.BigEndian.PutUint64(digest[24:], e<<16|uint64(f)<<4|uint64(g)>>8)
	return (badA|badB|badC|badD|badE|f|g)&base64Bad == 0
}
