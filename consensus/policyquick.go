package consensus

import "net/netip"

// quickRuleMax is more than the longest line that quickRule reads.
const quickRuleMax = 64

// quickRule reads a rule of a policy, with the keyword and the end of the line, as Tor spells it: an asterisk or an IPv4
// address, with or without the length of a prefix, a colon, and an asterisk, a port or a range. It gives the length of
// the line, or 0 if it is anything else, which is for parseRule to read.
func quickRule(text *[quickRuleMax]byte) (r Rule, n int) {
	switch {
	case string(text[:len("accept ")]) == "accept ":
		r.Accept = true
	case string(text[:len("reject ")]) != "reject ":
		return r, 0
	}
	n = len("accept ")
	if text[n] == '*' {
		r.Prefix = allIPv4
		n++
	} else {
		addr, k := quickIPv4((*[16]byte)(text[n:]))
		if k == 0 {
			return r, 0
		}
		n += k
		length := 32
		if text[n] == '/' {
			digits, m := quickDigits((*[6]byte)(text[n+1:]))
			if m == 0 || digits > 32 {
				return r, 0
			}
			length = int(digits)
			n += 1 + m
		}
		r.Prefix = netip.PrefixFrom(netip.AddrFrom4(addr), length)
	}
	if text[n] != ':' {
		return r, 0
	}
	n++
	if text[n] == '*' {
		r.MinPort, r.MaxPort = 1, 65535
		n++
	} else {
		low, k := quickDigits((*[6]byte)(text[n:]))
		n += k
		high := low
		if text[n] == '-' {
			n++
			high, k = quickDigits((*[6]byte)(text[n:]))
			n += k
		}
		if low == 0 || low > high || high > 65535 {
			return r, 0
		}
		r.MinPort, r.MaxPort = uint16(low), uint16(high)
	}
	if text[n] != '\n' {
		return r, 0
	}
	return r, n + 1
}

// leadingRule is quickRule for any text; it gives 0 for one that does not begin with a rule as Tor spells it.
func leadingRule(text []byte) (Rule, int) {
	if len(text) >= quickRuleMax {
		return quickRule((*[quickRuleMax]byte)(text))
	}
	var padded [quickRuleMax]byte // by zeros, which are no part of a rule
	copy(padded[:], text)
	return quickRule(&padded)
}

// quickIPv4 reads four decimal numbers joined by dots, without zeros in front, and gives their length, or 0.
func quickIPv4(text *[16]byte) (addr [4]byte, n int) {
	for i := range addr {
		first := text[n] - '0'
		v := uint(first)
		if first > 9 {
			return addr, 0
		}
		n++
		for range 2 {
			d := text[n] - '0'
			if d > 9 {
				break
			}
			if v = v*10 + uint(d); first == 0 || v > 255 {
				return addr, 0
			}
			n++
		}
		addr[i] = byte(v)
		if i < 3 {
			if text[n] != '.' {
				return addr, 0
			}
			n++
		}
	}
	return addr, n
}

// quickDigits reads a number of at most five digits, and gives their count.
func quickDigits(text *[6]byte) (v uint, n int) {
	for n < 5 {
		d := text[n] - '0'
		if d > 9 {
			break
		}
		v = v*10 + uint(d)
		n++
	}
	return v, n
}
