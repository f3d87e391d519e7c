package resolver_test

import (
	"io"
	"strings"
	"testing"

	"mailauth/resolver"
)

func TestRecordingFaults(t *testing.T) {
	tests := []struct{ text, want string }{
		{``, `s.json:1:1: not JSON: unexpected end of JSON input`},
		{"{\"version\":1,\n \"tool\" x}", `s.json:2:9: not JSON: invalid character 'x' after object key`},
		{`{"version":1} {}`, `s.json:1:15: not JSON: invalid character '{' after top-level value`},
		{`[]`, `s.json: found an array, expected an object`},
		{`{}`, `s.json: version: found nothing, expected 1`},
		{`{"version":2,"new":true}`, `s.json: version: found 2, expected 1`},
		{`{"version":"1"}`, `s.json: version: found "1", expected 1`},
		{`{"version":1}`, `s.json: recorded_at: found "", expected a time such as 2026-05-20T09:00:00Z`},
		{`{"version":1,"recorded_at":"0000-01-01T00:00:00Z"}`, `s.json: recorded_at: found "0000-01-01T00:00:00Z", expected a time such as 2026-05-20T09:00:00Z`},
		{`{"version":1,"domain":[]}`, `s.json: found the unknown field "domain", expected only fields of a recording`},
		{`{"version":1,"domains":"example.co.jp"}`, `s.json: domains: found a string, expected a list`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","recrods":[]}`), `s.json: answers[0]: found the unknown field "recrods", expected only fields of a recording`},
		{withAnswer(`{"name":"example..jp","type":"TXT"}`), `s.json: answers[0].name: found "example..jp", expected a domain name: name "example..jp" has an empty label`},
		{withAnswer(`{"name":"example.co.jp.","type":"TEXT"}`), `s.json: answers[0].type: found "TEXT", expected a record type such as TXT, MX or TYPE99`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT"}`), `s.json: answers[0].status: found "", expected "data", "NODATA" or "NXDOMAIN" (or "error" in its place)`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","status":"nxdomain"}`), `s.json: answers[0].status: found "nxdomain", expected "data", "NODATA" or "NXDOMAIN" (or "error" in its place)`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","status":"data"}`), `s.json: answers[0].status: found "data" without records, expected records, or "NODATA" or "NXDOMAIN"`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","status":"NODATA","records":["example.co.jp. 60 IN TXT \"a\""]}`), `s.json: answers[0].status: found "NODATA" beside records, expected "data"`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","ttl":-1}`), `s.json: answers[0].ttl: found a number -1, expected a number from 0 up that is not too large`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","error":"nxdomain"}`), `s.json: answers[0].error: found "nxdomain", expected one of "timeout", "SERVFAIL", "REFUSED", "unreachable", "bad reply", "offline", "not recorded", "over budget", "undetermined", "cancelled", "unusable name"`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","error":"timeout","status":"NODATA"}`), `s.json: answers[0]: found "error" beside an answer, expected one of them`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","records":["example.co.jp. TXT \"a\""]}`), `s.json: answers[0].records[0]: found "example.co.jp. TXT \"a\"", expected "NAME TTL IN TYPE DATA"`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","records":["example.co.jp 60 IN TXT \"a\""]}`), `s.json: answers[0].records[0]: found example.co.jp, expected an absolute name, with a dot at its end`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","records":["example.co.jp. IN 60 TXT \"a\""]}`), `s.json: answers[0].records[0]: found IN, expected a TTL in seconds`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","records":["example.co.jp. 60 CH TXT \"a\""]}`), `s.json: answers[0].records[0]: found CH, expected the class IN`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","records":["example.co.jp. 60 IN TXT"]}`), `s.json: answers[0].records[0]: found the end of the record, expected a text in quotes`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","records":["example.co.jp. 60 IN TXT \"a\"","example.co.jp. 60 IN MX 10 mail"]}`), `s.json: answers[0].records[1]: found mail, expected an absolute name, with a dot at its end`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","records":["example.co.jp. 60 IN MX 0 ."]}`), `s.json: answers[0].records[0]: found a record of type MX, expected TXT`},
		{withAnswer(`{"name":"example.co.jp.","type":"TXT","records":["www.example.co.jp. 60 IN TXT \"a\""]}`), `s.json: answers[0].records[0]: found a record of www.example.co.jp., expected one of example.co.jp.`},
		{withAnswer(`{"name":"a.example.","type":"TXT","status":"NODATA","chain":["b.example. 60 IN CNAME c.example."]}`), `s.json: answers[0].chain[0]: found an alias of b.example., expected one of a.example.`},
		{withAnswer(`{"name":"a.example.","type":"TXT","status":"NODATA","chain":["a.example. 60 IN DNAME c.example."]}`), `s.json: answers[0].chain[0]: found a DNAME of a.example., expected one of a name above a.example.`},
		{withAnswer(`{"name":"a.example.","type":"TXT","status":"NODATA","chain":["a.example. 60 IN A 192.0.2.1"]}`), `s.json: answers[0].chain[0]: found a record of type A, expected CNAME or DNAME`},
		{withAnswer(`{"name":"a.example.","type":"TXT","chain":["a.example. 60 IN CNAME b.example."],"records":["a.example. 60 IN TXT \"a\""]}`), `s.json: answers[0].records[0]: found a record of a.example., expected one of b.example.`},
		{withAnswer(`{"name":"a.example.","type":"MX","status":"NODATA"},{"name":"b.example.","type":"MX","status":"NODATA"},{"name":"A.example","type":"MX","error":"timeout"}`),
			`s.json: answers[2]: found the question a.example. MX again, expected it once; it is at answers[0] too`},
	}
	for _, test := range tests {
		_, err := resolver.ReadRecording(strings.NewReader(test.text), "s.json")
		if err == nil || err.Error() != test.want {
			t.Errorf("%s\n got %v\nwant %s", test.text, err, test.want)
		}
	}
}

