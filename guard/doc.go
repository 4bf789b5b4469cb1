// Package guard decides which relays get the flags that make an entry guard, as Tor's directory authorities decide it,
// and says why.
//
// It is for authors of tools that look at votes, for relay operators who ask why a flag is missing, and for
// researchers who ask what another rule would do. How a relay's uptime becomes the three numbers used here is package
// wfu's matter; how documents are read, package consensus's. What a whole authority would vote, given its files, is
// guard/authority's; why several authorities decide as they do, guard/explain's; what will be, or would be if,
// guard/foresight's; and which clients a guard sees, guard/exposure's.
//
// # A decision in three steps
//
// [Rules] are the constants, [Latest] those of the newest Tor. [Rules.Thresholds] takes order statistics over all
// relays that count. [Rules.Decide] holds one [Relay] against them:
//
//	rules := guard.Latest()
//	t := rules.Thresholds(relays)
//	d := rules.Decide(relay, t)
//	d.Flags.Has(consensus.Guard)
//	d.Against.Of(consensus.Guard) // "low WFU, short time known"
//
// [Rules.Explain] yields each criterion with what the relay has, what it needs, and whether the network's order
// statistic or the fixed guarantee set the mark. Decide is made of those same criteria, so the two cannot disagree.
//
// # The flags
//
// Fast asks for bandwidth, and Stable for mean time between failures. Guard asks for both flags, for answering directory
// requests, and for more bandwidth, weighted fractional uptime and time known. HSDir asks for both flags, for answering
// directory requests, for the offer to be one, for being active, and for uptime. Every comparison is "at least", on
// unrounded values: a relay exactly at a threshold has the flag. Where dir-spec and C differ, this follows C, and the
// comment on the step says so: mostly those of [Rules], [Rules.Thresholds] and [Rules.Decide].
//
// That is how Tor 0.4.9 has it. [RulesFor] gives the rules of any version since 0.1.1.13-alpha, in which Guard was new,
// [Releases] all of them in order, [Article2013] the rule as it is mostly quoted, and [Rules.Differences] tells in words
// what sets two of them apart. They are values of one type: what an older version did otherwise is a field, which is false
// or 0 in the latest rules.
//
// # From a vote
//
// [FromVote] turns what a vote shows of a relay into a Relay. A vote does not show everything: see there. Where what is
// missing matters the answer is [CannotTell], never a guess. [Rules.Compare] holds our decision against the vote's own.
//
// # A million relays
//
// A slice of Relay is easy to fill and fast enough for a network of thousands. [Columns] hold the same facts in a slice each,
// for those who decide millions, or who have arrays already: [Rules.ThresholdsOf] and [Rules.DecideAll] are Thresholds and
// Decide for all of them at once.
//
// # Where a new rule goes
//
// What a version of Tor changed is one entry in the list of changes that RulesFor goes through. A constant is a field of
// Rules, with words for it in what Differences yields. A threshold is a field of [Thresholds], computed by
// Rules.Thresholds, and a key of the flag-thresholds line in its text form. A criterion is a bit of
// [Reasons], set where a relay is held against the marks (marks.hold), and worded by Rules.Explain; Decide heeds it without
// more. What it looks at is a field of
// Relay, which FromVote fills in as far as a vote shows it, with one of [Unknowns] where it does not. And each of these
// stands in the tests' slow reference as well, written anew from the rule.
//
// Spec: dir-spec, "Assigning flags in a vote".
// C: src/feature/dirauth/voteflags.c.
package guard
