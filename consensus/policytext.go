package consensus

import (
	"bytes"
	"math/bits"
	"net/netip"
	"strconv"
)

// ParsePolicy reads an exit policy of one rule a line: accept or reject and a pattern of addresses and ports, such as
// "reject 192.0.2.0/24:25-80". The addresses are an IPv4 address with or without a prefix length or a network mask, or *
// for all, or "private" for the networks nobody routes; the ports are one, a range, or * for all, and all if they are
// left out. accept6 and reject6 take an IPv6 address in brackets, or * for all. *4 and *6 name their family themselves.
// Blank lines are passed over. The error is a [*SyntaxError].
//
// An asterisk alone stands for one family, as in descriptors; in Tor's configuration it stands for both.
//
// C: src/feature/dirparse/policy_parse.c, router_parse_addr_policy; src/lib/net/address.c, tor_addr_parse_mask_ports.
func ParsePolicy(text []byte) (Policy, error) {
	var p Policy
	l := lines{rest: text}
	for {
		if r, n := leadingRule(l.rest); n > 0 {
			p = append(p, r)
			l.rest = l.rest[n:]
			l.number++
			continue
		}
		keyword, args, ok, err := l.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return p, nil
		}
		r, fault := parseRule(keyword, args)
		if fault.sentinel != nil {
			return nil, l.fault(keyword, fault.value, fault.sentinel)
		}
		p = append(p, r)
	}
}

// parseRule reads one rule.
func parseRule(keyword, args []byte) (Rule, fault) {
	var r Rule
	six := false
	switch string(keyword) {
	case "accept", "accept6":
		r.Accept, six = true, len(keyword) > len("accept")
	case "reject", "reject6":
		six = len(keyword) > len("reject")
	default:
		return r, faultOf(args, ErrBadValue)
	}
	pattern, more := field(args)
	if len(pattern) == 0 || len(more) > 0 {
		return r, bad(args)
	}
	if rest, ok := bytes.CutPrefix(pattern, []byte("private")); ok {
		ports, ok := bytes.CutPrefix(rest, []byte(":"))
		if !ok || !r.parsePorts(ports) {
			return r, bad(args)
		}
		r.Private = true
		return r, fault{}
	}
	addr, mask, ports, hasMask, ok := splitPattern(pattern)
	if !ok || !r.parseNet(addr, mask, hasMask, six) || r.Prefix.Addr().Is6() != six && string(addr) != "*6" ||
		!r.parsePorts(ports) {
		return r, bad(args)
	}
	return r, fault{}
}

// splitPattern splits a pattern into its parts; the address loses its brackets. A mask begins with the first slash behind
// the address, and ports with the first colon behind both. It reports false for a bracket that is not closed.
func splitPattern(pattern []byte) (addr, mask, ports []byte, hasMask, ok bool) {
	rest := pattern
	if len(rest) > 0 && rest[0] == '[' {
		end := bytes.IndexByte(rest, ']')
		if end < 0 {
			return nil, nil, nil, false, false
		}
		addr, rest = rest[1:end], rest[end+1:]
	}
	var before []byte
	if before, mask, hasMask = bytes.Cut(rest, []byte("/")); hasMask {
		mask, ports, _ = bytes.Cut(mask, []byte(":"))
	} else {
		before, ports, _ = bytes.Cut(rest, []byte(":"))
	}
	if addr == nil {
		addr = before
	}
	return addr, mask, ports, hasMask, true
}

var (
	allIPv4 = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	allIPv6 = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
)

// parseNet reads the network of a rule.
func (r *Rule) parseNet(addr, mask []byte, hasMask, six bool) bool {
	switch string(addr) {
	case "*4":
		r.Prefix = allIPv4
		return !hasMask
	case "*6":
		r.Prefix = allIPv6
		return !hasMask
	case "*":
		if r.Prefix = allIPv4; six {
			r.Prefix = allIPv6
		}
		return !hasMask
	}
	ip, ok := parseIPv4(addr)
	if !ok {
		var err error
		if ip, err = netip.ParseAddr(string(addr)); err != nil || !ip.Is6() || ip.Zone() != "" {
			return false
		}
	}
	length := ip.BitLen()
	if hasMask {
		if length, ok = parseMask(mask, ip.BitLen()); !ok {
			return false
		}
	}
	r.Prefix = netip.PrefixFrom(ip, length)
	return true
}

