// Package digits reads numbers and identities from text eight bytes at a time or by table, for packages bandwidth and wfu,
// whose files are full of both.
package digits

import (
	"encoding/binary"
	"math/bits"
)

// Leading is the number that the digits at the beginning of the text make, of up to eight of them, and how many
// those are. It is 0 of none when less than eight bytes are left.
func Leading(text []byte) (n uint64, length int) {
	if len(text) < 8 {
		return 0, 0
	}
	// Digits become 0 to 9. Of each byte that is then more, the highest bit is set by the addition or was before; the
	// addition carries into the next byte only from such a one, so that the lowest of these bits is right.
	x := binary.LittleEndian.Uint64(text) ^ 0x3030303030303030
	other := (x + 0x7676767676767676 | x) & 0x8080808080808080
	length = bits.TrailingZeros64(other) / 8
	// Moving them up puts zeros before the digits. Then every two neighbours become one number, three times.
	x <<= 64 - 8*length
	x = (x*10 + x>>8) & 0x00ff00ff00ff00ff
	x = (x*100 + x>>16) & 0x0000ffff0000ffff
	x = (x*10_000 + x>>32) & 0xffffffff
	return x, length
}

// Identity is the identity that so many hexadecimal digits stand for, and whether all are digits.
func Identity(text *[40]byte) (id [20]byte, ok bool) {
	var bad byte
	for i := range id {
		high, low := nibble[text[2*i]], nibble[text[2*i+1]]
		id[i] = high<<4 | low
		bad |= high | low
	}
	return id, bad < 16
}

// nibble is the value of a hexadecimal digit, and 255 of any other byte.
var nibble = func() (values [256]byte) {
	for i := range values {
		values[i] = 255
	}
	for i, c := range []byte("0123456789abcdef") {
		values[c] = byte(i)
	}
	for i, c := range []byte("ABCDEF") {
		values[c] = byte(10 + i)
	}
	return values
}()
