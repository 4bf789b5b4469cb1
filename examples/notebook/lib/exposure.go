package main

/*
#include "types.h"
*/
import "C"

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/exposure"
)

// gm_exposure_shares tells each relay's share of a kind of client's guards: the model's name is one of
// exposure.ModelNamed, the weights are the 19 of the consensus.
//
//export gm_exposure_shares
func gm_exposure_shares(handle C.uint64_t, model *C.char, length C.int64_t, weights *C.int64_t, n C.int64_t, to *C.double) status {
	return try(func() error {
		doc, err := document(handle, n)
		if err != nil {
			return err
		}
		m, err := modelOf(model, length)
		if err != nil {
			return err
		}
		w, err := weightsOf(weights)
		if err != nil {
			return err
		}
		shares, err := needed[float64]("to", to, len(doc.Entries))
		if err != nil {
			return err
		}
		m.AppendShares(shares[:0], doc.Entries, w)
		return nil
	})
}

// chosen is the indexes of a set, all of them within shares.
func chosen(shares []float64, array *C.int64_t, size C.int64_t) ([]int, error) {
	length, err := checked(size)
	if err != nil {
		return nil, err
	}
	indexes, err := needed[int64]("set", array, length)
	if err != nil {
		return nil, err
	}
	set := make([]int, length)
	for i, index := range indexes {
		if index < 0 || index >= int64(len(shares)) {
			return nil, fmt.Errorf("%w: relay %d, of %d", errValue, index, len(shares))
		}
		set[i] = int(index)
	}
	return set, nil
}

// draws is what gm_exposure_any and gm_exposure_simulate are asked about.
func draws(n C.int64_t, shares *C.double, size C.int64_t, set *C.int64_t, guards C.int32_t) ([]float64, []int, error) {
	length, err := checked(n)
	if err != nil {
		return nil, nil, err
	}
	s, err := needed[float64]("shares", shares, length)
	if err != nil {
		return nil, nil, err
	}
	indexes, err := chosen(s, set, size)
	if err == nil && (guards < 0 || guards > 1000) {
		err = fmt.Errorf("%w: %d guards", errValue, int(guards))
	}
	return s, indexes, err
}

// gm_exposure_any tells how likely it is that one of a client's guards is in a set of relays, given by their indexes.
//
//export gm_exposure_any
func gm_exposure_any(n C.int64_t, shares *C.double, size C.int64_t, set *C.int64_t, guards C.int32_t, probability *C.double) status {
	return try(func() error {
		s, indexes, err := draws(n, shares, size, set, guards)
		if err != nil {
			return err
		}
		if probability == nil {
			return fmt.Errorf("%w: probability", errNull)
		}
		*probability = C.double(exposure.AnyOf(s, indexes, int(guards)))
		return nil
	})
}

// gm_exposure_simulate is the same by drawing the guards of so many clients, with its standard error.
//
//export gm_exposure_simulate
func gm_exposure_simulate(n C.int64_t, shares *C.double, size C.int64_t, set *C.int64_t, guards C.int32_t, trials C.int64_t, seed C.uint64_t,
	probability, standardError *C.double) status {
	return try(func() error {
		s, indexes, err := draws(n, shares, size, set, guards)
		if err != nil {
			return err
		}
		if probability == nil || standardError == nil {
			return fmt.Errorf("%w: probability or standard error", errNull)
		}
		if trials < 0 || trials > math.MaxInt32 {
			return fmt.Errorf("%w: %d trials", errValue, int64(trials))
		}
		e := exposure.Simulate(s, indexes, int(guards), int(trials), rand.NewPCG(uint64(seed), 0))
		*probability, *standardError = C.double(e.P), C.double(e.StdErr)
		return nil
	})
}

// gm_exposure_diversity tells how evenly shares are spread: Shannon's entropy in bits, the number of equal guards that would
// be as diverse, and the largest share; what is null is not wanted.
//
//export gm_exposure_diversity
func gm_exposure_diversity(n C.int64_t, shares *C.double, entropy, effective, largest *C.double) status {
	return try(func() error {
		length, err := checked(n)
		if err != nil {
			return err
		}
		s, err := needed[float64]("shares", shares, length)
		if err != nil {
			return err
		}
		d := exposure.DiversityOf(s)
		for _, answer := range []struct {
			to    *C.double
			value float64
		}{{entropy, d.Entropy}, {effective, d.Effective}, {largest, d.Largest}} {
			if answer.to != nil {
				*answer.to = C.double(answer.value)
			}
		}
		return nil
	})
}

// gm_exposure_find writes the indexes of the relays called so, by fingerprint or nickname, as many as there is room for, and
// how many there are.
//
//export gm_exposure_find
func gm_exposure_find(handle C.uint64_t, name *C.char, length C.int64_t, indexes *C.int64_t, size C.int64_t, found *C.int64_t) status {
	return try(func() error {
		doc, err := held[*consensus.Document](handle)
		if err != nil {
			return err
		}
		who, err := text(name, length)
		if err != nil {
			return err
		}
		room, err := checked(size)
		if err != nil {
			return err
		}
		if found == nil {
			return fmt.Errorf("%w: found", errNull)
		}
		all := exposure.Find(doc.Entries, string(who))
		*found = C.int64_t(len(all))
		to := column[int64](indexes, room)
		for i := range min(len(to), len(all)) {
			to[i] = int64(all[i])
		}
		return nil
	})
}

// gm_exposure_shares_of is the same of relays that are no document's, such as those of one from which some are gone: all that
// there are, by their flags (as bits) and bandwidths (KB/s), and by who is measured, all if that is null.
//
//export gm_exposure_shares_of
func gm_exposure_shares_of(n C.int64_t, flags, kilobytes *C.uint32_t, measured *C.uint8_t, model *C.char, length C.int64_t,
	weights *C.int64_t, to *C.double) status {
	return try(func() error {
		relays, err := checked(n)
		if err != nil {
			return err
		}
		f, err := needed[consensus.Flag]("flags", flags, relays)
		if err != nil {
			return err
		}
		kb, err := needed[bandwidth.KB]("bandwidths", kilobytes, relays)
		if err != nil {
			return err
		}
		shares, err := needed[float64]("to", to, relays)
		if err != nil {
			return err
		}
		m, err := modelOf(model, length)
		if err != nil {
			return err
		}
		w, err := weightsOf(weights)
		if err != nil {
			return err
		}
		isMeasured := column[bool](measured, relays)
		entries := make([]consensus.Entry, relays)
		for i := range entries {
			entries[i].Flags = consensus.FlagsOf(f[i])
			entries[i].Weight = consensus.Weight{HasBandwidth: true, Bandwidth: kb[i], Unmeasured: isMeasured != nil && !isMeasured[i]}
		}
		m.AppendShares(shares[:0], entries, w)
		return nil
	})
}

// modelOf is the kind of client of that name.
func modelOf(name *C.char, length C.int64_t) (exposure.Model, error) {
	called, err := text(name, length)
	if err != nil {
		return exposure.Model{}, err
	}
	m, ok := exposure.ModelNamed(string(called))
	if !ok {
		return m, fmt.Errorf("%w: client model %q", errName, called)
	}
	return m, nil
}