func TestRecordingFaultsOfOtherLists(t *testing.T) {
	list := func(field, entry string) string {
		return `{"version":1,"recorded_at":"2026-05-20T09:00:00Z","answers":[],"` + field + `":[` + entry + `]}`
	}
	tests := []struct{ text, want string }{
		{list("exchanges", `{"query":{"name":"a.example.","type":"MX","flags":["aa"]}}`), `exchanges[0].query.flags[0]: found "aa", expected one of "do", "cd", "rd"`},
		{list("exchanges", `{"query":{"name":"a.example.","type":"MX"}}`), `exchanges[0]: found both or none of "reply" and "error", expected one of them`},
		{list("exchanges", `{"query":{"name":"a.example.","type":"MX"},"reply":{"rcode":"OK"}}`), `exchanges[0].reply.rcode: found "OK", expected a response code such as NOERROR, NXDOMAIN or RCODE23`},
		{list("exchanges", `{"query":{"name":"a.example.","type":"MX"},"reply":{"rcode":"NOERROR","answer":["x"]}}`), `exchanges[0].reply.answer[0]: found "x", expected "NAME TTL IN TYPE DATA"`},
		{list("exchanges", `{"query":{"name":"a.example.","type":7}}`), `exchanges[0].query.type: found a number, expected a text in quotes`},
		{list("names", `{"below":"example.co.jp.","names":["www.example.com."]}`), `names[0].names[0]: found "www.example.com.", expected a domain name at or below example.co.jp.`},
		{list("fetches", `{"status":200}`), `fetches[0].url: found nothing, expected an https URL`},
		{list("fetches", `{"url":"https://a.example/","status":20}`), `fetches[0].status: found 20, expected an HTTP status from 100 to 999, or "error" in its place`},
		{list("fetches", `{"url":"https://a.example/","status":200,"body":"a","body_base64":"YQ=="}`), `fetches[0]: found both "body" and "body_base64", expected one of them`},
		{list("fetches", `{"url":"https://a.example/","status":200,"tls":"SSL"}`), `fetches[0].tls: found "SSL", expected a version such as "TLS 1.3"`},
		{list("fetches", `{"url":"https://a.example/","status":200,"error":"tls"}`), `fetches[0]: found "error" beside a response, expected one of them`},
		{list("fetches", `{"url":"https://a.example/","status":200,"detail":"x"}`), `fetches[0]: found "dns" or "detail" without "error", expected "error" too`},
		{list("fetches", `{"url":"https://a.example/","error":"gone"}`), `fetches[0].error: found "gone", expected one of "unusable URL", "dns", "no address", "private address", "unreachable", "timeout", "tls", "http", "too large", "offline", "not recorded", "cancelled"`},
		{list("fetches", `{"url":"https://a.example/","error":"dns","dns":{"name":"a.example.","type":"A"}}`), `fetches[0].dns: found no "error", expected the error of the question`},
		{list("fetches", `{"url":"https://a.example/","error":"tls","certificates":["YQ=="]}`), `fetches[0].certificates[0]: found no certificate: x509: malformed certificate, expected an X.509 certificate, DER in base64`},
		{list("fetches", `{"url":"https://a.example/","status":200},{"url":"https://a.example/","status":404}`), `fetches[1]: found the request https://a.example/  again, expected it once; it is at fetches[0] too`},
	}
	for _, test := range tests {
		_, err := resolver.ReadRecording(strings.NewReader(test.text), "s.json")
		if err == nil || err.Error() != "s.json: "+test.want {
			t.Errorf("%s\n got %v\nwant s.json: %s", test.text, err, test.want)
		}
	}
}

func TestRecordingHints(t *testing.T) {
	for text, want := range map[string]string{
		`{"version":2}`:     "another release of mailauth wrote this recording; read it with that one, or make it again",
		`{"findings":[]}`:   "this may not be a recording; mailauth snapshot writes one",
		`{"version":"one"}`: "another release of mailauth wrote this recording; read it with that one, or make it again",
	} {
		_, err := resolver.ReadRecording(strings.NewReader(text), "s.json")
		if e, ok := err.(*resolver.RecordingError); !ok || e.Hint != want {
			t.Errorf("%s: %#v, want the hint %q", text, err, want)
		}
	}
}

// blanks is an endless file.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestRecordingLimit(t *testing.T) {
	_, err := resolver.ReadRecording(io.Reader(blanks{}), "/dev/zero")
	if want := "/dev/zero: found more than 67108864 octets, expected a shorter recording"; err == nil || err.Error() != want {
		t.Errorf("an endless recording: %v, want %s", err, want)
	}
}

func TestRecordingNeedsAClock(t *testing.T) {
	if err := (&resolver.Recording{}).Write(io.Discard); err == nil {
		t.Error("Write without RecordedAt: no error, want one")
	}
}
