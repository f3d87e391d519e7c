package dmarc

import (
	"mailauth/checks"
	"mailauth/resolver"
)

// judgeDestinations looks at the hosts that aggregate reports go to.
func (f *Facts) judgeDestinations() (findings []checks.Finding) {
	for _, d := range f.Destinations {
		if d.Mail == checks.No {
			finding := f.atAddress(RUANoMX, d)
			finding.Note = &checks.Text{ID: "dmarc-note." + string(d.NoMail), Args: checks.Args{"host": d.Host}}
			finding.Fixes = f.chooseAddress("rua", func(u URI) bool { return u.Host == d.Host })
			findings = append(findings, finding)
		}
		// A host that does not exist has no name below it either (RFC 8020).
		if d.External != checks.Yes || !d.HostKnown || d.NoMail == HostMissing {
			continue
		}
		switch {
		case d.TooLong:
			finding := f.atAddress(RUANameTooLong, d)
			finding.Fixes = f.chooseAddress("rua", func(u URI) bool { return u.Host == d.Host })
			findings = append(findings, finding)
		case d.Authorized != checks.No:
		case len(d.AuthTexts) > 0:
			finding := f.atAddress(RUAInvalidAuth, d).With("found", d.AuthTexts[0].Display())
			finding.Fixes = f.authorize(d)
			findings = append(findings, finding)
		default:
			finding := f.atAddress(RUAUnauthorized, d)
			finding.Fixes = f.authorize(d)
			findings = append(findings, finding)
		}
	}
	return findings
}

// atAddress is a finding at the first address of a host.
func (f *Facts) atAddress(rule *checks.Rule, d Destination) checks.Finding {
	finding := rule.At(f.Policy.RR)
	if span := d.Addresses[0].Span; !span.Empty() {
		finding.Span = &span
	}
	finding.Key = []string{d.Host}
	finding.Args = checks.Args{"host": d.Host, "address": d.Addresses[0].Mailbox, "auth": d.AuthName, "policy": f.Policy.Domain}
	return finding
}

// authorize is the record by which a host agrees to reports (RFC 9990 §4). It
// stands in the zone of whoever runs the host, so that they have to be asked.
// Beside an alias there it could not be.
func (f *Facts) authorize(d Destination) []checks.Fix {
	if d.authAliased {
		return nil
	}
	return []checks.Fix{{
		Title:   checks.T("fix.dmarc-authorize", checks.Args{"host": d.Host}),
		Edits:   []resolver.Edit{{Name: d.AuthName, Type: resolver.TypeTXT, TTL: defaultTTL, Remove: []string{}, Add: []string{resolver.NewTXT("v=DMARC1;").String()}}},
		Choices: []checks.Choice{{Name: "operator", Text: checks.T("choice.dmarc-operator", checks.Args{"host": d.Host}), Values: []string{"yes", "no"}}},
	}}
}
