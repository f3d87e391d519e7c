package cross

import (
	"mailauth/checks"
	"mailauth/checks/dane"
	"mailauth/checks/mtasts"
	"mailauth/checks/mx"
	"mailauth/checks/tlsrpt"
	"mailauth/resolver"
	"mailauth/resolver/validation"
)

// Transport joins the protocols about TLS between mail servers. It is a check
// of its own so that no other rule waits for a policy to be fetched.
var Transport = &checks.Check{
	Name:     "transport",
	Doc:      "What MTA-STS, DANE and TLS reporting amount to together.",
	Rules:    []*checks.Rule{MissingTLSRPT},
	Requires: []*checks.Check{mx.Check, mtasts.Check, dane.Check, tlsrpt.Check},
	Judge:    judgeTransport,
}

// MissingTLSRPT is a warning where a policy makes senders refuse or report mail
// whose TLS fails: nobody learns of it otherwise.
var MissingTLSRPT = &checks.Rule{ID: "tlsrpt-none", Severity: checks.Info, Max: checks.Warning, Source: checks.RFC, Citation: "RFC 8460 §3",
	Reads: []checks.Input{tlsrpt.InRecord, mx.InSet, mtasts.InRecord, mtasts.InMX, mtasts.InHost, mtasts.InPolicy, dane.InMX, dane.InZone, dane.InTLSA}}

// transport is what these rules look at.
type transport struct {
	domain string
	mx     *mx.Facts
	sts    *mtasts.Facts
	dane   *dane.Facts
	tlsrpt *tlsrpt.Facts
}

func judgeTransport(p *checks.Pass) checks.Judgement {
	t := transport{p.Domain, mx.FactsOf(p), mtasts.FactsOf(p), dane.FactsOf(p), tlsrpt.FactsOf(p)}
	j := checks.Judgement{Status: checks.StatusNone, Settled: t.settled()}
	receives, _ := t.mx.Receives()
	if !receives || t.tlsrpt.Missing() != checks.Yes {
		return j
	}
	f := MissingTLSRPT.On(t.tlsrpt.Owner, resolver.TypeTXT).With("domain", p.Domain).With("mode", string(t.sts.Mode)).With("dane", t.dane.On() == checks.Yes)
	if t.sts.On.Or(t.dane.On()) == checks.Yes {
		f = f.As(checks.Warning)
	} else {
		f = f.With("mode", "") // a policy that is switched off promises nothing
	}
	f.Fixes = []checks.Fix{{
		Title:   checks.T("fix.tlsrpt-publish", nil),
		Edits:   []resolver.Edit{add(t.tlsrpt.Owner, resolver.NewTXT(tlsrpt.Version+"; rua=mailto:<address>;"))},
		Choices: []checks.Choice{{Name: "address", Text: checks.T("choice.tlsrpt-address", nil)}},
	}}
	j.Findings = []checks.Finding{f}
	return j
}

// settled: a record is there, no mail comes, or the weight is known too, since
// one policy is enough for a warning.
func (t transport) settled() []*checks.Rule {
	receives, known := t.mx.Receives()
	missing := t.tlsrpt.Missing()
	light := t.sts.On == checks.No && t.dane.Security == validation.Insecure
	weighed := known && missing == checks.Yes && (t.sts.On == checks.Yes || light)
	if missing == checks.No || known && !receives || weighed {
		return []*checks.Rule{MissingTLSRPT}
	}
	return nil
}
