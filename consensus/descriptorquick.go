package consensus

import (
	"net/netip"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// What Tor writes has one blank between words and no signs before numbers. The quick readers of this file take that and
// nothing else; where they report false, what a line says is for the general ones to find out.

// quickRouter reads the arguments of a router line.
func (d *Descriptor) quickRouter(args []byte) bool {
	n := 0
	for n < len(args) && alphanumeric[args[n]] {
		n++
	}
	rest := args[n:]
	if n == 0 || n > 19 || len(rest) < 17 || rest[0] != ' ' {
		return false
	}
	addr, k := quickIPv4((*[16]byte)(rest[1:]))
	if k == 0 || rest[1+k] != ' ' {
		return false
	}
	var ports [3]uint64
	if !quickNumbers(rest[1+k+1:], ports[:]) || ports[0] == 0 || ports[0] > 65535 || ports[2] > 65535 {
		return false
	}
	d.Nickname = args[:n]
	d.Address = netip.AddrFrom4(addr)
	d.ORPort, d.DirPort = uint16(ports[0]), uint16(ports[2])
	return true
}

// alphanumeric tells letters and digits from the rest.
var alphanumeric = func() (is [256]bool) {
	for c := range is {
		is[c] = isNickname([]byte{byte(c)})
	}
	return is
}()

// quickNumbers reads numbers of at most 18 digits, one blank apart.
func quickNumbers(text []byte, numbers []uint64) bool {
	n := 0
	for i := range numbers {
		start := n
		v := uint64(0)
		for n < len(text) {
			d := text[n] - '0'
			if d > 9 {
				break
			}
			v = v*10 + uint64(d)
			n++
		}
		if n == start || n-start > 18 {
			return false
		}
		numbers[i] = v
		if i < len(numbers)-1 {
			if n == len(text) || text[n] != ' ' {
				return false
			}
			n++
		}
	}
	return n == len(text)
}

// quickBandwidth reads the arguments of a bandwidth line.
func (d *Descriptor) quickBandwidth(args []byte) bool {
	var n [3]uint64
	if !quickNumbers(args, n[:]) || n[0] == 0 || max(n[0], n[1], n[2]) > 1<<31-1 {
		return false
	}
	d.Rate, d.Burst, d.Observed = n[0], n[1], n[2]
	return true
}

// quickInstant reads a time of the usual width.
func quickInstant(text []byte) (wfu.Instant, bool) {
	if len(text) != len("2006-01-02 15:04:05") || text[4] != '-' || text[7] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':' {
		return 0, false
	}
	bad := false
	two := func(i int) int64 {
		tens, units := text[i]-'0', text[i+1]-'0'
		bad = bad || tens > 9 || units > 9
		return int64(tens)*10 + int64(units)
	}
	year, month, day := two(0)*100+two(2), two(5), two(8)
	hour, minute, second := two(11), two(14), two(17)
	if bad || year < 1970 || month-1 > 11 || month < 1 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	// Years that begin in March put the leap day last, so that the lengths of the months follow one line.
	if month <= 2 {
		year, month = year-1, month+12
	}
	days := 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 719469
	return wfu.Instant(((days*24+hour)*60+minute)*60 + second), true
}

// quickORAddress reads the IPv6 address and the port of an or-address line. [netip.ParseAddr] would do, but for the string
// it needs.
func quickORAddress(args []byte) (netip.AddrPort, bool) {
	var text [64]byte // with zeros behind args, so that no index below can be out of range
	if len(args) > len(text)-16 || len(args) == 0 || args[0] != '[' {
		return netip.AddrPort{}, false
	}
	copy(text[:], args)
	var addr [16]byte
	at, gap, i := 0, -1, 1
	if text[1] == ':' {
		gap, i = 0, 3
		if text[2] != ':' {
			return netip.AddrPort{}, false
		}
	}
	for text[i] != ']' {
		start, group := i, uint(0)
		for ; i < start+4 && notHex[text[i]] == 0; i++ {
			group = group<<4 | uint(text[i]&15) + uint(text[i]>>6)*9
		}
		if i == start || at == len(addr) || text[i] != ':' && text[i] != ']' {
			return netip.AddrPort{}, false
		}
		addr[at], addr[at+1] = byte(group>>8), byte(group)
		at += 2
		if text[i] == ':' {
			i++
			if text[i] == ':' && gap < 0 {
				gap = at
				i++
			} else if notHex[text[i]] != 0 {
				return netip.AddrPort{}, false
			}
		}
	}
	if gap < 0 && at != len(addr) || gap >= 0 && at == len(addr) || text[i+1] != ':' {
		return netip.AddrPort{}, false
	}
	if gap >= 0 { // zeros stand in the place of two colons
		copy(addr[len(addr)-(at-gap):], addr[gap:at])
		clear(addr[gap : len(addr)-(at-gap)])
	}
	port, k := quickDigits((*[6]byte)(text[i+2:]))
	if i+2+k != len(args) || port == 0 || port > 65535 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(netip.AddrFrom16(addr), uint16(port)), true
}
