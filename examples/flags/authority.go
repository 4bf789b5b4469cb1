package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// files are the arguments of a run from an authority's own files.
type files struct {
	descriptors, self, stability, bandwidth, torrc, approved, params, identity string
	now, started                                                               cli.Time
	voted                                                                      []wfu.Instant
	late                                                                       bool
	uptime                                                                     string
}

// addVoted takes one moment of an earlier vote.
func (f *files) addVoted(text string) error {
	var at cli.Time
	err := at.Set(text)
	f.voted = append(f.voted, at.At)
	return err
}

// decide does what an authority with these files would, and holds it against a vote if there is one.
func decide(f files, o options, out, errOut io.Writer) (code int, err error) {
	release, err := authority.ParseRelease(o.rules)
	if err != nil {
		return 0, fmt.Errorf("-rules: %w", err)
	}
	vote, state, notices, err := f.vote(release)
	if err != nil {
		return 0, err
	}
	tellNotices(notices, errOut)
	if o.vote == "" {
		if o.lines {
			fmt.Fprint(out, vote)
			return cli.OK, nil
		}
		return cli.OK, printVote(out, vote, state, o.explain)
	}
	doc, err := cli.Read(o.vote)
	if err != nil {
		return 0, err
	}
	theirs, err := authority.LinesOf(doc)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", cli.Shown(o.vote), err)
	}
	differences := slices.Collect(vote.Compare(theirs))
	for _, d := range differences {
		if o.lines {
			fmt.Fprintf(out, "differ %v\n-%s\n+%s\n", d.Relay, d.Theirs, d.Ours)
		}
	}
	if !o.lines {
		if err := printVote(out, vote, state, o.explain); err != nil {
			return 0, err
		}
		printDifferences(out, len(vote.Entries), cli.Shown(o.vote), differences)
	}
	if len(differences) > 0 {
		return cli.Differs, nil
	}
	return cli.OK, nil
}

// vote reads the files and makes the vote of an authority of the release; the state is the authority's thereafter, and the
// notices say what was passed over.
func (f files) vote(release authority.Release) (vote authority.Vote, state authority.State, notices []error, err error) {
	if !f.now.IsSet {
		return vote, state, nil, errors.New("-descriptors needs -now, the moment of the vote")
	}
	started := f.started
	if !started.IsSet {
		started = f.now
	}
	if started.At > f.now.At {
		return vote, state, nil, fmt.Errorf("-started: %v is later than -now, %v", started.At, f.now.At)
	}
	uptime := f.now.At.Sub(started.At)
	if f.uptime != "" {
		if uptime, err = strconv.ParseInt(f.uptime, 10, 64); err != nil || uptime < 0 {
			return vote, state, nil, fmt.Errorf("-uptime: %q is no number of seconds", f.uptime)
		}
	}
	var self consensus.Fingerprint
	if f.identity != "" {
		if self, err = consensus.ParseFingerprint(f.identity); err != nil {
			return vote, state, nil, fmt.Errorf("-identity: %w", err)
		}
	}
	// Parameters ascend in documents; on a command line they need not.
	words := strings.Fields(f.params)
	slices.Sort(words)
	params, err := consensus.ParseParams([]byte(strings.Join(words, " ")))
	if err != nil {
		return vote, state, nil, fmt.Errorf("-params: %w", err)
	}

	texts := authority.Files{Release: release, Params: params, Late: f.late}
	paths := map[string]string{}
	for _, file := range []struct {
		name, path string
		text       *[]byte
	}{
		{"torrc", f.torrc, &texts.Torrc},
		{"approved-routers", f.approved, &texts.ApprovedRouters},
		{"descriptors", f.descriptors, &texts.Descriptors},
		{"self-descriptor", f.self, &texts.Self},
		{"router-stability", f.stability, &texts.Stability},
		{"bandwidth", f.bandwidth, &texts.Bandwidth},
	} {
		if file.path == "" {
			continue
		}
		if *file.text, err = cli.Read(file.path); err != nil {
			return vote, state, nil, err
		}
		paths[file.name] = cli.Shown(file.path)
	}
	booted, err := texts.Boot(started.At, self)
	if wrong := (authority.FileError{}); errors.As(err, &wrong) {
		return vote, state, nil, fmt.Errorf("%s: %w", paths[wrong.File], wrong.Err)
	}
	for _, r := range booted.Refused {
		var syntax *consensus.SyntaxError
		if errors.As(r.Err, &syntax) {
			notices = append(notices, fmt.Errorf("%s: %w", paths["descriptors"], r.Err))
		} else {
			notices = append(notices, fmt.Errorf("%s: line %d: $%v: %w", paths["descriptors"], r.Line, r.Identity, r.Err))
		}
	}
	for _, n := range booted.Notices {
		notices = append(notices, fmt.Errorf("%s: %w", paths[n.File], n.Err))
	}
	in := booted.Input
	state = booted.State
	for _, at := range append(slices.Sorted(slices.Values(f.voted)), f.now.At) {
		if at < state.Now || at > f.now.At {
			return vote, state, nil, fmt.Errorf("-voted: %v is not between -started and -now", at)
		}
		in.Now, in.Uptime = at, uptime-f.now.At.Sub(at)
		vote, state = booted.Authority.Vote(state, in)
	}
	return vote, state, notices, nil
}

