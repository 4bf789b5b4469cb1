package foresight_test

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// An authority over some young relays votes each half hour for weeks. Its thresholds move, being medians of young relays, and
// relays come and go. Whatever it then voted on them was to be foreseen from any of its votes.

const (
	votes    = 48 * 8
	voteTime = 30 * 60
	seenFor  = 1280 // from the last success to when an outage is taken to begin
)

// world is what truly happened, and what the authority voted.
type world struct {
	relays []life
	clock  []wfu.Instant                               // after each vote
	marks  []guard.Thresholds                          // of each vote
	voted  []map[consensus.Fingerprint]authority.Entry // in each vote
}

// life is when a relay is up: from one vote on, after it, until another, after which it is gone.
type life struct{ runs [][2]int }

func (l life) up(vote int) bool {
	for _, run := range l.runs {
		if run[0] <= vote && vote <= run[1] {
			return true
		}
	}
	return false
}

func voteAt(k int) wfu.Instant { return start.Add(int64(k) * voteTime) }

func makeWorld(seed uint64) (w world) {
	r := rand.New(rand.NewPCG(seed, 7))
	for range 6 {
		var l life
		for at := r.IntN(48); at < votes; {
			until := at + 4 + r.IntN(48*(2+r.IntN(8)))
			l.runs = append(l.runs, [2]int{at, min(until, votes)})
			at = until + 4 + r.IntN(6+r.IntN(20))
		}
		w.relays = append(w.relays, l)
	}

	a := authority.Authority{Options: authority.Defaults(false)}
	ledger := wfu.Ledger{StoredAt: start, TrackedSince: start - 10*hour, LastDownrated: start - wfu.Instant(r.Int64N(wfu.DiscountInterval)), Relays: map[[20]byte]wfu.History{}}
	state := a.Start(ledger, nil, nil, start)
	for k := range votes {
		in := authority.Input{Now: voteAt(k), Uptime: 10 * day}
		for i, l := range w.relays {
			d := consensus.Descriptor{
				Identity: identity(i), Address: address(i), ORPort: 9001, Published: in.Now, Rate: 3 << 20, Observed: 3 << 20,
				TunnelledDirServer: true, HiddenServiceDir: true,
			}
			known := false
			for _, run := range l.runs {
				if run[0] < k { // it was there to publish one
					known, d.Uptime = true, in.Now.Sub(voteAt(run[0]))
				}
			}
			if known {
				in.Relays = append(in.Relays, d)
			}
		}
		var vote authority.Vote
		vote, state = a.Vote(state, in)
		entries := make(map[consensus.Fingerprint]authority.Entry)
		for _, e := range vote.Entries {
			entries[e.Relay.Identity] = e
		}
		w.clock, w.marks, w.voted = append(w.clock, state.Ledger.LastDownrated), append(w.marks, vote.Thresholds), append(w.voted, entries)
		for i, l := range w.relays {
			if l.up(k) {
				state = state.Reach(identity(i), in.Now, netip.AddrPortFrom(address(i), 9001), 0)
			}
		}
	}
	return w
}

// identity is a relay's; that of 0 alone would be the authority's own.
func identity(i int) consensus.Fingerprint { return consensus.Fingerprint{1, byte(i)} }

func address(i int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, byte(i), 1}) }

// thresholds are the world's, as they came to pass.
func (w *world) thresholds(yield func(wfu.Instant, guard.Thresholds) bool) {
	for k, t := range w.marks {
		if !yield(voteAt(k), t) {
			return
		}
	}
}

// has holds what was foreseen of a relay against the votes from one until another, for each flag.
func (w *world) has(t *testing.T, f foresight.Future, relay, from, until int, why string) (changes int) {
	for _, flag := range []consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir} {
		o := f.Outlook(flag)
		for k := from; k <= until; k++ {
			at := voteAt(k)
			for o.Lost.Latest <= at {
				o = f.At(o.Lost.Latest).Outlook(flag)
				changes++
			}
			foreseen := o.Gained.Latest <= at
			if voted := w.voted[k][identity(relay)].Flags.Has(flag); foreseen != voted {
				t.Fatalf("%s: relay %d has %v at %v: %v, but the vote says %v\n%+v", why, relay, flag, at, foreseen, voted, o)
			}
			if foreseen && k > from && !w.voted[k-1][identity(relay)].Flags.Has(flag) {
				changes++
			}
		}
	}
	return changes
}

func TestOutlookAgainstAnAuthority(t *testing.T) {
	changes, back := 0, 0
	for seed := range uint64(1) {
		w := makeWorld(seed)
		r := rand.New(rand.NewPCG(seed, 8))
		for i, l := range w.relays {
			for n, run := range l.runs {
				first, last := run[0]+1, min(run[1], votes-1)
				if first+2 > last || !w.voted[first+1][identity(i)].Flags.Has(consensus.Running) {
					continue
				}
				k := first + 1 + r.IntN(last-first)
				e := w.voted[k][identity(i)]
				f := foresight.Future{
					Rules: guard.Latest(), Changes: w.thresholds, Relay: e.Relay, History: e.History, Clock: w.clock[k], Now: voteAt(k),
				}
				changes += w.has(t, f, i, k, last, "staying up")

				if n+1 == len(l.runs) || l.runs[n+1][0]+1 >= votes {
					continue
				}
				// Gone after this run's last vote; the one after the next finds out, and this is the first test after the return.
				gone, noted, returned := voteAt(run[1]).Add(seenFor), voteAt(run[1]+2), voteAt(l.runs[n+1][0])
				late := f.At(noted)
				late.History = late.History.Unreachable(gone)
				until := min(l.runs[n+1][1], votes-1)
				changes += w.has(t, late.After(returned.Sub(noted)), i, l.runs[n+1][0]+1, until, "back, noted late")
				if ticks, _ := wfu.Ticks(late.Clock, noted); f.At(gone).Clock == late.Clock && ticks == 0 {
					changes += w.has(t, f.At(gone).After(returned.Sub(gone)), i, l.runs[n+1][0]+1, until, "back")
					back++
				}
			}
		}
	}
	if changes < 60 || back < 5 {
		t.Errorf("only %d changes of flags were foreseen, and %d outages", changes, back)
	}
}
