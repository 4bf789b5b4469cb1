package consensus_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/internal/corpus"
)

// BenchmarkReader reads votes and consensuses whole, beside the floor: a loop that finds the end of each line and does
// nothing else, which no reader of lines can beat by much. Ratios to it within one run are what counts; the times of
// two machines, or of two runs on a busy one, tell little.
func BenchmarkReader(b *testing.B) {
	for _, kind := range []docKind{plainConsensus, microdescFlavour, plainVote, voteWithStats} {
		benchmarkReading(b, "made/"+kind.String(), func(testing.TB) []byte { return realisticDocument(kind, 7000) })
	}
	for _, real := range []struct{ name, dir, file string }{
		{"consensus-2020", "consensuses", "2020-02-29-10-00-00-consensus.xz"},
		{"microdesc-2016", "consensuses", "2016-12-10-21-00-00-consensus-microdesc.xz"},
		{"vote-2016", "votes", "2016-10-01-16-00-00-vote-dannenberg.xz"},
		{"vote-2019", "votes", "2019-02-05-10-00-00-vote-longclaw.xz"},
	} {
		benchmarkReading(b, "real/"+real.name, func(t testing.TB) []byte {
			return corpus.Read(t, corpus.Shared(t, "data", real.dir, real.file))
		})
	}
}

func benchmarkReading(b *testing.B, name string, document func(testing.TB) []byte) {
	var doc []byte
	run := func(how string, read func(b *testing.B) int) {
		b.Run(name+"/"+how, func(b *testing.B) {
			if doc == nil {
				doc = document(b)
			}
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = read(b)
			}
			b.ReportMetric(float64(n), "relays")
		})
	}
	run("floor", func(*testing.B) int { return endsOfLines(doc) })
	run("Entries", func(b *testing.B) int {
		n := 0
		for _, err := range consensus.NewReader(doc).Entries() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		return n
	})
	run("Parse", func(b *testing.B) int {
		d, err := consensus.Parse(doc)
		if err != nil {
			b.Fatal(err)
		}
		return len(d.Entries)
	})
}

// endsOfLines finds the end of each line and nothing else. It counts the lines that begin with an r, so that it has
// something to say.
func endsOfLines(doc []byte) int {
	n := 0
	for len(doc) > 0 {
		if doc[0] == 'r' {
			n++
		}
		i := bytes.IndexByte(doc, '\n')
		if i < 0 {
			break
		}
		doc = doc[i+1:]
	}
	return n
}

// docKind is a kind of document to make.
type docKind int

const (
	plainConsensus docKind = iota
	microdescFlavour
	plainVote     // as of 2019
	voteWithStats // as since 0.4.6.1-alpha
)

func (k docKind) String() string {
	return [...]string{"consensus", "microdesc", "vote", "vote-with-stats"}[k]
}

