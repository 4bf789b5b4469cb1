package authority_test

import (
	"errors"
	"math"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
)

var exported = cmp.Options{cmpopts.IgnoreUnexported(authority.NodeSet{}), cmpopts.EquateComparable(authority.Release{})}

const (
	fp1 = "EECA4748026B12734D75098207FC5E2D914ADDD2"
	fp2 = "62859794ECC78DBE2729FEECFC480ED090723CEF"
)

func options(t *testing.T, torrc string) authority.Options {
	t.Helper()
	o, err := authority.ParseTorrc([]byte(torrc))
	if err != nil {
		t.Fatalf("%q: %v", torrc, err)
	}
	return o
}

func TestEmptyTorrcIsTheDefaults(t *testing.T) {
	for _, text := range []string{"", "\n\n", "# nothing\n", "Unknown 1\nContactInfo a # b\n", "\x00AuthDirListBadExits 1\n"} {
		if diff := cmp.Diff(authority.Defaults(false), options(t, text), exported); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
	want := authority.Defaults(true)
	want.Force = []authority.Forced{{Flag: consensus.Exit}, {Flag: consensus.Guard}, {Flag: consensus.HSDir}}
	for _, text := range []string{"TestingTorNetwork 1", "testingtornetwork\t1\n", "TestingTorNetwork 0\nTestingTorNetwork 1\n"} {
		if diff := cmp.Diff(want, options(t, text), exported); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
}

func TestTestingNetworkCountsWhereverItsLineStands(t *testing.T) {
	for _, text := range []string{
		"TestingTorNetwork 1\nAuthDirMaxServersPerAddr 3\nMinUptimeHidServDirectoryV2 1 hour\n",
		"AuthDirMaxServersPerAddr 3\nTestingTorNetwork 1\nMinUptimeHidServDirectoryV2 1 hour\n",
		"AuthDirMaxServersPerAddr 3\nMinUptimeHidServDirectoryV2 1 hour\nTestingTorNetwork 1\n",
	} {
		o := options(t, text)
		if !o.Testing || !o.AllowPrivate || o.LearnSeconds != 0 || o.Rules.MaxPerAddress != 3 || o.Rules.HSDirUptime != 3600 {
			t.Errorf("%q: %+v", text, o)
		}
	}
}

// Each row was held against tor --dump-config of 0.4.9.11.
func TestEveryOptionIsRead(t *testing.T) {
	for _, test := range []struct {
		torrc  string
		change func(*authority.Options)
	}{
		{"Nickname moria1", func(o *authority.Options) { o.Nickname = "moria1" }},
		{"AuthDirListBadExits 1", func(o *authority.Options) { o.ListBadExits = true }},
		{"AuthDirListMiddleOnly 1", func(o *authority.Options) { o.ListMiddleOnly = true }},
		{"AuthDirTestReachability 0", func(o *authority.Options) { o.TestReachability = false }},
		{"AuthDirHasIPv6Connectivity 1", func(o *authority.Options) { o.IPv6 = true }},
		{"DirAllowPrivateAddresses 1", func(o *authority.Options) { o.AllowPrivate = true }},
		{"TestingAuthDirTimeToLearnReachability 5", func(o *authority.Options) { o.LearnSeconds = 5 }},
		{"AuthDirFastGuarantee 75 KB", func(o *authority.Options) { o.Rules.FastGuarantee = 75 * 1024 }},
		{"AuthDirGuardBWGuarantee 0", func(o *authority.Options) { o.Rules.GuardBandwidth = 0 }},
		{"AuthDirVoteGuardBwThresholdFraction 0.5", func(o *authority.Options) { o.Rules.GuardFraction = 0.5 }},
		{"AuthDirVoteGuardGuaranteeTimeKnown 2 days", func(o *authority.Options) { o.Rules.GuardTimeKnown = 2 * 86400 }},
		{"AuthDirVoteGuardGuaranteeWFU 0.5", func(o *authority.Options) { o.Rules.GuardWFU = 0.5 }},
		{"AuthDirVoteStableGuaranteeMTBF 1 day", func(o *authority.Options) { o.Rules.StableMTBF = 86400 }},
		{"AuthDirVoteStableGuaranteeMinUptime 1 week", func(o *authority.Options) { o.Rules.StableUptime = 7 * 86400 }},
		{"MinMeasuredBWsForAuthToIgnoreAdvertised -1", func(o *authority.Options) { o.Rules.MinMeasured = -1 }},
		{"MinUptimeHidServDirectoryV2 25 hours", func(o *authority.Options) { o.Rules.HSDirUptime = 25 * 3600 }},
		{"AuthDirMaxServersPerAddr 0", func(o *authority.Options) { o.Rules.MaxPerAddress = 0 }},
		// Without TestingTorNetwork those have no effect.
		{"TestingMinExitFlagThreshold 5 KB", func(*authority.Options) {}},
		{"TestingMinFastFlagThreshold 5 KB", func(*authority.Options) {}},
		{"TestingDirAuthVoteGuard *\nTestingDirAuthVoteGuardIsStrict 1", func(*authority.Options) {}},
		{"DirAuthority a " + "198.51.100.1:80 " + fp1, func(o *authority.Options) { o.Authorities = []authority.Known{known("a", fp1)} }},
	} {
		want := authority.Defaults(false)
		test.change(&want)
		if diff := cmp.Diff(want, options(t, test.torrc), exported); diff != "" {
			t.Errorf("%q:\n%s", test.torrc, diff)
		}
	}
}

func TestTestingOptionsReplaceTheFloors(t *testing.T) {
	o := options(t, "TestingTorNetwork 1\nTestingMinExitFlagThreshold 4000 bytes\nTestingMinFastFlagThreshold 100 KB\n"+
		"TestingDirAuthVoteHSDir *\nTestingDirAuthVoteExitIsStrict 1\n")
	if o.Rules.MinCounted != 4 || o.Rules.FastMin != 102400 {
		t.Errorf("floors %v, %v", o.Rules.MinCounted, o.Rules.FastMin)
	}
	for i, want := range []authority.Forced{{Flag: consensus.Exit, Strict: true}, {Flag: consensus.Guard}, {Flag: consensus.HSDir}} {
		if diff := cmp.Diff(want, o.Force[i], exported); diff != "" {
			t.Error(diff)
		}
	}
	d := consensus.Descriptor{Address: netip.MustParseAddr("198.51.100.7"), ORPort: 1}
	if o.Force[0].Nodes.Contains(&d) || !o.Force[2].Nodes.Contains(&d) {
		t.Error("the sets are not those of the lines")
	}
	for threshold, want := range map[string]int32{"2147483647": math.MaxInt32, "3 GB": math.MaxInt32, "4 GB": 0, "4294967297": 1} {
		if o := options(t, "TestingTorNetwork 1\nTestingMinFastFlagThreshold "+threshold); o.Rules.FastMin != want {
			t.Errorf("%s: tor keeps 32 bits of it, want %d, not %d", threshold, want, o.Rules.FastMin)
		}
	}
}

func TestMemoryIsReadInEverySpelling(t *testing.T) {
	const kb, mb = 1024, 1024 * 1024
	for value, want := range map[string]int64{
		"3": 3, "3 b": 3, "3 byte": 3, "3 bytes": 3, "3 BYTES": 3,
		"3 kb": 3 * kb, "3 KB": 3 * kb, "3 kbyte": 3 * kb, "3 kbytes": 3 * kb, "3 kilobyte": 3 * kb, "3 KiloBytes": 3 * kb,
		"3 kbit": 384, "3 kbits": 384, "3 kilobit": 384, "3 kilobits": 384,
		"3 m": 3 * mb, "3 mb": 3 * mb, "3 mbyte": 3 * mb, "3 mbytes": 3 * mb, "3 megabyte": 3 * mb, "3 megabytes": 3 * mb,
		"3 mbit": 3 * mb / 8, "3 mbits": 3 * mb / 8, "3 megabit": 3 * mb / 8, "3 megabits": 3 * mb / 8,
		"1 gb": 1 << 30, "1 gbyte": 1 << 30, "1 gbytes": 1 << 30, "1 gigabyte": 1 << 30, "1 gigabytes": 1 << 30,
		"1 gbit": 1 << 27, "1 gbits": 1 << 27, "1 gigabit": 1 << 27, "1 gigabits": 1 << 27,
		"0 tb": 0, "0 tbyte": 0, "0 tbytes": 0, "0 terabyte": 0, "0 terabytes": 0,
		"0.001 tbit": 137438953, "0.001 tbits": 137438953, "0.001 terabit": 137438953, "0.001 terabits": 137438953,

		"100KB": 100 * kb, "100  KB": 100 * kb, "100\tkb": 100 * kb, "00100 kb": 100 * kb, "+5 KB": 5 * kb, "-0": 0,
		"1.5 MB": 1572864, "1.999999": 1, ".5 KB": 512, "1. KB": 1024, "0.0001 KB": 0, "-0.0": 0, "+1.5 kb": 1536,
		"1.5e3 KB": 1500 * kb, "1.5e3KB": 1500 * kb, "1.5e-3 MB": 1572, "2.675 MB": 2804940,
		"2147483647": math.MaxInt32, "2147483648": math.MaxInt32, "2 GB": math.MaxInt32,
	} {
		if got := options(t, "AuthDirFastGuarantee "+value+"\n").Rules.FastGuarantee; got != want {
			t.Errorf("%q is %d, want %d", value, got, want)
		}
	}
}

func TestTimesAreReadInEverySpelling(t *testing.T) {
	for value, want := range map[string]int64{
		"5": 5, "5 second": 5, "5 seconds": 5, "5 minute": 300, "5 minutes": 300, "5 hour": 18000, "5 HOURS": 18000,
		"5 day": 432000, "5 days": 432000, "5 week": 3024000, "5 weeks": 3024000, "5 month": 13148640, "5 months": 13148640,
		"3days": 259200, "1.5 days": 129600, "0.9999 seconds": 0, "+5 days": 432000, "1.0e2 seconds": 100,
		"2147483647": math.MaxInt32, "2147483647.9": math.MaxInt32, "816 months": 2145858048,
	} {
		if got := options(t, "AuthDirVoteGuardGuaranteeTimeKnown "+value+"\n").Rules.GuardTimeKnown; got != want {
			t.Errorf("%q is %d, want %d", value, got, want)
		}
	}
}

func TestBoundOfWFUMayBeAnyNumber(t *testing.T) {
	for value, want := range map[string]float64{
		"0": 0, "1": 1, ".98": 0.98, "1.": 1, "1e-2": 0.01, "+0.5": 0.5, "1.5": 1.5, "-0.5": -0.5,
		"inf": math.Inf(1), "nan": math.Inf(1), // which keeps nothing below it
	} {
		if got := options(t, "AuthDirVoteGuardGuaranteeWFU "+value).Rules.GuardWFU; got != want {
			t.Errorf("%q is %v, want %v", value, got, want)
		}
	}
}

// Each of these is refused by tor 0.4.9.11, but for fractions of 1 and countries, with which it cannot work either.
func TestBadValuesAreErrorsWithTheirLine(t *testing.T) {
	for _, test := range []struct {
		line string
		want error
	}{
		{"AuthDirFastGuarantee 5 K", consensus.ErrBadValue},
		{"AuthDirFastGuarantee 5 kib", consensus.ErrBadValue},
		{"AuthDirFastGuarantee 5 bits", consensus.ErrBadValue},
		{"AuthDirFastGuarantee 5 \u212Ab", consensus.ErrBadValue}, // the Kelvin sign
		{"AuthDirFastGuarantee -5", consensus.ErrBadValue},
		{"AuthDirFastGuarantee -0.5", consensus.ErrBadValue},
		{"AuthDirFastGuarantee KB", consensus.ErrBadValue},
		{"AuthDirFastGuarantee 5 KB x", consensus.ErrBadValue},
		{"AuthDirFastGuarantee 1.5.2 KB", consensus.ErrBadValue},
		{"AuthDirFastGuarantee .", consensus.ErrBadValue},
		{"AuthDirFastGuarantee 1e3 KB", consensus.ErrBadValue}, // an exponent needs a point
		{"AuthDirFastGuarantee 1.5e-400 KB", consensus.ErrBadValue},
		{"AuthDirFastGuarantee 0x10", consensus.ErrBadValue},
		{"AuthDirFastGuarantee 1_000", consensus.ErrBadValue},
		{"AuthDirFastGuarantee inf", consensus.ErrBadValue},
		{"AuthDirFastGuarantee 2.1 GB", consensus.ErrBadValue}, // no bandwidth is that large
		{"AuthDirGuardBWGuarantee 2147483649", consensus.ErrBadValue},
		{"TestingMinExitFlagThreshold 8388608 TB", consensus.ErrBadValue},
		{"TestingMinExitFlagThreshold 9223372036854775808", consensus.ErrBadValue},
		{"TestingMinExitFlagThreshold 9223372036854775808.0", consensus.ErrBadValue},
		{"AuthDirVoteGuardGuaranteeTimeKnown 2147483648", consensus.ErrBadValue},
		{"AuthDirVoteGuardGuaranteeTimeKnown 5 sec", consensus.ErrBadValue},
		{"AuthDirVoteGuardGuaranteeTimeKnown 1 day 2 hours", consensus.ErrBadValue},
		{"AuthDirListBadExits 2", consensus.ErrBadValue},
		{"AuthDirListBadExits 01", consensus.ErrBadValue},
		{"AuthDirListBadExits +1", consensus.ErrBadValue},
		{"AuthDirListBadExits yes", consensus.ErrBadValue},
		{"TestingTorNetwork true", consensus.ErrBadValue},
		{"AuthDirMaxServersPerAddr -1", consensus.ErrBadValue},
		{"AuthDirMaxServersPerAddr 2147483648", consensus.ErrBadValue},
		{"AuthDirMaxServersPerAddr 5.0", consensus.ErrBadValue},
		{"MinMeasuredBWsForAuthToIgnoreAdvertised -2147483649", consensus.ErrBadValue},
		{"AuthDirVoteGuardGuaranteeWFU 98%", consensus.ErrBadValue},
		{"AuthDirVoteGuardGuaranteeWFU 0,98", consensus.ErrBadValue},
		{"AuthDirVoteGuardGuaranteeWFU 0.9_8", consensus.ErrBadValue},
		{"AuthDirVoteGuardGuaranteeWFU 1e400", consensus.ErrBadValue},
		{"AuthDirVoteGuardGuaranteeWFU 1e-400", consensus.ErrBadValue},
		{"AuthDirVoteGuardBwThresholdFraction 1.5", consensus.ErrBadValue},
		{"AuthDirVoteGuardBwThresholdFraction -0.5", consensus.ErrBadValue},
		{"AuthDirVoteGuardBwThresholdFraction 1.0", authority.ErrFraction},
		{"AuthDirVoteGuardBwThresholdFraction 0.99999999999999999", authority.ErrFraction}, // which is 1
		{"AuthDirVoteGuardBwThresholdFraction nan", authority.ErrFraction},
		{"AuthDirVoteGuard {us}", authority.ErrCountry},
		{"AuthDirVoteGuard 192.0.2.1,{??}", authority.ErrCountry},
		{"AuthDirVoteGuard a_b", authority.ErrNode},
		{"TestingDirAuthVoteExit 192.0.2.1/33", authority.ErrNode},
		{"AuthDirReject private", authority.ErrNode},
		{"AuthDirReject " + fp1, authority.ErrNode},
		{"AuthDirRejectCCs us", authority.ErrCountry},
		{"AuthDirRejectCC us", authority.ErrCountry},
		{"DirAuthority a", consensus.ErrTooFew},
		{"DirAuthority a orport=5 192.0.2.1:80", consensus.ErrTooFew},
		{"DirAuthority a 192.0.2.1 " + fp1, consensus.ErrBadValue},
		{"DirAuthority a 192.0.2.1:0 " + fp1, consensus.ErrBadValue},
		{"DirAuthority a 192.0.2.01:80 " + fp1, consensus.ErrBadValue},
		{"DirAuthority a 192.0.2.1:80 " + fp1 + "AA", consensus.ErrFingerprint},
		{"DirAuthority a 192.0.2.1:80 $" + fp1, consensus.ErrFingerprint},
		{`ContactInfo "no end`, authority.ErrQuotes},
		{`ContactInfo "a" b`, authority.ErrQuotes},
		{`ContactInfo "a\qb"`, authority.ErrQuotes},
		{`ContactInfo "a\400b"`, authority.ErrQuotes},
		{`ContactInfo "a\x2"`, authority.ErrQuotes},
		{`Unknown "`, authority.ErrQuotes},
	} {
		text := "Nickname a\n# one\\\n\nContactInfo b \\\n  c\n  " + test.line + "\n"
		_, err := authority.ParseTorrc([]byte(text))
		var syntax *consensus.SyntaxError
		keyword, _, _ := strings.Cut(test.line, " ")
		if !errors.As(err, &syntax) || !errors.Is(err, test.want) || syntax.Line != 6 || syntax.Keyword != keyword {
			t.Errorf("%s: %v, want %v at line 6, %s", test.line, err, test.want, keyword)
		}
	}
}

func TestLastValueWinsAndEmptyOnesClear(t *testing.T) {
	for _, test := range []struct {
		torrc  string
		want   int64
		reason string
	}{
		{"AuthDirFastGuarantee 5\nAuthDirFastGuarantee 6\n", 6, "the last one wins"},
		{"AuthDirFastGuarantee 5\n+AuthDirFastGuarantee 6\n", 6, "a plus sign adds to lists alone"},
		{"AuthDirFastGuarantee 5\nAuthDirFastGuarantee\n", 0, "an empty value clears"},
		{"AuthDirFastGuarantee\n", 0, "cleared is not the default"},
		{"AuthDirFastGuarantee # 5\n", 0, "a comment is no value"},
		{"AuthDirFastGuarantee \"\"\n", 0, "nor is one in quotation marks"},
		{"/AuthDirFastGuarantee\n", 0, "a slash clears"},
		{"/AuthDirFastGuarantee 5 x\n", 0, "whatever the value"},
		{"AuthDirFastGuarantee 5\n/AuthDirFastGuarantee\nAuthDirFastGuarantee 7\n", 7, "what comes later counts"},
		{"/AuthDirFastGuarantee\nAuthDirFastGuarantee 7\n", 7, "likewise"},
	} {
		if got := options(t, test.torrc).Rules.FastGuarantee; got != test.want {
			t.Errorf("%q: %d, want %d: %s", test.torrc, got, test.want, test.reason)
		}
	}
	o := options(t, "/AuthDirTestReachability\n/AuthDirVoteGuardGuaranteeWFU\nMinMeasuredBWsForAuthToIgnoreAdvertised\n/TestingTorNetwork\n")
	if o.TestReachability || o.Rules.GuardWFU != 0 || o.Rules.MinMeasured != 0 || o.Testing {
		t.Errorf("not cleared: %+v", o)
	}
	if o := options(t, "TestingTorNetwork 1\n/TestingTorNetwork\n"); o.Testing {
		t.Error("TestingTorNetwork is not cleared")
	}
}

func TestListsAddUp(t *testing.T) {
	relay := func(last byte) *consensus.Descriptor {
		return &consensus.Descriptor{Address: netip.AddrFrom4([4]byte{192, 0, 2, last}), ORPort: 9001}
	}
	for _, test := range []struct {
		torrc string
		want  string // of relays 1, 2 and 3
	}{
		{"AuthDirReject 192.0.2.1\nAuthDirReject 192.0.2.2\n", "110"},
		{"+AuthDirReject 192.0.2.1\n+AuthDirReject 192.0.2.2\n", "110"},
		{"AuthDirReject 192.0.2.1\nAuthDirReject\n", "100"},
		{"AuthDirReject 192.0.2.1\n/AuthDirReject\nAuthDirReject 192.0.2.2\n", "010"},
		{"AuthDirReject accept 192.0.2.1\nAuthDirReject 192.0.2.0/24\n", "011"},
	} {
		o := options(t, test.torrc)
		got := ""
		for i := range 3 {
			if d := relay(byte(i + 1)); o.Reject.ContainsAddr(d.Address, d.ORPort) {
				got += "1"
			} else {
				got += "0"
			}
		}
		if got != test.want {
			t.Errorf("%q: %s, want %s", test.torrc, got, test.want)
		}
	}
	o := options(t, "AuthDirVoteGuard 192.0.2.1\nAuthDirVoteGuard 192.0.2.2\nAuthDirVoteGuard\n")
	if o.VoteGuard.Contains(relay(1)) || !o.VoteGuard.Contains(relay(2)) {
		t.Error("AuthDirVoteGuard: not the last value that is not empty")
	}
}
