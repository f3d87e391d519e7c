package report

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/checks"
	"mailauth/resolver"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestTextGolden(t *testing.T) {
	clean := Report{Domain: "xn--wgv71a119e.jp", Verdict: checks.StatusPass, DNS: DNS{Questions: 21, ElapsedMS: 12_345}, Checks: []Check{
		{Name: "spf", Status: checks.StatusPass}, {Name: "dkim", Status: checks.StatusPass}, {Name: "dmarc", Status: checks.StatusPass}, {Name: "mx", Status: checks.StatusNone}}}
	tests := []struct {
		name, lang string
		change     func(*TextOptions)
		reports    []Report
	}{
		{"story", "en", nil, []Report{story()}},
		{"story-ja", "ja", nil, []Report{story()}}, // the findings' texts stay English: they are data here
		{"story-verbose", "en", func(o *TextOptions) { o.Verbose = true }, []Report{story()}},
		{"story-quiet", "en", func(o *TextOptions) { o.Quiet = true }, []Report{story()}},
		{"story-panel", "en", func(o *TextOptions) { o.Panel = true }, []Report{story()}},
		{"story-panel-zone", "ja", func(o *TextOptions) { o.Panel, o.Zones = true, []string{"jp.", "_dmarc.example.co.jp."} }, []Report{story()}},
		{"story-color", "en", func(o *TextOptions) { o.Color = true }, []Report{story()}},
		{"story-cached", "en", func(o *TextOptions) { o.Cached = true }, []Report{story()}},
		{"story-narrow", "en", func(o *TextOptions) { o.Width, o.Terminal = 44, true }, []Report{story()}},
		{"unanswered", "en", nil, []Report{unansweredReport()}},
		{"unanswered-verbose", "ja", func(o *TextOptions) { o.Verbose = true }, []Report{unansweredReport()}},
		{"several", "en", nil, []Report{clean, unansweredReport(), clean}},
		{"several-ja", "ja", nil, []Report{clean, unansweredReport(), clean}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := render(t, options(t, tt.lang, tt.change), tt.reports...)
			path := filepath.Join("testdata", tt.name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("run with -update if this is better (-want +got):\n%s", diff)
			}
		})
	}
}

// A domain with nothing to mend is five lines: itself and four checks.
func TestCleanDomainIsFiveLines(t *testing.T) {
	r := Report{Domain: "example.co.jp", Verdict: checks.StatusPass}
	for _, name := range protocols {
		r.Checks = append(r.Checks, Check{Name: name, Status: checks.StatusPass})
	}
	r.Checks = append(r.Checks, Check{Name: "role", Status: checks.StatusNone}, Check{Name: "cross", Status: checks.StatusPass})
	for _, lang := range []string{"en", "ja"} {
		got := render(t, options(t, lang, nil), r)
		if n := strings.Count(got, "\n"); n != 5 {
			t.Errorf("%s: %d lines, want 5:\n%s", lang, n, got)
		}
	}
}

// Further places in one record do not show it again.
func TestPlacesInOneRecord(t *testing.T) {
	r := story()
	f := &r.Findings[0]
	place := func(start, end int, note string) Related {
		e := f.Evidence
		e.Span, e.Note = &checks.Span{Start: start, End: end}, note
		return Related{Evidence: e}
	}
	f.Related = []Related{place(7, 24, "not this"), place(25, 28, ""), place(29, 33, "and -all too")}
	got := render(t, options(t, "en", nil), r)
	want := `
     @  IN  TXT "v-spf1 +ip4:203.0.113.25 +mx -all"
                 ~~~~~~ "v=spf1" is written with an equals sign
     +ip4:203.0.113.25: not this
     here: +mx
     and -all too
   Effect `
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
	for range fewPlaces {
		f.Related = append(f.Related, place(25, 28, "again"))
	}
	if got := render(t, options(t, "en", nil), r); strings.Count(got, ": again\n") != fewPlaces-3 || !strings.Contains(got, "and 3 more places in this record (-v lists them)") {
		t.Errorf("too many places:\n%s", got)
	}
	if got := render(t, options(t, "en", func(o *TextOptions) { o.Verbose = true }), r); strings.Count(got, ": again\n") != fewPlaces {
		t.Errorf("-v does not list all places:\n%s", got)
	}
}

