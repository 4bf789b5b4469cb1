package consensus_test

import (
	"encoding/hex"
	"errors"
	"math"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/wfu"
	"pgregory.net/rapid"
)

// onlyEntry is the one entry of a document.
func onlyEntry(t *testing.T, doc string) consensus.Entry {
	t.Helper()
	d, err := consensus.Parse([]byte(doc))
	if err != nil || len(d.Entries) != 1 {
		t.Fatalf("%d entries, %v", len(d.Entries), err)
	}
	return d.Entries[0]
}

func TestEntryOfAVote(t *testing.T) {
	e := onlyEntry(t, voteHeader+voteEntry+voteFooter)
	want := consensus.Entry{
		Line:       28,
		Text:       []byte(voteEntry),
		Nickname:   []byte("first"),
		Identity:   fingerprint("02624CAA1A2DF882D8D955960734BD70CC6D07E1"),
		Published:  1768373871,
		Address:    netip.MustParseAddr("198.18.0.28"),
		ORPort:     9002,
		DirPort:    80,
		Flags:      consensus.FlagsOf(consensus.Exit, consensus.Fast, consensus.Running, consensus.V2Dir, consensus.Valid),
		Version:    []byte("Tor 0.4.8.12"),
		Protocols:  []byte("Cons=1-2 Desc=1-2"),
		Weight:     consensus.Weight{Bandwidth: 6526, HasBandwidth: true, Measured: 7000, HasMeasured: true, GuardFraction: 25, HasGuardFraction: true},
		Policy:     []byte("accept 80,443"),
		HasEd25519: true,
		Stats:      wfu.Stats{WFU: 0.938860, TimeKnown: 773337, MTBF: 14634}, HasStats: true,
	}
	want.Digest = fingerprint("963CC87D13E88CC2334CBCFD0B774D144EF80F08")
	key, err := hex.DecodeString("aa0accb3d0fc6edec0637d55711b3c89ccdda48b66ea8bc72338eb1908dd1623")
	if err != nil {
		t.Fatal(err)
	}
	want.Ed25519 = [32]byte(key)
	if diff := cmp.Diff(want, e, compareAddrs, compareFlags); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	if addr, ok := e.IPv6(); !ok || addr != netip.MustParseAddrPort("[2001:db8::28]:9002") {
		t.Errorf("IPv6 = %v, %v", addr, ok)
	}
}

func TestEntryOfAMicrodescConsensus(t *testing.T) {
	e := onlyEntry(t, microdescConsensus)
	if e.Digest != [20]byte{} || e.Microdesc[0] != 0x22 || e.Microdesc[31] != 0x41 || e.DirPort != 9030 || e.HasEd25519 ||
		e.HasStats {
		t.Errorf("entry %+v", e)
	}
	if got := e.Flags.String(); got != "Exit Fast NewFlag Running Valid" {
		t.Errorf("flags %q: a consensus may show one it does not announce", got)
	}
	if w := (consensus.Weight{Bandwidth: 444, HasBandwidth: true, Unmeasured: true}); e.Weight != w {
		t.Errorf("weight %+v", e.Weight)
	}
	if e := onlyEntry(t, with(microdescConsensus, "m IhXbF", "x IhXbF")); e.Microdesc != [32]byte{} {
		t.Errorf("without an m line: %x", e.Microdesc)
	}
}

