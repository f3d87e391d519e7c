package flatten

import (
	"fmt"
	"strings"
	"testing"

	"mailauth/checks/spf"
)

// What is broken is named, with the term that can be dropped.
func TestBroken(t *testing.T) {
	const vendor = "\nspf.vendor.example TXT \"v=spf1 include:gone.vendor.example ~all\"\n"
	mx := ""
	for i := range 11 {
		mx += fmt.Sprintf("\nexample.co.jp MX %d mx%d.example.co.jp.", i, i)
	}
	tests := []struct{ why, lines, want string }{
		{"no record at all", `example.co.jp TXT "something"`, "no-record  at example.co.jp"},
		{"two records", `example.co.jp TXT "v=spf1 -all"` + "\n" + `example.co.jp TXT "v=spf1 ~all"`, "several  at example.co.jp"},
		{"mistakes, each by itself", `example.co.jp TXT "v=spf1 ip4:203.0.113.300 ipv4:203.0.113.1 -all"`,
			"syntax ip4:203.0.113.300 at example.co.jp; syntax ipv4:203.0.113.1 at example.co.jp"},
		{"an include of nothing", `example.co.jp TXT "v=spf1 include:gone.example a -all"`, "no-name include:gone.example at example.co.jp"},
		{"an include of a name without SPF", "example.co.jp TXT \"v=spf1 include:host.example -all\"\nhost.example A 192.0.2.1", "no-record include:host.example at example.co.jp"},
		{"an include of two", "example.co.jp TXT \"v=spf1 include:two.example -all\"\ntwo.example TXT \"v=spf1 -all\"\ntwo.example TXT \"v=spf1 ~all\"", "several include:two.example at example.co.jp"},
		{"an include of a mistake of somebody else", "example.co.jp TXT \"v=spf1 include:bad.example -all\"\nbad.example TXT \"v=spf1 mx:mx: -all\"", "target-syntax include:bad.example at example.co.jp"},
		{"a mistake in an own record can be dropped there", "example.co.jp TXT \"v=spf1 include:_spf.example.co.jp -all\"\n_spf.example.co.jp TXT \"v=spf1 ip4:1 -all\"", "syntax ip4:1 at example.co.jp _spf.example.co.jp"},
		{"an include of a vendor that is broken behind it", `example.co.jp TXT "v=spf1 include:_spf.example.co.jp -all"
_spf.example.co.jp TXT "v=spf1 include:spf.vendor.example -all"` + vendor,
			"no-name include:gone.vendor.example at example.co.jp _spf.example.co.jp spf.vendor.example drop include:spf.vendor.example"},
		{"a circle", "example.co.jp TXT \"v=spf1 include:_spf.example.co.jp -all\"\n_spf.example.co.jp TXT \"v=spf1 include:example.co.jp -all\"", "loop include:example.co.jp at example.co.jp _spf.example.co.jp"},
		{"an include without a usable name", `example.co.jp TXT "v=spf1 include:%{d}..%{d} -all"`, "unusable-name include:%{d}..%{d} at example.co.jp"},
		{"eleven mail servers", `example.co.jp TXT "v=spf1 mx -all"` + mx, "mx-hosts mx at example.co.jp"},
		{"a redirect to nothing", `example.co.jp TXT "v=spf1 a redirect=_spf.example.co.jp"`, "no-name redirect=_spf.example.co.jp at example.co.jp"},
		{"a record that is an alias of somebody else's", "example.co.jp CNAME www.vendor.example.\nwww.vendor.example TXT \"v=spf1 -all\"", "alias  at example.co.jp"},
	}
	for _, tt := range tests {
		p := planOf(t, tt.lines, options())
		var got []string
		for _, b := range p.Broken {
			text := fmt.Sprintf("%s %s at", b.Flaw, b.Term)
			for _, name := range b.Path {
				text += " " + bare(name)
			}
			if b.Drop != b.Term {
				text += " drop " + b.Drop
			}
			got = append(got, text)
		}
		if list := strings.Join(got, "; "); p.Verdict != Broken || list != tt.want || len(p.Records) > 0 || len(p.Edits) > 0 {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.why, p.Verdict, list, tt.want)
		}
	}
}

