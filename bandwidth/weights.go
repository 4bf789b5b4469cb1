package bandwidth

// Weights are the values of a consensus's bandwidth-weights line: Wxy is how much of its bandwidth a relay of kind y
// counts with at position x, out of a scale (10000 unless the consensus parameter bwweightscale says otherwise), which
// is the value of Wmm. In the names g is guard, m middle, e exit, d both guard and exit, and b a connection that asks
// for directory documents.
//
// Weights are comparable. The zero Weights stand for a consensus without such a line: every relay counts with all its
// bandwidth everywhere.
//
// Spec: dir-spec, "Vote and consensus status document formats", bandwidth-weights; path-spec, "Weighting node selection".
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_bw_weights_v10.
// Since: 0.2.2.10-alpha (consensus method 9).
type Weights struct {
	Wbd int64 // directory position, guard and exit: equal to Wmd
	Wbe int64 // directory position, exit: equal to Wme
	Wbg int64 // directory position, guard: equal to Wmg
	Wbm int64 // directory position, neither: the scale
	Wdb int64 // on top, where a guard and exit also serves directory documents: the scale
	Web int64 // on top, where an exit also serves directory documents: the scale
	Wed int64 // exit position, guard and exit
	Wee int64 // exit position, exit
	Weg int64 // exit position, guard: equal to Wed
	Wem int64 // exit position, neither: equal to Wee
	Wgb int64 // on top, where a guard also serves directory documents: the scale
	Wgd int64 // guard position, guard and exit
	Wgg int64 // guard position, guard
	Wgm int64 // guard position, neither, as bridges are: equal to Wgg
	Wmb int64 // on top, where a relay that is neither also serves directory documents: the scale
	Wmd int64 // middle position, guard and exit
	Wme int64 // middle position, exit
	Wmg int64 // middle position, guard
	Wmm int64 // middle position, neither: the scale

	// Other holds what else was on the line, name=value words separated by single blanks, in their order. No Tor has
	// written any; they are kept so that a line is not changed by being read.
	Other string
}

// derive fills in the twelve weights that follow from the seven the equations give.
func (w Weights) derive(scale int64) Weights {
	w.Wbd, w.Wbe, w.Wbg, w.Wbm = w.Wmd, w.Wme, w.Wmg, scale
	w.Wdb, w.Web, w.Wgb, w.Wmb = scale, scale, scale, scale
	w.Weg, w.Wem = w.Wed, w.Wee
	w.Wgm, w.Wmm = w.Wgg, scale
	return w
}

// Position is a place that a client picks a relay for. The zero Position is the guard's.
type Position uint8

// The positions.
const (
	// PositionGuard is the entry of a circuit.
	PositionGuard Position = iota
	// PositionMiddle is the middle of a circuit.
	PositionMiddle
	// PositionExit is the last relay of a circuit that leaves the network.
	PositionExit
	// PositionDirectory is a relay asked directly for directory documents.
	PositionDirectory
)

// String is the position's name: guard, middle, exit or directory.
func (p Position) String() string {
	names := [...]string{"guard", "middle", "exit", "directory"}
	if int(p) < len(names) {
		return names[p]
	}
	return "unknown position"
}

// Factor is the part of its bandwidth that a relay of kind k counts with at position p: the weight over the scale, and
// for relays with [KindDir] times the weight for serving directory documents over the scale. It is between 0 and 1 for
// weights that [Solve] made. It is 0 for an exit without Guard at the guard's position, since there is no weight Wge, and
// for everyone at a position that is none of the four.
//
// The scale is taken to be Wmm. Where that is not positive, or where one of the position's weights is negative, the
// weights are of no use and everyone counts in full, as in C.
//
// Spec: path-spec, "Weighting node selection".
// C: src/feature/nodelist/node_select.c, compute_weighted_bandwidths.
func (w Weights) Factor(p Position, k Kind) float64 { return w.factor(p, k) }

// factor is Factor without a copy of all weights.
func (w *Weights) factor(p Position, k Kind) float64 {
	// By kind: neither, guard, exit, both, as KindGuard and KindExit count.
	const both = KindGuard | KindExit
	var weight [both + 1]int64
	dir := [both + 1]int64{w.Wmb, w.Wgb, w.Web, w.Wdb}
	scale := w.Wmm
	switch p {
	case PositionGuard:
		weight = [...]int64{w.Wgm, w.Wgg, 0, w.Wgd}
	case PositionMiddle:
		weight = [...]int64{w.Wmm, w.Wmg, w.Wme, w.Wmd}
	case PositionExit:
		weight = [...]int64{w.Wem, w.Weg, w.Wee, w.Wed}
	case PositionDirectory:
		weight = [...]int64{w.Wbm, w.Wbg, w.Wbe, w.Wbd}
		dir = [...]int64{scale, scale, scale, scale}
	default:
		return 0
	}
	if scale <= 0 || min(weight[0], weight[1], weight[2], weight[3], dir[0], dir[1], dir[2], dir[3]) < 0 {
		return 1
	}
	factor := float64(weight[k&both]) / float64(scale)
	if k&KindDir != 0 {
		factor *= float64(dir[k&both]) / float64(scale)
	}
	return factor
}
