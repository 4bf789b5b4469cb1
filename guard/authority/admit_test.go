package authority_test

import (
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// published is when the relay of sample made its descriptor.
const published = 1768383966 // 2026-01-14 09:46:06

// sample is the text of one descriptor, with the lines of some keywords replaced by others.
func sample(t testing.TB, replace ...string) string {
	t.Helper()
	all := string(corpus.Read(t, filepath.Join("testdata", "bundles", "tiny3", "descriptors")))
	second := strings.Index(all[1:], "\nrouter ") + 2
	text := all[:second]
	for i := 0; i < len(replace); i += 2 {
		line := regexp.MustCompile(`(?m)^` + replace[i] + `( .*)?\n(-----BEGIN .*-----\n(.*\n)*?-----END .*-----\n)?`)
		if !line.MatchString(text) {
			t.Fatalf("no line %s", replace[i])
		}
		text = line.ReplaceAllLiteralString(text, replace[i+1])
	}
	return text
}

func admit(a authority.Authority, now wfu.Instant, texts ...string) ([]consensus.Descriptor, []authority.Refusal) {
	return a.Admit(consensus.Descriptors([]byte(strings.Join(texts, ""))), now)
}

func TestRefusalsHaveAReason(t *testing.T) {
	live := authority.Authority{Options: authority.Defaults(false)}
	with := func(torrc, marks string) authority.Authority {
		o := options(t, torrc)
		l, _ := lists(t, marks)
		return authority.Authority{Options: o, Lists: l}
	}
	const id = "8598809A9606864848FA038A0A3D91045EC4AF7C"
	for _, test := range []struct {
		name      string
		authority authority.Authority
		now       wfu.Instant
		replace   []string
		want      error // nil: taken
	}{
		{"as it is", live, published, nil, nil},
		{"a day old to the second", live, published + 86400, nil, nil},
		{"and a second more", live, published + 86401, nil, authority.ErrOld},
		{"half a day ahead to the second", live, published - 43200, nil, nil},
		{"and a second more", live, published - 43201, nil, authority.ErrFuture},
		{"an old version", live, published, []string{"platform", "platform Tor 0.4.7.16 on Linux\n"}, authority.ErrVersion},
		{"no version", live, published, []string{"platform", "platform Tor x on Linux\n"}, authority.ErrVersion},
		{"other software", live, published, []string{"platform", "platform Node-Tor 0.1\n"}, nil},
		{"no platform", live, published, []string{"platform", ""}, nil},
		{"a version that is old on the wrong day: its version comes first", live, published + 90000, []string{"platform", "platform Tor 0.1.1\n"}, authority.ErrVersion},
		{"rejected", with("", "!reject "+id), published, nil, authority.ErrRejected},
		{"rejected by its other identity", with("", "!reject 8KaHrVzH+uT/0RPrzPX0rkBV2f8kS4i1rFzP0BryWkU"), published, nil, authority.ErrRejected},
		{"rejected and old", with("", "!reject "+id), published + 90000, nil, authority.ErrRejected},
		{"another rejected", with("", "!reject "+fp1+"\n!badexit "+id), published, nil, nil},
		{"its address rejected", with("AuthDirReject 198.18.0.0/24", ""), published, nil, authority.ErrRejected},
		{"its IPv6 address rejected, which does not count", with("AuthDirReject [2001:db8::]/32", ""), published, nil, nil},
		{"an internal address", live, published, []string{"router", "router a 10.0.0.1 1 0 0\n"}, authority.ErrInternal},
		{"allowed", with("DirAllowPrivateAddresses 1", ""), published, []string{"router", "router a 10.0.0.1 1 0 0\n"}, nil},
		{"an internal IPv6 address", live, published, []string{"or-address", "or-address [fc00::1]:1\n"}, authority.ErrInternal},
		{"an IPv6 address that is none", live, published, []string{"or-address", "or-address [::]:1\n"}, nil},
		{"no ntor key", live, published, []string{"ntor-onion-key", ""}, consensus.ErrMissing},
		{"a bad ntor key", live, published, []string{"ntor-onion-key", "ntor-onion-key EyxE\n"}, consensus.ErrBadValue},
		{"an ntor key of zeros", live, published, []string{"ntor-onion-key", "ntor-onion-key " + strings.Repeat("A", 43) + "\n"}, consensus.ErrBadValue},
		{"an ntor key without padding", live, published, []string{"ntor-onion-key", "ntor-onion-key EyxEK+AQ+9V+cmAzKKp25x/MwVA6riGTJ9FNnJmT9HI\n"}, nil},
		{"no protocols", live, published, []string{"proto", ""}, consensus.ErrMissing},
		{"no ed25519 certificate", live, published, []string{"identity-ed25519", ""}, consensus.ErrMissing},
		{"no ed25519 key", live, published, []string{"master-key-ed25519", ""}, consensus.ErrMissing},
		{"no ed25519 signature", live, published, []string{"router-sig-ed25519", ""}, consensus.ErrMissing},
		{"no ntor certificate", live, published, []string{"ntor-onion-key-crosscert", ""}, consensus.ErrMissing},
		{"no onion key", live, published, []string{"onion-key", ""}, consensus.ErrMissing},
		{"no onion certificate", live, published, []string{"onion-key-crosscert", ""}, consensus.ErrMissing},
		{"neither", live, published, []string{"onion-key", "", "onion-key-crosscert", ""}, nil},
		{"what no version of tor takes", live, published, []string{"bandwidth", "bandwidth 0 0 0\n"}, consensus.ErrBadValue},
		{"no policy", live, published, []string{"reject", ""}, consensus.ErrMissing},
	} {
		relays, refused := admit(test.authority, test.now, "\n\n", sample(t, test.replace...))
		switch {
		case test.want == nil && (len(relays) != 1 || len(refused) != 0):
			t.Errorf("%s: refused: %v", test.name, refused)
		case test.want != nil && (len(relays) != 0 || len(refused) != 1 || !errors.Is(refused[0].Err, test.want)):
			t.Errorf("%s: %v, want %v", test.name, refused, test.want)
		case test.want != nil && refused[0].Line != 3:
			t.Errorf("%s: line %d", test.name, refused[0].Line)
		}
	}
}

func TestMissingLineIsNamed(t *testing.T) {
	_, refused := admit(authority.Authority{Options: authority.Defaults(false)}, published, sample(t, "ntor-onion-key", "ntor-onion-key x\n"))
	var syntax *consensus.SyntaxError
	if len(refused) != 1 || !errors.As(refused[0].Err, &syntax) || syntax.Keyword != "ntor-onion-key" || syntax.Value != "x" || syntax.Line != 41 {
		t.Errorf("%+v", refused)
	}
}

// Each of these keywords needs an object behind it, and another line between the two takes it away.
func TestMissingObjectIsNamed(t *testing.T) {
	for _, keyword := range []string{"identity-ed25519", "onion-key", "onion-key-crosscert", "ntor-onion-key-crosscert"} {
		whole := sample(t)
		at := strings.Index(whole, "\n"+keyword) + 1
		end := at + strings.Index(whole[at:], "\n") + 1
		text := whole[:end] + "contact nobody\n" + whole[end:]
		_, refused := admit(authority.Authority{Options: authority.Defaults(false)}, published, text)
		line := 1 + strings.Count(whole[:at], "\n")
		var syntax *consensus.SyntaxError
		if len(refused) != 1 || !errors.As(refused[0].Err, &syntax) || syntax.Keyword != keyword || syntax.Line != line ||
			!errors.Is(syntax, consensus.ErrMissing) {
			t.Errorf("%s on line %d: %+v", keyword, line, refused)
		}
	}
}

func TestNewestDescriptorOfARelayStays(t *testing.T) {
	a := authority.Authority{Options: authority.Defaults(false)}
	at := func(clock, nickname string) string {
		return sample(t, "published", "published 2026-01-14 "+clock+"\n", "router", "router "+nickname+" 198.18.0.10 9003 0 0\n")
	}
	for _, test := range []struct {
		texts []string
		want  string // its nickname
		older []string
	}{
		{[]string{at("09:00:00", "a"), at("09:00:01", "b"), at("08:59:59", "c")}, "b", []string{"a", "c"}},
		{[]string{at("09:00:00", "a"), at("09:00:00", "b")}, "a", []string{"b"}},
		{[]string{at("09:00:01", "b"), at("09:00:00", "a")}, "b", []string{"a"}},
		{[]string{at("09:00:00", "a"), sample(t, "platform", "platform Tor 0.1.1\n", "router", "router b 198.18.0.10 9003 0 0\n")}, "a", nil}, // a newer one that is refused
	} {
		relays, refused := admit(a, published, test.texts...)
		if len(relays) != 1 || string(relays[0].Nickname) != test.want || len(refused) != len(test.texts)-1 {
			t.Errorf("%s: took %d", test.want, len(relays))
			continue
		}
		text := strings.Join(test.texts, "")
		var older []string
		for _, r := range refused {
			if errors.Is(r.Err, authority.ErrOlder) {
				line := strings.Split(text, "\n")[r.Line-1]
				older = append(older, strings.Fields(line)[1])
			}
		}
		if !slices.Equal(older, test.older) {
			t.Errorf("older: %q, want %q", older, test.older)
		}
	}
}

// Which keys and certificates a descriptor needs, or may not have alone, changed with versions.
func TestKeysThatVersionsNeed(t *testing.T) {
	ed := []string{"identity-ed25519", "master-key-ed25519", "router-sig-ed25519", "ntor-onion-key-crosscert", "onion-key-crosscert"}
	const before, since, all, latest = "0.2.7.1-alpha", "0.2.7.2-alpha", "0.4.5.1-alpha", "latest"
	for _, test := range []struct {
		name    string
		without []string
		taken   map[string]bool
	}{
		{"all lines", nil, map[string]bool{before: true, since: true, "0.2.9.3-alpha": true, all: true, latest: true}},
		{"no ed25519 key", ed, map[string]bool{before: true, since: true, "0.4.4.6": true, all: false, latest: false}},
		{"no certificate of it", ed[:1], map[string]bool{before: true, since: false, all: false}},
		{"no certificate of the ntor key", ed[3:4], map[string]bool{before: true, since: false, all: false}},
		{"not even the line of the key", ed[1:2], map[string]bool{before: true, since: true, "0.4.4.6": true, all: false}},
		{"no ntor key", append([]string{"ntor-onion-key"}, ed...), map[string]bool{before: true, "0.2.9.2-alpha": true, "0.2.9.3-alpha": false, all: false}},
		{"no protocols", []string{"proto"}, map[string]bool{since: true, "0.4.4.6": true, all: false, latest: false}},
		{"no onion key", []string{"onion-key", "onion-key-crosscert"}, map[string]bool{since: false, all: false, "0.4.8.1-alpha": false, latest: true}},
		{"an onion key alone", []string{"onion-key-crosscert"}, map[string]bool{before: true, since: false, all: false, latest: false}},
		{"no onion key but that", append([]string{"onion-key"}, ed...), map[string]bool{before: false, since: false}},
	} {
		var replace []string
		for _, keyword := range test.without {
			replace = append(replace, keyword, "")
		}
		text := sample(t, replace...)
		for version, want := range test.taken {
			a := authority.Authority{Options: release(t, version).Defaults(false)}
			relays, refused := admit(a, published, text)
			if got := len(relays) == 1; got != want {
				t.Errorf("%s: %s: taken %v, want %v: %v", version, test.name, got, want, refused)
			}
		}
	}
}

// An ntor key that is none is an error only where the line means something.
func TestKeysThatAreNone(t *testing.T) {
	text := sample(t, "ntor-onion-key", "ntor-onion-key x\n")
	for version, want := range map[string]bool{"0.2.3.25": true, "0.2.4.8-alpha": false, "latest": false} {
		a := authority.Authority{Options: release(t, version).Defaults(false)}
		if relays, _ := admit(a, published, text); len(relays) == 1 != want {
			t.Errorf("%s: taken %v, want %v", version, !want, want)
		}
	}
}

func TestInternalIPv6Addresses(t *testing.T) {
	text := sample(t, "or-address", "or-address [fe80::1]:9001\n")
	for version, want := range map[string]bool{"0.2.8.17": true, "0.4.2.8": false, "latest": false} {
		a := authority.Authority{Options: release(t, version).Defaults(false)}
		if relays, _ := admit(a, published, text); len(relays) == 1 != want {
			t.Errorf("%s: taken %v, want %v", version, !want, want)
		}
	}
}
