package dmarc

import (
	"testing"

	"mailauth/checks"
)

func TestApplies(t *testing.T) {
	working := func(psd byte) *Record { return &Record{PSD: psd, P: Request{Policy: Reject}} }
	for _, tt := range []struct {
		why, author string
		records     map[string]*Record // nil: without an answer
		want        checks.Tri
	}{
		{"all known, and there is one", "www.example.co.jp.", map[string]*Record{"example.co.jp.": working('u')}, checks.Yes},
		{"all known, and there is none", "www.example.co.jp.", nil, checks.No},
		{"the suffix may have one of its own, as organization or above it", "www.example.co.jp.", map[string]*Record{"example.co.jp.": working('u'), "co.jp.": nil}, checks.Yes},
		{"two suffixes without an answer", "www.example.co.jp.", map[string]*Record{"example.co.jp.": working('u'), "co.jp.": nil, "jp.": nil}, checks.Yes},
		{"a top-level domain that is on no list", "www.office.example.", map[string]*Record{"office.example.": working('u'), "example.": nil}, checks.Yes},
		{"only the suffix could have one", "www.example.co.jp.", map[string]*Record{"jp.": nil}, checks.Open},
		{"a record below that works for nobody", "www.example.co.jp.", map[string]*Record{"example.co.jp.": {PSD: 'u'}, "co.jp.": nil}, checks.Open},
		{"the own name may have a broken one", "www.example.co.jp.", map[string]*Record{"www.example.co.jp.": nil, "example.co.jp.": working('u')}, checks.Open},
		{"so may a name between", "a.www.example.co.jp.", map[string]*Record{"www.example.co.jp.": nil, "example.co.jp.": working('n')}, checks.Open},
		{"the own record decides", "example.co.jp.", map[string]*Record{"example.co.jp.": working('u'), "jp.": nil}, checks.Yes},
		{"receivers differ about it", "example.co.jp.", map[string]*Record{"example.co.jp.": {PSD: 'u', P: Request{Policy: Reject}, Faults: []Fault{{Kind: Duplicate}}}}, checks.Open},
		{"more without an answer than are guessed", "a.b.c.d.e.example.co.jp.", map[string]*Record{"e.example.co.jp.": working('u'), "a.b.c.d.e.example.co.jp.": nil,
			"b.c.d.e.example.co.jp.": nil, "c.d.e.example.co.jp.": nil, "example.co.jp.": nil, "co.jp.": nil, "jp.": nil}, checks.Open},
	} {
		got := Applies(tt.author, func(domain string) (*Record, bool) {
			r, named := tt.records[domain]
			return r, !named || r != nil
		})
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.why, got, tt.want)
		}
	}
}
