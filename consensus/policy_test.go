package consensus_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
	"pgregory.net/rapid"
)

func policy(t testing.TB, text string) consensus.Policy {
	t.Helper()
	p, err := consensus.ParsePolicy([]byte(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return p
}

const defaultPolicy = "reject *:25\nreject *:119\nreject *:135-139\nreject *:445\nreject *:563\nreject *:1214\n" +
	"reject *:4661-4666\nreject *:6346-6429\nreject *:6699\nreject *:6881-6999\naccept *:*\n"

// The first half restates what Tor's own unit tests say; the rest are edges of the rule.
func TestGeneralExit(t *testing.T) {
	for _, tt := range []struct {
		reason, text string
		public, all  bool // with allowPrivate false and true
	}{
		{"rejects only private addresses", "reject 192.168.0.0/16:*", false, false},
		{"Tor's default", defaultPolicy, true, true},
		{"empty", "", false, false},
		{"rejects all before it accepts", "reject *:*\naccept *:*", false, false},
		{"one port twice", "accept *:443\naccept *:443", false, false},
		{"rejects all ports in two pieces first", "reject *:1-65534\nreject *:65535-65535\naccept *:*", false, false},
		{"narrower than /8", "accept 43.3.0.0/9:*", false, false},
		{"an internal /8", "accept 0.0.0.0/8:*", false, true},
		{"IPv6 only", "accept6 *:*", false, false},
		{"IPv6 accepted, IPv4 rejected", "accept6 *:*\nreject *:*", false, false},
		{"IPv6 rejected, IPv4 accepted", "reject6 *:*\naccept *:*", true, true},
		{"both ports, each somewhere else", "accept 8.0.0.0/8:80\naccept 9.0.0.0/8:443", true, true},
		{"only port 80", "accept *:80", false, false},
		{"a range that ends at 443", "accept *:80-443", true, true},
		{"a range that ends before 443", "accept *:80-442", false, false},
		{"a /7 covers a /8", "accept 8.0.0.0/7:*", true, true},
		{"part of a /8 rejected first", "reject 11.5.0.0/16:*\naccept 11.0.0.0/8:*", false, false},
		{"one address of a /8 rejected first", "reject 11.5.0.1:80\naccept 11.0.0.0/8:*", false, false},
		{"part of a /8 rejected afterwards", "accept 11.0.0.0/8:*\nreject 11.5.0.0/16:*", true, true},
		{"another port rejected", "reject 11.0.0.0/8:25\naccept 11.0.0.0/8:*", true, true},
		{"half the net rejected", "reject 0.0.0.0/1:*\naccept *:*", true, true},
		{"both halves rejected", "reject 0.0.0.0/1:*\nreject 128.0.0.0/1:*\naccept *:*", false, false},
		{"two halves of a /8", "accept 11.0.0.0/9:*\naccept 11.128.0.0/9:*", false, false},
		{"private accepted", "accept private:*", false, true},
		{"private rejected", "reject private:*\naccept *:*", true, true},
		{"all but private rejected", "accept 10.0.0.0/8:*\nreject *:*", false, true},
		{"a /8 with private addresses in it", "reject private:*\naccept 192.0.0.0/8:*", false, false},
		{"the /8 beside it", "reject private:*\naccept 193.0.0.0/8:*", true, true},
		{"bits behind the mask", "accept 8.9.10.11/8:*", true, true},
		{"mask by address", "accept 8.0.0.0/255.0.0.0:*", true, true},
	} {
		p := policy(t, tt.text)
		if got := p.IsGeneralExit(false); got != tt.public {
			t.Errorf("%s: general exit: %v, want %v", tt.reason, got, tt.public)
		}
		if got := p.IsGeneralExit(true); got != tt.all {
			t.Errorf("%s: general exit with private addresses: %v, want %v", tt.reason, got, tt.all)
		}
	}
}

func TestRejectsAll(t *testing.T) {
	for _, tt := range []struct {
		reason, text string
		want         bool
	}{
		{"empty", "", true},
		{"reject *:*", "reject *:*", true},
		{"reject *:1-65535", "reject *:1-65535", true},
		{"accepts first", "accept 8.0.0.0/8:80\nreject *:*", false},
		{"accepts behind", "reject *:*\naccept *:*", true},
		{"rejects in two pieces, which it does not see through", "reject *:1-100\nreject *:101-65535\naccept *:1", false},
		{"rejects some", "reject *:80", true},
		{"accepts one private address", "accept private:80\nreject *:*", false},
		{"rejects private addresses", "reject private:*\naccept *:*", false},
		{"IPv6 does not count", "accept6 *:*", true},
	} {
		if got := policy(t, tt.text).RejectsAll(); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
		}
	}
}

func TestParsePolicy(t *testing.T) {
	all4, all6 := netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")
	for _, tt := range []struct {
		text string
		want consensus.Rule
		back string // how it is printed
	}{
		{"accept *:*", consensus.Rule{Accept: true, Prefix: all4, MinPort: 1, MaxPort: 65535}, "accept *:*"},
		{"reject *", consensus.Rule{Prefix: all4, MinPort: 1, MaxPort: 65535}, "reject *:*"},
		{"reject *:", consensus.Rule{Prefix: all4, MinPort: 1, MaxPort: 65535}, "reject *:*"},
		{"reject *4:80", consensus.Rule{Prefix: all4, MinPort: 80, MaxPort: 80}, "reject *:80"},
		{"reject *6:80", consensus.Rule{Prefix: all6, MinPort: 80, MaxPort: 80}, "reject6 *:80"},
		{"accept6 *6:80", consensus.Rule{Accept: true, Prefix: all6, MinPort: 80, MaxPort: 80}, "accept6 *:80"},
		{"reject6 *:80", consensus.Rule{Prefix: all6, MinPort: 80, MaxPort: 80}, "reject6 *:80"},
		{"accept 1.2.3.4:80-90", consensus.Rule{Accept: true, Prefix: netip.MustParsePrefix("1.2.3.4/32"), MinPort: 80, MaxPort: 90}, "accept 1.2.3.4:80-90"},
		{"accept 1.2.3.4/32:80", consensus.Rule{Accept: true, Prefix: netip.MustParsePrefix("1.2.3.4/32"), MinPort: 80, MaxPort: 80}, "accept 1.2.3.4:80"},
		{"accept 1.2.3.4/255.255.254.0", consensus.Rule{Accept: true, Prefix: netip.MustParsePrefix("1.2.3.4/23"), MinPort: 1, MaxPort: 65535}, "accept 1.2.3.4/23:*"},
		{"accept 1.2.3.4/0.0.0.0:1", consensus.Rule{Accept: true, Prefix: netip.MustParsePrefix("1.2.3.4/0"), MinPort: 1, MaxPort: 1}, "accept *:1"},
		{"accept 1.2.3.4/:1", consensus.Rule{Accept: true, Prefix: netip.MustParsePrefix("1.2.3.4/0"), MinPort: 1, MaxPort: 1}, "accept *:1"},
		{"accept 1.2.3.4/08:+80", consensus.Rule{Accept: true, Prefix: netip.MustParsePrefix("1.2.3.4/8"), MinPort: 80, MaxPort: 80}, "accept 1.2.3.4/8:80"},
		{"accept 1.2.3.4/+8:80-90x", consensus.Rule{Accept: true, Prefix: netip.MustParsePrefix("1.2.3.4/8"), MinPort: 80, MaxPort: 90}, "accept 1.2.3.4/8:80-90"},
		{"accept [1.2.3.4]:80", consensus.Rule{Accept: true, Prefix: netip.MustParsePrefix("1.2.3.4/32"), MinPort: 80, MaxPort: 80}, "accept 1.2.3.4:80"},
		{"accept6 [2001:db8::1]/33:*", consensus.Rule{Accept: true, Prefix: netip.PrefixFrom(netip.MustParseAddr("2001:db8::1"), 33), MinPort: 1, MaxPort: 65535}, "accept6 [2001:db8::1]/33:*"},
		{"reject6 [::ffff:1.2.3.4]:1", consensus.Rule{Prefix: netip.PrefixFrom(netip.MustParseAddr("::ffff:1.2.3.4"), 128), MinPort: 1, MaxPort: 1}, "reject6 [::ffff:1.2.3.4]:1"},
		{"reject private:*", consensus.Rule{Private: true, MinPort: 1, MaxPort: 65535}, "reject private:*"},
		{"accept private:25", consensus.Rule{Accept: true, Private: true, MinPort: 25, MaxPort: 25}, "accept private:25"},
	} {
		p := policy(t, "\n"+tt.text+"\n")
		if len(p) != 1 || p[0] != tt.want {
			t.Errorf("%q reads as %+v, want %+v", tt.text, p, tt.want)
		}
		if got := p.String(); got != tt.back+"\n" || p[0].String() != tt.back {
			t.Errorf("%q prints as %q, want %q", tt.text, got, tt.back)
		}
	}
}

func TestBadPolicy(t *testing.T) {
	for _, tt := range []struct {
		text     string
		sentinel error
	}{
		{"permit *:*", consensus.ErrBadValue},
		{"accept", consensus.ErrTooFew},
		{"accept *:* *:*", consensus.ErrBadValue},
		{"accept 1.2.3:80", consensus.ErrBadValue},
		{"accept 1.2.3.256:80", consensus.ErrBadValue},
		{"accept host:80", consensus.ErrBadValue},
		{"accept :80", consensus.ErrBadValue},
		{"accept *:http", consensus.ErrBadValue},
		{"accept *:65536", consensus.ErrBadValue},
		{"accept *:90-80", consensus.ErrBadValue},
		{"accept *:80-", consensus.ErrBadValue},
		{"accept *:0", consensus.ErrBadValue},
		{"accept *:0-0", consensus.ErrBadValue},
		{"accept *:0-80", consensus.ErrBadValue},
		{"accept *:80x", consensus.ErrBadValue},
		{"accept *:80,443", consensus.ErrBadValue},
		{"accept 1.2.3.4:80/8", consensus.ErrBadValue},
		{"accept 01.2.3.4:80", consensus.ErrBadValue},
		{"accept *:-80", consensus.ErrBadValue},
		{"accept */8:80", consensus.ErrBadValue},
		{"accept *4/8:80", consensus.ErrBadValue},
		{"accept6 *6/8:80", consensus.ErrBadValue},
		{"accept 1.2.3.4/33:80", consensus.ErrBadValue},
		{"accept 1.2.3.4/255.0.255.0:80", consensus.ErrBadValue},
		{"accept 1.2.3.4/x:80", consensus.ErrBadValue},
		{"accept6 [::1]/129:80", consensus.ErrBadValue},
		{"accept6 [::1:80", consensus.ErrBadValue},
		{"accept6 [::1%lo]:80", consensus.ErrBadValue},
		{"accept6 1.2.3.4:80", consensus.ErrBadValue},
		{"accept6 *4:80", consensus.ErrBadValue},
		{"accept [::1]:80", consensus.ErrBadValue},
		{"accept private", consensus.ErrBadValue},
		{"accept private/8:80", consensus.ErrBadValue},
		{"accept private:x", consensus.ErrBadValue},
		{"accept " + strings.Repeat("9", 200000), consensus.ErrTooLong},
	} {
		_, err := consensus.ParsePolicy([]byte("reject *:25\n" + tt.text + "\naccept *:*\n"))
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) || !errors.Is(err, tt.sentinel) || syntax.Line != 2 || len(err.Error()) > 500 {
			t.Errorf("%.40q: %v", tt.text, err)
		}
	}
}

