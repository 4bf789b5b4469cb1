package consensus_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// slowTally is the rule as the specification tells it, with strings and maps and no thought of speed: the lines of
// Outcome.AppendLines for methods 32 to 35.
func slowTally(votes []consensus.Document, authorities int, flavour string) string {
	method := slowMethod(votes)
	var out strings.Builder

	known := map[string]int{} // flag -> votes that know it
	for _, v := range votes {
		for flag := range v.Header.KnownFlags.Names() {
			known[flag]++
		}
	}
	union := []string{"NoEdConsensus"}
	for flag := range known {
		union = append(union, flag)
	}
	slices.Sort(union)
	union = slices.Compact(union)
	fmt.Fprintln(&out, "known-flags", strings.Join(union, " "))

	params := slowParams(votes, authorities)
	if len(params) > 0 {
		fmt.Fprintln(&out, "params", strings.Join(params, " "))
	}
	param := func(name string, otherwise int64) int64 {
		for _, p := range params {
			var n int64
			if strings.HasPrefix(p, name+"=") {
				fmt.Sscan(strings.TrimPrefix(p, name+"="), &n)
				return n
			}
		}
		return otherwise
	}

	measuring := 0
	ids := map[consensus.Fingerprint]bool{}
	for _, v := range votes {
		measured := false
		for _, e := range v.Entries {
			ids[e.Identity] = true
			measured = measured || e.Weight.HasMeasured
		}
		if measured {
			measuring++
		}
	}
	var order []consensus.Fingerprint
	for id := range ids {
		order = append(order, id)
	}
	slices.SortFunc(order, consensus.Fingerprint.Compare)

	g, m, e, d, t := int64(1), int64(1), int64(1), int64(1), int64(4)
	for _, id := range order {
		entries, edAgreed := slowCollate(votes, id, authorities)
		if len(entries) <= authorities/2 {
			continue
		}
		group := slowGroup(entries)
		nick := string(group[0].Nickname)
		given := map[string]bool{} // names that votes give with Named
		for _, e := range entries {
			if e.Flags.HasName("Named") {
				given[string(e.Nickname)] = true
			}
		}
		if len(given) == 1 {
			for name := range given {
				nick = name
			}
		}

		has := map[string]bool{}
		for flag, voters := range known {
			n := 0
			for _, e := range entries {
				if e.Flags.HasName(flag) {
					n++
				}
			}
			has[flag] = 2*n > voters
		}
		owner := slowOwner(votes, strings.ToLower(nick))
		has["Named"] = known["Named"] > 0 && owner == id.String()
		has["Unnamed"] = known["Unnamed"] > 0 && owner != "" && owner != id.String()
		has["NoEdConsensus"] = !edAgreed
		if !has["Running"] || !has["Valid"] {
			continue
		}
		if has["MiddleOnly"] {
			has["Exit"], has["V2Dir"], has["Guard"], has["HSDir"] = false, false, false, false
			has["BadExit"] = has["BadExit"] || known["BadExit"] > 0
		}

		var bws, measured, fractions []int64
		for _, e := range entries {
			if e.Weight.HasBandwidth {
				bws = append(bws, int64(e.Weight.Bandwidth))
			}
			if e.Weight.HasMeasured {
				measured = append(measured, int64(e.Weight.Measured))
			}
			if e.Weight.HasGuardFraction {
				fractions = append(fractions, int64(e.Weight.GuardFraction))
			}
		}
		w, b, fraction := "", int64(0), int64(-1)
		if len(measured) >= 3 {
			b = slowMedian(measured)
			w = fmt.Sprintf("w Bandwidth=%d", int32(b))
		} else if len(bws) > 0 {
			b = slowMedian(bws)
			if limit := param("maxunmeasuredbw", 20); measuring >= 3 {
				b = min(b, max(int64(uint32(limit)), 1))
			}
			w = fmt.Sprintf("w Bandwidth=%d Unmeasured=1", int32(b))
		}
		b = int64(int32(b))
		if w != "" && has["Guard"] && len(fractions) >= 3 {
			fraction = slowMedian(fractions)
			w += fmt.Sprintf(" GuardFraction=%d", fraction)
		}

		if w != "" {
			whole, rest := b, int64(0)
			if fraction >= 0 {
				whole = int64(math.Round(float64(fraction) / 100 * float64(b)))
				rest = b - whole
			}
			t += whole
			switch exit := has["Exit"] && !has["BadExit"]; {
			case exit && has["Guard"]:
				d, e = d+whole, e+rest
			case exit:
				e += whole
			case has["Guard"]:
				g, m = g+whole, m+rest
			default:
				m += whole
			}
		}
		if flavour == "microdesc" && slowMicrodesc(group, method) == "" {
			continue
		}
		fmt.Fprintln(&out, "r", id)
		out.WriteString("s")
		for _, flag := range union {
			if has[flag] {
				out.WriteString(" " + flag)
			}
		}
		out.WriteString("\n")
		if w != "" {
			fmt.Fprintln(&out, w)
		}
	}
	totals := bandwidth.Totals{G: g, M: m, E: e, D: d, T: t}
	if weights, _, err := bandwidth.Solve(totals, max(param("bwweightscale", 10000), 1)); err == nil {
		fmt.Fprintln(&out, weights)
	}
	return out.String()
}

