// Package clitest is what the tests of the example programs share: calling a program, and making the files it is called with.
package clitest

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Call runs a program, with stdin for its standard input if that is not nil.
func Call(t *testing.T, run func(args []string, out, errOut io.Writer) int, stdin []byte, args ...string) (code int, out, errOut string) {
	t.Helper()
	if stdin != nil {
		file, err := os.Open(Write(t, "stdin", stdin))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		before := os.Stdin
		os.Stdin = file
		defer func() { os.Stdin = before }()
	}
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

// Write makes a file with that text and is its path.
func Write(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Zip is the text as gzip compresses it.
func Zip(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
