package report

import (
	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// TreeDocument is everything that `spf tree` says.
type TreeDocument struct {
	Header
	Trees []SPFTree `json:"trees"`
	// Problems are the domains that could not be looked at.
	Problems []Problem `json:"problems"`
}

// Header is what the documents of all commands begin with.
type Header struct {
	Version int    `json:"version"`
	Tool    Tool   `json:"tool"`
	Lang    string `json:"lang"`
	Source  string `json:"source"`
}

// SPFTree is the record of a domain with what evaluating it costs. Domain has
// no trailing dot.
type SPFTree struct {
	Domain string `json:"domain"`
	// Verdict is pass if every address stays within the limits, warn if one may
	// exceed them or only IPv6 addresses do, of which none passes anyway, fail if
	// one does whatever the message is, if a limit keeps one that the record lists
	// from ever passing, or if the record is permerror for other reasons, or none.
	Verdict checks.Status `json:"verdict"`
	Outcome spf.Outcome   `json:"outcome"`
	// Final is the result for an address that no term matches, "" if that is not
	// known.
	Final string `json:"final"`
	// Ledger is null without a record.
	Ledger    *spf.Ledger `json:"ledger"`
	VoidLimit int         `json:"void_limit"`
	// Worst is the most that any address costs, counted on where a limit or a
	// broken term ends the evaluation; null without a record that receivers
	// evaluate.
	Worst *spf.Cost `json:"worst"`
	// Exceeds is null where Worst is.
	Exceeds *Exceeds `json:"exceeds"`
	// Lost are the addresses that the record lets pass and a limit does not.
	Lost []Loss `json:"lost"`
	// AtRisk are those that a limit may stop: the message decides, or an answer
	// that is missing.
	AtRisk []Loss `json:"at_risk"`
	// Broken is where evaluation ends in permerror for reasons other than a limit.
	Broken     []Reason     `json:"broken"`
	Tree       *spf.Node    `json:"tree"`
	Unanswered []Unanswered `json:"unanswered"`
	DNS        DNS          `json:"dns"`
}

// Exceeds says which limits some address exceeds: whatever the message is, or
// perhaps.
type Exceeds struct {
	Lookups checks.Tri `json:"lookups"`
	Voids   checks.Tri `json:"voids"`
}

// Loss are the addresses of a term of the record that do not pass.
type Loss struct {
	Term string `json:"term"`
	Both
}

// Unanswered is a question that nobody answered, with what helps.
type Unanswered struct {
	Name string        `json:"name"`
	Type resolver.Type `json:"type"`
	// Error is the kind of failure, Server the last one asked, Cause what it said.
	Error   string `json:"error"`
	Server  string `json:"server"`
	Cause   string `json:"cause"`
	Message string `json:"message"`
	Mend    string `json:"mend"`
}

// BuildTree says in a language what a record costs.
func BuildTree(f *spf.Facts, cost DNS, texts *catalog.Localizer) SPFTree {
	limits := f.Limits()
	built := SPFTree{
		Domain: BareName(f.Root.Name), Verdict: treeVerdict(f, limits), Outcome: f.Outcome, Final: f.Final,
		Ledger: f.Ledger, VoidLimit: spf.MaxVoids, Lost: []Loss{}, AtRisk: []Loss{}, Broken: []Reason{}, Tree: f.Tree,
		Unanswered: BuildUnanswered(f.Unanswered, cost, texts), DNS: cost,
	}
	if built.Tree == nil {
		built.Tree = &spf.Node{Name: f.Root.Name, Outcome: f.Outcome}
	}
	if limits == nil {
		return built
	}
	built.Worst = &limits.Worst
	built.Exceeds = &Exceeds{limits.Lookups, limits.Voids}
	built.Lost, built.AtRisk = lossesOf(limits.Lost), lossesOf(limits.AtRisk)
	for _, d := range limits.Broken {
		built.Broken = append(built.Broken, reasonOf(d))
	}
	return built
}

func lossesOf(list []spf.Loss) []Loss {
	losses := []Loss{}
	for _, loss := range list {
		losses = append(losses, Loss{loss.Term.String(), bothOf(loss.Set)})
	}
	return losses
}

func treeVerdict(f *spf.Facts, l *spf.Limits) checks.Status {
	switch {
	case f.Outcome == spf.Open:
		return checks.StatusUnknown
	case l == nil, len(l.Broken) > 0, l.Certain:
		return checks.StatusFail
	case l.Open:
		return checks.StatusUnknown
	case l.Lookups == checks.Open, l.Voids == checks.Open:
		return checks.StatusWarn
	}
	return checks.StatusPass
}

// BuildUnanswered says in a language what nobody could tell.
func BuildUnanswered(failures []checks.Failure, cost DNS, texts *catalog.Localizer) []Unanswered {
	b := builder{texts, cost.Silent}
	list := make([]Unanswered, 0, len(failures))
	for _, f := range failures {
		found := b.unanswered(f.Finding())
		text := func(name string) string { value, _ := found.Args[name].(string); return value }
		list = append(list, Unanswered{
			Name: found.Name, Type: found.Type, Error: text("error"), Server: text("server"), Cause: text("cause"),
			Message: found.Message, Mend: found.Mend,
		})
	}
	return list
}

// findings are unanswered questions as an audit reports them.
func findingsOf(list []Unanswered) []Finding {
	var found []Finding
	for _, u := range list {
		found = append(found, Finding{
			Rule: checks.TempFail.ID, Severity: checks.TempFail.Severity, Evidence: Evidence{Name: u.Name, Type: u.Type}, Mend: u.Mend,
			Args: checks.Args{"error": u.Error, "server": u.Server, "cause": u.Cause},
		})
	}
	return found
}
