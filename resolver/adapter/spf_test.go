package adapter_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/adapter"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"

	"blitiri.com.ar/go/spf"
	"github.com/google/go-cmp/cmp"
)

// world is what the zone says below example.co.jp, and the reverse zone of
// 192.0.2.0/24; no other name exists.
func world(t *testing.T, text string) resolver.Resolver {
	t.Helper()
	const reverse = "7 IN PTR mail.example.co.jp.\n8 IN PTR elsewhere.example.net.\n"
	var zones []*resolver.Zone
	for apex, text := range map[string]string{"example.co.jp": text, "2.0.192.in-addr.arpa": reverse} {
		parsed, err := zone.Parse(apex+".zone", strings.NewReader(text), zone.Options{Origin: apex + "."})
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, parsed...)
	}
	return resolver.Overlay(zones, resolver.Nothing())
}

// failing makes one question fail.
func failing(base resolver.Resolver, name string, kind resolver.Type, with resolver.ErrorKind) resolver.Resolver {
	return dnstest.Faulty(base, func(q resolver.Question) resolver.ErrorKind {
		if q.Name == name && q.Type == kind {
			return with
		}
		return ""
	})
}

func TestSPFResults(t *testing.T) {
	const hosts = `
mail      IN A    192.0.2.7
mail      IN AAAA 2001:db8::7
four      IN A    192.0.2.4
six       IN AAAA 2001:db8::6
text      IN TXT  "no address here"
alias     IN CNAME mail
dead      IN CNAME gone
ent.below IN A    192.0.2.9
@         IN MX   20 backup.example.net.
@         IN MX   10 mail
null      IN MX   0 .
`
	tests := []struct {
		why, record, ip string
		want            spf.Result
	}{
		{"two strings are one text", `"v=spf1 ip4:192.0" ".2.7 -all"`, "192.0.2.7", spf.Pass},
		{"an address", `"v=spf1 a:mail.example.co.jp -all"`, "192.0.2.7", spf.Pass},
		{"an IPv6 address", `"v=spf1 a:mail.example.co.jp -all"`, "2001:db8::7", spf.Pass},
		{"an address behind an alias", `"v=spf1 a:alias.example.co.jp -all"`, "192.0.2.7", spf.Pass},
		{"a name in capitals", `"v=spf1 a:MAIL.Example.CO.JP -all"`, "192.0.2.7", spf.Pass},
		{"mail hosts", `"v=spf1 mx -all"`, "192.0.2.7", spf.Pass},
		{"mail hosts, no match", `"v=spf1 mx -all"`, "192.0.2.9", spf.Fail},
		{"a null MX has no addresses", `"v=spf1 mx:null.example.co.jp -all"`, "192.0.2.7", spf.Fail},
		{"the reverse name", `"v=spf1 ptr -all"`, "192.0.2.7", spf.Pass},
		{"a reverse name elsewhere", `"v=spf1 ptr -all"`, "192.0.2.8", spf.Fail},
		{"exists asks for A", `"v=spf1 exists:four.example.co.jp -all"`, "2001:db8::9", spf.Pass},
		{"exists does not count AAAA", `"v=spf1 exists:six.example.co.jp -all"`, "2001:db8::9", spf.Fail},
		{"two void lookups are allowed: NXDOMAIN, NODATA", `"v=spf1 a:gone.example.co.jp a:text.example.co.jp ip4:192.0.2.7 -all"`, "192.0.2.7", spf.Pass},
		{"a third is too much: an alias without target", `"v=spf1 a:gone.example.co.jp a:text.example.co.jp a:dead.example.co.jp ip4:192.0.2.7 -all"`, "192.0.2.7", spf.PermError},
		{"a third is too much: an empty non-terminal", `"v=spf1 mx:gone.example.co.jp mx:text.example.co.jp exists:below.example.co.jp ip4:192.0.2.7 -all"`, "192.0.2.7", spf.PermError},
		{"an include without record", `"v=spf1 include:text.example.co.jp -all"`, "192.0.2.7", spf.PermError},
		{"an include of a name that does not exist", `"v=spf1 include:gone.example.co.jp -all"`, "192.0.2.7", spf.PermError},
		{"a name that cannot be", `"v=spf1 a:` + strings.Repeat("x", 64) + `.example.co.jp ip4:192.0.2.7 -all"`, "192.0.2.7", spf.Pass},
		{"no record", `"something else"`, "192.0.2.7", spf.None},
		{"two records", "\"v=spf1 -all\"\n@ IN TXT \"v=spf1 ~all\"", "192.0.2.7", spf.PermError},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			r := world(t, "@ IN TXT "+test.record+hosts)
			client := net.ParseIP(test.ip)
			for name, library := range map[string]spf.DNSResolver{
				"BlitiriSPF": adapter.BlitiriSPF(r), "BlitiriSPFFor": adapter.BlitiriSPFFor(r, netip.MustParseAddr(test.ip)),
			} {
				got, err := spf.CheckHostWithSender(client, "mail.example.co.jp", "info@example.co.jp", spf.WithResolver(library))
				if got != test.want {
					t.Errorf("%s: %s from %s: %s (%v), want %s", name, test.record, test.ip, got, err, test.want)
				}
			}
		})
	}
}

