package consensus_test

import (
	"math/bits"
	"net/netip"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// slowPolicy is ParsePolicy with the plain reader of descriptors.
func slowPolicy(text []byte) (consensus.Policy, *consensus.SyntaxError) {
	var r slowReader
	for whole := range strings.Lines(string(text)) {
		r.lines = append(r.lines, slowLine{len(r.lines) + 1, strings.TrimSuffix(whole, "\n"), whole})
	}
	var p consensus.Policy
	for {
		keyword, args, err := r.line()
		if err != nil || keyword == "" {
			return p, err
		}
		rule, value, sentinel := slowRule(keyword, args)
		if sentinel != nil {
			return nil, r.fault(keyword, value, sentinel)
		}
		p = append(p, rule)
	}
}

// slowPattern splits a pattern of addresses and ports.
func slowPattern(pattern string) (addr, mask, ports string, hasMask, ok bool) {
	rest := pattern
	bracket := strings.HasPrefix(rest, "[")
	if bracket {
		if addr, rest, ok = strings.Cut(rest[1:], "]"); !ok {
			return "", "", "", false, false
		}
	}
	before, mask, hasMask := strings.Cut(rest, "/")
	if hasMask {
		mask, ports, _ = strings.Cut(mask, ":")
	} else {
		before, ports, _ = strings.Cut(rest, ":")
	}
	if !bracket {
		addr = before
	}
	return addr, mask, ports, hasMask, true
}

// slowNet reads an address and a mask.
func slowNet(addr, mask string, hasMask, six bool) (netip.Prefix, bool) {
	switch {
	case addr == "*4" || addr == "*" && !six:
		return netip.MustParsePrefix("0.0.0.0/0"), !hasMask
	case addr == "*6" || addr == "*":
		return netip.MustParsePrefix("::/0"), !hasMask
	}
	ip, err := netip.ParseAddr(addr)
	if err != nil || ip.Zone() != "" {
		return netip.Prefix{}, false
	}
	length := ip.BitLen()
	if hasMask && mask == "" {
		length = 0
	} else if hasMask {
		if n, ok := slowLong(mask, uint64(length)); ok {
			length = int(n)
		} else if m, err := netip.ParseAddr(mask); err == nil && m.Is4() {
			b := m.As4()
			n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
			length = bits.OnesCount32(n)
			if bits.LeadingZeros32(^n) != length {
				return netip.Prefix{}, false
			}
		} else {
			return netip.Prefix{}, false
		}
	}
	return netip.PrefixFrom(ip, length), true
}

// slowPort reads the port that s begins with.
func slowPort(s string) (port uint16, rest string, ok bool) {
	digits := strings.TrimPrefix(s, "+")
	n := 0
	for n < len(digits) && '0' <= digits[n] && digits[n] <= '9' {
		n++
	}
	p, ok := slowLong("0"+digits[:n], 65535)
	return uint16(p), digits[n:], ok && n > 0
}

func slowPorts(s string) (low, high uint16, ok bool) {
	if s == "" || s == "*" {
		return 1, 65535, true
	}
	low, rest, ok := slowPort(s)
	high = low
	if ok && rest != "" {
		if rest[0] != '-' {
			return 0, 0, false
		}
		high, _, ok = slowPort(rest[1:])
	}
	return low, high, ok && 0 < low && low <= high
}

func slowORAddress(s string) (netip.AddrPort, bool) {
	addr, mask, ports, hasMask, ok := slowPattern(s)
	if !ok {
		return netip.AddrPort{}, false
	}
	net, ok := slowNet(addr, mask, hasMask, true)
	low, high, portsOK := slowPorts(ports)
	if !ok || !portsOK || !net.Addr().Is6() || net.Bits() != 128 || low != high {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(net.Addr(), low), true
}

// slowRule reads one line of a policy, and gives what is wrong with it.
func slowRule(keyword, args string) (r consensus.Rule, value string, sentinel error) {
	six := strings.HasSuffix(keyword, "6")
	switch strings.TrimSuffix(keyword, "6") {
	case "accept":
		r.Accept = true
	case "reject":
	default:
		return r, args, consensus.ErrBadValue
	}
	wrong := func() (consensus.Rule, string, error) {
		value, sentinel := slowBad(args)
		return consensus.Rule{}, value, sentinel
	}
	pattern, more := slowWord(args)
	if pattern == "" || more != "" {
		return wrong()
	}
	var ok bool
	if rest, private := strings.CutPrefix(pattern, "private"); private {
		r.Private = true
		ports, colon := strings.CutPrefix(rest, ":")
		if r.MinPort, r.MaxPort, ok = slowPorts(ports); !ok || !colon {
			return wrong()
		}
		return r, "", nil
	}
	addr, mask, ports, hasMask, ok := slowPattern(pattern)
	if !ok {
		return wrong()
	}
	if r.Prefix, ok = slowNet(addr, mask, hasMask, six); !ok || r.Prefix.Addr().Is6() != six && addr != "*6" {
		return wrong()
	}
	if r.MinPort, r.MaxPort, ok = slowPorts(ports); !ok {
		return wrong()
	}
	return r, "", nil
}

// slowSummary reports whether a summary can be read.
func slowSummary(s string) bool {
	verb, ports, _ := strings.Cut(s, " ")
	if verb != "accept" && verb != "reject" {
		return false
	}
	n := 0
	for item := range strings.SplitSeq(ports, ",") {
		if item == "" || item[0] < '0' || item[0] > '9' {
			continue
		}
		low, rest, ok := slowPort(item)
		high := low
		if ok && strings.HasPrefix(rest, "-") {
			high, rest, ok = slowPort(rest[1:])
		}
		if n++; !ok || rest != "" || low == 0 || low > high {
			return false
		}
	}
	return 0 < n && n <= 1000
}
