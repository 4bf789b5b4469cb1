// Package authority computes what a directory authority would vote: the thresholds, and of every relay its flags,
// bandwidths and history, line by line as tor prints them.
//
// It is for those who have what an authority has: its relays' descriptors, its history file and bandwidth file, its lists
// and options. It is also what holds this library against a real tor. Those who have only a vote go to guard.FromVote.
//
// # The order of work
//
// An [Authority] is options and lists, read by [ParseTorrc] and [ParseLists]. It takes in descriptors with
// [Authority.Admit], starts with [Authority.Start], and makes votes with [Authority.Vote]:
//
//	a := authority.Authority{Options: options, Lists: lists}
//	relays, refused := a.Admit(descriptors, started)
//	state := a.Start(ledger, relays, file, started)
//	vote, state := a.Vote(state, authority.Input{Relays: relays, Bandwidth: file, Now: now, Uptime: uptime})
//
// [Files.Boot] does the first three from the texts of the files.
//
// A vote changes what the authority remembers: relays that are not running, or are one too many on their address, are
// noted as such before the thresholds are taken. So each vote gives a new [State], and to compute a vote takes computing
// those before it. All functions are pure: a State goes in and another comes out.
//
// # Other versions of Tor
//
// All this is what tor 0.4.9 does. An authority of another version is a [Release]: [ParseRelease] reads its name, and
// [Release.ParseTorrc] gives options that know it, with the rules of guard.RulesFor. What else changed with versions is in
// release.go, each change with the versions that first had it: which relays are taken in, which options there are, in which
// order an authority starts, what it prints. From 0.2.3.25 on, votes of 35 versions are remade line by line; where no such
// vote reaches, the comments there say what it rests on.
//
// # What it does not know
//
// Countries, for which an authority asks a database: naming one in an option is an error here. Signatures and
// certificates of descriptors, which are taken as good, and never expire. Key pinning: that a relay changed one of its two
// keys. What was uploaded instead of read from disk: tor refuses an upload that says nothing new of a relay.
// GuardfractionFile. The authorities that tor has compiled in: only those of DirAuthority lines have the flag Authority.
// Bridges. The flags Named and Unnamed, which authorities could vote on until 0.2.5, and BadDirectory; that until then a
// relay named in approved-routers was spared AuthDirReject and AuthDirInvalid; and AuthDirRejectUnlisted and
// VoteOnHidServDirectoriesV2. The addresses in certificates of authorities; see Options.AuthorityAddresses.
//
// Spec: dir-spec, "Assigning flags in a vote", "Vote and consensus status document formats".
// C: src/feature/dirauth/dirvote.c, dirserv_generate_networkstatus_vote_obj.
package authority
