package consensus_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/consensus"
)

var compareAddrs = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
var compareFlags = cmp.Comparer(func(a, b consensus.Flags) bool { return a == b })

func TestHeaderOfAVote(t *testing.T) {
	got, err := consensus.NewReader([]byte(voteHeader + voteEntry + voteFooter)).Header()
	if err != nil {
		t.Fatal(err)
	}
	want := consensus.Header{
		Vote:                      true,
		Methods:                   []int{32, 33, 34, 35},
		Published:                 1768436416,
		ValidAfter:                1768436420,
		FreshUntil:                1768436720,
		ValidUntil:                1768437320,
		VoteSeconds:               20,
		DistSeconds:               25,
		ClientVersions:            "0.4.9.4-rc,0.4.9.5",
		ServerVersions:            "0.4.9.5",
		RecommendedRelayProtocols: "Cons=2 Desc=2",
		KnownFlags: consensus.FlagsOf(consensus.Authority, consensus.BadExit, consensus.Exit, consensus.Fast,
			consensus.Guard, consensus.HSDir, consensus.MiddleOnly, consensus.Running, consensus.Stable,
			consensus.StaleDesc, consensus.Sybil, consensus.V2Dir, consensus.Valid),
		FlagThresholds:        "stable-uptime=894108 enough-mtbf=1",
		Params:                consensus.Params{{Name: "bwauthpid", Value: 1}, {Name: "maxunmeasuredbw", Value: 20}},
		BandwidthFileHeaders:  "timestamp=1781606193 version=1.9.0",
		BandwidthFileDigest:   "sha256=3+mpD/gxXYFfA56nmtzzEnrVv0igJ6C1n5sCB9xLcW4",
		SharedRandParticipate: true,
		SharedRandCommits:     []string{"1 sha3-256 62859794ECC78DBE2729FEECFC480ED090723CEF AAAA"},
		Sources: []consensus.Source{{
			Nickname:  "auth0",
			Identity:  fingerprint("62859794ECC78DBE2729FEECFC480ED090723CEF"),
			Hostname:  "example.org",
			Address:   netip.MustParseAddr("198.18.255.1"),
			DirPort:   7000,
			ORPort:    5000,
			Contact:   "none@example.invalid",
			LegacyKey: fingerprint("0000000000000000000000000000000000000001"),
		}},
	}
	if diff := cmp.Diff(want, got, compareAddrs, compareFlags); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

func TestHeaderOfAMicrodescConsensus(t *testing.T) {
	h, err := consensus.NewReader([]byte(microdescConsensus)).Header()
	if err != nil {
		t.Fatal(err)
	}
	if h.Vote || h.Flavour != "microdesc" || h.Method != 22 || h.Methods != nil || !h.Published.IsZero() {
		t.Errorf("header says vote=%v flavour=%q method=%d methods=%d published=%v", h.Vote, h.Flavour, h.Method, h.Methods, h.Published)
	}
	if h.SharedRandPrevious != "9 byv03D8uD5fE73YYFyO=" || h.SharedRandCurrent != "8 ornTOFLTj7AC=" {
		t.Errorf("shared random values %q, %q", h.SharedRandPrevious, h.SharedRandCurrent)
	}
	if len(h.Sources) != 2 || h.Sources[0].VoteDigest != fingerprint("685833E9E0FDA5B6C85D24549961BA7C35EDD4A5") ||
		h.Sources[0].Contact != "first" || h.Sources[1].Nickname != "moria1-legacy" || h.Sources[1].Contact != "" {
		t.Errorf("sources %+v", h.Sources)
	}
	h, err = consensus.NewReader([]byte(with(microdescConsensus, "consensus-method 22\n", ""))).Header()
	if err != nil || h.Method != 1 {
		t.Errorf("a consensus that names no method has method %d, %v", h.Method, err)
	}
}

func TestFooter(t *testing.T) {
	f, err := consensus.NewReader([]byte(microdescConsensus)).Footer()
	if err != nil {
		t.Fatal(err)
	}
	want := consensus.Footer{
		BandwidthWeights: "Wbd=0 Wbe=0 Wbg=4194",
		Signatures: []consensus.Signature{{
			Algorithm:  "sha256",
			Identity:   fingerprint("0232AF901C31A04EE9848595AF9BB7620D4C5B2E"),
			SigningKey: fingerprint("A0072D9B9E5885934EBB7A5F7F2B4F12C42FDC6A"),
		}},
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("footer (-want +got):\n%s", diff)
	}
	f, err = consensus.NewReader([]byte(voteHeader + voteFooter)).Footer()
	if err != nil || len(f.Signatures) != 1 || f.Signatures[0].Algorithm != "sha1" || f.BandwidthWeights != "" {
		t.Errorf("footer of a vote without relays: %+v, %v", f, err)
	}
	unsigned, _, _ := strings.Cut(microdescConsensus, "directory-signature")
	if f, err = consensus.NewReader([]byte(unsigned)).Footer(); err != nil || len(f.Signatures) != 0 {
		t.Errorf("footer of an unsigned consensus: %+v, %v", f, err)
	}
	ancient := strings.NewReplacer("consensus-method 22", "consensus-method 8", "directory-footer\n", "",
		"bandwidth-weights Wbd=0 Wbe=0 Wbg=4194\n", "").Replace(microdescConsensus)
	if f, err = consensus.NewReader([]byte(ancient)).Footer(); err != nil || len(f.Signatures) != 1 {
		t.Errorf("footer of method 8: %+v, %v", f, err)
	}
}

// Each document is spoilt at one place; the line number is that of the place.
func TestSpoiltDocuments(t *testing.T) {
	vote := voteHeader + voteEntry + laterEntry + voteFooter
	entry := strings.Count(voteHeader, "\n") + 1 // the first line of the first entry
	footer := entry + strings.Count(voteEntry+laterEntry, "\n")
	end := strings.Count(vote, "\n")
	long := strings.Repeat("x", 128*1024)
	for _, tt := range []struct {
		reason   string
		doc      string
		line     int
		keyword  string
		sentinel error
	}{
		{"nothing", "", 1, "network-status-version", consensus.ErrMissing},
		{"blank", "\n\n \n", 1, "network-status-version", consensus.ErrMissing},
		{"something else", "<html>\n", 1, "<html>", consensus.ErrNotThis},
		{"a descriptor", sampleDescriptor, 2, "router", consensus.ErrNotThis},
		{"entries alone", voteEntry, 1, "network-status-version", consensus.ErrMissing},
		{"version 2", with(vote, "version 3", "version 2"), 1, "network-status-version", consensus.ErrNotThis},
		{"no version", with(vote, "version 3", "version"), 1, "network-status-version", consensus.ErrNotThis},
		{"unknown flavour", with(vote, "version 3", "version 3 vanilla"), 1, "network-status-version", consensus.ErrNotThis},
		{"vote with a flavour", with(vote, "version 3", "version 3 microdesc"), entry - 1, "network-status-version", consensus.ErrNotThis},
		{"an opinion", with(vote, "status vote", "status opinion"), 2, "vote-status", consensus.ErrBadValue},
		{"no status", with(vote, "vote-status vote", "vote-status"), 2, "vote-status", consensus.ErrTooFew},
		{"no vote-status line", with(vote, "vote-status vote\n", ""), entry - 2, "vote-status", consensus.ErrMissing},
		{"a method that is no number", with(vote, "32 33 34 35", "32 33 x"), 3, "consensus-methods", consensus.ErrBadValue},
		{"no methods", with(vote, " 32 33 34 35", ""), 3, "consensus-methods", consensus.ErrTooFew},
		{"no consensus-methods line", with(vote, "consensus-methods 32 33 34 35\n", ""), entry - 2, "consensus-methods", consensus.ErrMissing},
		{"method 0", with(microdescConsensus, "method 22", "method 0"), 4, "consensus-method", consensus.ErrBadValue},
		{"a day that does not exist", with(vote, "published 2026-01-15", "published 2026-02-32"), 4, "published", consensus.ErrBadValue},
		{"no time", with(vote, "published 2026-01-15 00:20:16", "published"), 4, "published", consensus.ErrTooFew},
		{"no published line", with(vote, "published 2026-01-15 00:20:16\n", ""), entry - 2, "published", consensus.ErrMissing},
		{"two times", with(vote, "fresh-until", "valid-after"), 6, "valid-after", consensus.ErrTwice},
		{"delay of one number", with(vote, "delay 20 25", "delay 20"), 8, "voting-delay", consensus.ErrTooFew},
		{"delay of no number", with(vote, "delay 20 25", "delay x 25"), 8, "voting-delay", consensus.ErrBadValue},
		{"negative delay", with(vote, "delay 20 25", "delay 20 -25"), 8, "voting-delay", consensus.ErrBadValue},
		{"flags out of order", with(vote, "Authority BadExit Exit", "Authority Exit BadExit"), 12, "known-flags", consensus.ErrOrder},
		{"a flag twice", with(vote, "Authority BadExit", "Authority Authority"), 12, "known-flags", consensus.ErrOrder},
		{"more flags than bits", with(vote, "Authority BadExit", manyFlags(65)+" Authority BadExit"), 12, "known-flags", consensus.ErrBadValue},
		{"a parameter too large", with(vote, "bwauthpid=1", "bwauthpid=4294967296"), 14, "params", consensus.ErrBadValue},
		{"params out of order", with(vote, "bwauthpid=1", "zz=1"), 14, "params", consensus.ErrOrder},
		{"short dir-source", with(vote, " 7000 5000\n", " 7000\n"), 17, "dir-source", consensus.ErrTooFew},
		{"bad nickname", with(vote, "dir-source auth0", "dir-source auth.0"), 17, "dir-source", consensus.ErrBadValue},
		{"bad identity", with(vote, "dir-source auth0 6", "dir-source auth0 G"), 17, "dir-source", consensus.ErrBadValue},
		{"bad address", with(vote, "org 198.18.255.1", "org 198.18.255.256"), 17, "dir-source", consensus.ErrBadValue},
		{"bad directory port", with(vote, " 7000 5000", " 65536 5000"), 17, "dir-source", consensus.ErrBadValue},
		{"bad port", with(vote, " 7000 5000", " 7000 +5000"), 17, "dir-source", consensus.ErrBadValue},
		{"two authors", with(vote, "contact", "dir-source b 62859794ECC78DBE2729FEECFC480ED090723CEF b 192.0.2.1 1 1\ncontact"),
			entry, "dir-source", consensus.ErrTwice},
		{"no author", with(with(with(vote, "dir-source auth0", "x-source"), "contact", "x-contact"), "legacy-dir-key", "x-key"),
			entry - 1, "dir-source", consensus.ErrMissing},
		{"contact of nobody", with(vote, "dir-source auth0", "contact"), 17, "contact", consensus.ErrOrder},
		{"two contacts", with(vote, "contact", "contact x\ncontact"), 19, "contact", consensus.ErrTwice},
		{"bad legacy key", with(vote, "legacy-dir-key 0", "legacy-dir-key "), 19, "legacy-dir-key", consensus.ErrBadValue},
		{"bad vote digest", with(microdescConsensus, "vote-digest 6", "vote-digest "), 15, "vote-digest", consensus.ErrBadValue},
		{"two vote digests", with(microdescConsensus, "dir-source moria", "vote-digest 685833E9E0FDA5B6C85D24549961BA7C35EDD4A5\ndir-source moria"),
			16, "vote-digest", consensus.ErrTwice},
		{"object without an end", with(vote, "-----END RSA PUBLIC KEY-----\n", ""), entry - 3, "-----END", consensus.ErrMissing},
		{"a huge object", with(vote, "MIIBigKCAYEA", strings.Repeat(strings.Repeat("A", 64)+"\n", 2100)), entry - 3, "-----BEGIN", consensus.ErrTooLong},
		{"a huge line", with(vote, "none@example.invalid", long), 18, "contact", consensus.ErrTooLong},
		{"a byte of zero", with(vote, "none@", "none\x00"), 18, "contact", consensus.ErrBadValue},
		{"an entry twice", voteHeader + voteEntry + voteEntry + voteFooter, entry + 11, "r", consensus.ErrOrder},
		{"entries out of order", voteHeader + laterEntry + voteEntry + voteFooter, entry + 2, "r", consensus.ErrOrder},
		{"cut off behind an entry", voteHeader + voteEntry, entry + 10, "directory-footer", consensus.ErrMissing},
		{"cut off behind the header", voteHeader, entry - 1, "directory-footer", consensus.ErrMissing},
		{"cut off in a signature", vote[:len(vote)-40], end - 2, "-----END", consensus.ErrMissing},
		{"cut off in the footer", vote[:strings.Index(vote, "directory-footer")+16], footer, "directory-signature", consensus.ErrMissing},
		{"cut off, and another behind it", voteHeader + voteEntry + "@type x\n" + vote, entry + 11, "directory-footer", consensus.ErrMissing},
		{"two documents", vote + vote, end + 1, "network-status-version", consensus.ErrTwice},
		{"two footers", with(vote, "directory-footer", "directory-footer\ndirectory-footer"), footer + 1, "directory-footer", consensus.ErrTwice},
		{"footer behind a signature", vote + "directory-footer\n", end + 1, "directory-footer", consensus.ErrTwice},
		{"the only footer behind a signature", with(vote, "directory-footer\n", "") + "directory-footer\n", end, "directory-footer", consensus.ErrOrder},
		{"weights behind a signature", vote + "bandwidth-weights\n", end + 1, "bandwidth-weights", consensus.ErrOrder},
		{"weights twice", with(microdescConsensus, "directory-signature", "bandwidth-weights\ndirectory-signature"),
			24, "bandwidth-weights", consensus.ErrTwice},
		{"signature of nobody", with(vote, "directory-signature 6", "directory-signature "), footer + 1, "directory-signature", consensus.ErrBadValue},
		{"signature with half a key", with(vote, " A0072D", " "), footer + 1, "directory-signature", consensus.ErrBadValue},
		{"signature without a key", with(vote, " A0072D9B9E5885934EBB7A5F7F2B4F12C42FDC6A", ""), footer + 1, "directory-signature", consensus.ErrTooFew},
		{"signature without an object", with(vote, "-----BEGIN SIG", "BEGIN SIG"), footer + 1, "directory-signature", consensus.ErrMissing},
	} {
		_, err := consensus.Parse([]byte(tt.doc))
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: error %v", tt.reason, err)
			continue
		}
		if syntax.Line != tt.line || syntax.Keyword != tt.keyword || !errors.Is(err, tt.sentinel) {
			t.Errorf("%s: got %v; want line %d: %s: %v", tt.reason, err, tt.line, tt.keyword, tt.sentinel)
		}
		if len(err.Error()) > 500 {
			t.Errorf("%s: message of %d bytes", tt.reason, len(err.Error()))
		}
	}
}

