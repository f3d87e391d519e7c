package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"mailauth/checks"
	"mailauth/resolver"
)

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	s, err := compiler.Compile("../../../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func writeJSON(t *testing.T, reports ...Report) []byte {
	t.Helper()
	var b bytes.Buffer
	j := NewJSON(&b, Tool{"mailauth", "test"}, "en", "new.zone over live")
	for _, r := range reports {
		if err := j.Report(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Problem(Problem{"nosuch.example", "it does not exist", "look at the spelling"}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func audited() *checks.Report {
	rule := &checks.Rule{ID: "mx-cname", Severity: checks.Warning, Citation: "RFC 5321 §5.1"}
	mx := resolver.Record{Name: "example.co.jp.", TTL: 3600, Data: resolver.MX{Preference: 10, Host: "mail.example.co.jp."}, Origin: resolver.Origin{File: "new.zone", Line: 7, Col: 9}}
	txt := resolver.Record{Name: "example.co.jp.", TTL: 60, Data: resolver.TXT{Strings: []string{"v=spf1 \\", "\xff\x1b"}}, Origin: resolver.Origin{Server: "192.0.2.53:53"}}
	onMX := rule.At(mx).With("host", "mail.example.co.jp.").With("canonical", "\xffhost.example.net.").With("lists", []string(nil))
	onMX.Fixes = []checks.Fix{
		{Title: checks.T("fix.mx-canonical", nil), Verified: true, Warnings: 1, Edits: []resolver.Edit{{Name: "example.co.jp.", Type: resolver.TypeMX, TTL: 3600}}},
		{Title: checks.T("fix.mx-canonical", nil), Reason: &checks.Text{ID: "trial.needs-choice"}, Choices: []checks.Choice{{Name: "host", Text: checks.T("choice.mx-host", nil)}}},
	}
	onMX.Related = []checks.Related{{Rule: "mx-unresolvable", Name: "example.co.jp.", Type: resolver.TypeMX, Record: &txt, Note: &checks.Text{ID: "no such text"}}}
	onTXT := rule.At(txt).Spanning(checks.Span{Start: 0, End: 6}, "", nil)
	failed := checks.TempFail.On("example.net.", resolver.TypeTXT)
	failed.Args = checks.Args{"error": "timeout"}
	failed.Blocks = []string{"spf-missing"}
	return &checks.Report{Domain: "example.co.jp.", Verdict: checks.StatusWarn,
		Checks:   []checks.CheckReport{{Name: "mx", Status: checks.StatusWarn, Facts: sampleFacts["mx"], Summary: []checks.Text{{ID: "summary.mx-none"}, {ID: "summary.mx-reverse"}}}},
		Findings: []checks.Finding{onMX, onTXT, failed}}
}

func TestJSONFitsItsSchema(t *testing.T) {
	s := schema(t)
	for _, lang := range []string{"en", "ja"} {
		built := Build(audited(), DNS{Questions: 3, ElapsedMS: 4}, texts(t, lang))
		for _, reports := range [][]Report{nil, {story()}, {built, built}} {
			document, err := jsonschema.UnmarshalJSON(bytes.NewReader(writeJSON(t, reports...)))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(document); err != nil {
				t.Errorf("%s, %d reports: %v", lang, len(reports), err)
			}
		}
	}
}

// The schema must refuse what it does not describe, or it proves nothing.
func TestSchemaRefuses(t *testing.T) {
	s := schema(t)
	good := string(writeJSON(t, Build(audited(), DNS{Questions: 3, ElapsedMS: 4}, texts(t, "en"))))
	for _, change := range [][2]string{
		{`"version": 1`, `"version": 2`},
		{`"severity": "warning"`, `"severity": "fatal"`},
		{`"related": [`, `"relations": [`},
		{`"verdict": "warn"`, `"verdict": "ok"`},
		{`"blocks": []`, `"blocks": null`},
		{`"lang": "en"`, `"lang": "en", "extra": 1`},
		{`"name": "mailauth"`, `"name": "mailauth", "extra": 1`},
		{`"verdict": "warn"`, `"verdict": "warn", "extra": 1`},
		{`"questions": 3`, `"questions": 3, "extra": 1`},
		{`"name": "mx"`, `"name": "mx", "extra": 1`},
		{`"rule": "mx-cname"`, `"rule": "mx-cname", "extra": 1`},
		{`"rule": "mx-unresolvable"`, `"rule": "mx-unresolvable", "extra": 1`},
		{`"verified": true`, `"verified": true, "extra": 1`},
		{`"warnings": 1`, `"warnings": 1, "extra": 1`},
		{`"values": []`, `"values": [], "extra": 1`},
		{`"remove": []`, `"remove": [], "extra": 1`},
		{`"hint": "look`, `"extra": 1, "hint": "look`},
		{`"kind": "hosts"`, `"kind": 7`},
		{`"kind": "hosts"`, `"kind": "hosts", "extra": 1`},
		{`"kind": "hosts",`, ``},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if bad == good || err != nil {
			t.Fatalf("cannot change %q: %v", change[0], err)
		}
		if s.Validate(document) == nil {
			t.Errorf("%s is as good as %s to the schema", change[1], change[0])
		}
	}
}

func TestBuild(t *testing.T) {
	r := Build(audited(), DNS{Questions: 3, ElapsedMS: 4}, texts(t, "en"))
	mx, text, failed := r.Findings[0], r.Findings[1], r.Findings[2]
	for what, same := range map[string]bool{
		"domain without its dot":          r.Domain == "example.co.jp",
		"summary joined":                  strings.Contains(r.Checks[0].Summary, ", "),
		"message with its arguments":      strings.Contains(mx.Message, "mail.example.co.jp, which is an alias"),
		"octets in messages spelled out":  strings.Contains(mx.Message, `\255host`),
		"octets in arguments spelled out": mx.Args["canonical"] == `\255host.example.net.`,
		"file and line":                   *mx.File == "new.zone" && *mx.Line == 7 && mx.Server == nil,
		"record of another type":          *mx.Record == "10 mail.example.co.jp." && len(mx.Strings) == 0,
		"record as octets":                *text.Record == `v=spf1 \092\255\027` && reflect.DeepEqual(text.Strings, []int{8, 2}),
		"server":                          text.File == nil && *text.Server == "192.0.2.53:53",
		"span":                            text.Span.End == 6,
		"no record":                       failed.Record == nil && failed.File == nil,
		"blocked rules":                   slices.Equal(failed.Blocks, []string{"spf-missing"}),
		"what a verified fix leaves":      *mx.Fixes[0].Left == Left{0, 1} && mx.Fixes[1].Left == nil,
		"why a fix is not verified":       strings.HasPrefix(mx.Fixes[1].Reason, "not tried"),
		"consequence":                     mx.Related[0].Rule == "mx-unresolvable",
	} {
		if !same {
			t.Errorf("wrong: %s\n%+v", what, r)
		}
	}
}

// Every kind of failure is told in words, and what helps against it.
func TestFailuresHaveWords(t *testing.T) {
	kinds := []resolver.ErrorKind{
		resolver.Timeout, resolver.ServFail, resolver.Refused, resolver.Unreachable, resolver.BadReply, resolver.Offline,
		resolver.NotRecorded, resolver.OverBudget, resolver.Undetermined, resolver.Cancelled, resolver.BadName,
	}
	for _, lang := range []string{"en", "ja"} {
		for _, kind := range kinds {
			f := checks.TempFail.On("example.jp.", resolver.TypeTXT)
			f.Args = checks.Args{"error": string(kind), "name": "example.jp.", "type": "TXT"}
			built := Build(&checks.Report{Domain: "example.jp.", Findings: []checks.Finding{f}}, DNS{}, texts(t, lang)).Findings[0]
			if strings.Contains(built.Message, "("+string(kind)+")") && kind != resolver.Refused && kind != resolver.ServFail || built.Mend == "" {
				t.Errorf("%s, %s: no words in %q, %q", lang, kind, built.Message, built.Mend)
			}
			if built.Args["error"] != string(kind) {
				t.Errorf("%s, %s: the argument is %v, want it in every language the same", lang, kind, built.Args["error"])
			}
		}
	}
}

// What a terminal would obey is escaped in JSON too, and reads back the same.
func TestJSONEscapesWhatCannotBeSeen(t *testing.T) {
	hostile := "a\x1b[2J\u202e\u009b\u200b\u2028\x7f\U000e0001日本語é"
	r := story()
	r.Findings[0].Args = checks.Args{"record": hostile}
	out := writeJSON(t, r)
	for _, c := range string(out) {
		if c != '\n' && !visible(c) {
			t.Errorf("%U is in the JSON as it is", c)
		}
	}
	var back Document
	if err := json.Unmarshal(out, &back); err != nil {
		t.Fatal(err)
	}
	if got := back.Reports[0].Findings[0].Args["record"]; got != hostile {
		t.Errorf("read back %q, want %q", got, hostile)
	}
	if !bytes.Contains(out, []byte("日本語é")) {
		t.Error("Japanese is escaped, though it can be read")
	}
}

func TestJSONHasNoNullLists(t *testing.T) {
	out := writeJSON(t, Build(audited(), DNS{}, texts(t, "en")), Build(&checks.Report{Domain: "."}, DNS{}, texts(t, "en")))
	var document any
	if err := json.Unmarshal(out, &document); err != nil {
		t.Fatal(err)
	}
	lists := []string{"reports", "problems", "checks", "findings", "strings", "related", "blocks", "fixes", "choices", "edits", "remove", "add", "values", "lists"}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for key, item := range v {
				if item == nil && slices.Contains(lists, key) {
					t.Errorf("%s is null", key)
				}
				walk(item)
			}
		}
	}
	walk(document)
}
