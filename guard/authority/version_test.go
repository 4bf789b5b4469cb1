package authority

import (
	"strings"
	"testing"
)

// Each row was put into the descriptor of a relay and held against what tor 0.4.9.11 took.
func TestPlatformsThatAuthoritiesTake(t *testing.T) {
	for platform, taken := range map[string]bool{
		"":                                    true,
		" ":                                   true,
		"Tor":                                 true, // no version follows, so it does not say it is Tor
		"Tor ":                                false,
		"Tor #":                               false,
		"tor 0.1":                             true,
		"Torx 0.1":                            true,
		"Node-Tor 0.1":                        true,
		"Tor\t0.4.8.10":                       true,
		"Tor 0.4.8.10 on Linux":               true,
		"Tor  0.4.8.10 on Linux":              true,
		"Tor \t0.4.8.10\ton":                  true,
		"Tor 0.4.8.10#foo":                    true,
		"Tor 1.0":                             true,
		"Tor 0.5 on Linux":                    true,
		"Tor 0.4.9 on Linux":                  true,
		"Tor 0.4-x on Linux":                  false, // 0.4.0
		"Tor 1 on Linux":                      false,
		"Tor 0.4.7.16 on Linux":               false,
		"Tor 0.4.8 on Linux":                  false, // before its tag, for an empty tag comes first
		"Tor 0.4.8-rc on Linux":               true,
		"Tor 0.4.8.0 on Linux":                false,
		"Tor 0.4.8.0-":                        false,
		"Tor 0.4.8.0-alpha on Linux":          false,
		"Tor 0.4.8.0-alpha-de":                false,
		"Tor 0.4.8.0-alpha-dev on Linux":      true,
		"Tor 0.4.8.0-alpha-dev (git-ab) on L": true,
		"Tor 0.4.8.0-alpha-dev.1 on":          true,
		"Tor 0.4.8.0-alpha-devx":              true,
		"Tor 0.4.8.0-Alpha-dev":               false,
		"Tor 0.4.8.0-beta on Linux":           true,
		"Tor 0.4.8.0-\u00e9 on L":             true,
		"Tor 0.4.8.0.alpha":                   false, // a point does for the hyphen
		"Tor 0.4.8pre1":                       false,
		"Tor 0.4.8rc1 on Linux":               false,
		"Tor 0.4.8rc9 on Linux":               false,
		"Tor 0.4.9pre0 on Linux":              true,
		"Tor 0.4.9rc on Linux":                false, // no number behind it
		"Tor 0.4.9x on Linux":                 false,
		"Tor 0.4.8.10foo on L":                true,
		"Tor 0.4.8.10- on L":                  true,
		"Tor 0.4.8.10. on L":                  true,
		"Tor 0.4.8.10.1.2 on L":               true,
		"Tor 000.4.8.10 on":                   true,
		"Tor 0..4":                            false,
		"Tor .4.8.10":                         false,
		"Tor 0.4.8.-1":                        false,
		"Tor 0.4.9.2147483647 on":             true,
		"Tor 0.4.9.2147483648 on":             false,
		"Tor 0.4.8.99999999999":               false,
		"Tor Tor 0.4.8.10":                    false,
		"Tor 0.4.8.10 (r123) on Linux":        true,
		"Tor 0.4.8.10 (r":                     true,
		"Tor 0.4.8.10 (r-5) on Linux":         false,
		"Tor 0.4.8.1 (git-abcdef0123456789) on Linux":                true,
		"Tor 0.4.8.10 (git-ab) (r5) on L":                            true,
		"Tor 0.4.8.1 (git-xyz) on Linux":                             false,
		"Tor 0.4.8.1 (git-abc":                                       false,
		"Tor 0.4.8.10 (git-) on L":                                   false,
		"Tor 0.4.8.10 (git-" + strings.Repeat("ab", 20) + ") on L":   true,
		"Tor 0.4.8.10 (git-" + strings.Repeat("ab", 21) + ") on L":   false,
		"Tor 0.4.8.10-" + strings.Repeat("y", 126-9) + " on L":       true,
		"Tor 0.4.8.10-" + strings.Repeat("y", 126-9+1) + " on Linux": false,
	} {
		if got := !(Release{}).refusesPlatform(platform); got != taken {
			t.Errorf("%q: taken %v, want %v", platform, got, taken)
		}
	}
}

// Each row was put into the descriptor of a relay and held against what tor 0.4.9.11 voted on.
func TestProtocolLists(t *testing.T) {
	long := strings.Repeat("x", 100)
	for list, valid := range map[string]bool{
		"": true, "Link=1-5 LinkAuth=1,3": true, "Link=1-5 ": true, " Link=1-5": true, "Link=1  Relay=2": true, "Link=1 Link=2": true,
		"Link=": true, "Link=0": true, "Link=01": true, "Link=" + strings.Repeat("0", 30) + "1": true, "Link=63": true, "Link=64": false,
		"Link=1-63": true, "Link=1-64": false, "Link=1-1": true, "Link=5-1": false, "Link=1,1": true, "Link=1-3,2": true, "Link=1,3,2": true,
		"Link=1-63,63": true, "Link=4294967295": false, "Link=4294967296": false, "Link=99999999999999999999": false,
		"Foo": false, "Link=1 Foo": false, "=1": false, "Link=1 =2": false, "Link==1": false,
		"Link=1,,2": false, "Link=,1": false, "Link=1,": false, "Link=1-5,": false, ",": false, "Link=1;2": false,
		"Link=-1": false, "Link=1-": false, "Link=1-2-3": false, "Link=1- 2": false, "Link=+1": false, "Link=0x1": false, "Link=2-01": false,
		"Link=1\tRelay=2": false,
		"9=1":             true, "-=1": true, "Li-nk=1": true, "Li_nk=1": false, "Li.nk=1": false, "Li\u00e9=1": false,
		long + "=1": true, long + "x=1": false,
	} {
		if got := (Release{}).validProtocols([]byte(list)); got != valid {
			t.Errorf("%q: valid %v, want %v", list, got, valid)
		}
	}
}
