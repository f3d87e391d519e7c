package bimi

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

// documents are what web servers have, by URL: a body, "status NUMBER",
// "to URL" for a redirect, or "error KIND" of a resolver.FetchError.
type documents map[string]string

// Fetch implements resolver.Fetcher.
func (d documents) Fetch(_ context.Context, request resolver.FetchRequest) (resolver.FetchResponse, error) {
	body, known := d[request.URL]
	if !known {
		body = "error " + string(resolver.FetchNoAddress)
	}
	what, value, _ := strings.Cut(body, " ")
	switch what {
	case "error":
		return resolver.FetchResponse{}, &resolver.FetchError{Kind: resolver.FetchErrorKind(value), URL: request.URL}
	case "to":
		return resolver.FetchResponse{Status: http.StatusMovedPermanently, Header: http.Header{"Location": {value}}}, nil
	case "status":
		var status int
		if _, err := fmt.Sscan(value, &status); err != nil {
			return resolver.FetchResponse{}, err
		}
		return resolver.FetchResponse{Status: status}, nil
	}
	return resolver.FetchResponse{Status: http.StatusOK, Body: []byte(body)}, nil
}

func auditIn(t testing.TB, domain, records string, web resolver.Fetcher) *checks.Report {
	t.Helper()
	head := "$ORIGIN example.co.jp.\n$TTL 3600\n@ IN SOA ns.registrar.example. hostmaster.registrar.example. 1 7200 900 1209600 3600\n@ IN NS ns.registrar.example.\n"
	zones, err := zone.Parse("example.co.jp.zone", strings.NewReader(head+records), zone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var world resolver.Resolver = resolver.Overlay(zones, resolver.Nothing())
	if strings.Contains(records, "; silent") {
		world = dnstest.Faulty(world, func(q resolver.Question) resolver.ErrorKind {
			if q.Name == "default._bimi.example.co.jp." {
				return resolver.Timeout
			}
			return ""
		})
	}
	report, err := checks.Audit(context.Background(), domain, world, []*checks.Check{Check}, checks.Options{Fetcher: web, Now: today})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// told lists the findings: severity, rule and the notes; of a dns-tempfail what
// it blocks.
func told(report *checks.Report) (lines []string) {
	for _, f := range report.Findings {
		parts := []string{f.Severity.String(), f.Rule.ID}
		if f.Note != nil {
			parts = append(parts, strings.TrimPrefix(f.Note.ID, "bimi-note."))
		}
		for _, r := range f.Related {
			if r.Note != nil {
				parts = append(parts, strings.TrimPrefix(r.Note.ID, "bimi-note."))
			}
		}
		for _, fix := range f.Fixes {
			switch {
			case fix.Verified:
				parts = append(parts, "verified")
			case len(fix.Choices) > 0:
				parts = append(parts, "choice")
			default:
				parts = append(parts, "unverified")
			}
		}
		lines = append(lines, strings.Join(append(parts, f.Blocks...), " "))
	}
	return lines
}

const (
	logoURL = "https://img.example.co.jp/logo.svg"
	markURL = "https://img.example.co.jp/mark.pem"
	record  = `default._bimi TXT "v=BIMI1; l=` + logoURL + `; a=` + markURL + `"`
	alone   = `default._bimi TXT "v=BIMI1; l=` + logoURL + `"`
)

// worlds are BIMI set-ups and what is said of them.
type world struct {
	records string
	web     documents
	want    []string
	why     string
}

func worlds(t testing.TB) []world {
	a := newAuthority(t)
	good := string(inPEM(a.issue(t, goodMark()), a.intermediate))
	common := string(inPEM(a.issue(t, with(func(m *mark) { m.markType = "Prior Use Mark" })), a.intermediate))
	both := documents{logoURL: goodLogo, markURL: good}
	return []world{
		{record, both, nil, "all in order"},
		{"", nil, nil, "no record: nothing is said, nothing fetched"},
		{`default._bimi TXT "v=spf1 -all"`, nil, nil, "a wildcard's text"},
		{alone, documents{logoURL: goodLogo}, []string{"info bimi-cert"}, "no certificate"},
		{record, documents{logoURL: goodLogo, markURL: common}, []string{"info bimi-cert"}, "a common mark"},
		{`default._bimi TXT "v=BIMI1; l=; a=` + markURL + `"`, both, nil, "the logo is in the certificate"},
		{`default._bimi TXT "v=BIMI1; l=;"`, nil, []string{"info bimi-decline"}, "declined"},
		{record, documents{markURL: good, logoURL: "to https://cdn.example.net/a.svg", "https://cdn.example.net/a.svg": goodLogo}, nil, "behind a redirect"},
		{record, documents{markURL: good, logoURL: "to /b.svg", "https://img.example.co.jp/b.svg": goodLogo}, nil, "a redirect without a host"},
		{record, documents{markURL: good, logoURL: "to http://img.example.co.jp/logo.svg"}, []string{"error bimi-svg plain-http"}, "a redirect out of https"},
		{record, documents{markURL: good, logoURL: "to " + logoURL}, []string{"error bimi-svg redirect-loop"}, "a redirect to itself"},
		{record, documents{markURL: good, logoURL: "status 404"}, []string{"error bimi-svg missing"}, "no such document"},
		{record, documents{markURL: good}, []string{"error bimi-svg no-host"}, "no such host"},
		{record, documents{markURL: good, logoURL: "error tls"}, []string{"error bimi-svg tls"}, "a bad certificate of the web server"},
		{record, documents{markURL: good, logoURL: "error private address"}, []string{"error bimi-svg private-host"}, "a private address"},
		{record, documents{markURL: good, logoURL: "error too large"}, []string{"error bimi-svg too-large"}, "beyond all limits"},
		{record, documents{markURL: good, logoURL: "status 503"}, []string{"info dns-tempfail bimi-cert-bad bimi-svg"}, "a server in trouble says nothing of the logo"},
		{record, documents{markURL: good, logoURL: "status 403"}, []string{"info dns-tempfail bimi-cert-bad bimi-svg"}, "it may refuse this program alone"},
		{record, documents{markURL: "error timeout", logoURL: goodLogo}, []string{"info dns-tempfail bimi-cert bimi-cert-bad"}, "no certificate in time"},
		{record, documents{markURL: "status 404", logoURL: "error offline"}, []string{"error bimi-cert-bad missing", "info dns-tempfail bimi-svg"}, "bad whatever the logo is"},
		{record, documents{markURL: good, logoURL: strings.Replace(goodLogo, "64 64", "64 32", 1)}, []string{"error bimi-cert-bad cert-other-logo", "warning bimi-svg svg-not-square"}, "another logo than the certificate's"},
		{record, documents{markURL: "<html>", logoURL: "<svg/>"}, []string{"error bimi-cert-bad cert-not-pem", "error bimi-svg svg-not-svg-root"}, "both useless"},
		{`default._bimi TXT "v=BIMI1; l=http://img.example.co.jp/logo.svg; a=` + markURL + `"`, both, []string{"error bimi-syntax not-https verified"}, "http"},
		{`default._bimi TXT "v=BIMI1; a=` + markURL + `"`, both, []string{"error bimi-syntax no-l choice"}, "l is required"},
		{`default._bimi TXT "v=BIMI1; l=` + logoURL + `,` + logoURL + `; a=` + markURL + `"`, both, []string{"error bimi-syntax several choice"}, "a list"},
		{`default._bimi TXT "v=BIMI1; l=img.example.co.jp/logo.svg; a=` + markURL + `"`, both, []string{"error bimi-syntax not-a-url choice"}, "no scheme"},
		{`default._bimi TXT "v=BIMI1; l=` + logoURL + `; a=` + markURL + `; avp=Personal"`, both, []string{"warning bimi-syntax unknown-avp verified"}, "avp has case"},
		{`default._bimi TXT "v=BIMI1; l=` + logoURL + `; a=` + markURL + `; l=` + logoURL + `"`, both, []string{"error bimi-syntax duplicate verified"}, "the same twice"},
		{`default._bimi TXT "v=BIMI1; l=` + logoURL + `; a=` + markURL + `; logo"`, both, []string{"error bimi-syntax not-a-tag"}, "a word"},
		{`default._bimi TXT "v=bimi1; l=` + logoURL + `; a=` + markURL + `"`, both, []string{"error bimi-syntax version verified"}, "the version in small letters"},
		{record + "\n" + `default._bimi TXT "V=BIMI1; l="`, both, []string{"info bimi-syntax version"}, "a slip beside the right record"},
		{record + "\n" + alone, both, []string{"error bimi-syntax choice"}, "two records"},
		{`default._bimi TXT "v=BIMI1; l=https://img.example.co.jp/logo.png; a=` + markURL + `"`, documents{markURL: good, "https://img.example.co.jp/logo.png": "PNG"},
			[]string{"error bimi-cert-bad cert-other-logo", "error bimi-svg svg-not-xml", "error bimi-syntax not-svg choice"}, "a picture"},
		{record, documents{logoURL: goodLogo, markURL: string(inPEM(&x509.Certificate{Raw: []byte{0x30, 0x07, 0x30, 0x00, 0x30, 0x00, 0x03, 0x01, 0x00}}))},
			[]string{"info dns-tempfail bimi-cert bimi-cert-bad"}, "a certificate that this program cannot read"},
		{record, documents{logoURL: goodLogo, markURL: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}, []string{"error bimi-cert-bad cert-unreadable"}, "garbage in PEM"},
		{record + " ; silent", both, []string{"info dns-tempfail bimi-cert bimi-cert-bad bimi-decline bimi-svg bimi-syntax"}, "nobody answered"},
	}
}

func TestWorlds(t *testing.T) {
	for _, w := range worlds(t) {
		got, want := told(auditIn(t, "example.co.jp.", w.records, w.web)), slices.Sorted(slices.Values(w.want))
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", w.why, got, want)
		}
	}
}

// A subdomain without a record has its organization's, unless it declines.
func TestSubdomain(t *testing.T) {
	a := newAuthority(t)
	web := documents{logoURL: goodLogo, markURL: string(inPEM(a.issue(t, goodMark()), a.intermediate))}
	tests := []struct {
		records, owner string
		want           []string
	}{
		{record, "default._bimi.example.co.jp.", nil},
		{record + "\n" + `default._bimi.mail TXT "v=BIMI1; l=; a="`, "default._bimi.mail.example.co.jp.", []string{"info bimi-decline"}},
		{record + "\n" + `default._bimi.mail TXT "v=BIMI2; l="`, "default._bimi.example.co.jp.", nil},
		{record + "\n" + `default._bimi.mail TXT " v=BIMI1; l="`, "default._bimi.example.co.jp.", []string{"error bimi-syntax version verified"}},
		{"", "", nil},
		{record + " ; silent", "", []string{"info dns-tempfail bimi-cert bimi-cert-bad bimi-decline bimi-svg bimi-syntax"}},
	}
	for _, test := range tests {
		report := auditIn(t, "mail.example.co.jp.", test.records, web)
		if owner := report.Checks[0].Facts.(*Facts).Owner; owner != test.owner {
			t.Errorf("%q: the record is that of %q, want %q", test.records, owner, test.owner)
		}
		if got := told(report); !slices.Equal(got, test.want) {
			t.Errorf("%q: got %q, want %q", test.records, got, test.want)
		}
	}
}

// A name that is too long for a record to stand below it has none.
func TestLongName(t *testing.T) {
	label := strings.Repeat("a", 60)
	domain := strings.Repeat(label+".", 3) + strings.Repeat("b", 45) + ".example.co.jp."
	report := auditIn(t, domain, record, documents{logoURL: goodLogo, markURL: "status 404"})
	if got, want := told(report), []string{"error bimi-cert-bad missing"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q: the organization's record applies", got, want)
	}
}

// The line of the check is there only where BIMI is in use or open.
func TestSummary(t *testing.T) {
	a := newAuthority(t)
	web := documents{logoURL: goodLogo, markURL: string(inPEM(a.issue(t, goodMark()), a.intermediate))}
	tests := []struct {
		records string
		web     documents
		want    string
		status  checks.Status
	}{
		{"", web, "", checks.StatusNone},
		{`default._bimi TXT "v=BIMI1; l=; a="`, web, "", checks.StatusNone},
		{record, web, "a logo with a VMC, valid until 2027-04-01", checks.StatusPass},
		{alone, web, "a logo, without a mark certificate", checks.StatusPass},
		{record, documents{logoURL: "error offline", markURL: "error offline"}, "a record; what it names could not be fetched", checks.StatusUnknown},
		{record + " ; silent", web, "could not tell", checks.StatusUnknown},
		{record + "\n" + alone, web, "receivers cannot use the record", checks.StatusFail},
	}
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		check := auditIn(t, "example.co.jp.", test.records, test.web).Checks[0]
		var said []string
		for _, text := range check.Summary {
			said = append(said, texts.For("en").Say(text))
		}
		if got := strings.Join(said, " "); got != test.want || check.Status != test.status {
			t.Errorf("%q: got %q, %s, want %q, %s", test.records, got, check.Status, test.want, test.status)
		}
	}
}

