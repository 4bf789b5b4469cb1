package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
)

// errNoConsensus is the error of a file that is something else, which is no fault of one found in a directory.
var errNoConsensus = errors.New("holds no consensus")

// checkAll checks the consensuses in all files, whatever comes of any, and is the worst exit code.
func checkAll(names []string, out, errOut io.Writer) (code int) {
	fail := func(err error) {
		code = max(code, cli.Fail("weights", errOut, err))
	}
	var differs bool
	progress := progressOn(errOut)
	defer progress("")
	for _, name := range names {
		files, isDir, err := filesOf(name)
		if err != nil {
			fail(err)
		}
		for i, file := range files {
			if isDir {
				progress(fmt.Sprintf("%d of %d: %s", i+1, len(files), file))
			}
			result, err := check(file, out, errOut)
			switch {
			case err == nil:
				differs = differs || result == cli.Differs
			case isDir && errors.Is(err, errNoConsensus):
			default:
				progress("")
				fail(err)
			}
		}
	}
	if differs {
		return cli.Differs
	}
	return code
}

// filesOf are the files below a directory, or the one file of that name.
func filesOf(name string) (files []string, isDir bool, err error) {
	if info, err := os.Stat(name); name == "-" || err != nil || !info.IsDir() {
		return []string{name}, false, nil
	}
	err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	return files, true, err
}

// check checks every consensus in a file.
func check(name string, out, errOut io.Writer) (code int, err error) {
	text, err := cli.Read(name)
	if err != nil {
		return 0, err
	}
	return checkText(name, text, out, errOut)
}

// checkText checks every consensus in a text. Where there are several, their names have the number of their first line.
func checkText(name string, text []byte, out, errOut io.Writer) (code int, err error) {
	documents := 0
	for range consensus.Documents(text) {
		documents++
	}
	if documents == 0 {
		return 0, fmt.Errorf("%s: is empty: %w", name, errNoConsensus)
	}
	for line, doc := range consensus.Documents(text) {
		title := name
		if documents > 1 {
			title = fmt.Sprintf("%s:%d", name, line)
		}
		d, passedOver, err := consensus.ParseAsTor(doc)
		switch {
		case errors.Is(err, consensus.ErrNotThis):
			return 0, fmt.Errorf("%s: %w: %w", title, errNoConsensus, err)
		case err != nil:
			return 0, fmt.Errorf("%s: %w", title, err)
		case d.Header.Vote:
			return 0, fmt.Errorf("%s: %w: is a vote, to be counted with -votes", title, errNoConsensus)
		}
		for _, err := range passedOver {
			fmt.Fprintf(errOut, "weights: %s: relay passed over: %v\n", title, err)
		}
		if !report(title, d, out, errOut) {
			code = cli.Differs
		}
	}
	return code, nil
}

// firstMethod is the first consensus method with weights computed as they are today.
const firstMethod = 10

// report prints what came of a consensus, and reports whether all is as it should be.
func report(name string, d consensus.Document, out, errOut io.Writer) bool {
	weights, which, err := d.Weights()
	if d.Footer.BandwidthWeights == "" {
		fmt.Fprintf(out, "%s none\n", name)
		if err == nil && d.Header.Method >= firstMethod {
			fmt.Fprintf(errOut, "weights: %s: has no weights where we find %v\n", name, weights)
		}
		return true
	}
	voted := "bandwidth-weights " + d.Footer.BandwidthWeights
	if err == nil && weights.String() == voted {
		fmt.Fprintf(out, "%s ok %v\n", name, which)
		return true
	}
	computed := weights.String()
	if err != nil {
		computed = "none, for " + err.Error()
	}
	fmt.Fprintf(out, "%s differs\n  voted     %s\n  computed  %s\n", name, voted, computed)
	return false
}

// progressOn is a function that shows how far the work has come, in a line that the next overwrites, and removes it if
// there is nothing to say. It does nothing where errOut is no terminal.
func progressOn(errOut io.Writer) func(string) {
	file, ok := errOut.(*os.File)
	if !ok {
		return func(string) {}
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(string) {}
	}
	return func(text string) { fmt.Fprintf(file, "\r\x1b[K%.120s", text) }
}
