package torlab

import (
	"encoding/binary"
	"math/rand/v2"
)

// A dice is the one source of chance of a network: the same seed and topic throw the same numbers on every machine.
type dice struct{ *rand.Rand }

// newDice is the dice of one topic of a seed. Each topic has its own, so that one more throw for, say, the bandwidth
// file does not change the relays.
func newDice(seed uint64, topic string) dice {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	copy(key[8:], topic)
	return dice{rand.New(rand.NewChaCha8(key))}
}

// chance reports true with probability p.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// between is one of low..high, both included.
func (d dice) between(low, high int64) int64 { return low + d.Int64N(high-low+1) }

// bytes are n of them.
func (d dice) bytes(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(d.Uint32())
	}
	return out
}

// pick is one of the values; one that is given twice is twice as likely.
func pick[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

// around is a number at an edge or close to it: exactly on it about a third of the time, one off in a third, and
// within spread otherwise.
func (d dice) around(edge, spread int64) int64 {
	switch d.IntN(6) {
	case 0, 1:
		return edge
	case 2:
		return edge - 1
	case 3:
		return edge + 1
	default:
		return edge + d.between(-spread, spread)
	}
}
