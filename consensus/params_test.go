package consensus_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"pgregory.net/rapid"
)

func TestParams(t *testing.T) {
	p, err := consensus.ParseParams([]byte("ab1=-2147483648 ab=2147483647  x-yz=-99"))
	if err != nil || p.String() != "ab1=-2147483648 ab=2147483647 x-yz=-99" {
		t.Fatalf("%q, %v", p, err)
	}
	for _, tt := range []struct {
		name                string
		fallback, low, high int32
		want                int32
		reason              string
	}{
		{"x-yz", 1, -100, 100, -99, "there, within the range"},
		{"x-yz", 1, 0, 80, 0, "there, below the range"},
		{"ab", 1, -100, -8, -8, "there, above the range"},
		{"none", 222, 0, 80, 222, "not there: the default, though outside the range"},
		{"ab1=", 5, 0, 9, 5, "an equals sign is no part of a name"},
	} {
		if got := p.Clamped(tt.name, tt.fallback, tt.low, tt.high); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.reason, got, tt.want)
		}
	}
	if n, ok := p.Value("ab"); n != math.MaxInt32 || !ok {
		t.Errorf("Value = %d, %v", n, ok)
	}
	if p, err := consensus.ParseParams(nil); p != nil || err != nil {
		t.Errorf("no params read as %v, %v", p, err)
	}
}

func TestBadParams(t *testing.T) {
	for _, tt := range []struct {
		text, value string
		sentinel    error
	}{
		{"a=1 b", "b", consensus.ErrBadValue},
		{"a=", "a=", consensus.ErrBadValue},
		{"a=x", "a=x", consensus.ErrBadValue},
		{"a=1.5", "a=1.5", consensus.ErrBadValue},
		{"a=2147483648", "a=2147483648", consensus.ErrBadValue},
		{"a=-2147483649", "a=-2147483649", consensus.ErrBadValue},
		{"a=1 a=2", "a=2", consensus.ErrTwice},
		{"b=1 a=1", "a=1", consensus.ErrOrder},
		{"ab=1 ab1=1", "ab1=1", consensus.ErrOrder}, // as strings, "ab1=1" comes before "ab=1"
	} {
		_, err := consensus.ParseParams([]byte(tt.text))
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) || !errors.Is(err, tt.sentinel) || syntax.Value != tt.value ||
			syntax.Keyword != "params" || syntax.Line != 1 {
			t.Errorf("%q: %v", tt.text, err)
		}
	}
}

func paramsReadWhatTheyPrint(t *rapid.T) {
	values := rapid.MapOf(rapid.StringMatching(`[a-zA-Z0-9_-]{1,6}`), rapid.Int32()).Draw(t, "values")
	var words []string
	for name, value := range values {
		words = append(words, fmt.Sprintf("%s=%d", name, value))
	}
	slices.Sort(words)
	text := strings.Join(words, " ")
	p, err := consensus.ParseParams([]byte(text))
	if err != nil || p.String() != text || len(p) != len(values) {
		t.Fatalf("%q reads as %q, %v", text, p, err)
	}
	for name, value := range values {
		if got, ok := p.Value(name); got != value || !ok {
			t.Fatalf("%q in %q is %d, %v", name, text, got, ok)
		}
	}
}

func TestParamsReadWhatTheyPrint(t *testing.T) { rapid.Check(t, paramsReadWhatTheyPrint) }
func FuzzParamsReadWhatTheyPrint(f *testing.F) { f.Fuzz(rapid.MakeFuzz(paramsReadWhatTheyPrint)) }
