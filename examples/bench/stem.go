package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

//go:embed reader.py
var stemProgram string

// python is an interpreter that has stem; empty if none is found.
var python = sync.OnceValue(func() string {
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import stem.descriptor").Run() == nil {
			return name
		}
	}
	return ""
})

// withStem is the contest with stem among the peers, if it is installed. One process reads the document as often as it is
// asked to, and takes the time itself, so that its start does not count.
func withStem(c contest, kind string, document []byte) (contest, error) {
	if python() == "" {
		return c, nil
	}
	file, err := os.CreateTemp("", "bench-*")
	if err != nil {
		return c, err
	}
	path := file.Name()
	defer os.Remove(path)
	_, err = file.Write(document)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return c, err
	}

	command := exec.Command(python(), "-c", stemProgram, kind, path)
	command.Stderr = os.Stderr
	ask, err := command.StdinPipe()
	if err != nil {
		return c, err
	}
	answers, err := command.StdoutPipe()
	if err != nil {
		return c, err
	}
	if err := command.Start(); err != nil {
		return c, err
	}
	lines := bufio.NewReader(answers)
	took := func() (time.Duration, error) {
		if _, err := io.WriteString(ask, "go\n"); err != nil {
			return 0, err
		}
		line, err := lines.ReadString('\n')
		if err != nil {
			return 0, fmt.Errorf("stem cannot read the %s: %w", kind, err)
		}
		var n int64
		_, err = fmt.Sscan(strings.TrimSpace(line), &n)
		return time.Duration(n), err
	}
	if _, err := took(); err != nil { // by now it has read the file
		return c, err
	}
	c.peers = append(c.peers, peer{name: "stem", took: func() time.Duration {
		d, err := took()
		if err != nil {
			panic(err) // it could a moment ago
		}
		return d
	}})
	c.done = append(c.done, func() {
		ask.Close()
		command.Wait()
	})
	return c, nil
}
