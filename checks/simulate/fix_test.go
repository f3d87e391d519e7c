package simulate

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// written is a fix as "+ what it adds", behind the advice that comes before it or
// stands in its place.
func written(fix *checks.Fix, advice *checks.Text) string {
	switch {
	case advice != nil && fix != nil:
		return advice.ID + " " + written(fix, nil)
	case advice != nil:
		return advice.ID
	case fix == nil:
		return ""
	}
	text := strings.Join(fix.Edits[0].Add, " ")
	if !fix.Verified {
		text += " " + fix.Reason.ID
	}
	return text
}

func TestFix(t *testing.T) {
	long := "v=spf1"
	for i := range 14 {
		long += fmt.Sprintf(" ip4:203.0.113.%d", 100+i)
	}
	tests := []struct {
		why, zone, ip string
		want          string
	}{
		{"beside its like, as the record is laid out", `@ TXT "v=spf1 ip4:203.0.113.25 include:_spf.example.net -all"`, "198.51.100.207",
			`"v=spf1 ip4:203.0.113.25 ip4:198.51.100.207 include:_spf.example.net -all"`},
		{"behind the last network before the end", `@ TXT "v=spf1 mx ip4:203.0.113.25 ip6:2001:db8::25 a ~all"`, "198.51.100.7",
			`"v=spf1 mx ip4:203.0.113.25 ip6:2001:db8::25 ip4:198.51.100.7 a ~all"`},
		{"in front, where no network stands", `@ TXT "v=spf1 mx -all"`, "2001:db8::7", `"v=spf1 ip6:2001:db8::7 mx -all"`},
		{"before the term that stops it, not behind", `@ TXT "v=spf1 ip4:203.0.113.25 -ip4:198.51.100.0/24 ip4:192.0.2.0/24 -all"`, "198.51.100.7",
			`"v=spf1 ip4:203.0.113.25 ip4:198.51.100.7 -ip4:198.51.100.0/24 ip4:192.0.2.0/24 -all"`},
		{"a redirect to another organization: in the own record", `@ TXT "v=spf1 redirect=_spf.example.net"`, "192.0.2.7", `"v=spf1 ip4:192.0.2.7 redirect=_spf.example.net"`},
		{"a redirect stands first in the text and comes last in effect", `@ TXT "v=spf1 redirect=_spf.example.net ip4:203.0.113.25"`, "192.0.2.7",
			`"v=spf1 redirect=_spf.example.net ip4:203.0.113.25 ip4:192.0.2.7"`},
		{"a record without an end", `@ TXT "v=spf1 a:mail.example.co.jp ip4:203.0.113.25"` + "\nmail A 192.0.2.1", "192.0.2.7", `"v=spf1 a:mail.example.co.jp ip4:203.0.113.25 ip4:192.0.2.7"`},
		{"an empty record", `@ TXT "v=spf1"`, "192.0.2.7", `"v=spf1 ip4:192.0.2.7"`},
		{"capitals stay", `@ TXT "V=SPF1 MX -ALL"` + "\n@ MX 10 mail\nmail A 192.0.2.1", "192.0.2.7", `"V=SPF1 ip4:192.0.2.7 MX -ALL"`},
		{"other texts stay as they are", `@ TXT "v=spf1 -all"` + "\n" + `@ TXT "site-verification=abc"`, "192.0.2.7", `"v=spf1 ip4:192.0.2.7 -all"`},
		{"a text of more than one string", `@ TXT "` + long[:200] + `" "` + long[200:] + ` -all"`, "192.0.2.7",
			resolver.NewTXT(long + " ip4:192.0.2.7 -all").String()},
		{"the message decides about other mail, and goes on to", `@ TXT "v=spf1 exists:%{l}.u.example.co.jp -all"`, "192.0.2.7", ""},
		{"it passes already", `@ TXT "v=spf1 ip4:192.0.2.0/24 -all"`, "192.0.2.7", ""},
		{"no record: who else sends is the owner's to say", "@ MX 10 mail", "192.0.2.7", `"v=spf1 ip4:192.0.2.7 <senders> ~all" trial.needs-choice`},
		{"a text that was meant to be a record", `@ TXT "v-spf1 mx -all"`, "192.0.2.7", "advice.lookalike"},
		{"a broken record", `@ TXT "v=spf1 ipv4:192.0.2.1 -all"`, "192.0.2.7", "advice.permerror"},
		{"two records", `@ TXT "v=spf1 -all"` + "\n" + `@ TXT "v=spf1 ~all"`, "192.0.2.7", "advice.permerror"},
		{"an include of nothing", `@ TXT "v=spf1 include:gone.example.co.jp -all"`, "192.0.2.7", `"v=spf1 ip4:192.0.2.7 include:gone.example.co.jp -all"`},
		{"a server that fails", `@ TXT "v=spf1 include:slow.example.net -all"`, "192.0.2.7", `advice.no-answer-there "v=spf1 ip4:192.0.2.7 include:slow.example.net -all"`},
		{"a private address", `@ TXT "v=spf1 -all"`, "192.168.1.7", "advice.not-public"},
		{"a name in the same organization that is an alias", "@ CNAME other.example.co.jp.\nother TXT \"v=spf1 -all\"", "192.0.2.7", `"v=spf1 ip4:192.0.2.7 -all"`},
		{"an alias to somebody else's record", "@ CNAME _spf.example.net.", "192.0.2.7", "advice.foreign"},
		{"an alias to nothing of the kind", "@ CNAME www.example.net.", "192.0.2.7", "advice.alias"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			r := world(t, "example.co.jp:\nmail A 192.0.2.1\n", "sub.example.co.jp:\n"+tt.zone, "example.net:\n_spf TXT \"v=spf1 ip4:198.51.100.0/25 ~all\"\nwww A 192.0.2.80",
				"fault: slow.example.net. TXT timeout")
			if strings.HasPrefix(tt.zone, "@ CNAME") {
				r = world(t, "example.co.jp:\n"+strings.Replace(tt.zone, "@ ", "sub ", 1), "example.net:\n_spf TXT \"v=spf1 ip4:198.51.100.0/25 ~all\"\nwww A 192.0.2.80")
			}
			v := run(t, r, Mail{Domain: "sub.example.co.jp"}, Options{Fix: true}, tt.ip).Simulations[0].Verdict
			if got := written(v.Fix, v.Advice); got != tt.want {
				t.Errorf("%s, %s:\n got %s\nwant %s", tt.ip, said(v), got, tt.want)
			}
		})
	}
	if v := run(t, world(t, "example.co.jp: \n@ A 192.0.2.1\n"), Mail{Domain: "gone.example.co.jp"}, Options{Fix: true}, "192.0.2.7").Simulations[0].Verdict; written(v.Fix, v.Advice) != "advice.no-name" {
		t.Errorf("a name that does not exist: %+v", v)
	}
	if v := run(t, world(t, "example.co.jp: \n@ A 192.0.2.1\n"), Mail{Domain: "a..b"}, Options{Fix: true}, "192.0.2.7").Simulations[0].Verdict; written(v.Fix, v.Advice) != "advice.no-domain" {
		t.Errorf("no name: %+v", v)
	}
}