// genRule draws a rule; its networks are weighted to lengths around 8 and to the edges of what is private.
func genRule(t *rapid.T) consensus.Rule {
	r := consensus.Rule{Accept: rapid.Bool().Draw(t, "accept")}
	port := rapid.OneOf(rapid.SampledFrom([]uint16{1, 79, 80, 81, 442, 443, 444, 65535}), rapid.Uint16Min(1))
	r.MaxPort = port.Draw(t, "max port")
	r.MinPort = min(port.Draw(t, "min port"), r.MaxPort)
	switch rapid.SampledFrom([]string{"4", "4", "4", "4", "6", "private"}).Draw(t, "kind") {
	case "4":
		first := rapid.OneOf(rapid.SampledFrom([]byte{0, 9, 10, 11, 126, 127, 128, 169, 172, 192, 255}), rapid.Byte())
		addr := netip.AddrFrom4([4]byte{first.Draw(t, "a"), rapid.Byte().Draw(t, "b"), 0, rapid.Byte().Draw(t, "d")})
		r.Prefix = netip.PrefixFrom(addr, rapid.OneOf(rapid.SampledFrom([]int{0, 1, 7, 8, 9, 32}), rapid.IntRange(0, 32)).Draw(t, "length"))
	case "6":
		addr := netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "address")))
		r.Prefix = netip.PrefixFrom(addr, rapid.IntRange(0, 128).Draw(t, "length"))
	default:
		r.Private = true
	}
	return r
}

