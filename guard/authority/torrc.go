package authority

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// ErrFraction is wrapped by ParseTorrc's error for an AuthDirVoteGuardBwThresholdFraction of 1: tor takes it and then
// aborts, for there is no relay at that place of the order.
var ErrFraction = errors.New("tor takes this fraction and then aborts: it must be below 1")

// ParseTorrc reads the options that matter from the text of a torrc; see [Options]. Names of options are spelled in
// whichever case; an option given twice has its last value, but DirAuthority lines and address patterns add up. Options
// that do not matter are passed over, whatever their value; so are %include lines.
//
// The error is a *consensus.SyntaxError with line and option, and wraps consensus.ErrBadValue, ErrFraction, or one of
// ParseNodeSet's.
//
// C: src/app/config/config.c, src/feature/dirauth/dirauth_options.inc.
func ParseTorrc(text []byte) (Options, error) {
	// Whether this is a testing network decides what the others mean, wherever the line stands.
	var testing bool
	for l := range configLines(text) {
		if strings.EqualFold(l.key, "TestingTorNetwork") {
			if err := setBool(&testing)(l.value); err != nil {
				return Options{}, l.fault(err)
			}
		}
	}
	t := torrc{Options: Defaults(testing)}
	setters := t.setters()
	for l := range configLines(text) {
		// A plus sign adds to a list; those that matter add up anyway.
		key := strings.ToLower(strings.TrimPrefix(l.key, "+"))
		set, matters := setters[key]
		if !matters {
			continue
		}
		if l.unbalanced {
			return Options{}, l.fault(consensus.ErrBadValue)
		}
		if err := set(l.value); err != nil {
			return Options{}, l.fault(err)
		}
	}
	return t.finish(), nil
}

// fault is an error about a line.
func (l configLine) fault(err error) error {
	return &consensus.SyntaxError{Line: l.number, Keyword: cut(l.key), Value: cut(l.value), Err: err}
}

// torrc is options while they are read.
type torrc struct {
	Options
	minExit, minFast                     int64
	exits, guards, hsDirs                NodeSet
	strictExit, strictGuard, strictHSDir bool
}

// setters are the options that matter, in lower case, and what takes their values.
func (t *torrc) setters() map[string]func(value string) error {
	r := &t.Rules
	return map[string]func(string) error{
		"testingtornetwork":                       func(string) error { return nil }, // read before all others
		"nickname":                                func(v string) error { t.Nickname = v; return nil },
		"dirauthority":                            t.addAuthority,
		"authdirlistbadexits":                     setBool(&t.ListBadExits),
		"authdirlistmiddleonly":                   setBool(&t.ListMiddleOnly),
		"authdirtestreachability":                 setBool(&t.TestReachability),
		"authdirhasipv6connectivity":              setBool(&t.IPv6),
		"dirallowprivateaddresses":                setBool(&t.AllowPrivate),
		"testingauthdirtimetolearnreachability":   setInterval(&t.LearnSeconds),
		"authdirfastguarantee":                    setMemory(&r.FastGuarantee),
		"authdirguardbwguarantee":                 setMemory(&r.GuardBandwidth),
		"authdirvoteguardbwthresholdfraction":     setFraction(&r.GuardFraction),
		"authdirvoteguardguaranteetimeknown":      setInterval(&r.GuardTimeKnown),
		"authdirvoteguardguaranteewfu":            setDouble(&r.GuardWFU),
		"authdirvotestableguaranteemtbf":          setInterval(&r.StableMTBF),
		"authdirvotestableguaranteeminuptime":     setInterval(&r.StableUptime),
		"minmeasuredbwsforauthtoignoreadvertised": setInt(&r.MinMeasured, math.MinInt32),
		"minuptimehidservdirectoryv2":             setInterval(&r.HSDirUptime),
		"authdirmaxserversperaddr":                setInt(&r.MaxPerAddress, 0),
		"testingminexitflagthreshold":             setMemory(&t.minExit),
		"testingminfastflagthreshold":             setMemory(&t.minFast),
		"authdirvoteguard":                        setNodes(&t.VoteGuard),
		"testingdirauthvoteexit":                  setNodes(&t.exits),
		"testingdirauthvoteguard":                 setNodes(&t.guards),
		"testingdirauthvotehsdir":                 setNodes(&t.hsDirs),
		"testingdirauthvoteexitisstrict":          setBool(&t.strictExit),
		"testingdirauthvoteguardisstrict":         setBool(&t.strictGuard),
		"testingdirauthvotehsdirisstrict":         setBool(&t.strictHSDir),
		"authdirreject":                           addPatterns(&t.Reject),
		"authdirinvalid":                          addPatterns(&t.Invalid),
		"authdirbadexit":                          addPatterns(&t.BadExit),
		"authdirmiddleonly":                       addPatterns(&t.MiddleOnly),
	}
}

// finish is the options with those of a testing network in their place.
func (t *torrc) finish() Options {
	if t.Testing {
		t.Rules.MinCounted = kilobytes(t.minExit)
		t.Rules.FastMin = int32(min(t.minFast, math.MaxInt32))
		t.Force = []Forced{
			{consensus.Exit, t.exits, t.strictExit},
			{consensus.Guard, t.guards, t.strictGuard},
			{consensus.HSDir, t.hsDirs, t.strictHSDir},
		}
	}
	return t.Options
}

