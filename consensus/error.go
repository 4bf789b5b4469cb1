package consensus

import (
	"errors"
	"strconv"
)

// SyntaxError says where and why a document could not be read. It wraps one of this package's sentinel errors, for
// errors.Is.
type SyntaxError struct {
	Line    int    // number of the line in the text, counting from 1
	Keyword string // keyword of that line, or of the line that is missing
	Value   string // the offending text, cut to a bounded length; may be empty
	Err     error  // the sentinel
}

// The sentinels that a SyntaxError wraps.
var (
	ErrMissing  = errors.New("required line is missing")
	ErrTooFew   = errors.New("too few arguments")
	ErrBadValue = errors.New("argument cannot be read")
	ErrTwice    = errors.New("line may stand only once")
	ErrOrder    = errors.New("line stands in the wrong place")
	ErrTooLong  = errors.New("line is too long")
	ErrNotThis  = errors.New("not a document of this kind")
)

// Error is one sentence: line, keyword, what is wrong, and the value.
func (e *SyntaxError) Error() string {
	msg := "line " + strconv.Itoa(e.Line)
	if e.Keyword != "" {
		msg += ": " + e.Keyword
	}
	msg += ": " + e.Err.Error()
	if e.Value != "" {
		msg += ": " + quote([]byte(e.Value))
	}
	return msg
}

// Unwrap is the sentinel.
func (e *SyntaxError) Unwrap() error { return e.Err }

// maxQuoted bounds how much of the input an error message repeats.
const maxQuoted = 80

// quote is text between quotation marks, with what cannot be printed escaped and what is too long cut off.
func quote(text []byte) string {
	if len(text) > maxQuoted {
		return strconv.Quote(string(text[:maxQuoted])) + "…"
	}
	return strconv.Quote(string(text))
}

// nextWord splits off the first word of text, words being separated by blanks or tabs; the rest starts behind the
// separator.
func nextWord(text []byte) (word, rest []byte) {
	for i, c := range text {
		if c == ' ' || c == '\t' {
			return text[:i], text[i+1:]
		}
	}
	return text, nil
}
