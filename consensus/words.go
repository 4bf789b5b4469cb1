package consensus

import (
	"encoding/binary"
	"math/bits"
)

// Eight bytes of text, the first in the lowest place, are looked at as one number: a sum or a mask then does the work of
// eight comparisons, and of eight branches. Names, addresses and numbers have no usual length, so that a loop over their
// characters costs less for its work than for the processor's wrong guesses of where it ends.

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// word is the eight bytes that text begins with.
func word(text []byte) uint64 { return binary.LittleEndian.Uint64(text) }

// gather moves the highest bit of each byte, the only one that may be set, to the bit of the byte's number.
func gather(w uint64) uint32 { return uint32(w >> 7 * 0x0102040810204080 >> 56) }

// notDigits has the bit i where the byte i of a word is no decimal digit.
func notDigits(w uint64) uint32 {
	w ^= '0' * ones // digits are 0 to 9 now, and nothing else is
	return gather((w&^highs + (0x80-10)*ones | w) & highs)
}

// notAlphanumerics has the bit i where the byte i of a word is neither a letter nor a digit of ASCII.
func notAlphanumerics(w uint64) uint32 {
	seven := w &^ highs         // no sum below carries into the next byte
	folded := seven | 0x20*ones // both cases are one, and nothing else becomes a letter
	digit := (seven + (0x80-'0')*ones) &^ (seven + (0x80-'9'-1)*ones)
	letter := (folded + (0x80-'a')*ones) &^ (folded + (0x80-'z'-1)*ones)
	return gather((^(digit | letter) | w) & highs)
}

// decimal is the number that the first n bytes of a word, 1 to 8, are the digits of.
func decimal(w uint64, n int) uint64 {
	w = w << ((64 - 8*n) & 63) & (0x0f * ones) // zeros stand before it now
	w = w * (1 + 10<<8) >> 8 & 0x00ff00ff00ff00ff
	w = w * (1 + 100<<16) >> 16 & 0x0000ffff0000ffff
	return w * (1 + 10000<<32) >> 32
}

// octet is decimal for 1 to 3 digits.
func octet(w uint64, n int) uint32 {
	d := uint32(w) << ((32 - 8*n) & 31) & 0x0f0f0f0f
	d = d * (1 + 10<<8) >> 8 & 0x00ff00ff
	return d * (1 + 100<<16) >> 16
}

// leadingNumber is the number whose digits text begins with, and how many there are: 0 if there is none, or if there are
// more than 15, so that it is exact as a float64 too. There have to be 16 bytes.
func leadingNumber(text []byte) (number uint64, n int) {
	w := word(text)
	n = bits.TrailingZeros32(notDigits(w) | 1<<8)
	if number = decimal(w, n); n < 8 {
		return number, n
	}
	w = word(text[8:])
	switch n = bits.TrailingZeros32(notDigits(w) | 1<<8); n {
	case 0:
		return number, 8
	case 8:
		return 0, 0
	}
	return number*powersOf10[n&7] + decimal(w, n), 8 + n
}

var powersOf10 = [8]uint64{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000}
