//go:build tor

package torlab

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"
)

var (
	seedFlag     = flag.Uint64("torlab.seed", 0, "`seed` of the first random network; 0: of the clock")
	networksFlag = flag.Int("torlab.networks", 12, "`number` of random networks of one authority")
	keepFlag     = flag.String("torlab.keep", "", "`folder` to write the bundle of every run to")
)

// victim, in the environment, makes the test program one that starts tor in that folder and waits to be killed.
const victim = "TORLAB_VICTIM"

func TestMain(m *testing.M) {
	flag.Parse()
	status, inside, err := Confine()
	if err != nil {
		fmt.Fprintln(os.Stderr, "torlab:", err)
		os.Exit(1)
	}
	if !inside {
		os.Exit(status)
	}
	if dir := os.Getenv(victim); dir != "" {
		waitToBeKilled(dir)
	}
	os.Exit(m.Run())
}

// newLab is a lab that ends with the test.
func newLab(t *testing.T) *Lab {
	t.Helper()
	l, err := NewLab(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// firstSeed is where this run's random networks begin, and is printed, since a failure must be repeatable.
func firstSeed(t *testing.T) uint64 {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano() / 1e6 % 1e9)
	}
	t.Logf("repeat with -torlab.seed %d", seed)
	return seed
}
