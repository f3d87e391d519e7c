package bimi

import (
	"testing"
)

func TestIsBIMI(t *testing.T) {
	tests := []struct {
		text string
		want bool
		why  string
	}{
		{"v=BIMI1; l=https://example.co.jp/logo.svg", true, "the usual form"},
		{"v = BIMI1 ;l=", true, "white space around the equals sign and the semicolon"},
		{"v=BIMI1", true, "nothing else: it declines"},
		{"v=bimi1; l=https://example.co.jp/logo.svg", false, "the value has case"},
		{"V=BIMI1; l=", false, "the name has case"},
		{" v=BIMI1; l=", false, "the version must be first"},
		{"v=BIMI12; l=", false, "another version"},
		{"l=https://example.co.jp/logo.svg; v=BIMI1", false, "the version must be first"},
		{"v=spf1 -all", false, "a wildcard's text"},
	}
	for _, test := range tests {
		if got := IsBIMI(test.text); got != test.want {
			t.Errorf("%q: got %t, want %t (%s)", test.text, got, test.want, test.why)
		}
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		text     string
		logo     string
		evidence string
		faults   []FaultKind
		declines bool
		why      string
	}{
		{"v=BIMI1; l=https://img.example.co.jp/logo.svg; a=https://img.example.co.jp/vmc.pem;", "https://img.example.co.jp/logo.svg", "https://img.example.co.jp/vmc.pem", nil, false, "both"},
		{"v=BIMI1; l=https://img.example.co.jp/logo.svg; a=", "https://img.example.co.jp/logo.svg", "", nil, false, "an empty a is an absent one"},
		{"v=BIMI1; l=; a=", "", "", nil, true, "declines"},
		{"v=BIMI1;", "", "", nil, true, "says nothing, which comes to the same"},
		{"v=BIMI1; l=; a=https://img.example.co.jp/vmc.pem", "", "https://img.example.co.jp/vmc.pem", nil, false, "the logo within the certificate"},
		{"v=BIMI1; a=https://img.example.co.jp/vmc.pem", "", "https://img.example.co.jp/vmc.pem", []FaultKind{NoLocation}, false, "l is required"},
		{"v=BIMI1; l=http://img.example.co.jp/logo.svg", "", "", []FaultKind{NotHTTPS}, false, "https only"},
		{"v=BIMI1; l=img.example.co.jp/logo.svg", "", "", []FaultKind{NotAURL}, false, "no scheme"},
		{"v=BIMI1; l=https:///logo.svg", "", "", []FaultKind{NotAURL}, false, "no host"},
		{"v=BIMI1; l=https://logo/logo.svg", "", "", []FaultKind{NotAURL}, false, "no fully qualified name"},
		{"v=BIMI1; l=https://img.example.co.jp/a.svg,https://img.example.co.jp/b.svg", "", "", []FaultKind{SeveralURLs}, false, "a list, as in early drafts"},
		{"v=BIMI1; l=https://img.example.co.jp/logo.PNG", "https://img.example.co.jp/logo.PNG", "", []FaultKind{NotSVG}, false, "another format"},
		{"v=BIMI1; l=https://img.example.co.jp/logo", "https://img.example.co.jp/logo", "", nil, false, "no suffix is no other format"},
		{"v=BIMI1; l=https://img.example.co.jp/logo.svg; l=", "https://img.example.co.jp/logo.svg", "", []FaultKind{DuplicateTag}, false, "a tag twice"},
		{"v=BIMI1; l=https://img.example.co.jp/logo.svg; avp=Brand", "https://img.example.co.jp/logo.svg", "", []FaultKind{UnknownAvatar}, false, "avp has case"},
		{"v=BIMI1; l=https://img.example.co.jp/logo.svg; avp=personal; lps=news; x=1;;", "https://img.example.co.jp/logo.svg", "", nil, false, "unknown tags are ignored"},
		{"v=BIMI1; l=https://img.example.co.jp/logo.svg a=https://img.example.co.jp/vmc.pem", "", "", []FaultKind{NotAURL}, false, "a semicolon is missing"},
		{"v=BIMI1; https://img.example.co.jp/logo.svg", "", "", []FaultKind{NotATag}, true, "no name"},
	}
	for _, test := range tests {
		r := Parse(test.text)
		var kinds []FaultKind
		for _, f := range r.Faults {
			kinds = append(kinds, f.Kind)
			if f.Span.Start < 0 || f.Span.End > len(test.text) {
				t.Errorf("%q: fault %s spans %v", test.text, f.Kind, f.Span)
			}
		}
		if r.Logo.URL != test.logo || r.Evidence.URL != test.evidence || r.Declines() != test.declines || !equal(kinds, test.faults) {
			t.Errorf("%q (%s):\n got l=%q a=%q %v declines=%t\nwant l=%q a=%q %v declines=%t",
				test.text, test.why, r.Logo.URL, r.Evidence.URL, kinds, r.Declines(), test.logo, test.evidence, test.faults, test.declines)
		}
	}
}

func equal(a, b []FaultKind) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestMeant(t *testing.T) {
	tests := []struct{ text, want, why string }{
		{"v=bimi1; l=https://img.example.co.jp/logo.svg", "v=BIMI1; l=https://img.example.co.jp/logo.svg", "case"},
		{"V=BIMI1;l=https://img.example.co.jp/logo.svg", "v=BIMI1; l=https://img.example.co.jp/logo.svg", "the name's case"},
		{" v=BIMI1; l=;", "v=BIMI1; l=;", "white space before it"},
		{"\"v=BIMI1; l=https://img.example.co.jp/logo.svg\"", "v=BIMI1; l=https://img.example.co.jp/logo.svg", "quotes within the data"},
		{"v-BIMI1; l=", "v=BIMI1; l=", "a hyphen"},
		{"v=BIMI1; l=", "", "is one"},
		{"v=BIMI2; l=", "", "a version that may come"},
		{"v=spf1 -all", "", "something else"},
		{"bimi-verification=1", "", "something else"},
	}
	for _, test := range tests {
		if got, ok := Meant(test.text); got != test.want || ok != (test.want != "") {
			t.Errorf("%q: got %q, want %q (%s)", test.text, got, test.want, test.why)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"v=BIMI1; l=https://img.example.co.jp/logo.svg; a=https://img.example.co.jp/vmc.pem;", "v=BIMI1;l=;a=;", "v = BIMI1 ; l = x ;; l=y; avp=personal; lps=",
		"V=bimi1; l=http://[::1]/%zz", "\"v=BIMI1; l=\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := Parse(text)
		again := Parse(r.String())
		if again.String() != r.String() || again.Logo.URL != r.Logo.URL || again.Evidence.URL != r.Evidence.URL || again.Avatar != r.Avatar || len(again.Faults) != len(r.Faults) {
			t.Errorf("%q: %q is read as another record: %q", text, r.String(), again.String())
		}
		for _, fault := range r.Faults {
			if fault.Span.Start < 0 || fault.Span.End > len(text) || fault.Span.Start > fault.Span.End {
				t.Errorf("%q: fault %s spans %v", text, fault.Kind, fault.Span)
			}
		}
		if meant, ok := Meant(text); ok && !IsBIMI(meant) {
			t.Errorf("%q: the correction %q is no BIMI record", text, meant)
		}
	})
}
