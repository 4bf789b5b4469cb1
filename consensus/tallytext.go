package consensus

import "strconv"

// AppendLines appends the lines of a consensus of that flavour, empty or "microdesc", that the Outcome settles, each as
// authorities write it: known-flags, params if there are any, and bandwidth-weights if there are; between them, for each
// relay, its s line and, where someone told its bandwidth, its w line. Each of these begins with a line of the letter r
// and the relay's fingerprint, instead of the r line of the consensus, which holds much that was not voted on.
//
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_consensus.
func (o Outcome) AppendLines(dst []byte, flavour string) []byte {
	dst = append(dst, "known-flags "...)
	dst = append(o.KnownFlags.append(dst), '\n')
	if len(o.Params) > 0 {
		dst = append(dst, "params "...)
		dst = append(o.Params.append(dst), '\n')
	}
	for i := range o.Relays {
		r := &o.Relays[i]
		if !r.In(flavour) {
			continue
		}
		dst = append(dst, "r "...)
		dst = append(r.Identity.append(dst), "\ns "...)
		dst = append(r.Flags.append(dst), '\n')
		dst = r.appendWeight(dst)
	}
	if o.WeightsErr == nil {
		dst = append(append(dst, o.Weights.String()...), '\n')
	}
	return dst
}

// appendWeight appends the w line. C prints the number as a signed one of 32 bits, so that 2,147,483,648 and more come
// out negative: a line that no Tor can read again.
func (r *Candidate) appendWeight(dst []byte) []byte {
	if !r.Weight.HasBandwidth {
		return dst
	}
	dst = append(dst, "w Bandwidth="...)
	dst = strconv.AppendInt(dst, int64(int32(r.Weight.Bandwidth)), 10)
	if r.Weight.Unmeasured {
		dst = append(dst, " Unmeasured=1"...)
	}
	if r.Weight.HasGuardFraction {
		dst = append(dst, " GuardFraction="...)
		dst = strconv.AppendUint(dst, uint64(r.Weight.GuardFraction), 10)
	}
	return append(dst, '\n')
}
