package consensus

import (
	"bytes"
	"iter"
)

// Documents yields the documents that text joins, as CollecTor's archives and Tor's own cache files do, each with the
// number of its first line. It knows the beginnings of votes, consensuses, server descriptors and extra-info documents,
// together with the lines before them that begin with an at sign. Whatever stands before the first beginning belongs to
// the first document. A blank text holds none.
func Documents(text []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		start, startLine := 0, 1
		begun := false // whether the document has had its first keyword
		annotated := false
		for at, number := 0, 1; at < len(text); number++ {
			end := len(text)
			if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
				end = at + i + 1
			}
			line := text[at:end]
			switch {
			case len(line) > 0 && line[0] == '@':
				if begun {
					if !yield(startLine, text[start:at:at]) {
						return
					}
					start, startLine, begun = at, number, false
				}
				annotated = true
			case beginsDocument(line):
				if begun && !annotated {
					if !yield(startLine, text[start:at:at]) {
						return
					}
					start, startLine = at, number
				}
				begun, annotated = true, false
			}
			at = end
		}
		if len(bytes.TrimSpace(text[start:])) > 0 {
			yield(startLine, text[start:])
		}
	}
}

// beginsDocument reports whether a line is the first one of a document.
func beginsDocument(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	switch line[0] {
	case 'n':
		return bytes.HasPrefix(line, []byte("network-status-version "))
	case 'r':
		return bytes.HasPrefix(line, []byte("router "))
	case 'e':
		return bytes.HasPrefix(line, []byte("extra-info "))
	}
	return false
}
