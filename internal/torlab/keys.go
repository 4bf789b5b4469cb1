package torlab

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
)

// publicExponent is the only one tor accepts.
const publicExponent = 65537

// prime is a random prime of exactly that many bits, with the upper two set, such that p-1 is prime to the public
// exponent.
func (d dice) prime(bits int) *big.Int {
	one, e := big.NewInt(1), big.NewInt(publicExponent)
	for {
		raw := d.bytes(bits / 8)
		raw[0] |= 0xc0
		raw[len(raw)-1] |= 1
		p := new(big.Int).SetBytes(raw)
		// One round finds a composite of this size wrong with negligible probability, and a wrong key would show
		// at once as a signature that does not verify.
		if !p.ProbablyPrime(1) {
			continue
		}
		if new(big.Int).GCD(nil, nil, new(big.Int).Sub(p, one), e).Cmp(one) == 0 {
			return p
		}
	}
}

// rsaKey puts two primes together. The standard library makes no key from a seed, on purpose.
func rsaKey(p, q *big.Int) (*rsa.PrivateKey, error) {
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	k := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: publicExponent},
		D:         new(big.Int).ModInverse(big.NewInt(publicExponent), phi),
		Primes:    []*big.Int{p, q},
	}
	k.Precompute()
	if err := k.Validate(); err != nil {
		return nil, fmt.Errorf("making an RSA key: %w", err)
	}
	return k, nil
}

// newRSA is a new key of that many bits.
func (d dice) newRSA(bits int) (*rsa.PrivateKey, error) {
	return rsaKey(d.prime(bits/2), d.prime(bits/2))
}

// rsaKeys are n different RSA-1024 keys. They are the pairs of a few primes: nobody's secret depends on them, and
// finding primes is what takes the time.
func (d dice) rsaKeys(n int) ([]*rsa.PrivateKey, error) {
	var primes []*big.Int
	var keys []*rsa.PrivateKey
	for len(keys) < n {
		p := d.prime(512)
		for _, q := range primes {
			if p.Cmp(q) == 0 || len(keys) == n {
				continue
			}
			k, err := rsaKey(p, q)
			if err != nil {
				return nil, err
			}
			keys = append(keys, k)
		}
		primes = append(primes, p)
	}
	// Neighbours should not share a prime: it would only look odd.
	d.Shuffle(n, func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return keys, nil
}

// sign is tor's RSA signature: the digest is padded as PKCS #1 v1.5 wants, without naming the hash.
func sign(k *rsa.PrivateKey, digest []byte) ([]byte, error) {
	return rsa.SignPKCS1v15(nil, k, crypto.Hash(0), digest)
}

// fingerprint is the SHA-1 of a public key in its DER form: how tor names a relay or an authority.
func fingerprint(k *rsa.PublicKey) [sha1.Size]byte { return sha1.Sum(x509.MarshalPKCS1PublicKey(k)) }

// hexFingerprint is fingerprint as it is written.
func hexFingerprint(k *rsa.PublicKey) string { return fmt.Sprintf("%X", fingerprint(k)) }

// publicPEM is the key as tor's documents hold it.
func publicPEM(k *rsa.PublicKey) string {
	return object("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(k))
}

// object is bytes between BEGIN and END lines.
func object(label string, raw []byte) string {
	var b strings.Builder
	// A Builder never fails to write.
	_ = pem.Encode(&b, &pem.Block{Type: label, Bytes: raw})
	return b.String()
}

// onion is a relay's ntor key: a curve25519 key together with the ed25519 key that has the same secret scalar, with
// which a descriptor proves that the relay holds it.
type onion struct {
	public  []byte             // curve25519
	proof   ed25519.PrivateKey // the same scalar as an ed25519 key
	signBit byte               // of the ed25519 public key, which the curve25519 one does not tell
}

// newOnion makes the ntor key. Tor derives the ed25519 key from the curve25519 one, which takes curve arithmetic; the
// other way round it takes none: an ed25519 key's scalar is the first half of the hash of its seed, and that half is
// as good a curve25519 key as any.
func (d dice) newOnion() (onion, error) {
	seed := d.bytes(ed25519.SeedSize)
	hash := sha512.Sum512(seed)
	curve, err := ecdh.X25519().NewPrivateKey(hash[:32])
	if err != nil {
		return onion{}, err
	}
	proof := ed25519.NewKeyFromSeed(seed)
	return onion{
		public:  curve.PublicKey().Bytes(),
		proof:   proof,
		signBit: proof.Public().(ed25519.PublicKey)[31] >> 7,
	}, nil
}
