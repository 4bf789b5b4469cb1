package authority

import (
	"errors"
	"iter"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Refusal is a descriptor that an authority does not take in, and why.
type Refusal struct {
	// Line is the number of its first line in the text it came from.
	Line int

	// Identity is the relay's, as far as it could be read.
	Identity consensus.Fingerprint

	// Err is the reason: a *consensus.SyntaxError for what cannot be read, or lacks a line that the authority's version of
	// Tor needs; or one of this package's.
	Err error
}

// Why descriptors that can be read are refused.
var (
	// ErrOld: its published time is more than guard.MaxAge before now.
	ErrOld = errors.New("published more than a day ago")
	// ErrFuture: its published time is further ahead than clocks may differ.
	ErrFuture = errors.New("published more than twelve hours from now")
	// ErrRejected: approved-routers or AuthDirReject names it.
	ErrRejected = errors.New("listed to be rejected, by fingerprint or address")
	// ErrVersion: its platform line names a Tor that the authority's own does not accept, for the latest one before
	// 0.4.8.0-alpha-dev, or none that can be read.
	ErrVersion = errors.New("its version of Tor is too old, or cannot be read")
	// ErrInternal: an address of it is one that nobody routes, and Options.AllowPrivate is false.
	ErrInternal = errors.New("its address is internal")
	// ErrOlder: the authority holds another descriptor of the relay, which is as new or newer.
	ErrOlder = errors.New("no newer than another of the same relay")
)

// maxFuture is how far ahead a descriptor's time may be, in seconds. C: ROUTER_ALLOW_SKEW.
const maxFuture = 12 * 3600

// Admit is the descriptors that an authority takes in at now, one a relay, the newest, and of equally new ones the first;
// and those it refuses. Descriptors come as consensus.Descriptors lends them, and are lent on.
//
// It does not know of keys pinned earlier, and takes every signature as good.
//
// C: src/feature/dirauth/process_descs.c, authdir_wants_to_reject_router; src/feature/nodelist/routerlist.c,
// router_add_to_routerlist.
func (a Authority) Admit(descriptors iter.Seq2[consensus.Descriptor, error], now wfu.Instant) ([]consensus.Descriptor, []Refusal) {
	var relays []consensus.Descriptor
	var refused []Refusal
	at := make(map[consensus.Fingerprint]int)
	for d, err := range descriptors {
		if err == nil {
			err = a.Options.Release.missing(&d)
		}
		if err == nil {
			err = a.refuses(&d, now)
		}
		i, known := at[d.Identity]
		switch {
		case err != nil:
			refused = append(refused, Refusal{d.Line, d.Identity, err})
		case !known:
			at[d.Identity] = len(relays)
			relays = append(relays, d)
		case d.Published > relays[i].Published:
			refused = append(refused, Refusal{relays[i].Line, d.Identity, ErrOlder})
			relays[i] = d
		default:
			refused = append(refused, Refusal{d.Line, d.Identity, ErrOlder})
		}
	}
	return relays, refused
}

// refuses is why the authority would not take a descriptor, nil if it would.
func (a Authority) refuses(d *consensus.Descriptor, now wfu.Instant) error {
	o := &a.Options
	switch {
	case o.Release.refusesPlatform(string(d.Platform)):
		return ErrVersion
	case o.Release.marks(a.Lists, d)&MarkReject != 0 || o.Reject.ContainsAddr(d.Address, d.ORPort):
		return ErrRejected
	case d.Published > now.Add(maxFuture):
		return ErrFuture
	case d.Published < now.Add(-guard.MaxAge):
		return ErrOld
	case !o.AllowPrivate && consensus.IsInternal(d.Address):
		return ErrInternal
	case !o.AllowPrivate && o.Release.has(refusesInternalIPv6) && hasIPv6(d) && consensus.IsInternal(d.IPv6.Addr()):
		return ErrInternal
	}
	return nil
}

// hasIPv6 reports whether the relay names an IPv6 address that is one.
func hasIPv6(d *consensus.Descriptor) bool { return d.IPv6.IsValid() && !d.IPv6.Addr().IsUnspecified() }
