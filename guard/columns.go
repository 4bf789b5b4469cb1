package guard

import (
	"errors"
	"fmt"
	"math"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
)

// Columns are many relays, a slice for each fact of [Relay]: element i of every slice is of the same relay. They are for
// those who have very many and decide them all, such as simulations, or notebooks whose arrays these slices can be; what
// [Rules.ThresholdsOf] and [Rules.DecideAll] say of them is what Thresholds and Decide say of the same relays one by one.
// Which relay is which the caller keeps beside it. Who has a few thousand does as well with a slice of Relay.
//
// A column may be nil, and then stands for what its comment says. All others are of one length, see [Columns.Check]. The
// zero Columns are no relays. The slices are the caller's: nothing is copied, and nothing written to them.
type Columns struct {
	// Facts are those of Relay.Facts that this library knows as bits. Nil: no relay has any.
	Facts []consensus.Flag

	// Active is Relay.Active. Nil: unknown.
	Active []bool
	// OffersHSDir is Relay.OffersHSDir. Nil: unknown.
	OffersHSDir []bool
	// HasDirPort is Relay.HasDirPort. Nil: no relay has one.
	HasDirPort []bool
	// Buggy is Relay.Buggy. Nil: none is.
	Buggy []bool
	// Vulnerable is Relay.Vulnerable. Nil: none is.
	Vulnerable []bool

	// Advertised is the bandwidth by each relay's own word, in KB. Nil: 0; and where Measured and AdvertisedBytes are nil
	// too, unknown.
	Advertised []bandwidth.KB
	// Measured is the bandwidth of a bandwidth file, in KB. Nil: no relay is measured.
	Measured []bandwidth.KB
	// IsMeasured says of which relays there is a Measured, be it 0. Nil: of all, if there is that column.
	IsMeasured []bool
	// AdvertisedBytes is Relay.AdvertisedBytes, in bytes/s. Nil: Advertised times 1000, at most 2^32-1.
	AdvertisedBytes []uint32

	// Uptime is the real uptime, in seconds. Nil: unknown, and HSDirUptime with it.
	Uptime []int64
	// HSDirUptime is the one that counts for HSDir, in seconds. Nil: the same as Uptime.
	HSDirUptime []int64

	// WFU is the weighted fractional uptime, 0 to 1. Nil: the history is unknown, all three columns of it.
	WFU []float64
	// TimeKnown is the weighted time known, in seconds. Nil: the history is unknown.
	TimeKnown []int64
	// MTBF is the mean time between failures, in seconds. Nil: the history is unknown.
	MTBF []float64

	// Strip is Relay.Strip. Nil: nothing is taken away.
	Strip []consensus.Flag
	// Pin is Relay.Pin. Nil: nothing is given.
	Pin []consensus.Flag

	// Unknown is Relay.Unknown, in addition to what nil columns make unknown. Nil: nothing is.
	Unknown []Unknowns
}

// ErrColumns is wrapped by the errors of Check.
var ErrColumns = errors.New("columns of different lengths")

// ColumnsOf is the relays as columns, less identities, nicknames and flags that this library has no bits for. Columns of
// which no relay needs anything stay nil.
func ColumnsOf(relays []Relay) Columns {
	n := len(relays)
	c := Columns{
		Facts:           make([]consensus.Flag, n),
		Active:          make([]bool, n),
		OffersHSDir:     make([]bool, n),
		Advertised:      make([]bandwidth.KB, n),
		Measured:        make([]bandwidth.KB, n),
		IsMeasured:      make([]bool, n),
		AdvertisedBytes: make([]uint32, n),
		Uptime:          make([]int64, n),
		HSDirUptime:     make([]int64, n),
		WFU:             make([]float64, n),
		TimeKnown:       make([]int64, n),
		MTBF:            make([]float64, n),
	}
	for i := range relays {
		r := &relays[i]
		c.Facts[i], c.Active[i], c.OffersHSDir[i] = r.Facts.Known(), r.Active, r.OffersHSDir
		c.Advertised[i], c.Measured[i], c.IsMeasured[i] = r.Advertised, r.Measured, r.IsMeasured
		c.AdvertisedBytes[i], c.Uptime[i], c.HSDirUptime[i] = r.AdvertisedBytes, r.Uptime, r.HSDirUptime
		c.WFU[i], c.TimeKnown[i], c.MTBF[i] = r.WFU, r.TimeKnown, r.MTBF
		put(&c.HasDirPort, n, i, r.HasDirPort)
		put(&c.Buggy, n, i, r.Buggy)
		put(&c.Vulnerable, n, i, r.Vulnerable)
		put(&c.Strip, n, i, r.Strip)
		put(&c.Pin, n, i, r.Pin)
		put(&c.Unknown, n, i, r.Unknown)
	}
	return c
}

// put sets element i of a column that is made, n long, when the first value other than zero comes.
func put[T comparable](column *[]T, n, i int, v T) {
	var zero T
	if v == zero {
		return
	}
	if *column == nil {
		*column = make([]T, n)
	}
	(*column)[i] = v
}

