package guard

// Answer is yes, no, or neither. The zero value is CannotTell.
type Answer uint8

// The answers.
const (
	CannotTell Answer = iota // what is known does not decide it
	No                       // one thing that is known is enough to refuse
	Yes                      // all that matters is known, and is met
)

// String is "cannot tell", "no" or "yes".
func (a Answer) String() string {
	switch a {
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return "cannot tell"
}

// answer is Yes or No.
func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// and is No if either is, else CannotTell if either is, else Yes: one failed condition settles the matter however little
// is known of the others.
func (a Answer) and(b Answer) Answer {
	if a == No || b == No {
		return No
	}
	return min(a, b)
}
