package authority

import (
	"fmt"
	"iter"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Files is the texts that an authority works from, as they stand on its disk. A nil text is a file that it does not
// have; an empty one is not the same.
type Files struct {
	// Release is the version of Tor that the authority runs.
	Release Release

	// Torrc is its options. Without it they have their defaults.
	Torrc []byte

	// ApprovedRouters is its lists: approved-routers.
	ApprovedRouters []byte

	// Descriptors are the server descriptors it holds: cached-descriptors, or what CollecTor archives.
	Descriptors []byte

	// Self is the authority's own server descriptor, which it makes when it starts and lists too; nil where it does not, or
	// where Descriptors has it. Empty, it says nothing; what cannot be read at all is an error.
	Self []byte

	// Stability is its histories: router-stability.
	Stability []byte

	// Bandwidth is its bandwidth file, that of the option V3BandwidthsFile.
	Bandwidth []byte

	// Params are the parameters of the consensus in force when it votes.
	Params consensus.Params

	// Late says that the descriptors arrive only after the start, when the authority has saved its histories already;
	// see Saved.
	Late bool

	// Saved is when the authority first saves its histories. Zero stands for the moment of its start.
	Saved wfu.Instant
}

// Booted is an authority that has read its files and started.
type Booted struct {
	// Authority is the authority, by its options and lists.
	Authority Authority

	// State is what it remembers after its start.
	State State

	// Input is what reaches it for a vote: its descriptors and bandwidth file. Now and Uptime are left to set.
	Input Input

	// Refused are the descriptors it did not take in.
	Refused []Refusal

	// Notices are what it passed over in its other files.
	Notices []FileError
}

// FileError is what is wrong with one of an authority's files.
type FileError struct {
	// File is tor's name for it: torrc, approved-routers, descriptors, self-descriptor, router-stability or bandwidth.
	File string

	// Err says what: a *consensus.SyntaxError, *wfu.ParseError or *bandwidth.SyntaxError, with the line.
	Err error
}

// Error is the file's name and what is wrong.
func (e FileError) Error() string { return fmt.Sprintf("%s: %v", e.File, e.Err) }

// Unwrap is Err.
func (e FileError) Unwrap() error { return e.Err }

// Boot reads the files and starts the authority at started. Self is its identity as a relay, zero for that of its
// options. The error, a FileError, is for a file that makes no sense as a whole; what is passed over is in Notices and
// Refused.
func (f Files) Boot(started wfu.Instant, self consensus.Fingerprint) (Booted, error) {
	var b Booted
	options, err := f.Release.ParseTorrc(f.Torrc)
	if err != nil {
		return Booted{}, FileError{"torrc", err}
	}
	lists, warnings, err := ParseLists(f.ApprovedRouters)
	if err != nil {
		return Booted{}, FileError{"approved-routers", err}
	}
	for _, w := range warnings {
		b.Notices = append(b.Notices, FileError{"approved-routers", w})
	}
	b.Authority = Authority{Options: options.WithParams(f.Params), Lists: lists, Self: self}

	var ledger wfu.Ledger
	if f.Stability != nil {
		var warnings []*wfu.ParseError
		if ledger, warnings, err = wfu.ParseLedger(f.Stability); err != nil {
			return Booted{}, FileError{"router-stability", err}
		}
		for _, w := range warnings {
			b.Notices = append(b.Notices, FileError{"router-stability", w})
		}
	}
	if f.Bandwidth != nil {
		file, err := f.Release.reading().ParseFile(f.Bandwidth)
		if err != nil {
			return Booted{}, FileError{"bandwidth", err}
		}
		for _, w := range file.Skipped {
			b.Notices = append(b.Notices, FileError{"bandwidth", w})
		}
		b.Input.Bandwidth = &file
	}
	own, refused := b.Authority.Admit(consensus.Descriptors(f.Self), started)
	for _, r := range refused {
		b.Notices = append(b.Notices, FileError{"self-descriptor", r.Err})
	}
	if err := nonsense(own, refused); err != nil {
		return Booted{}, FileError{"self-descriptor", err}
	}
	b.Input.Relays, b.Refused = b.Authority.Admit(with(consensus.Descriptors(f.Descriptors), own), started)
	if err := nonsense(b.Input.Relays, b.Refused); err != nil {
		return Booted{}, FileError{"descriptors", err}
	}
	atStart := b.Input.Relays
	if f.Late {
		atStart = nil
	}
	saved := f.Saved
	if saved.IsZero() {
		saved = started
	}
	b.State = b.Authority.start(ledger, atStart, b.Input.Bandwidth, started, saved)
	return b, nil
}

// with yields the descriptors, and then some more.
func with(descriptors iter.Seq2[consensus.Descriptor, error], more []consensus.Descriptor) iter.Seq2[consensus.Descriptor, error] {
	return func(yield func(consensus.Descriptor, error) bool) {
		for d, err := range descriptors {
			if !yield(d, err) {
				return
			}
		}
		for _, d := range more {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// nonsense is what is wrong with a file of descriptors none of which could be read so far as to know whose it is; nil for
// an empty one.
func nonsense(relays []consensus.Descriptor, refused []Refusal) error {
	if len(relays) > 0 || len(refused) == 0 {
		return nil
	}
	for _, r := range refused {
		if r.Identity != (consensus.Fingerprint{}) {
			return nil
		}
	}
	return refused[0].Err
}
