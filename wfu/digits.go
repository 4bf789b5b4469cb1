package wfu

import (
	"encoding/binary"
	"math/bits"
	"strconv"
)

// Eight decimal digits at a time, in one 64-bit word that holds a digit a byte, the first in the lowest: a number has few
// and ever different lengths, and a loop over digits that the processor cannot foresee the end of costs more than all this
// arithmetic.

const (
	eightZeros = 0x3030303030303030 // "00000000"
	mostEight  = 99_999_999
)

// digitsOf is the eight digits of n, zeros before, for n up to mostEight.
func digitsOf(n uint32) uint64 {
	// Halves, quarters and eighths of the word hold four, two and one digits. To divide all parts at once by 100 and by 10
	// is to multiply by 2^20/100 and 2^10/10, rounded up: that is exact for parts below 10,000 and below 100.
	x := uint64(n/10_000) | uint64(n%10_000)<<32
	q := x * 10_486 >> 20 & 0x0000_007f_0000_007f
	x = q | (x-q*100)<<16
	q = x * 103 >> 10 & 0x000f_000f_000f_000f
	return q | (x-q*10)<<8
}

// appendUint is strconv.AppendUint in base 10, of which eight digits are enough for three years.
func appendUint(dst []byte, n uint64) []byte {
	if n > mostEight {
		return strconv.AppendUint(dst, n, 10)
	}
	digits := digitsOf(uint32(n))
	zeros := bits.TrailingZeros64(digits|1<<56) / 8 // of which the last is to be written
	return appendBytes(dst, (digits|eightZeros)>>(8*zeros), 8-zeros)
}

// appendBytes appends the lowest n bytes of a word: all eight, and then takes some back. That is one store, where appending
// a number of bytes which is not known beforehand is a call.
func appendBytes(dst []byte, word uint64, n int) []byte {
	return binary.LittleEndian.AppendUint64(dst, word)[:len(dst)+n]
}
