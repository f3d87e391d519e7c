package simulate

import (
	"testing"

	"mailauth/checks"
	"mailauth/checks/spf"
)

func TestDMARC(t *testing.T) {
	const own = `example.co.jp:
_dmarc TXT "v=DMARC1; p=reject; sp=quarantine; np=none; rua=mailto:d@example.co.jp"
@ TXT "v=spf1 -all"
www A 192.0.2.1
mail TXT "v=spf1 -all"`
	pass, fail := spf.Of(spf.ResultPass), spf.Of(spf.ResultFail)
	mail := func(domain, from string, signatures ...string) Mail {
		return Mail{Domain: domain, HeaderFrom: from, Signatures: signatures}
	}
	unsigned := func(m Mail) Mail { m.SignaturesKnown = true; return m }
	tests := []struct {
		why    string
		zones  []string
		mail   Mail
		spf    spf.Results
		result DMARCResult
		ifDKIM DMARCResult
		policy string // tag=policy
		by     string
	}{
		{"SPF passes for the author's own domain", []string{own}, mail("example.co.jp", ""), pass, "pass", "pass", "p=reject", "spf"},
		{"SPF fails, and nobody said anything of DKIM", []string{own}, mail("example.co.jp", ""), fail, "depends", "pass", "p=reject", ""},
		{"SPF fails, and there is no signature", []string{own}, unsigned(mail("example.co.jp", "")), fail, "fail", "pass", "p=reject", ""},
		{"SPF fails, a signature by the domain passes", []string{own}, mail("example.co.jp", "", "example.co.jp."), fail, "pass", "pass", "p=reject", "dkim"},
		{"a vendor's signature is not aligned; others are not excluded", []string{own}, mail("example.co.jp", "", "vendor.example.net."), fail, "depends", "pass", "p=reject", ""},
		{"the vendor's is the only one", []string{own}, unsigned(mail("example.co.jp", "", "vendor.example.net.")), fail, "fail", "pass", "p=reject", ""},
		{"SPF passes for another organization's domain", []string{own}, unsigned(mail("bounce.example.net", "example.co.jp.")), pass, "fail", "pass", "p=reject", ""},
		{"relaxed: a bounce domain below the author's", []string{own}, mail("mail.example.co.jp", "example.co.jp."), pass, "pass", "pass", "p=reject", "spf"},
		{"strict: it has to be the very name", []string{"example.co.jp: \n_dmarc TXT \"v=DMARC1; p=reject; aspf=s\"\n"},
			unsigned(mail("mail.example.co.jp", "example.co.jp.")), pass, "fail", "pass", "p=reject", ""},
		{"strict for SPF leaves DKIM relaxed", []string{"example.co.jp: \n_dmarc TXT \"v=DMARC1; p=reject; aspf=s\"\n"},
			mail("mail.example.co.jp", "example.co.jp.", "mail.example.co.jp."), pass, "pass", "pass", "p=reject", "dkim"},
		{"an author below the domain that exists: sp", []string{own}, unsigned(mail("www.example.co.jp", "")), fail, "fail", "pass", "sp=quarantine", ""},
		{"an author that does not exist: np", []string{own}, unsigned(mail("no.example.co.jp", "")), fail, "fail", "pass", "np=none", ""},
		{"without sp and np it is p", []string{"example.co.jp: \n_dmarc TXT \"v=DMARC1; p=quarantine\"\n"}, mail("no.example.co.jp", ""), fail, "depends", "pass", "p=quarantine", ""},
		{"t=y lowers by one", []string{"example.co.jp: \n_dmarc TXT \"v=DMARC1; p=reject; t=y\"\n"}, mail("example.co.jp", ""), fail, "depends", "pass", "p=quarantine t", ""},
		{"t=y has nothing to lower", []string{"example.co.jp: \n_dmarc TXT \"v=DMARC1; p=none; t=y\"\n"}, mail("example.co.jp", ""), fail, "depends", "pass", "p=none", ""},
		{"no record anywhere", []string{"example.co.jp: \n@ MX 10 mail\n"}, mail("example.co.jp", ""), pass, "none", "none", "=", ""},
		{"two records are discarded", []string{"example.co.jp: \n_dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc TXT \"v=DMARC1; p=none\"\n"}, mail("example.co.jp", ""), fail, "none", "none", "=", ""},
		{"no p, and nowhere to report: no DMARC", []string{"example.co.jp: \n_dmarc TXT \"v=DMARC1; sp=reject\"\n"}, mail("example.co.jp", ""), fail, "none", "none", "=", ""},
		{"no p, with reports: as p=none", []string{"example.co.jp: \n_dmarc TXT \"v=DMARC1; rua=mailto:d@example.co.jp\"\n"}, unsigned(mail("example.co.jp", "")), fail, "fail", "pass", "=none", ""},
		{"p twice: receivers differ", []string{"example.co.jp: \n_dmarc TXT \"v=DMARC1; p=none; p=reject\"\n"}, mail("example.co.jp", ""), pass, "unknown", "unknown", "=", ""},
		{"the record cannot be asked", []string{own, "fault: _dmarc.example.co.jp. TXT timeout"}, mail("example.co.jp", ""), pass, "unknown", "unknown", "=", ""},
		{"a parent cannot be asked; the own record decides", []string{own, "fault: _dmarc.co.jp. TXT SERVFAIL"}, mail("example.co.jp", ""), pass, "pass", "pass", "p=reject", "spf"},
		{"an ancestor that cannot be asked is the same for both names", []string{own, "fault: _dmarc.jp. TXT SERVFAIL"}, unsigned(mail("mail.example.co.jp", "example.co.jp.")), pass, "pass", "pass", "p=reject", "spf"},
		{"one record is there, whichever applies; its policy is open", []string{own, "fault: _dmarc.co.jp. TXT SERVFAIL"}, mail("www.example.co.jp", ""), pass, "pass", "pass", "=", "spf"},
		{"and so is what receivers do where SPF fails", []string{own, "fault: _dmarc.co.jp. TXT SERVFAIL"}, unsigned(mail("www.example.co.jp", "")), fail, "fail", "pass", "=", ""},
		{"but the name in between is nobody's suffix: its record may be broken", []string{own, "fault: _dmarc.www.example.co.jp. TXT SERVFAIL"}, mail("a.www.example.co.jp", ""), pass, "unknown", "unknown", "=", ""},
		{"another top-level domain that cannot be asked changes nothing", []string{own, "fault: _dmarc.net. TXT SERVFAIL"}, unsigned(mail("bounce.example.net", "example.co.jp.")), pass, "fail", "pass", "p=reject", ""},
		{"an ancestor that cannot be asked may join two names", []string{own, "fault: _dmarc.jp. TXT SERVFAIL"}, unsigned(mail("bounce.example.jp", "example.co.jp.")), pass, "unknown", "pass", "p=reject", ""},
		{"but not where SPF does not pass", []string{own, "fault: _dmarc.jp. TXT SERVFAIL"}, unsigned(mail("bounce.example.jp", "example.co.jp.")), fail, "fail", "pass", "p=reject", ""},
		{"whether the author exists cannot be asked: p is known to fail all the same", []string{own, "fault: www.example.co.jp. TXT timeout"}, unsigned(mail("www.example.co.jp", "")), fail, "fail", "pass", "=", ""},
		{"SPF depends on the message", []string{own}, unsigned(mail("example.co.jp", "")), spf.Of(spf.ResultPass, spf.ResultFail), "depends", "pass", "p=reject", ""},
		{"SPF depends, but passes in no case", []string{own}, unsigned(mail("example.co.jp", "")), spf.Of(spf.ResultSoftFail, spf.ResultFail), "fail", "pass", "p=reject", ""},
		{"SPF is a temporary error", []string{own}, mail("example.co.jp", ""), spf.Of(spf.ResultTempError), "unknown", "pass", "p=reject", ""},
		{"SPF is a temporary error, DKIM passes", []string{own}, mail("example.co.jp", "", "example.co.jp."), spf.Of(spf.ResultTempError), "pass", "pass", "p=reject", "dkim"},
		{"SPF is not known, and not aligned anyway", []string{own}, unsigned(mail("bounce.example.net", "example.co.jp.")), spf.Of(spf.ResultUnknown), "fail", "pass", "p=reject", ""},
		{"the sender's domain is no name", []string{own}, mail("a..b", ""), spf.Of(spf.ResultNone), "none", "none", "=", ""},
		{"HELO is no name, the author is one", []string{own}, unsigned(mail("a..b", "example.co.jp.")), spf.Of(spf.ResultNone), "fail", "pass", "p=reject", ""},
		{"a public suffix that takes mail: the author's parent is the suffix", []string{"jp: \n_dmarc.co TXT \"v=DMARC1; p=reject; psd=y; np=reject\"\nx.co A 192.0.2.1"}, mail("x.co.jp", "", "y.co.jp."), fail, "depends", "pass", "p=reject", ""},
		{"without psd the same two names are one organization", []string{"jp: \n_dmarc.co TXT \"v=DMARC1; p=reject\"\nx.co A 192.0.2.1"}, mail("x.co.jp", "", "y.co.jp."), fail, "pass", "pass", "p=reject", "dkim"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			d := discover(t.Context(), world(t, tt.zones...), tt.mail).judge(tt.spf, nil)
			policy := d.Tag + "=" + string(d.Policy)
			if d.Testing {
				policy += " t"
			}
			if d.Result != tt.result || d.IfDKIM != tt.ifDKIM || policy != tt.policy || d.Aligned != tt.by {
				t.Errorf("%s, if DKIM passes %s, policy %s, by %q; want %s, %s, %s, %q\n%+v",
					d.Result, d.IfDKIM, policy, d.Aligned, tt.result, tt.ifDKIM, tt.policy, tt.by, d)
			}
		})
	}
}

