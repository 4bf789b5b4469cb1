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
	// Accept reports whether the rule lets traffic out; otherwise it holds it back.
	Accept bool
	// Private reports whether the rule is about the private networks, those of both families, in place of Prefix.
	Private bool
	// Prefix is the network the rule is about. All addresses of a family are the network of length 0. Bits behind the
	// length do not count.
	Prefix netip.Prefix
	// MinPort is the first of the ports the rule is about.
	MinPort uint16
	// MaxPort is the last of them.
	MaxPort uint16
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

// IsGeneralExit reports whether a relay with this policy is useful as an exit: whether for port 80 and for port 443 it
// allows a network of length 8 ([Policy.AllowsNet8]). allowPrivate is the authority's option DirAllowPrivateAddresses.
//
// dir-spec asks for at least one such network and leaves it at that. That the order of rules matters, that rejecting a
// part of a network spoils it, and that IPv6 does not count is C's, which this follows; see [Policy.AllowsNet8].
//
// Spec: dir-spec, "Assigning flags in a vote", Exit.
// C: src/core/or/policies.c, exit_policy_is_general_exit.
// Since: 0.3.2.5-alpha (before, any two of the ports 80, 443 and 6667 sufficed).
func (p Policy) IsGeneralExit(allowPrivate bool) bool {
	return p.AllowsNet8(80, allowPrivate) && p.AllowsNet8(443, allowPrivate)
}

// AllowsNet8 reports whether the policy lets traffic out to that port of at least one of the 256 IPv4 networks of length
// 8. The rules are taken in order. A rule that rejects any part of such a network settles the whole of it; a rule that
// accepts less than the whole of it settles nothing. The networks of the addresses 0, 10 and 127 are not counted unless
// allowPrivate.
//
// C: src/core/or/policies.c, exit_policy_is_general_exit_helper.
// Since: 0.2.9.3-alpha (allowPrivate; before, private networks were never counted).
func (p Policy) AllowsNet8(port uint16, allowPrivate bool) bool {
	var s net8Search
	if !allowPrivate {
		// Neither accepting nor rejecting them can matter then, which is the same as having rejected them.
		s.rejected[0], s.rejected[10], s.rejected[127] = true, true, true
	}
	for _, r := range p {
		if port < r.MinPort || r.MaxPort < port {
			continue
		}
		if !r.Private {
			if s.covers(r.Prefix, r.Accept) {
				return true
			}
			continue
		}
		for _, net := range privateNets {
			if s.covers(net, r.Accept) {
				return true
			}
		}
	}
	return false
}

// net8Search looks for a network of length 8 that is allowed.
type net8Search struct{ rejected [256]bool }

// covers takes in the next rule and reports whether it allows a whole network of which nothing has been rejected.
func (s *net8Search) covers(prefix netip.Prefix, accept bool) bool {
	if !prefix.Addr().Is4() || accept && prefix.Bits() > 8 {
		return false
	}
	first := int(prefix.Masked().Addr().As4()[0])
	last := first
	if prefix.Bits() < 8 {
		last += 1<<(8-prefix.Bits()) - 1
	}
	for i := first; i <= last; i++ {
		if accept && !s.rejected[i] {
			return true
		}
		s.rejected[i] = true
	}
	return false
}