func slowMethod(votes []consensus.Document) int {
	for method := 100; method >= 32; method-- {
		n := 0
		for _, v := range votes {
			if slices.Contains(v.Header.Methods, method) {
				n++
			}
		}
		if n > 2*len(votes)/3 {
			return min(method, 35)
		}
	}
	return 35
}

func slowMedian(values []int64) int64 {
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

func slowParams(votes []consensus.Document, authorities int) []string {
	values := map[string][]int64{}
	for _, v := range votes {
		for _, p := range v.Header.Params {
			values[p.Name] = append(values[p.Name], int64(p.Value))
		}
	}
	var words []string
	for name, all := range values {
		if 2*len(all) > authorities || len(all) >= 3 {
			words = append(words, fmt.Sprintf("%s=%d", name, slowMedian(all)))
		}
	}
	slices.Sort(words)
	return words
}

// slowCollate is the entries that count for a relay, and whether the pair of its identities has the majority.
func slowCollate(votes []consensus.Document, id consensus.Fingerprint, authorities int) ([]consensus.Entry, bool) {
	var all []consensus.Entry
	pairs := map[string]int{}
	pair := func(e consensus.Entry) string {
		if !e.HasEd25519 {
			return ""
		}
		return fmt.Sprintf("%x", e.Ed25519)
	}
	for _, v := range votes {
		for _, e := range v.Entries {
			if e.Identity == id {
				all = append(all, e)
				pairs[pair(e)]++
			}
		}
	}
	for key, n := range pairs {
		if key != "" && 2*n > authorities {
			return slices.DeleteFunc(all, func(e consensus.Entry) bool { return e.HasEd25519 && pair(e) != key }), true
		}
	}
	return all, false
}

// slowGroup is the entries that agree on the descriptor the consensus shows.
func slowGroup(entries []consensus.Entry) []consensus.Entry {
	says := func(e consensus.Entry) string {
		return fmt.Sprintf("%x %v %s %v %d %d", e.Digest, e.Published, e.Nickname, e.Address, e.ORPort, e.DirPort)
	}
	groups := map[string][]consensus.Entry{}
	for _, e := range entries {
		groups[says(e)] = append(groups[says(e)], e)
	}
	var best []consensus.Entry
	for _, g := range groups {
		better := len(g) > len(best)
		if len(g) == len(best) {
			a, b := g[0], best[0]
			switch {
			case a.Published != b.Published:
				better = a.Published > b.Published
			case a.Digest != b.Digest:
				better = bytes.Compare(a.Digest[:], b.Digest[:]) < 0
			case !bytes.Equal(a.Nickname, b.Nickname):
				better = bytes.Compare(a.Nickname, b.Nickname) > 0
			case a.Address != b.Address:
				better = a.Address.Less(b.Address)
			case a.ORPort != b.ORPort:
				better = a.ORPort > b.ORPort
			default:
				better = a.DirPort > b.DirPort
			}
		}
		if better {
			best = g
		}
	}
	return best
}

// slowMicrodesc is the digest that most of the entries have, in base64; empty for none and for that of zeros.
func slowMicrodesc(entries []consensus.Entry, method int) string {
	counts := map[[32]byte]int{}
	for _, e := range entries {
		if d, ok := e.MicrodescFor(method); ok {
			counts[d]++
		}
	}
	var best [32]byte
	for d, n := range counts {
		if n > counts[best] || n == counts[best] && bytes.Compare(d[:], best[:]) > 0 {
			best = d
		}
	}
	if best == [32]byte{} {
		return ""
	}
	return base64.RawStdEncoding.EncodeToString(best[:])
}

// slowOwner is whose a nickname is by the flags Named and Unnamed: a fingerprint, "nobody", or empty where no vote says.
func slowOwner(votes []consensus.Document, name string) string {
	named, unnamed := map[string]bool{}, map[string]bool{}
	for _, v := range votes {
		for _, e := range v.Entries {
			if strings.ToLower(string(e.Nickname)) != name {
				continue
			}
			if e.Flags.HasName("Named") {
				named[e.Identity.String()] = true
			}
			if e.Flags.HasName("Unnamed") {
				unnamed[e.Identity.String()] = true
			}
		}
	}
	for id := range named {
		if len(named) > 1 || unnamed[id] {
			return "nobody"
		}
		return id
	}
	if len(unnamed) > 0 {
		return "nobody"
	}
	return ""
}
