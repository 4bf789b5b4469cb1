package authority

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/internal/tortext"
)

// option is how one option of torrc is read.
type option struct {
	name  string // in lower case
	least int    // the length of its shortest abbreviation
	list  bool   // of several values, so an empty one adds nothing
	set   func(t *torrc, value string) error
	clear func(t *torrc)
	// from and until are the changes of Tor that brought the option and that took it away; nil: it was always there, or
	// still is.
	from, until change
}

// in is the option with the change that brought it.
func (o option) in(c change) option { o.from = c; return o }

// before is the option with the change that took it away.
func (o option) before(c change) option { o.until = c; return o }

// of reports whether the release has the option.
func (o *option) of(r Release) bool {
	return (o.from == nil || r.has(o.from)) && (o.until == nil || !r.has(o.until))
}

// options are those that matter. A bar stands behind the shortest abbreviation, which depends on all the others that
// tor has: it takes the first in its own order of those that begin so. Abbreviations are those of 0.4.9.
var options = []option{
	scalar("TestingT|orNetwork", func(t *torrc) *bool { return &t.Testing }, parseBool),
	scalar("Ni|ckname", func(t *torrc) *string { return &t.Nickname }, parseString),
	list("DirAu|thority", func(t *torrc) *[]Known { return &t.Authorities }, addAuthority),
	list("DirServer|", func(t *torrc) *[]Known { return &t.Authorities }, addAuthority),
	scalar("AuthDirListBadE|xits", func(t *torrc) *bool { return &t.ListBadExits }, parseBool),
	scalar("AuthDirListM|iddleOnly", func(t *torrc) *bool { return &t.ListMiddleOnly }, parseBool).in(hasMiddleOnly),
	scalar("AssumeR|eachable", func(t *torrc) *bool { return &t.assumeReachable }, parseBool).before(hasTestReachability),
	scalar("AuthDirTestR|eachability", func(t *torrc) *bool { return &t.TestReachability }, parseBool).in(hasTestReachability),
	scalar("AuthDirH|asIPv6Connectivity", func(t *torrc) *bool { return &t.IPv6 }, parseBool).in(hasIPv6Option),
	scalar("Di|rAllowPrivateAddresses", func(t *torrc) *bool { return &t.AllowPrivate }, parseBool),
	scalar("Te|stingAuthDirTimeToLearnReachability", func(t *torrc) *int64 { return &t.LearnSeconds }, parseInterval),
	scalar("AuthDirF|astGuarantee", func(t *torrc) *int64 { return &t.Rules.FastGuarantee }, parseBandwidth),
	scalar("AuthDirG|uardBWGuarantee", func(t *torrc) *int64 { return &t.Rules.GuardBandwidth }, parseBandwidth),
	scalar("AuthDirVoteGuardB|wThresholdFraction", func(t *torrc) *float64 { return &t.Rules.GuardFraction }, parseFraction).in(hasGuardOptions),
	scalar("AuthDirVoteGuardG|uaranteeTimeKnown", func(t *torrc) *int64 { return &t.Rules.GuardTimeKnown }, parseInterval).in(hasGuardOptions),
	scalar("AuthDirVoteGuardGuaranteeW|FU", func(t *torrc) *float64 { return &t.Rules.GuardWFU }, parseBound).in(hasGuardOptions),
	scalar("AuthDirVoteStableGuaranteeMT|BF", func(t *torrc) *int64 { return &t.Rules.StableMTBF }, parseInterval).in(hasGuardOptions),
	scalar("AuthDirVoteS|tableGuaranteeMinUptime", func(t *torrc) *int64 { return &t.Rules.StableUptime }, parseInterval).in(hasGuardOptions),
	scalar("MinM|easuredBWsForAuthToIgnoreAdvertised", func(t *torrc) *int { return &t.Rules.MinMeasured }, parseInt).in(hasMeasuredOption),
	scalar("MinU|ptimeHidServDirectoryV2", func(t *torrc) *int64 { return &t.Rules.HSDirUptime }, parseInterval),
	scalar("AuthDirM|axServersPerAddr", func(t *torrc) *int { return &t.Rules.MaxPerAddress }, parseCount),
	scalar("AuthDirMaxServersPerAu|thAddr", func(t *torrc) *int { return &t.Rules.MaxPerAuthorityAddress }, parseLimit).
		before(since("0.3.0.1-alpha")),
	scalar("TestingMin|ExitFlagThreshold", func(t *torrc) *int64 { return &t.minExit }, parseMemory).in(hasThresholdOptions),
	scalar("TestingMinF|astFlagThreshold", func(t *torrc) *int64 { return &t.minFast }, parseMemory).in(hasThresholdOptions),
	nodes("AuthDirV|oteGuard", func(t *torrc) *NodeSet { return &t.VoteGuard }).in(hasGuardOptions),
	nodes("TestingDi|rAuthVoteExit", func(t *torrc) *NodeSet { return &t.exits }).in(hasForcedFlags),
	nodes("TestingDirAuthVoteG|uard", func(t *torrc) *NodeSet { return &t.guards }).in(hasForcedFlags),
	nodes("TestingDirAuthVoteH|SDir", func(t *torrc) *NodeSet { return &t.hsDirs }).in(hasForcedFlags),
	scalar("TestingDirAuthVoteExitI|sStrict", func(t *torrc) *bool { return &t.strictExit }, parseBool).in(hasStrictFlags),
	scalar("TestingDirAuthVoteGuardI|sStrict", func(t *torrc) *bool { return &t.strictGuard }, parseBool).in(hasStrictFlags),
	scalar("TestingDirAuthVoteHSDirI|sStrict", func(t *torrc) *bool { return &t.strictHSDir }, parseBool).in(hasStrictFlags),
	list("AuthDirR|eject", func(t *torrc) *NodeSet { return &t.Reject }, addPatterns),
	list("AuthDirI|nvalid", func(t *torrc) *NodeSet { return &t.Invalid }, addPatterns),
	list("AuthDirBadE|xit", func(t *torrc) *NodeSet { return &t.BadExit }, addPatterns),
	list("AuthDirMi|ddleOnly", func(t *torrc) *NodeSet { return &t.MiddleOnly }, addPatterns).in(hasMiddleOnly),
	countries("AuthDirRejectC|Cs"), countries("AuthDirInvalidC|Cs"),
	countries("AuthDirBadExitC|Cs"), countries("AuthDirMiddleOnlyC|Cs").in(hasMiddleOnly),
}

