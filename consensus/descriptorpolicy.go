package consensus

import (
	"bytes"
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
