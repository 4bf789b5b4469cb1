package exposure_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard/exposure"
)

const day = 24 * 60 * 60

func TestTerms(t *testing.T) {
	old, since, arti := exposure.TorBefore030(), exposure.TorSince030(), exposure.Arti()
	for _, tt := range []struct {
		reason string
		model  exposure.Model
		params string
		want   exposure.Terms
	}{
		{reason: "defaults", model: since, want: exposure.Terms{Circuits: 1, Directory: 3, Primary: 3, Shortest: 54 * day, Longest: 120 * day}},
		{reason: "Onionoo is no client of its own", model: exposure.Onionoo(), want: since.Terms(nil)},
		{reason: "arti looks at the confirmation alone", model: arti, want: exposure.Terms{Circuits: 1, Directory: 3, Primary: 3, Shortest: 54 * day, Longest: 60 * day}},
		{reason: "defaults of old", model: old, want: exposure.Terms{Circuits: 1, Directory: 1, Primary: 1, Shortest: 60 * day, Longest: 90 * day}},
		{reason: "the consensus of 2017", model: old, params: "NumDirectoryGuards=3 NumEntryGuards=1",
			want: exposure.Terms{Circuits: 1, Directory: 3, Primary: 3, Shortest: 60 * day, Longest: 90 * day}},
		{reason: "it means nothing to newer clients", model: since, params: "NumDirectoryGuards=5 NumEntryGuards=5", want: since.Terms(nil)},
		{reason: "parameters of now", model: since,
			params: "guard-confirmed-min-lifetime-days=10 guard-lifetime-days=30 guard-n-primary-dir-guards-to-use=2 guard-n-primary-guards-to-use=2 guard-n-primary-guards=4",
			want:   exposure.Terms{Circuits: 2, Directory: 2, Primary: 4, Shortest: 9 * day, Longest: 30 * day}},
		{reason: "no more are used than there are", model: since, params: "guard-n-primary-guards-to-use=9 guard-n-primary-guards=2",
			want: exposure.Terms{Circuits: 2, Directory: 2, Primary: 2, Shortest: 54 * day, Longest: 120 * day}},
		{reason: "out of range", model: since, params: "guard-confirmed-min-lifetime-days=9999 guard-lifetime-days=-1",
			want: exposure.Terms{Circuits: 1, Directory: 3, Primary: 3, Shortest: 3285 * day, Longest: 3650 * day}},
		{reason: "out of range of old", model: old, params: "GuardLifetime=1 NumEntryGuards=99",
			want: exposure.Terms{Circuits: 10, Directory: 10, Primary: 10, Shortest: 30 * day, Longest: 60 * day}},
	} {
		params, err := consensus.ParseParams([]byte(tt.params))
		if err != nil {
			t.Fatalf("%s: %v", tt.reason, err)
		}
		if got := tt.model.Terms(params); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.reason, got, tt.want)
		}
	}
}

func TestChoices(t *testing.T) {
	terms := exposure.TorSince030().Terms(nil)
	for _, tt := range []struct {
		seconds, fewest, most int64
	}{
		{seconds: -1, fewest: 1, most: 1},
		{seconds: 0, fewest: 1, most: 1},
		{seconds: 54*day - 1, fewest: 1, most: 1},
		{seconds: 54 * day, fewest: 1, most: 2},
		{seconds: 120 * day, fewest: 2, most: 3},
		{seconds: 365 * day, fewest: 4, most: 7},
		{seconds: math.MaxInt64, fewest: 1 + math.MaxInt64/(120*day), most: 1 + math.MaxInt64/(54*day)},
	} {
		if fewest, most := terms.Choices(tt.seconds); fewest != tt.fewest || most != tt.most {
			t.Errorf("after %d s: %d to %d, want %d to %d", tt.seconds, fewest, most, tt.fewest, tt.most)
		}
	}
	if fewest, most := (exposure.Terms{}).Choices(365 * day); fewest != 1 || most != 1 {
		t.Errorf("kept for ever: %d to %d", fewest, most)
	}
}

func everyClientChoosesBetweenTheFewestAndTheMostTimes(t *rapid.T) {
	terms := anyModel(t).Terms(nil)
	horizon := rapid.Int64Range(0, 2000*day).Draw(t, "horizon")
	fewest, most := terms.Choices(horizon)
	chosen, now := int64(0), int64(0)
	for ; now <= horizon; chosen++ {
		now += rapid.Int64Range(terms.Shortest, terms.Longest).Draw(t, "lifetime")
	}
	if chosen < fewest || chosen > most {
		t.Fatalf("chose %d times in %d s, not %d to %d", chosen, horizon, fewest, most)
	}
}

func TestEveryClientChooses(t *testing.T) {
	rapid.Check(t, everyClientChoosesBetweenTheFewestAndTheMostTimes)
}
func FuzzEveryClientChooses(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(everyClientChoosesBetweenTheFewestAndTheMostTimes))
}

func TestAtLeastOnce(t *testing.T) {
	for _, tt := range []struct {
		p       float64
		choices int64
		want    float64
	}{
		{p: 0.5, choices: 2, want: 0.75},
		{p: 0.25, choices: 1, want: 0.25},
		{p: 1e-18, choices: 3, want: 3e-18}, // lost if computed as 1-(1-p)^3
		{p: 1, choices: 1, want: 1},
		{p: 7, choices: 2, want: 1},
		{p: 0.5, choices: 0, want: 0},
		{p: 0.5, choices: -1, want: 0},
		{p: -1, choices: 3, want: 0},
		{p: math.NaN(), choices: 3, want: 0},
		{p: 0.5, choices: math.MaxInt64, want: 1},
	} {
		if got := exposure.AtLeastOnce(tt.p, tt.choices); !close(got, tt.want, 1e-15) {
			t.Errorf("AtLeastOnce(%v, %d) = %v, want %v", tt.p, tt.choices, got, tt.want)
		}
	}
}

func TestClients(t *testing.T) {
	for _, tt := range []struct {
		p               float64
		n               int64
		mean, deviation float64
	}{
		{p: 0.5, n: 100, mean: 50, deviation: 5},
		{p: 0, n: 100},
		{p: 1, n: 100, mean: 100},
	} {
		if mean, deviation := exposure.Clients(tt.p, tt.n); mean != tt.mean || deviation != tt.deviation {
			t.Errorf("Clients(%v, %d) = %v, %v", tt.p, tt.n, mean, deviation)
		}
	}
}