// option is the option that a name or an abbreviation stands for, nil if it is none that matters to the release.
func (r Release) option(name string) *option {
	name = lower(name)
	for i := range options {
		if o := &options[i]; len(name) >= o.least && strings.HasPrefix(o.name, name) && o.of(r) {
			return o
		}
	}
	return nil
}

func isTesting(o *option) bool { return o.name == "testingtornetwork" }

// lower is text with its Latin capitals made small. Others that Unicode folds to Latin letters tor does not know.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// newOption is an option of which one place in a torrc is the value.
func newOption[T any](name string, at func(*torrc) *T, set func(*T, string) error) option {
	abbreviation, rest, _ := strings.Cut(name, "|")
	return option{
		name:  lower(abbreviation + rest),
		least: len(abbreviation),
		set:   func(t *torrc, value string) error { return set(at(t), value) },
		clear: func(t *torrc) { *at(t) = *new(T) },
	}
}

// scalar is an option of one value: the last one.
func scalar[T any](name string, at func(*torrc) *T, parse func(string) (T, error)) option {
	return newOption(name, at, func(to *T, text string) error {
		v, err := parse(text)
		if err == nil {
			*to = v
		}
		return err
	})
}

// list is an option of which the lines add up.
func list[T any](name string, at func(*torrc) *T, add func(*T, string) error) option {
	o := newOption(name, at, add)
	o.list = true
	return o
}