// parseMask reads a prefix length or, written like an address, an IPv4 network mask. Nothing at all is length 0, for Tor
// reads it with strtol.
func parseMask(mask []byte, limit int) (length int, ok bool) {
	if len(mask) == 0 {
		return 0, true
	}
	if n, ok := parseLong(mask, uint64(limit)); ok {
		return int(n), true
	}
	ip, ok := parseIPv4(mask)
	if !ok {
		return 0, false
	}
	b := ip.As4()
	n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	length = bits.LeadingZeros32(^n)
	return length, n<<length == 0
}

// parsePorts reads a port, a range of ports, or what stands for all of them; there is no port 0. What follows a range is
// passed over, as in Tor.
//
// C: src/lib/net/address.c, parse_port_range.
func (r *Rule) parsePorts(text []byte) bool {
	if len(text) == 0 || string(text) == "*" {
		r.MinPort, r.MaxPort = 1, 65535
		return true
	}
	low, rest, ok := leadingPort(text)
	high := low
	if ok && len(rest) > 0 {
		if rest[0] != '-' {
			return false
		}
		high, _, ok = leadingPort(rest[1:])
	}
	r.MinPort, r.MaxPort = low, high
	return ok && 0 < low && low <= high
}

// leadingPort reads the port that text begins with.
func leadingPort(text []byte) (port uint16, rest []byte, ok bool) {
	sign := len(text) - len(bytes.TrimPrefix(text, []byte("+")))
	n := sign
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	port, ok = parsePort(text[sign:n])
	return port, text[n:], ok
}

// AppendText appends the policy to dst, one rule a line, as descriptors spell it: the inverse of [ParsePolicy]. It
// implements encoding.TextAppender; the error is always nil.
//
// C: src/core/or/policies.c, policy_write_item.
func (p Policy) AppendText(dst []byte) ([]byte, error) { return p.append(dst), nil }

func (p Policy) append(dst []byte) []byte {
	for _, r := range p {
		dst = append(r.append(dst), '\n')
	}
	return dst
}

// String is the policy, one rule a line.
func (p Policy) String() string { return string(p.append(nil)) }

// AppendText appends the rule to dst, as descriptors spell it, without the end of the line. It implements
// encoding.TextAppender; the error is always nil.
func (r Rule) AppendText(dst []byte) ([]byte, error) { return r.append(dst), nil }

func (r Rule) append(dst []byte) []byte {
	if r.Accept {
		dst = append(dst, "accept"...)
	} else {
		dst = append(dst, "reject"...)
	}
	addr := r.Prefix.Addr()
	if !r.Private && addr.Is6() {
		dst = append(dst, '6')
	}
	dst = append(dst, ' ')
	switch {
	case r.Private:
		dst = append(dst, "private"...)
	case r.Prefix.Bits() == 0:
		dst = append(dst, '*')
	case addr.Is6():
		dst = append(addr.AppendTo(append(dst, '[')), ']')
	default:
		dst = addr.AppendTo(dst)
	}
	if n := r.Prefix.Bits(); !r.Private && 0 < n && n < addr.BitLen() {
		dst = strconv.AppendInt(append(dst, '/'), int64(n), 10)
	}
	dst = append(dst, ':')
	switch {
	case r.MinPort == 1 && r.MaxPort == 65535:
		return append(dst, '*')
	case r.MinPort == r.MaxPort:
		return strconv.AppendUint(dst, uint64(r.MinPort), 10)
	}
	dst = strconv.AppendUint(dst, uint64(r.MinPort), 10)
	return strconv.AppendUint(append(dst, '-'), uint64(r.MaxPort), 10)
}

// String is the rule as descriptors spell it.
func (r Rule) String() string { return string(r.append(nil)) }
