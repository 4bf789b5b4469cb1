package consensus

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
)

// longestKey is the length of the longest signing key that is read, in base64 and with the ends of its lines. A key of
// 1024 bits takes 140 bytes; Tor takes no other.
const longestKey = 512

// identityOf is the digest of a signing key, given as the text of its object.
func identityOf(body []byte) (Fingerprint, bool) {
	if der, ok := quickKey(body); ok {
		return sha1.Sum(der[:]), true
	}
	var der [longestKey / 4 * 3]byte
	n, err := base64.StdEncoding.Decode(der[:], body)
	if err != nil || n == 0 {
		return Fingerprint{}, false
	}
	return sha1.Sum(der[:n]), true
}

// quickKey decodes a key of 1024 bits in three lines, as Tor writes it. The decoder of package base64 stumbles over the
// ends of lines.
func quickKey(body []byte) (der [140]byte, ok bool) {
	if len(body) != 191 || body[64] != '\n' || body[129] != '\n' || body[189] != '=' || body[190] != '\n' {
		return der, false
	}
	d, e := base64Pairs[uint16(body[186])|uint16(body[187])<<8], base64Pairs[uint16(body[188])|'A'<<8]
	bad := d | e
	for i := range 23 {
		bits, badHere := decode8((*[8]byte)(body[i/8*65+i%8*8:]))
		// Each store is of six bytes, and of two more that the next one overwrites.
		binary.BigEndian.PutUint64(der[6*i:], bits<<16)
		bad |= badHere
	}
	der[138], der[139] = byte(d>>4), byte(d<<4|e>>8)
	return der, bad&base64Bad == 0
}

// isFingerprintOf reports whether text is a fingerprint, in groups of digits or not.
func isFingerprintOf(text []byte, f Fingerprint) bool {
	if len(text) == 49 && quickIsFingerprintOf((*[49]byte)(text), &f) {
		return true
	}
	var read Fingerprint
	return parseHex(read[:], bytes.ReplaceAll(text, []byte(" "), nil)) && read == f
}

// quickIsFingerprintOf reports whether text is the fingerprint in ten groups of four upper-case digits. To spell the
// known digest costs less than to read the other.
func quickIsFingerprintOf(text *[49]byte, f *Fingerprint) bool {
	const digits = "0123456789ABCDEF"
	var want [50]byte
	for i := range 10 {
		a, b := f[2*i], f[2*i+1]
		group := (*[5]byte)(want[5*i:])
		group[0], group[1], group[2], group[3], group[4] = digits[a>>4], digits[a&15], digits[b>>4], digits[b&15], ' '
	}
	return [49]byte(want[:49]) == *text
}

// areHexDigits reports whether all of text are hexadecimal digits, eight bytes at once: in each byte, and into none of its
// neighbours, a sum carries into the highest bit from the first digit or letter on, and another one from behind the last.
func areHexDigits(text *[40]byte) bool {
	all := uint64(highs)
	for i := 0; i < len(text); i += 8 {
		w := word(text[i:])
		seven := w &^ highs
		folded := seven | 0x20*ones // both cases are one
		digit := (seven + (0x80-'0')*ones) &^ (seven + (0x80-'9'-1)*ones)
		letter := (folded + (0x80-'a')*ones) &^ (folded + (0x80-'f'-1)*ones)
		all &= (digit | letter) &^ w
	}
	return all == highs
}

// notHex is 0 for hexadecimal digits.
var notHex = func() (not [256]byte) {
	for c := range not {
		if !bytes.ContainsRune([]byte("0123456789ABCDEFabcdef"), rune(c)) {
			not[c] = 1
		}
	}
	return not
}()
