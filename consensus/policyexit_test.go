package consensus_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"pgregory.net/rapid"
)

func TestGeneralExitOfOlderVersions(t *testing.T) {
	for _, tt := range []struct {
		reason, text string
		both         bool // by the rule in force
		twoPorts     bool
		twoAccepts   bool
	}{
		{"Tor's default", defaultPolicy, true, true, true},
		{"empty", "", false, false, false},
		{"the web without IRC", "accept *:80\naccept *:443\nreject *:*", true, true, true},
		{"plain web and IRC", "accept *:80\naccept *:6667\nreject *:*", false, true, true},
		{"encrypted web and IRC", "accept *:443\naccept *:6667\nreject *:*", false, true, true},
		{"IRC alone", "accept *:6667\nreject *:*", false, false, false},
		{"one port twice", "accept *:443\naccept *:443", false, false, false},
		{"encrypted IRC is not the third port", "accept *:80\naccept *:6697", false, false, false},
		{"accepted behind a rule that rejects it", "reject *:1-6667\naccept *:*", false, false, true},
		{"part of it rejected before", "reject 11.5.0.1:*\naccept 11.0.0.0/8:*", false, false, true},
		{"narrower than /8", "accept 43.3.0.0/9:*", false, false, false},
		{"private addresses", "accept private:*", false, false, true},
		{"a private /8", "accept 10.0.0.0/8:*", false, false, true},
		{"this machine", "accept 127.0.0.0/8:*", false, false, false},
		{"half the net, named by this machine", "accept 127.0.0.1/1:*", true, true, false},
		{"IPv6 only", "accept6 *:*", false, false, false},
	} {
		p := policy(t, tt.text)
		for rule, want := range map[consensus.ExitRule]bool{
			consensus.ExitBothPorts: tt.both, consensus.ExitTwoPorts: tt.twoPorts, consensus.ExitTwoAccepts: tt.twoAccepts,
		} {
			if got := p.IsGeneralExitBy(rule, false); got != want {
				t.Errorf("%s: %s: general exit: %v, want %v", tt.reason, rule, got, want)
			}
		}
	}
	rejects := onlyDescriptor(t, with(with(sampleDescriptor, "reject 10.0.0.0/8:*", "reject *:*"), "ipv6-policy accept 80,443\n", ""))
	if rejects.IsExitBy(consensus.ExitTwoAccepts, false) {
		t.Error("a relay that rejects everything is an exit")
	}
	if irc := onlyDescriptor(t, with(sampleDescriptor, "reject 10.0.0.0/8:*", "reject *:443")); irc.IsExit(false) ||
		!irc.IsExitBy(consensus.ExitTwoPorts, false) {
		t.Error("ports 80 and 6667 made an exit until 0.3.2.4-alpha, and no longer")
	}
}

// Web and chat made an exit once.
func ExamplePolicy_IsGeneralExitBy() {
	p, err := consensus.ParsePolicy([]byte("accept *:80\naccept *:6667\nreject *:*\n"))
	if err != nil {
		fmt.Println(err)
	}
	for _, rule := range []consensus.ExitRule{consensus.ExitTwoPorts, consensus.ExitBothPorts} {
		fmt.Printf("%s: %v\n", rule, p.IsGeneralExitBy(rule, false))
	}
	// Output:
	// two of ports 80, 443 and 6667: true
	// ports 80 and 443: false
}

// acceptsNet8Slowly is the oldest rule by the networks' first addresses.
func acceptsNet8Slowly(p consensus.Policy, port uint16) bool {
	for _, r := range p {
		prefix := r.Prefix
		if r.Private {
			prefix = netip.MustParsePrefix("10.0.0.0/8")
		}
		loopback := netip.MustParsePrefix("127.0.0.0/8").Contains(prefix.Addr())
		if r.Accept && r.MinPort <= port && port <= r.MaxPort && prefix.Addr().Is4() && prefix.Bits() <= 8 && !loopback {
			return true
		}
	}
	return false
}

// exitRulesAgreeWhereTheyMust says that each rule counts its ports by its own bookkeeping, and which rule implies which.
func exitRulesAgreeWhereTheyMust(t *rapid.T) {
	p := genPolicy(t)
	private := rapid.Bool().Draw(t, "allow private")
	net8, accepted := 0, 0
	for _, port := range []uint16{80, 443, 6667} {
		if allowsNet8Slowly(p, port, private) {
			net8++
		}
		if acceptsNet8Slowly(p, port) {
			accepted++
		}
	}
	both := p.IsGeneralExitBy(consensus.ExitBothPorts, private)
	two := p.IsGeneralExitBy(consensus.ExitTwoPorts, private)
	accepts := p.IsGeneralExitBy(consensus.ExitTwoAccepts, private)
	if both != p.IsGeneralExit(private) || two != (net8 >= 2) || accepts != (accepted >= 2) {
		t.Fatalf("both ports %v, two ports %v (%d), two accepts %v (%d):\n%s", both, two, net8, accepts, accepted, p)
	}
	if both && !two {
		t.Fatalf("both ports are not two of three:\n%s", p)
	}
}

func TestExitRulesAgreeWhereTheyMust(t *testing.T) { rapid.Check(t, exitRulesAgreeWhereTheyMust) }
func FuzzExitRulesAgreeWhereTheyMust(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(exitRulesAgreeWhereTheyMust))
}