func TestFixOfSeveral(t *testing.T) {
	r := world(t, "example.co.jp: \n@ 600 TXT \"v=spf1 ip4:203.0.113.25 -ip4:198.51.100.0/24 a:mail.example.co.jp -all\"\nmail A 192.0.2.25\n")
	report := run(t, r, Mail{Domain: "example.co.jp"}, Options{Fix: true}, "198.51.100.7", "203.0.113.25", "192.0.2.6", "192.0.2.7", "10.0.0.1", "192.0.2.7")
	want := &checks.Fix{
		Title: checks.T("fix.spf-authorize", checks.Args{"domain": "example.co.jp.", "addresses": []string{"192.0.2.6/31", "198.51.100.7"}}),
		Edits: []resolver.Edit{{Name: "example.co.jp.", Type: resolver.TypeTXT, TTL: 600,
			Remove: []string{`"v=spf1 ip4:203.0.113.25 -ip4:198.51.100.0/24 a:mail.example.co.jp -all"`},
			Add:    []string{`"v=spf1 ip4:203.0.113.25 ip4:192.0.2.6/31 ip4:198.51.100.7 -ip4:198.51.100.0/24 a:mail.example.co.jp -all"`}}},
		Verified: true,
	}
	if diff := cmp.Diff(want, report.Fix); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var many []string
	for i := range 2 * maxTerms {
		many = append(many, fmt.Sprintf("192.0.2.%d", 2*i))
	}
	if report := run(t, r, Mail{Domain: "example.co.jp"}, Options{Fix: true}, many...); report.Fix != nil || idOf(report.Advice) != "advice.too-many" || report.Advice.Args["count"] != len(many) {
		t.Errorf("a change of %d terms: %v, %v", len(many), report.Fix, report.Advice)
	}
	many = nil
	for i := range 256 {
		many = append(many, fmt.Sprintf("198.51.100.%d", i))
	}
	if report := run(t, r, Mail{Domain: "example.co.jp"}, Options{Fix: true}, many...); written(report.Fix, nil) != `"v=spf1 ip4:203.0.113.25 ip4:198.51.100.0/24 -ip4:198.51.100.0/24 a:mail.example.co.jp -all"` ||
		report.Simulations[0].Verdict.Fix != nil {
		t.Errorf("a whole network of single addresses: %v", report.Fix)
	}
}

