package torlab

import (
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"net/netip"
)

// An Authority is a directory authority's name, place and keys.
type Authority struct {
	Nickname        string
	Address         netip.Addr
	ORPort, DirPort uint16
	// Identity is the key of the authority as a relay, V3 that of the authority, Signing the one it signs votes with.
	Identity, V3, Signing *rsa.PrivateKey

	master ed25519.PrivateKey
}

// NewAuthority is the i-th authority of a seed, at one of the addresses the lab's namespace has for them.
func NewAuthority(seed uint64, i, place int) (Authority, error) {
	d := newDice(seed, fmt.Sprintf("authority %d", i))
	a := Authority{
		Nickname: fmt.Sprintf("auth%d", i),
		Address:  authorityAddress(place),
		ORPort:   uint16(5000 + place),
		DirPort:  uint16(7000 + place),
		master:   ed25519.NewKeyFromSeed(d.bytes(ed25519.SeedSize)),
	}
	for _, k := range []struct {
		key  **rsa.PrivateKey
		bits int
	}{{&a.Identity, 1024}, {&a.V3, 2048}, {&a.Signing, 2048}} {
		var err error
		if *k.key, err = d.newRSA(k.bits); err != nil {
			return Authority{}, err
		}
	}
	return a, nil
}

// authorityAddress is one of a network meant for such experiments, of which the lab's loopback interface has the
// addresses while nobody else has them.
func authorityAddress(place int) netip.Addr {
	return netip.AddrFrom4([4]byte{198, 18, 255, byte(place + 1)})
}

// Line is the torrc line by which all authorities of a network know this one.
func (a Authority) Line() string {
	return fmt.Sprintf("DirAuthority %s orport=%d v3ident=%s %s:%d %s",
		a.Nickname, a.ORPort, hexFingerprint(&a.V3.PublicKey), a.Address, a.DirPort, hexFingerprint(&a.Identity.PublicKey))
}
