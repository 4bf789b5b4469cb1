package consensus_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"pgregory.net/rapid"
)

// allFlags are the names of all flags the library has bits for, in order.
var allFlags = []string{"Authority", "BadExit", "Exit", "Fast", "Guard", "HSDir", "MiddleOnly", "Named", "NoEdConsensus",
	"Running", "Stable", "StaleDesc", "Sybil", "Unnamed", "V2Dir", "Valid"}

func TestFlagsOfAllTimes(t *testing.T) {
	f := consensus.ParseFlags([]byte(strings.Join(allFlags, " ")))
	if f.Len() != len(allFlags) || !slices.Equal(slices.Collect(f.Names()), allFlags) {
		t.Errorf("all flags come out as %q", f)
	}
	for i, name := range allFlags {
		flag, ok := consensus.ParseFlag(name)
		if !ok || flag != 1<<i || flag.String() != name {
			t.Errorf("ParseFlag(%q) = %v, %v", name, flag, ok)
		}
	}
	if !slices.IsSorted(allFlags) {
		t.Error("the names are not in the order of documents")
	}
	for _, name := range []string{"", "guard", "Guard ", "Guards", "Exit Fast"} {
		if flag, ok := consensus.ParseFlag(name); ok {
			t.Errorf("ParseFlag(%q) = %v", name, flag)
		}
	}
}

func TestFlagsKeepWhatTheyDoNotKnow(t *testing.T) {
	f := consensus.ParseFlags([]byte(" Zeta  Exit\tGuard Alpha Exit Zeta "))
	if got := f.String(); got != "Alpha Exit Guard Zeta" {
		t.Errorf("String = %q", got)
	}
	if f.Len() != 4 || !f.HasName("Alpha") || f.HasName("Alph") || !f.HasName("Exit") || f.HasName("Fast") || f.HasName("") {
		t.Errorf("%q does not hold what it should", f)
	}
	if f.Known() != consensus.Exit|consensus.Guard {
		t.Errorf("Known = %v", f.Known())
	}
	if f != consensus.ParseFlags([]byte("Guard Zeta Exit Alpha")) {
		t.Error("the same flags in another order are not equal")
	}
	if f == consensus.ParseFlags([]byte("Guard Exit Alpha")) {
		t.Error("sets that differ in an unknown flag are equal")
	}
	if (consensus.Flags{}) != consensus.FlagsOf() || consensus.FlagsOf().String() != "" || consensus.FlagsOf().Len() != 0 {
		t.Error("the empty set is not the zero value")
	}
	if consensus.FlagsOf(1<<31) != consensus.FlagsOf() || consensus.FlagsOf().With(1<<31) != consensus.FlagsOf() {
		t.Error("a bit that is no flag makes a set differ")
	}
	if got := (consensus.Exit | 1<<31).String(); got != "Exit" {
		t.Errorf("a bit that is no flag is called %q", got)
	}
}

// genNames draws flag names, known ones and others, among them some that sort next to known ones.
func genNames(t *rapid.T, label string) []string {
	name := rapid.OneOf(rapid.SampledFrom(allFlags), rapid.SampledFrom([]string{"A", "Exit2", "Exi", "Zz", "V2", "Válid"}),
		rapid.StringMatching(`[!-~]{1,5}`))
	return rapid.SliceOfN(name, 0, 12).Draw(t, label)
}

func sorted(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

func flagsAreSetsOfNames(t *rapid.T) {
	a, b := genNames(t, "a"), genNames(t, "b")
	f, g := consensus.ParseFlags([]byte(strings.Join(a, " "))), consensus.ParseFlags([]byte(strings.Join(b, " ")))
	if got, want := slices.Collect(f.Names()), sorted(a); !slices.Equal(got, want) {
		t.Fatalf("names %q, want %q", got, want)
	}
	if f.Len() != len(sorted(a)) {
		t.Fatalf("Len(%q) = %d", f, f.Len())
	}
	for _, name := range a {
		if !f.HasName(name) {
			t.Fatalf("%q lacks %q", f, name)
		}
	}
	if again := consensus.ParseFlags([]byte(f.String())); again != f {
		t.Fatalf("%q reads as %q", f, again)
	}
	if got, want := f.Union(g).String(), strings.Join(sorted(append(slices.Clone(a), b...)), " "); got != want {
		t.Fatalf("union of %q and %q is %q", f, g, got)
	}
	if f.Union(g) != g.Union(f) || f.Union(f) != f {
		t.Fatalf("union of %q and %q depends on their order", f, g)
	}
	both := f.Intersect(g)
	for name := range f.Union(g).Names() {
		if both.HasName(name) != (f.HasName(name) && g.HasName(name)) {
			t.Fatalf("intersection of %q and %q is %q", f, g, both)
		}
	}
	if both.Union(f) != f || both != g.Intersect(f) || both != consensus.ParseFlags([]byte(both.String())) {
		t.Fatalf("intersection of %q and %q is %q", f, g, both)
	}
	flag := consensus.Flag(rapid.Uint32Range(0, 1<<16-1).Draw(t, "flag"))
	if with := f.With(flag); !with.Has(flag) || with.Without(flag).Known() != f.Known()&^flag {
		t.Fatalf("%q with and without %v", f, flag)
	}
	for name := range f.Names() {
		if name == "" {
			t.Fatal("a flag without a name")
		}
		break // a loop may end early
	}
}

func TestFlagsAreSetsOfNames(t *testing.T) { rapid.Check(t, flagsAreSetsOfNames) }
func FuzzFlagsAreSetsOfNames(f *testing.F) { f.Fuzz(rapid.MakeFuzz(flagsAreSetsOfNames)) }
