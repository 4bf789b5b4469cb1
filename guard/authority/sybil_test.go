package authority_test

import (
	"maps"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"pgregory.net/rapid"
)

// sybilsSlowly is the rule as dir-spec words it: a relay is one too many where limit others on one of its addresses are
// preferred to it.
func sybilsSlowly(tenants []authority.Tenant, limit int) map[consensus.Fingerprint]bool {
	preferred := func(t, u authority.Tenant) bool {
		switch {
		case t.Authority != u.Authority:
			return t.Authority
		case t.Running != u.Running:
			return t.Running
		case t.Bandwidth != u.Bandwidth:
			return t.Bandwidth > u.Bandwidth
		}
		return t.Identity.Compare(u.Identity) < 0
	}
	sybils := make(map[consensus.Fingerprint]bool)
	for _, t := range tenants {
		four, six := 0, 0
		for _, u := range tenants {
			if preferred(u, t) {
				if u.IPv4.IsValid() && u.IPv4 == t.IPv4 {
					four++
				}
				if u.IPv6.IsValid() && u.IPv6 == t.IPv6 {
					six++
				}
			}
		}
		if limit > 0 && (four >= limit || six >= limit) {
			sybils[t.Identity] = true
		}
	}
	return sybils
}

func genTenants(t *rapid.T) []authority.Tenant {
	fours := []netip.Addr{{}, addr("192.0.2.1"), addr("192.0.2.2"), addr("192.0.2.3")}
	sixes := []netip.Addr{{}, addr("2001:db8::1"), addr("2001:db8::2"), addr("::ffff:192.0.2.1"), addr("::")}
	n := rapid.IntRange(0, 30).Draw(t, "relays")
	tenants := make([]authority.Tenant, n)
	for i := range tenants {
		tenants[i] = authority.Tenant{
			Identity:  consensus.Fingerprint{rapid.Byte().Draw(t, "identity"), byte(i)},
			IPv4:      rapid.SampledFrom(fours).Draw(t, "IPv4"),
			IPv6:      rapid.SampledFrom(sixes).Draw(t, "IPv6"),
			Authority: rapid.Bool().Draw(t, "authority"),
			Running:   rapid.Bool().Draw(t, "running"),
			Bandwidth: bandwidth.KB(rapid.SampledFrom([]uint32{0, 1, 2, 1<<32 - 1}).Draw(t, "bandwidth")),
		}
	}
	return tenants
}

func sybilsAreTheSlowOnes(t *rapid.T) {
	tenants := genTenants(t)
	before := slices.Clone(tenants)
	for _, limit := range []int{-1, 0, 1, 2, 3, 1<<31 - 1} {
		if diff := cmp.Diff(sybilsSlowly(tenants, limit), authority.Sybils(tenants, guard.Rules{MaxPerAddress: limit})); diff != "" {
			t.Fatalf("limit %d (-slow +fast):\n%s", limit, diff)
		}
	}
	if !slices.Equal(before, tenants) {
		t.Fatal("the tenants were changed")
	}
	if rapid.Bool().Draw(t, "turn") {
		slices.Reverse(tenants)
		if !maps.Equal(authority.Sybils(before, guard.Latest()), authority.Sybils(tenants, guard.Latest())) {
			t.Fatal("the order matters")
		}
	}
}

func TestSybilsAreTheSlowOnes(t *testing.T) { rapid.Check(t, sybilsAreTheSlowOnes) }
func FuzzSybilsAreTheSlowOnes(f *testing.F) { f.Fuzz(rapid.MakeFuzz(sybilsAreTheSlowOnes)) }

