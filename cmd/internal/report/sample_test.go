package report

import (
	"strings"
	"sync"
	"testing"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/resolver"
)

func at(file string, line, column int) func(*Evidence) {
	return func(e *Evidence) { e.File, e.Line, e.Column = &file, &line, &column }
}

func from(server string, ttl uint32) func(*Evidence) {
	return func(e *Evidence) { e.Server, e.TTL = &server, &ttl }
}

func txt(name, record string, span *checks.Span, note string, origin func(*Evidence)) Evidence {
	e := Evidence{Name: name, Type: resolver.TypeTXT, Record: &record, Span: span, Note: note, Strings: []int{len(unescape(record))}}
	origin(&e)
	return e
}

// story is the report of a domain whose SPF record has a hyphen for its equals
// sign.
func story() Report {
	const record = "v-spf1 +ip4:203.0.113.25 +mx -all"
	edit := resolver.Edit{Name: "example.co.jp.", Type: resolver.TypeTXT, TTL: 3600,
		Remove: []string{`"` + record + `"`}, Add: []string{`"v=spf1 ip4:203.0.113.25 mx -all"`}}
	r := Report{
		Domain: "example.co.jp", Verdict: checks.StatusFail,
		Checks: []Check{
			{Name: "spf", Status: checks.StatusFail, Summary: "no record that a receiver can see"},
			{Name: "dkim", Status: checks.StatusPass, Summary: "default: RSA 2048"},
			{Name: "role", Status: checks.StatusNone},
			{Name: "dmarc", Status: checks.StatusWarn, Summary: "p=none: watches, protects nothing"},
			{Name: "mx", Status: checks.StatusPass, Summary: "mail.example.co.jp  203.0.113.25, reverse name matches"},
		},
		Findings: []Finding{
			{
				Rule: "spf-lookalike", Severity: checks.Error, Check: "spf",
				Evidence: txt("example.co.jp.", record, &checks.Span{Start: 0, End: 6}, `"v=spf1" is written with an equals sign`, at("new.zone", 3, 12)),
				Message:  "This TXT record was meant to be SPF, but no receiver reads it as SPF.",
				Effect:   "Receivers see no SPF record. Gmail answers 550-5.7.26 when DKIM does not pass either.",
				Citation: "RFC 7208 §4.5",
				Related:  []Related{{Rule: "spf-missing", Evidence: Evidence{Name: "example.co.jp.", Type: resolver.TypeTXT, Strings: []int{}}}},
				Fixes:    []Fix{{Title: "Write the version tag as receivers expect it", Verified: true, Left: &Left{Warnings: 1}, Edits: []resolver.Edit{edit}}},
			},
			{
				Rule: "dmarc-p-none", Severity: checks.Warning, Check: "dmarc",
				Evidence: txt("_dmarc.example.co.jp.", "v=DMARC1; p=none", &checks.Span{Start: 10, End: 16}, "", from("192.0.2.53:53", 3480)),
				Message:  "The policy is p=none: mail that fails is delivered all the same.",
				Effect:   "Whoever forges example.co.jp gets through.",
				Mend:     "Read the reports for some weeks, then raise the policy to quarantine.",
				Citation: "RFC 9989 §4.7",
				Fixes: []Fix{
					{Title: "Raise the policy", Edits: []resolver.Edit{{Name: "_dmarc.example.co.jp.", Type: resolver.TypeTXT, TTL: 3600,
						Remove: []string{`"v=DMARC1; p=none"`}, Add: []string{`"v=DMARC1; p=<policy>"`}}},
						Choices: []Choice{{Name: "policy", Text: "how hard to be on mail that fails", Values: []string{"quarantine", "reject"}}}},
					{Title: "Correct the SPF record first", Reason: "tried: the finding stays.", Edits: []resolver.Edit{edit}},
				},
			},
			{
				Rule: "mx-single", Severity: checks.Info, Check: "mx", Evidence: Evidence{Name: "example.co.jp.", Type: resolver.TypeMX, Strings: []int{}},
				Message: "There is one mail server only.", Citation: "RFC 5321 §5.1", Mend: "Nothing to do if that is meant.",
			},
		},
		DNS: DNS{Questions: 14, ElapsedMS: 83},
	}
	for i := range r.Checks {
		r.Checks[i].Facts = sampleFacts[r.Checks[i].Name]
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Fingerprint, f.Args, f.Blocks = "0123456789abcdef", checks.Args{}, []string{}
		f.Related, f.Fixes = append([]Related{}, f.Related...), append([]Fix{}, f.Fixes...)
		for j := range f.Fixes {
			f.Fixes[j].Choices = append([]Choice{}, f.Fixes[j].Choices...)
		}
	}
	return r
}

