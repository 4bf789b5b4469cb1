// Package foresight asks what will be, and what would be if: when a relay will have each of its flags, and what becomes
// of a network from which relays are taken, to which relays are added, or which goes by other rules.
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
// # What will be
//
// [FromHistory] tells for each criterion when it is met if the relay stays up, to the second. [FromStats] does it
// from what a vote shows, which leaves an earliest and a latest moment. [Due] puts a flag's criteria together, and [Last]
// is the one that comes last.
package foresight
