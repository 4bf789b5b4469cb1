// Package samples holds the documents that several of the example programs work on when they are given none.
package samples

import _ "embed"

//go:embed vote
var vote []byte

// Vote is a vote that tor made over a made-up network, of some three hundred relays. It is not to be written to.
func Vote() []byte { return vote }
