package bandwidth

import (
	"errors"
	"strconv"
)

// SyntaxError says where and why a bandwidth file or a bandwidth-weights line could not be read. It wraps one of this
// package's sentinel errors, for errors.Is.
type SyntaxError struct {
	Line    int    // number of the line, counting from 1; always 1 in a bandwidth-weights line
	Keyword string // the key of the word that is wrong or missing; empty where the line as a whole is
	Value   string // the offending text, cut to a bounded length; empty where something is missing
	Err     error  // the sentinel
}

// The sentinels that a SyntaxError wraps.
var (
	// ErrTimestamp: the first line of a bandwidth file is no time.
	ErrTimestamp = errors.New("first line is not a Unix timestamp")
	// ErrNoNewline: the last line of a bandwidth file has no newline.
	ErrNoNewline = errors.New("line is not ended by a newline")
	// ErrNUL: a line of a bandwidth file holds a zero byte.
	ErrNUL = errors.New("line holds a NUL byte")
	// ErrBlank: there is nothing on the line.
	ErrBlank = errors.New("line is blank")
	// ErrMissing: a word that has to be there is not.
	ErrMissing = errors.New("word is missing")
	// ErrTwice: a word that may stand only once stands again.
	ErrTwice = errors.New("word may stand only once")
	// ErrNumber: a value is not a decimal integer, or not within its bounds.
	ErrNumber = errors.New("value is not a number in range")
	// ErrNodeID: a value is not the 40 hexadecimal digits of an identity.
	ErrNodeID = errors.New("value is not 40 hexadecimal digits")
	// ErrNotVoted: the line says vote=0, so authorities pass it over. The line is sound otherwise as far as it was read.
	ErrNotVoted = errors.New("line is not to be voted on")
	// ErrWord: a word is not of the form name=value.
	ErrWord = errors.New("word is not name=value")
)

// Error is one sentence: line, keyword, what is wrong, and the offending text.
func (e *SyntaxError) Error() string {
	msg := "line " + strconv.Itoa(e.Line) + ": "
	if e.Keyword != "" {
		quoted := strconv.Quote(e.Keyword)
		msg += quoted[1:len(quoted)-1] + ": " // nothing of the input reaches a terminal unescaped
	}
	msg += e.Err.Error()
	if e.Value != "" {
		msg += ": " + strconv.Quote(e.Value)
	}
	return msg
}

// Unwrap is the sentinel.
func (e *SyntaxError) Unwrap() error { return e.Err }

// excerpt is text as a string of its own, so that an error keeps no document alive, cut so that a line of a gigabyte
// makes no error of a gigabyte.
func excerpt(text []byte) string {
	const most = 80
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
