package wfu

import (
	"encoding/binary"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// numbers are of all lengths alike.
func numbers() *rapid.Generator[uint64] {
	return rapid.Custom(func(t *rapid.T) uint64 {
		n := rapid.Uint64().Draw(t, "n")
		return n >> rapid.IntRange(0, 63).Draw(t, "shift")
	})
}

func propAppendUintIsStrconvs(t *rapid.T) {
	n := rapid.OneOf(numbers(), rapid.SampledFrom([]uint64{0, 9, 10, 99_999_999, 100_000_000, 1<<64 - 1})).Draw(t, "n")
	if got, want := appendUint([]byte("x"), n), strconv.AppendUint([]byte("x"), n, 10); string(got) != string(want) {
		t.Fatalf("%q, want %q", got, want)
	}
}

func TestAppendUintIsStrconvs(t *testing.T) { rapid.Check(t, propAppendUintIsStrconvs) }
func FuzzAppendUint(f *testing.F)           { f.Fuzz(rapid.MakeFuzz(propAppendUintIsStrconvs)) }

// Each part of the word is divided as the rule would, for all it can hold.
func TestDigitsOf(t *testing.T) {
	for part := range uint32(10_000) {
		for _, n := range []uint32{part, part * 10_000} {
			want := [8]byte{}
			for i, rest := 7, n; i >= 0; i, rest = i-1, rest/10 {
				want[i] = byte(rest % 10)
			}
			if got := digitsOf(n); got != binary.LittleEndian.Uint64(want[:]) {
				t.Fatalf("%d: %016x", n, got)
			}
		}
	}
}
