package authority

import (
	"bytes"
	"math"
	"strconv"
)

// validProtocols reports whether a descriptor's protocol list can be read; a relay whose list cannot is not voted on,
// though it counts toward thresholds. It is a list of name=versions, the name being up to 100 letters, digits and
// hyphens, and the versions numbers and ranges up to 63 (32 bits once) separated by commas.
//
// C: src/core/or/protover.c, protover_list_is_invalid.
func (r Release) validProtocols(list []byte) bool {
	if !r.has(heedsProtocols) {
		return true
	}
	most := uint64(63)
	if !r.has(capsProtocols) {
		most = math.MaxUint32 - 1
	}
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
			from, fromOK := protocolVersion(low, most)
			to, toOK := protocolVersion(high, most)
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

// protocolVersion reads a version of at most most, which may have zeros in front.
func protocolVersion(digits []byte, most uint64) (n uint64, ok bool) {
	n, err := strconv.ParseUint(string(digits), 10, 64)
	return n, err == nil && n <= most
}
