package tortext

import "testing"

func TestReleasesAreNamedInManyWays(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"0.2.5.6-alpha", "0.2.5.6-alpha"},
		{"tor-0.2.5.6-alpha", "0.2.5.6-alpha"},
		{"Tor 0.4.9.11", "0.4.9.11"},
		{"0.1.1pre3", "0.1.1pre3"},
		{"0.1.1rc3-x", "0.1.1rc3-x"},
		{"0.2.9", "0.2.9"}, // the last of the series
		{"2017", "0.3.0"},
	} {
		v, ok := ParseRelease(test.name)
		if !ok || v.String() != test.want {
			t.Errorf("%q is %v, %v; want %s", test.name, v, ok, test.want)
		}
	}
	if last, _ := ParseRelease("0.2.9"); last.Compare(must(t, "0.2.9.17")) <= 0 {
		t.Error("the last of 0.2.9 is not after 0.2.9.17")
	}
	for _, name := range []string{"", "tor", "1999", "article"} {
		if v, ok := ParseRelease(name); ok {
			t.Errorf("%q is %v", name, v)
		}
	}
}
