package resolver

import (
	"context"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// replyOf makes a reply from flags ("AA RA NXDOMAIN") and records, those after
// "--" in the authority section.
func replyOf(t *testing.T, flags string, lines ...string) Reply {
	t.Helper()
	r := Reply{
		AA: strings.Contains(flags, "AA"), RA: strings.Contains(flags, "RA"), AD: strings.Contains(flags, "AD"),
		Server: "192.0.2.53:53",
	}
	if strings.Contains(flags, "NXDOMAIN") {
		r.Rcode = rcodeNXDomain
	}
	section := &r.Answer
	for _, line := range lines {
		if line == "--" {
			section = &r.Authority
			continue
		}
		rr, err := dns.NewRR(line)
		if err != nil {
			t.Fatal(err)
		}
		record, err := FromRR(rr, Origin{})
		if err != nil {
			t.Fatal(err)
		}
		*section = append(*section, record)
	}
	return r
}

func TestReadReply(t *testing.T) {
	const (
		soa    = "example.co.jp. 3600 IN SOA ns1.example.co.jp. hostmaster.example.co.jp. 1 7200 900 1209600 300"
		other  = "example.net. 3600 IN SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 60"
		ns     = "example.co.jp. 3600 IN NS ns1.example.co.jp."
		rootNS = ". 518400 IN NS a.root-servers.example."
		alias  = "www.example.co.jp. 60 IN CNAME web.example.co.jp."
		out    = "www.example.co.jp. 60 IN CNAME host.example.net."
		addr   = "www.example.co.jp. 300 IN A 192.0.2.80"
		dname  = "example.co.jp. 60 IN DNAME example.net."
		long   = "example.co.jp. 60 IN DNAME abcdefghijklmnopqrstuvwxyz."
	)
	for _, tt := range []struct {
		flags string
		lines []string
		want  string // status and chain, or "error"
		why   string
	}{
		{"RA", []string{addr}, "data", "an answer"},
		{"", []string{addr}, "data", "no flag is needed for data"},
		{"RA", []string{addr, addr}, "data", "a record sent twice"},
		{"RA", []string{"--", soa}, "NODATA", "RFC 2308 §2.2 type 2"},
		{"RA", []string{"--", soa, ns}, "NODATA", "type 1"},
		{"RA", nil, "NODATA", "type 3, from a resolver"},
		{"AA", nil, "NODATA", "type 3, from the zone's server"},
		{"AA", []string{"--", ns}, "NODATA", "the zone's server adds its NS"},
		{"", nil, "error", "nobody is responsible"},
		{"RA", []string{"--", ns}, "error", "a referral, RFC 2308 §2.2"},
		{"", []string{"--", rootNS}, "error", "an upward referral"},
		{"", []string{"--", other}, "error", "the SOA of another zone"},
		{"RA NXDOMAIN", []string{"--", soa}, "NXDOMAIN", "RFC 2308 §2.1"},
		{"RA NXDOMAIN", nil, "NXDOMAIN", "without SOA"},
		{"NXDOMAIN", nil, "error", "from a server that is not responsible"},
		{"RA NXDOMAIN", []string{addr}, "error", "says no and yes"},
		{"RA", []string{alias, "web.example.co.jp. 60 IN A 192.0.2.80"}, "data www.example.co.jp.>web.example.co.jp.", "a chain"},
		{"RA", []string{"web.example.co.jp. 60 IN A 192.0.2.80", alias}, "data www.example.co.jp.>web.example.co.jp.", "a chain out of order"},
		{"RA NXDOMAIN", []string{alias, "--", soa}, "NXDOMAIN www.example.co.jp.>web.example.co.jp.", "RFC 6604 §3"},
		{"RA", []string{alias, "--", soa}, "NODATA www.example.co.jp.>web.example.co.jp.", "NODATA at its end"},
		{"RA", []string{out}, "unset www.example.co.jp.>host.example.net.", "the target must be asked for"},
		{"AA", []string{out}, "unset www.example.co.jp.>host.example.net.", "by an authoritative server too"},
		{"AA", []string{out, "--", ns}, "unset www.example.co.jp.>host.example.net.", "whatever it adds"},
		{"AA", []string{out, "--", soa}, "unset www.example.co.jp.>host.example.net.", "the SOA of the alias says nothing about the target"},
		{"AA NXDOMAIN", []string{out}, "unset www.example.co.jp.>host.example.net.", "nor does its NXDOMAIN"},
		{"RA", []string{alias, out}, "error", "two CNAMEs at one name, RFC 2181 §10.1"},
		{"RA", []string{addr, "www.example.net. 60 IN A 198.51.100.1"}, "data", "what was not asked for does not matter"},
		{"RA", []string{dname, "www.example.co.jp. 60 IN CNAME www.example.net.", "www.example.net. 60 IN A 198.51.100.1"}, "data example.co.jp.>example.net.,www.example.co.jp.>www.example.net.", "a DNAME"},
		{"RA", []string{dname, "www.example.net. 60 IN A 198.51.100.1"}, "data example.co.jp.>example.net.,www.example.co.jp.>www.example.net.", "a DNAME without its CNAME"},
		{"RA", []string{dname}, "unset example.co.jp.>example.net.,www.example.co.jp.>www.example.net.", "a DNAME alone"},
		{"RA", []string{"www.example.co.jp. 60 IN CNAME www.example.co.jp."}, "unset www.example.co.jp.>www.example.co.jp.", "an alias of itself: follow sees the circle"},
		{"RA", []string{long}, "unset example.co.jp.>abcdefghijklmnopqrstuvwxyz.,www.example.co.jp.>www.abcdefghijklmnopqrstuvwxyz.", "a longer target"},
	} {
		got := "error"
		if read, err := readReply(Question{"www.example.co.jp.", TypeA}, replyOf(t, tt.flags, tt.lines...)); err == nil {
			var links []string
			for _, link := range read.links {
				links = append(links, link.Name+">"+link.Data.String())
			}
			got = strings.TrimSpace(read.status.String() + " " + strings.Join(links, ","))
		}
		if got != tt.want {
			t.Errorf("[%s] %q: %s, want %s: %s", tt.flags, tt.lines, got, tt.want, tt.why)
		}
	}
}

func TestFollowFindsCircles(t *testing.T) {
	links := map[string]string{
		"a.example.jp.": "b.example.jp.", "b.example.jp.": "c.example.jp.", "c.example.jp.": "a.example.jp.",
		"self.example.jp.": "self.example.jp.",
	}
	for name := range links {
		_, err := follow(t.Context(), Question{name, TypeA}, func(_ context.Context, q Question) (Reply, bool, error) {
			return replyOf(t, "RA", q.Name+" 60 IN CNAME "+links[q.Name]), true, nil
		})
		if KindOf(err) != BadReply || !strings.Contains(err.Error(), "circle") {
			t.Errorf("%s: error %v, want a bad reply about a circle", name, err)
		}
	}
	calls := 0
	_, err := follow(t.Context(), Question{"x.example.jp.", TypeA}, func(_ context.Context, q Question) (Reply, bool, error) {
		calls++
		return replyOf(t, "RA", q.Name+" 60 IN CNAME x"+q.Name), true, nil
	})
	if KindOf(err) != BadReply || calls != maxAliases+1 {
		t.Errorf("an endless chain: error %v after %d questions, want a bad reply after %d", err, calls, maxAliases+1)
	}
}

// TestFollowNeedsEveryReplyAuthentic has a chain of two replies.
func TestFollowNeedsEveryReplyAuthentic(t *testing.T) {
	for flags, want := range map[string]bool{"RA AD": true, "RA": false} {
		answer, err := follow(t.Context(), Question{"www.example.co.jp.", TypeA}, func(_ context.Context, q Question) (Reply, bool, error) {
			if q.Name == "www.example.co.jp." {
				return replyOf(t, flags, "www.example.co.jp. 60 IN CNAME host.example.net."), true, nil
			}
			return replyOf(t, "RA AD", "host.example.net. 60 IN A 198.51.100.7"), true, nil
		})
		if err != nil || answer.Authentic != want {
			t.Errorf("first reply %q: authentic %v, error %v, want %v", flags, answer.Authentic, err, want)
		}
	}
}
