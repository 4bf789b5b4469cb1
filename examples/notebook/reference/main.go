// Command reference asks the library in Go what test_guardmath.py asks it in Python, so that the answers can be compared.
//
//	go run ./reference FOLDER            writes columns and answers into the folder
//	go run ./reference -clock N FOLDER   times thresholds and decisions over N relays
//
// A file NAME.DTYPE is one column in little-endian order, NAME.txt a line a relay.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"

	"github.com/seed-84712aaa/guardmath/guard"
)

func main() {
	clock := flag.Int("clock", 0, "time `N` relays instead: write their columns into the folder, and a round's nanoseconds for each line of standard input")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: reference [-clock N] FOLDER")
		os.Exit(2)
	}
	to := folder{path: flag.Arg(0)}
	if *clock > 0 {
		relays := population(*clock)
		writeRelays(&to, "relays", relays)
		to.check()
		timed(guard.ColumnsOf(relays))
		return
	}
	answer(&to)
	to.check()
}

// timed takes thresholds and decides, over and over.
func timed(relays guard.Columns) {
	rules, made, scratch := guard.Latest(), guard.MakeDecisions(relays.Len()), new(guard.Scratch)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		start := spent()
		t := rules.ThresholdsOf(relays, 1, scratch)
		between := spent()
		rules.DecideAll(relays, t, made, 1)
		fmt.Println(between-start, spent()-between)
	}
}

// spent is the time that processors have worked for this program, in nanoseconds.
func spent() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

// folder is where columns are written; the first failure is kept.
type folder struct {
	path string
	err  error
}

func (f *folder) check() {
	if f.err != nil {
		fmt.Fprintln(os.Stderr, "reference:", f.err)
		os.Exit(1)
	}
}

func (f *folder) note(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (f *folder) file(name string, content []byte) {
	f.note(os.WriteFile(filepath.Join(f.path, name), content, 0o644))
}

// lines writes a text a relay.
func (f *folder) lines(name string, texts []string) {
	f.file(name+".txt", []byte(strings.Join(texts, "\n")))
}

// column writes a slice of numbers or truths.
func (f *folder) column(name string, values any) {
	var b bytes.Buffer
	f.note(binary.Write(&b, binary.LittleEndian, values))
	f.file(name+"."+reflect.TypeOf(values).Elem().Kind().String(), b.Bytes())
}

// column is what of tells of each thing, written as a column.
func column[Thing, Value any](f *folder, name string, things []Thing, of func(Thing) Value) {
	values := make([]Value, len(things))
	for i, thing := range things {
		values[i] = of(thing)
	}
	f.column(name, values)
}