// What Tor's tokenizer takes, this one takes.
func TestLenience(t *testing.T) {
	plain := voteHeader + voteEntry + laterEntry + voteFooter
	want, err := consensus.Parse([]byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ reason, doc string }{
		{"the word opt", with(plain, "\nv Tor", "\nopt v Tor")},
		{"unknown lines", with(with(plain, "\nv Tor", "\nx y z\nv Tor"), "params", "unheard-of\nparams")},
		{"an unknown line with an object", with(plain, "\nv Tor", "\nx\n-----BEGIN X-----\nAAAA\n-----END X-----\nv Tor")},
		{"further arguments", with(with(plain, "9002 80\n", "9002 80 more\n"), "delay 20 25", "delay 20 25 30")},
		{"blank lines and comments", with(plain, "\nv Tor", "\n\n# so it is\n \t\nv Tor")},
		{"more blanks", with(with(plain, "first AmJ", "first  AmJ"), "\nv Tor", "\n  v \tTor")},
		{"blanks between date and time", with(plain, "2026-01-14 06:57:51", "2026-01-14 \t 06:57:51")},
		{"carriage returns", strings.ReplaceAll(plain, "\n", "\r\n")},
		{"padded base64", with(plain, "cMxtB+E ", "cMxtB+E= ")},
		{"no newline at the end", strings.TrimSuffix(plain, "\n")},
		{"an annotation", "@type network-status-vote-3 1.0\n" + plain},
		{"unknown words of a w line", with(plain, "w Bandwidth=6526", "w Colour=blue x Bandwidth=1 Bandwidth=6526")},
		{"unknown words of a stats line", with(plain, "stats wfu", "stats x=y wfu")},
	} {
		got, err := consensus.Parse([]byte(tt.doc))
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		for i := range got.Entries {
			got.Entries[i].Line, got.Entries[i].Text = want.Entries[i].Line, want.Entries[i].Text
		}
		if diff := cmp.Diff(want, got, compareAddrs, compareFlags); diff != "" {
			t.Errorf("%s: read differently (-want +got):\n%s", tt.reason, diff)
		}
	}
}

