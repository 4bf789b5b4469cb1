package authority

import (
	"bytes"
	"strconv"
)

// validProtocols reports whether a descriptor's protocol list can be read; a relay whose list cannot is not voted on,
// though it counts toward thresholds. It is a list of name=versions, the name being up to 100 letters, digits and
// hyphens, and the versions numbers and ranges up to 63 separated by commas.
//
// C: src/core/or/protover.c, protover_list_is_invalid.
func validProtocols(list []byte) bool {
	for entry := range bytes.SplitSeq(list, []byte(" ")) {
		if len(entry) == 0 {
			continue
		}
		name, versions, ok := bytes.Cut(entry, []byte("="))
		if !ok || len(name) == 0 || len(name) > 100 || bytes.ContainsFunc(name, isNotProtocol) {
			return false
		}
		if len(versions) == 0 {
			continue
		}
		for span := range bytes.SplitSeq(versions, []byte(",")) {
			low, high, isRange := bytes.Cut(span, []byte("-"))
			if !isRange {
				high = low
			}
			from, fromOK := protocolVersion(low)
			to, toOK := protocolVersion(high)
			if !fromOK || !toOK || from > to {
				return false
			}
		}
	}
	return true
}

func isNotProtocol(r rune) bool {
	return !('0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r == '-')
}

// protocolVersion reads a version, which may have zeros in front.
func protocolVersion(digits []byte) (n uint64, ok bool) {
	n, err := strconv.ParseUint(string(digits), 10, 64)
	return n, err == nil && n <= 63
}
