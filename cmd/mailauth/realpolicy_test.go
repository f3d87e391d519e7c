package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"mailauth/cmd/internal/cli"
	"mailauth/resolver/webtest"
)

// policyZone is a zone of a domain with MTA-STS; the policy host is at %s.
const policyZone = `$ORIGIN example.com.
@ 300 SOA ns1 hostmaster 2026112201 7200 900 1209600 120
@ 300 NS ns1
ns1 300 A 127.0.0.1
@ 300 MX 10 mail
mail 300 A 192.0.2.25
@ 300 TXT "v=spf1 ip4:192.0.2.25 -all"
_dmarc 300 TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
_mta-sts 300 TXT "v=STSv1; id=20261122;"
_smtp._tls 300 TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
mta-sts 300 A %s
`

// TestRealServersPolicy fetches an MTA-STS policy from a web server whose
// certificate is from an authority of this run, by an address that Unbound gives.
func TestRealServersPolicy(t *testing.T) {
	needRealServers(t)
	own := webServerAddress(t)
	program := buildProgram(t)
	zone := fmt.Sprintf(policyZone, own)
	servers := startRealServersAt(t, "", map[string]string{"example.com": zone})
	dir := filepath.Dir(servers.zones)
	ca, stranger := webtest.NewCA(t, "Example CA"), webtest.NewCA(t, "Another CA")
	writeFile(t, filepath.Join(dir, "ca.pem"), string(ca.PEM()))
	writeFile(t, filepath.Join(dir, "stranger.pem"), string(stranger.PEM()))
	writeFile(t, filepath.Join(dir, "new.zone"), strings.Replace(zone, "@ 300 MX 10 mail", "@ 300 MX 10 mail\n@ 300 MX 20 mx2.example.net.", 1))

	var policy atomic.Value
	policy.Store("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n")
	ca.Serve(t, own+":443", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		webtest.Text(policy.Load().(string)).ServeHTTP(w, r)
	}), "mta-sts.example.com")

	run := func(roots, line string) (raised []string, status int) {
		t.Helper()
		cmd := exec.Command(program, strings.Fields(line+" --format json --selector none example.com")...)
		if strings.HasPrefix(line, "snapshot") {
			cmd = exec.Command(program, strings.Fields(line+" example.com")...)
		}
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "SSL_CERT_FILE="+filepath.Join(dir, roots), "LC_ALL=C")
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if stdout.Len() > 0 {
			raised = transportRules(t, stdout.Bytes())
		}
		return raised, cmd.ProcessState.ExitCode()
	}
	live := " --allow-private --resolver " + servers.unbound
	for _, tt := range []struct {
		why, roots, line string
		want             []string
	}{
		{"a policy that fits", "ca.pem", "check" + live, nil},
		{"by the address that the zone's own server gives", "ca.pem", "check --allow-private --resolver " + servers.nsd, nil},
		{"an authority that nobody trusts", "stranger.pem", "check" + live, []string{"sts-host untrusted"}},
		{"a private address", "ca.pem", "check --resolver " + servers.unbound, []string{"sts-host private"}},
		{"not asked", "ca.pem", "check --no-http --resolver " + servers.unbound, []string{"dns-tempfail https offline"}},
		{"a new zone with a second mail server", "ca.pem", "check --zone new.zone" + live, []string{"sts-mx-mismatch"}},
	} {
		if got, _ := run(tt.roots, tt.line); !slices.Equal(got, tt.want) {
			t.Errorf("%s: mailauth %s: found %q, want %q", tt.why, tt.line, got, tt.want)
		}
	}
	if _, status := run("ca.pem", "snapshot -o tape.json"+live); status != cli.ExitOK && status != cli.ExitUnknown {
		t.Errorf("the snapshot: exit status %d", status)
	}
	policy.Store("version: STSv1\r\nmode: enforce\r\nmx: old.example.com\r\nmax_age: 604800\r\n")
	if got, _ := run("ca.pem", "check --replay tape.json"); got != nil {
		t.Errorf("the recording: found %q, want nothing as when it was made", got)
	}
	if got, _ := run("ca.pem", "check"+live); !slices.Equal(got, []string{"sts-mx-mismatch"}) {
		t.Errorf("a policy that has changed: found %q, want sts-mx-mismatch", got)
	}
}

// transportRules are the errors and warnings about MTA-STS and TLS reporting, and
// the open questions, of a report. Each fix without choices must have been tried.
func transportRules(t *testing.T, document []byte) (raised []string) {
	t.Helper()
	var parsed struct {
		Reports []struct {
			Findings []struct {
				Rule, Severity string
				Args           map[string]any
				Fixes          []struct {
					Verified  bool
					Choices   []any
					Documents []any
				}
			}
		}
	}
	if err := json.Unmarshal(document, &parsed); err != nil || len(parsed.Reports) != 1 {
		t.Fatalf("%v: this is no report:\n%s", err, document)
	}
	for _, f := range parsed.Reports[0].Findings {
		https := f.Rule == "dns-tempfail" && strings.HasPrefix(fmt.Sprint(f.Args["error"]), "https")
		if f.Severity == "info" && !https || !https && !strings.HasPrefix(f.Rule, "sts-") && !strings.HasPrefix(f.Rule, "tlsrpt-") {
			continue
		}
		text := f.Rule
		if why := f.Args["why"]; why != nil {
			text += " " + fmt.Sprint(why)
		}
		if https {
			text += " " + fmt.Sprint(f.Args["error"])
		}
		raised = append(raised, text)
		for _, fix := range f.Fixes {
			if len(fix.Choices) == 0 && (!fix.Verified || len(fix.Documents) == 0) {
				t.Errorf("%s: a fix was not tried, or has no document: %+v", f.Rule, fix)
			}
		}
	}
	return raised
}

// webServerAddress finds a loopback address whose port 443 is free, and skips
// the test where nobody may listen there.
func webServerAddress(t *testing.T) string {
	t.Helper()
	var failure error
	for range 20 {
		addr := fmt.Sprintf("127.80.%d.%d", rand.N(256), 1+rand.N(254))
		listener, err := net.Listen("tcp", addr+":443")
		if err == nil {
			listener.Close()
			return addr
		}
		failure = err
	}
	if errors.Is(failure, fs.ErrPermission) {
		t.Skipf("policies are on port 443, and nobody may listen there: %v", failure)
	}
	t.Fatal(failure)
	return ""
}
