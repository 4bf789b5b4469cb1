package guard_test

import "github.com/seed-84712aaa/guardmath/guard"

// A limit is one thing in which the review of a vote by the newest rules' defaults differs from the vote: a key of the
// flag-thresholds line, or a flag and on how many relays. It says why the vote alone does not let us do better.
type limit struct {
	what   string
	relays int // on how many relays, of a flag; 0 of a key
	why    string
}

// What a vote of the real tor cannot show, as far as it matters in these bundles.
const (
	roundedMTBF   = "stats lines round the MTBF, the threshold is truncated"
	roundedWFU    = "stats lines round the WFU to six decimals, the threshold from there to five"
	middleOnly    = "MiddleOnly relays lose Exit and gain BadExit in the vote, but not for the thresholds"
	stripped      = "relays on the operator's !stripguard, !striphsdir or !stripv2dir list"
	noRunning     = "in the first half hour Running is not voted on, so hibernating relays cannot be told"
	firstLine     = "of two lines of one relay in a bandwidth file the first counts, the last is printed"
	unprinted     = "measurements of a file that went stale between start-up and the vote count but are not printed"
	torrcFast     = "AuthDirFastGuarantee and the FastFlagMinThreshold parameter"
	torrcFraction = "AuthDirVoteGuardBwThresholdFraction 0.5 and AuthDirGuardBWGuarantee 0"
	torrcGuardBW  = "AuthDirGuardBWGuarantee 0"
	torrcMTBF     = "AuthDirVoteStableGuaranteeMTBF 1 day"
	torrcTK       = "AuthDirVoteGuardGuaranteeTimeKnown 2 days"
	torrcWFU      = "AuthDirVoteGuardGuaranteeWFU 0.5"
)

// limits lists, bundle by bundle, every difference. What is not listed must agree, what is listed must differ.
var limits = map[string][]limit{
	"bwfile-3d": {
		{"stable-mtbf", 0, roundedMTBF},
		{"Guard", 1, stripped},
	},
	"bwfile-stale": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-bw-inc-exits", 0, unprinted},
		{"guard-bw-exc-exits", 0, unprinted},
		{"Fast", 23, unprinted},
		{"Guard", 36, unprinted + "; and " + stripped},
		{"HSDir", 6, unprinted + "; and " + stripped},
	},
	"downrate-12h": {
		{"stable-mtbf", 0, roundedMTBF},
	},
	"edge-fast37": {
		{"stable-mtbf", 0, roundedMTBF},
	},
	"edge-fast38": {
		{"stable-mtbf", 0, roundedMTBF},
	},
	"fastmin": {
		{"stable-mtbf", 0, roundedMTBF},
		{"fast-speed", 0, torrcFast},
		{"guard-bw-inc-exits", 0, noRunning},
		{"guard-bw-exc-exits", 0, noRunning},
		{"Fast", 52, torrcFast},
		{"Guard", 2, stripped},
		{"HSDir", 1, torrcFast + "; and " + stripped},
	},
	"live-short": {
		{"guard-bw-inc-exits", 0, noRunning},
		{"guard-bw-exc-exits", 0, noRunning},
		{"Guard", 1, stripped},
		{"HSDir", 1, stripped},
	},
	"n1000-m300": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-bw-exc-exits", 0, firstLine + "; and " + middleOnly},
		{"Guard", 2, stripped},
		{"HSDir", 2, stripped},
	},
	"n1000-unmeasured": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-bw-exc-exits", 0, middleOnly},
		{"Guard", 2, stripped},
		{"HSDir", 2, stripped},
	},
	"opt-fast1m": {
		{"stable-mtbf", 0, roundedMTBF},
		{"fast-speed", 0, torrcFast},
		{"guard-bw-exc-exits", 0, firstLine + "; and " + middleOnly},
		{"Fast", 68, torrcFast},
		{"Guard", 2, stripped},
		{"HSDir", 1, stripped},
	},
	"opt-frac50-gbw0": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-bw-inc-exits", 0, torrcFraction + "; and " + firstLine},
		{"guard-bw-exc-exits", 0, torrcFraction + "; and " + firstLine},
		{"Guard", 27, torrcFraction + "; and " + firstLine + "; and " + stripped},
		{"HSDir", 2, stripped},
	},
	"opt-gbw0": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-bw-exc-exits", 0, firstLine + "; and " + middleOnly},
		{"Guard", 107, torrcGuardBW + "; and " + firstLine + "; and " + stripped},
		{"HSDir", 2, stripped},
	},
	"opt-mtbf1d": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-bw-exc-exits", 0, firstLine + "; and " + middleOnly},
		{"Guard", 70, torrcMTBF + "; and " + stripped},
		{"Stable", 314, torrcMTBF},
		{"HSDir", 195, torrcMTBF + "; and " + stripped},
	},
	"opt-nolist": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-bw-exc-exits", 0, firstLine},
		{"Guard", 2, stripped},
		{"HSDir", 2, stripped},
	},
	"opt-peraddr1": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-bw-exc-exits", 0, firstLine},
		{"Guard", 2, stripped},
		{"HSDir", 2, stripped},
	},
	"opt-tk2d": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-tk", 0, torrcTK},
		{"guard-bw-exc-exits", 0, firstLine + "; and " + middleOnly},
		{"Guard", 7, torrcTK + "; and " + stripped},
		{"HSDir", 2, stripped},
	},
	"opt-wfu50": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-wfu", 0, torrcWFU},
		{"guard-bw-exc-exits", 0, firstLine + "; and " + middleOnly},
		{"Guard", 123, torrcWFU + "; and " + stripped},
		{"HSDir", 2, stripped},
	},
	"post-late": {
		{"stable-mtbf", 0, roundedMTBF},
	},
	"slow": {
		{"guard-bw-exc-exits", 0, middleOnly},
		{"Guard", 2, stripped},
		{"HSDir", 4, stripped},
	},
	"stored-2h": {
		{"stable-mtbf", 0, roundedMTBF},
		{"guard-wfu", 0, roundedWFU},
		{"Guard", 1, stripped},
		{"HSDir", 2, stripped},
	},
	"tiny8": {
		{"stable-mtbf", 0, roundedMTBF},
	},
	"tiny9": {
		{"stable-mtbf", 0, roundedMTBF},
	},
	"tracked-4h": {
		{"stable-mtbf", 0, roundedMTBF},
	},
	"young": {
		{"Guard", 2, stripped},
	},
}

// options are what the bundles' torrc and consensus parameters say, where it is not the default. TestingTorNetwork's
// floors, 4000 bytes and 4 bytes, come to the same as the live ones.
var options = map[string]func(r *guard.Rules){
	"fastmin":         func(r *guard.Rules) { r.FastGuarantee, r.FastMin = 0, 900_000 },
	"hsdir-uptime":    func(r *guard.Rules) { r.HSDirUptime = 240 },
	"opt-fast1m":      func(r *guard.Rules) { r.FastGuarantee = 1 << 20 },
	"opt-frac50-gbw0": func(r *guard.Rules) { r.GuardFraction, r.GuardBandwidth = 0.5, 0 },
	"opt-gbw0":        func(r *guard.Rules) { r.GuardBandwidth = 0 },
	"opt-mtbf1d":      func(r *guard.Rules) { r.StableMTBF = day },
	"opt-tk2d":        func(r *guard.Rules) { r.GuardTimeKnown = 2 * day },
	"opt-wfu50":       func(r *guard.Rules) { r.GuardWFU = 0.5 },
}