// tellNotices says what was passed over, and how much more than that.
func tellNotices(notices []error, errOut io.Writer) {
	const most = 10
	for i, notice := range notices {
		if i == most {
			fmt.Fprintf(errOut, "flags: passed over %d more\n", len(notices)-most)
			return
		}
		fmt.Fprintf(errOut, "flags: passed over: %v\n", notice)
	}
}

// printVote prints the vote for people: thresholds, how many relays have each flag, one relay explained.
func printVote(out io.Writer, vote authority.Vote, state authority.State, explain string) error {
	relays := make([]guard.Relay, len(vote.Entries))
	for i, e := range vote.Entries {
		relays[i] = e.Relay
	}
	var explained guard.Relay
	if explain != "" {
		var err error
		if explained, err = one(relays, explain); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "the vote of an authority with these files: %d relays\n\n", len(relays))
	rows := [][]string{{"threshold", "value"}}
	for _, pair := range strings.Fields(vote.Thresholds.String())[1:] {
		key, value, _ := strings.Cut(pair, "=")
		rows = append(rows, []string{key, value})
	}
	cli.Table(out, rows)
	fmt.Fprintln(out)

	rows = [][]string{{"flag", "relays"}}
	for flag := range vote.KnownFlags.Names() {
		n := 0
		for _, e := range vote.Entries {
			if e.Flags.HasName(flag) {
				n++
			}
		}
		rows = append(rows, []string{flag, strconv.Itoa(n)})
	}
	cli.Table(out, rows)
	fmt.Fprintln(out)

	if explain == "" {
		return nil
	}
	future := foresight.Future{
		Rules: vote.Rules, Thresholds: vote.Thresholds, Relay: explained,
		History: state.Ledger.Relays[explained.Identity], Clock: state.Ledger.LastDownrated, Now: state.Now,
	}
	var forecasts []foresight.Forecast
	for _, flag := range []consensus.Flag{consensus.Fast, consensus.Stable, consensus.Guard, consensus.HSDir} {
		forecasts = append(forecasts, future.Outlook(flag).Criteria...)
	}
	due := func(flag consensus.Flag) (earliest, latest wfu.Instant) {
		gained := future.Outlook(flag).Gained
		return gained.Earliest, gained.Latest
	}
	printExplanation(out, explained, vote.Rules.Decide(explained, vote.Thresholds), forecasts, due, state.Now)
	fmt.Fprintln(out)
	return nil
}

// printDifferences prints the lines on which the vote differs from the real one.
func printDifferences(out io.Writer, relays int, name string, differences []authority.Difference) {
	if len(differences) == 0 {
		fmt.Fprintf(out, "%s agrees: the thresholds and every s, w and stats line of %d relays are equal\n", name, relays)
		return
	}
	const most = 10
	for i, d := range differences {
		if i == most {
			fmt.Fprintf(out, "and %d more: -lines lists all\n", len(differences)-most)
			return
		}
		fmt.Fprintf(out, "differs: $%v\n  vote: %s\n  ours: %s\n", d.Relay, d.Theirs, d.Ours)
	}
}
