package authority

import (
	"maps"
	"net/netip"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Reached is when an authority last found a relay reachable. The zero Reached is that of a relay it has not reached since
// it started.
type Reached struct {
	// IPv4 and IPv6 are the moments of the last success over each; never, if there was none.
	IPv4, IPv6 wfu.Instant

	// Address is where the last success over IPv4 was. It is not kept over a restart, so the first success afterwards
	// is no change of address.
	Address netip.AddrPort
}

// Reach is the state after the relay was found reachable at that moment and address. Over IPv4 that goes into its
// history, and if the last success was at another address or port it counts as a downtime of penalty seconds, of
// wfu.AddressPenalty; over IPv6 it decides only whether the relay is running.
//
// C: src/feature/dirauth/reachability.c, dirserv_orconn_tls_done; src/feature/stats/rephist.c,
// rep_hist_note_router_reachable.
func (s State) Reach(id consensus.Fingerprint, at wfu.Instant, address netip.AddrPort, penalty int64) State {
	s.Reached = maps.Clone(s.Reached)
	if s.Reached == nil {
		s.Reached = make(map[consensus.Fingerprint]Reached)
	}
	reached := s.Reached[id]
	if !address.Addr().Unmap().Is4() {
		reached.IPv6 = at
		s.Reached[id] = reached
		return s
	}
	l := s.Ledger.Clone().Tracking(at)
	if reached.Address.IsValid() && reached.Address != address {
		l.Relays[id] = l.Relays[id].AddressChanged(at, penalty)
	} else {
		l.Relays[id] = l.Relays[id].Reachable(at)
	}
	s.Ledger = l
	reached.IPv4, reached.Address = at, address
	s.Reached[id] = reached
	return s
}

// running reports whether the authority takes a relay to be running at now.
//
// C: src/feature/dirauth/voteflags.c, dirserv_set_router_is_running.
func (a Authority) running(d *consensus.Descriptor, reached Reached, now wfu.Instant) bool {
	switch {
	case d.Identity == a.self():
		return true
	case d.Hibernating && d.Published.Add(hibernationSkew) > reached.IPv4:
		return false
	case !a.Options.TestReachability:
		return true
	}
	return now < reached.IPv4.Add(reachableSeconds) &&
		(!a.Options.IPv6 || !hasIPv6(d) || now < reached.IPv6.Add(reachableSeconds))
}

// downSince is since when a relay that is found not running at now is taken to be down.
func downSince(reached Reached, now wfu.Instant) wfu.Instant {
	if last := reached.IPv4; !last.IsZero() && last.Add(testSeconds) < now {
		return last.Add(testSeconds)
	}
	return now
}