// realisticDocument is a document of n relays whose lines repeat themselves as those of the public network do: few
// distinct s and v lines, of which some are common and most are rare, a pr line that follows from the v line, some
// hundred policies of which one stands with every second relay. It is the same on every call.
func realisticDocument(kind docKind, n int) []byte {
	rng := rand.New(rand.NewPCG(7, uint64(kind)))
	// rare is an index below limit: 0 mostly, and large ones seldom.
	rare := func(limit int) int { return int(math.Pow(rng.Float64(), 3) * float64(limit)) }
	ids := make([]consensus.Fingerprint, n)
	for i := range ids {
		for j := range ids[i] {
			ids[i][j] = byte(rng.Uint32())
		}
	}
	sortFingerprints(ids)
	ids = slices.Compact(ids)
	base64Random := func(dst []byte, size int) []byte {
		raw := make([]byte, size)
		for i := range raw {
			raw[i] = byte(rng.Uint32())
		}
		return base64.RawStdEncoding.AppendEncode(dst, raw)
	}
	flags := distinct(28, func() string {
		s := ""
		for _, f := range []struct {
			name string
			p    float64
		}{{"Exit", .2}, {"Fast", .9}, {"Guard", .4}, {"HSDir", .5}, {"Running", 1}, {"Stable", .7}, {"V2Dir", .9}, {"Valid", 1}} {
			if rng.Float64() < f.p {
				s += " " + f.name
			}
		}
		return s
	})
	versions := distinct(41, func() string { return fmt.Sprintf("Tor 0.%d.%d.%d", 3+rng.IntN(2), rng.IntN(9), 1+rng.IntN(14)) })
	protocols := distinct(9, func() string {
		return fmt.Sprintf("Cons=1-2 Desc=1-2 DirCache=1-2 HSDir=1-2 HSIntro=3-%d HSRend=1-2 Link=1-%d LinkAuth=1,3 Microdesc=1-2 Relay=1-%d",
			4+rng.IntN(2), 4+rng.IntN(3), 2+rng.IntN(3))
	})
	policies := distinct(289, func() string {
		p, port := "accept 20-23", 24
		for range 1 + rng.IntN(70) {
			port += 1 + rng.IntN(600)
			p += fmt.Sprintf(",%d", port)
		}
		return p
	})
	policies[0] = "reject 1-65535"

	doc := []byte(voteHeader)
	switch kind {
	case plainConsensus:
		doc = []byte(with(consensusHeader(), " microdesc\n", "\n"))
	case microdescFlavour:
		doc = []byte(consensusHeader())
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for _, id := range ids {
		doc = append(doc, "r "...)
		for range 1 + rng.IntN(19) {
			doc = append(doc, letters[rng.IntN(len(letters))])
		}
		doc = base64.RawStdEncoding.AppendEncode(append(doc, ' '), id[:])
		if kind != microdescFlavour {
			doc = base64Random(append(doc, ' '), 20)
		}
		dirPort := []int{0, 0, 80, 9030, rng.IntN(65536)}[rng.IntN(5)]
		doc = fmt.Appendf(doc, " 2026-01-%02d %02d:%02d:%02d %d.%d.%d.%d %d %d\n", 14+rng.IntN(2), rng.IntN(24), rng.IntN(60), rng.IntN(60),
			rng.IntN(224), rng.IntN(256), rng.IntN(256), rng.IntN(256), []int{443, 9001, 9001, rng.IntN(65536)}[rng.IntN(4)], dirPort)
		if rng.IntN(5) == 0 {
			doc = fmt.Appendf(doc, "a [2001:db8:%x:%x::%x]:9001\n", rng.IntN(65536), rng.IntN(65536), rng.IntN(65536))
		}
		if kind == microdescFlavour {
			doc = append(base64Random(append(doc, "m "...), 32), '\n')
		}
		version := rare(len(versions))
		doc = fmt.Appendf(doc, "s%s\nv %s\n", flags[rare(len(flags))], versions[version])
		if kind != microdescFlavour {
			doc = fmt.Appendf(doc, "pr %s\n", protocols[version%len(protocols)])
		}
		doc = fmt.Appendf(doc, "w Bandwidth=%d", rare(100000))
		if kind >= plainVote && rng.IntN(10) > 0 {
			doc = fmt.Appendf(doc, " Measured=%d", rare(100000))
		} else if kind < plainVote && rng.IntN(20) == 0 {
			doc = append(doc, " Unmeasured=1"...)
		}
		doc = append(doc, '\n')
		if kind != microdescFlavour {
			doc = fmt.Appendf(doc, "p %s\n", policies[rng.IntN(2)*rare(len(policies))])
		}
		if kind >= plainVote {
			doc = append(base64Random(append(doc, "id ed25519 "...), 32), '\n')
			if kind == voteWithStats {
				doc = fmt.Appendf(doc, "stats wfu=%.6f tk=%d mtbf=%d\n", 1-math.Pow(rng.Float64(), 3), rare(50000000), rare(10000000))
			}
			doc = append(base64Random(append(doc, "m 32,33,34,35 sha256="...), 32), '\n')
		}
	}
	if kind < plainVote {
		return append(doc, microdescConsensus[bytes.Index([]byte(microdescConsensus), []byte("directory-footer")):]...)
	}
	return append(doc, voteFooter...)
}

// consensusHeader is what stands before the first relay of the sample.
func consensusHeader() string {
	before, _, _ := bytes.Cut([]byte(microdescConsensus), []byte("r FreeFree"))
	return string(before)
}

// distinct calls draw until it has n distinct texts.
func distinct(n int, draw func() string) []string {
	var all []string
	for len(all) < n {
		if s := draw(); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
