package tortext

import (
	"fmt"
	"math"
	"strings"
)

// stableIn is the newest series of stable releases in the middle of a year.
var stableIn = map[string]string{
	"2006": "0.1.1", "2007": "0.1.2", "2008": "0.1.2", "2009": "0.2.0", "2010": "0.2.1", "2011": "0.2.1", "2012": "0.2.2",
	"2013": "0.2.3", "2014": "0.2.4", "2015": "0.2.6", "2016": "0.2.7", "2017": "0.3.0", "2018": "0.3.3", "2019": "0.4.0",
	"2020": "0.4.3", "2021": "0.4.6", "2022": "0.4.7", "2023": "0.4.7", "2024": "0.4.8", "2025": "0.4.8", "2026": "0.4.9",
}

// lastOfSeries stands for the fourth number of the last version of a series.
const lastOfSeries = math.MaxInt32

// ParseRelease reads a version as people name it: with or without tor- or Tor before it; the three numbers of a series for
// the last version of that; a year from 2006 on for the newest stable series in the middle of it.
func ParseRelease(name string) (Version, bool) {
	text := strings.TrimPrefix(strings.TrimPrefix(name, "tor-"), "Tor ")
	if series, ok := stableIn[text]; ok {
		text = series
	}
	if strings.Count(text, ".") < 2 { // Tor could read it, but no release was ever called so
		return Version{}, false
	}
	v, ok := ParseVersion(text)
	if ok && strings.Count(text, ".") == 2 && v.Tag == "" && v.Status == Dot {
		v.Patch = lastOfSeries
	}
	return v, ok
}

// String is the version as Tor writes it, or, of the last version of a series, the three numbers of that.
func (v Version) String() string {
	text := fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Micro)
	if v.Patch != lastOfSeries {
		text += fmt.Sprintf("%s%d", [...]string{"pre", "rc", "."}[v.Status], v.Patch)
	}
	return strings.TrimSuffix(text+"-"+v.Tag, "-")
}
