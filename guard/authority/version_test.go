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

// The oldest versions of relays that authorities take, at each border, as votes of those authorities show them.
func TestOlderAuthoritiesTakeOlderRelays(t *testing.T) {
	for _, test := range []struct {
		authority     string
		taken, refuse []string // versions of relays
	}{
		{"0.2.3.25", []string{"0.2.1.30", "0.2.2.0-alpha", "0.2.2.21-alpha", "0.2.3.5-alpha"}, []string{"0.2.1.29", "0.2.2.1-alpha", "0.2.2.20-alpha"}},
		{"0.2.4.29", []string{"0.2.2.35", "0.2.2.99", "0.2.3.10-alpha"}, []string{"0.2.2.34", "0.2.3.0-alpha", "0.2.3.9-alpha"}},
		{"0.2.5.16", []string{"0.2.3.16-alpha", "0.2.4.1-alpha"}, []string{"0.2.3.15-alpha", "0.2.2.39"}},
		{"0.2.6.12", []string{"0.2.4.18-rc", "0.2.9.1-alpha"}, []string{"0.2.4.17-rc", "0.2.4.18-alpha"}},
		{"0.2.9.9", []string{"0.2.4.18-rc", "0.2.9.1-alpha"}, []string{"0.2.4.17-rc"}},
		{"0.2.9.17", []string{"0.2.4.18-rc", "0.2.8.9", "0.2.9.5-alpha"}, []string{"0.2.4.17-rc", "0.2.9.1-alpha", "0.2.9.4-alpha"}},
		{"0.4.0.6", []string{"0.2.4.18-rc", "0.2.9.5-alpha"}, []string{"0.2.9.4-alpha"}},
		{"0.4.2.8", []string{"0.2.9.5-alpha", "0.2.9.17", "0.3.5.7"}, []string{"0.2.8.17", "0.2.9.4-alpha", "0.3.0.1-alpha", "0.3.5.6-rc"}},
		{"0.4.5.16", []string{"0.3.5.7", "0.3.5.18", "0.4.2.1-alpha"}, []string{"0.3.5.6-rc", "0.4.0.6", "0.4.1.9"}},
		{"0.4.7.2-alpha", []string{"0.3.5.7", "0.4.5.6"}, []string{"0.3.5.6-rc", "0.4.2.8", "0.4.5.5-rc"}},
		{"0.4.7.7", []string{"0.4.5.6"}, []string{"0.3.5.7", "0.4.5.5-rc"}},
		{"0.4.8.1-alpha", []string{"0.4.7.0-alpha-dev", "0.4.7.1-alpha"}, []string{"0.4.6.12"}},
		{"0.4.9.5", []string{"0.4.8.0-alpha-dev"}, []string{"0.4.7.16"}},
	} {
		r, err := ParseRelease(test.authority)
		if err != nil {
			t.Fatal(err)
		}
		for _, version := range test.taken {
			if r.refusesPlatform("Tor " + version + " on Linux") {
				t.Errorf("%s refuses %s", r, version)
			}
		}
		for _, version := range test.refuse {
			if !r.refusesPlatform("Tor " + version + " on Linux") {
				t.Errorf("%s takes %s", r, version)
			}
		}
	}
}

// What names no version was taken for a new one, unless nothing or too much stood there.
func TestOlderAuthoritiesTakeMalformedPlatforms(t *testing.T) {
	for platform, taken := range map[string][2]bool{ // before and since 0.2.9.10
		"Tor x on Linux":                  {true, false},
		"Tor 0.4-x on Linux":              {true, true}, // 0.4.0, newer than all that these refuse
		"Tor 1 on Linux":                  {true, false},
		"Tor ":                            {false, false},
		"Tor " + strings.Repeat("9", 127): {false, false},
		"Node-Tor 0.1":                    {true, true},
	} {
		for i, version := range []string{"0.2.9.9", "0.2.9.17"} {
			r, _ := ParseRelease(version)
			if got := !r.refusesPlatform(platform); got != taken[i] {
				t.Errorf("%s: %.40q: taken %v, want %v", version, platform, got, taken[i])
			}
		}
	}
}

// Lists of protocols that cannot be read cost a relay its place in the vote since 0.2.9.15, and large numbers since 0.4.5.
func TestProtocolListsOfOlderVersions(t *testing.T) {
	for list, valid := range map[string][3]bool{ // 0.2.9.9, 0.4.2.8, 0.4.5.16
		"Link=1-5":        {true, true, true},
		"Link=64":         {true, true, false},
		"Link=4294967294": {true, true, false},
		"Link=4294967295": {true, false, false},
		"Link":            {true, false, false},
	} {
		for i, version := range []string{"0.2.9.9", "0.4.2.8", "0.4.5.16"} {
			r, _ := ParseRelease(version)
			if got := r.validProtocols([]byte(list)); got != valid[i] {
				t.Errorf("%s: %q: valid %v, want %v", version, list, got, valid[i])
			}
		}
	}
}
