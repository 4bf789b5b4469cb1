package authority

import (
	"errors"
	"math"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// ErrFraction is wrapped by ParseTorrc's error for an AuthDirVoteGuardBwThresholdFraction of 1, or one that is no number:
// tor takes it and then aborts, for there is no relay at that place of the order.
var ErrFraction = errors.New("tor takes this fraction and then aborts: it must be below 1")

// ParseTorrc reads the options that matter from the text of a torrc; see [Options]. Names of options are spelled in
// whichever case, or abbreviated as far as tor understands it; an option given twice has its last value, but DirAuthority
// lines and address patterns add up. An empty value, or a slash before the name, clears an option: it is 0 then or empty,
// not what it is by default; empty values of lists are passed over. Options that do not matter are passed over, whatever
// their value; so are %include lines. Values that tor refuses only because of other options are taken.
//
// The error is a *consensus.SyntaxError with line and option, and wraps consensus.ErrBadValue, consensus.ErrTooFew,
// consensus.ErrFingerprint, ErrQuotes, ErrFraction, or one of ParseNodeSet's.
//
// C: src/app/config/config.c, src/lib/confmgt/confmgt.c, src/feature/dirauth/dirauth_options.inc.
func ParseTorrc(text []byte) (Options, error) { return Release{}.ParseTorrc(text) }

// ParseTorrc is the function [ParseTorrc] for an authority of the release. Options that the release does not have are
// passed over; tor would not start with them.
func (r Release) ParseTorrc(text []byte) (Options, error) {
	// Whether this is a testing network decides what the others mean, wherever the line stands.
	pass := torrc{Options: Options{Release: r}}
	if err := pass.read(text, isTesting); err != nil {
		return Options{}, err
	}
	t := torrc{Options: r.Defaults(pass.Testing)}
	t.assumeReachable = !t.TestReachability
	if err := t.read(text, func(o *option) bool { return !isTesting(o) }); err != nil {
		return Options{}, err
	}
	return t.finish(), nil
}

// read takes in the lines of those options that are wanted.
func (t *torrc) read(text []byte, wanted func(*option) bool) error {
	for l := range configLines(text) {
		if l.err != nil {
			return l.fault(l.err)
		}
		// A plus sign says that a line adds to a list; those that matter add up anyway.
		name, clears := strings.CutPrefix(strings.TrimPrefix(l.key, "+"), "/")
		o := t.Release.option(name)
		switch {
		case o == nil || !wanted(o):
		case clears || l.value == "" && !o.list:
			o.clear(t)
		case l.value != "":
			if err := o.set(t, l.value); err != nil {
				return l.fault(err)
			}
		}
	}
	return nil
}

// fault is an error about a line.
func (l configLine) fault(err error) *consensus.SyntaxError {
	return &consensus.SyntaxError{Line: l.number, Keyword: cut(l.key), Value: cut(l.value), Err: err}
}

// torrc is options while they are read.
type torrc struct {
	Options
	assumeReachable                      bool // as is said before 0.4.5.1-alpha
	minExit, minFast                     int64
	exits, guards, hsDirs                NodeSet
	strictExit, strictGuard, strictHSDir bool
}

// finish is the options with those of a testing network in their place.
func (t *torrc) finish() Options {
	if !t.Release.has(hasTestReachability) {
		t.TestReachability = !t.assumeReachable
	}
	if t.Testing && t.Release.has(hasThresholdOptions) {
		t.Rules.MinCounted = kilobytes(t.minExit)
		// Tor keeps 32 bits of it, and takes what is negative then for more than any relay has.
		if t.Rules.FastMin = int32(t.minFast); t.Rules.FastMin < 0 {
			t.Rules.FastMin = math.MaxInt32
		}
		t.Rules.ActiveIfObserved = t.Release.Rules().ActiveIfObserved && (t.minExit > 0 || !t.Release.has(exemptsIdle))
	}
	if t.Testing {
		t.Force = []Forced{
			{consensus.Exit, t.exits, t.strictExit},
			{consensus.Guard, t.guards, t.strictGuard},
			{consensus.HSDir, t.hsDirs, t.strictHSDir},
		}
	}
	return t.Options
}
