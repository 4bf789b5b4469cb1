package torlab

import (
	"crypto/ed25519"
	"fmt"
	"strings"
)

// A Network is all that one authority is given.
type Network struct {
	Scenario Scenario
	// Start and Now are the moments its edges were laid for: the start of the authority and its (first) vote.
	Start, Now int64
	Relays     []Relay
	// Descriptors are all of them, some relays having more than one.
	Descriptors string
	// Stability, Bandwidth and Lists are its files; nil: none.
	Stability, Bandwidth, Lists []byte
	// Options are the torrc lines that are this network's choice.
	Options []string
}

// view is the dice of a topic on which each authority has its own opinion.
func (n *Network) view(topic string) dice {
	return newDice(n.Scenario.Seed, fmt.Sprintf("%s %d", topic, n.Scenario.View))
}

// NewNetwork makes the network of a settled scenario for an authority that will start at start and vote at now.
func NewNetwork(s Scenario, keys *Keyring, start, now int64) (*Network, error) {
	n := &Network{Scenario: s, Start: start, Now: now}
	if err := n.addRelays(keys); err != nil {
		return nil, err
	}
	if err := n.describe(keys); err != nil {
		return nil, err
	}
	if !s.NoHistory {
		n.Stability = n.history()
	}
	if s.Measured >= 0 {
		n.Bandwidth = n.bandwidthFile()
	}
	n.Lists = n.approvedRouters()
	if !s.Plain {
		n.Options = n.chooseOptions()
	}
	n.Options = append(n.Options, s.Options...)
	return n, nil
}

// describe signs the descriptors, and for some relays a second one, older or newer or of the same second, of which
// the authority must keep the right one.
func (n *Network) describe(keys *Keyring) error {
	d := newDice(n.Scenario.Seed, "descriptors")
	if n.Scenario.Diverge {
		d = n.view("descriptors")
	}
	var texts []string
	for i := range n.Relays {
		r := n.Relays[i]
		if n.Scenario.Diverge && n.Scenario.View > 0 {
			if d.chance(0.04) {
				continue
			}
			if d.chance(0.02) { // two relays, or one that lost its other key: the authorities do not agree on which
				r.master = ed25519.NewKeyFromSeed(d.bytes(ed25519.SeedSize))
			}
		}
		text, err := r.Descriptor(keys.signing, keys.tap)
		if err != nil {
			return err
		}
		texts = append(texts, text)
		if !n.Scenario.LatePost && d.chance(0.03) {
			other := r
			other.Observed, other.Uptime = r.Observed/2+1000, r.Uptime+1
			other.Published = max(r.Published+pick[int64](d, -3600, -1, 0, 1), n.Start-24*hour+maxLoading+1)
			if text, err = other.Descriptor(keys.signing, keys.tap); err != nil {
				return err
			}
			texts = append(texts, text)
		}
	}
	d.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	n.Descriptors = strings.Join(texts, "")
	return nil
}
