package dnsbl_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/blocklist"
	"mailauth/checks/dnsbl"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

const domain = `$ORIGIN example.co.jp.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 900 1209600 3600
@ MX 10 mail
@ MX 20 backup
@ MX 30 mx.example.net.
@ TXT "v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 -all"
mail A 192.0.2.25
mail AAAA 2001:db8::25
backup A 198.51.100.25
`

const works = "2.0.0.127 A 127.0.0.2\n"

const lists = `[list."bl.example"]
name = "Example BL"
lists = "address"
ipv6 = true
removal = "https://bl.example/removal"
policy = ["127.0.0.10"]
[list."bl.example".codes]
"127.0.0.4" = "infected"
`

const domains = "[list.\"bl.example\"]\nlists = \"domain\"\n"

func TestLists(t *testing.T) {
	mapped2 := "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"
	six := "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
	tests := []struct {
		name, lists, zone string
		want              []string
	}{
		{"not listed", lists, works, nil},
		{"listed, and it sends", lists, works + "25.2.0.192 A 127.0.0.4\n25.2.0.192 TXT \"see our page\"\n", []string{"warning bl-listed 25.2.0.192.bl.example. 192.0.2.25"}},
		{"listed, and it only receives", lists, works + "25.100.51.198 A 127.0.0.4\n", []string{"info bl-listed 25.100.51.198.bl.example. 198.51.100.25"}},
		{"a network that should not send directly", lists, works + "25.2.0.192 A 127.0.0.10\n", []string{"info bl-listed 25.2.0.192.bl.example. 192.0.2.25"}},
		{"such a network, and more", lists, works + "25.2.0.192 A 127.0.0.10\n25.2.0.192 A 127.0.0.4\n", []string{"warning bl-listed 25.2.0.192.bl.example. 192.0.2.25"}},
		{"127.0.0.1 means nothing", lists, works + "25.2.0.192 A 127.0.0.1\n", nil},
		{"an error code is no listing", lists, works + "25.2.0.192 A 127.255.255.254\n25.2.0.192 A 127.0.0.4\n", []string{"info bl-query-refused bl.example. 192.0.2.25"}},
		{"every answer is an error code", lists, "* A 127.255.255.254\n", []string{"info bl-query-refused bl.example."}},
		{"outside 127/8", lists, works + "25.2.0.192 A 203.0.113.80\n", []string{"info bl-non127 bl.example. 192.0.2.25"}},
		{"a parked zone", lists, "* A 203.0.113.80\n", []string{"info bl-non127 bl.example."}},
		{"shut down: everything is listed", lists, "* A 127.0.0.2\n", []string{"info bl-selftest-fail bl.example."}},
		{"shut down: nothing is there", lists, "25.2.0.192 A 127.0.0.4\n", []string{"info bl-selftest-fail bl.example."}},
		{"known to be shut down", "retired = [\"example\"]\n" + lists, works + "25.2.0.192 A 127.0.0.4\n", []string{"info bl-selftest-fail bl.example."}},
		{"IPv6", lists, works + mapped2 + " A 127.0.0.2\n" + six + " A 127.0.0.4\n", []string{"warning bl-listed " + six + ".bl.example. 2001:db8::25"}},
		{"IPv6 fails its test", lists, works + six + " A 127.0.0.4\n", nil},
		{"a domain", domains, "test A 127.0.1.2\nexample.co.jp A 127.0.1.4\n", []string{"warning bl-listed example.co.jp.bl.example. example.co.jp."}},
		{"a list of domains that lists what cannot be", domains, "* A 127.0.1.2\n", []string{"info bl-selftest-fail bl.example."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := audit(t, world(t, tt.zone), tt.lists)
			if !slices.Equal(got, tt.want) {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

// A list without an answer is neither clean nor listing.
func TestSilentList(t *testing.T) {
	silent := dnstest.Faulty(world(t, works+"25.2.0.192 A 127.0.0.4\n"), func(q resolver.Question) resolver.ErrorKind {
		if strings.HasPrefix(q.Name, "2.0.0.127.") {
			return resolver.Timeout
		}
		return ""
	})
	got, report := audit(t, silent, lists)
	if !slices.Equal(got, []string{"info dns-tempfail 2.0.0.127.bl.example."}) {
		t.Errorf("found %q, want an open question", got)
	}
	for _, f := range report.Findings {
		if f.Rule == checks.TempFail && !slices.Contains(f.Blocks, "bl-listed") {
			t.Errorf("blocks %q, want bl-listed among them", f.Blocks)
		}
	}
}

// Where no list can be believed, nothing is known: that is no clean record.
func TestNoListThatWorks(t *testing.T) {
	tests := []struct {
		name, zone string
		want       checks.Status
		summary    string
	}{
		{"shut down", "* A 127.0.0.2\n", checks.StatusUnknown, "summary.bl-none"},
		{"refuses the resolver", "2.0.0.127 A 127.255.255.254\n", checks.StatusUnknown, "summary.bl-none"},
		{"refuses what it is asked", works + "25.2.0.192 A 127.255.255.254\n", checks.StatusUnknown, "summary.bl-none"},
		{"works", works, checks.StatusPass, "summary.bl-clean"},
	}
	for _, tt := range tests {
		_, report := audit(t, world(t, tt.zone), lists)
		for _, c := range report.Checks {
			if c.Name == "bl" && (c.Status != tt.want || c.Summary[0].ID != tt.summary) {
				t.Errorf("%s: %s, %s; want %s, %s", tt.name, c.Status, c.Summary[0].ID, tt.want, tt.summary)
			}
		}
	}
}

func TestNoListIsAskedUnlessWanted(t *testing.T) {
	asking := dnstest.Func(func(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
		if strings.HasSuffix(q.Name, "bl.example.") || strings.Contains(q.Name, "spamhaus") {
			t.Errorf("asked %s", q)
		}
		return world(t, works).Lookup(ctx, q)
	})
	if got, _ := audit(t, asking, ""); len(got) > 0 {
		t.Errorf("found %q, want nothing", got)
	}
}

func world(t *testing.T, list string) resolver.Resolver {
	t.Helper()
	var zones []*resolver.Zone
	for _, text := range []string{domain, "$ORIGIN bl.example.\n$TTL 60\n@ SOA ns hostmaster 1 7200 900 1209600 60\n" + list} {
		parsed, err := zone.Parse("test", strings.NewReader(text), zone.Options{})
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, parsed...)
	}
	return resolver.Overlay(zones, resolver.Nothing())
}

func audit(t *testing.T, r resolver.Resolver, lists string) (got []string, report *checks.Report) {
	t.Helper()
	var options checks.Options
	if lists != "" {
		var err error
		if options.Blocklists, err = blocklist.Read(strings.NewReader(lists)); err != nil {
			t.Fatal(err)
		}
	}
	options.SkipTrials = true
	report, err := checks.Audit(context.Background(), "example.co.jp.", r, []*checks.Check{dnsbl.Check}, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Check == "bl" {
			got = append(got, strings.Join(append([]string{f.Severity.String(), f.Rule.ID, f.Name}, f.Key...), " "))
		}
	}
	return got, report
}

// No list is asked, so that none of the rules on them waits for an answer.
func TestWithoutListsNothingIsOpen(t *testing.T) {
	fault := func(q resolver.Question) resolver.ErrorKind {
		if q.Name == "example.co.jp." && q.Type == resolver.TypeMX {
			return resolver.ServFail
		}
		return ""
	}
	for given, want := range map[string]bool{"": false, lists: true} {
		_, report := audit(t, dnstest.Faulty(world(t, works), fault), given)
		open := false
		for _, f := range report.Findings {
			open = open || slices.ContainsFunc(f.Blocks, func(id string) bool { return strings.HasPrefix(id, "bl-") })
		}
		if open != want {
			t.Errorf("with the lists %q: open is %v, want %v", given, open, want)
		}
	}
}
