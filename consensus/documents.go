package consensus

import (
	"bytes"
	"iter"
)

// Documents yields the documents that text joins, as CollecTor's archives and Tor's own cache files do, each with the
// number of its first line. It knows the beginnings of votes, consensuses, server descriptors and extra-info documents,
// and takes the lines before one that begin with an at sign, its annotations, as a part of it. What stands before the
// first beginning comes alone, as if it were a document. Blank text holds none.
func Documents(text []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		start, startLine := 0, 1
		annotated := false // whether all of the document so far is annotations
		for at, number := 0, 1; at < len(text); number++ {
			end := len(text)
			if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
				end = at + i + 1
			}
			annotation := text[at] == '@'
			if !annotated && (annotation || beginsDocument(text[at:end])) {
				if !isBlank(text[start:at]) && !yield(startLine, text[start:at:at]) {
					return
				}
				start, startLine = at, number
			}
			annotated = annotation || annotated && isBlank(text[at:end])
			at = end
		}
		if !isBlank(text[start:]) {
			yield(startLine, text[start:])
		}
	}
}

func isBlank(text []byte) bool { return len(bytes.TrimSpace(text)) == 0 }

// beginsDocument reports whether a line is the first one of a document.
func beginsDocument(line []byte) bool {
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
