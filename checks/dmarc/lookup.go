package dmarc

import (
	"context"

	"mailauth/checks"
	"mailauth/resolver"
)

// lookup asks in at most three rounds. All names of the tree walk are known
// beforehand, so they are asked together and judged afterwards as a receiver
// would have met them, one by one.
func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	facts := &Facts{Domain: p.Domain, Destinations: []Destination{}}
	facts.askWalk(ctx, p)
	facts.decide()
	facts.listBelow(p)
	facts.askRest(ctx, p)
	return facts, nil
}

// askWalk asks for the tree walk, whether the domain exists, and what answers
// for a name that nobody has published.
func (f *Facts) askWalk(ctx context.Context, p *checks.Pass) {
	domains := WalkNames(p.Domain)
	questions := []checks.Tagged{txt(InExists, p.Domain), txt(InWildcard, p.Nobody())}
	for i, domain := range domains {
		in := InWalk
		if i == 0 {
			in = InRecord
		}
		questions = append(questions, txt(in, Owner(domain)))
	}
	results := ask(ctx, p, questions)
	f.Apex, f.Control = results[0], results[1]
	for i, domain := range domains {
		f.Sites = append(f.Sites, readSite(domain, results[i+2]))
	}
	f.Exists = checks.TriOf(f.Apex.Answer.OwnerExists, !f.Apex.Unknown())
	if f.Own().Exists {
		f.Exists = checks.Yes // RFC 8020: what has a name below it exists
	}
}

func txt(in checks.Input, name string) checks.Tagged {
	return checks.Tagged{Input: in, Question: resolver.Question{Name: name, Type: resolver.TypeTXT}}
}

// ask leaves out names that are too long to be asked: nothing can stand there.
func ask(ctx context.Context, p *checks.Pass, questions []checks.Tagged) []checks.Result {
	results := make([]checks.Result, len(questions))
	var possible []checks.Tagged
	var at []int
	for i, q := range questions {
		if _, err := resolver.CanonicalName(q.Question.Name); err != nil {
			results[i].Answer = resolver.Answer{Question: q.Question, Status: resolver.NXDomain}
			continue
		}
		possible, at = append(possible, q), append(at, i)
	}
	for i, r := range p.AskTagged(ctx, possible) {
		results[at[i]] = r
	}
	return results
}

// askRest asks for records at wrong names, if the domain has none at the right
// one, and about the destinations of reports.
func (f *Facts) askRest(ctx context.Context, p *checks.Pass) {
	var wrong []string
	if own := f.Own(); own.Known && len(own.Records) == 0 {
		wrong = wrongNames(p.Domain)
	}
	var questions []checks.Tagged
	for _, name := range wrong {
		questions = append(questions, txt(InWrongName, name))
	}
	f.Destinations = f.destinations()
	for _, d := range f.Destinations {
		questions = append(questions, d.questions(f)...)
	}
	hosts := len(questions)
	f.Failures = f.failureDestinations()
	for _, d := range f.Failures {
		questions = append(questions, d.agreement(f)...)
	}
	failures := len(questions)
	for _, domain := range f.listed {
		questions = append(questions, txt(InBelow, Owner(domain)))
	}
	if f.openAt = f.openName(); f.openAt != "" {
		questions = append(questions, txt(InReportWildcard, f.openAt))
	}
	results := ask(ctx, p, questions)
	f.readWrong(results[:len(wrong)])
	f.readFailures(results[hosts:failures])
	f.readBelow(results[failures:])
	f.readDestinations(ctx, p, results[len(wrong):hosts])
}

// wrongNames are the names that a record for the domain is found at by mistake,
// beside the domain itself.
func wrongNames(domain string) []string {
	bare := domain[:len(domain)-1]
	return []string{
		resolver.Join(domain, "dmarc"),
		resolver.Join(domain, "_dmarc", bare),
		resolver.Join(domain, "_dmarc", "www"),
	}
}

// readWrong collects DMARC records at wrong names, the domain itself among
// them, unless a wildcard put them there.
func (f *Facts) readWrong(results []checks.Result) {
	if results == nil {
		return
	}
	wildcard := texts(f.Control.Answer.Records)
	for _, r := range append([]checks.Result{f.Apex}, results...) {
		f.MisplacedOpen = f.MisplacedOpen || r.Unknown()
		if r.Unknown() || f.Control.Unknown() {
			continue
		}
		for _, rr := range r.Answer.Records {
			text, ok := rr.Text()
			if ok && IsDMARC(text) && !contains(wildcard, rr) {
				f.Misplaced = append(f.Misplaced, rr)
			}
		}
	}
}

func contains(texts []string, rr resolver.Record) bool {
	for _, t := range texts {
		if t == rr.Data.String() {
			return true
		}
	}
	return false
}
