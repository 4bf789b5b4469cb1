// Package torlab runs the real tor as a private directory authority over a made-up network and keeps what it voted.
//
// It is the living proof of this module's claim to agree with tor bit for bit. Its parts:
//
//   - [NewNetwork] makes a network from a seed: relays with really signed descriptors, a history file, a bandwidth
//     file, operator lists and options, all crowded around the edges of the rules.
//   - With the build tag tor, Lab starts the packaged tor over it in a network namespace that has nothing but
//     loopback, and fetches its votes and consensuses.
//   - [Bundle] is one such run in one folder: what the authority was given, and the vote it made. [ReadBundle] needs no
//     tor, so other packages' tests hold the library against bundles made earlier.
//
// The tests of this package, with the tag, compare the library with the tor they start:
//
//	go test -tags tor ./internal/torlab
//
// The tor they start is the first on the PATH. Where that is an older one, options that it does not have are left out, and
// the library votes as an authority of that version.
//
// It is for tests only, and no part of the library imports it.
package torlab

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// A Bundle is one run of a real authority: all it was given, and the vote it made of it.
type Bundle struct {
	// Meta is what no file of tor's says: the moments of the run.
	Meta Meta
	// Torrc is the authority's options.
	Torrc []byte
	// Descriptors are the server descriptors it was given, concatenated.
	Descriptors []byte
	// Self is its own server descriptor, where it lists that too without having been given it; nil otherwise.
	Self []byte
	// Stability is its history file at start-up; nil: it had none.
	Stability []byte
	// Bandwidth is the bandwidth file; nil: it had none.
	Bandwidth []byte
	// Lists is the approved-routers file; nil: it had none.
	Lists []byte
	// Vote is the vote it made at Meta.Now.
	Vote []byte
	// Consensus is the consensus of that one vote, and After the history file it saved when it was stopped; nil where
	// not kept.
	Consensus, After []byte
}

// Meta is the meta.json of a bundle. Times are Unix seconds.
type Meta struct {
	// Scenario is the bundle's name.
	Scenario string `json:"scenario"`
	// Start is when the process started, and Load when it read its history: the same second.
	Start int64 `json:"start"`
	Load  int64 `json:"load"`
	// Saved is when the authority first saved its histories, which is when those of relays it does not know end.
	// 0: not recorded, at Start.
	Saved int64 `json:"saved,omitempty"`
	// Now is the published second of the vote, NowText the same for people.
	Now     int64  `json:"now"`
	NowText string `json:"now_iso"`
	// StatsUntil is the second in which the vote was finished, where that is not Now: tor writes each relay's stats
	// line with the time at that moment, so some are of a later second.
	StatsUntil int64 `json:"stats_until,omitempty"`
	// Votes are all votes the authority made up to and with the one at Now, in order.
	Votes []int64 `json:"votes"`
	// Params are the consensus parameters in force at Now.
	Params map[string]int64 `json:"params"`
	// LatePost reports that the descriptors arrived only after the authority's first save of its histories.
	LatePost bool `json:"late_post"`
	// Uptime is the authority's own count of the seconds it had worked at Now.
	Uptime int64 `json:"auth_uptime"`
	// Tor is what tor says of its version, Version that version; empty: the newest that the library knows.
	Tor     string `json:"tor"`
	Version string `json:"version,omitempty"`
	// Cutoffs is the thresholds as tor logged them, where they are not in the vote.
	Cutoffs string `json:"cutoffs,omitempty"`
	// Seed remakes the network; 0: the bundle is not of a seed.
	Seed uint64 `json:"seed,omitempty"`
	// Special says what is unusual about this run, for people.
	Special string `json:"special,omitempty"`
}

// files pairs the names of a bundle's files with their contents.
func (b *Bundle) files() map[string]*[]byte {
	return map[string]*[]byte{
		"torrc":                  &b.Torrc,
		"descriptors":            &b.Descriptors,
		"self-descriptor":        &b.Self,
		"router-stability":       &b.Stability,
		"bandwidth":              &b.Bandwidth,
		"approved-routers":       &b.Lists,
		"vote":                   &b.Vote,
		"consensus":              &b.Consensus,
		"router-stability.after": &b.After,
	}
}

// ReadBundle reads a bundle's folder, whose files may be compressed. Without a vote, torrc or descriptors it is no
// bundle and the test fails; any other file may be missing.
func ReadBundle(t testing.TB, dir string) Bundle {
	t.Helper()
	var b Bundle
	for name, text := range b.files() {
		path, ok := corpus.Find(dir, name)
		if !ok {
			continue
		}
		*text = corpus.Read(t, path)
		if *text == nil {
			*text = []byte{} // an empty file is not the same as none
		}
	}
	if b.Torrc == nil || b.Descriptors == nil || b.Vote == nil {
		t.Fatalf("%s is no bundle: torrc, descriptors or vote is missing", dir)
	}
	if err := json.Unmarshal(corpus.Read(t, filepath.Join(dir, "meta.json")), &b.Meta); err != nil {
		t.Fatalf("%s: meta.json: %v", dir, err)
	}
	return b
}

// Write makes the bundle's folder. An earlier folder of that name is replaced file by file, and files the bundle does
// not have are removed from it.
func (b Bundle) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, text := range b.files() {
		path := filepath.Join(dir, name)
		if *text == nil {
			if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
				return err
			}
			continue
		}
		if err := os.WriteFile(path, *text, 0o644); err != nil {
			return err
		}
	}
	meta, err := json.MarshalIndent(b.Meta, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "meta.json"), append(meta, '\n'), 0o644)
}
