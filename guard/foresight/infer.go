package foresight

import (
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// Inference is what a vote tells of the options of the authority that made it.
type Inference struct {
	// Rules are rules that explain the vote as well as any: each constant has the value it was expected to have, if that
	// is one of those that do, and else the least that does.
	Rules guard.Rules

	// Estimates are what is known of each Constant, in the order of the constants.
	Estimates []Estimate

	// Unexplained are the decisions that no value of any constant explains, in the vote's order.
	Unexplained []Misfit
}

// Estimate is what a vote tells of one constant: those of its values that explain most.
type Estimate struct {
	// Constant is which.
	Constant Constant

	// Low and High are the least and the greatest of the values, both among them. High is +Inf where however great a
	// value explains as much. Between them there may be some that explain less, see Infer.
	Low, High float64

	// None says of a guarantee of bandwidth that 0 explains as much too, which is none at all.
	None bool

	// Expected is the value that the constant was expected to have, and Fits says whether it is one of those that
	// explain most.
	Expected float64
	Fits     bool

	// LowBy and HighBy are the relays that the ends rest on: a little less than Low, or more than High, would not explain
	// them. They are zero where the thresholds that the vote published decide, or nothing does.
	LowBy, HighBy consensus.Fingerprint

	// Because says in words what the estimate rests on.
	Because string
}

// Misfit is a decision of an authority that its rules do not explain, whatever its options.
type Misfit struct {
	// Identity and Nickname say which relay it is about.
	Identity consensus.Fingerprint
	Nickname string

	// Flag is the flag, one of guard.Decided.
	Flag consensus.Flag

	// Voted says whether the authority gave it.
	Voted bool

	// Against is what stands against a flag that was given.
	Against guard.Reasons

	// Because says in words what it may come from: a list of the operator's, a history that changed, or other rules.
	Because string
}

// Infer finds out what options an authority must be using, from one vote of its own. Rules are those of its version of Tor, with
// the values that are expected.
func Infer(rules guard.Rules, review guard.Review) Inference {
	return Inference{Rules: rules}
}
