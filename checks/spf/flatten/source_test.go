package flatten

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mailauth/checks/spf"
	"mailauth/resolver"
)

const changing = `
example.co.jp TXT "v=spf1 mx a:old.example.co.jp include:spf.vendor.example ~all"
example.co.jp MX 10 mail.example.co.jp.
mail.example.co.jp A 203.0.113.2
old.example.co.jp A 203.0.113.9
spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/24 -all"
`

// The source is kept beside the domain; from then on it is what is flattened,
// and the second plan has nothing to do.
func TestSourceIsKept(t *testing.T) {
	w := newWorld(t, changing)
	p := planFor(t, w, options())
	if p.Keep == nil || p.Keep.Name != SourceName(domain) || p.Keep.Add[0] != `"v=spf1 mx a:old.example.co.jp include:spf.vendor.example ~all"` || !p.Source.Own {
		t.Fatalf("keeps %+v", p.Keep)
	}
	patched, err := resolver.Patch(context.Background(), append(p.Edits, *p.Keep), w)
	if err != nil {
		t.Fatal(err)
	}
	again := planFor(t, patched, options())
	if again.Verdict != Fits || again.Source.Own || len(again.Edits) > 0 || again.Keep != nil || shown(again) != shown(p) {
		t.Errorf("%s from %+v: edits %v\n%s", again.Verdict, again.Source, again.Edits, shown(again))
	}
	check := options()
	check.Check = true
	if c := planFor(t, patched, check); c.Verdict != Current || c.SelfCheck || len(c.Records) > 0 {
		t.Errorf("check right after: %s %+v", c.Verdict, c.Changes)
	}
}

// A host moves: what was flattened is stale, and says who is gained and lost.
func TestCheck(t *testing.T) {
	source := strings.Replace(changing, "example.co.jp TXT", "_spf-source.example.co.jp TXT", 1)
	published := `example.co.jp TXT "v=spf1 ip4:203.0.113.2 ip4:203.0.113.9 include:spf.vendor.example ~all"` + "\n"
	tests := []struct {
		why, lines string
		verdict    Verdict
		changes    string
	}{
		{"nothing has changed", source + published, Current, ""},
		{"written otherwise, the same to receivers", source + `example.co.jp TXT "v=spf1 include:spf.vendor.example ip4:203.0.113.9 ip4:203.0.113.2/32 ~all"`, Current, ""},
		{"a mail server has moved", strings.Replace(source, "203.0.113.2", "203.0.113.3", 1) + published, Stale,
			"pass → softfail [203.0.113.2/32]; softfail → pass [203.0.113.3/32]"},
		{"what is published is over the limit", source + "example.co.jp TXT \"v=spf1" + strings.Repeat(" a:old.example.co.jp", 11) + " ~all\"", Stale,
			"permerror → pass [203.0.113.2/32 198.51.100.0/24]"},
		{"nothing is published", source, Stale, "none → pass [203.0.113.2/32 203.0.113.9/32 198.51.100.0/24]"},
		{"no source, and addresses of unknown origin", published + "spf.vendor.example TXT \"v=spf1 -all\"", Unknown, ""},
		{"no source, and nothing that can be stale", changing, Current, ""},
		{"no source, and over the limit", "example.co.jp TXT \"v=spf1" + strings.Repeat(" a:old.example.co.jp", 11) + " ~all\"\nold.example.co.jp A 203.0.113.9", Stale, ""},
		{"a wildcard is no source", "example.co.jp TXT \"v=spf1 a:old.example.co.jp ~all\"\nold.example.co.jp A 203.0.113.9\n*.example.co.jp TXT \"v=spf1 -all\"", Current, ""},
	}
	for _, tt := range tests {
		o := options()
		o.Check = true
		p := planOf(t, tt.lines, o)
		var moved []string
		for _, c := range p.Changes.Changes {
			if to := c.To.String(); to == "pass" || c.From.String() == "pass" {
				moved = append(moved, fmt.Sprintf("%s → %s %v", c.From, to, c.Set.Prefixes()))
			}
		}
		slices.Sort(moved)
		want := strings.Split(tt.changes, "; ")
		for i := range want {
			if p.Verdict != tt.verdict || tt.changes != "" && (i >= len(moved) || !sameSet(moved[i], want[i])) {
				t.Errorf("%s: %s %v, want %s %s", tt.why, p.Verdict, moved, tt.verdict, tt.changes)
			}
		}
	}
}

