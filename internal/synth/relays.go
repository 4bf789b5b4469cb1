package synth

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
)

// Descriptors are the relays' server descriptors, one behind the other.
func (n Network) Descriptors() []byte {
	rng := rand.New(rand.NewPCG(n.seed, 2))
	var b bytes.Buffer
	for i := range n.Relays {
		r := &n.Relays[i]
		fmt.Fprintf(&b, "router %s %s %d 0 %d\nidentity-ed25519\n", r.Nickname, r.IPv4, r.ORPort, r.DirPort)
		object(&b, "ED25519 CERT", randomBytes(rng, 140))
		fmt.Fprintf(&b, "master-key-ed25519 %s\n", digest64(r.Ed25519[:]))
		if r.IPv6 != "" {
			fmt.Fprintf(&b, "or-address %s\n", r.IPv6)
		}
		fmt.Fprintf(&b, "platform Tor %s on Linux\nproto %s\npublished %s\nfingerprint", r.Version, r.Protocols, timeText(r.Published))
		for j := 0; j < 20; j += 2 {
			fmt.Fprintf(&b, " %s", hexText(r.Identity[j:j+2]))
		}
		fmt.Fprintf(&b, "\nuptime %d\nbandwidth %d %d %d\nextra-info-digest %s %s\nonion-key\n", r.Uptime, r.Rate, r.Rate, r.Observed,
			hexText(randomBytes(rng, 20)), digest64(randomBytes(rng, 32)))
		object(&b, "RSA PUBLIC KEY", randomBytes(rng, 140))
		b.WriteString("signing-key\n")
		wrapped(&b, "RSA PUBLIC KEY", r.SigningKey)
		b.WriteString("onion-key-crosscert\n")
		object(&b, "CROSSCERT", randomBytes(rng, 128))
		b.WriteString("ntor-onion-key-crosscert 1\n")
		object(&b, "ED25519 CERT", randomBytes(rng, 108))
		fmt.Fprintf(&b, "hidden-service-dir\ncontact operator%d at example dot invalid\nntor-onion-key %s=\n%stunnelled-dir-server\nrouter-sig-ed25519 %s\nrouter-signature\n",
			i, digest64(randomBytes(rng, 32)), r.Rules, digest64(randomBytes(rng, 64)))
		object(&b, "SIGNATURE", randomBytes(rng, 128))
	}
	return b.Bytes()
}

// BandwidthFile is a scanner's file on the network, with all that sbws writes of a relay.
func (n Network) BandwidthFile() []byte {
	rng := rand.New(rand.NewPCG(n.seed, 3))
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d\nversion=1.5.0\nearliest_bandwidth=2026-01-10T00:00:00\nfile_created=2026-01-14T23:35:04\nlatest_bandwidth=2026-01-14T23:30:00\nsoftware=sbws\nsoftware_version=1.9.0\n=====\n", Now-1500)
	for i := range n.Relays {
		r := &n.Relays[i]
		if r.Measured == 0 {
			continue
		}
		fmt.Fprintf(&b, "bw=%d bw_mean=%d bw_median=%d consensus_bandwidth=%d consensus_bandwidth_is_unmeasured=False "+
			"desc_bw_avg=%d desc_bw_bur=%d desc_bw_obs_last=%d desc_bw_obs_mean=%d error_circ=%d error_destination=0 error_misc=0 "+
			"error_second_relay=0 error_stream=%d master_key_ed25519=%s nick=%s node_id=$%s r_strm=%.2f r_strm_filt=%.2f "+
			"relay_in_recent_consensus_count=%d relay_recent_measurement_attempt_count=%d success=%d time=2026-01-14T%02d:%02d:%02d\n",
			r.Measured, r.Measured*700, r.Measured*650, r.Measured*1000, r.Rate, r.Rate, r.Observed, r.Observed, rng.IntN(3), rng.IntN(3),
			digest64(r.Ed25519[:]), r.Nickname, hexText(r.Identity[:]), 0.5+rng.Float64(), 0.5+rng.Float64(), 100+rng.IntN(20), rng.IntN(12),
			1+rng.IntN(8), rng.IntN(24), rng.IntN(60), rng.IntN(60))
	}
	return b.Bytes()
}

// object writes an object of random content, as descriptors hold them.
func object(b *bytes.Buffer, kind string, content []byte) {
	wrapped(b, kind, base64.StdEncoding.EncodeToString(content))
}

// wrapped writes base64 in lines of 64.
func wrapped(b *bytes.Buffer, kind, text string) {
	fmt.Fprintf(b, "-----BEGIN %s-----\n", kind)
	for len(text) > 0 {
		n := min(64, len(text))
		fmt.Fprintf(b, "%s\n", text[:n])
		text = text[n:]
	}
	fmt.Fprintf(b, "-----END %s-----\n", kind)
}
