package consensus

import (
	"errors"
	"strconv"
)

// SyntaxError says where and why a document could not be read. It wraps one of this package's sentinel errors, for
// errors.Is.
type SyntaxError struct {
	// Line is the number of the line in the text, counting from 1. Where a line is missing, it is the last one that was
	// looked at.
	Line int
	// Keyword is the keyword of that line, or of the line that is missing.
	Keyword string
	// Value is the offending text, cut to a bounded length; it may be empty.
	Value string
	// Err is the sentinel.
	Err error
}

// The sentinels that a SyntaxError wraps.
var (
	// ErrMissing says that a document, an entry or a descriptor lacks a line or an object it needs.
	ErrMissing = errors.New("required line is missing")
	// ErrTooFew says that a line lacks arguments.
	ErrTooFew = errors.New("too few arguments")
	// ErrBadValue says that an argument is not of its form or out of its range.
	ErrBadValue = errors.New("argument cannot be read")
	// ErrTwice says that there are two of what there may be only one of.
	ErrTwice = errors.New("line may stand only once")
	// ErrOrder says that a line, or an argument of it, does not come where it belongs.
	ErrOrder = errors.New("line stands in the wrong place")
	// ErrTooLong says that a line or an object is longer than any may be.
	ErrTooLong = errors.New("line is too long")
	// ErrNotThis says that the text is of another kind than the one asked for.
	ErrNotThis = errors.New("not a document of this kind")
)

// Error is one sentence: line, keyword, what is wrong, and the value.
func (e *SyntaxError) Error() string {
	msg := "line " + strconv.Itoa(e.Line)
	if e.Keyword != "" {
		quoted := strconv.Quote(e.Keyword)
		msg += ": " + quoted[1:len(quoted)-1] // nothing of the input reaches a terminal unescaped
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
