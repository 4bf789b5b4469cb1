package cli

import (
	"fmt"
	"strconv"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// Time is a flag.Value for a moment: Unix seconds, or YYYY-MM-DD HH:MM:SS in UTC. IsSet reports whether it was given.
type Time struct {
	At    wfu.Instant
	IsSet bool
}

// Set reads the moment.
func (t *Time) Set(text string) error {
	seconds, err := strconv.ParseInt(text, 10, 64)
	at := wfu.Instant(seconds)
	if err != nil {
		if at, err = wfu.ParseInstant(text); err != nil {
			return fmt.Errorf("neither Unix seconds nor YYYY-MM-DD HH:MM:SS")
		}
	}
	*t = Time{at, true}
	return nil
}

// String is the moment as text, empty if none was given.
func (t *Time) String() string {
	if t == nil || !t.IsSet {
		return ""
	}
	return t.At.String()
}
