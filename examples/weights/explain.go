package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
)

// explain prints how the votes on one relay went.
func explain(o consensus.Outcome, r consensus.Candidate, out io.Writer) {
	fmt.Fprintf(out, "%s %s: %v\n\n", r.Identity, r.Nickname, r.Standing)
	rows := [][]string{{"flag", "has it", "needed", "short", "for", "against", "absent", "silent"}}
	for flag := range o.KnownFlags.Names() {
		p := o.Poll(r, flag)
		has := "no"
		if p.Given {
			has = "yes"
		}
		rows = append(rows, []string{flag, has, strconv.Itoa(p.Needed), strconv.Itoa(p.Short),
			nicknames(p.For), nicknames(p.Against), nicknames(p.Absent), nicknames(p.Silent)})
	}
	cli.Table(out, rows)
}

// find is the one relay of that name.
func find(o consensus.Outcome, name string) (consensus.Candidate, error) {
	if id, err := consensus.ParseFingerprint(name); err == nil {
		if r, ok := o.Find(id); ok {
			return r, nil
		}
		return consensus.Candidate{}, fmt.Errorf("no vote lists the relay %s", id)
	}
	called := consensus.Called(name)
	var found []consensus.Candidate
	var identities []string
	for _, r := range o.Relays {
		if called(r.Identity, string(r.Nickname)) {
			found = append(found, r)
			identities = append(identities, r.Identity.String())
		}
	}
	switch len(found) {
	case 0:
		return consensus.Candidate{}, fmt.Errorf("0 relays have the nickname %q; name one by its fingerprint", name)
	case 1:
		return found[0], nil
	}
	return consensus.Candidate{}, cli.Ambiguous(name, identities)
}

func nicknames(sources []consensus.Source) string {
	var names []string
	for _, s := range sources {
		names = append(names, s.Nickname)
	}
	return strings.Join(names, ",")
}