// A bad entry does not end the stream, and the caller may end it anywhere.
func TestEntriesGoOnBehindABadOne(t *testing.T) {
	doc := voteHeader + voteEntry + with(laterEntry, "\ns\n", "\n") + strings.ReplaceAll(laterEntry, "r second B", "r third C") + voteFooter
	var lines, bad []int
	for e, err := range consensus.NewReader([]byte(doc)).Entries() {
		lines = append(lines, e.Line)
		if err != nil {
			bad = append(bad, e.Line)
			if string(e.Nickname) != "second" || e.Identity == (consensus.Fingerprint{}) || len(e.Text) == 0 {
				t.Errorf("the bad entry is %+v", e)
			}
		}
	}
	if !slices.Equal(lines, []int{28, 39, 40}) || !slices.Equal(bad, []int{39}) {
		t.Errorf("entries at lines %d, bad ones at %d", lines, bad)
	}
	for stopAt := range 3 {
		n := 0
		for range consensus.NewReader([]byte(doc)).Entries() {
			if n++; n > stopAt {
				break
			}
		}
		if n != stopAt+1 {
			t.Errorf("stopped after %d entries, got %d", stopAt+1, n)
		}
	}
	n := 0
	for _, err := range consensus.NewReader([]byte("x\n" + doc)).Entries() {
		n++
		if !errors.Is(err, consensus.ErrNotThis) {
			t.Errorf("without a header: %v", err)
		}
	}
	if n != 1 {
		t.Errorf("without a header: %d entries", n)
	}
	if _, err := consensus.NewReader([]byte("x\n" + doc)).Footer(); !errors.Is(err, consensus.ErrNotThis) {
		t.Errorf("without a header: footer error %v", err)
	}
}

// manyFlags are n names of flags in order, all before those of Tor.
func manyFlags(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " A%03d", i)
	}
	return b.String()[1:]
}
