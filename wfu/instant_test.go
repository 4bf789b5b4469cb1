package wfu

import (
	"errors"
	"testing"
	"time"
)

func TestParseInstant(t *testing.T) {
	for _, c := range []struct {
		in, why string
		want    Instant
	}{
		{"2026-01-15 00:20:16", "the ordinary form", 1768436416},
		{"1970-01-01 00:00:00", "the epoch itself reads as never", 0},
		{"2026-1-5 0:2:6", "Tor's reader takes one digit for two", 1767571326},
		{"2016-12-31 23:59:60", "a leap second is the next second", 1483228800},
		{"2024-02-29 12:00:00", "leap day", 1709208000},
		{"2400-02-29 00:00:00", "leap day of a fourth century", 13574563200},
		{"2026-02-31 00:00:00", "days count on into the next month", 1772496000},
		{"2100-02-29 00:00:00", "the first of March of no leap year", 4107542400},
		{"9999-12-31 23:59:59", "last time that can be written", 253402300799},
		{"10000-01-01 00:00:00", "five digits of year", 253402300800},
		{"2147483646-12-31 23:59:59", "last time that can be read", 67767976233532799 - 31536000},
	} {
		got, err := ParseInstant(c.in)
		if err != nil || got != c.want {
			t.Errorf("%s: ParseInstant(%q) = %d, %v; want %d", c.why, c.in, int64(got), err, int64(c.want))
		}
	}
	for in, why := range map[string]string{
		"":                               "empty",
		"2026-01-15":                     "no time of day",
		"2026-01-15T00:20:16":            "another separator",
		"2026-01-15 00:20:16 ":           "something after",
		" 2026-01-15 00:20:16":           "something before",
		"2026-01-15 00:20":               "no seconds",
		"2026-01-15 00:20:161":           "three digits of seconds",
		"1969-12-31 23:59:59":            "before 1970",
		"2026-13-01 00:00:00":            "month 13",
		"2026-00-01 00:00:00":            "month 0",
		"2026-01-32 00:00:00":            "day 32",
		"2026-01-00 00:00:00":            "day 0",
		"2026-01-15 24:00:00":            "hour 24",
		"2026-01-15 00:60:00":            "minute 60",
		"2026-01-15 00:00:61":            "second 61",
		"2147483647-01-01 00:00:00":      "year beyond the last",
		"99999999999999999999-01-01 0:0": "year beyond 64 bits",
	} {
		if got, err := ParseInstant(in); !errors.Is(err, ErrTime) {
			t.Errorf("%s: ParseInstant(%q) = %v, %v", why, in, got, err)
		}
	}
}

// Every day of four centuries, against the calendar of package time.
func TestInstantCalendar(t *testing.T) {
	for d := range Instant(146097 + 1000) {
		at := d*86400 + 86399
		want := time.Unix(int64(at), 0).UTC().Format(instantLayout)
		if at.String() != want {
			t.Fatalf("%d: String is %q, want %q", int64(at), at, want)
		}
		if got, err := ParseInstant(want); err != nil || got != at {
			t.Fatalf("ParseInstant(%q) = %d, %v; want %d", want, int64(got), err, int64(at))
		}
	}
}

func TestInstantWrittenInFourDigitsOfYear(t *testing.T) {
	for at, want := range map[Instant]string{
		-1 << 63:          "0001-01-01 00:00:00",
		-1:                "1969-12-31 23:59:59",
		1:                 "1970-01-01 00:00:01",
		lastWritable:      "9999-12-31 23:59:59",
		lastWritable + 1:  "9999-12-31 23:59:59",
		1<<63 - 1:         "9999-12-31 23:59:59",
		0:                 "never",
		firstWritable:     "0001-01-01 00:00:00",
		firstWritable - 1: "0001-01-01 00:00:00",
	} {
		if got := at.String(); got != want {
			t.Errorf("Instant(%d) is written %q, want %q", int64(at), got, want)
		}
	}
	if b, err := Instant(0).AppendText(nil); string(b) != "1970-01-01 00:00:00" || err != nil {
		t.Errorf("the text of never is %q, %v", b, err)
	}
}
