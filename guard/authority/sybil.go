package authority

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// Tenant is a relay as one of those that share an address. The zero Tenant has no address, and so is never one too many.
type Tenant struct {
	// Identity identifies the relay; among equals the smaller one stays.
	Identity consensus.Fingerprint

	// IPv4 and IPv6 are its addresses; the zero Addr where it has none.
	IPv4, IPv6 netip.Addr

	// AtAuthority says that its IPv4 address is also an authority's: see guard.Rules.MaxPerAuthorityAddress.
	AtAuthority bool

	// Authority and Running are its flags.
	Authority, Running bool

	// Bandwidth is what it was measured with or else advertises, uncapped: see bandwidth.AdvertisedUncapped. Any unit will do.
	Bandwidth bandwidth.KB
}

// Sybils is the relays that are too many on their address, which is the set of those beyond the first MaxPerAddress of the
// rules on one IPv4 address or on one IPv6 address. First come directory authorities, then running relays, then faster
// ones, then those of smaller identity. A limit of 0 or less is none.
//
// Spec: dir-spec, "Assigning flags in a vote", Sybil.
// C: src/feature/dirauth/dirvote.c, get_all_possible_sybil, compare_routerinfo_usefulness; src/or/dirserv.c,
// get_possible_sybil_list.
// Since: 0.2.0.3-alpha (IPv4), 0.4.5.1-alpha (IPv6), 0.4.5.4-rc (by whole IPv6 addresses); the limit was 3 until 0.2.0.8-alpha.
func Sybils(tenants []Tenant, rules guard.Rules) map[consensus.Fingerprint]bool {
	sybils := make(map[consensus.Fingerprint]bool)
	limit := rules.MaxPerAddress
	if limit <= 0 {
		return sybils
	}
	limits := map[bool]int{false: limit, true: max(limit, rules.MaxPerAuthorityAddress)}
	for t, rank := range ranked(tenants, func(t Tenant) netip.Addr { return t.IPv4 }) {
		if rank >= limits[t.AtAuthority] {
			sybils[t.Identity] = true
		}
	}
	for t, rank := range ranked(tenants, func(t Tenant) netip.Addr { return sameIPv6(t.IPv6, rules.SybilsBy) }) {
		if rank >= limit {
			sybils[t.Identity] = true
		}
	}
	return sybils
}

// sameIPv6 is an address that all have in common which count as one; the zero Addr where none do.
func sameIPv6(addr netip.Addr, by guard.SybilsBy) netip.Addr {
	switch {
	case by == guard.IPv4Only || !addr.IsValid():
		return netip.Addr{}
	case by == guard.IPv6Net64:
		return netip.PrefixFrom(addr, 64).Masked().Addr()
	}
	return addr
}

// ranked yields the tenants that have an address, each with its place among those on the same, counting from 0.
func ranked(tenants []Tenant, address func(Tenant) netip.Addr) iter.Seq2[Tenant, int] {
	sorted := slices.DeleteFunc(slices.Clone(tenants), func(t Tenant) bool { return !address(t).IsValid() })
	slices.SortFunc(sorted, func(t, u Tenant) int {
		return cmp.Or(address(t).Compare(address(u)), -compareBool(t.Authority, u.Authority),
			-compareBool(t.Running, u.Running), cmp.Compare(u.Bandwidth, t.Bandwidth), t.Identity.Compare(u.Identity))
	})
	return func(yield func(Tenant, int) bool) {
		rank := 0
		for i, t := range sorted {
			rank++
			if i == 0 || address(t) != address(sorted[i-1]) {
				rank = 0
			}
			if !yield(t, rank) {
				return
			}
		}
	}
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
