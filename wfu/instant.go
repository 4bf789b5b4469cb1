package wfu

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Instant is a moment, in seconds since 1970-01-01 00:00:00 UTC without leap
// seconds. The zero Instant means never: no run is open, no clock is set. Tor
// makes the same choice, so the first second of 1970 cannot be named.
//
// Any int64 is a valid Instant. Differences and sums wrap around like the C
// arithmetic they stand for, instead of panicking.
//
// C: time_t.
type Instant int64

// ErrTime is wrapped by the errors of ParseInstant.
var ErrTime = errors.New("not a time of the form YYYY-MM-DD HH:MM:SS since 1970")

// instantLayout is the form of every time in Tor's directory documents.
const instantLayout = "2006-01-02 15:04:05"

// The years that the four digits of the form can show.
const (
	firstWritable Instant = -62135596800 // 0001-01-01 00:00:00
	lastWritable  Instant = 253402300799 // 9999-12-31 23:59:59
)

// maxYear is the first year ParseInstant refuses; it keeps every sum of
// seconds far inside int64.
const maxYear = 1<<31 - 1

// ParseInstant reads a time of the form YYYY-MM-DD HH:MM:SS, in UTC. It is as
// lenient as Tor: the year may have any number of digits, the other fields one
// or two; the second may be 60, which is the first second of the next minute,
// and the day 31 in every month, counting on into the next. Years before 1970 and
// anything after the seconds are errors that wrap ErrTime.
//
// Spec: dir-spec, "Document meta-format".
// C: src/lib/encoding/time_fmt.c, parse_iso_time.
func ParseInstant(s string) (Instant, error) {
	t, ok := parseInstant(s)
	if !ok {
		return 0, fmt.Errorf("wfu: %w: %s", ErrTime, quote([]byte(s)))
	}
	return t, nil
}

// parseInstant is ParseInstant without the cost of wording an error.
func parseInstant(s string) (Instant, bool) {
	var field [6]int64
	const ends = "-- ::"
	for i := range field {
		n := 0
		for n < len(s) && '0' <= s[n] && s[n] <= '9' && (i == 0 || n < 2) {
			if field[i] = field[i]*10 + int64(s[n]-'0'); field[i] >= maxYear {
				return 0, false
			}
			n++
		}
		if n == 0 {
			return 0, false
		}
		s = s[n:]
		if i < len(ends) {
			if s == "" || s[0] != ends[i] {
				return 0, false
			}
			s = s[1:]
		}
	}
	year, month, day := field[0], field[1], field[2]
	hour, minute, second := field[3], field[4], field[5]
	if s != "" || year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 ||
		hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	return Instant(((daysBefore(year, month)+day-1)*24+hour)*3600 + minute*60 + second), true
}

// daysBefore is the number of days from 1970-01-01 to the first of a month.
func daysBefore(year, month int64) int64 {
	// Years that begin in March put the leap day last, so the lengths of the
	// months before any month follow one line: (153m + 2) / 5.
	if month <= 2 {
		year, month = year-1, month+12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 - 719468
}

// AppendText appends the time as YYYY-MM-DD HH:MM:SS, in UTC, and implements
// encoding.TextAppender; the error is always nil. Times outside the years 1 to
// 9999 are written as the nearest second inside. The zero Instant is written
// as 1970-01-01 00:00:00: whether never is to be written at all is for the
// document to say.
//
// C: src/lib/encoding/time_fmt.c, format_iso_time.
func (t Instant) AppendText(dst []byte) ([]byte, error) {
	return t.append(dst), nil
}

func (t Instant) append(dst []byte) []byte {
	t = min(max(t, firstWritable), lastWritable)
	if t < 0 {
		return time.Unix(int64(t), 0).UTC().AppendFormat(dst, instantLayout)
	}
	// Package time is right but takes longer than all the rest of a ledger's line.
	year, month, day := civil(uint32(t / 86400))
	second := uint32(t % 86400)
	date := digitsOf(year*10_000+month*100+day) | eightZeros
	clock := digitsOf(second/3600*10_000+second/60%60*100+second%60) | eightZeros
	const two = 0xffff
	dst = binary.LittleEndian.AppendUint64(dst, date&0xffffffff|'-'<<32|date>>32&two<<40|'-'<<56)
	dst = binary.LittleEndian.AppendUint64(dst, date>>48|' '<<16|clock>>16&two<<24|':'<<40|clock>>32&two<<48)
	return append(dst, ':', byte(clock>>48), byte(clock>>56))
}

// civil is the date so many days after 1970-01-01: the inverse of daysBefore. 32 bits hold the days of 11 million years and
// divide faster than 64.
func civil(days uint32) (year, month, day uint32) {
	// Years that begin in March, as there; four centuries of them have 146,097 days. The first estimate of the year within
	// them counts 365 days each and takes off the leap days before.
	const fourCenturies = 146097
	days += 719468
	era, n := days/fourCenturies, days%fourCenturies
	year = (n - n/1460 + n/36524 - n/(fourCenturies-1)) / 365
	n -= 365*year + year/4 - year/100
	month = (5*n + 2) / 153
	day = n - (153*month+2)/5 + 1
	if year, month = year+400*era, month+3; month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// String is the text of AppendText, or "never" for the zero Instant.
func (t Instant) String() string {
	if t == 0 {
		return "never"
	}
	return string(t.append(make([]byte, 0, len(instantLayout))))
}

// IsZero reports whether t is never.
func (t Instant) IsZero() bool { return t == 0 }

// Add is the instant so many seconds later, wrapping around at the ends of
// int64.
func (t Instant) Add(seconds int64) Instant { return t + Instant(seconds) }

// Sub is the number of seconds from u to t, negative when t is earlier and
// wrapping around at the ends of int64.
func (t Instant) Sub(u Instant) int64 { return int64(t - u) }
