package report

import (
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// Why a fix was not tried is told in the reader's language.
func TestReasonsOfFixes(t *testing.T) {
	cannot := func(extra checks.Args) checks.Text {
		args := checks.Args{"name": "mail.example.jp.", "type": "CNAME", "error": "English words"}
		for name, value := range extra {
			args[name] = value
		}
		return checks.Text{ID: "trial.cannot-apply", Args: args}
	}
	tests := []struct {
		why    string
		reason checks.Text
		en, ja string
	}{
		{"an edit that cannot be made", cannot(checks.Args{"code": "cname-beside-data", "args": map[string]string{"types": "A, MX"}}),
			"not tried: mail.example.jp CNAME: a CNAME cannot stand beside other records: A, MX.",
			"再検査していません。mail.example.jp の CNAME レコード: CNAMEは、ほかのレコード(A, MX)と一緒には置けません"},
		{"a question without an answer", cannot(checks.Args{"kind": "timeout", "error": ""}),
			"not tried: mail.example.jp CNAME: no reply in time.",
			"再検査していません。mail.example.jp の CNAME レコード: 時間内に応答なし"},
		{"what the DNS does not show", cannot(checks.Args{"kind": "undetermined", "error": "the records that it has now may come from a wildcard"}),
			"not tried: mail.example.jp CNAME: the zone file alone does not decide it: the records that it has now may come from a wildcard.",
			"再検査していません。mail.example.jp の CNAME レコード: ゾーンファイルだけでは決まらない。いまのレコードは、ワイルドカードによるものかもしれません"},
		{"what has no words yet", cannot(checks.Args{"kind": "bad reply", "error": "odd bits"}),
			"not tried: mail.example.jp CNAME: the reply was unusable: odd bits.",
			"再検査していません。mail.example.jp の CNAME レコード: 応答が壊れている(詳細: odd bits)"},
	}
	for _, tt := range tests {
		if got := (builder{texts: texts(t, "en")}).reason(tt.reason); got != tt.en {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.en)
		}
		if got := (builder{texts: texts(t, "ja")}).reason(tt.reason); got != tt.ja {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.ja)
		}
	}
}

// What helps depends on who is silent: one name server, or all the DNS.
func TestAdvice(t *testing.T) {
	tests := []struct {
		kind, name string
		silent     bool
		want       string
	}{
		{"timeout", "example.jp.", false, "look at the name servers of this name"},
		{"timeout", "example.jp.", true, "--resolver"},
		{"REFUSED", "example.jp.", true, "--resolver"},
		{"unreachable", "example.jp.", false, "--resolver"},
		{"offline", "example.jp.", true, "--zone"},
		{"not recorded", "_dmarc.example.jp.", false, "mailauth snapshot"},
		{"not recorded", "zzz._domainkey.example.jp.", false, "--selector zzz"},
	}
	for _, tt := range tests {
		f := checks.TempFail.On(tt.name, resolver.TypeTXT)
		f.Args = checks.Args{"error": tt.kind, "name": tt.name, "type": "TXT"}
		built := Build(&checks.Report{Domain: "example.jp.", Findings: []checks.Finding{f}}, DNS{Silent: tt.silent}, texts(t, "en"))
		if got := built.Findings[0].Mend; !strings.Contains(got, tt.want) {
			t.Errorf("%s at %s, silent %v: %q does not say %q", tt.kind, tt.name, tt.silent, got, tt.want)
		}
	}
}

// A name server that was asked itself is what there is to look at, not whoever is
// asked by default.
func TestAdviceAboutANameServer(t *testing.T) {
	q := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeSOA}
	f := checks.Failure{Question: q, Err: &resolver.Error{Kind: resolver.Timeout, Question: q, Server: "192.0.2.2:53"}}.Finding().With("check", "ns")
	for _, tt := range []struct {
		check string
		want  bool
	}{{"ns", true}, {"dnssec", false}} {
		f.Check = tt.check
		built := Build(&checks.Report{Domain: "example.co.jp.", Findings: []checks.Finding{f}}, DNS{}, texts(t, "en"))
		if named := strings.Contains(built.Findings[0].Mend, "192.0.2.2"); named != tt.want {
			t.Errorf("%s: %q", tt.check, built.Findings[0].Mend)
		}
	}
}
