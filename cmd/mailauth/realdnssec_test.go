package main

import (
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

// signedZones are a small tree: jp is signed, and below it a good zone, one
// whose DS record is of another key, one that nobody signed, and one that is
// signed without a DS record.
var signedZones = map[string]string{
	"jp.": "good DS 0 13 2 00\nbogus DS 4711 13 2 " + strings.Repeat("5a", 32) + "\nold DS 0 5 2 00\n",
	"good.jp.": "@ MX 10 mail\n@ TXT \"v=spf1 mx -all\"\nmail A 203.0.113.25\nmail TXT \"v=spf1 a -all\"\n" +
		"_dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@good.jp\"\n_25._tcp.mail TLSA 3 1 1 " + strings.Repeat("b7", 32) + "\n* TXT \"anything\"\n",
	"bogus.jp.":  "@ MX 10 mail\nmail A 203.0.113.26\n@ TXT \"v=spf1 mx -all\"\n",
	"plain.jp.":  "@ MX 10 mail\nmail A 203.0.113.27\n@ TXT \"v=spf1 mx -all\"\n_25._tcp.mail TLSA 3 1 1 " + strings.Repeat("b7", 32) + "\n",
	"island.jp.": "@ DNSKEY 257 3 13 AAAA\n@ MX 10 mail\nmail A 203.0.113.28\n@ TXT \"v=spf1 mx -all\"\n",
	"old.jp.":    "@ MX 10 mail\nmail A 203.0.113.29\n@ TXT \"v=spf1 mx -all\"\n",
}

// startSignedServers runs an NSD with the tree and an Unbound that validates it
// from its own anchor.
func startSignedServers(t *testing.T) (nsd, unbound string) {
	t.Helper()
	var zones []*resolver.Zone
	for apex, text := range signedZones {
		head := "$ORIGIN " + apex + "\n$TTL 3600\n@ SOA ns.registrar.example. hostmaster 1 7200 900 1209600 3600\n@ NS ns.registrar.example.\n"
		parsed, err := zone.Parse(apex+"zone", strings.NewReader(head+text), zone.Options{})
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, parsed...)
	}
	tree, err := dnstest.NewTree(zones)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	nsd, unbound = freePort(t), freePort(t)
	var apexes []string
	for i, z := range tree.Zones() {
		var text strings.Builder
		for _, r := range z.Records() {
			fmt.Fprintln(&text, r)
		}
		writeFile(t, filepath.Join(dir, fmt.Sprintf("%d.zone", i)), text.String())
		apexes = append(apexes, z.Apex)
	}
	writeFile(t, filepath.Join(dir, "nsd.conf"), signedNSD(dir, nsd, apexes))
	writeFile(t, filepath.Join(dir, "unbound.conf"), signedUnbound(dir, nsd, unbound, tree.Anchor().String(), apexes))
	startServer(t, nsd, "nsd", "-d", "-c", filepath.Join(dir, "nsd.conf"))
	startServer(t, unbound, "unbound", "-d", "-c", filepath.Join(dir, "unbound.conf"))
	return nsd, unbound
}

func signedNSD(dir, address string, apexes []string) string {
	host, port, _ := net.SplitHostPort(address)
	var b strings.Builder
	fmt.Fprintf(&b, "server:\n ip-address: %s@%s\n username: \"\"\n chroot: \"\"\n zonesdir: %q\n pidfile: \"\"\n xfrdfile: \"\"\n zonelistfile: %q\n database: \"\"\n server-count: 1\nremote-control:\n control-enable: no\n", host, port, dir, filepath.Join(dir, "zone.list"))
	for i, apex := range apexes {
		fmt.Fprintf(&b, "zone:\n name: %q\n zonefile: \"%d.zone\"\n", apex, i)
	}
	return b.String()
}

