package resolver_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// faultOf makes the error of a text and returns its code and arguments.
type faultOf func(t *testing.T, text string) (code string, args resolver.Args)

func faultOfRecord(t *testing.T, text string) (string, resolver.Args) {
	_, err := resolver.ParseRecord(text)
	var e *resolver.FieldError
	if !errors.As(err, &e) {
		t.Fatalf("%s: %v, want a *FieldError", text, err)
	}
	return e.Code, e.Args
}

func faultOfRecording(t *testing.T, text string) (string, resolver.Args) {
	_, err := resolver.ReadRecording(strings.NewReader(text), "s.json")
	var e *resolver.RecordingError
	if !errors.As(err, &e) {
		t.Fatalf("%s: %v, want a *RecordingError", text, err)
	}
	return e.Code, e.Args
}

func faultOfAnswer(t *testing.T, entry string) (string, resolver.Args) {
	return faultOfRecording(t, withAnswer(entry))
}

func faultOfFetch(t *testing.T, entry string) (string, resolver.Args) {
	return faultOfRecording(t, `{"version":1,"recorded_at":"2026-05-20T09:00:00Z","answers":[],"fetches":[`+entry+`]}`)
}

func faultOfExchange(t *testing.T, entry string) (string, resolver.Args) {
	return faultOfRecording(t, `{"version":1,"recorded_at":"2026-05-20T09:00:00Z","answers":[],"exchanges":[`+entry+`]}`)
}

func faultOfEdit(t *testing.T, text string) (string, resolver.Args) {
	_, err := resolver.Patch(t.Context(), edits(t, text), world(zoneOf(t, "example.co.jp.", patched)))
	var e *resolver.EditError
	if !errors.As(err, &e) {
		t.Fatalf("%s: %v, want an *EditError", text, err)
	}
	return e.Code, e.Args
}

