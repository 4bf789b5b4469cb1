package exposure

import "github.com/seed-84712aaa/guardmath/consensus"

// Model is one kind of client, as far as it decides who is picked for a guard. Models are comparable values: take one of
// the functions' and alter it to ask about a client of your own. The zero Model takes every relay for a possible guard.
type Model struct {
	// Name is a short name without blanks. It decides nothing.
	Name string

	// Needs are the flags that a relay must have, all of them, to be picked.
	Needs consensus.Flag

	// OnlyMeasured says that unmeasured relays count nothing as soon as any relay of the consensus, guard or not, is
	// measured at more than 0; that all count the same where the measured ones are all at 0; and that everybody's
	// bandwidth counts where nobody is measured.
	OnlyMeasured bool

	// TrustsBadExit says that a relay with both Exit and BadExit is weighed as an exit, with Wgd in place of Wgg.
	// Authorities sum it up as none.
	TrustsBadExit bool

	// IgnoresDirWeights says that the weights Wgb and Wdb are left out. They equal the scale in every consensus so far,
	// so that this has made no difference yet.
	IgnoresDirWeights bool

	// Keeps says when a guard is given up.
	Keeps Keeping
}

// Keeping is when a client gives up a guard that stays in the consensus and reachable; [Model.Terms] has the times.
type Keeping uint8

// The ways of keeping.
const (
	// KeepsSampled: when it was both sampled and confirmed (first used) long enough ago, each with a time of its own.
	KeepsSampled Keeping = iota
	// KeepsConfirmed: when it was confirmed long enough ago.
	KeepsConfirmed
	// KeepsChosen: when it was chosen long enough ago; there was no difference between sampling and using a guard.
	KeepsChosen
)

// TorBefore030 is tor before 0.3.0.1-alpha: any Guard that is Running and Valid can be picked. Directory guards, which
// had to have V2Dir and might be other relays, are not counted.
//
// Spec: path-spec, "Guard nodes", before prop271.
// C: src/or/entrynodes.c, add_an_entry_guard; src/or/routerlist.c, router_choose_random_node.
func TorBefore030() Model {
	return Model{
		Name:  "tor-before-0.3.0",
		Needs: consensus.Guard | consensus.Running | consensus.Valid,
		Keeps: KeepsChosen,
	}
}

// TorSince030 is tor from 0.3.0.1-alpha on: a guard must also be Stable, Fast and V2Dir, since it is asked for directory
// documents, too.
//
// From 0.4.4.1-alpha on a client uses guards in the order in which they were drawn, which is what this package computes.
// Versions between first drew a sample of at least 20 and took their guards from it with equal chances, which is
// deliberately not modelled: it evens out the shares a little. In April 2017 the largest guard, with 0.58 %, would have
// got 4 % less than that, and the smallest 1 % more.
//
// Spec: guard-spec, "The guards listed in the current consensus"; prop310.
// C: src/feature/client/entrynodes.c, node_is_possible_guard.
// Since: 0.3.0.1-alpha.
func TorSince030() Model {
	return Model{
		Name: "tor-since-0.3.0",
		Needs: consensus.Guard | consensus.Running | consensus.Valid | consensus.Stable | consensus.Fast |
			consensus.V2Dir,
	}
}

// Arti is arti, Tor in Rust: the same flags, but only measured relays once any is measured, where C counts an unmeasured
// relay with its capped bandwidth. It also gives up a guard sooner, see [Model.Terms].
//
// A real arti asks for version 2 of the protocol DirCache besides, which relays have had since 0.3.0; that is left out
// here, so that arti can be asked about networks older than that.
//
// A consensus without a bandwidth-weights line is taken as C takes it, every relay counting in full.
//
// Spec: guard-spec.
// Source: arti, crate tor-netdir, weight.rs, details.rs; crate tor-guardmgr, guard.rs, is_expired.
func Arti() Model {
	m := TorSince030()
	m.Name = "arti"
	m.OnlyMeasured = true
	m.TrustsBadExit = true
	m.Keeps = KeepsConfirmed
	return m
}

// Onionoo is the formula behind guard_probability of the Onionoo service, which relay operators see on Relay Search:
// every running Guard by its consensus weight and Wgg or Wgd. It describes no real client; its Terms are those of tor.
//
// Source: Onionoo, NodeDetailsStatusUpdater, calculatePathSelectionProbabilities.
func Onionoo() Model {
	return Model{
		Name:              "onionoo",
		Needs:             consensus.Guard | consensus.Running,
		IgnoresDirWeights: true,
	}
}

// Models are all that this package knows, in the order of their age.
func Models() []Model { return []Model{TorBefore030(), Onionoo(), TorSince030(), Arti()} }

// ModelNamed is the one of Models with that name, and reports whether there is one.
func ModelNamed(name string) (Model, bool) {
	for _, m := range Models() {
		if m.Name == name {
			return m, true
		}
	}
	return Model{}, false
}
