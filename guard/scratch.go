package guard

import (
	"math"
	"sync"

	"github.com/seed-84712aaa/guardmath/internal/order"
)

// Scratch is memory that [Rules.ThresholdsOf] works in. Who asks often passes the same one, and nothing is allocated once
// it has grown to what the population takes: about a tenth of its columns. The zero Scratch is ready to use; one serves one
// call at a time, and holds nothing that matters between calls.
type Scratch struct {
	surveys []*survey // the first is of the whole population, one of the others at first of a sample
}

// survey is one of the surveys.
func (s *Scratch) survey(i int) *survey {
	for len(s.surveys) <= i {
		s.surveys = append(s.surveys, new(survey))
	}
	return s.surveys[i]
}

// ThresholdsOf is [Rules.Thresholds] of relays in columns. The work is shared out among so many workers; with 1, or less,
// the caller does it alone. The scratch may be nil, then memory is allocated.
//
// It panics where c.Check reports an error.
func (r Rules) ThresholdsOf(c Columns, workers int, s *Scratch) Thresholds {
	mustCheck(c.Check())
	p := population{columns: c, inColumns: true, n: c.Len()}
	return p.thresholds(&r, workers, s)
}

// population is relays in either form.
type population struct {
	columns   Columns // if inColumns
	relays    []Relay // else
	inColumns bool
	n         int
}

// fewest is how many relays it takes for a sample to be worth its while; of fewer everything is kept in the first pass.
const fewest = 32 * width

func (p *population) thresholds(r *Rules, workers int, s *Scratch) Thresholds {
	if s == nil {
		s = new(Scratch)
	}
	t := Thresholds{EnoughMTBF: !r.StableByUptime, InBytes: r.InBytes, IgnoringAdvertised: p.ignoresAdvertised(r)}
	whole := s.survey(0)
	whole.opened = 0
	whole.begin(r, t.IgnoringAdvertised, atFirst)
	if p.n < fewest {
		whole.open()
	} else {
		sample := s.survey(1)
		sample.begin(r, t.IgnoringAdvertised, atFirst)
		sample.open()
		p.walkSample(sample)
		whole.narrow(sample)
	}
	for whole.seeks != 0 {
		p.pass(whole, workers, s)
		whole.conclude(&t)
		whole.begin(r, t.IgnoringAdvertised, whole.seeks)
	}
	return t
}

// pass shows all relays to a survey, parts of them by way of other surveys where there are workers for that.
func (p *population) pass(whole *survey, workers int, s *Scratch) {
	if workers = min(workers, (p.n+width-1)/width); workers <= 1 {
		p.walk(whole, 0, p.n)
		return
	}
	p.share(whole, workers, s)
}

// share is pass by several workers. It takes the population by value, for what other goroutines see is allocated.
func (p population) share(whole *survey, workers int, s *Scratch) {
	from := parts(p.n, workers)
	var group sync.WaitGroup
	for i := 1; i < workers; i++ {
		part := s.survey(i)
		part.beginLike(whole)
		group.Go(func() { p.walk(part, from(i), from(i+1)) })
	}
	p.walk(whole, 0, from(1))
	group.Wait()
	for i := 1; i < workers; i++ {
		whole.add(s.survey(i))
	}
}

// walk shows a survey the relays of a range, the begin of which is a multiple of width.
func (p *population) walk(s *survey, from, to int) {
	if p.inColumns {
		s.padding.begin(&p.columns)
	}
	for ; from < to; from += width {
		p.turn(s, from)
		s.take()
	}
	s.rows = rows{} // the caller's memory is not ours to hold
}

// walkSample shows a survey words of 64 relays that are spread over the population, the more the larger that is, by its
// power of two thirds: so neither the sample nor what the brackets keep takes long to select from.
func (p *population) walkSample(s *survey) {
	root := math.Cbrt(float64(p.n))
	words := max(8, int(root*root)/80)
	step := p.n / width / words
	if p.inColumns {
		s.padding.begin(&p.columns)
	}
	for i := range words {
		p.turn(s, order.Spread(i, step)*width)
		s.take()
	}
	s.rows = rows{}
}

func (p *population) turn(s *survey, from int) {
	if p.inColumns {
		s.rows = s.padding.rows(&p.columns, from, p.n)
	} else {
		s.rows = s.padding.fill(p.relays[from:min(from+width, p.n)])
	}
}

// ignoresAdvertised reports whether so many relays are measured that advertised bandwidths are not believed.
func (p *population) ignoresAdvertised(r *Rules) bool {
	if r.InBytes || r.IgnoreMeasured {
		return false
	}
	measured := 0
	for i := 0; i < p.n && measured <= r.MinMeasured; i++ {
		if p.isMeasured(i) {
			measured++
		}
	}
	return measured > r.MinMeasured
}

func (p *population) isMeasured(i int) bool {
	if c := &p.columns; p.inColumns {
		return c.Measured != nil && at(c.IsMeasured, i, true) && at(c.Unknown, i, 0)&UnknownBandwidth == 0
	}
	return p.relays[i].IsMeasured && p.relays[i].Unknown&UnknownBandwidth == 0
}
