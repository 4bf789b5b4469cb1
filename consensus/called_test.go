package consensus_test

import (
	"fmt"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
)

func TestCalled(t *testing.T) {
	const digits = "ab00000000000000000000000000000000000000"
	id := consensus.Fingerprint{0xab}
	for _, test := range []struct {
		why, name, nickname string
		id                  consensus.Fingerprint
		want                bool
	}{
		{"its fingerprint", digits, "cat", id, true},
		{"its fingerprint with a dollar sign", "$" + digits, "cat", id, true},
		{"another's fingerprint", digits, "cat", consensus.Fingerprint{}, false},
		{"its nickname", "cat", "cat", id, true},
		{"its nickname in another case", "CAT", "Cat", id, true},
		{"another's nickname", "dog", "cat", id, false},
		{"part of its nickname", "ca", "cat", id, false},
		{"no name, of a relay without a nickname", "", "", id, false},
	} {
		if got := consensus.Called(test.name)(test.id, test.nickname); got != test.want {
			t.Errorf("%s: %v", test.why, got)
		}
	}
}

func ExampleCalled() {
	called := consensus.Called("Kitten1")
	fmt.Println(called(consensus.Fingerprint{1}, "kitten1"), called(consensus.Fingerprint{2}, "kitten2"))
	// Output: true false
}
