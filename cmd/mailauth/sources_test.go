package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/cmd/internal/cli"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

// One audit serves them all: zones, a live server with these zones and a
// recording of it give the same report, but for where the answers came from.
func TestSourcesAgree(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "zones")
	copyZones(t, folder)
	server := dnstest.Start(t, readZones(t, folder)...)
	for _, domain := range auditedDomains {
		t.Run(domain, func(t *testing.T) {
			tape := filepath.Join(t.TempDir(), "tape.json")
			want, wantCode := run(t, "check", "--format", "json", "--offline", "--zone", folder, domain)
			live, liveCode := run(t, "check", "--format", "json", "--resolver", server.Addr(), "--record", tape, domain)
			asked := server.Count()
			replay, replayCode := run(t, "check", "--format", "json", "--replay", tape, domain)
			if now := server.Count(); now != asked {
				t.Errorf("the replay asked the server %d questions, want none", now-asked)
			}
			if liveCode != wantCode || replayCode != wantCode {
				t.Errorf("exit status %d from the zone, %d live, %d replayed", wantCode, liveCode, replayCode)
			}
			if diff := cmp.Diff(want, live); diff != "" {
				t.Errorf("live differs (-zone +live):\n%s", diff)
			}
			if diff := cmp.Diff(live, replay); diff != "" {
				t.Errorf("the replay differs (-live +replay):\n%s", diff)
			}
		})
	}
}

func readZones(t *testing.T, folder string) []*resolver.Zone {
	t.Helper()
	zones, err := zone.Read(folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	return zones
}

// run calls the program and returns its report without what may differ between
// sources.
func run(t *testing.T, args ...string) (report any, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
	if code == 2 || stderr.Len() > 0 {
		t.Fatalf("mailauth %v: exit status %d\n%s", args, code, stderr.String())
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatalf("mailauth %v printed no JSON: %v", args, err)
	}
	return withoutSource(report), code
}
