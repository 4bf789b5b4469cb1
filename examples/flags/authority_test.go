package main

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/examples/internal/clitest"
	"github.com/seed-84712aaa/guardmath/guard/authority"
	"github.com/seed-84712aaa/guardmath/internal/torlab"
)

// kept is the folder with runs of the real tor that guard/authority keeps.
var kept = filepath.Join("..", "..", "guard", "authority", "testdata")

// bundle is the arguments for the files of a run of the newest of them, and the run.
func bundle(t *testing.T, name string) (args []string, b torlab.Bundle) {
	t.Helper()
	return bundleAt(t, filepath.Join(kept, "bundles", name))
}

// bundleAt is the arguments for the files of a run in that folder, and the run.
func bundleAt(t *testing.T, dir string) (args []string, b torlab.Bundle) {
	t.Helper()
	b = torlab.ReadBundle(t, dir)
	for _, file := range []struct{ flag, name string }{
		{"-descriptors", "descriptors"}, {"-self", "self-descriptor"}, {"-stability", "router-stability"}, {"-torrc", "torrc"},
		{"-approved-routers", "approved-routers"},
	} {
		for _, suffix := range []string{"", ".gz"} {
			path := filepath.Join(dir, file.name+suffix)
			if _, err := os.Stat(path); err == nil {
				args = append(args, file.flag, path)
			}
		}
	}
	return slices.Clip(args), b // so that appending to it twice is no trouble
}

// With -lines the program prints what tor voted, and nothing else.
func TestAuthorityLinesAreThoseOfTheVote(t *testing.T) {
	for _, name := range []string{"t50", "tiny3", "tiny9", "nohist", "none-active", "post-late"} {
		args, b := bundle(t, name)
		want, err := authority.LinesOf(b.Vote)
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, "-started", "2026-01-15 00:20:14", "-now", "1768436416", "-lines")
		if b.Meta.LatePost {
			args = append(args, "-late")
		}
		code, out, _ := call(t, nil, args...)
		if diff := cmp.Diff(string(want), out); code != cli.OK || diff != "" {
			t.Errorf("%s: exit %d, tor's lines (-) and ours (+):\n%s", name, code, diff)
		}
	}
}

// With -rules and a version it prints what tor of that version voted, with the lines of that version.
func TestAuthorityOfAnOlderVersion(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(kept, "versions", "*", "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatal("no votes of older versions", err)
	}
	differ := 0
	for _, dir := range dirs {
		args, b := bundleAt(t, dir)
		want, err := authority.LinesOf(b.Vote)
		if err != nil {
			t.Fatal(err)
		}
		args = slices.Clip(append(args, "-started", strconv.FormatInt(b.Meta.Start, 10), "-now", strconv.FormatInt(b.Meta.Now, 10), "-lines"))
		code, out, _ := call(t, nil, append(args, "-rules", b.Meta.Version)...)
		if diff := cmp.Diff(string(want), out); code != cli.OK || diff != "" {
			t.Errorf("%s: exit %d, tor's lines (-) and ours (+):\n%s", dir, code, diff)
		}
		if _, out, _ = call(t, nil, append(args, "-rules", "latest")...); out != string(want) {
			differ++
		}
	}
	if differ < len(dirs)-1 { // 0.4.6.12 votes on its nine relays as the newest does
		t.Errorf("the newest version votes otherwise on %d of these networks", differ)
	}
}

// With -vote too it tells whether each line agrees, and in the exit status.
func TestAuthorityHeldAgainstAVote(t *testing.T) {
	args, b := bundle(t, "t50")
	args = slices.Clip(append(args, "-started", "1768436414", "-now", "1768436416"))
	vote := clitest.Write(t, "vote", b.Vote)
	other := clitest.Write(t, "other", []byte(strings.Replace(string(b.Vote), "\ns Exit Fast", "\ns Fast", 1)))

	code, out, _ := call(t, nil, append(args, "-vote", vote)...)
	if code != cli.OK || !strings.Contains(out, "agrees: the thresholds and every s, w and stats line of 48 relays are equal") {
		t.Errorf("its own vote: exit %d\n%s", code, out)
	}
	code, out, _ = call(t, nil, append(args, "-vote", other)...)
	if code != cli.Differs || strings.Count(out, "differs:") != 1 || !strings.Contains(out, "  vote: s Fast") || !strings.Contains(out, "  ours: s Exit Fast") {
		t.Errorf("an altered vote: exit %d\n%s", code, out)
	}
	code, out, _ = call(t, nil, append(args, "-vote", other, "-lines")...)
	if code != cli.Differs || !strings.HasPrefix(out, "differ ") || strings.Count(out, "\n") != 3 || !strings.Contains(out, "\n-s Fast") || !strings.Contains(out, "\n+s Exit Fast") {
		t.Errorf("an altered vote, for machines: exit %d\n%s", code, out)
	}
}

