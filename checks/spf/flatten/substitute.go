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

// dropped returns the texts of the records of a tree without some terms, given
// as they are written, and which of these were found. Only records that may be
// changed lose terms.
func (r *reader) dropped(root *spf.Domain, terms []string) (texts map[string]string, found []string) {
	texts = map[string]string{}
	seen := map[*spf.Domain]bool{}
	var visit func(d *spf.Domain)
	visit = func(d *spf.Domain) {
		if d == nil || seen[d] {
			return
		}
		seen[d] = true
		words, gone := []string{"v=spf1"}, false
		for _, e := range d.Terms {
			if text := e.String(); slices.Contains(terms, text) && r.mayDrop(d, root) {
				gone = true
				found = append(found, text)
				continue
			}
			words = append(words, e.String())
			visit(e.Target)
			visit(e.Target6)
		}
		if gone {
			texts[d.Name] = strings.Join(words, " ")
		}
	}
	visit(root)
	return texts, found
}

func (r *reader) mayDrop(d, root *spf.Domain) bool { return d == root || r.ownRecord(d) }
