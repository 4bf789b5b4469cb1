package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

func TestOutput(t *testing.T) {
	for name, args := range map[string][]string{
		"overview":     nil,
		"help":         {"-h"},
		"year":         {"-relay", "11808B96A1ACB7C2CDD8E3EEF9040F1A25303B46"},
		"weekly":       {"-relay", "$336a75808b96a1acb7c2cdd8e3eef9040f1a2530"},
		"after-week":   {"-relay", "44DFEAF5000B16212C37424D58636E79848F9AA5"},
		"down":         {"-relay", "55545F6A75808B96A1ACB7C2CDD8E3EEF9040F1A"},
		"young-lines":  {"-relay", "22F5000B16212C37424D58636E79848F9AA5B0BB", "-lines"},
		"outage-lines": {"-relay", "336A75808B96A1ACB7C2CDD8E3EEF9040F1A2530", "-lines", "-outage", "36h"},
		"week-down":    {"-relay", "11808B96A1ACB7C2CDD8E3EEF9040F1A25303B46", "-outage", "604800"},
		"down-lines":   {"-relay", "55545F6A75808B96A1ACB7C2CDD8E3EEF9040F1A", "-lines", "-now", "2026-01-16 08:00:00"},
		"loaded-lines": {"-relay", "66C9D4DFEAF5000B16212C37424D58636E79848F", "-lines",
			"-loaded", "2026-01-18 08:00:00", "-now", "1768896000"},
	} {
		var out, errOut bytes.Buffer
		if code := run(args, &out, &errOut); code != 0 || errOut.Len() > 0 {
			t.Errorf("%s: exit %d, %s", name, code, errOut.String())
		}
		corpus.Golden(t, name, out.String())
	}
}

// With a file instead of the sample, plain or packed, all is the same.
func TestFiles(t *testing.T) {
	relay := []string{"-lines", "-relay", "22F5000B16212C37424D58636E79848F9AA5B0BB"}
	var want, errOut bytes.Buffer
	run(relay, &want, &errOut)

	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(sample)
	w.Close()
	for name, text := range map[string][]byte{"plain": sample, "packed.gz": packed.Bytes()} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := run(append(relay, "-stability", path), &out, &errOut); code != 0 || out.String() != want.String() {
			t.Errorf("%s: exit %d, %s%s", name, code, out.String(), errOut.String())
		}
	}
}

// What a damaged file says is told, and the rest used.
func TestWarnings(t *testing.T) {
	damaged := bytes.Replace(sample, []byte("+MTBF 1269713"), []byte("+MTBF much"), 1)
	damaged = bytes.TrimSuffix(damaged, []byte(".\n"))
	path := filepath.Join(t.TempDir(), "ledger")
	if err := os.WriteFile(path, damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	code := run([]string{"-stability", path, "-relay", "22F5000B16212C37424D58636E79848F9AA5B0BB", "-lines"}, &out, &errOut)
	if code != 0 || !strings.HasPrefix(out.String(), "wfu=1.000000\n") {
		t.Errorf("exit %d, %s", code, out.String())
	}
	if n := strings.Count(errOut.String(), "\n"); n != 2 || !strings.Contains(errOut.String(), "line 13: +MTBF") {
		t.Errorf("warnings: %s", errOut.String())
	}
}

// Why a file has to be refused may be what was warned of before.
func TestWarningsBeforeAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	if err := os.WriteFile(path, []byte("format 2\nstored-at 0000-01-15 08:00:00\ndata\n.\n\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	code := run([]string{"-stability", path}, &out, &errOut)
	warning, refusal, _ := strings.Cut(errOut.String(), "\n")
	if code != 2 || out.Len() > 0 || !strings.Contains(warning, "line 2: stored-at") || !strings.Contains(refusal, "line 3: stored-at") {
		t.Errorf("exit %d, output %q, error %q", code, out.String(), errOut.String())
	}
}

func TestBadInput(t *testing.T) {
	junk := filepath.Join(t.TempDir(), "junk")
	if err := os.WriteFile(junk, []byte("no such format\n\n\n\n\n\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		why  string
		args []string
	}{
		{"no such file", []string{"-stability", junk + "2"}},
		{"not a ledger", []string{"-stability", junk}},
		{"no such relay", []string{"-relay", strings.Repeat("0", 39) + "1"}},
		{"half a fingerprint", []string{"-relay", "1234"}},
		{"no fingerprint", []string{"-relay", "$" + strings.Repeat("x", 40)}},
		{"lines of no relay", []string{"-lines"}},
		{"no time", []string{"-now", "tomorrow"}},
		{"a time before 1970", []string{"-now=-5"}},
		{"a time after 9999", []string{"-loaded", "9223372036854775807"}},
		{"no length of time", []string{"-outage", "a week"}},
		{"an outage that ends before it begins", []string{"-outage=-1h"}},
		{"an outage of a century", []string{"-outage", "3155760000"}},
		{"no such flag", []string{"-later"}},
		{"an argument", []string{"relay"}},
	} {
		var out, errOut bytes.Buffer
		code := run(c.args, &out, &errOut)
		if code != 2 || out.Len() > 0 || strings.Count(errOut.String(), "\n") != 1 || !strings.HasPrefix(errOut.String(), "forecast: ") {
			t.Errorf("%s: exit %d, output %q, error %q", c.why, code, out.String(), errOut.String())
		}
	}
}
