package authority_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// compareVersions holds the library's votes against those of older versions of tor: a folder of bundles a version.
func compareVersions(t *testing.T, dir string) {
	versions, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range versions {
		t.Run(version.Name(), func(t *testing.T) { compare(t, filepath.Join(dir, version.Name())) })
	}
}

// compareCutoffs holds thresholds against what tor logged of them.
func compareCutoffs(t *testing.T, logged string, v authority.Vote) {
	t.Helper()
	if ours := cutoffs(v.Thresholds); strings.Join(strings.Fields(logged), " ") != ours {
		t.Errorf("thresholds\n tor %s\nours %s", logged, ours)
	}
}

// cutoffs is thresholds as tor logs them, but for blanks: one version has two of them before "have".
func cutoffs(t guard.Thresholds) string {
	unit, data := "kilobytes", ""
	if t.InBytes {
		unit = "bytes"
	}
	if !t.EnoughMTBF {
		data = " don't"
	}
	return fmt.Sprintf("Cutoffs: For Stable, %d sec uptime, %d sec MTBF. For Fast: %d %s/sec. For Guard: WFU %.3f%%, "+
		"time-known %d sec, and bandwidth %d or %d %s/sec. We%s have enough stability data.",
		t.StableUptime, uint64(t.StableMTBF), t.Fast, unit, t.GuardWFU*100, t.GuardTimeKnown,
		t.GuardIncludingExits, t.GuardExcludingExits, unit, data)
}

func TestEveryLineOfEveryVoteOfOlderVersionsIsRemade(t *testing.T) {
	compareVersions(t, corpus.Shared(t, "oracle", "versions"))
}

func TestEveryLineOfTheOldVotesInTestdataIsRemade(t *testing.T) {
	compareVersions(t, filepath.Join("testdata", "versions"))
}
