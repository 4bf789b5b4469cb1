//go:build tor

package torlab

import (
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// earlierConsensus is a consensus without relays, of one authority, as that of the interval before the schedule's
// vote: an authority that finds it in its data directory takes its parameters and its voting interval from it.
//
// Spec: dir-spec, "Vote and consensus status document formats".
func earlierConsensus(a Authority, s schedule, params map[string]int64, flavour string) (string, error) {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", strings.TrimSpace("network-status-version 3 "+flavour))
	line("vote-status consensus")
	line("consensus-method 35")
	line("valid-after %s", isoTime(s.boundary-s.interval))
	line("fresh-until %s", isoTime(s.boundary))
	line("valid-until %s", isoTime(s.boundary+2*s.interval))
	line("voting-delay %d %d", s.delay, s.delay)
	line("client-versions ")
	line("server-versions ")
	line("known-flags Authority BadExit Exit Fast Guard HSDir MiddleOnly NoEdConsensus Running Stable StaleDesc Sybil V2Dir Valid")
	if len(params) > 0 {
		b.WriteString("params")
		for _, name := range slices.Sorted(maps.Keys(params)) {
			fmt.Fprintf(&b, " %s=%d", name, params[name])
		}
		b.WriteString("\n")
	}
	v3 := hexFingerprint(&a.V3.PublicKey)
	line("dir-source %s %s %s %s %d %d", a.Nickname, v3, a.Address, a.Address, a.DirPort, a.ORPort)
	line("contact none@example.invalid")
	line("vote-digest %s", strings.Repeat("0", 40))
	line("directory-footer")
	b.WriteString("directory-signature ")

	sum := sha1.Sum([]byte(b.String()))
	digest, algorithm := sum[:], ""
	if flavour != "" {
		sum := sha256.Sum256([]byte(b.String()))
		digest, algorithm = sum[:], "sha256 "
	}
	sig, err := sign(a.Signing, digest)
	if err != nil {
		return "", err
	}
	return b.String() + algorithm + v3 + " " + hexFingerprint(&a.Signing.PublicKey) + "\n" + object("SIGNATURE", sig), nil
}
