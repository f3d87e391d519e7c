package checks_test

import (
	"context"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// failing is a Fetcher whose every fetch fails in one way.
type failing resolver.FetchErrorKind

func (f failing) Fetch(_ context.Context, request resolver.FetchRequest) (resolver.FetchResponse, error) {
	e := &resolver.FetchError{Kind: resolver.FetchErrorKind(f), URL: request.URL}
	if e.Kind == resolver.FetchDNS {
		e.Err = &resolver.Error{Kind: resolver.ServFail, Question: resolver.Question{Name: "www.example.jp.", Type: resolver.TypeA}}
	}
	return resolver.FetchResponse{}, e
}

// Every kind of failure either leaves the document open, which blocks the rule
// that reads it, or is a fact for the check.
func TestAuditOfADocument(t *testing.T) {
	const url = "https://www.example.jp/policy.txt"
	definite := map[resolver.FetchErrorKind]bool{
		resolver.FetchBadURL: true, resolver.FetchNoAddress: true, resolver.FetchForbidden: true, resolver.FetchTLS: true, resolver.FetchTooLarge: true,
	}
	check := &checks.Check{
		Name: "test", Doc: "A document.", Budget: 1, Rules: []*checks.Rule{ruleSquare},
		Lookup: func(ctx context.Context, p *checks.Pass) (any, error) {
			_, err := p.Fetch(ctx, inShape, resolver.FetchRequest{URL: url})
			return err, nil
		},
		Judge: func(*checks.Pass) checks.Judgement { return checks.Judgement{} },
	}
	for _, kind := range resolver.FetchErrorKinds() {
		report, err := checks.Audit(t.Context(), "example.jp.", fakeDNS{}, []*checks.Check{check}, checks.Options{Fetcher: failing(kind)})
		if err != nil {
			t.Fatal(err)
		}
		if definite[kind] {
			if len(report.Findings) != 0 || report.Verdict != checks.StatusPass {
				t.Errorf("%s: %v, verdict %s: want a fact that blocks nothing", kind, ids(report.Findings), report.Verdict)
			}
			continue
		}
		if len(report.Findings) != 1 || report.Verdict != checks.StatusUnknown {
			t.Errorf("%s: %v, verdict %s: want one dns-tempfail", kind, ids(report.Findings), report.Verdict)
			continue
		}
		f := report.Findings[0]
		if f.Rule != checks.TempFail || f.Args["url"] != url || f.Name != "www.example.jp." || len(f.Blocks) != 1 || f.Blocks[0] != ruleSquare.ID {
			t.Errorf("%s: %s at %s, args %v, blocks %v", kind, f.Rule.ID, f.Name, f.Args, f.Blocks)
		}
	}
}

func TestAuditWithoutAFetcherCannotTell(t *testing.T) {
	var got error
	check := &checks.Check{
		Name: "test", Doc: "A document.", Budget: 1, Rules: []*checks.Rule{ruleSquare},
		Lookup: func(ctx context.Context, p *checks.Pass) (any, error) {
			_, got = p.Fetch(ctx, inShape, resolver.FetchRequest{URL: "https://www.example.jp/"})
			return nil, nil
		},
	}
	if _, err := checks.Audit(t.Context(), "example.jp.", fakeDNS{}, []*checks.Check{check}, checks.Options{}); err != nil {
		t.Fatal(err)
	}
	if !checks.Undecided(got) {
		t.Errorf("a fetch without a fetcher: %v, want an open question", got)
	}
}
