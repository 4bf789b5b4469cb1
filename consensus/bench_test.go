package consensus_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// manyEntries is a vote of n relays.
func manyEntries(n int) []byte {
	var b bytes.Buffer
	b.WriteString(voteHeader)
	for i := range n {
		fmt.Fprintf(&b, "r relay%d %s qgrMs9D8bt7AY31VcRs8iczdpIs 2026-01-14 06:57:51 198.18.%d.%d 9001 0\n",
			i, base64Identity(i), i>>8&255, i&255)
		b.WriteString("a [2001:db8::1]:9001\ns Exit Fast Guard HSDir Running Stable V2Dir Valid\nv Tor 0.4.8.12\n" +
			"pr Conflux=1 Cons=1-2 Desc=1-2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=1-2 Link=1-5\n" +
			"w Bandwidth=6526 Measured=7000\np accept 1-65535\n" +
			"id ed25519 qgrMs9D8bt7AY31VcRs8iczdpItm6ovHIzjrGQjdFiM\nstats wfu=0.938860 tk=773337 mtbf=14634\n" +
			"m 32,33,34,35 sha256=79MR1KQj7L5le/n/pt2kMk8gZR0Z6RjmARvRuLTnEUM\n")
	}
	b.WriteString(voteFooter)
	return b.Bytes()
}

func BenchmarkDescriptors10000(b *testing.B) {
	text := bytes.Repeat([]byte(sampleDescriptor), 10000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for d, err := range consensus.Descriptors(text) {
			if err != nil {
				b.Fatal(err)
			}
			if d.IsExit(false) {
				n++
			}
		}
		if n != 10000 {
			b.Fatal(n)
		}
	}
}

// A policy may have as many rules as it likes; the time grows with their number alone.
func BenchmarkPolicy20000Rules(b *testing.B) {
	var text []byte
	for i := range 10000 {
		text = fmt.Appendf(text, "reject %d.%d.0.0/16:25\naccept %d.0.0.0/9:*\n", i%200+11, i/200, i%200+11)
	}
	b.ReportAllocs()
	for b.Loop() {
		p, err := consensus.ParsePolicy(text)
		if err != nil {
			b.Fatal(err)
		}
		if p.IsGeneralExit(false) || p.RejectsAll() {
			b.Fatal("unexpected answer")
		}
	}
}
