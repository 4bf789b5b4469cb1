// Package consensus reads what Tor's directory documents say: the votes of authorities, the consensuses they reach in
// both flavours, and the server descriptors of relays.
//
// It is for programs that ask what a document holds, relay by relay, without keeping more of it than they need. Whoever
// wants to know whether a relay deserves a flag goes on to package guard, which takes the values read here; whoever
// wants a relay's history or its bandwidth explained goes to packages wfu and bandwidth, which know no documents of
// this kind. To fetch documents, to check signatures, or to read microdescriptors and extra-info documents, go
// elsewhere: nothing here knows the network, and no signature is ever checked.
//
// # Borrowed records
//
// A reader walks over a document that is wholly in memory and lends records: the byte slices in an [Entry] or a
// [Descriptor] are windows into the document. They stay valid as long as the document's bytes are left alone; Clone
// makes a record that owns its text and lets the document go. A [Header] and a [Footer] own their text.
//
// So nothing is allocated for an entry. Who reads many documents one after the other keeps one [Reader] and calls Reset,
// and then nothing is allocated for a document either; [Reader.AppendEntries] fills the same slice again and again. Who
// reads several at once takes a Reader for each goroutine.
//
// # From votes to a consensus
//
// [Tally] adds votes up as the authorities do: which relays are in the consensus, with which flags and bandwidths, the
// parameters and the bandwidth weights. [Outcome.Poll] tells, for one flag of one relay, who was for it, who was not, and
// how many it is short of. [Document.Weights] computes the weights of a consensus again from the consensus alone.
//
// # Errors
//
// Every error of a document is a [*SyntaxError]: line, keyword, offending text and a sentinel. An entry or a descriptor
// that cannot be read is a value in the stream, and who ranges over the stream decides whether to go on behind it, as
// Tor does, or to stop; [ParseAsTor] goes on, [Parse] stops. What is passed over in silence is what Tor's own reader
// passes over: keywords and arguments nobody knows.
//
// Input is taken as hostile. No number in a text sizes an allocation, and lines and objects of more than 128 KiB are
// errors, as they are in Tor.
package consensus
