//go:build tor

package torlab

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// maxPlaces is how many authorities there may be at once.
const maxPlaces = 100

// A Lab runs authorities. It must be in a network namespace of its own: see [Confine].
type Lab struct {
	// Dir is where the data directories are made.
	Dir string

	mu      sync.Mutex
	places  [maxPlaces]bool // addresses in use
	running map[*process]bool
	runs    int
}

// NewLab is a lab that works in an empty folder. It refuses to be made where there is any other network than
// loopback, and where tor is missing.
func NewLab(dir string) (*Lab, error) {
	if err := checkConfined(); err != nil {
		return nil, err
	}
	if _, err := findTor(); err != nil {
		return nil, err
	}
	return &Lab{Dir: dir, running: map[*process]bool{}}, nil
}

// Close ends every process that still runs.
func (l *Lab) Close() {
	l.mu.Lock()
	var left []*process
	for p := range l.running {
		left = append(left, p)
	}
	l.mu.Unlock()
	for _, p := range left {
		p.kill()
		l.ended(p)
	}
}

// place reserves n addresses, and the function that gives them back.
func (l *Lab) place(n int) (places []int, free func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.places {
		if !l.places[i] && len(places) < n {
			l.places[i] = true
			places = append(places, i)
		}
	}
	if len(places) < n {
		return nil, nil, errors.New("more authorities at once than the lab has addresses")
	}
	return places, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, i := range places {
			l.places[i] = false
		}
	}, nil
}

// folder is a new folder in the lab's.
func (l *Lab) folder(name string) (string, error) {
	l.mu.Lock()
	l.runs++
	dir := filepath.Join(l.Dir, fmt.Sprintf("%03d-%s", l.runs, name))
	l.mu.Unlock()
	return dir, os.MkdirAll(dir, 0o700)
}

// begin starts a process that Close will end if nobody else does.
func (l *Lab) begin(dir string, options ...string) (*process, error) {
	p, err := startTor(dir, options...)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.running[p] = true
	l.mu.Unlock()
	return p, nil
}

// ended forgets a process.
func (l *Lab) ended(p *process) {
	l.mu.Lock()
	delete(l.running, p)
	l.mu.Unlock()
}

// sleepUntil waits for a moment just after the beginning of a second, so that what is done then is done in it.
func sleepUntil(unix int64) { time.Sleep(time.Until(time.Unix(unix, int64(20*time.Millisecond)))) }

// plan is a schedule that leaves the given seconds for preparation, then lead between the start and the vote.
func plan(live bool, prepare, lead int64) schedule {
	for {
		if s, ok := nextVote(live, time.Now().Unix()+1+prepare, lead); ok {
			return s
		}
		time.Sleep(time.Second)
	}
}