// Len is the number of relays: the length of the first column that is not nil.
func (c Columns) Len() int {
	for _, n := range c.lengths() {
		if n >= 0 {
			return n
		}
	}
	return 0
}

// Check reports a column that is neither nil nor as long as the first; nil if there is none.
func (c Columns) Check() error {
	n := c.Len()
	for i, m := range c.lengths() {
		if m >= 0 && m != n {
			return fmt.Errorf("%w: %s has %d relays, the first column %d", ErrColumns, columnNames[i], m, n)
		}
	}
	return nil
}

var columnNames = [...]string{"Facts", "Active", "OffersHSDir", "HasDirPort", "Buggy", "Vulnerable", "Advertised",
	"Measured", "IsMeasured", "AdvertisedBytes", "Uptime", "HSDirUptime", "WFU", "TimeKnown", "MTBF", "Strip", "Pin",
	"Unknown"}

// lengths are those of the columns in the order of the fields, -1 of a nil one.
func (c *Columns) lengths() [len(columnNames)]int {
	return [...]int{lengthOf(c.Facts), lengthOf(c.Active), lengthOf(c.OffersHSDir), lengthOf(c.HasDirPort),
		lengthOf(c.Buggy), lengthOf(c.Vulnerable), lengthOf(c.Advertised), lengthOf(c.Measured), lengthOf(c.IsMeasured),
		lengthOf(c.AdvertisedBytes), lengthOf(c.Uptime), lengthOf(c.HSDirUptime), lengthOf(c.WFU), lengthOf(c.TimeKnown),
		lengthOf(c.MTBF), lengthOf(c.Strip), lengthOf(c.Pin), lengthOf(c.Unknown)}
}

func lengthOf[T any](column []T) int {
	if column == nil {
		return -1
	}
	return len(column)
}

// Slice is the relays from i to before j, in the same memory, as slicing has it; nil columns stay nil. It panics where
// slicing would.
func (c Columns) Slice(i, j int) Columns {
	return Columns{
		Facts: part(c.Facts, i, j), Active: part(c.Active, i, j), OffersHSDir: part(c.OffersHSDir, i, j),
		HasDirPort: part(c.HasDirPort, i, j), Buggy: part(c.Buggy, i, j), Vulnerable: part(c.Vulnerable, i, j),
		Advertised: part(c.Advertised, i, j), Measured: part(c.Measured, i, j), IsMeasured: part(c.IsMeasured, i, j),
		AdvertisedBytes: part(c.AdvertisedBytes, i, j),
		Uptime:          part(c.Uptime, i, j), HSDirUptime: part(c.HSDirUptime, i, j),
		WFU: part(c.WFU, i, j), TimeKnown: part(c.TimeKnown, i, j), MTBF: part(c.MTBF, i, j),
		Strip: part(c.Strip, i, j), Pin: part(c.Pin, i, j), Unknown: part(c.Unknown, i, j),
	}
}

func part[T any](column []T, i, j int) []T {
	if column == nil {
		return nil
	}
	return column[i:j:j]
}

// At is relay i, without identity and nickname: the inverse of ColumnsOf, for what that keeps. It panics if there is no
// such relay.
func (c Columns) At(i int) Relay {
	r := Relay{
		Facts:       consensus.FlagsOf(at(c.Facts, i, 0)),
		Active:      at(c.Active, i, false),
		OffersHSDir: at(c.OffersHSDir, i, false),
		HasDirPort:  at(c.HasDirPort, i, false),
		Buggy:       at(c.Buggy, i, false),
		Vulnerable:  at(c.Vulnerable, i, false),
		Advertised:  at(c.Advertised, i, 0),
		Measured:    at(c.Measured, i, 0),
		IsMeasured:  c.Measured != nil && at(c.IsMeasured, i, true),
		Uptime:      at(c.Uptime, i, 0),
		WFU:         at(c.WFU, i, 0),
		TimeKnown:   at(c.TimeKnown, i, 0),
		MTBF:        at(c.MTBF, i, 0),
		Strip:       at(c.Strip, i, 0),
		Pin:         at(c.Pin, i, 0),
		Unknown:     c.unknown() | at(c.Unknown, i, 0),
	}
	r.AdvertisedBytes = at(c.AdvertisedBytes, i, uint32(min(r.Advertised.Bytes(), math.MaxUint32)))
	r.HSDirUptime = at(c.HSDirUptime, i, r.Uptime)
	return r
}

// at is element i of a column, or what a nil one stands for.
func at[T any](column []T, i int, missing T) T {
	if column == nil {
		return missing
	}
	return column[i]
}

// unknown is what nil columns make unknown of all relays.
func (c *Columns) unknown() Unknowns {
	var u Unknowns
	if c.Active == nil {
		u |= UnknownActivity
	}
	if c.OffersHSDir == nil {
		u |= UnknownOffer
	}
	if c.Advertised == nil && c.Measured == nil && c.AdvertisedBytes == nil {
		u |= UnknownBandwidth
	}
	if c.Uptime == nil {
		u |= UnknownUptime
	}
	if c.WFU == nil || c.TimeKnown == nil || c.MTBF == nil {
		u |= UnknownHistory
	}
	return u
}
