package consensus

import "bytes"

// scanner walks over the lines of joined documents, in one pass. The lines of each are those up to the next line that
// begins another one, as [Documents] separates them: it looks at the beginnings of lines as it comes to them.
type scanner struct {
	text   []byte
	at     int // index of the line to look at next
	start  int // index of the document's first line
	number int // number of the line looked at last

	last  keyword           // of the line read last, be it another document's
	after [keywords]keyword // what came after each keyword the last time
}

// rest is what has not been walked over yet.
func (s *scanner) rest() []byte { return s.text[s.at:] }

// atEnd reports whether the document ends here, because the text does or another document begins.
func (s *scanner) atEnd() bool {
	return s.at == len(s.text) || beginners[s.text[s.at]] && s.at > s.start && s.beginsAnother()
}

func (s *scanner) beginsAnother() bool { return s.text[s.at] == '@' || beginsDocument(s.rest()) }

// beginners are the first bytes of lines that may begin a document.
var beginners = [256]bool{'@': true, 'e': true, 'n': true, 'r': true}

// take splits off the next line, whatever it is, without its end.
func (s *scanner) take() []byte {
	s.number++
	rest := s.rest()
	i := bytes.IndexByte(rest, '\n')
	if i < 0 {
		s.at = len(s.text)
		return rest
	}
	s.at += i + 1
	return rest[:i]
}

// skipAnnotations walks to the first line that is neither blank nor an annotation, and reports whether there is one. A
// document begins there.
func (s *scanner) skipAnnotations() bool {
	for s.at < len(s.text) {
		at := s.at
		if line := bytes.TrimSpace(s.take()); len(line) > 0 && line[0] != '@' {
			s.at, s.start = at, at
			s.number--
			return true
		}
	}
	return false
}

// skipDocument walks to the end of the document.
func (s *scanner) skipDocument() {
	for !s.atEnd() {
		s.take()
	}
}

// skipBlank walks to the end of the document if there is nothing but blank lines left of it, and reports whether there
// is.
func (s *scanner) skipBlank() bool {
	at, number := s.at, s.number
	for !s.atEnd() {
		if !isBlank(s.take()) {
			s.at, s.number = at, number
			return false
		}
	}
	return true
}

// next walks to the next keyword line of the document, as lines.next does: past blank lines, comments and objects. word is
// the keyword as it is spelled, args what follows it.
func (s *scanner) next() (k keyword, word, args []byte, err *SyntaxError) {
	for s.at < len(s.text) {
		// This is atEnd, which is too long for the compiler to put it here.
		if beginners[s.text[s.at]] && s.at > s.start && s.beginsAnother() {
			break
		}
		if s.atObject() {
			if _, err := s.object(); err != nil {
				return noKeyword, nil, nil, err
			}
			continue
		}
		if k, word, args := s.quickLine(); k != noKeyword {
			return k, word, args, nil
		}
		line := s.take()
		if len(line) > maxLine {
			word, _ := nextWord(line[:maxQuoted])
			return noKeyword, nil, nil, s.fault(word, nil, ErrTooLong)
		}
		word, args := splitLine(line)
		if len(word) == 0 || word[0] == '#' {
			continue
		}
		if i := bytes.IndexByte(line, 0); i >= 0 {
			return noKeyword, nil, nil, s.fault(word, line[i:], ErrBadValue)
		}
		return keywordOf(word), word, args, nil
	}
	return noKeyword, nil, nil, nil
}