func genPolicy(t *rapid.T) consensus.Policy {
	return rapid.SliceOfN(rapid.Custom(genRule), 0, 12).Draw(t, "policy")
}

// allowsNet8Slowly is the rule as the specification words it: some network of length 8, taken alone, comes through all
// rules in order until one accepts the whole of it.
func allowsNet8Slowly(p consensus.Policy, port uint16, allowPrivate bool) bool {
	private := []string{"0.0.0.0/8", "169.254.0.0/16", "127.0.0.0/8", "192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12"}
	for i := range 256 {
		net := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(i)}), 8)
		if !allowPrivate && (i == 0 || i == 10 || i == 127) {
			continue
		}
		allowed, rejected := false, false
		for _, r := range p {
			prefixes := []netip.Prefix{r.Prefix}
			if r.Private {
				prefixes = nil
				for _, s := range private {
					prefixes = append(prefixes, netip.MustParsePrefix(s))
				}
			}
			for _, prefix := range prefixes {
				if r.MinPort <= port && port <= r.MaxPort && prefix.Overlaps(net) && !allowed && !rejected {
					allowed = r.Accept && prefix.Bits() <= 8
					rejected = !r.Accept
				}
			}
		}
		if allowed {
			return true
		}
	}
	return false
}

func policyRuleIsTheSlowRule(t *rapid.T) {
	p := genPolicy(t)
	private := rapid.Bool().Draw(t, "allow private")
	for _, port := range []uint16{80, 443, 6667} {
		if got, want := p.AllowsNet8(port, private), allowsNet8Slowly(p, port, private); got != want {
			t.Fatalf("port %d, private %v: %v, slowly %v:\n%s", port, private, got, want, p)
		}
	}
	if p.IsGeneralExit(private) && p.RejectsAll() {
		t.Fatalf("a general exit that rejects all:\n%s", p)
	}
	if p.IsGeneralExit(false) && !p.IsGeneralExit(true) {
		t.Fatalf("allowing more makes it no exit:\n%s", p)
	}
}