func TestAuthorityExplainsARelay(t *testing.T) {
	args, _ := bundle(t, "tiny3")
	code, out, _ := call(t, nil, append(args, "-started", "1768436414", "-now", "1768436416", "-explain", "r000001")...)
	for _, want := range []string{"relays\n", "$33E862745C6C0BC0057CDDF7D085C8BE94B84673 r000001", "Guard: no, for: low bandwidth; staying up will not change that"} {
		if code != cli.OK || !strings.Contains(out, want) {
			t.Errorf("exit %d, no %q in\n%s", code, want, out)
		}
	}
}

// What is passed over is told on standard error, and no more than a screen of it.
func TestAuthorityTellsWhatItPassesOver(t *testing.T) {
	args, _ := bundle(t, "tiny3")
	lists := clitest.Write(t, "lists", []byte(strings.Repeat("!badexit nobody\n", 30)))
	code, out, errOut := call(t, nil, append(args, "-now", "1768436416", "-lines", "-approved-routers", lists)...)
	if code != cli.OK || !strings.HasPrefix(out, "flag-thresholds ") ||
		!strings.Contains(errOut, "lists: line 1: !badexit: ") || !strings.Contains(errOut, "passed over 20 more") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
}

func TestAuthorityUnusable(t *testing.T) {
	args, _ := bundle(t, "tiny3")
	torrc := clitest.Write(t, "torrc", []byte("\nAuthDirFastGuarantee much\n"))
	garbage := clitest.Write(t, "garbage", []byte("no such thing\n"))
	now := slices.Clip(append(args, "-now", "1768436416"))
	for _, test := range []struct {
		why, want string
		args      []string
	}{
		{"no moment", "-descriptors needs -now", args},
		{"no time", "neither Unix seconds nor YYYY-MM-DD HH:MM:SS", append(args, "-now", "noon")},
		{"started later than now", "-started: 2026-01-15 00:20:17 is later than -now", append(now, "-started", "1768436417")},
		{"a vote before the start", "-voted: 2026-01-15 00:20:15 is not between", append(now, "-voted", "1768436415")},
		{"a negative uptime", `-uptime: "-5" is no number of seconds`, append(now, "-uptime", "-5")},
		{"an identity that is none", "-identity: ", append(now, "-identity", "auth0")},
		{"parameters that are none", "-params: ", append(now, "-params", "FastFlagMinThreshold")},
		{"rules of no version", "-rules: \"0.0.9\": no rules of that name", append(now, "-rules", "0.0.9")},
		{"-self is for authorities", "-self needs -descriptors", []string{"-self", torrc}},
		{"a bad option", "torrc: line 2: AuthDirFastGuarantee: ", append(now, "-torrc", torrc)},
		{"no descriptors in it", "garbage: line 1: no: ", append(now, "-descriptors", garbage)},
		{"no histories in it", "garbage: wfu: ", append(now, "-stability", garbage)},
		{"no bandwidth file", "garbage: line 1: ", append(now, "-bandwidth", garbage)},
		{"no vote", "garbage: line 1: no: ", append(now, "-vote", garbage)},
		{"no such file", "no such file", append(now, "-vote", garbage+"x")},
		{"no such relay", `no relay "nobody"`, append(now, "-explain", "nobody")},
		{"-thresholds is for votes", "-thresholds does not go with -descriptors", append(now, "-thresholds", "vote")},
		{"-torrc is for authorities", "-torrc needs -descriptors", []string{"-torrc", torrc}},
	} {
		code, out, errOut := call(t, nil, test.args...)
		if code != cli.Unusable || out != "" || !strings.Contains(errOut, test.want) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%s: exit %d, output %.200q, error %q; want %q", test.why, code, out, errOut, test.want)
		}
	}
}
