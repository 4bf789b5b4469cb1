package main

/*
#include "types.h"
*/
import "C"

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
)

// relays are the caller's columns of relays.
func relays(n C.int64_t, c *C.gm_guard_columns) (guard.Columns, error) {
	length, err := checked(n)
	if err != nil {
		return guard.Columns{}, err
	}
	if c == nil {
		return guard.Columns{}, fmt.Errorf("%w: columns", errNull)
	}
	columns := guard.Columns{
		Facts:           column[consensus.Flag](c.facts, length),
		Active:          column[bool](c.active, length),
		OffersHSDir:     column[bool](c.offers_hsdir, length),
		HasDirPort:      column[bool](c.has_dir_port, length),
		Buggy:           column[bool](c.buggy, length),
		Vulnerable:      column[bool](c.vulnerable, length),
		Advertised:      column[bandwidth.KB](c.advertised, length),
		Measured:        column[bandwidth.KB](c.measured, length),
		IsMeasured:      column[bool](c.is_measured, length),
		AdvertisedBytes: column[uint32](c.advertised_bytes, length),
		Uptime:          column[int64](c.uptime, length),
		HSDirUptime:     column[int64](c.hsdir_uptime, length),
		WFU:             column[float64](c.wfu, length),
		TimeKnown:       column[int64](c.time_known, length),
		MTBF:            column[float64](c.mtbf, length),
		Strip:           column[consensus.Flag](c.strip, length),
		Pin:             column[consensus.Flag](c.pin, length),
		Unknown:         column[guard.Unknowns](c.unknown, length),
	}
	if columns.Len() != length {
		return guard.Columns{}, fmt.Errorf("%w: all columns of %d relays", errNull, length)
	}
	return columns, nil
}

// onCores is how many workers a caller's number stands for: 0 for as many as there are cores.
func onCores(workers C.int32_t) (int, error) {
	switch {
	case workers < 0 || workers > 1<<16:
		return 0, fmt.Errorf("%w: %d workers", errValue, int(workers))
	case workers == 0:
		return runtime.GOMAXPROCS(0), nil
	}
	return int(workers), nil
}

func giveThresholds(t guard.Thresholds, to *C.gm_guard_thresholds_t) error {
	if to == nil {
		return fmt.Errorf("%w: thresholds", errNull)
	}
	*to = C.gm_guard_thresholds_t{
		stable_mtbf: C.double(t.StableMTBF), guard_wfu: C.double(t.GuardWFU), guard_time_known: C.int64_t(t.GuardTimeKnown),
		stable_uptime: C.uint32_t(t.StableUptime), fast: C.uint32_t(t.Fast),
		guard_including_exits: C.uint32_t(t.GuardIncludingExits), guard_excluding_exits: C.uint32_t(t.GuardExcludingExits),
		enough_mtbf: number(t.EnoughMTBF), ignoring_advertised: number(t.IgnoringAdvertised), in_bytes: number(t.InBytes),
		scarce_exits: number(t.ScarceExits),
	}
	return nil
}

func thresholdsOf(t *C.gm_guard_thresholds_t) (guard.Thresholds, error) {
	if t == nil {
		return guard.Thresholds{}, fmt.Errorf("%w: thresholds", errNull)
	}
	return guard.Thresholds{
		StableMTBF: float64(t.stable_mtbf), GuardWFU: float64(t.guard_wfu), GuardTimeKnown: int64(t.guard_time_known),
		StableUptime: uint32(t.stable_uptime), Fast: bandwidth.KB(t.fast),
		GuardIncludingExits: bandwidth.KB(t.guard_including_exits), GuardExcludingExits: bandwidth.KB(t.guard_excluding_exits),
		EnoughMTBF: t.enough_mtbf != 0, IgnoringAdvertised: t.ignoring_advertised != 0, InBytes: t.in_bytes != 0,
		ScarceExits: t.scarce_exits != 0,
	}, nil
}

// scratches are what thresholds are worked out in: memory that is new to each call costs a quarter more time.
var scratches = sync.Pool{New: func() any { return new(guard.Scratch) }}

// gm_guard_thresholds takes the thresholds over all relays, on so many cores, 0 for all.
//
//export gm_guard_thresholds
func gm_guard_thresholds(handle C.uint64_t, n C.int64_t, columns *C.gm_guard_columns, workers C.int32_t, to *C.gm_guard_thresholds_t) status {
	return try(func() error {
		rules, err := held[*guard.Rules](handle)
		if err != nil {
			return err
		}
		c, err := relays(n, columns)
		if err != nil {
			return err
		}
		cores, err := onCores(workers)
		if err != nil {
			return err
		}
		if to == nil {
			return fmt.Errorf("%w: thresholds", errNull)
		}
		scratch := scratches.Get().(*guard.Scratch)
		t := rules.ThresholdsOf(c, cores, scratch)
		scratches.Put(scratch)
		return giveThresholds(t, to)
	})
}

