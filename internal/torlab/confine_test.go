//go:build tor

package torlab

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestNothingButLoopback(t *testing.T) {
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0].Name != "lo" || all[0].Flags&net.FlagLoopback == 0 || all[0].Flags&net.FlagUp == 0 {
		t.Errorf("the interfaces here are %v, want one: loopback, up", all)
	}
	// A made-up relay's address, which an authority may try to reach.
	if conn, err := net.DialTimeout("tcp", "198.18.0.1:9001", time.Second); err == nil {
		conn.Close()
		t.Error("198.18.0.1 can be reached from here")
	}
}

// startIdle starts a tor that does nothing.
func startIdle(l *Lab, dir string) (*process, error) {
	if err := os.WriteFile(filepath.Join(dir, "torrc"), []byte("SocksPort 0\nDisableNetwork 1\n"), 0o600); err != nil {
		return nil, err
	}
	return l.begin(dir)
}

func TestClosingTheLabEndsItsProcesses(t *testing.T) {
	l := newLab(t)
	p, err := startIdle(l, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if p.ended() || !alive(p.cmd.Process.Pid) {
		t.Fatal("tor did not start")
	}
	l.Close()
	if !p.ended() || alive(p.cmd.Process.Pid) {
		t.Error("tor outlived its lab")
	}
}

// waitToBeKilled is what a victim does.
func waitToBeKilled(dir string) {
	l, err := NewLab(dir)
	if err == nil {
		var p *process
		if p, err = startIdle(l, dir); err == nil {
			fmt.Println(p.cmd.Process.Pid)
			select {}
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

func TestKillingTheTestEndsItsProcesses(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	// It goes the whole way: the process that is killed only waits for one in another namespace, which starts tor.
	cmd.Env = append(os.Environ(), confined+"=", victim+"="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	pid, errPID := strconv.Atoi(strings.TrimSpace(line))
	started := err == nil && errPID == nil && alive(pid)
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // says that it was killed
	if !started {
		t.Fatalf("the other test started no tor: %q", line)
	}
	for deadline := time.Now().Add(10 * time.Second); alive(pid); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("tor (process %d) outlived the test that started it", pid)
		}
	}
}

// alive reports whether there is a process that has not ended; one that nobody waited for has.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}
