package consensus

import (
	"bytes"
	"net/netip"

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

// parseInstant reads a date and a time with one blank between them. What does not have the usual width is left to the
// lenient reader, which knows what else Tor takes.
func parseInstant(text []byte) (wfu.Instant, bool) {
	if len(text) == len("2006-01-02 15:04:05") {
		midnight, okDate := parseDate((*[11]byte)(text))
		seconds, okTime := parseClock((*[8]byte)(text[11:]))
		if okDate && okTime {
			return wfu.Instant(midnight + seconds), true
		}
	}
	t, err := wfu.ParseInstant(string(text))
	return t, err == nil
}

// parseDate reads a date from 1970 on and the blank behind it, as seconds since 1970. As Tor does, it takes any day up to
// the 31st of any month.
func parseDate(t *[11]byte) (seconds int64, ok bool) {
	const hyphens = 1<<4 | 1<<7
	if notDigits(word(t[:]))|notDigits(word(t[3:]))<<3 != hyphens|1<<10 || t[4] != '-' || t[7] != '-' || t[10] != ' ' {
		return 0, false
	}
	year, month, day := decimal(word(t[:]), 4), decimal(word(t[:])>>40, 2), decimal(word(t[3:])>>40, 2)
	if year < 1970 || month-1 > 11 || day-1 > 30 {
		return 0, false
	}
	// The year is counted from March, so that the leap day is the last, and the days of the months before follow a line.
	if month < 3 {
		year, month = year-1, month+12
	}
	days := year*365 + year/4 - year/100 + year/400 + (month*153-457)/5 + day - 719469
	return int64(days) * (24 * 60 * 60), true
}

// parseClock reads a time, hours, minutes and seconds, as seconds. The 60th second is left to others.
func parseClock(t *[8]byte) (seconds int64, ok bool) {
	w := word(t[:]) ^ 0x30303a30303a3030 // digits are 0 to 9 now, and colons are 0
	if (w|(w+0x0606000606000606))&0xf0f0fff0f0fff0f0 != 0 {
		return 0, false
	}
	hour, minute, second := (w&15)*10+w>>8&15, (w>>24&15)*10+w>>32&15, (w>>48&15)*10+w>>56
	return int64(hour*3600 + minute*60 + second), hour < 24 && minute < 60 && second < 60
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