// gm_guard_decide holds all relays against the thresholds: flags and those that cannot be told, as bits, and the reasons
// against, as bits; what is null is not wanted.
//
//export gm_guard_decide
func gm_guard_decide(handle C.uint64_t, n C.int64_t, columns *C.gm_guard_columns, thresholds *C.gm_guard_thresholds_t, workers C.int32_t,
	flags, cannotTell, against *C.uint32_t) status {
	return try(func() error {
		rules, err := held[*guard.Rules](handle)
		if err != nil {
			return err
		}
		c, err := relays(n, columns)
		if err != nil {
			return err
		}
		t, err := thresholdsOf(thresholds)
		if err != nil {
			return err
		}
		cores, err := onCores(workers)
		if err != nil {
			return err
		}
		length := c.Len()
		rules.DecideAll(c, t, guard.Decisions{
			Flags: column[consensus.Flag](flags, length), CannotTell: column[consensus.Flag](cannotTell, length),
			Against: column[guard.Reasons](against, length),
		}, cores)
		return nil
	})
}

// gm_guard_published is the thresholds that a vote prints.
//
//export gm_guard_published
func gm_guard_published(handle C.uint64_t, to *C.gm_guard_thresholds_t) status {
	return try(func() error {
		doc, err := held[*consensus.Document](handle)
		if err != nil {
			return err
		}
		if doc.Header.FlagThresholds == "" {
			return fmt.Errorf("%w: the document has no flag-thresholds", errValue)
		}
		t, err := guard.ParseThresholds(doc.Header.FlagThresholds)
		if err != nil {
			return err
		}
		return giveThresholds(t, to)
	})
}

// gm_guard_from_vote writes what a vote shows of its relays as columns to decide them by; null ones are not wanted. What it
// does not show is in the column unknown.
//
//export gm_guard_from_vote
func gm_guard_from_vote(handle C.uint64_t, n C.int64_t, columns *C.gm_guard_columns) status {
	return try(func() error {
		doc, err := document(handle, n)
		if err != nil {
			return err
		}
		if columns == nil {
			return fmt.Errorf("%w: columns", errNull)
		}
		if !doc.Header.Vote {
			return fmt.Errorf("%w: a consensus is no vote", errValue)
		}
		shown := make([]guard.Relay, len(doc.Entries))
		for i := range shown {
			shown[i] = guard.FromVote(doc.Header, doc.Entries[i])
		}
		fill(columns.facts, shown, func(r *guard.Relay) consensus.Flag { return r.Facts.Known() })
		fill(columns.active, shown, func(r *guard.Relay) bool { return r.Active })
		fill(columns.offers_hsdir, shown, func(r *guard.Relay) bool { return r.OffersHSDir })
		fill(columns.has_dir_port, shown, func(r *guard.Relay) bool { return r.HasDirPort })
		fill(columns.buggy, shown, func(r *guard.Relay) bool { return r.Buggy })
		fill(columns.vulnerable, shown, func(r *guard.Relay) bool { return r.Vulnerable })
		fill(columns.advertised, shown, func(r *guard.Relay) bandwidth.KB { return r.Advertised })
		fill(columns.measured, shown, func(r *guard.Relay) bandwidth.KB { return r.Measured })
		fill(columns.is_measured, shown, func(r *guard.Relay) bool { return r.IsMeasured })
		fill(columns.advertised_bytes, shown, func(r *guard.Relay) uint32 { return r.AdvertisedBytes })
		fill(columns.uptime, shown, func(r *guard.Relay) int64 { return r.Uptime })
		fill(columns.hsdir_uptime, shown, func(r *guard.Relay) int64 { return r.HSDirUptime })
		fill(columns.wfu, shown, func(r *guard.Relay) float64 { return r.WFU })
		fill(columns.time_known, shown, func(r *guard.Relay) int64 { return r.TimeKnown })
		fill(columns.mtbf, shown, func(r *guard.Relay) float64 { return r.MTBF })
		fill(columns.strip, shown, func(r *guard.Relay) consensus.Flag { return r.Strip })
		fill(columns.pin, shown, func(r *guard.Relay) consensus.Flag { return r.Pin })
		fill(columns.unknown, shown, func(r *guard.Relay) guard.Unknowns { return r.Unknown })
		return nil
	})
}
