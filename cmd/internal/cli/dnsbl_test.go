package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mailauth/checks/all"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

const blockedWorld = `$ORIGIN example.jp.
@ 3600 SOA ns hostmaster 1 7200 900 1209600 300
@ 3600 MX 10 mail
@ 3600 TXT "v=spf1 ip4:192.0.2.25 -all"
mail 3600 A 192.0.2.25
`

// Lists are asked only where that was said; a recording keeps what they said.
func TestBlocklists(t *testing.T) {
	server := dnstest.Start(t, parsedZone(t, blockedWorld),
		parsedZone(t, "$ORIGIN bl.example.\n@ 60 SOA ns hostmaster 1 7200 900 1209600 60\n2.0.0.127 60 A 127.0.0.2\n25.2.0.192 60 A 127.0.0.4\n"),
		parsedZone(t, "$ORIGIN .\n@ 60 SOA ns hostmaster 1 7200 900 1209600 60\n"))
	dir := t.TempDir()
	lists, tape := filepath.Join(dir, "lists.toml"), filepath.Join(dir, "today.json")
	if err := os.WriteFile(lists, []byte("[list.\"bl.example\"]\nlists = \"address\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		flags  []string
		listed bool
	}{
		{[]string{"--resolver", server.Addr()}, false},
		{[]string{"--resolver", server.Addr(), "--dnsbl-lists", lists, "--record", tape}, true},
		{[]string{"--replay", tape, "--dnsbl-lists", lists}, true},
		{[]string{"--replay", tape}, false},
	} {
		before := server.CountOf("2.0.0.127.bl.example.", resolver.TypeA)
		a, out, errs := testApp(t, all.Checks()...)
		args := append([]string{"check", "-v", "--unknown", "ignore", "--fail-on", "never"}, tt.flags...)
		if got := a.run(append(args, "example.jp")); got != ExitOK {
			t.Fatalf("%v: exit status %d\n%s%s", tt.flags, got, out, errs)
		}
		if listed := strings.Contains(out.String(), "bl-listed"); listed != tt.listed {
			t.Errorf("%v: listed: %v, want %v\n%s", tt.flags, listed, tt.listed, out)
		}
		asked := server.CountOf("2.0.0.127.bl.example.", resolver.TypeA) - before
		if live := tt.flags[0] == "--resolver"; (asked > 0) != (live && tt.listed) {
			t.Errorf("%v: the list was asked %d times", tt.flags, asked)
		}
	}
}

func TestBlocklistFileThatIsNone(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.toml")
	if err := os.WriteFile(bad, []byte("[list.\"bl.example\"]\nlists = \"addresses\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{bad: "addresses", filepath.Join(dir, "missing.toml"): "missing.toml"} {
		for _, lang := range []string{"en", "ja"} {
			a, _, errs := testApp(t, all.Checks()...)
			if got := a.run([]string{"check", "--lang", lang, "--dnsbl-lists", file, "example.jp"}); got != ExitUsage {
				t.Errorf("%s: exit status %d, want %d", file, got, ExitUsage)
			}
			if !strings.Contains(errs.String(), want) {
				t.Errorf("%s: the complaint does not name %s: %s", file, want, errs)
			}
		}
	}
}