// TestFaultCodes raises every code, so that a catalogue of them is one of what
// can happen.
func TestFaultCodes(t *testing.T) {
	raised := map[string]bool{}
	for _, tt := range []struct {
		of               faultOf
		text, code, args string
	}{
		{faultOfRecord, "a..b. 60 IN A 192.0.2.1", "name-empty-label", "found name"},
		{faultOfRecord, strings.Repeat("a", 64) + ". 60 IN A 192.0.2.1", "name-label-long", "found name octets"},
		{faultOfRecord, strings.Repeat("a.", 128) + " 60 IN A 192.0.2.1", "name-long", "found name octets"},
		{faultOfRecord, `a\400. 60 IN A 192.0.2.1`, "name-escape", "found name"},
		{faultOfRecord, `"a." 60 IN A 192.0.2.1`, "name-quoted", "found"},
		{faultOfRecord, "example.jp. 60 IN MX 10 mail", "name-relative", "found"},
		{faultOfRecord, `example.jp. 60 IN TXT "v=spf1`, "quote-open", ""},
		{faultOfRecord, `example.jp. 60 IN TXT a\`, "backslash-at-end", ""},
		{faultOfRecord, "example.jp. 60 IN TXT (a)", "char-outside-quotes", "char"},
		{faultOfRecord, `example.jp. 60 IN TXT "\400"`, "escape", "found"},
		{faultOfRecord, "example.jp. A", "record-line", "found"},
		{faultOfRecord, "example.jp. x IN A 192.0.2.1", "ttl", "found"},
		{faultOfRecord, "example.jp. 60 CH A 192.0.2.1", "class", "found"},
		{faultOfRecord, "example.jp. 60 IN TEXT a", "type", "found"},
		{faultOfRecord, "example.jp. 60 IN A", "ipv4", "found"},
		{faultOfRecord, "example.jp. 60 IN AAAA 192.0.2.1", "ipv6", "found"},
		{faultOfRecord, "example.jp. 60 IN NS", "name-server", "found"},
		{faultOfRecord, "example.jp. 60 IN CNAME", "alias-target", "found"},
		{faultOfRecord, "example.jp. 60 IN DNAME", "dname-target", "found"},
		{faultOfRecord, "example.jp. 60 IN PTR", "host-name", "found"},
		{faultOfRecord, "example.jp. 60 IN MX mail.example.jp.", "mx-preference", "found"},
		{faultOfRecord, "example.jp. 60 IN MX 10", "mx-host", "found"},
		{faultOfRecord, "example.jp. 60 IN SRV x", "srv-priority", "found"},
		{faultOfRecord, "example.jp. 60 IN SRV 0 x", "srv-weight", "found"},
		{faultOfRecord, "example.jp. 60 IN SRV 0 0 65536", "srv-port", "found"},
		{faultOfRecord, "example.jp. 60 IN SOA", "soa-primary", "found"},
		{faultOfRecord, "example.jp. 60 IN SOA .", "soa-mailbox", "found"},
		{faultOfRecord, "example.jp. 60 IN SOA . . x", "soa-serial", "found"},
		{faultOfRecord, "example.jp. 60 IN SOA . . 1 x", "soa-refresh", "found"},
		{faultOfRecord, "example.jp. 60 IN SOA . . 1 2 x", "soa-retry", "found"},
		{faultOfRecord, "example.jp. 60 IN SOA . . 1 2 3 x", "soa-expire", "found"},
		{faultOfRecord, "example.jp. 60 IN SOA . . 1 2 3 4", "soa-minimum", "found"},
		{faultOfRecord, "example.jp. 60 IN TXT", "text", "found"},
		{faultOfRecord, "example.jp. 60 IN MX 10 a. b.", "extra-data", "found"},
		{faultOfRecord, "example.jp. 60 IN CAA", "data", "found type"},
		{faultOfRecord, "example.jp. 60 IN CAA x", "data", "found type why"},
		{faultOfRecord, "example.jp. 60 IN ANY x", "type-not-data", "type"},

		{faultOfEdit, `- nothing.example.co.jp. TXT "x"`, "nothing-to-remove", "found"},
		{faultOfEdit, `+ x.old.example.co.jp. A 192.0.2.1`, "below-dname", "owner"},
		{faultOfEdit, `- x.wild.example.co.jp. TXT "anything"`, "from-wildcard", ""},
		{faultOfEdit, `+ _dmarc.example.co.jp. CNAME other.example.net.`, "cname-twice", "count"},
		{faultOfEdit, `+ host.example.co.jp. CNAME mail.example.co.jp.`, "cname-beside-data", "types"},
		{faultOfEdit, `+ toapex.example.co.jp. TXT "x"`, "beside-cname", "target"},
		{faultOfEdit, `+ host.example.co.jp. A 192.0.2`, "ipv4", "found"},
		{faultOfEdit, `+ host..jp. A 192.0.2.1`, "name-empty-label", "found name"},

		{faultOfRecording, `{`, "not-json", "why"},
		{faultOfRecording, `{}`, "version-missing", "version"},
		{faultOfRecording, `{"version":2}`, "version-other", "found version"},
		{faultOfRecording, `{"version":1,"recorded_at":"now"}`, "time", "found"},
		{faultOfRecording, `{"version":1,"tool":1}`, "want-text", "found"},
		{faultOfRecording, `{"version":1,"domains":"example.jp"}`, "want-list", "found"},
		{faultOfRecording, `{"version":1,"seed":"x"}`, "want-number", "found"},
		{faultOfRecording, `[]`, "want-object", "found"},
		{faultOfRecording, `{"version":1,"domain":[]}`, "unknown-field", "found"},
		{faultOfRecording, `{"version":1,"recorded_at":"2026-05-20T09:00:00Z","names":[{"below":"example.jp.","names":["example.net."]}]}`, "name-outside", "below found"},
		{faultOfAnswer, `{"name":"a.example.","type":"A","authentic":1}`, "want-bool", "found"},
		{faultOfAnswer, `{"name":"a..example.","type":"A"}`, "name-empty-label", "found name"},
		{faultOfAnswer, `{"name":"a.example.","type":"A","status":"NODATA"},{"name":"a.example.","type":"A","status":"NODATA"}`, "twice", "earlier"},
		{faultOfAnswer, `{"name":"a.example.","type":"A"}`, "status", "found"},
		{faultOfAnswer, `{"name":"a.example.","type":"A","error":"x"}`, "error-kind", "found list"},
		{faultOfAnswer, `{"name":"a.example.","type":"A","error":"timeout","status":"NODATA"}`, "error-beside-answer", ""},
		{faultOfAnswer, `{"name":"a.example.","type":"A","status":"data"}`, "data-without-records", ""},
		{faultOfAnswer, `{"name":"a.example.","type":"A","status":"NODATA","records":["a.example. 60 IN A 192.0.2.1"]}`, "status-beside-records", "found"},
		{faultOfAnswer, `{"name":"a.example.","type":"A","status":"NODATA","chain":["b.example. 60 IN CNAME c.example."]}`, "chain-alias", "found name"},
		{faultOfAnswer, `{"name":"a.example.","type":"A","status":"NODATA","chain":["a.example. 60 IN DNAME c.example."]}`, "chain-dname", "found name"},
		{faultOfAnswer, `{"name":"a.example.","type":"A","status":"NODATA","chain":["a.example. 60 IN A 192.0.2.1"]}`, "chain-type", "found"},
		{faultOfAnswer, `{"name":"a.example.","type":"A","records":["b.example. 60 IN A 192.0.2.1"]}`, "record-owner", "found name"},
		{faultOfAnswer, `{"name":"a.example.","type":"A","records":["a.example. 60 IN TXT a"]}`, "record-type", "found type"},
		{faultOfExchange, `{"query":{"name":"a.example.","type":"A","flags":["aa"]}}`, "flag", "found list"},
		{faultOfExchange, `{"query":{"name":"a.example.","type":"A"}}`, "reply-or-error", ""},
		{faultOfExchange, `{"query":{"name":"a.example.","type":"A"},"reply":{"rcode":"OK"}}`, "rcode", "found"},
		{faultOfFetch, `{"status":200}`, "url", ""},
		{faultOfFetch, `{"url":"https://a.example/","status":20}`, "http-status", "found"},
		{faultOfFetch, `{"url":"https://a.example/","status":200,"body":"a","body_base64":"YQ=="}`, "body-twice", ""},
		{faultOfFetch, `{"url":"https://a.example/","status":200,"tls":"SSL"}`, "tls-version", "found"},
		{faultOfFetch, `{"url":"https://a.example/","status":200,"error":"tls"}`, "error-beside-response", ""},
		{faultOfFetch, `{"url":"https://a.example/","status":200,"detail":"x"}`, "detail-without-error", ""},
		{faultOfFetch, `{"url":"https://a.example/","error":"dns","dns":{"name":"a.example.","type":"A"}}`, "dns-without-error", ""},
		{faultOfFetch, `{"url":"https://a.example/","error":"tls","certificates":["YQ=="]}`, "certificate", "why"},
	} {
		code, args := tt.of(t, tt.text)
		if names := strings.Join(slices.Sorted(maps.Keys(args)), " "); code != tt.code || names != tt.args {
			t.Errorf("%s: code %s with %q, want %s with %q", tt.text, code, names, tt.code, tt.args)
		}
		raised[code] = true
	}
	raised[codeOfReading(blanks{})], raised[codeOfReading(broken{})] = true, true
	if want, got := slices.Sorted(slices.Values(resolver.FaultCodes())), slices.Sorted(maps.Keys(raised)); !slices.Equal(got, want) {
		t.Errorf("raised\n%q\nlisted\n%q", got, want)
	}
	for _, code := range zone.Codes() {
		if slices.Contains(resolver.FaultCodes(), code) && code != "unreadable" {
			t.Errorf("%s means one thing in a zone file and another elsewhere", code)
		}
	}
}

// broken is a file of a disk that fails.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

func codeOfReading(r interface{ Read([]byte) (int, error) }) string {
	_, err := resolver.ReadRecording(r, "s.json")
	var e *resolver.RecordingError
	errors.As(err, &e)
	return e.Code
}
