//go:build tor

package torlab

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

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
	os.Exit(m.Run())
}

func TestFirst(t *testing.T) {
	l, err := NewLab(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	b, err := l.Run(Scenario{Name: "first", Seed: 1, Relays: 20})
	if err != nil {
		t.Fatal(err)
	}
	b.Write("/tmp/tl-first")
}