// Sentences keep to the width; what is copied is never broken, however long.
func TestWidth(t *testing.T) {
	long := "v=spf1 " + strings.Repeat("ip4:192.0.2.1 ", 30) + "-all"
	r := story()
	r.Findings[1].Evidence = txt("example.co.jp.", long, nil, "", from("192.0.2.53:53", 60))
	r.Findings[1].Fixes[0].Edits[0].Add = []string{`"` + long + `"`}
	for _, lang := range []string{"en", "ja"} {
		for _, columns := range []int{60, 80, 120} {
			got := render(t, options(t, lang, func(o *TextOptions) { o.Width = columns }), r)
			for _, line := range strings.Split(got, "\n") {
				copied := strings.Contains(line, "spf1") || strings.Contains(line, "DMARC1")
				if !copied && Width(line) > columns {
					t.Errorf("%s: %d columns in a page of %d: %q", lang, Width(line), columns, line)
				}
			}
			for _, whole := range []string{long, `"` + long + `"`} {
				if !strings.Contains(got, whole) {
					t.Errorf("%s, %d columns: %q is not printed whole", lang, columns, whole)
				}
			}
		}
	}
}

// A record may say anything; a terminal must not obey it.
func TestHostileRecords(t *testing.T) {
	hostile := []string{
		"v=spf1 \x1b]0;owned\x07 -all",   // sets a window title
		"v=spf1 \x1b[2J\x1b[H -all",      // clears the screen
		"v=spf1 \u202egnp.exe -all",      // turns the writing round
		"v=spf1 a\u200bb\ufeff -all",     // of no width
		"v=spf1 \u2066x\u2069 \u061c",    // isolates, a mark
		"v=spf1 \u009b31m \u0085 -all",   // C1 controls
		"v=spf1 \xff\xfe \r\n- injected", // not UTF-8, a new line
		"v=spf1\u3000-all\u2800\u3164",   // blanks that are not spaces
	}
	for _, data := range hostile {
		record := resolver.Record{Name: "example.co.jp.", TTL: 60, Data: resolver.TXT{Strings: []string{data}}, Origin: resolver.Origin{Server: "192.0.2.53:53"}}
		shown := record.Display()
		r := story()
		f := &r.Findings[0]
		f.Evidence = txt("example.co.jp.", shown, &checks.Span{Start: 7, End: 9}, Clean("found "+data), from(data, 60))
		f.Name = data
		f.Message, f.Effect = Clean("found "+data), Clean(data)
		f.Related = []Related{{Evidence: f.Evidence}}
		f.Fixes[0].Title = Clean(data)
		f.Fixes[0].Edits[0] = resolver.Edit{Name: data, Remove: []string{data}, Add: []string{record.Data.String()}}
		unanswered := unansweredReport()
		unanswered.Findings[0].Name = data
		unanswered.Findings[0].Args = checks.Args{"error": data, "detail": data}
		for _, panel := range []bool{false, true} {
			got := render(t, options(t, "en", func(o *TextOptions) { o.Panel, o.Verbose, o.Cached = panel, true, true }), r, unanswered)
			for _, c := range got {
				if c != '\n' && !visible(c) || c == '\ufffd' {
					t.Errorf("%q puts %U on the terminal:\n%q", data, c, got)
					break
				}
			}
			if strings.Contains(got, "\n- injected") {
				t.Errorf("%q begins a line of its own", data)
			}
		}
	}
}

func TestCleanKeepsWhatCanBeSeen(t *testing.T) {
	tests := []struct{ in, want string }{
		{"v=spf1 ip4:192.0.2.1 –all", "v=spf1 ip4:192.0.2.1 –all"}, // a dash is visible, the note says which
		{"ＳＰＦ1 日本語", "ＳＰＦ1 日本語"},
		{"a\tb\x00", `a\009b\000`},
		{"a\u00a0b\u3000c", "a<U+00A0>b<U+3000>c"},
		{"\u202e", "<U+202E>"},
		{"\xe3\x81", `\227\129`}, // half a character
		{"\U000e0001", "<U+E0001>"},
		{`a\b`, `a\b`},
	}
	for _, tt := range tests {
		if got := Clean(tt.in); got != tt.want {
			t.Errorf("Clean(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if once := Clean(tt.in); Clean(once) != once {
			t.Errorf("Clean(%q) is not clean", tt.in)
		}
	}
}