// sameSet compares two lines whose prefixes are in any order.
func sameSet(a, b string) bool {
	fields := func(s string) []string {
		f := strings.Fields(strings.NewReplacer("[", " ", "]", " ").Replace(s))
		slices.Sort(f[3:])
		return f
	}
	return slices.Equal(fields(a), fields(b))
}

// Names that have something already are left alone: what the published record
// leads to must stay until that record has gone from all caches.
func TestNames(t *testing.T) {
	big := "example.co.jp TXT \"v=spf1 " + spaced(60) + " ~all\"\n"
	tests := []struct {
		why, lines string
		patterns   []string
		source     string
		want       string
		taken      int
	}{
		{"free", big, nil, "", "_spf1 _spf2", 0},
		{"one is taken", big + `_spf1.example.co.jp TXT "v=spf1 ip4:203.0.113.1 -all"`, nil, "", "_spf2 _spf3", 1},
		{"an alias is taken", big + `_spf2.example.co.jp CNAME spf.vendor.example.`, nil, "", "_spf1 _spf3", 1},
		{"other types leave it free", big + `_spf1.example.co.jp A 203.0.113.1`, nil, "", "_spf1 _spf2", 0},
		{"a wildcard leaves it free", big + `*.example.co.jp TXT "v=spf1 -all"`, nil, "", "_spf1 _spf2", 0},
		{"the user's pattern", big, []string{"n%d.mail.example.co.jp."}, "", "n1.mail n2.mail", 0},
		{"the user's names, then a pattern", big, []string{"tokyo.example.co.jp.", "n%d.example.co.jp."}, "", "tokyo n1", 0},
		{"not what the published record leads to, although nobody needs it afterwards",
			"example.co.jp TXT \"v=spf1 include:_spf1.example.co.jp ~all\"\n_spf1.example.co.jp TXT \"v=spf1 " + spaced(60) + " -all\"", nil, "none", "_spf2 _spf3", 1},
		{"but not what the source reads",
			"example.co.jp TXT \"v=spf1 include:_spf1.example.co.jp ~all\"\n_spf1.example.co.jp TXT \"v=spf1 " + spaced(60) + " -all\"", nil, "", "_spf2 _spf3", 1},
		{"nor what an earlier run wrote, if it has to change", `example.co.jp TXT "v=spf1 include:_spf1.example.co.jp include:_spf2.example.co.jp include:_spf3.example.co.jp ~all"
_spf1.example.co.jp TXT "v=spf1 ip4:203.0.113.1 -all"
_spf2.example.co.jp TXT "v=spf1 ip4:203.0.113.2 -all"
_spf3.example.co.jp TXT "v=spf1 ip4:203.0.113.3 -all"
_spf-source.example.co.jp TXT "v=spf1 ` + spaced(60) + ` ~all"`, nil, "", "_spf4 _spf5", 3},
	}
	for _, tt := range tests {
		o := options()
		if tt.patterns != nil {
			o.Names = tt.patterns
		}
		if tt.source == "none" {
			o.Source = ""
		}
		p := planOf(t, tt.lines, o)
		var names []string
		for _, r := range p.Records[min(1, len(p.Records)):] {
			names = append(names, strings.TrimSuffix(r.Name, ".example.co.jp."))
		}
		if got := strings.Join(names, " "); p.Verdict != Fits || got != tt.want || len(p.Taken) != tt.taken {
			t.Errorf("%s: %s %+v, %s, taken %+v, want %s", tt.why, p.Verdict, p.Over, got, p.Taken, tt.want)
		}
	}
	o := options()
	o.Names = []string{"tokyo.example.co.jp.", "osaka.example.co.jp."}
	if p := planOf(t, strings.Replace(big, spaced(60), spaced(90), 1), o); p.Verdict != TooBig || !slices.Contains(p.Over, Over{What: "names", Have: 4, Limit: 2}) {
		t.Errorf("two names for more records: %s %+v", p.Verdict, p.Over)
	}
	o.Names = []string{"_spf1.example.co.jp.", "_spf2.example.co.jp.", "osaka.example.co.jp."}
	p := planOf(t, `example.co.jp TXT "v=spf1 include:_spf1.example.co.jp ~all"
_spf1.example.co.jp TXT "v=spf1 ip4:203.0.113.1 -all"
_spf2.example.co.jp TXT "v=spf1 ip4:203.0.113.2 -all"
_spf-source.example.co.jp TXT "v=spf1 `+spaced(60)+` ~all"`, o)
	if p.Verdict != TooBig || len(p.Taken) != 2 || !p.Taken[0].Earlier || p.Taken[1].Earlier {
		t.Errorf("names of an earlier run: %s, taken %+v", p.Verdict, p.Taken)
	}
}

