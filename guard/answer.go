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
