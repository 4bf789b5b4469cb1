// Package corpus finds and opens the documents that tests compare against.
//
// Some are in the project's testdata; the large ones, real documents of the public network and runs of the real tor,
// stand in a folder named shared beside the checkout, which not every machine has. A test that needs them asks for
// [Shared] first and is skipped, with a sentence that says so, where the folder is missing.
//
// It is for tests only: it takes a testing.TB and fails it.
package corpus

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Root is the top folder of the checkout: the nearest one above the test that holds go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = up
	}
}

// Shared is the path of elem inside the shared folder beside the checkout. Where there is no such folder the test is
// skipped; where there is one but elem is missing, the test fails.
func Shared(t testing.TB, elem ...string) string {
	t.Helper()
	shared := filepath.Join(filepath.Dir(Root(t)), "shared")
	if _, err := os.Stat(shared); err != nil {
		t.Skip("no folder ../shared beside the checkout: the comparison with its documents is left out")
	}
	path := filepath.Join(append([]string{shared}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// Read is the whole text of a file, decompressed when its name ends in .gz or .xz. For the latter it runs the xz
// program, since the standard library has no reader for that format and this module depends on nothing else.
func Read(t testing.TB, path string) []byte {
	t.Helper()
	switch filepath.Ext(path) {
	case ".xz":
		xz, err := exec.LookPath("xz")
		if err != nil {
			t.Fatalf("%s needs the xz program: apt-get install xz-utils", path)
		}
		out, err := exec.Command(xz, "-dc", path).Output()
		if err != nil {
			t.Fatalf("xz -dc %s: %v", path, err)
		}
		return out
	case ".gz":
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out, err := io.ReadAll(z)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return out
	default:
		out, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// Find is the path of a file that may stand as it is or compressed: name, name.xz or name.gz in dir. It reports false
// where none of them exists.
func Find(dir, name string) (path string, ok bool) {
	for _, suffix := range []string{"", ".xz", ".gz"} {
		path = filepath.Join(dir, name+suffix)
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}
