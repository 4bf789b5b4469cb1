package bandwidth

import (
	"bytes"
	"iter"
)

// Reading is how a version of Tor reads bandwidth files, where that differs from the newest, which the zero Reading
// stands for: [ParseFile] and [Lines] are its methods. Readings are comparable.
//
// Older versions took a bandwidth with a leading 0x or 0 for a hexadecimal or octal number, too. No scanner writes such,
// and no Reading has it.
//
// C: src/feature/dirauth/bwauth.c; src/or/dirserv.c before 0.3.5.1-alpha.
type Reading struct {
	// DollarNeeded: only node_id=$HEX names a relay, and node_id=HEX is a word like any other. So before 0.4.8.11.
	DollarNeeded bool
	// CountsNotVoted: vote=0 is a word like any other, and its line counts. So before 0.3.5.9 and 0.4.0.4-rc.
	CountsNotVoted bool
	// ShortLines: lines are read in pieces of 511 bytes, of which only the last has a newline and so can be a relay's.
	// So before 0.3.5.1-alpha.
	ShortLines bool
	// NotLast: a node_id that ends its line is none, for the newline counts as a part of it. So before 0.3.4.1-alpha.
	NotLast bool
}

// shortLine is how much of a line, without newline, is read at once under ShortLines: 512 bytes less the terminating NUL
// byte. A line with its newline fits if it is no longer.
const shortLine = 511

// ParseFile is the function [ParseFile] as this version of Tor reads. Pieces of a line that was too long are each noted
// in Skipped, with the number of the line.
//
// Spec: bandwidth-file-spec, "Format details".
// C: src/or/dirserv.c, dirserv_read_measured_bandwidths.
func (r Reading) ParseFile(doc []byte) (File, error) {
	t, err := r.timestamp(doc)
	if err != nil {
		return File{}, err
	}
	f := File{Timestamp: t}
	// No relay line is shorter than the shortest, so that lines without anything on them get no more room than one relay
	// line of as many bytes.
	const shortest = len("bw=0 node_id=\n") + 40
	room := min(bytes.Count(doc, []byte("\n")), len(doc)/shortest)
	lines := newReader(bytes.Clone(doc), r)
	for {
		var relay Line
		for lines.usual(&relay) {
			if f.Relays == nil {
				f.Relays = make([]Line, 0, room)
			}
			f.Relays = append(f.Relays, relay)
		}
		kind, line, err := lines.next()
		switch kind {
		case lineEnd:
			return f, nil
		case lineHeader:
			f.Headers = append(f.Headers, string(line.Text))
		case lineTerminator:
			f.Terminator = string(line.Text)
		case lineRelay:
			f.Relays = append(f.Relays, line)
		case lineBad:
			f.SkippedTotal++
			if len(f.Skipped) < maxSkipped {
				f.Skipped = append(f.Skipped, err)
			}
		}
	}
}

// Lines is the function [Lines] as this version of Tor reads.
//
// Spec: bandwidth-file-spec, "Relay Line format".
// C: src/or/dirserv.c, measured_bw_line_parse.
func (r Reading) Lines(doc []byte) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		if _, err := r.timestamp(doc); err != nil {
			yield(Line{Number: 1, Text: firstLine(doc)}, err)
			return
		}
		lines := newReader(doc, r)
		for {
			var relay Line
			for lines.usual(&relay) {
				if !yield(relay, nil) {
					return
				}
			}
			kind, line, err := lines.next()
			switch kind {
			case lineEnd:
				return
			case lineRelay:
				if !yield(line, nil) {
					return
				}
			case lineBad:
				if !yield(line, err) {
					return
				}
			}
		}
	}
}

// timestamp is the file's time.
func (r Reading) timestamp(doc []byte) (int64, error) {
	if first := firstLine(doc); r.ShortLines && len(first) >= shortLine {
		return 0, &SyntaxError{Line: 1, Value: excerpt(first), Err: ErrNoNewline}
	}
	return Timestamp(doc)
}
