package authority_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
)

func known(nickname, fingerprint string) authority.Known {
	id, err := consensus.ParseFingerprint(fingerprint)
	if err != nil {
		panic(err)
	}
	return authority.Known{Nickname: nickname, Identity: id}
}

// configRows are texts and the nickname they set. Each was held against tor --dump-config of 0.4.9.11, with ContactInfo in
// place of Nickname, except for what is unknown to tor and that of the file to include.
var configRows = []struct{ torrc, want, reason string }{
	{"Nickname abc", "abc", "no newline at the end"},
	{"  Nickname   abc  \t\n", "abc", "blanks around"},
	{"Nickname\tabc\r\n", "abc", "a tab, and CRLF"},
	{"NICKNAME abc\n", "abc", "either case"},
	{"Ni abc\n", "abc", "the shortest abbreviation"},
	{"N abc\n", "", "which is some other option's if shorter"},
	{"Nicknamex abc\n", "", "another name"},
	{"Nickname abc # def\n", "abc", "a comment"},
	{"Nickname abc#def\n", "abc", "a comment needs no blank"},
	{"Nickname#abc\n", "", "not even after the keyword"},
	{"Nickname \"abc # def\"\n", "abc # def", "none in quotation marks"},
	{"Nickname \"abc\" # def\n", "abc", "but one behind them"},
	{"Nickname \"abc\"\r\n\r\n", "abc", "with CRLF"},
	{`Nickname "a\"b\\c\'\n\t\r\101\x42\1"`, "a\"b\\c'\n\t\rAB\x01", "escapes"},
	{`Nickname "ab\x00cd"`, "ab", "a NUL byte ends it"},
	{"Nickname abc\\\ndef\n", "abcdef", "a continued line"},
	{"Nickname abc\\\r\ndef\r\n", "abcdef", "with CRLF"},
	{"Nickname abc \\\n  def\n", "abc   def", "its blanks stay"},
	{"Nickname\\\nabc\n", "abc", "behind the keyword"},
	{"Nickname abc\\\n# comment \\\n def\n", "abc def", "a comment between"},
	{"Nickname abc\\\ndef # comment\nghi\n", "abcdef ghi", "or behind: it does not end the value any more"},
	{"Nickname abc\\\n\nContactInfo x\n", "abc\\", "a backslash before an empty line stays"},
	{"Nickname abc\\", "abc\\", "and one at the end"},
	{"Nickname abc \\# def\n", "abc \\", "and one before a comment"},
	{"# comment \\\nNickname abc\n", "abc", "comments do not go on"},
	{"Nickname abc\x00def\n", "abc", "a NUL byte ends the text"},
	{"Nickname a\rb\n", "ab", "carriage returns are not there"},
	{"%include /nowhere\nNickname abc\n", "abc", "includes are passed over"},
	{"\\\nNickname abc\n", "", "an empty keyword takes the next line"},
	{"\"Nickname\" abc\n", "", "keywords have no quotation marks"},
}

func TestConfigurationLines(t *testing.T) {
	for _, test := range configRows {
		if got := options(t, test.torrc).Nickname; got != test.want {
			t.Errorf("%q: %q, want %q: %s", test.torrc, got, test.want, test.reason)
		}
	}
}