// quickLine reads the next line if it is spelled as Tor spells lines: a keyword alone, or one blank and what is not blank
// at either end. Otherwise it reports no keyword and does nothing.
//
// Tor writes the lines of all descriptors in one order, with some left out. What came after a keyword the last time is
// therefore tried first: to compare it costs less than to find out where a word ends and which it is. And where the line
// ends with its keyword, its end need not be looked for.
func (s *scanner) quickLine() (k keyword, word, args []byte) {
	rest := s.rest()
	k = s.after[s.last]
	name := keywordNames[k]
	n := len(name)
	if n == 0 || n >= len(rest) || string(rest[:n]) != name || rest[n] > ' ' {
		for n = 0; n < len(rest) && rest[n] > ' '; n++ {
		}
		if k = keywordOf(rest[:n]); n == len(rest) || n == 0 || rest[0] == '#' || k == kwOpt {
			return noKeyword, nil, nil
		}
	}
	switch rest[n] {
	case '\n':
		if n > maxLine {
			return noKeyword, nil, nil
		}
	case ' ':
		end := bytes.IndexByte(rest[n:], '\n') + n
		if end <= n+1 || end > maxLine || rest[n+1] <= ' ' || rest[end-1] <= ' ' || bytes.IndexByte(rest[n:end], 0) >= 0 {
			return noKeyword, nil, nil
		}
		args = rest[n+1 : end]
		s.at += len(args) + 1
	default:
		return noKeyword, nil, nil
	}
	s.at += n + 1
	s.number++
	s.after[s.last], s.last = k, k
	return k, rest[:n], args
}

func (s *scanner) atObject() bool {
	const begin = "-----BEGIN "
	rest := s.rest()
	return len(rest) >= len(begin) && string(rest[:len(begin)]) == begin
}

// object walks over the object that begins at the next line, as lines.object does, and returns what is between its first
// and its last line.
func (s *scanner) object() ([]byte, *SyntaxError) {
	if body := s.quickObject(); body != nil {
		return body, nil
	}
	begin := bytes.TrimRight(s.take(), "\r")
	body, first := s.rest(), s.number
	for size := 0; !s.atEnd(); {
		line := bytes.TrimRight(s.take(), "\r")
		if name, ok := bytes.CutPrefix(line, objectEnd); ok {
			if !bytes.Equal(name, begin[len(objectBegin):]) {
				break
			}
			return body[:size], nil
		}
		if size = len(body) - len(s.rest()); size > maxLine {
			return nil, &SyntaxError{Line: first, Keyword: "-----BEGIN", Value: clip(begin), Err: ErrTooLong}
		}
	}
	return nil, &SyntaxError{Line: first, Keyword: "-----END", Value: clip(begin), Err: ErrMissing}
}

// quickObject is object for one as Tor writes it, in lines of 64 characters but for the last; it does nothing and returns
// nil for others. It steps from line to line without looking for their ends, and counts the ends afterwards, all at once:
// if there are as many as steps, there are none in between.
func (s *scanner) quickObject() []byte {
	const step, beginning, ending = 64 + 1, "-----BEGIN ", "-----END "
	rest := s.rest()
	n := bytes.IndexByte(rest, '\n')
	if n < 0 || rest[n-1] == '\r' {
		return nil
	}
	name, body := rest[len(beginning):n], rest[n+1:]
	at, lines := 0, 0
	for at+step < len(body) && at < maxLine-step && body[at+step-1] == '\n' { // what is too long is for object to tell
		if mayBeginDocument((*[step]byte)(body[at:])) {
			return nil
		}
		at += step
		lines++
	}
	if at+step >= len(body) {
		return nil
	}
	if body[at] != '-' {
		if mayBeginDocument((*[step]byte)(body[at:])) {
			return nil
		}
		at += bytes.IndexByte(body[at:at+step], '\n') + 1
		lines++
	}
	end := body[at:]
	k := len(ending) + len(name)
	if k >= len(end) || end[k] != '\n' || string(end[:len(ending)]) != ending || !bytes.Equal(end[len(ending):k], name) ||
		bytes.Count(body[:at], newline) != lines {
		return nil
	}
	s.at += n + 1 + at + k + 1
	s.number += lines + 2
	return body[:at:at]
}

// mayBeginDocument reports whether a line may be one that begins another document: it has an at sign in front, or a blank
// where one of beginsDocument's keywords would end.
func mayBeginDocument(line *[64 + 1]byte) bool {
	const router, extraInfo, networkStatus = len("router"), len("extra-info"), len("network-status-version")
	return line[0] == '@' || line[router] == ' ' || line[extraInfo] == ' ' || line[networkStatus] == ' '
}

var newline = []byte("\n")

// fault is an error at the line looked at last.
func (s *scanner) fault(keyword, value []byte, sentinel error) *SyntaxError {
	return &SyntaxError{Line: s.number, Keyword: clip(keyword), Value: clip(value), Err: sentinel}
}