func TestPolicyRuleIsTheSlowRule(t *testing.T) { rapid.Check(t, policyRuleIsTheSlowRule) }
func FuzzPolicyRuleIsTheSlowRule(f *testing.F) { f.Fuzz(rapid.MakeFuzz(policyRuleIsTheSlowRule)) }

func policyReadsWhatItPrints(t *rapid.T) {
	p := genPolicy(t)
	again, err := consensus.ParsePolicy([]byte("\n" + p.String()))
	if err != nil || again.String() != p.String() || len(again) != len(p) {
		t.Fatalf("%s\nreads as\n%s\n%v", p, again, err)
	}
	for i := range p {
		want := p[i]
		if want.Prefix.Bits() == 0 { // an asterisk keeps no address
			want.Prefix = netip.PrefixFrom(again[i].Prefix.Addr(), 0)
		}
		if diff := cmp.Diff(want, again[i], cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
			t.Fatalf("%s reads differently:\n%s", want, diff)
		}
	}
}

func TestPolicyReadsWhatItPrints(t *testing.T) { rapid.Check(t, policyReadsWhatItPrints) }
func FuzzPolicyReadsWhatItPrints(f *testing.F) { f.Fuzz(rapid.MakeFuzz(policyReadsWhatItPrints)) }

// policiesAreReadAsSlowly says that the fast reader is the slow one, of rules spelled well and badly.
func policiesAreReadAsSlowly(t *rapid.T) {
	text := genPolicy(t).String()
	for range rapid.IntRange(0, 2).Draw(t, "damages") {
		i := rapid.IntRange(0, len(text)).Draw(t, "from")
		put := rapid.SampledFrom([]string{"", "0", "1", "9", "256", "65535", ".", ":", "-", "/", "+", "*", "6", " ", "\t", "\r", "\n", "\x00", "[", "]",
			"accept ", "*4", "/33", "/08", "/255.0.0.0", ":80-90x", "#", "opt ", "x", "-----BEGIN X-----\n"}).Draw(t, "put")
		text = text[:i] + put + text[min(i+rapid.IntRange(0, 3).Draw(t, "taken out"), len(text)):]
	}
	got, gotErr := consensus.ParsePolicy([]byte(text))
	want, wantErr := slowPolicy([]byte(text))
	var syntax *consensus.SyntaxError
	if errors.As(gotErr, &syntax); (syntax == nil) != (wantErr == nil) || syntax != nil && *syntax != *wantErr {
		t.Fatalf("%q:\n%v\nslowly\n%v", text, gotErr, wantErr)
	}
	if wantErr == nil && !slices.Equal(got, want) {
		t.Fatalf("%q:\n%s\nslowly\n%s", text, got, want)
	}
}

func TestPoliciesAreReadAsSlowly(t *testing.T) { rapid.Check(t, policiesAreReadAsSlowly) }
func FuzzPoliciesAreReadAsSlowly(f *testing.F) { f.Fuzz(rapid.MakeFuzz(policiesAreReadAsSlowly)) }

// The generator has to reach both answers of both rules, or the properties above say little.
func TestPolicyGeneratorReachesBothAnswers(t *testing.T) {
	var exits, closed, mixed int
	gen := rapid.Custom(genPolicy)
	for seed := range 400 {
		p := gen.Example(seed)
		switch {
		case p.IsGeneralExit(false):
			exits++
		case p.RejectsAll():
			closed++
		default:
			mixed++
		}
	}
	if exits < 10 || closed < 10 || mixed < 10 {
		t.Errorf("of 400 policies %d are exits, %d reject all, %d are neither", exits, closed, mixed)
	}
}
