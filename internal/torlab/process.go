//go:build tor

package torlab

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// findTor is the path of the tor program.
func findTor() (string, error) {
	path, err := exec.LookPath("tor")
	if err != nil {
		return "", errors.New("this test runs the real tor, which is missing: apt-get install tor")
	}
	return path, nil
}

// torVersion is what tor says of itself, its first line.
func torVersion() (string, error) {
	path, err := findTor()
	if err != nil {
		return "", err
	}
	out, err := exec.Command(path, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("tor --version: %w", err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line, nil
}

// versionOf is the version in what tor says of it: "Tor version 0.4.9.11.", and more behind it.
func versionOf(said string) string {
	words := strings.Fields(strings.TrimPrefix(said, "Tor version "))
	if len(words) == 0 {
		return ""
	}
	return strings.TrimSuffix(words[0], ".")
}

// A process is one running tor.
type process struct {
	cmd    *exec.Cmd
	dir    string
	began  time.Time
	output bytes.Buffer
	done   chan struct{} // closed when it has ended
}

// startTor starts tor with the torrc in dir, which is its data directory too.
func startTor(dir string, options ...string) (*process, error) {
	path, err := findTor()
	if err != nil {
		return nil, err
	}
	args := []string{
		"-f", filepath.Join(dir, "torrc"), "--defaults-torrc", filepath.Join(dir, "no-defaults"), "--ignore-missing-torrc",
		// Reading where addresses are takes longer than all else at the start.
		"--GeoIPFile", os.DevNull, "--GeoIPv6File", os.DevNull,
		// The log at this level tells when tor did what a vote depends on.
		"--DataDirectory", dir, "--Log", "info file " + filepath.Join(dir, "log"),
	}
	p := &process{cmd: exec.Command(path, append(args, options...)...), dir: dir, done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "TZ=UTC")
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	// Tor ends with the test, also when somebody kills that.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // how it ended does not matter: what it left does
		close(p.done)
	}()
	return p, nil
}

// stop asks tor to end, so that it saves what it knows, and kills it when it does not hurry.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGINT) // fails only when it has ended already
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
		p.kill()
	}
}

// kill ends tor at once.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// ended reports whether tor has ended.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// failure is an error with the warnings that tor logged, and with all it printed if it has ended.
func (p *process) failure(what string) error {
	var lines []string
	for _, page := range p.logbook() {
		if strings.Contains(page.text, "[warn]") || strings.Contains(page.text, "[err]") {
			lines = append(lines, isoTime(page.at)+page.text)
		}
	}
	text := strings.Join(lines[max(0, len(lines)-20):], "")
	if p.ended() {
		text += p.output.String()
	}
	return fmt.Errorf("%s (%s); tor says:\n%s", what, p.dir, text)
}
