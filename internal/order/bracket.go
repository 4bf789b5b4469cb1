package order

import (
	"math"
	"math/bits"
	"slices"
)

// Bracket waits for one order statistic while a column goes by. It counts the keys below its lower bound, and keeps those
// between its bounds. The zero Bracket is not ready: begin with Open, Narrow or At.
type Bracket struct {
	lo, hi uint64   // inclusive
	limit  uint64   // from here on all keys are alike
	below  int      // keys seen that are less than lo
	inside int      // keys seen that are lo, where that is also hi: there is no need to keep them
	kept   []uint64 // keys seen that are from lo to hi, else
}

// Open keeps everything.
func (b *Bracket) Open() { b.reset(0, math.MaxUint64, math.MaxUint64) }

// At keeps nothing: all it tells in the end is whether the statistic is at least this key. Its answer is this key then.
func (b *Bracket) At(key uint64) { b.reset(key, key, key) }

func (b *Bracket) reset(lo, hi, limit uint64) {
	b.lo, b.hi, b.limit, b.below, b.inside, b.kept = lo, hi, limit, 0, 0, b.kept[:0]
}

// Narrow sets the bounds about where in a whole of n keys the one at index k may be expected by a sample of them, which is
// reordered. What is more than limit is taken for limit.
func (b *Bracket) Narrow(sample []uint64, k, n int, limit uint64) {
	lo, hi := uint64(0), uint64(math.MaxUint64)
	least, most := around(len(sample), k, n)
	if least >= 0 && least < len(sample) {
		lo = quickselect(sample, least)
	}
	if from := max(least, 0); most < len(sample) {
		hi = quickselect(sample[from:], most-from)
	}
	b.reset(min(lo, limit), min(hi, limit), limit)
}

// Least is the lower bound: the statistic is expected to be no less.
func (b *Bracket) Least() uint64 { return b.lo }

// Kept is what has been kept. It is lent until the bracket is used again.
func (b *Bracket) Kept() []uint64 { return b.kept }

// Wider begins another pass after one that Key reports no success of, with bounds that by its count are sure to hold the
// key at index k.
func (b *Bracket) Wider(k int) {
	if k < b.below {
		b.reset(0, b.lo-1, b.limit)
		return
	}
	b.reset(b.hi+1, b.limit, b.limit)
}

// Like makes the bracket ready to see another part of what other sees.
func (b *Bracket) Like(other *Bracket) { b.reset(other.lo, other.hi, other.limit) }

// Add takes in what another bracket with the same bounds has seen.
func (b *Bracket) Add(other *Bracket) {
	b.below += other.below
	b.inside += other.inside
	b.kept = append(b.kept, other.kept...)
}

// Key is the key at index k of all that the bracket has seen, once those are in order, and whether that lies within the
// bounds.
func (b *Bracket) Key(k int) (key uint64, ok bool) {
	switch i := k - b.below; {
	case i < 0:
		return 0, false
	case b.lo < b.hi && i < len(b.kept):
		// Nth works in what is free behind the keys.
		b.kept = slices.Grow(b.kept, roomFor(len(b.kept)))
		return Nth(b.kept, i, b.kept[len(b.kept):]), true
	case b.hi == b.limit:
		return b.limit, true
	default:
		return b.lo, i < b.inside
	}
}

// Take32 shows a bracket those of the values that count; so do TakeInt and TakeFloat. They return the part of counted that
// is surely no less than the statistic, and the part that is kept because it may be either; the rest is less, if the bracket
// succeeds.
func Take32[T ~uint32](b *Bracket, values *[Size]T, counted uint64) (sure, unsure uint64) {
	if b.lo == b.limit {
		return b.count(Below32(values, b.lo), 0, counted)
	}
	lo, hi := b.lo, b.hi
	var below, above uint64
	for _, v := range values {
		_, c := bits.Sub64(uint64(v), lo, 0)
		below, _ = bits.Add64(below, below, c)
		_, c = bits.Sub64(hi, uint64(v), 0)
		above, _ = bits.Add64(above, above, c)
	}
	return keep32(b, values, below, above, counted)
}

