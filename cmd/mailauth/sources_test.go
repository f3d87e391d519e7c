package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

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
			if diff := cmp.Diff(want, live, whyUnsaid); diff != "" {
				t.Errorf("live differs (-zone +live):\n%s", diff)
			}
			if diff := cmp.Diff(live, replay); diff != "" {
				t.Errorf("the replay differs (-live +replay):\n%s", diff)
			}
		})
	}
}

// whyUnsaid leaves out why nothing can be told of DNSSEC: alone, a zone has
// nobody to ask about its DS records.
var whyUnsaid = cmp.FilterPath(func(p cmp.Path) bool {
	key, ok := p.Last().(cmp.MapIndex)
	return ok && key.Key().String() == "reason"
}, cmp.Ignore())

// answered are command lines beside check, with the schema of what they print:
// addresses that pass directly, by an include and not at all, and a prefix of
// both kinds; records within the limits and beyond.
var answered = []struct {
	schema string
	args   []string
}{
	{"simulation", []string{"simulate", "--format", "json", "--ip", "203.0.113.40,198.51.100.7,203.0.113.99,203.0.113.0/26,2001:db8::25,2001:db8::/32", "shop.example.co.jp"}},
	{"simulation", []string{"simulate", "--format", "json", "--ip", "192.0.2.1,192.0.2.0/28", "--sender", "info@deep.example.jp", "--helo", "mx1.deep.example.jp"}},
	{"simulation", []string{"simulate", "--format", "json", "--ip", "203.0.113.25", "--require", "dmarc", "--dkim", "none", "example.co.jp"}},
	{"tree", []string{"spf", "tree", "--format", "json", "travel.example.co.jp", "shop.example.co.jp", "example.co.jp"}},
	{"tree", []string{"spf", "tree", "--format", "json", "--sender", "info@deep.example.jp", "--helo", "mx1.deep.example.jp", "deep.example.jp"}},
	{"networks", []string{"spf", "networks", "--format", "json", "travel.example.co.jp", "shop.example.co.jp", "deep.example.jp"}},
	{"flatten", []string{"spf", "flatten", "--format", "json", "travel.example.co.jp"}},
	{"flatten", []string{"spf", "flatten", "--format", "json", "--all", "travel.example.co.jp"}},
	{"flatten", []string{"spf", "flatten", "--format", "json", "--check", "travel.example.co.jp"}},
}

// So do zones, a server and a recording on all else that is asked, and what is
// said fits its schema.
func TestSourcesAgreeOnAnswers(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "zones")
	copyZones(t, folder)
	server := dnstest.Start(t, readZones(t, folder)...)
	for _, answer := range answered {
		args := answer.args
		schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", answer.schema+".schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		tape := filepath.Join(t.TempDir(), "tape.json")
		want, wantCode := run(t, append(args, "--offline", "--zone", folder)...)
		live, liveCode := run(t, append(args, "--resolver", server.Addr(), "--record", tape)...)
		replay, replayCode := run(t, append(args, "--replay", tape)...)
		if liveCode != wantCode || replayCode != wantCode {
			t.Errorf("%v: exit status %d from the zone, %d live, %d replayed", args, wantCode, liveCode, replayCode)
		}
		if diff := cmp.Diff(want, live); diff != "" {
			t.Errorf("%v: live differs (-zone +live):\n%s", args, diff)
		}
		if diff := cmp.Diff(live, replay); diff != "" {
			t.Errorf("%v: the replay differs (-live +replay):\n%s", args, diff)
		}
		for _, lang := range []string{"en", "ja"} {
			if err := schema.Validate(document(t, append(args, "--lang", lang, "--replay", tape)...)); err != nil {
				t.Errorf("%v: %v", args, err)
			}
		}
	}
}

// document is what a command prints, as the schema's validator has it.
func document(t *testing.T, args ...string) any {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cli.Run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
	parsed, err := jsonschema.UnmarshalJSON(&stdout)
	if err != nil {
		t.Fatalf("mailauth %v printed no JSON: %v\n%s", args, err, &stderr)
	}
	return parsed
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
