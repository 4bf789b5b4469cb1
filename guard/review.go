package guard

import (
	"bytes"
	"errors"
	"slices"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// Review is a whole vote decided again: what it shows, our thresholds beside its own, and each relay's comparison.
type Review struct {
	// Header is the vote's.
	Header consensus.Header

	// Known are the flags that both the vote's authority and the rules decide: those of Decided in its known-flags.
	Known consensus.Flag

	// Published are the vote's own thresholds.
	Published Thresholds
	// HasPublished says that the vote prints them. Since: 0.2.4.11-alpha.
	HasPublished bool

	// Source says which of the thresholds the relays were decided by.
	Source Source

	// Recomputed are the order statistics over the vote's relays. What no vote shows is taken from Published: see
	// Carried.
	Recomputed Thresholds

	// Carried says what of Recomputed was taken from Published: always UnknownUptime, for StableUptime and EnoughMTBF;
	// UnknownHistory, for StableMTBF, GuardWFU and GuardTimeKnown, where the vote has no stats lines.
	Carried Unknowns

	// Entries are what the vote says of its relays, in its order, which is that of their identities. They are borrowed
	// from its text.
	Entries []consensus.Entry
	// Relays is what each of the Entries shows of its relay.
	Relays []Relay
	// Comparisons is what came of each of the Relays.
	Comparisons []Comparison
}

// ReviewVote reads a vote and decides every relay in it again, with thresholds recomputed from the vote or with those
// that it published, as source says.
//
// The error is a *consensus.SyntaxError that names line and keyword: for text that cannot be read, for a consensus
// (consensus.ErrNotThis), and for a vote without flag-thresholds where source is Published (consensus.ErrMissing).
func (r Rules) ReviewVote(doc []byte, source Source) (Review, error) {
	reader := consensus.NewReader(doc)
	header, err := reader.Header()
	if err != nil {
		return Review{}, err
	}
	if !header.Vote {
		return Review{}, &consensus.SyntaxError{Line: lineOf(doc, "vote-status"), Keyword: "vote-status", Value: "consensus",
			Err: consensus.ErrNotThis}
	}
	v := Review{Header: header, Known: header.KnownFlags.Known() & Decided, Source: source}
	if v.HasPublished = header.FlagThresholds != ""; v.HasPublished {
		if v.Published, err = ParseThresholds(header.FlagThresholds); err != nil {
			return Review{}, atLine(doc, err)
		}
	} else if source == Published {
		return Review{}, &consensus.SyntaxError{Line: 1, Keyword: thresholdsKeyword, Err: consensus.ErrMissing}
	}

	for entry, err := range reader.Entries() {
		if err != nil {
			return Review{}, err
		}
		v.Entries = append(v.Entries, entry)
	}
	if _, err := reader.Footer(); err != nil {
		return Review{}, err
	}

	v.Relays = make([]Relay, len(v.Entries))
	for i, entry := range v.Entries {
		v.Relays[i] = fromVote(header, entry, v.Published.IgnoringAdvertised)
	}

	v.recompute(r)
	t := v.Thresholds()
	v.Comparisons = make([]Comparison, len(v.Relays))
	for i, relay := range v.Relays {
		v.Comparisons[i] = r.Compare(relay, t, source, v.Entries[i].Flags)
	}
	return v, nil
}

// Thresholds are those that the relays were decided by, as Source says.
func (v Review) Thresholds() Thresholds {
	if v.Source == Published {
		return v.Published
	}
	return v.Recomputed
}

// recompute fills Recomputed and Carried.
func (v *Review) recompute(r Rules) {
	t := r.Thresholds(v.Relays)
	v.Carried = UnknownUptime | UnknownHistory
	for i := range v.Relays {
		v.Carried &= v.Relays[i].Unknown
	}
	if v.HasPublished {
		if v.Carried&UnknownUptime != 0 {
			t.StableUptime, t.EnoughMTBF = v.Published.StableUptime, v.Published.EnoughMTBF
		}
		if v.Carried&UnknownHistory != 0 {
			t.StableMTBF, t.GuardWFU, t.GuardTimeKnown = v.Published.StableMTBF, v.Published.GuardWFU, v.Published.GuardTimeKnown
		}
	}
	v.Recomputed = t
}

// Count is on how many relays, for one flag of Decided, we and the vote agree, agree within rounding, disagree, and of how
// many it cannot be told.
func (v Review) Count(flag consensus.Flag) (agree, within, disagree, unknown int) {
	for _, c := range v.Comparisons {
		switch flag {
		case c.Agree & flag:
			agree++
		case c.Within & flag:
			within++
		case c.Disagree & flag:
			disagree++
		case c.Unknown & flag:
			unknown++
		}
	}
	return agree, within, disagree, unknown
}

// Disagrees reports whether any relay has a flag on which we and the vote disagree, among those that both decide.
func (v Review) Disagrees() bool {
	return slices.ContainsFunc(v.Comparisons, func(c Comparison) bool { return c.Disagree&v.Known != 0 })
}

// atLine is an error of ParseThresholds with the number of the line in the vote.
func atLine(doc []byte, err error) error {
	syntax := new(consensus.SyntaxError)
	if errors.As(err, &syntax) {
		syntax.Line = lineOf(doc, thresholdsKeyword)
	}
	return err
}

// lineOf is the number of the first line with that keyword, 1 if there is none.
func lineOf(doc []byte, keyword string) int {
	i := bytes.Index(doc, []byte("\n"+keyword+" "))
	return bytes.Count(doc[:i+1], []byte("\n")) + 1
}
