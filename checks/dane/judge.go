package dane

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/validation"
)

func judge(p *checks.Pass) checks.Judgement {
	facts := p.Own().(*Facts)
	j := checks.Judgement{Summary: facts.summary()}
	if !facts.inUse() {
		j.Status = checks.StatusNone
	} else if facts.Security == validation.Unknown {
		j.Status = checks.StatusUnknown
	}
	for _, h := range facts.Hosts {
		j.Findings = append(j.Findings, facts.judgeHost(p.Domain, h)...)
	}
	j.Settled = facts.settled()
	return j
}

func (f *Facts) judgeHost(domain string, h *Host) (findings []checks.Finding) {
	if h.Security == validation.Bogus && f.Security == validation.Secure {
		findings = append(findings, BogusRule.On(h.Owner, resolver.TypeTLSA))
	}
	if f.lacks(h) {
		findings = append(findings, f.partial(domain, h))
	}
	if h.Own && len(h.Associations) > 0 { // what others publish for their servers is theirs
		findings = append(findings, f.judgeRecords(h)...)
	}
	for i := range findings {
		findings[i] = findings[i].With("domain", domain).With("host", h.Name)
		findings[i].Scope = h.Owner
	}
	return findings
}

// judgeRecords looks at the TLSA records of one of the organization's servers.
func (f *Facts) judgeRecords(h *Host) (findings []checks.Finding) {
	if f.Security == validation.Insecure || h.Security == validation.Insecure {
		u := NoDNSSEC.At(h.Associations[0].Record).With("owner", h.Owner).With("tlsa", h.Security == validation.Insecure)
		u.Name = h.Owner
		if h.Security != validation.Insecure {
			u = u.As(checks.Info)
		}
		findings = append(findings, u)
	}
	if h.Alias != nil {
		findings = append(findings, CNAME.At(*h.Alias).With("target", h.Alias.Data.String()))
	}
	for _, a := range h.Associations {
		if fault := a.Fault(); fault != "" {
			findings = append(findings, f.unusable(h, a, fault))
		} else if kind := h.weakness(a); kind != "" {
			findings = append(findings, improvable(h, a, kind))
		}
	}
	return findings
}

// unusable is a record that no sender can use. It is as heavy as what is known
// to depend on it.
func (f *Facts) unusable(h *Host, a Association, fault Fault) checks.Finding {
	u := at(Usage, h, a).With("parameters", a.Parameters()).With("fault", string(fault)).With("left", h.Usable).
		With("octets", len(a.Data)).As(checks.Info)
	switch {
	case f.Security != validation.Secure:
	case h.Security == validation.Secure && h.Usable == 0:
		u = u.As(checks.Error)
	default:
		u = u.As(checks.Warning)
	}
	if better := a.ForMail(); fault == PKIX {
		u.Fixes = []checks.Fix{replace(a, better)}
	} else {
		u.Fixes = []checks.Fix{measure(a)}
	}
	return u
}

// weakness says what could be better about a usable record: "cert" where it
// changes with every certificate, "full" where it holds the whole thing, "sha512"
// where a sender that knows only SHA-256 is left with nothing.
func (h *Host) weakness(a Association) string {
	switch {
	case a.Matching == 0:
		return "full"
	case a.Usage == DANEEE && a.Selector == 0:
		return "cert"
	case a.Matching == 2 && !slices.ContainsFunc(h.Associations, func(b Association) bool { return b.Usable() && b.Matching != 2 }):
		return "sha512"
	}
	return ""
}

func improvable(h *Host, a Association, kind string) checks.Finding {
	f := at(Params, h, a).With("parameters", a.Parameters()).With("kind", kind)
	if better, ok := a.Digested(); ok {
		f.Fixes = []checks.Fix{replace(a, better)}
	} else {
		f.Fixes = []checks.Fix{measure(a)}
	}
	return f
}

// at is a finding on one record; findings of several servers with the same
// record at an alias' target are apart.
func at(r *checks.Rule, h *Host, a Association) checks.Finding {
	f := r.At(a.Record)
	f.Key = []string{h.Owner, a.Record.Data.String()}
	return f
}

// replace publishes one association for another.
func replace(old, better Association) checks.Fix {
	r := old.Record
	return checks.Fix{Title: checks.T("fix.dane-replace", checks.Args{"parameters": better.Parameters()}), Edits: []resolver.Edit{
		{Name: r.Name, Type: resolver.TypeTLSA, TTL: r.TTL, Remove: []string{r.Data.String()}, Add: []string{better.String()}}}}
}

// measure shows the form of the record that is advised; its digest only the
// server shows.
func measure(old Association) checks.Fix {
	fix := publish(old.Record.Name, old.Record.TTL)
	fix.Edits[0].Remove = []string{old.Record.Data.String()}
	return fix
}

func publish(owner string, ttl uint32) checks.Fix {
	return checks.Fix{
		Title:   checks.T("fix.dane-publish", nil),
		Edits:   []resolver.Edit{{Name: owner, Type: resolver.TypeTLSA, TTL: ttl, Add: []string{"3 1 1 <sha256>"}}},
		Choices: []checks.Choice{{Name: "sha256", Text: checks.T("choice.dane-sha256", nil)}},
	}
}

// lacks reports that a server has no TLSA records where another one of the
// domain's is protected by them. Between servers of others it is their business.
func (f *Facts) lacks(h *Host) bool {
	return f.Security == validation.Secure && h.Known && len(h.Associations) == 0 &&
		slices.ContainsFunc(f.Hosts, func(other *Host) bool { return f.protected(other) && (other.Own || h.Own) })
}

func (f *Facts) partial(domain string, h *Host) checks.Finding {
	found := Partial.On(domain, resolver.TypeMX).With("owner", h.Owner)
	if h.Record != nil {
		found = Partial.At(*h.Record).With("owner", h.Owner)
	}
	found.Key = []string{h.Name}
	if h.Own {
		found.Fixes = []checks.Fix{publish(h.Owner, 3600)}
	}
	return found
}

// summary is the check's line; nothing where nobody meant DANE.
func (f *Facts) summary() []checks.Text {
	if !f.inUse() {
		return nil
	}
	protected := 0
	for _, h := range f.Hosts {
		if f.protected(h) {
			protected++
		}
	}
	switch {
	case f.Security == validation.Secure:
		return []checks.Text{checks.T("summary.dane-protected", checks.Args{"count": protected, "of": len(f.Hosts)})}
	case f.Security == validation.Insecure:
		return []checks.Text{checks.T("summary.dane-unsigned", nil)}
	}
	return []checks.Text{checks.T("summary.dane-unknown", nil)}
}
