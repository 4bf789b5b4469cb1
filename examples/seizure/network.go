package main

import (
	"fmt"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/exposure"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// network is a consensus with the weights that clients go by.
type network struct {
	consensus.Document
	weights bandwidth.Weights
	reason  string // the case the weights come from, or why there are none
}

// solved is a network with the weights that its authorities would have computed.
func solved(doc consensus.Document) network {
	w, which, err := doc.Weights()
	n := network{Document: doc, weights: w, reason: "case " + which.String()}
	if err != nil {
		n.reason = "none: " + err.Error()
	}
	return n
}

// asPublished is a network with the weights in its footer; with those computed, where it is none of a real consensus.
func asPublished(doc consensus.Document) (network, error) {
	n := solved(doc)
	if doc.Footer.BandwidthWeights == "" {
		return n, nil
	}
	w, err := bandwidth.ParseWeights(doc.Footer.BandwidthWeights)
	if err != nil {
		return network{}, fmt.Errorf("bandwidth-weights: %w", err)
	}
	if w != n.weights {
		n.reason = "as published"
	}
	n.weights = w
	return n, nil
}

func (n network) shares(m exposure.Model) []float64 { return m.AppendShares(nil, n.Entries, n.weights) }

// figuresOf2017 is what is published of the consensus of 2017-04-15 00:00, as a consensus of seven relays: the two that
// were seized, and one in place of all others of each kind.
func figuresOf2017() consensus.Document {
	const (
		// The sums in the consensus's own unit, 1000 bytes/s.
		G, M, E, D = 28045630, 4774561, 1733570, 8003370
		// The part of G that has V2Dir: 151,658,266,760 in guard selection, in which it is weighed with Wgg = 5852.
		GV2Dir = 151658266760 / 5852

		kitten1, kitten2 = 38400, 38500

		fit = consensus.Running | consensus.Valid | consensus.Stable | consensus.Fast
	)
	relay := func(id byte, name string, flags consensus.Flag, kb bandwidth.KB) consensus.Entry {
		return consensus.Entry{
			Identity: consensus.Fingerprint{id}, Nickname: []byte(name), Flags: consensus.FlagsOf(fit | flags),
			Weight: consensus.Weight{Bandwidth: kb, HasBandwidth: true},
		}
	}
	return consensus.Document{
		Header: consensus.Header{Method: 25, ValidAfter: wfu.Instant(1492214400)},
		Entries: []consensus.Entry{
			relay(1, "kitten1", consensus.Guard|consensus.V2Dir, kitten1),
			relay(2, "kitten2", consensus.Guard|consensus.V2Dir, kitten2),
			relay(3, "all other guards with V2Dir", consensus.Guard|consensus.V2Dir, GV2Dir-kitten1-kitten2),
			relay(4, "all guards without V2Dir", consensus.Guard, G-GV2Dir),
			relay(5, "all guards that are exits", consensus.Guard|consensus.Exit|consensus.V2Dir, D),
			relay(6, "all other exits", consensus.Exit|consensus.V2Dir, E),
			relay(7, "all others", 0, M),
		},
	}
}
