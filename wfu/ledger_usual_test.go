package wfu

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/internal/digits"
	"pgregory.net/rapid"
)

// usualRelays are relays' three lines as Tor writes them, or with one byte of another kind.
func usualRelays(id *rapid.Generator[string]) *rapid.Generator[string] {
	start := rapid.OneOf(rapid.Just(""), rapid.Map(rapid.Int64Range(1, 5e9), func(at int64) string { return " S=" + Instant(at).String() }),
		rapid.Custom(func(t *rapid.T) string {
			field := func(most int) int { return rapid.OneOf(rapid.IntRange(0, most), rapid.Just(most)).Draw(t, "field") }
			return fmt.Sprintf(" S=%04d-%02d-%02d %02d:%02d:%02d", rapid.IntRange(1968, 2030).Draw(t, "year"), field(13), field(32), field(24), field(60), field(61))
		}))
	weights := rapid.OneOf(
		rapid.Map(rapid.Float64Range(0, 50), func(x float64) string { return fmt.Sprintf("%.5f", x) }),
		rapid.StringMatching(`[0-9]{1,17}\.[0-9]{1,10}`),
	)
	return rapid.Custom(func(t *rapid.T) string {
		n := func() uint64 { return numbers().Draw(t, "number") }
		s := fmt.Sprintf("R %s\n+MTBF %d %s%s\n+WFU %d %d%s", id.Draw(t, "id"), n(), weights.Draw(t, "weights"), start.Draw(t, "run"),
			n(), n(), start.Draw(t, "downtime"))
		if rapid.IntRange(0, 3).Draw(t, "damage") > 0 {
			return s
		}
		at := rapid.IntRange(0, len(s)-1).Draw(t, "at")
		other := rapid.OneOf(rapid.SampledFrom([]byte(" \n.:-+/@G0:`g\r")), rapid.Byte()).Draw(t, "other")
		return s[:at] + string(other) + s[at+1:]
	})
}

// Tor takes no notice of space before a line, and the reader of usual relays stays away from it. So what is read of the
// same text with and without is read by two.
func propUsualRelaysAreReadAsAnyOther(t *rapid.T) {
	text := damaged().Draw(t, "text")
	var indented strings.Builder
	for i, line := range strings.SplitAfter(text, "\n") {
		if i > 0 && len(line) > 1 {
			indented.WriteByte(' ')
		}
		indented.WriteString(line)
	}
	want, wantWarnings, wantErr := ParseLedger([]byte(indented.String()))
	got, warnings, err := ParseLedger([]byte(text))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-by lines +usual):\n%s", diff)
	}
	if want, got := fmt.Sprint(wantWarnings, wantErr), fmt.Sprint(warnings, err); got != want {
		t.Fatalf("warnings by lines %s\nusual %s", want, got)
	}
}

func TestUsualRelaysAreReadAsAnyOther(t *testing.T) { rapid.Check(t, propUsualRelaysAreReadAsAnyOther) }
func FuzzUsualRelays(f *testing.F)                  { f.Fuzz(rapid.MakeFuzz(propUsualRelaysAreReadAsAnyOther)) }

// What AppendText writes of relays such as real ones is of the usual form, but for the last, which is too near to the end.
func TestWrittenRelaysAreUsual(t *testing.T) {
	const relays = 100
	l := crowd(relays)
	text, _ := l.AppendText(nil)
	p := parser{ledger: Ledger{Relays: map[[20]byte]History{}}, lines: lines{rest: text[strings.Index(string(text), "R "):]}}
	n := 0
	for p.usual() {
		n++
	}
	if n < relays-1 {
		t.Errorf("%d of %d are", n, relays)
	}
}

// A ledger's map is made once, with room for all, and nothing else for each relay: what is left are the map's own parts.
func TestUsualRelaysAllocateNothing(t *testing.T) {
	const relays = 10_000
	l := crowd(relays)
	text, _ := l.AppendText(nil)
	if n := testing.AllocsPerRun(3, func() { ParseLedger(text) }); n > relays/100 {
		t.Errorf("%v allocations to read %d relays", n, relays)
	}
	if n := testing.AllocsPerRun(3, func() { text, _ = l.AppendText(text[:0]) }); n > 3 {
		t.Errorf("%v allocations to write %d relays", n, relays)
	}
}

// Eight bytes at a time, or fewer at the end, whatever they are.
func propLeadingDigitsAreThoseScanned(t *rapid.T) {
	text := rapid.StringMatching(`[0-9]{0,9}(.|\n){0,9}`).Draw(t, "text")
	if rapid.Bool().Draw(t, "any") {
		text += string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
	}
	got, length := digits.Leading([]byte(text))
	want, rest, _ := scanUint([]byte(text[:min(len(text), 8)]))
	if len(text) < 8 {
		want, rest = 0, []byte(text)
	}
	if got != want || length != min(len(text), 8)-min(len(rest), 8) {
		t.Fatalf("%q: %d of %d digits, want %d before %q", text, got, length, want, rest)
	}
}

func TestLeadingDigitsAreThoseScanned(t *testing.T) { rapid.Check(t, propLeadingDigitsAreThoseScanned) }
func FuzzLeadingDigits(f *testing.F)                { f.Fuzz(rapid.MakeFuzz(propLeadingDigitsAreThoseScanned)) }
