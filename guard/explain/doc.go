// Package explain answers why: why a relay has a flag or lacks it at each of several authorities, how many votes it is
// short of, and which clause of the rules makes a threshold what it is.
//
// It is for operators who ask why their relay is no guard, and for researchers and authorities who ask why authorities
// differ. What one authority makes of one relay is guard.Rules.Explain's answer, and this package only puts many of those
// side by side; when things will be otherwise is guard/foresight's. Nothing is decided or counted here: the decisions are
// package guard's, the counting of votes is package consensus's.
//
// # Across authorities
//
// [Votes] are the votes of several authorities, reviewed; [Votes.Of] is the [Table] of one relay and one flag, a [Row] an
// authority:
//
//	votes, err := explain.Votes{Rules: guard.Latest(), Authorities: 9}.Read(text, guard.Published)
//	for _, id := range votes.Find("caerSidi") {
//		table := votes.Of(id, consensus.Guard)
//		fmt.Println(table) // "Guard: given by 4 of the 9 authorities that decide on it, 5 needed: 1 short"
//	}
//
// Authorities need not agree about a relay: not on its nickname, which is why Find looks at all of them; nor on its
// ed25519 identity, without which an entry may not count (see [Row]); nor on whether there is such a relay. And votes
// need not belong together: of different hours, or with two of one authority among them, they still have their rows, and
// the table says why there is no sum.
//
// # Which clause binds
//
// Most thresholds have two clauses: an order statistic over the network's relays, and a constant that is enough whatever
// the others have. [Clauses] holds them apart: what each asks, which of them binds, and how many relays each alone would
// admit.
package explain
