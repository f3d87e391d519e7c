package flatten

import (
	"slices"
	"strings"

	"mailauth/checks/spf"
)

// word is what a record is made of: a network, or a term that stays.
type word interface {
	text(place string) string // in a record at a name, without qualifier
	movable() bool            // to a record at another name
}

func (n network) text(string) string { return n.written }
func (n network) movable() bool      { return true }

// part are words of one result that follow each other; their order makes no
// difference.
type part struct {
	sign  string
	words []word
	more  []*sheet // records that hold further words of the part
	full  bool     // moving words away makes the record no shorter
}

// sheet is a record under way.
type sheet struct {
	name  string
	parts []*part
	end   []string // what stands at the end: all or redirect, modifiers
	// redirect is the term of the end, if it is one.
	redirect *term
}

// draft writes a policy as one record, however long.
func (b *body) draft(name string) *sheet {
	s := &sheet{name: name}
	done := block{}.all()
	for i, block := range b.blocks {
		around := undecided
		if i == len(b.runs) && b.end.redirect == nil {
			around = labelOf(b.end.result)
		}
		var last network
		for j, n := range cover(block, around, done) {
			if j == 0 || n.level != last.level || n.label != last.label {
				s.parts = append(s.parts, &part{sign: sign(n.label.result())})
			}
			at := s.parts[len(s.parts)-1]
			at.words, last = append(at.words, n), n
		}
		done = union(done, block.all())
		if i == len(b.runs) {
			break
		}
		run := &part{sign: sign(b.runs[i].result)}
		for _, t := range b.runs[i].terms {
			run.words = append(run.words, t)
		}
		s.parts = append(s.parts, run)
	}
	switch {
	case b.end.redirect != nil:
		s.end, s.redirect = []string{b.end.redirect.text(name)}, b.end.redirect
	case b.end.written:
		s.end = []string{allFor(b.end.result)}
	}
	return s
}

// octets is the length of the policy as one record, without what comes to be
// written anew beside it.
func (b *body) octets() int {
	octets := 0
	for _, p := range b.draft("").parts {
		for _, w := range p.words {
			if n, ok := w.(network); ok {
				octets += n.octets()
			}
		}
	}
	return octets
}

func allFor(r spf.Result) string {
	if r == spf.ResultPass {
		return "+all" // what lets everybody pass is to be seen
	}
	return sign(r) + "all"
}

// String is the record.
func (s *sheet) String() string {
	words := []string{"v=spf1"}
	for _, p := range s.parts {
		for _, w := range p.words {
			words = append(words, p.sign+w.text(s.name))
		}
		for _, more := range p.more {
			words = append(words, p.sign+"include:"+bare(more.name))
		}
	}
	return strings.Join(append(words, s.end...), " ")
}

// lookups is what the record counts with all that it leads to. RFC 7208 §4.6.4.
func (s *sheet) lookups() int {
	n := 0
	if s.redirect != nil {
		n = s.redirect.cost
	}
	for _, p := range s.parts {
		for _, w := range p.words {
			if t, ok := w.(*term); ok {
				n += t.lookups()
			}
		}
		for _, more := range p.more {
			n += 1 + more.lookups()
		}
	}
	return n
}

func (t *term) lookups() int {
	if t.sheet != nil {
		return 1 + t.sheet.lookups()
	}
	return t.cost
}

// chain lists the records that the record leads to, each once, in the order of
// reading.
func (s *sheet) chain() []*sheet {
	var once []*sheet
	for _, more := range s.led() {
		if !slices.Contains(once, more) {
			once = append(once, more)
		}
	}
	return once
}

func (s *sheet) led() []*sheet {
	var all []*sheet
	for _, p := range s.parts {
		for _, w := range p.words {
			if t, ok := w.(*term); ok && t.sheet != nil {
				all = append(append(all, t.sheet), t.sheet.led()...)
			}
		}
		for _, more := range p.more {
			all = append(append(all, more), more.led()...)
		}
	}
	return all
}

// move moves words of a part to a new record, as many as it can hold. They are
// the last ones, or with dense the longest: then a record holds more.
func (s *sheet) move(p *part, name string, dense bool, fits func(*sheet) bool) bool {
	before := len(s.String())
	more := &sheet{name: name, parts: []*part{{}}, end: []string{allFor(spf.ResultFail)}}
	candidates := slices.Clone(p.words)
	slices.Reverse(candidates)
	if dense {
		slices.SortStableFunc(candidates, func(a, b word) int { return len(b.text(s.name)) - len(a.text(s.name)) })
	}
	moved := map[word]bool{}
	for _, w := range candidates {
		if !w.movable() {
			continue
		}
		held := more.parts[0].words
		more.parts[0].words = slices.Insert(slices.Clone(held), 0, w)
		if fits(more) {
			moved[w] = true
			continue
		}
		more.parts[0].words = held
		if !dense {
			break
		}
	}
	kept := p.words
	more.parts[0].words = slices.DeleteFunc(slices.Clone(kept), func(w word) bool { return !moved[w] })
	p.words = slices.DeleteFunc(slices.Clone(kept), func(w word) bool { return moved[w] })
	p.more = slices.Insert(p.more, 0, more)
	if len(s.String()) < before {
		return true
	}
	p.words, p.more = kept, p.more[1:]
	return false
}

// takeBack moves words of the record that was made last back, as far as they
// fit: they then cost no look-up.
func (s *sheet) takeBack(p *part, fits func(*sheet) bool) {
	last := p.more[0].parts[0]
	for len(last.words) > 1 {
		p.words = append(p.words, last.words[0])
		if !fits(s) {
			p.words = p.words[:len(p.words)-1]
			return
		}
		last.words = last.words[1:]
	}
}
