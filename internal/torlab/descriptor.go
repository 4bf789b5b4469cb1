package torlab

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// A Relay is what one synthetic relay says about itself. Its zero fields are left out of the descriptor.
type Relay struct {
	Nickname string
	// Address and Address6 are where it listens; the latter may be invalid: no IPv6.
	Address, Address6 netip.Addr
	ORPort, DirPort   uint16
	// Platform is the whole text, `Tor 0.4.8.10 on Linux`; Proto the sub-protocols.
	Platform, Proto string
	// Published is the time of the descriptor, Uptime in seconds as the relay declares it.
	Published, Uptime int64
	// Rate, Burst and Observed are bytes a second.
	Rate, Burst, Observed int64
	// Policy are the exit policy's lines, Policy6 the IPv6 summary (`accept 80,443`).
	Policy  []string
	Policy6 string
	// Tunnelled: answers directory requests through its OR port. HSDir: wants to be one.
	Tunnelled, HSDir bool
	// Hibernating is the whole line, since `hibernating 0` says the same as no line in other words.
	Hibernating string
	// Extra lines stand where tor writes contact and family.
	Extra []string

	identity *rsa.PrivateKey
	master   ed25519.PrivateKey
	onion    onion
}

// Fingerprint is the relay's identity in upper-case hex.
func (r *Relay) Fingerprint() string { return hexFingerprint(&r.identity.PublicKey) }

// isoTime is a time as tor's documents write it.
func isoTime(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.DateTime) }

// groups is a fingerprint in blocks of four.
func groups(fp string) string {
	var b strings.Builder
	for i := 0; i < len(fp); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(fp[i : i+4])
	}
	return b.String()
}

// base64Raw is base64 without the padding, as newer keywords have it.
func base64Raw(b []byte) string { return base64.RawStdEncoding.EncodeToString(b) }

// Descriptor is the signed server descriptor. Signing and onion are keys that all relays of a network may share:
// nobody checks that they differ, and making them takes time.
//
// Spec: dir-spec, "Server descriptor format".
func (r *Relay) Descriptor(signing ed25519.PrivateKey, tap *rsa.PrivateKey) (string, error) {
	master := r.master.Public().(ed25519.PublicKey)
	expires := r.Published + 30*24*3600
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	line("router %s %s %d 0 %d", r.Nickname, r.Address, r.ORPort, r.DirPort)
	line("identity-ed25519")
	b.WriteString(object("ED25519 CERT", edCert(certSigningKey, signing.Public().(ed25519.PublicKey), expires, r.master, true)))
	line("master-key-ed25519 %s", base64Raw(master))
	if r.Address6.IsValid() {
		line("or-address [%s]:%d", r.Address6, r.ORPort)
	}
	line("platform %s", r.Platform)
	line("proto %s", r.Proto)
	line("published %s", isoTime(r.Published))
	line("fingerprint %s", groups(r.Fingerprint()))
	line("uptime %d", r.Uptime)
	line("bandwidth %d %d %d", r.Rate, r.Burst, r.Observed)

	digest := fingerprint(&r.identity.PublicKey)
	cross, err := sign(tap, append(digest[:], master...))
	if err != nil {
		return "", err
	}
	line("onion-key")
	b.WriteString(publicPEM(&tap.PublicKey))
	line("signing-key")
	b.WriteString(publicPEM(&r.identity.PublicKey))
	line("onion-key-crosscert")
	b.WriteString(object("CROSSCERT", cross))
	line("ntor-onion-key-crosscert %d", r.onion.signBit)
	b.WriteString(object("ED25519 CERT", edCert(certNtorCross, master, expires, r.onion.proof, false)))
	for _, extra := range r.Extra {
		line("%s", extra)
	}
	if r.Hibernating != "" {
		line("%s", r.Hibernating)
	}
	if r.HSDir {
		line("hidden-service-dir")
	}
	line("ntor-onion-key %s", base64.StdEncoding.EncodeToString(r.onion.public))
	for _, rule := range r.Policy {
		line("%s", rule)
	}
	if r.Policy6 != "" {
		line("ipv6-policy %s", r.Policy6)
	}
	if r.Tunnelled {
		line("tunnelled-dir-server")
	}
	return r.seal(b.String(), signing)
}

// seal appends the two signatures, each over all that stands before it and its own keyword.
func (r *Relay) seal(text string, signing ed25519.PrivateKey) (string, error) {
	text += "router-sig-ed25519 "
	hash := sha256.Sum256([]byte("Tor router descriptor signature v1" + text))
	text += base64Raw(ed25519.Sign(signing, hash[:])) + "\nrouter-signature\n"
	digest := sha1.Sum([]byte(text))
	sig, err := sign(r.identity, digest[:])
	if err != nil {
		return "", err
	}
	return text + object("SIGNATURE", sig), nil
}
