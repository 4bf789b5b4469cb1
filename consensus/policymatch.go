package consensus

import "net/netip"

// Covers reports whether the rule is about that address and port. Port 0 stands for no port in particular, which every
// rule is about. "private" covers the private networks of both families.
//
// C: src/core/or/policies.c, compare_tor_addr_to_addr_policy.
func (r Rule) Covers(addr netip.Addr, port uint16) bool {
	if port != 0 && (port < r.MinPort || r.MaxPort < port) {
		return false
	}
	if !r.Private {
		return r.Prefix.Contains(addr)
	}
	return IsInternal(addr)
}

// internalNets are those networks nobody routes, of both families, beside the IPv4 ones of privateNets.
var internalNets = [...]netip.Prefix{
	netip.PrefixFrom(netip.IPv6Unspecified(), 127), // it and the loopback address
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfc}), 7),
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfe, 1: 0x80}), 10),
	netip.PrefixFrom(netip.AddrFrom16([16]byte{0: 0xfe, 1: 0xc0}), 10),
}

// IsInternal reports whether the address is one that no relay can be reached at from elsewhere: of a private network,
// of the machine or link itself, or unspecified. An IPv4 address in IPv6 form counts as what it stands for. The zero
// Addr is internal.
//
// C: src/lib/net/address.c, tor_addr_is_internal.
func IsInternal(addr netip.Addr) bool {
	if !addr.IsValid() {
		return true
	}
	addr = addr.Unmap().WithZone("")
	for _, net := range privateNets {
		if net.Contains(addr) {
			return true
		}
	}
	for _, net := range internalNets {
		if net.Contains(addr) {
			return true
		}
	}
	return false
}
