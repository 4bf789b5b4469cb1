package tortext

import (
	"slices"
	"testing"
)

func must(t *testing.T, text string) Version {
	t.Helper()
	v, ok := ParseVersion(text)
	if !ok {
		t.Fatalf("%q cannot be read", text)
	}
	return v
}

// The order is that of tor_version_compare, in which an empty tag comes first and pre and rc before the point.
func TestVersionsAscend(t *testing.T) {
	ascending := []string{"0.1.1pre1", "0.1.1rc9", "0.1.1", "0.1.1.13-alpha", "0.2.5.6", "0.2.5.6-alpha", "0.2.5.6-alpha-dev",
		"0.2.5.6-rc", "0.2.5.16", "0.2.6.1-alpha", "0.3.3.5-rc", "0.4.9.11", "1.0"}
	for i := range ascending {
		for j := range ascending {
			want := 0
			switch {
			case i < j:
				want = -1
			case i > j:
				want = 1
			}
			if got := must(t, ascending[i]).Compare(must(t, ascending[j])); got != want {
				t.Errorf("%s to %s: %d, want %d", ascending[i], ascending[j], got, want)
			}
		}
	}
}

// A change that went into two series is in each from its own version on, and in all later series.
func TestChangesComeWithAVersionOfEachSeries(t *testing.T) {
	first := []Version{must(t, "0.2.9.10"), must(t, "0.3.0.3-alpha")}
	for _, with := range []string{"0.2.9.10", "0.2.9.17", "0.3.0.3-alpha", "0.3.0.3", "0.3.0.4-rc", "0.3.1.1-alpha", "0.4.9.11"} {
		if !must(t, with).Has(first...) {
			t.Errorf("%s lacks it", with)
		}
	}
	for _, without := range []string{"0.2.8.17", "0.2.9.1-alpha", "0.2.9.9", "0.3.0.1-alpha", "0.3.0.2-alpha-dev"} {
		if must(t, without).Has(first...) {
			t.Errorf("%s has it", without)
		}
	}
	if slices.ContainsFunc(first, func(v Version) bool { return v.Has() }) {
		t.Error("a change that came with no version is there")
	}
}
