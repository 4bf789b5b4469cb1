package authority

import (
	"errors"
	"iter"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

// ErrQuotes is wrapped by the error about a line of torrc or approved-routers whose quotation marks do not come in pairs,
// or have an escape between them that is none, or something behind them. Tor reads no file that has one.
var ErrQuotes = errors.New("quotation marks out of order")

// configLine is one line of tor's configuration syntax.
type configLine struct {
	number     int // of the line it begins on, counting from 1
	key, value string
	err        error // ErrQuotes: the line cannot be read, and tor reads no further
}

// configLines yields the lines of a text in tor's configuration syntax: a keyword, blanks, and a value up to the end of
// the line or a comment. Comments and blank lines are passed over; a value that ends in a backslash goes on in the next
// line, and from then on a comment does not end it; a value in quotation marks may hold what else would be a comment. A
// NUL byte ends the text, and carriage returns are not there at all. A line that cannot be read is the last one.
//
// C: src/lib/encoding/confline.c, parse_config_line_from_str_verbose; src/lib/fs/files.c, read_file_to_str.
func configLines(text []byte) iter.Seq[configLine] {
	return func(yield func(configLine) bool) {
		whole, _, _ := strings.Cut(string(text), "\x00")
		rest, number := strings.ReplaceAll(whole, "\r", ""), 1
		for {
			begin := tortext.SkipBlank(rest)
			number += strings.Count(rest[:begin], "\n")
			if rest = rest[begin:]; rest == "" {
				return
			}
			l, length := readLine(rest)
			l.number = number
			if !yield(l) || l.err != nil {
				return
			}
			number += strings.Count(rest[:length], "\n")
			rest = rest[length:]
		}
	}
}

// fields is the words of a text.
func fields(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(tortext.WhiteSpace, r) })
}

// readLine reads the line that text begins with, and tells how long it is.
func readLine(text string) (l configLine, length int) {
	at := 0
	for at < len(text) && strings.IndexByte(tortext.WhiteSpace+"#", text[at]) < 0 && !strings.HasPrefix(text[at:], "\\\n") {
		at++
	}
	l.key = text[:at]
	at += len(text[at:]) - len(strings.TrimLeft(text[at:], " \t"))
	if strings.HasPrefix(text[at:], `"`) {
		var n int
		l.value, n, l.err = unquote(text[at:])
		if l.err != nil {
			return l, len(text)
		}
		at += n
		return l, at + tortext.LineEnd(text[at:])
	}
	var n int
	l.value, n = plainValue(text[at:])
	return l, at + n
}

// plainValue reads a value without quotation marks, and tells how long it and its comment are. White space behind it is
// cut off before continued lines are joined, so a backslash at the very end stays.
func plainValue(text string) (value string, length int) {
	continued := false
	at := 0
	for at < len(text) && text[at] != '\n' && (text[at] != '#' || continued) {
		switch {
		case strings.HasPrefix(text[at:], "\\\n"):
			continued = true
			at += 2
		case text[at] == '#':
			at = min(at+tortext.LineEnd(text[at:])+1, len(text))
		default:
			at++
		}
	}
	value = strings.TrimRight(text[:at], tortext.WhiteSpace)
	if continued {
		value = joined(value)
	}
	return value, at + tortext.LineEnd(text[at:])
}

// joined is a value of several lines as one, without comments.
func joined(lines string) string {
	var b strings.Builder
	for rest := lines; rest != ""; {
		at := strings.IndexAny(rest, "#\\")
		if at < 0 {
			at = len(rest)
		}
		b.WriteString(rest[:at])
		switch rest = rest[at:]; {
		case rest == "":
		case rest[0] == '#':
			rest = rest[min(tortext.LineEnd(rest)+1, len(rest)):]
		case strings.HasPrefix(rest, "\\\n"):
			rest = rest[2:]
		default:
			b.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	return b.String()
}

// unquote reads a value in quotation marks, with C's escapes undone, and tells how long it is. A NUL byte made by an
// escape ends it.
//
// C: src/lib/encoding/cstring.c, unescape_string.
func unquote(text string) (value string, length int, err error) {
	end := 1
	for ; end < len(text) && text[end] != '"'; end++ {
		if text[end] == '\n' {
			return "", 0, ErrQuotes
		}
		if text[end] == '\\' {
			end++
		}
	}
	if end >= len(text) {
		return "", 0, ErrQuotes
	}
	var b strings.Builder
	for rest := text[1:end]; rest != ""; {
		at := strings.IndexByte(rest, '\\')
		if at < 0 {
			at = len(rest)
		}
		b.WriteString(rest[:at])
		if rest = rest[at:]; rest == "" {
			break
		}
		c, n := unescape(rest)
		if n == 0 {
			return "", 0, ErrQuotes
		}
		b.WriteByte(c)
		rest = rest[n:]
	}
	behind := strings.TrimLeft(text[end+1:], " \t")
	if behind != "" && behind[0] != '#' && behind[0] != '\n' {
		return "", 0, ErrQuotes
	}
	value, _, _ = strings.Cut(b.String(), "\x00")
	return value, end + 1, nil
}

// unescape is the byte that an escape at the begin of text stands for, and how long it is; 0 if it is none.
func unescape(text string) (c byte, length int) {
	if len(text) < 2 {
		return 0, 0
	}
	switch c = text[1]; {
	case c == 'n':
		return '\n', 2
	case c == 't':
		return '\t', 2
	case c == 'r':
		return '\r', 2
	case c == '"' || c == '\'' || c == '\\':
		return c, 2
	case c == 'x' || c == 'X':
		if len(text) >= 4 {
			if n, err := strconv.ParseUint(text[2:4], 16, 8); err == nil {
				return byte(n), 4
			}
		}
		return 0, 0
	}
	n, digits := 0, 0
	for digits < 3 && 1+digits < len(text) && '0' <= text[1+digits] && text[1+digits] <= '7' {
		n = n*8 + int(text[1+digits]-'0')
		digits++
	}
	if digits == 0 || n > 255 {
		return 0, 0
	}
	return byte(n), 1 + digits
}
