package consensus

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
)

// Fingerprint is a relay's identity: the SHA-1 digest of its RSA identity key. The zero value belongs to no relay.
//
// It is a named [20]byte, so it interchanges with the bare arrays that packages wfu and bandwidth key by, without a
// conversion.
//
// Spec: dir-spec, "Vote and consensus status document formats", r.
type Fingerprint [20]byte

// ErrFingerprint is wrapped by the errors of ParseFingerprint.
var ErrFingerprint = errors.New("not a fingerprint of 40 hexadecimal digits")

// ParseFingerprint reads 40 hexadecimal digits of either case, with or without a dollar sign before them; blanks between
// the digits, as on a descriptor's fingerprint line, are passed over. It is the inverse of String. The error wraps
// ErrFingerprint.
func ParseFingerprint(s string) (Fingerprint, error) {
	var f Fingerprint
	digits := strings.TrimPrefix(s, "$")
	if len(digits) > 40 {
		digits = strings.ReplaceAll(digits, " ", "")
	}
	if len(digits) != 40 {
		return Fingerprint{}, &valueError{s, ErrFingerprint}
	}
	if _, err := hex.Decode(f[:], []byte(digits)); err != nil {
		return Fingerprint{}, &valueError{s, ErrFingerprint}
	}
	return f, nil
}

// String is the fingerprint as 40 upper-case hexadecimal digits.
func (f Fingerprint) String() string { return string(f.append(nil)) }

// AppendText appends the 40 upper-case hexadecimal digits to dst. It implements encoding.TextAppender; the error is
// always nil.
func (f Fingerprint) AppendText(dst []byte) ([]byte, error) { return f.append(dst), nil }

func (f Fingerprint) append(dst []byte) []byte {
	const digits = "0123456789ABCDEF"
	for _, b := range f {
		dst = append(dst, digits[b>>4], digits[b&15])
	}
	return dst
}

// Compare orders fingerprints byte by byte, the order of a vote's entries: negative if f comes before g, zero if they
// are equal.
func (f Fingerprint) Compare(g Fingerprint) int { return bytes.Compare(f[:], g[:]) }

// before reports whether f comes before g. For the digests of keys, one comparison of numbers decides it.
func (f *Fingerprint) before(g *Fingerprint) bool {
	if a, b := binary.BigEndian.Uint64(f[:]), binary.BigEndian.Uint64(g[:]); a != b {
		return a < b
	}
	return bytes.Compare(f[8:], g[8:]) < 0
}

// valueError shows the offending text before the sentinel it wraps; the text is cut so that hostile input cannot make
// a message of any length.
type valueError struct {
	value string
	err   error
}

func (e *valueError) Error() string { return quote([]byte(e.value)) + ": " + e.err.Error() }
func (e *valueError) Unwrap() error { return e.err }
