package bandwidth

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

const weightsKeyword = "bandwidth-weights"

// weightNames are the names on the line, in its order, which is that of the fields of Weights.
var weightNames = [...]string{
	"Wbd", "Wbe", "Wbg", "Wbm", "Wdb", "Web", "Wed", "Wee", "Weg", "Wem",
	"Wgb", "Wgd", "Wgg", "Wgm", "Wmb", "Wmd", "Wme", "Wmg", "Wmm",
}

// values are the weights in the order of weightNames.
func (w *Weights) values() [len(weightNames)]*int64 {
	return [...]*int64{
		&w.Wbd, &w.Wbe, &w.Wbg, &w.Wbm, &w.Wdb, &w.Web, &w.Wed, &w.Wee, &w.Weg, &w.Wem,
		&w.Wgb, &w.Wgd, &w.Wgg, &w.Wgm, &w.Wmb, &w.Wmd, &w.Wme, &w.Wmg, &w.Wmm,
	}
}

// ParseWeights reads the weights of a bandwidth-weights line, with or without that keyword before and a newline behind.
// The words may stand in any order, separated by blanks or tabs. Each of the nineteen weights has to be there, once, as
// a decimal integer from 0 to 2147483647; other name=value words go to Other. An error is a [*SyntaxError] with the name
// of the weight as its Keyword and ErrWord, ErrTwice, ErrNumber or ErrMissing as its sentinel.
//
// It is stricter than clients, which take a weight that is missing or negative as a sign to ignore them all.
//
// Spec: dir-spec, "Vote and consensus status document formats", bandwidth-weights.
// C: src/feature/dirparse/ns_parse.c, networkstatus_parse_vote_from_string.
func ParseWeights(line string) (Weights, error) {
	rest := []byte(strings.TrimSuffix(line, "\n"))
	var w Weights
	var other []byte
	var seen [len(weightNames)]bool
	values := w.values()
	for first := true; ; first = false {
		var word []byte
		word, rest = nextWord(rest)
		if len(word) == 0 {
			break
		}
		if first && string(word) == weightsKeyword {
			continue
		}
		name, value, ok := bytes.Cut(word, []byte("="))
		if !ok || len(name) == 0 {
			return Weights{}, &SyntaxError{Line: 1, Value: excerpt(word), Err: ErrWord}
		}
		i := weightIndex(name)
		switch {
		case i < 0:
			if len(other) > 0 {
				other = append(other, ' ')
			}
			other = append(other, word...)
			continue
		case seen[i]:
			return Weights{}, &SyntaxError{Line: 1, Keyword: weightNames[i], Value: excerpt(value), Err: ErrTwice}
		}
		n, ok := decimal(value, math.MaxInt32)
		if !ok {
			return Weights{}, &SyntaxError{Line: 1, Keyword: weightNames[i], Value: excerpt(value), Err: ErrNumber}
		}
		*values[i], seen[i] = int64(n), true
	}
	for i, ok := range seen {
		if !ok {
			return Weights{}, &SyntaxError{Line: 1, Keyword: weightNames[i], Err: ErrMissing}
		}
	}
	w.Other = string(other)
	return w, nil
}

func weightIndex(name []byte) int {
	for i, known := range weightNames {
		if string(name) == known {
			return i
		}
	}
	return -1
}

// AppendText appends the line to dst, keyword first and without a newline, the weights in the order that authorities
// write them in and then Other: the inverse of [ParseWeights], but for the order of words. It implements
// encoding.TextAppender; the error is always nil.
//
// Spec: dir-spec, "Vote and consensus status document formats", bandwidth-weights.
// C: src/feature/dirauth/dirvote.c, networkstatus_compute_bw_weights_v10.
func (w Weights) AppendText(dst []byte) ([]byte, error) { return w.append(dst), nil }

func (w Weights) append(dst []byte) []byte {
	dst = append(dst, weightsKeyword...)
	for i, value := range w.values() {
		dst = append(dst, ' ')
		dst = append(dst, weightNames[i]...)
		dst = append(dst, '=')
		dst = strconv.AppendInt(dst, *value, 10)
	}
	if w.Other != "" {
		dst = append(dst, ' ')
		dst = append(dst, w.Other...)
	}
	return dst
}

// String is the line, as AppendText writes it.
func (w Weights) String() string { return string(w.append(nil)) }

// nextWord is the first word of text, words being separated by blanks and tabs, and what follows it. The word is empty
// when there is none left.
func nextWord(text []byte) (word, rest []byte) {
	start := 0
	for start < len(text) && isBlank(text[start]) {
		start++
	}
	end := start
	for end < len(text) && !isBlank(text[end]) {
		end++
	}
	return text[start:end], text[end:]
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// decimal is the value of text, which has to be all digits, up to limit.
func decimal(text []byte, limit uint64) (n uint64, ok bool) {
	if len(text) == 0 {
		return 0, false
	}
	for _, c := range text {
		digit := uint64(c - '0')
		if digit > 9 || n > (limit-digit)/10 {
			return 0, false
		}
		n = n*10 + digit
	}
	return n, true
}