// TakeInt: see Take32.
func (b *Bracket) TakeInt(values *[Size]int64, counted uint64) (sure, unsure uint64) {
	if b.lo == b.limit {
		return b.count(BelowInt(values, b.lo), 0, counted)
	}
	lo, hi := b.lo, b.hi
	var below, above uint64
	for _, v := range values {
		key := KeyInt(v)
		_, c := bits.Sub64(key, lo, 0)
		below, _ = bits.Add64(below, below, c)
		_, c = bits.Sub64(hi, key, 0)
		above, _ = bits.Add64(above, above, c)
	}
	sure, unsure = b.count(below, above, counted)
	for in := unsure; in != 0; {
		i := bits.LeadingZeros64(in) % Size
		b.kept = append(b.kept, KeyInt(values[i]))
		in &^= First >> i
	}
	return sure, unsure
}

// TakeFloat: see Take32.
func (b *Bracket) TakeFloat(values *[Size]float64, counted uint64) (sure, unsure uint64) {
	if b.lo == b.limit {
		return b.count(BelowFloat(values, b.lo), 0, counted)
	}
	lo, hi := b.lo, b.hi
	var below, above uint64
	for _, v := range values {
		key := KeyFloat(v)
		_, c := bits.Sub64(key, lo, 0)
		below, _ = bits.Add64(below, below, c)
		_, c = bits.Sub64(hi, key, 0)
		above, _ = bits.Add64(above, above, c)
	}
	sure, unsure = b.count(below, above, counted)
	for in := unsure; in != 0; {
		i := bits.LeadingZeros64(in) % Size
		b.kept = append(b.kept, KeyFloat(values[i]))
		in &^= First >> i
	}
	return sure, unsure
}

// TakeLow32 is Take32 of the lower 32 bits of values.
func (b *Bracket) TakeLow32(values *[Size]int64, counted uint64) (sure, unsure uint64) {
	lo, hi := b.lo, b.hi
	var below, above uint64
	for _, v := range values {
		key := uint64(uint32(v))
		_, c := bits.Sub64(key, lo, 0)
		below, _ = bits.Add64(below, below, c)
		_, c = bits.Sub64(hi, key, 0)
		above, _ = bits.Add64(above, above, c)
	}
	if b.lo == b.limit {
		above = 0
	}
	sure, unsure = b.count(below, above, counted)
	for in := unsure; in != 0; {
		i := bits.LeadingZeros64(in) % Size
		b.kept = append(b.kept, uint64(uint32(values[i])))
		in &^= First >> i
	}
	return sure, unsure
}

// TakeBoth32 is Take32 for two brackets that go by different parts of one column: it is read once.
func TakeBoth32[T ~uint32](b, d *Bracket, values *[Size]T, countedB, countedD uint64) {
	loB, hiB, loD, hiD := b.lo, b.hi, d.lo, d.hi
	var belowB, aboveB, belowD, aboveD uint64
	for _, v := range values {
		_, c := bits.Sub64(uint64(v), loB, 0)
		belowB, _ = bits.Add64(belowB, belowB, c)
		_, c = bits.Sub64(hiB, uint64(v), 0)
		aboveB, _ = bits.Add64(aboveB, aboveB, c)
		_, c = bits.Sub64(uint64(v), loD, 0)
		belowD, _ = bits.Add64(belowD, belowD, c)
		_, c = bits.Sub64(hiD, uint64(v), 0)
		aboveD, _ = bits.Add64(aboveD, aboveD, c)
	}
	keep32(b, values, belowB, aboveB, countedB)
	keep32(d, values, belowD, aboveD, countedD)
}

// keep32 counts a word, and keeps of it what is neither below nor above.
func keep32[T ~uint32](b *Bracket, values *[Size]T, below, above, counted uint64) (sure, unsure uint64) {
	sure, unsure = b.count(below, above, counted)
	for in := unsure; in != 0; {
		i := bits.LeadingZeros64(in) % Size
		b.kept = append(b.kept, uint64(values[i]))
		in &^= First >> i
	}
	return sure, unsure
}

// TakeKey shows the bracket one key.
func (b *Bracket) TakeKey(key uint64) {
	_, below := bits.Sub64(key, b.lo, 0)
	_, above := bits.Sub64(b.hi, key, 0)
	if _, unsure := b.count(below, above, 1); unsure != 0 {
		b.kept = append(b.kept, key)
	}
}

// count counts a word, of which these are below and above the bounds.
func (b *Bracket) count(below, above, counted uint64) (sure, unsure uint64) {
	b.below += bits.OnesCount64(below & counted)
	in := counted &^ (below | above)
	if b.lo == b.hi {
		b.inside += bits.OnesCount64(in)
		return counted &^ below, 0
	}
	return counted & above, in
}
