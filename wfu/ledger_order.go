package wfu

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// relay is one entry of a ledger.
type relay struct {
	id [20]byte
	History
}

// inOrder is all relays in the order of their identities. Digests are as good as random, so the leading bits alone spread
// them over buckets that hold about one each; only what shares a bucket is compared. Identities made to share their
// leading bits cost as much as any sort.
//
// The first byte comes first, then, within each of these 256 parts, the bits that remain: so at no time are relays strewn
// over more memory than the processor has at hand, which for a million would cost several times the sorting.
func (l Ledger) inOrder() []relay {
	const parts = 256
	var ends [parts]int
	for id := range l.Relays {
		ends[id[0]]++
	}
	most, start := 0, 0
	for i, n := range ends {
		most = max(most, n)
		ends[i] = start // until its part is filled
		start += n
	}
	all := make([]relay, start)
	for id, h := range l.Relays {
		next := &ends[id[0]]
		all[*next] = relay{id, h}
		*next++
	}
	sorter := sorter{scratch: make([]relay, most), ends: make([]int, 1<<min(bits.Len(uint(most)), 24))}
	start = 0
	for _, end := range ends {
		sorter.sort(all[start:end])
		start = end
	}
	return all
}

// sorter sorts relays whose identities begin with the same byte.
type sorter struct {
	scratch []relay
	ends    []int // of the buckets, a power of two
}

func (s sorter) sort(part []relay) {
	shift := 33 - bits.Len(uint(len(s.ends)))
	bucket := func(r *relay) *int { return &s.ends[binary.BigEndian.Uint32(r.id[1:])>>shift] }
	clear(s.ends)
	for i := range part {
		*bucket(&part[i])++
	}
	start := 0
	for i, n := range s.ends {
		s.ends[i] = start
		start += n
	}
	for i := range part {
		next := bucket(&part[i])
		s.scratch[*next] = part[i]
		*next++
	}
	copy(part, s.scratch)
	start = 0
	for _, end := range s.ends {
		if end-start > 1 {
			slices.SortFunc(part[start:end], func(a, b relay) int { return bytes.Compare(a.id[:], b.id[:]) })
		}
		start = end
	}
}
