package consensus

import (
	"bytes"
	"strconv"
)

// Param is one named number of a params line.
type Param struct {
	// Name is any text without blanks and without an equals sign.
	Name string
	// Value is the number; its meaning and unit depend on the name.
	Value int32
}

// Params are the named numbers that authorities vote on, in the document's order. The nil Params holds none.
//
// Spec: dir-spec, "Vote and consensus status document formats", params; param-spec, for what each name means.
type Params []Param

// ParseParams reads the arguments of a params line. The whole name=value arguments have to ascend as strings do, which
// is not the order of the names ("ab1=0" comes before "ab=0"), and no name may stand there twice. The error wraps
// [ErrBadValue], [ErrOrder] or [ErrTwice]; its line number is 1.
//
// Spec: dir-spec, "Vote and consensus status document formats", params.
// C: src/feature/dirparse/ns_parse.c, networkstatus_parse_vote_from_string.
func ParseParams(text []byte) (Params, error) {
	p, err := parseParams(&lines{number: 1}, text, true)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// parseParams reads the arguments of a params line, and returns nothing but what is wrong with them unless it is to keep
// them.
func parseParams(at *lines, text []byte, keep bool) (Params, *SyntaxError) {
	fault := func(word []byte, sentinel error) (Params, *SyntaxError) {
		return nil, at.fault([]byte("params"), word, sentinel)
	}
	var params Params
	var last, lastName []byte
	for word, rest := field(text); len(word) > 0; word, rest = field(rest) {
		name, value, _ := bytes.Cut(word, []byte("="))
		n, err := strconv.ParseInt(string(value), 10, 32)
		if err != nil {
			return fault(word, ErrBadValue)
		}
		if last != nil {
			if bytes.Equal(lastName, name) {
				return fault(word, ErrTwice)
			}
			if bytes.Compare(last, word) >= 0 {
				return fault(word, ErrOrder)
			}
		}
		if keep {
			params = append(params, Param{string(name), int32(n)})
		}
		last, lastName = word, name
	}
	return params, nil
}

// Value is the number of that name, and reports whether there is one.
func (p Params) Value(name string) (int32, bool) {
	for _, param := range p {
		if param.Name == name {
			return param.Value, true
		}
	}
	return 0, false
}

// Clamped is the number of that name brought into the range low to high, or fallback, as it is, where there is none.
//
// C: src/feature/nodelist/networkstatus.c, networkstatus_get_param.
func (p Params) Clamped(name string, fallback, low, high int32) int32 {
	n, ok := p.Value(name)
	if !ok {
		return fallback
	}
	return min(max(n, low), high)
}

// AppendText appends the arguments of a params line, in the order they have, to dst: the inverse of [ParseParams]. It
// implements encoding.TextAppender; the error is always nil.
func (p Params) AppendText(dst []byte) ([]byte, error) { return p.append(dst), nil }

func (p Params) append(dst []byte) []byte {
	for i, param := range p {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, param.Name...)
		dst = append(dst, '=')
		dst = strconv.AppendInt(dst, int64(param.Value), 10)
	}
	return dst
}

// String is the arguments of a params line.
func (p Params) String() string { return string(p.append(nil)) }
