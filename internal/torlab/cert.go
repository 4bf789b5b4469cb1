package torlab

import (
	"crypto/ed25519"
	"encoding/binary"
)

// Types of ed25519 certificate.
//
// Spec: cert-spec, "Certificate types".
const (
	certSigningKey = 0x04 // identity certifies signing key
	certNtorCross  = 0x0a // ntor key certifies identity
)

// edCert is a certificate for key by the holder of by; withSigner puts the signer's own key into it.
//
// Spec: cert-spec, "Ed25519 certificates".
func edCert(kind byte, key ed25519.PublicKey, expires int64, by ed25519.PrivateKey, withSigner bool) []byte {
	c := []byte{1, kind}
	c = binary.BigEndian.AppendUint32(c, uint32(expires/3600))
	c = append(c, 1) // the certified key is an ed25519 key
	c = append(c, key...)
	if withSigner {
		signer := by.Public().(ed25519.PublicKey)
		c = append(c, 1) // extensions
		c = binary.BigEndian.AppendUint16(c, uint16(len(signer)))
		c = append(c, 4, 0) // "signed with this key", no flags
		c = append(c, signer...)
	} else {
		c = append(c, 0)
	}
	return append(c, ed25519.Sign(by, c)...)
}
