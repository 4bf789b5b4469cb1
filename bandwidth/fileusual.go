package bandwidth

import (
	"encoding/binary"
	"math/bits"

	"github.com/seed-84712aaa/guardmath/internal/digits"
)

// Nearly every line of a bandwidth file is a relay line with nothing wrong. Such a one is read here in a single pass that
// looks at eight bytes at a time; any other is left to the reader that goes word by word as Tor does, and finds out what
// is wrong. What this one takes it reads as that one does.

// The words looked for, as eight bytes are loaded: the first in the lowest.
const (
	wordBW     = 'b' | 'w'<<8 | '='<<16
	wordNodeID = 'n' | 'o'<<8 | 'd'<<16 | 'e'<<24 | '_'<<32 | 'i'<<40 | 'd'<<48 | '='<<56
	wordVote0  = 'v' | 'o'<<8 | 't'<<16 | 'e'<<24 | '='<<32 | '0'<<40
)

// usual reads the next line into line if it is a relay line that is voted on, and reports whether it was. If not, it is
// still the next line.
func (r *reader) usual(line *Line) bool {
	doc := r.rest
	if r.within || len(doc) < 8 {
		return false
	}
	var bw uint64
	hasBW, idAt, idEnd := false, 0, 0
	for at := 0; ; { // at is where a word may begin
		if at > len(doc)-8 {
			return false // too near to the end to look at eight bytes
		}
		switch first := binary.LittleEndian.Uint64(doc[at:]); {
		case first&0xffffff == wordBW:
			n, length := digits.Leading(doc[at+3:])
			if hasBW || length == 0 || length == 8 || !endsWord(doc[at+3+length]) {
				return false
			}
			bw, hasBW = n, true
			at += 3 + length
		case first == wordNodeID:
			if idAt > 0 {
				return false
			}
			idAt = at + 8
			if idAt < len(doc) && doc[idAt] == '$' {
				idAt++
			} else if r.as.DollarNeeded {
				return false
			}
			idEnd = idAt + 40
			if idEnd >= len(doc) || !endsWord(doc[idEnd]) {
				return false
			}
			at = idEnd
		case first&0xffffffffffff == wordVote0 && !r.as.CountsNotVoted:
			return false
		}
		// On to the next blank, or to the end.
		for {
			if at > len(doc)-8 {
				return false
			}
			if low := notAboveSpace(binary.LittleEndian.Uint64(doc[at:])); low != 0 {
				at += bits.TrailingZeros64(low) / 8
				if isBlank(doc[at]) || doc[at] == '\n' {
					break
				}
				if doc[at] == 0 {
					return false
				}
				at++ // another control character, which is a part of the word
				continue
			}
			at += 8
		}
		if doc[at] == ' ' || doc[at] == '\t' {
			at++
			continue
		}
		// The end of the line.
		if !hasBW || idAt == 0 || r.as.NotLast && idEnd == at || r.as.ShortLines && at >= shortLine {
			return false
		}
		var ok bool
		if line.NodeID, ok = digits.Identity((*[40]byte)(doc[idAt:])); !ok {
			return false
		}
		r.number++
		r.body = true
		line.BW, line.Number, line.Text = KB(bw), r.number, doc[:at:at]
		r.rest = doc[at+1:]
		return true
	}
}

// endsWord reports whether a word ends before the byte.
func endsWord(c byte) bool { return isBlank(c) || c == '\n' }

// notAboveSpace has the highest bit of each byte of the word set that is a blank or a control character, and no other.
func notAboveSpace(word uint64) uint64 {
	// Without their highest bits no sum carries into the next byte. 0x21 and more become 0x80 and more.
	const low, over = 0x7f7f7f7f7f7f7f7f, 0x5f5f5f5f5f5f5f5f
	return ^(word&low + over | word) & ^uint64(low)
}
