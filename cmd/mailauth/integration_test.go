package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// auditedDomains are what the real servers are asked about: a look-alike
// record, a clean shop, and a company with a dead include and a delegation.
var auditedDomains = []string{"example.co.jp", "shop.example.co.jp", "subsidiary.co.jp"}

// TestRealServers compares what the program says of zones with what it says of
// real name servers that serve them, over every transport.
func TestRealServers(t *testing.T) {
	needRealServers(t)
	binary := buildProgram(t)
	servers := startRealServers(t)
	sources := servers.ways()
	for _, domain := range auditedDomains {
		want, wantCode := checkJSON(t, binary, servers, "--offline", "--zone", servers.zones, domain)
		for name, address := range sources {
			t.Run(domain+" from "+name, func(t *testing.T) {
				got, code := checkJSON(t, binary, servers, "--resolver", address, domain)
				if code != wantCode {
					t.Errorf("exit status %d, want %d as from the zone", code, wantCode)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("the report differs from the zone's (-zone +server):\n%s", diff)
				}
			})
		}
	}
	for _, answer := range answered {
		args := answer.args
		want, wantCode := commandJSON(t, binary, servers, append(args, "--offline", "--zone", servers.zones)...)
		for name, address := range sources {
			got, code := commandJSON(t, binary, servers, append(args, "--resolver", address)...)
			if code != wantCode {
				t.Errorf("%v from %s: exit status %d, want %d as from the zone", args, name, code, wantCode)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%v from %s differs from the zone's (-zone +server):\n%s", args, name, diff)
			}
		}
	}
}

// checkJSON runs check and returns its report without what may differ between
// sources.
func checkJSON(t *testing.T, binary string, s realServers, args ...string) (report any, code int) {
	t.Helper()
	return commandJSON(t, binary, s, append([]string{"check", "--format", "json"}, args...)...)
}

func commandJSON(t *testing.T, binary string, s realServers, args ...string) (report any, code int) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+s.ca, "LC_ALL=C")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	code = cmd.ProcessState.ExitCode()
	if stderr.Len() > 0 || code == 2 {
		t.Fatalf("mailauth %v: exit status %d\n%s", args, code, stderr.String())
	}
	return withoutSource(parseJSON(t, stdout.String())), code
}

func parseJSON(t *testing.T, text string) (document any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatalf("this is no JSON: %v\n%s", err, text)
	}
	return document
}

// sourceKeys are the fields that say where and when, not what: among them how
// DKIM selectors were found, since a zone file lists its own.
var sourceKeys = map[string]bool{
	"dns": true, "source": true, "server": true, "ttl": true, "authentic": true, "file": true, "line": true, "column": true,
	"max_ttl": true, "at_least": true, "ttl_unknown": true,
	"error": true, "detail": true, "cause": true, "complete": true, "origin": true, "tried": true,
}

// withoutSource drops the fields of sourceKeys, and what is said of open
// questions, since that depends on the error: a zone alone cannot tell how the
// name servers of another zone fail. So does why nobody could tell of DNSSEC.
func withoutSource(v any) any {
	switch v := v.(type) {
	case map[string]any:
		clean := map[string]any{}
		for key, value := range v {
			if _, named := value.(string); named && (key == "before" || key == "after") {
				continue // the name of a source; what comes of it is an object
			}
			if sourceKeys[key] || key == "reason" && v["security"] == "unknown" || (key == "message" || key == "mend") && v["rule"] == "dns-tempfail" {
				continue
			}
			clean[key] = withoutSource(value)
		}
		return clean
	case []any:
		clean := []any{}
		for _, value := range v {
			if item, ok := value.(map[string]any); !ok || item["rule"] != "spf-include-temperror" {
				clean = append(clean, withoutSource(value))
			}
		}
		return clean
	}
	return v
}
