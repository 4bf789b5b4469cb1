package authority

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// Tenant is a relay as one of those that share an address.
type Tenant struct {
	Identity consensus.Fingerprint

	// IPv4 and IPv6 are its addresses; the zero Addr where it has none.
	IPv4, IPv6 netip.Addr

	// Authority and Running are its flags.
	Authority, Running bool

	// Bandwidth is what it is measured with or else advertises, uncapped.
	Bandwidth bandwidth.KB
}

// Sybils is the relays that are too many on their address, which is the set of those beyond the first limit on one IPv4
// address or on one IPv6 address. First come directory authorities, then running relays, then faster ones, then those of
// smaller identity. A limit of 0 or less is none.
//
// C: src/feature/dirauth/dirvote.c, get_all_possible_sybil, compare_routerinfo_by_ip_and_bw_. Since: 0.2.0.3-alpha; over
// IPv6 since 0.4.5.1-alpha, by whole addresses since 0.4.5.4-rc.
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