// Each line is put in the place of the one of its keyword; the error has its number.
func TestSpoiltEntries(t *testing.T) {
	first := strings.Count(voteHeader, "\n") + 1
	for _, tt := range []struct {
		line, value string
		sentinel    error
	}{
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28 9002",
			"first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28 9002"[:81], consensus.ErrTooFew},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E", "first AmJMqhot+ILY2VWWBzS9cMxtB+E", consensus.ErrTooFew},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14", "first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14", consensus.ErrTooFew},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51", "first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51", consensus.ErrTooFew},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28", "first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28"[:81], consensus.ErrTooFew},
		{"r first", "first", consensus.ErrTooFew},
		{"r fir-st A", "fir-st", consensus.ErrBadValue},
		{"r abcdefghijklmnopqrst A", "abcdefghijklmnopqrst", consensus.ErrBadValue},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+ A", "AmJMqhot+ILY2VWWBzS9cMxtB+", consensus.ErrBadValue},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+! A", "AmJMqhot+ILY2VWWBzS9cMxtB+!", consensus.ErrBadValue},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E x", "x", consensus.ErrBadValue},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-13-14 06:57:51 198.18.0.28 9002 80",
			"2026-13-14 06:57:51", consensus.ErrBadValue},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 1969-12-31 23:59:59 198.18.0.28 9002 80",
			"1969-12-31 23:59:59", consensus.ErrBadValue},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0 9002 80",
			"198.18.0", consensus.ErrBadValue},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28.1 9002 80",
			"198.18.0.28.1", consensus.ErrBadValue},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28 65536 80",
			"65536", consensus.ErrBadValue},
		{"r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28 9002 -1",
			"-1", consensus.ErrBadValue},
		{"s Exit Unannounced", "Exit Unannounced", consensus.ErrBadValue},
		{"w Bandwidth=", "Bandwidth=", consensus.ErrBadValue},
		{"w Bandwidth", "Bandwidth", consensus.ErrBadValue},
		{"w Bandwidth=4294967296", "Bandwidth=4294967296", consensus.ErrBadValue},
		{"w Bandwidth=1 Measured=1.5", "Measured=1.5", consensus.ErrBadValue},
		{"w Bandwidth=1 Measured=-1", "Measured=-1", consensus.ErrBadValue},
		{"w Bandwidth=1 MeasuredButAuthority=x", "MeasuredButAuthority=x", consensus.ErrBadValue},
		{"w Bandwidth=1 GuardFraction=101", "GuardFraction=101", consensus.ErrBadValue},
		{"w Bandwidth=1 GuardFraction=", "GuardFraction=", consensus.ErrBadValue},
		{"p permit 80", "permit 80", consensus.ErrBadValue},
		{"p", "", consensus.ErrTooFew},
		{"id ed25519", "ed25519", consensus.ErrTooFew},
		{"id ed25519 qgrM", "qgrM", consensus.ErrBadValue},
		{"stats wfu=1 tk=1", "wfu=1 tk=1", consensus.ErrTooFew},
		{"stats", "", consensus.ErrTooFew},
		{"stats wfu=nan tk=1 mtbf=1", "wfu=nan", consensus.ErrBadValue},
		{"stats wfu=1e3 tk=1 mtbf=1", "wfu=1e3", consensus.ErrBadValue},
		{"stats wfu=0.5 tk=1.5 mtbf=1", "tk=1.5", consensus.ErrBadValue},
		{"stats wfu=0.5 tk=18446744073709551616 mtbf=1", "tk=18446744073709551616", consensus.ErrBadValue},
		{"stats wfu=0.5 tk=1 mtbf=", "mtbf=", consensus.ErrBadValue},
		{"stats wfu=0.5 tk=1 mtbf=.", "mtbf=.", consensus.ErrBadValue},
	} {
		keyword, _, _ := strings.Cut(tt.line, " ")
		lines := strings.SplitAfter(voteEntry, "\n")
		number := 0
		for i, line := range lines {
			if strings.HasPrefix(line, keyword+" ") {
				lines[i], number = tt.line+"\n", first+i
			}
		}
		_, err := consensus.Parse([]byte(voteHeader + strings.Join(lines, "") + voteFooter))
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != number || syntax.Keyword != keyword || syntax.Value != tt.value ||
			!errors.Is(err, tt.sentinel) {
			t.Errorf("%q: got %v; want line %d, value %q: %v", tt.line, err, number, tt.value, tt.sentinel)
		}
	}
	for _, line := range strings.SplitAfter(strings.TrimSpace(voteEntry), "\n")[2:9] {
		keyword, _, _ := strings.Cut(line, " ")
		if keyword == "id" {
			continue // may stand several times, for keys of several kinds
		}
		_, err := consensus.Parse([]byte(voteHeader + voteEntry + line + voteFooter))
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != first+11 || syntax.Keyword != keyword || !errors.Is(err, consensus.ErrTwice) {
			t.Errorf("%s line twice: %v", keyword, err)
		}
	}
	for _, tt := range []struct {
		doc      string
		sentinel error
	}{
		{with(microdescConsensus, "m IhXbF", "m hXbF"), consensus.ErrBadValue},
		{with(microdescConsensus, "m IhXbFZknv8kiQezXyMacg27AsheTht5YuRct+U2wqUE", "m"), consensus.ErrTooFew},
		{with(microdescConsensus, "\ns Exit", "\nm IhXbFZknv8kiQezXyMacg27AsheTht5YuRct+U2wqUE\ns Exit"), consensus.ErrTwice},
	} {
		if _, err := consensus.Parse([]byte(tt.doc)); !errors.Is(err, tt.sentinel) || !strings.Contains(err.Error(), ": m: ") {
			t.Errorf("m line: %v, want %v", err, tt.sentinel)
		}
	}
}

