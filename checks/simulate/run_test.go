package simulate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/checks/spf"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

func targets(t testing.TB, texts ...string) []Target {
	t.Helper()
	var all []Target
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			addr, err := netip.ParseAddr(text)
			if err != nil {
				t.Fatal(err)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		all = append(all, Target{Text: text, Prefix: prefix.Masked()})
	}
	return all
}

func run(t testing.TB, r resolver.Resolver, m Mail, o Options, texts ...string) *Report {
	t.Helper()
	report, err := Run(t.Context(), r, m, targets(t, texts...), o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// said is a verdict in a line.
func said(v *Verdict) string {
	line := fmt.Sprintf("%s %s %s %d/%d", v.Possible, v.SPF.Cause, v.SPF.Term, v.SPF.Lookups, v.SPF.Voids)
	if len(v.DependsOn)+len(v.Needs) > 0 {
		line += fmt.Sprintf(" depends on %s, needs %s", strings.Join(v.DependsOn, " "), strings.Join(v.Needs, " "))
	}
	return line + "; dmarc " + string(v.DMARC.Result)
}

const company = `example.co.jp:
@ TXT "v=spf1 ip4:203.0.113.0/25 a:mail include:_spf.example.net -all"
@ TXT "v=spf1-other"
mail A 192.0.2.25
_dmarc TXT "v=DMARC1; p=reject"
`

func TestRunSingle(t *testing.T) {
	zones := []string{
		`example.co.jp:
@ TXT "v=spf1 ip4:203.0.113.0/25 a:mail.example.co.jp include:_spf.example.net -all"
mail A 192.0.2.25
mail AAAA 2001:db8::25
_dmarc TXT "v=DMARC1; p=reject"
dyn TXT "v=spf1 exists:%{ir}.ok.example.co.jp -all"
mixed TXT "v=spf1 exists:%{ir}.%{o}.ok.example.co.jp exists:%{s}.ok.example.co.jp -all"
1.2.0.192.ok A 127.0.0.2
user TXT "v=spf1 ip4:192.0.2.1 exists:%{l}.users.example.co.jp ~all"
info.users A 127.0.0.2
senderfirst TXT "v=spf1 exists:%{l}.users.example.co.jp exists:%{ir}.ok.example.co.jp -all"
through TXT "v=spf1 exists:%{l}.users.example.co.jp include:%{ir}.by.example.co.jp -all"
1.2.0.192.by TXT "v=spf1 ip4:192.0.2.0/24 -all"
helo TXT "v=spf1 exists:%{h}.helo.example.co.jp ?all"
both TXT "v=spf1 exists:%{ir}.ok.example.co.jp exists:%{l}.users.example.co.jp -all"
ptr TXT "v=spf1 ptr:example.co.jp -all"
bl TXT "v=spf1 include:inner.example.co.jp -all"
inner TXT "v=spf1 -exists:%{ir}.ok.example.co.jp ip4:192.0.2.0/24 -all"
away TXT "v=spf1 ip4:192.0.2.1 include:slow.example.net -all"
bad TXT "v=spf1 ip4:192.0.2.1 ipv4:192.0.2.2 -all"
`,
		"example.net:\n_spf TXT \"v=spf1 ip4:198.51.100.0/24 ~all\"\n",
		"2.0.192.in-addr.arpa:\n25 PTR mail.example.co.jp.\n26 PTR mail.example.co.jp.\n",
		"fault: slow.example.net. TXT SERVFAIL",
	}
	tests := []struct {
		why  string
		mail Mail
		ip   string
		want string
	}{
		{"an address of the record", Mail{Domain: "example.co.jp"}, "203.0.113.7", "pass match ip4:203.0.113.0/25 0/0; dmarc pass"},
		{"an address of the provider", Mail{Domain: "example.co.jp"}, "198.51.100.9", "pass match ip4:198.51.100.0/24 2/0; dmarc pass"},
		{"another one", Mail{Domain: "example.co.jp."}, "203.0.113.200", "fail match -all 2/0; dmarc depends"},
		{"IPv6", Mail{Domain: "Example.CO.jp"}, "2001:db8::25", "pass match a:mail.example.co.jp 1/0; dmarc pass"},
		{"no record", Mail{Domain: "mail.example.co.jp"}, "192.0.2.25", "none no-record  0/0; dmarc depends"},
		{"a mistake behind the match", Mail{Domain: "bad.example.co.jp"}, "192.0.2.1", "permerror syntax ipv4:192.0.2.2 0/0; dmarc depends"},
		{"a name that none can be", Mail{Domain: "mail..example.co.jp"}, "192.0.2.25", "none bad-domain  0/0; dmarc none"},
		{"an address literal", Mail{Domain: "[192.0.2.25]"}, "192.0.2.25", "none bad-domain  0/0; dmarc none"},
		{"a name of one label", Mail{Domain: "localhost"}, "192.0.2.25", "none bad-domain  0/0; dmarc none"},
		{"a macro about the address is asked for", Mail{Domain: "dyn.example.co.jp"}, "192.0.2.1", "pass match exists:%{ir}.ok.example.co.jp 1/0; dmarc pass"},
		{"and for another address", Mail{Domain: "dyn.example.co.jp"}, "192.0.2.2", "fail match -all 1/1; dmarc depends"},
		{"a macro about the sender, who is not known", Mail{Domain: "user.example.co.jp"}, "192.0.2.2",
			"pass|softfail match exists:%{l}.users.example.co.jp 1/1 depends on exists:%{l}.users.example.co.jp, needs sender; dmarc depends"},
		{"a macro about the sender, before one about the address that matches whoever it is", Mail{Domain: "senderfirst.example.co.jp"}, "192.0.2.1", "pass match exists:%{ir}.ok.example.co.jp 2/1; dmarc pass"},
		{"the same, where it does not match", Mail{Domain: "senderfirst.example.co.jp"}, "192.0.2.2",
			"pass|fail match exists:%{l}.users.example.co.jp 2/2 depends on exists:%{l}.users.example.co.jp, needs sender; dmarc depends"},
		{"an include by the address, behind a macro about the sender", Mail{Domain: "through.example.co.jp"}, "192.0.2.1", "pass match ip4:192.0.2.0/24 2/1; dmarc pass"},
		{"behind a match that decides", Mail{Domain: "user.example.co.jp"}, "192.0.2.1", "pass match ip4:192.0.2.1 0/0; dmarc pass"},
		{"the sender is known", Mail{Domain: "user.example.co.jp", Sender: "info@user.example.co.jp"}, "192.0.2.2", "pass match exists:%{l}.users.example.co.jp 1/0; dmarc pass"},
		{"the null sender is postmaster", Mail{Domain: "user.example.co.jp", HELO: "user.example.co.jp", NullSender: true}, "192.0.2.2", "softfail match ~all 1/1; dmarc depends"},
		{"the null sender is postmaster at HELO, whatever domain is checked", Mail{Domain: "user.example.co.jp", HELO: "mail.example.co.jp", NullSender: true}, "192.0.2.2", "softfail match ~all 1/1; dmarc depends"},
		{"the null sender from nobody knows where", Mail{Domain: "user.example.co.jp", NullSender: true}, "192.0.2.2",
			"pass|softfail match exists:%{l}.users.example.co.jp 1/1 depends on exists:%{l}.users.example.co.jp, needs helo; dmarc depends"},
		{"whose domain and address are not known either; the client is", Mail{Domain: "mixed.example.co.jp", NullSender: true}, "192.0.2.2",
			"pass|fail match exists:%{ir}.%{o}.ok.example.co.jp 2/2 depends on exists:%{ir}.%{o}.ok.example.co.jp exists:%{s}.ok.example.co.jp, needs helo; dmarc depends"},
		{"HELO is the domain, which does not make the sender null", Mail{Domain: "user.example.co.jp", HELO: "user.example.co.jp"}, "192.0.2.2",
			"pass|softfail match exists:%{l}.users.example.co.jp 1/1 depends on exists:%{l}.users.example.co.jp, needs sender; dmarc depends"},
		{"HELO is another name, so the sender is not known", Mail{Domain: "user.example.co.jp", HELO: "mail.example.co.jp"}, "192.0.2.2",
			"pass|softfail match exists:%{l}.users.example.co.jp 1/1 depends on exists:%{l}.users.example.co.jp, needs sender; dmarc depends"},
		{"a macro about HELO", Mail{Domain: "helo.example.co.jp"}, "192.0.2.2",
			"neutral|pass match ?all 1/1 depends on exists:%{h}.helo.example.co.jp, needs helo; dmarc depends"},
		{"about the address, which is known, and the sender, who is not", Mail{Domain: "both.example.co.jp"}, "192.0.2.9",
			"pass|fail match exists:%{l}.users.example.co.jp 2/2 depends on exists:%{l}.users.example.co.jp, needs sender; dmarc depends"},
		{"the address decides before the sender matters", Mail{Domain: "both.example.co.jp"}, "192.0.2.1", "pass match exists:%{ir}.ok.example.co.jp 1/0; dmarc pass"},
		{"a reverse name", Mail{Domain: "ptr.example.co.jp"}, "192.0.2.25", "pass match ptr:example.co.jp 1/0; dmarc pass"},
		{"a reverse name that does not lead back", Mail{Domain: "ptr.example.co.jp"}, "192.0.2.26", "fail match -all 1/0; dmarc depends"},
		{"an inner no", Mail{Domain: "bl.example.co.jp"}, "192.0.2.1", "fail match -all 2/0; dmarc depends"},
		{"an inner yes", Mail{Domain: "bl.example.co.jp"}, "192.0.2.3", "pass match ip4:192.0.2.0/24 2/1; dmarc pass"},
		{"a server that fails", Mail{Domain: "away.example.co.jp"}, "192.0.2.3", "temperror dns include:slow.example.net 1/0; dmarc unknown"},
		{"but not before it matters", Mail{Domain: "away.example.co.jp"}, "192.0.2.1", "pass match ip4:192.0.2.1 0/0; dmarc pass"},
		{"an IPv4-mapped address", Mail{Domain: "example.co.jp"}, "::ffff:203.0.113.7", "pass match ip4:203.0.113.0/25 0/0; dmarc pass"},
	}
	r := world(t, zones...)
	many := make([]string, Handful)
	for i := range many {
		many[i] = fmt.Sprintf("100.64.0.%d", i)
	}
	for _, tt := range tests {
		if got := said(run(t, r, tt.mail, Options{}, tt.ip).Simulations[0].Verdict); got != tt.want {
			t.Errorf("%s: %s from %s:\n got %s\nwant %s", tt.why, tt.mail.Domain, tt.ip, got, tt.want)
		}
		if got := said(run(t, r, tt.mail, Options{}, append(many, tt.ip)...).Simulations[Handful].Verdict); got != tt.want {
			t.Errorf("%s, among many: %s from %s:\n got %s\nwant %s", tt.why, tt.mail.Domain, tt.ip, got, tt.want)
		}
	}
}

func TestRunPrefix(t *testing.T) {
	zones := []string{`example.co.jp:
@ TXT "v=spf1 ip4:203.0.113.0/25 -ip4:203.0.113.128/26 a:mail.example.co.jp -all"
mail A 203.0.113.200
dyn TXT "v=spf1 ip4:192.0.2.0/28 exists:%{i}.ok.example.co.jp -all"
192.0.2.20.ok A 127.0.0.2
192.0.2.21.ok A 127.0.0.2
user TXT "v=spf1 exists:%{l}.users.example.co.jp ip4:192.0.2.1 -all"
_dmarc TXT "v=DMARC1; p=none"`}
	tests := []struct {
		why, domain, prefix string
		want                []string
	}{
		{"a part passes, and the rest is told exactly", "example.co.jp", "203.0.113.0/24", []string{
			"203.0.113.0/25: pass match ip4:203.0.113.0/25 0/0; dmarc pass",
			"203.0.113.128/26: fail match -ip4:203.0.113.128/26 0/0; dmarc depends",
			"203.0.113.192/29 203.0.113.201/32 203.0.113.202/31 203.0.113.204/30 203.0.113.208/28 203.0.113.224/27: fail match -all 1/0; dmarc depends",
			"203.0.113.200/32: pass match a:mail.example.co.jp 1/0; dmarc pass"}},
		{"all of it", "example.co.jp", "203.0.113.64/26", []string{"203.0.113.64/26: pass match ip4:203.0.113.0/25 0/0; dmarc pass"}},
		{"address by address, and together again", "dyn.example.co.jp", "192.0.2.0/24", []string{
			"192.0.2.0/28: pass match ip4:192.0.2.0/28 0/0; dmarc pass",
			"192.0.2.16/30 192.0.2.22/31 192.0.2.24/29 192.0.2.32/27 192.0.2.64/26 192.0.2.128/25: fail match -all 1/1; dmarc depends",
			"192.0.2.20/31: pass match exists:%{i}.ok.example.co.jp 1/0; dmarc pass"}},
		{"too many to ask one by one", "dyn.example.co.jp", "192.0.2.0/23", []string{
			"192.0.2.0/28: pass match ip4:192.0.2.0/28 0/0; dmarc pass",
			"192.0.2.16/28 192.0.2.32/27 192.0.2.64/26 192.0.2.128/25 192.0.3.0/24: pass|fail match exists:%{i}.ok.example.co.jp 1/1 depends on exists:%{i}.ok.example.co.jp, needs ip; dmarc depends"}},
		{"a sender settles nothing address by address", "user.example.co.jp", "192.0.2.0/31", []string{
			"192.0.2.0/32: pass|fail match exists:%{l}.users.example.co.jp 1/1 depends on exists:%{l}.users.example.co.jp, needs sender; dmarc depends",
			"192.0.2.1/32: pass match ip4:192.0.2.1 1/1; dmarc pass"}},
		{"no name", "a..b", "192.0.2.0/24", []string{"192.0.2.0/24: none bad-domain  0/0; dmarc none"}},
		{"IPv6", "example.co.jp", "2001:db8::/32", []string{"2001:db8::/32: fail match -all 1/1; dmarc depends"}},
	}
	r := world(t, zones...)
	for _, tt := range tests {
		s := run(t, r, Mail{Domain: tt.domain}, Options{}, tt.prefix).Simulations[0]
		var got []string
		for _, region := range s.Regions {
			var prefixes []string
			for _, p := range region.Prefixes {
				prefixes = append(prefixes, p.String())
			}
			got = append(got, strings.Join(prefixes, " ")+": "+said(region.Verdict))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.why, tt.prefix, diff)
		}
		if (len(s.Regions) == 1) != (s.Verdict != nil) {
			t.Errorf("%s: %d regions, verdict %v", tt.why, len(s.Regions), s.Verdict)
		}
	}
}

// A list of addresses is looked up in the policy: what it costs does not grow
// with the list, and equal fates are one verdict.
func TestRunManyAddresses(t *testing.T) {
	base := world(t, "example.co.jp: \n@ TXT \"v=spf1 ip4:203.0.113.0/25 mx -all\"\n@ MX 10 mail\nmail A 192.0.2.25\n")
	var mu sync.Mutex
	questions := 0
	r := dnstest.Func(func(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
		mu.Lock()
		defer mu.Unlock()
		questions++
		return base.Lookup(ctx, q)
	})
	var list []Target
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		addr := netip.AddrFrom4([4]byte{203, 0, 113, byte(random.IntN(256))})
		list = append(list, Target{Prefix: netip.PrefixFrom(addr, 32)})
	}
	report, err := Run(t.Context(), r, Mail{Domain: "example.co.jp"}, list, Options{})
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[*Verdict]int{}
	for i, s := range report.Simulations {
		want := spf.ResultFail
		if list[i].Prefix.Addr().As4()[3] < 128 {
			want = spf.ResultPass
		}
		if s.Target != list[i] || s.Verdict.SPF.Result != want {
			t.Fatalf("%s: %s", s.Target.Prefix, said(s.Verdict))
		}
		verdicts[s.Verdict]++
	}
	if len(verdicts) != 2 || questions > 10 {
		t.Errorf("%d verdicts and %d questions, want two verdicts, and no questions for single addresses", len(verdicts), questions)
	}
}

