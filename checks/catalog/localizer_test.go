package catalog

import (
	"slices"
	"testing"
	"testing/fstest"

	"mailauth/checks"
)

var sample = fstest.MapFS{
	"en/a.toml": {Data: []byte(`
[spf-a]
title = "Only in English"
[spf-a.message]
one   = "{{.domain}} has one record"
other = "{{.domain}} has {{.count}} records"
[spf-b]
message = "{{if .list}}Found {{.list}}{{else}}Nothing{{end}}"
[spf-b.mend]
one   = "Wait a second."
other = "Wait {{.wait}} seconds."
`)},
	"ja/a.toml": {Data: []byte(`
[spf-a]
message = "{{.domain}} のレコードは{{.count}}個です"
[spf-b]
message = "{{.list}} がありました"
mend = "{{.wait}}秒待ってください。"
`)},
}

func TestText(t *testing.T) {
	c, err := load(sample)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		lang, id string
		args     checks.Args
		want     string
	}{
		{"en", "spf-a.message", checks.Args{"domain": "example.jp.", "count": 1}, "example.jp has one record"},
		{"en", "spf-a.message", checks.Args{"domain": "example.jp.", "count": 2}, "example.jp has 2 records"},
		{"ja", "spf-a.message", checks.Args{"domain": "example.jp.", "count": 1}, "example.jp のレコードは1個です"}, // one form only
		{"en", "spf-b.mend", checks.Args{"wait": uint32(1)}, "Wait a second."},                             // the only number counts
		{"en", "spf-b.message", checks.Args{"list": []string{"a", "b"}}, "Found a, b"},
		{"en", "spf-b.message", checks.Args{"list": []string{"_spf.example.net.", "b:c."}}, "Found _spf.example.net, b:c."}, // a term is not a name
		{"ja", "spf-b.message", checks.Args{"list": []string{"a", "b"}}, "a、b がありました"},
		{"ja", "spf-a.title", nil, "Only in English"},                                              // not translated
		{"ja", "spf-none.message", checks.Args{"domain": "x"}, "spf-none.message"},                 // nobody has it
		{"en", "spf-a.title", checks.Args{"count": 1}, "Only in English"},                          // one form, whatever the count
		{"fr", "spf-a.title", nil, "Only in English"},                                              // not a language of ours
		{"en", "spf-b.message", checks.Args{"list": []string{"{{.domain}}"}}, "Found {{.domain}}"}, // data is no template
	}
	for _, tt := range tests {
		if got := c.For(tt.lang).Text(tt.id, tt.args); got != tt.want {
			t.Errorf("%s %s %v: got %q, want %q", tt.lang, tt.id, tt.args, got, tt.want)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	c, err := load(sample)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		id   string
		want []string
	}{
		{"spf-a.message", []string{"count", "domain"}}, // count stands in one form of two
		{"spf-b.message", []string{"list"}},
		{"spf-a.title", []string{}},
	}
	for _, tt := range tests {
		if got, ok := c.Placeholders("en", tt.id); !ok || !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v %v, want %v", tt.id, got, ok, tt.want)
		}
	}
	if _, ok := c.Placeholders("ja", "spf-a.title"); ok {
		t.Error("ja has no spf-a.title, but Placeholders found it")
	}
}
