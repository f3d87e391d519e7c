package caa

import (
	"slices"
	"testing"
)

func TestParseProperty(t *testing.T) {
	tests := []struct {
		text string
		want Property
		ok   bool
		why  string
	}{
		{`0 issue "ca.example.net"`, Property{Flags: 0, Tag: "issue", Value: "ca.example.net"}, true, "the usual form"},
		{`128 issuewild ";"`, Property{Flags: 128, Tag: "issuewild", Value: ";"}, true, "nobody, critical"},
		{`0 issue "ca.example.net; policy=ev"`, Property{Tag: "issue", Value: "ca.example.net; policy=ev"}, true, "a space within the quotes"},
		{`0 issue ca.example.net`, Property{Tag: "issue", Value: "ca.example.net"}, true, "without quotes"},
		{`0 iodef "mailto:a\"b\\c\059@example.jp"`, Property{Tag: "iodef", Value: `mailto:a"b\c;@example.jp`}, true, "escapes"},
		{`0 issue ""`, Property{Tag: "issue"}, true, "an empty value"},
		{`256 issue "x"`, Property{}, false, "flags beyond an octet"},
		{`0 is-sue "x"`, Property{}, false, "a tag with a hyphen"},
		{`0 issue "x" "y"`, Property{}, false, "two strings"},
		{`0 issue`, Property{}, false, "no value"},
		{`\# 4 00056973`, Property{}, false, "the form for unknown types"},
	}
	for _, test := range tests {
		got, ok := ParseProperty(test.text)
		if ok != test.ok || ok && (got.Flags != test.want.Flags || got.Tag != test.want.Tag || got.Value != test.want.Value) {
			t.Errorf("%s (%s): got %+v %t, want %+v %t", test.text, test.why, got, ok, test.want, test.ok)
		}
	}
}

func TestParseIssuer(t *testing.T) {
	tests := []struct {
		value      string
		domain     string
		parameters []Parameter
		ok         bool
		why        string
	}{
		{"ca.example.net", "ca.example.net", nil, true, "a domain"},
		{" CA.Example.net ", "ca.example.net", nil, true, "case and white space do not count"},
		{";", "", nil, true, "nobody"},
		{"", "", nil, true, "nobody, RFC 8659 §4.2"},
		{"ca.example.net; accounturi=https://ca.example.net/acct/1; validationmethods=dns-01", "ca.example.net",
			[]Parameter{{"accounturi", "https://ca.example.net/acct/1"}, {"validationmethods", "dns-01"}}, true, "RFC 8657"},
		{"ca.example.net;", "ca.example.net", nil, true, "a semicolon at the end"},
		{"; policy=ev", "", []Parameter{{"policy", "ev"}}, true, "parameters of nobody"},
		{"ca example net", "", nil, false, "no domain"},
		{"ca.example.net policy=ev", "", nil, false, "a semicolon is missing"},
		{"ca.example.net; policy", "", nil, false, "no value"},
		{"%%%%%", "", nil, false, "the example of RFC 8659 §4.2"},
	}
	for _, test := range tests {
		got, ok := ParseIssuer(test.value)
		if ok != test.ok || got.Domain != test.domain || !slices.Equal(got.Parameters, test.parameters) {
			t.Errorf("%q (%s): got %+v %t, want %q %v %t", test.value, test.why, got, ok, test.domain, test.parameters, test.ok)
		}
	}
}

func FuzzParseProperty(f *testing.F) {
	for _, seed := range []string{`0 issue "ca.example.net; a=b"`, `128 issuewild ;`, `0 iodef "mailto:\"\\\001"`, `0 x "`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := ParseProperty(text)
		if !ok {
			return
		}
		if again, ok := ParseProperty(p.String()); !ok || again.Flags != p.Flags || again.Tag != p.Tag || again.Value != p.Value {
			t.Errorf("%q: %s is read as %+v %t", text, p, again, ok)
		}
	})
}

func FuzzParseIssuer(f *testing.F) {
	for _, seed := range []string{"ca.example.net; a=b; c=d", ";", "", " x ;; y=", "a-b.c; d = e=f"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		i, ok := ParseIssuer(value)
		if !ok {
			if i.Domain != "" || i.Parameters != nil {
				t.Errorf("%q: what nobody can read names %+v", value, i)
			}
			return
		}
		if again, ok := ParseIssuer(i.String()); !ok || again.Domain != i.Domain || !slices.Equal(again.Parameters, i.Parameters) {
			t.Errorf("%q: %q is read as %+v %t", value, i, again, ok)
		}
	})
}