func TestSPFVoidLookupsOfOneFamily(t *testing.T) {
	r := world(t, `
@     IN TXT "v=spf1 a:six1.example.co.jp a:six2.example.co.jp a:six3.example.co.jp ip4:192.0.2.7 -all"
six1  IN AAAA 2001:db8::1
six2  IN AAAA 2001:db8::2
six3  IN AAAA 2001:db8::3
`)
	check := func(library spf.DNSResolver) spf.Result {
		got, _ := spf.CheckHostWithSender(net.ParseIP("192.0.2.7"), "", "info@example.co.jp", spf.WithResolver(library))
		return got
	}
	if got := check(adapter.BlitiriSPFFor(r, netip.MustParseAddr("192.0.2.7"))); got != spf.PermError {
		t.Errorf("three names without A for an IPv4 client: %s, want permerror (RFC 7208 §4.6.4)", got)
	}
	if got := check(adapter.BlitiriSPF(r)); got != spf.Pass {
		t.Errorf("when both families count together: %s, want pass", got)
	}
}

func TestSPFTemporaryErrors(t *testing.T) {
	base := world(t, `
@      IN TXT "v=spf1 a:mail.example.co.jp mx include:_spf.example.co.jp ip4:192.0.2.99 -all"
@      IN MX  10 mx.example.co.jp.
mail   IN A   192.0.2.7
mx     IN A   192.0.2.8
_spf   IN TXT "v=spf1 ip4:192.0.2.9 ?all"
`)
	kinds := []resolver.ErrorKind{
		resolver.Timeout, resolver.ServFail, resolver.Refused, resolver.Unreachable, resolver.BadReply, resolver.Offline,
		resolver.NotRecorded, resolver.OverBudget, resolver.Undetermined, resolver.Cancelled,
	}
	questions := []resolver.Question{
		{Name: "example.co.jp.", Type: resolver.TypeTXT},
		{Name: "mail.example.co.jp.", Type: resolver.TypeA},
		{Name: "example.co.jp.", Type: resolver.TypeMX},
		{Name: "mx.example.co.jp.", Type: resolver.TypeA},
		{Name: "_spf.example.co.jp.", Type: resolver.TypeTXT},
	}
	for _, kind := range kinds {
		for _, q := range questions {
			r := failing(base, q.Name, q.Type, kind)
			got, err := spf.CheckHostWithSender(net.ParseIP("192.0.2.99"), "", "info@example.co.jp", spf.WithResolver(adapter.BlitiriSPF(r)))
			if got != spf.TempError {
				t.Errorf("%s for %s: %s (%v), want temperror", kind, q, got, err)
			}
			if resolver.KindOf(err) != kind {
				t.Errorf("%s for %s: KindOf(%v) = %q, want the cause kept", kind, q, err, resolver.KindOf(err))
			}
		}
	}
}

