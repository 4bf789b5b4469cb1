package guard

// Scratch is memory that [Rules.ThresholdsOf] works in. Who asks often passes the same one, and nothing is allocated once
// it has grown to the size of the population. The zero Scratch is ready to use; one serves one call at a time, and holds
// nothing that matters between calls.
type Scratch struct {
	relays []Relay
}

// ThresholdsOf is [Rules.Thresholds] of relays in columns. The work is shared out among so many workers; with 1, or less,
// the caller does it alone. The scratch may be nil, then memory is allocated.
//
// It panics where c.Check reports an error.
func (r Rules) ThresholdsOf(c Columns, workers int, s *Scratch) Thresholds {
	mustCheck(c.Check())
	if s == nil {
		s = new(Scratch)
	}
	s.relays = s.relays[:0]
	for i := range c.Len() {
		s.relays = append(s.relays, c.At(i))
	}
	return r.Thresholds(s.relays)
}
