package consensus

// ExitRule is the way in which authorities tell from a policy whether a relay is an exit. It changed with the version of
// Tor; the zero ExitRule is the one in force.
type ExitRule uint8

const (
	// ExitBothPorts asks for a network of length 8 ([Policy.AllowsNet8]) for each of the ports 80 and 443. Since:
	// 0.3.2.5-alpha.
	ExitBothPorts ExitRule = iota
	// ExitTwoPorts asks for such a network for any two of the ports 80, 443 and 6667. Since: 0.2.2.9-alpha, until
	// 0.3.2.4-alpha.
	ExitTwoPorts
	// ExitTwoAccepts asks, for any two of the ports 80, 443 and 6667, for a rule that accepts a network of length 8 or
	// less and whose address does not begin with 127. What other rules reject, even before it, makes no difference, and
	// neither does allowPrivate. Since: 0.2.0.1-alpha at the latest, until 0.2.2.8-alpha.
	ExitTwoAccepts
)

// String is the rule in words.
func (r ExitRule) String() string {
	switch r {
	case ExitTwoPorts:
		return "two of ports 80, 443 and 6667"
	case ExitTwoAccepts:
		return "two of ports 80, 443 and 6667, whatever is rejected"
	}
	return "ports 80 and 443"
}

// IsGeneralExit reports whether a relay with this policy is useful as an exit: whether for port 80 and for port 443 it
// allows a network of length 8 ([Policy.AllowsNet8]). allowPrivate is the authority's option DirAllowPrivateAddresses.
//
// dir-spec asks for at least one such network and leaves it at that. That the order of rules matters, that rejecting a
// part of a network spoils it, and that IPv6 does not count is C's, which this follows; see [Policy.AllowsNet8].
//
// Spec: dir-spec, "Assigning flags in a vote", Exit.
// C: src/core/or/policies.c, exit_policy_is_general_exit.
// Since: 0.3.2.5-alpha (before, any two of the ports 80, 443 and 6667 sufficed: [Policy.IsGeneralExitBy]).
func (p Policy) IsGeneralExit(allowPrivate bool) bool {
	return p.AllowsNet8(80, allowPrivate) && p.AllowsNet8(443, allowPrivate)
}

// IsGeneralExitBy is [Policy.IsGeneralExit] by the rule of another version of Tor. Authorities before 0.2.9.3-alpha go
// by allowPrivate false, whatever their options say.
//
// C: src/or/policies.c, exit_policy_is_general_exit, in those versions.
func (p Policy) IsGeneralExitBy(rule ExitRule, allowPrivate bool) bool {
	allows := func(port uint16) bool { return p.AllowsNet8(port, allowPrivate) }
	switch rule {
	case ExitTwoPorts:
	case ExitTwoAccepts:
		allows = p.acceptsNet8
	default:
		return p.IsGeneralExit(allowPrivate)
	}
	n := 0
	for _, port := range [...]uint16{80, 443, 6667} {
		if allows(port) {
			n++
		}
	}
	return n >= 2
}

// acceptsNet8 reports whether a rule of the policy, whatever the others say, accepts that port of an IPv4 network of
// length 8 or less that is not written with an address of this machine.
func (p Policy) acceptsNet8(port uint16) bool {
	for _, r := range p {
		if !r.Accept || port < r.MinPort || r.MaxPort < port {
			continue
		}
		// Of the private networks, that of address 0 will do.
		if r.Private || r.Prefix.Addr().Is4() && r.Prefix.Bits() <= 8 && r.Prefix.Addr().As4()[0] != 127 {
			return true
		}
	}
	return false
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
		s.covers(0, 8, false)
		s.covers(10, 8, false)
		s.covers(127, 8, false)
	}
	for i := range p {
		r := &p[i]
		if port < r.MinPort || r.MaxPort < port {
			continue
		}
		if r.Private {
			for _, net := range privateNets {
				if s.covers(net.Addr().As4()[0], net.Bits(), r.Accept) {
					return true
				}
			}
		} else if addr := r.Prefix.Addr(); addr.Is4() && s.covers(addr.As4()[0], r.Prefix.Bits(), r.Accept) {
			return true
		}
		if s.rejected == allNet8 {
			return false // what follows can change nothing
		}
	}
	return false
}

// net8Search looks for a network of length 8 that is allowed. It keeps a bit for each network, so that a rule about many
// of them takes no longer than one about few.
type net8Search struct{ rejected [4]uint64 }

var allNet8 = [4]uint64{1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1}

// covers takes in the next rule, by the first byte of its network's address and the network's length, and reports whether
// it allows a whole network of which nothing has been rejected.
func (s *net8Search) covers(first byte, length int, accept bool) bool {
	if accept && length > 8 {
		return false
	}
	n := 1 << (8 - min(length, 8)) // how many networks of length 8 it touches; first is one of them
	from := int(first) &^ (n - 1)
	bits := uint64(1)<<(n&63) - 1 // all of them where n is 64 or more
	if n >= 64 {
		bits = 1<<64 - 1
	}
	for i := from; i < from+n; i += 64 {
		touched := bits << (i % 64)
		if accept && touched&^s.rejected[i/64] != 0 {
			return true
		}
		s.rejected[i/64] |= touched
	}
	return false
}
