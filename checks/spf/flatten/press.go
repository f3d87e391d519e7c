package flatten

import (
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// press brings a policy into records that fit.
type press struct {
	domain string // the name of the first record
	// alias leads to that name, and others are the other TXT records there.
	alias  []resolver.Record
	others []resolver.TXT
	// modifiers stand at the end of the first record.
	modifiers []string
	// names gives the n-th name for further records, from 0.
	names func(n int) string

	taken int
	dense bool // put words where they fit best, not in order
	tight bool // leave room for the others in an answer
}

// layout is a policy as records.
type layout struct {
	first *sheet
	chain []*sheet // in the order of reading
}

// press looks for records that fit: in order and with room for what else stands
// at the name, or without that room; more densely packed where look-ups are
// scarce. If none fit, it returns those that came closest.
func (p press) press(b *body) layout {
	var best layout
	for _, dense := range []bool{false, true} {
		if dense && best.first.lookups() > 2*spf.MaxLookups {
			break // no order saves half
		}
		for _, tight := range []bool{true, false} {
			p.dense, p.tight, p.taken = dense, tight, 0
			l := p.attempt(b)
			if l.fits(p) {
				return l
			}
			if best.first == nil || l.worse(p) < best.worse(p) {
				best = l
			}
		}
	}
	return best
}

func (p press) attempt(b *body) layout {
	first := p.sheet(b, p.domain, p.firstFits)
	l := layout{first, first.chain()}
	l.number(p)
	return l
}

func (p *press) next() string {
	p.taken++
	return p.names(p.taken - 1)
}

// sheet writes a policy at a name, with further records as far as it takes
// them.
func (p *press) sheet(b *body, name string, fits func(*sheet) bool) *sheet {
	for _, run := range b.runs {
		for _, t := range run.terms {
			if t.body != nil {
				t.sheet = p.sheet(t.body, p.next(), p.fits)
			}
		}
	}
	s := b.draft(name)
	if name == p.domain {
		s.end = append(s.end, p.modifiers...)
	}
	var last *part
	for !fits(s) {
		part := s.widest()
		if part == nil {
			return s
		}
		if s.move(part, p.next(), p.dense, p.fits) {
			last = part
		} else {
			part.full = true
			p.taken--
		}
	}
	if last != nil {
		s.takeBack(last, fits)
	}
	return s
}

// widest returns the part with the most octets that can be moved: networks
// before terms, whose records are looked up anyway.
func (s *sheet) widest() *part {
	var widest *part
	most := 0
	for _, terms := range []bool{false, true} {
		for _, p := range s.parts {
			octets := 0
			for _, w := range p.words {
				if _, isTerm := w.(*term); isTerm == terms && w.movable() {
					octets += len(w.text(s.name))
				}
			}
			if octets > most && !p.full {
				widest, most = p, octets
			}
		}
		if widest != nil {
			break
		}
	}
	return widest
}

// fits reports that the answer for a further record is small enough.
func (p press) fits(s *sheet) bool {
	return answerSize(s.name, nil, resolver.NewTXT(s.String())) <= MaxAnswer
}

// firstFits reports that the domain's own record is small enough.
func (p press) firstFits(s *sheet) bool {
	return share(p.domain, s.String()) <= MaxShare && (!p.tight || p.answer(s) <= MaxAnswer)
}

// answer is the size of the answer for the domain's own record.
func (p press) answer(s *sheet) int {
	return answerSize(p.domain, p.alias, append(p.others[:len(p.others):len(p.others)], resolver.NewTXT(s.String()))...)
}

// number gives the names in the order of reading, if the records still fit.
func (l layout) number(p press) {
	given := make([]string, len(l.chain))
	for i, s := range l.chain {
		given[i] = s.name
		s.name = p.names(i)
	}
	ok := share(p.domain, l.first.String()) <= MaxShare
	for _, s := range l.chain {
		ok = ok && p.fits(s)
	}
	for i, s := range l.chain {
		if !ok {
			s.name = given[i]
		}
	}
}

// Over is a limit that is not kept.
type Over struct {
	// What is "lookups" (all records), "share" (the domain's own record),
	// "answer" (a further record), "names" (further records) or "voids".
	What string
	// Name is that of the record; empty for lookups, names and voids.
	Name        string
	Have, Limit int
}

func (l layout) over(p press) []Over {
	var over []Over
	if n := l.first.lookups(); n > spf.MaxLookups {
		over = append(over, Over{What: "lookups", Have: n, Limit: spf.MaxLookups})
	}
	if n := share(p.domain, l.first.String()); n > MaxShare && len(over) == 0 { // else too many records are part of it
		over = append(over, Over{"share", p.domain, n, MaxShare})
	}
	for _, s := range l.chain {
		if n := answerSize(s.name, nil, resolver.NewTXT(s.String())); n > MaxAnswer {
			over = append(over, Over{"answer", s.name, n, MaxAnswer})
		}
	}
	return over
}

// fits reports that the attempt keeps every limit, and its own aim.
func (l layout) fits(p press) bool { return len(l.over(p)) == 0 && p.firstFits(l.first) }

// worse weighs what is over: look-ups first, since nothing else helps them.
func (l layout) worse(p press) int {
	sum := 0
	for _, o := range l.over(p) {
		if o.What == "lookups" {
			sum += 10_000 * (o.Have - o.Limit)
			continue
		}
		sum += o.Have - o.Limit
	}
	return sum
}
