package consensus_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// onlyDescriptor is the one descriptor of a text.
func onlyDescriptor(t *testing.T, text string) consensus.Descriptor {
	t.Helper()
	var found []consensus.Descriptor
	for d, err := range consensus.Descriptors([]byte(text)) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, d)
	}
	if len(found) != 1 {
		t.Fatalf("%d descriptors", len(found))
	}
	return found[0]
}

func TestDescriptor(t *testing.T) {
	d := onlyDescriptor(t, sampleDescriptor)
	_, body, _ := strings.Cut(sampleDescriptor, "\n")
	key, err := hex.DecodeString("f0a687ad5cc7fae4ffd113ebccf5f4ae4055d9ff244b88b5ac5ccfd01af25a45")
	if err != nil {
		t.Fatal(err)
	}
	want := consensus.Descriptor{
		Line:               2,
		Text:               []byte(body),
		Nickname:           []byte("r000000"),
		Identity:           fingerprint("8598809A9606864848FA038A0A3D91045EC4AF7C"),
		Ed25519:            [32]byte(key),
		Address:            netip.MustParseAddr("198.18.0.10"),
		ORPort:             9001,
		IPv6:               netip.MustParseAddrPort("[2001:db8::ffff]:9001"),
		Published:          1768381982,
		Uptime:             1018391,
		Rate:               1073741824,
		Burst:              1073741825,
		Observed:           4283097,
		Platform:           []byte("Tor 0.4.8.14 on Linux"),
		Protocols:          []byte("Conflux=1 Cons=1-2"),
		Family:             []byte("$8598809A9606864848FA038A0A3D91045EC4AF7C~r000000 friend"),
		OverloadGeneral:    []byte("1 2026-01-14 09:00:00"),
		Hibernating:        true,
		TunnelledDirServer: true,
		HiddenServiceDir:   true,
		CachesExtraInfo:    true,
		Policy:             policy(t, "reject 10.0.0.0/8:*\naccept *:*"),
		IPv6Policy:         []byte("accept 80,443"),
	}
	samePrefix := cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })
	samePort := cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })
	if diff := cmp.Diff(want, d, compareAddrs, samePrefix, samePort); diff != "" {
		t.Errorf("descriptor (-want +got):\n%s", diff)
	}
	if !d.IsExit(false) || d.RejectsAll() || !d.IsDirectory() {
		t.Errorf("exit %v, rejects all %v, directory %v", d.IsExit(false), d.RejectsAll(), d.IsDirectory())
	}

	text := []byte(sampleDescriptor)
	for d, err := range consensus.Descriptors(text) {
		if err != nil {
			t.Fatal(err)
		}
		clone := d.Clone()
		clear(text)
		if diff := cmp.Diff(want, clone, compareAddrs, samePrefix, samePort); diff != "" {
			t.Errorf("clone (-want +got):\n%s", diff)
		}
		if bytes.Equal(d.Nickname, clone.Nickname) {
			t.Error("the descriptor is not borrowed")
		}
	}
}

func TestDescriptorWithoutWhatItMayLack(t *testing.T) {
	text := sampleDescriptor
	for line := range strings.Lines(sampleDescriptor) {
		switch keyword, _, _ := strings.Cut(strings.TrimSpace(line), " "); keyword {
		case "@type", "master-key-ed25519", "platform", "proto", "fingerprint", "uptime", "family", "hidden-service-dir",
			"caches-extra-info", "overload-general", "hibernating", "or-address", "accept", "ipv6-policy", "tunnelled-dir-server":
			text = with(text, line, "")
		}
	}
	d := onlyDescriptor(t, text)
	if d.Identity != fingerprint("8598809A9606864848FA038A0A3D91045EC4AF7C") {
		t.Errorf("identity %s is not that of the signing key", d.Identity)
	}
	if d.Hibernating || d.Uptime != 0 || d.IsDirectory() || d.IsExit(true) || !d.RejectsAll() || d.IPv6.IsValid() || d.Line != 1 {
		t.Errorf("descriptor %+v", d)
	}
	if d = onlyDescriptor(t, with(text, "9001 0 0", "9001 0 80")); !d.IsDirectory() {
		t.Error("a directory port makes no directory")
	}
	for text, hibernating := range map[string]bool{"hibernating 0": false, "hibernating 2": true, "hibernating yes": false} {
		if d := onlyDescriptor(t, with(sampleDescriptor, "hibernating 1", text)); d.Hibernating != hibernating {
			t.Errorf("%q: hibernating %v", text, d.Hibernating)
		}
	}
}

func TestNumbersMayHaveAPlusSign(t *testing.T) {
	d := onlyDescriptor(t, with(sampleDescriptor, "uptime 1018391", "uptime +1018392"))
	if d.Uptime != 1018392 {
		t.Errorf("uptime %d", d.Uptime)
	}
}

