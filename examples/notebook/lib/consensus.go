package main

/*
#include "types.h"
*/
import "C"

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// nicknameLength is the room for a nickname.
const nicknameLength = 19

// gm_consensus_open reads a vote or a consensus of either flavour.
//
//export gm_consensus_open
func gm_consensus_open(document *C.char, length C.int64_t, handle *C.uint64_t, relays *C.int64_t) status {
	return try(func() error {
		doc, err := text(document, length)
		if err != nil {
			return err
		}
		if relays == nil {
			return fmt.Errorf("%w: relays", errNull)
		}
		parsed, err := consensus.Parse(doc)
		if err != nil {
			return err
		}
		*relays = C.int64_t(len(parsed.Entries))
		return hold(&parsed, handle)
	})
}

// document is the document of a handle that has so many relays.
func document(handle C.uint64_t, n C.int64_t) (*consensus.Document, error) {
	doc, err := held[*consensus.Document](handle)
	if err == nil && int64(n) != int64(len(doc.Entries)) {
		err = fmt.Errorf("%w: %d, of %d relays", errLength, int64(n), len(doc.Entries))
	}
	return doc, err
}

// gm_consensus_read writes what a document says of its relays, in its order, into the columns that are not null.
//
//export gm_consensus_read
func gm_consensus_read(handle C.uint64_t, n C.int64_t, to *C.gm_consensus_columns) status {
	return try(func() error {
		doc, err := document(handle, n)
		if err != nil {
			return err
		}
		if to == nil {
			return fmt.Errorf("%w: columns", errNull)
		}
		relays := doc.Entries
		fill(to.identity, relays, func(e *consensus.Entry) [20]byte { return e.Identity })
		fill(to.nickname, relays, func(e *consensus.Entry) (name [nicknameLength]byte) {
			copy(name[:], e.Nickname)
			return name
		})
		fill(to.address, relays, func(e *consensus.Entry) [4]byte { return e.Address.As4() })
		fill(to.flags, relays, func(e *consensus.Entry) consensus.Flag { return e.Flags.Known() })
		fill(to.bandwidth, relays, func(e *consensus.Entry) bandwidth.KB { return e.Weight.Bandwidth })
		fill(to.measured, relays, func(e *consensus.Entry) bandwidth.KB { return max(e.Weight.Measured, e.Weight.MeasuredButAuthority) })
		fill(to.is_measured, relays, func(e *consensus.Entry) bool { return isMeasured(doc, e) })
		fill(to.published, relays, func(e *consensus.Entry) int64 { return int64(e.Published) })
		fill(to.or_port, relays, func(e *consensus.Entry) uint16 { return e.ORPort })
		fill(to.dir_port, relays, func(e *consensus.Entry) uint16 { return e.DirPort })
		fill(to.wfu, relays, func(e *consensus.Entry) float64 { return orNaN(e.Stats.WFU, e.HasStats) })
		fill(to.mtbf, relays, func(e *consensus.Entry) float64 { return orNaN(e.Stats.MTBF, e.HasStats) })
		fill(to.time_known, relays, func(e *consensus.Entry) int64 {
			if !e.HasStats {
				return -1
			}
			return e.Stats.TimeKnown
		})
		return nil
	})
}

// fill writes a column, if it is there.
func fill[To, At, Thing any](array *At, things []Thing, of func(*Thing) To) {
	for i, to := 0, column[To](array, len(things)); i < len(to); i++ {
		to[i] = of(&things[i])
	}
}

// isMeasured reports whether the bandwidth of an entry rests on a measurement: in a consensus, on enough of them.
func isMeasured(doc *consensus.Document, e *consensus.Entry) bool {
	w := &e.Weight
	if doc.Header.Vote {
		return w.HasMeasured || w.HasMeasuredButAuthority
	}
	return w.HasBandwidth && !w.Unmeasured
}

func orNaN(v float64, known bool) float64 {
	if !known {
		return math.NaN()
	}
	return v
}

// gm_consensus_header tells what a document says of itself.
//
//export gm_consensus_header
func gm_consensus_header(handle C.uint64_t, to *C.gm_consensus_header_t) status {
	return try(func() error {
		doc, err := held[*consensus.Document](handle)
		if err != nil {
			return err
		}
		if to == nil {
			return fmt.Errorf("%w: header", errNull)
		}
		h, t := &doc.Header, doc.Totals()
		*to = C.gm_consensus_header_t{
			valid_after: C.int64_t(h.ValidAfter), published: C.int64_t(h.Published),
			g: C.int64_t(t.G), m: C.int64_t(t.M), e: C.int64_t(t.E), d: C.int64_t(t.D), t: C.int64_t(t.T),
			is_vote: number(h.Vote), method: C.int32_t(h.Method),
			has_thresholds: number(h.FlagThresholds != ""), has_weights: number(doc.Footer.BandwidthWeights != ""),
		}
		return nil
	})
}

// gm_consensus_flag gives the name of a flag, one bit.
//
//export gm_consensus_flag
func gm_consensus_flag(bit C.uint32_t, name *C.char, size C.int64_t, length *C.int64_t) status {
	return try(func() error {
		f := consensus.Flag(bit)
		if bits.OnesCount32(uint32(bit)) != 1 || f.String() == "" {
			return fmt.Errorf("%w: %#x is no flag", errName, uint32(bit))
		}
		return give(f.String(), name, size, length)
	})
}
