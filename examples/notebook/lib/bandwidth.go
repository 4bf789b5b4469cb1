package main

/*
#include "types.h"
*/
import "C"

import (
	"fmt"
	"math/rand/v2"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// numberOfWeights is how many values a bandwidth-weights line has; arrays of them are in the order of its keys, which is that
// of the alphabet.
const numberOfWeights = 19

// inOrder is the weights in the order of arrays.
func inOrder(w *bandwidth.Weights) [numberOfWeights]*int64 {
	return [...]*int64{&w.Wbd, &w.Wbe, &w.Wbg, &w.Wbm, &w.Wdb, &w.Web, &w.Wed, &w.Wee, &w.Weg, &w.Wem,
		&w.Wgb, &w.Wgd, &w.Wgg, &w.Wgm, &w.Wmb, &w.Wmd, &w.Wme, &w.Wmg, &w.Wmm}
}

func weightsOf(array *C.int64_t) (w bandwidth.Weights, err error) {
	values, err := needed[int64]("weights", array, numberOfWeights)
	if err != nil {
		return w, err
	}
	for i, to := range inOrder(&w) {
		*to = values[i]
	}
	return w, nil
}

func giveWeights(w bandwidth.Weights, array *C.int64_t) error {
	to, err := needed[int64]("weights", array, numberOfWeights)
	if err != nil {
		return err
	}
	for i, v := range inOrder(&w) {
		to[i] = *v
	}
	return nil
}

// gm_bandwidth_solve computes the 19 weights (in the alphabetical order of their names) for the totals of a consensus, and
// the case they come from, unless it is null.
//
//export gm_bandwidth_solve
func gm_bandwidth_solve(g, m, e, d, t, scale C.int64_t, weights *C.int64_t, which *C.int32_t) status {
	return try(func() error {
		w, c, err := bandwidth.Solve(bandwidth.Totals{G: int64(g), M: int64(m), E: int64(e), D: int64(d), T: int64(t)}, int64(scale))
		if which != nil {
			*which = C.int32_t(c)
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errValue, err)
		}
		return giveWeights(w, weights)
	})
}

// gm_bandwidth_published is the 19 weights that a consensus prints.
//
//export gm_bandwidth_published
func gm_bandwidth_published(handle C.uint64_t, weights *C.int64_t) status {
	return try(func() error {
		doc, err := held[*consensus.Document](handle)
		if err != nil {
			return err
		}
		if doc.Footer.BandwidthWeights == "" {
			return fmt.Errorf("%w: the document has no bandwidth-weights", errValue)
		}
		w, err := bandwidth.ParseWeights(doc.Footer.BandwidthWeights)
		if err != nil {
			return err
		}
		return giveWeights(w, weights)
	})
}

// gm_bandwidth_weigh tells what each relay, by its flags (as bits) and bandwidth (KB/s), weighs for a position: guard 0,
// middle 1, exit 2.
//
//export gm_bandwidth_weigh
func gm_bandwidth_weigh(n C.int64_t, flags, kilobytes *C.uint32_t, weights *C.int64_t, position C.int32_t, to *C.double) status {
	return try(func() error {
		length, err := checked(n)
		if err != nil {
			return err
		}
		w, err := weightsOf(weights)
		if err != nil {
			return err
		}
		if position < 0 || position > C.int32_t(bandwidth.PositionExit) {
			return fmt.Errorf("%w: position %d", errValue, int(position))
		}
		f, err := needed[consensus.Flag]("flags", flags, length)
		if err != nil {
			return err
		}
		kb, err := needed[bandwidth.KB]("bandwidths", kilobytes, length)
		if err != nil {
			return err
		}
		weighed, err := needed[float64]("to", to, length)
		if err != nil {
			return err
		}
		for i := range weighed {
			weighed[i] = w.Weigh(bandwidth.Position(position), consensus.FlagsOf(f[i]).Kind(), kb[i])
		}
		return nil
	})
}

// gm_bandwidth_probabilities makes probabilities of weights; to may be the same array.
//
//export gm_bandwidth_probabilities
func gm_bandwidth_probabilities(n C.int64_t, weights, to *C.double) status {
	return try(func() error {
		length, err := checked(n)
		if err != nil {
			return err
		}
		from, err := needed[float64]("weights", weights, length)
		if err != nil {
			return err
		}
		dst, err := needed[float64]("to", to, length)
		if err != nil {
			return err
		}
		bandwidth.AppendProbabilities(dst[:0], from)
		return nil
	})
}

// gm_bandwidth_draw draws so many relays at random, each as likely as its weight says, and writes their indexes; the same
// seed draws the same.
//
//export gm_bandwidth_draw
func gm_bandwidth_draw(n C.int64_t, weights *C.double, seed C.uint64_t, draws C.int64_t, to *C.int64_t) status {
	return try(func() error {
		length, err := checked(n)
		if err != nil {
			return err
		}
		many, err := checked(draws)
		if err != nil {
			return err
		}
		from, err := needed[float64]("weights", weights, length)
		if err != nil {
			return err
		}
		drawn, err := needed[int64]("to", to, many)
		if err != nil {
			return err
		}
		sampler, source := bandwidth.NewSampler(from), rand.NewPCG(uint64(seed), 0)
		if sampler.Len() == 0 && many > 0 {
			return fmt.Errorf("%w: there is nothing to draw", errValue)
		}
		for i := range drawn {
			drawn[i] = int64(sampler.Draw(source))
		}
		return nil
	})
}
