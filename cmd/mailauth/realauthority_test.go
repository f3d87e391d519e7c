package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sharedZone is example.com at two servers, which differ in its SPF record.
const sharedZone = `$ORIGIN example.com.
@ 300 SOA ns1 hostmaster 2026112201 7200 900 1209600 120
@ 300 NS ns1
@ 300 NS ns2
ns1 300 A %s
ns2 300 A %s
@ 300 MX 10 mail
mail 300 A 192.0.2.25
@ 300 TXT "v=spf1 ip4:%s -all"
_dmarc 300 TXT "v=DMARC1; p=reject"
`

// realList is a blocklist of addresses.
const realList = `$ORIGIN bl.example.com.
@ 300 SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 60
@ 300 NS ns1.example.com.
2.0.0.127 300 A 127.0.0.2
25.2.0.192 300 A 127.0.0.4
`

// TestRealServersAuthority asks two NSDs that differ, then one that is gone, and
// a blocklist.
func TestRealServersAuthority(t *testing.T) {
	needRealServers(t)
	first, second := nameServerAddress(t), nameServerAddress(t)
	program := buildProgram(t)
	servers := startRealServersAt(t, first, map[string]string{
		"example.com":    fmt.Sprintf(sharedZone, first, second, "192.0.2.25"),
		"bl.example.com": realList,
	})
	other := startSecondNSD(t, second, "example.com", fmt.Sprintf(sharedZone, first, second, "198.51.100.25"))
	dir := filepath.Dir(servers.zones)
	writeFile(t, filepath.Join(dir, "lists.toml"), "[list.\"bl.example.com\"]\nlists = \"address\"\n")
	rules := func(line string) (ids []string) {
		t.Helper()
		p := runIn(t, dir, program, strings.Fields("check --format json --fail-on never --unknown ignore --resolver "+servers.unbound+" "+line+" example.com"))
		var document struct {
			Reports []struct {
				Findings []struct{ Rule, Name string }
			}
		}
		if err := json.Unmarshal([]byte(p.text), &document); err != nil || len(document.Reports) != 1 {
			t.Fatalf("%s: %v\n%s", line, err, p.text)
		}
		for _, f := range document.Reports[0].Findings {
			if strings.HasPrefix(f.Rule, "ns-") || strings.HasPrefix(f.Rule, "bl-") || f.Rule == "dns-tempfail" {
				ids = append(ids, f.Rule+" "+f.Name)
			}
		}
		return ids
	}
	for _, tt := range []struct {
		line string
		want string
		has  bool
	}{
		{"", "ns-inconsistent example.com.", false},
		{"--authoritative", "ns-inconsistent example.com.", true},
		{"--authoritative", "ns-lame example.com.", false},
		{"--dnsbl-lists lists.toml", "bl-listed 25.2.0.192.bl.example.com.", true},
	} {
		if got := rules(tt.line); slices.Contains(got, tt.want) != tt.has {
			t.Errorf("%q: %v; has %s is to be %v", tt.line, got, tt.want, tt.has)
		}
	}
	if err := other.Kill(); err != nil {
		t.Fatal(err)
	}
	got := rules("--authoritative")
	if slices.Contains(got, "ns-lame example.com.") || !slices.Contains(got, "dns-tempfail example.com.") {
		t.Errorf("with a server that is gone: %v; expected an open question, nothing lame", got)
	}
}

func startSecondNSD(t *testing.T, address, apex, text string) *os.Process {
	t.Helper()
	dir := t.TempDir()
	s := realServers{nsd: freePort(t), own: address, zones: filepath.Join(dir, "zones")}
	if err := os.Mkdir(s.zones, 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(s.zones, apex+".zone"), text)
	writeFile(t, filepath.Join(dir, "nsd.conf"), nsdConfig(dir, s, []string{apex}))
	return startServer(t, s.nsd, "nsd", "-d", "-c", filepath.Join(dir, "nsd.conf"))
}