// A question without an answer is neither a network nor its absence.
func TestUnanswered(t *testing.T) {
	base := `
example.co.jp TXT "v=spf1 a mx include:_spf.example.co.jp include:spf.vendor.example exists:on.example.co.jp -all"
example.co.jp A 203.0.113.1
example.co.jp MX 10 mail.example.co.jp.
mail.example.co.jp A 203.0.113.2
_spf.example.co.jp TXT "v=spf1 a:mail.example.co.jp -all"
spf.vendor.example TXT "v=spf1 a:host.vendor.example -all"
host.vendor.example A 198.51.100.1
`
	if p := planOf(t, base, options()); p.Verdict != Fits {
		t.Fatalf("without faults: %s", p.Verdict)
	}
	for _, fault := range []string{
		"example.co.jp TXT", "example.co.jp A", "example.co.jp AAAA", "example.co.jp MX", "mail.example.co.jp A", "mail.example.co.jp AAAA",
		"_spf.example.co.jp TXT", "spf.vendor.example TXT", "host.vendor.example AAAA", "on.example.co.jp A", "_spf-source.example.co.jp TXT",
	} {
		for _, kind := range []string{"timeout", "SERVFAIL", "offline"} {
			if kind == "offline" && strings.HasPrefix(fault, "_spf-source") {
				continue // nobody expects a recording to have it
			}
			p := planOf(t, base+"fault "+fault+" "+kind, options())
			if p.Verdict != Unknown || len(p.Records) > 0 || len(p.Unanswered) == 0 || p.Unanswered[0].Question.String() != question(t, strings.Fields(fault)[0], strings.Fields(fault)[1]).String() {
				t.Errorf("%s %s: %s, unanswered %+v", fault, kind, p.Verdict, p.Unanswered)
			}
		}
	}
}

// Limits that no packing helps with.
func TestTooBig(t *testing.T) {
	vendors, records := "", ""
	for i := range 11 {
		vendors += fmt.Sprintf(" include:v%d.example", i)
		records += fmt.Sprintf("v%d.example TXT \"v=spf1 ip4:198.51.100.%d -all\"\n", i, i)
	}
	tests := []struct {
		why, lines string
		want       Over
	}{
		{"eleven vendors", "example.co.jp TXT \"v=spf1" + vendors + " -all\"\n" + records, Over{What: "lookups", Have: 11, Limit: 10}},
		{"a vendor that costs too much by itself", "example.co.jp TXT \"v=spf1 include:all.example -all\"\nall.example TXT \"v=spf1" + vendors + " -all\"\n" + records,
			Over{What: "lookups", Have: 12, Limit: 10}},
		{"three terms of which most mail matches none", `example.co.jp TXT "v=spf1 exists:%{i}.a.example.co.jp exists:%{i}.b.example.co.jp exists:%{i}.c.example.co.jp -all"`,
			Over{What: "voids", Have: 3, Limit: spf.MaxVoids}},
	}
	for _, tt := range tests {
		p := planOf(t, tt.lines, options())
		if p.Verdict != TooBig || len(p.Over) != 1 || p.Over[0] != tt.want {
			t.Errorf("%s: %s %+v, want %+v", tt.why, p.Verdict, p.Over, tt.want)
		}
		if len(p.Records) == 0 {
			t.Errorf("%s: nothing shows what does not fit", tt.why)
		}
	}
	o := options()
	o.All = true
	if p := planOf(t, tests[0].lines, o); p.Verdict != Fits {
		t.Errorf("eleven vendors with --all: %s %+v", p.Verdict, p.Over)
	}
}

func TestDropOfWhatIsNotThere(t *testing.T) {
	o := options()
	o.Drop = []string{"include:typo.example", "a"}
	p := planOf(t, `example.co.jp TXT "v=spf1 a -all"`, o)
	if len(p.NotFound) != 1 || p.NotFound[0] != "include:typo.example" || len(p.Dropped) != 1 || len(p.Records) > 0 {
		t.Errorf("not found %v, dropped %v, %d records", p.NotFound, p.Dropped, len(p.Records))
	}
}
