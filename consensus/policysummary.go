package consensus

import "bytes"

// maxSummary is the number of port ranges that a policy summary may have.
//
// C: src/core/or/policies.c, MAX_EXITPOLICY_SUMMARY_LEN.
const maxSummary = 1000

// parsePolicySummary reads a policy summary, "accept" or "reject" and ports and ranges of ports joined by commas, and
// reports whether it can be read and whether it rejects every port. Between commas, what does not begin with a digit is
// passed over, as in Tor.
//
// C: src/core/or/policies.c, parse_short_policy, short_policy_is_reject_star.
func parsePolicySummary(text []byte) (ok, rejectsAll bool) {
	rest, accepts := bytes.CutPrefix(text, []byte("accept "))
	if !accepts {
		if rest, ok = bytes.CutPrefix(text, []byte("reject ")); !ok {
			return false, false
		}
	}
	var r Rule // the range read last
	n := 0
	for len(rest) > 0 {
		var item []byte
		item, rest, _ = bytes.Cut(rest, []byte(","))
		if len(item) == 0 || item[0] < '0' || item[0] > '9' {
			continue
		}
		low, more, ok := leadingPort(item)
		high := low
		if ok && len(more) > 0 && more[0] == '-' {
			high, more, ok = leadingPort(more[1:])
		}
		if n++; !ok || len(more) > 0 || low == 0 || low > high || n > maxSummary {
			return false, false
		}
		r.MinPort, r.MaxPort = low, high
	}
	return n > 0, !accepts && n == 1 && r.MinPort == 1 && r.MaxPort == 65535
}
