package wfu

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the real tor 0.4.9.11 made of files written to trouble it. Each is NAME.given,
// as it was at start-up; NAME.log, the second of start-up and what tor then logged
// about the file; and NAME.after, the file it wrote back within a few seconds. It
// had no descriptors, so that first it ended every open run.
func TestHostileFilesAsTor(t *testing.T) {
	given, err := filepath.Glob("testdata/hostile/*.given")
	if err != nil || len(given) == 0 {
		t.Fatalf("%d files, %v", len(given), err)
	}
	for _, path := range given {
		name := strings.TrimSuffix(path, ".given")
		t.Run(filepath.Base(name), func(t *testing.T) {
			second, log, _ := strings.Cut(read(t, name+".log"), "\n")
			loaded, err := ParseInstant(second)
			if err != nil {
				t.Fatal(err)
			}
			l, warnings, err := ParseLedger([]byte(read(t, path)))
			if diff := cmp.Diff(tooLong.ReplaceAllString(log, `"$1"`), asTorLogs(warnings, err)); diff != "" {
				t.Errorf("warnings (-tor +ours):\n%s", diff)
			}
			text := read(t, name+".after")
			after, _, err := ParseLedger([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			// Tor may have read the file in the second before it logged, and
			// gone on to the discount and to ending runs in any second after.
			var diff string
			for loaded := loaded - 1; loaded <= after.StoredAt; loaded++ {
				for ended := loaded; ended <= after.StoredAt; ended++ {
					ours := l.Load(loaded).Forget().Discount(ended)
					for id, h := range ours.Relays {
						if h.Running() {
							ours.Relays[id] = h.Unreachable(ended)
						}
					}
					ours.StoredAt = after.StoredAt
					written, _ := ours.AppendText(nil)
					if diff = cmp.Diff(byRelay(text), byRelay(string(written))); diff == "" {
						return
					}
				}
			}
			t.Errorf("ledger (-tor +ours):\n%s", diff)
		})
	}
}

// tooLong is a value that a warning cuts short.
var tooLong = regexp.MustCompile(`"(.{80}).+"`)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// asTorLogs is how Tor words those of the warnings that it has, without the ones
// of its time parser.
func asTorLogs(warnings []*ParseError, err error) string {
	var log strings.Builder
	say := func(text string) { log.WriteString(text + "\n") }
	if err != nil {
		var e *ParseError
		if errors.As(err, &e) {
			warnings = append(warnings, e)
		}
	}
	for _, w := range warnings {
		value, _, _ := strings.Cut(w.Value, "... (")
		value, _ = strconv.Unquote(value)
		value = `"` + strings.NewReplacer("\t", `\t`).Replace(value) + `"`
		switch {
		case errors.Is(w, ErrFormat):
			say("Unrecognized format in mtbf history file. Skipping.")
		case errors.Is(w, ErrStoredAt):
			say("No stored time recorded.")
		case errors.Is(w, ErrTruncated):
			say("Truncated MTBF file.")
		case errors.Is(w, ErrFingerprint):
			say("Couldn't hex string " + value)
		case errors.Is(w, ErrLine):
			say("Couldn't scan " + strings.TrimPrefix(w.Keyword+" line ", " ") + value)
		case errors.Is(w, ErrTime):
			switch w.Keyword {
			case "stored-at":
				say("Couldn't parse stored time in mtbf history file.")
			case "tracked-since":
				say("Couldn't parse started-tracking time in mtbf history file.")
			case "last-downrated":
				say("Couldn't parse downrate time in mtbf history file.")
			default:
				say("Couldn't parse time " + value)
			}
		}
	}
	return log.String()
}
