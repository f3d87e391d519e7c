package dnsbl

import (
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

func judge(p *checks.Pass) checks.Judgement {
	f := p.Own().(*Facts)
	if len(f.Lists) == 0 {
		return checks.Judgement{Status: checks.StatusNone, Settled: rules} // no answer could raise one
	}
	j := checks.Judgement{}
	for _, l := range f.Lists {
		j.Findings = append(j.Findings, l.judgeList()...)
		if l.State != Works {
			continue
		}
		for _, e := range l.entries {
			if finding, ok := l.judgeEntry(e); ok {
				j.Findings = append(j.Findings, finding)
			}
		}
	}
	summary := f.summary()
	if summary.ID == noList {
		j.Status = checks.StatusUnknown
	}
	j.Summary = []checks.Text{summary}
	return j
}

const noList = "summary.bl-none" // no list said anything

func (f *Facts) summary() checks.Text {
	asked, works, listed := len(f.Lists), 0, 0
	for _, l := range f.Lists {
		if l.speaks() {
			works++
		}
		if slices.ContainsFunc(l.entries, func(e *entry) bool { return kindOf(e.a) == listing }) {
			listed++
		}
	}
	args := checks.Args{"asked": asked, "works": works, "listed": listed}
	switch {
	case listed > 0:
		return checks.T("summary.bl-listed", args)
	case works == 0:
		return checks.T(noList, args)
	}
	return checks.T("summary.bl-clean", args)
}

// speaks reports that the list works, and answered all that it was asked.
func (l *Asked) speaks() bool {
	return l.State == Works && !slices.ContainsFunc(l.entries, func(e *entry) bool {
		return e.a.Unknown() || kindOf(e.a) == refusal || kindOf(e.a) == nonLocal
	})
}

// judgeList tells why a list is not believed.
func (l *Asked) judgeList() []checks.Finding {
	var f checks.Finding
	switch l.State {
	case Retired, Empty, Wildcard:
		f = SelfTest.On(l.Zone, resolver.TypeA).With("state", string(l.State))
	case Refusing:
		f = Refused.On(l.Zone, resolver.TypeA).With("code", l.operatorCode(l.present, l.absent))
	case Parked:
		f = NotLocal.On(l.Zone, resolver.TypeA).With("codes", texts(slices.Concat(codes(l.present), codes(l.absent))))
	default:
		return nil
	}
	return []checks.Finding{f.With("list", l.list.Name).With("zone", l.Zone)}
}

func (l *Asked) operatorCode(results ...checks.Result) string {
	for _, r := range results {
		for _, code := range codes(r) {
			if operator.Contains(code) {
				return code.String()
			}
		}
	}
	return ""
}

// judgeEntry tells what a list says of an address or domain.
func (l *Asked) judgeEntry(e *entry) (f checks.Finding, ok bool) {
	switch kindOf(e.a) {
	case refusal:
		f = Refused.On(l.Zone, resolver.TypeA).With("code", l.operatorCode(e.a))
		f.Key = []string{e.about}
	case nonLocal:
		f = NotLocal.On(l.Zone, resolver.TypeA).With("codes", texts(codes(e.a)))
		f.Key = []string{e.about}
	case listing:
		f = l.listed(e)
	default:
		return f, false
	}
	return f.With("list", l.list.Name).With("zone", l.Zone), true
}

// listed is a listing: a warning where mail is sent, unless all that the list
// says is that the network should not send directly, as a policy of its owner.
func (l *Asked) listed(e *entry) checks.Finding {
	var meanings []string
	policy := true
	for _, code := range codes(e.a) {
		meaning := code.String()
		if known := l.list.Meaning(code); known != "" {
			meaning += " " + known
		}
		meanings = append(meanings, meaning)
		policy = policy && (l.list.IsPolicy(code) || code == own)
	}
	f := Listed.At(e.a.Answer.Records[0]).With("about", e.about).With("meanings", meanings).With("policy", policy).
		With("sends", e.sends).With("removal", l.list.Removal).With("reason", e.reason())
	if policy || !e.sends {
		f = f.As(checks.Info)
	}
	f.Name, f.Key = e.name, []string{e.about}
	return f
}

// reason is what the list says in words.
func (e *entry) reason() string {
	for _, record := range e.text.Answer.Records {
		if _, ok := record.Text(); ok && !e.text.Unknown() {
			return record.Display()
		}
	}
	return ""
}

func texts(list []netip.Addr) (out []string) {
	for _, a := range list {
		out = append(out, a.String())
	}
	return out
}
