package order

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// someKeys draws keys among which equal ones are common: few, or so many that a bracket is made.
var someKeys = rapid.Custom(func(t *rapid.T) []uint64 {
	key := rapid.OneOf(rapid.Uint64Range(0, 5), rapid.Uint64Range(1000, 100_000), rapid.SampledFrom([]uint64{0, 1, 1 << 63, math.MaxUint64}), rapid.Uint64())
	few := rapid.SliceOfN(key, 1, 200).Draw(t, "keys")
	n := rapid.OneOf(rapid.Just(len(few)), rapid.IntRange(2000, 6000)).Draw(t, "n")
	step := rapid.Uint64Range(0, 3).Draw(t, "step")
	keys := few
	for i := len(few); i < n; i++ {
		// What is drawn again and again, shifted now and then, so that large inputs need not be drawn in full.
		keys = append(keys, few[(i*7)%len(few)]+step*uint64(i%97))
	}
	if rapid.Bool().Draw(t, "sorted") {
		slices.Sort(keys)
	}
	return keys
})

func nthIsTheElementOfTheSortedKeys(t *rapid.T) {
	keys := someKeys.Draw(t, "keys")
	sorted := slices.Sorted(slices.Values(keys))
	for _, k := range []int{0, len(keys) / 8, (len(keys) - 1) / 2, len(keys) * 3 / 4, len(keys) - 1} {
		if got := Nth(keys, k, nil); got != sorted[k] {
			t.Fatalf("%d of %d: %d, want %d", k, len(keys), got, sorted[k])
		}
	}
}

func TestNthIsTheElementOfTheSortedKeys(t *testing.T) {
	rapid.Check(t, nthIsTheElementOfTheSortedKeys)
}
func FuzzNthIsTheElementOfTheSortedKeys(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(nthIsTheElementOfTheSortedKeys))
}

func nthIsTheElementOfTheSortedFloatsAndWords(t *rapid.T) {
	few := rapid.SliceOfN(rapid.OneOf(rapid.Float64(), rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1, -1,
		math.NaN(), math.Inf(-1), math.Inf(1), math.Copysign(0, -1)})), 1, 50).Draw(t, "floats")
	n := rapid.IntRange(1, 5000).Draw(t, "n")
	step := rapid.SampledFrom([]float64{0, 1e-9, 1e-3}).Draw(t, "step")
	floats, words := make([]float64, n), make([]string, n)
	for i := range floats {
		floats[i] = few[i*7%len(few)] + float64(step*float64(i%97))
		words[i] = strconv.FormatFloat(floats[i], 'g', -1, 64)
	}
	before := slices.Clone(words)
	sortedFloats, sortedWords := slices.Sorted(slices.Values(floats)), slices.Sorted(slices.Values(words))
	for _, k := range []int{0, n / 8, (n - 1) / 2, n * 3 / 4, n - 1} {
		if got, want := Nth(floats, k, nil), sortedFloats[k]; cmp.Compare(got, want) != 0 {
			t.Fatalf("%d of %d: %v, want %v", k, n, got, want)
		}
		if got, want := Nth(words, k, nil), sortedWords[k]; got != want {
			t.Fatalf("%d of %d: %q, want %q", k, n, got, want)
		}
	}
	if !slices.Equal(before, words) {
		t.Fatal("the values were reordered")
	}
}

func TestNthIsTheElementOfTheSortedFloatsAndWords(t *testing.T) {
	rapid.Check(t, nthIsTheElementOfTheSortedFloatsAndWords)
}
func FuzzNthIsTheElementOfTheSortedFloatsAndWords(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(nthIsTheElementOfTheSortedFloatsAndWords))
}

// show shows a bracket all keys, of which these count.
func show(b *Bracket, keys []uint64, counted func(i int) bool) {
	for i, key := range keys {
		if counted(i) {
			b.TakeKey(key)
		}
	}
}

