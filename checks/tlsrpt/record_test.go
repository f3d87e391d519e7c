package tlsrpt

import (
	"slices"
	"strings"
	"testing"

	"mailauth/checks/fieldlist"
)

func TestRecords(t *testing.T) {
	for _, tt := range []struct {
		text      string
		faults    []fieldlist.Kind
		uris      string // faults of the addresses, in order
		corrected string
		why       string
	}{
		{"v=TLSRPTv1;rua=mailto:reports@example.com", nil, ":", "", "the example of RFC 8460 §3.1.1"},
		{"v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt;", nil, ":", "", "and of §3.1.2"},
		{"v=TLSRPTv1; rua=mailto:a@example.jp , https://example.jp/?x=y; note=1", nil, ":,:", "", "two addresses, an extension"},
		{"v=TLSRPTv1; rua=mailto:a@example.jp; rua=mailto:b@example.jp", nil, ":,:", "", "two fields are allowed"},
		{"v=TLSRPTv1;", []fieldlist.Kind{NoRUA}, "", "v=TLSRPTv1; rua=mailto:<address>;", "no address"},
		{"v=TLSRPTv1; rua=", []fieldlist.Kind{EmptyRUA}, "", "v=TLSRPTv1; rua=mailto:<address>;", "nothing behind it"},
		{"v=TLSRPTv1 rua=mailto:a@example.jp", []fieldlist.Kind{BadVersion, NoRUA}, "", "v=TLSRPTv1; rua=mailto:a@example.jp;", "no semicolon"},
		{"v=tlsrptv1; rua=mailto:a@example.jp", []fieldlist.Kind{BadVersion}, ":", "v=TLSRPTv1; rua=mailto:a@example.jp;", "the version has case"},
		{"v=TLSRPTv1; mailto:a@example.jp", []fieldlist.Kind{fieldlist.NoEquals, NoRUA}, "", "v=TLSRPTv1; rua=mailto:a@example.jp;", "rua= is missing"},
		{"v=TLSRPTv1; rua=mailto:a@example.jp; mailto:b@example.jp", []fieldlist.Kind{Separator}, ":", "v=TLSRPTv1; rua=mailto:a@example.jp,mailto:b@example.jp;", "a semicolon between addresses"},
		{"v=TLSRPTv1; rua = mailto:a@example.jp", []fieldlist.Kind{fieldlist.Space}, "", "v=TLSRPTv1; rua=mailto:a@example.jp;", "white space beside the equals sign"},
		{"v=TLSRPTv1; RUA=mailto:a@example.jp", []fieldlist.Kind{NoRUA}, "", "v=TLSRPTv1; rua=mailto:a@example.jp;", "a name in capitals is an extension"},
		{"v=TLSRPTv1;; rua=mailto:a@example.jp", []fieldlist.Kind{fieldlist.Blank}, ":", "v=TLSRPTv1; rua=mailto:a@example.jp;", "two semicolons"},
		{"v=TLSRPTv1; rua=a@example.jp", nil, "no-scheme:", "v=TLSRPTv1; rua=mailto:a@example.jp;", "no scheme"},
		{"v=TLSRPTv1; rua=http://example.jp/tls,mailto:a@example.jp", nil, "other-scheme:,:", "v=TLSRPTv1; rua=mailto:a@example.jp;", "http is not allowed"},
		{"v=TLSRPTv1; rua=mailto:a@example.jp!10m", nil, "encoding:", "v=TLSRPTv1; rua=mailto:a@example.jp;", "a size limit as DMARC had it"},
		{"v=TLSRPTv1; rua=mailto: a@example.jp", nil, "space:", "v=TLSRPTv1; rua=mailto:a@example.jp;", "white space inside"},
		{"v=TLSRPTv1; rua=mailto:example.jp", nil, "no-mailbox:", "", "no mailbox"},
		{"v=TLSRPTv1; rua=mailto://a@example.jp,mailto:a@example..jp,https:///x", nil, "slashes:,bad-host:,no-host:", "v=TLSRPTv1; rua=mailto:a@example.jp;", "three more ways"},
	} {
		r := ParseRecord(tt.text)
		var kinds []fieldlist.Kind
		for _, fault := range r.Faults() {
			kinds = append(kinds, fault.Kind)
		}
		var uris []string
		for _, u := range r.URIs {
			uris = append(uris, string(u.Fault)+":")
		}
		if got := strings.Join(uris, ","); !slices.Equal(kinds, tt.faults) || got != tt.uris {
			t.Errorf("%q: faults %v, addresses %q; want %v, %q: %s", tt.text, kinds, got, tt.faults, tt.uris, tt.why)
		}
		if got, _ := r.Corrected(); tt.corrected != "" && got != tt.corrected {
			t.Errorf("%q: corrected %q, want %q: %s", tt.text, got, tt.corrected, tt.why)
		}
	}
}

func FuzzRecord(f *testing.F) {
	for _, seed := range []string{
		"v=TLSRPTv1; rua=mailto:a@example.jp,https://example.jp/?a=b", "v=TLSRPTv1 rua = a@example.jp; mailto:b@example.jp", "\"v=tlsrptv1;; rua=mailto:<a@b.jp>!10m,",
		"v=TLSRPTv1; rua=mailto:a%zz@example.jp; x=y=z", "v=TLSRPTv1; rua=https://[::1", "v=TLSRPTv1; rua=mailto:\xff@example.jp",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := ParseRecord(text)
		for _, fault := range r.Faults() {
			_ = fault.Span.Of(text)
		}
		for _, u := range r.URIs {
			if u.Span.Of(text) != u.Raw {
				t.Fatalf("%q: address %+v does not cover what it names", text, u)
			}
		}
		if again := ParseRecord(r.String()); len(again.URIs) != len(r.URIs) || len(again.Faults()) != len(r.Faults()) {
			t.Fatalf("%q is %+v, written and read again %+v", text, r, again)
		}
		fixed, ok := r.Corrected()
		if !ok {
			fixed = strings.ReplaceAll(fixed, "<address>", "tls@example.jp")
		}
		left := ParseRecord(fixed)
		if len(left.Faults()) > 0 || slices.ContainsFunc(left.URIs, func(u URI) bool { return u.Fault != "" }) {
			t.Errorf("%q: corrected %q has %v, %+v", text, fixed, left.Faults(), left.URIs)
		}
	})
}
