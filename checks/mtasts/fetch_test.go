package mtasts

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/webtest"
)

// web fetches from a loopback port whatever port the URL has.
type web struct {
	https *resolver.HTTPS
	port  string
}

func (w web) Fetch(ctx context.Context, request resolver.FetchRequest) (resolver.FetchResponse, error) {
	request.URL = strings.Replace(request.URL, "example.jp/", "example.jp:"+w.port+"/", 1)
	return w.https.Fetch(ctx, request)
}

// world answers from records in the form "name type data".
func world(t *testing.T, lines ...string) dnstest.Func {
	t.Helper()
	var records []resolver.Record
	for _, line := range lines {
		record, err := resolver.ParseRecord(line)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	return func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
		a := resolver.Answer{Question: q, Status: resolver.NoData, OwnerExists: true}
		for _, record := range records {
			if record.Name == q.Name && record.Type() == q.Type {
				a.Status, a.Records = resolver.Data, append(a.Records, record)
			}
		}
		return a, nil
	}
}

var inUse = []string{
	"example.jp. 3600 IN MX 10 mail.example.jp.", "_mta-sts.example.jp. 3600 IN TXT \"v=STSv1; id=1;\"", "mta-sts.example.jp. 3600 IN A 127.0.0.1",
}

const goodPolicy = "version: STSv1\nmode: enforce\nmx: *.example.jp\nmax_age: 604800\n"

func audit(t *testing.T, dns resolver.Resolver, fetcher resolver.Fetcher, now time.Time) *checks.Report {
	t.Helper()
	report, err := checks.Audit(t.Context(), "example.jp.", dns, []*checks.Check{Check}, checks.Options{Fetcher: fetcher, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func factsIn(t *testing.T, r *checks.Report) *Facts {
	t.Helper()
	for _, c := range r.Checks {
		if facts, ok := c.Facts.(*Facts); ok {
			return facts
		}
	}
	t.Fatal("the report has no facts of MTA-STS")
	return nil
}

func said(r *checks.Report) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Severity.String()+" "+f.Rule.ID)
	}
	return strings.Join(all, ", ")
}

// What a web server can do wrong is told apart, over real TLS.
func TestOutcomes(t *testing.T) {
	ca, stranger := webtest.NewCA(t, "Example CA"), webtest.NewCA(t, "Another CA")
	serve := func(status int, media, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/.well-known/mta-sts.txt" || r.Host == "" {
				status = http.StatusNotFound
			}
			w.Header().Set("Content-Type", media)
			w.Header().Set("Location", "https://www.example.jp/mta-sts.txt")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
	const host = "mta-sts.example.jp"
	for _, tt := range []struct {
		why     string
		ca      *webtest.CA
		name    string
		handler http.Handler
		private bool
		later   time.Duration
		want    Outcome
		detail  string
	}{
		{"as it should be", ca, host, webtest.Text(goodPolicy), true, 0, Fetched, ""},
		{"a parameter beside the media type", ca, host, serve(200, "Text/Plain; charset=utf-8", goodPolicy), true, 0, Fetched, ""},
		{"somebody else's certificate", ca, "www.example.jp", webtest.Text(goodPolicy), true, 0, WrongName, "www.example.jp"},
		{"a certificate that nobody knows", stranger, host, webtest.Text(goodPolicy), true, 0, Untrusted, "Another CA"},
		{"a certificate that ran out", ca, host, webtest.Text(goodPolicy), true, 48 * time.Hour, Expired, " – "},
		{"elsewhere", ca, host, serve(301, "text/html", ""), true, 0, Redirect, "301 https://www.example.jp/mta-sts.txt"},
		{"not there", ca, host, serve(404, "text/plain", goodPolicy), true, 0, Status, "404"},
		{"no content is no policy", ca, host, serve(204, "text/plain", ""), true, 0, Status, "204"},
		{"a page", ca, host, serve(200, "text/html; charset=utf-8", goodPolicy), true, 0, MediaType, "text/html; charset=utf-8"},
		{"more than 64 KiB", ca, host, webtest.Text(goodPolicy + strings.Repeat("x: y\n", 20000)), true, 0, TooLarge, ""},
		{"loopback", ca, host, webtest.Text(goodPolicy), false, 0, Private, ""},
	} {
		_, port, _ := net.SplitHostPort(tt.ca.Serve(t, "127.0.0.1:0", tt.handler, tt.name))
		dns, now := world(t, inUse...), time.Now().Add(tt.later)
		fetcher := web{&resolver.HTTPS{Resolver: dns, Roots: ca.Roots(), AllowPrivate: tt.private, Now: func() time.Time { return now }}, port}
		report := audit(t, dns, fetcher, now)
		f := factsIn(t, report)
		if f.Outcome != tt.want || !strings.Contains(f.Detail, tt.detail) {
			t.Errorf("%s: outcome %q, %q; want %q with %q", tt.why, f.Outcome, f.Detail, tt.want, tt.detail)
		}
		if got, want := said(report), "error sts-host"; tt.want != Fetched && got != want || tt.want == Fetched && got != "" {
			t.Errorf("%s: %q is said", tt.why, got)
		}
		if certified := tt.private; certified != (len(f.Certificates) > 0) && tt.want != TooLarge {
			t.Errorf("%s: %d certificates", tt.why, len(f.Certificates))
		}
		if on := checks.TriOf(tt.want == Fetched, true); f.On != on {
			t.Errorf("%s: on is %s, want %s", tt.why, f.On, on)
		}
	}
}

