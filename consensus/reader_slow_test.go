package consensus

import (
	"bytes"
	"iter"
)

// SlowReader reads a document as the rule says it, part by part: where it ends, where its header and its footer are, and
// then each entry, line by line. What Reader does in one pass is held against it.
type SlowReader struct {
	header, entries, footer, next section
}

// section is a part of a text, and the number of its first line.
type section struct {
	text []byte
	line int
}

// cut splits the section in two at the index i.
func (s section) cut(i int) (before, after section) {
	before, after = section{s.text[:i:i], s.line}, section{s.text[i:], s.line}
	after.line += bytes.Count(before.text, []byte("\n"))
	return before, after
}

func NewSlowReader(doc []byte) *SlowReader {
	r := new(SlowReader)
	rest := section{doc, 1}
	rest, r.next = rest.cut(endOfDocument(doc))
	start := min(lineIndex(rest.text, "r "), footerIndex(rest.text))
	r.header, rest = rest.cut(start)
	r.entries, r.footer = rest.cut(footerIndex(rest.text))
	return r
}

// lineIndex is the index of the first line of text with that beginning, or the length of text if there is none.
func lineIndex(text []byte, prefix string) int {
	if bytes.HasPrefix(text, []byte(prefix)) {
		return 0
	}
	if i := bytes.Index(text, []byte("\n"+prefix)); i >= 0 {
		return i + 1
	}
	return len(text)
}

// footerIndex is the index of the first line behind the relays of a document.
func footerIndex(text []byte) int {
	i := lineIndex(text, "directory-footer")
	return lineIndex(text[:i], "directory-signature")
}

// endOfDocument is the index behind the first vote or consensus in text.
func endOfDocument(text []byte) int {
	const keyword = "network-status-version "
	i := lineIndex(text, keyword)
	if i == len(text) {
		return i
	}
	if j := bytes.Index(text[i:], []byte("\n"+keyword)); j >= 0 {
		return i + j + 1
	}
	return len(text)
}

func (r *SlowReader) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		h, err := parseHeader(r.header.text)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		inBrief := brief{vote: h.Vote, microdesc: h.Flavour != "", known: h.KnownFlags}
		last, some := Fingerprint{}, false
		for rest := r.entries; len(rest.text) > 0; {
			var this section
			this, rest = rest.cut(1 + lineIndex(rest.text[1:], "r "))
			e, err := inBrief.parseEntry(this.text, this.line)
			if err == nil && some && e.Identity.Compare(last) <= 0 {
				err = &SyntaxError{Line: e.Line, Keyword: "r", Value: e.Identity.String(), Err: ErrOrder}
			}
			if err != nil {
				if !yield(e, err) {
					return
				}
				continue
			}
			last, some = e.Identity, true
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (r *SlowReader) Footer() (Footer, error) {
	h, err := parseHeader(r.header.text)
	if err != nil {
		return Footer{}, err
	}
	inBrief := brief{newest: h.Method}
	for _, method := range h.Methods {
		inBrief.newest = max(inBrief.newest, method)
	}
	f, err := inBrief.parseFooter(r.footer.text, r.footer.line)
	if err != nil {
		return Footer{}, err
	}
	if len(r.next.text) > 0 {
		return Footer{}, &SyntaxError{Line: r.next.line, Keyword: "network-status-version", Err: ErrTwice}
	}
	return f, nil
}

// QuickEntry reports whether the quick reader takes the entry that text begins with, in a document with that header.
func QuickEntry(header, text []byte) bool {
	var q quickReader
	inBrief, err := parseBrief(header)
	if err != nil {
		return false
	}
	q.reset(inBrief)
	_, ok := q.entry(new(Entry), text)
	return ok
}