// addAuthority reads a DirAuthority line: a nickname or none, options, address and port, and the identity, which may
// be in groups.
func (t *torrc) addAuthority(value string) error {
	words := strings.Fields(value)
	known := Known{}
	if len(words) > 0 && isNickname(words[0]) {
		known.Nickname, words = words[0], words[1:]
	}
	for len(words) > 0 && (words[0][0] < '0' || words[0][0] > '9') {
		words = words[1:]
	}
	if len(words) < 2 {
		return consensus.ErrTooFew
	}
	id, err := consensus.ParseFingerprint(strings.Join(words[1:], ""))
	if err != nil {
		return consensus.ErrFingerprint
	}
	known.Identity = id
	t.Authorities = append(t.Authorities, known)
	return nil
}

// isNickname reports whether the word could be a relay's nickname: 1 to 19 letters and digits.
func isNickname(word string) bool {
	for _, c := range []byte(word) {
		if !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z') {
			return false
		}
	}
	return len(word) >= 1 && len(word) <= 19
}

func setBool(to *bool) func(string) error {
	return func(value string) error {
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil || n != 0 && n != 1 {
			return consensus.ErrBadValue
		}
		*to = n == 1
		return nil
	}
}

func setInt(to *int, least int64) func(string) error {
	return func(value string) error {
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil || n < least {
			return consensus.ErrBadValue
		}
		*to = int(n)
		return nil
	}
}

func setDouble(to *float64) func(string) error {
	return func(value string) error {
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || !(f >= 0 && f <= 1) {
			return consensus.ErrBadValue
		}
		*to = f
		return nil
	}
}

// setFraction is setDouble for the one fraction of which 1 would be the end of tor.
func setFraction(to *float64) func(string) error {
	set := setDouble(to)
	return func(value string) error {
		if err := set(value); err != nil {
			return err
		}
		if (guard.Rules{GuardFraction: *to}).Check() != nil {
			return ErrFraction
		}
		return nil
	}
}

func setMemory(to *int64) func(string) error { return setUnits(to, memoryUnits, math.MaxInt64) }

func setInterval(to *int64) func(string) error { return setUnits(to, timeUnits, math.MaxInt32) }

func setUnits(to *int64, units map[string]int64, most int64) func(string) error {
	return func(value string) error {
		n, err := parseUnits(value, units)
		if err != nil || n > most {
			return consensus.ErrBadValue
		}
		*to = n
		return nil
	}
}

func setNodes(to *NodeSet) func(string) error {
	return func(value string) (err error) {
		*to, err = ParseNodeSet(value)
		return err
	}
}

func addPatterns(to *NodeSet) func(string) error {
	return func(value string) error {
		set, err := ParseAddressPatterns(value)
		*to = to.union(set)
		return err
	}
}

// The units of torrc, in lower case. Those of memory are binary, and those of a bit eight times smaller.
//
// C: src/lib/confmgt/unitparse.c.
var (
	memoryUnits = makeMemoryUnits()
	timeUnits   = map[string]int64{
		"": 1, "second": 1, "seconds": 1, "minute": 60, "minutes": 60, "hour": 3600, "hours": 3600,
		"day": 86400, "days": 86400, "week": 604800, "weeks": 604800,
		"month": 2629728, "months": 2629728, // a twelfth of 365.24 days
	}
)

func makeMemoryUnits() map[string]int64 {
	units := map[string]int64{"": 1, "b": 1, "byte": 1, "bytes": 1, "m": 1 << 20}
	for i, prefix := range []struct{ short, long string }{{"k", "kilo"}, {"m", "mega"}, {"g", "giga"}, {"t", "tera"}} {
		size := int64(1) << (10 * (i + 1))
		units[prefix.short+"b"] = size
		for _, name := range []string{prefix.short, prefix.long} {
			units[name+"byte"], units[name+"bytes"] = size, size
			units[name+"bit"], units[name+"bits"] = size/8, size/8
		}
	}
	return units
}

var errUnits = errors.New("not a number with a unit")

// parseUnits reads a number, whole or decimal, blanks or none, and a unit or none.
func parseUnits(value string, units map[string]int64) (int64, error) {
	value = strings.TrimLeft(value, " \t")
	end := 0
	for end < len(value) && (value[end] >= '0' && value[end] <= '9' || value[end] == '.') {
		end++
	}
	number, unit := value[:end], strings.ToLower(strings.Trim(value[end:], " \t"))
	size, known := units[unit]
	if number == "" || !known {
		return 0, fmt.Errorf("%.80q: %w", value, errUnits)
	}
	if !strings.Contains(number, ".") {
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n > math.MaxInt64/size {
			return 0, fmt.Errorf("%.80q: %w", value, errUnits)
		}
		return n * size, nil
	}
	f, err := strconv.ParseFloat(number, 64)
	f *= float64(size)
	if err != nil || f >= math.MaxInt64 {
		return 0, fmt.Errorf("%.80q: %w", value, errUnits)
	}
	return int64(f), nil
}