func TestFixOfPrefixes(t *testing.T) {
	r := world(t, "example.co.jp: \n@ TXT \"v=spf1 ip4:203.0.113.0/25 -ip4:203.0.113.200 mx exists:%{l}.u.example.co.jp -all\"\n@ MX 10 mail\nmail A 192.0.2.25\n",
		"broken.example.co.jp: \n@ TXT \"v=spf1 mxx -all\"\n", "plain.example.co.jp: \n@ TXT \"v=spf1 -all\"\n")
	tests := []struct{ why, domain, prefix, want string }{
		{"the half that does not pass is let in with the whole", "example.co.jp", "203.0.113.0/24", `"v=spf1 ip4:203.0.113.0/25 ip4:203.0.113.0/24 -ip4:203.0.113.200 mx exists:%{l}.u.example.co.jp -all"`},
		{"all of it passes", "example.co.jp", "203.0.113.0/26", ""},
		{"whether it passes is the sender's", "example.co.jp", "198.51.100.0/26", ""},
		{"too wide to be added because of a question", "example.co.jp", "203.0.0.0/16", "advice.too-wide"},
		{"private", "example.co.jp", "10.0.0.0/24", ""},
		{"private, and nothing else to say", "plain.example.co.jp", "10.0.0.0/24", "advice.not-public"},
		{"it only begins with a private address", "plain.example.co.jp", "0.0.0.0/0", "advice.too-wide"},
		{"a broken record", "broken.example.co.jp", "192.0.2.0/24", "advice.permerror"},
	}
	for _, tt := range tests {
		s := run(t, r, Mail{Domain: tt.domain}, Options{Fix: true}, tt.prefix).Simulations[0]
		if got := written(s.Fix, s.Advice); got != tt.want {
			t.Errorf("%s: %s:\n got %s\nwant %s", tt.why, tt.prefix, got, tt.want)
		}
	}
	with := run(t, r, Mail{Domain: "example.co.jp", Sender: "a@example.co.jp"}, Options{Fix: true}, "198.51.100.0/28", "2001:db8::/64", "192.0.2.26")
	if got := written(with.Fix, nil); got != `"v=spf1 ip4:203.0.113.0/25 ip4:192.0.2.26 ip4:198.51.100.0/28 ip6:2001:db8::/64 -ip4:203.0.113.200 mx exists:%{l}.u.example.co.jp -all"` {
		t.Errorf("networks and an address together: %s", got)
	}
}