// What is published and not needed any more is told, not deleted.
func TestUnused(t *testing.T) {
	p := planOf(t, `example.co.jp TXT "v=spf1 include:_spf1.example.co.jp include:_spf2.example.co.jp ~all"
_spf1.example.co.jp TXT "v=spf1 ip4:203.0.113.1 -all"
_spf2.example.co.jp TXT "v=spf1 ip4:203.0.113.9 -all"
_spf-source.example.co.jp TXT "v=spf1 ip4:203.0.113.1 ~all"`, options())
	if got := strings.Join(p.Unused, " "); got != "_spf1.example.co.jp. _spf2.example.co.jp." || len(p.Edits) != 1 {
		t.Errorf("unused %s, edits %+v", got, p.Edits)
	}
}

// Edits come in the order in which they are published: what is included first.
func TestEdits(t *testing.T) {
	p := planOf(t, "example.co.jp TXT \"v=spf1 "+spaced(60)+" ~all\"\nexample.co.jp TXT \"verification=1\"", options())
	if len(p.Edits) != 3 || p.Edits[2].Name != domain || len(p.Edits[2].Remove) != 1 || len(p.Edits[0].Remove) != 0 {
		t.Fatalf("edits %+v", p.Edits)
	}
	if b := p.Records[0]; len(b.Beside) != 1 || b.Beside[0] != "verification=1" || b.BesideOctets != 12+1+14 {
		t.Errorf("beside the record: %q, %d octets", b.Beside, b.BesideOctets)
	}
}

// A record that stands elsewhere is changed there: where an alias leads, or at
// the name itself where only a wildcard answers for it.
func TestRecordsThatStandElsewhere(t *testing.T) {
	p := planOf(t, "example.co.jp CNAME spf.example.co.jp.\nspf.example.co.jp TXT \"v=spf1 a:h.example.co.jp ~all\"\nh.example.co.jp A 203.0.113.1", options())
	if len(p.Edits) != 1 || p.Edits[0].Name != "spf.example.co.jp." || len(p.Edits[0].Remove) != 1 || p.Records[0].Answer != 12+15+4+12+19+12+1+27 {
		t.Errorf("an alias: %+v, answer %d", p.Edits, p.Records[0].Answer)
	}
	p = planOf(t, "*.co.jp TXT \"v=spf1 a:h.example.com ~all\"\nh.example.com A 203.0.113.1", Options{All: true, Names: options().Names})
	if len(p.Edits) != 1 || p.Edits[0].Name != domain || len(p.Edits[0].Remove) != 0 {
		t.Errorf("a wildcard: %s %+v %+v", p.Verdict, p.Broken, p.Edits)
	}
}

// What is dropped is dropped from the source, too.
func TestDropFromTheSource(t *testing.T) {
	o := options()
	o.Drop = []string{"a:old.example.co.jp"}
	source := strings.Replace(changing, "example.co.jp TXT", "_spf-source.example.co.jp TXT", 1)
	p := planOf(t, source, o)
	if p.Keep == nil || len(p.Keep.Remove) != 1 || p.Keep.Add[0] != `"v=spf1 mx include:spf.vendor.example ~all"` {
		t.Errorf("keeps %+v", p.Keep)
	}
	if p := planOf(t, source, options()); p.Keep != nil {
		t.Errorf("without a drop: keeps %+v", p.Keep)
	}
}

