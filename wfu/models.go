package wfu

import "math"

// Sampled is the model of the 2011 report on relay stability and its simulator:
// the relay is looked at once an hour, an hour is added to the time known and, if
// it was running, to the uptime, and at every 12th sample both first lose a
// twentieth, in integers. BridgeDB reckons likewise, in floating point.
//
// It is here to be compared with. Unlike an authority's [History] it discounts
// the present run, too, so that the time known never exceeds 10 days, and a
// relay up for a year can be down no longer than one up for a month. WFU computed
// this way from a series of consensuses is not that of the votes behind them.
//
// The zero Sampled is a relay never seen.
//
// Spec: Tor Tech Report 2011-06-001, "An Analysis of Tor Relay Stability".
type Sampled struct {
	// Uptime is the discounted time during which the relay was running, in
	// seconds.
	Uptime uint64
	// Time is the discounted time known, in seconds.
	Time uint64
	// Samples is the number of hourly samples taken.
	Samples uint64
}

// Sample is the model after one more hourly sample.
func (s Sampled) Sample(running bool) Sampled {
	const hour = 60 * 60
	s.Samples++
	if s.Samples%12 == 0 {
		s.Uptime = s.Uptime * 19 / 20
		s.Time = s.Time * 19 / 20
	}
	s.Time += hour
	if running {
		s.Uptime += hour
	}
	return s
}

// WFU is the weighted fractional uptime of the model, 0 for a relay never seen.
// The simulator of the report gives it in basis points, cut off.
func (s Sampled) WFU() float64 {
	if s.Time == 0 {
		return 0
	}
	return float64(s.Uptime) / float64(s.Time)
}

// Continuous is the model that descriptions in prose suggest: past time loses
// weight evenly, 5 % in 12 hours, the present run like everything else. It is
// the limit of frequent samples with a discount in proportion, and good for
// estimates with pencil and paper: uptime that ended x seconds ago weighs
// 0.95^(x/43200).
//
// It is here to be compared with; see [Sampled]. Its results are those of the
// platform's floating point, not the same to the last bit everywhere.
//
// The zero Continuous is a relay never seen.
type Continuous struct {
	// Uptime is the discounted time during which the relay was running, in
	// seconds.
	Uptime float64
	// Time is the discounted time known, in seconds.
	Time float64
}

// After is the model after so many more seconds of running, or of not running.
// Less than 0 seconds count as 0.
func (c Continuous) After(seconds float64, running bool) Continuous {
	seconds = max(seconds, 0)
	rate := -math.Log(DiscountFactor) / float64(DiscountInterval)
	kept := math.Exp(-rate * seconds)
	gained := (1 - kept) / rate
	c.Uptime *= kept
	c.Time = float64(c.Time*kept) + gained
	if running {
		c.Uptime += gained
	}
	return c
}

// WFU is the weighted fractional uptime of the model, 0 for a relay never seen.
func (c Continuous) WFU() float64 {
	if c.Time == 0 {
		return 0
	}
	return c.Uptime / c.Time
}
