package consensus_test

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/seed-84712aaa/guardmath/consensus"
	"pgregory.net/rapid"
)

// checkAgainstSlow fails unless the reader and the slow one read the same descriptors and the same errors.
func checkAgainstSlow(t interface{ Fatalf(string, ...any) }, text []byte) {
	var got []slowDescriptor
	for d, err := range consensus.Descriptors(text) {
		var syntax *consensus.SyntaxError
		if err != nil && !errors.As(err, &syntax) {
			t.Fatalf("error %v is no SyntaxError", err)
		}
		got = append(got, slowDescriptor{d, syntax})
	}
	want := slowDescriptors(text)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || describe(got[i]) != describe(want[i]) {
			at := func(all []slowDescriptor) string {
				if i >= len(all) {
					return "nothing"
				}
				return describe(all[i])
			}
			t.Fatalf("descriptor %d:\n%s\nslowly:\n%s\nin\n%.5000q", i, at(got), at(want), text)
		}
	}
}

// describe is all there is to a descriptor and its error; what is empty and what is missing are the same.
func describe(d slowDescriptor) string {
	fault := ""
	if d.err != nil {
		fault = fmt.Sprintf("%d %q %q %v", d.err.Line, d.err.Keyword, d.err.Value, d.err.Err)
	}
	text := fmt.Sprintf("%d bytes with the sum %d", len(d.Text), crc32.ChecksumIEEE(d.Text))
	d.Text, d.err = nil, nil
	return fmt.Sprintf("%+v\n%s\n%s", d.Descriptor, text, fault)
}

// Descriptors of a small network, and one with the lines that those do not have.
var wholeDescriptors = strings.SplitAfter(string(manyDescriptors(12))+sampleDescriptor, "-----END SIGNATURE-----\n")

// genDescriptors draws joined descriptors, most of them damaged in a place or two.
func genDescriptors(t *rapid.T) []byte {
	bits := rapid.SampledFrom([]string{"\n", " ", "\t", "\r", "\r\n", "\x00", "@", "+", "0", "=", "-", ":", "*", "#", "opt ", "opt", "router ",
		"\nrouter ", "\nrouter x 1.2.3.4 5 0 0\n", "\n@type x\n", "\n @x\n", "\nextra-info x\n", "\nnetwork-status-version 3\n", "\naccept *:*\n",
		"\nreject *:80\n", "\nreject private:1-+9\n", "\naccept 1.2.3.4/255.255.0.0\n", "\nreject6 *:*\n", "\n-----BEGIN X-----\n",
		"\n-----END X-----\n", "\n-----END SIGNATURE-----\n", "\n-----END RSA PUBLIC KEY-----\n", "\n-----END ", "\n\n", "\n \n", "\u00a0",
		"uptime 7\n", "uptime 7\n", "\nrouter-signature\n", "\nsigning-key\n", "\nfamily $A\n", "\nhibernating 1\n", "65536", "2147483648", "9223372036854775807"})
	text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(wholeDescriptors), 1, 3).Draw(t, "descriptors"), "")
	for range rapid.IntRange(0, 3).Draw(t, "damages") {
		i := rapid.IntRange(0, len(text)).Draw(t, "from")
		start := strings.LastIndexByte(text[:i], '\n') + 1
		line, _, _ := strings.Cut(text[start:], "\n")
		switch rapid.SampledFrom([]string{"in a line", "before a line", "double a line", "take out"}).Draw(t, "damage") {
		case "in a line":
			text = text[:i] + bits.Draw(t, "put") + text[min(i+rapid.IntRange(0, 1).Draw(t, "in place of"), len(text)):]
		case "before a line":
			text = text[:start] + bits.Draw(t, "put") + text[start:]
		case "double a line":
			text = text[:start] + line + "\n" + text[start:]
		case "take out":
			text = text[:i] + text[min(i+rapid.IntRange(0, 3000).Draw(t, "bytes"), len(text)):]
		}
	}
	return []byte(text)
}

// descriptorsAreReadAsSlowly says that the fast reader is the slow one, down to the line and the value of each error.
func descriptorsAreReadAsSlowly(t *rapid.T) { checkAgainstSlow(t, genDescriptors(t)) }

func TestDescriptorsAreReadAsSlowly(t *testing.T) { rapid.Check(t, descriptorsAreReadAsSlowly) }
func FuzzDescriptorsAreReadAsSlowly(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(descriptorsAreReadAsSlowly))
}

// The same of texts that the fuzzer changes byte by byte.
func FuzzDescriptorBytesAreReadAsSlowly(f *testing.F) {
	for _, text := range wholeDescriptors {
		f.Add([]byte(text))
	}
	f.Add(bytes.ReplaceAll([]byte(sampleDescriptor), []byte("\n"), []byte("\r\n")))
	f.Fuzz(func(t *testing.T, text []byte) { checkAgainstSlow(t, text) })
}

// The generator has to reach good descriptors and every kind of error, or the properties above say little.
func TestDescriptorGeneratorReachesGoodAndBad(t *testing.T) {
	reached := map[error]int{}
	gen := rapid.Custom(genDescriptors)
	for seed := range 1000 {
		for _, d := range slowDescriptors(gen.Example(seed)) {
			if d.err == nil {
				reached[nil]++
			} else {
				reached[d.err.Err]++
			}
		}
	}
	for _, sentinel := range []error{nil, consensus.ErrMissing, consensus.ErrTooFew, consensus.ErrBadValue, consensus.ErrTwice, consensus.ErrNotThis} {
		if reached[sentinel] < 10 {
			t.Errorf("%v: reached %d times", sentinel, reached[sentinel])
		}
	}
}

// What is too long for the generator: lines and objects at the limit and beyond it.
func TestLongLinesAndObjectsAreReadAsSlowly(t *testing.T) {
	const limit = 128 * 1024
	for _, n := range []int{limit - len("contact "), limit - 1, limit} {
		for _, fill := range []string{"x", " ", "@", "xyz\n", "\r"} {
			filler := strings.Repeat(fill, n/len(fill)) + strings.Repeat("y", n%len(fill))
			for _, text := range []string{
				"contact " + filler + "\n", filler + "\n", "router " + filler + "\n",
				"onion-key\n-----BEGIN X-----\n" + filler + "\n-----END X-----\n",
				"onion-key\n-----BEGIN " + filler + "\n-----END " + filler + "\n",
				"onion-key\n-----BEGIN X-----\n" + filler + "\nrouter x\n-----END X-----\n",
			} {
				checkAgainstSlow(t, []byte(with(sampleDescriptor, "hidden-service-dir\n", text)))
			}
		}
	}
}

// Cuts at every byte are what a download that broke off leaves.
func TestCutDescriptorsAreReadAsSlowly(t *testing.T) {
	text := []byte(wholeDescriptors[3])
	for i := range text {
		checkAgainstSlow(t, text[:i])
	}
}
