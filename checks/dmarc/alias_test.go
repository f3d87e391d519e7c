package dmarc

import (
	"slices"
	"testing"

	"mailauth/checks"
)

func TestDanglingAlias(t *testing.T) {
	const gone = "_dmarc CNAME example-co-jp.vendor2.example.\n"
	for _, tt := range []struct {
		zones []string
		want  []string // the chain
		fix   []string // the edits of dmarc-wrong-name, "name type -remove +add"
		why   string
	}{
		{[]string{"example.co.jp.:" + gone}, []string{"_dmarc.example.co.jp. CNAME example-co-jp.vendor2.example."}, nil, "the vendor has let it go"},
		{[]string{"example.co.jp.:" + gone, "vendor2.example.:example-co-jp CNAME old.vendor2.example.\nold A 192.0.2.1"},
			[]string{"_dmarc.example.co.jp. CNAME example-co-jp.vendor2.example.", "example-co-jp.vendor2.example. CNAME old.vendor2.example."}, nil, "there is an address, no text"},
		{[]string{"example.co.jp.:" + gone, `vendor2.example.:example-co-jp TXT "v=DMARC1; p=reject"`}, nil, nil, "it leads to a policy"},
		{[]string{"example.co.jp.:* CNAME web.vendor2.example."}, nil, nil, "a wildcard's alias is not at the name"},
		{[]string{"example.co.jp.:@ MX 10 mail"}, nil, nil, "no alias"},
		{[]string{"example.co.jp.:" + gone + `dmarc TXT "v=DMARC1; p=reject"`},
			[]string{"_dmarc.example.co.jp. CNAME example-co-jp.vendor2.example."},
			[]string{`dmarc.example.co.jp. TXT -["v=DMARC1; p=reject"]`, "_dmarc.example.co.jp. CNAME -[example-co-jp.vendor2.example.]", `_dmarc.example.co.jp. TXT +["v=DMARC1; p=reject"]`}, "the alias makes room for the record"},
	} {
		report := auditDMARC(t, "example.co.jp.", dns(t, tt.zones...))
		var got []string
		for _, rr := range report.Checks[0].Facts.(*Facts).DanglingAlias {
			got = append(got, rr.Name+" "+rr.Type().String()+" "+rr.Data.String())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: alias %q, want %q: %s", tt.zones, got, tt.want, tt.why)
		}
		for _, f := range report.Findings {
			if f.Rule != WrongName {
				continue
			}
			if edits := editsOf(f.Fixes); !slices.Equal(edits, tt.fix) || !f.Fixes[0].Verified {
				t.Errorf("%q: edits %q, want %q verified: %s", tt.zones, edits, tt.fix, tt.why)
			}
		}
	}
}

// editsOf writes the edits of the first fix.
func editsOf(fixes []checks.Fix) (lines []string) {
	if len(fixes) == 0 {
		return nil
	}
	for _, e := range fixes[0].Edits {
		line := e.Name + " " + e.Type.String()
		for _, text := range e.Remove {
			line += " -[" + text + "]"
		}
		for _, text := range e.Add {
			line += " +[" + text + "]"
		}
		lines = append(lines, line)
	}
	return lines
}

// Nothing that is not there has passed.
func TestStatus(t *testing.T) {
	for _, tt := range []struct {
		domain, zone string
		want         checks.Status
	}{
		{"example.co.jp.", "example.co.jp.:@ MX 10 mail", checks.StatusNone},
		{"www.example.co.jp.", "example.co.jp.:www A 192.0.2.1", checks.StatusNone},
		{"example.co.jp.", `example.co.jp.:* TXT "site=abc"`, checks.StatusNone},
		{"example.co.jp.", "example.co.jp.:_dmarc CNAME gone.vendor2.example.", checks.StatusNone},
		{"example.co.jp.", `example.co.jp.:_dmarc TXT "v=dmarc1; p=none"`, checks.StatusFail},
		{"example.co.jp.", `example.co.jp.:_dmarc TXT "v=DMARC1; p=reject"`, checks.StatusPass},
		{"www.example.co.jp.", `example.co.jp.:_dmarc TXT "v=DMARC1; p=reject"` + "\nwww A 192.0.2.1", checks.StatusPass},
	} {
		report := auditDMARC(t, tt.domain, dns(t, tt.zone))
		if got := report.Checks[0].Status; got != tt.want {
			t.Errorf("%s with %q: status %s, want %s", tt.domain, tt.zone, got, tt.want)
		}
	}
}
