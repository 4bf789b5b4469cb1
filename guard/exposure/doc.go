// Package exposure tells who has which guards: what share of Tor's clients use a given set of relays as their entry
// guards, now and over time.
//
// It is for researchers and journalists who ask what a seizure, a hostile operator or one large network would see, and
// for operators who ask how many clients a relay serves. Whether a relay deserves to be a guard at all is package
// guard's question; what would change if relays came or went, guard/foresight's. What single clients set for themselves
// (bridges, EntryNodes, firewalls, vanguards) is not modelled.
//
// # From a consensus to shares
//
// Clients differ in whom they take for a guard and how they weigh them. A [Model] is one kind of client; its
// [Model.AppendShares] is the probability of each relay to be drawn first:
//
//	weights, err := bandwidth.ParseWeights(footer.BandwidthWeights)
//	shares := exposure.TorSince030().AppendShares(nil, relays, weights)
//
// # From shares to clients
//
// A client keeps several guards, drawn one after the other without replacement. [AnyOf] is the probability that at least
// one of them belongs to a set, [Simulate] the same by drawing, with its standard error. A guard is kept for months:
// [Model.Terms] says how many guards and for how long, [Terms.Choices] how often a client has chosen by a certain time,
// and [AtLeastOnce] what that makes of one choice's probability.
//
// # Diversity
//
// [DiversityOf] is how evenly clients are spread over guards, [Groups] the same shares by family, network or country.
//
// Spec: guard-spec; path-spec, "Weighting node selection"; prop271.
// C: src/feature/client/entrynodes.c, src/feature/nodelist/node_select.c.
package exposure
