package guard_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// What is published of the rules' history: ChangeLog entries and commits of Tor. Each row holds from its version on, and
// not in the version before it.
var published = []struct {
	what          string
	before, since string
	source        string
	holds         func(guard.Rules) bool
}{
	{"a guard has more bandwidth than the median", "0.1.1.16-rc", "0.1.1.17-rc", "commit 08aba015ab",
		func(r guard.Rules) bool { return r.GuardMedian && r.GuardAbove && r.HighMedian }},
	{"Stable bars buggy versions", "0.1.1.17-rc", "0.1.1.18-rc", "commit d663bfa306",
		func(r guard.Rules) bool {
			return r.StableNeeds.Has(guard.NeedSound) && !r.GuardNeeds.Has(guard.NeedSound)
		}},
	{"a poor eighth is not Fast", "0.1.1.22", "0.1.1.23", "commit 0cee3e1fc7",
		func(r guard.Rules) bool { return r.FastCrummy == 10*1024 }},
	{"BadExit", "0.1.2.2-alpha", "0.1.2.3-alpha", "commit 42bab1c6d3",
		func(r guard.Rules) bool { return r.Votes&consensus.BadExit != 0 }},
	{"exits are guards only if they have a third of the bandwidth", "0.1.2.4-alpha", "0.1.2.5-alpha", "commit 280692d65f",
		func(r guard.Rules) bool { return r.GuardExits == guard.ExitsIfPlentifulOneThreshold }},
	{"two thresholds, and at least the one that applies", "0.1.2.6-alpha", "0.1.2.7-alpha", "commit e9f6456b2c",
		func(r guard.Rules) bool { return r.GuardExits == guard.ExitsIfPlentiful && !r.GuardAbove }},
	{"30 days of uptime are Stable", "0.1.2.19", "0.2.0.1-alpha", "commit a247792169",
		func(r guard.Rules) bool { return r.StableUptime == 30*day }},
	{"250 KB are always enough", "0.2.0.2-alpha", "0.2.0.3-alpha", "commit 56d3119581",
		func(r guard.Rules) bool { return r.GuardBandwidth == 250*1024 }},
	{"three relays on an address", "0.2.0.2-alpha", "0.2.0.3-alpha", "ChangeLog of 0.2.0.3-alpha, proposal 109",
		func(r guard.Rules) bool { return r.MaxPerAddress == 3 && r.MaxPerAuthorityAddress == 0 }},
	{"Stable goes by MTBF", "0.2.0.5-alpha", "0.2.0.6-alpha", "commit 7dbe7fd4d8",
		func(r guard.Rules) bool { return !r.StableByUptime }},
	{"the median is the low one", "0.2.0.6-alpha", "0.2.0.7-alpha", "commit 8c13967803",
		func(r guard.Rules) bool { return !r.HighMedian }},
	{"two relays on an address, five on an authority's", "0.2.0.7-alpha", "0.2.0.8-alpha", "ChangeLog of 0.2.0.8-alpha, proposal 109",
		func(r guard.Rules) bool { return r.MaxPerAddress == 2 && r.MaxPerAuthorityAddress == 5 }},
	{"HSDir, after 24 hours", "0.2.0.9-alpha", "0.2.0.10-alpha", "commit e136f00ca8",
		func(r guard.Rules) bool { return r.Votes&consensus.HSDir != 0 && r.HSDirUptime == 24*3600 }},
	{"an MTBF of 10 days is Stable no more", "0.2.0.9-alpha", "0.2.0.10-alpha", "commit e0b9c893bc",
		func(r guard.Rules) bool { return !r.StableByUptime && r.StableMTBF > 10_000*day }},
	{"WFU and time known instead of Stable", "0.2.0.9-alpha", "0.2.0.10-alpha", "commits 8fa7071121, e0b9c893bc",
		func(r guard.Rules) bool {
			return !r.GuardNeeds.Has(guard.NeedStable) && r.GuardTimeKnown == 8*day && r.GuardWFU > 0.97
		}},
	{"an MTBF of 5 days is Stable", "0.2.1.9-alpha", "0.2.1.10-alpha", "commit d640e2ab00",
		func(r guard.Rules) bool { return r.StableMTBF == 5*day }},
	{"20 KB are Fast", "0.2.1.13-alpha", "0.2.1.14-rc", "commit 39ceda7e05",
		func(r guard.Rules) bool { return r.FastGuarantee == 20*1024 }},
	{"HSDir needs a directory port", "0.2.2.14-alpha", "0.2.2.15-alpha", "commit c6f5792404",
		func(r guard.Rules) bool { return r.HSDirNeeds.Has(guard.NeedDirPort) }},
	{"HSDir goes by what the authority saw", "0.2.2.23-alpha", "0.2.2.24-alpha", "commit f7a3cdc8f2",
		func(r guard.Rules) bool { return !r.HSDirClaimed }},
	{"a WFU of 98 % rather than 99.5 % is enough, and exits may always be guards", "0.2.2.14-alpha", "0.2.2.15-alpha", "commit 9d5d0f040f",
		func(r guard.Rules) bool { return r.GuardWFU == 0.98 && r.GuardExits == guard.ExitsAreGuards }},
	{"HSDir takes 25 hours", "0.2.2.32", "0.2.2.33", "commit f45261cb29",
		func(r guard.Rules) bool { return r.HSDirUptime == 25*3600 }},
	{"no guards open to CVE-2011-2768", "0.2.2.33", "0.2.2.34", "commit 00fffbc1a1",
		func(r guard.Rules) bool { return r.GuardNeeds.Has(guard.NeedPatched) }},
	{"the same in the next series", "0.2.3.5-alpha", "0.2.3.6-alpha", "commit 00fffbc1a1",
		func(r guard.Rules) bool { return r.GuardNeeds.Has(guard.NeedPatched) }},
	{"100 KB are Fast again", "0.2.3.7-alpha", "0.2.3.8-alpha", "commit fce107b11e",
		func(r guard.Rules) bool { return r.FastGuarantee == 100*1024 }},
	{"Stable does not bar buggy versions", "0.2.4.1-alpha", "0.2.4.2-alpha", "commit e8b09c0d51",
		func(r guard.Rules) bool { return !r.StableNeeds.Has(guard.NeedSound) }},
	{"sybils lose their history", "0.2.4.9-alpha", "0.2.4.10-alpha", "commit 4eff8b6530",
		func(r guard.Rules) bool { return !r.SybilsKeepHistory }},
	{"Fast takes 4096 B/s", "0.2.4.9-alpha", "0.2.4.10-alpha", "commit 317d16de04",
		func(r guard.Rules) bool { return r.FastMin == 4096 || !r.InBytes && r.FastMin == 4 }},
	{"sybils and relays below 4096 B/s do not count", "0.2.4.9-alpha", "0.2.4.10-alpha", "commits 40c13240c0, 61995d3e2c",
		func(r guard.Rules) bool {
			return !r.CountSybils && (r.InBytes && r.MinCounted == 4096 || !r.InBytes && r.MinCounted == 4)
		}},
	{"kilobytes, and measured bandwidths come first", "0.2.4.11-alpha", "0.2.4.12-alpha", "commits b5a164bde4, 49696786fb",
		func(r guard.Rules) bool { return !r.InBytes && !r.IgnoreMeasured && r.MinMeasured == 500 }},
	{"the fastest quarter or 2 MB", "0.2.5.5-alpha", "0.2.5.6-alpha", "commit a57c07b210",
		func(r guard.Rules) bool {
			return !r.GuardMedian && r.GuardFraction == 0.75 && r.GuardBandwidth == 2_097_152
		}},
	{"sybils keep V2Dir", "0.2.5.1-alpha", "0.2.5.2-alpha", "commit 3193cbe2ba",
		func(r guard.Rules) bool { return r.SybilsKeep == consensus.V2Dir }},
	{"active relays saw some traffic", "0.2.5.16", "0.2.6.1-alpha", "commit 962765a35d",
		func(r guard.Rules) bool { return r.ActiveIfObserved }},
	{"HSDir is active", "0.2.5.16", "0.2.6.1-alpha", "commit 43bba9541a",
		func(r guard.Rules) bool {
			return r.HSDirNeeds.Has(guard.NeedActive) && !r.HSDirNeeds.Has(guard.NeedRunning)
		}},
	{"versions do not bar from Guard", "0.2.5.16", "0.2.6.1-alpha", "commit cd678ae790",
		func(r guard.Rules) bool { return !r.GuardNeeds.Has(guard.NeedPatched) }},
	{"a relay needs 75 KB to be recommended, half of which is poor", "0.2.6.2-alpha", "0.2.6.3-alpha", "commit 4beb830953",
		func(r guard.Rules) bool { return r.FastCrummy == 38 }},
	{"HSDir takes 96 hours", "0.2.6.2-alpha", "0.2.6.3-alpha", "commit 220f419da1",
		func(r guard.Rules) bool { return r.HSDirUptime == 96*3600 }},
	{"HSDir needs no directory port", "0.2.6.2-alpha", "0.2.6.3-alpha", "commit 80bed1ac96",
		func(r guard.Rules) bool { return !r.HSDirNeeds.Has(guard.NeedDirPort) }},
	{"HSDir needs a directory port again", "0.2.6.7", "0.2.6.8", "commit 26c344a563",
		func(r guard.Rules) bool { return r.HSDirNeeds.Has(guard.NeedDirPort) }},
	{"HSDir need not be active", "0.2.7.1-alpha", "0.2.7.2-alpha", "commit a65e835800",
		func(r guard.Rules) bool { return r.HSDirNeeds&(guard.NeedActive|guard.NeedRunning) == 0 }},
	{"HSDir is active again", "0.2.7.2-alpha", "0.2.7.3-rc", "commit 7ee7149389",
		func(r guard.Rules) bool { return r.HSDirNeeds.Has(guard.NeedActive) }},
	{"HSDir needs Stable", "0.2.6.8", "0.2.6.9", "commit 6785f0b65a",
		func(r guard.Rules) bool { return r.HSDirNeeds.Has(guard.NeedStable) }},
	{"the same in the next series", "0.2.7.1-alpha", "0.2.7.2-alpha", "commit 6785f0b65a",
		func(r guard.Rules) bool { return r.HSDirNeeds.Has(guard.NeedStable) }},
	{"relays that are not active can be Stable and Fast", "0.2.7.1-alpha", "0.2.7.2-alpha", "commit fa788a54f5",
		func(r guard.Rules) bool { return r.StableNeeds == 0 && r.FastNeeds == 0 }},
	{"HSDir needs Fast", "0.2.7.2-alpha", "0.2.7.3-rc", "commit d6bfedb8e5",
		func(r guard.Rules) bool { return r.HSDirNeeds.Has(guard.NeedFast) }},
	{"directories over the ORPort", "0.2.7.6", "0.2.8.1-alpha", "commits fb80a748ea, 467d0919d2",
		func(r guard.Rules) bool {
			return !r.V2DirByPort && r.HSDirNeeds.Has(guard.NeedV2Dir) && !r.HSDirNeeds.Has(guard.NeedDirPort)
		}},
	{"Guard needs Stable again", "0.2.8.17", "0.2.9.1-alpha", "commit c4208ef65f",
		func(r guard.Rules) bool { return r.GuardNeeds.Has(guard.NeedStable) }},
	{"private networks can make an exit", "0.2.9.2-alpha", "0.2.9.3-alpha", "ChangeLog of 0.2.9.3-alpha, bug 20064",
		func(r guard.Rules) bool { return !r.ExitNeverPrivate }},
	{"an authority's address is one like others", "0.2.9.17", "0.3.0.1-alpha", "commit 55d02c004c",
		func(r guard.Rules) bool { return r.MaxPerAuthorityAddress == 0 }},
	{"sybils keep BadExit, not V2Dir", "0.2.9.9", "0.2.9.10", "commit a47c133c86",
		func(r guard.Rules) bool { return r.SybilsKeep == consensus.BadExit }},
	{"the same in the next series", "0.3.0.2-alpha", "0.3.0.3-alpha", "commit a47c133c86",
		func(r guard.Rules) bool { return r.SybilsKeep == consensus.BadExit }},
	{"an exit allows 80 and 443", "0.3.2.4-alpha", "0.3.2.5-alpha", "commit 8dff23eb34",
		func(r guard.Rules) bool { return !r.ExitOfThree }},
	{"exits are found among all relays", "0.3.2.12", "0.3.3.1-alpha", "commit 4d6b679318",
		func(r guard.Rules) bool { return !r.ExitIfCounted }},
	{"Guard needs V2Dir", "0.3.3.4-alpha", "0.3.3.5-rc", "commit 961d2ad597",
		func(r guard.Rules) bool { return r.GuardNeeds.Has(guard.NeedV2Dir) }},
	{"StaleDesc", "0.3.5.18", "0.4.0.1-alpha", "commit 36f808c936",
		func(r guard.Rules) bool { return r.Votes&consensus.StaleDesc != 0 }},
	{"IPv6 addresses of sybils", "0.4.4.9", "0.4.5.1-alpha", "commit 43672f9fca",
		func(r guard.Rules) bool { return r.SybilsBy != guard.IPv4Only }},
	{"sybils share whole IPv6 addresses", "0.4.5.3-rc", "0.4.5.4-rc", "ChangeLog of 0.4.5.4-rc, bug 40243",
		func(r guard.Rules) bool { return r.SybilsBy == guard.WholeIPv6 }},
	{"the flag Sybil", "0.4.5.16", "0.4.6.1-alpha", "commit 88559aca2d",
		func(r guard.Rules) bool { return r.Votes&consensus.Sybil != 0 }},
	{"MiddleOnly", "0.4.7.1-alpha", "0.4.7.2-alpha", "commit fc542167cb",
		func(r guard.Rules) bool { return r.Votes&consensus.MiddleOnly != 0 }},
}

