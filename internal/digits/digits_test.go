package digits

import (
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func leadingIsWhatStrconvReads(t *rapid.T) {
	text := rapid.StringMatching(`[0-9]{0,9}`).Draw(t, "digits") + string(rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "rest"))
	n, length := Leading([]byte(text))
	if len(text) < 8 {
		if n != 0 || length != 0 {
			t.Fatalf("%q: %d of %d digits, and too short", text, n, length)
		}
		return
	}
	first := text[:8]
	want := len(first) - len(strings.TrimLeft(first, "0123456789"))
	number, _ := strconv.ParseUint("0"+first[:want], 10, 64) // digits all of them
	if n != number || length != want {
		t.Fatalf("%q: %d of %d digits, want %d of %d", text, n, length, number, want)
	}
}

func TestLeadingIsWhatStrconvReads(t *testing.T) { rapid.Check(t, leadingIsWhatStrconvReads) }
func FuzzLeadingIsWhatStrconvReads(f *testing.F) { f.Fuzz(rapid.MakeFuzz(leadingIsWhatStrconvReads)) }

func identityIsWhatHexReads(t *rapid.T) {
	text := [40]byte([]byte(rapid.StringMatching(`[0-9A-Fa-f]{40}`).Draw(t, "digits")))
	if rapid.Bool().Draw(t, "spoiled") {
		text[rapid.IntRange(0, 39).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
	}
	want, err := hex.DecodeString(string(text[:]))
	id, ok := Identity(&text)
	if ok != (err == nil) || ok && id != [20]byte(want) {
		t.Fatalf("%q: %x, %v, want %x, %v", text, id, ok, want, err)
	}
}

func TestIdentityIsWhatHexReads(t *testing.T) { rapid.Check(t, identityIsWhatHexReads) }
func FuzzIdentityIsWhatHexReads(f *testing.F) { f.Fuzz(rapid.MakeFuzz(identityIsWhatHexReads)) }
