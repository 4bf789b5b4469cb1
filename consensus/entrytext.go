package consensus

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// The lines of an entry that may stand only once, as bits of what has been seen.
const (
	seenR = 1 << iota
	seenS
	seenV
	seenPR
	seenW
	seenP
	seenStats
)

// parseEntry reads the entry that text holds, the first line of which has the number line. With an error comes as much
// of the entry as was read before it.
func (h brief) parseEntry(text []byte, line int) (Entry, *SyntaxError) {
	e := Entry{Line: line, Text: text[:len(text):len(text)]}
	l := lines{rest: e.Text, number: line - 1}
	seen := 0
	for {
		keyword, args, ok, err := l.next()
		if err != nil {
			return e, err
		}
		if !ok {
			break
		}
		bit := 0
		var fault fault
		switch string(keyword) {
		case "r":
			bit, fault = seenR, e.parseR(args, h.microdesc)
		case "s":
			bit, fault = seenS, e.parseS(args, h)
		case "v":
			bit, e.Version = seenV, args
		case "pr":
			bit, e.Protocols = seenPR, args
		case "w":
			bit, fault = seenW, e.Weight.parse(args)
		case "p":
			bit, e.Policy = seenP, args
			if !bytes.HasPrefix(args, []byte("accept ")) && !bytes.HasPrefix(args, []byte("reject ")) {
				fault = bad(args)
			}
		case "m":
			fault = e.parseM(args, h)
		case "id":
			fault = e.parseID(args)
		case "stats":
			bit, fault = seenStats, e.parseStats(args)
		}
		if seen&bit != 0 {
			fault = faultOf(args, ErrTwice)
		}
		if fault.sentinel != nil {
			return e, l.fault(keyword, fault.value, fault.sentinel)
		}
		seen |= bit
	}
	if seen&seenS == 0 {
		return e, l.fault([]byte("s"), nil, ErrMissing)
	}
	return e, nil
}

// fault is an error whose line and keyword the caller knows. The zero fault is none.
type fault struct {
	value    []byte
	sentinel error
}

func faultOf(value []byte, sentinel error) fault { return fault{value, sentinel} }

// bad is the fault of an argument that cannot be read, or that is not there at all.
func bad(value []byte) fault {
	if len(value) == 0 {
		return fault{nil, ErrTooFew}
	}
	return fault{value, ErrBadValue}
}

// parseR reads the arguments of an r line.
func (e *Entry) parseR(args []byte, microdesc bool) fault {
	all := args
	word, args := field(args)
	if !isNickname(word) {
		return bad(word)
	}
	e.Nickname = word
	ok := false
	if word, args = field(args); len(word) == 0 {
		return faultOf(all, ErrTooFew)
	} else if e.Identity, ok = parseBase64Digest(word); !ok {
		return bad(word)
	}
	if !microdesc {
		if word, args = field(args); len(word) == 0 {
			return faultOf(all, ErrTooFew)
		} else if e.Digest, ok = parseBase64Digest(word); !ok {
			return bad(word)
		}
	}
	date, rest := field(args)
	clock, rest := field(rest)
	if len(clock) == 0 {
		return faultOf(all, ErrTooFew)
	}
	moment := bytes.TrimRight(args[:len(args)-len(rest)], " \t")
	if e.Published, ok = parseInstant(moment); !ok {
		// Blanks of other kinds between date and time are rare enough to pay for.
		if e.Published, ok = parseInstant(bytes.Join([][]byte{date, clock}, []byte(" "))); !ok {
			return bad(moment)
		}
	}
	if word, rest = field(rest); len(word) == 0 {
		return faultOf(all, ErrTooFew)
	} else if e.Address, ok = parseIPv4(word); !ok {
		return bad(word)
	}
	if word, rest = field(rest); len(word) == 0 {
		return faultOf(all, ErrTooFew)
	} else if e.ORPort, ok = parsePort(word); !ok {
		return bad(word)
	}
	if word, _ = field(rest); len(word) == 0 {
		return faultOf(all, ErrTooFew)
	} else if e.DirPort, ok = parsePort(word); !ok {
		return bad(word)
	}
	return fault{}
}

// parseS reads the arguments of an s line. A vote's flags have to be among those it knows: Tor drops the entry
// otherwise. A consensus is not held to that.
func (e *Entry) parseS(args []byte, h brief) fault {
	e.Flags = ParseFlags(args)
	if h.vote && e.Flags.Union(h.known) != h.known {
		return bad(args)
	}
	return fault{}
}

// parseM reads the arguments of an m line, which in votes is left to MicrodescFor.
func (e *Entry) parseM(args []byte, h brief) fault {
	if !h.microdesc {
		return fault{}
	}
	word, _ := field(args)
	if e.Microdesc != [32]byte{} {
		return faultOf(word, ErrTwice)
	}
	var ok bool
	if e.Microdesc, ok = parseBase64Digest256(word); !ok {
		return bad(word)
	}
	return fault{}
}

// parseID reads the arguments of an id line. Keys of other kinds are passed over.
func (e *Entry) parseID(args []byte) fault {
	kind, rest := field(args)
	key, _ := field(rest)
	if len(key) == 0 {
		return faultOf(args, ErrTooFew)
	}
	if string(kind) != "ed25519" {
		return fault{}
	}
	e.HasEd25519 = true
	if string(key) == "none" {
		return fault{}
	}
	var ok bool
	if e.Ed25519, ok = parseBase64Digest256(key); !ok {
		return bad(key)
	}
	return fault{}
}

// parseStats reads the arguments of a stats line.
func (e *Entry) parseStats(args []byte) fault {
	stats, err := wfu.ParseStats(args)
	if err != nil {
		return statsFault(args, err)
	}
	e.Stats, e.HasStats = stats, true
	return fault{}
}

// statsFault is what wfu.ParseStats found wrong.
func statsFault(args []byte, err error) fault {
	wrong := new(wfu.ParseError)
	errors.As(err, &wrong)
	value, err := strconv.Unquote(wrong.Value)
	switch {
	case err != nil:
		return bad(args) // it was too long to be shown whole
	case value == string(args):
		return faultOf(args, ErrTooFew) // the trouble is with the line, not with one of its words
	}
	return bad([]byte(value))
}
