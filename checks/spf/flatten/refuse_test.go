package flatten

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mailauth/checks/spf"
	"mailauth/resolver"
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

// A term that stands in several records is dropped from the one that is named,
// and what is said to drop is that.
func TestDropOfOneRecord(t *testing.T) {
	const lines = `
example.co.jp TXT "v=spf1 include:gone.example include:_a.example.co.jp include:_b.example.co.jp -all"
_a.example.co.jp TXT "v=spf1 include:gone.example ip4:203.0.113.1 -all"
_b.example.co.jp TXT "v=spf1 a:host.example.co.jp ip4:203.0.113.2 -all"
host.example.co.jp A 203.0.113.3
`
	var drops []string
	for _, b := range planOf(t, lines, options()).Broken {
		drops = append(drops, b.Drop)
	}
	if got := strings.Join(drops, " "); got != "include:gone.example@example.co.jp include:gone.example@_a.example.co.jp" {
		t.Errorf("to drop: %s", got)
	}
	tests := []struct {
		drop     []string
		broken   string // the record that is still broken
		notFound string
	}{
		{[]string{"include:gone.example"}, "", ""},
		{[]string{"include:gone.example@example.co.jp"}, "_a.example.co.jp.", ""},
		{[]string{"include:gone.example@_A.example.co.jp."}, "example.co.jp.", ""},
		{drops, "", ""},
		{[]string{"include:gone.example@_b.example.co.jp"}, "", "include:gone.example@_b.example.co.jp"},
		{[]string{"include:gone.example@"}, "", "include:gone.example@"},
	}
	for _, tt := range tests {
		o := options()
		o.Drop = tt.drop
		p := planOf(t, lines, o)
		broken := ""
		for _, b := range p.Broken {
			broken += b.Path[len(b.Path)-1]
		}
		if broken != tt.broken || strings.Join(p.NotFound, "") != tt.notFound || broken+tt.notFound == "" && p.Verdict != Fits {
			t.Errorf("--drop %v: %s, broken at %q, not found %v", tt.drop, p.Verdict, broken, p.NotFound)
		}
	}
}

// What was dropped below the domain stands there still, and the check knows it
// with the same terms dropped.
func TestCheckAfterADropBelow(t *testing.T) {
	w := newWorld(t, `
example.co.jp TXT "v=spf1 a:host.example.co.jp include:_a.example.co.jp include:gone.example -all"
_a.example.co.jp TXT "v=spf1 include:gone.example ip4:203.0.113.1 -all"
host.example.co.jp A 203.0.113.3
`)
	o := options()
	o.Drop = []string{"include:gone.example"}
	p := planFor(t, w, o)
	if got := strings.Join(p.DroppedBelow, " "); p.Verdict != Fits || got != "include:gone.example@_a.example.co.jp" {
		t.Fatalf("%s, dropped below: %q", p.Verdict, got)
	}
	patched, err := resolver.Patch(context.Background(), append(p.Edits, *p.Keep), w)
	if err != nil {
		t.Fatal(err)
	}
	check := options()
	check.Check, check.Drop = true, p.DroppedBelow
	if c := planFor(t, patched, check); c.Verdict != Current {
		t.Errorf("check: %s, not found %v, broken %v", c.Verdict, c.NotFound, c.Broken)
	}
}

// Edits that break a limit are not handed out.
func TestNothingToPublishOverTheVoids(t *testing.T) {
	p := planOf(t, `
example.co.jp TXT "v=spf1 exists:%{i}.a.example exists:%{i}.b.example exists:%{i}.c.example a:host.example.co.jp -all"
host.example.co.jp A 203.0.113.3
`, options())
	if p.Verdict != TooBig || len(p.Over) != 1 || p.Over[0].What != "voids" || len(p.Edits) > 0 || p.Keep != nil || len(p.Records) == 0 {
		t.Errorf("%s %+v: edits %v, keep %v", p.Verdict, p.Over, p.Edits, p.Keep)
	}
}

// A name that is an alias takes no source.
func TestSourceBesideAnAlias(t *testing.T) {
	const lines = `
example.co.jp TXT "v=spf1 a:host.example.co.jp -all"
host.example.co.jp A 203.0.113.3
`
	if p := planOf(t, lines+"_spf-source.example.co.jp CNAME www.example.co.jp.", options()); p.SourceAlias != "www.example.co.jp." || p.Keep != nil {
		t.Errorf("alias %q, keep %v", p.SourceAlias, p.Keep)
	}
	if p := planOf(t, lines+"*.example.co.jp CNAME www.example.net.", options()); p.SourceAlias != "" || p.Keep == nil {
		t.Errorf("a wildcard is no alias: %q, keep %v", p.SourceAlias, p.Keep)
	}
	o := options()
	o.Drop = []string{"mx"}
	p := planOf(t, lines+"_spf-source.example.co.jp CNAME kept.example.co.jp.\nkept.example.co.jp TXT \"v=spf1 mx a:host.example.co.jp -all\"", o)
	if p.SourceAlias != "" || p.Keep == nil || p.Keep.Name != "kept.example.co.jp." {
		t.Errorf("the source behind the alias: %q, keep %+v", p.SourceAlias, p.Keep)
	}
}

// Only names that nothing is at but a record to include are named for removal.
func TestUnusedIsOnlyIncluded(t *testing.T) {
	o := options()
	o.Source = ""
	p := planOf(t, `
example.co.jp TXT "v=spf1 include:_a.example.co.jp include:spf.example.co.jp include:mail.example.co.jp include:news.example.co.jp include:_alias.example.co.jp include:_gone.example.co.jp ~all"
_a.example.co.jp TXT "v=spf1 ip4:203.0.113.1 -all"
spf.example.co.jp TXT "v=spf1 ip4:203.0.113.2 -all"
mail.example.co.jp TXT "v=spf1 a -all"
mail.example.co.jp A 203.0.113.3
news.example.co.jp TXT "v=spf1 ip4:203.0.113.4 -all"
news.example.co.jp MX 10 mail.example.co.jp.
_alias.example.co.jp CNAME kept.example.co.jp.
kept.example.co.jp TXT "v=spf1 ip4:203.0.113.5 -all"
_gone.example.co.jp TXT "v=spf1 -all"
`, o)
	if got := strings.Join(p.Unused, " "); p.Verdict != Fits || got != "_a.example.co.jp. _gone.example.co.jp. spf.example.co.jp." {
		t.Errorf("%s: not needed: %s", p.Verdict, got)
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
