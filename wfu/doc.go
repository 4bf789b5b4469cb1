// Package wfu answers how reliable a Tor relay has been: weighted fractional
// uptime (WFU), weighted time known, and mean time between failures (MTBF), as
// a directory authority computes them for the Guard and Stable flags.
//
// It is for those who want to recompute, explain or forecast these numbers:
// relay operators, researchers, authorities. Whether a relay gets a flag, which
// depends on all other relays too, is package guard's question; reading votes and
// consensuses is package consensus's.
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
// and one of before about 0.3.4.1-alpha from l.Load(now).DiscountBefore(now).Forget().
//
// # Columns
//
// [Columns] is many histories, a slice for each number: a million are discounted, or asked for their WFU, in a few
// milliseconds and without an allocation. [Ledger.AppendColumns] fills them.
//
// # Questions
//
// [History.ReachWFU], [History.ReachTimeKnown] and [History.ReachMTBF] tell when a
// bound is reached, [History.OutageBudget] and [History.LastingOutageBudget] how
// long a relay may be down, [History.Recover] when an outage is made good, and
// [History.Advance] what becomes of a history without events. The bounds an
// authority sets are arguments: by default 0.98 and 8 days for Guard, 5 days for
// Stable, unless most relays are worse. For questions about several measures at
// once [History.Stretches] goes through that future; package guard/foresight asks
// them about flags.
//
// Three things are the same in all of them. now is the moment of the question.
// clock is when the discount last ticked, the ledger's LastDownrated: answers
// depend on its phase, an outage budget by some percent, and authorities differ in
// it. And the authority is taken to keep running: ticks due at a second are
// applied before the second is judged, those due at now all at once.
//
// Answers are exact to the second as long as sums stay below 2^53 seconds, from
// where on float64 does not tell one second from the next. They take time in
// proportion to the number of ticks until all that is past has lost its weight, at
// most some 900 for WFU and time known, and not to the number of seconds.
//
// # Other reckonings
//
// [Sampled] and [Continuous] are the models by which others have reckoned the same
// measures. They give other numbers, and are here so that the difference can be
// shown. [Observer] turns what happened to a relay into what an authority saw of
// it.
//
// # Time
//
// Every time is an [Instant] and an argument: nothing here asks a clock.
// Durations are in seconds.
package wfu
