package wfu

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// slowParse reads a ledger by splitting the whole text and matching whole lines
// with regular expressions. It reports false where the file is unusable.
func slowParse(text string) (l Ledger, ok bool) {
	text, _, _ = strings.Cut(text, "\x00")
	var lines []string
	for s := range strings.SplitSeq(text, "\n") {
		if s = strings.Trim(s, space); s != "" {
			lines = append(lines, s)
		}
	}
	blankEnd := strings.TrimRight(text, space) == text || strings.HasSuffix(strings.TrimRight(text, " \t\v\f\r"), "\n")
	count := len(lines)
	if text == "" || blankEnd && strings.TrimRight(text, space) != text {
		count++
	}
	if count < 5 || len(lines) == 0 {
		return Ledger{}, false
	}
	first := regexp.MustCompile(`^format [ \t\v\f\r]*\+?0*([12])$`).FindStringSubmatch(lines[0])
	if first == nil {
		return Ledger{}, false
	}
	l.Relays = map[[20]byte]History{}
	i := 1
	for ; i < len(lines) && lines[i] != "data"; i++ {
		for prefix, field := range map[string]*Instant{"stored-at ": &l.StoredAt, "tracked-since ": &l.TrackedSince, "last-downrated ": &l.LastDownrated} {
			if value, ok := strings.CutPrefix(lines[i], prefix); ok {
				if t, ok := slowTime(value); ok {
					*field = t
				}
			}
		}
	}
	if l.StoredAt == 0 {
		return Ledger{}, false
	}
	if i < len(lines) {
		lines = lines[i+1:]
	} else {
		lines = nil
	}
	if first[1] == "1" {
		slowData1(l, lines)
	} else {
		slowData2(l, lines)
	}
	return l, true
}

var (
	slowMTBF = regexp.MustCompile(`^\+MTBF ([0-9]+) (-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]*))(.*)$`)
	slowWFU  = regexp.MustCompile(`^\+WFU (?:([0-9]+)(?: (?:([0-9]+)(.*))?)?)?`)
	slowOne  = regexp.MustCompile(`^([^ \t\v\f\r]{1,40}) (-?[0-9]+) (-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]*))(.*)$`)
	slowS    = regexp.MustCompile(`^ S=(?:([^ \t\v\f\r]{0,10}) ([^ \t\v\f\r]{0,8})|)`)
	slowISO  = regexp.MustCompile(`^([0-9]{1,10})-([0-9]{1,2})-([0-9]{1,2}) ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})$`)
)

func slowData1(l Ledger, lines []string) {
	for _, s := range lines {
		if s == "." {
			return
		}
		m := slowOne.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		length, err := strconv.ParseInt(m[2], 10, 64)
		start, ok := slowStart(m[4])
		id, known := slowID(m[1])
		if err == nil && ok && known {
			l.Relays[id] = History{WeightedRunLength: uint64(length), TotalRunWeights: slowDecimal(m[3]), StartOfRun: start}
		}
	}
}

func slowData2(l Ledger, lines []string) {
	for i := 0; i < len(lines) && lines[i] != "."; i++ {
		if !strings.HasPrefix(lines[i], "R ") || len(lines[i]) < 42 {
			continue
		}
		name := lines[i][2:42]
		at := func(prefix string) int {
			for j := i + 1; j < len(lines); j++ {
				if strings.HasPrefix(lines[j], prefix) {
					return j
				} else if strings.HasPrefix(lines[j], "R ") {
					break
				}
			}
			return -1
		}
		mtbf, wfu := at("+MTBF "), at("+WFU ")
		id, known := slowID(name)
		h := l.Relays[id]
		h.WeightedUptime, h.TotalWeightedTime, h.StartOfDowntime = 0, 0, 0
		if mtbf >= 0 {
			if m := slowMTBF.FindStringSubmatch(lines[mtbf]); m != nil {
				length, err := strconv.ParseUint(m[1], 10, 64)
				if start, ok := slowStart(m[3]); ok && err == nil {
					h.WeightedRunLength, h.TotalRunWeights, h.StartOfRun = length, slowDecimal(m[2]), start
				}
			}
		}
		if wfu >= 0 {
			m := slowWFU.FindStringSubmatch(lines[wfu])
			var err error
			if h.WeightedUptime, err = strconv.ParseUint(m[1], 10, 64); err != nil {
				h.WeightedUptime = 0
			} else if h.TotalWeightedTime, err = strconv.ParseUint(m[2], 10, 64); err != nil {
				h.TotalWeightedTime = 0
			} else if start, ok := slowStart(m[3]); ok {
				h.StartOfDowntime = start
			}
		}
		if known {
			l.Relays[id] = h
		}
		i = max(i, mtbf, wfu)
	}
}

