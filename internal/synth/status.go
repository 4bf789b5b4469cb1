package synth

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
)

// Consensus is a consensus of the network.
func (n Network) Consensus() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "network-status-version 3\nvote-status consensus\nconsensus-method 33\nvalid-after %s\nfresh-until %s\nvalid-until %s\n"+
		"voting-delay 300 300\nknown-flags Authority BadExit Exit Fast Guard HSDir NoEdConsensus Running Stable StaleDesc V2Dir Valid\n"+
		"params CircuitPriorityHalflifeMsec=30000 NumEntryGuards=1 bwweightscale=10000\n"+
		"dir-source made1 %s 198.18.255.1 198.18.255.1 7000 5000\ncontact nobody\nvote-digest %[4]s\n",
		timeText(Now), timeText(Now+3600), timeText(Now+3*3600), strings.Repeat("0F", 20))
	for i := range n.Relays {
		r := &n.Relays[i]
		n.entry(&b, r)
		switch {
		case r.Measured == 0:
			fmt.Fprintf(&b, "w Bandwidth=%d Unmeasured=1\n", min(r.Bandwidth, 20))
		default:
			fmt.Fprintf(&b, "w Bandwidth=%d\n", r.Measured)
		}
		fmt.Fprintf(&b, "p %s\n", r.Policy)
	}
	fmt.Fprintf(&b, "directory-footer\nbandwidth-weights Wbd=0 Wbe=0 Wbg=4203 Wbm=10000 Wdb=10000 Web=10000 Wed=10000 Wee=10000 Weg=10000 "+
		"Wem=10000 Wgb=10000 Wgd=0 Wgg=5797 Wgm=5797 Wmb=10000 Wmd=0 Wme=0 Wmg=4203 Wmm=10000\n")
	n.signature(&b)
	return b.Bytes()
}

// Vote is an authority's vote on the network, with stats lines.
func (n Network) Vote() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "network-status-version 3\nvote-status vote\nconsensus-methods 32 33 34 35\npublished %s\nvalid-after %s\n"+
		"fresh-until %s\nvalid-until %s\nvoting-delay 300 300\n"+
		"known-flags Authority BadExit Exit Fast Guard HSDir MiddleOnly Running Stable StaleDesc Sybil V2Dir Valid\n"+
		"flag-thresholds stable-uptime=1216200 stable-mtbf=3386731 fast-speed=102000 guard-wfu=98.000%% guard-tk=691200 "+
		"guard-bw-inc-exits=7752000 guard-bw-exc-exits=6436000 enough-mtbf=1 ignoring-advertised-bws=1\n"+
		"params CircuitPriorityHalflifeMsec=30000 bwweightscale=10000\n"+
		"dir-source made1 %s 198.18.255.1 198.18.255.1 7000 5000\ncontact nobody\n",
		timeText(Now-600), timeText(Now), timeText(Now+3600), timeText(Now+3*3600), strings.Repeat("0F", 20))
	for i := range n.Relays {
		r := &n.Relays[i]
		n.entry(&b, r)
		fmt.Fprintf(&b, "w Bandwidth=%d", r.Bandwidth)
		if r.Measured > 0 {
			fmt.Fprintf(&b, " Measured=%d", r.Measured)
		}
		fmt.Fprintf(&b, "\np %s\nid ed25519 %s\nstats wfu=%.6f tk=%d mtbf=%.0f\nm 32,33,34,35 sha256=%s\n",
			r.Policy, digest64(r.Ed25519[:]), r.WFU, r.TimeKnown, r.MTBF, digest64(r.Microdesc[:]))
	}
	b.WriteString("directory-footer\n")
	n.signature(&b)
	return b.Bytes()
}

// entry writes what votes and consensuses have in common of a relay.
func (n Network) entry(b *bytes.Buffer, r *Relay) {
	fmt.Fprintf(b, "r %s %s %s %s %s %d %d\n", r.Nickname, digest64(r.Identity[:]), digest64(r.Digest[:]), timeText(r.Published), r.IPv4, r.ORPort, r.DirPort)
	if r.IPv6 != "" {
		fmt.Fprintf(b, "a %s\n", r.IPv6)
	}
	fmt.Fprintf(b, "s %s\nv Tor %s\npr %s\n", r.Flags, r.Version, r.Protocols)
}

func (n Network) signature(b *bytes.Buffer) {
	rng := rand.New(rand.NewPCG(n.seed, 1))
	fmt.Fprintf(b, "directory-signature %s %s\n", hexText(randomBytes(rng, 20)), hexText(randomBytes(rng, 20)))
	object(b, "SIGNATURE", randomBytes(rng, 256))
}
