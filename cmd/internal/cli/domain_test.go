package cli

import (
	"errors"
	"strings"
	"testing"

	"mailauth/resolver"
)

func TestParseDomain(t *testing.T) {
	tests := []struct{ given, want string }{
		{"example.co.jp", "example.co.jp."},
		{"EXAMPLE.co.jp.", "example.co.jp."},
		{"  example.co.jp\n", "example.co.jp."},
		{"日本語.jp", "xn--wgv71a119e.jp."},
		{"日本語。ｊｐ", "xn--wgv71a119e.jp."},
		{"xn--wgv71a119e.jp", "xn--wgv71a119e.jp."},
		{"bücher.example", "xn--bcher-kva.example."},
		{"faß.example", "xn--fa-hia.example."}, // IDNA 2008, not 2003
		{"jp.", "jp."},                         // a top level, if one insists
		{"1.example", "1.example."},
	}
	for _, tt := range tests {
		if got, err := parseDomain(tt.given); err != nil || got != tt.want {
			t.Errorf("%q: got %q, %v, want %q", tt.given, got, err, tt.want)
		}
	}
}

func TestParseDomainComplains(t *testing.T) {
	tests := []struct{ given, text, hint, meant string }{
		{"", "domain", "domain", ""},
		{".", "domain", "domain", ""},
		{"localhost", "domain", "domain", ""},
		{"a..b", "domain", "domain", ""},
		{"example.co.jp..", "domain", "domain-meant", "example.co.jp"},
		{"example.co.jp...", "domain", "domain-meant", "example.co.jp"},
		{"example.co.jp。.", "domain", "domain-meant", "example.co.jp"},
		{"日本.jp。。", "domain", "domain-meant", "日本.jp"},
		{"..", "domain", "domain", ""},
		{"-a.example", "domain", "domain", ""},
		{"a b.example", "domain", "domain", ""},
		{"\x1b[31m.example", "domain", "domain", ""},
		{"xn--a.example", "domain", "domain", ""}, // not a real A-label
		{"info@example.jp", "domain-address", "domain-meant", "example.jp"},
		{"<info@example.jp>", "domain-address", "domain-meant", "example.jp"},
		{"info@", "domain-address", "domain", ""},
		{"http://example.jp:8080/", "domain-url", "domain-meant", "example.jp"},
		{"https://www.example.jp", "domain-url", "domain-meant", "example.jp"},
		{"mailto:info@example.jp", "domain-address", "domain-meant", "example.jp"},
		{"example.jp/", "domain-url", "domain-meant", "example.jp"},
		{"example.jp:smtp", "domain-port", "domain-meant", "example.jp"},
		{"s1._domainkey.example.jp", "domain-service", "domain-meant", "example.jp"},
		{"*.example.jp", "domain-service", "domain-meant", "example.jp"},
		{"_dmarc.", "domain-service", "domain", ""},
		{"192.0.2.1", "domain-ip", "domain", ""},
		{"[192.0.2.1]", "domain-ip", "domain", ""},
		{"2001:db8::1", "domain-ip", "domain", ""},
	}
	for _, tt := range tests {
		_, err := parseDomain(tt.given)
		var c *complaint
		if !errors.As(err, &c) {
			t.Errorf("%q: got %v, want a complaint", tt.given, err)
			continue
		}
		meant, _ := c.hint.Args["meant"].(string)
		if c.text.ID != "cli.error-"+tt.text || c.hint.ID != "cli.hint-"+tt.hint || tt.meant != "" && meant != tt.meant {
			t.Errorf("%q: got %s, %s %v, want %s, %s %s", tt.given, c.text.ID, c.hint.ID, c.hint.Args, tt.text, tt.hint, tt.meant)
		}
	}
}

// Whatever is typed, there is a canonical name or a complaint with words.
func FuzzParseDomain(f *testing.F) {
	for _, seed := range []string{"example.co.jp", "日本語.jp", "a@b", "http://[::1", "_._", "*", `a\.b`, "://"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		name, err := parseDomain(given)
		if err != nil {
			var c *complaint
			if !errors.As(err, &c) {
				t.Fatalf("%q: %v is no complaint", given, err)
			}
			return
		}
		again, err := resolver.CanonicalName(name)
		if err != nil || again != name || !strings.HasSuffix(name, ".") {
			t.Fatalf("%q gives %q, which is not canonical", given, name)
		}
	})
}
