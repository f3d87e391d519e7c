package dmarc

import (
	"testing"

	"mailauth/checks"
)

func TestURIs(t *testing.T) {
	for _, tt := range []struct {
		text, fault, mailbox, host, corrected, why string
	}{
		{"mailto:dmarc@example.co.jp", "", "dmarc@example.co.jp", "example.co.jp.", "mailto:dmarc@example.co.jp", "the usual form"},
		{"MAILTO:Dmarc@Example.co.jp", "", "Dmarc@Example.co.jp", "example.co.jp.", "MAILTO:Dmarc@Example.co.jp", "schemes have no case"},
		{"mailto:dmarc@example.co.jp!10M", "", "dmarc@example.co.jp", "example.co.jp.", "mailto:dmarc@example.co.jp!10M", "an obsolete size limit"},
		{"mailto:dmarc+rua@example.co.jp?subject=dmarc", "", "dmarc+rua@example.co.jp", "example.co.jp.", "mailto:dmarc+rua@example.co.jp?subject=dmarc", "a subaddress, header fields"},
		{"mailto:a%2Cb%21c@example.jp", "", "a,b!c@example.jp", "example.jp.", "mailto:a%2Cb%21c@example.jp", "commas and exclamation marks are encoded"},
		{"https://dmarc.example.co.jp/upload", "", "", "", "https://dmarc.example.co.jp/upload", "any valid URI may stand there"},
		{"dmarc@example.co.jp", "no-scheme", "", "", "mailto:dmarc@example.co.jp", "an address is no URI"},
		{"mailto=dmarc@example.co.jp", "equals", "", "", "mailto:dmarc@example.co.jp", "an equals sign for the colon"},
		{"mailto: dmarc@example.co.jp", "space", "", "", "mailto:dmarc@example.co.jp", "a space after the colon"},
		{"mailto:a@example.jp mailto:b@example.jp", "space-separator", "", "", "mailto:a@example.jp,mailto:b@example.jp", "a space for the comma"},
		{"mailto:<dmarc@example.co.jp>", "brackets", "", "", "mailto:dmarc@example.co.jp", "brackets"},
		{"<dmarc@example.co.jp>", "brackets", "", "", "mailto:dmarc@example.co.jp", "brackets, no scheme"},
		{"mailto://dmarc@example.co.jp", "slashes", "", "", "mailto:dmarc@example.co.jp", "as in a web address"},
		{"mailto:mailto:dmarc@example.co.jp", "doubled", "", "", "mailto:dmarc@example.co.jp", "twice"},
		{"mailo:dmarc@example.co.jp", "scheme-typo", "", "", "mailto:dmarc@example.co.jp", "a letter missing"},
		{"mailto:example.co.jp", "no-mailbox", "", "", "", "no local part: nobody can guess it"},
		{"mailto:@example.co.jp", "no-mailbox", "", "", "", "an empty local part"},
		{"mailto:dmarc@example..jp", "bad-host", "", "", "", "an empty label"},
		{"mailto:dmarc@", "bad-host", "", "", "", "no host"},
		{"mailto:a!b@example.jp", "encoding", "", "", "mailto:a%21b@example.jp", "an exclamation mark that is no size limit"},
		{"mailto:a%zz@example.jp", "encoding", "", "", "", "a broken escape"},
		{"postmaster", "not-uri", "", "", "", "a word"},
		{"", "empty", "", "", "", "rua= with nothing after it"},
	} {
		list := parseURIs(tt.text, checks.Span{End: len(tt.text)})
		if len(list) != 1 {
			t.Errorf("%q is %d addresses: %+v", tt.text, len(list), list)
			continue
		}
		u := list[0]
		if string(u.Fault) != tt.fault || u.Mailbox != tt.mailbox || u.Host != tt.host {
			t.Errorf("%q = fault %q mailbox %q host %q, want %q %q %q: %s", tt.text, u.Fault, u.Mailbox, u.Host, tt.fault, tt.mailbox, tt.host, tt.why)
		}
		if got, ok := u.Corrected(); got != tt.corrected || ok != (tt.corrected != "") {
			t.Errorf("%q corrected to %q, %v, want %q: %s", tt.text, got, ok, tt.corrected, tt.why)
		}
	}
}

func TestURIList(t *testing.T) {
	for _, tt := range []struct{ text, corrected, why string }{
		{"v=DMARC1; p=none; rua=a@example.jp, mailto=b@example.jp,", "v=DMARC1; p=none; rua=mailto:a@example.jp,mailto:b@example.jp", "each put right; the last comma goes"},
		{"v=DMARC1; p=none; rua=mailto:a@example.jp;mailto:b@example.jp; c@example.jp; fo=1",
			"v=DMARC1; p=none; rua=mailto:a@example.jp,mailto:b@example.jp,mailto:c@example.jp; fo=1", "semicolons for commas"},
		{"v=DMARC1; p=none; rua=mailto:a@example.jp,nobody", "", "the second cannot be guessed"},
	} {
		r := Parse(tt.text)
		if got, ok := r.CorrectedURIs("rua"); got != tt.corrected || ok != (tt.corrected != "") {
			t.Errorf("%q corrected to %q, %v, want %q: %s", tt.text, got, ok, tt.corrected, tt.why)
		}
	}
}
