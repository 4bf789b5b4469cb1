package main

import (
	"bytes"
	"encoding/binary"
)

// keep takes what was computed, lest it be left out because nobody wants it.
//
//go:noinline
func keep(uint64) {}

// everyLine finds the line ends of a text, one by one: less no reader of lines can do.
func everyLine(text []byte) peer {
	return peer{name: "IndexByte", run: func() {
		n, rest := 0, text
		for {
			i := bytes.IndexByte(rest, '\n')
			if i < 0 {
				break
			}
			n++
			rest = rest[i+1:]
		}
		keep(uint64(n))
	}}
}

// everyByte reads a text once, eight bytes at a time.
func everyByte(text []byte) peer {
	return peer{name: "memory", run: func() {
		var sum uint64
		rest := text
		for len(rest) >= 32 {
			sum += binary.LittleEndian.Uint64(rest) ^ binary.LittleEndian.Uint64(rest[8:]) ^
				binary.LittleEndian.Uint64(rest[16:]) ^ binary.LittleEndian.Uint64(rest[24:])
			rest = rest[32:]
		}
		keep(sum)
	}}
}

// everyNumber reads columns of numbers once.
func everyNumber[T ~uint32 | uint64 | int64 | float64](columns ...[]T) peer {
	return peer{name: "memory", run: func() {
		var sum T
		for _, column := range columns {
			for _, v := range column {
				sum += v
			}
		}
		keep(uint64(sum))
	}}
}
