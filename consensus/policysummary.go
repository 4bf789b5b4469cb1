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
	var low, high uint32 // the range read last
	n := 0
	for i := 0; i < len(rest); i++ {
		if rest[i] < '0' || rest[i] > '9' {
			comma := bytes.IndexByte(rest[i:], ',')
			if comma < 0 {
				break
			}
			i += comma
			continue
		}
		low, i = summaryPort(rest, i)
		high = low
		if i < len(rest) && rest[i] == '-' {
			if i++; i < len(rest) && rest[i] == '+' {
				i++
			}
			high, i = summaryPort(rest, i)
		}
		if n++; low == 0 || low > high || high > 65535 || n > maxSummary || i < len(rest) && rest[i] != ',' {
			return false, false
		}
	}
	return n > 0, !accepts && n == 1 && low == 1 && high == 65535
}

// summaryPort reads the digits of text from the index i on, and gives the index behind them. A number that is too large
// for a port is some number that is.
func summaryPort(text []byte, i int) (port uint32, end int) {
	for ; i < len(text) && '0' <= text[i] && text[i] <= '9'; i++ {
		port = min(port*10+uint32(text[i]-'0'), 1<<16)
	}
	return port, i
}
