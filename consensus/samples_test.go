package consensus_test

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/seed-84712aaa/guardmath/consensus"
)

// The parts of small documents that the tests are made of. Line numbers in the tests count from their first lines.
const (
	voteHeader = `network-status-version 3
vote-status vote
consensus-methods 32 33 34 35
published 2026-01-15 00:20:16
valid-after 2026-01-15 00:20:20
fresh-until 2026-01-15 00:25:20
valid-until 2026-01-15 00:35:20
voting-delay 20 25
client-versions 0.4.9.4-rc,0.4.9.5
server-versions 0.4.9.5
recommended-relay-protocols Cons=2 Desc=2
known-flags Authority BadExit Exit Fast Guard HSDir MiddleOnly Running Stable StaleDesc Sybil V2Dir Valid
flag-thresholds stable-uptime=894108 enough-mtbf=1
params bwauthpid=1 maxunmeasuredbw=20
bandwidth-file-headers timestamp=1781606193 version=1.9.0
bandwidth-file-digest sha256=3+mpD/gxXYFfA56nmtzzEnrVv0igJ6C1n5sCB9xLcW4
dir-source auth0 62859794ECC78DBE2729FEECFC480ED090723CEF example.org 198.18.255.1 7000 5000
contact none@example.invalid
legacy-dir-key 0000000000000000000000000000000000000001
shared-rand-participate
shared-rand-commit 1 sha3-256 62859794ECC78DBE2729FEECFC480ED090723CEF AAAA
dir-key-certificate-version 3
fingerprint 62859794ECC78DBE2729FEECFC480ED090723CEF
dir-identity-key
-----BEGIN RSA PUBLIC KEY-----
MIIBigKCAYEA
-----END RSA PUBLIC KEY-----
`
	voteEntry = `r first AmJMqhot+ILY2VWWBzS9cMxtB+E ljzIfRPojMIzTLz9C3dNFE74Dwg 2026-01-14 06:57:51 198.18.0.28 9002 80
a [2001:db8::28]:9002
s Exit Fast Running V2Dir Valid
v Tor 0.4.8.12
pr Cons=1-2 Desc=1-2
w Bandwidth=6526 Measured=7000 GuardFraction=25
p accept 80,443
id ed25519 qgrMs9D8bt7AY31VcRs8iczdpItm6ovHIzjrGQjdFiM
stats wfu=0.938860 tk=773337 mtbf=14634
m 32,33 sha256=79MR1KQj7L5le/n/pt2kMk8gZR0Z6RjmARvRuLTnEUM
m 34,35 sha256=JUxEoBwHVtx7ttjXp2iySa1UCNPRNT+P2ltiKXI02N8
`
	laterEntry = `r second Bl9ebAiHX+DaFcZPoC5sqBDCFwE tdaHqkE0Cw85j1+rpsbTUQar5zk 2026-01-14 15:25:51 198.18.0.59 9001 0
s
`
	voteFooter = `directory-footer
directory-signature 62859794ECC78DBE2729FEECFC480ED090723CEF A0072D9B9E5885934EBB7A5F7F2B4F12C42FDC6A
-----BEGIN SIGNATURE-----
a2ix6/lBxQKIlswPTC7tCwXrJTpD9pAkkTdydzv3pYIIxcOIe7vVK6l0OPf0+Yq6
-----END SIGNATURE-----
`
	microdescConsensus = `@type network-status-microdesc-consensus-3 1.0
network-status-version 3 microdesc
vote-status consensus
consensus-method 22
valid-after 2016-12-10 21:00:00
fresh-until 2016-12-10 22:00:00
valid-until 2016-12-11 00:00:00
voting-delay 300 300
known-flags Exit Fast Guard NoEdConsensus Running Valid
params bwauthpid=1
shared-rand-previous-value 9 byv03D8uD5fE73YYFyO=
shared-rand-current-value 8 ornTOFLTj7AC=
dir-source dannenberg 0232AF901C31A04EE9848595AF9BB7620D4C5B2E dannenberg.example 193.23.244.244 80 443
contact first
vote-digest 685833E9E0FDA5B6C85D24549961BA7C35EDD4A5
dir-source moria1-legacy 14C131DFC5C6F93646BE72FA1401C02A8DF2E8B4 192.0.2.1 192.0.2.1 9131 9101
r FreeFree AAizRPUiF60z9M3SpS6CNmArdh0 2016-12-10 04:30:15 111.221.44.98 9001 9030
m IhXbFZknv8kiQezXyMacg27AsheTht5YuRct+U2wqUE
s Exit Fast NewFlag Running Valid
v Tor 0.2.7.6
w Bandwidth=444 Unmeasured=1
directory-footer
bandwidth-weights Wbd=0 Wbe=0 Wbg=4194
directory-signature sha256 0232AF901C31A04EE9848595AF9BB7620D4C5B2E A0072D9B9E5885934EBB7A5F7F2B4F12C42FDC6A
-----BEGIN SIGNATURE-----
a2ix6/lBxQKIlswPTC7tCwXrJTpD9pAkkTdydzv3pYIIxcOIe7vVK6l0OPf0+Yq6
-----END SIGNATURE-----
`
	sampleDescriptor = `@type server-descriptor 1.0
router r000000 198.18.0.10 9001 0 0
master-key-ed25519 8KaHrVzH+uT/0RPrzPX0rkBV2f8kS4i1rFzP0BryWkU
platform Tor 0.4.8.14 on Linux
proto Conflux=1 Cons=1-2
published 2026-01-14 09:13:02
fingerprint 8598 809A 9606 8648 48FA 038A 0A3D 9104 5EC4 AF7C
uptime 1018391
bandwidth 1073741824 1073741825 4283097
signing-key
-----BEGIN RSA PUBLIC KEY-----
MIGJAoGBANBNZkzoD7+srJeYvy0f8dTzKOUqngc1O8nEMq6IJWnMYjRsb+ffxd7y
gIQaIK2Gtvt08XfmGVcoyqg/WMNVk6dGAoN/6i5WBfwmlmKyJpriP/i6DzpL7JO/
lbwv4vy/rCSogShJWtOYISgvULG8Pej8NhsCF1pWKqAPh+L2mbgFAgMBAAE=
-----END RSA PUBLIC KEY-----
family $8598809A9606864848FA038A0A3D91045EC4AF7C~r000000 friend
hidden-service-dir
caches-extra-info
overload-general 1 2026-01-14 09:00:00
hibernating 1
or-address 198.18.0.11:9001
or-address [2001:db8::ffff]:9001
or-address [2001:db8::1]:9001
reject 10.0.0.0/8:*
accept *:*
ipv6-policy accept 80,443
tunnelled-dir-server
router-signature
-----BEGIN SIGNATURE-----
gPExIuj5/DpVT4Noqdm9ATY1hnRd1ZWi4RwaUTNzSOhDaSYPVCpni4quLuGgSYeO
-----END SIGNATURE-----
`
)

// base64Identity is the identity number i as an r line has it; they ascend with i.
func base64Identity(i int) string {
	var id [20]byte
	binary.BigEndian.PutUint32(id[:], uint32(i)+1)
	return base64.RawStdEncoding.EncodeToString(id[:])
}

// with is doc with the first occurrence of old replaced; it panics where there is none, so that no test passes for want
// of the line it means to spoil.
func with(doc, old, new string) string {
	if !strings.Contains(doc, old) {
		panic("no " + old + " in the sample")
	}
	return strings.Replace(doc, old, new, 1)
}

func fingerprint(s string) consensus.Fingerprint {
	f, err := consensus.ParseFingerprint(s)
	if err != nil {
		panic(err)
	}
	return f
}

// base64Of is a fingerprint as an r line has it.
func base64Of(f consensus.Fingerprint) string { return base64.RawStdEncoding.EncodeToString(f[:]) }

// sortFingerprints puts fingerprints in the order of a vote's entries.
func sortFingerprints(ids []consensus.Fingerprint) {
	slices.SortFunc(ids, consensus.Fingerprint.Compare)
}
