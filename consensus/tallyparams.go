package consensus

import (
	"slices"
	"strings"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// minVotesForParam is how many votes are enough for a parameter, however many authorities there are.
//
// C: src/feature/dirauth/dirvote.c, MIN_VOTES_FOR_PARAM.
const minVotesForParam = 3

// tallyParams is the parameters of a consensus: the low medians of those that more than half of the authorities have, or
// at least three, in the order that the words name=value have as strings.
//
// Spec: dir-spec, "Computing a consensus from a set of votes", params.
// C: src/feature/dirauth/dirvote.c, dirvote_compute_params.
// Since: 0.2.4.1-alpha (consensus method 12).
func tallyParams(votes []Document, authorities int) Params {
	values := map[string][]int32{}
	for _, v := range votes {
		for _, p := range v.Header.Params {
			values[p.Name] = append(values[p.Name], p.Value)
		}
	}
	var params Params
	for name, values := range values {
		if len(values) > authorities/2 || len(values) >= minVotesForParam {
			params = append(params, Param{name, lowMedian(values)})
		}
	}
	// The equals sign takes part: no name can be told from the words' order without it.
	slices.SortFunc(params, func(a, b Param) int { return strings.Compare(a.Name+"=", b.Name+"=") })
	return params
}

// weightScale is the scale of the bandwidth weights: the parameter bwweightscale, at least 1.
func (p Params) weightScale(method int) int64 {
	if n, ok := p.asAuthorities(method, "bwweightscale"); ok {
		return max(int64(n), 1)
	}
	return defaultWeightScale
}

// unmeasuredCap is the most that a relay counts for which too few have measured: the parameter maxunmeasuredbw, spelled
// as in dir-spec and in C since 0.4.8.8. C takes it for an unsigned number, so that 0 counts as 1, and a negative one as
// so much that it bounds nothing.
func (p Params) unmeasuredCap(method int) bandwidth.KB {
	if n, ok := p.asAuthorities(method, "maxunmeasuredbw"); ok {
		return max(bandwidth.KB(uint32(n)), 1)
	}
	return defaultUnmeasuredCap
}

const (
	defaultWeightScale   = 10000
	defaultUnmeasuredCap = 20 // C: src/feature/dirauth/dirvote.h, DEFAULT_MAX_UNMEASURED_BW_KB
)

// asAuthorities is the parameter as authorities read it while they make the consensus, and reports whether they find
// one. Before method 31 they read on to the end of the line, so that they understood only its last parameter, and only
// if it was positive.
//
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_consensus, dirvote_get_intermediate_param_value.
// Since: 0.4.6.1-alpha (consensus method 31).
func (p Params) asAuthorities(method int, name string) (int32, bool) {
	n, ok := p.Value(name)
	if method < methodRightParams && ok {
		ok = p[len(p)-1].Name == name && n > 0
	}
	return n, ok
}
