package consensus

import "net/netip"

// Covers reports whether the rule is about that address and port. Port 0 stands for no port in particular, which every
// rule is about.
//
// C: src/core/or/policies.c, compare_tor_addr_to_addr_policy.
func (r Rule) Covers(addr netip.Addr, port uint16) bool {
	if port != 0 && (port < r.MinPort || r.MaxPort < port) {
		return false
	}
	if !r.Private {
		return r.Prefix.Contains(addr)
	}
	return anyContains(privateNets[:], addr) || anyContains(privateNets6[:], addr)
}

// privateNets6 are the IPv6 networks that "private" stands for, beside the IPv4 ones of privateNets. They are not those
// of IsInternal.
//
// C: src/core/or/policies.c, private_nets.
var privateNets6 = [...]netip.Prefix{
	netip.PrefixFrom(netip.IPv6Unspecified(), 8),
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfc}), 7),
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfe, 1: 0x80}), 10),
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfe, 1: 0xc0}), 10),
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xff}), 8),
}

// internalNets are the networks, beside those of privateNets, that nobody reaches from elsewhere.
var internalNets = [...]netip.Prefix{
	netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10),
	netip.PrefixFrom(netip.IPv6Unspecified(), 127), // it and the loopback address
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfc}), 7),
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfe, 1: 0x80}), 10),
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfe, 1: 0xc0}), 10),
}

// IsInternal reports whether the address is one that no relay can be reached at from elsewhere: of a private network,
// of one that providers keep for themselves, of the machine or link itself, or unspecified. An IPv4 address in IPv6 form
// is that IPv4 address. The zero Addr is internal.
//
// C: src/lib/net/address.c, tor_addr_is_internal_ (not for listening).
func IsInternal(addr netip.Addr) bool {
	addr = addr.WithZone("").Unmap()
	return !addr.IsValid() || anyContains(privateNets[:], addr) || anyContains(internalNets[:], addr)
}

// anyContains reports whether one of the networks holds addr.
func anyContains(nets []netip.Prefix, addr netip.Addr) bool {
	for _, net := range nets {
		if net.Contains(addr) {
			return true
		}
	}
	return false
}
