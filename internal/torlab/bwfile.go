package torlab

import (
	"fmt"
	"strings"
)

// bandwidthFile is what a scanner would have left for the authority, good or bad.
func (n *Network) bandwidthFile() []byte {
	d := n.view("bandwidth")
	var b strings.Builder
	made := n.Start - pick[int64](d, 0, hour, 2*hour, 2*hour, day, 3*day-60, 3*day+60, 40*day)
	fmt.Fprintf(&b, "%d\n", made)
	switch version := pick(d, "", "1.1.0", "1.2.0", "1.4.0", "1.4.0", "1.5.0", "1.9.0"); version {
	case "": // 1.0.0 has no header
	default:
		fmt.Fprintf(&b, "version=%s\nsoftware=sbws\nsoftware_version=1.5.2\nlatest_bandwidth=2026-01-15T00:00:00\nnumber_eligible_relays=%d\n", version, len(n.Relays))
		b.WriteString(pick(d, "=====\n", "=====\n", "=====\n", "====\n"))
	}
	for i := range n.Relays {
		if !d.chance(n.Scenario.Measured) {
			continue
		}
		r := &n.Relays[i]
		kb := max(1, int64(float64(r.Observed/1000)*(0.3+d.ExpFloat64())))
		if d.chance(0.3) {
			kb = max(0, d.around(pick(d, edgeSpeeds...), 3))
		}
		line := d.measurement(r.Fingerprint(), r.Nickname, kb)
		if d.chance(0.02) {
			line = d.spoil(line)
		}
		b.WriteString(line + "\n")
		if d.chance(0.02) { // the same relay again
			b.WriteString(d.measurement(r.Fingerprint(), r.Nickname, kb+d.between(-1, 500)) + "\n")
		}
	}
	for range d.IntN(3) {
		b.WriteString(d.measurement(fmt.Sprintf("%X", d.bytes(20)), "stranger", 100) + "\n")
	}
	text := b.String()
	if d.chance(0.05) {
		text = strings.TrimSuffix(text, "\n")
	}
	return []byte(text)
}

// measurement is a relay's line, its words in any order.
func (d dice) measurement(fp, nick string, kb int64) string {
	words := []string{fmt.Sprintf("bw=%d", kb), "node_id=" + pick(d, "$", "") + fp, "nick=" + nick, "time=2026-01-14T20:00:00"}
	if d.chance(0.03) {
		words = append(words, pick(d, "vote=0", "vote=1", "unmeasured=1", "under_min_report=1 vote=0"))
	}
	if d.chance(0.3) {
		d.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	}
	return strings.Join(words, " ")
}

// spoil makes the line one that must not be read, or only just.
func (d dice) spoil(line string) string {
	return pick(d,
		strings.Replace(line, "bw=", "bw=-", 1),
		strings.Replace(line, "bw=", "bw=x", 1),
		strings.Replace(line, "bw=", "bw= ", 1),
		strings.Replace(line, "bw=", "bandwidth=", 1),
		line+" bw=17",
		line+" node_id=$"+strings.Repeat("1", 40),
		strings.Replace(line, "node_id=", "node_id=0", 1),
		strings.Replace(line, " ", "  ", 1),
		strings.Replace(line, " ", "\t", 1),
		" "+line,
		"",
		"=====",
	)
}
