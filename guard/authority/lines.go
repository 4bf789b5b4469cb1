package authority

import (
	"bytes"
	"iter"
	"strings"
)

// configLine is one line of tor's configuration syntax.
type configLine struct {
	number     int // of the line it begins on, counting from 1
	key, value string
	unbalanced bool // a quotation mark opens the value and none closes it, or more follows
}

// configLines yields the lines of a text in tor's configuration syntax: a keyword, blanks, and a value up to the end of
// the line or a comment. Comments and blank lines are passed over; a line that ends in a backslash goes on in the next
// one; a value in quotation marks may hold what else would be a comment. A NUL byte ends the text.
//
// C: src/lib/encoding/confline.c, parse_config_line_from_str_verbose.
func configLines(text []byte) iter.Seq[configLine] {
	if i := bytes.IndexByte(text, 0); i >= 0 {
		text = text[:i]
	}
	return func(yield func(configLine) bool) {
		rest, number := string(text), 0
		next := func() (line string) {
			line, rest, _ = strings.Cut(rest, "\n")
			number++
			return strings.TrimSuffix(line, "\r")
		}
		for rest != "" {
			first := strings.TrimLeft(next(), " \t")
			l := configLine{number: number}
			end := strings.IndexAny(first, " \t#")
			if end < 0 {
				end = len(first)
			}
			value := ""
			if l.key = strings.TrimSuffix(first[:end], `\`); l.key != first[:end] {
				value = `\`
			} else {
				value = strings.TrimLeft(first[end:], " \t")
			}
			if l.key == "" {
				continue
			}
			if strings.HasPrefix(value, `"`) {
				l.value, l.unbalanced = unquote(value[1:])
			} else {
				l.value = plainValue(value, func() (string, bool) {
					if rest == "" {
						return "", false
					}
					return next(), true
				})
			}
			if !yield(l) {
				return
			}
		}
	}
}

// plainValue is a value without quotation marks, which goes on in the next lines where it ends in a backslash. Among
// those, lines that begin with a comment sign are passed over.
func plainValue(line string, next func() (string, bool)) string {
	var value strings.Builder
	for {
		text, comment, isComment := strings.Cut(line, "#")
		_ = comment
		goesOn := !isComment && strings.HasSuffix(text, `\`)
		value.WriteString(strings.TrimSuffix(text, `\`))
		if !goesOn {
			break
		}
		var ok bool
		for line, ok = next(); ok && strings.HasPrefix(strings.TrimLeft(line, " \t"), "#"); {
			line, ok = next()
		}
		if !ok {
			break
		}
	}
	return strings.Trim(value.String(), " \t\v\f\r")
}

// unquote is the value up to the closing quotation mark, with C's simple escapes undone.
func unquote(text string) (value string, unbalanced bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			behind := strings.Trim(text[i+1:], " \t")
			return b.String(), behind != "" && behind[0] != '#'
		case c == '\\' && i+1 < len(text):
			i++
			switch text[i] {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case 'r':
				b.WriteByte('\r')
			default:
				b.WriteByte(text[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}
