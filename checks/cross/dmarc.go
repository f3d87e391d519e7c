package cross

import (
	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/checks/dmarc"
	"mailauth/resolver"
)

// judgeNoNamespace: nothing at _domainkey, so no selector exists (RFC 8020).
// That proves the domain itself only: where its mail is signed by another
// domain, SPF or an aligned signature may serve; so it is no error.
func judgeNoNamespace(v view) []checks.Finding {
	if v.dkim.Namespace != dkim.NamespaceNXDomain || v.dkim.EmptyNXDomain || v.dkim.LiveKey != checks.No || v.role.Sends != checks.Yes {
		return nil
	}
	f := NoNamespace.On(resolver.Join(v.domain, "_domainkey"), resolver.TypeTXT).With("domain", v.domain).As(checks.Info)
	f.Scope, f.Fixes = v.domain, v.missingKeys()
	if v.role.Organizational {
		f = f.As(checks.Warning)
	}
	return []checks.Finding{f}
}

func judgeMissingDMARC(v view) []checks.Finding {
	if v.dmarc.Missing() != checks.Yes {
		return nil
	}
	f := v.missingDMARC()
	switch {
	case !v.role.Organizational || v.role.Sends == checks.Open:
	case v.role.Sends == checks.Yes:
		f = f.As(checks.Error)
	default:
		f = f.As(checks.Warning)
	}
	if v.role.Silent && v.spf.DeniesAll() && !checks.IsPublicSuffix(v.domain) { // nothing legitimate can be lost
		f.Fixes = []checks.Fix{{Title: checks.T("fix.dmarc-publish-reject", nil), Edits: v.publish(rejectAll)}}
		return []checks.Finding{f}
	}
	f.Fixes = []checks.Fix{{
		Title:   v.publishTitle(),
		Edits:   v.publish("v=DMARC1; p=none; rua=<rua>" + v.suffixTag()),
		Choices: []checks.Choice{{Name: "rua", Text: checks.T("choice.dmarc-rua", checks.Args{"domain": v.domain})}},
	}}
	return []checks.Finding{f}
}

// missingDMARC is the finding at the name where the record belongs, or at an
// alias there that leads to nothing.
func (v view) missingDMARC() checks.Finding {
	f := MissingDMARC.On(dmarc.Owner(v.domain), resolver.TypeTXT).With("alias", "")
	if chain := v.dmarc.DanglingAlias; len(chain) > 0 {
		f = MissingDMARC.At(chain[0]).With("alias", chain[0].Data.String())
	}
	return f.With("domain", v.domain).As(checks.Info)
}

// suffixTag says that the record is a public suffix's, below which are the
// domains of others (RFC 9989 §4.7).
func (v view) suffixTag() string {
	if checks.IsPublicSuffix(v.domain) {
		return "; psd=y"
	}
	return ""
}

func (v view) publishTitle() checks.Text {
	if chain := v.dmarc.DanglingAlias; len(chain) > 0 {
		return checks.T("fix.dmarc-publish-instead", checks.Args{"alias": chain[0].Data.String()})
	}
	return checks.T("fix.dmarc-publish", nil)
}

// publish adds a policy record, in the place of an alias that leads to nothing:
// beside a CNAME no name server loads it (RFC 1034 §3.6.2).
func (v view) publish(policy string) []resolver.Edit {
	edits := []resolver.Edit{add(dmarc.Owner(v.domain), resolver.NewTXT(policy))}
	if chain := v.dmarc.DanglingAlias; len(chain) > 0 {
		edits = append([]resolver.Edit{{Name: chain[0].Name, Type: resolver.TypeCNAME, TTL: chain[0].TTL, Remove: []string{chain[0].Data.String()}, Add: []string{}}}, edits...)
	}
	return edits
}

// enforced reports whether receivers are asked to act on mail that fails.
func (v view) enforced() bool {
	return v.dmarc.Policy != nil && v.dmarc.Asked.Rank() >= dmarc.Quarantine.Rank()
}

func judgeNoReports(v view) []checks.Finding {
	if !v.enforced() || v.dmarc.MeansReports() || v.role.Sends != checks.Yes {
		return nil
	}
	f := NoReports.At(v.dmarc.Policy.RR).With("domain", v.domain).With("policy", string(v.dmarc.Asked))
	if !v.dmarc.Inherited() {
		f.Fixes = []checks.Fix{{
			Title:   checks.T("fix.dmarc-add-rua", nil),
			Edits:   []resolver.Edit{swap(v.dmarc.Policy.RR, resolver.NewTXT(v.dmarc.Mended().Set("rua", "<rua>")))},
			Choices: []checks.Choice{{Name: "rua", Text: checks.T("choice.dmarc-rua", checks.Args{"domain": v.domain})}},
		}}
	}
	return []checks.Finding{f}
}

// judgeWithoutDKIM: RFC 9989 §7.4, an owner that asks to reject must not rely
// on SPF alone. A subdomain may be signed by its organizational domain, unless
// alignment is strict; of one that nobody shows to stand in From it is an info.
func judgeWithoutDKIM(v view) []checks.Finding {
	if !v.enforced() || v.dkim.LiveKey == checks.Yes || v.dkim.HasUnknown() || v.role.Sends != checks.Yes {
		return nil
	}
	f := WithoutDKIM.At(v.dmarc.Policy.RR).With("policy", string(v.dmarc.Asked)).With("domain", v.domain).As(checks.Info)
	f.Scope = v.domain
	none := v.dkim.Namespace == dkim.NamespaceNXDomain && v.dkim.LiveKey == checks.No
	orgNone := v.role.Organizational || v.own.OrgKeys.Is(resolver.NXDomain)
	switch {
	case !none || !v.standsInFrom():
	case v.dmarc.Policy.Record.ADKIM.Strict:
		f = f.As(checks.Error)
	case orgNone:
		f = f.As(checks.Warning)
	}
	if none {
		f.Fixes = v.missingKeys()
	}
	return []checks.Finding{f}
}

// standsInFrom reports a sign that people see the name as the author's domain,
// where DMARC asks: it is an organization's own, has a policy of its own, or
// mailboxes. A name below that only takes bounces, or greets receivers, may pass
// SPF all its life and never stand in From.
func (v view) standsInFrom() bool {
	list, _ := v.mailboxes()
	return v.role.Organizational || !v.dmarc.Inherited() || len(list) > 0
}
