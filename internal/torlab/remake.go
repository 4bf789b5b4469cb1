package torlab

import (
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// Boot starts the library's authority with the bundle's files, as the real one was started.
func (b Bundle) Boot() (authority.Booted, error) {
	files := authority.Files{
		Torrc: b.Torrc, ApprovedRouters: b.Lists, Descriptors: b.Descriptors, Self: b.Self, Stability: b.Stability,
		Bandwidth: b.Bandwidth, Late: b.Meta.LatePost, Saved: wfu.Instant(b.Meta.Saved),
	}
	if b.Meta.Version != "" {
		var err error
		if files.Release, err = authority.ParseRelease(b.Meta.Version); err != nil {
			return authority.Booted{}, err
		}
	}
	for name, value := range b.Meta.Params {
		files.Params = append(files.Params, consensus.Param{Name: name, Value: int32(value)})
	}
	return files.Boot(wfu.Instant(b.Meta.Start), consensus.Fingerprint{})
}

// Remake is the vote that the library makes of the bundle's inputs, after all those before it, and the state it leaves.
func (b Bundle) Remake() (authority.Vote, authority.State, error) {
	booted, err := b.Boot()
	if err != nil {
		return authority.Vote{}, authority.State{}, err
	}
	var vote authority.Vote
	state, in := booted.State, booted.Input
	for _, at := range b.Meta.Votes {
		in.Now, in.Uptime = wfu.Instant(at), b.Meta.Uptime-(b.Meta.Now-at)
		vote, state = booted.Authority.Vote(state, in)
	}
	return vote, state, nil
}
