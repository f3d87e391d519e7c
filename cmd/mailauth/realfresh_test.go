package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mailauth/cmd/internal/report"
)

// movingZone is the zone of example.com; its only name server is at %s. After
// the move, movedZone has other senders under a name that was not there.
const (
	movingZone = `$ORIGIN example.com.
@ 300 SOA ns1 hostmaster 2026112201 7200 900 1209600 120
@ 300 NS ns1
ns1 300 A %s
@ 900 TXT "v=spf1 ip4:192.0.2.25 include:_spf.example.net -all"
flat 900 TXT "v=spf1 ip4:198.51.100.0/24 -all"
_spf-source.flat 900 TXT "v=spf1 include:_spf.example.net -all"
`
	movedZone = `$ORIGIN example.com.
@ 300 SOA ns1 hostmaster 2026112202 7200 900 1209600 120
@ 300 NS ns1
ns1 300 A %s
@ 600 TXT "v=spf1 include:_own.example.com include:_spf.example.net -all"
_own 600 TXT "v=spf1 ip4:192.0.2.80 -all"
flat 900 TXT "v=spf1 ip4:198.51.100.0/24 -all"
_spf-source.flat 900 TXT "v=spf1 include:_spf.example.net -all"
`
)

// TestRealServersFresh moves a domain. The zone's own server knows how long
// others keep old answers, and after the move it says something else than a
// cache.
func TestRealServersFresh(t *testing.T) {
	needRealServers(t)
	own := nameServerAddress(t)
	program := buildProgram(t)
	before, after := fmt.Sprintf(movingZone, own), fmt.Sprintf(movedZone, own)
	servers := startRealServersAt(t, own, map[string]string{"example.com": before})
	dir := filepath.Dir(servers.zones)
	writeFile(t, filepath.Join(dir, "new.zone"), after)
	run := func(line string) printed {
		t.Helper()
		return runIn(t, dir, program, strings.Fields(line+" --resolver "+servers.unbound))
	}
	const move = "simulate example.com --ip 192.0.2.25,198.51.100.7 --before live --after new.zone"

	cached := run(move + " --format json")
	if got := transitionOf(t, cached); !got.AtLeast || got.MaxTTL < 1 || got.MaxTTL > 900 || len(got.Sets) != 2 || cached.status != 1 {
		t.Errorf("from a cache: exit status %d, %+v; expected at least some seconds of 900, for two sets", cached.status, got)
	}
	fresh := run(move + " --format json --fresh")
	want := report.Transition{Sets: []report.ChangedSet{
		{Name: "_own.example.com.", Type: "TXT", TTL: 120, Absent: true}, // the SOA's minimum: RFC 2308 §5
		{Name: "example.com.", Type: "TXT", TTL: 900},
	}, Open: []string{}, Mixtures: 3, MaxTTL: 900} // the old record does not lead to the new name
	if diff := cmp.Diff(want, transitionOf(t, fresh)); diff != "" || fresh.status != 1 {
		t.Errorf("from the zone's own server: exit status %d, want 1 (-want +got):\n%s", fresh.status, diff)
	}
	for line, said := range map[string]string{
		move + " --lang en":         "for at least",
		move + " --lang ja":         "少なくとも",
		move + " --lang en --fresh": "old answers for 15 minutes after the change:",
		move + " --lang ja --fresh": "変更後も15分は、",
	} {
		if got := run(line); !strings.Contains(got.text, said) || strings.Contains(line, "--fresh") == strings.Contains(got.text, "--fresh") {
			t.Errorf("%s does not say %q, or offers --fresh:\n%s", line, said, got.text)
		}
	}
	for _, command := range []string{
		"simulate example.com --ip 192.0.2.0/24", "spf tree example.com", "spf networks example.com",
		"spf flatten example.com --all", "spf flatten flat.example.com --check",
	} {
		for _, form := range []string{" --lang en", " --lang ja", " --format json --lang en"} {
			want := runIn(t, dir, program, strings.Fields(command+form+" --offline --zone zones"))
			got := run(command + form + " --fresh")
			if diff := cmp.Diff(want.said(t), got.said(t)); diff != "" || got.status != want.status {
				t.Errorf("%s%s --fresh: exit status %d, from the zone %d (-zone +server):\n%s", command, form, got.status, want.status, diff)
			}
		}
	}

	writeFile(t, filepath.Join(servers.zones, "example.com.zone"), after)
	publish(t, servers, func() bool {
		return runIn(t, dir, program, strings.Fields("simulate example.com --ip 192.0.2.80 --resolver "+servers.nsd)).status == 0
	})
	for line, status := range map[string]int{
		"simulate example.com --ip 192.0.2.80":         1, // the cache has the record of before
		"simulate example.com --ip 192.0.2.25":         0,
		"simulate example.com --ip 192.0.2.80 --fresh": 0,
		"simulate example.com --ip 192.0.2.25 --fresh": 1,
	} {
		if got := run(line); got.status != status {
			t.Errorf("after the move, %s: exit status %d, want %d\n%s", line, got.status, status, got.text)
		}
	}
}

// transitionOf reads how long a change takes to reach everyone.
func transitionOf(t *testing.T, p printed) report.Transition {
	t.Helper()
	var document struct{ Transition report.Transition }
	if err := json.Unmarshal([]byte(p.text), &document); err != nil {
		t.Fatalf("this is no JSON: %v\n%s", err, p.text)
	}
	return document.Transition
}

// publish lets NSD read its zones again, and waits until it has.
func publish(t *testing.T, s realServers, done func() bool) {
	t.Helper()
	for range 100 {
		if err := s.process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		if done() {
			return
		}
	}
	t.Fatal("NSD does not read its zones again")
}

// nameServerAddress finds a loopback address whose port 53 is free, and skips the
// test where nobody may listen there.
func nameServerAddress(t *testing.T) string {
	t.Helper()
	var failure error
	for range 20 {
		addr := fmt.Sprintf("127.53.%d.%d", rand.N(256), 1+rand.N(254))
		tcp, err := net.Listen("tcp", addr+":53")
		if err != nil {
			failure = err
			continue
		}
		tcp.Close()
		udp, err := net.ListenPacket("udp", addr+":53")
		if err != nil {
			failure = err
			continue
		}
		udp.Close()
		return addr
	}
	if errors.Is(failure, fs.ErrPermission) {
		t.Skipf("--fresh asks port 53, and nobody may listen there: %v", failure)
	}
	t.Fatal(failure)
	return ""
}
