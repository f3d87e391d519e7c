package checks

import (
	"errors"
	"slices"

	"mailauth/resolver"
)

// TempFail is raised for every question that nobody answered and that a rule
// depended on.
var TempFail = &Rule{
	ID:       "dns-tempfail",
	Severity: Info,
	Source:   RFC,
	Citation: "RFC 7208 §2.6.6, RFC 2308 §7",
}

// tempfails turns the failures of all checks into findings. A rule that was
// settled all the same is not blocked; a failure that blocks nothing is silent.
func (a *audit) tempfails(settled []*Rule) []Finding {
	type failed struct {
		check  *Check
		first  Failure
		blocks map[string]bool
	}
	type subject struct {
		question resolver.Question
		url      string
	}
	bySubject := map[subject]*failed{}
	var order []*failed
	byInput := map[Input][]string{}
	for _, c := range a.list {
		for _, f := range a.passes[c].Failures() {
			blocked, known := byInput[f.Input]
			if !known {
				blocked = a.blockedBy(f.Input, settled)
				byInput[f.Input] = blocked
			}
			if len(blocked) == 0 {
				continue
			}
			a.open[c] = append(a.open[c], f.Question)
			about := subject{f.Question, f.URL}
			entry, ok := bySubject[about]
			if !ok {
				entry = &failed{check: c, first: f, blocks: map[string]bool{}}
				bySubject[about] = entry
				order = append(order, entry)
			}
			for _, id := range blocked {
				entry.blocks[id] = true
			}
		}
	}
	findings := make([]Finding, 0, len(order))
	for _, entry := range order {
		findings = append(findings, tempfail(entry.first, entry.check, entry.blocks))
	}
	return findings
}

func tempfail(failure Failure, c *Check, blocks map[string]bool) Finding {
	f := failure.Finding().With("check", c.Name)
	f.Check = c.Name
	for id := range blocks {
		f.Blocks = append(f.Blocks, id)
	}
	slices.Sort(f.Blocks)
	return f
}

// Finding is the failure as a dns-tempfail, of no check yet.
func (f Failure) Finding() Finding {
	q := f.Question
	found := TempFail.On(q.Name, q.Type)
	if f.URL != "" {
		found.Type, found.Key = TypeHTTPS, []string{f.URL}
		found.Args = Args{"name": q.Name, "type": "HTTPS", "url": f.URL, "error": fetchKind(f.Err), "detail": f.Err.Error()}
		if fetch, ok := errors.AsType[*resolver.FetchError](f.Err); ok {
			found.Args["server"], found.Args["cause"] = fetch.Address, fetch.Detail
		}
		return found
	}
	found.Args = Args{"name": q.Name, "type": q.Type.String(), "error": string(resolver.KindOf(f.Err)), "detail": f.Err.Error()}
	var failed *resolver.Error
	if errors.As(f.Err, &failed) {
		found.Args["server"], found.Args["cause"] = failed.Server, failed.Detail
	}
	return found
}

// TypeHTTPS (RFC 9460 §9) stands where a finding needs a type and it was a
// document that was asked for.
const TypeHTTPS resolver.Type = 65

// fetchKind names the kind of failure of a document: that of the DNS where it
// failed, else that of the fetch behind "https".
func fetchKind(err error) string {
	fetch, ok := errors.AsType[*resolver.FetchError](err)
	if !ok || fetch.Kind == resolver.FetchDNS {
		return string(resolver.KindOf(err))
	}
	return "https " + string(fetch.Kind)
}

// blockedBy lists the rules, over all checks, that read the input and were not
// settled without it.
func (a *audit) blockedBy(in Input, settled []*Rule) []string {
	var ids []string
	for _, c := range a.list {
		for _, r := range c.Rules {
			if r.ReadsInput(in) && !slices.Contains(settled, r) {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}