// Every text that these worlds show is there in both languages, with its values.
func TestTexts(t *testing.T) {
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	say := func(text checks.Text) {
		for _, lang := range texts.Languages() {
			if said := texts.For(lang).Say(text); said == text.ID || strings.Contains(said, "<no value>") || strings.TrimSpace(said) == "" {
				t.Errorf("%s in %s with %v: %q", text.ID, lang, text.Args, said)
			}
		}
	}
	for _, w := range worlds(t) {
		for _, f := range auditIn(t, "example.co.jp.", w.records, w.web).Findings {
			say(checks.T(f.Rule.ID+".message", f.Args))
			say(checks.T(f.Rule.ID+".mend", f.Args))
			if f.Note != nil {
				say(*f.Note)
			}
			for _, fix := range f.Fixes {
				say(fix.Title)
				for _, c := range fix.Choices {
					say(c.Text)
				}
			}
		}
	}
	for _, kind := range []SVGFaultKind{NotXML, NotUTF8, NotSVGRoot, Entities, Forbidden, EventHandler, ExternalRef, WrongProfile, WrongVersion, NoTitle, RootPosition, TooManyBytes, NotSquare} {
		say(checks.T("bimi-note.svg-"+string(kind), checks.Args{"found": "x"}))
	}
	for _, kind := range []CertFaultKind{NotPEM, Unreadable, WrongOrder, BrokenChain, Expired, NotYetValid, WrongName, WrongUsage, NoLogotype, WrongHash, ForbiddenExtension, OtherLogo} {
		say(checks.T("bimi-note.cert-"+string(kind), checks.Args{"found": "x"}))
	}
}