func TestThePublishedHistoryOfTheRules(t *testing.T) {
	for _, row := range published {
		before, err := guard.RulesFor(row.before)
		since, err2 := guard.RulesFor(row.since)
		if err != nil || err2 != nil {
			t.Errorf("%s: %v, %v", row.what, err, err2)
			continue
		}
		if row.holds(before) || !row.holds(since) {
			t.Errorf("%s (%s): %v in %s, %v in %s", row.what, row.source, row.holds(before), row.before, row.holds(since), row.since)
		}
	}
}

// In a vote the guarantees are these.
func TestGuaranteesInTheUnitOfTheirAge(t *testing.T) {
	fast := []guard.Relay{{Active: true, Advertised: 5000, AdvertisedBytes: 5_000_000}}
	for version, want := range map[string]string{
		"0.2.3.25":       "bandwidth 5000000 B/s of 256000 B/s (guarantee)",
		"0.2.4.11-alpha": "bandwidth 5000000 B/s of 256000 B/s (guarantee)",
		"0.2.4.12-alpha": "bandwidth 5000 KB/s of 256 KB/s (guarantee)",
		"0.2.5.6-alpha":  "bandwidth 5000 KB/s of 2097 KB/s (guarantee)",
	} {
		rules, err := guard.RulesFor(version)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for c := range rules.Explain(fast[0], rules.Thresholds(fast)) {
			found = found || c.Flag == consensus.Guard && strings.Contains(c.String(), want)
		}
		if !found {
			t.Errorf("%s: no %q", version, want)
		}
	}
}