func signedUnbound(dir, nsd, address, anchor string, apexes []string) string {
	_, port, _ := net.SplitHostPort(address)
	_, upstream, _ := net.SplitHostPort(nsd)
	var b strings.Builder
	fmt.Fprintf(&b, "server:\n interface: 127.0.0.1@%s\n username: \"\"\n chroot: \"\"\n directory: %q\n pidfile: \"\"\n use-syslog: no\n do-not-query-localhost: no\n module-config: \"validator iterator\"\n num-threads: 1\n qname-minimisation: no\n ede: yes\n trust-anchor: %q\nremote-control:\n control-enable: no\n", port, dir, anchor)
	for _, apex := range apexes {
		fmt.Fprintf(&b, "stub-zone:\n name: %q\n stub-addr: 127.0.0.1@%s\n", apex, upstream)
	}
	return b.String()
}

// TestRealServersDNSSEC audits the tree through a resolver that validates it,
// and through a name server that does not.
func TestRealServersDNSSEC(t *testing.T) {
	needRealServers(t)
	program := buildProgram(t)
	nsd, unbound := startSignedServers(t)
	for _, test := range []struct {
		server, domain    string
		security, reason  string
		dane              string
		raised, notRaised []string
	}{
		{unbound, "good.jp", "secure", "validated", "pass", nil, []string{"dnssec-unsigned", "dnssec-bogus", "dane-no-dnssec", "dmarc-unsigned"}},
		{unbound, "plain.jp", "insecure", "no-ds", "warn", []string{"dnssec-unsigned", "dane-no-dnssec"}, []string{"dnssec-bogus"}},
		{unbound, "island.jp", "insecure", "no-ds", "none", []string{"dnssec-unsigned"}, []string{"dnssec-bogus"}},
		{unbound, "bogus.jp", "bogus", "fails-validation", "", []string{"dnssec-bogus"}, []string{"dnssec-unsigned"}},
		{unbound, "old.jp", "", "", "none", []string{"dnssec-alg"}, []string{"dnssec-bogus", "dnssec-unsigned"}},
		{nsd, "good.jp", "unknown", "not-validating", "unknown", nil, []string{"dnssec-unsigned", "dnssec-bogus", "dane-no-dnssec"}},
		{nsd, "plain.jp", "insecure", "no-ds", "warn", []string{"dnssec-unsigned", "dane-no-dnssec"}, []string{"dnssec-bogus"}},
		{nsd, "bogus.jp", "unknown", "not-validating", "none", nil, []string{"dnssec-unsigned", "dnssec-bogus"}},
	} {
		printed := runIn(t, t.TempDir(), program, []string{"check", "--no-http", "--format", "json", "--resolver", test.server, test.domain})
		var document struct {
			Reports []struct {
				Checks []struct {
					Name, Status string
					Facts        struct{ Security, Reason string }
				}
				Findings []struct{ Rule string }
			}
		}
		if err := json.Unmarshal([]byte(printed.text), &document); err != nil || len(document.Reports) != 1 {
			t.Errorf("%s through %s: %v\n%s", test.domain, test.server, err, printed.text)
			continue
		}
		raised := map[string]bool{}
		for _, f := range document.Reports[0].Findings {
			raised[f.Rule] = true
		}
		for _, c := range document.Reports[0].Checks {
			if c.Name == "dnssec" && test.security != "" && (c.Facts.Security != test.security || c.Facts.Reason != test.reason) {
				t.Errorf("%s through %s: %+v, want %s, %s", test.domain, test.server, c.Facts, test.security, test.reason)
			}
			if c.Name == "dane" && test.dane != "" && c.Status != test.dane {
				t.Errorf("%s through %s: dane is %s, want %s", test.domain, test.server, c.Status, test.dane)
			}
		}
		for _, rule := range test.raised {
			if !raised[rule] {
				t.Errorf("%s through %s: %s is not raised", test.domain, test.server, rule)
			}
		}
		for _, rule := range test.notRaised {
			if raised[rule] {
				t.Errorf("%s through %s: %s is raised", test.domain, test.server, rule)
			}
		}
	}
}
