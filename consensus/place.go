package consensus

import "bytes"

// place is a place in a text of votes and consensuses, at the beginning of a line.
type place struct {
	rest  []byte // the text from there on
	line  int    // the line's number
	begun bool   // whether the line that begins a document has been passed
}

// skipLine goes to the next line, or to the end of a last line that has none.
func (p *place) skipLine() {
	end := bytes.IndexByte(p.rest, '\n')
	if end < 0 {
		p.rest = p.rest[len(p.rest):]
		return
	}
	p.rest = p.rest[end+1:]
	p.line++
}

// toBorder goes on to the next line that begins a relay, the footer, or another document.
func (p *place) toBorder() {
	for len(p.rest) > 0 && !p.atRelay() && !beginsFooter(p.rest) && !p.atNextDocument() {
		p.skipLine()
	}
}

// toNextDocument goes on to the next line that begins another document.
func (p *place) toNextDocument() {
	for len(p.rest) > 0 && !p.atNextDocument() {
		p.skipLine()
	}
}

func (p *place) atRelay() bool { return len(p.rest) >= 2 && p.rest[0] == 'r' && p.rest[1] == ' ' }

// beginsFooter reports whether text begins with a line that stands behind all relays.
func beginsFooter(text []byte) bool {
	return bytes.HasPrefix(text, []byte("directory-footer")) || bytes.HasPrefix(text, []byte("directory-signature"))
}

// atNextDocument reports whether another document begins here.
func (p *place) atNextDocument() bool {
	if !bytes.HasPrefix(p.rest, []byte("network-status-version ")) {
		return false
	}
	before := p.begun
	p.begun = true
	return before
}