// Whatever sample a bracket was narrowed by, it finds what sorting finds in two passes, or says that the limit is no more.
func aBracketFindsInTwoPassesWhatSortingFinds(t *rapid.T) {
	keys := someKeys.Draw(t, "keys")
	sample := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(keys), rapid.Uint64()), 0, 100).Draw(t, "sample")
	limit := rapid.OneOf(rapid.Just(uint64(math.MaxUint64)), rapid.SampledFrom(keys), rapid.Uint64()).Draw(t, "limit")
	skip := rapid.IntRange(2, 9).Draw(t, "skip")
	counted := func(i int) bool { return i%skip != 1 }
	var of []uint64
	for i, key := range keys {
		if counted(i) {
			of = append(of, key)
		}
	}
	slices.Sort(of)
	k := rapid.IntRange(0, len(of)-1).Draw(t, "k")

	var b Bracket
	b.Narrow(slices.Clone(sample), k, len(of), limit)
	show(&b, keys, counted)
	key, ok := b.Key(k)
	if !ok {
		b.Wider(k)
		// This time in two parts.
		var part Bracket
		part.Like(&b)
		half := len(keys) / 2
		show(&b, keys[:half], counted)
		show(&part, keys[half:], func(i int) bool { return counted(i + half) })
		b.Add(&part)
		key, ok = b.Key(k)
	}
	if want := min(of[k], limit); !ok || key != want {
		t.Fatalf("%d, found %v; want %d of %d, at most %d", key, ok, of[k], len(of), limit)
	}
}

func TestABracketFindsInTwoPassesWhatSortingFinds(t *testing.T) {
	rapid.Check(t, aBracketFindsInTwoPassesWhatSortingFinds)
}
func FuzzABracketFindsInTwoPassesWhatSortingFinds(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(aBracketFindsInTwoPassesWhatSortingFinds))
}

// A word of values of any type tells a bracket what their keys do one by one, and of which it is sure.
func wordsAreTheirKeysOneByOne(t *rapid.T) {
	var ints [Size]int64
	var floats [Size]float64
	var small [Size]uint32
	var low [Size]int64
	for i := range Size {
		ints[i] = rapid.OneOf(rapid.Int64Range(-3, 3), rapid.Int64()).Draw(t, "int")
		floats[i] = rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 0.5, 0.98, 1, -1, math.Inf(1), math.NaN()}), rapid.Float64()).Draw(t, "float")
		small[i] = rapid.OneOf(rapid.Uint32Range(0, 5), rapid.Uint32()).Draw(t, "small")
		low[i] = int64(small[i]) + rapid.Int64Range(-2, 2).Draw(t, "high")<<32
	}
	counted := rapid.Uint64().Draw(t, "counted")
	for name, c := range map[string]struct {
		key  func(i int) uint64
		take func(b *Bracket) (sure, unsure uint64)
	}{
		"ints":   {func(i int) uint64 { return KeyInt(ints[i]) }, func(b *Bracket) (uint64, uint64) { return b.TakeInt(&ints, counted) }},
		"floats": {func(i int) uint64 { return KeyFloat(floats[i]) }, func(b *Bracket) (uint64, uint64) { return b.TakeFloat(&floats, counted) }},
		"small":  {func(i int) uint64 { return Key32(small[i]) }, func(b *Bracket) (uint64, uint64) { return Take32(b, &small, counted) }},
		"both": {func(i int) uint64 { return Key32(small[i]) }, func(b *Bracket) (uint64, uint64) {
			other := Bracket{} // beside one that keeps everything, and must not change what the first one sees
			other.Open()
			kept, below, inside := len(b.kept), b.below, b.inside
			alone := Bracket{}
			alone.Like(b)
			TakeBoth32(b, &other, &small, counted, math.MaxUint64)
			sure, unsure := Take32(&alone, &small, counted)
			if len(other.kept) != Size || len(b.kept)-kept != len(alone.kept) || b.below-below != alone.below || b.lo != b.limit && b.inside-inside != alone.inside {
				t.Fatalf("two brackets at once: %+v; one alone: %+v", b, alone)
			}
			return sure, unsure
		}},
		"low": {func(i int) uint64 { return Key32(small[i]) }, func(b *Bracket) (uint64, uint64) { return b.TakeLow32(&low, counted) }},
	} {
		sample := []uint64{c.key(rapid.IntRange(0, Size-1).Draw(t, "lo")), c.key(rapid.IntRange(0, Size-1).Draw(t, "hi"))}
		slices.Sort(sample)
		limit := rapid.SampledFrom([]uint64{math.MaxUint64, sample[0], sample[1]}).Draw(t, "limit")
		fast, slow := Bracket{}, Bracket{}
		fast.reset(sample[0], min(sample[1], limit), limit)
		slow.reset(sample[0], min(sample[1], limit), limit)
		sure, unsure := c.take(&fast)
		n := 0
		for i := range Size {
			if counted&(First>>i) == 0 {
				continue
			}
			n++
			slow.TakeKey(c.key(i))
			kept := len(slow.kept) > 0 && slow.kept[len(slow.kept)-1] == c.key(i) && slow.lo < slow.hi && c.key(i) >= slow.lo && c.key(i) <= slow.hi
			if isUnsure := unsure&(First>>i) != 0; isUnsure != kept {
				t.Fatalf("%s: value %d: unsure %v, kept %v", name, i, isUnsure, kept)
			}
			if isSure := sure&(First>>i) != 0; isSure != (!kept && c.key(i) >= slow.lo) {
				t.Fatalf("%s: value %d: sure %v", name, i, isSure)
			}
		}
		for k := range n {
			a, okA := fast.Key(k)
			b, okB := slow.Key(k)
			if a != b && okA && okB || okA != okB {
				t.Fatalf("%s: at %d: %d %v, one by one %d %v", name, k, a, okA, b, okB)
			}
		}
	}
}