func slowID(s string) (id [20]byte, ok bool) {
	b, err := hex.DecodeString(s)
	return [20]byte(append(b, make([]byte, 20)...)), err == nil && len(b) == 20 && !bytes.Equal(b, make([]byte, 20))
}

func slowStart(s string) (t Instant, ok bool) {
	m := slowS.FindStringSubmatch(s)
	if m == nil {
		return 0, true
	}
	if m[0] == " S=" {
		return 0, s == " S= " // never: lines are trimmed
	}
	if len(m[1]) < 10 {
		t, _ = slowTime(m[1])
		return t, true
	}
	t, _ = slowTime(m[1] + " " + m[2])
	return t, true
}

// slowTime counts the seconds of the fields by package time.
func slowTime(s string) (Instant, bool) {
	m := slowISO.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	var n [6]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	if n[0] < 1970 || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 || n[3] > 23 || n[4] > 59 || n[5] > 60 {
		return 0, false
	}
	return Instant(time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC).Unix()), true
}

func slowDecimal(s string) float64 {
	s, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(s, ".")
	number := func(digits string) (x float64) {
		for _, d := range digits {
			x *= 10
			x += float64(d - '0')
		}
		return x
	}
	x := number(whole) + number(fraction)/math.Pow10(len(fraction))
	if negative {
		return -x
	}
	return x
}

// damaged are ledgers in which lines, words and bytes are not as they should be.
func damaged() *rapid.Generator[string] {
	word := rapid.OneOf(
		rapid.SampledFrom([]string{
			"0", "5", "-5", "18446744073709551615", "18446744073709551616", "9223372036854775808", "-9223372036854775808",
			"1.96870", "0.00009", ".", ".5", "7.", "-1.5", "+1", "x", "", " ", "2.5junk", "\t", "\x00", "\r",
			"S=2026-01-10 00:00:00", "S=2026-02-31 23:59:60", "S=1969-01-01 00:00:00", "S=2026-01-10", "S=2026-1-1 0:0:0", "S= x", "S=",
			"S=9999-12-31 23:59:59", "S=2026-01-10 0:0:0 junk", "S=0000-00-00 00:00:00",
		}),
		rapid.StringMatching(`[0-9.\-]{0,12}`),
	)
	words := rapid.Map(rapid.SliceOfN(word, 0, 5), func(s []string) string { return strings.Join(s, " ") })
	id := rapid.OneOf(rapid.StringMatching(`[0-9A-Fa-f]{39}[0-3]`), rapid.StringMatching(`A{39}[0-3]`), rapid.StringMatching(`0{40}`), rapid.StringMatching(`[0-9A-G]{38,42}`))
	line := rapid.OneOf(
		rapid.Map(id, func(s string) string { return "R " + s }),
		rapid.Map(id, func(s string) string { return "R " + s }),
		rapid.Map(words, func(s string) string { return "+MTBF " + s }),
		rapid.Map(words, func(s string) string { return "+WFU " + s }),
		rapid.Custom(func(t *rapid.T) string { return id.Draw(t, "id") + " " + words.Draw(t, "words") }),
		rapid.Just("+MTBF 5 1.5 S=2026-01-10 00:00:00"), rapid.Just("+WFU 5 6"), rapid.Just("+WFU 5 6 S=2026-01-11 00:00:00"),
		rapid.SampledFrom([]string{".", "", " ", "junk", "data", "R ", "+MTBF", "+WFU"}),
		words,
	)
	line = rapid.OneOf(line, line, usualRelays(id))
	header := rapid.SampledFrom([]string{
		"stored-at 2026-01-12 00:00:00", "stored-at x", "stored-at", "tracked-since 2025-01-01 00:00:00", "tracked-since 0",
		"last-downrated 2026-01-11 23:00:00", "last-downrated 10000-01-01 00:00:00", "other", "", "stored-at 1970-01-01 00:00:00",
	})
	return rapid.Custom(func(t *rapid.T) string {
		end := rapid.SampledFrom([]string{"\n", "\n", "\n", "\r\n", "\n\n", " \n  "}).Draw(t, "line end")
		format := rapid.SampledFrom([]string{"format 2", "format 2", "format 1", "format 1", "format +02", "format 3", "format 2x", "2"}).Draw(t, "format")
		all := append([]string{format, "stored-at 2026-01-12 00:00:00"}, rapid.SliceOfN(header, 0, 4).Draw(t, "header")...)
		all = append(all, rapid.SampledFrom([]string{"data", "data", "data", "data ", "date"}).Draw(t, "data"))
		all = append(all, rapid.SliceOfN(line, 0, 14).Draw(t, "lines")...)
		return strings.Join(all, end) + rapid.SampledFrom([]string{"", end, end + "." + end, end + ".", end + ".\x00"}).Draw(t, "end")
	})
}

