//go:build tor

package torlab

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha512"
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// privatePEM is the key as tor's key files hold it.
func privatePEM(k *rsa.PrivateKey) string {
	return object("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k))
}

// certificate says that the signing key may sign for the authority.
//
// Spec: dir-spec, "Creating key certificates".
func (a Authority) certificate(now int64) (string, error) {
	v3 := fingerprint(&a.V3.PublicKey)
	cross, err := sign(a.Signing, v3[:])
	if err != nil {
		return "", err
	}
	text := "dir-key-certificate-version 3\n" +
		fmt.Sprintf("dir-address %s:%d\n", a.Address, a.DirPort) +
		"fingerprint " + hexFingerprint(&a.V3.PublicKey) + "\n" +
		"dir-key-published " + isoTime(now-30*day) + "\n" +
		"dir-key-expires " + isoTime(now+365*day) + "\n" +
		"dir-identity-key\n" + publicPEM(&a.V3.PublicKey) +
		"dir-signing-key\n" + publicPEM(&a.Signing.PublicKey) +
		"dir-key-crosscert\n" + object("ID SIGNATURE", cross) +
		"dir-key-certification\n"
	digest := sha1.Sum([]byte(text))
	sig, err := sign(a.V3, digest[:])
	if err != nil {
		return "", err
	}
	return text + object("SIGNATURE", sig), nil
}

// writeKeys fills the keys folder of a data directory, so that tor makes only what no document shows.
func (a Authority) writeKeys(dir string, now int64) error {
	cert, err := a.certificate(now)
	if err != nil {
		return err
	}
	secret := sha512.Sum512(a.master.Seed())
	// As tor keeps a secret ed25519 key: clamped already.
	secret[0] &= 248
	secret[31] &= 63
	secret[31] |= 64
	tagged := func(kind string, raw []byte) string {
		tag := "== ed25519v1-" + kind + ": type0 =="
		return tag + strings.Repeat("\x00", 32-len(tag)) + string(raw)
	}
	files := map[string]string{
		"authority_certificate":             cert,
		"authority_signing_key":             privatePEM(a.Signing),
		"secret_id_key":                     privatePEM(a.Identity),
		"ed25519_master_id_secret_key":      tagged("secret", secret[:]),
		"ed25519_master_id_public_key":      tagged("public", a.master.Public().(ed25519.PublicKey)),
		filepath.Join("..", "cached-certs"): cert,
	}
	keys := filepath.Join(dir, "keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(keys, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
