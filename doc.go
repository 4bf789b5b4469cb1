// Package guardmath is the map of a library: the arithmetic by which Tor's directory authorities decide which relays are
// fit to be entry guards, bit for bit as they vote it, in small packages of pure functions. It holds no code.
//
// # Four rooms
//
//   - wfu: how reliable has this relay been? Histories, discounting, weighted fractional uptime, mean time between
//     failures, time known; what they will be tomorrow; an authority's router-stability file.
//   - bandwidth: how much should it carry? Advertised, measured and credible bandwidth, bandwidth files, the weights of a
//     consensus and who gets picked by them.
//   - consensus: what did the documents say, and what do the votes add up to? Votes, consensuses, server descriptors,
//     exit policies, the low median, votes into a consensus.
//   - guard: does it get the flag, and why? The rules of every version of Tor, thresholds, decisions, reasons.
//
// Four side rooms of guard: guard/authority (what would an authority with these files vote?), guard/explain (why, at each
// of several authorities?), guard/foresight (when, what if, and which options must it be using?), guard/exposure (who has
// these guards?). Imports run one way, towards wfu and bandwidth, which know
// nothing of ours.
//
// # From the specification to here
//
//	dir-spec, "Assigning flags in a vote"
//	    which relays count        guard.Rules.Counts
//	    thresholds                guard.Rules.Thresholds
//	    Fast Stable Guard HSDir   guard.Rules.Decide, Explain
//	    which clause binds        guard/explain.Clauses
//	    as it was once            guard.RulesFor, Releases, Rules.Differences
//	    Exit                      consensus.Policy.IsGeneralExit, consensus.Descriptor.IsExit
//	    Running                   guard/authority.Authority.Vote
//	    Sybil                     guard/authority.Sybils
//	    StaleDesc                 guard.Stale
//	    V2Dir                     consensus.Descriptor.IsDirectory
//	    WFU, time known, MTBF     wfu.History
//	dir-spec, "Vote and consensus status document formats"
//	    reading                   consensus.Reader, Header, Entry, Footer
//	    flag-thresholds           guard.ParseThresholds, Thresholds.AppendText
//	    stats                     wfu.Stats
//	dir-spec, "Server descriptor format"
//	                              consensus.Descriptors, Policy
//	dir-spec, "Computing a consensus from a set of votes"
//	                              consensus.Tally, Median, Nth
//	    one relay's votes         guard/explain.Votes
//	dir-spec, "Computing bandwidth weights"
//	                              bandwidth.Totals, Solve, ParseWeights
//	bandwidth-file-spec           bandwidth.ParseFile, Lines, Measured
//	path-spec, "Weighting node selection"
//	                              bandwidth.Weights.Weigh, AppendProbabilities, Sampler
//	prop236, guard fraction       bandwidth.SplitGuardFraction
//	guard-spec                    guard/exposure
//
// # From the C to here
//
//	src/feature/stats/rephist.c        wfu
//	src/feature/dirauth/voteflags.c    guard, guard/authority
//	src/feature/dirauth/dirvote.c      guard/authority, consensus.Tally, bandwidth.Solve
//	src/feature/dirauth/dircollate.c   consensus.Tally
//	src/feature/dirauth/bwauth.c       bandwidth.ParseFile, Measured, Credible
//	src/feature/dirauth/process_descs.c  guard/authority.Authority.Admit, ParseLists
//	src/feature/dirparse/              consensus
//	src/core/or/policies.c             consensus.Policy
//	src/feature/nodelist/node_select.c bandwidth, guard/exposure
//	src/feature/nodelist/routerlist.c  bandwidth.Advertised, consensus.Descriptor.RejectsAll
//	src/feature/nodelist/fmt_routerstatus.c  wfu.Stats, guard/authority.Entry
//	src/feature/client/entrynodes.c    guard/exposure, bandwidth.SplitGuardFraction
//	src/lib/confmgt/, src/app/config/  guard/authority.ParseTorrc
//
// # Units and identifiers
//
// Times are wfu.Instant, seconds since the Unix epoch, zero for never; durations are int64 seconds. Bandwidths are bytes
// per second where a descriptor or an option states them and bandwidth.KB, 1000 bytes per second, wherever an authority
// computes; the two never share a type. Fractions are 0 to 1, percentages only in text. Relays are keyed by the SHA-1
// digest of their RSA identity key: consensus.Fingerprint, a [20]byte, with which bare [20]byte arrays interchange.
//
// # What it promises, and what not
//
// Integers stay integers as long as they do in the C, floating-point operations come in its order, and no product is
// fused with a sum. Where specification and C differ the C is followed, and the comment at that step says so. Tests hold
// every line against votes of the real tor, of 35 versions since 0.2.3.25. What rests on something a document does not show
// is CannotTell, never a guess.
//
// Nothing checks signatures, fetches documents, or knows countries. No package but the examples' reads files, clocks or
// sources of randomness; "now" is an argument.
package guardmath
