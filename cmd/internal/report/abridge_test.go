package report

import (
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// A record that fills pages is shown around the place that matters and says
// that it is cut; -v shows it whole, and edits always are.
func TestLongRecordsAreAbridged(t *testing.T) {
	long := "v=spf1 " + strings.Repeat("ip4:192.0.2.1 ", 4000) + "ipv4:192.0.2.7 " + strings.Repeat("ip4:192.0.2.2 ", 300) + "-all"
	at := strings.Index(long, "ipv4:192.0.2.7")
	report := func() Report {
		r := story()
		f := &r.Findings[0]
		f.Evidence = txt("example.co.jp.", long, &checks.Span{Start: at, End: at + len("ipv4:192.0.2.7")}, "a mechanism has no v", from("192.0.2.53:53", 60))
		f.Related = []Related{{Evidence: f.Evidence}, {Evidence: txt("_spf.example.co.jp.", long, nil, "", from("192.0.2.53:53", 60))}}
		f.Fixes[0].Edits = []resolver.Edit{{Name: "example.co.jp.", Type: resolver.TypeTXT, TTL: 60, Remove: []string{`"` + long + `"`}, Add: []string{`"v=spf1 -all"`}}}
		return r
	}
	got := render(t, options(t, "en", nil), report())
	want := `     … 192.0.2.1 ip4:192.0.2.1 ipv4:192.0.2.7 ip4:192.0.2.2 ip4:192.0.2.2 ip4:192.0.2.2 ip4:192.0.2.2 ip4:192.0.2.2 ip4:192.0.2 …
                               ~~~~~~~~~~~~~~ a mechanism has no v
     cut: the record has 60226 octets; -v shows it whole
`
	if !strings.Contains(got, want) {
		t.Errorf("got\n%.3000s\nwant\n%s", got, want)
	}
	if n := strings.Count(got, long); n != 1 || !strings.Contains(got, `     - example.co.jp. 60 IN TXT "`+long+`"`) {
		t.Errorf("the whole record stands there %d times, want once, in the edit", n)
	}
	if len(got) > len(long)+8000 {
		t.Errorf("the page has %d octets for a record of %d", len(got), len(long))
	}
	got = render(t, options(t, "en", func(o *TextOptions) { o.Verbose = true }), report())
	if n := strings.Count(got, "     "+long+"\n"); n != 2 || strings.Contains(got, "cut:") {
		t.Errorf("-v shows the record whole %d times, want 2", n)
	}
	if got := render(t, options(t, "ja", nil), report()); !strings.Contains(got, "\n     途中を省略: レコードは60226バイトあります(-vですべて表示)\n") {
		t.Errorf("Japanese does not say that it is cut:\n%.3000s", got)
	}
}

// Windows of a line: what is marked stays in sight, in columns.
func TestWindow(t *testing.T) {
	text := strings.Repeat("0123456789", 30)
	tests := []struct {
		why        string
		start, end int
		want       excerptLine
	}{
		{"nothing marked: the beginning", -1, -1, excerptLine{text[:120] + " …", -1, -1}},
		{"at the beginning", 0, 6, excerptLine{text[:120] + " …", 0, 6}},
		{"in the middle", 150, 156, excerptLine{"… " + text[126:246] + " …", 26, 32}},
		{"at the end", 294, 300, excerptLine{"… " + text[270:], 26, 32}},
		{"longer than the window", 10, 290, excerptLine{text[:120] + " …", 10, 120}},
		{"a place between characters", 300, 300, excerptLine{"… " + text[276:], 26, 26}},
	}
	for _, tt := range tests {
		if got := (excerptLine{text, tt.start, tt.end}).window(); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.why, got, tt.want)
		}
	}
}

// A sentence does not carry a whole page of a record, but arguments do.
func TestLongArguments(t *testing.T) {
	rule := &checks.Rule{ID: "mx-cname", Severity: checks.Warning, Citation: "RFC 5321 §5.1"}
	long := strings.Repeat("あ", 20000)
	f := rule.On("example.jp.", resolver.TypeMX).With("host", long).With("canonical", "host.example.net.")
	built := Build(&checks.Report{Domain: "example.jp.", Findings: []checks.Finding{f}}, DNS{}, texts(t, "en")).Findings[0]
	if len(built.Message) > 500 || !strings.Contains(built.Message, "あ…") || strings.Contains(built.Message, `\`) {
		t.Errorf("the message has %d octets: %.400s", len(built.Message), built.Message)
	}
	if built.Args["host"] != long {
		t.Error("the argument is cut")
	}
}
