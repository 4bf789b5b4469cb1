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

// base64Values holds, for each of the four places in a group, what a character there contributes to the 24 bits of the
// group; what is no character of base64 contributes base64Bad. So a group costs four look-ups, and what is wrong with a
// whole digest is asked once.
var base64Values = func() (values [4][256]uint32) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for place := range values {
		for c := range values[place] {
			values[place][c] = base64Bad
		}
		for v := range len(alphabet) {
			values[place][alphabet[v]] = uint32(v) << (18 - 6*place)
		}
	}
	return values
}()

const base64Bad = 1 << 31

// base64Group is the 24 bits of four characters.
func base64Group(a, b, c, d byte) uint32 {
	return base64Values[0][a] | base64Values[1][b] | base64Values[2][c] | base64Values[3][d]
}

// decode27 reads the 27 characters that carry 20 bytes, and reports whether they are of base64 alone. The surplus bits of
// the last one may be anything.
func decode27(digest *[20]byte, t *[27]byte) bool {
	a, b := base64Group(t[0], t[1], t[2], t[3]), base64Group(t[4], t[5], t[6], t[7])
	c, d := base64Group(t[8], t[9], t[10], t[11]), base64Group(t[12], t[13], t[14], t[15])
	e, f := base64Group(t[16], t[17], t[18], t[19]), base64Group(t[20], t[21], t[22], t[23])
	g := base64Values[0][t[24]] | base64Values[1][t[25]] | base64Values[2][t[26]]
	// Each store is of six bytes, and of two more that the next one overwrites.
	binary.BigEndian.PutUint64(digest[0:], uint64(a)<<40|uint64(b)<<16)
	binary.BigEndian.PutUint64(digest[6:], uint64(c)<<40|uint64(d)<<16)
	binary.BigEndian.PutUint64(digest[12:], uint64(e)<<40|uint64(f)<<16|uint64(g)>>8&0xffff)
	return (a|b|c|d|e|f|g)&base64Bad == 0
}

// decode43 is decode27 for the 43 characters that carry 32 bytes.
func decode43(digest *[32]byte, t *[43]byte) bool {
	var first [20]byte // of which 18 count
	ok := decode27(&first, (*[27]byte)(t[:27]))
	a, b := base64Group(t[24], t[25], t[26], t[27]), base64Group(t[28], t[29], t[30], t[31])
	c, d := base64Group(t[32], t[33], t[34], t[35]), base64Group(t[36], t[37], t[38], t[39])
	e := base64Values[0][t[40]] | base64Values[1][t[41]] | base64Values[2][t[42]]
	copy(digest[:], first[:])
	binary.BigEndian.PutUint64(digest[18:], uint64(a)<<40|uint64(b)<<16)
	binary.BigEndian.PutUint64(digest[24:], uint64(c)<<40|uint64(d)<<16|uint64(e)>>8&0xffff)
	return ok && (a|b|c|d|e)&base64Bad == 0
}
