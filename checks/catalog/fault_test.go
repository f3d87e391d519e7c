package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"mailauth/checks/catalog"
	"mailauth/checks/provider"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// Every code of the errors below has one text, and every text has a code.
func TestFaultsHaveTexts(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	codes := slices.Concat(resolver.FaultCodes(), zone.Codes(), provider.Codes())
	codes = slices.DeleteFunc(codes, func(code string) bool { return code == "unreadable" }) // the system says why
	hints := slices.Concat(resolver.HintCodes(), zone.HintCodes())
	for _, code := range codes {
		_, said := c.Placeholders("en", "fault."+code)
		_, expected := c.Placeholders("en", "expected."+code)
		if said == expected {
			t.Errorf("%s: has a text of its own: %v, and one of what was expected: %v; want one of them", code, said, expected)
		}
	}
	for _, hint := range hints {
		if c.For("ja").FaultHint("", hint) == "" {
			t.Errorf("the hint %s has no text", hint)
		}
	}
	for _, id := range c.IDs("en") {
		group, code, _ := strings.Cut(id, ".")
		switch group {
		case "expected", "fault-help":
			if !slices.Contains(codes, code) {
				t.Errorf("%s is the text of no error", id)
			}
		case "fault":
			if !slices.Contains(codes, code) && !strings.HasPrefix(code, "found-") {
				t.Errorf("%s is the text of no error", id)
			}
		case "fault-hint":
			if !slices.Contains(hints, code) {
				t.Errorf("%s is the text of no hint", id)
			}
		}
	}
}

func TestFault(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		code           string
		args           map[string]string
		en, ja, detail string
	}{
		{"ipv4", map[string]string{"found": "192.0.2.300"}, "found 192.0.2.300, expected an IPv4 address such as 192.0.2.1",
			"「192.0.2.300」になっていますが、192.0.2.1のようなIPv4アドレスが必要です", ""},
		{"mx-host", map[string]string{"found": ""}, "found the end of the line, expected the name of a mail host",
			"行の終わりになっていますが、メールサーバーの名前が必要です", ""},
		{"data", map[string]string{"found": "x", "type": "CAA", "why": "bad CAA Flag"}, "found x, expected the data of type CAA (bad CAA Flag)",
			"「x」はCAA型のデータとして読めません", "bad CAA Flag"},
		{"data", map[string]string{"found": "", "type": "CAA"}, "found the end of the record, expected the data of type CAA", "CAA型のデータがありません", ""},
		{"include-unreadable", map[string]string{"found": "a.inc", "folder": "zones", "why": "no such file or directory"},
			"cannot read a.inc below zones: no such file or directory", "zones より下の a.inc を読み込めません(ファイルまたはフォルダーがありません)", ""},
	}
	for _, tt := range tests {
		if got, detail, ok := c.For("en").Fault(tt.code, tt.args); !ok || got != tt.en || detail != "" {
			t.Errorf("%s: %q, detail %q, want %q", tt.code, got, detail, tt.en)
		}
		if got, detail, ok := c.For("ja").Fault(tt.code, tt.args); !ok || got != tt.ja || detail != tt.detail {
			t.Errorf("%s: %q, detail %q, want %q, %q", tt.code, got, detail, tt.ja, tt.detail)
		}
	}
	if _, _, ok := c.For("ja").Fault("no-such-code", nil); ok {
		t.Error("a code without a text has one")
	}
}
