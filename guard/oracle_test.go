package guard_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// bundle is one run of the real tor.
type bundle struct {
	name, dir string
	vote      []byte
}

func bundles(t *testing.T) []bundle {
	root := corpus.Shared(t, "oracle", "bundles")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var list []bundle
	for _, e := range entries {
		b := bundle{name: e.Name(), dir: filepath.Join(root, e.Name())}
		b.vote = b.file(t, "vote")
		list = append(list, b)
	}
	if len(list) == 0 {
		t.Fatal("no bundles in " + root)
	}
	return list
}

// file is one of the bundle's, nil if it has none of that name.
func (b bundle) file(t *testing.T, name string) []byte {
	path, ok := corpus.Find(b.dir, name)
	if !ok {
		return nil
	}
	return corpus.Read(t, path)
}

// TestVotesOfBundlesDifferOnlyInWhatVotesCannotShow reviews each bundle's vote as a stranger would, knowing nothing but
// the vote.
func TestVotesOfBundlesDifferOnlyInWhatVotesCannotShow(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, b := range bundles(t) {
		seen[b.name] = true
		v, err := guard.Latest().ReviewVote(b.vote, guard.Recomputed)
		if err != nil {
			t.Errorf("%s: %v", b.name, err)
			continue
		}
		if want := bytes.Count(b.vote, []byte("\nr ")); len(v.Relays) != want {
			t.Errorf("%s: %d relays of %d", b.name, len(v.Relays), want)
		}
		found := map[string]int{}
		published := strings.Fields(v.Published.String())
		for i, pair := range strings.Fields(v.Recomputed.String()) {
			if pair != published[i] {
				key, _, _ := strings.Cut(pair, "=")
				found[key] = 0
			}
		}
		for _, flag := range decidedFlags {
			if _, _, disagree, _ := v.Count(flag); disagree > 0 {
				found[flag.String()] = disagree
			}
		}
		for _, l := range limits[b.name] {
			if n, differs := found[l.what]; !differs || n != l.relays {
				t.Errorf("%s: %s differs on %d relays (%v), listed are %d, for: %s", b.name, l.what, n, differs, l.relays, l.why)
			}
			delete(found, l.what)
		}
		for what, n := range found {
			t.Errorf("%s: %s differs on %d relays, and is not listed", b.name, what, n)
		}
	}
	for name := range limits {
		if !seen[name] {
			t.Errorf("%s is listed, and there is no such bundle", name)
		}
	}
}

// TestNothingDiffersWhereEverythingIsKnown decides each bundle again with what its vote cannot show taken from what the
// authority was given: its options, lists, descriptors and bandwidth file. So every limit listed above is one.
func TestNothingDiffersWhereEverythingIsKnown(t *testing.T) {
	t.Parallel()
	for _, b := range bundles(t) {
		rules := guard.Latest()
		if set := options[b.name]; set != nil {
			set(&rules)
		}
		v, err := rules.ReviewVote(b.vote, guard.Recomputed)
		if err != nil {
			t.Errorf("%s: %v", b.name, err)
			continue
		}
		relays := b.everythingKnown(t, rules, v)
		th := rules.Thresholds(relays)
		th.EnoughMTBF = v.Published.EnoughMTBF // a matter of histories, and so of package guard/authority
		b.compareThresholds(t, th, v.Published)

		// An authority that has worked for long enough takes the uptime it observed for HSDir, which is a matter of
		// histories too.
		var untold consensus.Flag
		observes := float64(b.meta(t).Uptime) > float64(rules.HSDirUptime)*1.1
		if observes {
			untold = consensus.HSDir
		}
		for i, relay := range relays {
			if observes {
				relay.Unknown = guard.UnknownUptime
			}
			for source, th := range map[guard.Source]guard.Thresholds{guard.Recomputed: th, guard.Published: v.Published} {
				c := rules.Compare(relay, th, source, v.Comparisons[i].Voted)
				if c.Disagree != 0 || c.Unknown&^untold != 0 {
					t.Errorf("%s: $%v, %v thresholds: disagree %v, unknown %v; against %v", b.name, relay.Identity, source,
						c.Disagree, c.Unknown, c.Decision.Against)
				}
			}
		}
	}
}