func propParsingIsTheSlowParsing(t *rapid.T) {
	text := damaged().Draw(t, "text")
	want, ok := slowParse(text)
	got, warnings, err := ParseLedger([]byte(text))
	if (err == nil) != ok {
		t.Fatalf("%v, want usable: %v", err, ok)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%v (-slow +ours):\n%s", warnings, diff)
	}
}

func TestParsingIsTheSlowParsing(t *testing.T) { rapid.Check(t, propParsingIsTheSlowParsing) }
func FuzzDamagedLedger(f *testing.F)           { f.Fuzz(rapid.MakeFuzz(propParsingIsTheSlowParsing)) }

// FuzzParseLedger feeds any bytes: what can be read is written in a form that
// reads as the same, but for what the form cannot say.
func FuzzParseLedger(f *testing.F) {
	f.Add([]byte("format 2\nstored-at 2026-01-12 00:00:00\ndata\nR " + strings.Repeat("1A", 20) + "\n+MTBF 5 1.5\n+WFU 5 6 S=2026-01-11 00:00:00\n.\n"))
	f.Add([]byte("format 1\nstored-at 2026-01-12 00:00:00\ndata\n" + strings.Repeat("1A", 20) + " 5 1.5 S=2026-01-11 00:00:00\n.\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, warnings, err := ParseLedger(text)
		for _, w := range warnings {
			if w.Err == nil || w.Line > 1+bytes.Count(text, newline) || len(w.Error()) > 700 {
				t.Fatalf("warning %v", w)
			}
		}
		if err != nil {
			var e *ParseError
			if !errors.As(err, &e) || !errors.Is(err, ErrFormat) && !errors.Is(err, ErrStoredAt) {
				t.Fatalf("error %v", err)
			}
			return
		}
		for _, h := range l.Relays {
			if math.IsInf(h.TotalRunWeights, 0) {
				return
			}
		}
		once, _ := l.AppendText(nil)
		again, warnings, err := ParseLedger(once)
		if err != nil || len(warnings) > 0 {
			t.Fatalf("%s\n%v, %v", once, warnings, err)
		}
		if twice, _ := again.AppendText(nil); !bytes.Equal(once, twice) {
			t.Fatalf("%s\nis written again as\n%s", once, twice)
		}
	})
}

// A file of many bad lines, or of one endless line, takes time and memory in
// proportion to its length, and a bounded number of warnings of bounded length.
func TestParsingIsBounded(t *testing.T) {
	const head = "format 2\nstored-at 2026-01-12 00:00:00\ntracked-since 2026-01-12 00:00:00\ndata\n"
	const size = 1 << 22
	id := "R " + strings.Repeat("1A", 20) + "\n"
	for _, c := range []struct {
		why, text string
		warnings  int
	}{
		{"one line of junk", head + strings.Repeat("x", size), 2},
		{"one line of digits", head + id + "+MTBF " + strings.Repeat("1", size), 2},
		{"one line of zeros", head + id + "+MTBF " + strings.Repeat("0", size), 2},
		{"one line of blanks", head + strings.Repeat(" ", size), 1},
		{"one long time", head + id + "+MTBF 5 1.0 S=" + strings.Repeat("2", size), 2},
		{"one long header", "format 2\nstored-at 2026-01-12 00:00:00\nlast-downrated " + strings.Repeat("2", size) + "\ndata\n.\n", 1},
		{"one long first line", "format " + strings.Repeat("2", size) + "\n\n\n\n\n", 0},
		{"lines of junk", head + strings.Repeat("x\n", size/2), 2},
		{"blank lines", head + strings.Repeat("\n", size), 1},
		{"short bad lines", "format 1" + head[8:] + strings.Repeat("x\n", size/2), 1001},
		{"one relay over and over", head + strings.Repeat(id, size/len(id)), 1001},
		{"one relay and a tail", head + id + strings.Repeat("x\n", size/2), 2},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, warnings, err := ParseLedger([]byte(c.text))
		runtime.ReadMemStats(&after)
		if len(warnings) != c.warnings {
			t.Errorf("%s: %d warnings, want %d: %.1000v", c.why, len(warnings), c.warnings, warnings)
		}
		for _, w := range warnings {
			if len(w.Error()) > 500 {
				t.Errorf("%s: warning of %d bytes", c.why, len(w.Error()))
			}
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("%s: error of %d bytes", c.why, len(err.Error()))
		}
		// The copy of the text counts, too.
		if n := after.TotalAlloc - before.TotalAlloc; n > 2*size {
			t.Errorf("%s: %d bytes allocated", c.why, n)
		}
	}
}

