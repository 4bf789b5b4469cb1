package consensus

// Poll is how the votes went on one flag of one relay: who gave it, who did not, and what it came to.
type Poll struct {
	// For are the authorities that gave the flag, each as its vote introduces it, in the order of the Outcome's votes.
	For []Source
	// Against are those that decide on the flag, list the relay, and did not give it.
	Against []Source
	// Absent are those that decide on the flag and whose vote has no entry that counts for the relay. They count as if
	// they were against it.
	Absent []Source
	// Silent are those that do not decide on the flag. They do not count.
	Silent []Source
	// Needed is how many have to be for it: more than half of those who decide on it.
	Needed int
	// Short is how many more would have had to be for it; 0 where there were enough.
	Short int
	// Given reports whether the consensus gives the relay the flag, or would, were the relay in it. It can differ from
	// what the votes add up to where another rule decides: for Named, Unnamed and NoEdConsensus, for the flags that
	// MiddleOnly takes away or brings, and for a relay that too few list.
	Given bool
}

// Poll is how the votes went on that flag of the relay.
//
// Spec: dir-spec, "Computing a consensus from a set of votes", s.
func (o Outcome) Poll(r Candidate, flag string) Poll {
	p := Poll{Needed: majority(o.Votes, flag), Given: r.Flags.HasName(flag)}
	for i, v := range o.Votes {
		source := v.Header.Sources[0]
		switch {
		case !v.Header.KnownFlags.HasName(flag):
			p.Silent = append(p.Silent, source)
		case r.entry(i) == nil:
			p.Absent = append(p.Absent, source)
		case r.entry(i).Flags.HasName(flag):
			p.For = append(p.For, source)
		default:
			p.Against = append(p.Against, source)
		}
	}
	p.Short = max(0, p.Needed-len(p.For))
	return p
}

// entry is what the i-th vote says of the relay, or nil.
func (r *Candidate) entry(i int) *Entry {
	if i >= len(r.Entries) {
		return nil
	}
	return r.Entries[i]
}
