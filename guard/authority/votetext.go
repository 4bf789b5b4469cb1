package authority

import (
	"bytes"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// AppendLines appends the vote's lines as far as they are known here to dst: flag-thresholds, then of each relay a line
// of its fingerprint in hexadecimal after r, and its s, w and stats lines as tor prints them. Lines that its Release does
// not print are left out: flag-thresholds before 0.2.4.11-alpha, stats before 0.4.6.1-alpha.
//
// C: src/feature/dirauth/dirvote.c, format_networkstatus_vote; src/feature/nodelist/fmt_routerstatus.c,
// routerstatus_format_entry.
func (v Vote) AppendLines(dst []byte) []byte {
	if v.Release.has(printsThresholds) {
		line := v.Thresholds.String()
		if !v.Release.has(printsIgnoring) {
			line, _, _ = strings.Cut(line, " ignoring-advertised-bws=")
		}
		dst = append(append(dst, line...), '\n')
	}
	for _, e := range v.Entries {
		dst = append(append(append(dst, "r "...), e.Relay.Identity.String()...), '\n')
		dst = e.appendLines(dst, v.Release.has(printsStats))
	}
	return dst
}

// String is the vote's lines.
func (v Vote) String() string { return string(v.AppendLines(nil)) }

// AppendLines appends the relay's s, w and stats lines to dst, as tor prints them since 0.4.6.1-alpha.
func (e Entry) AppendLines(dst []byte) []byte { return e.appendLines(dst, true) }

// appendLines is AppendLines, with or without the stats line.
func (e Entry) appendLines(dst []byte, stats bool) []byte {
	dst = append(dst, 's')
	if e.Flags.Len() > 0 {
		dst = append(append(dst, ' '), e.Flags.String()...)
	}
	dst = append(append(dst, "\nw "...), e.Weight.String()...)
	if stats {
		dst = append(append(dst, "\nstats "...), e.Stats.String()...)
	}
	return append(dst, '\n')
}

// String is the relay's lines.
func (e Entry) String() string { return string(e.AppendLines(nil)) }

// LinesOf is the same lines of a real vote, as far as they stand in it, to hold AppendLines's against. Entries are in the
// document's order. The error is a *consensus.SyntaxError.
func LinesOf(vote []byte) ([]byte, error) {
	reader := consensus.NewReader(vote)
	header, err := reader.Header()
	if err != nil {
		return nil, err
	}
	if !header.Vote {
		return nil, &consensus.SyntaxError{Line: 1, Keyword: "vote-status", Value: "consensus", Err: consensus.ErrNotThis}
	}
	var lines []byte
	if len(header.FlagThresholds) > 0 {
		lines = append(append([]byte("flag-thresholds "), header.FlagThresholds...), '\n')
	}
	for e, err := range reader.Entries() {
		if err != nil {
			return nil, err
		}
		lines = append(append(append(lines, "r "...), e.Identity.String()...), '\n')
		for line := range bytes.Lines(e.Text) {
			keyword, _, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
			switch string(keyword) {
			case "s", "w", "stats":
				lines = append(lines, line...)
			}
		}
	}
	_, err = reader.Footer()
	return lines, err
}

// Difference is a line on which a vote and another differ.
type Difference struct {
	// Relay is whose line it is; zero for the thresholds.
	Relay consensus.Fingerprint

	// Theirs and Ours are the line in each; empty where there is none.
	Theirs, Ours string
}

// Compare yields the lines on which the real vote and v differ, theirs being of LinesOf: relay by relay, in the order of
// identities.
func (v Vote) Compare(theirs []byte) iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		a, b := relayLines(theirs), relayLines(v.AppendLines(nil))
		all := maps.Clone(a)
		maps.Copy(all, b)
		for _, id := range slices.SortedFunc(maps.Keys(all), consensus.Fingerprint.Compare) {
			for i := range max(len(a[id]), len(b[id])) {
				d := Difference{Relay: id}
				if i < len(a[id]) {
					d.Theirs = a[id][i]
				}
				if i < len(b[id]) {
					d.Ours = b[id][i]
				}
				if d.Theirs != d.Ours && !yield(d) {
					return
				}
			}
		}
	}
}

// relayLines is the lines of each relay, the thresholds under the zero Fingerprint. A relay's own r line comes first.
func relayLines(text []byte) map[consensus.Fingerprint][]string {
	lines := make(map[consensus.Fingerprint][]string)
	var id consensus.Fingerprint
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if digits, ok := strings.CutPrefix(line, "r "); ok {
			id, _ = consensus.ParseFingerprint(digits) // written by AppendLines
		}
		lines[id] = append(lines[id], line)
	}
	return lines
}
