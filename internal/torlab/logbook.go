//go:build tor

package torlab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// errDisturbed says that a run is of no use because the machine was too busy: something did not happen in the second
// in which it must have happened for the run to be understood. Another try may do.
var errDisturbed = errors.New("the machine was too busy to say what happened when")

// A page is one line of tor's log.
type page struct {
	at   int64 // Unix seconds
	text string
}

// logbook is what tor has logged so far.
func (p *process) logbook() []page {
	text, err := os.ReadFile(filepath.Join(p.dir, "log"))
	if err != nil {
		return nil // it has not come to that yet
	}
	const stamp = "Jan 02 15:04:05"
	var pages []page
	for line := range strings.Lines(string(text)) {
		if len(line) < len(stamp) {
			continue
		}
		// The log does not say the year. A run that crosses New Year is disturbed, once a year.
		at, err := time.Parse("2006 "+stamp, fmt.Sprint(p.began.UTC().Year(), " ", line[:len(stamp)]))
		if err != nil {
			continue // the continuation of a message
		}
		pages = append(pages, page{at.Unix(), line[len(stamp):]})
	}
	return pages
}

// nth is the index of the line with those words that comes after skip other such lines.
func nth(pages []page, words string, skip int) (i int, ok bool) {
	for i, page := range pages {
		if strings.Contains(page.text, words) {
			if skip == 0 {
				return i, true
			}
			skip--
		}
	}
	return 0, false
}

// secondOf is the second of that line.
func secondOf(pages []page, words string, skip int) (at int64, ok bool) {
	i, ok := nth(pages, words, skip)
	if !ok {
		return 0, false
	}
	return pages[i].at, true
}

// note fills in the moments of a run, from the log and the files tor wrote. It is errDisturbed where one of them could
// be of two seconds and that makes a difference. An authority may have fetched descriptors only where they diverge.
func (p *process) note(meta *Meta, diverge bool) error {
	pages := p.logbook()
	// Tor does not log when it reads its history, only what it does just before and just after.
	before, ok1 := secondOf(pages, "or_state_load(): ", 0)
	after, ok2 := secondOf(pages, "init_keys(): Reading/making identity key", 0)
	loaded, ok3 := secondOf(pages, "run_tor_main_loop(): ", 0)
	voted, ok4 := secondOf(pages, "'s vote from self.", len(meta.Votes)-1)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return p.failure("tor's log does not say what it is expected to say")
	}
	if _, again := secondOf(pages, "Time to vote.", len(meta.Votes)); again {
		return fmt.Errorf("%w: there were more votes than were seen", errDisturbed)
	}
	text, err := os.ReadFile(filepath.Join(p.dir, "router-stability"))
	if err != nil {
		return err
	}
	saved, err := headerTime(text, "stored-at")
	if err != nil {
		return err
	}
	meta.Start, meta.Load, meta.Saved = after, after, saved
	meta.NowText = isoTime(meta.Now)
	meta.Uptime = meta.Now - meta.Start
	if voted > meta.Now {
		meta.StatsUntil = voted
	}
	vote, _ := nth(pages, "Time to vote.", len(meta.Votes)-1)
	fetch, fetched := nth(pages, "router_load_routers_from_string(): ", 1)
	switch {
	case fetched && fetch < vote && !diverge:
		return p.failure("tor had more descriptors than it was given when it voted")
	case before != after:
		return fmt.Errorf("%w: the second turned while tor read its history", errDisturbed)
	case loaded > after+maxLoading:
		return fmt.Errorf("%w: tor took %d s to read its descriptors", errDisturbed, loaded-after)
	case saved >= meta.Votes[0]:
		return fmt.Errorf("%w: tor voted before its first save", errDisturbed)
	}
	return nil
}