func TestWordsAreTheirKeysOneByOne(t *testing.T) { rapid.Check(t, wordsAreTheirKeysOneByOne) }
func FuzzWordsAreTheirKeysOneByOne(f *testing.F) { f.Fuzz(rapid.MakeFuzz(wordsAreTheirKeysOneByOne)) }

func TestKeys(t *testing.T) {
	ints := []int64{math.MinInt64, -5, -1, 0, 1, 5, math.MaxInt64}
	floats := []float64{0, math.SmallestNonzeroFloat64, 0.5, math.Nextafter(0.98, 0), 0.98, 1, math.MaxFloat64, math.Inf(1)}
	for i := range len(ints) - 1 {
		if KeyInt(ints[i]) >= KeyInt(ints[i+1]) || OfKeyInt(KeyInt(ints[i])) != ints[i] {
			t.Errorf("key of %d: %d", ints[i], KeyInt(ints[i]))
		}
	}
	for i := range len(floats) - 1 {
		if KeyFloat(floats[i]) >= KeyFloat(floats[i+1]) || OfKeyFloat(KeyFloat(floats[i])) != floats[i] {
			t.Errorf("key of %v: %d", floats[i], KeyFloat(floats[i]))
		}
	}
	if KeyFloat(0) != ZeroFloat {
		t.Errorf("key of 0: %d", KeyFloat(0))
	}
	for _, v := range []float64{math.Copysign(0, -1), -1, math.Inf(-1), math.NaN(), math.Copysign(math.NaN(), -1)} {
		if KeyFloat(v) >= ZeroFloat {
			t.Errorf("key of %v is not below that of 0", v)
		}
	}
	if Head(0) != 0 || Head(1) != First || Head(Size) != math.MaxUint64 {
		t.Error("heads of words")
	}
}

// Selection by a pivot is quadratic on some inputs. None is known that makes this one slow, but the bound on it holds for
// all: here are the classic ones, long enough to be felt.
func TestNthOfAwkwardOrders(t *testing.T) {
	const n = 100_000
	for name, value := range map[string]func(i int) int{
		"ascending":  func(i int) int { return i },
		"descending": func(i int) int { return n - i },
		"equal":      func(int) int { return 7 },
		"organ pipe": func(i int) int { return min(i, n-i) },
		"sawtooth":   func(i int) int { return i % 17 },
		"all one":    func(i int) int { return i / (n - 1) },
		"two values": func(i int) int { return i * 3 % 7 / 4 },
	} {
		keys := make([]uint64, n)
		for i := range keys {
			keys[i] = uint64(value(i))
		}
		sorted := slices.Sorted(slices.Values(keys))
		for _, k := range []int{0, 1, n / 8, (n - 1) / 2, n * 3 / 4, n - 2, n - 1} {
			if got := Nth(keys, k, nil); got != sorted[k] {
				t.Errorf("%s: %d: %d, want %d", name, k, got, sorted[k])
			}
		}
	}
}

func TestNthDoesNotAllocateWhereThereIsRoom(t *testing.T) {
	keys, room := make([]uint64, 20_000), make([]uint64, 0, roomFor(20_000))
	for i := range keys {
		keys[i] = uint64(i*7919) % 20_011
	}
	if n := testing.AllocsPerRun(10, func() { Nth(keys, 9999, room) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A sample takes one of each stretch, and not the same place of all: a population that repeats itself does not fool it.
func TestSpread(t *testing.T) {
	for _, step := range []int{1, 2, 3, 125, 7000} {
		places := map[int]bool{}
		for i := range 1000 {
			at := Spread(i, step)
			if at < i*step || at >= (i+1)*step {
				t.Fatalf("element %d of one in %d at %d", i, step, at)
			}
			places[at%step] = true
		}
		if len(places) < min(step, 1000)/2 {
			t.Errorf("one in %d: %d different places in a stretch", step, len(places))
		}
	}
}