// Other records at the domain take room in the answer: addresses move to further
// records as long as look-ups are left for them.
func TestRoomForOthers(t *testing.T) {
	other := "example.co.jp TXT \"" + strings.Repeat("verification ", 15) + "\"\n"
	p := planOf(t, other+"example.co.jp TXT \"v=spf1 "+spaced(20)+" ~all\"", options())
	if p.Verdict != Fits || len(p.Records) != 2 || p.Records[0].Answer > MaxAnswer {
		t.Errorf("%s, %d records, answer %d", p.Verdict, len(p.Records), p.Records[0].Answer)
	}
	p = planOf(t, strings.Repeat(other, 1)+strings.Replace(other, "verification", "Verification", -1)+strings.Replace(other, "verification", "other", -1)+"example.co.jp TXT \"v=spf1 "+spaced(20)+" ~all\"", options())
	if p.Verdict != Fits || len(p.Records) != 1 || p.Records[0].Answer <= MaxAnswer {
		t.Errorf("no room anyway: %s, %d records, answer %d", p.Verdict, len(p.Records), p.Records[0].Answer)
	}
}

// While the edits are published one after the other, nobody loses pass: a name
// that the published record leads to keeps what it has.
func TestEditsLoseNobodyOnTheWay(t *testing.T) {
	lines := `example.co.jp TXT "v=spf1 include:_spf1.example.co.jp ~all"
_spf1.example.co.jp TXT "v=spf1 ` + spaced(30) + ` -all"
_spf-source.example.co.jp TXT "v=spf1 ` + spaced(70) + ` ~all"
`
	w := newWorld(t, lines)
	p := planOf(t, lines, options())
	if p.Verdict != Fits || len(p.Edits) < 2 {
		t.Fatalf("%s, %d edits", p.Verdict, len(p.Edits))
	}
	ctx := context.Background()
	before := spf.Compile(spf.Expand(ctx, w, domain, spf.Identity{}).Root, spf.CompileOptions{})
	for n := range p.Edits {
		patched, err := resolver.Patch(ctx, p.Edits[:n], w)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range spf.Diff(before, spf.Compile(spf.Expand(ctx, patched, domain, spf.Identity{}).Root, spf.CompileOptions{})) {
			if c.From == spf.Of(spf.ResultPass) {
				t.Errorf("after %d edits %s goes from pass to %s", n, c.Set.Prefixes(), c.To)
			}
		}
	}
}

// A source at the domain itself is the domain's record, and is not kept twice.
func TestSourceAtTheDomain(t *testing.T) {
	o := options()
	o.Source = domain
	if p := planOf(t, "example.co.jp TXT \"v=spf1 a:mail.example.co.jp ~all\"\nmail.example.co.jp A 192.0.2.1", o); p.Keep != nil {
		t.Errorf("keeps %+v", p.Keep)
	}
}

// A record of networks alone is flat, and stays as it is written.
func TestFlatAlready(t *testing.T) {
	for _, record := range []string{
		"v=spf1 ?ip4:192.0.2.0/25 -ip4:192.0.2.128/26 ip4:192.0.2.0/24 ~all",
		"v=spf1 ip4:192.0.2.0/25 ip4:198.51.100.7 -all",
		"v=spf1 ?ip4:192.0.2.0/25 ip4:192.0.2.0/24 ptr ~all",
	} {
		p := planOf(t, "example.co.jp TXT \""+record+"\"", options())
		if p.Verdict != Fits || len(p.Edits) > 0 || p.Keep != nil || len(p.Records) != 1 || p.Records[0].Text != record {
			t.Errorf("%s: %s, edits %+v, keep %+v, records %+v", record, p.Verdict, p.Edits, p.Keep, p.Records)
		}
	}
	if p := planOf(t, `example.co.jp TXT "v=spf1 a:h.example.co.jp ?ip4:192.0.2.0/25 -all"`+"\nh.example.co.jp A 192.0.2.1", options()); len(p.Edits) == 0 {
		t.Error("an address that was asked for is not written down")
	}
}
