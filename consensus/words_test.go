package consensus

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-84712aaa/guardmath/wfu"
	"pgregory.net/rapid"
)

// genBytes draws n bytes, many of which stand beside the digits and the letters, or differ from them in one bit.
func genBytes(t *rapid.T, n int) []byte {
	b := rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("/0189:@AMZ[`amz{\x00 .+=\x80\xb0\xb9\xc1\xe1\xff")))
	return rapid.SliceOfN(b, n, n).Draw(t, "bytes")
}

func isDigit(c byte) bool { return strings.IndexByte("0123456789", c) >= 0 }

// wordsTellBytesApart compares what is asked of eight bytes at once with what is asked of each.
func wordsTellBytesApart(t *rapid.T) {
	text := genBytes(t, 8)
	w := word(text)
	for i, c := range text {
		if got, want := notDigits(w)>>i&1 == 0, isDigit(c); got != want {
			t.Fatalf("%q: byte %d is a digit: %v", text, i, got)
		}
		if got, want := notAlphanumerics(w)>>i&1 == 0, isNickname([]byte{c}); got != want {
			t.Fatalf("%q: byte %d is a letter or a digit: %v", text, i, got)
		}
	}
	if notDigits(w)>>8 != 0 || notAlphanumerics(w)>>8 != 0 {
		t.Fatalf("%q: more than eight bits", text)
	}
}

func TestWordsTellBytesApart(t *testing.T) { rapid.Check(t, wordsTellBytesApart) }
func FuzzWordsTellBytesApart(f *testing.F) { f.Fuzz(rapid.MakeFuzz(wordsTellBytesApart)) }

// wordsReadNumbers compares the numbers read from words with those that strconv reads.
func wordsReadNumbers(t *rapid.T) {
	digits := rapid.StringMatching(`[0-9]{0,17}`).Draw(t, "digits")
	text := append([]byte(digits), genBytes(t, 16)...)
	n := 0
	for isDigit(text[n]) {
		n++
		if n == len(text) {
			t.Skip("nothing but digits")
		}
	}
	want, _ := strconv.ParseUint(string(text[:n]), 10, 64)
	got, size := leadingNumber(text)
	switch {
	case n == 0 || n > 15:
		if size != 0 {
			t.Fatalf("%q begins with a number of %d digits", text, size)
		}
		return
	case got != want || size != n:
		t.Fatalf("%q begins with %d, of %d digits", text, got, size)
	}
	if n <= 8 && decimal(word(text), n) != want {
		t.Fatalf("decimal of %q is %d", text[:n], decimal(word(text), n))
	}
	if n <= 3 && uint64(octet(word(text), n)) != want {
		t.Fatalf("octet of %q is %d", text[:n], octet(word(text), n))
	}
}

func TestWordsReadNumbers(t *testing.T) { rapid.Check(t, wordsReadNumbers) }
func FuzzWordsReadNumbers(f *testing.F) { f.Fuzz(rapid.MakeFuzz(wordsReadNumbers)) }

// digestsAreReadAsBase64 compares the reading by pairs with that of the standard library, which passes over line ends.
func digestsAreReadAsBase64(t *rapid.T) {
	raw := genBytes(t, 32)
	short, long := []byte(base64.RawStdEncoding.EncodeToString(raw[:20])), []byte(base64.RawStdEncoding.EncodeToString(raw))
	if rapid.Bool().Draw(t, "spoil") {
		at := rapid.IntRange(0, 42).Draw(t, "place")
		long[at] = genBytes(t, 1)[0]
		short[at%27] = long[at]
	}
	var want20 [20]byte
	n, err := base64.RawStdEncoding.Decode(want20[:], short)
	good := err == nil && n == 20 && !bytes.ContainsAny(short, "\r\n")
	var got20 [20]byte
	if ok := decode27(&got20, (*[27]byte)(short)); ok != good || ok && got20 != want20 {
		t.Fatalf("decode27(%q) = %x, %v, want %x, %v", short, got20, ok, want20, err)
	}
	var want32 [32]byte
	n, err = base64.RawStdEncoding.Decode(want32[:], long)
	good = err == nil && n == 32 && !bytes.ContainsAny(long, "\r\n")
	var got32 [32]byte
	if ok := decode43(&got32, (*[43]byte)(long)); ok != good || ok && got32 != want32 {
		t.Fatalf("decode43(%q) = %x, %v, want %x, %v", long, got32, ok, want32, err)
	}
}

func TestDigestsAreReadAsBase64(t *testing.T) { rapid.Check(t, digestsAreReadAsBase64) }
func FuzzDigestsAreReadAsBase64(f *testing.F) { f.Fuzz(rapid.MakeFuzz(digestsAreReadAsBase64)) }

