package bandwidth_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-84712aaa/guardmath/bandwidth"
)

func TestAdvertised(t *testing.T) {
	for _, tt := range []struct {
		reason           string
		rate, observed   uint64
		capped, uncapped bandwidth.KB
	}{
		{"nothing", 0, 0, 0, 0},
		{"truncated, not rounded", 1999, 5000, 1, 1},
		{"the smaller one counts, observed", 1 << 30, 102400, 102, 102},
		{"the smaller one counts, rate", 102400, 1 << 30, 102, 102},
		{"a byte below the cap", 9_999_999, 1 << 30, 9999, 9999},
		{"at the cap", 10_000_000, 10_000_000, 10000, 10000},
		{"above the cap", 10_001_000, 1 << 30, 10000, 10001},
		{"the most a descriptor can say", math.MaxInt32, math.MaxInt32, 10000, 2147483},
		{"more than KB can hold", math.MaxUint64, math.MaxUint64, 10000, math.MaxUint32},
	} {
		if got := bandwidth.Advertised(tt.rate, tt.observed); got != tt.capped {
			t.Errorf("%s: Advertised(%d, %d) = %d, want %d", tt.reason, tt.rate, tt.observed, got, tt.capped)
		}
		if got := bandwidth.AdvertisedUncapped(tt.rate, tt.observed); got != tt.uncapped {
			t.Errorf("%s: AdvertisedUncapped(%d, %d) = %d, want %d", tt.reason, tt.rate, tt.observed, got, tt.uncapped)
		}
	}
}

func TestCredible(t *testing.T) {
	for _, tt := range []struct {
		reason               string
		measured             bandwidth.KB
		isMeasured, ignoring bool
		want                 bandwidth.KB
	}{
		{"unmeasured: its own word", 0, false, false, 500},
		{"unmeasured among many that are measured: nothing", 0, false, true, 0},
		{"measured: its own word is not asked", 70, true, false, 70},
		{"measured: ignoring changes nothing", 70, true, true, 70},
		{"a measurement of zero is one", 0, true, false, 0},
	} {
		if got := bandwidth.Credible(500, tt.measured, tt.isMeasured, tt.ignoring); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.reason, got, tt.want)
		}
	}
}

// Bytes per second and back lose less than a kilobyte, and never gain.
func propKBTruncates(t *rapid.T) {
	bytes := rapid.Uint64Range(0, 1000*math.MaxUint32+999).Draw(t, "bytes")
	back := bandwidth.FromBytes(bytes).Bytes()
	if back > bytes || bytes-back >= 1000 {
		t.Fatalf("%d bytes became %d", bytes, back)
	}
}

func TestKBTruncates(t *testing.T) { rapid.Check(t, propKBTruncates) }
func FuzzKBTruncates(f *testing.F) { f.Fuzz(rapid.MakeFuzz(propKBTruncates)) }
