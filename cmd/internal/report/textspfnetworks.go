package report

import (
	"fmt"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// Networks prints which addresses a domain lets pass, and what brings them.
func (t *Text) Networks(r SPFNetworks) error {
	p := networksPage{page{Text: t}, r}
	p.title(r.Domain, "   "+p.text("cost", checks.Args{"count": r.DNS.Questions, "seconds": seconds(r.DNS.ElapsedMS)}))
	p.summary()
	p.table("passing", r.Passing)
	for _, g := range p.groups() {
		switch {
		case g.kind == spf.RestDepends && g.address:
			p.table("listed-address", g.listed)
		case g.decides():
			p.table("listed-error-decides", g.listed)
		case g.kind != spf.RestRefused:
			p.table("listed-"+string(g.kind), g.listed)
		}
	}
	p.sources()
	p.unanswered(Report{Findings: findingsOf(r.Unanswered)})
	return p.print()
}

// networksPage is the text of one domain's networks.
type networksPage struct {
	page
	policy SPFNetworks
}

func (p *networksPage) word(id string, args checks.Args) string {
	return p.Texts.Text("networks."+id, args)
}

// summary says who passes, and what becomes of all others.
func (p *networksPage) summary() {
	if id := outcomeText(p.policy.Outcome); id != "" {
		p.point(statusOf(p.policy.Outcome), "record", p.Texts.Text("tree."+id, nil))
		return
	}
	passing := p.policy.Passing.both()
	if passing.empty() {
		p.point(checks.StatusNone, "pass", p.word("nobody", nil))
	} else {
		p.point(checks.StatusPass, "pass", p.amounts(passing))
	}
	groups := p.groups()
	for i, g := range groups {
		who, single := p.amounts(g.Both), g.single()
		if i == len(groups)-1 {
			who, single = p.word("others", nil), false
		}
		args := checks.Args{"who": who, "results": g.results, "decides": g.decides(), "single": single, "address": g.address, "reasons": p.reasons(g.reasons), "errors": p.reasons(g.errors), "listed": ""}
		if listed := g.listed.both(); !listed.empty() && p.amounts(listed) != p.amounts(g.Both) {
			args["listed"] = p.amounts(listed)
		}
		p.point(g.status(), string(g.kind), p.word("rest-"+string(g.kind), args))
	}
	if p.policy.Cut {
		p.point(checks.StatusUnknown, "cut", p.word("cut", nil))
	}
}

// fewReasons is how many places that decide are named without -v.
const fewReasons = 4

func (p *networksPage) reasons(all []string) string {
	shown := all
	if len(all) > fewReasons && !p.Verbose {
		shown = append(slices.Clone(all[:fewReasons]), p.word("more-reasons", checks.Args{"count": len(all) - fewReasons}))
	}
	return p.Texts.List(shown)
}

// restGroup are the addresses of which the same is to be said.
type restGroup struct {
	Both
	kind    spf.RestKind
	fails   bool // see SPFRest
	address bool // what the DNS says of the address decides, not the message
	results string
	reasons []string
	errors  []string // of those whom only the message can let pass
	listed  OriginsOfBoth
}

// status is that of what the record lists and does not let pass.
func (g restGroup) status() checks.Status {
	switch {
	case g.kind == spf.RestUnknown:
		return checks.StatusUnknown
	case g.fails && !g.listed.both().empty():
		return checks.StatusFail
	case g.kind == spf.RestDepends:
		return checks.StatusWarn
	}
	return checks.StatusNone
}

// decides reports that the message decides which result it is of those who never
// pass.
func (g restGroup) decides() bool { return g.kind == spf.RestError && strings.Contains(g.results, "|") }

// groups joins what the words are the same for: of those who do not pass the
// result is enough.
func (p *networksPage) groups() []restGroup {
	var groups []restGroup
	at := map[string]int{}
	for _, r := range p.policy.Rest {
		g := restGroup{kind: r.Kind, fails: r.Fails, address: r.Kind == spf.RestDepends}
		switch r.Kind {
		case spf.RestRefused:
			g.results = strings.Join(r.Results, "|")
		case spf.RestError:
			g.results = strings.Join(r.Results, "|")
			for _, reason := range r.Reasons {
				g.reasons = append(g.reasons, p.because(reason))
			}
		default:
			for _, reason := range r.Reasons {
				g.address = g.address && (reason.Cause != spf.CauseMatch || byAddress(reason.Term))
				if r.Kind == spf.RestDepends && reason.Cause != spf.CauseMatch {
					g.errors = append(g.errors, p.because(reason))
				} else {
					g.reasons = append(g.reasons, p.because(reason))
				}
			}
		}
		key := fmt.Sprint(g.kind, g.fails, g.results) + strings.Join(append(g.reasons, g.errors...), "\n")
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key] = i
			groups = append(groups, g)
		}
		g = groups[i]
		g.Both = bothJoined(g.Both, r.Both)
		g.listed.IPv4.Networks = append(g.listed.IPv4.Networks, r.Listed.IPv4.Networks...)
		g.listed.IPv6.Networks = append(g.listed.IPv6.Networks, r.Listed.IPv6.Networks...)
		groups[i] = g
	}
	return groups
}

// bothJoined are the addresses of two sets that do not overlap; how many there are
// is counted when it is asked for.
func bothJoined(a, b Both) Both {
	return Both{
		IPv4{Prefixes: slices.Concat(a.IPv4.Prefixes, b.IPv4.Prefixes)},
		IPv6{Prefixes: slices.Concat(a.IPv6.Prefixes, b.IPv6.Prefixes)},
	}
}
