package authority

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// Tenant is a relay as one of those that share an address. The zero Tenant has no address, and so is never one too many.
type Tenant struct {
	// Identity identifies the relay; among equals the smaller one stays.
	Identity consensus.Fingerprint

	// IPv4 and IPv6 are its addresses; the zero Addr where it has none.
	IPv4, IPv6 netip.Addr

	// Authority and Running are its flags.
	Authority, Running bool

	// Bandwidth is what it was measured with or else advertises, uncapped: see bandwidth.AdvertisedUncapped.
	Bandwidth bandwidth.KB
}

// Sybils is the relays that are too many on their address, which is the set of those beyond the first limit on one IPv4
// address or on one IPv6 address. First come directory authorities, then running relays, then faster ones, then those of
// smaller identity. A limit of 0 or less is none.
//
// Spec: dir-spec, "Assigning flags in a vote", Sybil.
// C: src/feature/dirauth/dirvote.c, get_all_possible_sybil, compare_routerinfo_usefulness.
// Since: 0.2.0.3-alpha (IPv4), 0.4.5.1-alpha (IPv6), 0.4.5.4-rc (by whole IPv6 addresses).
func Sybils(tenants []Tenant, limit int) map[consensus.Fingerprint]bool {
	sybils := make(map[consensus.Fingerprint]bool)
	if limit <= 0 {
		return sybils
	}
	for _, address := range []func(Tenant) netip.Addr{
		func(t Tenant) netip.Addr { return t.IPv4 },
		func(t Tenant) netip.Addr { return t.IPv6 },
	} {
		sorted := slices.DeleteFunc(slices.Clone(tenants), func(t Tenant) bool { return !address(t).IsValid() })
		slices.SortFunc(sorted, func(t, u Tenant) int {
			return cmp.Or(address(t).Compare(address(u)), -compareBool(t.Authority, u.Authority),
				-compareBool(t.Running, u.Running), cmp.Compare(u.Bandwidth, t.Bandwidth), t.Identity.Compare(u.Identity))
		})
		for i := limit; i < len(sorted); i++ {
			if address(sorted[i]) == address(sorted[i-limit]) {
				sybils[sorted[i].Identity] = true
			}
		}
	}
	return sybils
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
