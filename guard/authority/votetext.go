package authority

// AppendText appends the vote's lines as far as they are known here to dst: flag-thresholds, then of each relay a line
// of its fingerprint in hexadecimal after r, and its s, w and stats lines as tor prints them.
//
// C: src/feature/dirauth/dirvote.c, format_networkstatus_vote; src/feature/nodelist/fmt_routerstatus.c,
// routerstatus_format_entry.
func (v Vote) AppendText(dst []byte) []byte {
	dst = append(v.Thresholds.AppendText(dst), '\n')
	for _, e := range v.Entries {
		dst = append(e.Relay.Identity.AppendText(append(dst, "r "...)), '\n')
		dst = e.AppendText(dst)
	}
	return dst
}

// String is the vote's lines.
func (v Vote) String() string { return string(v.AppendText(nil)) }

// AppendText appends the relay's s, w and stats lines to dst, as tor prints them.
func (e Entry) AppendText(dst []byte) []byte {
	dst = append(dst, 's')
	if e.Flags.Len() > 0 {
		dst = e.Flags.AppendText(append(dst, ' '))
	}
	dst = e.Weight.AppendText(append(dst, "\nw "...))
	dst, _ = e.Stats.AppendText(append(dst, "\nstats "...)) // never fails
	return append(dst, '\n')
}

// String is the relay's lines.
func (e Entry) String() string { return string(e.AppendText(nil)) }
