package authority

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net/netip"
	"slices"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

// NodeSet is a set of relays, named by fingerprint, by nickname, or by patterns of their addresses, as torrc options have
// them. The zero NodeSet is empty.
//
// C: src/feature/nodelist/routerset.c.
type NodeSet struct {
	ids      map[consensus.Fingerprint]bool
	names    map[string]bool // in lower case
	patterns consensus.Policy
}

// The sentinels of ParseNodeSet's errors.
var (
	// ErrCountry: a country code, which only a database could resolve.
	ErrCountry = errors.New("country codes need a database that this library does not have")
	// ErrNode: neither a fingerprint nor a nickname nor an address pattern.
	ErrNode = errors.New("neither a relay nor a pattern of addresses")
)

// ParseNodeSet reads a list separated by commas. An entry is a fingerprint of 40 hexadecimal digits, with or without a
// dollar sign before and =nickname or ~nickname behind it; a nickname of 1 to 19 letters and digits; or an address, a
// network, or *, each with or without ports, and with or without accept or reject before it. What accept names is not in
// the set, if it comes first. One bad entry spoils the whole list, as in tor. The error wraps ErrCountry or ErrNode.
//
// C: src/feature/nodelist/routerset.c, routerset_parse.
func ParseNodeSet(list string) (NodeSet, error) {
	set := NodeSet{ids: make(map[consensus.Fingerprint]bool), names: make(map[string]bool)}
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.Trim(entry, tortext.WhiteSpace)
		id, isID := hexDigest(entry)
		switch {
		case entry == "":
		case isID:
			set.ids[id] = true
		case isNickname(entry):
			set.names[lower(entry)] = true
		case len(entry) >= 4 && entry[0] == '{' && entry[3] == '}':
			return NodeSet{}, fmt.Errorf("%.80q: %w", entry, ErrCountry)
		case !strings.ContainsAny(entry, ".:*"):
			return NodeSet{}, fmt.Errorf("%.80q: %w", entry, ErrNode)
		default:
			pattern, err := parsePattern(entry)
			if err != nil {
				return NodeSet{}, err
			}
			set.patterns = append(set.patterns, pattern...)
		}
	}
	return set, nil
}

// hexDigest is the fingerprint that an entry names.
//
// C: src/feature/nodelist/nickname.c, is_legal_hexdigest.
func hexDigest(entry string) (id consensus.Fingerprint, ok bool) {
	digits := strings.TrimPrefix(entry, "$")
	if i := strings.IndexAny(digits, "=~"); i >= 0 {
		if !isNickname(digits[i+1:]) {
			return id, false
		}
		digits = digits[:i]
	}
	if strings.HasPrefix(digits, "$") {
		return id, false
	}
	id, err := consensus.ParseFingerprint(digits)
	return id, err == nil
}

// ParseAddressPatterns reads the list of one of the AuthDirReject options: patterns of addresses, separated by commas,
// each with or without a leading accept or reject. What accept names is not in the set, if it comes first. Ports are read
// and then ignored, as in tor. The error wraps ErrNode.
//
// C: src/core/or/policies.c, policies_parse_from_options, load_policy_from_option.
func ParseAddressPatterns(list string) (NodeSet, error) {
	var set NodeSet
	for entry := range strings.SplitSeq(list, ",") {
		if entry = strings.Trim(entry, tortext.WhiteSpace); entry == "" {
			continue
		}
		pattern, err := parsePattern(entry)
		if err != nil {
			return NodeSet{}, err
		}
		for _, rule := range pattern {
			rule.MinPort, rule.MaxPort = 1, math.MaxUint16
			set.patterns = append(set.patterns, rule)
		}
	}
	return set, nil
}

// parsePattern reads one pattern; without a word of its own it means the addresses it names, which tor writes reject.
// An asterisk stands for both families. An IPv4 address where the word speaks of IPv6 is passed over, as in tor.
//
// C: src/feature/dirparse/policy_parse.c, router_parse_addr_policy_item_from_string.
func parsePattern(entry string) (consensus.Policy, error) {
	bad := fmt.Errorf("%.80q: %w", entry, ErrNode)
	words := fields(entry)
	if strings.ContainsRune("*[0123456789", rune(entry[0])) {
		words = append([]string{"reject"}, fields(lower(entry))...)
	}
	if len(words) != 2 {
		return nil, bad
	}
	word, what := words[0], bracketed(words[1])
	action, six := strings.CutSuffix(word, "6")
	if action != "accept" && action != "reject" {
		return nil, bad
	}
	var lines string
	address, _, _ := strings.Cut(what, ":")
	inBrackets, _, _ := strings.Cut(strings.TrimPrefix(what, "["), "]")
	switch {
	case address == "*" && !six:
		lines = action + " " + what + "\n" + action + "6 " + what
	case address == "*" || address == "*6" || what[0] == '[' && strings.Contains(inBrackets, ":"):
		lines = action + "6 " + what
	default:
		lines = action + " " + what
	}
	policy, err := consensus.ParsePolicy([]byte(lines))
	switch {
	case err != nil:
		return nil, bad
	case six && !policy[0].Private && policy[0].Prefix.Addr().Is4():
		return nil, nil
	}
	return policy, nil
}

// bracketed puts brackets around an IPv6 address that has a prefix length but no brackets.
func bracketed(pattern string) string {
	address, rest, hasLength := strings.Cut(pattern, "/")
	if hasLength && strings.Contains(address, ":") && !strings.HasPrefix(address, "[") {
		return "[" + address + "]/" + rest
	}
	return pattern
}

// Contains reports whether the set names the relay by its fingerprint, its nickname, or its IPv4 address and port.
func (s NodeSet) Contains(d *consensus.Descriptor) bool {
	return s.ids[d.Identity] || len(s.names) > 0 && s.names[lower(string(d.Nickname))] || s.ContainsAddr(d.Address, d.ORPort)
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
	return NodeSet{
		ids:      join(s.ids, t.ids),
		names:    join(s.names, t.names),
		patterns: slices.Concat(s.patterns, t.patterns),
	}
}

// join is what either has.
func join[K comparable](a, b map[K]bool) map[K]bool {
	both := make(map[K]bool, len(a)+len(b))
	maps.Copy(both, a)
	maps.Copy(both, b)
	return both
}