func TestDMARCFailureIsNamed(t *testing.T) {
	zones := []string{"example.co.jp: \n@ MX 10 mail\n", "fault: _dmarc.jp. TXT SERVFAIL"}
	d := discover(t.Context(), world(t, zones...), Mail{Domain: "mail.example.co.jp"}).judge(spf.Of(spf.ResultPass), nil)
	if d.Result != DMARCUnknown || d.Err == nil || d.Org != "" || d.SPFAligned != checks.Yes {
		t.Errorf("a tree walk with a hole: %+v, want unknown with its failure", d)
	}
}

// A failure elsewhere never makes mail pass or fail that would not have.
func TestDMARCFaultsOnlyHide(t *testing.T) {
	zones := []string{`example.co.jp:
_dmarc TXT "v=DMARC1; p=reject; sp=none"
_dmarc.mail TXT "v=DMARC1; p=quarantine; aspf=s"
mail A 192.0.2.1
www A 192.0.2.1`}
	mails := []Mail{
		{Domain: "mail.example.co.jp"},
		{Domain: "example.co.jp", HeaderFrom: "www.example.co.jp.", SignaturesKnown: true},
		{Domain: "www.example.co.jp", HeaderFrom: "example.co.jp.", Signatures: []string{"mail.example.co.jp."}},
		{Domain: "bounce.example.net", HeaderFrom: "no.example.co.jp.", SignaturesKnown: true},
	}
	questions := []string{"_dmarc.example.co.jp.", "_dmarc.mail.example.co.jp.", "_dmarc.www.example.co.jp.", "_dmarc.co.jp.", "_dmarc.jp.",
		"_dmarc.no.example.co.jp.", "www.example.co.jp.", "no.example.co.jp.", "_dmarc.bounce.example.net.", "_dmarc.net."}
	for _, m := range mails {
		for _, possible := range []spf.Results{spf.Of(spf.ResultPass), spf.Of(spf.ResultFail)} {
			want := discover(t.Context(), world(t, zones...), m).judge(possible, nil)
			for _, q := range questions {
				got := discover(t.Context(), world(t, append(zones, "fault: "+q+" TXT timeout")...), m).judge(possible, nil)
				if got.Result != want.Result && got.Result != DMARCUnknown {
					t.Errorf("%+v with SPF %s: %s, and %s when %s fails", m, possible, want.Result, got.Result, q)
				}
				if got.Policy != want.Policy && got.Policy != "" {
					t.Errorf("%+v: policy %s, and %s when %s fails", m, want.Policy, got.Policy, q)
				}
				if got.Result == DMARCUnknown && got.Err == nil {
					t.Errorf("%+v: unknown for no reason when %s fails", m, q)
				}
			}
		}
	}
}
