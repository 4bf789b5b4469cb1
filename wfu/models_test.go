package wfu

import (
	"fmt"
	"math"
	"testing"
)

// upFor is each model's relay that has been up for so many days in one run.
func upFor(d int) (h History, s Sampled, c Continuous) {
	for range 24 * d {
		s = s.Sample(true)
	}
	return History{StartOfRun: noon.Add(-int64(d) * days)}, s, c.After(float64(d)*days, true)
}

// How long a relay may be down after one unbroken run, as it was once computed
// for an authority, over all phases of its discount clock, and for the sampled
// model.
func TestOutageBudgetsOfTwoModels(t *testing.T) {
	for _, c := range []struct {
		days        int
		least, most string // hours
		sampled     int    // hours
	}{
		{8, "3.7", "3.9", 2},
		{14, "6.5", "6.9", 3},
		{30, "13.3", "14.0", 4},
		{60, "25.2", "26.5", 4},
		{90, "36.0", "37.8", 4},
		{180, "65", "68", 4},
		{365, "108", "113", 4},
		{730, "168", "174", 4},
	} {
		h, s, _ := upFor(c.days)
		least, most := int64(1<<62), int64(0)
		for phase := int64(0); phase < 12*hours; phase += 60 {
			budget, _ := h.OutageBudget(noon, noon.Add(-phase), 0.98)
			least, most = min(least, budget), max(most, budget)
		}
		decimals := 1
		if c.days >= 180 {
			decimals = 0
		}
		shown := func(seconds int64) string { return fmt.Sprintf("%.*f", decimals, float64(seconds)/hours) }
		if shown(least) != c.least || shown(most) != c.most {
			t.Errorf("%d d: %s to %s h, want %s to %s", c.days, shown(least), shown(most), c.least, c.most)
		}
		n := 0
		for s = s.Sample(false); s.WFU() >= 0.98; s = s.Sample(false) {
			n++
		}
		if n != c.sampled {
			t.Errorf("%d d: %d samples, want %d", c.days, n, c.sampled)
		}
	}
}

// How long the sampled model knows a relay that an authority has known for so
// many days, and when it has known it for 8.
func TestSampledModelKnowsLess(t *testing.T) {
	for d, want := range map[int]string{8: "5.34", 20: "8.32", 60: "9.52"} {
		h, s, _ := upFor(d)
		if got := fmt.Sprintf("%.2f", float64(s.Time)/days); got != want || h.TimeKnown(noon) != int64(d)*days {
			t.Errorf("after %d d: %s d and %d s, want %s d", d, got, h.TimeKnown(noon), want)
		}
	}
	var s Sampled
	for s.Time < 8*days {
		s = s.Sample(true)
	}
	if got := fmt.Sprintf("%.1f", float64(s.Samples)/24); got != "15.9" {
		t.Errorf("8 d are known after %s d, want 15.9", got)
	}
}

// Recovery to 98 % after an outage, over all phases of the discount clock.
func TestRecoveryTimes(t *testing.T) {
	for _, c := range []struct {
		run, outage int64  // days, hours
		least, most string // days
	}{
		{30, 24, "8.7", "9.0"},
		{90, 24, "0.0", "0.0"},
		{30, 48, "15.0", "15.5"},
		{90, 48, "9.3", "9.5"},
		{365, 48, "0.0", "0.0"},
		{30, 168, "25.0", "25.3"},
		{90, 168, "24.2", "24.5"},
		{365, 168, "20.1", "20.5"},
	} {
		h := History{StartOfRun: noon.Add(-c.run * days)}
		least, most := int64(1<<62), int64(0)
		for phase := int64(0); phase < 12*hours; phase += 60 {
			back, ok := h.Recover(noon, noon.Add(-phase), c.outage*hours, 0.98)
			if !ok {
				t.Fatalf("%d d, %d h: never", c.run, c.outage)
			}
			took := back.Sub(noon.Add(c.outage * hours))
			least, most = min(least, took), max(most, took)
		}
		shown := func(seconds int64) string { return fmt.Sprintf("%.1f", float64(seconds)/days) }
		if shown(least) != c.least || shown(most) != c.most {
			t.Errorf("%d d, %d h: %s to %s d, want %s to %s", c.run, c.outage, shown(least), shown(most), c.least, c.most)
		}
	}
}

func TestContinuousIsTheLimitOfSteps(t *testing.T) {
	_, _, whole := upFor(8)
	var steps Continuous
	for range 8 * 24 {
		steps = steps.After(hours, true)
	}
	if math.Abs(whole.Time-steps.Time) > 1e-6 || math.Abs(whole.Uptime-steps.Uptime) > 1e-6 {
		t.Errorf("8 days at once are %+v, hour by hour %+v", whole, steps)
	}
	const rate = 1.187345e-6 // -ln 0.95 / 43200
	if want := (1 - math.Exp(-rate*8*days)) / rate; math.Abs(whole.Time-want) > 1 {
		t.Errorf("8 days are known as %f s, want %f", whole.Time, want)
	}
	if back := whole.After(-5, true); back != whole {
		t.Errorf("time went back: %+v", back)
	}
	if (Continuous{}).WFU() != 0 || (Sampled{}).WFU() != 0 {
		t.Error("a relay never seen has been up")
	}
}
