package torlab

import (
	"crypto/ed25519"
	"crypto/rsa"
)

// A Keyring holds the keys of a network's relays. They do not depend on the time, and making them takes longest, so
// they are made before the moment of the network is chosen.
type Keyring struct {
	identities []*rsa.PrivateKey
	tap        *rsa.PrivateKey
	signing    ed25519.PrivateKey
	// authorities are those of the network, the one whose view it is by its number.
	authorities []Authority
}

// NewKeyring makes the keys of a seed's network, whose authorities will be at the places with these numbers.
func NewKeyring(seed uint64, relays int, places []int) (*Keyring, error) {
	d := newDice(seed, "keys")
	tap, err := d.newRSA(1024)
	if err != nil {
		return nil, err
	}
	k := &Keyring{tap: tap, signing: ed25519.NewKeyFromSeed(d.bytes(ed25519.SeedSize))}
	for i, place := range places {
		a, err := NewAuthority(seed, i, place)
		if err != nil {
			return nil, err
		}
		k.authorities = append(k.authorities, a)
	}
	k.identities, err = d.rsaKeys(relays)
	return k, err
}