// compareThresholds allows for what was lost in the stats lines: less than a second, and half a millionth.
func (b bundle) compareThresholds(t *testing.T, got, published guard.Thresholds) {
	if d := math.Floor(got.StableMTBF) - published.StableMTBF; d == 0 || d == 1 {
		got.StableMTBF = published.StableMTBF
	}
	if math.Abs(got.GuardWFU-published.GuardWFU) <= 0.5e-5+0.5e-6 {
		got.GuardWFU = published.GuardWFU
	}
	if got != published {
		t.Errorf("%s:\n%v, published\n%v", b.name, got, published)
	}
}

// everythingKnown are the relays of the bundle's vote with what it does not show filled in.
func (b bundle) everythingKnown(t *testing.T, rules guard.Rules, v guard.Review) []guard.Relay {
	descriptors := map[consensus.Fingerprint]consensus.Descriptor{}
	for d, err := range consensus.Descriptors(b.file(t, "descriptors")) {
		if err != nil {
			t.Fatalf("%s: %v", b.name, err)
		}
		if old, ok := descriptors[d.Identity]; !ok || d.Published > old.Published {
			descriptors[d.Identity] = d
		}
	}
	lists := b.lists(t)
	measured := b.measured(t, b.meta(t).Start)

	relays := append([]guard.Relay(nil), v.Relays...)
	for i := range relays {
		r := &relays[i]
		d, ok := descriptors[r.Identity]
		if !ok {
			// The authority's own, which it makes itself: its vote shows all that matters of it.
			if !r.Facts.Has(consensus.Authority) {
				t.Errorf("%s: no descriptor of $%v", b.name, r.Identity)
			}
			r.Unknown &^= guard.UnknownUptime | guard.UnknownOffer
			continue
		}
		real := guard.RealUptime(d.Uptime, d.Published, v.Header.Published)
		r.Uptime, r.HSDirUptime = real, real
		r.OffersHSDir = d.HiddenServiceDir
		r.Active = !d.Hibernating && r.Facts.Has(consensus.Valid) && (r.Facts.Has(consensus.Running) || !v.Header.KnownFlags.Has(consensus.Running))
		for flag, yes := range map[consensus.Flag]bool{
			consensus.Exit: d.IsExit(false), consensus.V2Dir: d.IsDirectory(), consensus.BadExit: lists["!badexit"][r.Identity],
		} {
			r.Facts = r.Facts.Without(flag)
			if yes {
				r.Facts = r.Facts.With(flag)
			}
		}
		for list, flag := range map[string]consensus.Flag{"!stripguard": consensus.Guard, "!striphsdir": consensus.HSDir, "!stripv2dir": consensus.V2Dir} {
			if lists[list][r.Identity] {
				r.Strip |= flag
			}
		}
		r.Measured, r.IsMeasured = measured.Lookup(r.Identity)
		r.Unknown = 0
	}
	return relays
}

// meta is what no file of tor's says: when it started, and for how long it had worked.
func (b bundle) meta(t *testing.T) (meta struct {
	Start  int64
	Uptime int64 `json:"auth_uptime"`
}) {
	if err := json.Unmarshal(b.file(t, "meta.json"), &meta); err != nil {
		t.Fatal(err)
	}
	return meta
}

// lists are the operator's, by their keywords.
func (b bundle) lists(t *testing.T) map[string]map[consensus.Fingerprint]bool {
	lists := map[string]map[consensus.Fingerprint]bool{}
	for line := range strings.Lines(string(b.file(t, "approved-routers"))) {
		words := strings.Fields(line)
		if len(words) != 2 || !strings.HasPrefix(words[0], "!") {
			continue
		}
		fp, err := consensus.ParseFingerprint(words[1])
		if err != nil {
			t.Fatalf("%s: approved-routers: %v", b.name, err)
		}
		if lists[words[0]] == nil {
			lists[words[0]] = map[consensus.Fingerprint]bool{}
		}
		lists[words[0]][fp] = true
	}
	return lists
}

// measured is what the authority remembers of its bandwidth file, which it read at start-up: of two lines of one relay the
// first, where the vote prints the last.
func (b bundle) measured(t *testing.T, start int64) bandwidth.Measured {
	var cache bandwidth.Measured
	doc := b.file(t, "bandwidth")
	if doc == nil {
		return cache
	}
	file, err := bandwidth.ParseFile(doc)
	if err != nil {
		t.Fatalf("%s: %v", b.name, err)
	}
	return cache.Read(file, start)
}
