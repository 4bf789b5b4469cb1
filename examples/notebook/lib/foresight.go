package main

/*
#include "types.h"
*/
import "C"

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/guard"
	"github.com/seed-84712aaa/guardmath/guard/foresight"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// networkOf is the relays that keep says to keep, all if it is null, under rules. Each has its index for an identity, since
// columns have none.
func networkOf(handle C.uint64_t, n C.int64_t, columns *C.gm_guard_columns, keep *C.uint8_t) (foresight.Network, error) {
	rules, err := held[*guard.Rules](handle)
	if err != nil {
		return foresight.Network{}, err
	}
	c, err := relays(n, columns)
	if err != nil {
		return foresight.Network{}, err
	}
	kept := column[bool](keep, c.Len())
	network := foresight.Network{Rules: *rules}
	for i := range c.Len() {
		if kept != nil && !kept[i] {
			continue
		}
		relay := c.At(i)
		binary.BigEndian.PutUint64(relay.Identity[:], uint64(i))
		network.Relays = append(network.Relays, relay)
	}
	return network, nil
}

// gm_foresight_outcome tells what becomes of a network of which only the relays with a 1 in keep are left, all if it is null:
// thresholds, flags (as bits; 0 of relays that are gone), each relay's share of guards (likewise), and the 19 bandwidth
// weights, all 0 where there are none. What is null is not wanted.
//
//export gm_foresight_outcome
func gm_foresight_outcome(handle C.uint64_t, n C.int64_t, columns *C.gm_guard_columns, keep *C.uint8_t,
	thresholds *C.gm_guard_thresholds_t, flags *C.uint32_t, shares *C.double, weights *C.int64_t) status {
	return try(func() error {
		network, err := networkOf(handle, n, columns, keep)
		if err != nil {
			return err
		}
		o := network.Outcome()
		if thresholds != nil {
			if err := giveThresholds(o.Thresholds, thresholds); err != nil {
				return err
			}
		}
		if weights != nil {
			if err := giveWeights(o.Weights, weights); err != nil {
				return err
			}
		}
		length := int(n)
		f, s := column[consensus.Flag](flags, length), column[float64](shares, length)
		clear(f)
		clear(s)
		for i := range o.Relays {
			at := binary.BigEndian.Uint64(o.Relays[i].Identity[:])
			if f != nil {
				f[at] = o.Decisions[i].Flags.Known()
			}
			if s != nil {
				s[at] = o.Shares[i]
			}
		}
		return nil
	})
}

// gm_foresight_sweep tells what becomes of the guards as a constant, by its name or its option, takes each of the values:
// how many there are, how many come and how many go against the rules as they are, and in KB/s the bandwidth of each.
// What is null is not wanted.
//
//export gm_foresight_sweep
func gm_foresight_sweep(handle C.uint64_t, n C.int64_t, columns *C.gm_guard_columns, constant *C.char, length C.int64_t,
	points C.int64_t, values *C.double, guards, gained, lost, guardsKB, gainedKB, lostKB *C.int64_t) status {
	return try(func() error {
		network, err := networkOf(handle, n, columns, nil)
		if err != nil {
			return err
		}
		name, err := text(constant, length)
		if err != nil {
			return err
		}
		which, err := foresight.ParseConstant(string(name))
		if err != nil {
			return fmt.Errorf("%w: %w", errName, err)
		}
		many, err := checked(points)
		if err != nil {
			return err
		}
		at, err := needed[float64]("values", values, many)
		if err != nil {
			return err
		}
		for i, p := range network.Sweep(which, at) {
			for _, answer := range []struct {
				to    *C.int64_t
				value int64
			}{
				{guards, int64(p.Guards.Relays)}, {gained, int64(p.Gained.Relays)}, {lost, int64(p.Lost.Relays)},
				{guardsKB, int64(p.Guards.Bandwidth)}, {gainedKB, int64(p.Gained.Bandwidth)}, {lostKB, int64(p.Lost.Bandwidth)},
			} {
				if to := column[int64](answer.to, many); to != nil {
					to[i] = answer.value
				}
			}
		}
		return nil
	})
}

// gm_foresight_forecast tells of each relay, if it stays up from now on: when it first gains a flag (a bit) and from when on
// it keeps it for good, both GM_NEVER where that never happens; how many seconds it can be down from now on without losing
// it, -1 where it has not got it; and when it has it again after an outage of so many seconds. The histories take the
// place of the columns' own; thresholds stay. What is null is not wanted.
//
//export gm_foresight_forecast
func gm_foresight_forecast(handle C.uint64_t, n C.int64_t, columns *C.gm_guard_columns, h *C.gm_wfu_histories,
	thresholds *C.gm_guard_thresholds_t, now, clock C.int64_t, flag C.uint32_t,
	gained, forGood, survives *C.int64_t, outage C.int64_t, back *C.int64_t) status {
	return try(func() error {
		rules, err := held[*guard.Rules](handle)
		if err != nil {
			return err
		}
		c, err := relays(n, columns)
		if err != nil {
			return err
		}
		past, err := histories(n, h)
		if err != nil {
			return err
		}
		t, err := thresholdsOf(thresholds)
		if err != nil {
			return err
		}
		f := consensus.Flag(flag)
		if f == 0 || f&guard.Decided != f || f&(f-1) != 0 {
			return fmt.Errorf("%w: %#x is none of the flags that are decided", errValue, uint32(flag))
		}
		length := c.Len()
		to := [...][]int64{column[int64](gained, length), column[int64](forGood, length), column[int64](survives, length), column[int64](back, length)}
		for i := range length {
			future := foresight.Future{
				Rules: *rules, Thresholds: t, Relay: c.At(i), History: past.At(i), Clock: wfu.Instant(clock), Now: wfu.Instant(now),
			}
			o := future.Outlook(f)
			answers := [...]int64{int64(o.Gained.Latest), int64(o.ForGood), o.Survives, math.MaxInt64}
			if to[3] != nil {
				answers[3] = int64(future.After(int64(outage)).Outlook(f).Gained.Latest)
			}
			for j, answer := range answers {
				if to[j] != nil {
					to[j][i] = answer
				}
			}
		}
		return nil
	})
}
