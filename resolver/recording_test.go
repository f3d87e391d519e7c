package resolver_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"mailauth/resolver"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// writtenRecording has an entry of every form, as Write writes it.
const writtenRecording = `{
  "version": 1,
  "tool": "mailauth 1.0.0",
  "recorded_at": "2026-05-20T09:00:00Z",
  "resolver": "192.0.2.53:53",
  "seed": 18446744073709551615,
  "domains": [
    "example.co.jp",
    "日本語.jp"
  ],
  "answers": [
    {
      "name": "_dmarc.example.co.jp.",
      "type": "TXT",
      "error": "timeout",
      "server": "192.0.2.53:53",
      "detail": "no reply in 10 s"
    },
    {
      "name": "example.co.jp.",
      "type": "MX",
      "status": "data",
      "records": [
        "example.co.jp. 3600 IN MX 10 mail.example.co.jp.",
        "example.co.jp. 300 IN MX 20 backup.example.net."
      ],
      "ttl": 300,
      "source": "192.0.2.53:53"
    },
    {
      "name": "example.co.jp.",
      "type": "TXT",
      "status": "data",
      "records": [
        "example.co.jp. 3600 IN TXT \"google-site-verification=<a&b>\"",
        "example.co.jp. 3600 IN TXT \"v=spf1 ip4:192.0.2.0/24 \" \"include:_spf.example.net -all\""
      ],
      "ttl": 3600,
      "authentic": true,
      "source": "192.0.2.53:53"
    },
    {
      "name": "gone.example.co.jp.",
      "type": "A",
      "status": "NXDOMAIN",
      "ttl": 900,
      "source": "192.0.2.53:53"
    },
    {
      "name": "sel1._domainkey.example.co.jp.",
      "type": "TXT",
      "status": "NXDOMAIN",
      "chain": [
        "sel1._domainkey.example.co.jp. 300 IN CNAME sel1.keys.example.net.",
        "keys.example.net. 300 IN DNAME keys.example.com.",
        "sel1.keys.example.net. 300 IN CNAME sel1.keys.example.com."
      ],
      "ttl": 300,
      "source": "192.0.2.53:53"
    },
    {
      "name": "www.example.co.jp.",
      "type": "MX",
      "status": "NODATA",
      "ttl": 0,
      "source": "192.0.2.53:53"
    }
  ],
  "exchanges": [
    {
      "query": {
        "name": "example.co.jp.",
        "type": "SOA",
        "server": "192.0.2.2:53",
        "flags": [
          "rd"
        ]
      },
      "error": "REFUSED",
      "server": "192.0.2.2:53"
    },
    {
      "query": {
        "name": "example.co.jp.",
        "type": "DNSKEY",
        "server": "192.0.2.1:53",
        "net": "tcp",
        "flags": [
          "do",
          "cd"
        ]
      },
      "reply": {
        "rcode": "NXDOMAIN",
        "flags": [
          "aa",
          "ad"
        ],
        "authority": [
          "example.co.jp. 900 IN SOA ns1.example.co.jp. hostmaster.example.co.jp. 2026052001 3600 900 604800 900"
        ],
        "ede": [
          9,
          22
        ],
        "size": 512,
        "server": "192.0.2.1:53",
        "net": "tcp"
      }
    }
  ],
  "names": [
    {
      "below": "example.co.jp.",
      "names": [
        "example.co.jp.",
        "www.example.co.jp."
      ],
      "complete": true
    }
  ],
  "fetches": [
    {
      "url": "https://a.example.co.jp/logo.svg",
      "accept": "image/svg+xml",
      "status": 301,
      "header": {
        "Location": [
          "https://b.example.co.jp/logo.svg"
        ]
      },
      "body_base64": "/wA=",
      "tls": "TLS 1.2",
      "address": "192.0.2.80:443"
    },
    {
      "url": "https://mta-sts.example.co.jp/.well-known/mta-sts.txt",
      "status": 200,
      "header": {
        "Content-Type": [
          "text/plain"
        ]
      },
      "body": "version: STSv1\r\nmode: testing\r\n",
      "tls": "TLS 1.3",
      "address": "192.0.2.80:443"
    },
    {
      "url": "https://mta-sts.example.net/.well-known/mta-sts.txt",
      "error": "dns",
      "detail": "mta-sts.example.net. A: SERVFAIL",
      "dns": {
        "name": "mta-sts.example.net.",
        "type": "A",
        "error": "SERVFAIL",
        "server": "192.0.2.53:53"
      }
    }
  ]
}
`

func readRecording(t *testing.T, text string) *resolver.Recording {
	t.Helper()
	rec, err := resolver.ReadRecording(strings.NewReader(text), "s.json")
	if err != nil {
		t.Fatalf("ReadRecording: %v", err)
	}
	return rec
}

func written(t *testing.T, rec *resolver.Recording) string {
	t.Helper()
	var out bytes.Buffer
	if err := rec.Write(&out); err != nil {
		t.Fatalf("Write: %v", err)
	}
	return out.String()
}

