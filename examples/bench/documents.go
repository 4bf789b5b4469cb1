package main

import (
	"fmt"
	"strconv"

	"github.com/seed-84712aaa/guardmath/bandwidth"
	"github.com/seed-84712aaa/guardmath/consensus"
	"github.com/seed-84712aaa/guardmath/examples/internal/cli"
	"github.com/seed-84712aaa/guardmath/internal/synth"
	"github.com/seed-84712aaa/guardmath/wfu"
)

// relaysInNetwork is about how many the public network has.
const relaysInNetwork = 7000

// document is the named file, or a made-up one.
func document(name string, madeUp func() []byte) ([]byte, error) {
	if name == "" {
		return madeUp(), nil
	}
	return cli.Read(name)
}

func network(n int) synth.Network { return synth.New(n, 1) }

// statusBenchmark reads a consensus or a vote, header, all fields of every entry, and footer, all checks on, with buffers
// used again.
func statusBenchmark(kind, file string, madeUp func() []byte) benchmark {
	return benchmark{kind, func() (contest, error) {
		doc, err := document(file, madeUp)
		if err != nil {
			return contest{}, err
		}
		reader := consensus.NewReader(nil)
		read := func() (relays int, err error) {
			reader.Reset(doc)
			if _, err = reader.Header(); err != nil {
				return 0, err
			}
			for e, err := range reader.Entries() {
				if err != nil {
					return 0, err
				}
				keep(uint64(e.Weight.Bandwidth))
				relays++
			}
			_, err = reader.Footer()
			return relays, err
		}
		relays, err := read()
		if err != nil {
			return contest{}, fmt.Errorf("%s: %w", cli.Shown(file), err)
		}
		c := contest{bytes: len(doc), relays: relays, peers: []peer{everyLine(doc), everyByte(doc)}}
		c.ours = func() {
			if n, err := read(); err != nil || n != relays {
				panic("the same document was read differently")
			}
		}
		return withStem(c, kind, doc)
	}}
}

// parseBenchmark reads a consensus into memory of its own.
func parseBenchmark(file string) benchmark {
	return benchmark{"consensus-owned", func() (contest, error) {
		doc, err := document(file, func() []byte { return network(relaysInNetwork).Consensus() })
		if err != nil {
			return contest{}, err
		}
		parsed, err := consensus.Parse(doc)
		if err != nil {
			return contest{}, fmt.Errorf("%s: %w", cli.Shown(file), err)
		}
		return contest{
			bytes: len(doc), relays: len(parsed.Entries), peers: []peer{everyLine(doc), everyByte(doc)},
			ours: func() {
				parsed, err := consensus.Parse(doc)
				if err != nil {
					panic("the same document was read differently")
				}
				keep(uint64(len(parsed.Entries)))
			},
		}, nil
	}}
}

func descriptorsBenchmark(file string) benchmark {
	return benchmark{"descriptors", func() (contest, error) {
		doc, err := document(file, func() []byte { return network(relaysInNetwork).Descriptors() })
		if err != nil {
			return contest{}, err
		}
		read := func() (relays int) {
			for d, err := range consensus.Descriptors(doc) {
				if err == nil {
					keep(d.Observed)
				}
				relays++
			}
			return relays
		}
		c := contest{bytes: len(doc), relays: read(), ours: func() { read() }, peers: []peer{everyLine(doc), everyByte(doc)}}
		return withStem(c, "descriptors", doc)
	}}
}

func bandwidthBenchmark(file string) benchmark {
	return benchmark{"bandwidth-file", func() (contest, error) {
		doc, err := document(file, func() []byte { return network(relaysInNetwork).BandwidthFile() })
		if err != nil {
			return contest{}, err
		}
		parsed, err := bandwidth.ParseFile(doc)
		if err != nil {
			return contest{}, fmt.Errorf("%s: %w", cli.Shown(file), err)
		}
		return contest{
			bytes: len(doc), relays: len(parsed.Relays), peers: []peer{everyLine(doc), everyByte(doc)},
			ours: func() {
				parsed, err := bandwidth.ParseFile(doc)
				if err != nil {
					panic("the same document was read differently")
				}
				keep(uint64(len(parsed.Relays)))
			},
		}, nil
	}}
}

// stabilityBenchmarks are reading a ledger and writing it.
func stabilityBenchmarks(file string) []benchmark {
	prepare := func() (doc []byte, ledger wfu.Ledger, err error) {
		doc, err = document(file, func() []byte {
			text, _ := ledgerOf(network(relaysInNetwork)).AppendText(nil) // which never fails
			return text
		})
		if err == nil {
			ledger, _, err = wfu.ParseLedger(doc)
		}
		return doc, ledger, err
	}
	return []benchmark{
		{"stability-read", func() (contest, error) {
			doc, ledger, err := prepare()
			return contest{
				bytes: len(doc), relays: len(ledger.Relays), peers: []peer{everyLine(doc), everyByte(doc)},
				ours: func() {
					ledger, _, err := wfu.ParseLedger(doc)
					if err != nil {
						panic("the same document was read differently")
					}
					keep(uint64(len(ledger.Relays)))
				},
			}, err
		}},
		{"stability-write", func() (contest, error) {
			doc, ledger, err := prepare()
			buffer := make([]byte, 0, 2*len(doc))
			return contest{
				bytes: len(doc), relays: len(ledger.Relays), peers: []peer{everyByte(doc), numbersOf(ledger)},
				ours: func() {
					text, _ := ledger.AppendText(buffer) // which never fails
					keep(uint64(len(text)))
				},
			}, err
		}},
	}
}

// numbersOf writes the numbers of a ledger, and nothing else, with strconv.
func numbersOf(ledger wfu.Ledger) peer {
	buffer := make([]byte, 0, 1<<20)
	return peer{name: "strconv", run: func() {
		for _, h := range ledger.Relays {
			buffer = strconv.AppendUint(buffer[:0], h.WeightedRunLength, 10)
			buffer = strconv.AppendFloat(buffer, h.TotalRunWeights, 'f', 5, 64)
			buffer = strconv.AppendUint(buffer, h.WeightedUptime, 10)
			buffer = strconv.AppendUint(buffer, h.TotalWeightedTime, 10)
			keep(uint64(len(buffer)))
		}
	}}
}

// ledgerOf is histories that give a network's stats, about.
func ledgerOf(n synth.Network) wfu.Ledger {
	ledger := wfu.Ledger{StoredAt: synth.Now, TrackedSince: synth.Now - 300*86400, LastDownrated: synth.Now - 3600, Relays: make(map[[20]byte]wfu.History, len(n.Relays))}
	for i := range n.Relays {
		ledger.Relays[n.Relays[i].Identity] = historyOf(&n.Relays[i])
	}
	return ledger
}

func historyOf(r *synth.Relay) wfu.History {
	up := uint64(float64(r.TimeKnown) * r.WFU)
	h := wfu.History{WeightedRunLength: up, TotalRunWeights: float64(up) / max(r.MTBF, 1), WeightedUptime: up, TotalWeightedTime: uint64(r.TimeKnown)}
	if r.Measured > 0 {
		h.StartOfRun = wfu.Instant(synth.Now - r.Uptime)
	} else {
		h.StartOfDowntime = wfu.Instant(synth.Now - r.Uptime)
	}
	return h
}