// A fix that would harm is not called verified, whatever proposes it.
func TestObjections(t *testing.T) {
	base := `@ TXT "v=spf1 ip4:203.0.113.0/24 exists:%{i}.ok.example.co.jp -all"` + "\n"
	tests := []struct{ why, add, want string }{
		{"somebody loses pass", "v=spf1 ip4:203.0.113.0/25 ip4:192.0.2.7 exists:%{i}.ok.example.co.jp -all", "trial.spf-removes-term"},
		{"somebody who may pass no longer may", "v=spf1 ip4:203.0.113.0/24 ip4:192.0.2.7 -all", "trial.spf-removes-term"},
		{"the address is stopped all the same", "v=spf1 ip4:203.0.113.0/24 exists:%{i}.ok.example.co.jp ~all", "trial.spf-still-stopped"},
		{"the record breaks", "v=spf1 ip4:203.0.113.0/24 ip4:192.0.2.7 exists:%{i}.ok.example.co.jp -al", "trial.spf-still-stopped"},
		{"others meet an error", "v=spf1 ip4:203.0.113.0/24 ip4:192.0.2.7 exists:%{i}.ok.example.co.jp include:gone.example.co.jp -all", "trial.spf-permerror"},
		{"others meet a question without answer", "v=spf1 ip4:203.0.113.0/24 ip4:192.0.2.7 exists:%{i}.ok.example.co.jp include:slow.example.net -all", "trial.unknown"},
		{"a second record", "", "trial.spf-still-stopped"},
		{"all is well", "v=spf1 ip4:203.0.113.0/24 ip4:192.0.2.7 exists:%{i}.ok.example.co.jp ~all", ""},
	}
	for _, tt := range tests {
		s := prepare(t.Context(), world(t, "example.co.jp:\n"+base, "fault: slow.example.net. TXT timeout"), Mail{Domain: "example.co.jp"}, Options{})
		edit := resolver.Edit{Name: "example.co.jp.", Type: resolver.TypeTXT, TTL: 300, Remove: []string{s.facts.Root.At().Data.String()}, Add: []string{resolver.NewTXT(tt.add).String()}}
		if tt.add == "" {
			edit.Remove, edit.Add = nil, []string{`"v=spf1 ip4:192.0.2.7 -all"`}
		}
		got := s.objection(t.Context(), []resolver.Edit{edit}, []wish{{networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.7/32")}}})
		if id := idOf(got); id != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, id, tt.want)
		}
	}
}

func idOf(text *checks.Text) string {
	if text == nil {
		return ""
	}
	return text.ID
}

// Whatever the record is, a verified fix lets the address pass and takes nothing
// from anybody.
func TestFixesHold(t *testing.T) {
	terms := []string{"a:x.example.co.jp", "-a:x.example.co.jp/28", "mx", "include:i.example.co.jp", "?include:i.example.co.jp", "ip4:192.0.2.0/30", "-ip4:192.0.2.0/25", "~ip4:203.0.113.0/24",
		"ip6:2001:db8::/64", "exists:%{i}.e.example.co.jp", "redirect=i.example.co.jp"}
	texts := []string{"192.0.2.1", "192.0.2.9", "192.0.2.200", "203.0.113.9", "2001:db8::9", "2001:db8:1::9"}
	verified := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 4))
		record := "v=spf1"
		for range r.IntN(5) {
			term := terms[r.IntN(len(terms))]
			if !strings.Contains(record, "redirect=") || !strings.Contains(term, "redirect=") {
				record += " " + term
			}
		}
		record += []string{" -all", " ~all", " ?all", ""}[r.IntN(4)]
		w := world(t, "example.co.jp: \n@ TXT \""+record+"\"\nx A 192.0.2.17\n@ MX 10 x\ni TXT \"v=spf1 ip4:192.0.2.128/25 -ip4:203.0.113.8/29 ?all\"\n")
		report := run(t, w, Mail{Domain: "example.co.jp"}, Options{Fix: true}, texts...)
		for _, s := range report.Simulations {
			v := s.Verdict
			if v.Passes() == checks.Yes || v.Advice != nil {
				continue
			}
			if v.Fix == nil || !v.Fix.Verified {
				t.Fatalf("seed %d: %s by %s: fix %+v", seed, s.Target.Text, record, v.Fix)
			}
			verified++
			patched, err := resolver.Patch(t.Context(), v.Fix.Edits, w)
			if err != nil {
				t.Fatal(err)
			}
			again := run(t, patched, Mail{Domain: "example.co.jp"}, Options{}, append(texts, s.Target.Text)...)
			for i, other := range report.Simulations {
				if other.Verdict.Passes() == checks.Yes && again.Simulations[i].Verdict.Passes() != checks.Yes {
					t.Fatalf("seed %d: with %s, %s no longer passes", seed, v.Fix.Edits[0].Add, other.Target.Text)
				}
			}
			if again.Simulations[len(texts)].Verdict.Passes() != checks.Yes {
				t.Fatalf("seed %d: with %s, %s does not pass", seed, v.Fix.Edits[0].Add, s.Target.Text)
			}
		}
	}
	if verified < 300 {
		t.Errorf("only %d fixes", verified)
	}
}

