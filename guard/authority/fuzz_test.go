package authority_test

import (
	"path/filepath"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Whatever a file holds, reading it neither panics nor fails without saying where.
func fuzzed(f *testing.F, bundles, name string, more []string, read func(t *testing.T, text []byte)) {
	files, err := filepath.Glob(filepath.Join("testdata", "bundles", bundles, name))
	if err != nil || len(files) == 0 {
		f.Fatalf("no %s to begin with: %v", name, err)
	}
	for _, file := range files {
		f.Add(corpus.Read(f, file))
	}
	for _, text := range more {
		f.Add([]byte(text))
	}
	f.Fuzz(read)
}

func FuzzTorrc(f *testing.F) {
	var rows []string
	for _, row := range configRows {
		rows = append(rows, row.torrc)
	}
	fuzzed(f, "*", "torrc", append(rows, "/Nickname\n+AuthDirReject *:80,accept [::1]/128\nAuthDirF \"1.5e1\\x20KB\"\n"), func(t *testing.T, text []byte) {
		o, err := authority.ParseTorrc(text)
		if err != nil {
			checkSyntaxError(t, text, err)
			return
		}
		o.Identity()
		if o.WithParams(nil).Rules.Check() != nil && o.Rules.GuardWFU >= 0 && o.Rules.GuardWFU <= 1 {
			t.Errorf("rules that nobody can work with: %+v", o.Rules)
		}
	})
}

func FuzzLists(f *testing.F) {
	fuzzed(f, "*", "approved-routers", []string{"!reject " + fp1 + "\n!badexit x\n!invalid \"\\x41\"\n"}, func(t *testing.T, text []byte) {
		lists, warnings, err := authority.ParseLists(text)
		if err != nil {
			checkSyntaxError(t, text, err)
		}
		for _, w := range warnings {
			checkSyntaxError(t, text, w)
		}
		if len(warnings) > 1000 || len(lists.Relays)+len(lists.Ed25519) > len(text)/40 {
			t.Errorf("%d warnings, %d marks", len(warnings), len(lists.Relays)+len(lists.Ed25519))
		}
	})
}

func checkSyntaxError(t *testing.T, text []byte, err error) {
	t.Helper()
	syntax, ok := err.(*consensus.SyntaxError)
	if !ok || syntax.Err == nil || syntax.Line < 1 || syntax.Line > 1+len(text) || len(err.Error()) > 2000 {
		t.Errorf("%#v", err)
	}
}

func FuzzNodeSet(f *testing.F) {
	for _, list := range []string{"", fp1 + "~a,$" + fp2, "192.0.2.0/24:80-90,*,[::1]:1", "accept6 *:*,reject private:1", "{us}", "a,b ,\t"} {
		f.Add(list)
	}
	relay := consensus.Descriptor{Nickname: []byte("a"), Address: over4.Addr(), ORPort: over4.Port()}
	f.Fuzz(func(t *testing.T, list string) {
		set, err := authority.ParseNodeSet(list)
		if err != nil && (set.Contains(&relay) || len(err.Error()) > 500) {
			t.Errorf("%q: %v", list, err)
		}
		patterns, err := authority.ParseAddressPatterns(list)
		if err == nil && patterns.ContainsAddr(over4.Addr(), 1) != patterns.ContainsAddr(over4.Addr(), 2) {
			t.Errorf("%q: ports matter", list)
		}
	})
}

// Descriptors that somebody sends lead to a vote, whatever is in them.
func FuzzDescriptors(f *testing.F) {
	fuzzed(f, "tiny[13]", "descriptors", nil, func(t *testing.T, text []byte) {
		a := authority.Authority{Options: authority.Defaults(true)}
		a.Options.TestReachability = false
		const now = wfu.Instant(1768436416)
		relays, refused := a.Admit(consensus.Descriptors(text), now)
		for _, r := range refused {
			if r.Err == nil || r.Line < 1 {
				t.Errorf("%+v", r)
			}
		}
		in := authority.Input{Relays: relays, Now: now}
		vote, state := a.Vote(a.Start(wfu.Ledger{}, relays, nil, now), in)
		if len(vote.Entries) > len(relays) || len(state.Ledger.Relays) > len(relays) {
			t.Errorf("%d entries of %d relays", len(vote.Entries), len(relays))
		}
	})
}
