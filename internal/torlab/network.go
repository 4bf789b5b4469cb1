package torlab

import (
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"net/netip"
	"strings"
)

// A Scenario says which network to make. The zero value of every field but Seed leaves the choice to the seed.
type Scenario struct {
	// Name is that of the bundle, Special what is unusual about it, for people.
	Name, Special string
	// Seed decides everything that is not said here.
	Seed uint64
	// Relays is their number.
	Relays int
	// Live: without TestingTorNetwork, as the public network's authorities run.
	Live bool
	// Votes is how many the authority makes; the last one is kept. 0: one. A live one can make only one.
	Votes int
	// LatePost: the relays' descriptors reach the authority only after it has started.
	LatePost bool
	// Self: the authority is one of the relays.
	Self bool
	// Measured is the share of relays in the bandwidth file; below 0: there is no such file.
	Measured float64
	// NoHistory: the authority starts without a history file.
	NoHistory bool
	// Speed is the usual bandwidth of a relay in kB/s.
	Speed int64
	// Options are more torrc lines, after those the seed chose; Plain: the seed chooses none.
	Options []string
	Plain   bool
	// Params are consensus parameters in force when the authority starts.
	Params map[string]int64
}

// A Network is all that one authority is given.
type Network struct {
	Scenario Scenario
	// Start and Now are the moments its edges were laid for: the start of the authority and its (first) vote.
	Start, Now int64
	Relays     []Relay
	// Descriptors are all of them, some relays having more than one.
	Descriptors string
	// Stability, Bandwidth and Lists are its files; nil: none.
	Stability, Bandwidth, Lists []byte
	// Options are the torrc lines that are this network's choice.
	Options []string
}

// A Keyring holds the keys of a network's relays. They do not depend on the time, and making them takes longest, so
// they are made before the moment of the network is chosen.
type Keyring struct {
	identities []*rsa.PrivateKey
	tap        *rsa.PrivateKey
	signing    ed25519.PrivateKey
	authority  Authority
}

// NewKeyring makes the keys of a seed's network.
func NewKeyring(seed uint64, relays int) (*Keyring, error) {
	d := newDice(seed, "keys")
	authority, err := NewAuthority(seed, 0)
	if err != nil {
		return nil, err
	}
	tap, err := d.newRSA(1024)
	if err != nil {
		return nil, err
	}
	k := &Keyring{tap: tap, signing: ed25519.NewKeyFromSeed(d.bytes(32)), authority: authority}
	k.identities, err = d.rsaKeys(relays)
	return k, err
}

// Settle fills in what the scenario leaves to the seed.
func (s Scenario) Settle() Scenario {
	d := newDice(s.Seed, "scenario")
	relays := int64(pick(d, 1, 2, 3, 7, 8, 9)) + int64(d.ExpFloat64()*60)
	if s.Relays == 0 {
		s.Relays = int(min(relays, 400))
	}
	if speed := pick[int64](d, 40, 110, 300, 2000, 2100, 4000, 9000); s.Speed == 0 {
		s.Speed = speed
	}
	if share := pick(d, -1, -1, 0.1, 0.6, 0.9, 1); s.Measured == 0 {
		s.Measured = share
	}
	if none := d.chance(0.08); none {
		s.NoHistory = true
	}
	s.Votes = max(s.Votes, 1)
	return s
}

// NewNetwork makes the network of a settled scenario for an authority that will start at start and vote at now.
func NewNetwork(s Scenario, keys *Keyring, start, now int64) (*Network, error) {
	n := &Network{Scenario: s, Start: start, Now: now}
	if err := n.addRelays(keys); err != nil {
		return nil, err
	}
	if err := n.describe(keys); err != nil {
		return nil, err
	}
	if !s.NoHistory {
		n.Stability = n.history()
	}
	if s.Measured >= 0 {
		n.Bandwidth = n.bandwidthFile()
	}
	n.Lists = n.approvedRouters()
	if !s.Plain {
		n.Options = n.chooseOptions()
	}
	n.Options = append(n.Options, s.Options...)
	return n, nil
}

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
		// The authority's own relay: the same keys, address and ports as in its options.
		self := &n.Relays[len(n.Relays)/2]
		self.identity, self.master = keys.authority.Identity, keys.authority.master
		self.Nickname, self.Address, self.Address6 = keys.authority.Nickname, keys.authority.Address, netip.Addr{}
		self.ORPort, self.DirPort = keys.authority.ORPort, keys.authority.DirPort
	}
	return nil
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

// times are when a relay published its descriptor, and the uptime it declared in it.
func (d dice) times(start, now int64) (published, uptime int64) {
	const hour = 3600
	switch {
	case d.chance(0.12): // the edge of StaleDesc
		published = now - d.around(18*hour, 100)
	case d.chance(0.06): // the edge of being counted, but still taken in at the start
		published = max(now-d.around(24*hour, 60), start-24*hour+3)
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

// describe signs the descriptors, and for some relays a second one, older or newer or of the same second, of which
// the authority must keep the right one.
func (n *Network) describe(keys *Keyring) error {
	d := newDice(n.Scenario.Seed, "descriptors")
	var texts []string
	for i := range n.Relays {
		r := n.Relays[i]
		text, err := r.Descriptor(keys.signing, keys.tap)
		if err != nil {
			return err
		}
		texts = append(texts, text)
		if !n.Scenario.LatePost && d.chance(0.03) {
			other := r
			other.Observed, other.Uptime = r.Observed/2+1000, r.Uptime+1
			other.Published = max(r.Published+pick[int64](d, -3600, -1, 0, 1), n.Start-24*3600+3)
			if text, err = other.Descriptor(keys.signing, keys.tap); err != nil {
				return err
			}
			texts = append(texts, text)
		}
	}
	d.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	n.Descriptors = strings.Join(texts, "")
	return nil
}