// Releases are in order, each different from the one before, each what RulesFor makes of its name, and the last is the
// latest.
func TestReleases(t *testing.T) {
	all := guard.Releases()
	for i, r := range all {
		if got, err := guard.RulesFor(r.Name); err != nil || got != r {
			t.Errorf("%s: by its name %s, %v", r.Name, got.Name, err)
		}
		if err := r.Check(); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
		if i > 0 && len(slices.Collect(all[i-1].Differences(r))) == 0 {
			t.Errorf("%s is no different from %s", r.Name, all[i-1].Name)
		}
	}
	if all[0].Name != "tor-0.1.1.13-alpha" || all[len(all)-1] != guard.Latest() || len(all) < 40 {
		t.Errorf("%d releases from %s to %s", len(all), all[0].Name, all[len(all)-1].Name)
	}
}

// Names as people write them, and versions that changed nothing by themselves.
func TestNamesOfRules(t *testing.T) {
	for name, want := range map[string]string{
		"tor-0.2.5.6":   "tor-0.2.5.6-alpha", // no release of these numbers is without a tag
		"0.2.5.6":       "tor-0.2.5.6-alpha",
		"tor-0.2.9.1":   "tor-0.2.9.1-alpha",
		"0.2.9.10":      "tor-0.2.9.10",
		"0.2.9":         "tor-0.2.9.10", // the last of the series
		"0.3.0.1-alpha": "tor-0.3.0.1-alpha",
		"tor-0.4.7.9":   "tor-0.4.7.2-alpha", // constants became options
		"tor-0.4.8.15":  "tor-0.4.7.2-alpha", // only lists are new
		"0.3.3.4-alpha": "tor-0.3.3.1-alpha",
		"0.3.3.5-alpha": "tor-0.3.3.1-alpha", // before the rc
		"2013":          "tor-0.2.3.8-alpha",
		"2017":          "tor-0.3.0.3-alpha",
		"article":       "article-2013",
	} {
		if got, err := guard.RulesFor(name); err != nil || got.Name != want {
			t.Errorf("%s: %s, %v, want %s", name, got.Name, err, want)
		}
	}
}

