package foresight

import (
	"testing"

	"pgregory.net/rapid"
)

// agreeing counts those who agree with a position.
func agreeing(all []testimony, position int64) (n int) {
	for _, said := range all {
		if said.low <= position && position <= said.high {
			n++
		}
	}
	return n
}

func mostAgreeWhereCountingSays(t *rapid.T) {
	const top = 12
	var all []testimony
	for range rapid.IntRange(0, 10).Draw(t, "decisions") {
		edge := int64(rapid.IntRange(0, top).Draw(t, "edge"))
		said := testimony{low: edge, high: top}
		if rapid.Bool().Draw(t, "given") {
			said = testimony{low: 0, high: edge}
		}
		all = append(all, said)
	}
	var wantLow, wantHigh int64
	wantMost := -1
	for position := range int64(top + 1) {
		n := agreeing(all, position)
		if n > wantMost {
			wantLow, wantMost = position, n
		}
		if n == wantMost {
			wantHigh = position
		}
	}
	low, high, most, at := agreed(all, top)
	if low != wantLow || high != wantHigh || most != wantMost {
		t.Fatalf("%+v: %d to %d agree with %d, want %d to %d, %d", all, low, high, most, wantLow, wantHigh, wantMost)
	}
	for position := range int64(top + 1) {
		n := agreeing(all, position)
		if at(position) != n {
			t.Fatalf("%+v: %d agree with %d, want %d", all, at(position), position, n)
		}
		from, to := around(all, position, top)
		if at(from) != n || at(to) != n || from > position || to < position {
			t.Fatalf("%+v: the stretch around %d is %d to %d", all, position, from, to)
		}
	}
}

func TestAgreed(t *testing.T) { rapid.Check(t, mostAgreeWhereCountingSays) }
func FuzzAgreed(f *testing.F) { f.Fuzz(rapid.MakeFuzz(mostAgreeWhereCountingSays)) }

// The positions of a scale are its values in order, and back.
func scalesAreInOrder(t *rapid.T) {
	c := Constant(rapid.IntRange(0, len(constants)-1).Draw(t, "constant"))
	s := scaleOf(c)
	i := rapid.OneOf(rapid.SampledFrom([]int64{0, 1, s.top - 1, s.top}), rapid.Int64Range(0, s.top)).Draw(t, "position")
	if got := s.of(s.at(i)); got != i {
		t.Fatalf("%v: position %d is %v, which is at %d", c, i, s.at(i), got)
	}
	if i > 0 && s.at(i) <= s.at(i-1) && !(s.none && i == s.top && s.at(i) == 0) {
		t.Fatalf("%v: %v comes after %v", c, s.at(i), s.at(i-1))
	}
	if got := s.first(func(j int64) bool { return j >= i }); got != i {
		t.Fatalf("%v: the first from %d on is %d", c, i, got)
	}
}

func TestScales(t *testing.T) { rapid.Check(t, scalesAreInOrder) }
func FuzzScales(f *testing.F) { f.Fuzz(rapid.MakeFuzz(scalesAreInOrder)) }

func sumsAreSums(t *rapid.T) {
	places := rapid.IntRange(1, 20).Draw(t, "places")
	s, plain := newSums(places), make([]Tally, places)
	for range rapid.IntRange(0, 30).Draw(t, "additions") {
		at, one := rapid.IntRange(0, places-1).Draw(t, "place"), Tally{1, uint64(rapid.IntRange(0, 9).Draw(t, "KB/s"))}
		s.add(at, one)
		plain[at] = plain[at].plus(one)
	}
	var sum Tally
	for place, t1 := range plain {
		if got := s.below(place); got != sum {
			t.Fatalf("%v: below %d %+v, want %+v", plain, place, got, sum)
		}
		for k := range t1.Relays {
			if got := s.find(sum.Relays + k); got != place {
				t.Fatalf("%v: the %d-th relay is at %d, want %d", plain, sum.Relays+k, got, place)
			}
		}
		sum = sum.plus(t1)
	}
	if got := s.below(places); got != sum {
		t.Fatalf("%v: all %+v, want %+v", plain, got, sum)
	}
}

func TestSums(t *testing.T) { rapid.Check(t, sumsAreSums) }
func FuzzSums(f *testing.F) { f.Fuzz(rapid.MakeFuzz(sumsAreSums)) }
