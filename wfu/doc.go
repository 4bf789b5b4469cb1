// Package wfu answers how reliable a Tor relay has been: weighted fractional
// uptime (WFU), weighted time known, and mean time between failures (MTBF), as
// a directory authority computes them for the Guard and Stable flags.
//
// It is for who wants to recompute, explain or forecast those numbers: relay
// operators, researchers, authorities. Who wants to know whether a relay gets a
// flag, which also depends on all other relays, should go to package guard; who
// has votes or consensuses to read, to package consensus.
//
// # Histories
//
// A [History] is the six numbers an authority keeps of one relay. Events make a
// new one of it, and the measures read it:
//
//	h := wfu.History{}.Reachable(t0).Unreachable(t1).Discount(3).Reachable(t2)
//	h.WFU(now), h.TimeKnown(now), h.MTBF(now)
//
// Everything is exact: integer sums of seconds that are truncated where Tor
// truncates, and float64 operations in Tor's order, so that what is printed of
// a history agrees with the vote of a real authority to the last digit.
//
// # Ledgers
//
// A [Ledger] is all an authority knows, the file router-stability in its data
// directory. [ParseLedger] and [Ledger.AppendText] read and write it; an
// authority that starts with such a file goes on from
//
//	l.Load(now).Forget().Discount(now)
//
// # Time
//
// Every time is an [Instant] and an argument: nothing here asks a clock.
// Durations are in seconds.
package wfu
