package consensus_test

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
)

// maker makes descriptors as those of the public network: the same lines, objects and lengths, and with the same
// repetition among them. Most relays are no exits; the policies of those that are differ by their own addresses alone.
type maker struct{ *rand.Rand }

func newMaker() maker { return maker{rand.New(rand.NewPCG(1, 2))} }

// manyDescriptors joins n of them.
func manyDescriptors(n int) []byte {
	m := newMaker()
	var b strings.Builder
	for i := range n {
		m.descriptor(&b, i)
	}
	return []byte(b.String())
}

// base64 is n random bytes.
func (m maker) base64(n int) string {
	raw := make([]byte, n)
	for i := range raw {
		raw[i] = byte(m.Uint32())
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// object is n random bytes as an object.
func (m maker) object(kind string, n int) string { return armour(kind, m.base64(n)) }

func armour(kind, text string) string {
	var b strings.Builder
	b.WriteString("-----BEGIN " + kind + "-----\n")
	for len(text) > 64 {
		b.WriteString(text[:64] + "\n")
		text = text[64:]
	}
	b.WriteString(text + "\n-----END " + kind + "-----\n")
	return b.String()
}

func (m maker) hex() string { return fmt.Sprintf("%08X%016X%016X", m.Uint32(), m.Uint64(), m.Uint64()) }

// pick is one of the texts, the first ones more often.
func (m maker) pick(texts ...string) string {
	return texts[min(m.IntN(len(texts)), m.IntN(len(texts)))]
}

// descriptor writes the descriptor number i.
func (m maker) descriptor(b *strings.Builder, i int) {
	signing := m.base64(140)
	key, _ := base64.StdEncoding.DecodeString(signing)
	print := fmt.Sprintf("%X", sha1.Sum(key))
	var groups []string
	for j := 0; j < len(print); j += 4 {
		groups = append(groups, print[j:j+4])
	}
	addr := fmt.Sprintf("%d.%d.%d.%d", 11+m.IntN(200), m.IntN(256), m.IntN(256), 1+m.IntN(254))
	fmt.Fprintf(b, "@type server-descriptor 1.0\nrouter relay%d %s %s 0 %s\n", i, addr, m.pick("9001", "443"), m.pick("0", "9030"))
	b.WriteString("identity-ed25519\n" + m.object("ED25519 CERT", 140))
	fmt.Fprintf(b, "master-key-ed25519 %s\n", strings.TrimRight(m.base64(32), "="))
	if m.IntN(3) == 0 {
		fmt.Fprintf(b, "or-address [2001:db8:%x::%x]:9001\n", m.IntN(65536), m.IntN(65536))
	}
	fmt.Fprintf(b, "platform Tor %s on Linux\n", m.pick("0.4.8.14", "0.4.9.5", "0.4.8.13", "0.4.7.16"))
	b.WriteString("proto Conflux=1 Cons=1-2 Desc=1-2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=1-2 Link=1-5 LinkAuth=1,3 " +
		"Microdesc=1-2 Padding=2 Relay=1-4\n")
	fmt.Fprintf(b, "published 2026-01-%02d %02d:%02d:%02d\n", 14+m.IntN(2), m.IntN(24), m.IntN(60), m.IntN(60))
	fmt.Fprintf(b, "fingerprint %s\nuptime %d\n", strings.Join(groups, " "), m.IntN(1e7))
	fmt.Fprintf(b, "bandwidth %d %s %d\n", 1<<30, m.pick("1073741824", "2147483647"), m.IntN(1e8))
	fmt.Fprintf(b, "extra-info-digest %s %s\n", m.hex(), strings.TrimRight(m.base64(32), "="))
	b.WriteString("onion-key\n" + m.object("RSA PUBLIC KEY", 140) + "signing-key\n" + armour("RSA PUBLIC KEY", signing))
	b.WriteString("onion-key-crosscert\n" + m.object("CROSSCERT", 128))
	b.WriteString("ntor-onion-key-crosscert " + m.pick("0", "1") + "\n" + m.object("ED25519 CERT", 104))
	if m.IntN(5) == 0 {
		b.WriteString("family")
		for range 1 + m.IntN(20) {
			b.WriteString(" $" + m.hex())
		}
		b.WriteString("\n")
	}
	b.WriteString("hidden-service-dir\n")
	if m.IntN(2) == 0 {
		fmt.Fprintf(b, "contact relays%d AT example DOT org email:relays%d[]example.org ciissversion:2\n", m.IntN(500), i)
	}
	fmt.Fprintf(b, "ntor-onion-key %s\n", m.base64(32))
	m.policy(b, addr)
	b.WriteString("tunnelled-dir-server\nrouter-sig-ed25519 " + strings.TrimRight(m.base64(64), "=") + "\n")
	b.WriteString("router-signature\n" + m.object("SIGNATURE", 128))
}

// reducedPorts are those of the reduced exit policy that many operators copy.
var reducedPorts = strings.Fields(`20-21 22 23 43 53 79 80-81 88 110 143 194 220 389 443 464 465 531 543-544 554 563 587 636 706
	749 853 873 902-904 981 989-990 991 992 993 994 995 1194 1220 1293 1500 1533 1677 1723 1755 1863 2082 2083 2086-2087 2095-2096
	2102-2104 3128 3389 3690 4321 4643 5050 5190 5222-5223 5228 5900 6660-6669 6679 6697 8000 8008 8074 8080 8082 8087-8088
	8232-8233 8332-8333 8443 8888 9418 9999 10000 11371 19294 19638 50002 64738`)

func (m maker) policy(b *strings.Builder, addr string) {
	if m.IntN(6) > 0 {
		b.WriteString("reject *:*\n")
		return
	}
	for _, net := range []string{"0.0.0.0/8", "169.254.0.0/16", "127.0.0.0/8", "192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", addr} {
		b.WriteString("reject " + net + ":*\n")
	}
	summary := "reject 25,119,135-139,445,563,1214,4661-4666,6346-6429,6699,6881-6999"
	if m.IntN(2) == 0 {
		b.WriteString(defaultPolicy)
	} else {
		for _, ports := range reducedPorts {
			b.WriteString("accept *:" + ports + "\n")
		}
		b.WriteString("reject *:*\n")
		summary = "accept " + strings.Join(reducedPorts, ",")
	}
	if m.IntN(3) == 0 {
		b.WriteString("ipv6-policy " + summary + "\n")
	}
}