// sampleFacts have every field that a check always has.
var sampleFacts = map[string]map[string]any{
	"spf":  {"outcome": "none", "can_pass": checks.No},
	"dkim": {"namespace": "exists", "empty_nxdomain": false, "live_key": checks.Yes, "complete": true, "wildcard": "absent", "tried": []string{}, "selectors": []string{}},
	"dmarc": {"exists": checks.Yes, "policy_known": true, "asked": "none", "applied": "none", "subdomains": "none", "nonexistent": "none",
		"organizational_domain": "example.co.jp.", "organizational_domain_known": true, "organizational_domain_rfc7489": "example.co.jp.", "reports": []string{}},
	"mx": {"kind": "hosts", "hosts": []string{}, "exists": true, "ttl": 60},
	"role": {"sends": checks.Yes, "receives": checks.Yes, "parked": checks.No, "organizational": true, "evidence": []string{}, "silent": false,
		"inbound": []string{}, "outbound": []string{}, "policy_hosts": []string{}},
}

// storyZone is the zone file that the story's look-alike stands in.
var storyZone = []string{"$TTL 3600", "@\tIN MX 10 mail", `@  IN  TXT "v-spf1 +ip4:203.0.113.25 +mx -all"`}

// unansweredReport has questions that nobody answered.
func unansweredReport() Report {
	r := Report{Domain: "example.net", Verdict: checks.StatusUnknown, Checks: []Check{
		{Name: "spf", Status: checks.StatusUnknown}, {Name: "dkim", Status: checks.StatusPass}, {Name: "dmarc", Status: checks.StatusWarn}, {Name: "mx", Status: checks.StatusNone}}}
	for _, q := range []struct{ name, kind, cause string }{
		{"example.net.", "SERVFAIL", ""},
		{"_spf1.example.net.", "timeout", "the connection was closed before the reply"},
		{"_spf2.example.net.", "timeout", "something that no catalogue has"},
	} {
		r.Findings = append(r.Findings, Finding{
			Rule: checks.TempFail.ID, Severity: checks.Info, Check: "spf", Evidence: Evidence{Name: q.name, Type: resolver.TypeTXT},
			Args: checks.Args{"error": q.kind, "server": "192.0.2.53:53", "cause": q.cause}, Mend: "Run the audit again in a minute.",
			Blocks: []string{"dmarc-reject-spf-only", "spf-missing", "spf-multiple", "x-nonmail-set"},
		})
	}
	return r
}

func texts(t *testing.T, lang string) *catalog.Localizer {
	t.Helper()
	c, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return c.For(lang)
}

var loadOnce = sync.OnceValues(catalog.Load)

// options are those of a page of 80 columns without colour.
func options(t *testing.T, lang string, change func(*TextOptions)) TextOptions {
	o := TextOptions{Texts: texts(t, lang), Width: 80, Lines: func(file string) []string {
		if file == "new.zone" {
			return storyZone
		}
		return nil
	}}
	if change != nil {
		change(&o)
	}
	return o
}

func render(t *testing.T, o TextOptions, reports ...Report) string {
	t.Helper()
	var b strings.Builder
	text := NewText(&b, o)
	for _, r := range reports {
		if err := text.Report(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := text.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
