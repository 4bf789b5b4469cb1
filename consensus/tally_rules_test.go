package consensus_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
)

func mustTally(t *testing.T, votes []consensus.Document, authorities int) consensus.Outcome {
	t.Helper()
	o, err := consensus.Tally(votes, authorities)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func mustTallyBy(t *testing.T, method int, votes []consensus.Document) consensus.Outcome {
	t.Helper()
	votes = clone(votes)
	for i := range votes {
		votes[i].Header.Methods = []int{method}
	}
	o, err := consensus.TallyMethods(votes, len(votes), consensus.OldestMethod, consensus.NewestMethod)
	if err != nil || o.Method != method {
		t.Fatalf("method %d: counted by %d, %v", method, o.Method, err)
	}
	return o
}

// The numbers are those of tor's src/test/test_dir.c, test_dir_param_voting.
func TestTallyOfParameters(t *testing.T) {
	votes := []string{"ab=90 abcd=20 cw=50 x-yz=-99", "ab=27 cw=5 x-yz=88", "abcd=20 c=60 cw=500 x-yz=-9 zzzzz=101",
		"ab=900 abcd=200 c=1 cw=51 x-yz=100"}
	for _, tt := range []struct {
		votes, authorities int
		want               string
	}{
		{1, 2, ""}, // one of two is no majority
		{1, 1, "ab=90 abcd=20 cw=50 x-yz=-99"},
		{2, 2, "ab=27 cw=5 x-yz=-99"},
		{2, 3, "ab=27 cw=5 x-yz=-99"},
		{2, 6, ""},
		{3, 3, "ab=27 abcd=20 cw=50 x-yz=-9"},
		{3, 5, "cw=50 x-yz=-9"}, // three are enough, two are not
		{3, 9, "cw=50 x-yz=-9"},
		{4, 4, "ab=90 abcd=20 cw=50 x-yz=-9"},
		{4, 5, "ab=90 abcd=20 cw=50 x-yz=-9"},
		{4, 6, "ab=90 abcd=20 cw=50 x-yz=-9"},
		{4, 10, "ab=90 abcd=20 cw=50 x-yz=-9"},
	} {
		var docs []consensus.Document
		for i, text := range votes[:tt.votes] {
			v := made(i + 1)
			var err error
			if v.Header.Params, err = consensus.ParseParams([]byte(text)); err != nil {
				t.Fatal(err)
			}
			docs = append(docs, v)
		}
		if got := mustTally(t, docs, tt.authorities).Params.String(); got != tt.want {
			t.Errorf("%d votes of %d: %q, want %q", tt.votes, tt.authorities, got, tt.want)
		}
	}
}

// The cases are those of tor's src/test/test_dir.c, test_dir_clip_unmeasured_bw_kb, and what decides whether to cap.
func TestTallyOfBandwidths(t *testing.T) {
	for _, tt := range []struct {
		about string
		w     []string // of the relay, one a vote; empty for a vote that does not list it
		other string   // of another relay, in all votes
		param int32    // maxunmeasuredbw; 1000 stands for none
		want  string
	}{
		{"measured, below the cap", []string{"Measured=10", "Measured=10", "Measured=10"}, "", 1000, "Bandwidth=10"},
		{"measured, above the cap", []string{"Bandwidth=7 Measured=40", "Measured=40", "Measured=40"}, "", 1000, "Bandwidth=40"},
		{"not measured, above the cap", []string{"Bandwidth=40", "Bandwidth=40", "Bandwidth=40"}, "Measured=1", 1000, "Bandwidth=20 Unmeasured=1"},
		{"not measured, below the cap", []string{"Bandwidth=10", "Bandwidth=10", "Bandwidth=10"}, "Measured=1", 1000, "Bandwidth=10 Unmeasured=1"},
		{"another cap", []string{"Bandwidth=140", "Bandwidth=140", "Bandwidth=140"}, "Measured=1", 60, "Bandwidth=60 Unmeasured=1"},
		{"a cap of 0 is one of 1", []string{"Bandwidth=140", "Bandwidth=140", "Bandwidth=140"}, "Measured=1", 0, "Bandwidth=1 Unmeasured=1"},
		{"a negative cap is none", []string{"Bandwidth=140", "Bandwidth=140", "Bandwidth=140"}, "Measured=1", -1, "Bandwidth=140 Unmeasured=1"},
		{"nobody measures, so no cap", []string{"Bandwidth=140", "Bandwidth=140", "Bandwidth=140"}, "Bandwidth=1", 1000, "Bandwidth=140 Unmeasured=1"},
		{"two measure, so no cap", []string{"Bandwidth=99 Measured=1", "Bandwidth=50 Measured=1", "Bandwidth=77"}, "", 1000, "Bandwidth=77 Unmeasured=1"},
		{"two measurements are too few", []string{"Bandwidth=30 Measured=1", "Bandwidth=10 Measured=1", "Bandwidth=15"}, "Measured=1", 1000, "Bandwidth=15 Unmeasured=1"},
		{"an authority's measurement is none", []string{"Bandwidth=30 MeasuredButAuthority=9", "Bandwidth=30 MeasuredButAuthority=9",
			"Bandwidth=30 MeasuredButAuthority=9"}, "MeasuredButAuthority=9", 1000, "Bandwidth=30 Unmeasured=1"},
		{"the lower of two medians", []string{"Bandwidth=1", "Bandwidth=9", "Bandwidth=4", "Bandwidth=3"}, "", 1000, "Bandwidth=3 Unmeasured=1"},
		{"entries without a word do not count", []string{"Bandwidth=8", "", "GuardFraction=3"}, "", 1000, "Bandwidth=8 Unmeasured=1"},
		{"no word at all", []string{"GuardFraction=1", "GuardFraction=2", "GuardFraction=3"}, "", 1000, ""},
		{"more than 31 bits", []string{"Bandwidth=4294967295", "Bandwidth=4294967295", "Bandwidth=2147483648"}, "", 1000, "Bandwidth=-1 Unmeasured=1"},
		{"guard fractions", []string{"Bandwidth=8 GuardFraction=9", "Bandwidth=8 GuardFraction=1", "Bandwidth=8 GuardFraction=5"}, "", 1000,
			"Bandwidth=8 Unmeasured=1 GuardFraction=5"},
		{"too few guard fractions", []string{"Bandwidth=8 GuardFraction=9", "Bandwidth=8", "Bandwidth=8 GuardFraction=5"}, "", 1000,
			"Bandwidth=8 Unmeasured=1"},
	} {
		var votes []consensus.Document
		for i, w := range tt.w {
			v := made(i + 1)
			if tt.param != 1000 {
				v.Header.Params = consensus.Params{{Name: "maxunmeasuredbw", Value: tt.param}}
			}
			v.Entries = []consensus.Entry{relayNo(1, "Guard", w), relayNo(2, "", tt.other)}
			votes = append(votes, v)
		}
		text := string(mustTally(t, votes, len(votes)).AppendLines(nil, ""))
		_, text, _ = strings.Cut(text, "r "+identityNo(1).String()+"\n")
		text, _, _ = strings.Cut(text, "r ")
		want := "s Guard Running Valid\n"
		if tt.want != "" {
			want += "w " + tt.want + "\n"
		}
		if text != want {
			t.Errorf("%s: %q, want %q", tt.about, text, want)
		}
	}
}

// A consensus may be dated by what it does differently from the method before.
func TestMethodsDiffer(t *testing.T) {
	weak := relayNo(1, "Guard Exit", "Bandwidth=50 GuardFraction=40")
	three := func(e consensus.Entry) []consensus.Document { return votesOf(e, e, e) }
	standing := func(o consensus.Outcome) string { return o.Relays[0].Standing.String() }
	flags := func(o consensus.Outcome) string { return o.Relays[0].Flags.String() }
	params := func(text string) []consensus.Document {
		votes := three(relayNo(1, "", "Bandwidth=50"))
		for i := range votes {
			votes[i].Header.Params, _ = consensus.ParseParams([]byte(text))
			votes[i].Entries = append(votes[i].Entries, relayNo(2, "Exit", "Measured=90"), relayNo(3, "Guard", "Measured=90"))
		}
		return votes
	}
	weight := func(o consensus.Outcome) string { return o.Relays[0].Weight.String() }
	scale := func(o consensus.Outcome) string {
		if o.WeightsErr != nil {
			return "no weights"
		}
		return o.Weights.String()[strings.LastIndex(o.Weights.String(), "Wmm"):]
	}
	named := votesOf(relayNo(1, "", ""), changed(relayNo(1, "", ""), func(e *consensus.Entry) { e.Ed25519 = keyNo(7) }))
	for _, tt := range []struct {
		from          int
		about         string
		votes         []consensus.Document
		show          func(consensus.Outcome) string
		before, after string
	}{
		{20, "guard fractions", three(weak), weight, "Bandwidth=50 Unmeasured=1", "Bandwidth=50 Unmeasured=1 GuardFraction=40"},
		{22, "ed25519 identities", named, flags, "Running Valid", "NoEdConsensus Running Valid"},
		{22, "NoEdConsensus is known", named, func(o consensus.Outcome) string { return o.KnownFlags.String() },
			usualFlags, "Authority BadExit Exit Fast Guard HSDir MiddleOnly NoEdConsensus Running Stable StaleDesc V2Dir Valid"},
		{24, "Valid needed", three(changed(weak, func(e *consensus.Entry) { e.Flags = e.Flags.Without(consensus.Valid) })), standing,
			"in the consensus", "not Valid"},
		{26, "totals from 1", three(relayNo(1, "Exit Guard", "Bandwidth=7")), func(o consensus.Outcome) string { return fmt.Sprintf("%+v", o.Totals) },
			"{G:0 M:0 E:0 D:7 T:7}", "{G:1 M:1 E:1 D:8 T:11}"},
		{31, "scale that is not the last parameter", params("bwweightscale=500 x=1"), scale, "Wmm=10000", "Wmm=500"},
		{31, "scale of 0", params("bwweightscale=0"), scale, "Wmm=10000", "Wmm=1"},
		{31, "cap that is not the last parameter", params("maxunmeasuredbw=30 x=1"), weight, "Bandwidth=20 Unmeasured=1", "Bandwidth=30 Unmeasured=1"},
		{32, "MiddleOnly", three(relayNo(1, "Exit Guard HSDir MiddleOnly V2Dir", "")), flags,
			"Exit Guard HSDir MiddleOnly Running V2Dir Valid", "BadExit MiddleOnly Running Valid"},
	} {
		for method, want := range map[int]string{tt.from - 1: tt.before, tt.from: tt.after, consensus.NewestMethod: tt.after} {
			if got := tt.show(mustTallyBy(t, method, tt.votes)); got != want {
				t.Errorf("%s: method %d: %q, want %q", tt.about, method, got, want)
			}
		}
	}
	// The last parameter was understood before, too.
	if got := scale(mustTallyBy(t, 30, params("bwweightscale=500"))); got != "Wmm=500" {
		t.Errorf("method 30, scale as the last parameter: %s", got)
	}
	if got := weight(mustTallyBy(t, consensus.OldestMethod, params("maxunmeasuredbw=30"))); got != "Bandwidth=30 Unmeasured=1" {
		t.Errorf("method 17, cap as the last parameter: %s", got)
	}
}

func TestTallyErrors(t *testing.T) {
	e := relayNo(1, "", "")
	good := func() []consensus.Document { return votesOf(e, e, e) }
	spoilt := func(change func(v *consensus.Document)) []consensus.Document {
		votes := good()
		change(&votes[2])
		return votes
	}
	for _, tt := range []struct {
		about       string
		votes       []consensus.Document
		authorities int
		vote        int
		message     string
		sentinel    error
	}{
		{"no votes", nil, 3, -1, `tally: no votes, or more votes than authorities: "0 votes of 3"`, consensus.ErrQuorum},
		{"too many votes", good(), 2, -1, `tally: no votes, or more votes than authorities: "3 votes of 2"`, consensus.ErrQuorum},
		{"a consensus", spoilt(func(v *consensus.Document) { v.Header.Vote = false }), 3, 2, "vote 3 (auth3): not a vote of one authority", consensus.ErrNotVote},
		{"nobody's vote", spoilt(func(v *consensus.Document) { v.Header.Sources = nil }), 3, 2, "vote 3: not a vote of one authority", consensus.ErrNotVote},
		{"two votes of one authority", spoilt(func(v *consensus.Document) { v.Header.Sources[0].Identity = identityNo(1) }), 3, 2,
			`vote 3 (auth3): second vote of one authority: "` + identityNo(1).String() + `"`, consensus.ErrSameAuthority},
		{"another hour", spoilt(func(v *consensus.Document) { v.Header.ValidAfter += 3600 }), 3, 2,
			`vote 3 (auth3): vote for another period than the first: "2023-11-14 23:13:20"`, consensus.ErrOtherPeriod},
		{"a parameter twice", spoilt(func(v *consensus.Document) { v.Header.Params = consensus.Params{{"a", 1}, {"a", 2}} }), 3, 2,
			`vote 3 (auth3): line may stand only once: "a"`, consensus.ErrTwice},
		{"too many flags", spoilt(func(v *consensus.Document) {
			for i := range 50 {
				v.Header.KnownFlags = v.Header.KnownFlags.Union(consensus.ParseFlags(fmt.Appendf(nil, "F%d Valid", i)))
			}
			v.Header.KnownFlags = v.Header.KnownFlags.Union(consensus.ParseFlags([]byte("A B C")))
		}), 3, 2, "vote 3 (auth3): vote knows more than 64 flags", consensus.ErrTooManyFlags},
		{"a relay twice", spoilt(func(v *consensus.Document) { v.Entries = append(v.Entries, v.Entries[0]) }), 3, 2,
			"vote 3 (auth3): " + e.Identity.String() + ": vote lists a relay twice", consensus.ErrSameRelay},
		{"an ed25519 identity twice", spoilt(func(v *consensus.Document) {
			v.Entries = append(v.Entries, changed(e, func(e *consensus.Entry) { e.Identity = identityNo(2) }))
		}), 3, 2, "vote 3 (auth3): " + identityNo(2).String() + ": vote lists an ed25519 identity twice", consensus.ErrSameKey},
		{"an unknown flag", spoilt(func(v *consensus.Document) { v.Header.KnownFlags = consensus.FlagsOf(consensus.Running) }), 3, 2,
			"vote 3 (auth3): " + e.Identity.String() + `: relay has a flag that its vote does not know: "Running Valid"`, consensus.ErrUnknownFlag},
	} {
		_, err := consensus.Tally(tt.votes, tt.authorities)
		var tally *consensus.TallyError
		if !errors.As(err, &tally) || tally.Vote != tt.vote || !errors.Is(err, tt.sentinel) || err.Error() != tt.message {
			t.Errorf("%s: %v, want %s", tt.about, err, tt.message)
		}
	}
	for _, methods := range [][2]int{{16, 35}, {17, 36}, {30, 29}} {
		if _, err := consensus.TallyMethods(good(), 3, methods[0], methods[1]); !errors.Is(err, consensus.ErrMethods) {
			t.Errorf("methods %v: %v", methods, err)
		}
	}
	if o, err := consensus.Tally(good(), math.MaxInt); err != nil || o.Relays[0].Standing != consensus.Unlisted {
		t.Errorf("three votes of ever so many: %v", err)
	}
}
