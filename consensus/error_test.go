package consensus_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// What stands in a hostile file reaches a terminal only escaped, and only in part.
func TestErrorsAreShortAndPrintable(t *testing.T) {
	for _, text := range []string{
		"\x1b[2J\x07 \x1b]0;title\x07\n",
		"r \x00\x00\n",
		strings.Repeat("keyword", 1000) + " " + strings.Repeat("value ", 1000) + "\n",
	} {
		_, err := consensus.Parse([]byte(text))
		var syntax *consensus.SyntaxError
		if !errors.As(err, &syntax) {
			t.Fatalf("%.20q: %v", text, err)
		}
		message := err.Error()
		if i := strings.IndexFunc(message, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 || len(message) > 1000 {
			t.Errorf("%.20q: the message is of %d bytes and not printable at %d: %q", text, len(message), i, message)
		}
	}
}