// Each row was held against tor 0.4.9.11: of three relays with the same line, one is a sybil if it knows the address.
func TestORAddressIsOneIPv6AddressAndPort(t *testing.T) {
	for text, want := range map[string]string{
		"[2001:db8::1]:80":              "[2001:db8::1]:80",
		"[2001:DB8:0::1]:080":           "[2001:db8::1]:80",
		"[2001:db8::1]:80-80":           "[2001:db8::1]:80",
		"[2001:db8::1]:+80":             "[2001:db8::1]:80",
		"[2001:db8::1]/128:80":          "[2001:db8::1]:80",
		"[2001:db8::1]:80 x":            "[2001:db8::1]:80",
		"[::]:9001":                     "[::]:9001",
		"[::ffff:198.51.100.1]:80":      "[::ffff:198.51.100.1]:80",
		"[2001:db8::1]:0":               "",
		"[2001:db8::1]":                 "",
		"[2001:db8::1]:*":               "",
		"[2001:db8::1]:80-90":           "",
		"[2001:db8::1]:80x":             "",
		"[2001:db8::1]/64:80":           "",
		"[2001:db8::1]:65536":           "",
		"[2001:db8::1%eth0]:80":         "",
		"[2001:db8::1":                  "",
		"2001:db8::1":                   "",
		"198.51.100.1:80":               "",
		"*:80":                          "",
		"garbage":                       "",
		"x\nor-address [2001:db8::2]:1": "[2001:db8::2]:1",
	} {
		d := onlyDescriptor(t, with(sampleDescriptor, "uptime 1018391", "or-address "+text))
		without := onlyDescriptor(t, sampleDescriptor)
		if got := d.IPv6.String(); got != want && !(want == "" && d.IPv6 == without.IPv6) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestIPv6PolicyKeepsARelayOpen(t *testing.T) {
	closed := strings.NewReplacer("accept *:*\n", "", "reject 10.0.0.0/8:*", "reject *:*").Replace(sampleDescriptor)
	for text, want := range map[string]bool{
		"accept 80,443":  false,
		"reject 1-65535": true,
		"reject 1-65534": false,
		"reject 25,x":    false,
		"reject 1,2":     false,
	} {
		if got := onlyDescriptor(t, with(closed, "accept 80,443", text)).RejectsAll(); got != want {
			t.Errorf("ipv6-policy %s: rejects all: %v, want %v", text, got, want)
		}
	}
	if d := onlyDescriptor(t, closed); d.IsExit(true) {
		t.Error("an IPv6 policy makes an exit")
	}
}

// Each line is put in the place of the one of its keyword; the error has its number.
func TestSpoiltDescriptors(t *testing.T) {
	good := strings.SplitAfter(sampleDescriptor, "\n")
	at := func(keyword string) int {
		for i, line := range good {
			if strings.TrimSuffix(line, "\n") == keyword || strings.HasPrefix(line, keyword+" ") {
				return i
			}
		}
		t.Fatalf("no %s line", keyword)
		return 0
	}
	for _, tt := range []struct {
		line     string
		sentinel error
	}{
		{"router a 192.0.2.1 1 0", consensus.ErrTooFew},
		{"router a- 192.0.2.1 1 0 0", consensus.ErrBadValue},
		{"router a 192.0.2 1 0 0", consensus.ErrBadValue},
		{"router a 192.0.2.01 1 0 0", consensus.ErrBadValue},
		{"router a 192.0.2.1 0 0 0", consensus.ErrBadValue},
		{"router a 192.0.2.1 65536 0 0", consensus.ErrBadValue},
		{"router a 192.0.2.1 1 0 x", consensus.ErrBadValue},
		{"published 2026-01-14", consensus.ErrBadValue},
		{"published 2026-01-14  7:33:07", consensus.ErrBadValue}, // which time.Parse takes
		{"published", consensus.ErrTooFew},
		{"bandwidth 1 2", consensus.ErrTooFew},
		{"bandwidth 0 2 3", consensus.ErrBadValue},
		{"bandwidth 1 2147483648 3", consensus.ErrBadValue},
		{"bandwidth 1 2 -3", consensus.ErrBadValue},
		{"uptime -1", consensus.ErrBadValue},
		{"uptime 9223372036854775808", consensus.ErrBadValue},
		{"uptime", consensus.ErrTooFew},
		{"hibernating", consensus.ErrTooFew},
		{"fingerprint 8598 809A 9606 8648 48FA 038A 0A3D 9104 5EC4 AF7D", consensus.ErrBadValue},
		{"fingerprint 8598", consensus.ErrBadValue},
		{"fingerprint", consensus.ErrTooFew},
		{"master-key-ed25519 x", consensus.ErrBadValue},
		{"family a-b", consensus.ErrBadValue},
		{"family $8598809A9606864848FA038A0A3D91045EC4AF7", consensus.ErrBadValue},
		{"family $8598809A9606864848FA038A0A3D91045EC4AF7C!x", consensus.ErrBadValue},
		{"family $8598809A9606864848FA038A0A3D91045EC4AF7C=", consensus.ErrBadValue},
		{"or-address", consensus.ErrTooFew},
		{"hidden-service-dir 2", consensus.ErrBadValue},
		{"tunnelled-dir-server x", consensus.ErrBadValue},
		{"reject 10.0.0.0/33:*", consensus.ErrBadValue},
		{"reject *4:*", consensus.ErrBadValue},
		{"reject *6:*", consensus.ErrBadValue},
		{"reject [::1]:*", consensus.ErrBadValue},
		{"ipv6-policy permit 80", consensus.ErrBadValue},
		{"ipv6-policy accept", consensus.ErrBadValue},
		{"ipv6-policy accept x", consensus.ErrBadValue},
		{"ipv6-policy accept 0", consensus.ErrBadValue},
		{"ipv6-policy accept 80-", consensus.ErrBadValue},
		{"ipv6-policy accept 80-79", consensus.ErrBadValue},
		{"ipv6-policy accept 80 443", consensus.ErrBadValue},
		{"ipv6-policy accept " + strings.Repeat("80,", 1001), consensus.ErrBadValue},
	} {
		keyword, _, _ := strings.Cut(tt.line, " ")
		i := at(keyword)
		spoilt := slices.Clone(good)
		spoilt[i] = tt.line + "\n"
		checkSpoilt(t, tt.line, strings.Join(spoilt, ""), i+1, keyword, tt.sentinel)
	}
	for _, keyword := range []string{"router", "published", "bandwidth", "fingerprint", "platform", "uptime", "ipv6-policy", "family", "hibernating"} {
		i := at(keyword)
		twice := slices.Insert(slices.Clone(good), i+1, good[i])
		line := i + 2
		if keyword == "router" { // which begins another descriptor
			checkSpoilt(t, keyword+" twice", strings.Join(twice, ""), 2, "published", consensus.ErrMissing)
			continue
		}
		checkSpoilt(t, keyword+" twice", strings.Join(twice, ""), line, keyword, consensus.ErrTwice)
	}
	last := len(good) - 1
	for _, tt := range []struct {
		reason, text string
		line         int
		keyword      string
		sentinel     error
	}{
		{"no published line", with(sampleDescriptor, "published", "x-published"), last, "published", consensus.ErrMissing},
		{"no bandwidth line", with(sampleDescriptor, "bandwidth", "x-bandwidth"), last, "bandwidth", consensus.ErrMissing},
		{"no signing key", with(sampleDescriptor, "signing-key\n", "x\n"), last, "signing-key", consensus.ErrMissing},
		{"no policy", with(with(sampleDescriptor, "accept *:*", "x"), "reject 10", "x 10"), last, "reject", consensus.ErrMissing},
		{"no signature", sampleDescriptor[:strings.Index(sampleDescriptor, "router-signature")], last - 4, "router-signature", consensus.ErrMissing},
		{"half a signature", with(sampleDescriptor, "-----END SIGNATURE-----\n", ""), last - 2, "-----END", consensus.ErrMissing},
		{"a signature line alone", with(sampleDescriptor, "-----BEGIN SIGNATURE", "x"), last - 3, "router-signature", consensus.ErrMissing},
		{"a signing-key line alone", with(sampleDescriptor, "signing-key\n", "signing-key\nx\n"), 10, "signing-key", consensus.ErrMissing},
		{"half a signing key", with(sampleDescriptor, "-----END RSA PUBLIC KEY-----\n", ""), 11, "-----END", consensus.ErrMissing},
		{"a key that is no base64", with(sampleDescriptor, "MIGJAoGBANBNZ", "MIGJAoGBA!BNZ"), 15, "signing-key", consensus.ErrBadValue},
		{"an empty key", with(sampleDescriptor, keyBody(), ""), 12, "signing-key", consensus.ErrBadValue},
		{"a huge key", with(sampleDescriptor, keyBody(), strings.Repeat(keyBody(), 4)), 24, "signing-key", consensus.ErrTooLong},
		{"a line of IPv6 policy", with(sampleDescriptor, "accept *:*", "accept6 *:*"), 25, "accept6", consensus.ErrBadValue},
		{"a huge line", with(sampleDescriptor, "Tor 0.4.8.14", strings.Repeat("x", 200000)), 4, "platform", consensus.ErrTooLong},
		{"a byte of zero", with(sampleDescriptor, "Tor 0.4.8.14", "\x00"), 4, "platform", consensus.ErrBadValue},
		{"another kind of document", "<html>\n<body>\n", 1, "<html>", consensus.ErrNotThis},
		{"a vote", voteHeader, 1, "network-status-version", consensus.ErrNotThis},
	} {
		checkSpoilt(t, tt.reason, tt.text, tt.line, tt.keyword, tt.sentinel)
	}
}

// keyBody is the object of the sample's signing key.
func keyBody() string {
	_, rest, _ := strings.Cut(sampleDescriptor, "-----BEGIN RSA PUBLIC KEY-----\n")
	body, _, _ := strings.Cut(rest, "-----END")
	return body
}

// checkSpoilt reads a spoilt descriptor between two good ones, which have to come through, and looks at its error; line
// counts from the spoilt one's first.
func checkSpoilt(t *testing.T, reason, spoilt string, line int, keyword string, sentinel error) {
	t.Helper()
	before := strings.Count(sampleDescriptor, "\n")
	good, bad := 0, 0
	for d, err := range consensus.Descriptors([]byte(sampleDescriptor + spoilt + sampleDescriptor)) {
		if err == nil {
			good++
			continue
		}
		var syntax *consensus.SyntaxError
		if bad++; bad > 1 {
			continue // where a line makes two of one
		}
		if !errors.As(err, &syntax) || syntax.Line != before+line || syntax.Keyword != keyword || !errors.Is(err, sentinel) {
			t.Errorf("%.60s: got %v; want line %d: %s: %v", reason, err, before+line, keyword, sentinel)
		}
		if d.Line == 0 || len(err.Error()) > 500 {
			t.Errorf("%.60s: descriptor at line %d, message of %d bytes", reason, d.Line, len(err.Error()))
		}
	}
	if good < 2 || bad == 0 {
		t.Errorf("%.60s: %d good and %d bad descriptors", reason, good, bad)
	}
}

func TestDescriptorsOfOtherKinds(t *testing.T) {
	text := sampleDescriptor + "@type extra-info 1.0\nextra-info r000000 8598809A9606864848FA038A0A3D91045EC4AF7C\nx\n" +
		strings.ReplaceAll(sampleDescriptor, "\n", "\r\n")
	n := 0
	for _, err := range consensus.Descriptors([]byte(text)) {
		if err != nil {
			t.Error(err)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d descriptors, want 2", n)
	}
	for _, text := range []string{"", "\n\n", "@type server-descriptor 1.0\n"} {
		for range consensus.Descriptors([]byte(text)) {
			t.Errorf("a descriptor in %q", text)
		}
	}
	for range consensus.Descriptors([]byte(text)) {
		break
	}
	for range consensus.Descriptors([]byte("x\n" + text)) {
		break
	}
}

// What is read is borrowed, and policies that come again are lent again.
func TestDescriptorsOfOnePolicyNeedNoMemory(t *testing.T) {
	allocs := func(descriptors int) float64 {
		text := []byte(strings.Repeat(sampleDescriptor, descriptors))
		return testing.AllocsPerRun(10, func() {
			for _, err := range consensus.Descriptors(text) {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if few, many := allocs(2), allocs(200); many > few {
		t.Errorf("%v allocations for 2 descriptors, %v for 200", few, many)
	}
}

// To clone a descriptor takes its policy out of what others share.
func TestPoliciesAreShared(t *testing.T) {
	var first, clone consensus.Descriptor
	for d, err := range consensus.Descriptors([]byte(sampleDescriptor + sampleDescriptor)) {
		if err != nil {
			t.Fatal(err)
		}
		if first.Line == 0 {
			first, clone = d, d.Clone()
			continue
		}
		if &d.Policy[0] != &first.Policy[0] || &clone.Policy[0] == &first.Policy[0] {
			t.Error("the same policy twice in memory, or that of the clone not its own")
		}
		if cap(d.Policy) != len(d.Policy) {
			t.Error("to append to a policy would write behind it")
		}
	}
}

// Tor's digest covers the text up to and with the router-signature line.
func TestDescriptorDigest(t *testing.T) {
	d := onlyDescriptor(t, sampleDescriptor)
	want := d.Digest()
	if other := onlyDescriptor(t, with(sampleDescriptor, "gPExI", "AAAAA")); other.Digest() != want {
		t.Error("the digest depends on the signature")
	}
	if other := onlyDescriptor(t, with(sampleDescriptor, "uptime 1018391", "uptime 1018392")); other.Digest() == want {
		t.Error("the digest does not depend on what is signed")
	}
	if other := onlyDescriptor(t, with(sampleDescriptor, "@type server-descriptor 1.0\n", "@downloaded-at x\n@source \"x\"\n")); other.Digest() != want {
		t.Error("the digest depends on annotations")
	}
}
