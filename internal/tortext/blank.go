package tortext

import "strings"

// WhiteSpace is what tor takes for it. Other spaces that Unicode has it does not know.
const WhiteSpace = " \t\n\v\f\r"

// SkipBlank is the index of the first byte that is neither white space nor in a comment.
//
// C: src/lib/string/util_string.c, eat_whitespace.
func SkipBlank(text string) int {
	at := 0
	for {
		at += len(text[at:]) - len(strings.TrimLeft(text[at:], WhiteSpace))
		if at == len(text) || text[at] != '#' {
			return at
		}
		at += LineEnd(text[at:])
	}
}

// LineEnd is the index of the end of the line, before its newline if it has one.
func LineEnd(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

// WordEnd is the index of the end of the word that text begins with.
func WordEnd(text string) int {
	if i := strings.IndexAny(text, " \t\r\n#"); i >= 0 {
		return i
	}
	return len(text)
}
