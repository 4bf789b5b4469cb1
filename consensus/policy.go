package consensus

import "net/netip"

// Policy is an exit policy: rules in order, of which for any address and port the first that covers both decides. The
// nil Policy has no rules.
//
// Spec: dir-spec, "Server descriptor format", accept and reject.
// C: src/core/or/policies.c.
type Policy []Rule

// Rule is one line of an exit policy. The zero Rule rejects nothing.
type Rule struct {
	// The order of the fields keeps a rule to 40 bytes on machines of 64 bits; with the small ones first it takes 48.

	// Prefix is the network the rule is about. All addresses of a family are the network of length 0. Bits behind the
	// length do not count.
	Prefix netip.Prefix
	// MinPort is the first of the ports the rule is about.
	MinPort uint16
	// MaxPort is the last of them.
	MaxPort uint16
	// Accept reports whether the rule lets traffic out; otherwise it holds it back.
	Accept bool
	// Private reports whether the rule is about the private networks, those of both families, in place of Prefix.
	Private bool
}

// privateNets are the IPv4 networks that "private" stands for. A list of rules is computed with them in this order.
//
// C: src/core/or/policies.c, private_nets.
var privateNets = [...]netip.Prefix{
	netip.PrefixFrom(netip.AddrFrom4([4]byte{0}), 8),
	netip.PrefixFrom(netip.AddrFrom4([4]byte{169, 254}), 16),
	netip.PrefixFrom(netip.AddrFrom4([4]byte{127}), 8),
	netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 168}), 16),
	netip.PrefixFrom(netip.AddrFrom4([4]byte{10}), 8),
	netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 16}), 12),
}

// RejectsAll reports whether no IPv4 traffic gets out: whether the first IPv4 rule that either accepts anything or
// rejects every address and port is one that rejects, or there is no such rule.
//
// C: src/core/or/policies.c, policy_is_reject_star with AF_INET.
func (p Policy) RejectsAll() bool {
	for _, r := range p {
		switch {
		case r.Private && r.Accept:
			return false
		case r.Private || !r.Prefix.Addr().Is4():
			continue
		case r.Accept:
			return false
		case r.Prefix.Bits() == 0 && r.MinPort <= 1 && r.MaxPort == 65535:
			return true
		}
	}
	return true
}
