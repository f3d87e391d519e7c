package dmarc

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/provider"
	"mailauth/resolver"
)

// failureDestinations lists the hosts of the policy's ruf tag that may have to
// agree and are not asked already because of rua.
func (f *Facts) failureDestinations() []Destination {
	if !f.ours() {
		return nil
	}
	return slices.DeleteFunc(f.hostsOf(f.mended.record.RUF), func(d Destination) bool {
		known := slices.ContainsFunc(f.Destinations, func(other Destination) bool { return other.Host == d.Host })
		return known || d.External == checks.No
	})
}

func (f *Facts) readFailures(results []checks.Result) {
	for i := range f.Failures {
		d := &f.Failures[i]
		n := len(d.agreement(f))
		d.readAgreement(f, results[:n])
		results = results[n:]
	}
}

// openName is where the first external destination would agree to reports about
// every domain; empty if there is none, or if it is open which host is the first.
func (f *Facts) openName() string {
	i := slices.IndexFunc(f.Destinations, func(d Destination) bool { return d.External != checks.No })
	if i < 0 || f.Destinations[i].External == checks.Open || f.Destinations[i].TooLong {
		return ""
	}
	return openReceiver(f.Destinations[i].Host)
}

func openReceiver(host string) string { return resolver.Join(host, "*", "_report", "_dmarc") }

// judgeAgreements looks at how hosts agree to reports, and at those of failure
// reports that do not.
func (f *Facts) judgeAgreements(table *provider.Table) (findings []checks.Finding) {
	for _, d := range f.Destinations {
		// Whatever the DNS says there: nobody runs such a host for the owner.
		if p := table.ByMailDomain(d.Host); p != nil && d.External == checks.Yes {
			findings = append(findings, f.atAddress(RUAFreeMail, d).With("provider", p.Name.Both()))
		}
		if d.External != checks.Yes || d.Authorized != checks.Yes {
			continue
		}
		if finding, ok := f.overriddenBy(d); ok {
			findings = append(findings, finding)
		}
		if openReceiver(d.Host) == f.openAt && f.agreesToAll(d) {
			finding := f.atAddress(RUAWildcardAuth, d)
			finding.Args["wildcard"] = openReceiver(d.Host)
			findings = append(findings, finding)
		}
	}
	for _, d := range f.Failures {
		if d.External == checks.Yes && (d.Authorized == checks.No || d.TooLong) {
			finding := f.atAddress(RUFUnauthorized, d)
			if !d.TooLong {
				finding.Fixes = f.authorize(d)
			}
			findings = append(findings, finding)
		}
	}
	return findings
}

// overriddenBy tells where a host that agrees has reports sent instead (RFC 9990
// §4, step 9): to other mailboxes of its own, or else nowhere.
func (f *Facts) overriddenBy(d Destination) (finding checks.Finding, ok bool) {
	records := slices.DeleteFunc(slices.Clone(d.AuthTexts), func(rr resolver.Record) bool { text, _ := rr.Text(); return !IsDMARC(text) })
	if len(records) != 1 {
		return finding, false
	}
	text, _ := records[0].Text()
	r := Parse(text)
	if r.Tag("rua") == nil {
		return finding, false
	}
	var instead []string
	elsewhere := false
	for _, u := range r.RUA {
		instead = append(instead, u.Raw)
		elsewhere = elsewhere || !u.Mail() || u.Host != d.Host
	}
	finding = f.atAddress(RUAOverride, d)
	finding.Args["instead"], finding.Args["elsewhere"] = instead, elsewhere
	finding.Related = []checks.Related{{Name: records[0].Name, Type: records[0].Type(), Record: &records[0]}}
	return finding, true
}

// agreesToAll reports that the record by which the host agrees is that of a
// wildcard.
func (f *Facts) agreesToAll(d Destination) bool {
	if !f.OpenReceiver.Is(resolver.Data) {
		return false
	}
	return slices.Equal(texts(d.AuthTexts), texts(f.OpenReceiver.Answer.Records))
}

// settleAgreements adds the rules on agreement that every host decides.
func (f *Facts) settleAgreements(add func(bool, ...*checks.Rule)) {
	if !f.PolicyKnown {
		return
	}
	override, open, failures := true, true, true
	for _, d := range f.Destinations {
		decided := d.External == checks.No || d.TooLong || d.External == checks.Yes && d.Authorized != checks.Open
		override = override && decided
		if openReceiver(d.Host) == f.openAt {
			open = decided && (d.Authorized == checks.No || !f.OpenReceiver.Unknown())
		}
	}
	for _, d := range f.Failures {
		failures = failures && (d.External == checks.No || d.External == checks.Yes && (d.TooLong || d.Authorized != checks.Open))
	}
	external := !slices.ContainsFunc(f.Destinations, func(d Destination) bool { return d.External == checks.Open })
	open = open && external
	add(external, RUAFreeMail)
	add(override, RUAOverride)
	add(open, RUAWildcardAuth)
	add(failures, RUFUnauthorized)
}
