package torlab

import "strings"

// approvedRouters is the authority's list of what it holds against some relays.
func (n *Network) approvedRouters() []byte {
	d := n.view("lists")
	if d.chance(0.2) {
		return nil
	}
	share := pick(d, 0, 0.02, 0.1)
	if n.Scenario.View > 0 {
		share = 0.1 // so that the authorities list different relays
	}
	var b strings.Builder
	for i := range n.Relays {
		fp := n.Relays[i].Fingerprint()
		for d.chance(share) {
			verdict := pick(d, "!reject", "!invalid", "!badexit", "!middleonly", "!stripguard", "!striphsdir", "!stripv2dir")
			name := pick(d, fp, fp, strings.ToLower(fp), groups(fp))
			b.WriteString(verdict + " " + name + "\n")
		}
	}
	if d.chance(0.2) {
		b.WriteString("# a comment\n!badexit " + strings.Repeat("0", 40) + "\n")
	}
	return []byte(b.String())
}