// page is a fetcher of one text, or of an error.
type page struct {
	text string
	err  resolver.FetchErrorKind
	seen *[]string
}

func (p page) Fetch(_ context.Context, request resolver.FetchRequest) (resolver.FetchResponse, error) {
	if p.seen != nil {
		*p.seen = append(*p.seen, request.URL)
	}
	if p.err != "" {
		return resolver.FetchResponse{}, &resolver.FetchError{Kind: p.err, URL: request.URL}
	}
	return resolver.FetchResponse{Status: 200, Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte(p.text)}, nil
}

// What is said of a domain, and whether anybody is asked for a policy.
func TestWhoIsAsked(t *testing.T) {
	record, host := inUse[1], inUse[2]
	mx := inUse[0]
	for _, tt := range []struct {
		why     string
		dns     []string
		page    page
		want    string
		fetches int
		on      checks.Tri
	}{
		{"in use", inUse, page{text: goodPolicy}, "", 1, checks.Yes},
		{"not in use", []string{mx}, page{text: goodPolicy}, "info sts-none", 0, checks.No},
		{"a text for something else, as through a wildcard", []string{mx, `_mta-sts.example.jp. 60 IN TXT "v=spf1 -all"`}, page{}, "info sts-none", 0, checks.No},
		{"beside it", append([]string{`_mta-sts.example.jp. 60 IN TXT "v=spf1 -all"`}, inUse...), page{text: goodPolicy}, "", 1, checks.Yes},
		{"no mail comes", []string{record, host}, page{}, "", 0, checks.No},
		{"no mail is wanted", []string{"example.jp. 60 IN MX 0 .", record, host}, page{}, "info sts-nullmx", 0, checks.No},
		{"the domain is its own mail server, and not named", []string{"example.jp. 60 IN A 192.0.2.1", record, host}, page{text: goodPolicy}, "error sts-mx-mismatch", 1, checks.Yes},
		{"no host", []string{mx, record}, page{text: goodPolicy}, "error sts-host", 0, checks.No},
		{"a broken record leads nowhere", []string{mx, `_mta-sts.example.jp. 60 IN TXT "v=STSv1; id=a-b"`, host}, page{text: goodPolicy}, "error sts-txt-syntax", 0, checks.No},
		{"two", append([]string{`_mta-sts.example.jp. 60 IN TXT "v=STSv1; id=2"`}, inUse...), page{text: goodPolicy}, "error sts-txt-multi", 0, checks.No},
		{"a broken one beside a good one does no harm", append([]string{`_mta-sts.example.jp. 60 IN TXT "v=STSv1 id=2"`}, inUse...), page{text: goodPolicy}, "", 1, checks.Yes},
		{"the network fails", inUse, page{err: resolver.FetchTimeout}, "info dns-tempfail", 1, checks.Open},
		{"nothing may be fetched", inUse, page{err: resolver.FetchOffline}, "info dns-tempfail", 1, checks.Open},
		{"a test", inUse, page{text: strings.Replace(goodPolicy, "enforce", "testing", 1)}, "info sts-mode-testing", 1, checks.Yes},
		{"a test that would fail", inUse, page{text: strings.NewReplacer("enforce", "testing", "*.", "mx.").Replace(goodPolicy)}, "warning sts-mx-mismatch, info sts-mode-testing", 1, checks.Yes},
		{"switched off: nothing else matters", inUse, page{text: "version: STSv1\nmode: none\nmax_age: 1\n"}, "info sts-mode-none", 1, checks.No},
		{"a key twice, with the same value", inUse, page{text: goodPolicy + "mode: enforce\n"}, "info sts-policy", 1, checks.Yes},
		{"and with another", inUse, page{text: goodPolicy + "mode: testing\n"}, "warning sts-policy", 1, checks.Yes},
		{"a page in its place is one fault", inUse, page{text: "<html>\n<p>a: b\n"}, "error sts-policy", 1, checks.No},
		{"short in a test", inUse, page{text: strings.NewReplacer("enforce", "testing", "604800", "60").Replace(goodPolicy)}, "info sts-maxage-low, info sts-mode-testing", 1, checks.Yes},
		{"an address for a mail server is not told again here", append([]string{"example.jp. 3600 IN MX 20 192.0.2.25."}, inUse...), page{text: goodPolicy}, "", 1, checks.Yes},
	} {
		var seen []string
		tt.page.seen = &seen
		report := audit(t, world(t, tt.dns...), tt.page, time.Time{})
		if got := said(report); got != tt.want {
			t.Errorf("%s: %q is said, want %q", tt.why, got, tt.want)
		}
		if trials := len(seen) > 1 && tt.fetches == 1; len(seen) != tt.fetches && !trials && !(tt.fetches == 0 && strings.HasPrefix(tt.want, "error")) {
			t.Errorf("%s: fetched %v, want %d times", tt.why, seen, tt.fetches)
		}
		if f := factsIn(t, report); f.On != tt.on {
			t.Errorf("%s: on is %s, want %s", tt.why, f.On, tt.on)
		}
	}
}

