package authority

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// NodeSet is a set of relays, named by fingerprint or by patterns of their addresses, as torrc options have them. The
// zero NodeSet is empty.
//
// C: src/feature/nodelist/routerset.c.
type NodeSet struct {
	ids      map[consensus.Fingerprint]bool
	patterns consensus.Policy
}

// The sentinels of ParseNodeSet's errors.
var (
	// ErrCountry: a country code, which only a database could resolve.
	ErrCountry = errors.New("country codes need a database that this library does not have")
	// ErrNode: neither a fingerprint nor an address pattern.
	ErrNode = errors.New("neither a fingerprint nor a pattern of addresses")
)

// ParseNodeSet reads a list separated by commas. An entry is a fingerprint of 40 hexadecimal digits, with or without a
// dollar sign before and =nickname or ~nickname behind it, or an address, a network, or *, each with or without ports.
// One bad entry spoils the whole list, as in tor. The error wraps ErrCountry or ErrNode.
//
// C: src/feature/nodelist/routerset.c, routerset_parse.
func ParseNodeSet(list string) (NodeSet, error) {
	var set NodeSet
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		if id, err := consensus.ParseFingerprint(withoutName(entry)); err == nil {
			if set.ids == nil {
				set.ids = make(map[consensus.Fingerprint]bool)
			}
			set.ids[id] = true
			continue
		}
		if len(entry) >= 4 && entry[0] == '{' && entry[3] == '}' {
			return NodeSet{}, fmt.Errorf("%.80q: %w", entry, ErrCountry)
		}
		if !strings.ContainsAny(entry, ".:*") {
			return NodeSet{}, fmt.Errorf("%.80q: %w", entry, ErrNode)
		}
		pattern, err := parsePattern(entry)
		if err != nil {
			return NodeSet{}, err
		}
		set.patterns = append(set.patterns, pattern...)
	}
	return set, nil
}

// ParseAddressPatterns reads the list of one of the AuthDirReject options: patterns of addresses, separated by commas,
// each with or without a leading accept or reject. What accept names is not in the set, if it comes first.
//
// C: src/core/or/policies.c, policies_parse_from_options, parse_addr_policy.
func ParseAddressPatterns(list string) (NodeSet, error) {
	var set NodeSet
	for entry := range strings.SplitSeq(list, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		pattern, err := parsePattern(entry)
		if err != nil {
			return NodeSet{}, err
		}
		set.patterns = append(set.patterns, pattern...)
	}
	return set, nil
}

// parsePattern reads one pattern; without a word of its own it means the addresses it names, which tor writes reject.
// An asterisk stands for both families.
func parsePattern(entry string) (consensus.Policy, error) {
	action, what, found := strings.Cut(entry, " ")
	if !found || (action != "accept" && action != "reject" && action != "accept6" && action != "reject6") {
		action, what = "reject", entry
	}
	what = strings.TrimSpace(what)
	var lines string
	switch {
	case what == "*" || strings.HasPrefix(what, "*:"):
		action = strings.TrimSuffix(action, "6")
		lines = action + " " + what + "\n" + action + "6 " + what
	case strings.HasPrefix(what, "["):
		lines = strings.TrimSuffix(action, "6") + "6 " + what
	default:
		lines = action + " " + what
	}
	policy, err := consensus.ParsePolicy([]byte(lines))
	if err != nil {
		return nil, fmt.Errorf("%.80q: %w", entry, ErrNode)
	}
	return policy, nil
}

// withoutName cuts off the nickname that may follow a fingerprint.
func withoutName(entry string) string {
	if i := strings.IndexAny(entry, "=~"); i >= 40 {
		return entry[:i]
	}
	return entry
}

// Contains reports whether the set names the relay of that identity, or of that IPv4 address and port.
func (s NodeSet) Contains(id consensus.Fingerprint, addr netip.Addr, port uint16) bool {
	return s.ids[id] || s.ContainsAddr(addr, port)
}

// ContainsAddr reports whether a pattern of the set covers that address and port; the first that does decides.
func (s NodeSet) ContainsAddr(addr netip.Addr, port uint16) bool {
	for _, rule := range s.patterns {
		if rule.Covers(addr, port) {
			return !rule.Accept
		}
	}
	return false
}

// union is both sets, the patterns of s first.
func (s NodeSet) union(t NodeSet) NodeSet {
	u := NodeSet{patterns: append(s.patterns[:len(s.patterns):len(s.patterns)], t.patterns...)}
	if len(s.ids)+len(t.ids) > 0 {
		u.ids = make(map[consensus.Fingerprint]bool, len(s.ids)+len(t.ids))
		for _, ids := range []map[consensus.Fingerprint]bool{s.ids, t.ids} {
			for id := range ids {
				u.ids[id] = true
			}
		}
	}
	return u
}
