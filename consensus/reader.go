package consensus

import (
	"bytes"
	"iter"
)

// Reader reads one vote or consensus, of either flavour. It does not change once it is made: its methods may be called
// in any order, several times, and by several goroutines at once.
type Reader struct {
	header  Header
	err     *SyntaxError // what was wrong with the header
	entries section
	footer  section
	next    section // another document behind this one
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

// NewReader makes a reader of doc, which it keeps without copying; CollecTor's @type line may stand before the document.
// Whatever is wrong with it is told by the methods.
func NewReader(doc []byte) *Reader {
	r := new(Reader)
	rest := section{doc, 1}
	rest, r.next = rest.cut(endOfDocument(doc))
	start := lineIndex(rest.text, "r ")
	if i := footerIndex(rest.text); i < start {
		start = i
	}
	header, rest := rest.cut(start)
	r.entries, r.footer = rest.cut(footerIndex(rest.text))
	r.header, r.err = parseHeader(header.text)
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
	i += len(keyword)
	return i + lineIndex(text[i:], keyword)
}

// Header is what stands before the first relay. The error is a [*SyntaxError].
func (r *Reader) Header() (Header, error) {
	if r.err != nil {
		return Header{}, r.err
	}
	return r.header, nil
}

// Entries yields the relays in the document's order, which is that of their identities. An entry that cannot be read
// comes with a [*SyntaxError], and holds what was read of it: at least Line and Text, and Identity unless it was that
// which failed. Whoever goes on gets the next one, and so reads what Tor reads. An entry that does not come after all
// good ones before it, by identity, has an error that wraps [ErrOrder]; Tor refuses the whole document for it.
//
// Without a readable header there are no entries: all that is yielded is the header's error.
func (r *Reader) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if r.err != nil {
			yield(Entry{}, r.err)
			return
		}
		last, some := Fingerprint{}, false
		for rest := r.entries; len(rest.text) > 0; {
			var this section
			this, rest = rest.cut(1 + lineIndex(rest.text[1:], "r "))
			e, err := r.header.parseEntry(this.text, this.line)
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

// Footer is what stands behind the last relay. A document without it was cut off: the error, a [*SyntaxError], wraps
// [ErrMissing]. A second document behind this one is an error that wraps [ErrTwice]; [Documents] separates them.
func (r *Reader) Footer() (Footer, error) {
	if r.err != nil {
		return Footer{}, r.err
	}
	f, err := r.header.parseFooter(r.footer.text, r.footer.line)
	if err != nil {
		return Footer{}, err
	}
	if len(r.next.text) > 0 {
		return Footer{}, &SyntaxError{Line: r.next.line, Keyword: "network-status-version", Err: ErrTwice}
	}
	return f, nil
}

// Document is a whole vote or consensus. Its entries are borrowed from the text it was read from. The zero Document is
// empty.
type Document struct {
	// Header is what stands before the first relay.
	Header Header
	// Entries are the relays, in ascending order of their identities.
	Entries []Entry
	// Footer is what stands behind the last relay.
	Footer Footer
}

// Parse reads a whole vote or consensus, and nothing of one with a fault anywhere: the error, a [*SyntaxError], is the
// first one. To read as much of a faulty document as can be, use [ParseAsTor] or a [Reader].
func Parse(doc []byte) (Document, error) {
	r := NewReader(doc)
	if r.err != nil {
		return Document{}, r.err
	}
	d := Document{Header: r.header}
	for e, err := range r.Entries() {
		if err != nil {
			return Document{}, err
		}
		d.Entries = append(d.Entries, e)
	}
	var err error
	if d.Footer, err = r.Footer(); err != nil {
		return Document{}, err
	}
	return d, nil
}
