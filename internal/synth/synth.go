// Package synth makes up documents that repeat themselves as the public network's do, of any size and from a seed: to
// measure how fast they are read. Few of its lines are new ones: among some 6400 relays of a consensus of 2020 there were 28
// different s lines, 41 of versions, 9 of protocols and 289 of policies, most of them rare, and these documents are like
// that.
//
// What it makes can be read, but says nothing true: no key is one, and nothing is signed. For networks that a real tor
// takes see internal/torlab.
package synth

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Network is made-up relays, in the order of their identities.
type Network struct {
	Relays []Relay

	seed uint64
}

// Relay is a made-up relay.
type Relay struct {
	Nickname   string
	SigningKey string // in base64, without line ends
	Identity   [20]byte
	Ed25519    [32]byte
	Digest     [20]byte
	IPv4       string
	IPv6       string // with its port; empty for most
	ORPort     int
	DirPort    int
	Published  int64 // Unix seconds
	Uptime     int64 // seconds
	Flags      string
	Version    string
	Protocols  string
	Policy     string // a p line's
	Rules      string // the same as the lines of a descriptor
	Rate       int64  // bytes per second
	Observed   int64
	Bandwidth  int64 // KB/s
	Measured   int64 // KB/s; 0 where it is not measured
	WFU        float64
	TimeKnown  int64
	MTBF       float64
	Microdesc  [32]byte
}

// Now is the moment of all documents, in Unix seconds.
const Now = 1768435200 // 2026-01-15 00:00:00

// New makes a network of n relays. The same seed makes the same.
func New(n int, seed uint64) Network {
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	policies := makePolicies(rng)
	network := Network{Relays: make([]Relay, n), seed: seed}
	for i := range network.Relays {
		network.Relays[i] = makeRelay(rng, policies, i)
	}
	slices.SortFunc(network.Relays, func(a, b Relay) int { return slices.Compare(a.Identity[:], b.Identity[:]) })
	return network
}

func makeRelay(rng *rand.Rand, policies []policy, i int) Relay {
	r := Relay{
		Nickname:  fmt.Sprintf("%s%d", names[rng.IntN(len(names))], i),
		IPv4:      fmt.Sprintf("%d.%d.%d.%d", 11+rng.IntN(100), rng.IntN(256), rng.IntN(256), 1+rng.IntN(254)),
		ORPort:    []int{9001, 443, 9001, 9001, 8443, 9002 + rng.IntN(50000)}[rng.IntN(6)],
		Published: Now - int64(rng.IntN(18*3600)),
		Uptime:    int64(rng.ExpFloat64() * 20 * 86400),
		Version:   pick(rng, versions),
		Flags:     pick(rng, flagLines),
	}
	if len(r.Nickname) > 19 {
		r.Nickname = r.Nickname[:19]
	}
	key := randomBytes(rng, 140)
	r.SigningKey = base64.StdEncoding.EncodeToString(key)
	r.Identity = sha1.Sum(key)
	copy(r.Ed25519[:], randomBytes(rng, 32))
	copy(r.Digest[:], randomBytes(rng, 20))
	copy(r.Microdesc[:], randomBytes(rng, 32))
	if rng.IntN(2) == 0 {
		r.DirPort = []int{9030, 80, 9030, 9031}[rng.IntN(4)]
	}
	if rng.IntN(5) == 0 {
		r.IPv6 = fmt.Sprintf("[2001:db8:%x::%x]:%d", rng.IntN(1<<16), rng.IntN(1<<16), r.ORPort)
	}
	r.Protocols = protocols[min(len(protocols)-1, int(rng.ExpFloat64()))]
	p := policies[0] // that of relays that are no exits
	if strings.Contains(r.Flags, "Exit") || rng.IntN(20) == 0 {
		p = policies[min(1+int(rng.ExpFloat64()*40), len(policies)-1)]
	}
	r.Policy, r.Rules = p.summary, p.rules

	r.Observed = int64(math.Exp(rng.NormFloat64()*1.6 + 14.8))
	r.Rate = []int64{1 << 30, 10 << 20, 5 << 20, 1 << 20, 26214400}[rng.IntN(5)]
	r.Bandwidth = min(r.Rate, r.Observed, 10_000_000) / 1000
	if rng.IntN(12) != 0 {
		r.Measured = max(1, int64(float64(r.Bandwidth)*math.Exp(rng.NormFloat64()*0.7)))
		if r.Measured > 100 { // as sbws rounds
			scale := int64(math.Pow10(int(math.Log10(float64(r.Measured))) - 1))
			r.Measured = r.Measured / scale * scale
		}
	}
	// As in the public network, fewer than an eighth have been known for less than 8 days.
	r.TimeKnown = min(int64(rng.ExpFloat64()*100*86400), 200*86400)
	r.WFU = 1 - math.Min(1, rng.ExpFloat64()*rng.ExpFloat64()*0.02)
	r.MTBF = rng.ExpFloat64() * 30 * 86400
	return r
}

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// weighed is a text and how many of a thousand have it, about.
type weighed struct {
	text  string
	parts int
}