// addressesAreReadAsNetip compares the quick reading of an address and of ports with netip's and strconv's.
func addressesAreReadAsNetip(t *rapid.T) {
	number := rapid.OneOf(rapid.StringMatching(`[0-9]{1,3}`), rapid.Map(rapid.IntRange(0, 255), strconv.Itoa), rapid.SampledFrom([]string{
		"", "0", "00", "01", "255", "256", "260", "999", "1000", "-1", "+1", "1 "}))
	port := rapid.OneOf(rapid.StringMatching(`[0-9]{1,5}`), rapid.SampledFrom([]string{"", "0", "65535", "65536", "99999", "00080", "000080", "x"}))
	addr := strings.Join(rapid.SliceOfN(number, 4, 4).Draw(t, "numbers"), ".")
	orPort, dirPort := port.Draw(t, "ORPort"), port.Draw(t, "DirPort")
	line := addr + " " + orPort + " " + dirPort + "\n"
	wantAddr, err1 := netip.ParseAddr(addr)
	wantOR, err2 := strconv.ParseUint(orPort, 10, 16)
	wantDir, err3 := strconv.ParseUint(dirPort, 10, 16)
	var e Entry
	size := quickAddress(&e, append([]byte(line), bytes.Repeat([]byte{'9'}, 40)...))
	if good := err1 == nil && err2 == nil && err3 == nil && len(orPort) < 6 && len(dirPort) < 6; !good {
		if size != 0 {
			t.Fatalf("%q is taken", line)
		}
		return
	}
	if size != len(line) || e.Address != wantAddr || uint64(e.ORPort) != wantOR || uint64(e.DirPort) != wantDir {
		t.Fatalf("%q is read as %v, %d, %d, of size %d", line, e.Address, e.ORPort, e.DirPort, size)
	}
}

func TestAddressesAreReadAsNetip(t *testing.T) { rapid.Check(t, addressesAreReadAsNetip) }
func FuzzAddressesAreReadAsNetip(f *testing.F) { f.Fuzz(rapid.MakeFuzz(addressesAreReadAsNetip)) }

// momentsAreReadAsInstants compares the quick reading of a moment with the careful one, and asks twice, for the second
// time it remembers the day.
func momentsAreReadAsInstants(t *rapid.T) {
	var q quickReader
	two := rapid.StringMatching(`[0-6][0-9]`)
	for range 3 {
		text := rapid.SampledFrom([]string{"2026", "1970", "1969", "2000", "9999"}).Draw(t, "year") + "-" + two.Draw(t, "month") + "-" +
			two.Draw(t, "day") + " " + two.Draw(t, "hour") + ":" + two.Draw(t, "minute") + ":" + two.Draw(t, "second") + " "
		b := []byte(text)
		if rapid.IntRange(0, 3).Draw(t, "spoil") == 0 {
			b[rapid.IntRange(0, len(b)-1).Draw(t, "place")] = genBytes(t, 1)[0]
		}
		want, err := wfu.ParseInstant(string(b[:19]))
		good := err == nil
		if got, ok := parseInstant(b[:19]); ok != good || ok && got != want {
			t.Fatalf("parseInstant(%q) = %v, %v, want %v, %v", b[:19], got, ok, want, err)
		}
		for range 2 {
			got, ok := q.moment(b)
			if ok && (!good || got != want) || !ok && good && b[19] == ' ' && string(b[17:19]) < "60" && b[10] == ' ' && b[13] == ':' {
				t.Fatalf("%q is read as %v, %v, want %v, %v", b, got, ok, want, good)
			}
		}
	}
}

func TestMomentsAreReadAsInstants(t *testing.T) { rapid.Check(t, momentsAreReadAsInstants) }
func FuzzMomentsAreReadAsInstants(f *testing.F) { f.Fuzz(rapid.MakeFuzz(momentsAreReadAsInstants)) }

// A word is the same on machines of either byte order.
func TestWordBeginsAtItsLowestByte(t *testing.T) {
	text := []byte("12345678")
	if got := word(text); got != bits.ReverseBytes64(binary.BigEndian.Uint64(text)) || byte(got) != '1' {
		t.Errorf("word(%q) = %#x", text, got)
	}
}

// Every day of four centuries and a bit, held against the calendar of the standard library.
func TestDatesAreThoseOfTheCalendar(t *testing.T) {
	for day := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2401; day = day.AddDate(0, 0, 1) {
		text := [11]byte([]byte(day.Format("2006-01-02 ")))
		if got, ok := parseDate(&text); !ok || got != day.Unix() {
			t.Fatalf("%s is read as %d, %v, want %d", text, got, ok, day.Unix())
		}
	}
}
