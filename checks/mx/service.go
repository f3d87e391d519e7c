package mx

import (
	"context"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// Service is a name by which mail programs find the settings of a domain's
// mailboxes: SRV records (RFC 6186, RFC 8314 §5.1), and the host names that
// Outlook and Thunderbird try.
type Service struct {
	Question resolver.Question
	Result   checks.Result
	// Targets are the hosts that its SRV records name.
	Targets []*Target
}

// Target is a host that an SRV record names.
type Target struct {
	Record  resolver.Record
	Name    string
	A, AAAA checks.Result
}

// maxTargets bounds the hosts that are asked for, of all services.
const maxTargets = 8

// services are the host names that are asked for.
func services(domain string) (list []*Service) {
	for _, host := range []string{"autodiscover", "autoconfig"} {
		list = append(list, &Service{Question: resolver.Question{Name: resolver.Join(domain, host), Type: resolver.TypeA}})
	}
	return list
}

// askRecords asks for the SRV records.
func askRecords(ctx context.Context, p *checks.Pass) (list []*Service) {
	var questions []resolver.Question
	for _, name := range []string{"_imaps", "_submissions", "_submission", "_autodiscover"} {
		questions = append(questions, resolver.Question{Name: resolver.Join(p.Domain, name, "_tcp"), Type: resolver.TypeSRV})
	}
	for i, r := range p.AskAll(ctx, InService, questions) {
		list = append(list, &Service{Question: questions[i], Result: r})
	}
	return list
}

// askTargets asks for the hosts of SRV records. The root means that the service
// is not there (RFC 6186 §3.4).
func askTargets(ctx context.Context, p *checks.Pass, services []*Service) {
	var targets []*Target
	var questions []resolver.Question
	for _, s := range services {
		for _, r := range s.Result.Answer.Records {
			data, ok := r.Data.(resolver.SRV)
			if !ok || data.Target == "." || len(targets) == maxTargets {
				continue
			}
			t := &Target{Record: r, Name: data.Target}
			s.Targets, targets = append(s.Targets, t), append(targets, t)
			questions = append(questions, resolver.Question{Name: t.Name, Type: resolver.TypeA}, resolver.Question{Name: t.Name, Type: resolver.TypeAAAA})
		}
	}
	results := p.AskAll(ctx, InService, questions)
	for i, t := range targets {
		t.A, t.AAAA = results[2*i], results[2*i+1]
	}
}

// judgeServices finds names that lead to a host that is not there.
func (f *Facts) judgeServices() (findings []checks.Finding) {
	for _, s := range f.Services {
		if alias, ok := s.dangling(); ok {
			findings = append(findings, Autoconfig.At(alias).With("name", s.Question.Name).With("host", s.Result.Answer.Canonical()))
		}
		for _, t := range s.Targets {
			if !absent(t.A) || !absent(t.AAAA) {
				continue
			}
			finding := Autoconfig.At(t.Record).With("name", s.Question.Name).With("host", t.Name)
			finding.Key = []string{t.Name}
			findings = append(findings, finding)
		}
	}
	return findings
}

// dangling returns the alias at the name, if its target does not exist.
func (s *Service) dangling() (alias resolver.Record, ok bool) {
	r := s.Result
	if !r.Is(resolver.NXDomain) || !r.Answer.OwnerExists || len(r.Answer.Chain) == 0 {
		return alias, false
	}
	return r.Answer.Chain[0], true
}

func absent(r checks.Result) bool {
	return r.Err == nil && slices.Contains([]resolver.Status{resolver.NoData, resolver.NXDomain}, r.Answer.Status)
}
