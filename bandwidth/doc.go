// Package bandwidth answers one question about a relay: how much should it carry?
//
// It is for tools that recompute what directory authorities decide about bandwidth and what clients make of it, for
// authors of bandwidth scanners, and for researchers who ask who gets picked. It reads no votes, consensuses or
// descriptors: package consensus does, and passes on the numbers. How likely a set of guards is to see a given client,
// and under which client's rules, is package guard/exposure's matter.
//
// # From a descriptor to a vote
//
// [Advertised] is what a relay says of itself, in [KB]. A bandwidth file says what a scanner measured: [ParseFile] and
// [Lines] read one, as the newest Tor does, a [Reading] reads it as older ones, and [File.AppendText] writes one.
// [Measured] is what an authority remembers of such files, and [Credible] chooses between the two:
//
//	cache = cache.Read(file, now)
//	measured, ok := cache.Lookup(id)
//	kb := bandwidth.Credible(bandwidth.Advertised(rate, observed), measured, ok, false)
//
// # From a consensus to its weights
//
// [Totals] sums the bandwidths of a consensus by [Kind] of relay, and [Solve] makes the bandwidth-weights line of them,
// all in int64 with truncating division as the C does it:
//
//	totals := bandwidth.StartTotals(method)
//	totals = totals.Add(bandwidth.KindGuard, 5000) // and so on
//	weights, which, err := bandwidth.Solve(totals, 10000)
//
// # From weights to who gets picked
//
// [Weights.Weigh] is how much a relay counts at a [Position] of a circuit, [Weights.AppendWeights] the same for a network
// in columns; [AppendProbabilities] makes shares of such weights, and a [Sampler] draws by them. Who is eligible is the
// caller's to say.
//
// Nothing here reads a clock, a file or a source of randomness of its own; identities are SHA-1 digests as [20]byte,
// times are seconds since the Unix epoch.
//
// Spec: dir-spec, "Computing bandwidth weights"; bandwidth-file-spec; path-spec, "Weighting node selection"; prop236.
// C: src/feature/dirauth/bwauth.c, src/feature/dirauth/dirvote.c, src/feature/nodelist/node_select.c.
package bandwidth