// nodes is an option that is a set of relays: that of the last line that is not empty.
func nodes(name string, at func(*torrc) *NodeSet) option {
	o := scalar(name, at, ParseNodeSet)
	o.list = true
	return o
}

// countries is an option that only a database could make sense of.
func countries(name string) option {
	return list(name, func(*torrc) *NodeSet { return new(NodeSet) }, func(*NodeSet, string) error { return ErrCountry })
}

func addPatterns(to *NodeSet, value string) error {
	set, err := ParseAddressPatterns(value)
	*to = to.union(set)
	return err
}

// addAuthority reads a DirAuthority line: a nickname or none, options, address and port, and the identity, which may
// be in groups.
//
// C: src/app/config/config.c, parse_dir_authority_line.
func addAuthority(to *[]Known, value string) error {
	words := fields(value)
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
	if address, err := netip.ParseAddrPort(words[0]); err != nil || !address.Addr().Is4() || address.Port() == 0 {
		return consensus.ErrBadValue
	}
	id, err := consensus.ParseFingerprint(strings.Join(words[1:], ""))
	if err != nil || strings.HasPrefix(words[1], "$") {
		return consensus.ErrFingerprint
	}
	known.Identity = id
	*to = append(*to, known)
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

func parseString(value string) (string, error) { return value, nil }

func parseBool(value string) (bool, error) {
	if value != "0" && value != "1" {
		return false, consensus.ErrBadValue
	}
	return value == "1", nil
}

func parseInt(value string) (int, error) {
	n, err := strconv.ParseInt(strings.TrimLeft(value, tortext.WhiteSpace), 10, 32)
	if err != nil {
		return 0, consensus.ErrBadValue
	}
	return int(n), nil
}

func parseCount(value string) (int, error) {
	n, err := parseInt(value)
	if err != nil || n < 0 {
		return 0, consensus.ErrBadValue
	}
	return n, nil
}

// parseLimit reads a count of which 0 means that there is no limit.
func parseLimit(value string) (int, error) {
	n, err := parseCount(value)
	if err == nil && n == 0 {
		n = math.MaxInt32
	}
	return n, err
}

// parseDouble reads a number as strtod does, which refuses numbers too small for a float64.
func parseDouble(value string) (float64, error) {
	f, err := strconv.ParseFloat(strings.TrimLeft(value, tortext.WhiteSpace), 64)
	if err != nil || strings.Contains(value, "_") || f == 0 && strings.ContainsAny(mantissa(value), "123456789") {
		return 0, consensus.ErrBadValue
	}
	return f, nil
}

// mantissa is a decimal number without its exponent.
func mantissa(number string) string {
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		return number[:i]
	}
	return number
}

// parseBound reads a number that something is kept below, whatever it is. What is no number keeps nothing.
func parseBound(value string) (float64, error) {
	f, err := parseDouble(value)
	if math.IsNaN(f) {
		f = math.Inf(1)
	}
	return f, err
}

// parseFraction reads a fraction, of which 1 would be the end of tor.
func parseFraction(value string) (float64, error) {
	f, err := parseDouble(value)
	switch {
	case err != nil || f < 0 || f > 1:
		return 0, consensus.ErrBadValue
	case (guard.Rules{GuardFraction: f}).Check() != nil:
		return 0, ErrFraction
	}
	return f, nil
}

func parseMemory(value string) (int64, error) { return parseUnits(value, memoryUnits, math.MaxInt64) }

// parseBandwidth reads an amount of memory that tor takes for one a second, of which 2 GB is one more than it has room for.
//
// C: src/app/config/config.c, ensure_bandwidth_cap.
func parseBandwidth(value string) (int64, error) {
	n, err := parseUnits(value, memoryUnits, 1<<31)
	return min(n, math.MaxInt32), err
}

func parseInterval(value string) (int64, error) { return parseUnits(value, timeUnits, math.MaxInt32) }