// The facts of Tor's own test of this, src/test/test_dirvote.c: two of each four are too many, and over both families
// together it is the union.
func TestSybilsOfTorsOwnTest(t *testing.T) {
	relay := func(id byte, four, six string, kb bandwidth.KB) authority.Tenant {
		r := authority.Tenant{Identity: consensus.Fingerprint{id}, Running: true, Bandwidth: kb}
		if four != "" {
			r.IPv4 = addr(four)
		}
		if six != "" {
			r.IPv6 = addr(six)
		}
		return r
	}
	over4 := []authority.Tenant{
		relay('a', "192.0.2.1", "", 20), relay('b', "192.0.2.1", "", 15), relay('c', "192.0.2.1", "", 10), relay('d', "192.0.2.1", "", 5),
		relay('e', "192.0.2.2", "", 20), relay('f', "192.0.2.2", "", 15), relay('g', "192.0.2.2", "", 10), relay('h', "192.0.2.2", "", 5),
	}
	over6 := []authority.Tenant{
		relay('i', "", "2001:db8::1", 20), relay('j', "", "2001:db8::1", 15), relay('k', "", "2001:db8::1", 10), relay('l', "", "2001:db8::1", 5),
	}
	both := append(slices.Clone(over4), over6...)
	both = append(both, relay('m', "192.0.2.3", "2001:db8::1", 30)) // takes j's place
	for _, test := range []struct {
		tenants []authority.Tenant
		want    string
	}{{over4, "cdgh"}, {over6, "kl"}, {both, "cdghjkl"}, {nil, ""}, {over4[:2], ""}} {
		var got []byte
		for id := range authority.Sybils(test.tenants, guard.Latest()) {
			got = append(got, id[0])
		}
		slices.Sort(got)
		if string(got) != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestSybilsPreferAuthoritiesThenRunningThenFast(t *testing.T) {
	address := addr("192.0.2.1")
	first := authority.Tenant{Identity: consensus.Fingerprint{9}, IPv4: address, Authority: true}
	second := authority.Tenant{Identity: consensus.Fingerprint{8}, IPv4: address, Running: true}
	third := authority.Tenant{Identity: consensus.Fingerprint{7}, IPv4: address, Bandwidth: 10}
	fourth := authority.Tenant{Identity: consensus.Fingerprint{5}, IPv4: address, Bandwidth: 9}
	fifth := authority.Tenant{Identity: consensus.Fingerprint{6}, IPv4: address, Bandwidth: 9}
	order := []authority.Tenant{fifth, third, first, fourth, second}
	for limit, kept := range [][]authority.Tenant{nil, {first}, {first, second}, {first, second, third}, {first, second, third, fourth}} {
		sybils := authority.Sybils(order, guard.Rules{MaxPerAddress: limit})
		if limit > 0 && len(sybils) != 5-limit {
			t.Errorf("limit %d: %d sybils", limit, len(sybils))
		}
		for _, tenant := range kept {
			if sybils[tenant.Identity] {
				t.Errorf("limit %d: %v is one", limit, tenant.Identity)
			}
		}
	}
}

// Authorities' addresses had more room, and IPv6 addresses did not count, or all those of a network of length 64 as one.
func TestSybilsOfOlderVersions(t *testing.T) {
	var here, there []authority.Tenant // on one IPv4 address, and in one IPv6 network
	for i := range byte(7) {
		t := authority.Tenant{Identity: consensus.Fingerprint{i}, IPv4: addr("192.0.2.1"), Bandwidth: bandwidth.KB(100 - i)}
		here = append(here, t)
		t.IPv4, t.IPv6 = netip.AddrFrom4([4]byte{192, 0, 2, i}), netip.MustParseAddr("2001:db8::1")
		if i%2 > 0 {
			t.IPv6 = netip.MustParseAddr("2001:db8::2")
		}
		there = append(there, t)
	}
	authoritys := slices.Clone(here)
	for i := range authoritys {
		authoritys[i].AtAuthority = true
	}
	for _, test := range []struct {
		name, version string
		tenants       []authority.Tenant
		first         byte // of those that are sybils, and all after it
	}{
		{"an address like others", "0.2.9.17", here, 2},
		{"an authority's", "0.2.9.17", authoritys, 5},
		{"an authority's, later", "0.3.0.1-alpha", authoritys, 2},
		{"IPv6, at first", "0.4.4.6", there, 7},
		{"a network of IPv6", "0.4.5.1-alpha", there, 2},
		{"whole IPv6 addresses", "0.4.5.4-rc", there, 4},
	} {
		rules, err := guard.RulesFor(test.version)
		if err != nil {
			t.Fatal(err)
		}
		want := map[consensus.Fingerprint]bool{}
		for i := test.first; i < 7; i++ {
			want[consensus.Fingerprint{i}] = true
		}
		if got := authority.Sybils(test.tenants, rules); !maps.Equal(got, want) {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// A limit of 0 on authorities' addresses was none.
func TestNoLimitOnAuthoritiesAddresses(t *testing.T) {
	rules := optionsOf(t, "0.2.9.17", "AuthDirMaxServersPerAuthAddr 0").Rules
	var tenants []authority.Tenant
	for i := range byte(40) {
		tenants = append(tenants, authority.Tenant{Identity: consensus.Fingerprint{i}, IPv4: addr("192.0.2.1"), AtAuthority: true})
	}
	if got := authority.Sybils(tenants, rules); len(got) > 0 {
		t.Error(got)
	}
}
