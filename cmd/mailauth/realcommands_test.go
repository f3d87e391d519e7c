package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// realCommand is a command line as users have it. live is what it has where
// servers are asked, offline what it has where their zones are read.
type realCommand struct {
	args          string
	live, offline string
	status        int
	why           string
}

// realCommands ask about SPF in every way.
var realCommands = []realCommand{
	{"simulate shop.example.co.jp --ip 203.0.113.40", "", "--zone zones", 0, "its mail server"},
	{"simulate example.co.jp --ip 203.0.113.7", "", "--zone zones", 1, "a hyphen stands for the equals sign: there is no record"},
	{"simulate --sender info@shop.example.co.jp --helo mail.shop.example.co.jp --ip 2001:db8::25", "", "--zone zones", 1, "it has no IPv6 address"},
	{"simulate --sender <> --helo mail.shop.example.co.jp --ip 203.0.113.40", "", "--zone zones", 0, "a bounce"},
	{"simulate travel.example.co.jp --ip 203.0.113.130 --sender info@travel.example.co.jp", "", "--zone zones", 1, "behind the tenth look-up"},
	{"simulate shop.example.co.jp --ip 203.0.113.0/24", "", "--zone zones", 1, "one address of the prefix"},
	{"simulate shop.example.co.jp --ip 192.0.2.0/24", "--zone new.zone", "--zone zones-new", 1, "a zone before it is published"},
	{"simulate shop.example.co.jp --ip-file senders.txt --before live --after new.zone", "", "--zone zones", 1, "a sender loses pass"},
	{"simulate shop.example.co.jp --ip 198.51.100.16 --before live --after new.zone", "", "--zone zones", 0, "this one does not"},
	{"spf tree shop.example.co.jp", "", "--zone zones", 0, "one include"},
	{"spf tree travel.example.co.jp", "", "--zone zones", 1, "over ten look-ups"},
	{"spf networks shop.example.co.jp", "", "--zone zones", 0, "one include"},
	{"spf networks travel.example.co.jp", "", "--zone zones", 1, "whether some pass depends on the message"},
	{"spf flatten shop.example.co.jp", "", "--zone zones", 0, "fits as it is"},
	{"spf flatten travel.example.co.jp", "", "--zone zones", 0, "ten look-ups are left"},
	{"spf flatten travel.example.co.jp --all", "", "--zone zones", 0, "one look-up is left"},
	{"spf flatten deep.example.jp", "", "--zone zones", 1, "an include leads nowhere"},
	{"spf flatten deep.example.jp --drop include:i1.example.net", "", "--zone zones", 0, "without it"},
}

// forms are how a command, if it begins so, is asked to print. Over TCP and TLS
// one form says enough.
var forms = []struct {
	command, flags string
	japanese       bool
	ways           []string
}{
	{"", "--lang en", false, []string{"NSD over UDP", "Unbound over UDP"}},
	{"", "--lang ja", true, []string{"NSD over UDP", "Unbound over UDP"}},
	{"", "--format json --lang en", false, []string{"NSD over UDP", "NSD over TCP", "Unbound over UDP", "Unbound over DoT"}},
	{"spf networks", "--format csv --lang en", false, []string{"Unbound over UDP"}},
}

// TestRealServersCommands runs every command that asks about SPF, in both
// languages and as JSON, on real name servers, and compares what it says with
// what it says of their zones.
func TestRealServersCommands(t *testing.T) {
	needRealServers(t)
	program := buildProgram(t)
	servers := startRealServers(t)
	dir := filepath.Dir(servers.zones)
	copyMigration(t, dir)
	for _, c := range realCommands {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			for _, form := range forms {
				if !strings.HasPrefix(c.args, form.command) {
					continue
				}
				want := runIn(t, dir, program, c.line("--offline", c.offline, form.flags))
				if want.status != c.status {
					t.Errorf("%s: exit status %d from the zones, expected %d: %s\n%s", form.flags, want.status, c.status, c.why, want.text)
				}
				if japanese := strings.ContainsFunc(want.text, isJapanese); japanese != form.japanese {
					t.Errorf("%s: Japanese %v:\n%s", form.flags, japanese, want.text)
				}
				for _, way := range form.ways {
					got := runIn(t, dir, program, c.line("--resolver", servers.ways()[way], c.live, form.flags), "SSL_CERT_FILE="+servers.ca)
					if got.status != c.status {
						t.Errorf("%s: exit status %d from %s, expected %d: %s\n%s", form.flags, got.status, way, c.status, c.why, got.text)
					}
					if diff := cmp.Diff(want.said(t), got.said(t)); diff != "" {
						t.Errorf("%s: %s says what the zones do not (-zones +server):\n%s", form.flags, way, diff)
					}
				}
			}
		})
	}
}

