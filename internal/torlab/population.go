package torlab

import (
	"crypto/ed25519"
	"fmt"
	"net/netip"
	"strings"
)

// addRelays makes the population.
func (n *Network) addRelays(keys *Keyring) error {
	d := newDice(n.Scenario.Seed, "relays")
	crowded := pick(d, 0, 0.05, 0.3) // share of relays on their neighbour's address
	equal := d.chance(0.1)           // all relays alike
	for i, identity := range keys.identities[:n.Scenario.Relays] {
		r := Relay{
			Nickname:  fmt.Sprintf("r%06d", i),
			Address:   netip.AddrFrom4([4]byte{198, 18, byte(i / 250), byte(i%250 + 1)}),
			ORPort:    uint16(9001 + i%1000),
			Platform:  "Tor " + pick(d, "0.4.8.10", "0.4.8.12", "0.4.8.16", "0.4.9.1-alpha", "0.4.9.3-alpha-dev", "0.4.9.5", "0.4.9.11", "0.4.10.0-alpha-dev") + " on " + pick(d, "Linux", "FreeBSD", "OpenBSD", "Windows 8"),
			Proto:     "Conflux=1 Cons=1-2 Desc=1-2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=1-2 Link=1-5 LinkAuth=1,3 Microdesc=1-2 Padding=2 Relay=1-4",
			Tunnelled: d.chance(0.93),
			HSDir:     d.chance(0.93),
			identity:  identity,
			master:    ed25519.NewKeyFromSeed(d.bytes(32)),
		}
		if d.chance(0.15) {
			r.DirPort = uint16(d.between(1, 65535))
		}
		if d.chance(0.4) {
			r.Address6 = address6(i)
		}
		if i > 0 && d.chance(crowded) {
			r.Address = n.Relays[i-1].Address
		}
		if i > 0 && d.chance(crowded) {
			r.Address6 = n.Relays[max(0, i-1-d.IntN(3))].Address6
		}
		if d.chance(0.06) {
			r.Hibernating = pick(d, "hibernating 1", "hibernating 1", "hibernating 0")
		}
		if d.chance(0.1) {
			r.Extra = []string{"contact somebody <nobody at example.invalid>", "family $" + strings.Repeat("AB", 20)}
		}
		r.Rate, r.Burst, r.Observed = d.bandwidths(n.Scenario.Speed)
		r.Published, r.Uptime = d.times(n.Start, n.Now)
		r.Policy, r.Policy6 = d.exitPolicy()
		if equal && i > 0 {
			first := n.Relays[0]
			r.Rate, r.Burst, r.Observed = first.Rate, first.Burst, first.Observed
			r.Published, r.Uptime = first.Published, first.Uptime
		}
		var err error
		if r.onion, err = d.newOnion(); err != nil {
			return err
		}
		n.Relays = append(n.Relays, r)
	}
	if n.Scenario.Self {
		n.addSelf(keys.authorities)
	}
	return nil
}

// addSelf makes the authorities themselves the last relays: the same keys, addresses and ports as in their options.
func (n *Network) addSelf(authorities []Authority) {
	for i, a := range authorities[:min(len(authorities), len(n.Relays))] {
		self := &n.Relays[len(n.Relays)-1-i]
		self.identity, self.master = a.Identity, a.master
		self.Nickname, self.Address, self.Address6 = a.Nickname, a.Address, netip.Addr{}
		self.ORPort, self.DirPort = a.ORPort, a.DirPort
	}
}

// address6 is the i-th IPv6 address, of the prefix for documentation.
func address6(i int) netip.Addr {
	a := netip.MustParseAddr("2001:db8::").As16()
	a[12], a[13], a[14], a[15] = 1, byte(i>>16), byte(i>>8), byte(i)
	return netip.AddrFrom16(a)
}

// edgeSpeeds are the bandwidths in kB/s on which a rule turns: the floor, the two sides of the Fast rule's second
// look, the Fast guarantee, a common threshold, the Guard guarantee, and the cap.
var edgeSpeeds = []int64{0, 4, 37, 38, 75, 100, 102, 256, 2000, 2097, 10000}

// bandwidths are a relay's three, in bytes a second.
func (d dice) bandwidths(usual int64) (rate, burst, observed int64) {
	kb := int64(float64(usual) * (0.2 + d.ExpFloat64()))
	if d.chance(0.35) {
		kb = max(0, d.around(pick(d, edgeSpeeds...), 3))
	}
	observed = kb*1000 + pick(d, 0, 0, 1, 500, 999, d.Int64N(1000))
	rate = pick(d, 1<<30, 1<<30, 5<<20, observed, max(0, observed-1), observed+1, observed/2)
	return rate, pick(d, rate, rate+1, 1<<30), observed
}

// maxLoading is how many seconds tor may take to read its descriptors: those of a day ago are not refused until then.
const maxLoading = 2

// times are when a relay published its descriptor, and the uptime it declared in it.
func (d dice) times(start, now int64) (published, uptime int64) {
	const hour = 3600
	switch {
	case d.chance(0.12): // the edge of StaleDesc
		published = now - d.around(18*hour, 100)
	case d.chance(0.06): // the edge of being counted, but still taken in at the start
		published = max(now-d.around(24*hour, 60), start-24*hour+maxLoading+1)
	case d.chance(0.04): // the relay's clock is ahead
		published = start + d.between(1, 11*hour)
	default:
		published = start - d.between(0, 18*hour)
	}
	at := pick[int64](d, 0, 59, hour, 96*hour, 96*hour, 30*24*hour, 30*24*hour, d.between(0, 60*24*hour), d.between(0, 60*24*hour))
	at = d.around(at, hour)
	if d.chance(0.7) {
		at -= max(0, now-published) // the edge is for the uptime at the vote
	}
	return published, max(0, at)
}
