package consensus

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
)

// longestKey is the length of the longest signing key that is read, in base64 and with the ends of its lines. A key of
// 1024 bits takes 140 bytes; Tor takes no other.
const longestKey = 512

// identityOf is the digest of a signing key, given as the text of its object.
func identityOf(body []byte) (Fingerprint, bool) {
	var der [longestKey / 4 * 3]byte
	n, err := base64.StdEncoding.Decode(der[:], body)
	if err != nil || n == 0 {
		return Fingerprint{}, false
	}
	return sha1.Sum(der[:n]), true
}

// isFingerprintOf reports whether text is a fingerprint, in groups of digits or not.
func isFingerprintOf(text []byte, f Fingerprint) bool {
	var read Fingerprint
	return parseHex(read[:], bytes.ReplaceAll(text, []byte(" "), nil)) && read == f
}
