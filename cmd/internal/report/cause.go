package report

import (
	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// Reason is the place in the DNS that gives a result, and why.
type Reason struct {
	Cause spf.Cause `json:"cause"`
	// Path are the names of the records on the way, the domain first; without
	// trailing dots.
	Path []string `json:"path"`
	// Term is the deciding term of the last of them; empty where the record as a
	// whole decides.
	Term string `json:"term"`
	// Error is the kind of failure of a question without an answer.
	Error string `json:"error"`
}

func reasonOf(d spf.Decision) Reason {
	r := Reason{Cause: d.Cause, Path: make([]string, 0, len(d.Path)), Term: d.Term}
	for _, name := range d.Path {
		r.Path = append(r.Path, BareName(name))
	}
	if d.Err != nil {
		r.Error = string(resolver.KindOf(d.Err))
	}
	return r
}

// because is the reason in words.
func (p *page) because(r Reason) string {
	domain := ""
	if len(r.Path) > 0 {
		domain = Clean(r.Path[len(r.Path)-1])
	}
	args := checks.Args{"domain": domain, "term": Clean(r.Term), "limit": spf.MaxLookups, "voids": spf.MaxVoids, "question": domain, "error": ""}
	place := p.Texts.Text("tree.place", args)
	if r.Cause == spf.CauseMatch {
		return place
	}
	if r.Term != "" {
		args["question"] = place
	}
	if r.Error != "" {
		args["error"] = p.kindOf(r.Error)
	}
	return p.Texts.Text("simulation.why-"+string(r.Cause), args)
}
