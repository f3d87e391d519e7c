package cli

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/webtest"
)

// pageCheck wants a document at policy.example.jp to be "good".
func pageCheck(port string) *checks.Check {
	const input = checks.Input("page")
	rule := &checks.Rule{ID: "page-bad", Severity: checks.Error, Reads: []checks.Input{input}}
	return &checks.Check{
		Name: "page", Doc: "A document.", Budget: 1, Rules: []*checks.Rule{rule},
		Lookup: func(ctx context.Context, p *checks.Pass) (any, error) {
			response, err := p.Fetch(ctx, input, resolver.FetchRequest{URL: "https://policy.example.jp:" + port + "/"})
			if checks.Undecided(err) {
				return "", nil
			}
			return "got " + string(response.Body), nil
		},
		Judge: func(p *checks.Pass) checks.Judgement {
			if got := p.Own(); got == "" || got == "got good" {
				return checks.Judgement{}
			}
			return checks.Judgement{Findings: []checks.Finding{rule.On(p.Domain, resolver.TypeTXT)}}
		},
	}
}

const pageZone = `$ORIGIN example.jp.
@ 3600 SOA ns hostmaster 1 7200 900 1209600 300
@ 3600 NS ns.example.net.
@ 3600 MX 0 .
policy 3600 A 127.0.0.1
`

// A document comes from where the audited DNS says, once a run; a recording has
// it too; and what may not be fetched is an open question.
func TestDocuments(t *testing.T) {
	ca, stranger := webtest.NewCA(t, "Example CA"), webtest.NewCA(t, "Another CA")
	_, port, _ := net.SplitHostPort(ca.Serve(t, "127.0.0.1:0", webtest.Text("good"), "policy.example.jp"))
	_, other, _ := net.SplitHostPort(ca.Serve(t, "127.0.0.1:0", webtest.Text("bad"), "policy.example.jp"))
	_, strange, _ := net.SplitHostPort(stranger.Serve(t, "127.0.0.1:0", webtest.Text("good"), "policy.example.jp"))
	dns := dnstest.Start(t, parsedZone(t, pageZone)).Addr()
	folder := t.TempDir()
	tape, blank := filepath.Join(folder, "tape.json"), filepath.Join(folder, "blank.json")
	moved := zoneFile(t, strings.ReplaceAll(pageZone, "127.0.0.1", "127.0.0.9"))
	gone := zoneFile(t, strings.ReplaceAll(pageZone, "policy", "other"))
	for _, tt := range []struct {
		why, port, line string
		want            int
	}{
		{"a good document", port, "check --allow-private --resolver " + dns, ExitOK},
		{"another", other, "check --allow-private --resolver " + dns, ExitFindings},
		{"a certificate that nobody trusts", strange, "check --allow-private --resolver " + dns, ExitFindings},
		{"loopback is no place for documents", port, "check --resolver " + dns, ExitFindings},
		{"not asked for", port, "check --no-http --resolver " + dns, ExitUnknown},
		{"a zone alone", port, "check --offline --zone " + zoneFile(t, pageZone), ExitUnknown},
		{"a zone that moves the host", port, "check --allow-private --resolver " + dns + " --zone " + moved, ExitUnknown},
		{"a zone without the host", port, "check --allow-private --resolver " + dns + " --zone " + gone, ExitFindings},
		{"recorded beside", port, "check --allow-private --record " + tape + " --resolver " + dns, ExitOK},
		{"replayed", port, "check --replay " + tape, ExitOK},
		{"replayed below a zone that moves the host", port, "check --replay " + tape + " --zone " + moved, ExitUnknown},
		{"not asked for of the recording", port, "check --no-http --replay " + tape, ExitUnknown},
		{"another document than was recorded", other, "check --replay " + tape, ExitUnknown},
		{"recorded", other, "snapshot --allow-private -o " + tape + " --resolver " + dns, ExitOK},
		{"replayed from a snapshot", other, "check --replay " + tape, ExitFindings},
		{"a snapshot without documents", port, "snapshot --no-http -o " + blank + " --resolver " + dns, ExitUnknown},
		{"its replay", port, "check --replay " + blank, ExitUnknown},
		{"both flags", port, "check --no-http --allow-private", ExitUsage},
		{"nothing live", port, "check --allow-private --replay " + tape, ExitUsage},
	} {
		a, out, errs := testApp(t, pageCheck(tt.port))
		a.roots = ca.Roots()
		if got := a.run(append(strings.Fields(tt.line+" --timeout 2s"), "example.jp")); got != tt.want {
			t.Errorf("%s: %s: exit status %d, want %d\n%s%s", tt.why, tt.line, got, tt.want, out, errs)
		}
	}
	text, err := os.ReadFile(tape)
	if err != nil || strings.Count(string(text), `"url": "https://policy.example.jp:`) != 1 {
		t.Errorf("%v: a snapshot fetches once:\n%s", err, text)
	}
}

func TestTraceOfDocuments(t *testing.T) {
	dns := dnstest.Start(t, parsedZone(t, pageZone))
	a, _, errs := testApp(t, pageCheck("443"))
	a.run([]string{"check", "--trace", "--resolver", dns.Addr(), "example.jp"})
	for _, want := range []string{"policy.example.jp. A  1 × A", "policy.example.jp. AAAA  NODATA", "https://policy.example.jp:443/  private address"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("--trace does not say %q:\n%s", want, errs)
		}
	}
}