func pick(rng *rand.Rand, all []weighed) string {
	total := 0
	for _, w := range all {
		total += w.parts
	}
	n := rng.IntN(total)
	for _, w := range all {
		if n -= w.parts; n < 0 {
			return w.text
		}
	}
	return ""
}

var names = []string{"Unnamed", "relay", "snap", "torrelay", "niftyrat", "default", "Quetzalcoatl", "ididnteditheconfig", "x"}

// flagLines are those of a consensus of February 2020, with how many relays had each.
var flagLines = []weighed{
	{"Fast Guard HSDir Running Stable V2Dir Valid", 2177}, {"Fast HSDir Running Stable V2Dir Valid", 1041},
	{"Exit Fast Guard HSDir Running Stable V2Dir Valid", 586}, {"Fast Running V2Dir Valid", 560},
	{"Fast Running Stable V2Dir Valid", 316}, {"Fast Running Stable Valid", 304}, {"Fast Guard Running Stable V2Dir Valid", 298},
	{"Running Stable V2Dir Valid", 294}, {"Running V2Dir Valid", 167}, {"Exit Fast Guard Running Stable V2Dir Valid", 158},
	{"Exit Fast HSDir Running Stable V2Dir Valid", 147}, {"Fast Running Valid", 81}, {"Exit Fast Running V2Dir Valid", 68},
	{"Exit Fast Running Stable V2Dir Valid", 56}, {"Exit Running V2Dir Valid", 49}, {"Running Stable Valid", 47},
	{"Exit Running Stable V2Dir Valid", 29}, {"Exit Fast Running Stable Valid", 16}, {"Running Valid", 14},
	{"Authority Running Stable V2Dir Valid", 8}, {"Exit Fast Running Valid", 5}, {"Exit Running Stable Valid", 3},
	{"Fast Running StaleDesc V2Dir Valid", 2}, {"Fast HSDir Running Stable StaleDesc V2Dir Valid", 2},
	{"Fast Guard HSDir Running Stable StaleDesc V2Dir Valid", 2}, {"BadExit Exit Running Stable V2Dir Valid", 1},
	{"Authority Fast Running Stable V2Dir Valid", 1}, {"Authority Fast HSDir Running Stable V2Dir Valid", 1},
}

var versions = func() []weighed {
	all := []weighed{{"0.4.8.21", 2300}, {"0.4.8.16", 1500}, {"0.4.9.11", 1000}, {"0.4.8.14", 600}, {"0.4.8.12", 200}}
	for patch := range 36 {
		all = append(all, weighed{fmt.Sprintf("0.4.9.%d-alpha", patch+1), 1 + 40/(patch+1)})
	}
	return all
}()

var protocols = []string{
	"Conflux=1 Cons=1-2 Desc=1-2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=1-2 Link=1-5 LinkAuth=1,3 Microdesc=1-2 Padding=2 Relay=1-4",
	"Cons=1-2 Desc=1-2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=1-2 Link=1-5 LinkAuth=1,3 Microdesc=1-2 Padding=2 Relay=1-4",
	"Cons=1-2 Desc=1-2 DirCache=2 FlowCtrl=1 HSDir=1-2 HSIntro=3-5 HSRend=1-2 Link=1-5 LinkAuth=1,3 Microdesc=1-2 Padding=2 Relay=1-3",
	"Cons=1-2 Desc=1-2 DirCache=1-2 HSDir=1-2 HSIntro=3-5 HSRend=1-2 Link=1-5 LinkAuth=1,3 Microdesc=1-2 Relay=1-2 Padding=2 FlowCtrl=1",
	"Cons=1-2 Desc=1-2 DirCache=1-2 HSDir=1-2 HSIntro=3-4 HSRend=1-2 Link=1-5 LinkAuth=1,3 Microdesc=1-2 Relay=1-2",
	"Cons=1-2 Desc=1-2 DirCache=1 HSDir=1 HSIntro=3 HSRend=1-2 Link=1-4 LinkAuth=1 Microdesc=1-2 Relay=1-2",
}

// policy is an exit policy, as a p line has it and as a descriptor does.
type policy struct{ summary, rules string }

// makePolicies makes one of no exit and 288 of exits, of which the common ones come first.
func makePolicies(rng *rand.Rand) []policy {
	const private = "reject 0.0.0.0/8:*\nreject 169.254.0.0/16:*\nreject 127.0.0.0/8:*\nreject 192.168.0.0/16:*\nreject 10.0.0.0/8:*\nreject 172.16.0.0/12:*\n"
	all := []policy{{"reject 1-65535", "reject *:*\n"}, {"accept 80,443", private + "accept *:80\naccept *:443\nreject *:*\n"}}
	for len(all) < 289 {
		var ports, rules []string
		port := 20
		for range 3 + rng.IntN(60) {
			port += 1 + rng.IntN(60)
			ports = append(ports, fmt.Sprint(port))
			rules = append(rules, fmt.Sprintf("accept *:%d\n", port))
		}
		all = append(all, policy{"accept " + strings.Join(ports, ","), private + strings.Join(rules, "") + "reject *:*\n"})
	}
	return all
}

func timeText(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.DateTime) }

func digest64(d []byte) string { return base64.RawStdEncoding.EncodeToString(d) }

func hexText(d []byte) string { return strings.ToUpper(hex.EncodeToString(d)) }