// Every text that a simulation can give is there in both languages.
func TestTexts(t *testing.T) {
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	say := func(text checks.Text) {
		for _, lang := range []string{"en", "ja"} {
			said := texts.For(lang).Say(text)
			if said == text.ID || strings.Contains(said, "<no value>") || strings.TrimSpace(said) == "" {
				t.Errorf("%s in %s with %v: %q", text.ID, lang, text.Args, said)
			}
		}
	}
	for _, known := range differences {
		say(checks.T(known.id, disagreement{ours: spf.Evaluation{Decision: spf.Decision{Term: "-all"}}}.reason().Args))
	}
	say(disagreement{}.reason())
	zones := []string{`@ TXT "v=spf1 -all"`, "@ MX 10 mail", `@ TXT "v-spf1 mx -all"`, `@ TXT "v=spf1 x -all"`, `@ TXT "v=spf1 include:slow.example.net -all"`}
	for _, zone := range zones {
		report := run(t, world(t, "example.co.jp:\n"+zone, "fault: slow.example.net. TXT timeout"), Mail{Domain: "example.co.jp"}, Options{Fix: true}, "192.0.2.1", "192.0.2.3", "10.0.0.1")
		for _, s := range report.Simulations {
			if s.Verdict.Advice != nil {
				say(*s.Verdict.Advice)
			}
			if fix := s.Verdict.Fix; fix != nil {
				say(fix.Title)
				for _, c := range fix.Choices {
					say(c.Text)
				}
			}
		}
	}
	say(*refused(spf.Evaluation{Result: spf.ResultFail, Decision: spf.Decision{Term: "-all"}}, netip.MustParseAddr("192.0.2.1")))
	for _, id := range []string{"advice.no-name", "advice.no-domain", "advice.alias", "advice.foreign", "advice.too-wide", "advice.too-many", "trial.spf-permerror", "trial.spf-removes-term", "trial.unknown"} {
		say(checks.T(id, checks.Args{"domain": "example.co.jp.", "name": "a..b", "target": "x.example.", "owner": "x.example.", "addresses": "192.0.2.1", "term": "mx", "question": "x.example. TXT", "network": "10.0.0.0/8", "count": 11, "limit": 10}))
	}
}

// The change for all together says whom it covers: not the private address.
func TestFixSaysWhomItCovers(t *testing.T) {
	r := world(t, "example.co.jp: \n@ TXT \"v=spf1 -ip4:192.0.2.0/24 -ip4:198.51.100.7 -ip4:192.168.0.0/16 -ip4:10.0.0.0/8 -ip6:2001:db8::/32 exists:%{l}.u.example.co.jp -all\"\n")
	for _, tt := range []struct {
		targets []string
		covers  string
		left    string
	}{
		{[]string{"192.0.2.7", "198.51.100.7"}, "192.0.2.7/32 198.51.100.7/32", ""},
		{[]string{"192.168.1.7", "192.0.2.7", "10.0.0.1", "192.168.1.7"}, "192.0.2.7/32", "192.168.1.7 advice.not-public, 10.0.0.1 advice.not-public"},
		{[]string{"192.0.2.7", "2001:db8::/32", "2001:db8::7"}, "192.0.2.7/32 2001:db8::7/128", "2001:db8::/32 advice.too-wide"},
		{[]string{"192.0.2.7", "203.0.113.7"}, "192.0.2.7/32", "203.0.113.7 "},
	} {
		report := run(t, r, Mail{Domain: "example.co.jp"}, Options{Fix: true}, tt.targets...)
		if report.Fix == nil {
			t.Fatalf("%v: no change", tt.targets)
		}
		var covers []string
		for _, p := range report.FixCovers {
			covers = append(covers, p.String())
		}
		var left []string
		for _, l := range report.Left {
			left = append(left, l.Target.Text+" "+idOf(l.Advice))
		}
		if got, not := strings.Join(covers, " "), strings.Join(left, ", "); got != tt.covers || not != tt.left || report.FixCoversAll != (tt.left == "") {
			t.Errorf("%v: covers %s, all %v, not %s; want %s, not %s", tt.targets, got, report.FixCoversAll, not, tt.covers, tt.left)
		}
	}
}

