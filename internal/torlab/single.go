//go:build tor

package torlab

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// Run makes the scenario's network, lets one authority vote on it, and returns all of that. The process has ended
// when it returns.
func (l *Lab) Run(s Scenario) (Bundle, error) {
	return undisturbed(func(patience int64) (Bundle, error) { return l.runOnce(s.Settle(), patience) })
}

// undisturbed repeats a run that was disturbed, some times and with more and more patience: a factor of the seconds
// that are left for what takes long.
func undisturbed[T any](run func(patience int64) (T, error)) (T, error) {
	for patience := int64(1); ; patience++ {
		result, err := run(patience)
		if patience == 6 || !errors.Is(err, errDisturbed) {
			return result, err
		}
	}
}

func (l *Lab) runOnce(s Scenario, patience int64) (Bundle, error) {
	places, free, err := l.place(1)
	if err != nil {
		return Bundle{}, err
	}
	defer free()
	keys, err := NewKeyring(s.Seed, s.Relays, places)
	if err != nil {
		return Bundle{}, err
	}
	// All authorities vote in the same second; they should not all start in the same, too.
	c, err := l.convene(s, keys, leadOf(s, 1, patience, int64(places[0]%4)))
	if err != nil {
		return Bundle{}, err
	}
	sleepUntil(c.when.start)
	if err := l.open(c); err != nil {
		return Bundle{}, err
	}
	defer l.close(c)
	if err := c.watch(); err != nil {
		return Bundle{}, err
	}
	l.close(c)
	c.keepAfter()
	return c.bundle, nil
}

// leadOf is the schedule for a number of authorities that start at once: descriptors are signed before the start and
// read by tor after it, on two processors or more.
func leadOf(s Scenario, authorities int, patience, more int64) schedule {
	load := int64(s.Relays * authorities)
	return plan(s.Live, load/150*patience, 2+more+(1+int64(authorities)/2+load/100)*patience)
}

// A chair is one authority's place in a run: what it is given, the process, and what has been seen of it.
type chair struct {
	scenario  Scenario
	authority Authority
	when      schedule
	dir       string
	options   []string // of the command line
	process   *process
	bundle    Bundle
}

// convene makes the network as the scenario's authority sees it, and its data directory.
func (l *Lab) convene(s Scenario, keys *Keyring, when schedule) (*chair, error) {
	version, err := torVersion()
	if err != nil {
		return nil, err
	}
	n, err := NewNetwork(s, keys, when.start, when.vote)
	if err != nil {
		return nil, err
	}
	c := &chair{scenario: s, authority: keys.authorities[s.View], when: when}
	c.bundle = Bundle{
		Torrc:       []byte(torrc(versionOf(version), c.authority, keys.authorities, s, when, n.Options)),
		Descriptors: []byte(n.Descriptors),
		Stability:   n.Stability,
		Bandwidth:   n.Bandwidth,
		Lists:       n.Lists,
		Meta: Meta{
			Scenario: s.Name, Special: s.Special, Seed: s.Seed, LatePost: s.LatePost,
			Tor: version, Version: versionOf(version), Params: map[string]int64{},
		},
	}
	if c.dir, err = l.folder(s.Name); err != nil {
		return nil, err
	}
	if err := c.authority.writeKeys(c.dir, when.start); err != nil {
		return nil, err
	}
	return c, c.writeInputs()
}

