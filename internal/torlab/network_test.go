package torlab

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// someStart is a moment without meaning; networks of tests without tor are laid for it.
const someStart = 1768436414

func makeNetwork(t *testing.T, s Scenario) *Network {
	t.Helper()
	s = s.Settle()
	keys, err := NewKeyring(s.Seed, s.Relays, nil)
	if err != nil {
		t.Fatal(err)
	}
	n, err := NewNetwork(s, keys, someStart, someStart+4)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// files are the texts of a network by name.
func (n *Network) files() map[string]string {
	return map[string]string{
		"descriptors": n.Descriptors, "stability": string(n.Stability), "bandwidth": string(n.Bandwidth),
		"lists": string(n.Lists), "options": strings.Join(n.Options, "\n"),
	}
}

func TestASeedMakesTheSameNetworkAgain(t *testing.T) {
	s := Scenario{Seed: 11, Relays: 12, Measured: 0.9}
	first, again := makeNetwork(t, s), makeNetwork(t, s)
	if diff := cmp.Diff(first.files(), again.files()); diff != "" {
		t.Errorf("the same seed made two networks (-first +again):\n%s", diff)
	}
	s.Seed++
	other := makeNetwork(t, s)
	for name, text := range first.files() {
		if name != "options" && name != "lists" && text == other.files()[name] {
			t.Errorf("seeds %d and %d made the same %s", s.Seed-1, s.Seed, name)
		}
	}
}

func TestAuthoritiesSeeTheSameRelaysDifferently(t *testing.T) {
	s := Scenario{Seed: 12, Relays: 40, Measured: 0.9, Speed: 1000}
	first := makeNetwork(t, s)
	s.View = 1
	second := makeNetwork(t, s)
	for i := range first.Relays {
		if a, b := first.Relays[i].Fingerprint(), second.Relays[i].Fingerprint(); a != b {
			t.Fatalf("relay %d is %s for one and %s for the other", i, a, b)
		}
	}
	for _, name := range []string{"stability", "bandwidth"} {
		if first.files()[name] == second.files()[name] {
			t.Errorf("both authorities have the same %s", name)
		}
	}
}

// The authority would refuse a descriptor with a wrong signature and the comparison would be of fewer relays, so the
// signatures are checked here with the standard library's own verification.
func TestDescriptorsAreSigned(t *testing.T) {
	n := makeNetwork(t, Scenario{Seed: 13, Relays: 3})
	for i := range n.Relays {
		r := &n.Relays[i]
		signing := ed25519.NewKeyFromSeed(newDice(1, "signing").bytes(ed25519.SeedSize))
		tap, err := newDice(1, "tap").newRSA(1024)
		if err != nil {
			t.Fatal(err)
		}
		text, err := r.Descriptor(signing, tap)
		if err != nil {
			t.Fatal(err)
		}
		signed, rest, _ := strings.Cut(text, "router-signature\n")
		digest := sha1.Sum([]byte(signed + "router-signature\n"))
		block, _ := pem.Decode([]byte(rest))
		if err := rsa.VerifyPKCS1v15(&r.identity.PublicKey, 0, digest[:], block.Bytes); err != nil {
			t.Errorf("router-signature: %v", err)
		}
		signed, rest, _ = strings.Cut(text, "router-sig-ed25519 ")
		hash := sha256.Sum256([]byte("Tor router descriptor signature v1" + signed + "router-sig-ed25519 "))
		line, _, _ := strings.Cut(rest, "\n")
		sig, err := base64.RawStdEncoding.DecodeString(line)
		if err != nil {
			t.Fatal(err)
		}
		if !ed25519.Verify(signing.Public().(ed25519.PublicKey), hash[:], sig) {
			t.Error("router-sig-ed25519 does not verify")
		}
	}
}

func TestRSAKeysDiffer(t *testing.T) {
	keys, err := newDice(3, "keys").rsaKeys(30)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, k := range keys {
		if k.N.BitLen() != 1024 {
			t.Errorf("a modulus of %d bits", k.N.BitLen())
		}
		seen[hexFingerprint(&k.PublicKey)] = true
	}
	if len(seen) != 30 {
		t.Errorf("%d different keys of 30", len(seen))
	}
}

// What the comparison proves depends on the networks being where the rules turn.
func TestPopulationsCrowdTheEdges(t *testing.T) {
	counts := map[string]int{}
	relays := 0
	for seed := range uint64(6) {
		n := makeNetwork(t, Scenario{Seed: seed, Relays: 60, Measured: 0.5})
		relays += len(n.Relays)
		addresses, addresses6 := map[string]bool{}, map[string]bool{}
		for i := range n.Relays {
			r := &n.Relays[i]
			count := func(what string, is bool) {
				if is {
					counts[what]++
				}
			}
			kb := min(r.Rate, r.Observed) / 1000
			count("Fast guarantee", kb >= 100 && kb <= 104)
			count("Fast second look", kb >= 36 && kb <= 39)
			count("Guard guarantee", kb >= 2095 && kb <= 2099)
			count("floor", kb >= 2 && kb <= 6)
			age := n.Now - r.Published
			count("StaleDesc", age > 18*hour-120 && age < 18*hour+120)
			count("ahead", age < 0)
			count("hibernating", r.Hibernating == "hibernating 1")
			count("no V2Dir", !r.Tunnelled && r.DirPort == 0)
			count("exit", r.Policy[0] != "reject *:*")
			count("shared IPv4", addresses[r.Address.String()])
			count("shared IPv6", r.Address6.IsValid() && addresses6[r.Address6.String()])
			addresses[r.Address.String()], addresses6[r.Address6.String()] = true, true
		}
	}
	for what, least := range map[string]int{
		"Fast guarantee": 3, "Fast second look": 3, "Guard guarantee": 3, "floor": 3, "StaleDesc": 10, "ahead": 3,
		"hibernating": 3, "no V2Dir": 3, "exit": relays / 4, "shared IPv4": 3, "shared IPv6": 3,
	} {
		if counts[what] < least {
			t.Errorf("%s: %d of %d relays, at least %d wanted", what, counts[what], relays, least)
		}
	}
}

func TestScheduleKeepsTorsRules(t *testing.T) {
	midnight := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).Unix()
	for _, live := range []bool{false, true} {
		near, all := 0, 0
		for at := midnight; at < midnight+day; at += 7 {
			lead := 2 + at%40
			all++
			s, ok := nextVote(live, at, lead)
			if !ok {
				continue
			}
			near++
			delay, least := int64(testingDelay), max(10, lead+1)
			if live {
				delay, least = liveDelay, liveInterval
			}
			switch {
			case s.start < at || s.start > at+60:
				t.Fatalf("live=%v at %d: starts at %d", live, at, s.start)
			case s.vote != s.start+lead || s.boundary != s.vote+2*delay || s.delay != delay:
				t.Fatalf("live=%v at %d: %+v", live, at, s)
			case s.interval < least || (s.boundary-midnight)%s.interval != 0:
				t.Fatalf("live=%v at %d: boundary %d of intervals of %d", live, at, s.boundary-midnight, s.interval)
			case !live && 1800%s.interval != 0:
				t.Fatalf("an interval of %d does not divide half an hour", s.interval)
			}
		}
		if near < all*9/10 {
			t.Errorf("live=%v: a vote is near at %d of %d moments", live, near, all)
		}
	}
}
