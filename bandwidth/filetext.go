package bandwidth

import (
	"bytes"
	"encoding/hex"
	"strconv"
)

// AppendText appends the file to dst as a scanner would write it: timestamp, headers, terminator if there is one, and
// relay lines; what was skipped in reading is not written. It is the inverse of [ParseFile].
//
// A relay line is its Text with the values of bw and node_id brought in line with BW and NodeID, so a line that was only
// read comes out as it was; where Text lacks one of those words it is added at the end. Authorities before 0.4.8.11 want
// a dollar sign before the identity, which is there unless Text has the word without one.
//
// Nothing is written that would not read back the same. The error, with dst as it was, is a [*SyntaxError] with the
// number of the line that would have been wrong: a header that is not key=value or holds a blank or a newline, a
// terminator that is neither empty nor one of the two known, a Text that would be skipped.
//
// Spec: bandwidth-file-spec, "Format details".
func (f File) AppendText(dst []byte) ([]byte, error) {
	out := strconv.AppendInt(dst, f.Timestamp, 10)
	out = append(out, '\n')
	number := 1
	put := func(text string) {
		out = append(out, text...)
		out = append(out, '\n')
		number++
	}
	for _, header := range f.Headers {
		put(header)
		_, _, err := parseLine([]byte(header), Reading{})
		if err == nil || !isHeader([]byte(header)) || !oneLine([]byte(header)) {
			return dst, &SyntaxError{Line: number, Value: excerpt([]byte(header)), Err: ErrWord}
		}
	}
	switch f.Terminator {
	case "":
	case Terminator, oldTerminator:
		put(f.Terminator)
	default:
		return dst, &SyntaxError{Line: number + 1, Value: excerpt([]byte(f.Terminator)), Err: ErrWord}
	}
	for _, line := range f.Relays {
		start := len(out)
		out = line.appendText(out)
		text := out[start:]
		number++
		if !oneLine(text) {
			return dst, &SyntaxError{Line: number, Value: excerpt(text), Err: ErrWord}
		}
		if _, _, err := parseLine(text, Reading{}); err != nil {
			err.Line = number
			return dst, err
		}
		out = append(out, '\n')
	}
	return out, nil
}

// oneLine reports whether text holds nothing that a line cannot.
func oneLine(text []byte) bool { return !bytes.ContainsAny(text, "\n\x00") }

// appendText appends the line's text, corrected to say what NodeID and BW say.
func (l Line) appendText(dst []byte) []byte {
	var hasID, hasBW bool
	for rest := l.Text; len(rest) > 0; {
		word, after := nextWord(rest)
		dst = append(dst, rest[:len(rest)-len(after)-len(word)]...)
		rest = after
		if value, ok := bytes.CutPrefix(word, []byte("bw=")); ok {
			hasBW = true
			if bw, ok := parseBW(value); !ok || bw != l.BW {
				dst = l.appendBW(dst)
				continue
			}
		}
		if value, ok := bytes.CutPrefix(word, []byte("node_id=")); ok {
			hasID = true
			if id, ok := parseNodeID(value); !ok || id != l.NodeID {
				dst = l.appendNodeID(dst, bytes.HasPrefix(value, []byte("$")))
				continue
			}
		}
		dst = append(dst, word...)
	}
	if !hasID {
		if len(l.Text) > 0 {
			dst = append(dst, ' ')
		}
		dst = l.appendNodeID(dst, true)
	}
	if !hasBW {
		dst = l.appendBW(append(dst, ' '))
	}
	return dst
}

func (l Line) appendBW(dst []byte) []byte {
	return strconv.AppendUint(append(dst, "bw="...), uint64(l.BW), 10)
}

func (l Line) appendNodeID(dst []byte, dollar bool) []byte {
	dst = append(dst, "node_id="...)
	if dollar {
		dst = append(dst, '$')
	}
	start := len(dst)
	dst = hex.AppendEncode(dst, l.NodeID[:])
	copy(dst[start:], bytes.ToUpper(dst[start:]))
	return dst
}
