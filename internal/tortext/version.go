package tortext

import (
	"cmp"
	"encoding/hex"
	"strconv"
	"strings"
)

// Version is a version of Tor as far as Tor compares versions. The zero Version is 0.0.0 before any release.
type Version struct {
	Major, Minor, Micro int
	Status              Status
	Patch               int
	Tag                 string // "alpha", "rc", "alpha-dev"; empty for a stable release
}

// Status is what stands between the third and the fourth number of a version.
type Status uint8

// The statuses, in their order.
const (
	Pre Status = iota
	RC
	Dot // the point of all versions since 0.1.1
)

// ParseVersion reads NUM.NUM, .NUM, then .NUM, preNUM or rcNUM, then a tag, and a revision in brackets; all but the first
// two may be missing. Of the revision it only finds out whether it can be read: what would compare it has none.
//
// C: src/core/or/versions.c, tor_version_parse.
func ParseVersion(text string) (v Version, ok bool) {
	v.Status = Dot
	number := func(to *int, before string) bool {
		rest, ok := strings.CutPrefix(text, before)
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.ParseUint(rest[:digits], 10, 31)
		*to, text = int(n), rest[digits:]
		return ok && err == nil
	}
	if !number(&v.Major, "") || !number(&v.Minor, ".") {
		return Version{}, false
	}
	if text == "" {
		return v, true
	}
	if text[0] != '-' {
		if !number(&v.Micro, ".") {
			return Version{}, false
		}
		mark := ""
		switch {
		case text == "":
			return v, true
		case text[0] == '.':
			mark = "."
		case strings.HasPrefix(text, "pre"):
			v.Status, mark = Pre, "pre"
		case strings.HasPrefix(text, "rc"):
			v.Status, mark = RC, "rc"
		case text[0] != '-':
			return Version{}, false
		}
		if mark != "" && !number(&v.Patch, mark) {
			return Version{}, false
		}
	}
	if text != "" && (text[0] == '-' || text[0] == '.') {
		text = text[1:]
	}
	end := WordEnd(text)
	v.Tag = text[:end]
	return v, validRevision(text[end+SkipBlank(text[end:]):])
}

// validRevision reports whether a revision, which begins with (r or (git- if there is one, can be read.
func validRevision(text string) bool {
	if number, ok := strings.CutPrefix(text, "(r"); ok {
		return !strings.HasPrefix(strings.TrimLeft(number, WhiteSpace), "-")
	}
	if digest, ok := strings.CutPrefix(text, "(git-"); ok {
		digits, _, closed := strings.Cut(digest, ")")
		_, err := hex.DecodeString(digits)
		return closed && err == nil && digits != "" && len(digits) <= 40
	}
	return true
}

// Compare is negative if v is older than w, as Tor has it: number by number, a missing one being 0, then the tags as
// text. So 0.2.5.6 comes before 0.2.5.6-alpha, that before 0.2.5.6-alpha-dev, and that before 0.2.5.6-rc.
//
// C: src/core/or/versions.c, tor_version_compare.
func (v Version) Compare(w Version) int {
	return cmp.Or(v.compareNumbers(w), strings.Compare(v.Tag, w.Tag))
}

func (v Version) compareNumbers(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Micro, w.Micro),
		cmp.Compare(v.Status, w.Status), cmp.Compare(v.Patch, w.Patch))
}

// Has reports whether v contains a change that first came with these versions: one of each series that got it, the oldest
// first, each series being three numbers. All later series have it. A version without a tag stands for the one released with
// its numbers, whichever tag that had.
func (v Version) Has(first ...Version) bool {
	for i, f := range first {
		sameSeries := v.Major == f.Major && v.Minor == f.Minor && v.Micro == f.Micro
		if !sameSeries && i < len(first)-1 {
			continue
		}
		if v.Tag == "" && v.compareNumbers(f) == 0 || v.Compare(f) >= 0 {
			return true
		}
	}
	return false
}

// SameSeries reports whether the first three numbers are the same.
func (v Version) SameSeries(w Version) bool {
	return v.Major == w.Major && v.Minor == w.Minor && v.Micro == w.Micro
}
