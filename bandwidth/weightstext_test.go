package bandwidth_test

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

// The line of the public network's consensus of 2017-04-15 00:00.
const line2017 = "bandwidth-weights Wbd=0 Wbe=0 Wbg=4148 Wbm=10000 Wdb=10000 Web=10000 Wed=10000 Wee=10000 Weg=10000" +
	" Wem=10000 Wgb=10000 Wgd=0 Wgg=5852 Wgm=5852 Wmb=10000 Wmd=0 Wme=0 Wmg=4148 Wmm=10000"

func TestParseWeights(t *testing.T) {
	want, _, err := bandwidth.Solve(bandwidth.Totals{G: 28045630, M: 4774561, E: 1733570, D: 8003370, T: 42557131}, 10000)
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(line2017)[1:]
	reversed := strings.Fields(line2017)[1:]
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	for _, tt := range []struct{ reason, line, other string }{
		{"as in a consensus", line2017, ""},
		{"with its newline", line2017 + "\n", ""},
		{"without the keyword", strings.Join(words, " "), ""},
		{"in another order", strings.Join(reversed, " "), ""},
		{"with tabs and more blanks", "\t " + strings.Join(words, " \t") + "  ", ""},
		{"with weights of a Tor to come", line2017 + " Wzz=1  Wxy=", "Wzz=1 Wxy="},
	} {
		w, err := bandwidth.ParseWeights(tt.line)
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		want.Other = tt.other
		if w != want {
			t.Errorf("%s: got %v, want %v", tt.reason, w, want)
		}
	}
	want.Other = ""
	if want.String() != line2017 {
		t.Errorf("got  %s\nwant %s", want, line2017)
	}
}

func TestParseWeightsErrors(t *testing.T) {
	for _, tt := range []struct {
		reason, line, keyword, value string
		err                          error
	}{
		{"nothing", "", "Wbd", "", bandwidth.ErrMissing},
		{"the keyword alone", "bandwidth-weights", "Wbd", "", bandwidth.ErrMissing},
		{"one weight missing", strings.Replace(line2017, " Wgd=0", "", 1), "Wgd", "", bandwidth.ErrMissing},
		{"one weight twice", line2017 + " Wgg=5852", "Wgg", "5852", bandwidth.ErrTwice},
		{"a negative weight", strings.Replace(line2017, "Wgd=0", "Wgd=-1", 1), "Wgd", "-1", bandwidth.ErrNumber},
		{"a fraction", strings.Replace(line2017, "Wgd=0", "Wgd=0.5", 1), "Wgd", "0.5", bandwidth.ErrNumber},
		{"no number at all", strings.Replace(line2017, "Wgd=0", "Wgd=", 1), "Wgd", "", bandwidth.ErrNumber},
		{"more than 31 bits", strings.Replace(line2017, "Wgd=0", "Wgd=2147483648", 1), "Wgd", "2147483648", bandwidth.ErrNumber},
		{"a word without a value", line2017 + " Wzz", "", "Wzz", bandwidth.ErrWord},
		{"a word without a name", line2017 + " =5", "", "=5", bandwidth.ErrWord},
		{"another keyword", "directory-footer " + line2017, "", "directory-footer", bandwidth.ErrWord},
	} {
		w, err := bandwidth.ParseWeights(tt.line)
		var syntax *bandwidth.SyntaxError
		if !errors.As(err, &syntax) || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %v, want %v", tt.reason, err, tt.err)
			continue
		}
		if syntax.Line != 1 || syntax.Keyword != tt.keyword || syntax.Value != tt.value || w != (bandwidth.Weights{}) {
			t.Errorf("%s: got %#v and %v", tt.reason, syntax, w)
		}
		if !strings.Contains(err.Error(), tt.keyword) || !strings.Contains(err.Error(), tt.value) {
			t.Errorf("%s: %q does not show what is wrong", tt.reason, err)
		}
	}
}

// Weights survive being written and read, and what was read from a line written by Tor is written as it was.
func propWeightsRoundTrip(t *rapid.T) {
	var line strings.Builder
	line.WriteString("bandwidth-weights")
	for _, word := range strings.Fields(line2017)[1:] {
		n := rapid.Int64Range(0, math.MaxInt32).Draw(t, word)
		line.WriteString(" " + word[:4] + strconv.FormatInt(n, 10))
	}
	for _, other := range rapid.SliceOfN(rapid.StringMatching(`[a-z]+=[!-~]*`), 0, 3).Draw(t, "other") {
		line.WriteString(" " + other)
	}
	w, err := bandwidth.ParseWeights(line.String())
	if err != nil {
		t.Fatal(err)
	}
	if w.String() != line.String() {
		t.Fatalf("%s became %s", line.String(), w)
	}
	if again, err := bandwidth.ParseWeights(w.String()); again != w || err != nil {
		t.Fatalf("%v became %v (%v)", w, again, err)
	}
}

func TestWeightsRoundTrip(t *testing.T) { rapid.Check(t, propWeightsRoundTrip) }
func FuzzWeightsRoundTrip(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propWeightsRoundTrip)) }

// FuzzParseWeights: no line makes the reader panic, and a line that it takes comes back the same.
func FuzzParseWeights(f *testing.F) {
	f.Add([]byte(line2017))
	f.Add([]byte(line2017 + " x=y\n"))
	f.Add([]byte("bandwidth-weights \t="))
	f.Fuzz(func(t *testing.T, line []byte) {
		w, err := bandwidth.ParseWeights(string(line))
		if err != nil {
			var syntax *bandwidth.SyntaxError
			if !errors.As(err, &syntax) || len(syntax.Value) > 100 || w != (bandwidth.Weights{}) {
				t.Fatalf("%#v, %v", err, w)
			}
			return
		}
		if again, err := bandwidth.ParseWeights(w.String()); again != w || err != nil {
			t.Fatalf("%v became %v (%v)", w, again, err)
		}
	})
}