func TestArticle2013(t *testing.T) {
	r := guard.Article2013()
	if !r.GuardMedian || r.GuardBandwidth != 250*1024 || r.GuardWFU != 0.98 || r.GuardTimeKnown != 8*day || r.GuardNeeds.Has(guard.NeedStable) {
		t.Errorf("%+v", r)
	}
}

// Every field but the name makes a difference that is told.
func TestDifferencesTellEveryField(t *testing.T) {
	latest := guard.Latest()
	if diff := slices.Collect(latest.Differences(latest)); diff != nil {
		t.Errorf("of the same rules: %v", diff)
	}
	for i := range reflect.TypeFor[guard.Rules]().NumField() {
		other := latest
		field := reflect.ValueOf(&other).Elem().Field(i)
		switch field.Kind() {
		case reflect.Bool:
			field.SetBool(!field.Bool())
		case reflect.String:
			field.SetString("other")
		case reflect.Float64:
			field.SetFloat(field.Float() / 2)
		case reflect.Uint8, reflect.Uint16, reflect.Uint32:
			field.SetUint(field.Uint() ^ 1)
		default:
			field.SetInt(field.Int() + 1)
		}
		name := reflect.TypeFor[guard.Rules]().Field(i).Name
		var told []string
		for d := range latest.Differences(other) {
			told = append(told, d.Field)
			if d.Words == "" || d.Old == d.New || !strings.Contains(d.String(), ", then ") {
				t.Errorf("%s: %v", name, d)
			}
		}
		if want := name != "Name"; slices.Contains(told, name) != want {
			t.Errorf("another %s: told of %v", name, told)
		}
	}
}

