package consensus_test

import (
	"net/netip"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"pgregory.net/rapid"
)

func TestIsInternal(t *testing.T) {
	for _, s := range []string{"0.0.0.0", "0.255.0.1", "10.0.0.1", "127.0.0.1", "100.64.0.0", "100.127.255.255", "169.254.1.1",
		"172.16.0.0", "172.31.255.255", "192.168.0.1", "::", "::1", "fc00::1", "fdff::1", "fe80::1", "fe80::1%eth0", "fec0::1", "feff::1",
		"::ffff:10.0.0.1"} {
		if !consensus.IsInternal(netip.MustParseAddr(s)) {
			t.Errorf("%s is not internal", s)
		}
	}
	for _, s := range []string{"1.0.0.0", "11.0.0.0", "100.63.255.255", "100.128.0.0", "169.253.0.1", "172.15.0.1", "172.32.0.0",
		"192.167.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::2", "2001:db8::1", "ff02::1", "::ffff:198.18.0.1", "::10.0.0.1"} {
		if consensus.IsInternal(netip.MustParseAddr(s)) {
			t.Errorf("%s is internal", s)
		}
	}
	if !consensus.IsInternal(netip.Addr{}) {
		t.Error("no address at all is not internal")
	}
}

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		rule, addr string
		port       uint16
		want       bool
		reason     string
	}{
		{"accept 1.2.3.0/24:80-90", "1.2.3.4", 85, true, "in the net and the range"},
		{"accept 1.2.3.0/24:80-90", "1.2.3.4", 80, true, "the first port"},
		{"accept 1.2.3.0/24:80-90", "1.2.3.4", 91, false, "behind the last port"},
		{"accept 1.2.3.0/24:80-90", "1.2.3.4", 0, true, "no port in particular"},
		{"accept 1.2.3.0/24:80-90", "1.2.4.4", 85, false, "outside the net"},
		{"accept 1.2.3.77/24:*", "1.2.3.4", 1, true, "bits behind the mask"},
		{"reject *:*", "2001:db8::1", 80, false, "an asterisk is IPv4"},
		{"reject6 *:*", "2001:db8::1", 80, true, "here it is IPv6"},
		{"reject6 *:*", "1.2.3.4", 80, false, "IPv6 alone"},
		{"reject private:*", "192.168.7.7", 80, true, "a private address"},
		{"reject private:*", "ff02::1", 80, true, "private in policies, though not internal"},
		{"reject private:*", "100.64.0.1", 80, false, "internal, though not private in policies"},
		{"reject private:25", "192.168.7.7", 80, false, "another port"},
	} {
		if got := policy(t, tt.rule)[0].Covers(netip.MustParseAddr(tt.addr), tt.port); got != tt.want {
			t.Errorf("%s: %q covers %s port %d: %v", tt.reason, tt.rule, tt.addr, tt.port, got)
		}
	}
}

// A network of length 8 is allowed only if the first rule that covers its first address accepts, and so on for its last
// one: what AllowsNet8 says of networks, Covers says of addresses.
func allowedNetsHaveNoRejectedEnds(t *rapid.T) {
	p := genPolicy(t)
	accepts := func(addr netip.Addr) bool {
		for _, r := range p {
			if r.Covers(addr, 80) {
				return r.Accept
			}
		}
		return false
	}
	found := false
	for i := range 256 {
		first, last := netip.AddrFrom4([4]byte{byte(i)}), netip.AddrFrom4([4]byte{byte(i), 255, 255, 255})
		found = found || accepts(first) && accepts(last)
	}
	if p.AllowsNet8(80, true) && !found {
		t.Fatalf("a network is allowed, but in each an end is rejected:\n%s", p)
	}
}

func TestAllowedNetsHaveNoRejectedEnds(t *testing.T) { rapid.Check(t, allowedNetsHaveNoRejectedEnds) }
func FuzzAllowedNetsHaveNoRejectedEnds(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(allowedNetsHaveNoRejectedEnds))
}
