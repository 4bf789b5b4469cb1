// Package cli is what the example programs share: opening their input, aligning their tables, and ending as their users
// expect.
package cli

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// Exit codes of every program: all is as it should be; something differs; the input or the arguments are of no use.
const (
	OK       = 0
	Differs  = 1
	Unusable = 2
)

// Main runs a program with the process's arguments, standard output and standard error, and exits with its code. What
// goes to standard output is buffered; that it could not be written counts as unusable.
func Main(run func(args []string, out, errOut io.Writer) int) {
	out := bufio.NewWriter(os.Stdout)
	code := run(os.Args[1:], out, os.Stderr)
	if out.Flush() != nil {
		code = Unusable
	}
	os.Exit(code)
}

// MaxInput bounds how much of a file is read, unpacked: 1 GiB. The largest document of the network is a few MB, a
// month's descriptors some hundred.
const MaxInput = 1 << 30

// The first bytes of files compressed with gzip, and with xz.
var (
	gzipMagic = []byte{0x1f, 0x8b}
	xzMagic   = []byte("\xfd7zXZ\x00")
)

// Read is the text of the named file, or of standard input if the name is "-". What gzip compressed is unpacked,
// whatever its name. Errors name the file.
func Read(name string) ([]byte, error) {
	in := io.Reader(os.Stdin)
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	text, err := readAtMost(in, MaxInput)
	if err == nil && bytes.HasPrefix(text, gzipMagic) {
		var unpacked *gzip.Reader
		if unpacked, err = gzip.NewReader(bytes.NewReader(text)); err == nil {
			text, err = readAtMost(unpacked, MaxInput)
		}
	}
	if err == nil && bytes.HasPrefix(text, xzMagic) {
		err = errors.New("is compressed with xz: unpack it first, or pipe it in with xz -dc FILE | … -")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Shown(name), err)
	}
	return text, nil
}

// Shown is the name of a file in messages: what "-" stands for, or the name itself.
func Shown(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

func readAtMost(in io.Reader, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("is larger than %d bytes", limit)
	}
	return text, err
}

// Flags is a flag set that prints about, its flags and then notes on -h, and leaves it to [Parse] to say what is wrong.
func Flags(program, about, notes string) *flag.FlagSet {
	fs := flag.NewFlagSet(program, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {
		fmt.Fprintf(fs.Output(), "%s\n\nFlags:\n", strings.TrimSpace(about))
		fs.PrintDefaults()
		if notes != "" {
			fmt.Fprintf(fs.Output(), "\n%s\n", strings.TrimSpace(notes))
		}
	}
	return fs
}

// Parse reads the arguments. Where the program is to end at once it reports false and the exit code: after -h, whose
// text goes to out, and after an error, which is told on errOut in one sentence.
func Parse(fs *flag.FlagSet, args []string, out, errOut io.Writer) (code int, ok bool) {
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fs.SetOutput(out)
		fs.Usage()
		return OK, false
	case err != nil:
		return Fail(fs.Name(), errOut, fmt.Errorf("%w; -h lists them", err)), false
	}
	return OK, true
}

// Fail tells on errOut, in one sentence, why a program cannot go on, and is the exit code for that.
func Fail(program string, errOut io.Writer, err error) int {
	fmt.Fprintf(errOut, "%s: %s\n", program, strings.ReplaceAll(err.Error(), "\n", " "))
	return Unusable
}

// Table writes rows in columns, two blanks apart: the first column to the left, the others to the right where every row
// but the first has a number there, else to the left.
func Table(out io.Writer, rows [][]string) {
	var widths []int
	var left []bool
	for i, row := range rows {
		for j, cell := range row {
			if j == len(widths) {
				widths, left = append(widths, 0), append(left, j == 0)
			}
			widths[j] = max(widths[j], len([]rune(cell)))
			if i > 0 && strings.Trim(cell, "0123456789.,+-%") != "" {
				left[j] = true
			}
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for j, cell := range row {
			pad := strings.Repeat(" ", widths[j]-len([]rune(cell)))
			if j > 0 {
				line.WriteString("  ")
			}
			if left[j] {
				line.WriteString(cell + pad)
			} else {
				line.WriteString(pad + cell)
			}
		}
		fmt.Fprintln(out, strings.TrimRight(line.String(), " "))
	}
}

// Ambiguous is the error about a nickname that all these relays have. It lists every one, however many they are, for one
// of them is the one that was meant.
func Ambiguous(nickname string, identities []string) error {
	return fmt.Errorf("nickname %q is that of %d relays: %s", nickname, len(identities), strings.Join(identities, ", "))
}
