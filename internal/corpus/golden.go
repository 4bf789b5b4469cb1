package corpus

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata anew instead of comparing with it")

// Updating reports whether the test was called with -update: then it is to write its testdata anew.
func Updating() bool { return *update }

// Golden compares text with the file of that name in the test's testdata folder, or, with -update, writes it there.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if Updating() {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == got {
		return
	}
	// This package is no test file, so what shows differences in full may not be imported here.
	a, b := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	t.Errorf("%s differs from line %d on:\nwant %q\ngot  %q", path, n+1, a[n:min(n+3, len(a))], b[n:min(n+3, len(b))])
}
