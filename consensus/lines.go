package consensus

import "bytes"

// maxLine is the length, in bytes, of the longest line and the longest object that any document may have.
//
// C: src/feature/dirparse/parsecommon.c, MAX_LINE_LENGTH, MAX_UNPARSED_OBJECT_SIZE.
const maxLine = 128 * 1024

// lines walks over the keyword lines of a document.
type lines struct {
	rest   []byte // what has not been walked over yet
	number int    // number of the line walked over last
}

// take splits off the next line, whatever it is, without its end.
func (l *lines) take() []byte {
	l.number++
	i := bytes.IndexByte(l.rest, '\n')
	if i < 0 {
		line := l.rest
		l.rest = nil
		return line
	}
	line := l.rest[:i]
	l.rest = l.rest[i+1:]
	return line
}

// next walks to the next keyword line and splits it. It passes over blank lines, comments and objects, and reports
// false at the end. As in Tor, blanks before a keyword and the historical word "opt" do not count, and a carriage
// return at the end of a line is a blank; a byte of zero is an error wherever it stands.
func (l *lines) next() (keyword, args []byte, ok bool, err *SyntaxError) {
	for len(l.rest) > 0 {
		if l.atObject() {
			if _, err := l.object(); err != nil {
				return nil, nil, false, err
			}
			continue
		}
		line := l.take()
		if len(line) > maxLine {
			keyword, _ := nextWord(line[:maxQuoted])
			return nil, nil, false, l.fault(keyword, nil, ErrTooLong)
		}
		keyword, args := splitLine(line)
		if len(keyword) == 0 || keyword[0] == '#' {
			continue
		}
		if i := bytes.IndexByte(line, 0); i >= 0 {
			return nil, nil, false, l.fault(keyword, line[i:], ErrBadValue)
		}
		return keyword, args, true, nil
	}
	return nil, nil, false, nil
}

// splitLine splits a line into its keyword and the rest.
func splitLine(line []byte) (keyword, args []byte) {
	keyword, args = field(bytes.TrimRight(line, " \t\r"))
	if string(keyword) == "opt" {
		return field(args)
	}
	return keyword, args
}

// The ends of an object.
var (
	objectBegin = []byte("-----BEGIN ")
	objectEnd   = []byte("-----END ")
)

func (l *lines) atObject() bool { return bytes.HasPrefix(l.rest, objectBegin) }

// object walks over the object that begins at the next line and returns what is between its first and its last line,
// which have to name it alike.
func (l *lines) object() ([]byte, *SyntaxError) {
	begin := bytes.TrimRight(l.take(), "\r")
	body, first := l.rest, l.number
	for size := 0; len(l.rest) > 0; {
		line := bytes.TrimRight(l.take(), "\r")
		if name, ok := bytes.CutPrefix(line, objectEnd); ok {
			if !bytes.Equal(name, begin[len(objectBegin):]) {
				break
			}
			return body[:size], nil
		}
		if size = len(body) - len(l.rest); size > maxLine {
			return nil, &SyntaxError{Line: first, Keyword: "-----BEGIN", Value: clip(begin), Err: ErrTooLong}
		}
	}
	return nil, &SyntaxError{Line: first, Keyword: "-----END", Value: clip(begin), Err: ErrMissing}
}

// fault is an error at the line walked over last.
func (l *lines) fault(keyword, value []byte, sentinel error) *SyntaxError {
	return &SyntaxError{Line: l.number, Keyword: clip(keyword), Value: clip(value), Err: sentinel}
}

// clip is the text of an error, cut where it would be longer than a message can show.
func clip(text []byte) string { return string(text[:min(len(text), maxQuoted+1)]) }

// field splits off the first word of args, passing over the blanks before and behind it.
func field(args []byte) (word, rest []byte) {
	word, rest = nextWord(skipBlanks(args))
	return word, skipBlanks(rest)
}

// skipBlanks is text without the blanks and tabs it begins with.
func skipBlanks(text []byte) []byte {
	for i, c := range text {
		if c != ' ' && c != '\t' {
			return text[i:]
		}
	}
	return nil
}