func TestMicrodescFor(t *testing.T) {
	e := onlyEntry(t, voteHeader+voteEntry+voteFooter)
	for method, want := range map[int]string{32: "efd3", 33: "efd3", 34: "254c", 35: "254c"} {
		digest, ok := e.MicrodescFor(method)
		if got := hex.EncodeToString(digest[:2]); !ok || got != want {
			t.Errorf("MicrodescFor(%d) = %s…, %v", method, got, ok)
		}
	}
	for _, method := range []int{0, 3, 31, 36, -32, 3233} {
		if digest, ok := e.MicrodescFor(method); ok {
			t.Errorf("MicrodescFor(%d) = %x", method, digest)
		}
	}
	const other = "m 34,x sha512=AAAA sha256=79MR1KQj7L5le/n/pt2kMk8gZR0Z6RjmARvRuLTnEUM\nm x,35 sha256=79MR1KQj7L5le/n/pt2kMk8gZR0Z6RjmARvRuLTnEUM\nm 33 sha256=bad\n"
	e = onlyEntry(t, voteHeader+voteEntry+other+voteFooter)
	if digest, ok := e.MicrodescFor(34); !ok || digest[0] != 0xef {
		t.Errorf("the last line does not count: %x, %v", digest, ok)
	}
	if digest, ok := e.MicrodescFor(35); !ok || digest[0] != 0x25 {
		t.Errorf("a list is read on behind what is no number: %x, %v", digest, ok)
	}
	if digest, ok := e.MicrodescFor(33); ok {
		t.Errorf("a line before the last, which has no digest, counts: %x", digest)
	}
}

func TestAddresses(t *testing.T) {
	text := with(voteEntry, "a [2001:db8::28]:9002\n",
		"a 192.0.2.1:80\na nonsense\na [2001:db8::1]:70000\na [fe80::1%eth0]:9\na [2001:db8::2]:1 more\na [2001:db8::3]:2\n")
	e := onlyEntry(t, voteHeader+text+voteFooter)
	got := slices.Collect(e.Addresses())
	want := []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:80"), netip.MustParseAddrPort("[2001:db8::2]:1"),
		netip.MustParseAddrPort("[2001:db8::3]:2")}
	if !slices.Equal(got, want) {
		t.Errorf("addresses %v, want %v", got, want)
	}
	if addr, ok := e.IPv6(); !ok || addr != want[1] {
		t.Errorf("IPv6 = %v, %v", addr, ok)
	}
	e = onlyEntry(t, voteHeader+laterEntry+voteFooter)
	if addr, ok := e.IPv6(); ok {
		t.Errorf("without an a line: %v", addr)
	}
}

func TestEd25519None(t *testing.T) {
	e := onlyEntry(t, voteHeader+with(voteEntry, "id ed25519 qgrMs9D8bt7AY31VcRs8iczdpItm6ovHIzjrGQjdFiM",
		"id rsa1024 AAAA\nid ed25519 none")+voteFooter)
	if !e.HasEd25519 || e.Ed25519 != [32]byte{} {
		t.Errorf("id line with none: %v, %x", e.HasEd25519, e.Ed25519)
	}
}