func TestVersionFaults(t *testing.T) {
	for platform, want := range map[string][2]bool{
		"Tor 0.1.1.9-alpha":                    {false, true},
		"Tor 0.1.1.10-alpha":                   {true, true},
		"Tor 0.1.1.16-rc on Linux":             {true, true},
		"Tor 0.1.1.16-rc-cvs":                  {false, true},
		"Tor 0.2.0.35":                         {false, true},
		"Tor 0.2.1.30 (git-ab) on Windows":     {false, true},
		"Tor 0.2.1.31":                         {false, false},
		"Tor 0.2.2.33":                         {false, true},
		"Tor 0.2.2.34":                         {false, false},
		"Tor 0.2.3.5-alpha on Linux":           {false, true},
		"Tor 0.2.3.6-alpha":                    {false, false},
		"Tor 0.4.9.11":                         {false, false},
		"Tor much":                             {false, false},
		"Node-Tor 0.1.1.12":                    {false, false},
		"":                                     {false, false},
		"Tor 0.2.2.35 on a system with 0.1 in": {false, false},
	} {
		if buggy, vulnerable := guard.VersionFaults(platform); buggy != want[0] || vulnerable != want[1] {
			t.Errorf("%q: buggy %v, vulnerable %v", platform, buggy, vulnerable)
		}
	}
}
