package wfu

import (
	"math"
	"math/bits"
	"strconv"
)

// AppendText appends the ledger as a router-stability file of format 2, relays
// in the order of their identity digests, and implements encoding.TextAppender;
// the error is always nil. Tor writes the same text, in the order of its hash
// table.
//
// Run weights are written with 5 decimals, so they alone do not survive being
// written and read. Starts before 1970 are not written, nor are a TrackedSince
// and a LastDownrated that are zero.
//
// C: src/feature/stats/rephist.c, rep_hist_record_mtbf_data.
func (l Ledger) AppendText(dst []byte) ([]byte, error) {
	dst = append(dst, "format 2\nstored-at "...)
	dst = append(l.StoredAt.append(dst), '\n')
	if l.TrackedSince != 0 {
		dst = append(dst, "tracked-since "...)
		dst = append(l.TrackedSince.append(dst), '\n')
	}
	if l.LastDownrated != 0 {
		dst = append(dst, "last-downrated "...)
		dst = append(l.LastDownrated.append(dst), '\n')
	}
	dst = append(dst, "data\n"...)
	for _, r := range l.inOrder() {
		dst = r.append(dst)
	}
	return append(dst, ".\n"...), nil
}

// append writes the three lines of a relay.
func (r relay) append(dst []byte) []byte {
	const before, after = "R ", "\n+MTBF "
	var text [len(before) + 2*len(r.id) + len(after)]byte
	copy(text[:], before)
	for i, b := range r.id {
		const digits = "0123456789ABCDEF"
		text[len(before)+2*i], text[len(before)+2*i+1] = digits[b>>4], digits[b&15]
	}
	copy(text[len(text)-len(after):], after)
	dst = append(dst, text[:]...)
	dst = appendUint(dst, r.WeightedRunLength)
	dst = append(dst, ' ')
	dst = appendRunWeights(dst, r.TotalRunWeights)
	dst = appendStart(dst, r.StartOfRun)
	dst = append(dst, "\n+WFU "...)
	dst = appendUint(dst, r.WeightedUptime)
	dst = append(dst, ' ')
	dst = appendUint(dst, r.TotalWeightedTime)
	dst = appendStart(dst, r.StartOfDowntime)
	return append(dst, '\n')
}

// appendRunWeights writes a count as C does with 5 decimals: rounded to the nearest, halves to even. It writes infinities
// as C does, too, not as strconv.
func appendRunWeights(dst []byte, x float64) []byte {
	switch {
	case x == 0 && !math.Signbit(x):
		return append(dst, "0.00000"...)
	case x >= 0x1p-10 && x < 0x1p32:
		return appendDecimals(dst, x)
	case math.IsInf(x, 1):
		return append(dst, "inf"...)
	case math.IsInf(x, -1):
		return append(dst, "-inf"...)
	}
	return strconv.AppendFloat(dst, x, 'f', 5, 64)
}

// appendDecimals writes the counts that relays have, from 2^-10 to below 2^32, in integers alone. Such a float64 is
// m / 2^shift, with m of 53 bits and a shift from 21 to 62, so that 100,000·m in 128 bits, shifted, is the count in
// hundred-thousandths, and the bits that fall off tell exactly which way to round.
func appendDecimals(dst []byte, x float64) []byte {
	b := math.Float64bits(x)
	m, shift := b&(1<<52-1)|1<<52, (1075-b>>52)&63
	hi, lo := bits.Mul64(m, 100_000)
	n := hi<<(64-shift) | lo>>shift
	if rest, half := lo&(1<<shift-1), uint64(1)<<(shift-1); rest > half || rest == half && n&1 == 1 {
		n++
	}
	if n > mostEight {
		dst = appendUint(dst, n/100_000)
		at := len(dst)
		dst = appendUint(dst, n%100_000+100_000) // the 1 keeps the zeros, and then makes room for the point
		dst[at] = '.'
		return dst
	}
	const before, after = 3, 5 // digits before and after the point
	digits := digitsOf(uint32(n))
	zeros := min(bits.TrailingZeros64(digits|1<<63)/8, before-1)
	digits |= eightZeros
	dst = appendBytes(dst, digits>>(8*zeros), before-zeros)
	return appendBytes(dst, '.'|digits>>(8*before)<<8, 1+after)
}

func appendStart(dst []byte, t Instant) []byte {
	if t <= 0 {
		return dst
	}
	return t.append(append(dst, " S="...))
}
