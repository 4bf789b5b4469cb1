package consensus_test

import (
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// What an authority asks the policy of each relay at each vote, and what it takes to read one.
func BenchmarkPolicy(b *testing.B) {
	own := "reject 0.0.0.0/8:*\nreject 169.254.0.0/16:*\nreject 127.0.0.0/8:*\nreject 192.168.0.0/16:*\nreject 10.0.0.0/8:*\n" +
		"reject 172.16.0.0/12:*\nreject 198.51.100.7:*\n"
	for _, tt := range []struct {
		name, text string
		exit       bool
	}{
		{"closed", "reject *:*\n", false},
		{"default", own + defaultPolicy, true},
		{"reduced", own + "accept *:" + strings.Join(reducedPorts, "\naccept *:") + "\nreject *:*\n", true},
		{"half open", own + "accept *:22\nreject *:*\n", false},
	} {
		p := policy(b, tt.text)
		b.Run("IsGeneralExit/"+tt.name, func(b *testing.B) {
			for b.Loop() {
				if p.IsGeneralExit(false) != tt.exit {
					b.Fatal(p)
				}
			}
		})
		b.Run("RejectsAll/"+tt.name, func(b *testing.B) {
			for b.Loop() {
				if p.RejectsAll() != (len(p) == 1) {
					b.Fatal(p)
				}
			}
		})
		b.Run("ParsePolicy/"+tt.name, func(b *testing.B) {
			text := []byte(tt.text)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if q, err := consensus.ParsePolicy(text); err != nil || len(q) != len(p) {
					b.Fatal(q, err)
				}
			}
		})
	}
}
