package flatten

import (
	"slices"

	"mailauth/checks/spf"
	"mailauth/resolver"
)

// describe fills in what the plan says about the records.
func (w *work) describe(l layout, press press) {
	p := w.plan
	for i, s := range append([]*sheet{l.first}, l.chain...) {
		r := Record{Name: s.name, Text: s.String(), Data: resolver.NewTXT(s.String())}
		r.Share, r.Answer = share(r.Name, r.Text), answerSize(r.Name, nil, r.Data)
		if i == 0 {
			r.Answer = press.answer(s)
			for _, txt := range press.others {
				r.Beside = append(r.Beside, txt.Joined())
			}
			r.BesideOctets = r.Answer - answerSize(r.Name, nil, r.Data)
		}
		if before := w.ask(r.Name); !before.Unknown() {
			if selected := spf.Select(before.Answer.Records); len(selected) > 0 && !synthesised(w.ctx, w.base, before.Answer) {
				r.Replaces, _ = selected[0].Text()
			}
		}
		p.Records = append(p.Records, r)
		for _, part := range s.parts {
			for _, word := range part.words {
				w.describeWord(word, part.sign, s.name)
			}
		}
		if t := s.redirect; t != nil {
			p.Kept = append(p.Kept, w.kept(t, "", s.name))
		}
	}
	w.describeGone()
}

func (w *work) describeWord(word word, sign, place string) {
	switch word := word.(type) {
	case network:
		if word.prefix.Addr().Is4() {
			w.plan.Networks[0]++
		} else {
			w.plan.Networks[1]++
		}
	case *term:
		if word.from != nil {
			w.plan.Kept = append(w.plan.Kept, w.kept(word, sign, place))
		}
	}
}

func (w *work) kept(t *term, sign, place string) Kept {
	return Kept{Place: placeOf(t.from), Text: sign + t.text(place), Why: t.why, Lookups: t.cost}
}

func placeOf(e *spf.Expanded) Place { return Place{e.String(), e.Owner.Name} }

// describeGone lists the terms that match nobody, but for those in records that
// stay as they are.
func (w *work) describeGone() {
	stays := map[string]bool{}
	for _, k := range w.reader.kept {
		if k.why == Placed || k.why == Family {
			for _, target := range []*spf.Domain{k.from.Target, k.from.Target6} {
				for name := range w.ownNames(target) {
					stays[name] = true
				}
			}
		}
	}
	for _, e := range slices.Backward(w.reader.gone) {
		if !stays[e.Owner.Name] {
			w.plan.Gone = append(w.plan.Gone, placeOf(e))
		}
	}
}