// TestRealServersRecorded compares what a real server said once, kept in a
// recording, with a new zone.
func TestRealServersRecorded(t *testing.T) {
	needRealServers(t)
	program := buildProgram(t)
	servers := startRealServers(t)
	dir := filepath.Dir(servers.zones)
	copyMigration(t, dir)
	const senders = "simulate shop.example.co.jp --lang en --ip-file senders.txt"
	runIn(t, dir, program, strings.Fields(senders+" --record today.json --resolver "+servers.unbound))
	want := runIn(t, dir, program, strings.Fields(senders+" --offline --zone zones --before live --after new.zone"))
	got := runIn(t, dir, program, strings.Fields(senders+" --before today.json --after new.zone"))
	if diff := cmp.Diff(want.said(t), got.said(t)); diff != "" || got.status != 1 || want.status != 1 {
		t.Errorf("exit status %d, from the zones %d, expected 1 (-zones +recording):\n%s", got.status, want.status, diff)
	}
}

// TestRealServersFailing asks servers that answer SERVFAIL: nobody can tell, and
// the name servers of that domain are to blame, not the network.
func TestRealServersFailing(t *testing.T) {
	needRealServers(t)
	program := buildProgram(t)
	servers := startRealServers(t)
	advice := map[string]string{"en": "lookatthenameserversof", "ja": "名前のDNSサーバー"} // wherever lines break
	for _, args := range []string{
		"simulate dead.co.jp --ip 203.0.113.7", "spf tree dead.co.jp", "spf networks dead.co.jp", "spf flatten dead.co.jp",
	} {
		for _, address := range []string{servers.nsd, servers.unbound} {
			for lang, want := range advice {
				got := runIn(t, ".", program, strings.Fields(args+" --lang "+lang+" --resolver "+address))
				text := strings.Join(strings.Fields(got.text), "")
				if got.status != 3 || !strings.Contains(text, want) || !strings.Contains(text, "SERVFAIL") {
					t.Errorf("%s: exit status %d, expected 3 with %q:\n%s", args, got.status, want, got.text)
				}
			}
		}
	}
}

func (c realCommand) line(parts ...string) []string {
	return strings.Fields(c.args + " " + strings.Join(parts, " "))
}

// copyMigration puts the files of the guide beside the zones: who sends, and the
// shop's new zone; and all zones as they are with it.
func copyMigration(t *testing.T, dir string) {
	t.Helper()
	copyZones(t, filepath.Join(dir, "zones-new"))
	for file, to := range map[string][]string{
		"senders.txt": {"senders.txt"}, "new.zone": {"new.zone", filepath.Join("zones-new", "shop.example.co.jp.zone")},
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "migration", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range to {
			writeFile(t, filepath.Join(dir, name), string(text))
		}
	}
}

// printed is what a command printed, and its exit status.
type printed struct {
	text   string
	status int
}

// runIn runs the program in a folder; what it complains of fails the test.
func runIn(t *testing.T, dir, program string, args []string, env ...string) printed {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "LC_ALL=C"), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if stderr.Len() > 0 || stdout.Len() == 0 {
		t.Fatalf("mailauth %s: exit status %d\n%s", strings.Join(args, " "), cmd.ProcessState.ExitCode(), &stderr)
	}
	return printed{stdout.String(), cmd.ProcessState.ExitCode()}
}

func isJapanese(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) }

// What differs between sources in texts: what asking cost, how long a cache keeps
// records.
var (
	shownCost   = regexp.MustCompile(`(?m)( +\d+ questions?, \d+\.\d+ s| +問い合わせ\d+回、\d+\.\d+秒)$`)
	shownCaches = regexp.MustCompile(`(?ms)^   (Caches|反映) .*?(^$|\z)`)
	shownTTL    = regexp.MustCompile(`\. \d+ IN TXT `)
)

// said is what was printed without what may differ between sources.
func (p printed) said(t *testing.T) any {
	t.Helper()
	if strings.HasPrefix(p.text, "{") {
		return withoutSource(parseJSON(t, p.text))
	}
	text := shownCost.ReplaceAllString(p.text, "")
	text = shownCaches.ReplaceAllString(text, "")
	return shownTTL.ReplaceAllString(text, ". IN TXT ")
}