func TestSPFFamilyThatFails(t *testing.T) {
	base := world(t, "@ IN TXT \"v=spf1 a:mail.example.co.jp -all\"\nmail IN A 192.0.2.7\n")
	r := failing(base, "mail.example.co.jp.", resolver.TypeAAAA, resolver.ServFail)
	check := func(ip string, library spf.DNSResolver) spf.Result {
		got, _ := spf.CheckHostWithSender(net.ParseIP(ip), "", "info@example.co.jp", spf.WithResolver(library))
		return got
	}
	four, six := netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("2001:db8::7")
	if got := check("192.0.2.7", adapter.BlitiriSPFFor(r, four)); got != spf.Pass {
		t.Errorf("AAAA fails, an IPv4 client: %s, want pass", got)
	}
	if got := check("2001:db8::7", adapter.BlitiriSPFFor(r, six)); got != spf.TempError {
		t.Errorf("AAAA fails, an IPv6 client: %s, want temperror: the address could be in it", got)
	}
	if got := check("192.0.2.7", adapter.BlitiriSPF(r)); got != spf.TempError {
		t.Errorf("AAAA fails, the client is not known: %s, want temperror", got)
	}
}

func TestSPFResolverFlags(t *testing.T) {
	base := world(t, "text IN TXT \"a\" \"b\"\nmail IN A 192.0.2.7\n@ IN MX 20 b\n@ IN MX 10 c\n@ IN MX 10 a\n")
	r := adapter.BlitiriSPF(failing(base, "slow.example.co.jp.", resolver.TypeTXT, resolver.Timeout))
	tests := []struct {
		why  string
		ask  func() error
		want net.DNSError // only the flags are compared
	}{
		{"NXDOMAIN", func() error { _, err := r.LookupTXT(t.Context(), "gone.example.co.jp"); return err }, net.DNSError{IsNotFound: true}},
		{"NODATA", func() error { _, err := r.LookupMX(t.Context(), "mail.example.co.jp."); return err }, net.DNSError{IsNotFound: true}},
		{"no address", func() error { _, err := r.LookupIPAddr(t.Context(), "text.example.co.jp"); return err }, net.DNSError{IsNotFound: true}},
		{"no reverse name", func() error { _, err := r.LookupAddr(t.Context(), "192.0.2.99"); return err }, net.DNSError{IsNotFound: true}},
		{"no address at all", func() error { _, err := r.LookupAddr(t.Context(), "mail"); return err }, net.DNSError{IsNotFound: true}},
		{"an empty label", func() error { _, err := r.LookupTXT(t.Context(), "a..example.co.jp"); return err }, net.DNSError{IsNotFound: true}},
		{"a timeout", func() error { _, err := r.LookupTXT(t.Context(), "slow.example.co.jp"); return err }, net.DNSError{IsTemporary: true, IsTimeout: true}},
	}
	for _, test := range tests {
		var got *net.DNSError
		if err := test.ask(); !errors.As(err, &got) {
			t.Errorf("%s: %v, want a *net.DNSError", test.why, err)
			continue
		}
		flags := net.DNSError{IsNotFound: got.IsNotFound, IsTemporary: got.IsTemporary, IsTimeout: got.IsTimeout}
		if flags != test.want {
			t.Errorf("%s: %+v, want the flags of %+v", test.why, *got, test.want)
		}
	}

	if got, err := r.LookupTXT(t.Context(), "text.example.co.jp"); err != nil || !cmp.Equal(got, []string{"ab"}) {
		t.Errorf("LookupTXT = %q, %v, want the strings joined with nothing in between", got, err)
	}
	hosts, err := r.LookupMX(t.Context(), "example.co.jp")
	want := []*net.MX{{Host: "a.example.co.jp.", Pref: 10}, {Host: "c.example.co.jp.", Pref: 10}, {Host: "b.example.co.jp.", Pref: 20}}
	if diff := cmp.Diff(want, hosts); err != nil || diff != "" {
		t.Errorf("LookupMX: %v (-want +got):\n%s", err, diff)
	}
	if got, err := r.LookupAddr(t.Context(), "192.0.2.7"); err != nil || !cmp.Equal(got, []string{"mail.example.co.jp."}) {
		t.Errorf("LookupAddr = %q, %v, want the host", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	sleepy := adapter.BlitiriSPF(dnstest.Sleepy(base, 1<<40))
	if _, err := sleepy.LookupTXT(ctx, "example.co.jp"); resolver.KindOf(err) != resolver.Cancelled {
		t.Errorf("a cancelled context: %v, want cancelled below the net error", err)
	}
}
