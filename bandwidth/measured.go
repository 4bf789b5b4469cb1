package bandwidth

import (
	"bytes"
	"iter"
	"slices"
)

// MaxMeasurementAge is how long an authority uses a measurement, in seconds from its file's timestamp: three days.
//
// C: src/feature/dirauth/bwauth.h, MAX_MEASUREMENT_AGE.
const MaxMeasurementAge = 3 * 24 * 60 * 60

// Stale reports whether the file is too old to be used at now (Unix seconds): older than [MaxMeasurementAge]. A file from
// the future is not.
//
// C: src/feature/dirauth/bwauth.c, dirserv_read_measured_bandwidths.
func (f File) Stale(now int64) bool { return expired(f.Timestamp, now) }

// expired reports whether now is more than the maximal age after then, for any two numbers.
func expired(then, now int64) bool {
	return now > then && uint64(now)-uint64(then) > MaxMeasurementAge
}

// Measured is what an authority remembers of the bandwidth files it has read: for each relay the bandwidth last
// measured, which is what flags are decided with. The zero Measured remembers nothing. It is a value that does not
// change: Read returns a new one.
//
// What a vote prints as Measured= is not taken from it; see [File.Printed].
//
// C: src/feature/dirauth/bwauth.c, mbw_cache.
// Since: 0.2.4.12-alpha.
type Measured struct {
	entries []measurement // in the order of identities, each once
}

type measurement struct {
	id   [20]byte
	kb   KB
	asOf int64 // timestamp of its file
}

// Read is what the authority remembers after reading a file at now (Unix seconds), as it does at its start and before
// each vote.
//
// A file that is stale changes nothing: even what is long out of date stays in force then. Otherwise a relay's first
// line in the file counts, unless what is remembered comes from a file as new or newer; and what comes from a file that
// would be stale by now is forgotten. A relay that a newer file no longer lists is remembered until then. An authority
// whose configuration names no file remembers nothing: that is the zero Measured.
//
// C: src/feature/dirauth/bwauth.c, dirserv_cache_measured_bw, dirserv_expire_measured_bw_cache.
func (m Measured) Read(f File, now int64) Measured {
	if f.Stale(now) {
		return m
	}
	fresh := collect(f, func(first, _ measurement) measurement { return first })
	merged := make([]measurement, 0, max(len(m.entries), len(fresh)))
	keep := func(e measurement) {
		if !expired(e.asOf, now) {
			merged = append(merged, e)
		}
	}
	old := m.entries
	for len(old) > 0 && len(fresh) > 0 {
		switch order := bytes.Compare(old[0].id[:], fresh[0].id[:]); {
		case order < 0:
			keep(old[0])
			old = old[1:]
		case order > 0:
			keep(fresh[0])
			fresh = fresh[1:]
		default:
			if fresh[0].asOf > old[0].asOf {
				keep(fresh[0])
			} else {
				keep(old[0])
			}
			old, fresh = old[1:], fresh[1:]
		}
	}
	for _, e := range old {
		keep(e)
	}
	for _, e := range fresh {
		keep(e)
	}
	return Measured{merged}
}

// Printed is what a vote made at now (Unix seconds) prints as Measured= for the relays in it: the bandwidth of each
// relay's last line in the file, or nothing at all where the file is stale. It differs from what [Measured.Read] makes
// of the same file where a relay has several lines, or where an older measurement is still remembered.
//
// C: src/feature/dirauth/bwauth.c, measured_bw_line_apply.
func (f File) Printed(now int64) Measured {
	if f.Stale(now) {
		return Measured{}
	}
	return Measured{collect(f, func(_, last measurement) measurement { return last })}
}

// collect is the file's measurements, one a relay, in the order of identities; choose is given two of one relay in the
// order of their lines.
func collect(f File, choose func(a, b measurement) measurement) []measurement {
	all := make([]measurement, len(f.Relays))
	for i, line := range f.Relays {
		all[i] = measurement{line.NodeID, line.BW, f.Timestamp}
	}
	slices.SortStableFunc(all, func(a, b measurement) int { return bytes.Compare(a.id[:], b.id[:]) })
	n := 0
	for _, e := range all {
		if n > 0 && all[n-1].id == e.id {
			all[n-1] = choose(all[n-1], e)
			continue
		}
		all[n] = e
		n++
	}
	return all[:n]
}

// Lookup is the measured bandwidth of the relay with the given identity digest, and whether it has one.
//
// C: src/feature/dirauth/bwauth.c, dirserv_query_measured_bw_cache_kb.
func (m Measured) Lookup(id [20]byte) (kb KB, ok bool) {
	e, ok := m.find(id)
	return e.kb, ok
}

// AsOf is the timestamp of the file that the relay's measurement comes from, in Unix seconds, and whether it has one.
func (m Measured) AsOf(id [20]byte) (timestamp int64, ok bool) {
	e, ok := m.find(id)
	return e.asOf, ok
}

func (m Measured) find(id [20]byte) (measurement, bool) {
	i, ok := slices.BinarySearchFunc(m.entries, id, func(e measurement, id [20]byte) int {
		return bytes.Compare(e.id[:], id[:])
	})
	if !ok {
		return measurement{}, false
	}
	return m.entries[i], true
}

// Len is how many relays have a measurement, whether or not the authority has descriptors of them. (Whether advertised
// bandwidths are ignored depends on how many of those with a descriptor have one.)
func (m Measured) Len() int { return len(m.entries) }

// All is every identity and its measured bandwidth, in the order of identities.
func (m Measured) All() iter.Seq2[[20]byte, KB] {
	return func(yield func([20]byte, KB) bool) {
		for _, e := range m.entries {
			if !yield(e.id, e.kb) {
				return
			}
		}
	}
}
