package consensus

import (
	"bytes"
	"errors"
)

// ParseAsTor reads a whole vote or consensus as Tor does: an entry that cannot be read is passed over, and the rest of
// the document is good. The entries passed over come back as errors, each a [*SyntaxError], in the document's order; err
// is one too, for what spoils the whole document, such as entries out of order. [Parse] is for those who take no
// document with a fault. The text is copied, as by Parse.
//
// C: src/feature/dirparse/ns_parse.c, networkstatus_parse_vote_from_string.
func ParseAsTor(doc []byte) (d Document, passedOver []error, err error) {
	r := NewReader(doc)
	if d.Header, err = r.Header(); err != nil {
		return Document{}, nil, err
	}
	r.Reset(bytes.Clone(doc)) // only now that it looks like a document
	d.Entries, err = r.appendEntries(nil, func(err error) bool {
		passedOver = append(passedOver, err)
		return !errors.Is(err, ErrOrder)
	})
	if err != nil {
		return Document{}, nil, err
	}
	if d.Footer, err = r.Footer(); err != nil {
		return Document{}, nil, err
	}
	return d, passedOver, nil
}