// One bad input for each kind of warning and error, with its line.
func TestWarnings(t *testing.T) {
	const head = "format 2\nstored-at 2026-01-12 00:00:00\ndata\n"
	id := "R " + strings.Repeat("1A", 20)
	for _, c := range []struct {
		text, want string
		is         error
	}{
		{"", `wfu: line 1: format: not a router-stability file of format 1 or 2`, ErrFormat},
		{"format 3\na\nb\nc\nd\n", `wfu: line 1: format: not a router-stability file of format 1 or 2: "format 3"`, ErrFormat},
		{"format 2\na\nb\nc\nd\n", `wfu: line 6: stored-at: no stored-at time`, ErrStoredAt},
		{"format 2\n\nstored-at 0000-01-12 00:00:00\ndata\n.\n", `wfu: line 4: stored-at: no stored-at time`, ErrStoredAt},
		{"\nformat 2\nstored-at 2026-01-12 00:00:00\n\nlast-downrated never\ndata\n.\n",
			`wfu: line 5: last-downrated: not a time of the form YYYY-MM-DD HH:MM:SS since 1970: "never"`, ErrTime},
		{head + id + "\n+MTBF 5 x\n+WFU 5 6\n.\n", `wfu: line 5: +MTBF: line cannot be scanned: "+MTBF 5 x"`, ErrLine},
		{head + id + "\n+MTBF 5 1\n+WFU 5 18446744073709551616\n.\n",
			`wfu: line 6: +WFU: line cannot be scanned: "+WFU 5 18446744073709551616"`, ErrLine},
		{head + id + "\n+MTBF 5 1 S=2026-00-01 00:00:00\n+WFU 5 6\n.\n",
			`wfu: line 5: +MTBF: not a time of the form YYYY-MM-DD HH:MM:SS since 1970: "2026-00-01 00:00:00"`, ErrTime},
		{head + id + "\n+MTBF 5 " + strings.Repeat("9", 400) + "\n+WFU 5 6\n.\n",
			`wfu: line 5: +MTBF: count of runs overflows: "+MTBF 5 ` + strings.Repeat("9", 72) + `"... (408 bytes)`, ErrRunWeights},
		{head + id + "\n+MTBF 5 0." + strings.Repeat("9", 400) + "\n+WFU 5 6\n.\n",
			`wfu: line 5: +MTBF: count of runs overflows: "+MTBF 5 0.` + strings.Repeat("9", 70) + `"... (410 bytes)`, ErrRunWeights},
		{head + "R " + strings.Repeat("1G", 20) + "\n+MTBF 5 1\n+WFU 5 6\n.\n",
			`wfu: line 4: R: not a fingerprint of 40 hexadecimal digits: "` + strings.Repeat("1G", 20) + `"`, ErrFingerprint},
		{head + id + "\n+MTBF 5 1\n+WFU 5 6\n", `wfu: .: file is truncated`, ErrTruncated},
		{head + "what\nis\nthis\n" + id + "\n+MTBF 5 1\n+WFU 5 6\n.\n", `wfu: line 4: ignored: "what"`, ErrIgnored},
		{head + id + "\n+MTBF 5 1\n+WFU 5 6\n+WFU 7 8\n.\n", `wfu: line 7: ignored: "+WFU 7 8"`, ErrIgnored},
		{head + ".\nmore\n", `wfu: line 5: ignored: "more"`, ErrIgnored},
		{head + ".\n\x00", `wfu: line 5: ignored: "\x00"`, ErrIgnored},
		{head + id + "\n" + id + "\n.\n", `wfu: line 5: R: relay occurs twice: "` + id[2:] + `"`, ErrDuplicate},
		{head + "R " + strings.Repeat("0", 40) + "\n.\n", `wfu: line 4: R: fingerprint of zeros: "` + strings.Repeat("0", 40) + `"`, ErrZeroFingerprint},
	} {
		_, warnings, err := ParseLedger([]byte(c.text))
		if err == nil && len(warnings) == 1 {
			err = warnings[0]
		}
		if !errors.Is(err, c.is) || err.Error() != c.want {
			t.Errorf("%.200q: %v, %v\nwant %s", c.text, err, warnings, c.want)
		}
	}
}
