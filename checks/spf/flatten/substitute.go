package flatten

import (
	"context"
	"slices"
	"strings"

	"mailauth/checks/spf"
	"mailauth/resolver"
)

// substitute is a DNS in which some names have another SPF record.
type substitute struct {
	resolver.Resolver
	texts map[string]string // by canonical name
	// sure says that there are no other records at the names that cannot be asked.
	sure bool
}

// Lookup implements resolver.Resolver.
func (s substitute) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	answer, err := s.Resolver.Lookup(ctx, q)
	text, ours := s.texts[q.Name]
	switch {
	case !ours || q.Type != resolver.TypeTXT, err != nil && !s.sure:
		return answer, err
	case err != nil:
		answer = resolver.Answer{Question: q}
	}
	selected := spf.Select(answer.Records)
	record := resolver.Record{Name: answer.Canonical(), TTL: answer.TTL, Data: resolver.NewTXT(text)}
	if len(selected) > 0 {
		record.TTL, record.Origin = selected[0].TTL, selected[0].Origin
	}
	answer.Records = slices.DeleteFunc(slices.Clone(answer.Records), func(r resolver.Record) bool {
		text, ok := r.Text()
		return ok && spf.IsSPF(text)
	})
	answer.Records = append(answer.Records, record)
	answer.Status, answer.OwnerExists = resolver.Data, true
	return answer, nil
}

// dropping are the records of a tree without some terms.
type dropping struct {
	texts map[string]string // by canonical name
	found []string          // of the terms that were given
	below []string          // those that stand in records other than the root's, as TERM@NAME
}

// dropped leaves terms out, given as they are written, or as TERM@NAME for those
// of one record; at are the names of the root's. Only records that may be changed
// lose terms.
func (r *reader) dropped(root *spf.Domain, terms, at []string) dropping {
	made := dropping{texts: map[string]string{}}
	given := func(e *spf.Expanded, d *spf.Domain) string {
		names := []string{d.Name}
		if d == root {
			names = at
		}
		i := slices.IndexFunc(terms, func(term string) bool { return meansTerm(term, e.String(), names) })
		if i < 0 || !r.mayDrop(d, root) {
			return ""
		}
		return terms[i]
	}
	seen := map[*spf.Domain]bool{}
	var visit func(d *spf.Domain)
	visit = func(d *spf.Domain) {
		if d == nil || seen[d] {
			return
		}
		seen[d] = true
		words, gone := []string{"v=spf1"}, false
		for _, e := range d.Terms {
			if term := given(e, d); term != "" {
				gone = true
				made.found = append(made.found, term)
				if d != root {
					made.below = append(made.below, e.String()+"@"+bare(d.Name))
				}
				continue
			}
			words = append(words, e.String())
			visit(e.Target)
			visit(e.Target6)
		}
		if gone {
			made.texts[d.Name] = strings.Join(words, " ")
		}
	}
	visit(root)
	return made
}

// meansTerm reports that what was given is the text of a term, or that with the
// name of a record after it.
func meansTerm(given, text string, names []string) bool {
	rest, ok := strings.CutPrefix(given, text)
	if !ok || rest == "" {
		return ok
	}
	name, err := resolver.CanonicalName(strings.TrimPrefix(rest, "@"))
	return err == nil && rest[0] == '@' && slices.Contains(names, strings.ToLower(name))
}

func (r *reader) mayDrop(d, root *spf.Domain) bool { return d == root || r.ownRecord(d) }
