package consensus

// keyword is what a line of a descriptor is about, so far as it matters here.
type keyword uint8

const (
	otherKeyword keyword = iota
	noKeyword            // there are no more lines
	kwAccept
	kwAllowSingleHopExits
	kwBandwidth
	kwCachesExtraInfo
	kwContact
	kwExtraInfoDigest
	kwFamily
	kwFingerprint
	kwHibernating
	kwHiddenServiceDir
	kwIdentityEd25519
	kwIPv6Policy
	kwIPv6Rule // accept6 and reject6
	kwMasterKeyEd25519
	kwNtorOnionKey
	kwNtorOnionKeyCrosscert
	kwOnionKey
	kwOnionKeyCrosscert
	kwOpt
	kwORAddress
	kwOverloadGeneral
	kwPlatform
	kwProto
	kwPublished
	kwReadHistory
	kwReject
	kwRouter
	kwRouterSigEd25519
	kwRouterSignature
	kwSigningKey
	kwTunnelledDirServer
	kwUptime
	kwWriteHistory
	keywords // how many there are
)

// keywordNames are the keywords as they are spelled, those of one spelling.
var keywordNames = [keywords]string{
	kwAccept:                "accept",
	kwAllowSingleHopExits:   "allow-single-hop-exits",
	kwBandwidth:             "bandwidth",
	kwCachesExtraInfo:       "caches-extra-info",
	kwContact:               "contact",
	kwExtraInfoDigest:       "extra-info-digest",
	kwFamily:                "family",
	kwFingerprint:           "fingerprint",
	kwHibernating:           "hibernating",
	kwHiddenServiceDir:      "hidden-service-dir",
	kwIdentityEd25519:       "identity-ed25519",
	kwIPv6Policy:            "ipv6-policy",
	kwMasterKeyEd25519:      "master-key-ed25519",
	kwNtorOnionKey:          "ntor-onion-key",
	kwNtorOnionKeyCrosscert: "ntor-onion-key-crosscert",
	kwOnionKey:              "onion-key",
	kwOnionKeyCrosscert:     "onion-key-crosscert",
	kwORAddress:             "or-address",
	kwOverloadGeneral:       "overload-general",
	kwPlatform:              "platform",
	kwProto:                 "proto",
	kwPublished:             "published",
	kwReadHistory:           "read-history",
	kwReject:                "reject",
	kwRouter:                "router",
	kwRouterSigEd25519:      "router-sig-ed25519",
	kwRouterSignature:       "router-signature",
	kwSigningKey:            "signing-key",
	kwTunnelledDirServer:    "tunnelled-dir-server",
	kwUptime:                "uptime",
	kwWriteHistory:          "write-history",
	kwOpt:                   "opt",
}

// keywordOf is the keyword that is spelled so. The compiler makes a search by length and by a byte or two of it.
func keywordOf(word []byte) keyword {
	switch string(word) {
	case "accept":
		return kwAccept
	case "accept6", "reject6":
		return kwIPv6Rule
	case "allow-single-hop-exits":
		return kwAllowSingleHopExits
	case "bandwidth":
		return kwBandwidth
	case "caches-extra-info":
		return kwCachesExtraInfo
	case "contact":
		return kwContact
	case "extra-info-digest":
		return kwExtraInfoDigest
	case "family":
		return kwFamily
	case "fingerprint":
		return kwFingerprint
	case "hibernating":
		return kwHibernating
	case "hidden-service-dir":
		return kwHiddenServiceDir
	case "identity-ed25519":
		return kwIdentityEd25519
	case "ipv6-policy":
		return kwIPv6Policy
	case "master-key-ed25519":
		return kwMasterKeyEd25519
	case "ntor-onion-key":
		return kwNtorOnionKey
	case "ntor-onion-key-crosscert":
		return kwNtorOnionKeyCrosscert
	case "onion-key":
		return kwOnionKey
	case "onion-key-crosscert":
		return kwOnionKeyCrosscert
	case "opt":
		return kwOpt
	case "or-address":
		return kwORAddress
	case "overload-general":
		return kwOverloadGeneral
	case "platform":
		return kwPlatform
	case "proto":
		return kwProto
	case "published":
		return kwPublished
	case "read-history":
		return kwReadHistory
	case "reject":
		return kwReject
	case "router":
		return kwRouter
	case "router-sig-ed25519":
		return kwRouterSigEd25519
	case "router-signature":
		return kwRouterSignature
	case "signing-key":
		return kwSigningKey
	case "tunnelled-dir-server":
		return kwTunnelledDirServer
	case "uptime":
		return kwUptime
	case "write-history":
		return kwWriteHistory
	}
	return otherKeyword
}