func TestRecordingText(t *testing.T) {
	rec := readRecording(t, writtenRecording)
	if diff := cmp.Diff(writtenRecording, written(t, rec)); diff != "" {
		t.Errorf("read and written again (-want +got):\n%s", diff)
	}
	want := []string{"v=spf1 ip4:192.0.2.0/24 ", "include:_spf.example.net -all"}
	if got := rec.Answers[2].Answer.Records[1].Data; !cmp.Equal(got, resolver.TXT{Strings: want}) {
		t.Errorf("strings %v, want %q with their boundary", got, want)
	}
	if alias := rec.Answers[4].Answer; !alias.OwnerExists || alias.Canonical() != "sel1.keys.example.com." {
		t.Errorf("an alias without target: OwnerExists %v, canonical %s; want true, sel1.keys.example.com.", alias.OwnerExists, alias.Canonical())
	}
	if gone := rec.Answers[3].Answer; gone.OwnerExists || gone.Status != resolver.NXDomain {
		t.Errorf("gone.example.co.jp.: OwnerExists %v, %v; want false, NXDOMAIN", gone.OwnerExists, gone.Status)
	}
	if want := time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC); !rec.RecordedAt.Equal(want) {
		t.Errorf("RecordedAt %v, want %v", rec.RecordedAt, want)
	}
}

// withAnswer is a recording with one answer in it.
func withAnswer(entry string) string {
	return `{"version":1,"recorded_at":"2026-05-20T18:00:00+09:00","answers":[` + entry + `]}`
}

func TestRecordingEditedByHand(t *testing.T) {
	q := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}
	text := func(name, s string, ttl uint32) resolver.Record {
		return resolver.Record{Name: name, TTL: ttl, Data: resolver.TXT{Strings: []string{s}}}
	}
	alias := resolver.Record{Name: q.Name, TTL: 60, Data: resolver.CNAME{Target: "b.example.net."}}
	tests := []struct {
		why, entry string
		want       resolver.Answer
	}{
		{"no status, no TTL, another case, no dot at the end", `{"name":"Example.CO.jp","type":"txt","records":["EXAMPLE.co.jp. 1h in txt v=spf1"]}`,
			resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true, TTL: 3600, Records: []resolver.Record{text(q.Name, "v=spf1", 3600)}}},
		{"records in any order", `{"name":"example.co.jp.","type":"TXT","records":["example.co.jp. 60 IN TXT \"b\"","example.co.jp. 30 IN TXT \"a\""]}`,
			resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true, TTL: 30, Records: []resolver.Record{text(q.Name, "a", 30), text(q.Name, "b", 60)}}},
		{"the TTL given wins", `{"name":"example.co.jp.","type":"TXT","ttl":5,"records":["example.co.jp. 60 IN TXT \"b\""]}`,
			resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true, TTL: 5, Records: []resolver.Record{text(q.Name, "b", 60)}}},
		{"the least TTL of chain and records", `{"name":"example.co.jp.","type":"TXT","chain":["example.co.jp. 60 IN CNAME b.example.net."],"records":["b.example.net. 90 IN TXT \"b\""]}`,
			resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true, TTL: 60, Chain: []resolver.Record{alias}, Records: []resolver.Record{text("b.example.net.", "b", 90)}}},
		{"a type by number", `{"name":"example.co.jp.","type":"TYPE16","status":"NODATA"}`,
			resolver.Answer{Question: q, Status: resolver.NoData, OwnerExists: true}},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			rec := readRecording(t, withAnswer(test.entry))
			if diff := cmp.Diff(test.want, rec.Answers[0].Answer); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if got := rec.RecordedAt.Format(time.RFC3339); got != "2026-05-20T09:00:00Z" {
				t.Errorf("recorded at %s, want it in UTC", got)
			}
		})
	}
}

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
		{list("names", `{"below":"example.co.jp.","names":["www.example.com."]}`), `names[0].names[0]: found "www.example.com.", expected a domain name: at or below example.co.jp.`},
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

func FuzzRecording(f *testing.F) {
	f.Add([]byte(writtenRecording))
	for _, entry := range []string{
		`{"name":"Example.CO.jp","type":"txt","records":["EXAMPLE.co.jp. 1h in txt v=spf1 \"\\255\\\"\""]}`,
		`{"name":"*.example.jp","type":"TYPE65","records":["*.example.jp. 60 IN TYPE65 1 . alpn=h2"]}`,
		`{"name":"a\\.b.example.","type":"CAA","records":["a\\.b.example. 0 IN CAA 0 issue \"ca.example.net; policy=ev\""]}`,
		`{"name":".","type":"SPF","status":"NODATA","detail":"","ttl":4294967295}`,
		`{"name":"a.example.","type":"SRV","records":["a.example. 2147483647 IN SRV 0 0 0 ."],"source":"\ud800"}`,
		`{"name":"a.example.","type":"TXT","records":["a.example. 1 IN TXT \\# 3 026162"]}`,
		`{"name":"a.example.","type":"A","records":["a.example. 1 IN A 192.0.2.1"]}`,
		`null`,
	} {
		f.Add([]byte(withAnswer(entry)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := resolver.ReadRecording(bytes.NewReader(data), "fuzz.json")
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Fatalf("error text %q has control characters", err)
			}
			return
		}
		text := written(t, rec)
		again, err := resolver.ReadRecording(strings.NewReader(text), "again.json")
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, text)
		}
		if diff := cmp.Diff(rec, again, cmpopts.EquateEmpty(), sameAddress); diff != "" {
			t.Fatalf("Read∘Write is not the identity (-first +again):\n%s\n%s", diff, text)
		}
		if second := written(t, again); second != text {
			t.Fatalf("written twice:\n%s\n%s", text, second)
		}
	})
}
