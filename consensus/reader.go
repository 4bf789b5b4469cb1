package consensus

import (
	"bytes"
	"iter"
	"slices"
)

// Reader reads one vote or consensus, of either flavour, and then others if it is Reset. Its methods may be called in any
// order and several times, but not by several goroutines at once. The zero Reader has to be Reset first.
type Reader struct {
	header []byte       // the text before the first relay
	err    *SyntaxError // what is wrong with it
	start  place        // the first relay
	end    place        // the line behind the last relay, once that is known
	ended  bool         // whether it is
	quick  quickReader  // has what is known of the header
}

// NewReader makes a reader of doc, which it keeps without copying; CollecTor's @type line may stand before the document.
// Whatever is wrong with it is told by the methods.
func NewReader(doc []byte) *Reader {
	r := new(Reader)
	r.Reset(doc)
	return r
}

// Reset makes r a reader of doc, as NewReader does, but with the memory that it has: to range over the entries of one
// document after the other then allocates nothing, but for flags this library does not know and for what is wrong. What
// was read of the document before stays good as long as its bytes do.
func (r *Reader) Reset(doc []byte) {
	r.start, r.ended = place{rest: doc, line: 1}, false
	r.start.toBorder()
	r.header = doc[:len(doc)-len(r.start.rest)]
	var header brief
	header, r.err = parseBrief(r.header)
	r.quick.reset(header)
}

// Header is what stands before the first relay. The error is a [*SyntaxError].
func (r *Reader) Header() (Header, error) {
	h, err := parseHeader(r.header)
	if err != nil {
		return Header{}, err
	}
	return h, nil
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
		var e Entry
		for c := r.cursor(); c.more(); {
			err := c.read(&e)
			if !yield(e, err) {
				return
			}
		}
	}
}

// AppendEntries appends the entries to dst, up to the first fault, which is the error. It is for those who want all of
// them, and who may have a slice to use again: dst[:0] of the document before.
func (r *Reader) AppendEntries(dst []Entry) ([]Entry, error) {
	return r.appendEntries(dst, func(error) bool { return false })
}

// appendEntries appends the entries to dst. What is wrong with one is told to passOver, which decides whether to go on
// without it.
func (r *Reader) appendEntries(dst []Entry, passOver func(error) bool) ([]Entry, error) {
	if r.err != nil {
		return dst, r.err
	}
	for c := r.cursor(); c.more(); {
		n := len(dst)
		if n == cap(dst) {
			dst = slices.Grow(dst, c.estimate())
		}
		dst = dst[:n+1]
		if err := c.read(&dst[n]); err != nil {
			if dst = dst[:n]; !passOver(err) {
				return dst, err
			}
		}
	}
	return dst, nil
}

// cursor walks over the entries of a reader.
type cursor struct {
	*Reader
	place
	entries int
	last    Fingerprint // of the last good one
	some    bool        // whether there is one
}

func (r *Reader) cursor() cursor { return cursor{Reader: r, place: r.start} }

// more reports whether there is another entry. Behind the last one it tells the reader where that is.
func (c *cursor) more() bool {
	if c.atRelay() {
		return true
	}
	c.end, c.ended = c.place, true
	return false
}

// read reads the next entry.
func (c *cursor) read(e *Entry) error {
	*e = Entry{}
	if lines, ok := c.quick.entry(e, c.rest); ok {
		e.Line = c.line
		c.rest, c.line = c.rest[len(e.Text):], c.line+lines
	} else {
		here := c.place
		c.skipLine()
		c.toBorder()
		var err *SyntaxError
		if *e, err = c.quick.header.parseEntry(here.rest[:len(here.rest)-len(c.rest)], here.line); err != nil {
			return err
		}
	}
	if c.some && !c.last.before(&e.Identity) {
		return &SyntaxError{Line: e.Line, Keyword: "r", Value: e.Identity.String(), Err: ErrOrder}
	}
	c.last, c.some = e.Identity, true
	c.entries++
	return nil
}

// estimate is for how many entries more to make room: those that still come if they are as long as the ones before, but
// no more than many times those, lest a text that goes on otherwise than it begins should cost memory.
func (c *cursor) estimate() int {
	const few, short, many = 256, 100, 32
	if c.entries < few {
		return min(few, 1+len(c.rest)/short)
	}
	read := len(c.start.rest) - len(c.rest)
	return min(1+len(c.rest)/(read/c.entries), many*c.entries)
}

// Footer is what stands behind the last relay. A document without it was cut off: the error, a [*SyntaxError], wraps
// [ErrMissing]. A second document behind this one is an error that wraps [ErrTwice]; [Documents] separates them.
func (r *Reader) Footer() (Footer, error) {
	if r.err != nil {
		return Footer{}, r.err
	}
	if !r.ended {
		r.end, r.ended = r.start, true
		for r.end.atRelay() {
			r.end.skipLine()
			r.end.toBorder()
		}
	}
	behind := r.end
	behind.toNextDocument()
	f, err := r.quick.header.parseFooter(r.end.rest[:len(r.end.rest)-len(behind.rest)], r.end.line)
	if err != nil {
		return Footer{}, err
	}
	if len(behind.rest) > 0 {
		return Footer{}, &SyntaxError{Line: behind.line, Keyword: "network-status-version", Err: ErrTwice}
	}
	return f, nil
}

// Document is a whole vote or consensus. It owns its memory, which its entries share. The zero Document is empty.
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
//
// The text is copied once, so that the document may be kept and the text be used again. Who reads document after document,
// and keeps none, is faster with a [Reader] that is Reset.
func Parse(doc []byte) (Document, error) {
	r := NewReader(doc)
	var d Document
	var err error
	if d.Header, err = r.Header(); err != nil {
		return Document{}, err
	}
	r.Reset(bytes.Clone(doc)) // only now that it looks like a document
	if d.Entries, err = r.AppendEntries(nil); err != nil {
		return Document{}, err
	}
	if d.Footer, err = r.Footer(); err != nil {
		return Document{}, err
	}
	return d, nil
}