func TestAbbreviationsAreThoseOfTor(t *testing.T) {
	for torrc, set := range map[string]func(authority.Options) bool{
		"AuthDirListB 1":                          func(o authority.Options) bool { return !o.ListBadExits }, // AuthDirListBadDirs, of old
		"AuthDirListBadE 1":                       func(o authority.Options) bool { return o.ListBadExits },
		"AuthDirFast 5":                           func(o authority.Options) bool { return o.Rules.FastGuarantee == 5 },
		"AuthDirVoteGuardG 5":                     func(o authority.Options) bool { return o.Rules.GuardTimeKnown == 5 },
		"AuthDirVoteGuardGuaranteeW 0.5":          func(o authority.Options) bool { return o.Rules.GuardWFU == 0.5 },
		"AuthDirVoteStable 5":                     func(o authority.Options) bool { return o.Rules.StableUptime == 5 },
		"AuthDirVoteStableGuaranteeMT 5":          func(o authority.Options) bool { return o.Rules.StableMTBF == 5 },
		"AuthDirM 5":                              func(o authority.Options) bool { return o.Rules.MaxPerAddress == 5 },
		"TestingT 1":                              func(o authority.Options) bool { return o.Testing },
		"Te 5":                                    func(o authority.Options) bool { return o.LearnSeconds == 5 },
		"DirServer a 192.0.2.1:80 " + fp1:         func(o authority.Options) bool { return len(o.Authorities) == 1 },
		"DirServe a 192.0.2.1:80 " + fp1:          func(o authority.Options) bool { return len(o.Authorities) == 0 },
		"TestingTorNetwork 1\nTestingMinF 5":      func(o authority.Options) bool { return o.Rules.FastMin == 5 },
		"TestingTorNetwork 1\nTestingMin 5000":    func(o authority.Options) bool { return o.Rules.MinCounted == 5 },
		"TestingTorNetwork 1\nTestingMinFa 6":     func(o authority.Options) bool { return o.Rules.FastMin == 6 },
		"TestingT 1\nTestingDirAuthVoteGuardI 1":  func(o authority.Options) bool { return o.Force[1].Strict },
		"TestingT 1\nTestingDirAuthVoteGuard{} 1": func(o authority.Options) bool { return !o.Force[1].Strict },
	} {
		if o := options(t, torrc); !set(o) {
			t.Errorf("%q: %+v", torrc, o)
		}
	}
}

// Each row was held against tor --verify-config of 0.4.9.11.
func TestDirAuthorityLines(t *testing.T) {
	for line, want := range map[string]authority.Known{
		"a orport=5000 v3ident=" + fp2 + " 192.0.2.1:80 " + fp1: known("a", fp1),
		"a 192.0.2.1:80 " + fp1:                                 known("a", fp1),
		"192.0.2.1:80 " + fp1:                                   known("", fp1),
		"1a 192.0.2.1:80 " + fp1:                                known("1a", fp1),
		"a bridge no-v2 hs foo=bar ipv6=[2001:db8::1]:80 192.0.2.1:80 EECA 4748 026B 1273 4D75 0982 07FC 5E2D 914A DDD2": known("a", fp1),
		"a_b 192.0.2.1:80 " + fp1:                                    known("", fp1), // no nickname, so taken for some option
		"abcdefghijklmnopqrst 192.0.2.1:80 " + fp1:                   known("", fp1),
		"a\t192.0.2.1:080\teeca4748026b12734d75098207fc5e2d914addd2": known("a", fp1),
	} {
		o := options(t, "DirAuthority "+line+"\nDirAuthority other 192.0.2.2:80 "+fp2+"\n")
		if diff := cmp.Diff([]authority.Known{want, known("other", fp2)}, o.Authorities); diff != "" {
			t.Errorf("%s:\n%s", line, diff)
		}
	}
}

func TestAuthorityFindsItselfByItsName(t *testing.T) {
	lines := "DirAuthority a 192.0.2.1:80 " + fp1 + "\nDirAuthority b 192.0.2.2:80 " + fp2 + "\n"
	for torrc, want := range map[string]consensus.Fingerprint{
		"":                      {},
		lines:                   known("", fp1).Identity,
		lines + "Nickname b\n":  known("", fp2).Identity,
		lines + "Nickname c\n":  known("", fp1).Identity,
		"Nickname b\n":          {},
		"Nickname\n" + lines:    known("", fp1).Identity,
		lines + "/DirAuthority": {},
	} {
		if got := options(t, torrc).Identity(); got != want {
			t.Errorf("%q: %v, want %v", torrc, got, want)
		}
	}
}