// Addresses that the policy leaves open are asked for up to a bound; the rest
// is unknown: no other question would settle it.
func TestRunBoundsItsQuestions(t *testing.T) {
	r := world(t, "example.co.jp: \n@ TXT \"v=spf1 exists:%{i}.ok.example.co.jp -all\"\n")
	var texts []string
	for i := range MaxAsked + 10 {
		texts = append(texts, netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}).String())
	}
	report := run(t, r, Mail{Domain: "example.co.jp"}, Options{}, texts...)
	for i, s := range report.Simulations {
		want := "fail"
		if i >= MaxAsked {
			want = "unknown"
			if s.Verdict.SPF.Cause != spf.CauseTooLarge || len(s.Verdict.Needs) > 0 {
				t.Fatalf("address %d: %s, needs %v", i, said(s.Verdict), s.Verdict.Needs)
			}
		}
		if s.Verdict.Possible.String() != want {
			t.Fatalf("address %d: %s, want %s", i, said(s.Verdict), want)
		}
	}
}

func TestRunStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	report, err := Run(ctx, world(t, company), Mail{Domain: "example.co.jp"}, targets(t, "192.0.2.1"), Options{})
	if err == nil || report.Simulations[0].Verdict.Passes() != "unknown" {
		t.Errorf("a stopped run: %v, %s", err, said(report.Simulations[0].Verdict))
	}
}
