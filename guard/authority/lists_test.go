package authority_test

import (
	"encoding/base64"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
)

func lists(t *testing.T, text string) (authority.Lists, []*consensus.SyntaxError) {
	t.Helper()
	l, warnings, err := authority.ParseLists([]byte(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return l, warnings
}

func TestEveryDirectiveMarks(t *testing.T) {
	relay := consensus.Descriptor{Identity: known("", fp1).Identity, Ed25519: [32]byte{31: 7}}
	key := base64.RawStdEncoding.EncodeToString(relay.Ed25519[:])
	for directive, want := range map[string]authority.Mark{
		"!reject": authority.MarkReject, "!invalid": authority.MarkInvalid, "!badexit": authority.MarkBadExit,
		"!middleonly": authority.MarkMiddleOnly, "!stripguard": authority.MarkStripGuard,
		"!striphsdir": authority.MarkStripHSDir, "!stripv2dir": authority.MarkStripV2Dir,
	} {
		for _, text := range []string{
			directive + " " + fp1 + "\n",
			strings.ToUpper(directive) + "\t" + strings.ToLower(fp1),
			directive + " EECA4748 026B12734D75098207FC5E2D914ADDD 2 # why\r\n",
			directive + ` "` + fp1 + `"`,
			directive + " " + fp1[:20] + "\\\n " + fp1[20:] + "\n",
			directive + " " + key + "\n",
		} {
			l, warnings := lists(t, "# relays\n\n"+text)
			if got := l.Mark(&relay); got != want || len(warnings) > 0 {
				t.Errorf("%q: mark %b, want %b; %v", text, got, want, warnings)
			}
			if other := (consensus.Descriptor{Identity: known("", fp2).Identity}); l.Mark(&other) != 0 {
				t.Errorf("%q marks another", text)
			}
		}
	}
}

func TestMarksOfOneRelayAddUp(t *testing.T) {
	relay := consensus.Descriptor{Identity: known("", fp1).Identity, Ed25519: [32]byte{1}}
	l, _ := lists(t, "!badexit "+fp1+"\n!stripguard "+fp1+"\n!badexit "+fp1+"\n!invalid "+base64.RawStdEncoding.EncodeToString(relay.Ed25519[:])+"\n")
	if got, want := l.Mark(&relay), authority.MarkBadExit|authority.MarkStripGuard|authority.MarkInvalid; got != want {
		t.Errorf("mark %b, want %b", got, want)
	}
	if got := (authority.Lists{}).Mark(&relay); got != 0 {
		t.Errorf("no lists mark %b", got)
	}
}

func TestBadLinesOfListsAreWarnings(t *testing.T) {
	key := base64.RawStdEncoding.EncodeToString(make([]byte, 32))
	for _, test := range []struct {
		line string
		want consensus.SyntaxError
	}{
		{"!badexit", consensus.SyntaxError{Keyword: "!badexit", Err: consensus.ErrFingerprint}},
		{"!badexit " + fp1 + "A", consensus.SyntaxError{Keyword: "!badexit", Value: fp1 + "A", Err: consensus.ErrFingerprint}},
		{"!badexit " + fp1[1:], consensus.SyntaxError{Keyword: "!badexit", Value: fp1[1:], Err: consensus.ErrFingerprint}},
		{"!badexit G" + fp1[1:], consensus.SyntaxError{Keyword: "!badexit", Value: "G" + fp1[1:], Err: consensus.ErrFingerprint}},
		{"!badexit $" + fp1[1:], consensus.SyntaxError{Keyword: "!badexit", Value: "$" + fp1[1:], Err: consensus.ErrFingerprint}},
		{"!badexit " + key + "=", consensus.SyntaxError{Keyword: "!badexit", Value: key + "=", Err: consensus.ErrFingerprint}},
		{"!badexit !" + key[1:], consensus.SyntaxError{Keyword: "!badexit", Value: "!" + key[1:], Err: consensus.ErrFingerprint}},
		{"!guard " + fp1, consensus.SyntaxError{Keyword: "!guard", Value: fp1, Err: authority.ErrDirective}},
		{"moria1 " + fp1, consensus.SyntaxError{Keyword: "moria1", Value: fp1, Err: authority.ErrDirective}},
		{"+!badexit " + fp1, consensus.SyntaxError{Keyword: "+!badexit", Value: fp1, Err: authority.ErrDirective}},
		{strings.Repeat("x", 300) + " " + strings.Repeat("y", 300), consensus.SyntaxError{Keyword: strings.Repeat("x", 80), Value: strings.Repeat("y", 80), Err: consensus.ErrFingerprint}},
	} {
		test.want.Line = 3
		l, warnings := lists(t, "!invalid "+fp2+"\n# comment\n"+test.line+"\n!reject "+fp2+"\n")
		if len(warnings) != 1 || *warnings[0] != test.want {
			t.Errorf("%.90s: %v, want %v", test.line, warnings, &test.want)
		}
		relay := consensus.Descriptor{Identity: known("", fp2).Identity}
		if l.Mark(&relay) != authority.MarkInvalid|authority.MarkReject {
			t.Errorf("%.90s: the lines around it are lost", test.line)
		}
	}
}

func TestWarningsAreBounded(t *testing.T) {
	for _, n := range []int{999, 1000, 1001, 5000} {
		_, warnings := lists(t, strings.Repeat("!badexit x\n", n))
		if len(warnings) != min(n, 1000) {
			t.Errorf("%d bad lines give %d warnings", n, len(warnings))
		}
		last := warnings[len(warnings)-1]
		if left := errors.Is(last, authority.ErrTooManyWarnings); left != (n > 1000) || last.Line != n {
			t.Errorf("%d bad lines end in %v", n, last)
		}
	}
}

func TestListsThatTorWouldNotReadAreAnError(t *testing.T) {
	_, _, err := authority.ParseLists([]byte("!badexit " + fp1 + "\n!reject \"" + fp1 + "\n"))
	var syntax *consensus.SyntaxError
	if !errors.As(err, &syntax) || !errors.Is(err, authority.ErrQuotes) || syntax.Line != 2 {
		t.Error(err)
	}
}

func TestNodeSets(t *testing.T) {
	relay := consensus.Descriptor{
		Identity: known("", fp1).Identity, Nickname: []byte("Moria1"), ORPort: 9001, Address: addr("192.0.2.5"),
	}
	long := "abcdefghijklmnopqrs"
	for list, want := range map[string]bool{
		"": false, " , ,": false,
		fp1: true, "$" + strings.ToLower(fp1): true, fp1 + "=moria1": true, "$" + fp1 + "~x": true, fp2: false,
		"moria1": true, "MORIA1": true, "moria": false, long: false, "private": false,
		fp2 + ", moria1 ,": true,
		"192.0.2.5":        true, "192.0.2.5:9001": true, "192.0.2.5:9002": false, "192.0.2.5:9000-9002": true,
		"192.0.2.0/24": true, "192.0.2.0/255.255.255.0:9001": true, "192.0.3.0/24": false, "192.0.2.0/": true, "192.0.2.0/+24": true,
		"*": true, "*4": true, "*6": false, "*:9001": true, "*:80": false, "[192.0.2.5]": true,
		"[2001:db8::1]": false, "2001:db8::/32": false, "[2001:db8::]/32:80": false,
		"accept 192.0.2.5": false, "accept 192.0.2.5,*": false, "reject 192.0.2.5,accept *": true, "accept 192.0.2.6,*": true,
		"reject\t192.0.2.5": true, "reject6 192.0.2.5": false, "reject6 *": false, "accept6 *,*": true, "reject *": true,
		"reject private:*": false,
	} {
		set, err := authority.ParseNodeSet(list)
		if err != nil {
			t.Errorf("%q: %v", list, err)
		} else if got := set.Contains(&relay); got != want {
			t.Errorf("%q: %v, want %v", list, got, want)
		}
	}
	for list, want := range map[string]error{
		"a_b": authority.ErrNode, "moria1,a_b": authority.ErrNode, long + "t": authority.ErrNode, fp1[1:]: authority.ErrNode,
		"$$" + fp1: authority.ErrNode, "$moria1": authority.ErrNode, fp1 + "=": authority.ErrNode, fp1 + "=a_b": authority.ErrNode,
		"192.0.2.5:0": authority.ErrNode, "192.0.2.05": authority.ErrNode, "192.0.2.5:80/24": authority.ErrNode, "192.0.2": authority.ErrNode,
		"192.0.2.5 192.0.2.6": authority.ErrNode, "REJECT 192.0.2.5": authority.ErrNode, "rejects 192.0.2.5": authority.ErrNode,
		"2001:db8::1": authority.ErrNode, "[2001:db8::1": authority.ErrNode, "*/8": authority.ErrNode, "private:*": authority.ErrNode, "a.b": authority.ErrNode,
		"{us}": authority.ErrCountry, "{??}x": authority.ErrCountry, "moria1,{us}": authority.ErrCountry, "{us": authority.ErrNode, "{usa}": authority.ErrNode,
	} {
		set, err := authority.ParseNodeSet(list)
		if !errors.Is(err, want) || set.Contains(&relay) {
			t.Errorf("%q: %v, want %v", list, err, want)
		}
	}
}

func TestAddressPatternsKnowNoNames(t *testing.T) {
	for _, list := range []string{"moria1", fp1, "{us}", "192.0.2.5,moria1"} {
		if _, err := authority.ParseAddressPatterns(list); !errors.Is(err, authority.ErrNode) {
			t.Errorf("%q: %v", list, err)
		}
	}
	set, err := authority.ParseAddressPatterns("accept 192.0.2.5, 192.0.2.0/24:9001")
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{"192.0.2.5:9001": false, "192.0.2.6:9001": true, "192.0.2.6:80": true, "192.0.3.6:9001": false} {
		a := netip.MustParseAddrPort(address)
		if got := set.ContainsAddr(a.Addr(), a.Port()); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
}