// A clone does not change with the document, nor does what Parse has read; a borrowed entry does.
func TestCloneOwnsItsText(t *testing.T) {
	doc := []byte(voteHeader + voteEntry + voteFooter)
	parsed, err := consensus.Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	asTor, _, err := consensus.ParseAsTor(doc)
	if err != nil {
		t.Fatal(err)
	}
	borrowed, err := consensus.NewReader(doc).AppendEntries(nil)
	if err != nil {
		t.Fatal(err)
	}
	clone := borrowed[0].Clone()
	if diff := cmp.Diff(borrowed[0], clone, compareAddrs, compareFlags); diff != "" {
		t.Errorf("clone differs:\n%s", diff)
	}
	clear(doc)
	want := onlyEntry(t, voteHeader+voteEntry+voteFooter)
	for _, own := range []consensus.Entry{clone, parsed.Entries[0], asTor.Entries[0]} {
		if diff := cmp.Diff(want, own, compareAddrs, compareFlags); diff != "" {
			t.Errorf("it changed with the document:\n%s", diff)
		}
	}
	if string(borrowed[0].Nickname) == "first" {
		t.Error("the entry is not borrowed")
	}
}

// The number of allocations does not depend on the number of entries.
func TestEntriesDoNotAllocate(t *testing.T) {
	allocs := func(n int) float64 {
		doc := manyEntries(n)
		return testing.AllocsPerRun(10, func() {
			for _, err := range consensus.NewReader(doc).Entries() {
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if few, many := allocs(1), allocs(500); many != few {
		t.Errorf("%v allocations for one entry, %v for 500", few, many)
	}
}

func genWeight(t *rapid.T) consensus.Weight {
	kb := rapid.Map(rapid.OneOf(rapid.Uint32(), rapid.SampledFrom([]uint32{0, 1, math.MaxUint32})),
		func(n uint32) bandwidth.KB { return bandwidth.KB(n) })
	var w consensus.Weight
	if w.HasBandwidth = rapid.Bool().Draw(t, "has bandwidth"); w.HasBandwidth {
		w.Bandwidth = kb.Draw(t, "bandwidth")
	}
	if w.HasMeasured = rapid.Bool().Draw(t, "has measured"); w.HasMeasured {
		w.Measured = kb.Draw(t, "measured")
	}
	if w.HasMeasuredButAuthority = rapid.Bool().Draw(t, "has authority"); w.HasMeasuredButAuthority {
		w.MeasuredButAuthority = kb.Draw(t, "authority")
	}
	if w.HasGuardFraction = rapid.Bool().Draw(t, "has guard fraction"); w.HasGuardFraction {
		w.GuardFraction = rapid.Uint8Range(0, 100).Draw(t, "guard fraction")
	}
	w.Unmeasured = rapid.Bool().Draw(t, "unmeasured")
	return w
}

func genStats(t *rapid.T) wfu.Stats {
	return wfu.Stats{
		WFU:       rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 0.0000005, 0.98, 1})).Draw(t, "wfu"),
		TimeKnown: rapid.Int64Range(0, math.MaxInt64).Draw(t, "tk"),
		MTBF:      rapid.OneOf(rapid.Float64Range(0, 1e9), rapid.SampledFrom([]float64{0.5, 1.5, 1e300})).Draw(t, "mtbf"),
	}
}

// What a weight prints is what it reads.
func weightsReadWhatTheyPrint(t *rapid.T) {
	w := genWeight(t)
	again, err := consensus.ParseWeight([]byte(w.String()))
	if err != nil || again != w {
		t.Fatalf("%+v prints as %q and reads as %+v, %v", w, w, again, err)
	}
}

func TestWeightsReadWhatTheyPrint(t *testing.T) { rapid.Check(t, weightsReadWhatTheyPrint) }
func FuzzWeightsReadWhatTheyPrint(f *testing.F) { f.Fuzz(rapid.MakeFuzz(weightsReadWhatTheyPrint)) }

func TestBadWeight(t *testing.T) {
	var syntax *consensus.SyntaxError
	if w, err := consensus.ParseWeight([]byte("Bandwidth=1 Measured=")); !errors.As(err, &syntax) || syntax.Keyword != "w" ||
		syntax.Line != 1 || w != (consensus.Weight{}) {
		t.Errorf("%+v, %v", w, err)
	}
}
