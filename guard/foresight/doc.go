// Package foresight asks what will be, and what would be if: when a relay will have each of its flags and which outages it
// keeps them over; what becomes of a network from which relays are taken, to which relays are added, or which goes by other
// rules; and which rules an authority must be going by.
//
// It is for operators who wait for a flag, and for researchers and authorities who weigh a seizure, an attack or a change
// of rules before it happens. Nothing is decided here: thresholds and flags come from package guard, weights from package
// bandwidth, and the future of a history from package wfu, each by the same functions that answer for the present. Who
// would be whose client's guard is guard/exposure's question.
//
// # What would be if
//
// A [Network] is what an authority knows, under rules; its [Network.Outcome] is what comes of it. Networks are values:
//
//	before := foresight.Network{Rules: guard.Latest(), Relays: relays}
//	after := before.Without(seized...)
//	for c := range foresight.Changes(before.Outcome(), after.Outcome()) {
//		fmt.Println(c.Nickname, c.Gained(), c.Lost(), c.ShareBefore, c.ShareAfter)
//	}
//
// [Network.Compare] tells in short what other rules would do to the guards, and [Network.Sweep] does so for every value of one
// [Constant], at the cost of a few looks at the relays.
//
// # What will be
//
// A [Future] is what is known of a relay now; its [Future.Outlook] on a flag is all that will come of it, to the second:
//
//	f := foresight.Future{Rules: rules, Thresholds: t, Relay: relay, History: h, Clock: clock, Now: now}
//	o := f.Outlook(consensus.Guard)
//	o.Gained               // when, and which criterion comes last
//	o.Lost, o.ForGood      // whether it goes again by itself, and from when on it stays
//	o.Survives, o.Breaks   // the longest outage that does not cost it, and what a longer one breaks
//
//	f.After(24 * 3600).Outlook(consensus.Guard).Gained    // when is it back after a day's outage?
//	f.At(now + 7*24*3600)                                 // and what in a week?
//
// Thresholds stay, or change as Future.Changes has it, which [Follow] makes of a function of time. A change of address is
// asked for with the history that it leaves, wfu.History.AddressChanged.
//
// [FromStats] does with what a vote shows: it tells when each criterion is met, between an earliest and a latest moment.
// [Due] puts a flag's criteria together, and [Last] is the one that comes last. [SurvivesFromStats] does it for outages.
//
// # What must be
//
// [Infer] finds the options of an authority in one of its votes: for each constant the values that explain its decisions,
// and the relays that none explains.
package foresight
