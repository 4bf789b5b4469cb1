package wfu

import (
	"errors"
	"fmt"
	"strconv"
)

// What can be wrong with a router-stability file. The first two make it
// unusable; the others are warnings, each about what is left out of the Ledger
// or read otherwise than it was meant.
var (
	// ErrFormat: no first line "format 1" or "format 2", or a file of fewer
	// than five lines, which Tor refuses with the same words.
	ErrFormat = errors.New("not a router-stability file of format 1 or 2")
	// ErrStoredAt: no stored-at time, to which all others are relative; the
	// line is that of "data", before which it must stand.
	ErrStoredAt = errors.New("no stored-at time")

	// ErrLine: a relay's line lacks its numbers or is cut short. A +MTBF line, or
	// one of format 1, is left out; of a +WFU line the numbers before the
	// trouble count.
	ErrLine = errors.New("line cannot be scanned")
	// ErrRunWeights: a count of runs of so many digits that it overflows. It is
	// read as infinity, without a word in Tor; digits after the point that
	// overflow are not-a-number there and infinity here.
	ErrRunWeights = errors.New("count of runs overflows")
	// ErrFingerprint: a relay's identity is not 40 hexadecimal digits; the
	// relay is left out.
	ErrFingerprint = errors.New("not a fingerprint of 40 hexadecimal digits")
	// ErrTruncated: the final line with a dot is missing.
	ErrTruncated = errors.New("file is truncated")

	// ErrIgnored: lines with no meaning where they stand. Tor passes over them
	// without a word.
	ErrIgnored = errors.New("ignored")
	// ErrDuplicate: a relay is there again. As in Tor, the later lines replace
	// what they say of it, without a word.
	ErrDuplicate = errors.New("relay occurs twice")
	// ErrZeroFingerprint: a relay whose identity is all zeros, which is nobody.
	// Tor leaves it out without a word.
	ErrZeroFingerprint = errors.New("fingerprint of zeros")
	// ErrTooMany: the last warning of a file with more than a thousand; the
	// value says how many are not told.
	ErrTooMany = errors.New("further warnings left out")
)

// ErrStats is wrapped by the errors of ParseStats.
var ErrStats = errors.New("not of the form wfu=N tk=N mtbf=N")

// ParseError is what was wrong with a text: why ParseLedger refused a file, or
// one of the warnings it read on after. It wraps one of the errors of this
// package, so that errors.Is finds out which.
type ParseError struct {
	// Line is the number of the line, from 1; 0 for the file as a whole.
	Line int
	// Keyword is the first word of the line or the name of the field.
	Keyword string
	// Value is the text in question in quotes, escaped, and cut short if it
	// was long.
	Value string
	// Err is what was wrong with it.
	Err error
}

// Error is the sentence for a log, with line, keyword and value.
func (e *ParseError) Error() string {
	s := "wfu"
	if e.Line > 0 {
		s += fmt.Sprintf(": line %d", e.Line)
	}
	if e.Keyword != "" {
		quoted := strconv.Quote(e.Keyword)
		s += ": " + quoted[1:len(quoted)-1] // escaped, for terminals
	}
	s += ": " + e.Err.Error()
	if e.Value != "" {
		s += ": " + e.Value
	}
	return s
}

// Unwrap is the wrapped error.
func (e *ParseError) Unwrap() error { return e.Err }

// mostWarnings bounds what a hostile file of short bad lines can make of
// memory.
const mostWarnings = 1000

// warnings collects what goes wrong while a file is read.
type warnings struct {
	list []*ParseError
	more int
}

func (w *warnings) add(line int, keyword string, value []byte, err error) {
	if len(w.list) == mostWarnings {
		w.more++
		return
	}
	w.list = append(w.list, newParseError(line, keyword, value, err))
}

// all is the list with its end: how many did not fit.
func (w *warnings) all() []*ParseError {
	if w.more == 0 {
		return w.list
	}
	return append(w.list, &ParseError{Err: ErrTooMany, Value: fmt.Sprint(w.more)})
}

// newParseError words the value at once, so that it does not hold on to the
// text.
func newParseError(line int, keyword string, value []byte, err error) *ParseError {
	e := &ParseError{Line: line, Keyword: keyword, Err: err}
	if len(value) > 0 {
		e.Value = quote(value)
	}
	return e
}

// quote is a value of the input as a message shows it: escaped, and cut so that
// the message stays short however long the line was.
func quote(value []byte) string {
	const most = 80
	if len(value) > most {
		return fmt.Sprintf("%q... (%d bytes)", value[:most], len(value))
	}
	return fmt.Sprintf("%q", value)
}
