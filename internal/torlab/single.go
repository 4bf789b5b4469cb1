//go:build tor

package torlab

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// Run makes the scenario's network, lets one authority vote on it, and returns all of that. The process has ended
// when it returns.
func (l *Lab) Run(s Scenario) (Bundle, error) {
	s = s.Settle()
	version, err := torVersion()
	if err != nil {
		return Bundle{}, err
	}
	keys, err := NewKeyring(s.Seed, s.Relays)
	if err != nil {
		return Bundle{}, err
	}
	places, free, err := l.place(1)
	if err != nil {
		return Bundle{}, err
	}
	defer free()
	keys.authority = keys.authority.at(places[0])
	a := keys.authority

	// Descriptors are signed before the start and read by tor after it.
	when := plan(s.Live, int64(s.Relays)/150, 3+int64(s.Relays)/100)
	n, err := NewNetwork(s, keys, when.start, when.vote)
	if err != nil {
		return Bundle{}, err
	}
	b := Bundle{
		Torrc:       []byte(torrc(a, []Authority{a}, s, n.Options)),
		Descriptors: []byte(n.Descriptors),
		Stability:   n.Stability,
		Bandwidth:   n.Bandwidth,
		Lists:       n.Lists,
		Meta:        Meta{Scenario: s.Name, Special: s.Special, Seed: s.Seed, LatePost: s.LatePost, Tor: version, Params: map[string]int64{}},
	}
	dir, err := l.folder(s.Name)
	if err != nil {
		return Bundle{}, err
	}
	if err := a.writeKeys(dir, when.start); err != nil {
		return Bundle{}, err
	}
	options, err := writeInputs(dir, &b, s)
	if err != nil {
		return Bundle{}, err
	}
	if s.Live || s.Params != nil {
		maps.Copy(b.Meta.Params, s.Params)
		for name, flavour := range map[string]string{"cached-consensus": "", "cached-microdesc-consensus": "microdesc"} {
			text, err := earlierConsensus(a, when, s.Params, flavour)
			if err != nil {
				return Bundle{}, err
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				return Bundle{}, err
			}
		}
	}

	sleepUntil(when.start)
	p, err := l.begin(dir, options...)
	if err != nil {
		return Bundle{}, err
	}
	defer l.ended(p)
	defer p.kill()
	if err := watch(a, p, &b, s); err != nil {
		return Bundle{}, err
	}
	p.stop()
	if after, err := os.ReadFile(filepath.Join(dir, "router-stability")); err == nil && !bytes.Equal(after, b.Stability) {
		if stored, err := headerTime(after, "stored-at"); err == nil && stored >= b.Meta.Now {
			b.After = after
		}
	}
	return b, nil
}

// writeInputs writes the bundle's files where tor looks for them, and returns the options that say where.
func writeInputs(dir string, b *Bundle, s Scenario) (options []string, err error) {
	files := map[string][]byte{"torrc": b.Torrc, "router-stability": b.Stability, "approved-routers": b.Lists, "bandwidth": b.Bandwidth}
	if !s.LatePost {
		files["cached-descriptors"] = b.Descriptors
	}
	if b.Bandwidth != nil {
		options = append(options, "--V3BandwidthsFile", filepath.Join(dir, "bandwidth"))
	}
	for name, text := range files {
		if text == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	return options, nil
}

// watch follows the authority through its votes, up to the one that is kept, and fills in what it sees.
func watch(a Authority, p *process, b *Bundle, s Scenario) error {
	patience := func() time.Time { return time.Now().Add(time.Minute) }
	if s.LatePost {
		// The first save is done in the first second.
		time.Sleep(time.Until(p.began.Add(1500 * time.Millisecond)))
		err := eventually(patience(), p, "taking descriptors", func() (bool, error) {
			err := a.post(string(b.Descriptors))
			return err == nil, err
		})
		if err != nil {
			return err
		}
	}
	for len(b.Meta.Votes) < s.Votes {
		err := eventually(patience(), p, "a vote", func() (bool, error) {
			vote, err := a.get("/tor/status-vote/next/authority")
			if vote == nil {
				return false, err
			}
			published, err := headerTime(vote, "published")
			if err != nil || len(b.Meta.Votes) > 0 && published == b.Meta.Now {
				return false, err
			}
			b.Vote, b.Meta.Now = vote, published
			b.Meta.Votes = append(b.Meta.Votes, published)
			return true, nil
		})
		if err != nil {
			return err
		}
		if s.Votes > 1 && len(b.Meta.Votes) == s.Votes {
			break
		}
		if s.Live {
			break // its consensus comes later than anybody wants to wait
		}
		validAfter, err := headerTime(b.Vote, "valid-after")
		if err != nil {
			return err
		}
		err = eventually(patience(), p, "a consensus", func() (bool, error) {
			consensus, err := a.get("/tor/status-vote/current/consensus-microdesc")
			if consensus == nil {
				return false, err
			}
			if at, err := headerTime(consensus, "valid-after"); err != nil || at != validAfter {
				return false, err
			}
			if len(b.Meta.Votes) == s.Votes {
				b.Consensus, err = a.get("/tor/status-vote/current/consensus")
				return err == nil, err
			}
			b.Meta.Params, err = paramsOf(consensus)
			return err == nil, err
		})
		if err != nil {
			return err
		}
	}
	var err error
	if b.Meta.Start, err = p.started(); err != nil {
		return err
	}
	b.Meta.Load = b.Meta.Start
	b.Meta.NowText = isoTime(b.Meta.Now)
	b.Meta.Uptime = b.Meta.Now - b.Meta.Start
	if said := bytes.Count([]byte(p.log()), []byte("Time to vote.")); said != len(b.Meta.Votes) {
		return fmt.Errorf("the authority voted %d times and %d votes were seen", said, len(b.Meta.Votes))
	}
	return nil
}
