package bandwidth

// Case is the situation a network is in, which decides how [Solve] gets its weights. The zero Case is none: the totals
// did not allow any.
//
// Spec: dir-spec, "Computing bandwidth weights".
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_bw_weights_v10, casename.
type Case uint8

// The cases. A position is scarce where its own relays have less than a third of the total.
const (
	NoCase  Case = iota // there are no weights
	Case1               // neither guards nor exits are scarce
	Case2aE             // both are, exits more so, and those that are both cannot make up the difference
	Case2aG             // both are, guards more so or as much, and those that are both cannot make up the difference
	Case2b1             // both are scarce and can be balanced, every kind helping out
	Case2b2             // both are scarce and can be balanced with guards and exits kept to their positions
	Case2b3             // as Case2b2, but there is so much middle bandwidth that the middle cannot be balanced
	Case3aE             // exits alone are scarce, even with all that are both
	Case3aG             // guards alone are scarce, even with all that are both
	Case3bE             // exits alone are scarce, and those that are both can make up for it
	Case3bG             // guards alone are scarce, and those that are both can make up for it
)

var caseNames = [...]struct{ short, long string }{
	NoCase:  {"none", "no case"},
	Case1:   {"1", "Case 1 (Wgd=Wmd=Wed)"},
	Case2aE: {"2a", "Case 2a (E scarce)"},
	Case2aG: {"2a", "Case 2a (G scarce)"},
	Case2b1: {"2b1", "Case 2b1 (Wgg=weight_scale, Wmd=Wgd)"},
	Case2b2: {"2b2", "Case 2b2 (Wgg=weight_scale, Wee=weight_scale)"},
	Case2b3: {"2b3", "Case 2b3 (Wmd=0)"},
	Case3aE: {"3a", "Case 3a (E scarce)"},
	Case3aG: {"3a", "Case 3a (G scarce)"},
	Case3bE: {"3b", "Case 3be (E scarce, Wee=weight_scale, Wmd == Wgd)"},
	Case3bG: {"3b", "Case 3bg (G scarce, Wgg=weight_scale, Wmd == Wed)"},
}

// String is the case's number: 1, 2a, 2b1, 2b2, 2b3, 3a, 3b or none. The two cases of one number differ in what is
// scarce; [Case.TorName] tells them apart.
func (c Case) String() string {
	if int(c) < len(caseNames) {
		return caseNames[c].short
	}
	return "unknown case"
}

// TorName is what an authority writes in its log when it has computed weights this way.
func (c Case) TorName() string {
	if int(c) < len(caseNames) {
		return caseNames[c].long
	}
	return "unknown case"
}