// What stands before a question without an answer does not need it. That the
// server may be back soon is said all the same, and what nobody was asked is no
// reason to change the record.
func TestFixBeforeAFailure(t *testing.T) {
	const zone = "example.co.jp: \n@ TXT \"v=spf1 ip4:198.51.100.1 include:_spf.example.net -all\"\n"
	const before = `"v=spf1 ip4:198.51.100.1 ip4:192.0.2.7 ip4:192.0.2.9 include:_spf.example.net -all"`
	for _, tt := range []struct {
		why, fault, want, kind string
		dmarc                  bool
	}{
		{"the server of an include fails", "_spf.example.net. TXT SERVFAIL", "advice.no-answer-there " + before, "SERVFAIL", false},
		{"nobody asked it", "_spf.example.net. TXT offline", "advice.no-answer-there", "offline", false},
		{"the own record is not known", "example.co.jp. TXT SERVFAIL", "advice.no-answer", "SERVFAIL", false},
		{"and DMARC does not pass either way", "_spf.example.net. TXT SERVFAIL", "advice.no-answer-there", "SERVFAIL", true},
	} {
		report := run(t, world(t, zone, "fault: "+tt.fault), Mail{Domain: "example.co.jp"}, Options{Fix: true, DMARC: tt.dmarc}, "192.0.2.7", "192.0.2.9")
		advice := report.Advice
		if advice == nil && len(report.Left) == 2 {
			advice = report.Left[0].Advice
		}
		if got := written(report.Fix, advice); got != tt.want || advice.Args["kind"] != tt.kind {
			t.Errorf("%s: %s, %v, want %s", tt.why, got, advice, tt.want)
		}
	}
}

// A pass of SPF that DMARC does not count is no success where DMARC is required.
func TestFixReachesDMARC(t *testing.T) {
	r := world(t, "example.co.jp: \n@ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject\"\n",
		"bounce.example.net: \n@ TXT \"v=spf1 ip4:192.0.2.1 -all\"\n", "example.com: \n@ TXT \"v=spf1 -all\"\n")
	for _, tt := range []struct {
		why, ip string
		mail    Mail
		want    string
	}{
		{"aligned", "192.0.2.7", Mail{Domain: "example.co.jp"}, `"v=spf1 ip4:192.0.2.7 -all"`},
		{"SPF is for another organization", "192.0.2.7", Mail{Domain: "bounce.example.net", HeaderFrom: "example.co.jp."}, "advice.dmarc-alignment"},
		{"and passes already", "192.0.2.1", Mail{Domain: "bounce.example.net", HeaderFrom: "example.co.jp."}, "advice.dmarc-alignment"},
		{"and DKIM carries the mail", "192.0.2.1", Mail{Domain: "bounce.example.net", HeaderFrom: "example.co.jp.", Signatures: []string{"example.co.jp."}}, ""},
		{"and so it does where SPF fails", "192.0.2.7", Mail{Domain: "example.co.jp", Signatures: []string{"example.co.jp."}}, ""},
		{"no policy", "192.0.2.7", Mail{Domain: "example.com"}, "advice.dmarc-none"},
	} {
		v := run(t, r, tt.mail, Options{Fix: true, DMARC: true}, tt.ip).Simulations[0].Verdict
		if got := written(v.Fix, v.Advice); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.why, got, tt.want)
		}
	}
}
