package report

import (
	"fmt"

	"mailauth/checks"
	"mailauth/checks/catalog"
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
		p.point(statusOf(r.Outcome), "record", p.Texts.Text("tree."+id, nil))
	}
	p.broken(r)
	if r.Ledger == nil {
		return
	}
	p.point(lookupStatus(r), "lookups", p.lookups(r))
	p.point(voidStatus(r), "voids", p.voids(r))
	p.losses(r)
	if r.Ledger.Cut {
		p.point(checks.StatusUnknown, "cut", p.Texts.Text("tree.cut", checks.Args{"count": len(r.Ledger.Entries)}))
	}
}

// statusOf is that of a domain without a record that receivers can use.
func statusOf(o spf.Outcome) checks.Status {
	if o == spf.Open {
		return checks.StatusUnknown
	}
	return checks.StatusFail
}

// SayOutcome says what receivers make of a domain without a record that they can
// use; empty if there is one.
func SayOutcome(o spf.Outcome, texts *catalog.Localizer) string {
	if id := outcomeText(o); id != "" {
		return texts.Text("tree."+id, nil)
	}
	return ""
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
	name, mark := "", " "
	if label != "" {
		name, mark = p.Texts.Text("tree.label-"+label, nil), marks[status]
	}
	room := p.Width - summaryColumn - 2
	for i, line := range Wrap(Clean(text), room, room) {
		head := spaces(summaryColumn + 2)
		if i == 0 {
			head = "  " + p.status(status)(mark) + " " + Pad(name, summaryColumn-2)
		}
		p.line(head, line)
	}
}

func lookupStatus(r SPFTree) checks.Status {
	switch {
	case r.Exceeds != nil && r.Exceeds.Lookups != checks.No:
		return exceededStatus(r.Exceeds.Lookups)
	case r.Ledger.LowerBound:
		return checks.StatusUnknown
	case r.Worst == nil:
		return checks.StatusNone
	}
	return checks.StatusPass
}

func voidStatus(r SPFTree) checks.Status {
	switch {
	case r.Worst == nil:
		return checks.StatusNone
	case r.Exceeds != nil && r.Exceeds.Voids != checks.No:
		return exceededStatus(r.Exceeds.Voids)
	case r.Ledger.LowerBound || len(r.Unanswered) > 0:
		return checks.StatusUnknown
	}
	return checks.StatusPass
}

// exceededStatus is that of a limit that is exceeded, or may be.
func exceededStatus(exceeded checks.Tri) checks.Status {
	if exceeded == checks.Yes {
		return checks.StatusFail
	}
	return checks.StatusWarn
}

// lookups compares what the record costs, and what an address costs at most,
// with the limit.
func (p *page) lookups(r SPFTree) string {
	args := checks.Args{"count": r.Ledger.Lookups, "limit": r.Ledger.Limit, "least": r.Ledger.LowerBound, "worst": "", "over": r.Worst != nil && r.Worst.Lookups > r.Ledger.Limit}
	if r.Worst != nil {
		args["worst"] = fmt.Sprint(r.Worst.Lookups)
	}
	return p.Texts.Text("tree.lookups", args)
}

func (p *page) voids(r SPFTree) string {
	l := r.Ledger
	args := checks.Args{"void4": l.Void4, "void6": l.Void6, "differ": l.Void4 != l.Void6, "limit": r.VoidLimit, "worst4": "", "worst6": "", "over": false}
	w := r.Worst
	if w == nil {
		return p.Texts.Text("tree.voids", args)
	}
	args["over"] = max(w.Void4, w.Void6) > r.VoidLimit
	if w.Void4 != l.Void4 || w.Void6 != l.Void6 {
		args["worst4"] = fmt.Sprint(w.Void4)
		if w.Void6 != w.Void4 || l.Void4 != l.Void6 {
			args["worst6"] = fmt.Sprint(w.Void6)
		}
	}
	return p.Texts.Text("tree.voids", args)
}

// broken says where evaluation ends in permerror.
func (p *page) broken(r SPFTree) {
	shown := r.Broken
	if len(shown) > fewLosses && !p.Verbose {
		shown = shown[:fewLosses]
	}
	for _, reason := range shown {
		p.point(checks.StatusFail, "record", p.Texts.Text("tree.broken", checks.Args{"reason": p.because(reason)}))
	}
	if more := len(r.Broken) - len(shown); more > 0 {
		p.point("", "", p.Texts.Text("tree.more-places", checks.Args{"count": more}))
	}
}

// fewLosses is how many terms are listed without -v that lose addresses, and
// how many that are broken.
const fewLosses = 8

// losses says which terms let addresses pass that a limit stops, or may.
func (p *page) losses(r SPFTree) {
	p.lossLines(checks.StatusFail, "lost", r.Lost)
	p.lossLines(checks.StatusWarn, "at-risk", r.AtRisk)
}

func (p *page) lossLines(status checks.Status, label string, losses []Loss) {
	shown := losses
	if len(shown) > fewLosses && !p.Verbose {
		shown = shown[:fewLosses]
	}
	for i, loss := range shown {
		text := p.Texts.Text("tree."+label, checks.Args{"term": Clean(loss.Term), "addresses": p.amounts(loss.Both), "single": loss.single()})
		if i > 0 {
			p.point("", "", text)
			continue
		}
		p.point(status, label, text)
	}
	if more := len(losses) - len(shown); more > 0 {
		p.point("", "", p.Texts.Text("tree.more-lost", checks.Args{"count": more}))
	}
}

// single reports addresses that are counted as one.
func (b Both) single() bool {
	list := append(b.IPv4.Prefixes[:len(b.IPv4.Prefixes):len(b.IPv4.Prefixes)], b.IPv6.Prefixes...)
	return len(list) == 1 && (list[0].IsSingleIP() || list[0].Addr().Is6() && list[0].Bits() == 64)
}
