package consensus

import (
	"bytes"
	"net/netip"
	"time"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// parseUint reads a number of decimal digits alone, at most limit.
func parseUint(text []byte, limit uint64) (n uint64, ok bool) {
	if len(text) == 0 {
		return 0, false
	}
	for _, c := range text {
		digit := uint64(c - '0')
		if digit > 9 || n > (limit-min(digit, limit))/10 {
			return 0, false
		}
		n = n*10 + digit
	}
	return n, n <= limit
}

// parseLong reads a number as Tor reads those of descriptors and of exit policies: with a plus sign or without.
//
// C: src/lib/string/parse_int.c, tor_parse_long.
func parseLong(text []byte, limit uint64) (n uint64, ok bool) {
	return parseUint(bytes.TrimPrefix(text, []byte("+")), limit)
}

// parsePort reads a port, 0 included.
func parsePort(text []byte) (uint16, bool) {
	n, ok := parseUint(text, 65535)
	return uint16(n), ok
}

// parseIPv4 reads four decimal numbers joined by dots, without zeros in front. [netip.ParseAddr] would do, but for the
// string it needs.
func parseIPv4(text []byte) (netip.Addr, bool) {
	var addr [4]byte
	for i := range addr {
		part, rest, dot := bytes.Cut(text, []byte("."))
		n, ok := parseUint(part, 255)
		if !ok || len(part) > 1 && part[0] == '0' || dot != (i < 3) {
			return netip.Addr{}, false
		}
		addr[i] = byte(n)
		text = rest
	}
	return netip.AddrFrom4(addr), true
}

// parseInstant reads a date and a time with one blank between them. What has the usual width is read without
// allocating; the rest is left to the lenient reader, which knows what else Tor takes.
func parseInstant(text []byte) (wfu.Instant, bool) {
	const layout = "2006-01-02 15:04:05"
	if len(text) == len(layout) {
		if t, err := time.Parse(layout, string(text)); err == nil && t.Year() >= 1970 {
			return wfu.Instant(t.Unix()), true
		}
	}
	t, err := wfu.ParseInstant(string(text))
	return t, err == nil
}

// isNickname reports whether text is a nickname: 1 to 19 letters and digits.
//
// C: src/feature/nodelist/nickname.c, is_legal_nickname.
func isNickname(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return 1 <= len(text) && len(text) <= 19
}
