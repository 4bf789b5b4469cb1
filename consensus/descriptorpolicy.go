package consensus

import (
	"bytes"
	"net/netip"
	"slices"
)

// Exit policies repeat: most relays have that of one line which rejects everything, and the others mostly a default or a
// list that many copy. What tells those apart is the relay's own address, which stands in a line of its own. So a
// policyReader remembers the runs of lines between such lines, and what they read as: where the same bytes come again, it
// compares them and reads nothing.
type policyReader struct {
	runs  [64]run
	lent  Policy // the policy so far, where it is one run that is remembered,
	rules []Rule // or else its rules so far; the memory serves all policies
}

// run is what lines of a policy read as.
type run struct {
	text  []byte // whole lines, of one rule each
	rules Policy // never written to again, for descriptors share it
}

// place is where a run that begins like text is remembered.
func (p *policyReader) place(text []byte) *run {
	const spread = 0x9e3779b97f4a7c15 // its product brings the differences up into the six bits taken
	return &p.runs[(word(text)^word(text[8:]))*spread>>(64-6)]
}

// begin forgets the policy read before.
func (p *policyReader) begin() { p.lent, p.rules = nil, p.rules[:0] }

// add appends rules to the policy.
func (p *policyReader) add(rules ...Rule) {
	if p.lent != nil {
		p.rules = append(p.rules, p.lent...)
		p.lent = nil
	}
	p.rules = append(p.rules, rules...)
}

// policy is what has been read: nil if there were no rules.
func (p *policyReader) policy() Policy {
	if p.lent != nil {
		return p.lent
	}
	return slices.Clip(slices.Clone(Policy(p.rules)))
}

// quick reads the rules that text begins with, so far as they are spelled as Tor spells them, and gives the number of
// bytes and of lines they take, which may be zero.
func (p *policyReader) quick(text []byte) (n, lines int) {
	if len(text) < quickRuleMax || string(text[:7]) != "accept " && string(text[:7]) != "reject " {
		return 0, 0
	}
	known := p.place(text)
	if len(known.text) > 0 && bytes.HasPrefix(text, known.text) {
		if p.lent == nil && len(p.rules) == 0 {
			p.lent = known.rules
		} else {
			p.add(known.rules...)
		}
		return len(known.text), len(known.rules)
	}
	p.add()
	before := len(p.rules)
	for len(text)-n >= quickRuleMax {
		rule, k := quickRule((*[quickRuleMax]byte)(text[n:]))
		if k == 0 {
			break
		}
		own := rule.Prefix.IsSingleIP()
		if own && lines > 0 {
			break
		}
		p.rules = append(p.rules, rule)
		n += k
		lines++
		if own {
			return n, lines
		}
	}
	if lines > 0 {
		*known = run{text[:n:n], slices.Clip(slices.Clone(Policy(p.rules[before:])))}
		if before == 0 {
			p.lent, p.rules = known.rules, p.rules[:0]
		}
	}
	return n, lines
}

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
