package torlab

// A schedule is when an authority starts and votes. Times are Unix seconds.
type schedule struct {
	start, vote int64
	// boundary is when the consensus of that vote becomes valid, interval and delay how the authority gets there:
	// it votes two delays before each boundary, and boundaries are multiples of the interval since midnight UTC.
	boundary, interval, delay int64
}

const (
	testingDelay = 2 // the shortest tor allows in a testing network, and otherwise
	liveDelay    = 20
	liveInterval = 300 // likewise
)

// testingIntervals are those used in testing networks: a day is a multiple of each, and tor takes no shorter one.
var testingIntervals = [...]int64{10, 20, 30, 60, 120}

// nextVote is the first schedule with a start at or after notBefore that leaves lead seconds until the vote, and no
// vote before that. It reports false where a live network has none near: in the first and the last minutes of a day.
//
// A live authority votes once an hour, but it takes the length of the hour from the consensus it has, and the lab gives it
// one whose interval makes a boundary of any moment it likes. In a testing network the interval is an option.
func nextVote(live bool, notBefore, lead int64) (schedule, bool) {
	s := schedule{delay: testingDelay}
	grid := int64(10)
	if live {
		s.delay = liveDelay
	} else {
		for _, s.interval = range testingIntervals {
			if s.interval > lead+1 {
				break
			}
		}
		grid = s.interval
	}
	midnight := notBefore - notBefore%day
	earliest := notBefore + lead + 2*s.delay - midnight
	s.boundary = (earliest + grid - 1) / grid * grid
	if live {
		for s.interval = liveInterval; s.boundary%s.interval != 0; s.interval++ {
			if s.interval > s.boundary {
				return s, false
			}
		}
	}
	// Tor lets no interval cross midnight, and joins a short last one to the one before.
	if s.boundary+s.interval > day || live && s.boundary < s.interval {
		return s, false
	}
	s.boundary += midnight
	s.vote = s.boundary - 2*s.delay
	s.start = s.vote - lead
	return s, true
}
