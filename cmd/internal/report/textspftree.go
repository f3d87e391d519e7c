package report

import (
	"mailauth/checks"
	"mailauth/checks/spf"
)

// Tree prints what the record of a domain costs, branch by branch.
func (t *Text) Tree(r SPFTree) error {
	p := page{Text: t}
	p.title(r.Domain, "   "+p.text("cost", checks.Args{"count": r.DNS.Questions, "seconds": seconds(r.DNS.ElapsedMS)}))
	p.treeSummary(r)
	p.line()
	p.drawing(r)
	p.unanswered(Report{Findings: findingsOf(r.Unanswered)})
	return p.print()
}

// title is a domain with something at the right; two lines where the name is
// too long for one.
func (p *page) title(domain, right string) {
	name := DisplayName(domain)
	if line, ok := apart(name, right, p.Width); ok {
		p.line(p.strong(name), line[len(name):])
		return
	}
	p.line(p.strong(name))
	p.line(spaces(p.Width-Width(right)), right)
}

// treeSummary says in a few lines whether the record works and fits.
func (p *page) treeSummary(r SPFTree) {
	if id := outcomeText(r.Outcome); id != "" {
		status := checks.StatusFail
		if r.Outcome == spf.Open {
			status = checks.StatusUnknown
		}
		p.point(status, "record", p.Texts.Text("tree."+id, nil))
	}
	if r.Ledger == nil {
		return
	}
	p.point(lookupStatus(r), "lookups", p.lookups(r))
	p.point(voidStatus(r), "voids", p.voids(r))
	if r.Ledger.Cut {
		p.point(checks.StatusUnknown, "cut", p.Texts.Text("tree.cut", checks.Args{"count": len(r.Ledger.Entries)}))
	}
}

// outcomeText is what there is to say of a domain without a record that
// receivers can use.
func outcomeText(o spf.Outcome) string {
	switch o {
	case spf.Malformed:
		return "malformed"
	case spf.Several:
		return "several"
	case spf.NoRecord:
		return "no-record"
	case spf.NoName, spf.NotAsked:
		return "no-name"
	case spf.Open:
		return "open"
	}
	return ""
}

// point prints a line with a mark and a label.
func (p *page) point(status checks.Status, label, text string) {
	name := p.Texts.Text("tree.label-"+label, nil)
	room := p.Width - summaryColumn - 2
	for i, line := range Wrap(Clean(text), room, room) {
		head := spaces(summaryColumn + 2)
		if i == 0 {
			head = "  " + p.status(status)(marks[status]) + " " + Pad(name, summaryColumn-2)
		}
		p.line(head, line)
	}
}

// worstOf is what the costliest address meets; what the record has in all where
// that was not worked out.
func worstOf(r SPFTree) Worst {
	if r.Worst != nil {
		return *r.Worst
	}
	l := r.Ledger
	return Worst{Cost{l.Lookups, l.Void4}, Cost{l.Lookups, l.Void6}}
}

func lookupStatus(r SPFTree) checks.Status {
	worst := worstOf(r)
	switch {
	case max(worst.IPv4.Lookups, worst.IPv6.Lookups) > r.Ledger.Limit:
		return checks.StatusFail
	case r.Ledger.LowerBound:
		return checks.StatusUnknown
	}
	return checks.StatusPass
}

func voidStatus(r SPFTree) checks.Status {
	worst := worstOf(r)
	over := max(worst.IPv4.Voids, worst.IPv6.Voids) > r.VoidLimit
	switch {
	case over && r.Verdict == checks.StatusFail:
		return checks.StatusFail
	case over:
		return checks.StatusWarn
	case r.Ledger.LowerBound || len(r.Unanswered) > 0:
		return checks.StatusUnknown
	}
	return checks.StatusPass
}

// lookups compares what the record costs, and what an address meets at most,
// with the limit.
func (p *page) lookups(r SPFTree) string {
	worst := worstOf(r)
	return p.Texts.Text("tree.lookups", checks.Args{
		"count": r.Ledger.Lookups, "limit": r.Ledger.Limit, "least": r.Ledger.LowerBound,
		"worst": max(worst.IPv4.Lookups, worst.IPv6.Lookups), "worst4": worst.IPv4.Lookups, "worst6": worst.IPv6.Lookups,
		"differ": worst.IPv4.Lookups != worst.IPv6.Lookups, "over": lookupStatus(r) == checks.StatusFail,
	})
}

func (p *page) voids(r SPFTree) string {
	worst := worstOf(r)
	return p.Texts.Text("tree.voids", checks.Args{
		"void4": r.Ledger.Void4, "void6": r.Ledger.Void6, "limit": r.VoidLimit,
		"worst4": worst.IPv4.Voids, "worst6": worst.IPv6.Voids,
		"same":  worst.IPv4.Voids == r.Ledger.Void4 && worst.IPv6.Voids == r.Ledger.Void6,
		"over4": worst.IPv4.Voids > r.VoidLimit, "over6": worst.IPv6.Voids > r.VoidLimit,
	})
}
