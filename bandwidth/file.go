package bandwidth

import (
	"iter"
	"slices"
	"strings"
)

// Terminator is the line between the headers of a bandwidth file and its relay lines, from version 1.1.0 on.
//
// Spec: bandwidth-file-spec, "Header List format".
const Terminator = "====="

// oldTerminator is what some scanners wrote instead.
const oldTerminator = "===="

// maxSkipped bounds how many lines a File remembers having passed over: a line can be a single byte of input, and what
// is remembered of it is much larger.
const maxSkipped = 1 << 16

// File is a bandwidth file: what a scanner measured, for authorities to vote on. Versions 1.0.0 to 1.x, as a header
// named version says, differ in what headers and relay lines may hold, not in how they are read; a file without
// that header is of version 1.0.0. The zero File is one of 1970 with nothing in it.
//
// Spec: bandwidth-file-spec.
// C: src/feature/dirauth/bwauth.c, dirserv_read_measured_bandwidths.
type File struct {
	// Timestamp is when the measurements were put together, in seconds since the Unix epoch: the first line.
	Timestamp int64
	// Headers are the lines between the timestamp and the relay lines, in their order, without newlines. Each is
	// key=value without blanks, which is what Tor repeats in its votes as bandwidth-file-headers, though no more than
	// 49 of them.
	Headers []string
	// Terminator is the line that ended the headers, or empty where there was none: files of version 1.0.0 have none.
	// Set it to the constant Terminator to write a file of version 1.1.0 or later.
	Terminator string
	// Relays are the relay lines that authorities vote on, in their order. One relay may have several.
	Relays []Line
	// Skipped says which lines were passed over and why, those with vote=0 among them (see [ErrNotVoted]), in their
	// order. Of more than 65,536 the rest are only counted.
	Skipped []*SyntaxError
	// SkippedTotal is how many lines were passed over, remembered in Skipped or not.
	SkippedTotal int
}

// ParseFile reads a whole bandwidth file, as Tor reads it. It fails, with a [*SyntaxError], only when the first line is
// no timestamp, for then Tor makes nothing of the rest either. A line that cannot be read, or is not to be voted on, is
// passed over and noted in Skipped. The file owns its text: doc is neither kept nor changed.
//
// Before the terminator or the first relay line, a line of the form key=value that holds no blank and is no relay line
// is a header. The terminator of four characters ends the headers as well, as the specification has it; Tor would go on
// taking lines for headers until the first relay line.
//
// Spec: bandwidth-file-spec, "Format details".
// C: src/feature/dirauth/bwauth.c, dirserv_read_measured_bandwidths.
// Since: 0.4.8.11 (node_id may lack its dollar sign); for the versions before see [Reading].
func ParseFile(doc []byte) (File, error) { return Reading{}.ParseFile(doc) }

// Lines is the relay lines of a bandwidth file, in their order, without keeping them: each is lent, and its Text is a
// window into doc. Lines that are passed over come as a [*SyntaxError] in their place, with a Line that holds only
// Number and Text; those that ParseFile takes for headers or the terminator do not come at all. When the first line is
// no timestamp there is that one error and nothing else.
//
// Spec: bandwidth-file-spec, "Relay Line format".
// C: src/feature/dirauth/bwauth.c, measured_bw_line_parse.
func Lines(doc []byte) iter.Seq2[Line, error] { return Reading{}.Lines(doc) }

// Header is the value of the first header with the given key, and whether there is one.
func (f File) Header(key string) (value string, ok bool) {
	for _, header := range f.Headers {
		if k, v, found := strings.Cut(header, "="); found && k == key {
			return v, true
		}
	}
	return "", false
}

// Clone is a copy of the file that shares nothing with it.
func (f File) Clone() File {
	f.Headers = slices.Clone(f.Headers)
	f.Relays = slices.Clone(f.Relays)
	for i, line := range f.Relays {
		f.Relays[i] = line.Clone()
	}
	f.Skipped = slices.Clone(f.Skipped)
	for i, err := range f.Skipped {
		skipped := *err
		f.Skipped[i] = &skipped
	}
	return f
}
