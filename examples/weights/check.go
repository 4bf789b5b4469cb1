package main

import (
	"bufio"
	"bytes"
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
	var files []file
	for _, name := range names {
		found, err := filesOf(name)
		if err != nil {
			fail(err)
		}
		files = append(files, found...)
	}
	var differs bool
	progress := progressOn(out, errOut)
	for i, f := range files {
		if len(files) > 1 {
			progress(fmt.Sprintf("%d of %d: %s", i+1, len(files), f.path))
		}
		var notes bytes.Buffer // which are not to stand in the line of progress
		result, err := check(f.path, out, &notes)
		progress("")
		errOut.Write(notes.Bytes())
		switch {
		case err == nil:
			differs = differs || result == cli.Differs
		case f.walked && errors.Is(err, errNoConsensus):
		default:
			fail(err)
		}
	}
	if differs {
		return cli.Differs
	}
	return code
}

// file is one to be checked.
type file struct {
	path   string
	walked bool // found in a directory, where there may be files of all kinds
}

// filesOf are the files below a directory, or the one file of that name. Links to files count, those to directories do
// not, for they may lead in a circle; but the name itself may be one to a directory.
func filesOf(name string) (files []file, err error) {
	if info, err := os.Stat(name); name == "-" || err != nil || !info.IsDir() {
		return []file{{path: name}}, nil
	}
	err = filepath.WalkDir(name+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := d.Type()
		if mode&fs.ModeSymlink != 0 {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			mode = info.Mode()
		}
		if mode.IsRegular() {
			files = append(files, file{path: path, walked: true})
		}
		return nil
	})
	return files, err
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
// there is nothing to say. It does nothing where errOut is no terminal. What is printed on out so far comes first, since
// out may be the same terminal.
func progressOn(out, errOut io.Writer) func(string) {
	terminal, ok := errOut.(*os.File)
	if !ok {
		return func(string) {}
	}
	info, err := terminal.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(string) {}
	}
	return func(text string) {
		fmt.Fprint(terminal, "\r\x1b[K")
		if buffer, ok := out.(*bufio.Writer); ok {
			buffer.Flush() // an error stays, and is that of the last flush too
		}
		fmt.Fprintf(terminal, "%.120s", text)
	}
}
