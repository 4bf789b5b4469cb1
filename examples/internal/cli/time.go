package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/seed-84712aaa/guardmath/wfu"
)

// Time is a flag.Value for a moment: Unix seconds, or YYYY-MM-DD HH:MM:SS in UTC. IsSet reports whether it was given.
type Time struct {
	At    wfu.Instant
	IsSet bool
}

// endOfTime is the last second that has a text: of the year 9999.
const endOfTime wfu.Instant = 253402300799

// Set reads the moment, one of the years 1970 to 9999.
func (t *Time) Set(text string) error {
	seconds, err := strconv.ParseInt(text, 10, 64)
	at := wfu.Instant(seconds)
	if err != nil {
		at, err = wfu.ParseInstant(text)
	}
	if err != nil || at < 0 || at > endOfTime {
		return errors.New("neither Unix seconds nor YYYY-MM-DD HH:MM:SS, of the years 1970 to 9999")
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

// never is the moment of what does not happen: foresight.Never.
const never wfu.Instant = math.MaxInt64

// When is the span in which something happens, seen from now, in words: "in 3 d 4 h to 5 d". The greatest Instant stands
// for never; from now to never says that nothing is known.
func When(earliest, latest, now wfu.Instant) string {
	switch {
	case earliest == never:
		return "never"
	case earliest == latest:
		return "in " + Duration(latest.Sub(now))
	case latest == never && earliest <= now:
		return "cannot tell when"
	case latest == never:
		return fmt.Sprintf("in %s at the earliest", Duration(earliest.Sub(now)))
	}
	return fmt.Sprintf("in %s to %s", Duration(earliest.Sub(now)), Duration(latest.Sub(now)))
}

// Duration is a number of seconds in words, in its two largest units: "3 d 4 h".
func Duration(seconds int64) string {
	if seconds < 0 {
		return "-" + Duration(max(-seconds, 0))
	}
	units := []struct {
		name string
		size int64
	}{{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}}
	for i, unit := range units {
		n := seconds / unit.size
		if n == 0 && unit.size > 1 {
			continue
		}
		words := fmt.Sprintf("%d %s", n, unit.name)
		if i+1 < len(units) {
			if rest := seconds % unit.size / units[i+1].size; rest > 0 {
				words += fmt.Sprintf(" %d %s", rest, units[i+1].name)
			}
		}
		return words
	}
	return ""
}
