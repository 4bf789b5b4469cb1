//go:build tor

package torlab

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// An Agreement is one run of several authorities: the votes they exchanged and the consensus they reached.
type Agreement struct {
	Meta AgreementMeta
	// Votes are those the consensus counts, by the fingerprint of the authority.
	Votes [][]byte
	// Consensus and Microdesc are the two flavours.
	Consensus, Microdesc []byte
	// Bundles are the authorities' own runs, without consensus; the vote of each is one of Votes. There are none where
	// descriptors diverge.
	Bundles []Bundle
}

// AgreementMeta is the meta.json of an agreement.
type AgreementMeta struct {
	Scenario string `json:"scenario"`
	// Authorities could have voted, Votes did.
	Authorities int    `json:"authorities"`
	Votes       int    `json:"votes"`
	Seed        uint64 `json:"seed"`
	Relays      int    `json:"relays"`
	Special     string `json:"special"`
	Kind        string `json:"kind"`
	Tor         string `json:"tor"`
}

// Agree lets several authorities vote on one network, each with its own view of it, and agree. The last `down` of
// them are never started. The scenario's name, seed and special go for all; change, if not nil, makes the i-th
// authority's scenario of the common one.
func (l *Lab) Agree(s Scenario, authorities, down int, change func(i int, s *Scenario)) (Agreement, error) {
	if s.Live || s.Votes > 1 {
		return Agreement{}, errors.New("several authorities agree once, in a testing network")
	}
	return undisturbed(func(patience int64) (Agreement, error) {
		return l.agreeOnce(s, authorities, down, change, patience)
	})
}

func (l *Lab) agreeOnce(s Scenario, authorities, down int, change func(int, *Scenario), patience int64) (Agreement, error) {
	places, free, err := l.place(authorities)
	if err != nil {
		return Agreement{}, err
	}
	defer free()
	common := s.Settle()
	s.Relays, s.Speed = common.Relays, common.Speed // the relays are the same for all
	keys, err := NewKeyring(s.Seed, s.Relays, places)
	if err != nil {
		return Agreement{}, err
	}
	when := leadOf(s, authorities, patience, 0)
	var chairs []*chair
	for i := range authorities - down {
		own := s
		own.View, own.Name = i, fmt.Sprintf("%s-%d", s.Name, i)
		if change != nil {
			change(i, &own)
		}
		c, err := l.convene(own.Settle(), keys, when)
		if err != nil {
			return Agreement{}, err
		}
		chairs = append(chairs, c)
	}
	sleepUntil(when.start)
	for _, c := range chairs {
		if err := l.open(c); err != nil {
			return Agreement{}, err
		}
		defer l.close(c)
	}
	if err := together(chairs, (*chair).watch); err != nil {
		return Agreement{}, err
	}
	a := Agreement{Meta: AgreementMeta{
		Scenario: s.Name, Authorities: authorities, Seed: s.Seed, Relays: s.Relays, Special: s.Special,
		Kind: "real authorities, real exchange", Tor: chairs[0].bundle.Meta.Tor,
	}}
	return a, a.collect(chairs, keys.authorities)
}

// together does something at all chairs at once.
func together(chairs []*chair, do func(*chair) error) error {
	errs := make([]error, len(chairs))
	var wg sync.WaitGroup
	for i, c := range chairs {
		wg.Go(func() { errs[i] = do(c) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// collect asks the first authority for the consensus and for the votes it counted in it.
func (a *Agreement) collect(chairs []*chair, authorities []Authority) error {
	first := chairs[0]
	for _, c := range chairs {
		c.bundle.Consensus = nil // it is not that of this vote alone
		if !c.scenario.Diverge {
			a.Bundles = append(a.Bundles, c.bundle)
		}
	}
	var err error
	if a.Consensus, err = first.awaitConsensus(""); err != nil {
		return err
	}
	if a.Microdesc, err = first.awaitConsensus("-microdesc"); err != nil {
		return err
	}
	if a.Consensus == nil || a.Microdesc == nil {
		return first.process.failure("the authorities reached no consensus")
	}
	idents := make([]string, len(authorities))
	for i, other := range authorities {
		idents[i] = hexFingerprint(&other.V3.PublicKey)
	}
	slices.Sort(idents)
	for _, ident := range idents {
		// Who was counted is said in the consensus itself.
		if !strings.Contains(string(a.Consensus), " "+ident+" ") {
			continue
		}
		vote, err := first.authority.get("/tor/status-vote/current/" + ident)
		if err != nil {
			return err
		}
		if vote == nil {
			return fmt.Errorf("the consensus counts a vote of %s that the authority does not have", ident)
		}
		a.Votes = append(a.Votes, vote)
	}
	a.Meta.Votes = len(a.Votes)
	return nil
}

// Write makes the agreement's folder, without the bundles.
func (a Agreement) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	meta, err := json.MarshalIndent(a.Meta, "", " ")
	if err != nil {
		return err
	}
	files := map[string][]byte{"consensus": a.Consensus, "consensus-microdesc": a.Microdesc, "meta.json": append(meta, '\n')}
	for i, vote := range a.Votes {
		files[fmt.Sprintf("vote-%d", i+1)] = vote
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