// A fix of the policy is a document and another id; it was tried.
func TestFixesAreTried(t *testing.T) {
	for _, tt := range []struct {
		why, text, document string
	}{
		{"a server is missing", strings.Replace(goodPolicy, "*.", "old.", 1),
			"version: STSv1\r\nmode: enforce\r\nmx: old.example.jp\r\nmx: mail.example.jp\r\nmax_age: 604800\r\n"},
		{"it is not kept for long", strings.Replace(goodPolicy, "604800", "60", 1), "version: STSv1\r\nmode: enforce\r\nmx: *.example.jp\r\nmax_age: 604800\r\n"},
		{"a mode in capitals", strings.Replace(goodPolicy, "enforce", "ENFORCE", 1), "version: STSv1\r\nmode: enforce\r\nmx: *.example.jp\r\nmax_age: 604800\r\n"},
	} {
		report := audit(t, world(t, inUse...), page{text: tt.text}, time.Time{})
		if len(report.Findings) != 1 || len(report.Findings[0].Fixes) != 1 {
			t.Fatalf("%s: %s", tt.why, said(report))
		}
		fix := report.Findings[0].Fixes[0]
		if !fix.Verified || len(fix.Documents) != 1 || fix.Documents[0].Text != tt.document || fix.Documents[0].URL != "https://mta-sts.example.jp/.well-known/mta-sts.txt" {
			t.Errorf("%s: verified %v (%v), documents %q", tt.why, fix.Verified, fix.Reason, fix.Documents)
		}
		if len(fix.Edits) != 1 || fix.Edits[0].Add[0] != `"v=STSv1; id=2;"` {
			t.Errorf("%s: edits %+v, want another id", tt.why, fix.Edits)
		}
	}
}

// A host of which one family is known is fetched from; of which none is, not.
func TestHostThatFails(t *testing.T) {
	failing := func(types ...resolver.Type) resolver.Resolver {
		return dnstest.Faulty(world(t, inUse...), func(q resolver.Question) resolver.ErrorKind {
			for _, f := range types {
				if q == (resolver.Question{Name: "mta-sts.example.jp.", Type: f}) {
					return resolver.ServFail
				}
			}
			return ""
		})
	}
	one := audit(t, failing(resolver.TypeAAAA), page{text: goodPolicy}, time.Time{})
	if f := factsIn(t, one); f.On != checks.Yes || said(one) != "" {
		t.Errorf("without AAAA: on is %s, %q is said", f.On, said(one))
	}
	both := audit(t, failing(resolver.TypeA), page{text: goodPolicy}, time.Time{})
	if f := factsIn(t, both); f.On != checks.Open || f.Outcome != Unsure || said(both) != "info dns-tempfail" || both.Verdict != checks.StatusUnknown {
		t.Errorf("without A: on is %s, outcome %q, %q is said", f.On, f.Outcome, said(both))
	}
}