// writeInputs writes the bundle's files where tor looks for them, and notes the options that say where.
func (c *chair) writeInputs() error {
	b := &c.bundle
	files := map[string][]byte{
		"torrc": b.Torrc, "router-stability": b.Stability, "approved-routers": b.Lists, "bandwidth": b.Bandwidth,
	}
	if !c.scenario.LatePost {
		files["cached-descriptors"] = b.Descriptors
	}
	if b.Bandwidth != nil {
		c.options = append(c.options, "--V3BandwidthsFile", filepath.Join(c.dir, "bandwidth"))
	}
	if c.scenario.Live || c.scenario.Params != nil {
		maps.Copy(b.Meta.Params, c.scenario.Params)
		for name, flavour := range map[string]string{"cached-consensus": "", "cached-microdesc-consensus": "microdesc"} {
			text, err := earlierConsensus(c.authority, c.when, c.scenario.Params, flavour)
			if err != nil {
				return err
			}
			files[name] = []byte(text)
		}
	}
	for name, text := range files {
		if text == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(c.dir, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// open starts the authority.
func (l *Lab) open(c *chair) (err error) {
	c.process, err = l.begin(c.dir, c.options...)
	return err
}

// close ends it, if it was started.
func (l *Lab) close(c *chair) {
	if c.process != nil {
		c.process.stop()
		l.ended(c.process)
	}
}

// watch follows the authority through its votes, up to the one that is kept, and fills in what it sees.
func (c *chair) watch() error {
	if c.scenario.LatePost {
		if err := c.postDescriptors(); err != nil {
			return err
		}
	}
	meta := &c.bundle.Meta
	posted := time.Now().Unix()
	for {
		if err := c.awaitVote(); err != nil {
			return err
		}
		if c.scenario.LatePost && posted >= meta.Votes[0] {
			return fmt.Errorf("%w: the descriptors came after the vote", errDisturbed)
		}
		if len(meta.Votes) == c.scenario.Votes {
			break
		}
		consensus, err := c.awaitConsensus("-microdesc")
		if err != nil {
			return err
		}
		if consensus != nil {
			if meta.Params, err = paramsOf(consensus); err != nil {
				return err
			}
		}
	}
	if err := c.process.note(meta, c.scenario.Diverge); err != nil {
		return err
	}
	if len(meta.Votes) == 1 && !c.scenario.Live { // that of a live one comes later than anybody wants to wait
		var err error
		c.bundle.Consensus, err = c.awaitConsensus("")
		return err
	}
	return nil
}

// deadline is until when to wait for what must come.
func deadline() time.Time { return time.Now().Add(3 * time.Minute) }

// postDescriptors gives the authority its descriptors after its first save, which is within its first seconds.
func (c *chair) postDescriptors() error {
	err := eventually(deadline(), c.process, "the first save", func() (bool, error) {
		text, err := os.ReadFile(filepath.Join(c.dir, "router-stability"))
		// It has none yet, or still the one it was given.
		return err == nil && !bytes.Equal(text, c.bundle.Stability), nil
	})
	if err != nil {
		return err
	}
	return eventually(deadline(), c.process, "taking descriptors", func() (bool, error) {
		err := c.authority.post(c.bundle.Descriptors)
		return err == nil, err
	})
}

// awaitVote waits for a vote not seen before.
func (c *chair) awaitVote() error {
	meta := &c.bundle.Meta
	return eventually(deadline(), c.process, "a vote", func() (bool, error) {
		vote, err := c.authority.get("/tor/status-vote/next/authority")
		if vote == nil {
			return false, err
		}
		published, err := headerTime(vote, "published")
		if err != nil || published == meta.Now {
			return false, err
		}
		c.bundle.Vote, meta.Now = vote, published
		meta.Votes = append(meta.Votes, published)
		return true, nil
	})
}

// awaitConsensus waits for the consensus that follows the latest vote. It is nil where the authorities made none: tor
// refuses to, for one, when nobody votes on Running.
func (c *chair) awaitConsensus(flavour string) (consensus []byte, err error) {
	validAfter, err := headerTime(c.bundle.Vote, "valid-after")
	if err != nil {
		return nil, err
	}
	err = eventually(deadline(), c.process, "a consensus", func() (bool, error) {
		consensus, err = c.authority.get("/tor/status-vote/current/consensus" + flavour)
		if err == nil && consensus != nil {
			if at, err := headerTime(consensus, "valid-after"); err != nil || at == validAfter {
				return true, err
			}
		}
		consensus = nil
		return time.Now().Unix() > validAfter+1, err
	})
	return consensus, err
}

// keepAfter keeps the history file that the authority left, if it has written one since the vote.
func (c *chair) keepAfter() {
	after, err := os.ReadFile(filepath.Join(c.dir, "router-stability"))
	if err != nil {
		return
	}
	if stored, err := headerTime(after, "stored-at"); err == nil && stored >= c.bundle.Meta.Now {
		c.bundle.After = after
	}
}
