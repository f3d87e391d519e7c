package checks_test

import (
	"context"

	"mailauth/checks"
	"mailauth/resolver"
)

// fakeDNS answers TXT questions from a map; a name in broken gives SERVFAIL,
// any other is NXDOMAIN.
type fakeDNS struct {
	txt    map[string]string
	broken map[string]bool
}

func (d fakeDNS) Lookup(_ context.Context, q resolver.Question) (resolver.Answer, error) {
	if d.broken[q.Name] {
		return resolver.Answer{}, &resolver.Error{Kind: resolver.ServFail, Question: q}
	}
	text, ok := d.txt[q.Name]
	if !ok {
		return resolver.Answer{Question: q, Status: resolver.NXDomain}, nil
	}
	record := resolver.Record{Name: q.Name, TTL: 3600, Data: resolver.NewTXT(text)}
	return resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true, Records: []resolver.Record{record}}, nil
}

func (d fakeDNS) Exchange(_ context.Context, q resolver.Query) (resolver.Reply, error) {
	return resolver.Reply{}, &resolver.Error{Kind: resolver.Offline, Question: q.Question}
}

const (
	inColour checks.Input = "test-colour"
	inShape  checks.Input = "test-shape"
)

var (
	ruleRed    = &checks.Rule{ID: "test-red", Severity: checks.Error, Source: checks.Practice, Citation: "house rule 1", Reads: []checks.Input{inColour}, Supersedes: []string{"test-dull"}}
	ruleDull   = &checks.Rule{ID: "test-dull", Severity: checks.Warning, Source: checks.Practice, Citation: "house rule 2", Reads: []checks.Input{inColour}}
	ruleSquare = &checks.Rule{ID: "test-square", Severity: checks.Warning, Source: checks.Practice, Citation: "house rule 3", Reads: []checks.Input{inShape}}
)

// colourCheck wants the colour green at the domain and no square at shape.
func colourCheck(budget int) *checks.Check {
	type facts struct{ colour, shape checks.Result }
	return &checks.Check{
		Name: "test", Doc: "A colour and a shape.", Budget: budget,
		Rules: []*checks.Rule{ruleRed, ruleDull, ruleSquare},
		Lookup: func(ctx context.Context, p *checks.Pass) (any, error) {
			colour := p.Ask(ctx, inColour, resolver.Question{Name: p.Domain, Type: resolver.TypeTXT})
			shape := p.Ask(ctx, inShape, resolver.Question{Name: resolver.Join(p.Domain, "shape"), Type: resolver.TypeTXT})
			return facts{colour, shape}, nil
		},
		Judge: func(p *checks.Pass) (j checks.Judgement) {
			f := p.Own().(facts)
			if f.colour.Is(resolver.Data) {
				r := f.colour.Answer.Records[0]
				if text, _ := r.Text(); text != "green" {
					red := ruleRed.At(r)
					red.Fixes = []checks.Fix{paint(r, "green"), paint(r, "blue")}
					j.Findings = append(j.Findings, red, ruleDull.At(r))
				}
			}
			if f.shape.Is(resolver.Data) {
				j.Findings = append(j.Findings, ruleSquare.At(f.shape.Answer.Records[0]))
			}
			return j
		},
	}
}

func paint(r resolver.Record, colour string) checks.Fix {
	return checks.Fix{Title: checks.T("fix.test-paint", nil), Edits: []resolver.Edit{{Name: r.Name, Type: r.Type(), TTL: r.TTL,
		Remove: []string{r.Data.String()}, Add: []string{resolver.NewTXT(colour).String()}}}}
}
